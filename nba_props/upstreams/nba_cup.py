"""The NBA Cup's group play of stats.nba.com iststandings, into ``raw.nbac_cup_standings`` and ``raw.nbac_cup_games``.

A payload's rows are its teams, and each team's games, so that a game is told by both of its
teams. The games of a team that is none of the league's are refused with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
import polars as pl
from msgspec import Raw, Struct

from nba_props.archive.payload import Payload
from nba_props.contracts.raw.nba_season_snapshots import NBAC_CUP_GAMES, NBAC_CUP_STANDINGS
from nba_props.contracts.table import Table
from nba_props.game_calendar import game_date_of
from nba_props.teams import TRICODES
from nba_props.upstreams.bodies import LEAGUE_YEARS, decode
from nba_props.upstreams.endpoint import Built, Reject
from nba_props.upstreams.nba_box_lines import game_faults, identity_faults
from nba_props.upstreams.nba_rows import (
    PAYLOAD,
    PLACE,
    Whole,
    columns_of,
    contract_faults,
    fitting_parts,
    season_of_game,
    store,
    text_or_null,
)
from nba_props.upstreams.sifting import Fault

LEAGUE = "00"

TEAM_NAMES = {
    "team_id": "teamId",
    "team": "teamAbbreviation",
    "cup_group": "istGroup",
    "clinch_mark": "clinchIndicator",
    "has_clinched_knockout": "clinchedIstKnockout",
    "has_clinched_group": "clinchedIstGroup",
    "has_clinched_wildcard": "clinchedIstWildcard",
    "wildcard_rank": "istWildcardRank",
    "group_rank": "istGroupRank",
    "knockout_rank": "istKnockoutRank",
    "win_share": "pct",
    "group_games_behind": "istGroupGb",
    "wildcard_games_behind": "istWildcardGb",
    "points_difference": "diff",
    "points": "pts",
    "points_allowed": "oppPts",
}
GAME_NAMES = {
    "game_id": "gameId",
    "game_number": "gameNumber",
    "opponent": "opponentTeamAbbreviation",
    "game_status": "gameStatus",
    "status_text": "gameStatusText",
}
"""Column and the upstream's name, where they differ."""

CLINCHED = ("has_clinched_knockout", "has_clinched_group", "has_clinched_wildcard")


class Team(Struct, rename=TEAM_NAMES, gc=False):
    """A team's standing as sent, its games beside it."""

    team_id: Whole | None
    team: str | None
    conference: str | None
    cup_group: str | None
    clinch_mark: str | None
    has_clinched_knockout: Whole
    has_clinched_group: Whole
    has_clinched_wildcard: Whole
    wildcard_rank: Whole | None
    group_rank: Whole | None
    knockout_rank: Whole | None
    wins: Whole
    losses: Whole
    win_share: float | None
    group_games_behind: float | None
    wildcard_games_behind: float | None
    points_difference: Whole
    points: Whole
    points_allowed: Whole


class ItsGames(Struct):
    """The games of a team."""

    games: list[Raw] | None


class Game(Struct, rename=GAME_NAMES, gc=False):
    """A game of a team as sent."""

    game_id: str
    game_number: Whole
    opponent: str | None
    location: str | None
    game_status: Whole
    status_text: str | None
    outcome: str | None


class Body(Struct):
    """The whole answer."""

    leagueId: str
    seasonYear: str
    teams: list[Raw]
    unixTimeStamp: Whole | None = None


class Standings(Struct):
    """A decoded answer: teams, their games, and what is neither, with the table that it was meant for."""

    league: str
    season: str
    stamp: int | None
    teams: list[Team]
    games: list[tuple[Team, Game]]
    misfits: list[tuple[Table, bytes, str]]


BODY = msgspec.json.Decoder(Body)
TEAM, ITS_GAMES, GAME = msgspec.json.Decoder(Team), msgspec.json.Decoder(ItsGames), msgspec.json.Decoder(Game)

_ANSWER = pl.Schema(
    {
        PAYLOAD: pl.Int64(),
        "league": pl.String(),
        "season": pl.String(),
        "snapshot_at": pl.Datetime("us", "UTC"),
        "game_date": pl.Date(),
    }
)
_TEAM = pl.Schema({"team_id": pl.Int64, "team": pl.String})


