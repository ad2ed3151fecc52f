"""The demo's outage: a source goes dark while lines are open, others carry on, it comes back and is read again.

What the collection sensor, the archive sensor and the alert sensor would do in the daemon is done here step by step, on
the simulated league's clock.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import polars as pl

from nba_props import commands
from nba_props.contracts import conformed, operations
from nba_props.development import SimulatedWorld
from nba_props.game_calendar import DateRange, game_date_of
from nba_props.simulator.faults import Fault, Kind

DARK = Fault(Kind.BROKEN, path="^/v4/")
"""The Odds API answers 503 to everything."""

SOURCE = "odds_api"
STEP = timedelta(minutes=20)
"""Two steps are longer than a line stands against those of other sources, so that these show."""

ACTS = (
    ("all is well", False),
    ("The Odds API goes dark", True),
    ("still dark", True),
    ("The Odds API is back", False),
    ("all is well", False),
)

_log = logging.getLogger(__name__)
_log.addHandler(logging.NullHandler())
_log.propagate = False


@dataclass(frozen=True)
class Scene:
    """How things stood at one moment of the outage.

    Attributes:
        at: the moment, on the league's clock.
        told: what happens outside.
        asked: requests made of the dark source, tries apart.
        answered: those that were answered.
        lines: prop lines of tonight read from each source since the moment before.
        alerts: what is alerted now.
    """

    at: datetime
    told: str
    asked: int
    answered: int
    lines: dict[str, int]
    alerts: tuple[str, ...]


def outage(world: SimulatedWorld) -> Iterator[Scene]:
    """Play the outage; yields each scene as it ends."""
    for told, is_dark in ACTS:
        world.scenario.faults[:] = [DARK] if is_dark else []
        began = world()
        yield _scene(world, told, began)
        world.let_pass(STEP)


def _scene(world: SimulatedWorld, told: str, began: datetime) -> Scene:
    settings = world.settings.model_copy(update={"sweep_dates_per_tick": 0})
    tonight = DateRange.of(game_date_of(world()))
    commands.collect_due(settings)
    commands.make(settings, tonight, [conformed.PROP_CONSENSUS.full_name, conformed.INJURIES.full_name])
    commands.look_for_problems(settings, _log)
    attempts = commands.attempts(settings).filter(pl.col("asked_at") >= began, pl.col("source") == SOURCE)
    questions = attempts.group_by("question").agg((pl.col("outcome") == "ok").any().alias("is_answered"))
    lines = commands.stored(settings, conformed.PROP_LINES, tonight).filter(
        pl.col("kind") == "current", pl.col("snapshot_at") >= began
    )
    counted = lines.group_by("source").len().sort("source")
    alerts = commands.stored(settings, operations.ALERTS).filter(pl.col("closed_at").is_null())
    return Scene(
        at=world(),
        told=told,
        asked=questions.height,
        answered=int(questions["is_answered"].sum()),
        lines=dict(counted.iter_rows()),
        alerts=tuple(alerts["alert_id"].sort()),
    )
