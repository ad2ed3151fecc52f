"""Rolling form of a real season: sampled rows against the slow recomputation, dates against their range."""

from __future__ import annotations

import json
import random
from collections import defaultdict
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from warcio.archiveiterator import ArchiveIterator

from nba_props.contracts.precompute import FEATURE_STORE
from nba_props.game_calendar import DateRange
from nba_props.settings import load_settings
from nba_props_tests.precompute.league import League, Row, game, made, played, same_bits
from nba_props_tests.precompute.recomputed import Recomputed, differences

REPOSITORY = Path(__file__).parents[2]
SEASON = DateRange(date(2025, 10, 21), date(2025, 12, 31))

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
    """The box scores of 2025-26; the home team is the first of the two, which matters to nothing that is tested."""
    folder = load_settings().recordings or REPOSITORY.parent / "shared" / "recordings"
    path = folder / "nba_com" / "leaguegamelog-2025-26.warc.gz"
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


def test_sampled_rows_of_a_real_season_are_what_the_contracts_say(season: League) -> None:
    tables, slow, chance = made(season, SEASON), Recomputed(season), random.Random(11)
    summaries = {(row["game_id"], row["player_id"]): row for row in tables["player_game_summary"].to_dicts()}
    for row in chance.sample(season.boxscores, 300):
        assert differences(summaries[row["game_id"], row["player_id"]], {**slow.summary(row)}) == []
    for row in tables["player_daily_cache"].sample(200, seed=11).to_dicts():
        expected = slow.player_day(row["player_id"], row["game_date"])
        assert expected is not None
        assert differences(row, expected) == []
    for row in tables["team_daily_cache"].sample(60, seed=11).to_dicts():
        assert differences(row, slow.team_day(row["team"], row["game_date"])) == []


def test_a_date_of_a_real_season_is_the_same_alone_and_in_its_season(season: League) -> None:
    whole = made(season, SEASON)
    FEATURE_STORE.require(whole["feature_store"])
    for day in (date(2025, 10, 21), date(2025, 11, 14), date(2025, 12, 31)):
        alone = made(season, DateRange.of(day))
        for name in ("player_daily_cache", "team_daily_cache", "feature_store"):
            assert same_bits(alone[name], whole[name].filter(DateRange.of(day).is_in()))
