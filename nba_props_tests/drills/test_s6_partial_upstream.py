"""S6: one player of 187 counted as present, so that no other source was looked at. Here a game is there when a box has
nine tenths of it: until then its date is partial and feeds nobody; the gamebook, balldontlie and ESPN fill what the NBA
lacks, every row says where it comes from, and when the NBA tells the rest everything is as if it always had.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import dagster as dg
import polars as pl
import pytest

from nba_props.contracts.conformed import PLAYER_BOXSCORES
from nba_props.contracts.raw import NBAC_PLAYER_BOXSCORE
from nba_props.contracts.raw.balldontlie import BDL_PLAYER_BOXSCORES
from nba_props.contracts.raw.espn import ESPN_BOXSCORES
from nba_props.contracts.raw.nba_gamebook import NBAC_GAMEBOOK
from nba_props.game_calendar import DateRange, eastern_moment
from nba_props.operations import coverage
from nba_props.orchestration.steps.operations import expected_outputs_of
from nba_props.simulator import League
from nba_props.simulator.faults import Fault, Kind, changed
from nba_props.simulator.mishaps import BOX_SCORE_V3, GAME_LOG, LIVE_BOX_SCORE
from nba_props.teams import TEAMS
from nba_props_tests.drills.judging import drill_over, last_check, same_facts
from nba_props_tests.drills.leagues import arranged, games_of
from nba_props_tests.drills.platform import Drill, world

DAY = date(2025, 1, 6)
SUMMARY = "analytics.player_game_summary"
MADE = (
    "conformed.games",
    PLAYER_BOXSCORES.full_name,
    "conformed.did_not_play",
    "conformed.team_boxscores",
    SUMMARY,
)
SOURCES = ("nba_com", "nba_league", "nba_gamebook", "balldontlie", "espn")
GAMEBOOKS, STATS, SUMMARIES = "/pdfs/", "/v1/(stats|box_scores)", "/basketball/nba/summary"


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return eastern_moment(day, time(hour, minute))


NIGHT = DAY + timedelta(days=1)
BEFORE = at(DAY, 18)
ONE_GAME, ONE_PLAYER = at(DAY, 22, 15), at(DAY, 22, 45)
"""The log has one game; then one player of each of the others, too."""

FALLBACKS_UP = at(DAY, 23)
FILLED = at(NIGHT, 1, 10)
"""Others tell it, and the date is due."""

WHOLE_AGAIN = at(NIGHT, 1, 30)
HEALED = at(NIGHT, 2, 45)


@cache
def league() -> League:
    """Four games at seven."""
    return arranged({DAY: [(number, time(19)) for number in range(4)]})


def whole() -> str:
    """The game that the NBA's log holds."""
    return games_of(league(), DAY)[3]


def teams(number: int) -> tuple[str, str]:
    """Home and away team of one of the games of which the log lacks nearly everything."""
    season, game = league().games[games_of(league(), DAY)[number]]
    home, away = season.teams[game].tolist()
    return TEAMS[home].tricode, TEAMS[away].tricode


def log_with(players: int) -> Any:
    """The NBA's log with the one game, and so many players of each of the others."""

    def thinned(body: Any, _: str) -> Any:
        for result in body["resultSets"]:
            place = result["headers"].index("GAME_ID")
            seen: dict[str, int] = {}
            kept = []
            for row in result["rowSet"]:
                seen[row[place]] = seen.get(row[place], 0) + 1
                if row[place] == whole() or seen[row[place]] <= players:
                    kept.append(row)
            result["rowSet"] = kept
        return body

    return changed(thinned)


def without_the_third_game(body: Any, _: str) -> Any:
    """What balldontlie tells of box scores, less one game."""

    def is_of_it(entry: Any) -> bool:
        return (entry.get("team") or entry.get("home_team"))["abbreviation"] in teams(2)

    return {**body, "data": [entry for entry in body["data"] if not is_of_it(entry)]}


def faults() -> list[Fault]:
    """Of the NBA nothing but the log; the gamebook has the first game alone, balldontlie the first two, ESPN all."""
    books = "|".join(away + home for home, away in (teams(number) for number in (1, 2, 3)))
    until = WHOLE_AGAIN
    return [
        Fault(Kind.REWRITTEN, GAME_LOG, until=ONE_PLAYER, rewrite=log_with(0)),
        Fault(Kind.REWRITTEN, GAME_LOG, since=ONE_PLAYER, until=until, rewrite=log_with(1)),
        Fault(Kind.NOT_FOUND, f"{BOX_SCORE_V3}|{LIVE_BOX_SCORE}", until=until),
        *(Fault(Kind.BROKEN, path, until=FALLBACKS_UP) for path in (GAMEBOOKS, STATS, SUMMARIES)),
        Fault(Kind.NOT_FOUND, f"{GAMEBOOKS}.*({books})", until=until),
        Fault(Kind.REWRITTEN, STATS, until=until, rewrite=changed(without_the_third_game)),
    ]


