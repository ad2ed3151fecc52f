"""What the box scores of all of the NBA's forms share: names, what is wrong with a line, and how lines become rows.

A form's own module makes a frame of what was sent, in the columns of its raw table, with ``did_not_play`` and the two
columns of ``nba_rows``: the number of the payload, and that of the line among those of all payloads.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import polars as pl

from nba_props.archive.payload import Payload
from nba_props.contracts.table import Table
from nba_props.game_calendar import GAME_TYPES, game_date_of, season_expression
from nba_props.teams import TRICODE_BY_ID, TRICODES
from nba_props.upstreams.bodies import query_of
from nba_props.upstreams.endpoint import Coverage, Reject
from nba_props.upstreams.nba_result_sets import Rows, Wanted, as_sent, frame_of, sent_rows
from nba_props.upstreams.nba_rows import PAYLOAD, store
from nba_props.upstreams.sifting import Fault, absent_text

COUNTS = (
    "field_goals_made",
    "field_goals_attempted",
    "threes",
    "threes_attempted",
    "free_throws_made",
    "free_throws_attempted",
    "offensive_rebounds",
    "defensive_rebounds",
    "rebounds",
    "assists",
    "steals",
    "blocks",
    "turnovers",
    "fouls",
    "points",
)
SHARES = {
    "field_goal_share": "field_goals_attempted",
    "threes_share": "threes_attempted",
    "free_throw_share": "free_throws_attempted",
}
NEVER_MORE_THAN = (
    ("field_goals_made", "field_goals_attempted"),
    ("threes", "threes_attempted"),
    ("threes", "field_goals_made"),
    ("free_throws_made", "free_throws_attempted"),
)
PLAYER_MINUTES, TEAM_MINUTES = 100, 600
"""More than the longest game that was ever played."""

LARGEST_MARGIN = 500
REGULATION_TENTHS = 28_800
"""Tenths of a second of four quarters, the unit of StartRange and EndRange."""

LAST_PERIOD = 10

AsSent = Callable[[int], bytes]
"""A line as JSON, by its number."""

HEADERS = {
    "FGM": "field_goals_made",
    "FGA": "field_goals_attempted",
    "FG_PCT": "field_goal_share",
    "FG3M": "threes",
    "FG3A": "threes_attempted",
    "FG3_PCT": "threes_share",
    "FTM": "free_throws_made",
    "FTA": "free_throws_attempted",
    "FT_PCT": "free_throw_share",
    "OREB": "offensive_rebounds",
    "DREB": "defensive_rebounds",
    "REB": "rebounds",
    "AST": "assists",
    "STL": "steals",
    "BLK": "blocks",
    "PF": "fouls",
    "PTS": "points",
}
"""Header and column of the statistics that stats.nba.com has under the same header in every table."""


def statistic_headers(count: Any) -> dict[str, tuple[str, Any]]:
    """Header to column and type of those statistics; counts are of a given type."""
    return {header: (name, float | None if name in SHARES else count) for header, name in HEADERS.items()}


def lines_of(tables: Sequence[Rows], wanted: Wanted) -> tuple[pl.DataFrame, AsSent]:
    """Rows of result sets, one a payload, as lines, and what was sent of each."""
    sent = sent_rows(tables)
    return frame_of(tables, wanted), lambda place: as_sent(*sent[place])


def minutes_of(text: pl.Expr) -> pl.Expr:
    """Minutes of a clock such as '30:49', '30.000000:49', 'PT30M49.00S' or 'PT240M'; null of any other text."""
    clock = text.str.extract_groups(r"^([0-9]{1,3})(?:\.0+)?:([0-5][0-9])$")
    span = text.str.extract_groups(r"^PT([0-9]{1,3})M(?:([0-5]?[0-9](?:\.[0-9]+)?)S)?$")
    whole, seconds = (
        pl.coalesce(groups.struct.field(str(part)).cast(pl.Float64) for groups in (clock, span)) for part in (1, 2)
    )
    return whole + seconds.fill_null(0) / 60


def part_of_game(url: str) -> str | None:
    """What part of a game a box score was asked for, None for the whole.

    RangeType 0 asks for all of it, whatever the rest says; 1 for the periods from StartPeriod to EndPeriod; 2 for the
    tenths of a second from StartRange to EndRange.
    """
    asked = query_of(url)
    kind = asked.get("RangeType", "0")
    if kind in ("", "0"):
        return None
    first, last = ("StartPeriod", "EndPeriod") if kind == "1" else ("StartRange", "EndRange")
    start, end = (_number(asked.get(name, "")) for name in (first, last))
    whole = start <= 1 and end >= LAST_PERIOD if kind == "1" else start == 0 and end > REGULATION_TENTHS
    return None if whole else f"the box score is of a part of the game: {first} {start} to {last} {end}"


def with_circumstances(frame: pl.DataFrame, payloads: Sequence[Payload]) -> pl.DataFrame:
    """Adds what a body without date leaves to its request: ``game_date``, ``date_is_known`` and ``part``.

    The game date is that asked for by this platform; of a payload that it did not ask for, the New York date of
    fetching, which is right for a box score taken on the day of the game only.
    """
    told = [(date_asked(payload), payload.asked_for is not None, part_of_game(payload.url)) for payload in payloads]
    schema = {"game_date": pl.Date, "date_is_known": pl.Boolean, "part": pl.String}
    return frame.with_columns(pl.DataFrame(told, schema=schema, orient="row")[frame[PAYLOAD]])


def date_asked(payload: Payload) -> date:
    """The game date that a payload was asked for, else the New York date of its fetching."""
    return payload.asked_for or game_date_of(payload.fetched_at)


def coverage_of_request(payload: Payload) -> Coverage:
    """The date of a payload whose body tells none; it need not be read for that."""
    return Coverage((date_asked(payload),))


def circumstance_faults() -> list[Fault]:
    """What is wrong with lines whose body tells no date."""
    other_season = season_expression(pl.col("game_date")) != pl.col("season")
    told = "the body tells no date, and {}, when it was fetched, is not in the season {} of the game"
    return [
        (pl.col("part").is_not_null(), pl.col("part")),
        (~pl.col("date_is_known") & other_season, pl.format(told, "game_date", "season")),
    ]


def game_faults() -> list[Fault]:
    """What is wrong with a game's id."""
    game_id = pl.col("game_id")
    return [
        (~game_id.str.contains(r"^[0-9]{10}$"), pl.format("bad game id: {}", game_id)),
        (~game_id.str.starts_with("00"), pl.format("a game of another league than the NBA: {}", game_id)),
        (
            ~game_id.str.contains(rf"^00[{''.join(GAME_TYPES)}]"),
            pl.format("bad game id, of an unknown kind of game: {}", game_id),
        ),
    ]


