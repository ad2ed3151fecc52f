"""Malformed messages were retried for ever and drowned new ones. Here a web page and a renamed field come amid good
odds: each is quarantined once, the good ones are stored, and once the parser is mended the archive alone heals it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any

import dagster as dg
import httpx
import polars as pl
import pytest

from nba_props.archive.payload import MalformedPayload, Payload
from nba_props.contracts import operations, raw
from nba_props.game_calendar import DateRange, eastern_moment
from nba_props.orchestration import assets
from nba_props.orchestration.steps.raw import step_of
from nba_props.simulator import League
from nba_props.simulator.faults import Fault, Kind, renamed
from nba_props.upstreams import odds_api, raw_tables
from nba_props.upstreams.endpoint import REJECT_SCHEMA, Endpoint
from nba_props.upstreams.upstream import Upstream
from nba_props_tests.drills.judging import drill_over, last_check, make, same_facts
from nba_props_tests.drills.platform import Drill, World, world

DAY = date(2025, 1, 9)
LEAGUE = League(seed=5, today=DAY, history_seasons=0)
START = eastern_moment(DAY, time(10))
ODDS = r"/events/[^/]+/odds"
PAGES = Fault(Kind.HTML, ODDS, times=1)
RENAMED = Fault(
    Kind.REWRITTEN,
    ODDS,
    since=START + timedelta(minutes=10),
    until=START + timedelta(minutes=20),
    rewrite=renamed("bookmakers", "books"),
)
GAMES = 5
MALFORMED = 1 + GAMES
TICKS = (0, 1, 2, 13, 24)
"""Minutes: schedule, events, odds with a page among them, odds with another field, odds as they should be."""


@dataclass
class Scene:
    """What was collected, and the odds that a world without faults tells to the same questions."""

    told: World
    home: Path
    without_faults: dict[str, pl.DataFrame]


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    home = tmp_path_factory.mktemp("scene")
    with world(LEAGUE, START, PAGES, RENAMED) as told:
        with drill_in(told, home) as drill:
            for minutes in TICKS:
                told.clock.move_to(START + timedelta(minutes=minutes))
                drill.tick()
            attempts = drill.attempts()
        told.scenario.faults.clear()
        yield Scene(told, home, without_faults(told, attempts))


def drill_in(told: World, home: Path) -> Drill:
    tables = ("conformed.games", operations.QUARANTINED_PAYLOADS.full_name)
    return drill_over(told, home, DAY, tables=tables, sources=("nba_com", "odds_api"))


@pytest.fixture
def drill(scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Drill]:
    monkeypatch.setattr(assets, "RETRIES", dg.RetryPolicy(max_retries=0))
    home = shutil.copytree(scene.home, tmp_path / "home")
    scene.told.clock.move_to(START + timedelta(minutes=TICKS[-1] + 1))
    with drill_in(scene.told, home) as opened:
        yield opened


def without_faults(told: World, attempts: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """The same questions at the same moments, asked of the world without its faults."""
    answers: list[Payload] = []
    for row in attempts.filter(endpoint=odds_api.EVENT_ODDS.name).iter_rows(named=True):
        told.clock.move_to(row["asked_at"])
        body = httpx.get(f"{told.url}{row['question']}&apiKey=k").content
        answers.append(Payload(f"{len(answers):040d}", row["url"], row["asked_at"], 200, body, asked_for=DAY))
    return raw_tables.build(DateRange.of(DAY), {odds_api.EVENT_ODDS: answers}, raw.ODDS_QUARANTINE)


def make_again(drill: Drill, upstream: Upstream = odds_api.UPSTREAM) -> None:
    """What a person does after deploying a parser: the date's raw tables again; automation does the rest."""
    make(drill, step_of(upstream), DateRange.of(DAY))
    drill.settle()


def refused(drill: Drill) -> pl.DataFrame:
    return drill.table(raw.ODDS_QUARANTINE.full_name, DateRange.of(DAY)).filter(pl.col("row") == "")


def the_rest_is_stored(drill: Drill, expected: dict[str, pl.DataFrame]) -> None:
    """Every row of a payload that can be read is there, and nothing else."""
    lost = drill.attempts().join(refused(drill), on="payload_id", how="semi").select("asked_at", "question")
    events = lost.select(
        pl.col("question").str.extract(r"/events/([^/]+)/odds").alias("event_id"),
        pl.col("asked_at").alias("snapshot_at"),
    )
    for name in odds_api.EVENT_ODDS.tables:
        readable = expected[name].join(events, on=["event_id", "snapshot_at"], how="anti")
        stored = drill.table(name, DateRange.of(DAY))
        assert same_facts(stored, readable), f"{name}: {stored.height} of {readable.height} readable rows are stored"


