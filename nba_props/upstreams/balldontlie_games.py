"""balldontlie's games, into ``raw.bdl_games``. A payload row is a game."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from operator import attrgetter

import polars as pl
from msgspec import Struct

from nba_props.archive.payload import Payload
from nba_props.contracts.raw.balldontlie import BDL_GAMES
from nba_props.game_calendar import game_date_expression
from nba_props.upstreams.balldontlie_bodies import (
    FINAL,
    IN_PROGRESS,
    SCHEDULED,
    Count,
    Id,
    Layout,
    Page,
    Reader,
    Team,
    Year,
    dated_coverage,
    season_name,
    text_or_null,
    tricode,
    unknown_team,
)
from nba_props.upstreams.bodies import date_of, moment_of
from nba_props.upstreams.endpoint import Built, Coverage

MOST_PERIODS = 20


class Game(Struct, gc=False):
    """A game as the source lists it."""

    id: Id
    date: str
    season: Year
    status: str | None
    period: Count | None
    time: str | None
    postseason: bool
    home_team_score: Count | None
    visitor_team_score: Count | None
    home_team: Team
    visitor_team: Team
    datetime: str | None = None


READER = Reader(Game)


def decode_games(payload: Payload) -> Page[Game]:
    """The games of a list, or the one that was asked for.

    Raises:
        MalformedPayload: the body is no list of games, or not one of them is readable.
    """
    return READER.read(payload)


def build_games(pages: Sequence[tuple[Payload, Page[Game]]]) -> Built:
    """Rows and rejects of decoded games."""
    return LAYOUT.build(pages)


def games_coverage(payload: Payload) -> Coverage:
    """The dates of all its games and the one it was asked about."""
    return dated_coverage(payload, _dates)


def _dates(payload: Payload) -> list[date | None]:
    return [date_of(game.date) for game in decode_games(payload).rows]


def game_status() -> pl.Expr:
    """1 scheduled, 2 in progress or 3 final, by the columns ``status_text`` and ``period``."""
    is_final = pl.col("status_text").fill_null("").str.to_lowercase().str.starts_with("final")
    return (
        pl.when(is_final)
        .then(FINAL)
        .when(pl.col("period").fill_null(0) > 0)
        .then(IN_PROGRESS)
        .otherwise(SCHEDULED)
        .cast(pl.Int64)
    )


def _score(column: str) -> pl.Expr:
    return pl.when(pl.col("game_status") != SCHEDULED).then(column)


LAYOUT = Layout[Game](
    table=BDL_GAMES,
    told={
        "event_id": (lambda game: str(game.id), pl.String),
        "date": (attrgetter("date"), pl.String),
        "game_date": (lambda game: date_of(game.date), pl.Date),
        "season_year": (attrgetter("season"), pl.Int64),
        "status_text": (attrgetter("status"), pl.String),
        "period": (lambda game: game.period or 0, pl.Int64),
        "game_clock": (attrgetter("time"), pl.String),
        "is_postseason": (attrgetter("postseason"), pl.Boolean),
        "moment": (lambda game: moment_of(game.datetime), pl.Datetime("us", "UTC")),
        "home_team_id": (attrgetter("home_team.id"), pl.Int64),
        "home_abbreviation": (attrgetter("home_team.abbreviation"), pl.String),
        "away_team_id": (attrgetter("visitor_team.id"), pl.Int64),
        "away_abbreviation": (attrgetter("visitor_team.abbreviation"), pl.String),
        "home_told": (attrgetter("home_team_score"), pl.Int64),
        "away_told": (attrgetter("visitor_team_score"), pl.Int64),
    },
    derived=(
        {
            "season": season_name("season_year"),
            "status_text": text_or_null("status_text"),
            "game_clock": text_or_null("game_clock"),
            "home_team": tricode("home_team_id"),
            "away_team": tricode("away_team_id"),
            # An unknown tip-off is written as midnight; a real one falls on the game's own date in New York.
            "tip_off_at": pl.when(game_date_expression(pl.col("moment")) == pl.col("game_date")).then("moment"),
        },
        {
            "game_status": game_status(),
            "is_postponed": pl.col("status_text").fill_null("").str.contains(r"(?i)postponed|\bppd\b"),
        },
        {"home_score": _score("home_told"), "away_score": _score("away_told")},
    ),
    faults=(
        (pl.col("game_date").is_null(), pl.format("date is no date: {}", "date")),
        (pl.col("period") > MOST_PERIODS, pl.format("impossible period: {}", "period")),
        unknown_team("home_team", "home_team_id", "home_abbreviation"),
        unknown_team("away_team", "away_team_id", "away_abbreviation"),
        (pl.col("home_team") == pl.col("away_team"), "both teams are the same"),
    ),
)
