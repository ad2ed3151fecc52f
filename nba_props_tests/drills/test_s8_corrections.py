"""S8: a late correction of a box score never reached the features that were made of it. Here the NBA's box scores are
read again on the mornings after, and a correction remakes exactly what depends on it, value for value as if it had been
told at once; the same facts again remake nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path

import polars as pl
import pytest

from nba_props.contracts.registry import table_named
from nba_props.game_calendar import eastern_moment
from nba_props.operations import planner
from nba_props.simulator import League
from nba_props.simulator.faults import Fault
from nba_props.simulator.mishaps import corrected_box_score
from nba_props.warehouse import parquet
from nba_props_tests.drills.judging import drill_over, facts, same_facts
from nba_props_tests.drills.leagues import arranged, games_of
from nba_props_tests.drills.platform import Drill, world

DAY = timedelta(days=1)
FIRST = date(2025, 1, 6)
SECOND = FIRST + DAY
EVERYTHING = ("precompute.feature_store", "analytics.team_offense_game_summary")
READ, BOXES = "raw.nbac_player_boxscore", "conformed.player_boxscores"
SUMMARY = "analytics.player_game_summary"

OF_ITS_DATE = (
    BOXES,
    "conformed.games",
    "conformed.team_boxscores",
    "conformed.boxscore_discrepancies",
    "analytics.player_game_summary",
    "analytics.player_market_results",
    "analytics.team_offense_game_summary",
    "analytics.team_defense_game_summary",
)
"""What is made of a box score's own date."""

OF_THE_NEXT_DATE = (
    "precompute.player_daily_cache",
    "precompute.role_priors",
    "precompute.team_daily_cache",
    "precompute.player_opponent_history",
    "precompute.feature_store",
)
"""What looks back on it; the next date is today, and the one after has no game."""

HIS_OWN = ("conformed.player_boxscores", "precompute.player_daily_cache")
"""Tables in which a rebound of a player is in his own row and in nobody else's."""

UNTOUCHED = ("raw.nbac_schedule", "conformed.did_not_play", "conformed.players", "conformed.shots")
"""What a rebound changes no row of."""


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return eastern_moment(day, time(hour, minute))


BEFORE, AFTER = at(FIRST, 18), at(SECOND, 0, 30)
"""Before the games; when they are over and told, and the next date has begun."""

CORRECTED_AT, READ_AGAIN = at(SECOND, 9), at(SECOND, 10, 35)
"""The last game of the date began at half past seven."""


@cache
def league() -> League:
    """Two pairs of teams that meet on two evenings."""
    slate = [(0, time(19)), (1, time(19, 30))]
    return arranged({FIRST: slate, SECOND: slate})


@cache
def player() -> int:
    """Who has one more rebound in the first game: one who plays in the second one, too."""
    season = league().current
    games = [league().games[games_of(league(), day)[0]][1] for day in (FIRST, SECOND)]
    first, second = (season.setting.players[game][season.box_scores.plays[game]].tolist() for game in games)
    return int(season.pool.player_id[min(set(first) & set(second))])


def correction(since: datetime) -> tuple[Fault, ...]:
    return corrected_box_score(games_of(league(), FIRST)[0], player(), since)


@contextmanager
def platform(home: Path, since: datetime, tables: tuple[str, ...] = EVERYTHING) -> Iterator[Drill]:
    with (
        world(league(), BEFORE, *correction(since)) as told,
        drill_over(told, home, FIRST, tables=tables, sources=("nba_com",)) as drill,
    ):
        for moment in (BEFORE, AFTER):
            told.clock.move_to(moment)
            drill.tick()
        yield drill


def read_again(drill: Drill) -> dict[str, set[date]]:
    """The tick on which corrections are looked for; gives what automation had made of it."""
    drill.told.clock.move_to(READ_AGAIN)
    drill.collect()
    drill.bring_in()
    return drill.settle()


def made(drill: Drill) -> dict[str, pl.DataFrame]:
    return {table.full_name: drill.table(table.full_name) for step in drill._steps for table in step.tables}


@dataclass
class AsIfAtOnce:
    """What a platform has to whom the league told the corrected box score in the first place."""

    tables: Mapping[str, pl.DataFrame]
    asked: list[str]
    remade: Mapping[str, set[date]]


