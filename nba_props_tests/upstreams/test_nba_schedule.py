"""The schedule: unknown tip-offs, postponements, teams that are not known, and games that cannot be stored."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import polars as pl
import pytest

from nba_props.archive.payload import MalformedPayload
from nba_props.upstreams.registry import endpoint_of
from nba_props_tests.upstreams.exchanges import (
    SCHEDULE_URL,
    STATS,
    assert_keeps_contracts,
    game,
    parse,
    payload,
    schedule,
)

NAME = "raw.nbac_schedule"


def row(**changes: Any) -> dict[str, Any]:
    parsed = parse(SCHEDULE_URL, schedule(game(**changes)))
    assert_keeps_contracts(parsed)
    assert parsed.rejects.is_empty(), parsed.rejects["reason"]
    return parsed.frames[NAME].row(0, named=True)


def reason(**changes: Any) -> str:
    """Why a game is refused; another one beside it must survive."""
    parsed = parse(SCHEDULE_URL, schedule(game(**changes), game(gameId="0022400481")))
    assert_keeps_contracts(parsed)
    assert parsed.frames[NAME]["game_id"].to_list() == ["0022400481"]
    assert parsed.rejects.height == 1
    return str(parsed.rejects["reason"][0])


def test_a_scheduled_game_has_a_tip_off_and_no_score() -> None:
    made = row()
    assert made["tip_off_at"] == datetime(2025, 1, 6, 0, 0, tzinfo=UTC)
    assert (made["game_date"], made["season"], made["game_type"]) == (date(2025, 1, 5), "2024-25", "regular_season")
    assert (made["home_team"], made["away_team"]) == ("CHI", "NYK")
    assert (made["home_score"], made["away_score"], made["label"]) == (None, None, None)


@pytest.mark.parametrize("status", [2, 3])
def test_a_started_game_has_a_score(status: int) -> None:
    made = row(gameStatus=status, home={"score": 101}, away={"score": 99})
    assert (made["home_score"], made["away_score"]) == (101, 99)


@pytest.mark.parametrize(
    "marks",
    [
        {"gameTimeUTC": "0001-01-01T04:57:00Z", "gameDateTimeUTC": "2025-01-05T05:00:00Z"},
        {"gameDateTimeUTC": "2025-01-05T05:00:00Z"},
        {"gameDateEst": "2025-07-05T00:00:00Z", "gameDateTimeUTC": "2025-07-05T04:00:00Z"},
        {"gameStatusText": "TBD"},
    ],
)
def test_a_time_that_the_league_has_not_set_is_no_tip_off(marks: dict[str, str]) -> None:
    assert row(**marks)["tip_off_at"] is None


def test_a_noon_game_and_one_at_midnight_utc_keep_the_date_of_the_league() -> None:
    noon = row(gameDateTimeUTC="2025-01-05T17:00:00Z")
    assert (noon["game_date"], noon["tip_off_at"].hour) == (date(2025, 1, 5), 17)
    assert row()["game_date"] == date(2025, 1, 5)


@pytest.mark.parametrize(
    ("marks", "expected"),
    [
        ({"postponedStatus": "Y"}, True),
        ({"gameStatusText": "PPD"}, True),
        ({"postponedStatus": "A"}, False),
        ({"postponedStatus": "N"}, False),
    ],
)
def test_postponement_is_told_by_either_mark(marks: dict[str, str], expected: bool) -> None:
    assert row(**marks)["is_postponed"] is expected


def test_teams_that_are_not_known_yet_are_kept_without_code() -> None:
    made = row(home={"teamId": 0, "teamTricode": ""}, away={"teamId": 0, "teamTricode": ""})
    assert (made["home_team_id"], made["home_team"], made["away_team"]) == (0, None, None)


def test_preseason_guests_keep_their_own_code() -> None:
    made = row(gameId="0012400001", home={"teamId": 12315, "teamTricode": "RMD"})
    assert (made["game_type"], made["home_team"]) == ("preseason", "RMD")


def test_labels_are_joined_and_absent_ones_are_null() -> None:
    assert row(gameLabel="NBA Finals", gameSubLabel="Game 7")["label"] == "NBA Finals, Game 7"
    assert row(gameLabel=None)["label"] is None


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"gameId": "22400480"}, "bad game id"),
        ({"gameId": "0092400480"}, "unknown kind"),
        ({"gameId": "1022400480"}, "unknown kind"),
        ({"gameId": 22400480}, "str"),
        ({"gameDateEst": None}, "gameDateEst"),
        ({"gameDateEst": "01/05/2025"}, "gameDateEst"),
        ({"gameStatus": 7}, "status"),
        ({"gameStatus": 2**70}, "int"),
        ({"home": {"score": 2**70}}, "int"),
        ({"gameDateTimeUTC": "2025-01-06T00:00:00"}, "naive"),
        ({"gameDateTimeUTC": None}, "absent"),
        ({"home": {"teamId": 12315, "teamTricode": "RMD"}}, "unknown team"),
        ({"home": {"teamTricode": "BOS"}}, "is CHI, not 'BOS'"),
        ({"gameStatus": 3, "home": {"score": -1}, "away": {"score": 3}}, "negative score"),
    ],
)
def test_a_game_that_cannot_be_stored_is_refused_with_its_reason(changes: dict[str, Any], expected: str) -> None:
    assert expected in reason(**changes)


def test_a_game_sent_twice_is_stored_once_and_the_later_word_holds() -> None:
    same = parse(SCHEDULE_URL, schedule(game(), game()))
    assert (same.frames[NAME].height, same.rejects.height) == (1, 0)
    moved = parse(SCHEDULE_URL, schedule(game(), game(arenaName="Elsewhere")))
    assert moved.frames[NAME]["arena"].to_list() == ["Elsewhere"]
    assert "United Center" in moved.rejects["row"][0]


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        {"leagueSchedule": None},
        {"leagueSchedule": {"seasonYear": "2024-25"}},
        {"leagueSchedule": {"seasonYear": 2024, "gameDates": []}},
        {"leagueSchedule": {"seasonYear": "2024", "gameDates": []}},
        schedule({name: value for name, value in game().items() if name != "gameStatus"}),
        schedule({("game_date" if name == "gameDateEst" else name): value for name, value in game().items()}),
        b"<html>Access Denied</html>",
        b"",
        b"\x1f\x8b\x08\x00",
        b'{"leagueSchedule": {"seasonYear": "2024-25", "gameDates": [{"games": [',
        b"\xff\xfe",
        b"[" * 100_000,
    ],
)
def test_a_body_that_is_no_schedule_is_malformed_and_still_tells_a_date(body: Any) -> None:
    with pytest.raises(MalformedPayload) as refused:
        parse(SCHEDULE_URL, body)
    assert str(refused.value)
    endpoint = endpoint_of(SCHEDULE_URL)
    assert endpoint is not None
    assert endpoint.covers(payload(SCHEDULE_URL, body)).game_dates == (date(2025, 1, 5),)


def test_the_season_is_covered_by_the_dates_of_its_games() -> None:
    endpoint = endpoint_of(SCHEDULE_URL)
    assert endpoint is not None
    body = schedule(game(gameDateEst="2025-01-07T00:00:00Z"), game(gameId="0022400481"))
    covered = endpoint.covers(payload(SCHEDULE_URL, body))
    assert covered.game_dates == (date(2025, 1, 5), date(2025, 1, 7))
    assert covered.season == "2024-25"


def test_all_forms_of_the_schedule_are_recognised_on_any_host() -> None:
    names = {
        url: endpoint_of(url)
        for url in (
            f"{STATS}/stats/scheduleleaguev2int?LeagueID=00&Season=2024-25",
            f"{STATS}/stats/scheduleleaguev2?LeagueID=00&Season=2024-25",
            "http://127.0.0.1:4567/base/static/json/staticData/scheduleLeagueV2.json",
            SCHEDULE_URL.replace("V2.json", "V2_1.json"),
        )
    }
    assert {endpoint.name if endpoint else None for endpoint in names.values()} == {"schedule"}
    assert endpoint_of(SCHEDULE_URL.replace("V2.json", "V2_old.json")) is None


def test_a_time_of_another_zone_is_the_same_moment() -> None:
    frame = parse(SCHEDULE_URL, schedule(game(gameDateTimeUTC="2025-01-05T19:00:00-05:00"))).frames[NAME]
    assert frame.select(pl.col("tip_off_at").dt.hour()).item() == 0
