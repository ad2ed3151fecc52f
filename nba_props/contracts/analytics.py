"""Analytics tables: what happened, derived from the box scores."""

from __future__ import annotations

import polars as pl

from nba_props.contracts import columns as c
from nba_props.contracts.table import Contract, Table


class PlayerGameSummary(Contract):
    """One row a player who played: efficiency, usage, and the result against each market's closing line."""

    game_id: str = c.game_id()
    game_date: pl.Date = c.game_date()
    season: str = c.season()
    player_id: int = c.player_id()
    player_name: str = c.text("Name as the NBA spells it.")
    team: str = c.team()
    opponent: str = c.team("Tricode of the opponent.")
    is_home: bool = c.flag("Whether his team is the home team.")
    minutes: float = c.number("Minutes played.", ge=0, le=100)
    true_shooting: float = c.number(
        "Points / (2 * (FGA + 0.44 * FTA)); null without an attempt.", nullable=True, ge=0, le=3.5
    )
    effective_field_goal: float = c.number(
        "(FGM + 0.5 * 3PM) / FGA; null without an attempt.", nullable=True, ge=0, le=1.5
    )
    usage: float = c.number(
        "Share of his team's plays that he ended while on the floor: (FGA + 0.44 FTA + TOV) * (team minutes / 5) /"
        " (minutes * (team FGA + 0.44 team FTA + team TOV)); null without minutes.",
        nullable=True,
        ge=0,
    )
    points_per_minute: float = c.number("Points per minute; null without minutes.", nullable=True, ge=0)
    team_possessions: float = c.number(
        "His team's possessions: FGA - offensive rebounds + turnovers + 0.44 * FTA; null where an incomplete"
        " box score gives none.",
        nullable=True,
        gt=0,
    )


class PlayerMarketResults(Contract):
    """One row a player who played and market: what he did, and how that stands to the closing consensus line."""

    game_id: str = c.game_id()
    game_date: pl.Date = c.game_date()
    player_id: int = c.player_id()
    market: str = c.market()
    actual: float = c.number("The settled value.", ge=0)
    closing_line: float = c.line("Closing consensus line; null if he had none.", nullable=True)
    closing_over_probability: float = c.probability("No-vig probability of over at closing.", nullable=True)
    result: str = c.text(
        "OVER, UNDER or PUSH against the closing line; null without one.",
        nullable=True,
        isin=("OVER", "UNDER", "PUSH"),
    )


PLAYER_GAME_SUMMARY = Table(
    "analytics", "player_game_summary", PlayerGameSummary, ("game_date", "game_id", "player_id")
)
PLAYER_MARKET_RESULTS = Table(
    "analytics", "player_market_results", PlayerMarketResults, ("game_date", "game_id", "player_id", "market")
)

TABLES = (PLAYER_GAME_SUMMARY, PLAYER_MARKET_RESULTS)
