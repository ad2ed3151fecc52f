"""operations.api_quota: what sources said of their quotas last, and which of them have little left."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from nba_props.contracts.operations import API_QUOTA, COLLECTION_ATTEMPTS
from nba_props.game_calendar import DateRange, game_date_of
from nba_props.operations import api_quota

START = datetime(2025, 1, 5, 17, 0, tzinfo=UTC)
DAY = date(2025, 1, 5)


def told(minutes: float, used: int | None, remaining: int | None, **changes: Any) -> dict[str, Any]:
    asked_at = START + timedelta(minutes=minutes)
    usual = {
        "collected_on": game_date_of(asked_at),
        "attempt_id": "a1",
        "sequence": 1,
        "source": "odds_api",
        "asked_at": asked_at,
        "quota_used": used,
        "quota_remaining": remaining,
    }
    return usual | changes


def built(*rows: dict[str, Any], dates: DateRange | None = None) -> pl.DataFrame:
    frame = pl.DataFrame(list(rows), schema=COLLECTION_ATTEMPTS.schema)
    return API_QUOTA.require(api_quota.build(dates or DateRange.of(DAY), collection_attempts=frame.lazy()))


def test_an_hour_tells_the_last_word_of_each_source() -> None:
    frame = built(
        told(50, 80, 20),
        told(10, 70, 30),
        told(55, None, None),
        told(61, 90, 10),
        told(20, None, 7, source="espn"),
    )
    assert frame.select("source", pl.col("hour").dt.hour(), "used", "remaining", "share_used").rows() == [
        ("espn", 17, None, 7, None),
        ("odds_api", 17, 80, 20, 0.8),
        ("odds_api", 18, 90, 10, 0.9),
    ]


def test_of_tries_of_one_moment_the_later_in_the_attempt_holds() -> None:
    assert built(told(0, 2, 8, sequence=2), told(0, 1, 9, sequence=1))["used"].to_list() == [2]


def test_hours_belong_to_their_new_york_date() -> None:
    rows = (told(60 * 11, 1, 9), told(60 * 12, 2, 8))
    assert built(*rows)["used"].to_list() == [1]
    assert built(*rows, dates=DateRange.of(DAY + timedelta(days=1)))["used"].to_list() == [2]


def test_a_quota_of_nothing_has_no_share() -> None:
    assert built(told(0, 0, 0))["share_used"].to_list() == [None]
    assert built(told(0, 10, -1))["share_used"].to_list() == [1.0]


def test_no_word_gives_no_rows() -> None:
    assert built(told(0, None, None)).is_empty()
    assert built().is_empty()


@pytest.mark.parametrize(
    ("used", "remaining", "is_scarce"),
    [(95, 5, False), (96, 4, True), (100, 0, True), (0, 100, False), (None, 0, False), (0, 0, False), (100, -1, True)],
)
def test_a_source_is_scarce_under_its_floor(used: int | None, remaining: int, is_scarce: bool) -> None:
    newest = pl.DataFrame(
        [("odds_api", used, remaining)],
        schema={"source": pl.String, "quota_used": pl.Int64, "quota_remaining": pl.Int64},
        orient="row",
    )
    assert api_quota.scarce_sources(newest, 0.05) == (frozenset({"odds_api"}) if is_scarce else frozenset())
    assert api_quota.scarce_sources(newest.clear(), 0.05) == frozenset()
    assert api_quota.spent_sources(newest) == (frozenset({"odds_api"}) if remaining <= 0 else frozenset())
