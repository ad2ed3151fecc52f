"""Which player a spelling means: one set of rules for every source.

A spelling is resolved by the alias table, else among the players of the teams concerned by the exact name, a public
nickname, initial and last name where the source writes an initial, or the last name where it writes nothing else, else
by the exact name or a nickname anywhere in the league. A rule counts only if it leaves exactly one player; nothing is
guessed. A team's players are those whose latest row of ``conformed.players`` has them there. Likely players are ranked
for a person to decide.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from functools import cache
from importlib.resources import files

import polars as pl
from rapidfuzz import fuzz, process

from nba_props.conformed.inputs import read_once
from nba_props.conformed.player_names import initial_key, name_key, nickname_key, words_key
from nba_props.contracts.conformed import NAME_RULES

KNOWN_FOR_DAYS = 400
"""A player is known for so many days after he was last seen: longer than any off-season and most injuries."""

CANDIDATES_SHOWN = 3
_INITIAL = r"^[a-z] "


@cache
def aliases() -> pl.DataFrame:
    """The alias table: name keys that no rule could place, and the player that each one means."""
    path = files("nba_props.conformed") / "player_aliases.csv"
    return pl.read_csv(path.read_bytes(), schema={"name_key": pl.String, "player_id": pl.Int64})


def judged(spellings: pl.LazyFrame, players: pl.LazyFrame, spelling: Sequence[str]) -> pl.LazyFrame:
    """The spellings with ``player_id`` and ``matched_by``, null where no rule leaves one player, and ``is_ambiguous``.

    Args:
        spellings: ``game_date``, ``source_name``, ``teams`` (the list of teams that he may play for),
            ``may_be_last_name`` (whether the source writes last names alone) and what else names a spelling.
        players: ``conformed.players`` of the dates and the ``KNOWN_FOR_DAYS`` before them.
        spelling: the columns that name a spelling, in whose order the rows are returned.
    """
    key = name_key(pl.col("source_name"))
    spelt = read_once(spellings.with_columns(key.alias("key")).with_columns(*_keys("key")))
    known = _known(spelt, players)
    is_there = pl.col("team_of_player").is_in(pl.col("teams"))
    is_initial = pl.col("key").str.contains(_INITIAL)
    by_words = spelt.join(known, on=["game_date", "words"])
    by_nickname = spelt.join(known, on=["game_date", "nickname"])
    by_initial = spelt.filter(is_initial).join(known, on=["game_date", "initial"])
    by_last_name = (
        spelt.filter("may_be_last_name")
        .join(known, on=["game_date", "last_word"])
        .filter(pl.col("name_key").str.ends_with(pl.concat_str(pl.lit(" "), "key")))
    )
    by_alias = spelt.join(aliases().lazy(), left_on="key", right_on="name_key")
    matches = {
        "alias": by_alias,
        "roster": by_words.filter(is_there),
        "roster_nickname": by_nickname.filter(is_there),
        "roster_initial": by_initial.filter(is_there),
        "roster_last_name": by_last_name.filter(is_there),
        "league": by_words,
        "league_nickname": by_nickname,
    }
    told = spelt
    for rule in NAME_RULES:
        told = told.join(_only(matches[rule], rule, spelling), on=spelling, how="left", nulls_equal=True)
    rule_used = pl.coalesce(pl.when(_chosen(rule).is_not_null()).then(pl.lit(rule)) for rule in NAME_RULES)
    most = pl.max_horizontal(pl.col(f"{rule}_players").fill_null(0) for rule in NAME_RULES)
    return told.with_columns(
        pl.coalesce(_chosen(rule) for rule in NAME_RULES).alias("player_id"),
        rule_used.alias("matched_by"),
        most.gt(1).alias("is_ambiguous"),
    ).sort(spelling)


def unresolved(judged_spellings: pl.LazyFrame, players: pl.LazyFrame) -> pl.DataFrame:
    """The spellings that ``judged`` could not place, with ``reason`` and ranked ``candidates``, in their order."""
    refused = judged_spellings.filter(pl.col("player_id").is_null()).collect()
    known = _known(refused.lazy(), players).collect()
    reason = pl.when("is_ambiguous").then(pl.lit("ambiguous")).otherwise(pl.lit("unknown"))
    return refused.with_columns(
        reason.alias("reason"), pl.Series("candidates", _ranked_candidates(refused, known), dtype=pl.String)
    )


def _known(spellings: pl.LazyFrame, players: pl.LazyFrame) -> pl.LazyFrame:
    """Every player known on each date of the spellings: name and team of his latest row on or before it."""
    seen = read_once(players.select("player_id", "game_date", "name_key", "team").sort("game_date", "player_id"))
    days = spellings.select("game_date").unique()
    asked = days.join(seen.select("player_id").unique(), how="cross").sort("game_date", "player_id")
    keys = seen.select("name_key").unique().with_columns(*_keys("name_key"))
    return read_once(
        asked.join_asof(
            seen,
            on="game_date",
            by="player_id",
            tolerance=timedelta(days=KNOWN_FOR_DAYS),
            check_sortedness=False,
        )
        .drop_nulls("name_key")
        .rename({"team": "team_of_player"})
        .join(keys, on="name_key", maintain_order="left")
    )


def _keys(key: str) -> tuple[pl.Expr, ...]:
    told = pl.col(key)
    return (
        words_key(told).alias("words"),
        initial_key(told).alias("initial"),
        nickname_key(told).alias("nickname"),
        told.str.split(" ").list.last().alias("last_word"),
    )


def _only(candidates: pl.LazyFrame, rule: str, spelling: Sequence[str]) -> pl.LazyFrame:
    """For each spelling how many players the rule leaves, and the player if it is one."""
    return candidates.group_by(spelling).agg(
        pl.col("player_id").n_unique().alias(f"{rule}_players"), pl.col("player_id").first().alias(f"{rule}_player")
    )


def _chosen(rule: str) -> pl.Expr:
    return pl.when(pl.col(f"{rule}_players") == 1).then(pl.col(f"{rule}_player"))


def _ranked_candidates(refused: pl.DataFrame, known: pl.DataFrame) -> list[str]:
    """For each spelling the likeliest players of the date, as text: name (id, team)."""
    by_day = {
        key[0]: frame
        for key, frame in known.sort("game_date", "player_id").partition_by("game_date", as_dict=True).items()
    }
    names = {day: frame["name_key"].to_list() for day, frame in by_day.items()}
    ranked = []
    for day, key in refused.select("game_date", "key").iter_rows():
        best = process.extract(key, names.get(day, []), scorer=fuzz.token_sort_ratio, limit=CANDIDATES_SHOWN)
        told = [by_day[day].row(position, named=True) for _, _, position in best]
        ranked.append("; ".join(f"{row['name_key']} ({row['player_id']}, {row['team_of_player']})" for row in told))
    return ranked
