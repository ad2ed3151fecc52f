"""ESPN's site API over the simulated league: laid out as genuine bodies, true to the league, never too early."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from typing import Any

import httpx
import numpy as np
import polars as pl
import pytest
from starlette.applications import Starlette

from nba_props.archive.payload import MalformedPayload
from nba_props.simulator import ManualClock
from nba_props.simulator.espn_api import STATISTICS, EspnApi, event_id
from nba_props.simulator.espn_people import CODES, TEAM_IDS, espn_player_id, spelling
from nba_props.simulator.game_log import box_score_numbers
from nba_props.simulator.names import split_suffix, without_accents
from nba_props.simulator.season import Season
from nba_props.simulator.server import serve_app
from nba_props.teams import TEAMS
from nba_props.upstreams.espn import UPSTREAM
from nba_props.upstreams.espn_teams import TRICODE_BY_CODE, TRICODE_BY_TEAM_ID
from nba_props_tests.simulator.leagues import games_on, moment, shared_league
from nba_props_tests.simulator.test_wire import genuine_bodies, layout
from nba_props_tests.upstreams.exchanges import payload

SITE = "/apis/site/v2/sports/basketball/nba"
GAME = 320
LOG_NAMES = {
    "points": "PTS", "rebounds": "REB", "offensive_rebounds": "OREB", "defensive_rebounds": "DREB", "assists": "AST",
    "steals": "STL", "blocks": "BLK", "turnovers": "TOV", "fouls": "PF", "field_goals_made": "FGM",
    "field_goals_attempted": "FGA", "threes": "FG3M", "threes_attempted": "FG3A", "free_throws_made": "FTM",
    "free_throws_attempted": "FTA",
}  # fmt: skip


def season() -> Season:
    return shared_league().current


def tip_off(game: int = GAME) -> Any:
    return moment(int(season().fixtures.tipoff[game]))


def whistle(game: int = GAME) -> Any:
    return moment(int(season().finished[game]))


@pytest.fixture(scope="module")
def running() -> Iterator[tuple[httpx.Client, ManualClock]]:
    clock = ManualClock(tip_off())
    app = Starlette(routes=EspnApi(shared_league(), clock).routes)
    with serve_app(app) as url, httpx.Client(base_url=url) as http:
        yield http, clock


class Espn:
    """What the API says at a moment, and what the platform reads in it."""

    def __init__(self, http: httpx.Client, clock: ManualClock) -> None:
        self.http, self.clock = http, clock

    def at(self, when: Any) -> Espn:
        self.clock.move_to(when)
        return self

    def body(self, path: str) -> Any:
        answer = self.http.get(f"{SITE}{path}")
        assert answer.status_code == 200, answer.text
        return answer.json()

    def read(self, path: str) -> pl.DataFrame:
        sent = payload(f"https://site.api.espn.com{SITE}{path}", self.body(path), fetched_at=self.clock())
        (endpoint,) = [each for each in UPSTREAM.endpoints if each.recognises(sent.url)]
        parsed = endpoint.parse(sent)
        assert parsed.rejects.is_empty(), parsed.rejects["reason"]
        (frame,) = parsed.frames.values()
        return frame

    def box(self, game: int = GAME) -> pl.DataFrame:
        return self.read(f"/summary?event={event_id(season(), game)}")

    def board(self, game: int = GAME) -> dict[str, Any]:
        frame = self.read(f"/scoreboard?dates={season().dates[game]:%Y%m%d}")
        return frame.row(by_predicate=pl.col("event_id") == event_id(season(), game), named=True)


@pytest.fixture
def espn(running: tuple[httpx.Client, ManualClock]) -> Espn:
    return Espn(*running)


def final_lines(game: int) -> pl.DataFrame:
    """Who played, from the league itself."""
    one = season()
    side, slot = np.nonzero(one.box_scores.plays[game])
    players = one.setting.players[game, side, slot]
    numbers = box_score_numbers(one.box_scores.counts[game, side, slot])
    return pl.DataFrame(
        {
            "source_player_id": [espn_player_id(int(one.pool.player_id[player])) for player in players],
            "team": [TEAMS[index].tricode for index in one.teams[game][side]],
            "minutes": one.box_scores.minutes[game, side, slot].astype(float),
            "plus_minus": one.box_scores.plus_minus[game, side, slot],
            **{name: numbers[of_log] for name, of_log in LOG_NAMES.items()},
        }
    ).sort("source_player_id")


def test_codes_and_ids_are_espns() -> None:
    tricodes = [team.tricode for team in TEAMS]
    assert [TRICODE_BY_CODE[code] for code in CODES] == tricodes
    assert [TRICODE_BY_TEAM_ID[identity] for identity in TEAM_IDS] == tricodes


def test_a_scoreboard_is_laid_out_as_espn_sends_it(espn: Espn) -> None:
    genuine = next(genuine_bodies("samples/espn.warc.gz", "scoreboard"))
    made, recorded = (
        layout(espn.at(whistle()).body(f"/scoreboard?dates={season().dates[GAME]:%Y%m%d}")),
        layout(genuine),
    )
    assert not set(made) - set(recorded)
    assert all(kinds <= recorded[path] for path, kinds in made.items())


def test_a_roster_is_laid_out_as_espn_sends_it(espn: Espn) -> None:
    genuine = next(genuine_bodies("samples/espn.warc.gz", "enable=roster"))
    made, recorded = layout(espn.at(tip_off()).body("/teams/2?enable=roster")), layout(genuine)
    assert not set(made) - set(recorded)
    assert all(kinds <= recorded[path] for path, kinds in made.items())


def test_a_date_has_its_games_and_each_knows_how_it_stands(espn: Espn) -> None:
    day = season().dates[GAME]
    espn.at(tip_off() - timedelta(hours=8))
    frame = espn.read(f"/scoreboard?dates={day:%Y%m%d}")
    wanted = [event_id(season(), game) for game in games_on(season(), day)]
    assert sorted(frame["event_id"]) == sorted(wanted)
    assert frame["game_date"].unique().to_list() == [day]
    assert set(frame["status"]) == {"pre"}
    assert espn.read("/scoreboard").drop("payload_id").equals(frame.drop("payload_id"))
    assert espn.board()["tip_off_at"] == tip_off()


def test_the_score_runs_up_to_the_final_one(espn: Espn) -> None:
    seen = []
    for minutes in (-5, 30, 60, 90, 120):
        told = espn.at(tip_off() + timedelta(minutes=minutes)).board()
        seen.append((told["home_score"] or 0, told["away_score"] or 0, told["period"]))
    last = espn.at(whistle()).board()
    seen.append((last["home_score"], last["away_score"], last["period"]))
    assert seen[0] == (0, 0, 0)
    for earlier, later in pairwise(seen):
        assert all(one <= two for one, two in zip(earlier, later, strict=True))
    assert (last["is_final"], seen[-1][:2]) == (True, tuple(season().box_scores.score[GAME]))
    assert espn.at(whistle() - timedelta(seconds=1)).board()["status"] == "in"


def test_half_time_and_overtime_are_told(espn: Espn) -> None:
    overtime = int(np.flatnonzero(season().box_scores.overtimes == 1)[0])
    names = set()
    for minutes in range(60, 85):
        names.add(espn.at(tip_off(overtime) + timedelta(minutes=minutes)).board(overtime)["status_name"])
    assert names == {"STATUS_IN_PROGRESS", "STATUS_HALFTIME"}
    assert espn.at(whistle(overtime) - timedelta(minutes=2)).board(overtime)["period"] == 5
    assert espn.at(whistle(overtime)).board(overtime)["period"] == 5


@pytest.mark.parametrize("game", [GAME, 7, 900])
def test_the_final_box_score_is_the_leagues(espn: Espn, game: int) -> None:
    frame = espn.at(whistle(game)).box(game)
    expected = final_lines(game)
    played = frame.filter(~pl.col("did_not_play")).sort("source_player_id")
    assert played.select(expected.columns).equals(expected)
    assert frame.filter("is_starter").group_by("team").len()["len"].to_list() == [5, 5]
    assert frame.height == season().setting.players[game].size
    assert set(frame["status"]) == {"post"}


def test_who_does_not_play_has_a_reason(espn: Espn) -> None:
    one = season()
    frame = espn.at(whistle()).box().filter("did_not_play")
    out = one.setting.players[GAME][one.absences.out[GAME]]
    hurt = {espn_player_id(int(one.pool.player_id[player])) for player in out}
    reasons = dict(frame.select("source_player_id", "not_playing_reason").iter_rows())
    assert hurt <= set(reasons)
    assert {player for player, reason in reasons.items() if reason != "COACH'S DECISION"} == hurt
    assert frame["minutes"].null_count() == frame.height > 0


def test_a_running_box_score_has_no_more_than_the_final_one(espn: Espn) -> None:
    frame = espn.at(tip_off() + timedelta(minutes=70)).box()
    assert set(frame["status"]) == {"in"}
    both = frame.filter(~pl.col("did_not_play")).join(final_lines(GAME), on="source_player_id", suffix="_final")
    for name in ("minutes", *LOG_NAMES):
        assert (both[name] <= both[f"{name}_final"]).all(), name
    assert 0 < both["points"].sum() < both["points_final"].sum()


def test_before_the_game_there_is_no_box_score(espn: Espn) -> None:
    assert espn.at(tip_off() - timedelta(hours=1)).box().is_empty()


def test_statistics_stand_in_another_order_than_on_the_page(espn: Espn) -> None:
    body = espn.at(whistle()).body(f"/summary?event={event_id(season(), GAME)}")
    (group,) = body["boxscore"]["players"][0]["statistics"]
    assert group["labels"] == list(STATISTICS)
    assert len(group["athletes"][0]["stats"]) == len(group["keys"]) == len(group["labels"]) == 14


def test_an_absence_is_listed_from_when_it_is_known_until_the_game_is_over(espn: Espn) -> None:
    one = season()
    hours = one.absences.announced_hours
    late = np.argwhere(one.absences.out & (hours > 1) & (hours < 9))
    game, side, slot = late[len(late) // 2].tolist()
    known_at = tip_off(game) - timedelta(hours=float(hours[game, side, slot]))
    identity = espn_player_id(int(one.pool.player_id[one.setting.players[game, side, slot]]))
    team = TEAMS[int(one.teams[game, side])].tricode

    def listed() -> pl.DataFrame:
        return espn.read("/injuries").filter(source_player_id=identity)

    espn.at(known_at - timedelta(minutes=2))
    assert listed().is_empty()
    espn.at(known_at + timedelta(minutes=2))
    (report,) = listed().iter_rows(named=True)
    assert (report["team"], report["status"]) == (team, "Out")
    assert abs((report["reported_at"] - known_at).total_seconds()) <= 60
    roster = espn.read(f"/teams/{TEAM_IDS[int(one.teams[game, side])]}?enable=roster")
    assert roster.filter(source_player_id=identity)["injury_status"].to_list() == ["Out"]
    assert (
        report["injury"].upper()
        in espn.at(whistle(game)).box(game).filter(source_player_id=identity)["not_playing_reason"].item()
    )


def test_nothing_is_reported_later_than_now(espn: Espn) -> None:
    for days in (0, 20, 40):
        espn.at(tip_off() + timedelta(days=days))
        frame = espn.read("/injuries")
        assert frame.height > 5
        assert (frame["reported_at"] <= espn.clock()).all()
        assert frame.group_by("source_player_id").len()["len"].max() == 1


def test_rosters_are_those_of_the_day(espn: Espn) -> None:
    one = season()
    trade = one.setting.rosters.trades[0]
    player, (old, new) = trade.players[0], trade.teams
    identity = espn_player_id(int(one.pool.player_id[player]))
    noon = moment(int(one.fixtures.tipoff[0])) + timedelta(days=trade.day)
    for when, team in ((noon - timedelta(days=2), old), (noon, new)):
        espn.at(when)
        rosters = {index: espn.read(f"/teams/{TEAM_IDS[index]}?enable=roster") for index in (old, new)}
        assert [index for index, roster in rosters.items() if identity in roster["source_player_id"]] == [team]
        assert {roster.height for roster in rosters.values()} == {15}


def test_a_team_is_found_by_code_and_without_players_is_no_roster(espn: Espn) -> None:
    assert espn.body("/teams/gs?enable=roster") == espn.body("/teams/9?enable=roster")
    assert "athletes" not in espn.body("/teams/9")["team"]
    rosters = next(each for each in UPSTREAM.endpoints if each.name == "rosters")
    with pytest.raises(MalformedPayload, match="athletes"):
        rosters.parse(payload(f"{SITE}/teams/9?enable=roster", espn.body("/teams/9")))


@pytest.mark.parametrize(
    ("path", "status"),
    [("/summary?event=1", 404), ("/summary", 404), ("/teams/99?enable=roster", 404), ("/scoreboard?dates=soon", 400)],
)
def test_what_there_is_not_is_refused(espn: Espn, path: str, status: int) -> None:
    answer = espn.http.get(f"{SITE}{path}")
    assert (answer.status_code, answer.json()["code"]) == (status, status)


def test_names_have_no_accents_and_some_no_suffix() -> None:
    pool = shared_league().pool
    pairs = [(name, spelling(name, int(identity))) for name, identity in zip(pool.name, pool.player_id, strict=True)]
    assert all(spelled == without_accents(spelled) for _, spelled in pairs)
    suffixed = [split_suffix(spelled)[1] != "" for name, spelled in pairs if split_suffix(name)[1]]
    assert 0 < sum(suffixed) < len(suffixed)
    assert len({espn_player_id(int(identity)) for identity in pool.player_id}) == len(pool)
