"""Conformed tables: one truth from many sources, identities resolved, provenance in every row."""

from __future__ import annotations

from typing import Any

import polars as pl

from nba_props.contracts import columns as c
from nba_props.contracts.table import Contract, Table
from nba_props.game_calendar import COUNTED_GAME_TYPES

GAME_STATUSES = ("scheduled", "in_progress", "final", "postponed")
_EXPECTED_STARTS = ("odds_events", "espn_scoreboard", "bdl_games", "bettingpros_events")
TIP_OFF_SOURCES = ("schedule", "scoreboard", *_EXPECTED_STARTS, "assumed")
LINE_SOURCES = ("odds_api", "draftkings", "bettingpros")
"""Upstreams of prop lines; of a book that several tell at one moment the first one counts."""

UNRESOLVED_EVENT_REASONS = ("unknown team", "no such game on this date", "several such games on this date")
NAME_RULES = ("alias", "roster", "roster_nickname", "roster_initial", "roster_last_name", "league", "league_nickname")
"""How a spelling may be resolved, strictest first."""

_TOLD = ("available", "probable", "questionable", "doubtful", "out", "day_to_day", "suspended")
INJURY_STATUSES = (*_TOLD, "not_listed", "unknown")
NOT_PLAYING_KINDS = ("DNP", "DND", "NWT", "inactive", "suspended")


def _source_table() -> Any:
    return c.text("Raw table that the row came from.")


def _endpoint() -> Any:
    return c.text("Endpoint of that table, where it holds several.", nullable=True)


def _line_source() -> Any:
    return c.text("Upstream that told it.", isin=LINE_SOURCES)


def _matched_by() -> Any:
    return c.text(
        "How it was resolved: alias table; exact name, nickname, initial or last name among the players of the teams"
        " concerned; exact name or nickname anywhere.",
        isin=NAME_RULES,
    )


def _knowable_at() -> Any:
    return c.moment("From when the row counts as known: tip-off plus a set delay.")


class Games(Contract):
    """Games that count: one row a game of the regular season, play-in, NBA Cup final or playoffs."""

    game_id: str = c.game_id()
    game_date: pl.Date = c.game_date()
    season: str = c.season()
    game_type: str = c.text("Kind of game.", isin=COUNTED_GAME_TYPES)
    status: str = c.text("A game with a whole box score is final, whatever the schedule says.", isin=GAME_STATUSES)
    tip_off_at: c.Moment = c.moment("Tip-off, as tip_off_source tells.")
    tip_off_source: str = c.text(
        "schedule, scoreboard: the league's time; another table: the start that it expects; assumed: noon in New York.",
        isin=TIP_OFF_SOURCES,
    )
    home_team: str = c.team("Tricode of the home team.")
    away_team: str = c.team("Tricode of the visiting team.")
    home_score: int = c.number("Final points of the home team.", nullable=True, ge=0)
    away_score: int = c.number("Final points of the visiting team.", nullable=True, ge=0)
    label: str = c.text("The league's label for the game.", nullable=True)


class EventGames(Contract):
    """Which game an odds event is: one row an event that matches a game by its teams and date."""

    source: str = _line_source()
    event_id: str = c.text("The source's event id.")
    game_date: pl.Date = c.game_date()
    game_id: str = c.game_id()
    commence_at: c.Moment = c.moment("Start that the source last expected; the game's tip-off where it tells none.")


class UnresolvedEvents(Contract):
    """Odds events that match no game: listed with the reason, never dropped unseen."""

    source: str = _line_source()
    event_id: str = c.text("The source's event id.")
    game_date: pl.Date = c.game_date()
    home_team_name: str = c.text("Home team as the source spells it.")
    away_team_name: str = c.text("Visiting team as the source spells it.")
    reason: str = c.text("Why it matches none.", isin=UNRESOLVED_EVENT_REASONS)


class Players(Contract):
    """Who is who: one row a player seen on the date in a box score, list, roster or transaction, with his team."""

    player_id: int = c.player_id()
    game_date: pl.Date = c.game_date()
    player_name: str = c.text("Name as the NBA spells it.")
    name_key: str = c.text("Name without accents, case, punctuation and generational suffix.")
    team: str = c.team("Tricode of the team that he played for, else of the one that lists him.")
    source: str = _source_table()


class PlayerTeams(Contract):
    """Who plays where since when: one row a player and date on which he is first seen with another team than before."""

    player_id: int = c.player_id()
    game_date: pl.Date = c.game_date()
    player_name: str = c.text("Name as the NBA spells it.")
    team: str = c.team("Tricode of the team from this date on.")
    team_before: str = c.team("Tricode of the team before; null where none is known.", nullable=True)
    source: str = _source_table()


