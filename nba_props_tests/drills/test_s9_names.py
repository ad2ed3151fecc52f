"""S9: names did not match between sources (suffixes, accents, nicknames), and rows vanished in joins. Here every
spelling of a bookmaker and of a box score is one player or is listed with who it may be, and no row is lost on the way.
"""

from __future__ import annotations

import shutil
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from nba_props.conformed import name_resolution
from nba_props.game_calendar import DateRange, eastern_moment
from nba_props.orchestration.graph import STEPS
from nba_props.simulator import League
from nba_props.simulator.faults import Fault, Kind, changed
from nba_props.simulator.mishaps import BOX_SCORE_V3, GAME_LOG, LIVE_BOX_SCORE, late_box_score
from nba_props.simulator.names import matching_key, split_suffix
from nba_props_tests.drills.judging import drill_over, make, same_facts
from nba_props_tests.drills.leagues import arranged, games_of
from nba_props_tests.drills.platform import Drill, world

FIRST = date(2025, 1, 6)
SECOND = FIRST + timedelta(days=1)
DATES = DateRange.of(SECOND)
PROPS, LINES, ALTERNATES = "raw.odds_player_props", "conformed.prop_lines", "conformed.prop_line_alternates"
ESPN, BOXES = "raw.espn_boxscores", "conformed.player_boxscores"
RESOLVED = ("conformed.prop_players", "conformed.source_players")
UNRESOLVED = "conformed.unresolved_players"
MADE = (LINES, ALTERNATES, BOXES)
ODDS, SUMMARY, ROSTERS = "/odds", "/basketball/nba/summary", "/basketball/nba/teams/"

PUBLIC, REGISTERED = "Lu Dort", "Luguentz Dort"
"""A name of the table of nicknames, and what the NBA calls him."""

STRANGER, UNKNOWN = "Zebulon Quux", "Ichabod Xyzzy"
"""Names that no player has: at the bookmakers, and in a box score."""


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return eastern_moment(day, time(hour, minute))


LISTED = [at(SECOND, 11, minute) for minute in (0, 5)]
"""The schedule; then the box scores of the first evening, which tell who plays where, and the bookmakers' events."""

LINED, OVER = at(SECOND, 11, 6), at(SECOND, 23)


@cache
def league() -> League:
    """Two teams that meet on two evenings."""
    return arranged({day: [(1, time(19))] for day in (FIRST, SECOND)})


@cache
def players() -> list[str]:
    """Who plays on both evenings, by minutes on the second, as the league spells them."""
    season = league().current
    first, second = (league().games[games_of(league(), day)[0]][1] for day in (FIRST, SECOND))
    plays, who = season.box_scores.plays, season.setting.players
    minutes = dict(
        zip(who[second][plays[second]].tolist(), season.box_scores.minutes[second][plays[second]], strict=True)
    )
    both = set(who[first][plays[first]].tolist()) & set(minutes)
    plain = [player for player in both if len(split_suffix(season.pool.name[player])[0].split(" ")) == 2]
    return [season.pool.name[player] for player in sorted(plain, key=lambda player: -minutes[player])]


def with_accents(name: str) -> str:
    """The same letters, with accents where there are none."""
    return unicodedata.normalize("NFC", "".join(f"{c}\u0301" if c in "aeiou" else c for c in name))


def spellings(stranger: str) -> dict[str, str]:
    """What a source calls some players; the last one nobody can place.

    A box score that lacks a tenth of a game is none: whom it does not know has few minutes there.
    """
    regulars, bench = players()[:4], players()[-1]
    suffixed = f"{split_suffix(regulars[1])[0]} IV"
    first, last = split_suffix(regulars[2])[0].split(" ")
    told = {regulars[0]: with_accents(regulars[0]), regulars[1]: suffixed, regulars[2]: f"{first[0]}. {last}"}
    return told | {regulars[3]: PUBLIC, (players()[4] if stranger == STRANGER else bench): stranger}


def spelt(spelling: Mapping[str, str]) -> Callable[[Any], Any]:
    """Every text of a body that is one of the names, whatever its accents and suffix, spelt otherwise."""
    by_key = {matching_key(name): told for name, told in spelling.items()}

    def respelt(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: respelt(each) for name, each in value.items()}
        if isinstance(value, list):
            return [respelt(each) for each in value]
        return by_key.get(matching_key(value), value) if isinstance(value, str) else value

    return respelt


