"""S9: rolling averages counted games that a player did not play. Here who sat out is told as such, beside what he
played, and a game that he missed is in none of his averages: the last games are those that he played, the others are
counted as missed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from statistics import mean
from typing import Any

import polars as pl
import pytest

from nba_props.conformed import player_boxscores
from nba_props.conformed.box_rows import COUNTS
from nba_props.game_calendar import DateRange, eastern_moment
from nba_props.simulator import League
from nba_props_tests.drills.judging import drill_over
from nba_props_tests.drills.leagues import arranged, games_of
from nba_props_tests.drills.platform import Drill, world

DAY = timedelta(days=1)
FIRST = date(2025, 1, 6)
SECOND, THIRD = FIRST + DAY, FIRST + 2 * DAY
ABSENCES, FORM = "conformed.did_not_play", "precompute.player_daily_cache"
MARKETS = ("points", "rebounds", "assists", "threes")


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return eastern_moment(day, time(hour, minute))


TICKS = (at(SECOND, 18), at(SECOND, 18, 5), at(SECOND, 23, 30))
"""The schedule; the first evening; the second one, after which the third is tomorrow."""


@cache
def league() -> League:
    """Two pairs of teams that meet on three evenings."""
    return arranged({day: [(0, time(19)), (1, time(19))] for day in (FIRST, SECOND, THIRD)})


Line = dict[str, int]
Appearance = tuple[int, str]
"""A player and a game; who has changed teams since may be in two of a date."""


def evenings() -> list[str]:
    """The games of the first two evenings."""
    return [game_id for day in (FIRST, SECOND) for game_id in games_of(league(), day)]


@cache
def truth() -> tuple[dict[Appearance, Line], set[Appearance]]:
    """What each player did in each game that he played, and who was out of the games of his team."""
    season = league().current
    played: dict[Appearance, Line] = {}
    for market in MARKETS:
        told = league().truth(season.name, (market,), FIRST, SECOND)
        for player, game_id, outcome in told.select("player_id", "game_id", "outcome").iter_rows():
            played.setdefault((player, game_id), {})[market] = outcome
    out = set()
    for game_id in evenings():
        game = league().games[game_id][1]
        who = season.setting.players[game][season.absences.out[game]]
        out |= {(int(season.pool.player_id[player]), game_id) for player in who.tolist()}
    return played, out


def sat_out() -> list[int]:
    """Players who played one game and were out of the other."""
    played, out = truth()
    return [player for player, _ in sorted(out) if sum(each == player for each, _ in played) == 1]


@contextmanager
def platform(home: Path) -> Iterator[Drill]:
    tables = (FORM, ABSENCES)
    with (
        world(league(), TICKS[0]) as told,
        drill_over(told, home, FIRST, tables=tables, sources=("nba_com",)) as drill,
    ):
        for moment in TICKS:
            told.clock.move_to(moment)
            drill.tick()
        assert (drill.failed_runs, drill.failed_steps) == ([], [])
        yield drill


def is_explicit(drill: Drill) -> None:
    """Everybody who was out has a row that says so, and no box score; nobody who played has one."""
    played, out = truth()
    absent = drill.table(ABSENCES)
    assert out, "nobody was out"
    told = set(absent.select("player_id", "game_id").iter_rows())
    assert out <= told, "somebody sat out and is not told of"
    assert absent.filter(pl.col("kind").is_null() & pl.col("reason").is_null()).is_empty(), "no word why"
    boxes = set(drill.table("conformed.player_boxscores").select("player_id", "game_id").iter_rows())
    assert boxes == set(played), f"{len(boxes - set(played))} box scores of players who did not play"


def form_on(drill: Drill) -> dict[int, dict[str, Any]]:
    """Rolling form on the morning of the third evening."""
    return {row["player_id"]: row for row in drill.table(FORM, DateRange.of(THIRD)).iter_rows(named=True)}


def averages_are_of_games_played(drill: Drill) -> None:
    """Reckoned again in plain Python from what the league drew, for everybody."""
    played, _ = truth()
    form = form_on(drill)
    assert set(form) == {player for player, _ in played}, "form of players who have not played"
    for player, row in form.items():
        his = [line for (other, _), line in sorted(played.items()) if other == player]
        assert row["games_played_recently"] == row["games_played_season"] == len(his), f"{player}: games not played"
        for market in MARKETS:
            for window in ("last_3", "last_5", "season"):
                found = row[f"{market}_mean_{window}"]
                assert found == pytest.approx(mean(line[market] for line in his)), f"{player}: {market} {window}"


def missed_games_are_counted(drill: Drill) -> None:
    form = form_on(drill)
    players = sat_out()
    assert players, "nobody who played sat out another game"
    for player in players:
        row = form[player]
        assert (row["games_played_recently"], row["team_games_missed_last_10"]) == (1, 1), row["team"]


def test_a_game_that_a_player_sat_out_is_told_as_such_and_in_no_average(tmp_path: Path) -> None:
    with platform(tmp_path) as drill:
        is_explicit(drill)
        averages_are_of_games_played(drill)
        missed_games_are_counted(drill)


def test_if_a_missed_game_is_a_line_of_zeros_the_averages_are_of_games_not_played(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control: who did not play played no minute and scored nothing."""
    who_played = player_boxscores.who_played
    zeros = [pl.col(name).fill_null(0) for name in ("minutes", *COUNTS, "plus_minus")]

    def with_zeros(dates: DateRange, rows: pl.LazyFrame, **told: Any) -> pl.DataFrame:
        return who_played(dates, rows.with_columns(*zeros, did_not_play=pl.lit(False)), **told)

    monkeypatch.setattr(player_boxscores, "who_played", with_zeros)
    with platform(tmp_path) as drill:
        with pytest.raises(AssertionError, match=r"[1-9]\d* box scores of players who did not play"):
            is_explicit(drill)
        with pytest.raises(AssertionError, match=r"games not played|form of players who have not played"):
            averages_are_of_games_played(drill)
        with pytest.raises(AssertionError, match=r"assert \(2, 0\) == \(1, 1\)"):
            missed_games_are_counted(drill)
