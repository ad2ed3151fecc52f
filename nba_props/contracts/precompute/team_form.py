"""Precompute table of a team's form: what its games of the season before a date say."""

from __future__ import annotations

import polars as pl

from nba_props.contracts import columns as c
from nba_props.contracts.table import Table, declared

ALLOWED_STATISTICS = ("points", "rebounds", "assists", "threes", "steals", "blocks")
"""What a defence allows, as a ratio to the league."""

TEAM_WINDOW_GAMES = 15

_WINDOW = f"over its last {TEAM_WINDOW_GAMES} games of the season"

TeamDailyCache = declared(
    "TeamDailyCache",
    """Form of every team that plays on the date, from games of the season known on its morning: one row a team and
    date.""",
    {
        "team": (str, c.team("Tricode of the team.")),
        "game_date": (pl.Date, c.game_date()),
        "games_played_season": (int, c.number("Games played this season before the date.", ge=0)),
        "pace": (
            float,
            c.number(f"Possessions of a side per 48 minutes {_WINDOW}: sum over sum.", nullable=True, gt=0),
        ),
        "points_scored": (float, c.number(f"Points per game {_WINDOW}.", nullable=True, ge=0)),
        "offensive_rating": (float, c.number(f"Points per 100 possessions {_WINDOW}.", nullable=True, ge=0)),
        "defensive_rating": (float, c.number(f"Points allowed per 100 possessions {_WINDOW}.", nullable=True, ge=0)),
        "days_rest": (int, c.number("Days since its last game this season, less one.", nullable=True, ge=0)),
        **{
            f"team_{statistic}_allowed": (
                float,
                c.number(
                    f"{statistic.capitalize()} that it allowed per game {_WINDOW}, as a ratio to the league's mean to"
                    " date.",
                    nullable=True,
                    ge=0,
                ),
            )
            for statistic in ALLOWED_STATISTICS
        },
        "league_pace": (
            float,
            c.number("The league's possessions per 48 minutes of the season to date.", nullable=True, gt=0),
        ),
    },
)

TEAM_DAILY_CACHE = Table("precompute", "team_daily_cache", TeamDailyCache, ("game_date", "team"))

TABLES = (TEAM_DAILY_CACHE,)
