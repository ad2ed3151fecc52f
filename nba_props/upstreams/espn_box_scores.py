"""ESPN's box scores, from the summary and from the page, into ``raw.espn_boxscores``. A row is a player's line.

Statistics come as texts and are found by name. Who did not play has nulls, whatever was sent in his line.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import polars as pl

from nba_props.archive.payload import Payload
from nba_props.contracts.raw.espn import ESPN_BOXSCORES, GAME_STATES
from nba_props.game_calendar import game_date_of, season_of
from nba_props.upstreams.bodies import moment_of
from nba_props.upstreams.endpoint import Built, Coverage
from nba_props.upstreams.espn_bodies import PAYLOAD_NUMBER, ROW_NUMBER, build_table, coverage, misfit_rejects
from nba_props.upstreams.espn_box_score_bodies import (
    STATISTICS,
    BoxScore,
    Line,
    decode_page_box_score,
    decode_summary,
)
from nba_props.upstreams.espn_requests import BOX_SCORE_PAGES, BOX_SCORES
from nba_props.upstreams.espn_teams import tricode_of
from nba_props.upstreams.sifting import Fault, absent_text

_SENT = {key: f"sent_{key}" for key in STATISTICS}
"""Columns of the texts as sent."""

COLUMNS = tuple(column for columns in STATISTICS.values() for column in columns)
NEVER_MORE_THAN = (
    ("field_goals_made", "field_goals_attempted"),
    ("threes", "threes_attempted"),
    ("threes", "field_goals_made"),
    ("free_throws_made", "free_throws_attempted"),
)
LONGEST_MINUTES = 100

_NOTHING = ("", "-", "--")
"""Texts that stand for no value."""

_WHOLE, _PAIR, _MINUTES = r"^[+-]?[0-9]{1,3}$", r"^([0-9]{1,3})-([0-9]{1,3})$", r"^([0-9]{1,3})(?::([0-5][0-9]))?$"


def build_summaries(games: Sequence[tuple[Payload, BoxScore]]) -> Built:
    """Rows and rejects of decoded summaries."""
    return _build(games, BOX_SCORES)


def build_pages(games: Sequence[tuple[Payload, BoxScore]]) -> Built:
    """Rows and rejects of decoded pages."""
    return _build(games, BOX_SCORE_PAGES)


def summary_coverage(payload: Payload) -> Coverage:
    """The date of the summary's game."""
    return coverage(payload, lambda each: _dates(decode_summary(each)))


def page_coverage(payload: Payload) -> Coverage:
    """The date of the page's game."""
    return coverage(payload, lambda each: _dates(decode_page_box_score(each)))


def _dates(game: BoxScore) -> set[date]:
    start = moment_of(game.date)
    return {game_date_of(start)} if start else set()


def _build(games: Sequence[tuple[Payload, BoxScore]], endpoint: str) -> Built:
    payloads = [payload for payload, _ in games]
    lines = [(owner, line) for owner, (_, game) in enumerate(games) for line, _ in game.rows.read]
    sent = [row for _, game in games for _, row in game.rows.read]
    frame = _frame([game for _, game in games], lines, endpoint)
    built = build_table(ESPN_BOXSCORES, payloads, frame, sent, _faults())
    for payload, game in games:
        built.rejects.extend(misfit_rejects(ESPN_BOXSCORES, payload, game.rows))
    return built


def _frame(games: Sequence[BoxScore], lines: Sequence[tuple[int, Line]], endpoint: str) -> pl.DataFrame:
    people = pl.DataFrame(
        {
            PAYLOAD_NUMBER: [owner for owner, _ in lines],
            "source_player_id": [line.player_id for _, line in lines],
            "player_name": [line.player_name for _, line in lines],
            "team_code": [line.team for _, line in lines],
            "team": [tricode_of(line.team) for _, line in lines],
            "is_starter": [line.is_starter for _, line in lines],
            "told_out": [line.told_out for _, line in lines],
            "reason_sent": [line.reason for _, line in lines],
            "values": [len(line.statistics) for _, line in lines],
            "names": [len(line.keys) for _, line in lines],
            **_texts([line for _, line in lines]),
        },
        schema={
            PAYLOAD_NUMBER: pl.Int64(),
            **dict.fromkeys(("source_player_id", "player_name", "team_code", "team"), pl.String()),
            **dict.fromkeys(("is_starter", "told_out"), pl.Boolean()),
            "reason_sent": pl.String(),
            **dict.fromkeys(("values", "names"), pl.Int64()),
            **dict.fromkeys(_SENT.values(), pl.String()),
        },
    )
    frame = people.with_row_index(ROW_NUMBER).join(_games(games), on=PAYLOAD_NUMBER, how="left", maintain_order="left")
    out = pl.col("told_out").fill_null(False) | (pl.col("values") == 0)
    frame = frame.with_columns(_numbers()).with_columns(
        pl.col("minutes").alias("told_minutes"),
        endpoint=pl.lit(endpoint),
        did_not_play=out,
        not_playing_reason=pl.when(out).then(pl.col("reason_sent")),
    )
    return frame.with_columns(pl.when(~pl.col("did_not_play")).then(pl.col(name)).alias(name) for name in COLUMNS)


