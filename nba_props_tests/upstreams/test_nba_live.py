"""Scoreboards, play by play and shot charts: what is told, what is refused, which date a body belongs to."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nba_props.archive.payload import MalformedPayload, Payload
from nba_props.settings import Settings
from nba_props.upstreams.asking import Past, Per, Rule, Subject
from nba_props.upstreams.nba_live import UPSTREAM
from nba_props.upstreams.nba_live_actions import seconds_gone, seconds_left
from nba_props.upstreams.nba_rows import season_of_game
from nba_props_tests.upstreams.examples_nba_live import (
    AWAY,
    DATA_URL,
    GOBERT,
    HARDEN,
    HOME,
    PLAY_BY_PLAY_URL,
    PLAY_BY_PLAY_V2_URL,
    PLAY_BY_PLAY_V3_URL,
    RANDLE,
    SCOREBOARD_URL,
    SCOREBOARD_V2_URL,
    SHOT_CHART_URL,
    TODAYS_SCOREBOARD_URL,
    action,
    board,
    board_game,
    board_v2,
    chart_shot,
    data_event,
    data_play,
    endpoint_named,
    examples,
    free_throw,
    header,
    line,
    miss,
    play,
    read,
    result_set,
    result_sets,
    shot,
    v2_event,
    v3_action,
)
from nba_props_tests.upstreams.exchanges import payload

SCOREBOARD, PLAY_BY_PLAY, SHOTS = "raw.nbac_scoreboard", "raw.nbac_play_by_play", "raw.nbac_shots"
ALL_STARS = 1610616833


def board_row(**changes: Any) -> dict[str, Any]:
    parsed = read(UPSTREAM, "scoreboard", payload(SCOREBOARD_URL, board(board_game(**changes))))
    assert parsed.rejects.is_empty(), parsed.rejects["reason"]
    return parsed.frames[SCOREBOARD].row(0, named=True)


def row(name: str, url: str, body: Any) -> dict[str, Any]:
    parsed = read(UPSTREAM, name, payload(url, body))
    assert parsed.rejects.is_empty(), parsed.rejects["reason"]
    return parsed.frames[PLAY_BY_PLAY].row(0, named=True)


def live_row(sent: dict[str, Any]) -> dict[str, Any]:
    return row("play_by_play", PLAY_BY_PLAY_URL, play(sent))


def covered(name: str, sent: Payload) -> tuple[date, ...]:
    return endpoint_named(UPSTREAM, name).covers(sent).game_dates


@pytest.mark.parametrize("name", examples())
def test_an_example_is_read_whole_and_belongs_to_one_endpoint(name: str) -> None:
    sent = examples()[name]
    assert [endpoint.name for endpoint in UPSTREAM.endpoints if endpoint.recognises(sent.url)] == [name]
    parsed = read(UPSTREAM, name, sent)
    assert parsed.rejects.is_empty()
    assert all(set(frame["game_date"]) <= set(covered(name, sent)) for frame in parsed.frames.values())
    assert len(sent.body) < 30_000


def test_a_game_in_play_is_stored_as_the_board_shows_it() -> None:
    made = board_row()
    assert (made["game_status"], made["status_text"], made["period"], made["game_clock"]) == (
        2, "Q3 5:23", 3, "PT05M23.00S",
    )  # fmt: skip
    assert (made["home_team"], made["home_score"], made["away_team"], made["away_score"]) == ("MIN", 65, "LAC", 57)
    assert made["tip_off_at"] == datetime(2025, 1, 7, 1, tzinfo=UTC)
    assert (made["game_date"], made["season"], made["is_postponed"]) == (date(2025, 1, 6), "2024-25", False)


def test_the_cdns_board_of_today_has_the_same_layout() -> None:
    parsed = read(UPSTREAM, "scoreboard", payload(TODAYS_SCOREBOARD_URL, board(board_game())))
    assert parsed.frames[SCOREBOARD].height == 1


def test_a_game_to_come_has_no_score_and_one_without_a_time_no_tip_off() -> None:
    made = board_row(gameStatus=1, gameStatusText="8:00 pm ET", period=0, gameClock="", home={"score": 0})
    assert (made["home_score"], made["away_score"], made["game_clock"]) == (None, None, None)
    assert board_row(gameStatusText="TBD")["tip_off_at"] is None
    assert board_row(gameTimeUTC="2025-01-07T05:00:00Z")["tip_off_at"] is None
    assert board_row(gameTimeUTC="0001-01-01T00:00:00Z")["tip_off_at"] is None


@pytest.mark.parametrize("text", ["PPD", "ppd", "Postponed"])
@pytest.mark.parametrize("status", [1, 3])
def test_a_postponed_game_is_marked_and_has_no_score(text: str, status: int) -> None:
    made = board_row(gameStatus=status, gameStatusText=text, home={"score": 0}, away={"score": 0})
    assert (made["is_postponed"], made["home_score"]) == (True, None)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"gameId": "1022500165"}, "bad game id"),
        ({"gameId": "22400500"}, "bad game id"),
        ({"gameStatus": 4}, "unknown game status: 4"),
        ({"period": -1}, "impossible period"),
        ({"home": {"teamId": ALL_STARS}}, f"unknown team: {ALL_STARS}"),
        ({"home": {"teamId": AWAY}}, "a team plays itself"),
        ({"home": {"score": -3}}, "negative score"),
        ({"gameStatus": 3, "home": {"score": None}}, "final without a score"),
        ({"gameStatus": "2"}, "int"),
        ({"homeTeam": None}, "object"),
    ],
)
def test_an_impossible_game_is_refused_and_the_others_survive(changes: dict[str, Any], expected: str) -> None:
    other = board_game(gameId="0022400501")
    parsed = read(UPSTREAM, "scoreboard", payload(SCOREBOARD_URL, board(board_game(**changes), other)))
    assert parsed.frames[SCOREBOARD]["game_id"].to_list() == ["0022400501"]
    assert expected in parsed.rejects["reason"].item()
    assert parsed.rejects["game_date"].item() == date(2025, 1, 6)
    assert "gameId" in parsed.rejects["row"].item()


def test_a_board_without_games_speaks_of_its_date_and_one_without_a_date_is_malformed() -> None:
    empty = payload(SCOREBOARD_URL, board())
    assert read(UPSTREAM, "scoreboard", empty).frames[SCOREBOARD].is_empty()
    assert covered("scoreboard", empty) == (date(2025, 1, 6),)
    with pytest.raises(MalformedPayload, match="gameDate is no date"):
        endpoint_named(UPSTREAM, "scoreboard").parse(payload(SCOREBOARD_URL, board(board_game(), day="today")))


def test_a_v2_board_takes_scores_from_the_line_score_by_team() -> None:
    body = board_v2([header()], [line(AWAY, 106), line(HOME, 108), line(HOME, 99, game_id="0022400777")])
    made = read(UPSTREAM, "scoreboard_v2", payload(SCOREBOARD_V2_URL, body)).frames[SCOREBOARD].row(0, named=True)
    assert (made["home_score"], made["away_score"], made["game_clock"]) == (108, 106, None)


def test_a_final_game_whose_line_score_is_absent_or_unreadable_is_refused() -> None:
    body = board_v2([header()], [line(HOME, 108), line("LAC", 106)])
    parsed = read(UPSTREAM, "scoreboard_v2", payload(SCOREBOARD_V2_URL, body))
    assert parsed.frames[SCOREBOARD].is_empty()
    assert sorted(parsed.rejects["reason"].str.slice(0, 21)) == ["Expected `int`, got `", "final without a score"]


def test_an_empty_v2_board_is_valid_and_speaks_of_the_date_asked_for() -> None:
    empty = payload(SCOREBOARD_V2_URL, board_v2([], []))
    assert read(UPSTREAM, "scoreboard_v2", empty).frames[SCOREBOARD].is_empty()
    assert covered("scoreboard_v2", empty) == (date(2025, 1, 6),)


def test_both_boards_of_a_game_are_kept() -> None:
    kept = [
        read(UPSTREAM, name, examples()[name]).frames[SCOREBOARD].select("game_id", "endpoint")
        for name in ("scoreboard", "scoreboard_v2")
    ]
    assert ("0022400500", "scoreboard") in kept[0].rows()
    assert ("0022400500", "scoreboard_v2") in kept[1].rows()


def test_a_shot_is_stored_with_place_worth_and_assist() -> None:
    made = live_row(shot())
    assert (made["team"], made["player_id"], made["player_name"]) == ("MIN", RANDLE, "J. Randle")
    assert (made["action_type"], made["sub_type"], made["descriptor"]) == ("3pt", "Jump Shot", "pullup")
    assert (made["shot_value"], made["shot_made"], made["points"]) == (3, True, 3)
    assert (made["is_assisted"], made["assist_player_id"]) == (True, GOBERT)
    assert (made["x"], made["y"], made["shot_distance"], made["shot_zone"]) == (-235.0, 46.0, 23.93, "corner_three")
    assert (made["period"], made["clock_seconds"], made["elapsed_seconds"]) == (1, 675.0, 45.0)
    assert (made["score_home"], made["score_away"], made["action_order"]) == (3, 0, 120_000)


def test_a_miss_scores_nothing_and_other_actions_have_no_shot() -> None:
    missed = live_row(miss())
    assert (missed["shot_made"], missed["points"], missed["shot_value"], missed["is_assisted"]) == (False, 0, 2, None)
    assert (missed["player_id"], missed["team"], missed["shot_zone"]) == (HARDEN, "LAC", "paint")
    started = live_row(action())
    shot_columns = ("shot_made", "points", "shot_value", "x", "shot_zone", "player_id", "team")
    assert [started[name] for name in shot_columns] == [None] * 7
    free = live_row(free_throw())
    assert (free["is_field_goal"], free["points"], free["shot_value"], free["is_assisted"]) == (False, 1, 1, None)


def test_an_area_that_is_not_known_and_one_that_is_no_shots_give_no_zone() -> None:
    assert live_row(shot(area="The Logo"))["shot_zone"] is None
    assert live_row(shot(area=None))["shot_zone"] is None
    rebound = action(actionType="rebound", subType="defensive", area="Mid-Range", teamId=HOME, personId=GOBERT)
    assert live_row(rebound)["shot_zone"] is None


def test_a_missed_shot_of_a_new_kind_is_kept() -> None:
    heave = miss(actionType="heave", shotDistance=61.2, yLegacy=600)
    assert (live_row(heave)["shot_value"], live_row(heave)["points"]) == (None, 0)


def test_whoever_acts_for_no_team_is_no_player() -> None:
    made = row("play_by_play_v3", PLAY_BY_PLAY_V3_URL, play(v3_action(**NOTHING, personId=287, teamId=0)))
    assert (made["player_id"], made["team"]) == (None, None)
    team = row("play_by_play_v3", PLAY_BY_PLAY_V3_URL, play(v3_action(**NOTHING, personId=HOME, teamId=0)))
    assert (team["player_id"], team["team"]) == (None, "MIN")


NOTHING: dict[str, Any] = {"actionType": "Instant Replay", "isFieldGoal": 0, "shotResult": "", "scoreHome": ""}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"actionNumber": -1}, "negative action number"),
        ({"period": 0}, "impossible period"),
        ({"period": 21}, "impossible period"),
        ({"clock": "soon"}, "the clock is no time: soon"),
        ({"clock": "PT12M01.00S"}, "more time left than the period has"),
        ({"clock": "PT05M01.00S", "period": 5}, "more time left than the period has"),
        ({"teamId": ALL_STARS}, "unknown team"),
        ({"personId": -4}, "bad player id"),
        ({"assistPersonId": -4}, "bad player id"),
        ({"actionType": " "}, "no kind of action"),
        ({"shotResult": None}, "a shot without a result"),
        ({"shotResult": "Perhaps"}, "a shot without a result"),
        ({"personId": 0}, "a shot by nobody"),
        ({"teamId": None}, "a shot by nobody"),
        ({"actionType": "4pt"}, "a shot made of unknown worth"),
        ({"assistPersonId": None}, "an assist that only the words tell"),
        ({"shotDistance": 200.0}, "impossible distance"),
        ({"xLegacy": 5000}, "off the court: 5000"),
        ({"scoreHome": "many"}, "the score is no number: many"),
        ({"scoreAway": "-1"}, "impossible score"),
        ({"clock": None}, "str"),
        ({"actionNumber": 2**70}, ""),
    ],
)
def test_an_impossible_action_is_refused_and_the_others_survive(changes: dict[str, Any], expected: str) -> None:
    parsed = read(UPSTREAM, "play_by_play", payload(PLAY_BY_PLAY_URL, play(shot(**changes), free_throw())))
    assert parsed.frames[PLAY_BY_PLAY]["action_number"].to_list() == [27]
    assert expected in parsed.rejects["reason"].item()
    assert parsed.rejects["game_date"].item() == date(2025, 1, 6)


@pytest.mark.parametrize(
    "field", ["actionNumber", "clock", "period", "personId", "scoreHome", "xLegacy", "isFieldGoal"]
)
def test_a_renamed_field_makes_the_payload_malformed_and_is_named(field: str) -> None:
    renamed = [
        {("X" + name if name == field else name): value for name, value in one.items()} for one in (shot(), miss())
    ]
    with pytest.raises(MalformedPayload, match=field):
        endpoint_named(UPSTREAM, "play_by_play").parse(payload(PLAY_BY_PLAY_URL, play(*renamed)))


def test_a_repeated_action_is_stored_once_and_a_contradicted_one_is_refused() -> None:
    body = play(shot(), shot(), shot(scoreHome="5"))
    parsed = read(UPSTREAM, "play_by_play", payload(PLAY_BY_PLAY_URL, body))
    assert parsed.frames[PLAY_BY_PLAY]["score_home"].to_list() == [5]
    assert parsed.rejects.height == 1


def test_the_date_of_a_live_play_by_play_is_that_of_its_first_action_in_new_york() -> None:
    late = play(action(timeActual="2025-01-07T04:59:59.9Z"), shot(timeActual="2025-01-07T05:10:00.0Z"))
    sent = payload(PLAY_BY_PLAY_URL, late)
    assert covered("play_by_play", sent) == (date(2025, 1, 6),)
    assert set(read(UPSTREAM, "play_by_play", sent).frames[PLAY_BY_PLAY]["game_date"]) == {date(2025, 1, 6)}


@pytest.mark.parametrize("name", ["play_by_play", "play_by_play_v3", "play_by_play_v2"])
def test_a_play_by_play_that_tells_no_date_belongs_to_the_date_asked_for(name: str) -> None:
    bodies = {
        "play_by_play": (PLAY_BY_PLAY_URL, play(shot(timeActual=None))),
        "play_by_play_v3": (PLAY_BY_PLAY_V3_URL, play(v3_action())),
        "play_by_play_v2": (PLAY_BY_PLAY_V2_URL, result_sets(result_set("PlayByPlay", v2_event()))),
    }
    sent = payload(*bodies[name], fetched_at=datetime(2025, 1, 9, 3, tzinfo=UTC))
    asked = replace(sent, asked_for=date(2025, 1, 6))
    for each, day in ((sent, date(2025, 1, 8)), (asked, date(2025, 1, 6))):
        assert covered(name, each) == (day,)
        assert read(UPSTREAM, name, each).frames[PLAY_BY_PLAY]["game_date"].to_list() == [day]


def test_an_empty_play_by_play_is_valid() -> None:
    empty = replace(payload(PLAY_BY_PLAY_URL, play()), asked_for=date(2025, 1, 6))
    assert read(UPSTREAM, "play_by_play", empty).frames[PLAY_BY_PLAY].is_empty()
    assert covered("play_by_play", empty) == (date(2025, 1, 6),)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, {"points": 3, "shot_value": 3, "is_assisted": True, "action_type": "3pt", "shot_distance": 26.0}),
        ({"EVENTMSGTYPE": 2, "HOMEDESCRIPTION": "MISS Randle 9' Hook Shot"}, {"points": 0, "shot_value": 2}),
        ({"EVENTMSGTYPE": 3, "HOMEDESCRIPTION": "Randle Free Throw 1 of 2 (1 PTS)"}, {"points": 1, "shot_value": 1}),
        ({"EVENTMSGTYPE": 3, "HOMEDESCRIPTION": "MISS Randle Free Throw 1 of 2"}, {"points": 0, "shot_value": 1}),
        (
            {"PLAYER2_ID": 0, "HOMEDESCRIPTION": "Randle 9' Hook Shot (2 PTS)"},
            {"is_assisted": False, "assist_player_id": None},
        ),
        ({"EVENTMSGTYPE": 13, "PLAYER1_TEAM_ID": None}, {"action_type": "period", "sub_type": "end", "team": None}),
        ({"EVENTMSGTYPE": 9, "PERSON1TYPE": 2, "PLAYER1_ID": HOME, "PLAYER1_TEAM_ID": None}, {"team": "MIN"}),
        ({"EVENTMSGTYPE": 77}, {"action_type": "event 77"}),
    ],
)
def test_a_v2_event_is_read_by_its_type_and_its_words(changes: dict[str, Any], expected: dict[str, Any]) -> None:
    made = row("play_by_play_v2", PLAY_BY_PLAY_V2_URL, result_sets(result_set("PlayByPlay", v2_event(**changes))))
    assert {name: made[name] for name in expected} == expected


def test_the_words_of_a_visitors_event_are_the_visitors_first() -> None:
    event = v2_event(
        EVENTMSGTYPE=2, PERSON1TYPE=5, PLAYER1_ID=HARDEN, PLAYER1_TEAM_ID=AWAY,
        HOMEDESCRIPTION="Gobert BLOCK (1 BLK)", VISITORDESCRIPTION="MISS Harden 25' 3PT Jump Shot",
    )  # fmt: skip
    made = row("play_by_play_v2", PLAY_BY_PLAY_V2_URL, result_sets(result_set("PlayByPlay", event)))
    assert made["description"] == "MISS Harden 25' 3PT Jump Shot; Gobert BLOCK (1 BLK)"
    assert (made["shot_value"], made["shot_distance"]) == (3, 25.0)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, {"points": 3, "assist_player_id": GOBERT, "x": -120.0, "score_home": 3}),
        ({"etype": 2, "opt1": 2, "epid": ""}, {"points": 0, "shot_value": 2, "is_assisted": None}),
        ({"etype": 3, "de": "[MIN] Randle Free Throw 2 of 2 Missed", "epid": ""}, {"points": 0, "x": None}),
        ({"etype": 3, "de": "[MIN 4-0] Randle Free Throw 1 of 2 (4 PTS)", "epid": ""}, {"points": 1}),
        ({"cl": "00:32.1"}, {"clock_seconds": 32.1}),
    ],
)
def test_an_event_of_the_data_site_is_read(changes: dict[str, Any], expected: dict[str, Any]) -> None:
    made = row("data_play_by_play", DATA_URL, data_play(data_event(**changes)))
    assert {name: made[name] for name in expected} == pytest.approx(expected)


def test_a_misfit_of_the_data_site_does_not_shift_the_periods_of_the_others() -> None:
    body = data_play(data_event(evt="three"))
    body["g"]["pd"].append({"p": 2, "pla": [data_event(evt=9)]})
    parsed = read(UPSTREAM, "data_play_by_play", payload(DATA_URL, body))
    assert parsed.frames[PLAY_BY_PLAY].select("action_number", "period").rows() == [(9, 2)]
    assert parsed.rejects.height == 1


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"GAME_DATE": "2025-01-06"}, "GAME_DATE is no date"),
        ({"SHOT_TYPE": "4PT Field Goal"}, "unknown worth"),
        ({"SHOT_MADE_FLAG": 2}, "without a result"),
        ({"TEAM_ID": ALL_STARS}, "unknown team"),
        ({"HTM": "XXX"}, "unknown team: XXX"),
        ({"MINUTES_REMAINING": 12, "SECONDS_REMAINING": 1}, "impossible time left"),
        ({"PLAYER_ID": 0}, "bad player id"),
    ],
)
def test_an_impossible_shot_of_a_chart_is_refused(changes: dict[str, Any], expected: str) -> None:
    body = result_sets(result_set("Shot_Chart_Detail", chart_shot(**changes), chart_shot(GAME_EVENT_ID=9)))
    parsed = read(UPSTREAM, "shot_chart", payload(SHOT_CHART_URL, body))
    assert parsed.frames[SHOTS]["event_number"].to_list() == [9]
    assert expected in parsed.rejects["reason"].item()


@given(period=st.integers(1, 9), tenths=st.integers(0, 3000))
def test_time_gone_and_time_left_make_up_the_periods(period: int, tenths: int) -> None:
    text = f"PT{tenths // 600:02d}M{tenths % 600 / 10:05.2f}S"
    frame = pl.DataFrame({"period": [period], "clock": [text], "old": [text[2:-1].replace("M", ":")]})
    left = frame.select(seconds_left("clock"), seconds_left("old").alias("same")).row(0)
    gone = frame.select(seconds_gone(pl.col("period"), seconds_left("clock"))).item()
    whole = 720 * min(period, 4) + 300 * max(period - 4, 0)
    assert left[0] == left[1] == pytest.approx(tenths / 10)
    assert gone + left[0] == pytest.approx(whole)


@given(st.integers(1946, 2045), st.integers(0, 99_999))
def test_a_game_id_tells_its_season(year: int, number: int) -> None:
    frame = pl.DataFrame({"game_id": [f"002{year % 100:02d}{number:05d}", "2022400077", ""]})
    told = frame.select(season_of_game().alias("season"))["season"].to_list()
    assert told == [f"{year}-{(year + 1) % 100:02d}", None, None]


SUBJECT = Subject(date(2025, 1, 6), date(2025, 1, 7), game_id="0022400500", home_team="MIN", away_team="LAC")


def test_requests_ask_for_the_date_and_the_game() -> None:
    settings = Settings()
    asked = {
        endpoint.name: endpoint.request(settings, SUBJECT).url for endpoint in UPSTREAM.endpoints if endpoint.request
    }
    assert asked == {"scoreboard": SCOREBOARD_URL, "play_by_play": PLAY_BY_PLAY_URL}
    for name, url in asked.items():
        assert endpoint_named(UPSTREAM, name).recognises(url)
    ask = endpoint_named(UPSTREAM, "play_by_play").request
    assert ask is not None
    with pytest.raises(ValueError, match="asked for a game"):
        ask(settings, replace(SUBJECT, game_id=None))


def test_boards_are_asked_from_before_the_first_tip_off_and_play_by_play_once_games_are_over() -> None:
    rules = {endpoint.name: endpoint.rule for endpoint in UPSTREAM.endpoints}
    board_rule, play_rule = rules["scoreboard"], rules["play_by_play"]
    assert isinstance(board_rule, Rule) and isinstance(play_rule, Rule)
    assert (board_rule.per, board_rule.opens, board_rule.closes, board_rule.past) == (
        Per.DATE, timedelta(minutes=-30), timedelta(hours=5), Past.SAME,
    )  # fmt: skip
    assert (play_rule.per, play_rule.opens, play_rule.until_complete) == (Per.GAME, timedelta(minutes=180), True)
    never = [endpoint for endpoint in UPSTREAM.endpoints if endpoint.request is None]
    assert [each.name for each in never if not isinstance(each.rule, Rule) or each.rule.per is not Per.NEVER] == []
