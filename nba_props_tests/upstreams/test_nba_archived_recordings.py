"""Genuine bodies of what the NBA is never asked for: every row stored, figures as plain JSON reads them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

import polars as pl
import pytest

from nba_props.archive.payload import Payload
from nba_props.contracts.raw import NBAC_PLAYER_BOXSCORE, NBAC_TEAM_BOXSCORE
from nba_props.contracts.raw.nba_game_details import TABLES as GAME_TABLES
from nba_props.contracts.raw.nba_season_snapshots import TABLES as SEASON_TABLES
from nba_props.game_calendar import DateRange
from nba_props.upstreams import nba_archived, nba_com, raw_tables
from nba_props.upstreams.endpoint import Endpoint, Parsed
from nba_props_tests.upstreams.exchanges import assert_keeps_contracts, every_exchange, recordings

FILES = ("nba_com-nba_api", "nba_com-pbpstats")
SUMMARIES = ("0021600270", "0021900001", "0022100732")
SUMMARY_ROWS = {"0021600270": (1, 2, 3, 4), "0021900001": (1, 2, 3, 7), "0022100732": (1, 2, 3, 7)}
PLAYERS, TEAMS = NBAC_PLAYER_BOXSCORE.full_name, NBAC_TEAM_BOXSCORE.full_name
TEAM_SUMMARIES, GAME_SUMMARIES = "raw.nbac_team_summaries", "raw.nbac_game_summaries"
OFFICIALS, INACTIVE = "raw.nbac_game_officials", "raw.nbac_inactive_players"
CUP, CUP_GAMES = "raw.nbac_cup_standings", "raw.nbac_cup_games"


@lru_cache(maxsize=1)
def samples() -> tuple[tuple[Endpoint, Payload], ...]:
    """Every recorded body that an endpoint which is never asked reads."""
    return tuple(
        (endpoint, sent)
        for name in FILES
        for sent in every_exchange(recordings() / "samples" / f"{name}.warc.gz")
        for endpoint in nba_archived.ENDPOINTS
        if endpoint.recognises(sent.url)
    )


def sample(endpoint: Endpoint, part: str = "") -> Payload:
    (sent,) = [sent for known, sent in samples() if known is endpoint and part in sent.url]
    return sent


def whole(endpoint: Endpoint, sent: Payload) -> Parsed:
    """A body of which nothing is refused."""
    parsed = endpoint.parse(sent)
    assert_keeps_contracts(parsed)
    assert parsed.rejects.is_empty()
    return parsed


def result_set(sent: Payload, name: str) -> list[dict[str, Any]]:
    (found,) = [each for each in json.loads(sent.body)["resultSets"] if each["name"] == name]
    return [dict(zip(found["headers"], row, strict=True)) for row in found["rowSet"]]


def keyed(frame: pl.DataFrame, *key: str) -> dict[Any, dict[str, Any]]:
    rows = frame.rows(named=True)
    told = {tuple(row[name] for name in key) if len(key) > 1 else row[key[0]]: row for row in rows}
    assert len(told) == len(rows)
    return told


def picked(row: dict[str, Any], names: Iterable[str]) -> list[Any]:
    return [row[name] for name in names]


def test_the_samples_are_all_there_and_each_belongs_to_one_endpoint() -> None:
    assert Counter(endpoint.name for endpoint, _ in samples()) == {
        "game_detail": 1,
        "game_summaries": 3,
        "matchups": 1,
        "dunks": 1,
        "cup_standings": 1,
        "lineups": 1,
    }
    for known, sent in samples():
        assert [each for each in nba_com.UPSTREAM.endpoints if each.recognises(sent.url)] == [known]


def test_every_matchup_is_stored_figure_by_figure() -> None:
    sent = sample(nba_archived.MATCHUPS)
    stored = keyed(whole(nba_archived.MATCHUPS, sent).frames["raw.nbac_matchups"], "player_id", "defender_id")
    game = json.loads(sent.body)["boxScoreMatchups"]
    told = [
        (game[side]["teamTricode"], game[other]["teamTricode"], player, defender)
        for side, other in (("homeTeam", "awayTeam"), ("awayTeam", "homeTeam"))
        for player in game[side]["players"]
        for defender in player["matchups"]
    ]
    assert len(told) == len(stored) == 170
    for team, opponent, player, defender in told:
        row, numbers = stored[player["personId"], defender["personId"]], defender["statistics"]
        assert picked(row, ("team", "opponent", "game_id", "season")) == [team, opponent, "0022500142", "2025-26"]
        assert row["player_name"] == f"{player['firstName']} {player['familyName']}"
        assert row["defender_name"] == f"{defender['firstName']} {defender['familyName']}"
        assert row["minutes"] == pytest.approx(numbers["matchupMinutesSort"] / 60)
        names = ("possessions", "points", "team_points", "assists", "turnovers", "blocks", "shooting_fouls")
        sent_as = ("partialPossessions", "playerPoints", "teamPoints", "matchupAssists", "matchupTurnovers")
        assert picked(row, names) == picked(numbers, (*sent_as, "matchupBlocks", "shootingFouls"))
        shots = ("field_goals_made", "field_goals_attempted", "threes", "threes_attempted")
        sent_as_shots = ("FieldGoalsMade", "FieldGoalsAttempted", "ThreePointersMade", "ThreePointersAttempted")
        assert picked(row, shots) == [numbers[f"matchup{name}"] for name in sent_as_shots]
        tried = numbers["matchupFieldGoalsAttempted"] > 0
        assert row["field_goal_share"] == (numbers["matchupFieldGoalsPercentage"] if tried else None)
        free_throws = [numbers["matchupFreeThrowsMade"], numbers["matchupFreeThrowsAttempted"]]
        assert picked(row, ("free_throws_made", "free_throws_attempted")) == free_throws


def test_whose_list_a_matchup_is_in_is_on_offense() -> None:
    """Shares of the offensive time add up to 1 in his list, those of the defender's time over the defender's rows."""
    frame = whole(nba_archived.MATCHUPS, sample(nba_archived.MATCHUPS)).frames["raw.nbac_matchups"]
    by_player = frame.group_by("player_id").agg(pl.col("offensive_time_share").sum())["offensive_time_share"]
    assert by_player.is_between(0.9, 1.12).all()
    giannis = frame.filter(pl.col("player_id") == 203507)
    assert (giannis["points"].sum(), giannis.height) == (36, 9)


def test_every_dunk_is_stored_measure_by_measure() -> None:
    sent = sample(nba_archived.DUNKS)
    frame = whole(nba_archived.DUNKS, sent).frames["raw.nbac_dunks"]
    stored = keyed(frame, "game_id", "event_number", "clock_seconds")
    told = json.loads(sent.body)["dunks"]
    assert len(told) == len(stored) == 756
    for one in told:
        minutes, _, seconds = one["gameClockTime"].rpartition(":")
        row = stored[one["gameId"], one["eventNum"], int(minutes or 0) * 60 + float(seconds)]
        assert row["game_date"] == datetime.strptime(one["gameDate"], "%m/%d/%Y %I:%M:%S %p").date()
        who = ("player_id", "player_name", "team", "period", "matchup")
        assert picked(row, who) == picked(one, ("playerId", "playerName", "teamAbbreviation", "period", "matchup"))
        scores = ("dunk_score", "jump_score", "power_score", "style_score", "defensive_contest_score")
        sent_as = ("dunkScore", "jumpSubscore", "powerSubscore", "styleSubscore", "defensiveContestSubscore")
        assert picked(row, scores) == picked(one, sent_as)
        measures = ("max_ball_height", "player_vertical", "hang_time", "takeoff_distance", "catch_distance")
        sent_as = ("maxBallHeight", "playerVertical", "hangTime", "takeoffDistance", "catchDistance")
        assert picked(row, measures) == picked(one, sent_as)
        flags = ("is_alley_oop", "is_tip_in", "is_reverse", "may_be_charge", "is_on_video")
        sent_flags = ("alleyOop", "tipIn", "reverseDunk", "possibleAttemptedCharge", "videoAvailable")
        assert picked(row, flags) == picked(one, sent_flags)
        assert row["passer_id"] == (one["passerId"] or None)
        assert row["pass_length"] == (one["passLength"] if one["passerId"] else None)
        assert row["shooter_id"] == (one["shooterId"] or None)
        assert row["catching_hand"] == (one["catchingHand"] or None)
    assert frame["dunk_score"].max() == 117.8
    assert frame["passer_id"].null_count() == 621


def test_two_dunks_to_which_the_league_gave_one_number_are_both_kept() -> None:
    sent = sample(nba_archived.DUNKS)
    told = Counter((one["gameId"], one["eventNum"]) for one in json.loads(sent.body)["dunks"])
    twice = {key for key, count in told.items() if count > 1}
    assert len(twice) == 3
    frame = whole(nba_archived.DUNKS, sent).frames["raw.nbac_dunks"]
    assert frame.select("game_id", "event_number").is_duplicated().sum() == 6


def test_the_standings_of_the_cup_are_stored_with_every_game() -> None:
    sent = sample(nba_archived.CUP_STANDINGS)
    frames = whole(nba_archived.CUP_STANDINGS, sent).frames
    body = json.loads(sent.body)
    teams, games = keyed(frames[CUP], "team"), keyed(frames[CUP_GAMES], "team", "game_id")
    assert (len(teams), len(games)) == (30, 120)
    for team in body["teams"]:
        row = teams[team["teamAbbreviation"]]
        assert picked(row, ("season", "snapshot_at")) == [
            body["seasonYear"],
            datetime.fromisoformat("2025-09-30T15:01:51Z"),
        ]
        assert picked(row, ("wins", "losses", "points", "points_allowed", "points_difference", "win_share")) == picked(
            team, ("wins", "losses", "pts", "oppPts", "diff", "pct")
        )
        assert picked(row, ("cup_group", "group_rank", "wildcard_rank", "knockout_rank")) == picked(
            team, ("istGroup", "istGroupRank", "istWildcardRank", "istKnockoutRank")
        )
        assert row["clinch_mark"] == team["clinchIndicator"].strip()
        assert row["has_clinched_knockout"] is (team["clinchedIstKnockout"] == 1)
        assert picked(row, ("group_games_behind", "wildcard_games_behind")) == picked(
            team, ("istGroupGb", "istWildcardGb")
        )
        for one in team["games"]:
            game = games[team["teamAbbreviation"], one["gameId"]]
            assert picked(game, ("opponent", "is_home", "won", "game_number")) == [
                one["opponentTeamAbbreviation"],
                one["location"] == "H",
                one["outcome"] == "W",
                one["gameNumber"],
            ]
        assert sum(game["won"] for (code, _), game in games.items() if code == row["team"]) == row["wins"]
    knockout = frames[CUP].filter("has_clinched_knockout").sort("conference", "knockout_rank")
    assert knockout["team"].to_list() == ["MIL", "IND", "BOS", "NYK", "LAL", "SAC", "NOP", "PHX"]


def test_a_lineup_and_the_team_as_a_whole_are_stored() -> None:
    sent = sample(nba_archived.LINEUPS)
    stored = keyed(whole(nba_archived.LINEUPS, sent).frames["raw.nbac_lineups"], "group_size")
    names = ("games", "wins", "minutes", "points", "threes", "turnovers", "blocks_against", "fouls_drawn", "plus_minus")
    sent_as = ("GP", "W", "MIN", "PTS", "FG3M", "TOV", "BLKA", "PFD", "PLUS_MINUS")
    for size, name in ((5, "Lineups"), (0, "Overall")):
        (told,) = result_set(sent, name)
        assert picked(stored[size], names) == picked(told, sent_as)
        assert picked(stored[size], ("season", "season_type", "team")) == ["2024-25", "regular_season", "CLE"]
    assert stored[5]["group_name"] == result_set(sent, "Lineups")[0]["GROUP_NAME"]
    assert (stored[5]["group_id"], stored[0]["group_id"]) == ("123456", "Overall")


@pytest.mark.parametrize("game_id", SUMMARIES)
def test_a_summary_is_stored_set_by_set(game_id: str) -> None:
    sent = sample(nba_archived.GAME_SUMMARIES, game_id)
    frames = whole(nba_archived.GAME_SUMMARIES, sent).frames
    assert tuple(frame.height for frame in frames.values()) == SUMMARY_ROWS[game_id]
    (game,), (info,) = result_set(sent, "GameSummary"), result_set(sent, "GameInfo")
    row = frames[GAME_SUMMARIES].row(0, named=True)
    hours, minutes = info["GAME_TIME"].split(":")
    assert (row["game_date"], row["attendance"]) == (date.fromisoformat(game["GAME_DATE_EST"][:10]), info["ATTENDANCE"])
    assert row["duration_minutes"] == timedelta(hours=int(hours), minutes=int(minutes)) // timedelta(minutes=1)
    assert game["GAMECODE"].endswith(f"{row['away_team']}{row['home_team']}")
    assert (row["broadcaster"], row["period"]) == (game["NATL_TV_BROADCASTER_ABBREVIATION"], game["LIVE_PERIOD"])

    teams = keyed(frames[TEAM_SUMMARIES], "team")
    lines = {one["TEAM_ABBREVIATION"]: one for one in result_set(sent, "LineScore")}
    others = {one["TEAM_ABBREVIATION"]: one for one in result_set(sent, "OtherStats")}
    assert set(teams) == set(lines) == set(others)
    for code, team in teams.items():
        line, other = lines[code], others[code]
        quarters = [team[f"points_quarter_{number}"] for number in range(1, 5)]
        overtimes = [team[f"points_overtime_{number}"] for number in range(1, 11)]
        assert quarters == [line[f"PTS_QTR{number}"] for number in range(1, 5)]
        assert overtimes == [line[f"PTS_OT{number}"] for number in range(1, 11)]
        assert team["points"] == line["PTS"] == sum(quarters + overtimes)
        assert f"{team['wins']}-{team['losses']}" == line["TEAM_WINS_LOSSES"]
        names = ("points_in_the_paint", "second_chance_points", "fast_break_points", "largest_lead", "team_turnovers")
        sent_as = ("PTS_PAINT", "PTS_2ND_CHANCE", "PTS_FB", "LARGEST_LEAD", "TEAM_TURNOVERS")
        assert picked(team, names) == picked(other, sent_as)
        assert (team["total_turnovers"], team["team_rebounds"]) == (other["TOTAL_TURNOVERS"], other["TEAM_REBOUNDS"])
        assert team["opponent_points_off_turnovers"] == other["PTS_OFF_TO"]
        assert picked(row, ("lead_changes", "times_tied")) == picked(other, ("LEAD_CHANGES", "TIMES_TIED"))

    officials, inactive = keyed(frames[OFFICIALS], "official_id"), keyed(frames[INACTIVE], "player_id")
    for one in result_set(sent, "Officials"):
        told = officials[one["OFFICIAL_ID"]]
        assert told["official_name"] == f"{one['FIRST_NAME']} {one['LAST_NAME']}"
        assert told["jersey_number"] == one["JERSEY_NUM"].strip()
    for one in result_set(sent, "InactivePlayers"):
        told = inactive[one["PLAYER_ID"]]
        assert (told["player_name"], told["team"]) == (
            f"{one['FIRST_NAME']} {one['LAST_NAME']}",
            one["TEAM_ABBREVIATION"],
        )


def test_a_game_detail_is_stored_line_by_line() -> None:
    sent = sample(nba_archived.GAME_DETAILS)
    frames = whole(nba_archived.GAME_DETAILS, sent).frames
    game = json.loads(sent.body)["g"]
    stored, totals = keyed(frames[PLAYERS], "player_id"), keyed(frames[TEAMS], "team")
    assert (len(stored), len(totals)) == (30, 2)
    counts = {
        "points": "pts", "rebounds": "reb", "assists": "ast", "steals": "stl", "blocks": "blk", "turnovers": "tov",
        "threes": "tpm", "threes_attempted": "tpa", "field_goals_made": "fgm", "field_goals_attempted": "fga",
        "free_throws_made": "ftm", "offensive_rebounds": "oreb", "fouls": "pf", "plus_minus": "pm",
    }  # fmt: skip
    for side in ("hls", "vls"):
        team = totals[game[side]["ta"]]
        for one in game[side]["pstsg"]:
            row = stored[one["pid"]]
            assert (row["team"], row["player_name"]) == (game[side]["ta"], f"{one['fn']} {one['ln']}")
            assert row["is_starter"] is (one["pos"] != "")
            assert row["did_not_play"] is (one["totsec"] == 0)
            if one["totsec"]:
                assert row["minutes"] == pytest.approx(one["totsec"] / 60)
                assert picked(row, counts) == picked(one, counts.values())
            else:
                assert picked(row, ("points", "minutes", "not_playing_reason")) == [None, None, one["memo"]]
        names = ("points", "is_home", "team_rebounds", "bench_points", "points_off_turnovers", "second_chance_points")
        assert picked(team, names) == [
            game[side]["s"], side == "hls", *picked(game[side]["tstsg"], ("tmreb", "bpts", "potov", "scp"))
        ]  # fmt: skip
        assert sum(one["pts"] for one in game[side]["pstsg"]) == team["points"]
        assert team["minutes"] == pytest.approx(sum(one["totsec"] for one in game[side]["pstsg"]) / 60)
    assert {code: team["points"] for code, team in totals.items()} == {"OKC": 126, "WAS": 115}
    assert sum(row["did_not_play"] for row in stored.values()) == 11
    assert picked(stored[201566], ("points", "rebounds", "assists")) == [35, 14, 11]


def test_the_summary_and_the_detail_of_a_game_agree_once_points_off_turnovers_are_read_as_what_they_are() -> None:
    summaries = whole(nba_archived.GAME_SUMMARIES, sample(nba_archived.GAME_SUMMARIES, "0021600270")).frames
    of_summary = keyed(summaries[TEAM_SUMMARIES], "team")
    details = whole(nba_archived.GAME_DETAILS, sample(nba_archived.GAME_DETAILS)).frames
    of_detail = keyed(details[TEAMS], "team")
    names = (
        "points", "points_in_the_paint", "fast_break_points", "second_chance_points", "team_rebounds", "team_turnovers"
    )  # fmt: skip
    for code, other in (("OKC", "WAS"), ("WAS", "OKC")):
        assert picked(of_summary[code], names) == picked(of_detail[code], names)
        assert of_summary[code]["opponent_points_off_turnovers"] == of_detail[other]["points_off_turnovers"]
    inactive = set(summaries[INACTIVE]["player_id"])
    assert inactive <= set(details[PLAYERS].filter("did_not_play")["player_id"])


def test_tables_hold_each_row_once_however_often_a_body_was_archived() -> None:
    dates = DateRange(date(2016, 1, 1), date(2025, 12, 31))
    twice: dict[Endpoint, list[Payload]] = {
        each: [sent for known, sent in samples() if known is each] * 2 for each in nba_archived.ENDPOINTS
    }
    made = raw_tables.build(dates, twice, nba_com.UPSTREAM.quarantine)
    heights = {table.name: made[table.full_name].height for table in (*GAME_TABLES, *SEASON_TABLES)}
    assert heights == {
        "nbac_matchups": 170,
        "nbac_dunks": 756,
        "nbac_game_summaries": 3,
        "nbac_team_summaries": 6,
        "nbac_game_officials": 9,
        "nbac_inactive_players": 18,
        "nbac_cup_standings": 30,
        "nbac_cup_games": 120,
        "nbac_lineups": 2,
    }
    assert made[nba_com.UPSTREAM.quarantine.full_name].is_empty()
