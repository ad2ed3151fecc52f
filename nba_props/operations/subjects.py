"""Subjects of a rule: what an endpoint is asked about, given the games of a date."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import polars as pl

from nba_props.teams import TRICODE_BY_NAME, TRICODES
from nba_props.upstreams.asking import Listing, Past, Per, Rule, Subject

CLOSING_LEAD = timedelta(minutes=5)
"""A closing snapshot is taken at most so long before tip-off, live and from a historical endpoint."""


CLOSED_WITHIN = timedelta(minutes=30)
"""Lines that a source told last so long before the tip-off, or longer, are not those that the game closed at."""


@dataclass(frozen=True)
class Told:
    """When a source first and last told lines of a game before its tip-off.

    Attributes:
        first_at: the first snapshot.
        last_at: the last one; it says nothing as long as the game's closing lines are not made.
        is_closed: whether they are, from whatever source, as they are once a game is final.
    """

    first_at: datetime
    last_at: datetime
    is_closed: bool = True


@dataclass(frozen=True)
class Game:
    """What planning needs to know of a game that is not postponed."""

    game_id: str
    game_date: date
    game_type: str
    status: str
    tip_off_at: datetime
    home_team: str
    away_team: str

    @property
    def pair(self) -> frozenset[str]:
        """Both teams, whichever is at home."""
        return frozenset((self.home_team, self.away_team))


Listed = Mapping[tuple[date, frozenset[str]], str]
"""A source's own id of the game of two teams on a date."""


def games_by_date(games: pl.DataFrame) -> dict[date, list[Game]]:
    """The games that are not postponed, by date, by tip-off."""
    played = games.filter(pl.col("status") != "postponed").sort("game_date", "tip_off_at", "game_id")
    names = ["game_id", "game_date", "game_type", "status", "tip_off_at", "home_team", "away_team"]
    found: dict[date, list[Game]] = {}
    for row in played.select(names).iter_rows(named=True):
        found.setdefault(row["game_date"], []).append(Game(**row))
    return found


def listed(listing: Listing, frame: pl.DataFrame) -> Listed:
    """The newest id that a source gave for each pair of teams and date."""
    named = "home_team_name" in frame.columns
    teams = [
        pl.col(f"{side}_team_name").replace_strict(TRICODE_BY_NAME, default=None, return_dtype=pl.String)
        if named
        else pl.col(f"{side}_team")
        for side in ("home", "away")
    ]
    rows = (
        frame.sort("fetched_at", listing.column)
        .select("game_date", teams[0].alias("home"), teams[1].alias("away"), pl.col(listing.column).cast(pl.String))
        .drop_nulls()
    )
    return {(day, frozenset((home, away))): found for day, home, away, found in rows.iter_rows()}


def subjects_of(rule: Rule, games: Sequence[Game], today: date, ids: Listed | None) -> Iterator[Subject]:
    """What a rule asks about for some games of one date; without an id where one is needed a game is left out."""
    day = games[0].game_date
    whole = Subject(game_date=day, today=today)
    if rule.per is Per.GAME:
        yield from _variants(rule, _of_games(games, today, ids))
    elif rule.per is Per.SEASON_TYPE:
        yield from (replace(whole, season_type=kind) for kind in sorted({game.game_type for game in games}))
    elif rule.per is Per.DATE:
        known = () if ids is None else tuple(ids[key] for game in games if (key := (day, game.pair)) in ids)
        if known or ids is None:
            yield from _variants(rule, [replace(whole, listed_ids=known)])
    elif rule.per is Per.SEASON:
        yield whole


def subjects_of_today(rule: Rule, today: date) -> Iterator[Subject]:
    """What a rule that looks at no games asks about."""
    whole = Subject(game_date=today, today=today)
    if rule.per is Per.TEAM:
        yield from (replace(whole, team=team) for team in TRICODES)
    else:
        yield from _variants(rule, [whole])


def reports_of(rule: Rule, games: Sequence[Game], today: date) -> Iterator[Subject]:
    """All reports of a date's games, by time."""
    assert rule.report_times is not None
    tip_offs = [game.tip_off_at for game in games]
    for moment in rule.report_times(min(tip_offs), max(tip_offs)):
        yield Subject(game_date=games[0].game_date, today=today, at=moment)


def past_moments(rule: Rule, game: Game, told: Told | None = None) -> tuple[datetime | None, ...]:
    """The moments at which a past game is asked about: as its lines opened and closed; None for the present.

    Of a game whose lines were told then, that moment is left out: first in the earlier half of the time that they were
    open, last within ``CLOSED_WITHIN``. A game that goes on after midnight, or whose end
    nobody has told yet, is judged when its closing lines are made.
    """
    if rule.past is not Past.MOMENTS:
        return (None,)
    opening, closing = game.tip_off_at + min(rule.opens, timedelta(0)), game.tip_off_at - CLOSING_LEAD
    if told is None:
        return (opening, closing)
    if not told.is_closed:
        return ()
    has_opened = told.first_at <= opening + (closing - opening) / 2
    has_closed = told.last_at > game.tip_off_at - CLOSED_WITHIN
    return (*(() if has_opened else (opening,)), *(() if has_closed else (closing,)))


def past_subjects(
    rule: Rule, games: Sequence[Game], today: date, ids: Listed | None, told: Mapping[str, Told] | None = None
) -> Iterator[Subject]:
    """What is asked to make good a past date, each question once; ``told`` has what is known of games, by id."""
    if rule.per is Per.REPORT:
        yield from _telling_reports(rule, games, today)
    elif rule.past is Past.SAME:
        yield from subjects_of(rule, games, today, ids)
    elif rule.past is Past.MOMENTS:
        asked = [
            replace(subject, at=moment)
            for game in games
            for moment in past_moments(rule, game, (told or {}).get(game.game_id))
            for subject in subjects_of(rule, [game], today, ids)
        ]
        yield from dict.fromkeys(asked)


def _of_games(games: Sequence[Game], today: date, ids: Listed | None) -> Iterator[Subject]:
    for game in games:
        found = () if ids is None else tuple(filter(None, [ids.get((game.game_date, game.pair))]))
        if found or ids is None:
            yield Subject(
                game_date=game.game_date,
                today=today,
                game_id=game.game_id,
                home_team=game.home_team,
                away_team=game.away_team,
                listed_ids=found,
            )


def _variants(rule: Rule, subjects: Iterator[Subject] | Sequence[Subject]) -> Iterator[Subject]:
    for subject in subjects:
        yield from (replace(subject, variant=name) for name in rule.variants) if rule.variants else [subject]


def _telling_reports(rule: Rule, games: Sequence[Game], today: date) -> Iterator[Subject]:
    """Of a past date's reports the first, and the last one before each tip-off: who was to play, as it became known."""
    reports = list(reports_of(rule, games, today))
    last = {max((each for each in reports if _told_before(each, game)), default=None, key=_when) for game in games}
    yield from sorted({*reports[:1], *(each for each in last if each is not None)}, key=_when)


def _told_before(report: Subject, game: Game) -> bool:
    return _when(report) < game.tip_off_at


def _when(report: Subject) -> datetime:
    assert report.at is not None
    return report.at
