"""balldontlie's measures: advanced box scores, season averages, lists of leaders."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import polars as pl
import pytest

from nba_props.archive.payload import MalformedPayload
from nba_props.contracts.raw.balldontlie import NO_SEASON_TYPE
from nba_props.upstreams.balldontlie_measures import ADVANCED_STATISTICS, measure_asked
from nba_props.upstreams.endpoint import Parsed
from nba_props_tests.upstreams.balldontlie_parsing import (
    DAY,
    FETCHED_ON,
    OTHER,
    endpoint,
    parse,
    reasons,
    row,
    rows,
    stored,
)
from nba_props_tests.upstreams.examples_balldontlie import (
    AVERAGES_URL,
    BASE,
    URLS,
    advanced_line,
    averages,
    body,
    leader,
    player,
    team,
)
from nba_props_tests.upstreams.exchanges import FETCHED_AT, payload


def values(parsed: Parsed, column: str = "value") -> dict[tuple[str, str], Any]:
    return {(made["source_player_id"], made["statistic"]): made[column] for made in rows(parsed)}


def test_every_statistic_of_a_line_is_a_row_with_its_game_and_teams() -> None:
    parsed = parse("advanced_stats", body(advanced_line()))
    sent = {("115", name): float(advanced_line()[name]) for name in ADVANCED_STATISTICS}
    assert len(sent) == 15
    assert values(parsed) == sent
    made = rows(parsed)[0]
    assert (made["event_id"], made["game_date"], made["season"]) == ("15907925", DAY, "2024-25")
    assert (made["home_team"], made["away_team"], made["team"]) == ("CHI", "NYK", "NYK")
    assert made["player_name"] == "Jalen Brunson"


def test_a_line_of_zeros_is_of_a_player_who_did_not_play() -> None:
    zeros = dict.fromkeys(ADVANCED_STATISTICS, 0)
    nulls = dict.fromkeys(ADVANCED_STATISTICS)
    parsed = parse(
        "advanced_stats",
        body(advanced_line(**zeros), advanced_line(player=OTHER, **nulls), advanced_line(player=player(id=7), pie=0)),
    )
    told = values(parsed)
    assert {told[number, name] for number in ("115", "416") for name in ADVANCED_STATISTICS} == {None}
    assert (told["7", "pie"], told["7", "pace"]) == (0.0, 91.4)


def test_a_statistic_that_is_no_number_does_not_touch_the_others_of_its_line() -> None:
    parsed = parse("advanced_stats", body(advanced_line(pie="good", pace=1e300)))
    assert set(ADVANCED_STATISTICS) - {name for _, name in values(parsed)} == {"pie", "pace"}
    assert sorted(reasons(parsed)) == ["Expected `float | null`, got `str`", "impossible value: 1e+300"]
    assert "good" in parsed.rejects["row"].str.join("").item()
    assert parsed.rejects["game_date"].unique().to_list() == [DAY]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"team": team(1)}, "ATL does not play NYK at CHI"),
        ({"team": team(45)}, "unknown team: 45 BAL"),
        ({"game": {"id": None}}, "no id of the game"),
        ({"game": {"date": "soon"}}, "date is no date: soon"),
        ({"player": player(first_name="", last_name=None)}, "the player has no name"),
        ({"player": None}, "object"),
        ({"game": {"season": "now"}}, "int"),
    ],
)
def test_a_line_that_cannot_be_placed_is_refused_and_the_others_survive(changes: dict[str, Any], expected: str) -> None:
    parsed = parse("advanced_stats", body(advanced_line(**changes), advanced_line(player=OTHER)))
    assert {number for number, _ in values(parsed)} == {"416"}
    assert all(expected in reason for reason in reasons(parsed))
    assert parsed.rejects.height in (1, len(ADVANCED_STATISTICS))


@pytest.mark.parametrize("name", ["pace", "player", "game"])
def test_a_renamed_field_of_every_line_is_a_changed_format(name: str) -> None:
    sent = {("renamed" if key == name else key): value for key, value in advanced_line().items()}
    with pytest.raises(MalformedPayload, match="none of 1"):
        parse("advanced_stats", body(sent))
    assert len(rows(parse("advanced_stats", body(sent, advanced_line())))) == len(ADVANCED_STATISTICS)


def test_statistics_that_are_all_texts_are_a_changed_format() -> None:
    with pytest.raises(MalformedPayload, match="none of 15 statistics"):
        parse("advanced_stats", body(advanced_line(**dict.fromkeys(ADVANCED_STATISTICS, "0.1"))))


def test_advanced_statistics_speak_of_their_games_dates_and_the_newest_hold() -> None:
    first = payload(URLS["advanced_stats"], body(advanced_line(), advanced_line(player=OTHER, game={"id": 2})))
    assert endpoint("advanced_stats").covers(first).game_dates == (DAY,)
    by_game = payload(f"{BASE}/stats/advanced?game_ids[]=1", body(advanced_line(game={"date": "2025-01-05"})))
    assert endpoint("advanced_stats").covers(by_game).game_dates == (FETCHED_ON,)
    later = payload(URLS["advanced_stats"], body(advanced_line(pie=0.5)), fetched_at=FETCHED_AT + timedelta(hours=1))
    made = stored(later, first)["raw.bdl_player_measures"]
    assert made.height == 2 * len(ADVANCED_STATISTICS)
    assert made.filter(pl.col("statistic") == "pie").sort("source_player_id")["value"].to_list() == [0.5, 0.016]


# Season averages and leaders


def test_the_place_in_the_league_stands_beside_the_average_that_it_is_of() -> None:
    parsed = parse("season_averages", body(averages()))
    assert values(parsed) == {("115", "gp"): 65.0, ("115", "age"): 28.0, ("115", "pts"): 26.0}
    assert values(parsed, "rank") == {("115", "gp"): 190, ("115", "age"): None, ("115", "pts"): 8}
    made = rows(parsed)[0]
    assert (made["season"], made["season_type"], made["measure"]) == ("2024-25", "regular", "general/base")
    assert (made["game_date"], made["games_played"], made["team"]) == (FETCHED_ON, 65, None)


def test_a_place_without_its_statistic_is_a_statistic_of_its_own() -> None:
    told = values(parse("season_averages", body(averages(stats={"hustle_rank": 4}))))
    assert told["115", "hustle_rank"] == 4.0
    assert ("115", "pts_rank") not in told


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("general?type=base&season=2024", "general/base"),
        ("general?season=2024&type=usage", "general/usage"),
        ("hustle?season=2024", "hustle"),
        ("shooting?type=+", "shooting"),
    ],
)
def test_the_url_tells_which_averages_they_are(path: str, expected: str) -> None:
    url = f"{BASE}/season_averages/{path}"
    assert measure_asked(url) == expected
    assert {made["measure"] for made in rows(parse("season_averages", body(averages()), url))} == {expected}


def test_averages_without_games_or_value_are_kept_without_them() -> None:
    sent = averages(stats={"pts": None, "gp_rank": None})
    del sent["stats"]["gp"]
    parsed = parse("season_averages", body(sent))
    assert {made["games_played"] for made in rows(parsed)} == {None}
    assert values(parsed)["115", "pts"] is None
    assert values(parsed, "rank")["115", "pts"] == 8


@pytest.mark.parametrize(
    ("changes", "refused", "expected"),
    [
        ({"pts": "26"}, "pts", "Expected `float | null`, got `str`"),
        ({"pts": 1e9}, "pts", "impossible value"),
        ({"pts_rank": 0}, "pts", ">= 1"),
        ({"gp": -1.5, "gp_rank": "x"}, "gp", "str"),
        ({" ": 3}, " ", "a statistic without a name"),
    ],
)
def test_an_average_that_cannot_be_does_not_touch_the_others(
    changes: dict[str, Any], refused: str, expected: str
) -> None:
    parsed = parse("season_averages", body(averages(stats=changes)))
    assert {name for _, name in values(parsed)} == {"gp", "age", "pts"} - {refused}
    (reason,) = reasons(parsed)
    assert expected in reason


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"season_type": " "}, "no season type"),
        ({"season": 1900}, ">= 1946"),
        ({"stats": None}, "object"),
        ({"player": player(id=None)}, "int"),
        ({"player": player(team_id=45)}, "unknown team: 45"),
    ],
)
def test_a_player_whose_averages_cannot_be_placed_is_refused(changes: dict[str, Any], expected: str) -> None:
    bad = averages() | changes
    parsed = parse("season_averages", body(bad, averages(player=OTHER)))
    assert {number for number, _ in values(parsed)} == {"416"}
    assert all(expected in reason for reason in reasons(parsed))
    assert parsed.rejects.height in (1, 3)


def test_a_leader_is_stored_with_his_place_and_no_season_type() -> None:
    made = row("leaders", leader())
    assert (made["statistic"], made["value"], made["rank"], made["games_played"]) == ("reb", 12.8, 2, 72)
    assert (made["season"], made["season_type"], made["measure"]) == ("2024-25", NO_SEASON_TYPE, "leaders")
    assert (made["team"], made["game_date"]) == ("NYK", FETCHED_ON)
    bare = row("leaders", leader(value=None, rank=None, games_played=None, player=player()))
    assert [bare[name] for name in ("value", "rank", "games_played", "team")] == [None] * 4


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"value": "12.8"}, "float"),
        ({"value": -1e9}, "impossible value"),
        ({"rank": 0}, ">= 1"),
        ({"games_played": 1000}, "<= 999"),
        ({"stat_type": ""}, "a statistic without a name"),
        ({"player": player(team_id=45)}, "unknown team: 45"),
        ({"player": player(first_name=None, last_name=" ")}, "no name"),
    ],
)
def test_a_leader_that_cannot_be_is_refused_and_the_others_survive(changes: dict[str, Any], expected: str) -> None:
    parsed = parse("leaders", {"data": [leader(**changes), leader(player=OTHER)]})
    assert [made["source_player_id"] for made in rows(parsed)] == ["416"]
    (reason,) = reasons(parsed)
    assert expected in reason


@pytest.mark.parametrize(("name", "sent"), [("leaders", leader()), ("season_averages", averages())])
def test_a_renamed_field_of_a_season_is_a_changed_format(name: str, sent: dict[str, Any]) -> None:
    for field in sent:
        renamed = {("renamed" if key == field else key): value for key, value in sent.items()}
        with pytest.raises(MalformedPayload, match="none of 1"):
            parse(name, body(renamed))


def test_both_lists_fill_one_table_beside_each_other_and_the_newest_of_a_day_hold() -> None:
    other_type = AVERAGES_URL.replace("type=base", "type=usage")
    later = FETCHED_AT + timedelta(hours=1)
    made = stored(
        payload(AVERAGES_URL, body(averages(stats={"pts": 27})), fetched_at=later),
        payload(AVERAGES_URL, body(averages())),
        payload(other_type, body(averages())),
        payload(URLS["leaders"], {"data": [leader(stat_type="pts", value=25.9)]}),
    )["raw.bdl_season_measures"]
    points = made.filter(pl.col("statistic") == "pts").select("measure", "value")
    assert dict(points.iter_rows()) == {"general/base": 27.0, "general/usage": 26.0, "leaders": 25.9}
    assert made.height == 3 + 3 + 1
