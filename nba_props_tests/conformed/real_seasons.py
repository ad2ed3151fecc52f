"""Conformed games and box scores of recorded seasons."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

import polars as pl

from nba_props.conformed import box_score_tables, games
from nba_props.game_calendar import DateRange
from nba_props.upstreams.registry import endpoint_of
from nba_props_tests.upstreams.exchanges import recorded

DELAY = timedelta(hours=6)


def parsed(name: str, table: str) -> pl.DataFrame:
    """The rows of a raw table that a recording of one endpoint fills."""
    payloads = recorded(name)
    endpoint = endpoint_of(payloads[0].url)
    assert endpoint is not None
    return endpoint.parse_many(payloads).frames[table]


@cache
def season_tables(season: str, dates: DateRange | None = None) -> dict[str, pl.DataFrame]:
    """games, player_boxscores and team_boxscores of a season, or of some of its dates."""
    dates = dates or DateRange(date(int(season[:4]), 8, 1), date(int(season[:4]) + 1, 7, 31))
    log = parsed(f"nba_com/leaguegamelog-{season}.warc.gz", "raw.nbac_player_boxscore").filter(dates.is_in()).lazy()
    schedule = parsed(f"nba_com/scheduleLeagueV2-{season}.warc.gz", "raw.nbac_schedule").lazy()
    slate = games.build(dates, nbac_schedule=schedule, nbac_player_boxscore=log)
    boxes = box_score_tables.build_all(dates, games=slate.lazy(), delay=DELAY, nbac_player_boxscore=log)
    tables = {name.removeprefix("conformed."): frame for name, frame in boxes.items()}
    return {"games": slate, **{name: tables[name] for name in ("player_boxscores", "team_boxscores")}}
