"""Lineups of stats.nba.com teamdashlineups, into ``raw.nbac_lineups``.

A payload's rows are those of its result sets Lineups, one a group of players, and Overall, the team as a whole. The
ranks of each statistic follow from the statistics and are not read. What was asked for stands in the answer: rows of
averages, or of a part of the season, are refused, as they would pass for its totals.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
import polars as pl
from msgspec import Struct

from nba_props.archive.payload import Payload
from nba_props.contracts.raw.nba_season_snapshots import NBAC_LINEUPS
from nba_props.game_calendar import game_date_of
from nba_props.upstreams.bodies import decode
from nba_props.upstreams.endpoint import Built, Reject
from nba_props.upstreams.nba_box_lines import NEVER_MORE_THAN, SHARES, lines_of, statistic_headers
from nba_props.upstreams.nba_requests import SEASON_TYPES
from nba_props.upstreams.nba_result_sets import BODY, Rows, Wanted, rows_of
from nba_props.upstreams.nba_rows import PAYLOAD, Label, Whole, contract_faults, store, team_of
from nba_props.upstreams.sifting import Fault

TABLE = NBAC_LINEUPS.full_name
LEAGUE = "00"
GROUPS, WHOLE_TEAM = "Lineups", "Overall"

STATISTICS: Wanted = {
    "GROUP_SET": ("group_set", str),
    "GP": ("games", Whole),
    "W": ("wins", Whole),
    "L": ("losses", Whole),
    "W_PCT": ("win_share", float | None),
    "MIN": ("minutes", float),
    "TOV": ("turnovers", Whole),
    "BLKA": ("blocks_against", Whole),
    "PFD": ("fouls_drawn", Whole),
    "PLUS_MINUS": ("plus_minus", float),
    **statistic_headers(Whole),
}
GROUP_HEADERS: Wanted = {**STATISTICS, "GROUP_ID": ("group_id", Label), "GROUP_NAME": ("group_name", str)}
TEAM_HEADERS: Wanted = {
    **STATISTICS,
    "GROUP_VALUE": ("group_id", Label),
    "TEAM_NAME": ("group_name", str),
    "TEAM_ID": ("own_team_id", Whole),
}

KINDS = {name: kind for kind, name in SEASON_TYPES.items()} | {"Pre Season": "preseason", "All Star": "all_star"}
"""SeasonType of the stats API to kind of game."""

WHOLE_SEASON: Mapping[str, object] = {
    "MeasureType": "Base",
    "PerMode": "Totals",
    "PlusMinus": "N",
    "PaceAdjust": "N",
    "LastNGames": 0,
    "Month": 0,
    "OpponentTeamID": 0,
    "Period": 0,
}
"""What an answer about a whole season's totals was asked for."""

FILTERS = (
    "DateFrom",
    "DateTo",
    "GameSegment",
    "Location",
    "Outcome",
    "SeasonSegment",
    "ShotClockRange",
    "VsConference",
    "VsDivision",
)
"""Parameters that narrow the games down unless they are empty."""


class Asked(Struct):
    """What an answer was asked for; ``part`` tells what else than a whole season's totals, None for those."""

    team_id: int
    season: str
    season_type: str
    league: str
    part: str | None


class Parameters(Struct):
    """The parameters of an answer that every row's identity takes from them."""

    TeamID: Whole
    Season: str
    SeasonType: str
    LeagueID: str = LEAGUE


class ParametersBody(Struct):
    """An answer, what it was asked for only."""

    parameters: Parameters


class AnyParameters(Struct):
    """An answer, every parameter as it is."""

    parameters: dict[str, object]


class Lineups(Struct):
    """A decoded answer: what was asked for, groups of players, and the team as a whole."""

    asked: Asked
    groups: Rows
    team: Rows


PARAMETERS, ANY_PARAMETERS = msgspec.json.Decoder(ParametersBody), msgspec.json.Decoder(AnyParameters)

_ASKED = pl.Schema(
    {
        "team_id": pl.Int64,
        "season": pl.String,
        "told_season_type": pl.String,
        "league": pl.String,
        "part": pl.String,
        "game_date": pl.Date,
    }
)


