"""Every genuine body of ESPN, counted and compared with plain JSON and text."""

from __future__ import annotations

import json
import re
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import polars as pl
import pytest

from nba_props.archive.payload import Payload
from nba_props.contracts.registry import table_named
from nba_props.teams import TRICODE_BY_NAME
from nba_props.upstreams.endpoint import Parsed
from nba_props.upstreams.espn import UPSTREAM
from nba_props.upstreams.espn_teams import TRICODE_BY_CODE, TRICODE_BY_TEAM_ID
from nba_props_tests.upstreams.exchanges import assert_keeps_contract, payload, recordings

SITE_CODES = {"GS": "GSW", "NO": "NOP", "NY": "NYK", "SA": "SAS", "UTAH": "UTA", "WSH": "WAS"}
TOTALS = {
    "field_goals_made": (1, 0), "field_goals_attempted": (1, 1), "threes": (2, 0), "threes_attempted": (2, 1),
    "free_throws_made": (3, 0), "free_throws_attempted": (3, 1), "offensive_rebounds": (4, 0),
    "defensive_rebounds": (5, 0), "rebounds": (6, 0), "assists": (7, 0), "steals": (8, 0), "blocks": (9, 0),
    "turnovers": (10, 0), "fouls": (11, 0), "points": (13, 0),
}  # fmt: skip
"""Column to its place in the totals of the page."""


@lru_cache
def sample() -> tuple[Payload, ...]:
    iterator = pytest.importorskip("warcio.archiveiterator").ArchiveIterator
    found = []
    with (recordings() / "samples" / "espn.warc.gz").open("rb") as stream:
        for record in iterator(stream):
            if record.rec_type == "response":
                url, moment = (record.rec_headers.get_header(f"WARC-{name}") for name in ("Target-URI", "Date"))
                content = record.content_stream().read()
                found.append(payload(url, content, fetched_at=datetime.fromisoformat(moment)))
    return tuple(found)


def bodies(name: str) -> list[Payload]:
    endpoint = next(each for each in UPSTREAM.endpoints if each.name == name)
    return [each for each in sample() if endpoint.recognises(each.url)]


def read(name: str, one: Payload) -> tuple[pl.DataFrame, Parsed]:
    endpoint = next(each for each in UPSTREAM.endpoints if each.name == name)
    parsed = endpoint.parse(one)
    ((table, frame),) = parsed.frames.items()
    assert_keeps_contract(table_named(table), frame)
    return frame, parsed


def page_data(one: Payload) -> dict[str, Any]:
    (data,) = re.findall(rb"window\['__espnfitt__'\]=(.*?);</script>", one.body, re.DOTALL)
    return dict(json.loads(data)["page"]["content"])


def test_each_of_the_six_bodies_belongs_to_one_endpoint() -> None:
    assert len(sample()) == 6
    names = [[each.name for each in UPSTREAM.endpoints if each.recognises(one.url)] for one in sample()]
    assert names == [
        ["scoreboard"], ["scoreboard"], ["rosters"], ["box_score_pages"], ["box_score_pages"], ["roster_pages"],
    ]  # fmt: skip


@pytest.mark.parametrize("number", [0, 1])
def test_every_event_of_a_scoreboard_is_stored(number: int) -> None:
    one = bodies("scoreboard")[number]
    frame, parsed = read("scoreboard", one)
    events = json.loads(one.body)["events"]
    assert frame.height + parsed.rejects.height == len(events) == 11
    assert parsed.rejects.is_empty()
    told = {}
    for event in events:
        sides = {side["homeAway"]: side for side in event["competitions"][0]["competitors"]}
        codes = [sides[side]["team"]["abbreviation"] for side in ("home", "away")]
        scores = [int(sides[side]["score"]) for side in ("home", "away")]
        told[event["id"]] = (*(SITE_CODES.get(code, code) for code in codes), *scores, event["status"]["period"])
    stored = frame.select("event_id", "home_team", "away_team", "home_score", "away_score", "period")
    assert {key: tuple(rest) for key, *rest in stored.iter_rows()} == told
    assert told["401585190"] == ("BKN", "MIA", 95, 96, 5)
    assert frame["game_date"].unique().to_list() == [date(2024, 1, 15)]
    assert frame["is_final"].all() and not frame["is_postponed"].any()
    starts = frame["tip_off_at"].dt.strftime("%Y-%m-%dT%H:%MZ").to_list()
    assert starts == [event["date"] for event in events]


