"""balldontlie's player box scores, from ``stats`` and ``box_scores``, into ``raw.bdl_player_boxscores``.

A payload row is a player's line. ``stats`` lists lines with their game and team beside each, ``box_scores`` games with
the lines below both teams; a game that cannot be read at all counts as one row. ``box_scores`` tells no id of a game.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from operator import attrgetter
from typing import Annotated

import msgspec
import polars as pl
from msgspec import Meta, Raw, Struct, field

from nba_props.archive.payload import MalformedPayload, Payload
from nba_props.contracts.raw.balldontlie import BDL_PLAYER_BOXSCORES
from nba_props.upstreams.balldontlie_bodies import (
    NO_NAME,
    Count,
    Id,
    Layout,
    Page,
    Player,
    Reader,
    Team,
    Year,
    dated_coverage,
    full_name,
    season_name,
    text_or_null,
    tricode,
    unknown_team,
)
from nba_props.upstreams.balldontlie_games import game_status
from nba_props.upstreams.bodies import date_of
from nba_props.upstreams.endpoint import Built, Coverage
from nba_props.upstreams.sifting import Fault

STATS, BOX_SCORES = "stats", "box_scores"
LONGEST_MINUTES = 100
MINUTES = r"^(\d{1,3})(?::([0-5]\d))?$"
"""Minutes, perhaps with seconds; who did not play has "00" or nothing."""


class Line(Struct, gc=False, kw_only=True):
    """What a player did in a game."""

    player: Player
    minutes: str | None = field(name="min")
    fgm: Count | None
    fga: Count | None
    fg3m: Count | None
    fg3a: Count | None
    ftm: Count | None
    fta: Count | None
    oreb: Count | None
    dreb: Count | None
    reb: Count | None
    ast: Count | None
    stl: Count | None
    blk: Count | None
    turnover: Count | None
    pf: Count | None
    pts: Count | None
    plus_minus: Annotated[int, Meta(ge=-200, le=200)] | None = None


class GameOfLine(Struct, gc=False):
    """The game beside a line, its teams by id."""

    date: str
    season: Year
    status: str | None
    period: Count | None
    home_team_id: Id
    visitor_team_id: Id
    id: Id | None = None


class StatLine(Line, gc=False, kw_only=True):
    """A line with its team and game beside it, as ``stats`` sends it."""

    team: Team
    game: GameOfLine


class TeamWithLines(Struct, gc=False):
    """A team with its lines below it, not yet read."""

    id: Id
    players: list[Raw]
    abbreviation: str | None = None


class GameWithLines(Struct, gc=False):
    """A game with its lines below both teams, as ``box_scores`` sends it."""

    date: str
    season: Year
    status: str | None
    period: Count | None
    home_team: TeamWithLines
    visitor_team: TeamWithLines


class PlacedLine(Struct, gc=False):
    """A line with its team and game, whichever endpoint told it."""

    endpoint: str
    game: GameOfLine
    team: Team
    line: Line


STAT_LINES = Reader(StatLine)
GAMES_WITH_LINES = Reader(GameWithLines)
LINE = msgspec.json.Decoder(Line)


def decode_stats(payload: Payload) -> Page[PlacedLine]:
    """The lines of ``stats``.

    Raises:
        MalformedPayload: the body is no list of lines, or not one of them is readable.
    """
    page = STAT_LINES.read(payload)
    return Page([PlacedLine(STATS, line.game, line.team, line) for line in page.rows], page.misfits)


def decode_box_scores(payload: Payload) -> Page[PlacedLine]:
    """The lines of ``box_scores``; one that cannot be read is set aside with the game and team that it is of.

    Raises:
        MalformedPayload: the body is no list of games, or not one game or line of it is readable.
    """
    page = GAMES_WITH_LINES.read(payload)
    placed: list[PlacedLine] = []
    misfits = list(page.misfits)
    for sent in page.rows:
        game = GameOfLine(sent.date, sent.season, sent.status, sent.period, sent.home_team.id, sent.visitor_team.id)
        for side in (sent.home_team, sent.visitor_team):
            team = Team(side.id, side.abbreviation)
            for raw_line in side.players:
                try:
                    placed.append(PlacedLine(BOX_SCORES, game, team, LINE.decode(raw_line)))
                except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
                    misfits.append((_as_json(game, team, raw_line), str(error)[:300]))
    if misfits and not placed:
        raise MalformedPayload(f"none of {len(misfits)} lines has the expected format: {misfits[0][1]}")
    return Page(placed, misfits)


def build_player_box_scores(pages: Sequence[tuple[Payload, Page[PlacedLine]]]) -> Built:
    """Rows and rejects of decoded lines, of either endpoint."""
    return LAYOUT.build(pages)


def stats_coverage(payload: Payload) -> Coverage:
    """The dates of the games of all its lines and the one it was asked about."""
    return dated_coverage(payload, lambda each: _dates(decode_stats(each)))


def box_scores_coverage(payload: Payload) -> Coverage:
    """The dates of the games of all its lines and the one it was asked about."""
    return dated_coverage(payload, lambda each: _dates(decode_box_scores(each)))


def _dates(page: Page[PlacedLine]) -> list[date | None]:
    return [date_of(placed.game.date) for placed in page.rows]


def _as_json(game: GameOfLine, team: Team, line: Raw) -> bytes:
    try:
        return msgspec.json.encode({"game": game, "team": team, "line": line})
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return bytes(line)


STATISTICS = {
    "points": "pts",
    "rebounds": "reb",
    "offensive_rebounds": "oreb",
    "defensive_rebounds": "dreb",
    "assists": "ast",
    "steals": "stl",
    "blocks": "blk",
    "turnovers": "turnover",
    "fouls": "pf",
    "field_goals_made": "fgm",
    "field_goals_attempted": "fga",
    "threes": "fg3m",
    "threes_attempted": "fg3a",
    "free_throws_made": "ftm",
    "free_throws_attempted": "fta",
}
"""Our name of each count to the source's."""

