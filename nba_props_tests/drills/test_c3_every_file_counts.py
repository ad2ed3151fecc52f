"""A batch job saw one of sixteen files. Here the odds of one date come as sixteen files and more, in many attempts, and
each time the date is made it is made from all of them; a parser that loses a file stops the run."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Sequence
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any, cast

import dagster as dg
import pytest

from nba_props.archive.payload import Payload
from nba_props.archive.store import Archive
from nba_props.contracts import raw
from nba_props.game_calendar import DateRange, eastern_moment
from nba_props.markets import MARKETS
from nba_props.orchestration import assets
from nba_props.simulator import League
from nba_props.upstreams import odds_api, raw_tables
from nba_props.upstreams.endpoint import Endpoint, Parsed, Readings
from nba_props_tests.drills.judging import drill_over
from nba_props_tests.drills.platform import Drill, World, world

DAY = date(2025, 1, 8)
LEAGUE = League(seed=5, today=DAY, history_seasons=0)
START = eastern_moment(DAY, time(10))
COLLECTED_AT = START + timedelta(minutes=30)
FILES, REQUESTS_A_RUN = 16, 4
LEAST_ROWS = 442
PROP_KEYS = {market.odds_api_key for market in MARKETS.values()}


def drill_in(told: World, home: Path) -> Drill:
    changes = {"REQUESTS_PER_RUN": str(REQUESTS_A_RUN)}
    return drill_over(told, home, DAY, tables=("conformed.games",), sources=("nba_com", "odds_api"), **changes)


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, Path]]:
    """Attempt after attempt, minute by minute, each followed by the raw run that it makes necessary."""
    home = tmp_path_factory.mktemp("collected")
    with world(LEAGUE, START) as told:
        with drill_in(told, home) as drill:
            drill.tick()
            while len(files(drill)) < FILES:
                drill.collect()
                drill.bring_in()
                told.clock.advance(timedelta(minutes=2))
            assert not drill.failed_runs and not drill.failed_steps
        yield told, home


@pytest.fixture
def drill(collected: tuple[World, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Drill]:
    """A platform of its own with all files so far."""
    monkeypatch.setattr(assets, "RETRIES", dg.RetryPolicy(max_retries=0))
    told, source = collected
    told.clock.move_to(COLLECTED_AT)
    home = shutil.copytree(source, tmp_path / "home")
    with drill_in(told, home) as opened:
        opened.bring_in()
        yield opened


def files(drill: Drill) -> list[Payload]:
    return list(drill.platform.archive.payloads(odds_api.UPSTREAM.source, odds_api.EVENT_ODDS.name, DateRange.of(DAY)))


def more_odds_come(drill: Drill) -> None:
    drill.told.clock.advance(timedelta(minutes=15))
    drill.collect()
    drill.collect()
    assert drill.bring_in(), "new files make the date due"


def rows_told(body: Any) -> int:
    """Overs with their unders, counted in the body itself."""
    return len(
        {
            (book["key"], market["key"], outcome["description"], outcome["point"])
            for book in body["bookmakers"]
            for market in book["markets"]
            if market["key"] in PROP_KEYS
            for outcome in market["outcomes"]
        }
    )


def holds(drill: Drill) -> None:
    archived = files(drill)
    attempts = drill.attempts().filter(endpoint=odds_api.EVENT_ODDS.name)["attempt_id"].n_unique()
    assert len(archived) >= FILES and attempts >= FILES / REQUESTS_A_RUN, "the files came in many attempts"
    stored = drill.table(raw.ODDS_PLAYER_PROPS.full_name)
    told = sum(rows_told(json.loads(payload.body)) for payload in archived)
    assert stored.height == told > LEAST_ROWS, f"{stored.height} rows stored of {told} that were collected"
    quarantined = drill.table(raw.ODDS_QUARANTINE.full_name)
    accounted = {*stored["payload_id"], *quarantined["payload_id"]}
    assert accounted >= {payload.payload_id for payload in archived}, "a file is in no table"


def test_a_date_is_made_from_all_files_in_whatever_attempts_they_came(drill: Drill) -> None:
    holds(drill)
    more_odds_come(drill)
    holds(drill)


def test_control_a_step_that_sees_the_newest_file_only_stores_a_fraction(
    drill: Drill, monkeypatch: pytest.MonkeyPatch
) -> None:
    everything = Archive.payloads

    def newest(archive: Archive, source: str, endpoint: str, dates: DateRange) -> Iterator[Payload]:
        found = list(everything(archive, source, endpoint, dates))
        yield from found if endpoint != odds_api.EVENT_ODDS.name else found[-1:]

    with monkeypatch.context() as blinded:
        blinded.setattr(Archive, "payloads", newest)
        more_odds_come(drill)
    with pytest.raises(AssertionError, match=r"rows stored of \d+ that were collected"):
        holds(drill)


def forgetful(parse_many: Any) -> Any:
    """A parser that reads one file of those it is given and says nothing of the others."""

    def parse(endpoint: Endpoint, payloads: Sequence[Payload], readings: Readings | None = None) -> Parsed:
        seen = payloads[-1:] if endpoint.name == odds_api.EVENT_ODDS.name else payloads
        return cast(Parsed, parse_many(endpoint, seen, readings))

    return parse


def a_parser_loses_files(drill: Drill, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as deployed:
        deployed.setattr(Endpoint, "parse_many", forgetful(Endpoint.parse_many))
        more_odds_come(drill)


def keeps_what_it_had(drill: Drill, before: int) -> None:
    after = drill.table(raw.ODDS_PLAYER_PROPS.full_name).height
    assert after == before, f"{before - after} rows are gone"
    (failure,) = drill.failed_steps
    assert "event_odds" in failure and "are unaccounted for" in failure


def test_a_parser_that_loses_a_file_stops_the_run_and_the_next_one_makes_it_good(
    drill: Drill, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = drill.table(raw.ODDS_PLAYER_PROPS.full_name).height
    a_parser_loses_files(drill, monkeypatch)
    keeps_what_it_had(drill, before)
    more_odds_come(drill)
    holds(drill)


def test_control_without_the_count_rows_vanish_unseen(drill: Drill, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(raw_tables, "require_all_accounted", lambda endpoint, archived, parsed: None)
    before = drill.table(raw.ODDS_PLAYER_PROPS.full_name).height
    a_parser_loses_files(drill, monkeypatch)
    with pytest.raises(AssertionError, match="rows are gone"):
        keeps_what_it_had(drill, before)
