"""balldontlie's side of the simulated league: keys, pages, and nothing before it happened."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from typing import Any

import httpx
import numpy as np
import pytest
from starlette.applications import Starlette

from nba_props.settings import load_settings
from nba_props.simulator import ManualClock, Season, serve_app
from nba_props.simulator.balldontlie_api import BalldontlieApi
from nba_props.simulator.balldontlie_feed import game_id
from nba_props.simulator.names import split_suffix, without_accents
from nba_props.teams import TEAMS
from nba_props.upstreams.asking import Subject
from nba_props.upstreams.balldontlie import ASKED
from nba_props.upstreams.requests import Request
from nba_props_tests.simulator.leagues import games_on, moment, shared_league
from nba_props_tests.simulator.test_wire import genuine_bodies, layout
from nba_props_tests.upstreams.exchanges import assert_keeps_contracts, payload

GAME = 320


@cache
def season() -> Season:
    return shared_league().current


def day() -> date:
    return season().dates[GAME]


def started() -> int:
    return int(season().started[GAME])


def finished() -> int:
    return int(season().finished[GAME])


def halfway() -> int:
    return (started() + finished()) // 2


def last_whistle() -> int:
    """When all games of the date are over."""
    return max(int(season().finished[game]) for game in games_on(season(), day()))


@pytest.fixture(scope="module")
def running() -> Iterator[tuple[httpx.Client, ManualClock]]:
    clock = ManualClock(moment(started()))
    app = Starlette(routes=list(BalldontlieApi(shared_league(), clock).routes))
    with serve_app(app) as url, httpx.Client(base_url=url, headers={"Authorization": "any"}) as http:
        yield http, clock


@pytest.fixture
def client(running: tuple[httpx.Client, ManualClock]) -> httpx.Client:
    running[1].move_to(moment(last_whistle()))
    return running[0]


@pytest.fixture
def clock(running: tuple[httpx.Client, ManualClock], client: httpx.Client) -> ManualClock:
    return running[1]


def data(client: httpx.Client, path: str, **asked: Any) -> Any:
    answer = client.get(f"/v1/{path}", params=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


def pages(client: httpx.Client, path: str, **asked: Any) -> Iterator[dict[str, Any]]:
    cursor: dict[str, Any] = {}
    while True:
        body = client.get(f"/v1/{path}", params={**asked, **cursor}).json()
        yield body
        if "next_cursor" not in body["meta"]:
            return
        cursor = {"cursor": body["meta"]["next_cursor"]}


def this_game(client: httpx.Client) -> dict[str, Any]:
    found = data(client, f"games/{game_id(season(), GAME)}")
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize(
    "path", ["games", "games/1", "stats", "box_scores", "box_scores/live", "players/active", "player_injuries"]
)
def test_without_a_key_nothing_is_told(client: httpx.Client, path: str) -> None:
    assert client.get(f"/v1/{path}", headers={"Authorization": ""}).status_code == 401


def test_what_is_not_understood_is_refused(client: httpx.Client) -> None:
    for path in ("games?per_page=101", "games?per_page=x", "games?cursor=x", "games?dates[]=soon", "box_scores"):
        assert client.get(f"/v1/{path}").status_code == 400
    assert client.get("/v1/stats").status_code == client.get("/v1/standings").status_code == 400
    assert client.get("/v1/games/1").status_code == 404
    assert data(client, "standings", season="1999") == []


def test_a_game_is_scheduled_then_in_play_then_final(client: httpx.Client, clock: ManualClock) -> None:
    clock.move_to(moment(started() - 1))
    before = this_game(client)
    assert (before["period"], before["home_team_score"], before["status"][:4]) == (0, 0, str(day().year))
    clock.move_to(moment(halfway()))
    during = this_game(client)
    assert during["period"] in (2, 3)
    assert 0 < during["home_team_score"] < season().box_scores.score[GAME, 0]
    clock.move_to(moment(finished()))
    after = this_game(client)
    assert after["status"] == "Final"
    assert [after["home_team_score"], after["visitor_team_score"]] == season().box_scores.score[GAME].tolist()


def test_a_date_lists_exactly_its_games(client: httpx.Client) -> None:
    games = data(client, "games", **{"dates[]": str(day()), "per_page": 100})
    assert [game["id"] for game in games] == [game_id(season(), game) for game in games_on(season(), day())]
    assert {game["date"] for game in games} == {str(day())}


def test_pages_follow_their_cursors_without_gap_or_repetition(client: httpx.Client) -> None:
    asked = {"dates[]": str(day())}
    box_scores = data(client, "box_scores", date=str(day()))
    expected = sum(len(game[side]["players"]) for game in box_scores for side in ("home_team", "visitor_team"))
    for size in (25, 100):
        found = list(pages(client, "stats", per_page=size, **asked))
        assert {len(body["data"]) for body in found[:-1]} <= {size}
        assert all(body["meta"]["per_page"] == size for body in found)
        numbers = [line["id"] for body in found for line in body["data"]]
        assert numbers == sorted(set(numbers))
        assert len(numbers) == expected > 100


def test_everyone_on_a_roster_is_listed_once_with_his_team(client: httpx.Client) -> None:
    players = [player for body in pages(client, "players/active", per_page=100) for player in body["data"]]
    assert len({player["id"] for player in players}) == len(players) == 30 * 15
    teams = [player["team"]["abbreviation"] for player in players]
    assert {team: teams.count(team) for team in teams} == {team.tricode: 15 for team in TEAMS}


def test_names_are_in_plain_letters_and_some_lack_their_suffix(client: httpx.Client) -> None:
    players = [player for body in pages(client, "players/active", per_page=100) for player in body["data"]]
    spelt = {f"{player['first_name']} {player['last_name']}" for player in players}
    assert all(name.isascii() for name in spelt)
    season_names = {season().pool.name[player] for player in np.unique(season().setting.rosters.occupant[0]).tolist()}
    suffixed = {without_accents(name) for name in season_names if split_suffix(name)[1]}
    assert suffixed & spelt
    assert {split_suffix(name)[0] for name in suffixed} & spelt


def test_box_scores_and_statistics_tell_the_same_and_agree_with_the_truth(client: httpx.Client) -> None:
    scores = next(
        game
        for game in data(client, "box_scores", date=str(day()))
        if game["home_team"]["abbreviation"] == TEAMS[int(season().teams[GAME, 0])].tricode
    )
    lines = data(client, "stats", **{"game_ids[]": game_id(season(), GAME), "per_page": 100})
    nested = {line["player"]["id"]: line for side in ("home_team", "visitor_team") for line in scores[side]["players"]}
    for line in lines:
        same = nested[line["player"]["id"]]
        assert {name: line[name] for name in same if name != "player"} == {
            name: value for name, value in same.items() if name != "player"
        }
    for side, name in enumerate(("home_team", "visitor_team")):
        assert sum(line["pts"] for line in scores[name]["players"]) == season().box_scores.score[GAME, side]
        minutes = sorted(int(line["min"]) for line in scores[name]["players"])
        assert minutes == sorted(season().box_scores.minutes[GAME, side].tolist())
    idle = [line for line in lines if line["min"] == "00"]
    assert len(idle) >= int((~season().box_scores.plays[GAME]).sum())
    assert len(lines) == 30


def test_nothing_is_told_of_a_game_before_it_begins_and_all_of_it_only_at_the_end(
    client: httpx.Client, clock: ManualClock
) -> None:
    def points(when: int) -> int:
        clock.move_to(moment(when))
        lines = data(client, "stats", **{"game_ids[]": game_id(season(), GAME), "per_page": 100})
        return sum(line["pts"] for line in lines)

    told = [points(when) for when in (started() - 1, halfway(), finished() - 1, finished())]
    assert told == sorted(told)
    assert (told[0], told[-1]) == (0, int(season().box_scores.score[GAME].sum()))
    assert 0 < told[1] < told[-1]


def test_live_box_scores_are_those_in_play(client: httpx.Client, clock: ManualClock) -> None:
    clock.move_to(moment(halfway()))
    live = data(client, "box_scores/live")
    in_play = np.flatnonzero(season().status(int(clock().timestamp())) == 2)
    assert len(live) == len(in_play) > 0
    assert all(game["status"] != "Final" for game in live)
    clock.move_to(moment(min(int(season().started[game]) for game in games_on(season(), day())) - 1))
    assert data(client, "box_scores/live") == []


def test_an_absence_is_listed_from_its_announcement_until_the_game_is_over(
    client: httpx.Client, clock: ManualClock
) -> None:
    announced = season().absences.announced_hours
    late = np.argwhere(season().absences.out & (announced < 8) & (np.arange(len(season().dates)) > 100)[:, None, None])
    game, side, slot = late[0].tolist()
    identity = 3_000 + 7 * int(season().setting.players[game, side, slot])
    news = int(season().fixtures.tipoff[game]) - int(announced[game, side, slot] * 3600)

    def is_listed(when: int) -> bool:
        clock.move_to(moment(when))
        found = [row for body in pages(client, "player_injuries", per_page=100) for row in body["data"]]
        entry = [row for row in found if row["player"]["id"] == identity]
        assert all(row["player"]["team_id"] == int(season().teams[game, side]) + 1 for row in entry)
        return bool(entry)

    assert [is_listed(when) for when in (news - 60, news + 60, int(season().finished[game]) - 1)] == [False, True, True]


def test_standings_are_those_of_the_games_over_by_now(client: httpx.Client, clock: ManualClock) -> None:
    for when in (halfway(), last_whistle()):
        clock.move_to(moment(when))
        rows = data(client, "standings", season=str(season().start_year))
        over = season().finished <= when
        winners = season().teams[over][np.arange(over.sum()), season().box_scores.score[over].argmax(axis=1)]
        wins = {row["team"]["abbreviation"]: row["wins"] for row in rows}
        assert wins == {team.tricode: int((winners == number).sum()) for number, team in enumerate(TEAMS)}
        assert sum(row["losses"] for row in rows) == int(over.sum())
        for conference in ("East", "West"):
            ranked = [row for row in rows if row["team"]["conference"] == conference]
            assert [row["conference_rank"] for row in ranked] == list(range(1, 16))


def test_standings_of_a_past_season_are_complete(client: httpx.Client) -> None:
    past = data(client, "standings", season=str(season().start_year - 1))
    assert {row["wins"] + row["losses"] for row in past} == {82}


@pytest.mark.parametrize("name", [one.name for one in ASKED])
def test_every_request_is_answered_and_every_row_of_the_answer_stored(client: httpx.Client, name: str) -> None:
    endpoint = next(one for one in ASKED if one.name == name)
    assert endpoint.request is not None
    settings = load_settings({"NBA_PROPS_BALLDONTLIE_KEY": "any", "NBA_PROPS_BALLDONTLIE_URL": str(client.base_url)})
    request: Request | None = endpoint.request(settings, Subject(game_date=day(), today=day()))
    answers = 0
    while request is not None:
        answer = client.get(request.url)
        assert answer.status_code == 200
        sent = payload(request.url, answer.content, fetched_at=moment(last_whistle()))
        parsed = endpoint.parse(sent)
        assert_keeps_contracts(parsed)
        assert parsed.rejects.is_empty(), parsed.rejects["reason"]
        (frame,) = parsed.frames.values()
        assert frame.height > 0
        answers += 1
        request = endpoint.next_request(request, sent) if endpoint.next_request is not None else None
    assert answers > 1 if name in ("stats", "active_players") else answers >= 1


@pytest.mark.parametrize(
    ("path", "recorded"),
    [
        ("games?dates[]={day}&per_page=100", "/v1/games?"),
        ("stats?dates[]={day}&per_page=100", "/v1/stats?"),
        ("box_scores?date={day}", "/v1/box_scores?date=2024-01-15"),
        ("players/active?per_page=100", "/v1/players/active"),
        ("player_injuries?per_page=100", "/v1/player_injuries"),
        ("standings?season={year}", "/v1/standings"),
    ],
)
def test_answers_are_laid_out_as_the_genuine_ones(client: httpx.Client, path: str, recorded: str) -> None:
    genuine = layout(next(genuine_bodies("samples/balldontlie.warc.gz", recorded)))
    ours = layout(client.get(f"/v1/{path.format(day=day(), year=season().start_year)}").json())
    assert set(ours) - {".meta.next_cursor"} == set(genuine) - {".meta.next_cursor"}
    for place, kinds in ours.items():
        assert kinds <= genuine.get(place, {"number"}) | {"NoneType"}, place


def test_the_same_moment_gives_the_same_bytes(client: httpx.Client, clock: ManualClock) -> None:
    clock.move_to(moment(halfway()))
    first = client.get("/v1/box_scores", params={"date": str(day())}).content
    clock.advance(timedelta(minutes=5))
    assert client.get("/v1/box_scores", params={"date": str(day())}).content != first
    clock.advance(timedelta(minutes=-5))
    assert client.get("/v1/box_scores", params={"date": str(day())}).content == first
