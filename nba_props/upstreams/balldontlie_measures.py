"""balldontlie's advanced box scores into ``raw.bdl_player_measures``, its season averages and lists of leaders into
``raw.bdl_season_measures``.

A payload row is one statistic of a player, in season averages together with his place in the league by it
(``pts`` with ``pts_rank``). A player's entry that cannot be read at all counts as one row.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Annotated, Any, TypeVar

import msgspec
import polars as pl
from msgspec import Meta, Raw, Struct

from nba_props.archive.payload import MalformedPayload, Payload
from nba_props.contracts.raw.balldontlie import (
    BDL_PLAYER_MEASURES,
    BDL_SEASON_MEASURES,
    LARGEST_VALUE,
    LEADERS,
    NO_SEASON_TYPE,
)
from nba_props.upstreams.balldontlie_bodies import (
    NO_NAME,
    Count,
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
    unknown_if_told,
)
from nba_props.upstreams.balldontlie_box_scores import GameOfLine, placement_faults
from nba_props.upstreams.bodies import date_of, path_of, query_of
from nba_props.upstreams.endpoint import Built, Coverage
from nba_props.upstreams.sifting import Fault, absent_text

Entry = TypeVar("Entry", bound=Struct)
Statistic = TypeVar("Statistic", bound=Struct)

RANK = "_rank"
GAMES_PLAYED = "gp"
CATEGORY = re.compile(r"/season_averages/([^/]+)$")


class AdvancedLine(Struct, gc=False):
    """A player's advanced statistics in a game, each not yet read, with his team and the game beside them."""

    player: Player
    team: Team
    game: GameOfLine
    pie: Raw
    pace: Raw
    assist_percentage: Raw
    assist_ratio: Raw
    assist_to_turnover: Raw
    defensive_rating: Raw
    defensive_rebound_percentage: Raw
    effective_field_goal_percentage: Raw
    net_rating: Raw
    offensive_rating: Raw
    offensive_rebound_percentage: Raw
    rebound_percentage: Raw
    true_shooting_percentage: Raw
    turnover_ratio: Raw
    usage_percentage: Raw


class GameStatistic(Struct, gc=False):
    """One statistic of an advanced line."""

    player: Player
    team: Team
    game: GameOfLine
    statistic: str
    value: float | None


class Averages(Struct, gc=False):
    """A player's statistics of a season, each not yet read; places in the league are named ``<statistic>_rank``."""

    player: Player
    season: Year
    season_type: str
    stats: dict[str, Raw]


class Leader(Struct, gc=False):
    """A player's place in the league by one statistic."""

    player: Player
    stat_type: str
    season: Year
    value: float | None
    rank: Annotated[int, Meta(ge=1, le=99_999)] | None
    games_played: Count | None


class SeasonStatistic(Struct, gc=False):
    """One statistic of a player in a season, whichever list tells it."""

    measure: str
    season_type: str
    season: int
    player: Player
    statistic: str
    value: float | None
    rank: int | None
    games_played: int | None


ADVANCED_STATISTICS = tuple(
    name for name in AdvancedLine.__struct_fields__ if name not in GameStatistic.__struct_fields__
)
ADVANCED_LINES, AVERAGES, LEADING = Reader(AdvancedLine), Reader(Averages), Reader(Leader)
VALUE = msgspec.json.Decoder(float | None)
PLACE: msgspec.json.Decoder[int | None] = msgspec.json.Decoder(Annotated[int, Meta(ge=1, le=99_999)] | None)
COUNT: msgspec.json.Decoder[int | None] = msgspec.json.Decoder(Count | None)
UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)


def decode_advanced_stats(payload: Payload) -> Page[GameStatistic]:
    """The statistics of all lines.

    Raises:
        MalformedPayload: the body is no list of lines, or not one line or statistic of it is readable.
    """
    return _unfolded(ADVANCED_LINES.read(payload), _statistics_of_line)


def build_player_measures(pages: Sequence[tuple[Payload, Page[GameStatistic]]]) -> Built:
    """Rows and rejects of decoded statistics of games."""
    return GAME_LAYOUT.build(pages)


def advanced_stats_coverage(payload: Payload) -> Coverage:
    """The dates of the games of all its lines and the one it was asked about."""
    return dated_coverage(payload, lambda each: {date_of(line.game.date) for line in ADVANCED_LINES.read(each).rows})


def decode_season_averages(payload: Payload) -> Page[SeasonStatistic]:
    """The statistics of all players; the URL tells of which category and type they are.

    Raises:
        MalformedPayload: the body is no list of averages, or not one player or statistic of it is readable.
    """
    measure = measure_asked(payload.url)
    return _unfolded(AVERAGES.read(payload), lambda averages, misfits: _of_averages(measure, averages, misfits))


def decode_leaders(payload: Payload) -> Page[SeasonStatistic]:
    """The players of a list of leaders.

    Raises:
        MalformedPayload: the body is no list of leaders, or not one of them is readable.
    """
    page = LEADING.read(payload)
    rows = [
        SeasonStatistic(
            LEADERS, NO_SEASON_TYPE, one.season, one.player, one.stat_type, one.value, one.rank, one.games_played
        )
        for one in page.rows
    ]
    return Page(rows, page.misfits)


def build_season_measures(pages: Sequence[tuple[Payload, Page[SeasonStatistic]]]) -> Built:
    """Rows and rejects of decoded statistics of seasons, of either endpoint."""
    return SEASON_LAYOUT.build(pages)


