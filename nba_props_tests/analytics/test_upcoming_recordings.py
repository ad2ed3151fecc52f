"""The upcoming contexts of a real season: sampled rows against the slow recomputation, dates against their range.

No recording has a season's injury reports, so reports of real players are made up for it; the one genuine report is
read for its own date.
"""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, cached_property
from typing import Any

import polars as pl
import pytest

from nba_props.conformed import (
    box_score_tables,
    event_games,
    game_lines,
    games,
    injuries,
    name_tables,
    players,
    pregame_lines,
    prop_lines,
)
from nba_props.contracts import conformed
from nba_props.contracts.analytics import UPCOMING_PLAYER_GAME_CONTEXT, UPCOMING_TEAM_GAME_CONTEXT
from nba_props.contracts.table import Table
from nba_props.game_calendar import DateRange
from nba_props_tests.analytics.upcoming_league import (
    BALLDONTLIE,
    ESPN,
    LONG_AFTER,
    REPORT,
    UpcomingLeague,
    player_contexts,
    report,
    team_contexts,
)
from nba_props_tests.analytics.upcoming_recomputed import SlowContexts, differences, key_of
from nba_props_tests.conformed.test_recordings import logs, raw
from nba_props_tests.precompute.league import Row, same_bits

SEASON = DateRange(date(2024, 10, 22), date(2025, 6, 22))
WITH_LINES = DateRange(SEASON.first, date(2024, 12, 31))
HISTORY = DateRange(date(2023, 10, 24), SEASON.last)
LEAD = timedelta(minutes=5)
"""The recorded game lines are those of five minutes before the tip-off."""

DELAY = timedelta(hours=6)
SEASONS = ("2023-24", "2024-25")
SAMPLE = 600


@cache
def box_score_tables_of_two_seasons() -> Mapping[str, pl.DataFrame]:
    """Games, players and box scores of 2023-24 and 2024-25."""
    told = raw(*(f"nba_com/scheduleLeagueV2-{season}.warc.gz" for season in SEASONS), *logs(*SEASONS))
    box = {"nbac_player_boxscore": told["nbac_player_boxscore"]}
    slate = games.build(HISTORY, nbac_schedule=told["nbac_schedule"], **box)
    known = {"games": slate.lazy(), **box}
    nobody = conformed.SOURCE_PLAYERS.empty().lazy()
    boxes = box_score_tables.build_all(HISTORY, **known, delay=DELAY, source_players=nobody)
    return {
        "games": slate,
        "players": players.build(HISTORY, **known),
        "player_boxscores": boxes[conformed.PLAYER_BOXSCORES.full_name],
        "team_boxscores": boxes[conformed.TEAM_BOXSCORES.full_name],
    }


def lines_of_the_season(slate: pl.LazyFrame, known: pl.LazyFrame) -> dict[str, pl.DataFrame]:
    """Prop lines of threes, and game lines as far as they were recorded, of the season's first months."""
    told = raw(
        "odds_api/historical-events-2024-25-nominal.warc.gz",
        "odds_api/historical-event-odds-2024-25-threes-mylesthomas.warc.gz",
        "odds_api/historical-event-odds-2024-25-gamelines-mostgood1.warc.gz",
    )
    events = event_games.build(WITH_LINES, odds_events=told["odds_events"], games=slate).lazy()
    props = {"odds_player_props": told["odds_player_props"]}
    names = name_tables.build_all(WITH_LINES, event_games=events, games=slate, players=known, **props)
    spelt = names[conformed.PROP_PLAYERS.full_name].lazy()
    before = pregame_lines.pregame_lines(
        WITH_LINES, prop_players=spelt, event_games=events, games=slate, greatest_hold=0.2, **props
    )
    main = prop_lines.build(before, now=LONG_AFTER, lead=LEAD)
    lines = {"odds_game_lines": told["odds_game_lines"], "event_games": events, "games": slate}
    return {
        "prop_consensus": prop_lines.build_consensus(main.lazy()),
        "game_lines": game_lines.build(WITH_LINES, **lines, now=LONG_AFTER, lead=LEAD),
    }


@dataclass
class Season(UpcomingLeague):
    """A league that stays as it is, so that its frames are made once."""

    def frames(self) -> dict[str, pl.LazyFrame]:
        """The tables by the names of the inputs."""
        return self._frames

    @cached_property
    def _frames(self) -> dict[str, pl.LazyFrame]:
        return super().frames()


@cache
def recorded_season() -> Season:
    """Two real seasons with the lines of the second, and reports about one in seven of its players a game."""
    frames = dict(box_score_tables_of_two_seasons())
    frames |= lines_of_the_season(frames["games"].lazy(), frames["players"].lazy())
    league = Season(
        games=frames["games"].to_dicts(),
        boxscores=frames["player_boxscores"].to_dicts(),
        players=frames["players"].to_dicts(),
        prop_consensus=frames["prop_consensus"].to_dicts(),
        game_lines=frames["game_lines"].to_dicts(),
    )
    league.injuries = made_up_reports(league)
    return league


@pytest.fixture(scope="module")
def season() -> Season:
    return recorded_season()