def decode_cup_standings(payload: Payload) -> Standings:
    """The standings of an answer.

    Raises:
        MalformedPayload: the body is none, or not one team or not one game of it has the expected format.
    """
    body = decode(payload, BODY)
    teams, odd_teams = fitting_parts([(raw, raw) for raw in body.teams], TEAM)
    listed, odd_lists = fitting_parts([(team, raw) for raw, team in teams], ITS_GAMES)
    games, odd_games = fitting_parts([(team, raw) for team, its in listed for raw in its.games or []], GAME)
    misfits = [(NBAC_CUP_STANDINGS, *misfit) for misfit in odd_teams]
    misfits += [(NBAC_CUP_GAMES, *misfit) for misfit in odd_lists + odd_games]
    return Standings(body.leagueId, body.seasonYear, body.unixTimeStamp, [team for _, team in teams], games, misfits)


def build_cup_standings(answers: Sequence[tuple[Payload, Standings]]) -> Built:
    """Rows and rejects of decoded answers."""
    payloads = [payload for payload, _ in answers]
    told = [(number, payload, answer) for number, (payload, answer) in enumerate(answers)]
    teams = [(_answer(*one), team) for one in told for team in one[2].teams]
    games = [(_answer(*one), team, game) for one in told for team, game in one[2].games]
    rows, rejects = store(
        NBAC_CUP_STANDINGS,
        payloads,
        _standings(teams),
        [*_answer_faults(), *_clinching_faults(), *contract_faults(NBAC_CUP_STANDINGS)],
        lambda place: msgspec.json.encode(teams[place][1]),
    )
    game_rows, game_rejects = store(
        NBAC_CUP_GAMES,
        payloads,
        _games(games),
        [*_answer_faults(), *_game_faults(), *contract_faults(NBAC_CUP_GAMES)],
        lambda place: msgspec.json.encode({"teamAbbreviation": games[place][1].team, "game": games[place][2]}),
    )
    misfits = [
        Reject(payload, table.full_name, row, reason, game_date_of(payload.fetched_at))
        for payload, answer in answers
        for table, row, reason in answer.misfits
    ]
    frames = {NBAC_CUP_STANDINGS.full_name: rows, NBAC_CUP_GAMES.full_name: game_rows}
    return Built(frames, misfits + rejects + game_rejects)


def _answer(number: int, payload: Payload, answer: Standings) -> tuple[Any, ...]:
    """What of a row the whole answer tells."""
    return (number, answer.league, answer.season, _moment(answer.stamp), game_date_of(payload.fetched_at))


def _moment(stamp: int | None) -> datetime | None:
    """The moment of a stamp in seconds; None for one that is none of a season's."""
    try:
        moment = datetime.fromtimestamp(stamp, UTC) if stamp is not None else None
    except (ValueError, OverflowError, OSError):
        return None
    return moment if moment and moment.year in LEAGUE_YEARS else None


def _standings(teams: Sequence[tuple[tuple[Any, ...], Team]]) -> pl.DataFrame:
    answer = pl.DataFrame([told for told, _ in teams], schema=_ANSWER, orient="row").with_row_index(PLACE)
    return pl.concat([answer, columns_of(Team, [team for _, team in teams])], how="horizontal").with_columns(
        text_or_null("clinch_mark"),
        *(pl.col(name).alias(f"sent_{name}") for name in CLINCHED),
        *(pl.col(name) == 1 for name in CLINCHED),
    )


def _games(games: Sequence[tuple[tuple[Any, ...], Team, Game]]) -> pl.DataFrame:
    answer = pl.DataFrame([told for told, *_ in games], schema=_ANSWER, orient="row").with_row_index(PLACE)
    team = pl.DataFrame([(team.team_id, team.team) for _, team, _ in games], schema=_TEAM, orient="row")
    return pl.concat([answer, team, columns_of(Game, [game for *_, game in games])], how="horizontal").with_columns(
        text_or_null("opponent"),
        text_or_null("status_text"),
        is_home=pl.col("location").replace_strict({"H": True, "A": False}, default=None, return_dtype=pl.Boolean),
        won=pl.col("outcome").replace_strict({"W": True, "L": False}, default=None, return_dtype=pl.Boolean),
    )


def _answer_faults() -> list[Fault]:
    return [
        (pl.col("league") != LEAGUE, pl.format("another league than the NBA: {}", "league")),
        *identity_faults(),
    ]


def _clinching_faults() -> list[Fault]:
    return [
        (~pl.col(f"sent_{name}").is_in([0, 1]), pl.format(f"neither 0 nor 1: {name} {{}}", f"sent_{name}"))
        for name in CLINCHED
    ]


def _game_faults() -> list[Fault]:
    return [
        *game_faults(),
        (season_of_game() != pl.col("season"), pl.format("game {} is not of the season {}", "game_id", "season")),
        (~pl.col("opponent").is_in(TRICODES), pl.format("unknown team: {}", "opponent")),
        (pl.col("opponent") == pl.col("team"), pl.format("a game of {} against itself", "team")),
    ]