def _texts(lines: Sequence[Line]) -> dict[str, list[str | None]]:
    """Each statistic as sent, one entry a line; null where the line has none or another number of them."""
    places: dict[tuple[str, ...], list[int]] = {}
    texts: dict[str, list[str | None]] = {name: [] for name in _SENT.values()}
    for line in lines:
        order = places.setdefault(line.keys, [line.keys.index(key) for key in STATISTICS])
        values = line.statistics if len(line.statistics) == len(line.keys) else [None] * len(line.keys)
        for name, place in zip(texts, order, strict=True):
            texts[name].append(values[place])
    return texts


def _games(games: Sequence[BoxScore]) -> pl.DataFrame:
    starts = [moment_of(game.date) for game in games]
    return pl.DataFrame(
        {
            PAYLOAD_NUMBER: range(len(games)),
            "game_date": [game_date_of(start) if start else None for start in starts],
            "season": [season_of(game_date_of(start)) if start else None for start in starts],
            "event_id": [game.event_id for game in games],
            "status": [game.status for game in games],
            "home_code": [game.home_code for game in games],
            "away_code": [game.away_code for game in games],
            "home_team": [tricode_of(game.home_code) for game in games],
            "away_team": [tricode_of(game.away_code) for game in games],
        },
        schema={
            PAYLOAD_NUMBER: pl.Int64(),
            "game_date": pl.Date(),
            **dict.fromkeys(("season", "event_id", "status"), pl.String()),
            **dict.fromkeys(("home_code", "away_code", "home_team", "away_team"), pl.String()),
        },
    )


def _numbers() -> list[pl.Expr]:
    numbers = []
    for key, columns in STATISTICS.items():
        text = pl.col(_SENT[key]).str.strip_chars()
        if len(columns) == 2:
            numbers += [text.str.extract(_PAIR, group).cast(pl.Int64).alias(columns[group - 1]) for group in (1, 2)]
        elif key == "minutes":
            seconds = text.str.extract(_MINUTES, 2).cast(pl.Float64).fill_null(0.0)
            numbers.append((text.str.extract(_MINUTES, 1).cast(pl.Float64) + seconds / 60).alias(columns[0]))
        else:
            whole = pl.when(text.str.contains(_WHOLE)).then(text.str.strip_prefix("+"))
            numbers.append(whole.cast(pl.Int64).alias(columns[0]))
    return numbers


def _faults() -> list[Fault]:
    faults: list[Fault] = [
        (absent_text("event_id"), "empty event id"),
        (pl.col("game_date").is_null(), "the game's date is absent or naive"),
        (~pl.col("status").is_in(GAME_STATES), pl.format("unknown state of the game: {}", "status")),
        (absent_text("source_player_id"), "empty player id"),
        (absent_text("player_name"), "empty player name"),
    ]
    for name in ("home", "away"):
        code = pl.col(f"{name}_code").fill_null("")
        faults.append((pl.col(f"{name}_team").is_null(), pl.format(f"unknown {name} team: {{}}", code)))
    faults += [
        (pl.col("team").is_null(), pl.format("unknown team: {}", pl.col("team_code").fill_null(""))),
        (~pl.col("team").is_in(pl.concat_list("home_team", "away_team")), "his team does not play in this game"),
        (
            (pl.col("values") > 0) & (pl.col("values") != pl.col("names")),
            pl.format("{} statistics where {} are named", "values", "names"),
        ),
        *_unreadable(),
        (pl.col("minutes") > LONGEST_MINUTES, pl.format("impossible minutes: {}", "minutes")),
        (pl.col("did_not_play") & (pl.col("told_minutes") > 0), "he is said not to have played, and has minutes"),
    ]
    faults += [
        (pl.col(name) < 0, pl.format(f"negative {name}: {{}}", name)) for name in COLUMNS if name != "plus_minus"
    ]
    return faults + [
        (pl.col(less) > pl.col(more), pl.format(f"impossible: {{}} {less} but {{}} {more}", less, more))
        for less, more in NEVER_MORE_THAN
    ]


def _unreadable() -> list[Fault]:
    """A text that stands for something and cannot be read."""
    faults: list[Fault] = []
    for key, columns in STATISTICS.items():
        text = pl.col(_SENT[key]).str.strip_chars()
        is_unread = ~text.is_in(_NOTHING) & pl.col(columns[0]).is_null() & ~pl.col("did_not_play")
        faults.append((is_unread, pl.format(f"bad {columns[0]}: {{}}", text)))
    return faults
