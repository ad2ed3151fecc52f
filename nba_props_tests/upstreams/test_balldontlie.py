"""balldontlie's bodies: teams by id, lines of both layouts, lists dated by their fetching."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from nba_props.archive.payload import MalformedPayload
from nba_props.contracts.registry import table_named
from nba_props.game_calendar import DateRange
from nba_props.upstreams.balldontlie import UPSTREAM
from nba_props.upstreams.endpoint import Endpoint, Parsed
from nba_props.upstreams.raw_tables import build
from nba_props_tests.upstreams.examples_balldontlie import (
    BASE,
    CHI,
    INJURIES_URL,
    NYK,
    URLS,
    body,
    examples,
    game,
    game_with_lines,
    idle_line,
    injury,
    line,
    player,
    standing,
    stat_line,
    team,
)
from nba_props_tests.upstreams.exchanges import assert_keeps_contracts, payload

DAY = date(2025, 1, 4)
BOX_SCORE_ENDPOINTS = ("stats", "box_scores")


def endpoint(name: str) -> Endpoint:
    return next(one for one in UPSTREAM.endpoints if one.name == name)


def parse(name: str, content: Any, **told: Any) -> Parsed:
    parsed = endpoint(name).parse(payload(URLS[name], content, **told))
    assert_keeps_contracts(parsed)
    return parsed


def rows(parsed: Parsed) -> list[dict[str, Any]]:
    (frame,) = parsed.frames.values()
    return list(frame.iter_rows(named=True))


def row(name: str, content: Any, **told: Any) -> dict[str, Any]:
    parsed = parse(name, content, **told)
    assert parsed.rejects.is_empty(), parsed.rejects["reason"]
    (one,) = rows(parsed)
    return one


def lines(name: str, *sent: dict[str, Any], **of_game: Any) -> dict[str, Any]:
    """The same lines of the visiting team in the layout of an endpoint."""
    if name == "box_scores":
        return {"data": [game_with_lines([], list(sent), **of_game)]}
    return body(*(stat_line(**each, game=of_game) for each in sent))


def test_the_example_of_every_endpoint_is_read_without_rejects() -> None:
    made = examples()
    assert set(made) == {one.name for one in UPSTREAM.endpoints}
    for name, example in made.items():
        assert endpoint(name).recognises(example.url)
        parsed = endpoint(name).parse(example)
        assert_keeps_contracts(parsed)
        assert parsed.rejects.is_empty(), parsed.rejects["reason"]
        assert len(rows(parsed)) >= 2


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/games/18444564", "games"),
        ("/box_scores/live", "box_scores"),
        ("/stats/advanced?game_ids[]=1", "advanced_stats"),
        ("/players/active?per_page=100", "active_players"),
        ("/players?per_page=100", "players"),
        ("/players/237", "players"),
        ("/teams", "teams"),
        ("/teams/2", "teams"),
        ("/odds", "odds"),
        ("/leaders?stat_type=reb", "leaders"),
        ("/season_averages/hustle?season=2024", "season_averages"),
        ("/season_averages?player_id=1", None),
        ("/teams/2/players", None),
    ],
)
def test_an_endpoint_is_told_by_its_path(path: str, expected: str | None) -> None:
    found = [one.name for one in UPSTREAM.endpoints if one.recognises(f"{BASE}{path}")]
    assert found == ([expected] if expected else [])


def test_a_game_is_stored_under_its_date_with_its_score() -> None:
    made = row("games", body(game(postseason=True)))
    assert (made["event_id"], made["game_date"], made["season"]) == ("15907925", DAY, "2024-25")
    assert (made["home_team"], made["home_score"], made["away_team"], made["away_score"]) == ("CHI", 139, "NYK", 126)
    assert (made["game_status"], made["status_text"], made["is_postseason"]) == (3, "Final", True)
    assert made["tip_off_at"] == datetime(2025, 1, 5, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("changes", "status", "score"),
    [
        ({"status": "Final", "period": 4}, 3, 139),
        ({"status": "Final/OT", "period": 5}, 3, 139),
        ({"status": "3rd Qtr", "period": 3}, 2, 139),
        ({"status": "2025-01-05T01:00:00Z", "period": 0, "time": None}, 1, None),
        ({"status": None, "period": None}, 1, None),
    ],
)
def test_a_game_has_a_score_once_it_has_begun(changes: dict[str, Any], status: int, score: int | None) -> None:
    made = row("games", body(game(**changes)))
    assert (made["game_status"], made["home_score"]) == (status, score)


def test_a_postponed_game_says_so() -> None:
    assert row("games", body(game(status="Postponed", period=0)))["is_postponed"]
    assert not row("games", body(game()))["is_postponed"]


@pytest.mark.parametrize("told", [None, "2025-01-04T00:00:00.000Z", "2025-01-05T01:00:00", "soon"])
def test_a_time_that_is_not_on_the_games_date_is_no_tip_off(told: str | None) -> None:
    assert row("games", body(game(datetime=told)))["tip_off_at"] is None


def test_one_game_asked_for_by_its_id_is_a_game_like_any_other() -> None:
    parsed = endpoint("games").parse(payload(f"{BASE}/games/15907925", {"data": game()}))
    assert [made["event_id"] for made in rows(parsed)] == ["15907925"]


def test_an_old_team_is_told_by_its_id_and_not_by_its_abbreviation() -> None:
    capitols = team(42, abbreviation="WAS", name="Capitols")
    parsed = parse("games", body(game(home_team=capitols), game(id=2), game(id=3, home_team=team(30))))
    assert [made["home_team"] for made in rows(parsed)] == ["CHI", "WAS"]
    assert parsed.rejects["reason"].to_list() == ["unknown team: 42 WAS"]
    assert parsed.rejects["game_date"].to_list() == [DAY]


def test_an_id_that_tells_another_team_than_its_abbreviation_is_refused() -> None:
    parsed = parse("games", body(game(home_team=team(CHI, abbreviation="CLE")), game(id=2)))
    assert parsed.rejects["reason"].to_list() == ["unknown team: 5 CLE"]


@pytest.mark.parametrize("name", BOX_SCORE_ENDPOINTS)
def test_a_line_is_stored_under_our_names(name: str) -> None:
    made = row(name, lines(name, line()))
    assert (made["player_name"], made["source_player_id"], made["team"]) == ("Jalen Brunson", "115", "NYK")
    assert (made["home_team"], made["away_team"], made["game_date"], made["season"]) == ("CHI", "NYK", DAY, "2024-25")
    assert (made["minutes"], made["points"], made["rebounds"], made["assists"]) == (35.0, 33, 3, 9)
    assert (made["field_goals_made"], made["field_goals_attempted"]) == (11, 22)
    assert (made["threes"], made["threes_attempted"], made["turnovers"], made["fouls"]) == (3, 9, 2, 2)
    assert (made["game_status"], made["did_not_play"], made["is_starter"]) == (3, False, None)
    assert made["endpoint"] == name
    assert made["event_id"] == ("15907925" if name == "stats" else None)


@pytest.mark.parametrize("name", BOX_SCORE_ENDPOINTS)
@pytest.mark.parametrize(
    ("told", "expected"), [("34", 34.0), ("06", 6.0), ("34:12", 34.2), (" 34 ", 34.0), ("", None), (None, None)]
)
def test_minutes_come_with_or_without_seconds(name: str, told: str | None, expected: float | None) -> None:
    made = row(name, lines(name, line(min=told)))
    assert made["minutes"] == (pytest.approx(expected) if expected is not None else None)
    assert not made["did_not_play"]


@pytest.mark.parametrize("name", BOX_SCORE_ENDPOINTS)
@pytest.mark.parametrize("minutes", ["00", "0", "0:00", "", None])
def test_who_has_neither_minutes_nor_a_count_did_not_play_and_has_no_zeros(name: str, minutes: str | None) -> None:
    made = row(name, lines(name, idle_line(min=minutes)))
    assert made["did_not_play"]
    assert [made[column] for column in ("minutes", "points", "rebounds", "threes_attempted")] == [None] * 4
    null_counts = dict.fromkeys(("pts", "reb", "ast", "stl", "blk", "turnover", "pf", "fgm", "fga"))
    assert row(name, lines(name, idle_line(min=minutes, **null_counts)))["did_not_play"]


@pytest.mark.parametrize("name", BOX_SCORE_ENDPOINTS)
def test_seconds_on_the_floor_without_a_whole_minute_are_a_game_played(name: str) -> None:
    made = row(name, lines(name, idle_line(pf=1)))
    assert (made["did_not_play"], made["minutes"], made["points"], made["fouls"]) == (False, 0.0, 0, 1)


def test_a_game_under_way_is_not_final() -> None:
    for name in BOX_SCORE_ENDPOINTS:
        made = row(name, lines(name, line(), status="3rd Qtr", period=3))
        assert (made["game_status"], made["status_text"]) == (2, "3rd Qtr")


@pytest.mark.parametrize("name", BOX_SCORE_ENDPOINTS)
@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"pts": -4}, ">= 0"),
        ({"pts": "33"}, "int"),
        ({"reb": 2**70}, "999"),
        ({"fgm": 23}, "impossible: 23 field_goals_made"),
        ({"fg3m": 10, "fg3a": 9}, "impossible: 10 threes"),
        ({"min": "a while"}, "bad minutes: a while"),
        ({"min": "34:75"}, "bad minutes"),
        ({"min": "400"}, "impossible minutes: 400"),
        ({"min": 34}, "str"),
        ({"player": player(first_name="", last_name=" ")}, "no name"),
        ({"player": player(id=0)}, ">= 1"),
        ({"player": None}, "object"),
    ],
)
def test_an_impossible_line_is_refused_and_the_others_survive(
    name: str, changes: dict[str, Any], expected: str
) -> None:
    parsed = parse(name, lines(name, line(**changes), line(player=player(id=2, first_name="Other"))))
    assert [made["source_player_id"] for made in rows(parsed)] == ["2"]
    (refused,) = parsed.rejects.iter_rows(named=True)
    assert expected in refused["reason"]
    assert refused["game_date"] == DAY
    assert "2025-01-04" in refused["row"]


def test_a_player_of_a_team_that_does_not_play_the_game_is_refused() -> None:
    parsed = parse("stats", body(stat_line(team=team(1)), stat_line(player=player(id=2))))
    assert parsed.rejects["reason"].to_list() == ["ATL does not play NYK at CHI"]
    assert len(rows(parsed)) == 1


def test_a_game_that_cannot_be_read_does_not_touch_the_other_games() -> None:
    parsed = parse("box_scores", {"data": [game_with_lines([], [line()], season="now"), game_with_lines([], [line()])]})
    assert (len(rows(parsed)), parsed.rejects.height) == (1, 1)


def test_a_game_to_come_has_no_lines() -> None:
    parsed = parse("box_scores", {"data": [game_with_lines([], [], status="7:00 pm ET", period=0)]})
    assert (rows(parsed), parsed.rejects.height) == ([], 0)


@pytest.mark.parametrize(
    ("name", "sent"),
    [
        ("games", game(home_score=1) | {"home_team_score": "1"}),
        ("stats", {key: value for key, value in stat_line().items() if key != "pts"}),
        ("box_scores", game_with_lines([], [{key: value for key, value in line().items() if key != "reb"}])),
        ("box_scores", game_with_lines([], []) | {"home_team": team(CHI, players_list=[])}),
        ("active_players", player(team=team(NYK)) | {"first_name": 3}),
        ("player_injuries", {"player": player(), "return_date": None, "description": None}),
        ("standings", standing(wins=None)),
    ],
)
def test_a_renamed_or_changed_field_makes_the_payload_malformed(name: str, sent: dict[str, Any]) -> None:
    with pytest.raises(MalformedPayload, match="none of 1"):
        parse(name, {"data": [sent]})


@pytest.mark.parametrize("name", URLS)
def test_what_is_no_answer_is_malformed_and_an_error_status_too(name: str) -> None:
    damaged: list[Any] = [
        {"error": "x"},
        {"data": None},
        {"data": "x"},
        [],
        b"<html>",
        b"",
        b'{"data": [',
        b"[" * 10_000,
    ]
    for content in damaged:
        with pytest.raises(MalformedPayload):
            parse(name, content)
    with pytest.raises(MalformedPayload, match="429"):
        parse(name, {"data": []}, status=429)


@pytest.mark.parametrize("name", URLS)
def test_an_empty_answer_is_valid_and_an_added_field_is_ignored(name: str) -> None:
    assert rows(parse(name, {"data": []})) == []
    sent = json.loads(examples()[name].body)
    sent["added"] = 1
    sent["data"] = [{**one, "added": {"any": "thing"}} for one in sent["data"]]
    assert len(rows(parse(name, sent))) == len(rows(parse(name, json.loads(examples()[name].body))))


@pytest.mark.parametrize("name", ["games", "stats", "box_scores"])
@pytest.mark.parametrize("content", [{"data": []}, b"<html>"])
def test_an_empty_or_damaged_answer_speaks_of_the_date_it_was_asked_about(name: str, content: Any) -> None:
    assert endpoint(name).covers(payload(URLS[name], content)).game_dates == (DAY,)


def test_live_box_scores_speak_of_the_date_this_platform_asked_for() -> None:
    empty = payload(f"{BASE}/box_scores/live", {"data": []}, fetched_at=datetime(2025, 1, 5, 6, tzinfo=UTC))
    assert endpoint("box_scores").covers(replace(empty, asked_for=DAY)).game_dates == (DAY,)
    assert endpoint("box_scores").covers(empty).game_dates == (date(2025, 1, 5),)


def test_games_speak_of_all_their_dates() -> None:
    asked = payload(f"{BASE}/games?start_date=2025-01-04", body(game(), game(id=2, date="2025-01-05")))
    assert endpoint("games").covers(asked).game_dates == (DAY, date(2025, 1, 5))


LATE = datetime(2025, 1, 5, 4, 30, tzinfo=UTC)


@pytest.mark.parametrize("name", ["active_players", "player_injuries", "standings"])
def test_a_list_is_dated_by_its_fetching_in_new_york(name: str) -> None:
    fetched = replace(examples()[name], fetched_at=LATE, asked_for=date(2025, 1, 3))
    assert {made["game_date"] for made in rows(endpoint(name).parse(fetched))} == {DAY}
    assert endpoint(name).covers(fetched).game_dates == (DAY,)
    assert endpoint(name).covers(replace(fetched, body=b"<html>")).game_dates == (DAY,)


def test_a_player_is_stored_with_his_team_and_profile() -> None:
    made = row("active_players", body(player(team=team(NYK))))
    assert (made["player_name"], made["team"], made["height"], made["weight_pounds"]) == (
        "Jalen Brunson", "NYK", "6-2", 190,
    )  # fmt: skip
    bare = player(team=None, weight="", height=None, position=" ", jersey_number=None, draft_year=None)
    made = row("active_players", body(bare))
    assert [made[name] for name in ("team", "weight_pounds", "height", "position", "jersey_number")] == [None] * 5


def test_a_player_of_an_old_team_is_refused() -> None:
    parsed = parse("active_players", body(player(team=team(45)), player(id=2, team=team(NYK))))
    assert parsed.rejects["reason"].to_list() == ["unknown team: 45 BAL"]


def test_a_name_keeps_its_suffix_and_loses_double_blanks() -> None:
    made = row("active_players", body(player(first_name=" Jaren", last_name="Jackson  Jr.", team=team(15))))
    assert made["player_name"] == "Jaren Jackson Jr."
    assert row("active_players", body(player(first_name="", last_name="Nene", team=None)))["player_name"] == "Nene"


def test_an_injury_keeps_the_time_of_its_reading_so_that_the_day_has_a_history() -> None:
    first = payload(INJURIES_URL, body(injury()), fetched_at=datetime(2025, 1, 4, 16, tzinfo=UTC))
    second = payload(INJURIES_URL, body(injury(status="Day-To-Day")), fetched_at=datetime(2025, 1, 4, 17, tzinfo=UTC))
    made = build(DateRange.of(DAY), {endpoint("player_injuries"): [second, first]}, UPSTREAM.quarantine)
    stored = made["raw.bdl_injuries"]
    assert stored["status"].to_list() == ["Out", "Day-To-Day"]
    assert stored["snapshot_at"].to_list() == [first.fetched_at, second.fetched_at]
    assert stored["expected_return"].to_list() == ["Jan 8", "Jan 8"]


def test_an_injury_without_status_is_refused_and_without_team_is_not() -> None:
    other = injury(player=player(id=2))
    parsed = parse("player_injuries", body(injury(status=" "), other))
    assert parsed.rejects["reason"].to_list() == ["no status"]
    assert [made["team"] for made in rows(parsed)] == [None]


def test_records_are_read_with_and_without_padding() -> None:
    made = row("standings", {"data": [standing(home_record=None)]})
    assert (made["wins"], made["losses"], made["conference_wins"], made["conference_losses"]) == (24, 12, 15, 7)
    assert (made["road_wins"], made["home_wins"], made["home_losses"]) == (12, None, None)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"home_record": "12"}, "home_record is no record: 12"),
        ({"road_record": "30-6"}, "impossible: road_record 30-6 but 24-12 in all"),
        ({"team": team(NYK, conference="    ")}, "unknown conference: none"),
        ({"wins": 99}, "<= 82"),
    ],
)
def test_an_impossible_record_is_refused(changes: dict[str, Any], expected: str) -> None:
    parsed = parse("standings", {"data": [standing(**changes), standing(team=team(CHI))]})
    assert expected in parsed.rejects["reason"][0]
    assert [made["team"] for made in rows(parsed)] == ["CHI"]


def test_a_row_sent_twice_is_stored_once_and_a_contradicted_one_is_refused() -> None:
    parsed = parse("stats", body(stat_line(), stat_line(), stat_line(ast=10)))
    assert [made["assists"] for made in rows(parsed)] == [10]
    assert parsed.rejects.height == 1


def test_both_box_score_endpoints_fill_one_table_beside_each_other() -> None:
    sent = examples()
    payloads = {endpoint(name): [sent[name]] for name in BOX_SCORE_ENDPOINTS}
    stored = build(DateRange.of(DAY), payloads, UPSTREAM.quarantine)["raw.bdl_player_boxscores"]
    assert sorted(zip(stored["endpoint"], stored["source_player_id"], strict=True)) == [
        ("box_scores", "115"), ("box_scores", "416"), ("box_scores", "7"), ("stats", "115"), ("stats", "416"),
    ]  # fmt: skip
    assert table_named("raw.bdl_player_boxscores").violations(stored).is_empty()
