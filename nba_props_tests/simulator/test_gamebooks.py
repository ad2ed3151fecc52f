"""The simulated gamebooks: the league's own numbers, published late, the same bytes every time, and read whole."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import httpx
import polars as pl
import pytest
from starlette.applications import Starlette

from nba_props.simulator import ManualClock
from nba_props.simulator.gamebooks import Gamebooks, find_game, gamebook, published_at
from nba_props.simulator.gamebooks_rendering import render_gamebook
from nba_props.simulator.names import without_accents
from nba_props.simulator.season import Season
from nba_props.simulator.server import serve_app
from nba_props.teams import TEAMS
from nba_props.upstreams.nba_gamebook import GAMEBOOK
from nba_props_tests.simulator.leagues import shared_league
from nba_props_tests.upstreams.exchanges import assert_keeps_contracts, payload

GAMES = (0, 3, 320, 611, 1229)


def season() -> Season:
    return shared_league().current


def path(game: int) -> str:
    home, away = (TEAMS[int(season().teams[game, side])].tricode for side in (0, 1))
    day = f"{season().dates[game]:%Y%m%d}"
    return f"/pdfs/{day}/{day}_{away}{home}.pdf"


def boxes(game: int) -> pl.DataFrame:
    body = render_gamebook(gamebook(season(), game))
    parsed = GAMEBOOK.parse(payload(f"https://statsdmz.nba.com{path(game)}", body))
    assert_keeps_contracts(parsed)
    assert parsed.rejects.is_empty(), parsed.rejects["reason"]
    assert parsed.frames["raw.nbac_gamebook_officials"].height == 3
    return parsed.frames["raw.nbac_gamebook"]


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[httpx.Client, ManualClock]]:
    clock = ManualClock(published_at(season(), GAMES[1]))
    app = Starlette(routes=Gamebooks(shared_league(), clock).routes)
    with serve_app(app) as url, httpx.Client(base_url=url) as client:
        yield client, clock


@pytest.mark.parametrize("game", GAMES)
def test_the_box_is_the_leagues_own(game: int) -> None:
    frame = boxes(game)
    box, pool = season().box_scores, season().pool
    for side in (0, 1):
        team = TEAMS[int(season().teams[game, side])].tricode
        lines = frame.filter(pl.col("team") == team, ~pl.col("did_not_play"))
        plays = box.plays[game, side]
        players = season().setting.players[game, side][plays].tolist()
        names = [without_accents(pool.name[player]) for player in players]
        told = dict(
            zip(lines["player_name"], lines.select("points", "rebounds", "threes", "minutes").rows(), strict=True)
        )
        markets = [box.market(name)[game, side][plays].tolist() for name in ("points", "rebounds", "threes")]
        minutes = [float(each) for each in box.minutes[game, side][plays]]
        assert told == dict(zip(names, zip(*markets, minutes, strict=True), strict=True))
        assert lines["is_starter"].sum() == 5
        assert sorted(lines["position"].drop_nulls()) == ["C", "F", "F", "G", "G"]
        assert lines["points"].sum() == box.score[game, side]


@pytest.mark.parametrize("game", GAMES)
def test_everybody_else_is_listed_with_why_he_did_not_play(game: int) -> None:
    frame = boxes(game).filter("did_not_play")
    absent = int((~season().box_scores.plays[game]).sum())
    assert frame.height == absent
    assert frame["not_playing_reason"].null_count() == 0
    kinds = dict(frame.group_by("not_playing_kind").len().rows())
    assert set(kinds) <= {"DNP", "DND", "inactive"}
    out = int(season().absences.out[game].sum())
    assert frame.filter(pl.col("not_playing_reason").str.starts_with("Injury/Illness")).height == out


def test_periods_add_up_and_records_count_every_game() -> None:
    book = gamebook(season(), GAMES[2])
    for side, team in enumerate((book.home, book.visitor)):
        assert sum(team.periods) == season().box_scores.score[GAMES[2], side]
        won, lost = map(int, team.record.split("-"))
        played = (season().teams[: GAMES[2] + 1] == season().teams[GAMES[2], side]).sum()
        assert won + lost == played


def test_an_overtime_has_a_period_of_its_own() -> None:
    overtimes = season().box_scores.overtimes
    game = int(overtimes.argmax())
    assert overtimes[game] == 2
    assert len(gamebook(season(), game).home.periods) == 6
    assert boxes(game)["minutes"].sum() == 2 * (240 + 2 * 25)


def test_the_same_book_has_the_same_bytes() -> None:
    one, two = (render_gamebook(gamebook(season(), 320)) for _ in range(2))
    assert one == two


def test_a_book_is_there_two_hours_after_the_final_whistle(served: tuple[httpx.Client, ManualClock]) -> None:
    client, clock = served
    clock.move_to(published_at(season(), GAMES[1]) - timedelta(seconds=1))
    assert client.get(path(GAMES[1])).status_code == 404
    clock.move_to(published_at(season(), GAMES[1]))
    answer = client.get(path(GAMES[1]))
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    assert answer.content == render_gamebook(gamebook(season(), GAMES[1]))


def test_only_games_that_are_played_have_a_book(served: tuple[httpx.Client, ManualClock]) -> None:
    client, clock = served
    clock.move_to(published_at(season(), GAMES[1]))
    right = path(GAMES[1])
    turned = f"{right[:-10]}{right[-7:-4]}{right[-10:-7]}.pdf"
    for wrong in (turned, right.replace("_", "-"), right.replace("/pdfs/2", "/pdfs/1"), right[:-10] + "SEAVAN.pdf"):
        assert client.get(wrong).status_code == 404
    home, away = (TEAMS[int(season().teams[GAMES[1], side])].tricode for side in (0, 1))
    assert find_game(season(), f"{season().dates[GAMES[1]]:%Y%m%d}", away, home) == GAMES[1]
