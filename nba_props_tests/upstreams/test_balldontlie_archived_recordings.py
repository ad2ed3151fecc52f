"""Every genuine body of balldontlie that nobody asks for, counted and compared with plain JSON."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl

from nba_props.game_calendar import season_of
from nba_props.upstreams.balldontlie_bodies import TRICODE_BY_TEAM_ID
from nba_props_tests.upstreams.balldontlie_reading import parsed, recorded, stored

FETCHED_ON, FINALS = date(2025, 8, 27), date(2025, 6, 22)
BESIDE_STATISTICS = {"id", "player", "team", "game"}


def name_of(player: dict[str, Any]) -> str:
    return f"{player['first_name']} {player['last_name']}"


def test_every_player_is_stored_with_what_was_sent_but_the_one_of_an_old_team() -> None:
    ((each, sent),) = recorded("players?")
    made = parsed(each)
    frame = made.frames["raw.bdl_players"]
    assert (len(sent), frame.height, made.rejects.height) == (49, 48, 1)
    old = [one for one in sent if one["team"]["id"] > 30]
    assert [name_of(one) for one in old] == ["Gene James"]
    assert made.rejects["reason"].to_list() == ["unknown team: 45 BAL"]
    assert made.rejects["game_date"].to_list() == [FETCHED_ON]
    columns = ("source_player_id", "player_name", "team", "weight_pounds", "draft_year", "draft_number", "game_date")
    assert frame.select(columns).rows() == [
        (
            str(one["id"]), name_of(one), one["team"]["abbreviation"], one["weight"] and int(one["weight"]),
            one["draft_year"], one["draft_number"], FETCHED_ON,
        )
        for one in sent
        if one not in old
    ]  # fmt: skip


def test_the_one_player_asked_for_is_the_one_in_the_list() -> None:
    ((single, sent),) = recorded("players/237")
    ((listing, _),) = recorded("players?")
    facts = pl.exclude("payload_id")
    (made,) = stored(single).select(facts).rows(named=True)
    assert (made["player_name"], made["team"], made["height"]) == (name_of(sent), "LAL", sent["height"])
    frame = parsed(listing).frames["raw.bdl_players"]
    assert frame.filter(pl.col("source_player_id") == str(sent["id"])).select(facts).rows(named=True) == [made]


def test_every_team_is_stored_with_those_of_the_past() -> None:
    by_rows = {len(sent) if isinstance(sent, list) else 1: (stored(each), sent) for each, sent in recorded("teams")}
    assert set(by_rows) == {1, 45}
    frame, sent = by_rows[45]
    assert frame.height == 45
    today = frame.filter(pl.col("team").is_not_null())
    assert {int(number): team for number, team in today.select("source_team_id", "team").rows()} == TRICODE_BY_TEAM_ID
    assert frame.select("source_team_id", "team_name", "abbreviation", "conference", "division", "city").rows() == [
        (
            str(one["id"]), one["full_name"], one["abbreviation"], one["conference"].strip() or None,
            one["division"] or None, one["city"] or None,
        )
        for one in sent
    ]  # fmt: skip
    assert frame["conference"].null_count() == frame["team"].null_count() == 15
    single, boston = by_rows[1]
    assert single.select("source_team_id", "team", "team_name").rows() == [("2", "BOS", boston["full_name"])]


def test_every_advanced_statistic_is_stored_and_null_for_who_did_not_play() -> None:
    ((each, sent),) = recorded("stats/advanced")
    ((_, lines),) = recorded("stats?game_ids[]=18444564")
    frame = stored(each)
    names = sorted(set(sent[0]) - BESIDE_STATISTICS)
    assert (len(sent), len(names), frame.height) == (29, 15, 435)
    idle = {line["player"]["id"] for line in lines if line["min"] == "00"}
    expected = {
        (str(line["player"]["id"]), name): None if line["player"]["id"] in idle else float(line[name])
        for line in sent
        for name in names
    }
    rows = frame.select("source_player_id", "statistic", "value").rows()
    assert {(player, statistic): value for player, statistic, value in rows} == expected
    assert len(rows) == len(expected)
    assert frame["value"].null_count() == 5 * len(names)
    assert dict(frame.select("source_player_id", "player_name").iter_rows()) == {
        str(line["player"]["id"]): name_of(line["player"]) for line in sent
    }
    assert dict(frame.select("source_player_id", "team").iter_rows()) == {
        str(line["player"]["id"]): line["team"]["abbreviation"] for line in sent
    }
    game = frame.select("event_id", "game_date", "season", "home_team", "away_team").unique().rows()
    assert game == [("18444564", FINALS, season_of(FINALS), "OKC", "IND")]


def test_every_average_is_stored_with_its_place_in_the_league() -> None:
    ((each, sent),) = recorded("season_averages/general")
    frame = stored(each)
    told = {
        (str(one["player"]["id"]), name): (float(value), one["stats"].get(f"{name}_rank"), one["stats"]["gp"])
        for one in sent
        for name, value in one["stats"].items()
        if not name.endswith("_rank")
    }
    places = sum(name.endswith("_rank") for one in sent for name in one["stats"])
    assert (len(sent), len(told), frame.height, places) == (3, 90, 90, 87)
    assert len(told) + places == sum(len(one["stats"]) for one in sent)
    rows = frame.select("source_player_id", "statistic", "value", "rank", "games_played").rows()
    assert {(player, statistic): tuple(rest) for player, statistic, *rest in rows} == told
    assert frame["rank"].count() == places
    kept = frame.select("season", "season_type", "measure", "game_date").unique().rows()
    assert kept == [("2024-25", "regular", "general/base", FETCHED_ON)]
    points = frame.filter(pl.col("statistic") == "pts").select("player_name", "value", "rank").rows()
    assert ("Stephen Curry", 24.5, 18) in points


def test_every_leader_is_stored_with_his_place() -> None:
    ((each, sent),) = recorded("leaders")
    frame = stored(each)
    teams = {one["id"]: one["abbreviation"] for one in max((rows for _, rows in recorded("teams")), key=len)}
    assert len(sent) == frame.height == 231
    assert frame.select("source_player_id", "player_name", "team", "value", "rank", "games_played").rows() == [
        (
            str(one["player"]["id"]), name_of(one["player"]), teams[one["player"]["team_id"]], one["value"],
            one["rank"], one["games_played"],
        )
        for one in sent
    ]  # fmt: skip
    kept = frame.select("season", "season_type", "measure", "statistic", "game_date").unique().rows()
    assert kept == [("2024-25", "unstated", "leaders", "reb", FETCHED_ON)]
    assert (frame["rank"].is_sorted(), frame["rank"].min(), frame["rank"].max()) == (True, 1, 231), "ties share a place"


def test_the_list_of_lines_is_empty() -> None:
    ((each, sent),) = recorded("odds")
    assert (sent, stored(each).height) == ([], 0)
