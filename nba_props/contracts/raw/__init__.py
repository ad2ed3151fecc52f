"""Raw tables: what an upstream said, typed, one table a source and endpoint, with the payload of every row.

One module a source; of the NBA's schedule and box scores three, as its archived bodies tell much beside them.
"""

from __future__ import annotations

from nba_props.contracts.raw import (
    balldontlie,
    basketball_reference,
    bettingpros,
    bigdataball,
    draftkings,
    espn,
    nba_com,
    nba_game_details,
    nba_gamebook,
    nba_injury_report,
    nba_league,
    nba_live,
    nba_season_snapshots,
    odds_api,
)
from nba_props.contracts.raw.nba_com import (
    NBAC_PLAYER_BOXSCORE,
    NBAC_PLAYER_MEASURES,
    NBAC_QUARANTINE,
    NBAC_SCHEDULE,
    NBAC_TEAM_BOXSCORE,
)
from nba_props.contracts.raw.odds_api import ODDS_EVENTS, ODDS_GAME_LINES, ODDS_PLAYER_PROPS, ODDS_QUARANTINE
from nba_props.contracts.raw.quarantine import QUARANTINE_KEY, Quarantine
from nba_props.contracts.table import Table

SOURCES = (
    nba_com,
    nba_game_details,
    nba_season_snapshots,
    nba_live,
    nba_league,
    nba_injury_report,
    nba_gamebook,
    odds_api,
    bettingpros,
    balldontlie,
    espn,
    basketball_reference,
    bigdataball,
    draftkings,
)

TABLES: tuple[Table, ...] = tuple(table for source in SOURCES for table in source.TABLES)

__all__ = [
    "NBAC_PLAYER_BOXSCORE",
    "NBAC_PLAYER_MEASURES",
    "NBAC_QUARANTINE",
    "NBAC_SCHEDULE",
    "NBAC_TEAM_BOXSCORE",
    "ODDS_EVENTS",
    "ODDS_GAME_LINES",
    "ODDS_PLAYER_PROPS",
    "ODDS_QUARANTINE",
    "QUARANTINE_KEY",
    "SOURCES",
    "TABLES",
    "Quarantine",
]
