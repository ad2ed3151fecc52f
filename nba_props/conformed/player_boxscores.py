"""conformed.player_boxscores and conformed.did_not_play: one box score of each game, from the sources in their order.

The first source that has nine tenths of a game's minutes for both teams is the game's; players whom it lacks are taken
from the others in order. Where no source has as much, every player is taken from the first that has him.
"""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from nba_props.conformed.box_rows import BOX, ORDER
from nba_props.conformed.box_wholeness import covered_boxes, sides
from nba_props.contracts.conformed import DID_NOT_PLAY, PLAYER_BOXSCORES
from nba_props.contracts.raw.nba_com import NBAC_PLAYER_BOXSCORE
from nba_props.game_calendar import DateRange

_GAME = ["game_date", "game_id"]
_PLAYER = [*_GAME, "player_id"]
_NAMES_BY_ID = sum(source == NBAC_PLAYER_BOXSCORE.full_name for source, _ in ORDER)
"""Sources before this rank tell the NBA's ids; no spelling can have been placed wrongly."""


def who_played(dates: DateRange, rows: pl.LazyFrame, *, games: pl.LazyFrame, delay: timedelta) -> pl.DataFrame:
    """Rows of conformed.player_boxscores from ``box_rows``.

    Site and opponent come from the game, not from a source's wording, which is the same for both at neutral sites.
    """
    played = _of_games(rows).filter(~pl.col("did_not_play"))
    return _with_game(dates, played, games, delay).select(PLAYER_BOXSCORES.schema.names()).collect()


def who_did_not(dates: DateRange, rows: pl.LazyFrame, *, games: pl.LazyFrame, delay: timedelta) -> pl.DataFrame:
    """Rows of conformed.did_not_play from ``box_rows``: players whom a source names and who are not in the game's box
    score.

    The first source that tells a reason counts, else the first that tells a kind, else the first that names him.
    """
    played = _of_games(rows).filter(~pl.col("did_not_play")).select(_PLAYER)
    absent = (
        rows.filter("did_not_play")
        .join(played, on=_PLAYER, how="anti")
        .sort(*_PLAYER, *(pl.col(name).is_null() for name in ("not_playing_reason", "not_playing_kind")), "rank")
        .unique(_PLAYER, keep="first", maintain_order=True)
        .with_columns(
            pl.coalesce("not_playing_kind", _kind()).alias("kind"), pl.col("not_playing_reason").alias("reason")
        )
    )
    return _with_game(dates, absent, games, delay).select(DID_NOT_PLAY.schema.names()).collect()


def _of_games(rows: pl.LazyFrame) -> pl.LazyFrame:
    """The row of each player that counts, did-not-play rows of the game's source included.

    Whom the game's source lacks is taken from another if that tells the NBA's ids or if the source's minutes of his
    team are not those of a whole game: else a name placed wrongly would put somebody into a game that is complete.
    """
    teams = sides(rows.filter(~pl.col("did_not_play")), BOX)
    covering = covered_boxes(teams, BOX).group_by(_GAME).agg(pl.col("rank").min().alias("base"))
    whole = teams.filter("is_whole").select(*_GAME, pl.col("rank").alias("base"), "team", "is_whole")
    may_fill = (pl.col("rank") < _NAMES_BY_ID) | pl.col("is_whole").is_null()
    return (
        rows.join(covering, on=_GAME, how="left")
        .join(whole, on=[*_GAME, "base", "team"], how="left")
        .filter((pl.col("rank") == pl.col("base")) | may_fill)
        .sort(*_PLAYER, pl.col("rank") != pl.col("base"), "rank", nulls_last=True)
        .unique(_PLAYER, keep="first", maintain_order=True)
    )


def _with_game(dates: DateRange, rows: pl.LazyFrame, games: pl.LazyFrame, delay: timedelta) -> pl.LazyFrame:
    sides = games.filter(dates.is_in()).select(
        *_GAME, "season", "game_type", "home_team", "away_team", (pl.col("tip_off_at") + delay).alias("knowable_at")
    )
    is_home = pl.col("team") == pl.col("home_team")
    return rows.join(sides, on=_GAME).with_columns(
        is_home.alias("is_home"), pl.when(is_home).then("away_team").otherwise("home_team").alias("opponent")
    )


def _kind() -> pl.Expr:
    """The kind of absence that a source's words name."""
    words = pl.col("not_playing_reason").str.to_uppercase()
    return (
        pl.when(words.str.contains(r"\bDNP\b|^DNP|DID NOT PLAY"))
        .then(pl.lit("DNP"))
        .when(words.str.contains(r"^DND|DID NOT DRESS"))
        .then(pl.lit("DND"))
        .when(words.str.contains(r"^NWT|NOT WITH TEAM|NOT_WITH_TEAM"))
        .then(pl.lit("NWT"))
        .when(words.str.contains("SUSPEN"))
        .then(pl.lit("suspended"))
        .when(words.str.contains("INACTIVE"))
        .then(pl.lit("inactive"))
    )
