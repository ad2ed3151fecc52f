"""A league in a box: the upstreams of the platform, simulated from a seed and served on loopback.

What they say is in the real wire formats under the real paths, and changes with a clock that is handed in.
Because everything is drawn from known distributions, the truth behind every line and every box score can be
asked for.
"""

from nba_props.simulator.bookmakers import BOOKMAKERS, Bookmaker
from nba_props.simulator.clock import ManualClock
from nba_props.simulator.league import League
from nba_props.simulator.odds_api import Quota
from nba_props.simulator.odds_feed import event_id
from nba_props.simulator.season import Season
from nba_props.simulator.server import create_app, serve, serve_apart, serve_app

__all__ = [
    "BOOKMAKERS",
    "Bookmaker",
    "League",
    "ManualClock",
    "Quota",
    "Season",
    "create_app",
    "event_id",
    "serve",
    "serve_apart",
    "serve_app",
]
