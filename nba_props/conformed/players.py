"""conformed.players and conformed.player_teams: who is who and who plays where, from all that names players.

Box scores, player lists and transactions of the NBA tell its ids. Rosters and lists of other sources tell names, which
are resolved against those ids. Of what is told of a player on one date the box score comes first, then the transaction,
then the lists.
"""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from nba_props.conformed import name_resolution
from nba_props.conformed.inputs import optional
from nba_props.conformed.name_resolution import KNOWN_FOR_DAYS
from nba_props.conformed.player_names import name_key
from nba_props.contracts.conformed import PLAYER_TEAMS, PLAYERS
from nba_props.contracts.raw.balldontlie import BDL_ACTIVE_PLAYERS
from nba_props.contracts.raw.basketball_reference import BR_ROSTERS
from nba_props.contracts.raw.espn import ESPN_ROSTERS
from nba_props.contracts.raw.nba_com import NBAC_PLAYER_BOXSCORE
from nba_props.contracts.raw.nba_league import NBAC_PLAYER_LIST, NBAC_PLAYER_MOVEMENT
from nba_props.game_calendar import DateRange

ARRIVALS = ("Signing", "Trade", "ContractConverted", "AwardOnWaivers")
"""Transactions after which a player belongs to the team that acted."""

_IDENTITY = ["game_date", "player_id", "player_name", "team", "source", "rank"]
_LISTS = (ESPN_ROSTERS, BDL_ACTIVE_PLAYERS, BR_ROSTERS)
_BOX_SCORE, _MOVEMENT, _PLAYER_LIST, _FIRST_LIST = range(4)
_BOX_SCORE_NAMES_FIRST = ("player_box_scores", "box_score_v3", "box_score_v2", "live_box_score")


def build(
    dates: DateRange,
    *,
    games: pl.LazyFrame,
    nbac_player_boxscore: pl.LazyFrame | None = None,
    nbac_player_list: pl.LazyFrame | None = None,
    nbac_player_movement: pl.LazyFrame | None = None,
    espn_rosters: pl.LazyFrame | None = None,
    bdl_active_players: pl.LazyFrame | None = None,
    br_rosters: pl.LazyFrame | None = None,
) -> pl.DataFrame:
    """One row a player and date on which a game that counts or a list has him.

    ``nbac_player_boxscore``, ``nbac_player_list`` and ``nbac_player_movement`` hold the dates and the
    ``KNOWN_FOR_DAYS`` before them, so that the names of the other lists and the ids of transactions can be placed. A
    player of two games on one date is where the later one has him.
    """
    known = dates.widened(before=KNOWN_FOR_DAYS)
    box = optional(nbac_player_boxscore, NBAC_PLAYER_BOXSCORE)
    counted = box.filter(dates.is_in()).join(games.filter(dates.is_in()).select("game_id"), on="game_id", how="semi")
    # Each of these is read several times below; as plans they would be planned and made anew for every reader.
    named = _made(
        pl.concat(
            [_of_box_scores(box.filter(known.is_in())), _of_list(optional(nbac_player_list, NBAC_PLAYER_LIST), known)]
        )
    )
    moved = _made(_of_movement(optional(nbac_player_movement, NBAC_PLAYER_MOVEMENT), named, known))
    identified = _made(_first_of_each(pl.concat([named, moved])))
    lists = zip(_LISTS, (espn_rosters, bdl_active_players, br_rosters), strict=True)
    told = [
        _of_box_scores(counted),
        named.filter(pl.col("rank") != _BOX_SCORE),
        moved,
        *(
            _of_names(optional(frame, table).filter(dates.is_in()), table.full_name, _FIRST_LIST + place, identified)
            for place, (table, frame) in enumerate(lists)
        ),
    ]
    made = _first_of_each(pl.concat(told).filter(dates.is_in()))
    return made.select(PLAYERS.schema.names()).collect()