def measure_asked(url: str) -> str:
    """Category and type of the season averages that a URL asks for, such as ``general/base``; empty if none is told."""
    category = CATEGORY.search(path_of(url))
    told = (category[1] if category else "", query_of(url).get("type", "").strip())
    return "/".join(part for part in told if part)


Misfits = list[tuple[bytes, str]]


def _unfolded(page: Page[Entry], statistics: Callable[[Entry, Misfits], Iterable[Statistic]]) -> Page[Statistic]:
    """Every statistic of every player as a row of its own; one that cannot be read does not touch his others."""
    misfits = list(page.misfits)
    rows = [row for entry in page.rows for row in statistics(entry, misfits)]
    if misfits and not rows:
        raise MalformedPayload(f"none of {len(misfits)} statistics has the expected format: {misfits[0][1]}")
    return Page(rows, misfits)


def _statistics_of_line(line: AdvancedLine, misfits: Misfits) -> list[GameStatistic]:
    read: dict[str, float | None] = {}
    for name in ADVANCED_STATISTICS:
        try:
            read[name] = VALUE.decode(getattr(line, name))
        except UNREADABLE as error:
            misfits.append(_misfit({"game": line.game, "player": line.player, name: getattr(line, name)}, error))
    # Nobody can be on the floor without a pace: a line of zeros is that of a player who was not.
    did_not_play = not any(read.values())
    return [
        GameStatistic(line.player, line.team, line.game, name, None if did_not_play else value)
        for name, value in read.items()
    ]


def _of_averages(measure: str, averages: Averages, misfits: Misfits) -> list[SeasonStatistic]:
    games_played = _games_played(averages.stats)
    rows: list[SeasonStatistic] = []
    for name, value in averages.stats.items():
        if name.endswith(RANK) and name.removesuffix(RANK) in averages.stats:
            continue
        place = averages.stats.get(name + RANK)
        try:
            read = VALUE.decode(value), None if place is None else PLACE.decode(place)
        except UNREADABLE as error:
            told = {name: value} | ({} if place is None else {name + RANK: place})
            misfits.append(_misfit({"season": averages.season, "player": averages.player} | told, error))
            continue
        rows.append(
            SeasonStatistic(measure, averages.season_type, averages.season, averages.player, name, *read, games_played)
        )
    return rows


def _games_played(stats: Mapping[str, Raw]) -> int | None:
    """Games played, if they are told and readable; what is not is refused as the statistic that it is."""
    try:
        return COUNT.decode(stats[GAMES_PLAYED])
    except (KeyError, *UNREADABLE):
        return None


def _misfit(told: Mapping[str, Any], error: Exception) -> tuple[bytes, str]:
    return msgspec.json.encode(told), str(error)[:300]


_IMPOSSIBLE: list[Fault] = [
    (absent_text("statistic"), "a statistic without a name"),
    (pl.col("value").abs() > LARGEST_VALUE, pl.format("impossible value: {}", "value")),
]

GAME_LAYOUT = Layout[GameStatistic](
    table=BDL_PLAYER_MEASURES,
    told={
        "event_id": (lambda row: None if row.game.id is None else str(row.game.id), pl.String),
        "date": (attrgetter("game.date"), pl.String),
        "game_date": (lambda row: date_of(row.game.date), pl.Date),
        "season_year": (attrgetter("game.season"), pl.Int64),
        "home_team_id": (attrgetter("game.home_team_id"), pl.Int64),
        "away_team_id": (attrgetter("game.visitor_team_id"), pl.Int64),
        "team_id": (attrgetter("team.id"), pl.Int64),
        "abbreviation": (attrgetter("team.abbreviation"), pl.String),
        "source_player_id": (lambda row: str(row.player.id), pl.String),
        "first_name": (attrgetter("player.first_name"), pl.String),
        "last_name": (attrgetter("player.last_name"), pl.String),
        "statistic": (attrgetter("statistic"), pl.String),
        "value": (attrgetter("value"), pl.Float64),
    },
    derived=(
        {
            "season": season_name("season_year"),
            "home_team": tricode("home_team_id"),
            "away_team": tricode("away_team_id"),
            "team": tricode("team_id"),
            "player_name": full_name(),
        },
    ),
    faults=[(pl.col("event_id").is_null(), "no id of the game"), *placement_faults(), *_IMPOSSIBLE],
)

SEASON_LAYOUT = Layout[SeasonStatistic](
    table=BDL_SEASON_MEASURES,
    told={
        "season_year": (attrgetter("season"), pl.Int64),
        "season_type": (attrgetter("season_type"), pl.String),
        "measure": (attrgetter("measure"), pl.String),
        "source_player_id": (lambda row: str(row.player.id), pl.String),
        "first_name": (attrgetter("player.first_name"), pl.String),
        "last_name": (attrgetter("player.last_name"), pl.String),
        "team_id": (attrgetter("player.team_id"), pl.Int64),
        "abbreviation": (lambda row: None, pl.String),
        "statistic": (attrgetter("statistic"), pl.String),
        "value": (attrgetter("value"), pl.Float64),
        "rank": (attrgetter("rank"), pl.Int64),
        "games_played": (attrgetter("games_played"), pl.Int64),
    },
    derived=(
        {
            "game_date": pl.col("fetched_on"),
            "season": season_name("season_year"),
            "season_type": text_or_null("season_type"),
            "team": tricode("team_id"),
            "player_name": full_name(),
        },
    ),
    faults=[
        NO_NAME,
        unknown_if_told(),
        (pl.col("season_type").is_null(), "no season type"),
        (absent_text("measure"), "the URL tells no category"),
        *_IMPOSSIBLE,
    ],
)