@pytest.mark.parametrize("number", [0, 1])
def test_every_player_of_a_box_score_page_is_stored_and_the_lines_add_up_to_its_totals(number: int) -> None:
    one = bodies("box_score_pages")[number]
    frame, parsed = read("box_score_pages", one)
    assert frame.height + parsed.rejects.height == one.body.count(b'"athlt":{') == 25
    assert parsed.rejects.is_empty()
    assert frame.filter("did_not_play").height == one.body.count(b'"dnpRsn":') == 2
    assert frame.filter("is_starter").group_by("team").len().sort("team").rows() == [("HOU", 5), ("PHI", 5)]
    totals = {box["tm"]["abbrev"]: box["stats"][-1]["ttls"] for box in page_data(one)["gamepackage"]["bxscr"]}
    for team, texts in totals.items():
        sums = frame.filter(pl.col("team") == team).select(pl.col(list(TOTALS)).sum()).row(0, named=True)
        assert sums == {name: int(texts[place].split("-")[part]) for name, (place, part) in TOTALS.items()}
    assert (totals["HOU"][-1], totals["PHI"][-1]) == ("115", "124")
    minutes = frame.group_by("team").agg(pl.col("minutes").sum()).sort("team")["minutes"].to_list()
    assert minutes == pytest.approx([240, 240], abs=4)


def test_single_lines_of_the_page_are_those_that_are_printed() -> None:
    frame, _ = read("box_score_pages", bodies("box_score_pages")[0])
    embiid = frame.filter(pl.col("player_name") == "Joel Embiid").row(0, named=True)
    assert (embiid["points"], embiid["rebounds"], embiid["minutes"], embiid["plus_minus"]) == (41, 10, 31.0, 7)
    assert (embiid["free_throws_made"], embiid["free_throws_attempted"]) == (16, 17)
    bullock = frame.filter(pl.col("player_name") == "Reggie Bullock Jr.").row(0, named=True)
    assert (bullock["did_not_play"], bullock["not_playing_reason"]) == (True, "DNP-COACH'S DECISION")
    assert (bullock["points"], bullock["minutes"], bullock["team"]) == (None, None, "HOU")
    assert frame.select("event_id", "home_team", "away_team", "game_date", "status").unique().rows() == [
        ("401585183", "PHI", "HOU", date(2024, 1, 15), "post")
    ]


def test_two_captures_of_the_same_page_tell_the_same() -> None:
    for name in ("box_score_pages", "scoreboard"):
        first, second = (read(name, each)[0].drop("payload_id") for each in bodies(name))
        assert first.equals(second)


def test_every_member_of_both_rosters_is_stored_and_they_agree() -> None:
    (body,), (page,) = bodies("rosters"), bodies("roster_pages")
    frame, parsed = read("rosters", body)
    athletes = json.loads(body.body)["team"]["athletes"]
    assert frame.height + parsed.rejects.height == len(athletes) == 17
    assert parsed.rejects.is_empty()
    told = [(each["id"], each["displayName"], each["jersey"], each["height"], each["weight"]) for each in athletes]
    names = ("source_player_id", "player_name", "jersey", "height_inches", "weight_pounds")
    assert frame.select(names).rows() == told
    assert frame["birth_date"].cast(pl.String).to_list() == [each["dateOfBirth"][:10] for each in athletes]
    hurt = {each["displayName"] for each in athletes if each["injuries"]}
    assert (
        set(frame.filter(pl.col("injury_status") == "Out")["player_name"]) == hurt == {"Jaylen Brown", "Jayson Tatum"}
    )

    from_page, rejected = read("roster_pages", page)
    assert from_page.height + rejected.rejects.height == len(page_data(page)["roster"]["athletes"]) == 17
    assert rejected.rejects.is_empty()
    apart = ("game_date", "status", "injury_status", "payload_id", "fetched_at")
    assert from_page.drop(apart).equals(frame.drop(apart))
    assert from_page["game_date"].unique().to_list() == [date(2025, 6, 19)]
    assert frame["team"].unique().to_list() == ["BOS"]


def test_codes_and_ids_of_the_thirty_teams_are_those_of_the_page() -> None:
    (page,) = bodies("roster_pages")
    teams = [team for division in page_data(page)["teams"]["nba"] for team in division["teams"]]
    assert len(teams) == 30
    assert {team["id"]: TRICODE_BY_NAME[team["name"]] for team in teams} == TRICODE_BY_TEAM_ID
    assert {team["abbrev"].upper(): TRICODE_BY_NAME[team["name"]] for team in teams} == TRICODE_BY_CODE
