"""The example of docs/adding-an-upstream.md, run as it stands there."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from nba_props.archive.payload import Payload
from nba_props.contracts.registry import TABLES
from nba_props.game_calendar import DateRange
from nba_props.settings import Settings
from nba_props.upstreams import raw_tables
from nba_props.upstreams.asking import Subject
from nba_props.upstreams.registry import require_askable

PAGE = Path(__file__).parents[2] / "docs" / "adding-an-upstream.md"
DAY = date(2025, 1, 6)


def module(name: str, code: str) -> ModuleType:
    made = ModuleType(name)
    sys.modules[name] = made
    exec(compile(code, name, "exec"), made.__dict__)
    return made


@pytest.fixture
def coaches(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The page's two modules, with the tables registered as naming the contract in the list would."""
    contract, upstream = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)
    names = ("nba_props.contracts.raw.coaches", "nba_props.upstreams.coaches")
    tables = module(names[0], contract)
    for table in tables.TABLES:
        monkeypatch.setitem(TABLES, table.full_name, table)
    yield module(names[1], upstream)
    for name in names:
        del sys.modules[name]


def answer(coaches: Any, entries: list[dict[str, str]]) -> Payload:
    asked = coaches.REGISTER.request(Settings(), Subject(DAY, DAY))
    body = json.dumps({"date": DAY.isoformat(), "coaches": entries}).encode()
    return Payload("a" * 40, asked.url, datetime(2025, 1, 6, 15, tzinfo=UTC), 200, body)


def test_the_example_can_be_asked_and_its_answers_become_rows_and_rejects(coaches: Any) -> None:
    upstream = coaches.UPSTREAM
    require_askable(coaches.REGISTER)
    entries = [{"team": "BOS", "coach": "A. Head"}, {"team": "XXX", "coach": "B"}, {"team": "NYK", "coach": " "}]
    payload = answer(coaches, entries)
    assert coaches.REGISTER.recognises(payload.url)
    assert coaches.REGISTER.covers(payload).game_dates == (DAY,)
    made = raw_tables.build(DateRange.of(DAY), {coaches.REGISTER: [payload]}, upstream.quarantine)
    assert [table.full_name for table in upstream.tables] == list(made)
    assert made["raw.coaches_register"].select("team", "coach").rows() == [("BOS", "A. Head")]
    assert sorted(made["raw.coaches_quarantine"]["reason"]) == ["no coach", "unknown team: XXX"]


def test_an_answer_of_another_shape_is_refused_whole(coaches: Any) -> None:
    payload = Payload("b" * 40, answer(coaches, []).url, datetime(2025, 1, 6, tzinfo=UTC), 200, b'{"coach": []}')
    made = raw_tables.build(DateRange.of(DAY), {coaches.REGISTER: [payload]}, coaches.UPSTREAM.quarantine)
    assert made["raw.coaches_register"].is_empty()
    assert made["raw.coaches_quarantine"].height == 1
