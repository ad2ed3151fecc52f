"""The Cup's standings: marks, ranks, each team's games, and what is refused."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from nba_props.archive.payload import MalformedPayload
from nba_props.game_calendar import DateRange
from nba_props.upstreams import nba_archived, nba_com, raw_tables
from nba_props.upstreams.endpoint import Parsed
from nba_props_tests.upstreams.bodies_nba_archived import CUP_RETURN, CUP_URL, cup, cup_game, cup_team, other_cup_team
from nba_props_tests.upstreams.exchanges import FETCHED_AT, assert_keeps_contracts, payload

STANDINGS, GAMES = "raw.nbac_cup_standings", "raw.nbac_cup_games"


def parsed(body: Any) -> Parsed:
    result = nba_archived.CUP_STANDINGS.parse(payload(CUP_URL, body))
    assert_keeps_contracts(result)
    return result


def test_a_team_and_its_games_are_stored_under_the_date_of_fetching() -> None:
    frames = parsed(cup(cup_team(cup_game()))).frames
    team, game = frames[STANDINGS].row(0, named=True), frames[GAMES].row(0, named=True)
    assert (team["game_date"], team["season"], team["team"]) == (date(2025, 1, 5), "2024-25", "CHI")
    assert (team["clinch_mark"], team["has_clinched_group"], team["knockout_rank"]) == ("-o", False, None)
    assert team["snapshot_at"] == datetime(2025, 1, 5, 23, tzinfo=UTC)
    assert (game["opponent"], game["is_home"], game["won"], game["game_number"]) == ("NYK", True, True, 1)


def test_what_is_open_is_null() -> None:
    early = {"gameStatus": 1, "outcome": "", "opponentTeamAbbreviation": "", "location": ""}
    ranks = {"istGroupRank": None, "istWildcardRank": None, "pct": None, "clinchIndicator": " "}
    frames = parsed(cup(cup_team(cup_game(**early), **ranks), unixTimeStamp=None)).frames
    game, team = frames[GAMES].row(0, named=True), frames[STANDINGS].row(0, named=True)
    assert (game["won"], game["opponent"], game["is_home"]) == (None, None, None)
    assert [team[name] for name in ("group_rank", "wildcard_rank", "win_share", "clinch_mark", "snapshot_at")] == [
        None
    ] * 5


@pytest.mark.parametrize("stamp", [10**15, -(10**15), 0])
def test_a_stamp_that_is_no_time_of_a_season_is_none_or_a_time(stamp: int) -> None:
    told = parsed(cup(cup_team(), unixTimeStamp=stamp)).frames[STANDINGS]["snapshot_at"].item()
    assert told == (datetime(1970, 1, 1, tzinfo=UTC) if stamp == 0 else None)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"wins": -1}, "impossible wins: '-1'"),
        ({"wins": "1"}, "int"),
        ({"clinchedIstGroup": 2}, "neither 0 nor 1: has_clinched_group 2"),
        ({"conference": "North"}, "impossible conference: 'North'"),
        ({"istGroup": None}, "no cup_group"),
        ({"istGroupRank": 0}, "impossible group_rank: '0'"),
    ],
)
def test_a_standing_that_cannot_be_stored_is_refused_and_the_others_survive(
    changes: dict[str, Any], expected: str
) -> None:
    result = parsed(cup(cup_team(**changes), other_cup_team(cup_game(**CUP_RETURN))))
    assert result.frames[STANDINGS]["team"].to_list() == ["NYK"]
    (reason,) = result.rejects["reason"]
    assert expected in reason


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"gameId": "1022400474"}, "another league"),
        ({"gameId": "0022300474"}, "is not of the season 2024-25"),
        ({"opponentTeamAbbreviation": "RMD"}, "unknown team: RMD"),
        ({"opponentTeamAbbreviation": "CHI"}, "a game of CHI against itself"),
        ({"gameStatus": 9}, "impossible game_status: '9'"),
        ({"gameNumber": None}, "int"),
    ],
)
def test_a_game_that_cannot_be_stored_is_refused_and_the_others_survive(changes: dict[str, Any], expected: str) -> None:
    good = cup_game(gameId="0022400475")
    result = parsed(cup(cup_team(cup_game(**changes), good)))
    assert result.frames[GAMES]["game_id"].to_list() == ["0022400475"]
    assert result.frames[STANDINGS].height == 1
    (reason,) = result.rejects["reason"]
    assert expected in reason
    assert result.rejects["table"].to_list() == [GAMES]


def test_a_team_of_no_league_is_refused_with_its_games_and_so_is_another_league() -> None:
    result = parsed(cup(cup_team(cup_game(), teamId=5), other_cup_team(cup_game(**CUP_RETURN))))
    assert sorted(result.rejects["table"]) == [GAMES, STANDINGS]
    assert set(result.rejects["reason"]) == {"unknown team: 5 CHI"}
    other = parsed(cup(cup_team(cup_game()), leagueId="10"))
    assert set(other.rejects["reason"]) == {"another league than the NBA: 10"}
    assert other.rejects.height == 2
    season = parsed(cup(cup_team(), seasonYear="2024"))
    assert season.rejects["reason"].to_list() == ["impossible season: '2024'"]


def test_a_renamed_field_makes_the_body_malformed_and_an_added_one_does_not() -> None:
    assert parsed(cup(cup_team(cup_game(tv="ESPN"), mascot="bull"))).frames[GAMES].height == 1
    team, game = cup_team(), cup_game()
    team["points"] = team.pop("pts")
    game["id"] = game.pop("gameId")
    bodies: list[Any] = [cup(team), cup(cup_team(game)), {"leagueId": "00", "seasonYear": "2024-25"}, []]
    for body in bodies:
        with pytest.raises(MalformedPayload):
            parsed(body)


def test_no_teams_are_no_rows() -> None:
    for body in (cup(), cup(cup_team(games=None))):
        result = parsed(body)
        assert result.rejects.is_empty()
        assert result.frames[GAMES].is_empty()


def test_the_newest_standing_of_a_day_holds_and_each_day_has_its_own() -> None:
    moments = (FETCHED_AT + timedelta(minutes=9), FETCHED_AT, FETCHED_AT - timedelta(days=1))
    bodies = [
        payload(CUP_URL, cup(cup_team(cup_game(), wins=wins)), fetched_at=at)
        for wins, at in zip((3, 2, 1), moments, strict=True)
    ]
    dates = DateRange(date(2025, 1, 1), date(2025, 1, 31))
    made = raw_tables.build(dates, {nba_archived.CUP_STANDINGS: bodies}, nba_com.UPSTREAM.quarantine)
    assert made[STANDINGS].select("game_date", "wins").rows() == [(date(2025, 1, 4), 1), (date(2025, 1, 5), 3)]
    assert made[GAMES].height == 2
    assert nba_archived.CUP_STANDINGS.covers(bodies[2]).game_dates == (date(2025, 1, 4),)