NEVER_MORE_THAN = (
    ("field_goals_made", "field_goals_attempted"),
    ("threes", "threes_attempted"),
    ("threes", "field_goals_made"),
    ("free_throws_made", "free_throws_attempted"),
)


def _minutes() -> pl.Expr:
    """Minutes and seconds as minutes; null for an absent or empty text and for one that is none."""
    text = pl.col("minutes_text")
    whole = text.str.extract(MINUTES, 1).cast(pl.Float64)
    seconds = text.str.extract(MINUTES, 2).cast(pl.Float64)
    return whole + seconds.fill_null(0) / 60


def _did_not_play() -> pl.Expr:
    """Whether a line has no minutes and nothing but zeros."""
    counts = pl.sum_horizontal(pl.col(name).fill_null(0) for name in STATISTICS)
    return (pl.col("minutes_told").fill_null(0) == 0) & (counts == 0)


def _if_he_played(column: str) -> pl.Expr:
    return pl.when(~pl.col("did_not_play")).then(column)


def placement_faults() -> list[Fault]:
    """What is wrong with a line's game, its teams or its player, whatever it counts."""
    return [
        (pl.col("game_date").is_null(), pl.format("date is no date: {}", "date")),
        unknown_team("home_team", "home_team_id"),
        unknown_team("away_team", "away_team_id"),
        unknown_team("team", "team_id", "abbreviation"),
        (pl.col("home_team") == pl.col("away_team"), "both teams are the same"),
        (
            (pl.col("team") != pl.col("home_team")) & (pl.col("team") != pl.col("away_team")),
            pl.format("{} does not play {} at {}", "team", "away_team", "home_team"),
        ),
        NO_NAME,
    ]


def _faults() -> list[Fault]:
    text = pl.col("minutes_text")
    faults: list[Fault] = [
        *placement_faults(),
        ((text != "") & pl.col("minutes_told").is_null(), pl.format("bad minutes: {}", text)),
        (pl.col("minutes_told") > LONGEST_MINUTES, pl.format("impossible minutes: {}", text)),
    ]
    faults += [
        (pl.col(less) > pl.col(more), pl.format(f"impossible: {{}} {less} but {{}} {more}", less, more))
        for less, more in NEVER_MORE_THAN
    ]
    return faults


LAYOUT = Layout[PlacedLine](
    table=BDL_PLAYER_BOXSCORES,
    told={
        "event_id": (lambda placed: None if placed.game.id is None else str(placed.game.id), pl.String),
        "date": (attrgetter("game.date"), pl.String),
        "game_date": (lambda placed: date_of(placed.game.date), pl.Date),
        "endpoint": (attrgetter("endpoint"), pl.String),
        "season_year": (attrgetter("game.season"), pl.Int64),
        "status_text": (attrgetter("game.status"), pl.String),
        "period": (attrgetter("game.period"), pl.Int64),
        "home_team_id": (attrgetter("game.home_team_id"), pl.Int64),
        "away_team_id": (attrgetter("game.visitor_team_id"), pl.Int64),
        "team_id": (attrgetter("team.id"), pl.Int64),
        "abbreviation": (attrgetter("team.abbreviation"), pl.String),
        "source_player_id": (lambda placed: str(placed.line.player.id), pl.String),
        "first_name": (attrgetter("line.player.first_name"), pl.String),
        "last_name": (attrgetter("line.player.last_name"), pl.String),
        "minutes_text": (lambda placed: (placed.line.minutes or "").strip(), pl.String),
        "plus_minus": (attrgetter("line.plus_minus"), pl.Int64),
        **{name: (attrgetter(f"line.{sent}"), pl.Int64) for name, sent in STATISTICS.items()},
    },
    derived=(
        {
            "season": season_name("season_year"),
            "status_text": text_or_null("status_text"),
            "home_team": tricode("home_team_id"),
            "away_team": tricode("away_team_id"),
            "team": tricode("team_id"),
            "player_name": full_name(),
            "minutes_told": _minutes(),
            "is_starter": pl.lit(None, pl.Boolean),
            "not_playing_reason": pl.lit(None, pl.String),
        },
        {"game_status": game_status(), "did_not_play": _did_not_play()},
        {name: _if_he_played(name) for name in (*STATISTICS, "plus_minus")}
        | {"minutes": _if_he_played("minutes_told")},
    ),
    faults=_faults(),
    as_sent=lambda placed: placed.line if placed.endpoint == STATS else placed,
)