def build_teams(dates: DateRange, *, players: pl.LazyFrame) -> pl.DataFrame:
    """Rows of conformed.player_teams: one a player and date on which his team is another than when he was last seen.

    ``players`` holds the dates and the ``KNOWN_FOR_DAYS`` before them; who was not seen for longer is new.
    """
    seen = players.filter(dates.widened(before=KNOWN_FOR_DAYS).is_in()).sort("player_id", "game_date")
    is_recent = pl.col("game_date") - pl.col("game_date").shift().over("player_id") <= timedelta(days=KNOWN_FOR_DAYS)
    before = pl.when(is_recent).then(pl.col("team").shift().over("player_id"))
    return (
        seen.with_columns(before.alias("team_before"))
        .filter(dates.is_in(), pl.col("team").ne_missing(pl.col("team_before")))
        .select(PLAYER_TEAMS.schema.names())
        .collect()
    )


def _made(plan: pl.LazyFrame) -> pl.LazyFrame:
    return plan.collect().lazy()


def _of_box_scores(box: pl.LazyFrame) -> pl.LazyFrame:
    order = pl.col("endpoint").replace_strict(
        {endpoint: -place for place, endpoint in enumerate(_BOX_SCORE_NAMES_FIRST)}, return_dtype=pl.Int64
    )
    return (
        box.sort("game_date", "player_id", "game_id", order)
        .unique(["game_date", "player_id"], keep="last", maintain_order=True)
        .with_columns(source=pl.lit(NBAC_PLAYER_BOXSCORE.full_name), rank=pl.lit(_BOX_SCORE))
        .select(_IDENTITY)
    )


def _of_list(players: pl.LazyFrame, dates: DateRange) -> pl.LazyFrame:
    return (
        players.filter(dates.is_in(), "is_on_roster", pl.col("team").is_not_null())
        .sort("game_date", "player_id", "endpoint")
        .unique(["game_date", "player_id"], keep="last", maintain_order=True)
        .with_columns(source=pl.lit(NBAC_PLAYER_LIST.full_name), rank=pl.lit(_PLAYER_LIST))
        .select(_IDENTITY)
    )


def _of_movement(movement: pl.LazyFrame, named: pl.LazyFrame, dates: DateRange) -> pl.LazyFrame:
    """Arrivals of players whose names are known; a transaction tells the id alone."""
    names = named.select("player_id", "game_date", "player_name").sort("game_date", "player_id", "player_name")
    arrived = (
        movement.filter(dates.is_in(), pl.col("transaction_type").is_in(ARRIVALS), pl.col("player_id").is_not_null())
        .sort("game_date", "player_id", "transaction_group", "team")
        .unique(["game_date", "player_id"], keep="last", maintain_order=True)
    )
    return (
        arrived.join_asof(
            names, on="game_date", by="player_id", tolerance=timedelta(days=KNOWN_FOR_DAYS), check_sortedness=False
        )
        .drop_nulls("player_name")
        .with_columns(source=pl.lit(NBAC_PLAYER_MOVEMENT.full_name), rank=pl.lit(_MOVEMENT))
        .select(_IDENTITY)
    )


def _of_names(listed: pl.LazyFrame, source: str, rank: int, identified: pl.LazyFrame) -> pl.LazyFrame:
    """Players of a list without the NBA's ids, under the name that the NBA gives them."""
    spelling = ["game_date", "team", "source_name"]
    spelt = (
        listed.filter(pl.col("team").is_not_null())
        .select("game_date", "team", pl.col("player_name").alias("source_name"), pl.concat_list("team").alias("teams"))
        .unique(spelling)
        .with_columns(may_be_last_name=pl.lit(False))
    )
    names = identified.select("game_date", "player_id", "player_name").sort("game_date", "player_id")
    return (
        name_resolution.judged(spelt, identified, spelling)
        .filter(pl.col("player_id").is_not_null())
        .sort("game_date", "player_id", "team", "source_name")
        .unique(["game_date", "player_id"], keep="first", maintain_order=True)
        .join_asof(names, on="game_date", by="player_id", check_sortedness=False)
        .with_columns(source=pl.lit(source), rank=pl.lit(rank))
        .select(_IDENTITY)
    )


def _first_of_each(told: pl.LazyFrame) -> pl.LazyFrame:
    return (
        told.sort("game_date", "player_id", "rank")
        .unique(["game_date", "player_id"], keep="first", maintain_order=True)
        .with_columns(name_key(pl.col("player_name")).alias("name_key"))
    )
