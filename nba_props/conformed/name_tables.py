"""conformed.prop_players, source_players and unresolved_players: the names of every source, resolved or listed."""

from __future__ import annotations

import polars as pl

from nba_props.conformed import name_resolution, prop_players, source_players
from nba_props.conformed.inputs import read_once
from nba_props.contracts.conformed import PROP_PLAYERS, SOURCE_PLAYERS, UNRESOLVED_PLAYERS
from nba_props.game_calendar import DateRange

_RESOLVED = pl.col("player_id").is_not_null()


def build_all(
    dates: DateRange,
    *,
    event_games: pl.LazyFrame,
    games: pl.LazyFrame,
    players: pl.LazyFrame,
    odds_player_props: pl.LazyFrame | None = None,
    draftkings_player_props: pl.LazyFrame | None = None,
    bettingpros_player_props: pl.LazyFrame | None = None,
    **names: pl.LazyFrame | None,
) -> dict[str, pl.DataFrame]:
    """The three tables by full name: a spelling that resolves to exactly one player has a row in one of the first two,
    any other one in the third.

    Args:
        dates: the dates.
        event_games: ``conformed.event_games`` of the dates; spellings of events without a game are left to the events.
        games: ``conformed.games`` of the dates.
        players: ``conformed.players`` of the dates and the ``name_resolution.KNOWN_FOR_DAYS`` before them.
        odds_player_props: raw props of The Odds API.
        draftkings_player_props: raw props of DraftKings.
        bettingpros_player_props: raw props of BettingPros.
        names: the raw tables of ``source_players.NAMING_TABLES``, each under its name.
    """
    players = read_once(players.select("game_date", "player_id", "name_key", "team"))
    in_events = prop_players.judged(
        dates,
        event_games=event_games,
        games=games,
        players=players,
        odds_player_props=odds_player_props,
        draftkings_player_props=draftkings_player_props,
        bettingpros_player_props=bettingpros_player_props,
    ).collect()
    in_teams = source_players.judged(dates, players=players, **names).collect()
    refused = [
        name_resolution.unresolved(in_events.lazy(), players).with_columns(team=pl.lit(None, pl.String)),
        name_resolution.unresolved(in_teams.lazy(), players).with_columns(event_id=pl.lit(None, pl.String)),
    ]
    return {
        PROP_PLAYERS.full_name: in_events.filter(_RESOLVED).select(PROP_PLAYERS.schema.names()),
        SOURCE_PLAYERS.full_name: in_teams.filter(_RESOLVED).select(SOURCE_PLAYERS.schema.names()),
        UNRESOLVED_PLAYERS.full_name: pl.concat(frame.select(UNRESOLVED_PLAYERS.schema.names()) for frame in refused),
    }