def faults(*, are_spelt_otherwise: bool) -> list[Fault]:
    """One box score a game: the NBA's log of the first evening, ESPN's of the second."""
    registered = {players()[3]: REGISTERED}
    at_books, at_espn = (spellings(each) if are_spelt_otherwise else registered for each in (STRANGER, UNKNOWN))
    told = ((GAME_LOG, registered), (ODDS, at_books), (SUMMARY, at_espn))
    return [
        *late_box_score(games_of(league(), SECOND)[0], OVER + timedelta(days=1)),
        Fault(Kind.NOT_FOUND, f"{BOX_SCORE_V3}|{LIVE_BOX_SCORE}|{ROSTERS}"),
        *(Fault(Kind.REWRITTEN, path, rewrite=_rewritten(spelling)) for path, spelling in told),
    ]


def _rewritten(spelling: Mapping[str, str]) -> Any:
    respelt = spelt(spelling)
    return changed(lambda body, _: respelt(body))


@contextmanager
def platform(home: Path, *, are_spelt_otherwise: bool) -> Iterator[Drill]:
    with (
        world(league(), LISTED[0], *faults(are_spelt_otherwise=are_spelt_otherwise)) as told,
        drill_over(
            told, home, FIRST, tables=MADE, sources=("nba_com", "odds_api", "espn"), ODDS_API_REGIONS="us"
        ) as drill,
    ):
        drill.tick()
        told.clock.move_to(LISTED[1])
        drill.collect()
        drill.bring_in()
        for moment in (LINED, OVER):
            told.clock.move_to(moment)
            drill.tick()
        assert drill.failed_steps == []
        yield drill


@dataclass
class Scene:
    """Where the sources spell otherwise; what it would be if they did not."""

    drill: Drill
    plain: Mapping[str, pl.DataFrame]


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    with platform(tmp_path_factory.mktemp("plain"), are_spelt_otherwise=False) as drill:
        plain = {name: drill.table(name, DATES) for name in (*MADE, *RESOLVED, UNRESOLVED)}
    with platform(tmp_path_factory.mktemp("otherwise"), are_spelt_otherwise=True) as drill:
        yield Scene(drill, plain)


@contextmanager
def remade(scene: Scene, home: Path) -> Iterator[Drill]:
    """Another platform over the same payloads, on which names and what is made of them are made again."""
    told = scene.drill.told
    shutil.copytree(scene.drill.platform.settings.home, home / "home")
    with drill_over(told, home / "home", FIRST, tables=MADE, sources=(), ODDS_API_REGIONS="us") as drill:
        for name in ("names", "box_scores", "prop_lines"):
            make(drill, next(step for step in STEPS if step.name == name), DATES)
        yield drill


def ids(drill: Drill) -> dict[str, int]:
    """Of each spelling of bookmakers and of ESPN the player."""
    rows = pl.concat(drill.table(name, DATES).select("source_name", "player_id") for name in RESOLVED)
    return dict(rows.unique().iter_rows())


def every_spelling_is_its_player_or_listed(drill: Drill, scene: Scene) -> None:
    """A spelling is the player whom the plain name is; who is nobody is listed with who it may be."""
    meant = {
        matching_key(name): player
        for table in RESOLVED
        for name, player in scene.plain[table].select("source_name", "player_id").iter_rows()
    }
    found = ids(drill)
    for name, spelling in (spellings(STRANGER) | spellings(UNKNOWN)).items():
        if spelling in (STRANGER, UNKNOWN):
            continue
        his = meant[matching_key(REGISTERED if spelling == PUBLIC else name)]
        assert found.get(spelling) == his, f"{spelling} is not {name}"
    new = set(scene.plain[UNRESOLVED]["source_name"])  # of whom the first evening's log does not tell
    listed = drill.table(UNRESOLVED, DATES).filter(~pl.col("source_name").is_in(new))
    assert dict(listed.select("source_name", "source").iter_rows()) == {STRANGER: "odds_api", UNKNOWN: "espn"}
    for row in listed.iter_rows(named=True):
        assert row["candidates"].count(";") == name_resolution.CANDIDATES_SHOWN - 1, "nobody is proposed"


