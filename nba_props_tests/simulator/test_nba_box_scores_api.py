"""Box scores of single games and of teams in the simulated league: laid out as genuine ones, told when they are known,
and at one with the game log."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import httpx
import msgspec
import numpy as np
import polars as pl
import pytest

from nba_props.contracts.raw import NBAC_PLAYER_BOXSCORE, NBAC_TEAM_BOXSCORE
from nba_props.simulator import ManualClock, serve
from nba_props.simulator.game_log import COLUMNS, TEAM_COLUMNS, build_team_log
from nba_props.simulator.game_sheet import COURT, Sheet, score_sheets
from nba_props.simulator.nba_box_score_bodies import box_score_v3, live_box_score
from nba_props.simulator.season import Season
from nba_props.teams import TEAMS
from nba_props.upstreams import nba_com
from nba_props.upstreams.endpoint import Endpoint
from nba_props_tests.simulator.leagues import games_on, moment, shared_league
from nba_props_tests.simulator.test_wire import assert_same_layout, genuine_bodies
from nba_props_tests.upstreams.exchanges import assert_keeps_contracts, payload

GAME = 320
PLAYERS, TOTALS = NBAC_PLAYER_BOXSCORE.full_name, NBAC_TEAM_BOXSCORE.full_name
LIVE = "/static/json/liveData/boxscore/boxscore_{}.json"
V3 = "/stats/boxscoretraditionalv3"
TOLD_BY_ALL = (
    "game_id",
    "game_date",
    "season",
    "player_id",
    "player_name",
    "team",
    "minutes",
    "field_goals_made",
    "field_goals_attempted",
    "threes",
    "threes_attempted",
    "free_throws_made",
    "free_throws_attempted",
    "offensive_rebounds",
    "defensive_rebounds",
    "rebounds",
    "assists",
    "steals",
    "blocks",
    "turnovers",
    "fouls",
    "points",
    "plus_minus",
)
TOLD_OF_TEAMS = tuple(name for name in TOLD_BY_ALL if name not in ("player_id", "player_name", "plus_minus"))


@pytest.fixture(scope="module")
def season() -> Season:
    return shared_league().current


@pytest.fixture(scope="module")
def running(season: Season) -> Iterator[tuple[httpx.Client, ManualClock]]:
    clock = ManualClock(moment(int(season.started[GAME])))
    with serve(shared_league(), clock) as url, httpx.Client(base_url=url) as http:
        yield http, clock


def at(running: tuple[httpx.Client, ManualClock], epoch: int) -> httpx.Client:
    client, clock = running
    clock.move_to(moment(epoch))
    return client


def sheets(season: Season, share: float = 1.0, games: int = 200) -> Iterator[tuple[int, int, Sheet]]:
    for game in range(games):
        for side, sheet in enumerate(score_sheets(season, game, share)):
            yield game, side, sheet


def has_injured(sheet: Sheet) -> bool:
    return any(one.absence is not None and one.absence.code == "INACTIVE_INJURY" for one in sheet.entries)


def stored(endpoint: Endpoint, url: str, body: Any, table: str) -> pl.DataFrame:
    sent = payload(f"http://localhost{url}", msgspec.json.encode(body))
    parsed = endpoint.parse(replace(sent, asked_for=shared_league().current.dates[GAME]))
    assert_keeps_contracts(parsed)
    assert parsed.rejects.is_empty(), parsed.rejects["reason"]
    return parsed.frames[table]


def test_a_box_score_is_laid_out_as_the_stats_api_sends_it(season: Season) -> None:
    genuine = next(genuine_bodies("samples/nba_com-nba_api.warc.gz", "boxscoretraditionalv3"))
    assert_same_layout(box_score_v3(season, GAME, int(season.finished[GAME])), genuine)


@pytest.mark.parametrize("share", [0.4, 1.0])
def test_a_live_box_score_is_laid_out_as_the_cdn_sends_it(season: Season, share: float) -> None:
    genuine = next(genuine_bodies("samples/nba_com-pbpstats.warc.gz", "liveData/boxscore"))
    game = next(game for game in range(200) if all(map(has_injured, score_sheets(season, game, 1.0))))
    started, finished = int(season.started[game]), int(season.finished[game])
    body = live_box_score(season, game, started + round(share * (finished - started)))
    assert_same_layout(body, genuine, "officials[]")


def test_the_team_log_is_laid_out_as_the_stats_api_sends_it(season: Season) -> None:
    genuine = next(genuine_bodies("samples/nba_com-pbpstats.warc.gz", "leaguegamelog"))
    body = build_team_log(season).body(genuine["parameters"], int(season.finished.max()), None, None)
    assert_same_layout(body, genuine)
    assert body["resultSets"][0]["headers"] == genuine["resultSets"][0]["headers"] == TEAM_COLUMNS
    assert len(body["resultSets"][0]["rowSet"]) == len(genuine["resultSets"][0]["rowSet"]) == 2460


def test_all_forms_of_a_final_game_tell_the_same(running: tuple[httpx.Client, ManualClock], season: Season) -> None:
    day = season.dates[GAME]
    games = [season.game_ids[game] for game in games_on(season, day)]
    client = at(running, int(season.finished[games_on(season, day)].max()))
    asked = {"Season": season.name, "SeasonType": "Regular Season", "DateFrom": f"{day:%m/%d/%Y}"}
    asked["DateTo"] = asked["DateFrom"]
    logs = {kind: client.get("/stats/leaguegamelog", params=asked | {"PlayerOrTeam": kind}) for kind in ("P", "T")}
    log = stored(nba_com.PLAYER_BOX_SCORES, str(logs["P"].url.raw_path.decode()), logs["P"].json(), PLAYERS)
    team_log = stored(nba_com.TEAM_BOX_SCORES, str(logs["T"].url.raw_path.decode()), logs["T"].json(), TOTALS)
    assert team_log.height == 2 * len(games)
    for game_id in games:
        expected = log.filter(pl.col("game_id") == game_id).select(TOLD_BY_ALL).sort("player_id")
        expected_teams = team_log.filter(pl.col("game_id") == game_id).select(TOLD_OF_TEAMS).sort("team")
        bodies = {
            nba_com.BOX_SCORE_V3: (f"{V3}?GameID={game_id}", day),
            nba_com.LIVE_BOX_SCORE: (LIVE.format(game_id), None),
        }
        for endpoint, (url, asked_for) in bodies.items():
            body = client.get(url).content
            sent = payload(f"http://localhost{url}", body, fetched_at=moment(int(season.finished[GAME])))
            frames = endpoint.parse(sent).frames
            dated = [frames[name].with_columns(game_date=pl.lit(asked_for or day)) for name in (PLAYERS, TOTALS)]
            played = dated[0].filter(~pl.col("did_not_play")).select(TOLD_BY_ALL).sort("player_id")
            assert played.equals(expected)
            assert dated[1].select(TOLD_OF_TEAMS).sort("team").equals(expected_teams)
            if asked_for is None:
                assert set(frames[PLAYERS]["game_status"]) == {3}
                assert set(frames[PLAYERS]["game_date"]) == {day}


def test_before_the_game_the_cdn_has_no_file_and_the_stats_api_no_players(
    running: tuple[httpx.Client, ManualClock], season: Season
) -> None:
    client, game_id = at(running, int(season.started[GAME]) - 1), season.game_ids[GAME]
    assert client.get(LIVE.format(game_id)).status_code == 403
    url = f"{V3}?GameID={game_id}"
    body = client.get(url).json()
    assert body["boxScoreTraditional"]["homeTeam"]["players"] == []
    assert stored(nba_com.BOX_SCORE_V3, url, body, PLAYERS).is_empty()
    unfinished = at(running, int(season.finished[GAME]) - 1).get(url).json()
    assert stored(nba_com.BOX_SCORE_V3, url, unfinished, PLAYERS).is_empty()
    finished = at(running, int(season.finished[GAME])).get(url).json()
    assert stored(nba_com.BOX_SCORE_V3, url, finished, PLAYERS).height >= 16


def test_what_is_not_in_the_league_is_not_answered(running: tuple[httpx.Client, ManualClock], season: Season) -> None:
    client = at(running, int(season.finished[GAME]))
    assert client.get(LIVE.format("0022699999")).status_code == 403
    assert client.get(V3, params={"GameID": "0022699999"}).json()["boxScoreTraditional"] is None
    assert client.get(V3, params={"GameID": "soon"}).status_code == 400
    assert client.get(V3).status_code == 400
    log = {"Season": season.name, "SeasonType": "Regular Season", "PlayerOrTeam": "T"}
    assert client.get("/stats/leaguegamelog", params=log | {"SeasonType": "Playoffs"}).json()["resultSets"][0] == {
        "name": "LeagueGameLog",
        "headers": TEAM_COLUMNS,
        "rowSet": [],
    }
    assert client.get("/stats/leaguegamelog", params=log | {"PlayerOrTeam": "X"}).status_code == 400


def test_a_running_game_only_grows_and_ends_at_the_box_score(season: Season) -> None:
    started, finished = int(season.started[GAME]), int(season.finished[GAME])
    url = LIVE.format(season.game_ids[GAME])
    before: pl.DataFrame | None = None
    moments = [*np.linspace(started, finished - 1, 12).astype(int).tolist(), finished]
    for now in moments:
        body = live_box_score(season, GAME, now)
        frame = stored(nba_com.LIVE_BOX_SCORE, url, body, PLAYERS).sort("player_id")
        assert set(frame["game_status"]) == {3 if now == finished else 2}
        numbers = frame.select(pl.col("minutes", "points", "rebounds", "assists", "turnovers").fill_null(0))
        if before is not None:
            assert (numbers >= before).select(pl.all_horizontal(pl.all())).to_series().all()
        before = numbers
        game = body["game"]
        for side in ("homeTeam", "awayTeam"):
            told = game[side]
            assert told["score"] == sum(one["statistics"]["points"] for one in told["players"])
            assert told["score"] == sum(period["score"] for period in told["periods"])
    assert before is not None
    assert before["points"].sum() == season.box_scores.score[GAME].sum()


def test_nobody_has_played_when_the_ball_goes_up(season: Season) -> None:
    now = int(season.started[GAME])
    frame = stored(
        nba_com.LIVE_BOX_SCORE, LIVE.format(season.game_ids[GAME]), live_box_score(season, GAME, now), PLAYERS
    )
    assert frame["did_not_play"].all()
    assert set(frame["not_playing_reason"].drop_nulls().str.slice(0, 8)) <= {"INACTIVE"}
    assert frame.filter("is_starter").height == 10


def test_five_of_each_team_start_at_five_positions_and_all_of_them_play(season: Season) -> None:
    for game, side, sheet in sheets(season):
        starters = [entry for entry in sheet.entries if entry.position]
        assert sorted(entry.position for entry in starters) == sorted(COURT)
        assert all(entry.has_played for entry in starters)
        assert sheet.team == season.teams[game, side]
        assert len({entry.player_id for entry in sheet.entries}) == 15


def test_who_is_out_has_an_injury_and_who_is_not_used_a_coach(season: Season) -> None:
    reasons = set()
    for game, side, sheet in sheets(season):
        players = season.setting.players[game, side]
        out = {int(season.pool.player_id[player]) for player in players[season.absences.out[game, side]]}
        plays = {int(season.pool.player_id[player]) for player in players[season.box_scores.plays[game, side]]}
        for entry in sheet.entries:
            assert (entry.absence is None) is (entry.player_id in plays)
            if entry.absence is not None:
                reasons.add((entry.absence.code, entry.absence.comment))
                assert entry.absence.code.endswith("INJURY") is (entry.player_id in out)
                assert (entry.seconds, sum(entry.numbers.values())) == (0, 0)
    assert reasons == {
        ("INACTIVE_INJURY", ""),
        ("DND_INJURY", "DND - Injury/Illness"),
        ("INACTIVE_COACH", "DNP - Coach's Decision"),
        ("INACTIVE_GLEAGUE_TWOWAY", ""),
    }


def test_who_is_not_active_is_in_the_live_form_only(season: Season) -> None:
    seen = 0
    for game in range(60):
        now = int(season.finished[game])
        v3 = box_score_v3(season, game, now)["boxScoreTraditional"]["homeTeam"]["players"]
        live = live_box_score(season, game, now)["game"]["homeTeam"]["players"]
        lacking = {one["personId"] for one in live} - {one["personId"] for one in v3}
        inactive = {one["personId"] for one in live if one.get("notPlayingReason", "").endswith(("INJURY", "TWOWAY"))}
        assert lacking <= inactive
        seen += len(lacking)
        for one in v3:
            assert (one["statistics"]["minutes"] == "") is (one["comment"] != "")
    assert seen > 60


def test_team_rows_are_the_sums_of_their_players(season: Season) -> None:
    log = build_team_log(season)
    body = log.body({"Sorter": "DATE", "Direction": "ASC"}, int(season.finished.max()), None, None)
    rows = [dict(zip(TEAM_COLUMNS, msgspec.json.decode(row), strict=True)) for row in body["resultSets"][0]["rowSet"]]
    position = {game_id: game for game, game_id in enumerate(season.game_ids)}
    side_of = {team.tricode: number for number, team in enumerate(TEAMS)}
    for row in rows:
        game = position[row["GAME_ID"]]
        side = season.teams[game].tolist().index(side_of[row["TEAM_ABBREVIATION"]])
        assert row["PTS"] == season.box_scores.score[game, side]
        assert row["MIN"] == 240 + 25 * season.box_scores.overtimes[game]
        assert row["PLUS_MINUS"] == row["PTS"] - season.box_scores.score[game, 1 - side]
        assert row["WL"] == ("W" if row["PLUS_MINUS"] > 0 else "L")
    assert len(rows) == 2 * len(season.game_ids)
    assert set(COLUMNS) - set(TEAM_COLUMNS) == {"PLAYER_ID", "PLAYER_NAME", "FANTASY_PTS"}


def test_team_logs_hold_games_that_are_over_only(season: Season) -> None:
    log, day = build_team_log(season), season.dates[GAME]
    asked = {"Sorter": "DATE", "Direction": "DESC"}

    def games(now: int, first: date = day) -> set[str]:
        rows = log.body(asked, now, first, day)["resultSets"][0]["rowSet"]
        return {msgspec.json.decode(row)[TEAM_COLUMNS.index("GAME_ID")] for row in rows}

    finished = int(season.finished[GAME])
    assert season.game_ids[GAME] not in games(finished - 1)
    assert season.game_ids[GAME] in games(finished)
    assert len(games(finished, day - timedelta(days=7))) > len(games(finished))