@pytest.fixture(scope="module")
def at_once(tmp_path_factory: pytest.TempPathFactory) -> AsIfAtOnce:
    with platform(tmp_path_factory.mktemp("at once"), since=BEFORE) as drill:
        remade = read_again(drill)
        asked = drill.attempts().filter(pl.col("asked_at") >= READ_AGAIN)["endpoint"].to_list()
        return AsIfAtOnce(made(drill), asked, remade)


def changed_rows(name: str, before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """Rows whose facts are not as they were, as they are now."""
    order = list(table_named(name).key)
    was, now = (facts(frame).sort(order) for frame in (before, after))
    assert was.select(order).equals(now.select(order)), f"{name} has other rows"
    rest = [column for column in now.columns if column not in order]
    return now.filter(pl.any_horizontal(pl.col(column).ne_missing(pl.lit(was[column])) for column in rest))


def is_reflected(drill: Drill, expected: Mapping[str, pl.DataFrame]) -> None:
    """Everywhere, value for value; ``as_of`` tells when a row was made of what was known."""
    for table in (each for step in drill._steps for each in step.tables):
        found, told = (
            frame.drop("as_of", strict=False) for frame in (drill.table(table.full_name), expected[table.full_name])
        )
        assert same_facts(found, told), f"{table.full_name} is not as if the correction had been told at once"


def nothing_else_is_another(before: Mapping[str, pl.DataFrame], after: Mapping[str, pl.DataFrame]) -> None:
    for name in HIS_OWN:
        rows = changed_rows(name, before[name], after[name])
        assert set(rows["player_id"]) == {player()}, f"{name}: rows of others are others"
    rows = changed_rows(SUMMARY, before[SUMMARY], after[SUMMARY])
    assert set(rows["game_id"]) == {games_of(league(), FIRST)[0]}, "possessions are of the whole game, and of no other"
    for name in UNTOUCHED:
        assert changed_rows(name, before[name], after[name]).is_empty(), f"{name} is another"


def nobody_looks(drill: Drill, expected: Mapping[str, pl.DataFrame]) -> None:
    """Control: what is complete is not read again."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(planner._Planner, "corrected", lambda *_: iter(()))
        assert read_again(drill) == {}
        with pytest.raises(AssertionError, match=r"raw\.nbac_player_boxscore is not as if"):
            is_reflected(drill, expected)


def test_a_correction_is_read_by_itself_and_remakes_what_depends_on_it_and_nothing_else(
    tmp_path: Path, at_once: AsIfAtOnce
) -> None:
    with platform(tmp_path, since=CORRECTED_AT) as drill:
        nobody_looks(drill, at_once.tables)
        before = made(drill)
        remade = read_again(drill)
        is_reflected(drill, at_once.tables)
        nothing_else_is_another(before, made(drill))
        for name in OF_ITS_DATE:
            assert remade.get(name) == {FIRST}, f"{name} was remade on {remade.get(name)}"
        for name in OF_THE_NEXT_DATE:
            assert SECOND in remade.get(name, set()), f"{name} is made of it and was not remade"
        assert not any(day < FIRST for days in remade.values() for day in days)
        assert drill.settle() == {}
        assert (drill.failed_runs, drill.failed_steps) == ([], [])
        assert drill.alerts().is_empty()


def test_the_same_box_scores_again_remake_nothing(at_once: AsIfAtOnce) -> None:
    boxes = {"player_box_scores": 1, "team_box_scores": 1, "box_score_v3": 2, "live_box_score": 2}
    asked = {name: at_once.asked.count(name) for name in boxes}
    assert asked == boxes, "each is read again, once"
    assert at_once.remade == {}, "what is unchanged was made again"


def test_if_a_version_tells_only_how_many_rows_there_are_the_correction_stays_where_it_came_in(
    tmp_path: Path, at_once: AsIfAtOnce, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control: a partition with as many rows as before counts as unchanged."""
    by_facts: Callable[[pl.DataFrame], parquet.Partition] = parquet._partition

    def by_rows(frame: pl.DataFrame) -> parquet.Partition:
        told = by_facts(frame)
        return parquet.Partition(told.content, told.rows, f"{told.rows} rows")

    monkeypatch.setattr(parquet, "_partition", by_rows)
    with platform(tmp_path, since=CORRECTED_AT, tables=(BOXES,)) as drill:
        assert read_again(drill) == {}
        assert same_facts(drill.table(READ), at_once.tables[READ]), "it has not come in"
        with pytest.raises(AssertionError, match=r"conformed\.player_boxscores is not as if"):
            is_reflected(drill, at_once.tables)
