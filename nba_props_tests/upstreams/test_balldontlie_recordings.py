"""Every genuine body of balldontlie that is asked for, counted and compared with plain JSON."""

from __future__ import annotations

import json
import unicodedata
from collections import Counter
from typing import Any

import polars as pl
import pytest

from nba_props.upstreams.balldontlie import UPSTREAM
from nba_props.upstreams.balldontlie_bodies import TRICODE_BY_TEAM_ID
from nba_props_tests.upstreams.balldontlie_reading import recorded, sample, stored
from nba_props_tests.upstreams.exchanges import recordings

BOX_SCORES = "raw.bdl_player_boxscores"
NAMES = {
    "min": "minutes", "pts": "points", "reb": "rebounds", "oreb": "offensive_rebounds", "dreb": "defensive_rebounds",
    "ast": "assists", "stl": "steals", "blk": "blocks", "turnover": "turnovers", "pf": "fouls",
    "fgm": "field_goals_made", "fga": "field_goals_attempted", "fg3m": "threes", "fg3a": "threes_attempted",
    "ftm": "free_throws_made", "fta": "free_throws_attempted",
}  # fmt: skip
LOG_NAMES = {"turnover": "TOV", **{name: name.upper() for name in NAMES if name not in ("min", "turnover")}}
ROWS_BY_URL = {
    "players/active": [100],
    "box_scores?date=2025-07-15": [0],
    "box_scores?date=2024-01-15": [384],
    "box_scores/live": [0],
    "games/18444564": [1],
    "games?dates[]=2025-02-20": [9],
    "player_injuries": [100, 2],
    "stats?game_ids[]=18444564": [30],
    "standings?season=2024": [30, 30],
}


def test_every_body_is_read_by_one_endpoint() -> None:
    assert len(sample()) == 19
    read = Counter(one.name for each in sample() for one in UPSTREAM.endpoints if one.recognises(each.url))
    assert read == {
        "games": 2, "stats": 1, "box_scores": 3, "active_players": 1, "player_injuries": 2, "standings": 2,
        "players": 2, "teams": 2, "advanced_stats": 1, "season_averages": 1, "leaders": 1, "odds": 1,
    }  # fmt: skip
    assert read.total() == len(sample())


@pytest.mark.parametrize("part", ROWS_BY_URL)
def test_every_row_is_stored(part: str) -> None:
    assert [stored(each).height for each, _ in recorded(part)] == ROWS_BY_URL[part]


def test_every_game_has_the_teams_scores_and_tip_off_that_were_sent() -> None:
    listed = recorded("games?")[0]
    single = recorded("games/")[0]
    for each, sent in (listed, (single[0], [single[1]])):
        made = stored(each).sort("event_id").rows(named=True)
        games = sorted(sent, key=lambda game: str(game["id"]))
        assert [
            (
                game["event_id"], str(game["game_date"]), game["home_team"], game["home_score"], game["away_team"],
                game["away_score"], game["period"], game["tip_off_at"].strftime("%Y-%m-%dT%H:%M:%S.000Z"),
            )
            for game in made
        ] == [
            (
                str(game["id"]), game["date"], game["home_team"]["abbreviation"], game["home_team_score"],
                game["visitor_team"]["abbreviation"], game["visitor_team_score"], game["period"], game["datetime"],
            )
            for game in games
        ]  # fmt: skip
        assert {game["game_status"] for game in made} == {3}


def sent_lines() -> list[tuple[pl.DataFrame, list[dict[str, Any]]]]:
    stats, sent_stats = recorded("stats?")[0]
    scores, games = recorded("box_scores?date=2024-01-15")[0]
    nested = [
        sent | {"team": game[side]} for game in games for side in ("home_team", "visitor_team")
        for sent in game[side]["players"]
    ]  # fmt: skip
    return [(stored(stats), sent_stats), (stored(scores), nested)]


def test_every_line_has_the_counts_that_were_sent_and_nothing_where_nothing_was_played() -> None:
    for frame, sent in sent_lines():
        expected = {}
        for line in sent:
            told = {ours: float(line[theirs]) for theirs, ours in NAMES.items()}
            played = any(told.values())
            expected[str(line["player"]["id"])] = (
                line["team"]["abbreviation"], not played, *(value if played else None for value in told.values()),
            )  # fmt: skip
        columns = ["team", "did_not_play", *NAMES.values()]
        assert {key: tuple(values) for key, *values in frame.select("source_player_id", *columns).rows()} == expected