def made_up_reports(league: UpcomingLeague) -> list[Row]:
    """Now and then of a player under a team that he has left or not joined yet."""
    chance, rosters = random.Random(7), dict[str, dict[int, None]]()
    for row in league.players:
        rosters.setdefault(row["team"], {})[row["player_id"]] = None
    told = []
    for of in league.games:
        teams = {player: of[side] for side in ("home_team", "away_team") for player in rosters[of[side]]}
        if of["game_date"] in SEASON and chance.random() < 0.9:
            for player in chance.sample(sorted(teams), len(teams) // 7):
                minutes, source = chance.choice([2, 45, 600]), chance.choice([REPORT, ESPN, BALLDONTLIE])
                status = chance.choice(["out", "questionable", "probable", "suspended"])
                told.append(report(of, player, teams[player], status, minutes=minutes, source=source))
    return told


@pytest.fixture(scope="module")
def tables(season: UpcomingLeague) -> dict[str, pl.DataFrame]:
    made = {
        UPCOMING_TEAM_GAME_CONTEXT.name: team_contexts(season, SEASON, lead=LEAD),
        UPCOMING_PLAYER_GAME_CONTEXT.name: player_contexts(season, SEASON, lead=LEAD),
    }
    for table in (UPCOMING_TEAM_GAME_CONTEXT, UPCOMING_PLAYER_GAME_CONTEXT):
        table.require(made[table.name])
    return made


def test_sampled_rows_of_a_real_season_are_what_the_contracts_say(
    season: UpcomingLeague, tables: dict[str, pl.DataFrame]
) -> None:
    slow = SlowContexts(season, now=LONG_AFTER, lead=LEAD)
    for row in tables["upcoming_team_game_context"].sample(SAMPLE, seed=5).to_dicts():
        assert differences(row, slow.team_row(slow.games[key_of(row)], row["team"])) == []
    for row in tables["upcoming_player_game_context"].sample(SAMPLE, seed=5).to_dicts():
        assert differences(row, slow.player_row(slow.games[key_of(row)], row["player_id"])) == []


def test_every_player_who_has_to_have_a_row_has_one(season: UpcomingLeague, tables: dict[str, pl.DataFrame]) -> None:
    slow, made = SlowContexts(season, now=LONG_AFTER, lead=LEAD), tables["upcoming_player_game_context"]
    due = [of for of in season.games if of["game_date"] in SEASON and of["status"] != "postponed"]
    assert set(made["game_id"]) == {of["game_id"] for of in due}
    assert tables["upcoming_team_game_context"].height == 2 * len(due)
    for of in random.Random(5).sample(due, 25):
        assert set(made.filter(pl.col("game_id") == of["game_id"])["player_id"]) == slow.players_of(of)


def test_nearly_everybody_who_played_was_expected_with_his_team(
    season: UpcomingLeague, tables: dict[str, pl.DataFrame]
) -> None:
    """What was expected before the game, against who then came: only first games and first days after a trade miss."""
    expected = {
        (row["game_id"], row["player_id"]): row["team"]
        for row in tables["upcoming_player_game_context"].select("game_id", "player_id", "team").to_dicts()
    }
    came = [row for row in season.boxscores if row["game_date"] in SEASON]
    right = sum(expected.get((row["game_id"], row["player_id"])) == row["team"] for row in came)
    assert right / len(came) > 0.97


@pytest.mark.parametrize(
    "table", [UPCOMING_TEAM_GAME_CONTEXT, UPCOMING_PLAYER_GAME_CONTEXT], ids=lambda table: str(table.name)
)
def test_a_date_of_a_real_season_is_the_same_alone_and_in_its_season(
    season: UpcomingLeague, tables: dict[str, pl.DataFrame], table: Table
) -> None:
    make = team_contexts if table is UPCOMING_TEAM_GAME_CONTEXT else player_contexts
    for day in (SEASON.first, date(2025, 2, 8), date(2025, 4, 15)):
        alone = DateRange.of(day)
        assert same_bits(make(season, alone, lead=LEAD), tables[table.name].filter(alone.is_in()))


def test_the_genuine_report_of_a_real_date_is_told_of_everybody_whom_it_lists() -> None:
    day = DateRange.of(date(2024, 1, 4))
    known, told = box_score_tables_of_two_seasons(), raw("samples/nba_injury_report.warc.gz")["nbac_injury_report"]
    slate, who = known["games"].lazy(), known["players"].lazy()
    names = name_tables.build_all(
        day, event_games=conformed.EVENT_GAMES.empty().lazy(), games=slate, players=who, nbac_injury_report=told
    )
    spelt = names[conformed.SOURCE_PLAYERS.full_name].lazy()
    reports = injuries.build(day, games=slate, source_players=spelt, nbac_injury_report=told)
    league = Season(
        games=known["games"].to_dicts(),
        boxscores=known["player_boxscores"].to_dicts(),
        players=known["players"].to_dicts(),
        injuries=reports.to_dicts(),
    )
    listed = json.loads(told.filter(pl.col("game_date") == day.first, "is_submitted").collect().write_json())
    assert_told(listed, league, day)


def assert_told(listed: list[dict[str, Any]], league: UpcomingLeague, day: DateRange) -> None:
    statuses = {row["player_name"]: row["status"].lower() for row in listed if row["team"] == "SAS"}
    made = player_contexts(league, day).filter(pl.col("team") == "SAS", pl.col("injury_status").is_not_null())
    spelling = {row["player_id"]: row["player_name"] for row in league.players if row["game_date"] < day.first}
    assert statuses
    assert {spelling[row["player_id"]]: row["injury_status"] for row in made.to_dicts()} == {
        name: status for name, status in statuses.items() if name in spelling.values()
    }
    minutes: dict[str, list[float]] = {}
    for row in sorted(league.boxscores, key=key_of):
        if row["game_date"] < day.first:
            minutes.setdefault(row["player_name"], []).append(row["minutes"])
    out = [name for name, status in statuses.items() if status == "out" and name in minutes]
    team = team_contexts(league, day).row(by_predicate=pl.col("team") == "SAS", named=True)
    assert team["players_out"] == len(out) > 0
    last_ten = [minutes[name][-10:] for name in out]
    assert team["minutes_out"] == pytest.approx(sum(sum(games) / len(games) for games in last_ten))
    assert str(team["injuries_at"]) == "2024-01-04 17:30:00+00:00"
