"""The planner: what is due to be collected now, computed from rules, games, what is stored and what was asked so far.

Everything follows from each game's own tip-off, so that midnight, daylight saving and noon games are nothing special.
It is pure: the same inputs and the same ``now`` give the same list. Nothing is remembered between ticks; a missed tick
is made good by the next one. A question is known by its path and query, so that the same one is never asked twice
within its interval, nor a past moment again once it was answered.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import polars as pl

from nba_props.game_calendar import game_date_of, season_of
from nba_props.operations.subjects import (
    CLOSING_LEAD,
    Game,
    Listed,
    Told,
    games_by_date,
    listed,
    past_moments,
    past_subjects,
    reports_of,
    subjects_of,
    subjects_of_today,
)
from nba_props.settings import Settings
from nba_props.upstreams.asking import Past, Per, Rule, Subject
from nba_props.upstreams.endpoint import Endpoint
from nba_props.upstreams.requests import Request

ROUTINE_AGE = timedelta(hours=24)
"""So long after tip-off a game that lacks something is routine; later its date is an old hole."""

CORRECTED_WITHIN = timedelta(days=7)
"""So long after the last time to look for corrections they are looked for, should nobody have done so in time."""

LATE_REPORT = timedelta(hours=2)
"""A report is looked for so long after its time; later it is left to the holes."""

ROUTINE, CLOSING, HOLE = "routine", "closing", "hole"

OF_THE_PRESENT = (Per.DAY, Per.TEAM)

QUESTIONS = pl.Schema(
    {
        "source": pl.String(),
        "endpoint": pl.String(),
        "question": pl.String(),
        "last_asked_at": pl.Datetime("us", "UTC"),
        "last_answered_at": pl.Datetime("us", "UTC"),
    }
)
"""What was asked so far: each question once, with the last time that it was asked and that it was answered."""


@dataclass(frozen=True)
class Due:
    """One thing to ask of an upstream now.

    Attributes:
        source: the upstream.
        endpoint: its endpoint, as in the registry.
        subject: what is asked about.
        reason: routine, closing (the last odds before tip-off) or hole (a past date that lacks something).
    """

    source: str
    endpoint: str
    subject: Subject
    reason: str


@dataclass(frozen=True)
class Known:
    """What planning looks at.

    Attributes:
        games: conformed.games of the dates around now and of the holes; may be empty.
        listings: raw tables that tell sources' own ids of games, by full name.
        complete: for each endpoint that is asked until complete the games that are final and stored.
        questions: what was asked so far, with the columns of ``QUESTIONS``.
        holes: past game dates and the tables that lack something there (game_date, table).
        told: of each source and game that it told lines of, when.
        scarce: sources of whose quota so little is left that only closing lines are asked for.
        spent: sources of whose quota nothing is left, so that only what is free is asked for, which tells of a new one.
    """

    games: pl.DataFrame
    questions: pl.DataFrame
    holes: pl.DataFrame
    listings: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    complete: Mapping[Endpoint, Collection[str]] = field(default_factory=dict)
    told: Mapping[tuple[str, str], Told] = field(default_factory=dict)
    scarce: Collection[str] = ()
    spent: Collection[str] = ()


def plan(settings: Settings, now: datetime, endpoints: Sequence[Endpoint], known: Known) -> list[Due]:
    """What to collect now: closing lines, the routine by endpoint, date and game, then old holes, newest first.

    ``settings`` hold intervals and keys; an endpoint whose key is not set is never due.
    """
    planner = _Planner(settings, now, known)
    asked = [endpoint for endpoint in endpoints if planner.may_ask(endpoint)]
    routine = [due for endpoint in asked for due in (*planner.routine(endpoint), *planner.corrected(endpoint))]
    routine.sort(key=lambda due: due.reason != CLOSING)
    return [*routine, *planner.swept(asked, {_asked_about(due) for due in routine})]


class _Planner:
    """One tick: rules are read against one set of inputs and one ``now``."""

    def __init__(self, settings: Settings, now: datetime, known: Known) -> None:
        self._settings, self._now, self._known = settings, now, known
        self._today = game_date_of(now)
        self._games = games_by_date(known.games)
        self._listed: dict[str, Listed] = {}
        self._asked = {tuple(row[:3]): (row[3], row[4]) for row in known.questions.select(QUESTIONS.names()).rows()}
        self._planned: set[tuple[str, str, str]] = set()

    def may_ask(self, endpoint: Endpoint) -> bool:
        """Whether the endpoint is one that is asked, and its key is there."""
        rule = endpoint.rule
        if not isinstance(rule, Rule) or rule.per is Per.NEVER:
            return False
        return rule.key is None or getattr(self._settings, rule.key) is not None

    def routine(self, endpoint: Endpoint) -> Iterator[Due]:
        """What is due of an endpoint as things run."""
        rule = _rule(endpoint)
        for reason, subject, tip_off_at in self._routine_subjects(endpoint, rule):
            if self._is_spared(endpoint, rule, reason):
                continue
            question = self._question(endpoint, subject)
            asked_at, answered_at = self._asked.get(question, (None, None))
            if question in self._planned or (answered_at is not None and subject.at is not None):
                continue
            if asked_at is not None and self._now - asked_at < self._wait(rule, asked_at, answered_at):
                continue
            if rule.is_closing_line and self._waits_for_closing(rule, tip_off_at, asked_at):
                continue
            self._planned.add(question)
            yield Due(endpoint.source, endpoint.name, subject, reason)

    def _routine_subjects(self, endpoint: Endpoint, rule: Rule) -> Iterator[tuple[str, Subject, datetime | None]]:
        if rule.per in OF_THE_PRESENT:
            yield from ((ROUTINE, subject, None) for subject in subjects_of_today(rule, self._today))
            return
        if rule.per is Per.SEASON:
            yield ROUTINE, Subject(game_date=self._today, today=self._today), None
            return
        ids = self._ids(rule)
        for games in self._games.values():
            if rule.per is Per.REPORT:
                recent = (each for each in reports_of(rule, games, self._today) if self._is_recent(each))
                yield from ((ROUTINE, subject, None) for subject in recent)
                continue
            chosen = self._open_games(endpoint, rule, games)
            groups = [[game] for game in chosen] if rule.per is Per.GAME else [chosen] if chosen else []
            for group in groups:
                tip_off_at = group[0].tip_off_at
                reason = CLOSING if rule.is_closing_line and self._closes(rule, tip_off_at) else ROUTINE
                for subject in subjects_of(rule, group, self._today, ids):
                    yield reason, subject, tip_off_at

    def _open_games(self, endpoint: Endpoint, rule: Rule, games: Sequence[Game]) -> list[Game]:
        """Games of a date that are in the window of a rule; of a whole date all, as long as any of them is."""
        first = min(game.tip_off_at for game in games)
        last = max(game.tip_off_at for game in games)
        if rule.per is not Per.DATE or rule.until_complete:
            chosen = [game for game in games if self._is_open(endpoint, rule, game, first)]
            return list(games) if chosen and rule.per is Per.DATE else chosen
        has_more = rule.closes > timedelta(0) or any(self._is_to_come(game) for game in games)
        return list(games) if has_more and first + rule.opens <= self._now < last + rule.closes else []

    def _is_open(self, endpoint: Endpoint, rule: Rule, game: Game, first: datetime) -> bool:
        opens_at = first + rule.opens if rule.opens < timedelta(0) else game.tip_off_at + rule.opens
        stays_open = ROUTINE_AGE if rule.until_complete else rule.closes
        if not opens_at <= self._now < game.tip_off_at + stays_open:
            return False
        if rule.until_complete:
            return game.game_id not in self._known.complete.get(endpoint, ())
        return rule.closes > timedelta(0) or self._is_to_come(game)

    def _is_to_come(self, game: Game) -> bool:
        return game.status == "scheduled" and game.tip_off_at > self._now

    def corrected(self, endpoint: Endpoint) -> Iterator[Due]:
        """What was complete and may have been corrected since: answers that are older than the time to look again."""
        rule = _rule(endpoint)
        for games in self._games.values():
            groups = [[game] for game in games] if rule.per is Per.GAME else [games]
            for group in groups:
                since = self._looked_at_again(endpoint, rule, group)
                for subject in subjects_of(rule, group, self._today, self._ids(rule)) if since is not None else ():
                    question = self._question(endpoint, subject)
                    asked_at, answered_at = self._asked.get(question, (None, None))
                    is_old = asked_at is not None and answered_at is not None and answered_at < since
                    if not is_old or question in self._planned:
                        continue
                    if asked_at >= since and self._now - asked_at < self._interval("sweep_interval_minutes"):
                        continue
                    self._planned.add(question)
                    yield Due(endpoint.source, endpoint.name, subject, ROUTINE)

    def _looked_at_again(self, endpoint: Endpoint, rule: Rule, group: Sequence[Game]) -> datetime | None:
        """Since when games that are all complete are to be read again; None if they are not, or not any more."""
        done = self._known.complete.get(endpoint, ())
        if not rule.corrected_after or any(game.game_id not in done for game in group):
            return None
        last = max(game.tip_off_at for game in group)
        if self._now >= last + rule.corrected_after[-1] + CORRECTED_WITHIN:
            return None
        return max((moment for after in rule.corrected_after if (moment := last + after) <= self._now), default=None)

    def swept(self, endpoints: Sequence[Endpoint], already: Collection[tuple[str, str, Subject]]) -> Iterator[Due]:
        """Old holes, newest first: of each source so many dates as one tick may ask about.

        So a source of which nothing can be had for now does not keep the holes of others waiting.
        """
        lacking: dict[date, set[str]] = {}
        past = self._known.holes.filter(pl.col("game_date") < self._today).select("game_date", "table").rows()
        for day, table in sorted({*past, *self._half_told(endpoints)}, reverse=True):
            lacking.setdefault(day, set()).add(table)
        seasons: set[tuple[Endpoint, str]] = set()
        left = dict.fromkeys((endpoint.source for endpoint in endpoints), self._settings.sweep_dates_per_tick)
        for day, tables in lacking.items():
            able = [endpoint for endpoint in endpoints if left[endpoint.source] > 0]
            if not able:
                return
            wanted = tables | self._unlisted(able, day, tables)
            feeding = [endpoint for endpoint in able if wanted & set(endpoint.tables)]
            due = [
                due
                for endpoint in feeding
                for due in self._hole(endpoint, day, seasons)
                if _asked_about(due) not in already
            ]
            yield from due
            for source in {each.source for each in due}:
                left[source] -= 1

    def _half_told(self, endpoints: Sequence[Endpoint]) -> Iterator[tuple[date, str]]:
        """Past dates on which lines of a game were told, but not as they opened or not as they closed."""
        for endpoint in (each for each in endpoints if _rule(each).is_closing_line):
            told = self._told_of(endpoint)
            for day, games in self._games.items():
                known = [game for game in games if game.game_id in told]
                if day < self._today and any(past_moments(_rule(endpoint), game, told[game.game_id]) for game in known):
                    yield day, endpoint.tables[0]

    def _told_of(self, endpoint: Endpoint) -> dict[str, Told]:
        return {game_id: told for (source, game_id), told in self._known.told.items() if source == endpoint.source}

    def _unlisted(self, endpoints: Sequence[Endpoint], day: date, tables: Collection[str]) -> set[str]:
        """Listings that lack a game of the date, where something that needs them is lacking."""
        rules = [_rule(endpoint) for endpoint in endpoints if set(tables) & set(endpoint.tables)]
        games = self._games.get(day, [])
        return {
            rule.listed_by.table
            for rule in rules
            if rule.listed_by is not None and any((day, game.pair) not in (self._ids(rule) or {}) for game in games)
        }

    def _hole(self, endpoint: Endpoint, day: date, seasons: set[tuple[Endpoint, str]]) -> Iterator[Due]:
        rule = _rule(endpoint)
        if rule.past is Past.NOTHING or self._is_spared(endpoint, rule, HOLE):
            return
        for subject in self._hole_subjects(endpoint, rule, day, seasons):
            asked_at, answered_at = self._asked.get(self._question(endpoint, subject), (None, None))
            has_rested = asked_at is None or self._now - asked_at >= self._interval("sweep_interval_minutes")
            if has_rested and (answered_at is None or subject.at is None):
                yield Due(endpoint.source, endpoint.name, subject, HOLE)

    def _hole_subjects(
        self, endpoint: Endpoint, rule: Rule, day: date, seasons: set[tuple[Endpoint, str]]
    ) -> Iterable[Subject]:
        if rule.per is Per.SEASON:
            is_first = (endpoint, season_of(day)) not in seasons
            seasons.add((endpoint, season_of(day)))
            return [Subject(game_date=day, today=self._today)] if is_first else []
        games = self._games.get(day, [])
        if rule.until_complete:
            done = self._known.complete.get(endpoint, ())
            games = [game for game in games if game.game_id not in done and self._now - game.tip_off_at >= ROUTINE_AGE]
        return past_subjects(rule, games, self._today, self._ids(rule), self._told_of(endpoint)) if games else []

    def _ids(self, rule: Rule) -> Listed | None:
        if rule.listed_by is None:
            return None
        name = rule.listed_by.table
        if name not in self._listed:
            self._listed[name] = listed(rule.listed_by, self._known.listings[name])
        return self._listed[name]

    def _is_recent(self, report: Subject) -> bool:
        assert report.at is not None
        return report.at <= self._now < report.at + LATE_REPORT

    def _is_spared(self, endpoint: Endpoint, rule: Rule, reason: str) -> bool:
        """Whether too little is left of the source's quota for this."""
        if endpoint.source not in (*self._known.scarce, *self._known.spent):
            return False
        if rule.is_free and reason == ROUTINE:
            return False
        return reason != CLOSING or endpoint.source in self._known.spent

    def _wait(self, rule: Rule, asked_at: datetime, answered_at: datetime | None) -> timedelta:
        """Least time until the same question is asked again; one that brought nothing is asked again sooner."""
        interval = self._interval(rule.every)
        has_failed = answered_at is None or answered_at < asked_at
        return min(interval, self._interval("failed_interval_minutes")) if has_failed else interval

    def _question(self, endpoint: Endpoint, subject: Subject) -> tuple[str, str, str]:
        return endpoint.source, endpoint.name, request_of(endpoint, subject, self._settings).question

    def _interval(self, setting: str) -> timedelta:
        return timedelta(minutes=getattr(self._settings, setting))

    def _closes(self, rule: Rule, tip_off_at: datetime) -> bool:
        return tip_off_at - self._closing_lead(rule) <= self._now

    def _closing_lead(self, rule: Rule) -> timedelta:
        """How long before tip-off the live closing snapshot is taken; always less than the interval."""
        return min(CLOSING_LEAD, self._interval(rule.every) / 2)

    def _waits_for_closing(self, rule: Rule, tip_off_at: datetime | None, asked_at: datetime | None) -> bool:
        """Whether odds asked now would leave no time to ask again shortly before tip-off.

        A game that was asked about recently then waits for its closing snapshot; any other is asked at once.
        """
        if tip_off_at is None or asked_at is None:
            return False
        interval, lead = self._interval(rule.every), self._closing_lead(rule)
        too_late_after = self._now + interval > tip_off_at - lead / 2
        return too_late_after and self._now < tip_off_at - lead and self._now - asked_at < 2 * interval


def request_of(endpoint: Endpoint, subject: Subject, settings: Settings) -> Request:
    """The request that a subject means.

    Raises:
        MissingKey: the endpoint needs a key that is not set.
        ValueError: the endpoint is not one that is asked.
    """
    if endpoint.request is None:
        raise ValueError(f"{endpoint.source} {endpoint.name} is not asked: its bodies are laid or imported")
    return endpoint.request(settings, subject)


def _asked_about(due: Due) -> tuple[str, str, Subject]:
    """Endpoint and subject: two sources may be asked about the same subject."""
    return due.source, due.endpoint, due.subject


def _rule(endpoint: Endpoint) -> Rule:
    assert isinstance(endpoint.rule, Rule)
    return endpoint.rule
