"""What a feature is: everything that the data dictionary says of it, and its column in the feature store."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from nba_props.contracts import columns as c

KNOWN_MORNING = "box scores whose games were over, by a set delay, on the morning of the game date"
KNOWN_SCHEDULE = "the schedule, known before the season; postponements as they are told"
KNOWN_REPORTS = "injury reports told not later than as_of"
KNOWN_LINES = "snapshots of lines not later than as_of"

FORM = ("precompute.player_daily_cache",)
PLAYER_CONTEXT = ("analytics.upcoming_player_game_context",)
TEAM_CONTEXT = ("analytics.upcoming_team_game_context",)
TEAM_FORM = ("precompute.team_daily_cache",)
FACTORS = ("precompute.player_composite_factors",)
SHARE_OF_EXPECTATION = "share of the expectation"
YEAR = "365 days"


@dataclass(frozen=True)
class Feature:
    """One feature: what the data dictionary says of it, and its column.

    Attributes:
        name: column of the feature store.
        dtype: float, int or bool.
        definition: what it is, in words or as a formula.
        window: the games or days that it looks at.
        unit: of its values.
        sources: tables that it is read from.
        knowable: what has to be known for it, and from when that counts as known.
        checks: its range, as in ``pandera.Field``.
    """

    name: str
    dtype: type
    definition: str
    window: str
    unit: str
    sources: tuple[str, ...]
    knowable: str
    checks: dict[str, Any] = field(default_factory=dict)

    @property
    def column(self) -> tuple[Any, Any]:
        """Type and field of its column; every feature may be unknown."""
        described = f"{self.definition} Unit: {self.unit}. Window: {self.window}."
        return self.dtype, c.number(described, nullable=True, **self.checks)


def words(name: str) -> str:
    """A column's name in words."""
    return name.replace("_", " ")
