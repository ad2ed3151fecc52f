"""Conformed tables of a simulated league's first dates, made of its bodies: box scores, absences and shots."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

import msgspec
import polars as pl

from nba_props.archive.payload import Payload
from nba_props.conformed import box_score_tables, games, shots
from nba_props.game_calendar import DateRange
from nba_props.simulator.league import League
from nba_props.simulator.nba_box_score_bodies import box_score_v3
from nba_props.simulator.nba_live_play_bodies import actions_of, play_body
from nba_props.simulator.schedule_body import ScheduleBodies
from nba_props.upstreams.registry import endpoint_of
from nba_props_tests.upstreams.exchanges import CDN, SCHEDULE_URL, STATS, payload

DELAY = timedelta(hours=6)
DATES = DateRange(date(2024, 10, 22), date(2024, 10, 30))
"""Eight dates of games: every team plays several times."""

_LATER = 2_000_000_000
"""An epoch second at which every game is over."""


@cache
def raw() -> dict[str, pl.DataFrame]:
    """Rows of the raw tables of the dates, by table: schedule, box scores, play by play."""
    season = League(7, DATES.first, history_seasons=0).current
    played = [game for game, day in enumerate(season.dates) if day in DATES]
    sent = [payload(SCHEDULE_URL, msgspec.json.encode(ScheduleBodies(season).body(_LATER)))]
    for game in played:
        game_id = season.game_ids[game]
        box = msgspec.json.encode(box_score_v3(season, game, _LATER))
        plays = msgspec.json.encode(play_body(season, game, actions_of(season, game), _LATER))
        asked = f"{STATS}/stats/boxscoretraditionalv3?GameID={game_id}"
        sent.append(payload(asked, box))
        sent.append(payload(f"{CDN}/static/json/liveData/playbyplay/playbyplay_{game_id}.json", plays))
    return _parsed(sent, {season.game_ids[game]: season.dates[game] for game in played})


def _parsed(sent: list[Payload], days: dict[str, date]) -> dict[str, pl.DataFrame]:
    frames: dict[str, list[pl.DataFrame]] = {}
    for endpoint in dict.fromkeys(endpoint_of(one.url) for one in sent):
        assert endpoint is not None
        parsed = endpoint.parse_many([one for one in sent if endpoint_of(one.url) is endpoint])
        assert parsed.rejects.is_empty()
        for table, frame in parsed.frames.items():
            frames.setdefault(table.removeprefix("raw."), []).append(frame)
    # A box score of the stats API tells no date; it belongs to the one that it was asked for.
    day = pl.col("game_id").replace_strict(days, default=None, return_dtype=pl.Date)
    return {
        table: pl.concat(many).with_columns(pl.coalesce(day, "game_date").alias("game_date"))
        for table, many in frames.items()
    }


@cache
def conformed() -> dict[str, pl.DataFrame]:
    """games, player_boxscores, did_not_play, team_boxscores and shots of the dates."""
    told = {table: frame.lazy() for table, frame in raw().items()}
    box = told["nbac_player_boxscore"]
    slate = games.build(DATES, nbac_schedule=told["nbac_schedule"], nbac_player_boxscore=box)
    boxes = box_score_tables.build_all(
        DATES,
        games=slate.lazy(),
        delay=DELAY,
        nbac_player_boxscore=box,
        nbac_team_boxscore=told["nbac_team_boxscore"],
    )
    tables = {name.removeprefix("conformed."): frame for name, frame in boxes.items()}
    made = shots.build(
        DATES,
        games=slate.lazy(),
        player_boxscores=tables["player_boxscores"].lazy(),
        delay=DELAY,
        nbac_play_by_play=told["nbac_play_by_play"],
    )
    return {"games": slate, "shots": made, **tables}
