"""Requests of every endpoint that is asked, as its own rule makes them for some dates of a served league."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import httpx
import polars as pl

from nba_props.archive.payload import Payload
from nba_props.conformed import games as conformed_games
from nba_props.contracts import raw
from nba_props.game_calendar import DateRange, game_date_of
from nba_props.operations.planner import OF_THE_PRESENT, request_of
from nba_props.operations.subjects import Game, games_by_date, listed, past_subjects, subjects_of, subjects_of_today
from nba_props.settings import Settings
from nba_props.upstreams import nba_com
from nba_props.upstreams.asking import Per, Rule, Subject
from nba_props.upstreams.endpoint import Endpoint
from nba_props.upstreams.registry import ENDPOINTS, endpoints_of_table
from nba_props.upstreams.requests import Request

ASKED = tuple(each for each in ENDPOINTS if isinstance(each.rule, Rule) and each.rule.per is not Per.NEVER)


@dataclass
class Questions:
    """What can be asked of a league at a moment: about the games of that day and of so many days before."""

    settings: Settings
    now: datetime
    days_before: int = 1
    _games: dict[date, list[Game]] = field(default_factory=dict)

    @property
    def today(self) -> date:
        return game_date_of(self.now)

    def requests(self, endpoint: Endpoint, a_date: int = 1) -> list[Request]:
        """So many requests about each of the dates, in the order of the rule's own subjects."""
        by_date: dict[date, list[Subject]] = {}
        for subject in self.subjects(endpoint):
            by_date.setdefault(subject.game_date, []).append(subject)
        chosen = [subject for told in by_date.values() for subject in told[:a_date]]
        return [request_of(endpoint, subject, self.settings) for subject in chosen]

    def subjects(self, endpoint: Endpoint) -> list[Subject]:
        """What the endpoint's rule asks about; of reports those that are out."""
        rule = endpoint.rule
        assert isinstance(rule, Rule)
        if rule.per in OF_THE_PRESENT:
            return list(subjects_of_today(rule, self.today))
        ids = None
        if rule.listed_by is not None:
            listing = endpoints_of_table(rule.listed_by.table)[0]
            told = [self.rows(listing, rule.listed_by.table, each) for each in self.subjects(listing)]
            ids = listed(rule.listed_by, pl.concat(told))
        if rule.per is Per.REPORT:
            reports = [each for games in self.games().values() for each in past_subjects(rule, games, self.today, ids)]
            return [each for each in reports if each.at is not None and each.at <= self.now]
        return [each for games in self.games().values() for each in subjects_of(rule, games, self.today, ids)]

    def games(self) -> dict[date, list[Game]]:
        """The games of the dates, as the schedule tells them."""
        if not self._games:
            name = raw.NBAC_SCHEDULE.full_name
            schedule = self.rows(nba_com.SCHEDULE, name, Subject(self.today, self.today))
            dates = DateRange(self.today - timedelta(days=self.days_before), self.today)
            self._games = games_by_date(conformed_games.build(dates, nbac_schedule=schedule.lazy()))
        return self._games

    def rows(self, endpoint: Endpoint, table: str, subject: Subject) -> pl.DataFrame:
        """What the answer to one subject says, read by the endpoint's own parser."""
        return endpoint.parse(self.answer(request_of(endpoint, subject, self.settings))).frames[table]

    def answer(self, request: Request) -> Payload:
        """A request answered now."""
        secret = {name: value.get_secret_value() for name, value in request.secret_headers}
        response = httpx.get(request.url_with_secrets(), headers={**dict(request.headers), **secret})
        return Payload(
            "a" * 40, request.url, self.now, response.status_code, response.content, asked_for=request.game_date
        )


def of_source(source: str) -> Iterable[Endpoint]:
    """The endpoints of a source that are asked."""
    return (endpoint for endpoint in ASKED if endpoint.source == source)
