"""Collecting on purpose: what a plan or a range of dates needs, asked of the upstreams in the order in which one answer
tells what to ask next."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import polars as pl

from nba_props.archive.store import Archive
from nba_props.conformed import event_games
from nba_props.conformed import games as conformed_games
from nba_props.contracts import raw
from nba_props.game_calendar import Clock, DateRange, game_date_of, season_of
from nba_props.markets import GAME_LINE_MARKETS
from nba_props.operations.planner import BOX_SCORES, CLOSING_LEAD, EVENTS, SCHEDULE, Due
from nba_props.settings import Settings
from nba_props.upstreams import nba_com, odds_api, raw_tables
from nba_props.upstreams.client import Client
from nba_props.upstreams.collector import Collected, Collector
from nba_props.upstreams.requests import (
    PLAYER_PROP_KEYS,
    SEASON_TYPES,
    Request,
    box_score_request,
    event_odds_request,
    events_request,
    schedule_request,
)

EVENT_MARKETS = (*PLAYER_PROP_KEYS, *GAME_LINE_MARKETS)
"""Props and game lines of an event come in one answer."""

Progress = Callable[[str, int, int], None]
"""Told what is collected, how many requests are done, and of how many."""


@dataclass(frozen=True)
class Upstreams:
    """What collecting needs: settings, archive, clock."""

    settings: Settings
    archive: Archive
    clock: Clock

    def collect(self, requests: Iterable[Request]) -> Collected:
        """Make the requests with a client of their own."""
        with Client(self.settings, self.clock) as client:
            return Collector(self.archive, client, self.clock).collect(requests)


def requests_of(due: Due, settings: Settings) -> Request:
    """The request that a planned item means."""
    if due.endpoint == SCHEDULE:
        return schedule_request(settings, season_of(due.game_date), due.game_date, today=due.game_date)
    if due.endpoint == BOX_SCORES:
        return box_score_request(settings, DateRange.of(due.game_date), str(due.season_type))
    if due.endpoint == EVENTS:
        return events_request(settings, due.game_date, due.at)
    return event_odds_request(settings, str(due.event_id), due.game_date, EVENT_MARKETS, due.at)


def collect_range(
    upstreams: Upstreams, dates: DateRange, odds_dates: DateRange | None = None, progress: Progress | None = None
) -> list[Collected]:
    """Collect everything for the dates: schedules, box scores of games that are over, odds.

    Past games get an opening and a closing snapshot from the historical endpoint, games to come the odds of now.
    ``odds_dates`` narrows the odds; without a key there are none.
    """
    settings, now = upstreams.settings, upstreams.clock()
    seasons = list(dict.fromkeys(season_of(day) for day in dates))
    done = [
        _collect(
            upstreams,
            "schedule",
            [schedule_request(settings, name, dates.last, today=game_date_of(now)) for name in seasons],
            progress,
        )
    ]
    games = _games(upstreams.archive, dates)
    done.append(_collect(upstreams, "box scores", list(_box_scores(settings, games, now)), progress))
    if settings.odds_api_key is None:
        return done
    priced = games.filter((odds_dates or dates).is_in())
    done.append(_collect(upstreams, "odds events", list(_events(settings, priced, now)), progress))
    listed = _with_events(upstreams.archive, odds_dates or dates, priced)
    done.append(_collect(upstreams, "odds", list(_event_odds(settings, listed, now)), progress))
    return done


def _collect(upstreams: Upstreams, what: str, requests: Sequence[Request], progress: Progress | None) -> Collected:
    def told() -> Iterator[Request]:
        for number, request in enumerate(requests):
            if progress:
                progress(what, number, len(requests))
            yield request
        if progress:
            progress(what, len(requests), len(requests))

    return upstreams.collect(told())


def _games(archive: Archive, dates: DateRange) -> pl.DataFrame:
    made = raw_tables.build(
        dates,
        {nba_com.SCHEDULE: list(archive.payloads(nba_com.SOURCE, nba_com.SCHEDULE.name, dates))},
        raw.NBAC_QUARANTINE,
    )
    return conformed_games.build(
        dates,
        nbac_schedule=made[raw.NBAC_SCHEDULE.full_name].lazy(),
        nbac_player_boxscore=raw.NBAC_PLAYER_BOXSCORE.empty().lazy(),
        odds_events=raw.ODDS_EVENTS.empty().lazy(),
    ).filter(pl.col("status") != "postponed")


def _box_scores(settings: Settings, games: pl.DataFrame, now: datetime) -> Iterator[Request]:
    """One request a season and kind of game, over the dates that have finished games."""
    over = games.filter(pl.col("tip_off_at") + timedelta(minutes=settings.box_score_first_minutes) <= now)
    spans = (
        over.group_by("season", "game_type")
        .agg(pl.col("game_date").min().alias("first"), pl.col("game_date").max().alias("last"))
        .sort("season", "game_type")
    )
    for game_type, first, last in spans.select("game_type", "first", "last").iter_rows():
        yield box_score_request(settings, DateRange(first, last), SEASON_TYPES[game_type])


def _events(settings: Settings, games: pl.DataFrame, now: datetime) -> Iterator[Request]:
    """The events of each date: as listed at its first opening, or now where that is still to come."""
    opening = timedelta(hours=settings.odds_opening_hours)
    days = games.group_by("game_date").agg(pl.col("tip_off_at").min(), pl.col("tip_off_at").max().alias("last_tip_off"))
    for day, tip_off, last_tip_off in days.sort("game_date").iter_rows():
        if last_tip_off <= now:
            yield events_request(settings, day, tip_off - opening)
        elif tip_off - opening <= now:
            yield events_request(settings, day)


def _with_events(archive: Archive, dates: DateRange, games: pl.DataFrame) -> pl.DataFrame:
    payloads = list(archive.payloads(odds_api.SOURCE, odds_api.EVENTS.name, dates))
    made = raw_tables.build(dates, {odds_api.EVENTS: payloads}, raw.ODDS_QUARANTINE)
    events = event_games.build(dates, odds_events=made[raw.ODDS_EVENTS.full_name].lazy(), games=games.lazy())
    return games.join(events.select("game_id", "event_id"), on="game_id").sort("game_date", "game_id", "event_id")


def _event_odds(settings: Settings, listed: pl.DataFrame, now: datetime) -> Iterator[Request]:
    opening = timedelta(hours=settings.odds_opening_hours)
    for event_id, day, tip_off in listed.select("event_id", "game_date", "tip_off_at").iter_rows():
        if tip_off <= now:
            for moment in (tip_off - opening, tip_off - CLOSING_LEAD):
                yield event_odds_request(settings, event_id, day, EVENT_MARKETS, moment)
        elif tip_off - opening <= now:
            yield event_odds_request(settings, event_id, day, EVENT_MARKETS)
