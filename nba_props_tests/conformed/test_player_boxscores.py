"""Box scores and who is who: opponent and site from the game, known only some time after it."""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from nba_props.conformed import player_boxscores, players
from nba_props.contracts.conformed import PLAYER_BOXSCORES, PLAYERS
from nba_props_tests.conformed.rows import DATES, DAY, TIP_OFF, accepted, box_line, box_scores, game, games

DELAY = timedelta(hours=6)


def build(*rows: dict[str, object], of: pl.LazyFrame | None = None) -> pl.DataFrame:
    told = games() if of is None else of
    return accepted(
        PLAYER_BOXSCORES,
        player_boxscores.build(DATES, nbac_player_boxscore=box_scores(*rows), games=told, delay=DELAY),
    )


def test_site_and_opponent_come_from_the_game_not_from_the_logs_wording() -> None:
    """At a neutral site the log writes '@' for both teams."""
    made = build(box_line(1, "CHI", matchup="CHI @ NYK"), box_line(2, "NYK", matchup="NYK @ CHI"))
    assert made.select("player_id", "opponent", "is_home").rows() == [(1, "NYK", True), (2, "CHI", False)]


def test_a_row_counts_as_known_a_set_time_after_the_tip_off_whenever_it_was_fetched() -> None:
    made = build(box_line(1, "CHI", fetched_at=TIP_OFF + timedelta(days=300)))
    assert made["knowable_at"].to_list() == [TIP_OFF + DELAY]


def test_rows_of_other_games_and_of_teams_that_do_not_play_in_it_are_left_out() -> None:
    strange = [
        box_line(2, "BOS"),
        box_line(3, "CHI", game_id="0012400001"),
        box_line(4, "CHI", game_date=DAY + timedelta(days=1)),
    ]
    assert build(box_line(1, "CHI"), *strange)["player_id"].to_list() == [1]


def test_a_player_is_who_the_later_of_two_games_says() -> None:
    two = games(game(game_id="0022400001"), game(game_id="0022400002", home_team="BOS", away_team="UTA"))
    rows = [
        box_line(1, "BOS", game_id="0022400002", player_name="Nikola Jokić"),
        box_line(1, "CHI", game_id="0022400001"),
    ]
    made = accepted(PLAYERS, players.build(DATES, nbac_player_boxscore=box_scores(*rows), games=two))
    assert made.select("player_id", "team", "name_key").rows() == [(1, "BOS", "nikola jokic")]


def test_players_of_games_that_do_not_count_are_left_out() -> None:
    preseason = box_scores(box_line(1, "CHI", game_id="0012400001"))
    assert players.build(DATES, nbac_player_boxscore=preseason, games=games()).is_empty()