class PropPlayers(Contract):
    """Which player a bookmaker's spelling means: one row a spelling and event that resolves to exactly one player."""

    source: str = _line_source()
    event_id: str = c.text("The source's event id.")
    game_date: pl.Date = c.game_date()
    source_name: str = c.text("Player as the bookmaker spells him.")
    player_id: int = c.player_id()
    matched_by: str = _matched_by()


class SourcePlayers(Contract):
    """Which player a spelling in a box score, roster or injury list means: one row a source, team, date and spelling
    that resolves to exactly one player."""

    source: str = c.text("Upstream whose spelling it is.")
    game_date: pl.Date = c.game_date()
    team: str = c.team("Tricode of the team that the source has him with; null if none.", nullable=True)
    source_name: str = c.text("Player as the source spells him.")
    player_id: int = c.player_id()
    matched_by: str = _matched_by()


class UnresolvedPlayers(Contract):
    """Spellings that no rule could place: one row a source, spelling and event or team, with ranked candidates."""

    source: str = c.text("Upstream whose spelling it is.")
    event_id: str = c.text("The source's event id, of sources of lines; null of the others.", nullable=True)
    team: str = c.team("Tricode of the team that the source has him with; null if it tells none.", nullable=True)
    game_date: pl.Date = c.game_date()
    source_name: str = c.text("Player as the source spells him.")
    reason: str = c.text("Why it was not resolved.", isin=("unknown", "ambiguous"))
    candidates: str = c.text("Likely players, best first, for a person to decide.")
    lines: int = c.number("Raw rows that wait for it.", ge=1)


class PlayerBoxscores(Contract):
    """Player box scores: one row a player who played, with opponent, site and the source of the row."""

    game_id: str = c.game_id()
    game_date: pl.Date = c.game_date()
    season: str = c.season()
    game_type: str = c.text("Kind of game.", isin=COUNTED_GAME_TYPES)
    player_id: int = c.player_id()
    player_name: str = c.text("Name as the NBA spells it.")
    team: str = c.team()
    opponent: str = c.team("Tricode of the opponent.")
    is_home: bool = c.flag("Whether his team is the home team.")
    minutes: float = c.number("Minutes played.", ge=0, le=100)
    points: int = c.number("Points.", ge=0)
    rebounds: int = c.number("Rebounds.", ge=0)
    offensive_rebounds: int = c.number("Offensive rebounds.", ge=0)
    defensive_rebounds: int = c.number("Defensive rebounds.", ge=0)
    assists: int = c.number("Assists.", ge=0)
    steals: int = c.number("Steals.", ge=0)
    blocks: int = c.number("Blocks.", ge=0)
    turnovers: int = c.number("Turnovers.", ge=0)
    fouls: int = c.number("Personal fouls.", ge=0)
    field_goals_made: int = c.number("Field goals made.", ge=0)
    field_goals_attempted: int = c.number("Field goals attempted.", ge=0)
    threes: int = c.number("Three-pointers made.", ge=0)
    threes_attempted: int = c.number("Three-pointers attempted.", ge=0)
    free_throws_made: int = c.number("Free throws made.", ge=0)
    free_throws_attempted: int = c.number("Free throws attempted.", ge=0)
    plus_minus: int = c.number("Points of his team less the opponent's while he played.", nullable=True)
    is_starter: bool = c.flag("Whether he started; null where the source does not say.", nullable=True)
    knowable_at: c.Moment = _knowable_at()
    source: str = _source_table()
    endpoint: str = _endpoint()


class DidNotPlay(Contract):
    """Who did not play: one row a player whom a box score names but who did not play, with the reason."""

    game_id: str = c.game_id()
    game_date: pl.Date = c.game_date()
    player_id: int = c.player_id()
    player_name: str = c.text("Name as the source spells it.")
    team: str = c.team()
    kind: str = c.text(
        "DNP did not play, DND did not dress, NWT not with team, inactive, suspended; null where none is told.",
        nullable=True,
        isin=NOT_PLAYING_KINDS,
    )
    reason: str = c.text("Why, as the source words it.", nullable=True)
    knowable_at: c.Moment = _knowable_at()
    source: str = _source_table()
    endpoint: str = _endpoint()


class BoxscoreDiscrepancies(Contract):
    """Where box scores disagree: one row a player, game, statistic and pair of sources, both values told."""

    game_id: str = c.game_id()
    game_date: pl.Date = c.game_date()
    player_id: int = c.player_id()
    statistic: str = c.text("Column of the box score; did_not_play is 1 for who did not.")
    source: str = c.text("Raw table and endpoint of the source that comes first.")
    other_source: str = c.text("Raw table and endpoint of the other source.")
    value: float = c.number("What the first source says.")
    other_value: float = c.number("What the other source says.")