@contextmanager
def platform(home: Path, *faults: Fault) -> Iterator[Drill]:
    with (
        world(league(), BEFORE, *faults) as told,
        drill_over(told, home, DAY, tables=MADE, sources=SOURCES, RETRY_ATTEMPTS="1", BREAKER_FAILURES="1000") as drill,
    ):
        tick_at(drill, BEFORE)
        yield drill


def tick_at(drill: Drill, *moments: datetime) -> None:
    for moment in moments:
        drill.told.clock.move_to(moment)
        drill.tick()


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, pl.DataFrame]:
    """What a night without faults leaves."""
    with platform(tmp_path_factory.mktemp("undisturbed")) as drill:
        tick_at(drill, ONE_GAME, HEALED)
        assert (drill.failed_runs, drill.failed_steps) == ([], [])
        return {name: drill.table(name) for name in MADE}


def is_blocked(drill: Drill, table: str) -> None:
    """Its check fails, as an error, and blocks."""
    check = last_check(drill, table, "completeness", DAY)
    assert check is not None, f"{table} was not judged"
    told = (check.passed, check.severity, check.blocking, check.metadata["games expected"].value)
    assert told == (False, dg.AssetCheckSeverity.ERROR, True, 4), f"{table} counts as present"


def feeds_nobody(drill: Drill) -> None:
    """A part of the date is there and is held back."""
    assert drill.table(NBAC_PLAYER_BOXSCORE.full_name).height > 0
    is_blocked(drill, NBAC_PLAYER_BOXSCORE.full_name)
    is_blocked(drill, PLAYER_BOXSCORES.full_name)
    for name in (PLAYER_BOXSCORES.full_name, SUMMARY):
        assert drill.table(name).is_empty(), f"{name} is made of a part"


def outcomes(drill: Drill) -> dict[str, str]:
    judged = expected_outputs_of(DateRange.of(DAY), drill.platform.surroundings())
    return dict(judged.select("table", "outcome").iter_rows())


def is_filled(drill: Drill, expected: pl.DataFrame) -> None:
    """Every game is whole, each by the first source that has it, and the rows say so; the NBA's table is partial."""
    games = games_of(league(), DAY)
    tables = (NBAC_GAMEBOOK, BDL_PLAYER_BOXSCORES, ESPN_BOXSCORES, NBAC_PLAYER_BOXSCORE)
    found = drill.table(PLAYER_BOXSCORES.full_name)
    told = {game: set(found.filter(pl.col("game_id") == game)["source"]) for game in games}
    assert told == {game: {table.full_name} for game, table in zip(games, tables, strict=True)}
    who = ["game_id", "player_id", "team", "points", "rebounds", "assists", "threes", "steals", "blocks"]
    assert same_facts(found.select(who), expected.select(who)), "what others tell is not what the NBA would have told"
    fed = drill.table(SUMMARY).filter(~pl.col("did_not_play"))
    assert same_facts(fed.select(who), expected.select(who)), "consumers are not fed with the same"
    judged = outcomes(drill)
    assert judged[NBAC_PLAYER_BOXSCORE.full_name] == "partial"
    assert judged[PLAYER_BOXSCORES.full_name] == judged[SUMMARY] == "complete"


def is_whole(drill: Drill, expected: dict[str, pl.DataFrame]) -> None:
    for name, told in expected.items():
        assert told.height > 0, name
        assert same_facts(drill.table(name), told), f"{name} is not what a night without faults gives"
    assert set(drill.table(PLAYER_BOXSCORES.full_name)["source"]) == {NBAC_PLAYER_BOXSCORE.full_name}
    assert outcomes(drill)[NBAC_PLAYER_BOXSCORE.full_name] == "complete"


def test_a_part_of_a_date_feeds_nobody_until_others_fill_it_and_the_whole_takes_its_place(
    tmp_path: Path, undisturbed: dict[str, pl.DataFrame]
) -> None:
    with platform(tmp_path, *faults()) as drill:
        for moment, players in ((ONE_GAME, 0), (ONE_PLAYER, 3)):
            tick_at(drill, moment)
            others = drill.table(NBAC_PLAYER_BOXSCORE.full_name).filter(pl.col("game_id") != whole())
            assert others.height == players
            feeds_nobody(drill)
        tick_at(drill, FILLED)
        is_filled(drill, undisturbed[PLAYER_BOXSCORES.full_name])
        tick_at(drill, HEALED)
        is_whole(drill, undisturbed)
        assert drill.failed_steps == []
        assert drill.alerts().filter(pl.col("closed_at").is_null()).is_empty()


def test_if_any_row_of_a_game_counts_as_the_game_the_part_feeds_everybody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control: coverage says that something is there."""
    monkeypatch.setattr(coverage, "_of_covered_games", lambda table, frame: frame)
    with platform(tmp_path, *faults()) as drill:
        tick_at(drill, ONE_PLAYER)
        with pytest.raises(AssertionError, match=r"raw\.nbac_player_boxscore counts as present"):
            feeds_nobody(drill)
        assert drill.table(PLAYER_BOXSCORES.full_name).height > 0, "and they are published"
