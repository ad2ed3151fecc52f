"""What counts as a problem of collection: sources that bring nothing, quotas that run out, games that never end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl

from nba_props.contracts.conformed import GAMES
from nba_props.contracts.operations import COLLECTION_ATTEMPTS
from nba_props.operations.source_problems import FAILED_TRIES, degraded_sources, short_quotas, stuck_games

NOW = datetime(2025, 1, 6, 2, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def tries(*outcomes: str, source: str = "odds_api", before: timedelta = timedelta(0)) -> list[dict[str, Any]]:
    return [
        dict.fromkeys(COLLECTION_ATTEMPTS.schema.names())
        | {
            "source": source,
            "route": "direct",
            "sequence": number,
            "asked_at": NOW - before - (len(outcomes) - number) * MINUTE,
            "outcome": outcome,
            "detail": f"detail {number}",
        }
        for number, outcome in enumerate(outcomes)
    ]


def frame(rows: list[dict[str, Any]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=COLLECTION_ATTEMPTS.schema)


def test_a_source_whose_last_tries_all_failed_is_degraded_and_one_good_answer_heals_it() -> None:
    failing = tries("ok", *["blocked"] * FAILED_TRIES)
    (problem,) = degraded_sources(frame(failing + tries("ok", source="nba_com")), NOW)
    assert problem.alert_id == "source:odds_api"
    assert f"detail {FAILED_TRIES}" in problem.message
    assert degraded_sources(frame([*failing, *tries("ok")]), NOW) == []


def test_what_is_not_there_yet_is_no_fault_of_the_source() -> None:
    assert degraded_sources(frame(tries(*["absent"] * 20)), NOW) == []
    assert degraded_sources(frame(tries(*["blocked"] * FAILED_TRIES, "absent")), NOW) == []


def test_a_few_failed_tries_and_old_ones_say_nothing() -> None:
    assert degraded_sources(frame(tries(*["blocked"] * (FAILED_TRIES - 1))), NOW) == []
    assert degraded_sources(frame(tries(*["blocked"] * 20, before=timedelta(hours=7))), NOW) == []


def test_a_source_that_is_told_of_stays_so_until_it_answers_however_long_it_is_not_asked() -> None:
    """By night no lines are asked for: the alert was closed, and opened again in the morning."""
    failing = tries(*["blocked"] * FAILED_TRIES)
    told = degraded_sources(frame(failing), NOW)
    assert degraded_sources(frame(failing), NOW + timedelta(hours=12), told) == told
    assert degraded_sources(frame([]), NOW, told) == told
    assert [each.alert_id for each in degraded_sources(frame(failing), NOW, told)] == ["source:odds_api"]
    assert degraded_sources(frame([*failing, *tries("ok")]), NOW, told) == []


def test_a_quota_is_warned_of_from_its_share_on() -> None:
    newest = pl.DataFrame(
        {"source": ["a", "b", "c"], "quota_used": [79, 80, 0], "quota_remaining": [21, 20, 0]},
    )
    (problem,) = short_quotas(newest, 0.8)
    assert problem.alert_id == "quota:b"
    assert "80%" in problem.message and "20 requests remain" in problem.message


def games(*told: tuple[str, timedelta]) -> pl.DataFrame:
    rows = [
        dict.fromkeys(GAMES.schema.names())
        | {
            "game_id": f"{number:010d}",
            "status": status,
            "tip_off_at": NOW - age,
            "home_team": "BOS",
            "away_team": "NYK",
        }
        for number, (status, age) in enumerate(told)
    ]
    return pl.DataFrame(rows, schema=GAMES.schema)


def test_a_game_that_is_not_final_five_hours_after_its_tip_off_is_stuck() -> None:
    hour = timedelta(hours=1)
    told = games(
        ("in_progress", 5 * hour + MINUTE),
        ("scheduled", 6 * hour),
        ("in_progress", 5 * hour - MINUTE),
        ("final", 9 * hour),
        ("postponed", 9 * hour),
        ("in_progress", 80 * hour),
    )
    assert [problem.alert_id for problem in stuck_games(told, NOW)] == ["game:0000000000", "game:0000000001"]