class TeamBoxscores(Contract):
    """Team box scores: one row a team and game, as the league tells it or as the sum of its players."""

    game_id: str = c.game_id()
    game_date: pl.Date = c.game_date()
    season: str = c.season()
    game_type: str = c.text("Kind of game.", isin=COUNTED_GAME_TYPES)
    team: str = c.team("Tricode of the team.")
    opponent: str = c.team("Tricode of the opponent.")
    is_home: bool = c.flag("Whether it was the home team.")
    minutes: float = c.number("Minutes of its players together.", ge=0, le=1000)
    points: int = c.number("Points.", ge=0)
    rebounds: int = c.number("Rebounds of its players.", ge=0)
    offensive_rebounds: int = c.number("Offensive rebounds of its players.", ge=0)
    defensive_rebounds: int = c.number("Defensive rebounds of its players.", ge=0)
    assists: int = c.number("Assists.", ge=0)
    steals: int = c.number("Steals.", ge=0)
    blocks: int = c.number("Blocks.", ge=0)
    turnovers: int = c.number("Turnovers of its players.", ge=0)
    fouls: int = c.number("Personal fouls of its players.", ge=0)
    field_goals_made: int = c.number("Field goals made.", ge=0)
    field_goals_attempted: int = c.number("Field goals attempted.", ge=0)
    threes: int = c.number("Three-pointers made.", ge=0)
    threes_attempted: int = c.number("Three-pointers attempted.", ge=0)
    free_throws_made: int = c.number("Free throws made.", ge=0)
    free_throws_attempted: int = c.number("Free throws attempted.", ge=0)
    is_sum_of_players: bool = c.flag(
        "Whether every count is the sum of the players' rows; null where there are none.", nullable=True
    )
    knowable_at: c.Moment = _knowable_at()
    source: str = c.text("Table that the row came from; conformed.player_boxscores if it was rebuilt from players.")
    endpoint: str = _endpoint()


class Injuries(Contract):
    """What was told of a player's availability for a game: one row a source and change of status before the tip-off."""

    game_id: str = c.game_id()
    game_date: pl.Date = c.game_date()
    player_id: int = c.player_id()
    team: str = c.team()
    source: str = _source_table()
    report_at: c.Moment = c.moment("When the source told it, from which it counts as known.")
    status: str = c.text("not_listed: told before and no longer; unknown: words not known here.", isin=INJURY_STATUSES)
    status_text: str = c.text("Status as the source words it.", nullable=True)
    reason: str = c.text("Reason or description, as the source words it.", nullable=True)
    first_seen_at: c.Moment = c.moment("When this source first told this status of him for this game.")


class PropLines(Contract):
    """Main prop lines: one row a player, game, market, bookmaker and kind of line, pre-game only, both prices.

    An opening line that a source tells of a time before the first snapshot is the opening line.
    """

    game_id: str = c.game_id()
    game_date: pl.Date = c.game_date()
    player_id: int = c.player_id()
    market: str = c.market()
    bookmaker: str = c.bookmaker()
    kind: str = c.kind()
    line: float = c.line("The main line: of a book's lines the one whose no-vig probability is nearest one half.")
    over_price: float = c.price("Over.")
    under_price: float = c.price("Under.")
    over_probability: float = c.probability("Probability of over without the margin, multiplicative.")
    hold: float = c.number("The book's margin on the two prices.", ge=0, le=1)
    snapshot_at: c.Moment = c.moment("Snapshot that the line was read from, or time of an opening line told later.")
    minutes_before_tip_off: float = c.number("How long before tip-off the snapshot was.", gt=0)
    source: str = _line_source()
    event_id: str = c.text("The source's event id.")


class PropLineAlternates(Contract):
    """Lines beside the main one, at the last pre-game snapshot: one row a player, game, market, bookmaker and line."""

    game_id: str = c.game_id()
    game_date: pl.Date = c.game_date()
    player_id: int = c.player_id()
    market: str = c.market()
    bookmaker: str = c.bookmaker()
    line: float = c.line()
    over_price: float = c.price("Over.", nullable=True)
    under_price: float = c.price("Under.", nullable=True)
    over_probability: float = c.probability("Without the margin; null if a side is not offered.", nullable=True)
    snapshot_at: c.Moment = c.moment("Snapshot that the line was read from.")
    source: str = _line_source()
    event_id: str = c.text("The source's event id.")


class PropLineMoves(Contract):
    """Changes of a book's main line or its prices before tip-off: one row a change."""

    game_id: str = c.game_id()
    game_date: pl.Date = c.game_date()
    player_id: int = c.player_id()
    market: str = c.market()
    bookmaker: str = c.bookmaker()
    snapshot_at: c.Moment = c.moment("Snapshot at which the new line or price was seen first.")
    line_before: float = c.line("The line before.")
    line: float = c.line("The line after.")
    over_probability_before: float = c.probability("No-vig probability of over before.")
    over_probability: float = c.probability("No-vig probability of over after.")
    minutes_before_tip_off: float = c.number("How long before tip-off the snapshot was.", gt=0)
    source: str = _line_source()


