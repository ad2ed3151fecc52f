"""What Dagster's freshness daemon finds, on a drill's clock: when each table was last made, and which are stale."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from types import SimpleNamespace
from unittest import mock

import dagster as dg
import polars as pl
from dagster._core.definitions.freshness import FreshnessState

from nba_props.contracts.registry import TABLES
from nba_props.operations.source_problems import GAME_SCOPE, SOURCE_SCOPE
from nba_props.orchestration.alerting import freshness_alerts
from nba_props.orchestration.assets import FRESH_WITHIN
from nba_props_tests.drills.platform import Drill

_KEYS = tuple(dg.AssetKey(table.asset_key) for table in TABLES.values())


class Freshness:
    """Watches a drill; a table that was never made is neither fresh nor stale, as for the daemon."""

    def __init__(self, drill: Drill) -> None:
        self._drill = drill
        self._events: dict[dg.AssetKey, int] = {}
        self.made_at: dict[dg.AssetKey, datetime] = {}

    def look(self) -> None:
        """Take note of what was made since the last look, as made now."""
        for key in _KEYS:
            newest = self._drill.instance.fetch_materializations(key, limit=1).records
            if newest and self._events.get(key) != newest[0].storage_id:
                self._events[key] = newest[0].storage_id
                self.made_at[key] = self._drill.told.clock()

    def go_through(self, moments: Iterable[datetime]) -> None:
        """Tick at some moments, as all daemons do: automation looks whether anything came or not, and so do alerts."""
        for moment in moments:
            self._drill.told.clock.move_to(moment)
            self._drill.tick()
            self._drill.settle()
            self.alert()

    def alert(self) -> None:
        """What the daemon and then the product's own sensor do."""
        self.look()
        tell_of_stale(self._drill, self.made_at)


def tell_of_stale(drill: Drill, made_at: Mapping[dg.AssetKey, datetime]) -> None:
    """Evaluate the product's sensor where the tables were last made at these times."""
    now = drill.told.clock()

    def states(keys: Sequence[dg.AssetKey]) -> dict[dg.AssetKey, SimpleNamespace]:
        is_stale = {key: now - made_at[key] > FRESH_WITHIN for key in keys if key in made_at}
        told = {True: FreshnessState.FAIL, False: FreshnessState.PASS}
        return {key: SimpleNamespace(freshness_state=told[stale]) for key, stale in is_stale.items()}

    with mock.patch.object(drill.instance, "get_freshness_state_records", states):
        freshness_alerts(drill.platform).evaluate_tick(dg.build_sensor_context(instance=drill.instance))


def one_alert(drill: Drill, source: str, opened: datetime, closed: datetime, log: Sequence[str]) -> None:
    """About a source while it was dark, and none about what follows; games that do not end are told each by itself."""
    alerts = drill.alerts().filter(~pl.col("alert_id").str.starts_with(GAME_SCOPE))
    assert alerts["alert_id"].to_list() == [f"{SOURCE_SCOPE}{source}"], f"{alerts.height} alerts about one source"
    assert alerts.select("opened_at", "closed_at").rows() == [(opened, closed)], "it was not open as long as it lasted"
    for word in ("opened", "closed"):
        told = [message for message in log if message.startswith(f"alert {word}") and source in message.split()[2]]
        assert len(told) == 1, f"an alert was {word} {len(told)} times"
