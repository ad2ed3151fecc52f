"""A night on which ESPN goes through every fault there is, ten minutes each: the platform goes on, asks again by
itself, and in the end has what ESPN tells when nothing is wrong."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from nba_props.contracts.raw.espn import ESPN_BOXSCORES, ESPN_QUARANTINE, ESPN_SCOREBOARD
from nba_props.game_calendar import DateRange
from nba_props.operations import planner
from nba_props.simulator import League
from nba_props.simulator.faults import Fault, Kind, added, renamed
from nba_props.upstreams import espn
from nba_props_tests.drills.judging import drill_over, same_facts
from nba_props_tests.drills.platform import Drill, world
from nba_props_tests.drills.questions import Questions

DAY = date(2024, 10, 22)
"""Two games."""

LEAGUE = League(seed=5, today=DAY, history_seasons=0)
LAST_TIP_OFF = max(
    datetime.fromtimestamp(int(LEAGUE.current.fixtures.tipoff[game]), UTC)
    for game, played in enumerate(LEAGUE.current.dates)
    if played == DAY
)
AFTER_THE_GAMES = LAST_TIP_OFF + timedelta(minutes=170)
TICK = timedelta(minutes=10)
GAMES = "/apis/site/.*(scoreboard|summary)"
HEALED_AFTER = 4
LIMITS = {
    "RETRY_ATTEMPTS": "1",
    "BREAKER_FAILURES": "2",
    "BREAKER_LONGEST_COOL_DOWN_SECONDS": "300",
    "DIRECT_TIMEOUT_SECONDS": "1",
    "BOX_SCORE_INTERVAL_MINUTES": "5",
}
"""Each fault is met in each of its ten minutes, be it by a probe."""


def faults(kinds: Sequence[Kind]) -> list[Fault]:
    """One after the other; a rewritten body calls a field otherwise and another time has a field more."""
    told = [Fault(kind, GAMES) for kind in kinds if kind is not Kind.REWRITTEN]
    if Kind.REWRITTEN in kinds:
        told += [Fault(Kind.REWRITTEN, GAMES, rewrite=rewrite) for rewrite in (renamed("id", "key"), added("new"))]
    begins = [AFTER_THE_GAMES + TICK * number for number in range(len(told))]
    return [
        Fault(each.kind, each.path, since=at, until=at + TICK, rewrite=each.rewrite)
        for each, at in zip(told, begins, strict=True)
    ]


@contextmanager
def night(home: Path, kinds: Sequence[Kind]) -> Iterator[Drill]:
    """Minute by minute through all of it and a while longer."""
    planned = faults(kinds)
    with world(
        LEAGUE, AFTER_THE_GAMES - TICK, Fault(Kind.NOT_FOUND, "/summary", until=AFTER_THE_GAMES), *planned
    ) as told:
        of_its_own = told.url.replace("127.0.0.1", "localhost")
        opened = drill_over(
            told, home, DAY, tables=("conformed.games",), sources=("nba_com", "espn"), ESPN_URL=of_its_own, **LIMITS
        )
        with opened as drill:
            drill.run_until(AFTER_THE_GAMES + TICK * (len(planned) + HEALED_AFTER), TICK)
            yield drill


def told_without_faults(drill: Drill) -> dict[str, pl.DataFrame]:
    """What ESPN tells of the date's games, asked outside of the platform."""
    questions = Questions(drill.platform.settings, drill.told.clock())
    frames: dict[str, list[pl.DataFrame]] = {ESPN_SCOREBOARD.full_name: [], ESPN_BOXSCORES.full_name: []}
    for endpoint in (espn.SCOREBOARD, espn.BOX_SCORES):
        for subject in questions.subjects(endpoint):
            if subject.game_date == DAY:
                (table,) = endpoint.tables
                frames[table].append(questions.rows(endpoint, table, subject))
    return {name: pl.concat(told) for name, told in frames.items()}


def holds(drill: Drill, kinds: Sequence[Kind]) -> None:
    assert not drill.failed_steps, f"runs that make tables failed: {drill.failed_steps}"
    met = {kind for _, kind in drill.told.scenario.met}
    assert met >= {kind for kind in kinds if kind is not Kind.REWRITTEN}, "a fault was not met"
    for name, expected in told_without_faults(drill).items():
        stored = drill.table(name, DateRange.of(DAY))
        assert same_facts(stored, expected), f"{name}: {stored.height} rows where ESPN tells {expected.height}"
    assert drill.alerts()["closed_at"].null_count() == 0, "an alert is open although all is well"


def test_a_night_of_every_fault_leaves_the_tables_as_a_quiet_night_does(tmp_path: Path) -> None:
    with night(tmp_path, list(Kind)) as drill:
        holds(drill, list(Kind))
        refused = drill.table(ESPN_QUARANTINE.full_name).filter(pl.col("row") == "")
        assert refused["payload_id"].n_unique() >= len({Kind.TRUNCATED_GZIP, Kind.HTML, Kind.EMPTY, Kind.REWRITTEN})


def test_control_what_brought_nothing_and_is_not_asked_again_stays_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planner._Planner, "_wait", lambda self, rule, asked_at, answered_at: timedelta(days=1))
    with night(tmp_path, [Kind.BROKEN]) as drill, pytest.raises(AssertionError, match="0 rows where ESPN tells"):
        holds(drill, [Kind.BROKEN])