class PropConsensus(Contract):
    """What the books together say: one row a player, game, market and kind of line."""

    game_id: str = c.game_id()
    game_date: pl.Date = c.game_date()
    player_id: int = c.player_id()
    market: str = c.market()
    kind: str = c.kind()
    line: float = c.line("The line most books have; among equals the one priced nearest one half, then the lower.")
    over_probability: float = c.probability("Mean no-vig probability of over of the books on that line.")
    books: int = c.number("Books with a main line.", ge=1)
    books_on_line: int = c.number("Books on the consensus line.", ge=1)
    snapshot_at: c.Moment = c.moment("Newest snapshot among them.")
    minutes_before_tip_off: float = c.number("How long before tip-off that snapshot was.", gt=0)


class GameLines(Contract):
    """What the books together say of a game: one row a game and kind of line, medians over the books."""

    game_id: str = c.game_id()
    game_date: pl.Date = c.game_date()
    kind: str = c.kind()
    home_spread: float = c.number("Median points handicap of the home team; negative if favoured.", nullable=True)
    total: float = c.number("Median total of points.", nullable=True, gt=0)
    home_implied_total: float = c.number("Points the lines imply for the home team.", nullable=True)
    away_implied_total: float = c.number("Points the lines imply for the visiting team.", nullable=True)
    home_win_probability: float = c.probability("Median no-vig probability of a home win.", nullable=True)
    books: int = c.number("Books that were read.", ge=1)
    snapshot_at: c.Moment = c.moment("Newest snapshot among them.")


GAMES = Table("conformed", "games", Games, ("game_date", "game_id"))
EVENT_GAMES = Table("conformed", "event_games", EventGames, ("game_date", "source", "event_id"))
UNRESOLVED_EVENTS = Table("conformed", "unresolved_events", UnresolvedEvents, ("game_date", "source", "event_id"))
PLAYERS = Table("conformed", "players", Players, ("game_date", "player_id"))
PLAYER_TEAMS = Table("conformed", "player_teams", PlayerTeams, ("game_date", "player_id"))
PROP_PLAYERS = Table("conformed", "prop_players", PropPlayers, ("game_date", "source", "event_id", "source_name"))
SOURCE_PLAYERS = Table("conformed", "source_players", SourcePlayers, ("game_date", "source", "team", "source_name"))
UNRESOLVED_PLAYERS = Table(
    "conformed", "unresolved_players", UnresolvedPlayers, ("game_date", "source", "event_id", "team", "source_name")
)
_PLAYER_KEY = ("game_date", "game_id", "player_id")
PLAYER_BOXSCORES = Table("conformed", "player_boxscores", PlayerBoxscores, _PLAYER_KEY)
DID_NOT_PLAY = Table("conformed", "did_not_play", DidNotPlay, _PLAYER_KEY)
BOXSCORE_DISCREPANCIES = Table(
    "conformed", "boxscore_discrepancies", BoxscoreDiscrepancies, (*_PLAYER_KEY, "statistic", "source", "other_source")
)
TEAM_BOXSCORES = Table("conformed", "team_boxscores", TeamBoxscores, ("game_date", "game_id", "team"))
INJURIES = Table("conformed", "injuries", Injuries, (*_PLAYER_KEY, "source", "report_at"))
_LINE_KEY = ("game_date", "game_id", "player_id", "market")
PROP_LINES = Table("conformed", "prop_lines", PropLines, (*_LINE_KEY, "bookmaker", "kind"))
PROP_LINE_ALTERNATES = Table("conformed", "prop_line_alternates", PropLineAlternates, (*_LINE_KEY, "bookmaker", "line"))
PROP_LINE_MOVES = Table("conformed", "prop_line_moves", PropLineMoves, (*_LINE_KEY, "bookmaker", "snapshot_at"))
PROP_CONSENSUS = Table("conformed", "prop_consensus", PropConsensus, (*_LINE_KEY, "kind"))
GAME_LINES = Table("conformed", "game_lines", GameLines, ("game_date", "game_id", "kind"))

TABLES = (
    GAMES,
    EVENT_GAMES,
    UNRESOLVED_EVENTS,
    PLAYERS,
    PLAYER_TEAMS,
    PROP_PLAYERS,
    SOURCE_PLAYERS,
    UNRESOLVED_PLAYERS,
    PLAYER_BOXSCORES,
    DID_NOT_PLAY,
    BOXSCORE_DISCREPANCIES,
    TEAM_BOXSCORES,
    INJURIES,
    PROP_LINES,
    PROP_LINE_ALTERNATES,
    PROP_LINE_MOVES,
    PROP_CONSENSUS,
    GAME_LINES,
)
