"""When lines move, what is made of lines is made again, and nothing else of the date."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import dagster as dg
import pytest

from nba_props.contracts.raw import ODDS_GAME_LINES, ODDS_PLAYER_PROPS
from nba_props.game_calendar import DateRange
from nba_props.orchestration.graph import RAW_STEPS, STEPS
from nba_props.orchestration.platform import Platform
from nba_props.orchestration.runs import steps_up_to
from nba_props_tests.orchestration import homes
from nba_props_tests.orchestration.automating import CALENDAR, Automation, remade_with
from nba_props_tests.orchestration.homes import FIRST
from nba_props_tests.upstreams.line_moves import moved, prop_snapshots

# Dagster's own tester uses a feature of its own that is in beta.
pytestmark = pytest.mark.filterwarnings("ignore:Parameter `include_sources`")

CHOSEN = steps_up_to(STEPS, ["precompute.feature_store", "analytics.team_offense_game_summary"])
DAY = FIRST + timedelta(days=1)

OF_LINES = {
    "conformed.prop_players",
    "conformed.unresolved_players",
    "conformed.prop_lines",
    "conformed.prop_line_alternates",
    "conformed.prop_line_moves",
    "conformed.prop_consensus",
    "conformed.game_lines",
    "analytics.player_market_results",
    "analytics.player_game_summary",
    "analytics.upcoming_team_game_context",
    "analytics.upcoming_player_game_context",
    "precompute.player_opponent_history",
    "precompute.player_composite_factors",
    "precompute.feature_store",
}

OF_LATER_DATES = {
    "precompute.player_shot_zone_analysis",
    "precompute.player_composite_factors",
    "precompute.feature_store",
}
"""Zones are read of the summaries of earlier games, which hold the results against their lines as well."""


def test_moved_lines_remake_what_is_made_of_lines_and_no_box_score(collected: Path, tmp_path: Path) -> None:
    platform = Platform.of(homes.copied(collected, tmp_path))
    with dg.DagsterInstance.ephemeral() as instance:
        homes.run_on(instance, platform, CALENDAR, CHOSEN)
        automation = Automation(instance, platform, CHOSEN)
        automation.settle()

        told = prop_snapshots(platform.archive, DateRange.of(DAY))
        platform.archive.store("moved", [moved(payload, minutes=1, by=1.0) for payload in told])
        homes.run_on(instance, platform, DateRange.of(DAY), RAW_STEPS)
        requested = automation.settle()

    assert {name for name, days in requested.items() if DAY in days} == OF_LINES
    assert set(remade_with(CHOSEN, [ODDS_PLAYER_PROPS.full_name, ODDS_GAME_LINES.full_name])) == OF_LINES
    later = {name for name, days in requested.items() if days - {DAY}}
    assert later == OF_LATER_DATES
