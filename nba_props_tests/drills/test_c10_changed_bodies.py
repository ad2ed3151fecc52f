"""A field of whatever name is told under another one, and files are laid damaged: what is stored is right or is not
there, and never something else."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, time, timedelta
from pathlib import Path

import dagster as dg
import polars as pl
import pytest

from nba_props.archive.payload import MalformedPayload, Payload
from nba_props.contracts.registry import table_named
from nba_props.game_calendar import DateRange, eastern_moment
from nba_props.orchestration.collecting import file_drop_sensor
from nba_props.orchestration.platform import Platform
from nba_props.settings import load_settings
from nba_props.simulator import League, ManualClock
from nba_props.simulator.bigdataball_files import file_bytes, file_name
from nba_props.simulator.faults import ERROR_PAGE
from nba_props.upstreams import bigdataball, espn, raw_tables
from nba_props.upstreams.endpoint import Endpoint
from nba_props_tests.drills.judging import facts, same_facts
from nba_props_tests.drills.platform import settings_of, world
from nba_props_tests.drills.questions import ASKED, Questions

DAY = date(2025, 1, 9)
LEAGUE = League(seed=5, today=DAY, history_seasons=0)
NOW = eastern_moment(DAY, time(17, 30))
FIELDS_AN_ENDPOINT = 8
SECOND_CHOICES = {("live_box_score", "notPlayingDescription"), ("live_box_score", "notPlayingReason")}
"""Where one field is absent another is read, which says the same in other words."""

JSON_ENDPOINTS = [
    each
    for each in ASKED
    if each.source not in ("nba_injury_report", "nba_gamebook", "basketball_reference") and each.name != "schedule"
]


@pytest.fixture(scope="module")
def questions(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Questions]:
    with world(LEAGUE, NOW) as told:
        yield Questions(settings_of(tmp_path_factory.mktemp("home"), told, DAY), NOW)


def fine_answer(endpoint: Endpoint, questions: Questions) -> Payload:
    """An answer with rows: about the one date or the other."""
    answers = [questions.answer(request) for request in questions.requests(endpoint)]
    return max((each for each in answers if each.status == 200), key=lambda each: len(each.body))


def fields_of(body: bytes) -> list[str]:
    """Some names of its fields and columns, from all over the body."""
    told = json.loads(body)
    columns = [name for each in told.get("resultSets", []) for name in each["headers"]] if type(told) is dict else []
    names = columns or sorted(set(re.findall(r'"(\w+)":', body.decode())))
    return names[:: max(1, len(names) // FIELDS_AN_ENDPOINT)]


def renamed(payload: Payload, name: str) -> Payload:
    """The payload with a field's name changed, be it the key of an object or a column's."""
    key, column = f'"{name}":'.encode(), f'"{name}"'.encode()
    spelt = key if key in payload.body else column
    body = payload.body.replace(spelt, spelt.replace(b'"', b'"new_', 1))
    assert body != payload.body
    return replace(payload, body=body)


def says_nothing_else(found: pl.DataFrame, true: pl.DataFrame, key: tuple[str, ...]) -> str:
    """What rows say that is neither true nor nothing; empty if there is no such thing."""
    found, true = facts(found), facts(true)
    places = [name for name in key if found[name].null_count() <= true[name].null_count()]
    joined = found.join(true, on=places, how="left", suffix="_true", nulls_equal=True, maintain_order="left")
    told = [name for name in found.columns if name not in places]
    others = [name for name in told if not joined.filter(pl.col(name) != pl.col(f"{name}_true")).is_empty()]
    strangers = found.join(true, on=places, how="anti", nulls_equal=True)
    return ", ".join([*others, *(["rows of nobody"] if strangers.height else [])])


def holds(endpoint: Endpoint, payload: Payload, names: Sequence[str], parser: Endpoint | None = None) -> None:
    true = endpoint.parse(payload).frames
    assert any(frame.height for frame in true.values()), "the answer says nothing"
    for name in names:
        try:
            found = (parser or endpoint).parse(renamed(payload, name)).frames
        except MalformedPayload:
            continue
        for table, frame in found.items():
            told = says_nothing_else(frame, true[table], table_named(table).key)
            assert not told or (endpoint.name, name) in SECOND_CHOICES, f"without {name} {table} says otherwise: {told}"


@pytest.mark.parametrize("endpoint", JSON_ENDPOINTS, ids=lambda each: f"{each.source} {each.name}")
def test_a_field_that_is_called_otherwise_is_missed_and_nothing_is_put_in_its_place(
    endpoint: Endpoint, questions: Questions
) -> None:
    payload = fine_answer(endpoint, questions)
    holds(endpoint, payload, fields_of(payload.body))


def test_control_a_parser_with_defaults_puts_noughts_in_place_of_what_it_misses(questions: Questions) -> None:
    def with_defaults(told: Payload) -> Payload:
        return replace(told, body=told.body.replace(b'"new_score":', b'"score":"0","new_score":'))

    lenient = replace(espn.SCOREBOARD, decode=lambda told: espn.SCOREBOARD.decode(with_defaults(told)))
    payload = fine_answer(espn.SCOREBOARD, questions)
    with pytest.raises(AssertionError, match=r"without score raw\.espn_scoreboard says otherwise: .*home_score"):
        holds(espn.SCOREBOARD, payload, ["score"], parser=lenient)


def test_damaged_files_are_quarantined_and_the_whole_one_is_what_is_stored(tmp_path: Path) -> None:
    season = LEAGUE.current
    game = season.dates.index(DAY - timedelta(days=1))
    name, whole = file_name(season, game), file_bytes(season, game)
    damaged = {
        "empty": b"",
        "a web page": ERROR_PAGE,
        "cut off": whole[: len(whole) // 2],
        "another column name": whole.replace(b"event_type", b"kind_of_event", 1),
    }
    folder = tmp_path / "drop"
    folder.mkdir()
    settings = load_settings({"NBA_PROPS_HOME": str(tmp_path / "home"), "NBA_PROPS_BIGDATABALL_FOLDER": str(folder)})
    clock = ManualClock(NOW)
    platform = Platform(settings, clock)
    sensor, cursor = file_drop_sensor(platform), None
    for content in (*damaged.values(), whole):
        (folder / name).write_bytes(content)
        os.utime(folder / name, (clock().timestamp() - 60,) * 2)
        cursor = sensor.evaluate_tick(dg.build_sensor_context(cursor=cursor)).cursor
        clock.advance(timedelta(minutes=5))
    dates = DateRange(DAY - timedelta(days=1), DAY)
    endpoint = bigdataball.ENDPOINT
    payloads = list(platform.archive.payloads(endpoint.source, endpoint.name, dates))
    made = raw_tables.build(dates, {endpoint: payloads}, bigdataball.UPSTREAM.quarantine)
    assert len(payloads) == len(damaged) + 1
    last = max(payloads, key=lambda each: each.fetched_at)
    (table,) = endpoint.tables
    assert same_facts(made[table], endpoint.parse(last).frames[table])
    refused = made[bigdataball.UPSTREAM.quarantine.full_name]
    unread = {each.payload_id for each in payloads if each.body in (damaged["empty"], damaged["a web page"])}
    assert set(refused.filter(pl.col("row") == "")["payload_id"]) >= unread
