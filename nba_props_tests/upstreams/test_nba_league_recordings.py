"""Every genuine player list, transaction and referee assignment is read to the last row; counted with plain JSON."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import date
from typing import Any

import polars as pl

from nba_props.archive.payload import Payload
from nba_props.upstreams.nba_league import UPSTREAM
from nba_props_tests.upstreams.examples_nba_live import endpoint_named, genuine, read

PLAYERS, MOVEMENT, OFFICIALS = (
    "raw.nbac_player_list",
    "raw.nbac_player_movement",
    "raw.nbac_referee_assignments",
)


def only(name: str) -> tuple[Payload, pl.DataFrame]:
    """The one recorded body of an endpoint and its rows; none is refused."""
    (sent,) = genuine(UPSTREAM, name)
    parsed = read(UPSTREAM, name, sent)
    assert parsed.rejects.is_empty()
    (frame,) = parsed.frames.values()
    return sent, frame


def rows_of(sent: Payload) -> list[dict[str, Any]]:
    result = json.loads(sent.body)["resultSets"][0]
    return [dict(zip(result["headers"], row, strict=True)) for row in result["rowSet"]]


def test_every_player_of_the_index_is_stored_with_his_team() -> None:
    sent, frame = only("player_list")
    players = rows_of(sent)
    assert frame["player_id"].to_list() == [player["PERSON_ID"] for player in players]
    assert frame["team"].to_list() == [player["TEAM_ABBREVIATION"] for player in players]
    assert frame["weight_pounds"].to_list() == [int(player["WEIGHT"] or 0) or None for player in players]
    assert frame["draft_number"].null_count() == sum(player["DRAFT_NUMBER"] is None for player in players)
    names = dict(frame.select("player_id", "player_name").iter_rows())
    assert (names[203967], names[202710]) == ("Dario Šarić", "Jimmy Butler III")
    assert frame["game_date"].unique().to_list() == [date(2025, 8, 27)]
    assert frame["is_on_roster"].all()


def test_every_player_there_has_been_is_stored_and_those_on_a_roster_have_a_team() -> None:
    sent, frame = only("common_all_players")
    players = rows_of(sent)
    assert frame.height == len(players) == 5103
    on_roster = {player["PERSON_ID"] for player in players if player["ROSTERSTATUS"]}
    assert set(frame.filter("is_on_roster")["player_id"]) == on_roster
    teams = Counter(player["TEAM_ABBREVIATION"] for player in players if player["TEAM_ID"])
    assert dict(frame.drop_nulls("team").group_by("team").len().iter_rows()) == teams


def test_every_player_of_a_roster_page_is_stored() -> None:
    sent, frame = only("team_roster_page")
    ids = re.findall(rb'"PLAYER_ID":\s*(\d+)', re.findall(rb'"roster":\[(.*?)\],"coaches"', sent.body, re.DOTALL)[0])
    assert frame["player_id"].to_list() == [int(one) for one in ids]
    assert frame.height == 18
    assert frame["team"].unique().to_list() == ["GSW"]
    curry = frame.row(by_predicate=pl.col("player_id") == 201939, named=True)
    assert (curry["player_name"], curry["jersey_number"], curry["position"]) == ("Stephen Curry", "30", "G")


def test_every_transaction_since_2015_is_stored_under_its_own_date() -> None:
    sent, frame = only("player_movement")
    parts = json.loads(sent.body)["NBA_Player_Movement"]["rows"]
    assert frame.height == len(parts) == 8730
    days = Counter(part["TRANSACTION_DATE"][:10] for part in parts)
    stored = frame.group_by(pl.col("game_date").cast(pl.String)).len()
    assert dict(stored.iter_rows()) == days
    kinds = Counter(part["Transaction_Type"] for part in parts)
    assert dict(frame.group_by("transaction_type").len().iter_rows()) == kinds
    assert frame["player_id"].null_count() == sum(part["PLAYER_ID"] == 0 for part in parts)
    assert frame["from_team"].count() == kinds["Trade"]
    doncic = frame.filter(pl.col("player_id") == 1629029, pl.col("transaction_type") == "Trade")
    assert doncic.select("game_date", "team", "from_team").rows()[0] == (date(2025, 2, 2), "LAL", "DAL")


def test_a_file_of_transactions_speaks_of_its_last_thirty_days() -> None:
    sent, frame = only("player_movement")
    days = endpoint_named(UPSTREAM, "player_movement").covers(sent).game_dates
    recent = frame.filter(pl.col("game_date").is_between(date(2025, 6, 16), date(2025, 7, 16)))
    assert days == tuple(recent["game_date"].unique().sort())
    assert days[-1] == date(2025, 7, 16)


def test_every_official_of_a_date_is_stored_for_his_game() -> None:
    sent, frame = only("referee_assignments")
    body = json.loads(sent.body)["nba"]
    named = [game[f"official{number}"] for game in body["Table"]["rows"] for number in (1, 2, 3, 4)]
    at_games = frame.drop_nulls("game_id")
    assert at_games["official_name"].to_list() == [name for name in named if name]
    assert at_games.group_by("role").len().sort("role").rows() == [("crew_chief", 8), ("referee", 8), ("umpire", 8)]
    replay = frame.filter(pl.col("role") == "replay_center")
    told = [row["replaycenter_official"] for row in body["Table1"]["rows"]]
    assert replay["official_name"].to_list() == told
    zarba = frame.row(by_predicate=pl.col("official_name") == "Zach Zarba", named=True)
    assert (zarba["official_id"], zarba["home_team"], zarba["away_team"]) == (2534, "PHI", "WAS")
    assert frame["game_date"].unique().to_list() == [date(2025, 1, 8)]
