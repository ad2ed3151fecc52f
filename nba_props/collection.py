"""Collecting on purpose: what a plan or a range of dates needs, asked of the upstreams in the order in which one answer
tells what to ask next."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import polars as pl

from nba_props.archive.store import Archive
from nba_props.conformed import games as conformed_games
from nba_props.contracts import raw
from nba_props.contracts.registry import table_named
from nba_props.game_calendar import Clock, DateRange, game_date_of, season_of
from nba_props.operations.planner import OF_THE_PRESENT, Due, request_of
from nba_props.operations.subjects import (
    Game,
    Listed,
    games_by_date,
    listed,
    past_subjects,
    subjects_of,
    subjects_of_today,
)
from nba_props.settings import Settings
from nba_props.upstreams import nba_com, nba_requests, odds_api, raw_tables
from nba_props.upstreams.asking import Past, Per, Rule, Subject
from nba_props.upstreams.client import Client
from nba_props.upstreams.collector import Collected, Collector
from nba_props.upstreams.endpoint import Endpoint
from nba_props.upstreams.registry import ENDPOINTS, UPSTREAMS, endpoint_named, endpoints_of_table
from nba_props.upstreams.requests import Request

BULK = (Per.SEASON, Per.SEASON_TYPE)
"""Rules whose endpoints tell many dates at once; they are collected season by season."""

Progress = Callable[[str, int, int], None]
"""Told what is collected, how many requests are done, and of how many."""


@dataclass(frozen=True)
class Upstreams:
    """What collecting needs: settings, archive, clock."""

    settings: Settings
    archive: Archive
    clock: Clock

    def collect(self, requests: Iterable[Request], deadline_seconds: float | None = None) -> Collected:
        """Make the requests with a client of their own; the deadline is that of the settings, if not given."""
        with Client(self.settings, self.clock) as client:
            return Collector(self.archive, client, self.clock).collect(requests, deadline_seconds)


def requests_of(due: Due, settings: Settings) -> Request:
    """The request that a planned item means."""
    return request_of(endpoint_named(due.source, due.endpoint), due.subject, settings)


def collect_range(
    upstreams: Upstreams,
    dates: DateRange,
    odds_dates: DateRange | None = None,
    detail_dates: DateRange | None = None,
    progress: Progress | None = None,
) -> list[Collected]:
    """Collect the dates: schedules and logs of box scores in bulk, then odds, then every other source.

    Args:
        upstreams: settings, archive, clock.
        dates: schedules and box-score logs are collected for these.
        odds_dates: odds are collected for these, all ``dates`` if not given; of past games as they opened and closed.
        detail_dates: every other source is collected for these; none if not given.
        progress: is told how far it is.
    """
    now = upstreams.clock()
    done = [_collect(upstreams, nba_com.SCHEDULE, _schedules(upstreams.settings, dates, now), progress)]
    games = _games(upstreams.archive, dates)
    logs = [endpoint for endpoint in _asked(upstreams.settings) if _rule(endpoint).per is Per.SEASON_TYPE]
    done += [_collect(upstreams, each, list(_logs(each, upstreams.settings, games, now)), progress) for each in logs]
    for endpoint in _asked(upstreams.settings):
        wanted = (odds_dates or dates) if endpoint in odds_api.UPSTREAM.endpoints else detail_dates
        if wanted is not None and _rule(endpoint).per not in BULK:
            requests = _requests(upstreams, endpoint, games, wanted, now)
            done.append(_collect(upstreams, endpoint, requests, progress))
    return done


def _asked(settings: Settings) -> list[Endpoint]:
    """Endpoints that can be asked with the keys there are; those that list games before those that need the list."""
    return [
        endpoint
        for endpoint in ENDPOINTS
        if isinstance(endpoint.rule, Rule)
        and endpoint.rule.per is not Per.NEVER
        and (endpoint.rule.key is None or getattr(settings, endpoint.rule.key) is not None)
    ]


def _rule(endpoint: Endpoint) -> Rule:
    assert isinstance(endpoint.rule, Rule)
    return endpoint.rule


def _collect(
    upstreams: Upstreams, endpoint: Endpoint, requests: Sequence[Request], progress: Progress | None
) -> Collected:
    what = f"{endpoint.source} {endpoint.name}"

    def told() -> Iterator[Request]:
        for number, request in enumerate(requests):
            if progress:
                progress(what, number, len(requests))
            yield request
        if progress:
            progress(what, len(requests), len(requests))

    return upstreams.collect(told(), deadline_seconds=math.inf)


def _schedules(settings: Settings, dates: DateRange, now: datetime) -> list[Request]:
    seasons = dict.fromkeys(season_of(day) for day in dates)
    today = game_date_of(now)
    return [nba_requests.schedule_request(settings, name, dates.last, today=today) for name in seasons]


def _games(archive: Archive, dates: DateRange) -> pl.DataFrame:
    """The games of the dates as the archived schedules tell them."""
    made = raw_tables.build(
        dates,
        {nba_com.SCHEDULE: list(archive.payloads(nba_com.SCHEDULE.source, nba_com.SCHEDULE.name, dates))},
        raw.NBAC_QUARANTINE,
    )
    return conformed_games.build(dates, nbac_schedule=made[raw.NBAC_SCHEDULE.full_name].lazy()).filter(
        pl.col("status") != "postponed"
    )


def _logs(endpoint: Endpoint, settings: Settings, games: pl.DataFrame, now: datetime) -> Iterator[Request]:
    """One request a season and kind of game, over the dates that have finished games."""
    over = games.filter(pl.col("tip_off_at") + _rule(endpoint).opens <= now)
    of = nba_requests.TEAMS if endpoint is nba_com.TEAM_BOX_SCORES else nba_requests.PLAYERS
    spans = (
        over.group_by("season", "game_type")
        .agg(pl.col("game_date").min().alias("first"), pl.col("game_date").max().alias("last"))
        .sort("season", "game_type")
    )
    for game_type, first, last in spans.select("game_type", "first", "last").iter_rows():
        season_type = nba_requests.SEASON_TYPES[game_type]
        yield nba_requests.box_score_request(settings, DateRange(first, last), season_type, of=of)


def _requests(
    upstreams: Upstreams, endpoint: Endpoint, games: pl.DataFrame, dates: DateRange, now: datetime
) -> list[Request]:
    rule, today = _rule(endpoint), game_date_of(now)
    if rule.per in OF_THE_PRESENT:
        subjects: Iterable[Subject] = subjects_of_today(rule, today) if today in dates else ()
    else:
        ids = _listed(upstreams.archive, rule, dates)
        by_date = games_by_date(games.filter(dates.is_in()))
        subjects = [each for day in by_date.values() for each in _of_date(rule, day, today, ids, now)]
    return [request_of(endpoint, subject, upstreams.settings) for subject in subjects]


def _of_date(rule: Rule, games: Sequence[Game], today: date, ids: Listed | None, now: datetime) -> Iterable[Subject]:
    """What a rule asks about games of one date: of games that are over as they were, of games to come as they are."""
    if rule.per is Per.REPORT:
        return [each for each in past_subjects(rule, games, today, ids) if each.at is not None and each.at <= now]
    first = min(game.tip_off_at for game in games)
    begun = [game for game in games if (first if rule.opens < timedelta(0) else game.tip_off_at) + rule.opens <= now]
    to_come = [game for game in begun if game.tip_off_at > now]
    if not begun or (rule.past is Past.NOTHING and not to_come):
        return []
    if rule.past is not Past.MOMENTS or (rule.per is Per.DATE and to_come):
        return subjects_of(rule, begun, today, ids)
    if rule.per is Per.DATE:
        return past_subjects(rule, begun[:1], today, ids)
    over = [game for game in begun if game.tip_off_at <= now]
    return [*past_subjects(rule, over, today, ids), *(subjects_of(rule, to_come, today, ids) if to_come else ())]


def _listed(archive: Archive, rule: Rule, dates: DateRange) -> Listed | None:
    """The ids of games that the archived listings of the dates tell."""
    if rule.listed_by is None:
        return None
    table = table_named(rule.listed_by.table)
    feeding = endpoints_of_table(table.full_name)
    quarantine = next(each.quarantine for each in UPSTREAMS if each.source == feeding[0].source)
    payloads = {each: list(archive.payloads(each.source, each.name, dates)) for each in feeding}
    return listed(rule.listed_by, raw_tables.build(dates, payloads, quarantine)[table.full_name])
