"""conformed.event_games and conformed.unresolved_events: which game an event of a line source is.

The Odds API and BettingPros list their events; DraftKings tells them with its lines. One match serves all: the date
and the pair of teams.
"""

from __future__ import annotations

import polars as pl

from nba_props.conformed.inputs import games_by_pair, optional, pair, tricode
from nba_props.contracts.conformed import EVENT_GAMES, UNRESOLVED_EVENTS
from nba_props.contracts.raw.bettingpros import BETTINGPROS_EVENTS
from nba_props.contracts.raw.draftkings import DRAFTKINGS_PLAYER_PROPS
from nba_props.contracts.raw.odds_api import ODDS_EVENTS
from nba_props.game_calendar import DateRange

_EVENT = ["game_date", "source", "event_id"]


def build(
    dates: DateRange,
    *,
    games: pl.LazyFrame,
    odds_events: pl.LazyFrame | None = None,
    bettingpros_events: pl.LazyFrame | None = None,
    draftkings_player_props: pl.LazyFrame | None = None,
) -> pl.DataFrame:
    """One row a source and event that matches a game of its date by both teams."""
    return (
        _matched(dates, games, odds_events, bettingpros_events, draftkings_player_props)
        .filter(pl.col("games") == 1)
        .join(games.filter(dates.is_in()).select("game_id", "tip_off_at"), on="game_id")
        .with_columns(pl.coalesce("commence_at", "tip_off_at").alias("commence_at"))
        .select(EVENT_GAMES.schema.names())
        .collect()
    )


def build_unresolved(
    dates: DateRange,
    *,
    games: pl.LazyFrame,
    odds_events: pl.LazyFrame | None = None,
    bettingpros_events: pl.LazyFrame | None = None,
    draftkings_player_props: pl.LazyFrame | None = None,
) -> pl.DataFrame:
    """One row a source and event that matches none or several, with the reason."""
    reason = (
        pl.when(pair().is_null())
        .then(pl.lit("unknown team"))
        .when(pl.col("games").is_null())
        .then(pl.lit("no such game on this date"))
        .otherwise(pl.lit("several such games on this date"))
    )
    return (
        _matched(dates, games, odds_events, bettingpros_events, draftkings_player_props)
        .filter(pl.col("games").ne_missing(1))
        .with_columns(reason.alias("reason"))
        .select(UNRESOLVED_EVENTS.schema.names())
        .collect()
    )


def _matched(
    dates: DateRange,
    games: pl.LazyFrame,
    odds_events: pl.LazyFrame | None,
    bettingpros_events: pl.LazyFrame | None,
    draftkings_player_props: pl.LazyFrame | None,
) -> pl.LazyFrame:
    """The newest telling of every event, with the number of games of its date and teams.

    An event whose start was moved to another date has a row under each date that a snapshot gave it. Home and away may
    be the wrong way round at a neutral site, so the pair of teams decides.
    """
    told = [
        _of_odds_api(optional(odds_events, ODDS_EVENTS)),
        _by_tricodes(optional(bettingpros_events, BETTINGPROS_EVENTS), "bettingpros", "fetched_at"),
        _by_tricodes(optional(draftkings_player_props, DRAFTKINGS_PLAYER_PROPS), "draftkings", "snapshot_at"),
    ]
    events = (
        pl.concat(frame.filter(dates.is_in()) for frame in told)
        .sort("told_at", "fetched_at")
        .unique(_EVENT, keep="last", maintain_order=True)
        .with_columns(pair())
    )
    return events.join(games_by_pair(games, dates), on=["game_date", "pair"], how="left")


def _of_odds_api(events: pl.LazyFrame) -> pl.LazyFrame:
    return events.select(
        "game_date",
        pl.lit("odds_api").alias("source"),
        "event_id",
        "commence_at",
        "home_team_name",
        "away_team_name",
        tricode("home_team_name").alias("home_team"),
        tricode("away_team_name").alias("away_team"),
        pl.col("snapshot_at").alias("told_at"),
        "fetched_at",
    )


def _by_tricodes(events: pl.LazyFrame, source: str, told_at: str) -> pl.LazyFrame:
    return events.select(
        "game_date",
        pl.lit(source).alias("source"),
        "event_id",
        "commence_at",
        pl.col("home_team").alias("home_team_name"),
        pl.col("away_team").alias("away_team_name"),
        "home_team",
        "away_team",
        pl.col(told_at).alias("told_at"),
        "fetched_at",
    )
