from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np
import polars as pl
import pytest

from nba_props.simulator.bookmakers import BOOKMAKERS, american_prices, decimal_price
from nba_props.simulator.lines import OFFERED, LineBoard
from nba_props_tests.simulator.leagues import PROP_MARKETS, odds_at, shared_league

HOUR = 3600
GAMES = range(300, 330)


def two_sided(body: dict[str, Any]) -> Iterator[tuple[str, str, str, float, int, int]]:
    for book in body["bookmakers"]:
        for market in book["markets"]:
            outcomes = market["outcomes"]
            for over, under in pairwise(outcomes):
                if (over["name"], under["name"]) == ("Over", "Under"):
                    player = over.get("description", "")
                    yield book["key"], market["key"], player, over["point"], over["price"], under["price"]


def implied(price: int) -> float:
    return 100 / (100 + price) if price > 0 else -price / (100 - price)


def lines_of(body: dict[str, Any] | None, market: str, book: str) -> dict[str, list[float]]:
    lines: dict[str, list[float]] = {}
    for one in body["bookmakers"] if body else []:
        for table in one["markets"] if one["key"] == book else []:
            for outcome in table["outcomes"] if table["key"] == market else []:
                if outcome["name"] == "Over":
                    lines.setdefault(outcome["description"], []).append(outcome["point"])
    return lines


def test_the_margin_of_every_two_sided_prop_is_4_to_8_percent() -> None:
    margins = []
    for game in GAMES:
        body = odds_at(game, -2 * HOUR, PROP_MARKETS)
        assert body
        margins += [implied(over) + implied(under) - 1 for *_, over, under in two_sided(body)]
    assert len(margins) > 10_000
    assert min(margins) > 0.035
    assert max(margins) < 0.085


def test_prices_are_american_integers() -> None:
    body = odds_at(GAMES[0], -2 * HOUR)
    assert body
    prices = [o["price"] for b in body["bookmakers"] for m in b["markets"] for o in m["outcomes"]]
    assert all(isinstance(price, int) and abs(price) >= 100 for price in prices)


def test_a_price_survives_the_way_to_decimal() -> None:
    assert american_prices(np.array([0.5, 0.25]), 0.0, 1).tolist() == [100, 300]
    assert [decimal_price(price) for price in (-110, 100, 250)] == [1.91, 2.0, 3.5]


def test_props_open_book_by_book_12_to_14_hours_before_tip_off() -> None:
    def open_books(hours: float) -> int:
        body = odds_at(GAMES[0], int(-hours * HOUR), PROP_MARKETS)
        return len(body["bookmakers"]) if body else 0

    counts = [open_books(hours) for hours in (14.1, 13.5, 12.7, 11.5)]
    assert counts[0] == 0
    assert counts == sorted(set(counts))
    assert counts[-1] == len(BOOKMAKERS)


def test_each_team_has_seven_to_nine_players_with_points_lines() -> None:
    for game in GAMES:
        assert 12 <= len(lines_of(odds_at(game, -HOUR), "player_points", "draftkings")) <= 18


def test_lines_move_between_opening_and_closing() -> None:
    moved = total = 0
    for game in GAMES:
        opening = lines_of(odds_at(game, -10 * HOUR), "player_points", "draftkings")
        closing = lines_of(odds_at(game, 0), "player_points", "draftkings")
        for name in opening.keys() & closing.keys():
            total += 1
            moved += opening[name] != closing[name]
    assert 0.2 < moved / total < 0.95


def test_closing_lines_are_nearer_to_the_truth_than_opening_lines() -> None:
    league = shared_league()
    season = league.current
    names = season.pool.name
    book = BOOKMAKERS[0]
    errors = {}
    for label, when in (("opening", -12 * HOUR), ("closing", 0)):
        rows = []
        for game in GAMES:
            quoted = lines_of(odds_at(game, when), "player_points", book.key)
            for side, slot in zip(*np.nonzero(season.box_scores.plays[game]), strict=True):
                player = season.setting.players[game, side, slot]
                for line in quoted.get(book.spelling(names[player]), []):
                    rows.append((season.game_ids[game], int(season.pool.player_id[player]), "points", line))
        frame = pl.DataFrame(rows, schema=["game_id", "player_id", "market", "line"], orient="row")
        judged = league.probability_over(frame)["probability_over"].to_numpy()
        errors[label] = np.abs(judged - 0.5).mean()
    assert errors["closing"] < 0.8 * errors["opening"]
    assert errors["closing"] < 0.06


