"""Box scores of ESPN: statistics by name, who did not play, two endpoints that tell the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nba_props.archive.payload import MalformedPayload
from nba_props.game_calendar import DateRange
from nba_props.upstreams import raw_tables
from nba_props.upstreams.espn import UPSTREAM
from nba_props.upstreams.espn_box_scores import COLUMNS
from nba_props_tests.upstreams.espn_reading import DAY, endpoint, of_lines, parse, row, rows
from nba_props_tests.upstreams.examples_espn import (
    BOX_SCORE_PAGE_URL,
    KEYS,
    LABELS,
    SUMMARY_URL,
    absent_line,
    box_score_page,
    competitor,
    line,
    page_line,
    page_member,
    roster_page,
    stats,
    summary,
    team_lines,
)
from nba_props_tests.upstreams.exchanges import FETCHED_AT, payload


def test_a_line_is_stored_under_its_names() -> None:
    made = row("box_scores", of_lines(line()))
    assert {name: made[name] for name in COLUMNS} == {
        "minutes": 35.0, "field_goals_made": 7, "field_goals_attempted": 15, "threes": 2, "threes_attempted": 6,
        "free_throws_made": 3, "free_throws_attempted": 4, "offensive_rebounds": 1, "defensive_rebounds": 4,
        "rebounds": 5, "assists": 9, "steals": 2, "blocks": 0, "turnovers": 3, "fouls": 2, "plus_minus": 8,
        "points": 19,
    }  # fmt: skip
    assert (made["team"], made["home_team"], made["away_team"], made["game_date"]) == ("NYK", "CHI", "NYK", DAY)
    assert (made["is_starter"], made["did_not_play"], made["not_playing_reason"]) == (True, False, None)
    assert (made["endpoint"], made["status"], made["source_player_id"]) == ("box_scores", "post", "3934672")


def test_statistics_are_found_by_keys_or_names_or_labels_in_any_order() -> None:
    turned = line(stats=stats()[::-1])
    expected = row("box_scores", of_lines(line()))
    for naming in (
        {"keys": KEYS[::-1], "names": None, "labels": None},
        {"keys": None, "names": LABELS[::-1], "labels": None},
        {"keys": None, "names": None, "labels": LABELS[::-1]},
        {"keys": [], "names": [], "labels": LABELS[::-1]},
    ):
        made = row("box_scores", of_lines(turned, **naming))
        assert {name: made[name] for name in COLUMNS} == {name: expected[name] for name in COLUMNS}


def test_a_statistic_that_is_added_is_ignored_and_one_that_is_renamed_refuses_the_body() -> None:
    added = of_lines(line(stats=["0.5", *stats()]), keys=["usageRate", *KEYS])
    assert row("box_scores", added)["points"] == 19
    with pytest.raises(MalformedPayload, match="assists"):
        parse("box_scores", of_lines(line(), keys=["x" if key == "assists" else key for key in KEYS]))
    with pytest.raises(MalformedPayload, match="twice"):
        parse("box_scores", of_lines(line(stats=[*stats(), "1"]), keys=[*KEYS, "points"]))


def test_who_did_not_play_has_a_reason_and_no_numbers() -> None:
    zeros = stats(minutes="0", **dict.fromkeys(KEYS[4:], "0"))
    for absent in (
        absent_line(reason="LEFT ACHILLES TENDON"),
        line(didNotPlay=True, starter=False, reason="LEFT ACHILLES TENDON", stats=zeros),
        line(didNotPlay=None, starter=False, reason="LEFT ACHILLES TENDON", stats=[]),
    ):
        made = row("box_scores", of_lines(absent))
        assert (made["did_not_play"], made["not_playing_reason"]) == (True, "LEFT ACHILLES TENDON")
        assert {made[name] for name in COLUMNS} == {None}


def test_a_value_that_stands_for_nothing_is_null_and_minutes_may_have_seconds() -> None:
    made = row("box_scores", of_lines(line(stats=stats(minutes="31:30", plusMinus="--", blocks="", fouls="-"))))
    assert (made["minutes"], made["plus_minus"], made["blocks"], made["fouls"]) == (31.5, None, None, None)


@pytest.mark.parametrize(
    ("bad", "expected"),
    [
        (line(stats=stats(points="x")), "bad points: x"),
        (line(stats=stats(points="1.5")), "bad points: 1.5"),
        (line(stats=stats(minutes="4:75")), "bad minutes"),
        (line(stats=stats(minutes="400")), "impossible minutes"),
        (line(stats=stats(rebounds="-4")), "negative rebounds"),
        (line(stats=stats(**{KEYS[1]: "9-7"})), "impossible: 9 field_goals_made"),
        (line(stats=stats(**{KEYS[1]: "9"})), "bad field_goals_made: 9"),
        (line(stats=stats()[:-1]), "13 statistics where 14 are named"),
        (line(didNotPlay=True), "said not to have played"),
        (line(player=""), "empty player id"),
        (line(name="  "), "empty player name"),
        (line(stats=None), "array"),
        (line(stats=[1, 2]), "str"),
        (line(athlete={"displayName": "No Id"}), "id"),
    ],
)
def test_a_bad_line_is_refused_and_the_others_survive(bad: dict[str, Any], expected: str) -> None:
    parsed = parse("box_scores", of_lines(bad, line("2", "Other Guard")))
    assert [made["source_player_id"] for made in rows(parsed)] == ["2"]
    (refused,) = parsed.rejects.iter_rows(named=True)
    assert expected in refused["reason"]
    assert refused["table"] == "raw.espn_boxscores"


def test_all_star_teams_and_strangers_to_the_game_are_refused() -> None:
    stars = summary(
        team_lines("NY", line()), competitors=[competitor("home", "EAST", "1"), competitor("away", "WEST", "2")]
    )
    assert parse("box_scores", stars).rejects["reason"].to_list() == ["unknown home team: EAST"]
    stranger = summary(team_lines("BOS", line()), team_lines("USA", line("2")))
    reasons = parse("box_scores", stranger).rejects["reason"].to_list()
    assert reasons == ["his team does not play in this game", "unknown team: USA"]


def test_before_the_game_there_are_no_lines_and_afterwards_there_must_be_some() -> None:
    assert rows(parse("box_scores", summary(stage="pre"))) == []
    assert rows(parse("box_scores", summary(stage="postponed"))) == []
    with pytest.raises(MalformedPayload, match="no players"):
        parse("box_scores", summary(stage="post"))
    with pytest.raises(MalformedPayload, match="none of 2 rows"):
        parse("box_scores", of_lines(line(stats=None), line("2", stats=None)))


def test_while_the_game_runs_lines_say_so() -> None:
    running = summary(team_lines("NY", line(), line("2", stats=[])), stage="in")
    made = {each["source_player_id"]: each for each in rows(parse("box_scores", running))}
    assert {each["status"] for each in made.values()} == {"in"}
    assert (made["2"]["did_not_play"], made["2"]["points"]) == (True, None)


def test_a_page_says_the_same_as_the_summary() -> None:
    page = box_score_page([page_line()], [page_line("4000", "Long Bench", stats=[], dnpRsn="DNP-COACH'S DECISION")])
    started, absent = rows(parse("box_score_pages", page))
    expected = row("box_scores", of_lines(line()))
    apart = ("endpoint", "payload_id")
    assert {k: v for k, v in started.items() if k not in apart} == {k: v for k, v in expected.items() if k not in apart}
    assert started["endpoint"] == "box_score_pages"
    assert (absent["is_starter"], absent["did_not_play"]) == (False, True)
    assert absent["not_playing_reason"] == "DNP-COACH'S DECISION"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"<html><body>Service unavailable</body></html>", "absent"),
        (box_score_page([page_line()], [])[:700], "cut off"),
        (roster_page(page_member()), "gamepackage"),
        (b"", "empty"),
    ],
)
def test_a_page_without_its_data_is_malformed(body: bytes, expected: str) -> None:
    with pytest.raises(MalformedPayload, match=expected):
        parse("box_score_pages", body)


def test_both_endpoints_of_a_game_are_kept_side_by_side() -> None:
    pages, summaries = endpoint("box_score_pages"), endpoint("box_scores")
    archived = {
        summaries: [payload(SUMMARY_URL, of_lines(line()))],
        pages: [payload(BOX_SCORE_PAGE_URL, box_score_page([page_line(stats=stats(assists="8"))], []))],
    }
    made = raw_tables.build(DateRange.of(DAY), archived, UPSTREAM.quarantine)["raw.espn_boxscores"]
    assert made.select("endpoint", "assists").rows() == [("box_score_pages", 8), ("box_scores", 9)]


def test_a_corrected_box_score_replaces_the_first_one() -> None:
    summaries = endpoint("box_scores")
    first = payload(SUMMARY_URL, of_lines(line()))
    second = payload(SUMMARY_URL, of_lines(line(stats=stats(assists="10"))), fetched_at=FETCHED_AT + timedelta(hours=2))
    made = raw_tables.build(DateRange.of(DAY), {summaries: [second, first]}, UPSTREAM.quarantine)
    assert made["raw.espn_boxscores"]["assists"].to_list() == [10]


def test_a_summary_that_cannot_be_read_belongs_to_the_date_that_was_asked() -> None:
    broken = payload(SUMMARY_URL, b"<html>")
    summaries = endpoint("box_scores")
    assert summaries.covers(broken).game_dates == (date(2025, 1, 5),)
    assert summaries.covers(replace(broken, asked_for=DAY)).game_dates == (DAY,)
    good = payload(SUMMARY_URL, of_lines(line()))
    assert summaries.covers(replace(good, asked_for=date(2025, 1, 9))).game_dates == (DAY,)


def test_a_contradicted_row_is_refused() -> None:
    parsed = parse("box_scores", of_lines(line(), line(stats=stats(assists="10"))))
    assert [made["assists"] for made in rows(parsed)] == [10]
    assert "later row" in parsed.rejects["reason"][0]


@settings(deadline=None, max_examples=50)
@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60), st.integers(-40, 40)), min_size=1, max_size=6))
def test_numbers_come_out_as_they_went_in(lines: list[tuple[int, int, int]]) -> None:
    sent = []
    for number, (points, assists, plus) in enumerate(lines, start=1):
        values = stats(points=str(points), assists=str(assists), plusMinus=f"{plus:+d}")
        sent.append(line(str(number), f"Player {number}", stats=values))
    (frame,) = parse("box_scores", of_lines(*sent)).frames.values()
    assert frame.sort(pl.col("source_player_id").cast(int)).select("points", "assists", "plus_minus").rows() == lines
