"""conformed.prop_players and conformed.unresolved_players: which player a bookmaker's spelling means.

A spelling is resolved by the alias table, else by the exact name on either team's roster, else by initial and last
name on either roster where the source writes an initial, else by the exact name anywhere in the league. A rule counts
only if it leaves exactly one player; nothing is guessed. A roster is who last played for the team.
"""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from importlib.resources import files

import polars as pl
from rapidfuzz import fuzz, process

from nba_props.conformed.player_names import initial_key, name_key, words_key
from nba_props.game_calendar import DateRange

KNOWN_FOR_DAYS = 400
"""A player is known for so many days after his last game: longer than any off-season and most injuries."""

CANDIDATES_SHOWN = 3
_SPELLING = ["event_id", "game_date", "source_name"]
_RULES = ("alias", "roster", "roster_initial", "league")


@cache
def aliases() -> pl.DataFrame:
    """The alias table: name keys that no rule could place, and the player that each one means."""
    path = files("nba_props.conformed") / "player_aliases.csv"
    return pl.read_csv(path.read_bytes(), schema={"name_key": pl.String, "player_id": pl.Int64})


def build(
    dates: DateRange,
    *,
    odds_player_props: pl.LazyFrame,
    event_games: pl.LazyFrame,
    games: pl.LazyFrame,
    players: pl.LazyFrame,
) -> pl.DataFrame:
    """One row a spelling and event of a known game that resolves to exactly one player.

    ``players`` holds the dates and the ``KNOWN_FOR_DAYS`` before them.
    """
    return (
        _judged(dates, odds_player_props, event_games, games, players)
        .filter(pl.col("player_id").is_not_null())
        .select(*_SPELLING, "player_id", "matched_by")
        .collect()
    )


def build_unresolved(
    dates: DateRange,
    *,
    odds_player_props: pl.LazyFrame,
    event_games: pl.LazyFrame,
    games: pl.LazyFrame,
    players: pl.LazyFrame,
) -> pl.DataFrame:
    """One row a spelling and event of a known game that no rule could place, with ranked candidates."""
    unresolved = (
        _judged(dates, odds_player_props, event_games, games, players).filter(pl.col("player_id").is_null()).collect()
    )
    known = _known(unresolved.lazy().select("game_date").unique(), players).collect()
    return unresolved.select(
        *_SPELLING,
        pl.when("is_ambiguous").then(pl.lit("ambiguous")).otherwise(pl.lit("unknown")).alias("reason"),
        pl.Series("candidates", _ranked_candidates(unresolved, known), dtype=pl.String),
        "lines",
    )


def _judged(
    dates: DateRange,
    odds_player_props: pl.LazyFrame,
    event_games: pl.LazyFrame,
    games: pl.LazyFrame,
    players: pl.LazyFrame,
) -> pl.LazyFrame:
    spelt = _spellings(dates, odds_player_props, event_games, games)
    known = _known(spelt.select("game_date").unique(), players)
    on_roster = pl.col("team").is_in(pl.concat_list("home_team", "away_team"))
    by_words = spelt.join(known, on=["game_date", "words"])
    by_initial = spelt.filter(pl.col("key").str.contains(r"^[a-z] ")).join(known, on=["game_date", "initial"])
    by_alias = spelt.join(aliases().lazy(), left_on="key", right_on="name_key")
    matches = [
        _only(by_alias, "alias"),
        _only(by_words.filter(on_roster), "roster"),
        _only(by_initial.filter(on_roster), "roster_initial"),
        _only(by_words, "league"),
    ]
    judged = spelt
    for match in matches:
        judged = judged.join(match, on=_SPELLING, how="left")
    chosen = pl.coalesce(_chosen(rule) for rule in _RULES)
    rule_used = pl.coalesce(pl.when(_chosen(rule).is_not_null()).then(pl.lit(rule)) for rule in _RULES)
    return judged.with_columns(
        chosen.alias("player_id"),
        rule_used.alias("matched_by"),
        pl.max_horizontal(pl.col(f"{rule}_players").fill_null(0) for rule in _RULES).gt(1).alias("is_ambiguous"),
    ).sort(_SPELLING)


def _spellings(
    dates: DateRange, odds_player_props: pl.LazyFrame, event_games: pl.LazyFrame, games: pl.LazyFrame
) -> pl.LazyFrame:
    teams = games.filter(dates.is_in()).select("game_id", "home_team", "away_team")
    key = name_key(pl.col("source_name"))
    return (
        odds_player_props.filter(dates.is_in())
        .group_by("event_id", "game_date", pl.col("player_name").alias("source_name"))
        .agg(pl.len().cast(pl.Int64).alias("lines"))
        .join(
            event_games.filter(dates.is_in()).select("event_id", "game_date", "game_id"), on=["event_id", "game_date"]
        )
        .join(teams, on="game_id")
        .with_columns(key.alias("key"))
        .with_columns(words_key(pl.col("key")).alias("words"), initial_key(pl.col("key")).alias("initial"))
    )


def _known(days: pl.LazyFrame, players: pl.LazyFrame) -> pl.LazyFrame:
    """Every player known on each date: name and team of his last game on or before it."""
    seen = players.select("player_id", "game_date", "name_key", "team").sort("game_date", "player_id")
    asked = days.join(players.select("player_id").unique(), how="cross").sort("game_date", "player_id")
    return (
        asked.join_asof(
            seen,
            on="game_date",
            by="player_id",
            tolerance=timedelta(days=KNOWN_FOR_DAYS),
            check_sortedness=False,
        )
        .drop_nulls("name_key")
        .with_columns(words_key(pl.col("name_key")).alias("words"), initial_key(pl.col("name_key")).alias("initial"))
    )


def _only(candidates: pl.LazyFrame, rule: str) -> pl.LazyFrame:
    """For each spelling how many players the rule leaves, and the player if it is one."""
    return candidates.group_by(_SPELLING).agg(
        pl.col("player_id").n_unique().alias(f"{rule}_players"), pl.col("player_id").first().alias(f"{rule}_player")
    )


def _chosen(rule: str) -> pl.Expr:
    return pl.when(pl.col(f"{rule}_players") == 1).then(pl.col(f"{rule}_player"))


def _ranked_candidates(unresolved: pl.DataFrame, known: pl.DataFrame) -> list[str]:
    """For each spelling the likeliest players of the date, as text: name (id, team)."""
    by_day = {
        key[0]: frame
        for key, frame in known.sort("game_date", "player_id").partition_by("game_date", as_dict=True).items()
    }
    ranked = []
    for day, key in unresolved.select("game_date", "key").iter_rows():
        frame = by_day.get(day)
        names = frame["name_key"].to_list() if frame is not None else []
        best = process.extract(key, names, scorer=fuzz.token_sort_ratio, limit=CANDIDATES_SHOWN)
        told = [] if frame is None else [frame.row(position, named=True) for _, _, position in best]
        ranked.append("; ".join(f"{row['name_key']} ({row['player_id']}, {row['team']})" for row in told))
    return ranked