def player_faults() -> list[Fault]:
    """What is wrong with who a line is of."""
    return [
        (pl.col("player_id") <= 0, pl.format("bad player id: {}", "player_id")),
        (absent_text("player_name"), "empty player name"),
    ]


def team_faults() -> list[Fault]:
    """What is wrong with a line's team."""
    team = pl.col("team").fill_null("")
    return [
        (~pl.col("team").is_in(TRICODES).fill_null(False), pl.format("unknown team: {}", team)),
        (pl.col("team_id") <= 0, pl.format("bad team id: {}", "team_id")),
    ]


def identity_faults() -> list[Fault]:
    """A team that is unknown, or whose id and tricode contradict each other."""
    known = pl.col("team_id").replace_strict(TRICODE_BY_ID, default=None, return_dtype=pl.String)
    team_id, team = pl.col("team_id").cast(pl.String).fill_null("no id"), pl.col("team").fill_null("no tricode")
    return [
        (known.is_null(), pl.format("unknown team: {} {}", team_id, team)),
        (known != team, pl.format("team {} is {}, not {}", team_id, known, team)),
    ]


def number_faults(longest: float) -> list[Fault]:
    """Impossible statistics; ``longest`` is the most minutes that can be."""
    faults: list[Fault] = [(~pl.col("minutes").is_between(0, longest), pl.format("impossible minutes: {}", "minutes"))]
    faults += [(pl.col(name) < 0, pl.format(f"negative {name}: {{}}", name)) for name in COUNTS]
    faults += [(~pl.col(name).is_between(0, 1), pl.format(f"impossible {name}: {{}}", name)) for name in SHARES]
    faults += [
        (pl.col(less) > pl.col(more), pl.format(f"impossible: {{}} {less} but {{}} {more}", less, more))
        for less, more in NEVER_MORE_THAN
    ]
    return faults


def presence_faults(*, tells_minutes: bool = True) -> list[Fault]:
    """Statistics that are absent of who played, or present of who did not; needs ``told_minutes`` as text.

    Minutes may be absent where a form does not tell them.
    """
    plays = ~pl.col("did_not_play")
    told = pl.col("told_minutes").fill_null("")
    margin = pl.col("plus_minus")
    no_minutes: list[Fault] = [(plays & pl.col("minutes").is_null(), pl.format("impossible minutes: '{}'", told))]
    return [
        *(no_minutes if tells_minutes else []),
        (~plays & pl.col("has_numbers"), "did not play, but has statistics"),
        ((margin.abs() > LARGEST_MARGIN) | (margin != margin.round()), pl.format("impossible plus_minus: {}", margin)),
        *((plays & pl.col(name).is_null(), f"no {name}") for name in COUNTS),
    ]


def settled(
    lines: pl.DataFrame, table: Table, endpoint: str, faults: Sequence[Fault], payloads: Sequence[Payload], sent: AsSent
) -> tuple[pl.DataFrame, list[Reject]]:
    """Lines as rows of their table, and those that cannot be.

    Columns that the form lacks are null, and so are the statistics of who did not play.
    """
    lacking = {name: pl.lit(None, dtype) for name, dtype in table.schema.items() if name not in lines.columns}
    told = lines.with_columns(**lacking | {"endpoint": pl.lit(endpoint)})
    return store(table, payloads, _without_idle_numbers(told), faults, sent)


def _without_idle_numbers(lines: pl.DataFrame) -> pl.DataFrame:
    """Null for the statistics of who did not play (``has_numbers`` tells whether he had any) and shares of no shots."""
    numbers = pl.any_horizontal(*(pl.col(name) != 0 for name in COUNTS), pl.col("minutes") > 0)
    names = ("minutes", *COUNTS, *SHARES, "plus_minus")
    nobody_shot = [pl.when(pl.col(tried) > 0).then(pl.col(share)).alias(share) for share, tried in SHARES.items()]
    return lines.with_columns(nobody_shot, has_numbers=numbers).with_columns(
        pl.when(~pl.col("did_not_play")).then(pl.col(name)).alias(name) for name in names
    )


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() else 0