def decode_lineups(payload: Payload) -> Lineups:
    """The groups of an answer.

    Raises:
        MalformedPayload: the body is no such answer, a header is absent or given twice, or not one row of a set fits.
    """
    told, every = decode(payload, PARAMETERS).parameters, decode(payload, ANY_PARAMETERS).parameters
    asked = Asked(told.TeamID, told.Season, told.SeasonType, told.LeagueID, part_of_season(every))
    results = decode(payload, BODY).resultSets
    return Lineups(asked, rows_of(results, GROUPS, GROUP_HEADERS), rows_of(results, WHOLE_TEAM, TEAM_HEADERS))


def part_of_season(parameters: Mapping[str, object]) -> str | None:
    """What else than the totals of a whole season was asked for; None for those."""
    other = [
        f"{name} {parameters[name]}"
        for name, expected in WHOLE_SEASON.items()
        if parameters.get(name, expected) not in (expected, str(expected), None)
    ]
    other += [f"{name} {parameters[name]}" for name in FILTERS if parameters.get(name)]
    return f"not the totals of a whole season: {', '.join(other)}"[:300] if other else None


def build_lineups(answers: Sequence[tuple[Payload, Lineups]]) -> Built:
    """Rows and rejects of decoded answers."""
    payloads = [payload for payload, _ in answers]
    asked = pl.DataFrame(
        [(*msgspec.structs.astuple(answer.asked), game_date_of(payload.fetched_at)) for payload, answer in answers],
        schema=_ASKED,
        orient="row",
    )
    size = pl.col("group_set").str.extract(r"^([2-5]) Man$").cast(pl.Int64)
    groups, groups_sent = lines_of([answer.groups for _, answer in answers], GROUP_HEADERS)
    group_rows, group_rejects = store(
        NBAC_LINEUPS, payloads, _told(groups, asked).with_columns(group_size=size), _faults(), groups_sent
    )
    none = pl.when(pl.col("group_set") == WHOLE_TEAM).then(pl.lit(0, pl.Int64))
    teams, teams_sent = lines_of([answer.team for _, answer in answers], TEAM_HEADERS)
    team_rows, team_rejects = store(
        NBAC_LINEUPS, payloads, _told(teams, asked).with_columns(group_size=none), _team_faults(), teams_sent
    )
    misfits = [
        Reject(payload, TABLE, row, reason, game_date_of(payload.fetched_at))
        for payload, answer in answers
        for row, reason in (*answer.groups.misfits, *answer.team.misfits)
    ]
    return Built({TABLE: pl.concat([group_rows, team_rows])}, misfits + group_rejects + team_rejects)


def _told(rows: pl.DataFrame, asked: pl.DataFrame) -> pl.DataFrame:
    """Rows with what their answer was asked for; shares of nothing are null."""
    kind = pl.col("told_season_type").replace_strict(KINDS, default=None, return_dtype=pl.String)
    nothing = [pl.when(pl.col(tried) > 0).then(pl.col(share)).alias(share) for share, tried in SHARES.items()]
    return pl.concat([rows, asked[rows[PAYLOAD]]], how="horizontal").with_columns(
        *nothing,
        pl.when(pl.col("games") > 0).then(pl.col("win_share")).alias("win_share"),
        season_type=kind,
        team=team_of("team_id"),
    )


def _team_faults() -> list[Fault]:
    other = pl.col("own_team_id") != pl.col("team_id")
    return [(other, pl.format("asked about team {}, told of {}", "team_id", "own_team_id")), *_faults()]


def _faults() -> list[Fault]:
    margin, games = pl.col("plus_minus"), pl.col("wins") + pl.col("losses")
    return [
        (pl.col("league") != LEAGUE, pl.format("another league than the NBA: {}", "league")),
        (pl.col("part").is_not_null(), pl.col("part")),
        (pl.col("team").is_null(), pl.format("unknown team: {}", "team_id")),
        (pl.col("season_type").is_null(), pl.format("unknown season type: {}", "told_season_type")),
        (pl.col("group_size").is_null(), pl.format("unknown set of groups: {}", "group_set")),
        (margin != margin.round(), pl.format("impossible plus_minus: {}", margin)),
        (games > pl.col("games"), pl.format("{} games, but {} won or lost", "games", games)),
        *(
            (pl.col(less) > pl.col(more), pl.format(f"impossible: {{}} {less} but {{}} {more}", less, more))
            for less, more in NEVER_MORE_THAN
        ),
        *contract_faults(NBAC_LINEUPS),
    ]
