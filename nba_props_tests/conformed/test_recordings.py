"""Genuine recordings of several sources made one truth."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from functools import cache

import polars as pl

from nba_props.conformed import box_score_tables, event_games, games, name_tables, players, pregame_lines, prop_lines
from nba_props.contracts import conformed
from nba_props.game_calendar import DateRange
from nba_props.upstreams.registry import endpoint_of
from nba_props_tests.conformed.rows import accepted
from nba_props_tests.upstreams.exchanges import recorded

SEASON = DateRange(date(2025, 10, 21), date(2025, 12, 31))
FULL_SLATE = DateRange.of(date(2024, 1, 15))
DELAY = timedelta(hours=6)
CUP_FINAL = date(2025, 12, 16)
"""Its game is in no recording of the NBA."""


@cache
def raw(*recordings: str) -> dict[str, pl.LazyFrame]:
    """Rows of the raw tables that the recordings fill, by table."""
    parts: dict[str, list[pl.DataFrame]] = {}
    for name in recordings:
        payloads = recorded(name)
        for endpoint in dict.fromkeys(endpoint_of(payload.url) for payload in payloads):
            assert endpoint is not None
            own = [payload for payload in payloads if endpoint_of(payload.url) is endpoint]
            for table, frame in endpoint.parse_many(own).frames.items():
                parts.setdefault(table.removeprefix("raw."), []).append(frame)
    return {table: pl.concat(frames).lazy() for table, frames in parts.items()}


def logs(*seasons: str) -> list[str]:
    return [f"nba_com/leaguegamelog-{season}.warc.gz" for season in seasons]


def who_is_who(dates: DateRange, box_scores: pl.LazyFrame) -> pl.LazyFrame:
    """``conformed.players`` of the dates and of all box scores before them."""
    every_game = box_scores.select("game_id", "game_date").unique()
    return players.build(dates.widened(before=400), games=every_game, nbac_player_boxscore=box_scores).lazy()


def test_every_name_of_bettingpros_is_somebody_and_its_consensus_is_the_line_to_the_last_day() -> None:
    told = raw(
        "nba_com/scheduleLeagueV2-2025-26.warc.gz",
        *logs("2024-25", "2025-26"),
        "bettingpros/events-2025-26.warc.gz",
        "bettingpros/offers-points-2025-26.warc.gz",
    )
    slate = games.build(
        SEASON, nbac_schedule=told["nbac_schedule"], nbac_player_boxscore=told["nbac_player_boxscore"]
    ).lazy()
    events = {"bettingpros_events": told["bettingpros_events"], "games": slate}
    matched = accepted(conformed.EVENT_GAMES, event_games.build(SEASON, **events)).lazy()
    unmatched = accepted(conformed.UNRESOLVED_EVENTS, event_games.build_unresolved(SEASON, **events))
    assert unmatched["game_date"].to_list() == [CUP_FINAL]

    offers = {"bettingpros_player_props": told["bettingpros_player_props"]}
    known = who_is_who(SEASON, told["nbac_player_boxscore"])
    names = name_tables.build_all(SEASON, event_games=matched, games=slate, players=known, **offers)
    assert names[conformed.UNRESOLVED_PLAYERS.full_name].is_empty()
    resolved = names[conformed.PROP_PLAYERS.full_name]
    sent = told["bettingpros_player_props"].filter(pl.col("game_date") != CUP_FINAL)
    assert resolved.height == sent.select("event_id", "player_name").unique().collect().height

    lines = pregame_lines.pregame_lines(
        SEASON, prop_players=resolved.lazy(), event_games=matched, games=slate, greatest_hold=0.2, **offers
    )
    main = accepted(
        conformed.PROP_LINES, prop_lines.build(lines, now=datetime(2100, 1, 1, tzinfo=UTC), lead=timedelta(minutes=30))
    )
    assert main["bookmaker"].unique().to_list() == ["consensus"]
    consensus = accepted(conformed.PROP_CONSENSUS, prop_lines.build_consensus(main.lazy()))
    assert consensus.filter(kind="closing")["game_date"].max() == SEASON.last


def test_with_the_leagues_box_scores_gone_another_source_gives_every_player_the_same_points() -> None:
    told = raw(
        "nba_com/scheduleLeagueV2-2023-24.warc.gz",
        *logs("2022-23", "2023-24"),
        "samples/balldontlie.warc.gz",
        "samples/espn.warc.gz",
    )
    box = told["nbac_player_boxscore"]
    slate = games.build(FULL_SLATE, nbac_schedule=told["nbac_schedule"], nbac_player_boxscore=box).lazy()
    others = {name: told[name] for name in ("bdl_player_boxscores", "espn_boxscores")}
    names = name_tables.build_all(
        FULL_SLATE,
        event_games=conformed.EVENT_GAMES.empty().lazy(),
        games=slate,
        players=who_is_who(FULL_SLATE, box),
        **others,
    )
    spelt = names[conformed.SOURCE_PLAYERS.full_name].lazy()

    def made(tables: Iterable[str]) -> dict[str, pl.DataFrame]:
        chosen = {name: told[name] for name in tables}
        return box_score_tables.build_all(FULL_SLATE, games=slate, delay=DELAY, source_players=spelt, **chosen)

    player = ["game_id", "player_id"]
    alone = made(others)[conformed.PLAYER_BOXSCORES.full_name]
    every = made(["nbac_player_boxscore", *others])
    league = every[conformed.PLAYER_BOXSCORES.full_name]
    assert set(alone["source"]) == {"raw.bdl_player_boxscores"}
    assert set(league["source"]) == {"raw.nbac_player_boxscore"}
    assert alone.select(*player, "points").sort(player).equals(league.select(*player, "points").sort(player))

    apart = accepted(conformed.BOXSCORE_DISCREPANCIES, every[conformed.BOXSCORE_DISCREPANCIES.full_name])
    assert {"points", "threes", "free_throws_made"}.isdisjoint(apart["statistic"])
    capela = apart.filter(player_id=203991, statistic="rebounds")
    assert capela.select("value", "other_value").rows() == [(12.0, 11.0)]