def late_absence() -> tuple[int, int, int, float]:
    season = shared_league().current
    absences = season.absences
    late = absences.out & (absences.announced_hours > 2) & (absences.announced_hours < 9)
    starters = late & (np.arange(15) < 3)
    game, side, slot = (int(axis[0]) for axis in np.nonzero(starters))
    return game, side, slot, float(absences.announced_hours[game, side, slot])


def test_an_announced_absence_takes_the_players_lines_away_and_raises_his_team_mates() -> None:
    season = shared_league().current
    game, side, slot, hours = late_absence()
    book = BOOKMAKERS[0]
    spelled = [book.spelling(season.pool.name[p]) for p in season.setting.players[game, side]]
    before = lines_of(odds_at(game, int(-(hours + 0.3) * HOUR)), "player_points", book.key)
    after = lines_of(odds_at(game, int(-(hours - 0.5) * HOUR)), "player_points", book.key)
    assert spelled[slot] in before
    assert spelled[slot] not in after
    mates = [name for name in spelled if name in before and name in after]
    assert len(mates) >= 4
    assert np.mean([after[name][0] - before[name][0] for name in mates]) > 0.2


def test_one_book_mixes_alternates_and_another_has_a_market_of_its_own_for_them() -> None:
    body = odds_at(GAMES[0], -HOUR)
    assert max(len(lines) for lines in lines_of(body, "player_points", "betrivers").values()) >= 3
    assert {len(lines) for lines in lines_of(body, "player_points", "draftkings").values()} == {1}
    assert lines_of(body, "player_points_alternate", "fanduel")
    assert not lines_of(body, "player_points_alternate", "draftkings")


def test_some_lines_are_whole_numbers_and_some_have_one_side() -> None:
    whole = single = total = 0
    for game in GAMES:
        body = odds_at(game, -HOUR, PROP_MARKETS)
        assert body
        outcomes = [o for b in body["bookmakers"] for m in b["markets"] for o in m["outcomes"]]
        total += len(outcomes)
        whole += sum(o["point"] % 1 == 0 for o in outcomes)
        single += sum(o["name"] == "Over" for o in outcomes) - sum(o["name"] == "Under" for o in outcomes)
    assert 0 < whole < 0.02 * total
    assert 0 < single < 0.05 * total


def test_lines_depend_on_the_moment_only_and_not_on_what_was_asked_before() -> None:
    season = shared_league().current
    asked, fresh = LineBoard(season, 310), LineBoard(season, 310)
    at = asked.tipoff - 2 * HOUR
    for hours in (10, 0, -1):
        asked.props(0, 0, asked.tipoff - hours * HOUR)
    for market in range(len(OFFERED)):
        one, two = asked.props(0, market, at), fresh.props(0, market, at)
        assert one and two
        assert one.line.tolist() == two.line.tolist()
        assert one.over.tolist() == two.over.tolist()


@pytest.mark.parametrize("share", [0.25, 0.5, 0.9])
def test_in_play_lines_follow_what_the_players_have_done(share: float) -> None:
    season = shared_league().current
    game = GAMES[3]
    length = int(season.finished[game] - season.started[game])
    offset = int(season.started[game] - season.fixtures.tipoff[game] + share * length)
    before = lines_of(odds_at(game, 0), "player_points", "draftkings")
    running = lines_of(odds_at(game, offset), "player_points", "draftkings")
    assert running
    outcome = season.box_scores.market("points")[game]
    book = BOOKMAKERS[0]
    final = {
        book.spelling(season.pool.name[season.setting.players[game, side, slot]]): outcome[side, slot]
        for side, slot in zip(*np.nonzero(season.box_scores.plays[game]), strict=True)
    }
    both = running.keys() & before.keys()
    nearer = [abs(running[n][0] - final[n]) - abs(before[n][0] - final[n]) for n in both]
    assert np.mean(nearer) < 0
