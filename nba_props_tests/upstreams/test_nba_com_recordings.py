"""Genuine bodies of box scores and schedules: every row stored or rejected, figures as plain JSON reads them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import polars as pl
import pytest

from nba_props.archive.payload import Payload
from nba_props.upstreams import nba_com
from nba_props.upstreams.endpoint import Endpoint, Parsed
from nba_props_tests.upstreams.exchanges import assert_keeps_contracts, payload, recordings

PLAYERS, TEAMS, SCHEDULE = "raw.nbac_player_boxscore", "raw.nbac_team_boxscore", "raw.nbac_schedule"
MEASURES = "raw.nbac_player_measures"
FILES = ("nba_com", "nba_com-nba_api", "nba_com-pbpstats")
PLAYED = date(2025, 1, 15)
OF_SUMMARIES = ("GameSummary", "LineScore", "Officials", "InactivePlayers")
SETS = ("LeagueGameLog", "PlayerStats", "TeamStats", "Lineups", "Overall", *OF_SUMMARIES)
"""Result sets whose rows become rows each; OtherStats and GameInfo are parts of rows of LineScore and GameSummary."""


@lru_cache(maxsize=1)
def samples() -> tuple[tuple[Endpoint, Payload], ...]:
    """Every recorded body that an endpoint of this upstream reads."""
    return tuple(found for name in FILES for found in _read(name))


def _read(name: str) -> Iterator[tuple[Endpoint, Payload]]:
    iterator = pytest.importorskip("warcio.archiveiterator").ArchiveIterator
    with (recordings() / "samples" / f"{name}.warc.gz").open("rb") as stream:
        for record in iterator(stream):
            if record.rec_type != "response":
                continue
            url = record.rec_headers.get_header("WARC-Target-URI")
            moment = datetime.fromisoformat(record.rec_headers.get_header("WARC-Date"))
            for endpoint in nba_com.UPSTREAM.endpoints:
                if endpoint.recognises(url):
                    yield endpoint, payload(url, record.content_stream().read(), fetched_at=moment)


def of(endpoint: Endpoint, part: str = "") -> list[Payload]:
    return [sent for known, sent in samples() if known is endpoint and part in sent.url]


def parsed(endpoint: Endpoint, sent: Payload) -> Parsed:
    result = endpoint.parse(sent)
    assert_keeps_contracts(result)
    return result


def rows_sent(sent: Payload) -> int:
    """How many rows a body has, counted in plain JSON."""
    body = json.loads(sent.body)
    if "leagueSchedule" in body:
        return sum(len(day["games"]) for day in body["leagueSchedule"]["gameDates"])
    if "resultSets" in body:
        return sum(len(table["rowSet"]) for table in body["resultSets"] if table["name"] in SETS)
    if "teams" in body:
        return sum(1 + len(team["games"]) for team in body["teams"])
    if "dunks" in body:
        return len(body["dunks"])
    if "g" in body:
        return sum(len(body["g"][side]["pstsg"]) + 1 for side in ("hls", "vls"))
    game = body.get("game") or next(value for name, value in body.items() if name.startswith("boxScore"))
    if "/boxscorematchups" in sent.url:
        return sum(len(one["matchups"]) for side in ("homeTeam", "awayTeam") for one in game[side]["players"])
    if "/boxscoretraditional" not in sent.url and "liveData" not in sent.url:
        sides = (game["homeTeam"], game["awayTeam"])
        return sum(len(one["statistics"]) for side in sides for one in side["players"])
    return sum(len(game[side]["players"]) + 1 for side in ("homeTeam", "awayTeam"))


def table(sent: Payload, name: str) -> list[dict[str, Any]]:
    found = next(each for each in json.loads(sent.body)["resultSets"] if each["name"] == name)
    return [dict(zip(found["headers"], row, strict=True)) for row in found["rowSet"]]


def minutes(text: str) -> float:
    whole, seconds = text.removeprefix("PT").removesuffix(".00S").replace("M", ":").split(":")
    return int(whole) + int(seconds) / 60


def test_every_sample_is_read_and_every_row_of_it_is_stored_or_rejected() -> None:
    read: Counter[str] = Counter()
    for endpoint, sent in samples():
        result = parsed(endpoint, sent)
        stored = sum(frame.height for frame in result.frames.values())
        assert stored + result.rejects.height == rows_sent(sent), sent.url
        read[endpoint.name] += 1
    assert read == {
        "schedule": 2,
        "player_box_scores": 1,
        "team_box_scores": 1,
        "box_score_v3": 1,
        "box_score_v2": 5,
        "live_box_score": 1,
        "player_measures": 8,
        "game_detail": 1,
        "game_summaries": 3,
        "matchups": 1,
        "dunks": 1,
        "cup_standings": 1,
        "lineups": 1,
    }


def test_rows_that_are_rejected_are_those_whose_date_or_extent_is_not_that_of_a_game() -> None:
    reasons = {
        (endpoint.name, sent.url.split("GameID=")[1][:10], reason.split(":")[0].split(",")[0])
        for endpoint, sent in samples()
        for reason in parsed(endpoint, sent).rejects["reason"]
    }
    assert reasons == {
        ("box_score_v2", "0022400561", "the body tells no date"),
        ("box_score_v2", "0021600270", "the body tells no date"),
        ("box_score_v2", "0021600270", "the box score is of a part of the game"),
        ("player_measures", "0021700807", "the body tells no date"),
        ("player_measures", "1022500165", "a game of another league than the NBA"),
    }


def test_a_box_score_of_v3_is_stored_figure_by_figure() -> None:
    (sent,) = of(nba_com.BOX_SCORE_V3)
    box = json.loads(sent.body)["boxScoreTraditional"]
    frames = parsed(nba_com.BOX_SCORE_V3, sent).frames
    told = [(side["teamTricode"], one) for side in (box["homeTeam"], box["awayTeam"]) for one in side["players"]]
    assert len(told) == 29
    stored = {row["player_id"]: row for row in frames[PLAYERS].rows(named=True)}
    for team, one in told:
        row, numbers = stored[one["personId"]], one["statistics"]
        assert (row["team"], row["player_name"]) == (team, f"{one['firstName']} {one['familyName']}")
        assert row["did_not_play"] is (numbers["minutes"] == "")
        assert row["is_starter"] is (one["position"] != "")
        if row["did_not_play"]:
            assert (row["points"], row["not_playing_reason"]) == (None, one["comment"])
        else:
            assert row["minutes"] == minutes(numbers["minutes"])
            assert (row["points"], row["threes"], row["rebounds"], row["fouls"], row["plus_minus"]) == (
                numbers["points"],
                numbers["threePointersMade"],
                numbers["reboundsTotal"],
                numbers["foulsPersonal"],
                numbers["plusMinusPoints"],
            )
    assert sorted(row["player_name"] for row in stored.values() if row["did_not_play"]) == [
        "Garrett Temple",
        "Thanasis Antetokounmpo",
    ]
    assert frames[TEAMS].select("team", "points", "minutes").sort("team").rows() == [
        ("MIL", 100, 240.0),
        ("TOR", 128, 240.0),
    ]
    assert frames[PLAYERS].group_by("team").agg(pl.col("points").sum()).sort("team")["points"].to_list() == [100, 128]


def test_a_live_box_score_is_stored_figure_by_figure() -> None:
    (sent,) = of(nba_com.LIVE_BOX_SCORE)
    game = json.loads(sent.body)["game"]
    frames = parsed(nba_com.LIVE_BOX_SCORE, sent).frames
    stored = {row["player_id"]: row for row in frames[PLAYERS].rows(named=True)}
    told = [one for side in (game["homeTeam"], game["awayTeam"]) for one in side["players"]]
    assert len(told) == len(stored) == 34
    for one in told:
        row = stored[one["personId"]]
        reason = [one[name] for name in ("notPlayingReason", "notPlayingDescription") if name in one]
        assert row["did_not_play"] is (one["played"] == "0")
        assert row["not_playing_reason"] == (": ".join(reason) or None)
        assert row["is_starter"] is (one["starter"] == "1")
        assert (row["game_status"], row["game_date"], row["season"]) == (3, date(2020, 12, 22), "2020-21")
        if one["played"] == "1":
            assert row["minutes"] == minutes(one["statistics"]["minutes"])
            assert row["points"] == one["statistics"]["points"]
    assert sum(row["did_not_play"] for row in stored.values()) == 6
    home = game["homeTeam"]["statistics"]
    totals = frames[TEAMS].filter(pl.col("team") == "BKN").row(0, named=True)
    assert (totals["points"], totals["opponent"], totals["is_home"]) == (125, "GSW", True)
    assert (totals["rebounds"], totals["team_rebounds"]) == (home["reboundsPersonal"], home["reboundsTeam"])
    of_players = frames[PLAYERS].filter(pl.col("team") == "BKN")
    assert of_players["rebounds"].sum() == totals["rebounds"]
    assert of_players["turnovers"].sum() == totals["turnovers"]


@pytest.mark.parametrize("game_id", ["0022400561", "0021600270", "0022100732"])
def test_whole_games_in_the_older_form_are_stored_when_their_date_is_known(game_id: str) -> None:
    whole = [sent for sent in of(nba_com.BOX_SCORE_V2, f"GameID={game_id}") if "Range=28800" not in sent.url]
    (sent,) = [replace(each, asked_for=PLAYED) for each in whole]
    result = parsed(nba_com.BOX_SCORE_V2, sent)
    assert result.rejects.is_empty()
    players, teams = result.frames[PLAYERS], result.frames[TEAMS]
    told = table(sent, "PlayerStats")
    assert dict(players.select("player_id", "points").iter_rows()) == {one["PLAYER_ID"]: one["PTS"] for one in told}
    assert dict(players.filter("did_not_play").select("player_id", "not_playing_reason").iter_rows()) == {
        one["PLAYER_ID"]: one["COMMENT"] for one in told if one["MIN"] is None
    }
    assert dict(teams.select("team", "points").iter_rows()) == {
        one["TEAM_ABBREVIATION"]: one["PTS"] for one in table(sent, "TeamStats")
    }
    of_players = dict(players.group_by("team").agg(pl.col("points").sum()).iter_rows())
    assert of_players == dict(teams.select("team", "points").iter_rows())


def test_parts_of_a_game_are_never_stored_whoever_asked_for_them() -> None:
    parts = of(nba_com.BOX_SCORE_V2, "EndRange=28940")
    assert len(parts) == 2
    for sent in parts:
        result = parsed(nba_com.BOX_SCORE_V2, replace(sent, asked_for=PLAYED))
        assert all(frame.is_empty() for frame in result.frames.values())


def test_a_whole_season_of_teams_is_stored_with_opponents_and_home_sides() -> None:
    (sent,) = of(nba_com.TEAM_BOX_SCORES)
    frame = parsed(nba_com.TEAM_BOX_SCORES, sent).frames[TEAMS]
    told = table(sent, "LeagueGameLog")
    assert frame.height == len(told) == 2460
    assert sum(frame["points"]) == sum(one["PTS"] for one in told)
    assert sum(frame["minutes"]) == sum(one["MIN"] for one in told)
    away: Counter[str] = Counter(one["GAME_ID"] for one in told if "@" in one["MATCHUP"])
    neutral = {game for game, count in away.items() if count == 2}
    assert set(frame.filter(pl.col("is_home").is_null())["game_id"]) == neutral
    assert frame["opponent"].null_count() == 0
    pairs = frame.join(frame, left_on=["game_id", "opponent"], right_on=["game_id", "team"])
    assert pairs.height == 2460
    assert pairs.filter(pl.col("plus_minus") != pl.col("points") - pl.col("points_right")).height == 0
    covered = nba_com.TEAM_BOX_SCORES.covers(sent).game_dates
    assert list(covered) == sorted({date.fromisoformat(one["GAME_DATE"]) for one in told})


def test_other_measures_are_stored_statistic_by_statistic() -> None:
    read = 0
    for sent in of(nba_com.PLAYER_MEASURES, "GameID=00"):
        result = parsed(nba_com.PLAYER_MEASURES, replace(sent, asked_for=PLAYED))
        assert result.rejects.is_empty()
        stored = {row[:2]: row[2] for row in result.frames[MEASURES].select("player_id", "statistic", "value").rows()}
        (game,) = (value for name, value in json.loads(sent.body).items() if name.startswith("boxScore"))
        for one in [*game["homeTeam"]["players"], *game["awayTeam"]["players"]]:
            idle = one["statistics"]["minutes"] == ""
            for name, value in one["statistics"].items():
                told = minutes(value) if isinstance(value, str) and value else value
                assert stored[one["personId"], name] == (None if idle else told)
                read += 1
    assert read == 1818


def test_both_schedules_of_the_samples_are_stored_game_by_game() -> None:
    schedules = of(nba_com.SCHEDULE)
    assert sorted(rows_sent(sent) for sent in schedules) == [13, 1280]
    for sent in schedules:
        result = parsed(nba_com.SCHEDULE, sent)
        days = json.loads(sent.body)["leagueSchedule"]["gameDates"]
        told = {game["gameId"]: game for day in days for game in day["games"]}
        assert result.rejects.is_empty()
        assert set(result.frames[SCHEDULE]["game_id"]) == set(told)
        tip_offs = result.frames[SCHEDULE].select("game_id", pl.col("tip_off_at").dt.strftime("%Y-%m-%dT%H:%M:%SZ"))
        for game_id, tip_off in tip_offs.iter_rows():
            expected = None if told[game_id]["gameStatusText"] == "TBD" else told[game_id]["gameDateTimeUTC"]
            assert tip_off == expected