def test_points_add_up_to_the_final_scores() -> None:
    frame = stored(recorded("box_scores?date=2024-01-15")[0][0])
    totals = dict(frame.group_by("team").agg(pl.col("points").sum()).rows())
    games = recorded("box_scores?date=2024-01-15")[0][1]
    assert totals == {
        game[side]["abbreviation"]: game[f"{side}_score"] for game in games for side in ("home_team", "visitor_team")
    }


def plain(name: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", name).casefold() if c.isalpha())


@pytest.mark.parametrize(("number", "season", "day"), [(0, "2024-25", "2025-06-22"), (1, "2023-24", "2024-01-15")])
def test_who_did_not_play_here_has_no_row_in_the_nbas_log_and_the_others_agree_with_theirs(
    number: int, season: str, day: str
) -> None:
    frame = sent_lines()[number][0].with_columns(
        key=pl.col("player_name").map_elements(plain, return_dtype=pl.String, skip_nulls=False)
    )
    log = {plain(row["PLAYER_NAME"]): row for row in nba_log(season, day)}
    idle = frame.filter("did_not_play")
    assert idle.height > 5
    assert not set(idle["key"]) & set(log)
    shared = [row for row in frame.filter(~pl.col("did_not_play")).rows(named=True) if row["key"] in log]
    assert len(shared) >= 0.97 * frame.filter(~pl.col("did_not_play")).height
    differences = sum(
        any(row[NAMES[theirs]] != log[row["key"]][name] for theirs, name in LOG_NAMES.items()) for row in shared
    )
    assert differences <= 0.05 * len(shared)
    assert all(abs(row["minutes"] - log[row["key"]]["MIN"]) <= 1 for row in shared)


def nba_log(season: str, day: str) -> list[dict[str, Any]]:
    iterator = pytest.importorskip("warcio.archiveiterator").ArchiveIterator
    found: list[dict[str, Any]] = []
    with (recordings() / "nba_com" / f"leaguegamelog-{season}.warc.gz").open("rb") as stream:
        for record in iterator(stream):
            url = record.rec_headers.get_header("WARC-Target-URI") or ""
            year, month, date = day.split("-")
            if f"DateFrom={month}/{date}/{year}" in url.replace("%2F", "/"):
                table = json.loads(record.content_stream().read())["resultSets"][0]
                found += [dict(zip(table["headers"], row, strict=True)) for row in table["rowSet"]]
    assert found
    return found


def test_active_players_have_the_names_and_teams_that_were_sent() -> None:
    each, sent = recorded("players/active")[0]
    assert stored(each).select("source_player_id", "player_name", "team", "draft_year").rows() == [
        (
            str(one["id"]), f"{one['first_name']} {one['last_name']}", one["team"]["abbreviation"], one["draft_year"],
        )
        for one in sent
    ]  # fmt: skip


def test_injuries_have_the_words_that_were_sent() -> None:
    teams = {one["id"]: one["abbreviation"] for one in recorded("teams")[-1][1]}
    for each, sent in recorded("player_injuries"):
        assert stored(each).select(
            "source_player_id", "team", "status", "expected_return", "description"
        ).rows() == [
            (
                str(one["player"]["id"]), teams[one["player"]["team_id"]], one["status"], one["return_date"],
                one["description"],
            )
            for one in sent
        ]  # fmt: skip


def test_standings_have_the_records_that_were_sent() -> None:
    for each, sent in recorded("standings"):
        frame = stored(each)
        assert frame["wins"].sum() == frame["losses"].sum() == 1230
        for kind in ("conference", "division", "home", "road"):
            written = pl.format("{}-{}", f"{kind}_wins", f"{kind}_losses")
            assert frame.select(written).to_series().to_list() == [one[f"{kind}_record"].strip() for one in sent]
        assert frame.select("team", "wins", "losses", "conference_rank").rows() == [
            (one["team"]["abbreviation"], one["wins"], one["losses"], one["conference_rank"]) for one in sent
        ]


def test_the_source_has_no_other_teams_of_today() -> None:
    teams = recorded("teams")[-1][1]
    assert {one["id"]: one["abbreviation"] for one in teams if one["conference"].strip()} == TRICODE_BY_TEAM_ID
