"""Conformed tables of games, and of which odds event is which game."""

from __future__ import annotations

import polars as pl

from nba_props.contracts import columns as c
from nba_props.contracts.conformed.provenance import line_source
from nba_props.contracts.table import Contract, Table
from nba_props.game_calendar import COUNTED_GAME_TYPES

GAME_STATUSES = ("scheduled", "in_progress", "final", "postponed")
_EXPECTED_STARTS = ("odds_events", "espn_scoreboard", "bdl_games", "bettingpros_events")


TIP_OFF_SOURCES = ("schedule", "scoreboard", *_EXPECTED_STARTS, "assumed")
UNRESOLVED_EVENT_REASONS = ("unknown team", "no such game on this date", "several such games on this date")


class Games(Contract):
    """Games that count: one row a game of the regular season, play-in, NBA Cup final or playoffs."""

    game_id: str = c.game_id()
    game_date: pl.Date = c.game_date()
    season: str = c.season()
    game_type: str = c.text("Kind of game.", isin=COUNTED_GAME_TYPES)
    status: str = c.text("A game with a whole box score is final, whatever the schedule says.", isin=GAME_STATUSES)
    tip_off_at: c.Moment = c.moment("Tip-off, as tip_off_source tells.")
    tip_off_source: str = c.text(
        "schedule, scoreboard: the league's time; another table: the start that it expects; assumed: noon in New York.",
        isin=TIP_OFF_SOURCES,
    )
    home_team: str = c.team("Tricode of the home team.")
    away_team: str = c.team("Tricode of the visiting team.")
    home_score: int = c.number("Final points of the home team.", nullable=True, ge=0)
    away_score: int = c.number("Final points of the visiting team.", nullable=True, ge=0)
    label: str = c.text("The league's label for the game.", nullable=True)


class EventGames(Contract):
    """Which game an odds event is: one row an event that matches a game by its teams and date."""

    source: str = line_source()
    event_id: str = c.text("The source's event id.")
    game_date: pl.Date = c.game_date()
    game_id: str = c.game_id()
    commence_at: c.Moment = c.moment("Start that the source last expected; the game's tip-off where it tells none.")


class UnresolvedEvents(Contract):
    """Odds events that match no game: listed with the reason, never dropped unseen."""

    source: str = line_source()
    event_id: str = c.text("The source's event id.")
    game_date: pl.Date = c.game_date()
    home_team_name: str = c.text("Home team as the source spells it.")
    away_team_name: str = c.text("Visiting team as the source spells it.")
    reason: str = c.text("Why it matches none.", isin=UNRESOLVED_EVENT_REASONS)


GAMES = Table("conformed", "games", Games, ("game_date", "game_id"))
EVENT_GAMES = Table("conformed", "event_games", EventGames, ("game_date", "source", "event_id"))
UNRESOLVED_EVENTS = Table("conformed", "unresolved_events", UnresolvedEvents, ("game_date", "source", "event_id"))

TABLES = (GAMES, EVENT_GAMES, UNRESOLVED_EVENTS)
