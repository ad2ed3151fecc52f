"""Rolling form of a real season: sampled rows against the slow recomputation, dates against their range."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from warcio.archiveiterator import ArchiveIterator

from nba_props.contracts.precompute import FEATURE_STORE
from nba_props.game_calendar import DateRange
from nba_props.precompute import player_daily_cache
from nba_props.settings import load_settings
from nba_props_tests.precompute.chain import made, made_of
from nba_props_tests.precompute.league import League, Row, game, played, same_bits
from nba_props_tests.precompute.recomputed import Recomputed, differences
from nba_props_tests.precompute.recomputed_features import Stored

REPOSITORY = Path(__file__).parents[2]
SEASON = DateRange(date(2024, 10, 22), date(2025, 6, 22))

COLUMNS = {
    "points": "PTS",
    "rebounds": "REB",
    "offensive_rebounds": "OREB",
    "defensive_rebounds": "DREB",
    "assists": "AST",
    "steals": "STL",
    "blocks": "BLK",
    "turnovers": "TOV",
    "fouls": "PF",
    "field_goals_made": "FGM",
    "field_goals_attempted": "FGA",
    "threes": "FG3M",
    "threes_attempted": "FG3A",
    "free_throws_made": "FTM",
    "free_throws_attempted": "FTA",
}


@pytest.fixture(scope="module")
def season() -> League:
    """The box scores of 2024-25; the home team is the first of the two, which matters to nothing that is tested."""
    folder = load_settings().recordings or REPOSITORY.parent / "shared" / "recordings"
    path = folder / "nba_com" / "leaguegamelog-2024-25.warc.gz"
    if not path.exists():
        pytest.skip(f"no recording {path}; set NBA_PROPS_RECORDINGS to the folder of recordings")
    by_game: dict[str, list[dict[str, Any]]] = defaultdict(list)
    with path.open("rb") as recording:
        for record in ArchiveIterator(recording):
            if record.rec_type == "response":
                table = json.loads(record.content_stream().read())["resultSets"][0]
                for values in table["rowSet"]:
                    row = dict(zip(table["headers"], values, strict=True))
                    by_game[row["GAME_ID"]].append(row)
    league = League()
    for game_id, rows in by_game.items():
        home, away = sorted({row["TEAM_ABBREVIATION"] for row in rows})
        of = game(game_id, date.fromisoformat(rows[0]["GAME_DATE"]), home, away)
        league.games.append(of)
        league.boxscores += [_played(of, row) for row in rows]
    return league


def _played(of: Row, row: dict[str, Any]) -> Row:
    counts = {name: row[column] for name, column in COLUMNS.items()}
    return played(of, row["PLAYER_ID"], row["TEAM_ABBREVIATION"], minutes=float(row["MIN"]), **counts)


@pytest.fixture(scope="module")
def tables(season: League) -> dict[str, pl.DataFrame]:
    """The tables of the whole season, made in one pass."""
    return made(season, SEASON)


@pytest.fixture(scope="module")
def slow(season: League) -> Recomputed:
    """The same season in plain Python."""
    return Recomputed(season)


def sampled(tables: dict[str, pl.DataFrame], name: str, rows: int = 500) -> list[Row]:
    """So many rows of a table."""
    return tables[name].sample(rows, seed=11).to_dicts()


def test_rolling_form_is_what_the_contract_says(tables: dict[str, pl.DataFrame], slow: Recomputed) -> None:
    for row in sampled(tables, "player_daily_cache"):
        expected = slow.player_day(row["player_id"], row["game_date"])
        assert expected is not None
        assert differences(row, expected) == []


def test_a_season_that_is_counted_within_sixty_days_is_noticed(season: League, slow: Recomputed) -> None:
    """Control: the same function over a history that is cut off, as the count of games once was."""
    day = date(2025, 3, 30)
    boxscores = season.frames()["player_boxscores"].filter(pl.col("game_date") >= day - timedelta(days=60))
    cut_off = player_daily_cache.build(DateRange.of(day), games=season.frames()["games"], player_boxscores=boxscores)
    rows = cut_off.sample(100, seed=11).to_dicts()
    told = [differences(row, slow.player_day(row["player_id"], day) or {}) for row in rows]
    noticed = sum(any("games_played_season" in difference for difference in each) for each in told)
    assert noticed > 0.8 * len(rows)


def test_team_form_is_what_the_contract_says(tables: dict[str, pl.DataFrame], slow: Recomputed) -> None:
    for row in sampled(tables, "team_daily_cache"):
        assert differences(row, slow.team_day(row["team"], row["game_date"])) == []


def test_history_against_the_opponent_is_what_the_contract_says(
    tables: dict[str, pl.DataFrame], slow: Recomputed
) -> None:
    for row in sampled(tables, "player_opponent_history"):
        expected = slow.against(row["player_id"], row["opponent"], row["game_date"])
        assert differences({name: row[name] for name in expected}, expected) == []


def test_priors_are_what_the_contract_says(tables: dict[str, pl.DataFrame], slow: Recomputed) -> None:
    for row in sampled(tables, "role_priors"):
        assert differences(row, slow.prior(row["role"], row["game_date"])) == []


def test_the_feature_store_is_what_the_contract_says(tables: dict[str, pl.DataFrame]) -> None:
    FEATURE_STORE.require(tables["feature_store"])
    some = pl.col("game_date").is_in([date(2024, 10, 25), date(2025, 1, 3), date(2025, 3, 30), date(2025, 5, 2)])
    stored = Stored({name: table.filter(some) for name, table in tables.items()})
    rows = tables["feature_store"].filter(some).to_dicts()
    assert len(rows) > 500
    for row in rows:
        expected = stored.feature_row((row["game_date"], row["game_id"], row["player_id"]))
        assert differences({name: row[name] for name in expected}, expected) == []


def test_a_date_of_a_real_season_is_the_same_alone_and_in_its_season(
    season: League, tables: dict[str, pl.DataFrame]
) -> None:
    conformed = {name: frame.collect().lazy() for name, frame in season.frames().items()}
    for day in (SEASON.first, date(2024, 11, 14), date(2025, 1, 3), date(2025, 4, 13), date(2025, 5, 2), SEASON.last):
        alone = made_of(conformed, DateRange.of(day))
        for name, table in tables.items():
            assert same_bits(alone[name], table.filter(DateRange.of(day).is_in())), name
