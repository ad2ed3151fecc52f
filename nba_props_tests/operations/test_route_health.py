"""operations.route_health: every try counted once, and the breaker as it stood when the hour ended."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from nba_props.archive.index import PastTry
from nba_props.contracts.operations import ATTEMPT_OUTCOMES, COLLECTION_ATTEMPTS, ROUTE_HEALTH
from nba_props.game_calendar import DateRange, game_date_of
from nba_props.operations import route_health
from nba_props.settings import Settings
from nba_props.upstreams.breakers import Limits, breaker_of

START = datetime(2025, 1, 5, 17, 0, tzinfo=UTC)
DAY = date(2025, 1, 5)
SETTINGS = Settings(breaker_failures=3, breaker_cool_down_seconds=600, breaker_longest_cool_down_seconds=3000)


def tries(*told: tuple[float, str], **changes: Any) -> pl.DataFrame:
    """Tries by minutes since the start and outcome."""
    rows = [
        {
            "collected_on": game_date_of(START + timedelta(minutes=minutes)),
            "attempt_id": "a1",
            "sequence": number,
            "source": "bettingpros",
            "endpoint": "events",
            "game_date": DAY,
            "url": "https://host/x",
            "host": "host",
            "question": "/x",
            "route": "direct",
            "asked_at": START + timedelta(minutes=minutes),
            "latency_seconds": float(number),
            "outcome": outcome,
            "detail": "",
        }
        | changes
        for number, (minutes, outcome) in enumerate(told, start=1)
    ]
    return pl.DataFrame(rows, schema=COLLECTION_ATTEMPTS.schema)


def built(*frames: pl.DataFrame, dates: DateRange | None = None) -> pl.DataFrame:
    frame = route_health.build(
        dates or DateRange.of(DAY), collection_attempts=pl.concat(frames).lazy(), settings=SETTINGS
    )
    return ROUTE_HEALTH.require(frame)


def test_an_hour_counts_its_tries_by_what_came_of_them() -> None:
    told = tries(
        (0, "ok"), (1, "blocked"), (2, "retry later"), (3, "malformed"), (4, "absent"), (5, "permanent"), (6, "ok")
    )
    (row,) = built(told).rows(named=True)
    assert {name: row[name] for name in ("tries", "ok", "blocked", "failed")} == {
        "tries": 7,
        "ok": 2,
        "blocked": 1,
        "failed": 2,
    }
    assert (row["hour"], row["collected_on"], row["breaker_state"]) == (START, DAY, "closed")
    assert (row["latency_p50_seconds"], row["latency_p90_seconds"]) == (4, 6.4)


def test_hours_routes_and_hosts_are_apart_and_sources_of_a_host_together() -> None:
    frame = built(
        tries((0, "ok"), (61, "ok")),
        tries((0, "blocked"), route="residential"),
        tries((0, "ok"), host="other"),
        tries((0, "ok"), source="nba_com", attempt_id="a2"),
    )
    told = frame.select("host", "route", pl.col("hour").dt.hour(), "sources", "tries").rows()
    assert told == [
        ("host", "direct", 17, "bettingpros,nba_com", 2),
        ("host", "direct", 18, "bettingpros", 1),
        ("host", "residential", 17, "bettingpros", 1),
        ("other", "direct", 17, "bettingpros", 1),
    ]


def test_without_an_answer_there_is_no_latency() -> None:
    (row,) = built(tries((0, "blocked"))).rows(named=True)
    assert (row["latency_p50_seconds"], row["latency_p90_seconds"]) == (None, None)


def test_an_hour_belongs_to_its_new_york_date() -> None:
    """Half past midnight in New York is still the same date in UTC."""
    told = tries((60 * 11.5, "ok"), (60 * 12.5, "ok"))
    assert built(told)["hour"].to_list() == [START + timedelta(hours=11)]
    assert built(told, dates=DateRange.of(DAY + timedelta(days=1)))["hour"].to_list() == [START + timedelta(hours=12)]
    assert built(told, dates=DateRange(DAY, DAY + timedelta(days=1))).height == 2


def test_a_breaker_is_open_half_open_and_closed_again() -> None:
    states = built(
        tries((55, "blocked"), (56, "blocked"), (57, "blocked"), (60, "retry later"), (130, "retry later"), (181, "ok"))
    ).select(pl.col("hour").dt.hour(), "breaker_state")
    assert states.rows() == [(17, "open"), (18, "half open"), (19, "half open"), (20, "closed")]


def test_failures_of_the_day_before_count() -> None:
    early = tries((-60 * 24, "blocked"), (-60 * 24 + 1, "blocked"))
    frame = built(early, tries((55, "blocked")))
    assert frame.select("tries", "breaker_state").rows() == [(1, "open")]


def test_no_tries_give_no_rows() -> None:
    assert built(tries()).is_empty()


@given(
    st.lists(
        st.tuples(st.floats(0, 400), st.sampled_from(ATTEMPT_OUTCOMES), st.sampled_from(["direct", "residential"])),
        max_size=40,
    )
)
def test_the_state_is_that_of_the_breaker_itself(told: list[tuple[float, str, str]]) -> None:
    frames = [tries((minutes, outcome), route=route, sequence=n) for n, (minutes, outcome, route) in enumerate(told)]
    frame = pl.concat([tries(), *frames])
    rows = sorted(frame.rows(named=True), key=lambda row: (row["asked_at"], row["sequence"]), reverse=True)
    hours = built(frame)
    assert hours["tries"].sum() == len(told)
    for hour in hours.rows(named=True):
        end = hour["hour"] + timedelta(hours=1)
        past = [
            PastTry(row["route"], row["asked_at"], row["latency_seconds"], row["status"], row["outcome"])
            for row in rows
            if row["route"] == hour["route"] and row["asked_at"] < end
        ]
        assert hour["breaker_state"] == breaker_of(past, end, Limits.of(SETTINGS)).state
