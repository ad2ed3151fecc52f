"""A corrected box score travels to what depends on it, partition by partition and row by row, and to nothing else."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import dagster as dg
import polars as pl
import pytest

from nba_props.contracts.precompute import FEATURES
from nba_props.contracts.registry import table_named
from nba_props.game_calendar import DateRange
from nba_props.orchestration.graph import RAW_STEPS, STEPS
from nba_props.orchestration.platform import Platform
from nba_props.orchestration.runs import steps_up_to
from nba_props_tests.orchestration import homes
from nba_props_tests.orchestration.automating import CALENDAR, Automation
from nba_props_tests.orchestration.homes import COLLECTED_AT, FIRST

# Dagster's own tester uses a feature of its own that is in beta.
pytestmark = pytest.mark.filterwarnings("ignore:Parameter `include_sources`")

CHOSEN = steps_up_to(STEPS, ["precompute.feature_store", "analytics.team_offense_game_summary"])
DAY = FIRST + timedelta(days=1)
LATER = {each for each in CALENDAR if each > DAY}

OF_ITS_DATE = (
    "conformed.games",
    "conformed.player_boxscores",
    "conformed.did_not_play",
    "conformed.boxscore_discrepancies",
    "conformed.team_boxscores",
    "conformed.shots",
    "analytics.player_game_summary",
    "analytics.player_market_results",
    "analytics.team_offense_game_summary",
    "analytics.team_defense_game_summary",
)
"""What is made of a box score's own date."""

OF_LATER_DATES = (
    "analytics.upcoming_team_game_context",
    "analytics.upcoming_player_game_context",
    "precompute.player_daily_cache",
    "precompute.role_priors",
    "precompute.team_daily_cache",
    "precompute.player_shot_zone_analysis",
    "precompute.player_opponent_history",
    "precompute.player_composite_factors",
    "precompute.feature_store",
)
"""What looks back."""

UNTOUCHED = (
    "conformed.prop_lines",
    "conformed.game_lines",
    "conformed.injuries",
    "precompute.team_defense_zone_analysis",
)
"""What the rebound of a player is nothing to: the league's own line of his team, which is not corrected, stands."""

HIS_OWN = (*FEATURES["form"], *FEATURES["role"], *FEATURES["trajectory"], *FEATURES["opponent_history"])
"""Features that are made of a player's own games."""


def test_one_more_rebound_reaches_the_partitions_and_rows_that_it_counts_in(collected: Path, tmp_path: Path) -> None:
    settings = homes.copied(collected, tmp_path)
    platform = Platform.of(settings)
    url, body = homes.box_scores(settings, DAY)
    (result,) = body["resultSets"]
    first = dict(zip(result["headers"], result["rowSet"][0], strict=True))
    player = first["PLAYER_ID"]
    with dg.DagsterInstance.ephemeral() as instance:
        homes.run_on(instance, platform, CALENDAR, CHOSEN)
        automation = Automation(instance, platform, CHOSEN)
        automation.settle()
        before = {name: stored(platform, name) for name in (*OF_ITS_DATE, *OF_LATER_DATES)}

        homes.archive(platform.archive, "corrected", url, homes.corrected(body), COLLECTED_AT + timedelta(hours=1))
        homes.run_on(instance, platform, DateRange.of(DAY), RAW_STEPS)
        requested = automation.settle()

        assert {name for name in OF_ITS_DATE if requested.get(name) != {DAY}} == set()
        assert {name: requested.get(name, set()) & LATER for name in OF_LATER_DATES} == dict.fromkeys(
            OF_LATER_DATES, LATER
        )
        assert requested["conformed.players"] == {DAY, *LATER}, "who is known is read of the dates before"
        assert not any(day < DAY for days in requested.values() for day in days)
        for name in UNTOUCHED:
            assert requested.get(name, set()) <= {DAY}, name

        after = {name: stored(platform, name) for name in before}
        changed = {name: changed_rows(name, before[name], after[name]) for name in before}
        assert keys(changed["conformed.player_boxscores"]) == {(DAY, player)}
        assert keys(changed["analytics.player_game_summary"]) == {(DAY, player)}
        form = changed["precompute.player_daily_cache"]
        assert set(form["player_id"]) == {player}
        assert set(form["game_date"]) == dates_of(before["precompute.player_daily_cache"]) & LATER
        his = changed_rows("precompute.feature_store", *(features_of_his_own(each) for each in (before, after)))
        assert set(his["player_id"]) == {player}
        games = before["precompute.feature_store"].filter(pl.col("player_id") == player, pl.col("game_date") > DAY)
        assert keys(his) == keys(games)
        for name in ("conformed.games", "conformed.shots", "conformed.did_not_play"):
            assert changed[name].is_empty(), name

        homes.archive(platform.archive, "again", url, homes.corrected(body), COLLECTED_AT + timedelta(hours=2))
        homes.run_on(instance, platform, CALENDAR, RAW_STEPS)
        assert automation.tick() == {}, "the same facts again remake nothing"


def stored(platform: Platform, name: str) -> pl.DataFrame:
    """A stored table."""
    return platform.warehouse.scan(table_named(name)).collect()


def changed_rows(name: str, before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """Rows that are not as they were, as they are now."""
    order = table_named(name).key
    was, now = before.sort(order), after.sort(order)
    assert was.select(order).equals(now.select(order)), f"{name} has the same rows"
    differs = pl.any_horizontal(
        pl.col(column).ne_missing(pl.lit(was[column])) for column in was.columns if column not in order
    )
    return now.filter(differs)


def features_of_his_own(tables: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """The part of the feature store that is made of a player's own games."""
    return tables["precompute.feature_store"].select("game_date", "game_id", "player_id", *HIS_OWN)


def keys(rows: pl.DataFrame) -> set[tuple[date, int]]:
    """Dates and players of rows."""
    return set(rows.select("game_date", "player_id").iter_rows())


def dates_of(rows: pl.DataFrame) -> set[date]:
    """The dates that have rows."""
    return set(rows["game_date"])