def each_is_quarantined_once(drill: Drill, payloads: int) -> None:
    found = refused(drill)
    assert found["payload_id"].n_unique() == payloads, f"{found['payload_id'].n_unique()} payloads are quarantined"
    assert found.height == payloads * len(odds_api.EVENT_ODDS.tables), "one row a payload and table"
    archived = {each.payload_id: each for each in archived_odds(drill)}
    for row in found.iter_rows(named=True):
        assert row["reason"]
        body = archived[row["payload_id"]].body
        assert body.startswith(b"<!DOCTYPE html>") or b'"books":' in body, "the pointer leads to the bytes that came"


def archived_odds(drill: Drill) -> list[Payload]:
    return list(drill.platform.archive.payloads(odds_api.UPSTREAM.source, odds_api.EVENT_ODDS.name, DateRange.of(DAY)))


def the_count_is_told(drill: Drill, payloads: int) -> None:
    """The count is a table, a check and the check's number."""
    table = drill.table(operations.QUARANTINED_PAYLOADS.full_name, DateRange.of(DAY)).filter(
        source=odds_api.UPSTREAM.source
    )
    assert same_facts(table, drill.table(raw.ODDS_QUARANTINE.full_name, DateRange.of(DAY)))
    check = last_check(drill, raw.ODDS_QUARANTINE.full_name, "nothing_refused", DAY)
    told = check.metadata["payloads concerned"].value if "payloads concerned" in check.metadata else None
    assert (check.passed, told) == (payloads == 0, payloads), "the check tells how many"


def holds(drill: Drill, expected: dict[str, pl.DataFrame], payloads: int = MALFORMED) -> None:
    assert not drill.failed_steps, f"a run stopped: {drill.failed_steps}"
    each_is_quarantined_once(drill, payloads)
    the_rest_is_stored(drill, expected)
    the_count_is_told(drill, payloads)


def test_what_cannot_be_read_is_quarantined_once_and_costs_nothing_else(scene: Scene, drill: Drill) -> None:
    make_again(drill)
    holds(drill, scene.without_faults)
    make_again(drill)
    holds(drill, scene.without_faults)


def test_nothing_malformed_is_asked_for_more_often_than_anything_else(scene: Scene, drill: Drill) -> None:
    tries = drill.attempts().filter(endpoint=odds_api.EVENT_ODDS.name).group_by("question").len()
    assert tries["len"].to_list() == [len(TICKS) - 2] * GAMES, "every game at every snapshot, once"
    assert drill.collect() == [], "nothing waits to be tried again"


def test_after_a_parser_fix_the_date_made_again_drains_it_without_a_request(scene: Scene, drill: Drill) -> None:
    make_again(drill)
    asked = drill.attempts().height
    make_again(drill, mended())
    holds(drill, scene.without_faults, payloads=1)
    assert refused(drill)["reason"].str.contains("HTML").all(), "only the web page has nothing to be read"
    assert drill.attempts().height == asked, "the upstream was asked again"


def mended() -> Upstream:
    """The upstream with a parser that reads the field under its new name, and says so by its version."""
    old = odds_api.EVENT_ODDS

    def spelt(read: Callable[[Payload], Any]) -> Callable[[Payload], Any]:
        return lambda payload: read(replace(payload, body=payload.body.replace(b'"books":', b'"bookmakers":')))

    new = replace(old, parser_version=old.parser_version + 1, decode=spelt(old.decode), speaks_of=spelt(old.speaks_of))
    return replace(odds_api.UPSTREAM, endpoints=(odds_api.EVENTS, new))


def test_control_without_quarantine_malformed_payloads_are_gone_without_a_trace(
    scene: Scene, drill: Drill, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Endpoint, "quarantine", lambda endpoint, payload, reason: pl.DataFrame(schema=REJECT_SCHEMA))
    make_again(drill)
    with pytest.raises(AssertionError, match="0 payloads are quarantined"):
        holds(drill, scene.without_faults)


def test_control_a_parser_that_stops_at_the_first_malformed_payload_stops_the_run(
    scene: Scene, drill: Drill, monkeypatch: pytest.MonkeyPatch
) -> None:
    decoded = Endpoint._decoded

    def strict(endpoint: Endpoint, payload: Payload, readings: Any) -> Any:
        try:
            return decoded(endpoint, payload, readings)
        except MalformedPayload as error:
            raise RuntimeError(f"cannot read {payload.payload_id}") from error

    monkeypatch.setattr(Endpoint, "_decoded", strict)
    make_again(drill)
    with pytest.raises(AssertionError, match=r"a run stopped: .*HTML or XML came instead of JSON"):
        holds(drill, scene.without_faults)


def test_control_the_date_made_again_with_the_same_parser_drains_nothing(scene: Scene, drill: Drill) -> None:
    make_again(drill)
    with pytest.raises(AssertionError, match=f"{MALFORMED} payloads are quarantined"):
        holds(drill, scene.without_faults, payloads=1)