def is_every_row_told_of(drill: Drill, source: str, rows: pl.DataFrame, placed: str, key: list[str]) -> pl.DataFrame:
    """Rows of a source are rows of players, which are given back, and rows that are listed."""
    players_of = drill.table(placed, DATES).filter(pl.col("source") == source)
    known = rows.join(players_of, left_on=[*key[:-1], "player_name"], right_on=key, how="inner", nulls_equal=True)
    listed = int(drill.table(UNRESOLVED, DATES).filter(pl.col("source") == source)["lines"].sum())
    assert known.height + listed == rows.height, f"{source}: {rows.height - known.height - listed} rows vanished"
    return known


def no_row_vanishes(drill: Drill) -> None:
    """Every raw row is told of, and every line and box score of a player is conformed."""
    told = is_every_row_told_of(drill, "odds_api", drill.table(PROPS, DATES), RESOLVED[0], ["event_id", "source_name"])
    offer = ["player_id", "market", "bookmaker", "line"]
    lines = pl.concat(drill.table(name, DATES).select(offer) for name in (LINES, ALTERNATES))
    assert same_facts(lines.unique(), told.select(offer).unique()), "a line of a player is not conformed"

    named = [drill.table(name, DATES) for name in (ESPN, "raw.espn_injuries")]
    rows = pl.concat([frame.select("team", "player_name") for frame in named])
    is_every_row_told_of(drill, "espn", rows, RESOLVED[1], ["team", "source_name"])
    played = drill.table(ESPN, DATES).filter(~pl.col("did_not_play"), pl.col("player_name").is_in(list(ids(drill))))
    assert played.height == drill.table(BOXES, DATES).height > 0, "a box score of a player is not conformed"


def are_the_same(drill: Drill, scene: Scene) -> None:
    """Lines and box scores are what they are if nobody spells otherwise, less the two whom nobody can place."""
    who = {
        matching_key(name): player
        for table in RESOLVED
        for name, player in scene.plain[table].select("source_name", "player_id").iter_rows()
    }
    nobody = {LINES: players()[4], ALTERNATES: players()[4], BOXES: players()[-1]}
    for name, lacking in nobody.items():
        expected = scene.plain[name].filter(pl.col("player_id") != who[matching_key(lacking)])
        assert expected.height > 0
        assert expected.height < scene.plain[name].height or name == ALTERNATES, "he would not be missed"
        told = ["player_name"] if "player_name" in expected.columns else []
        assert same_facts(drill.table(name, DATES).drop(told), expected.drop(told)), f"{name} is another"


def test_every_spelling_is_one_player_or_is_listed_and_no_row_vanishes(scene: Scene) -> None:
    every_spelling_is_its_player_or_listed(scene.drill, scene)
    no_row_vanishes(scene.drill)
    are_the_same(scene.drill, scene)


def test_by_exact_spelling_alone_they_are_nobody(scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Control: a name is compared as it is written."""
    monkeypatch.setattr(name_resolution, "name_key", lambda name: name.str.to_lowercase())
    monkeypatch.setattr(name_resolution, "nickname_key", lambda key: key)
    monkeypatch.setattr(name_resolution, "initial_key", lambda key: key)
    with remade(scene, tmp_path) as drill:
        with pytest.raises(AssertionError, match=f"{with_accents(players()[0])} is not {players()[0]}"):
            every_spelling_is_its_player_or_listed(drill, scene)
        with pytest.raises(AssertionError, match=f"{LINES} is another"):
            are_the_same(drill, scene)


def test_if_what_is_not_placed_is_not_listed_its_rows_vanish(
    scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control: a join that keeps what matches."""
    listed = name_resolution.unresolved
    monkeypatch.setattr(name_resolution, "unresolved", lambda *told: listed(*told).head(0))
    with remade(scene, tmp_path) as drill, pytest.raises(AssertionError, match=r"odds_api: [1-9]\d* rows vanished"):
        no_row_vanishes(drill)
