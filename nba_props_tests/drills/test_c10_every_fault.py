"""Every upstream meets every fault: each answer is classified as the rules say, no attempt breaks off, and once the
faults are over the tables are those of a world without them, value for value."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from nba_props.archive.payload import Payload
from nba_props.archive.store import Archive
from nba_props.game_calendar import DateRange, eastern_moment
from nba_props.settings import Settings
from nba_props.simulator import League
from nba_props.simulator.faults import Fault, Kind, added
from nba_props.upstreams import odds_api, raw_tables, sending, verdicts
from nba_props.upstreams.classification import classify
from nba_props.upstreams.client import Client
from nba_props.upstreams.collector import Collected, Collector
from nba_props.upstreams.endpoint import Endpoint
from nba_props.upstreams.registry import SOURCES, UPSTREAMS, endpoint_of
from nba_props.upstreams.requests import Request
from nba_props.upstreams.upstream import Upstream
from nba_props.upstreams.verdicts import Flaw
from nba_props_tests.drills.judging import facts, same_facts
from nba_props_tests.drills.platform import World, settings_of, world
from nba_props_tests.drills.questions import Questions, of_source

DAY = date(2025, 1, 9)
LEAGUE = League(seed=5, today=DAY, history_seasons=0)
NOW = eastern_moment(DAY, time(17, 30))
SEASON = DateRange(date(2024, 8, 1), date(2025, 7, 31))
ASKED_SOURCES = [source for source in SOURCES if list(of_source(source))]
TRUST = ssl.create_default_context()

RENAMED, ADDED = "a renamed field", "an added field"


@dataclass(frozen=True)
class Verdict:
    """What becomes of a request that always meets a fault, on two routes with two tries each.

    Attributes:
        outcome: what each try is recorded as.
        tries: how many there are.
        is_archived: whether what came is kept.
        is_quarantined: whether its parser refuses it.
    """

    outcome: str
    tries: int
    is_archived: bool = False
    is_quarantined: bool = False


VERDICTS = {
    Kind.FORBIDDEN.name: Verdict("blocked", 2),
    Kind.NOT_FOUND.name: Verdict("absent", 1),
    Kind.TOO_MANY.name: Verdict("retry later", 4),
    Kind.BROKEN.name: Verdict("retry later", 4),
    Kind.STALLED.name: Verdict("retry later", 2),
    Kind.HALF_CLOSED.name: Verdict("retry later", 4),
    Kind.TRUNCATED_GZIP.name: Verdict("malformed", 1, is_archived=True, is_quarantined=True),
    Kind.BOMB.name: Verdict("malformed", 1),
    Kind.HTML.name: Verdict("malformed", 2, is_archived=True, is_quarantined=True),
    Kind.EMPTY.name: Verdict("malformed", 4, is_archived=True, is_quarantined=True),
    RENAMED: Verdict("ok", 1, is_archived=True, is_quarantined=True),
    ADDED: Verdict("ok", 1, is_archived=True),
}
"""Of a stalled host each route is tried once here, as every try takes its whole time."""

A_PAGE_IS_WHAT_IS_ASKED_FOR = {("basketball_reference", Kind.HTML.name): replace(VERDICTS[RENAMED])}

RENAMED_FIELDS = {
    "nba_com schedule": b'"gameStatus":',
    "nba_com player_box_scores": b'"PTS"',
    "nba_com team_box_scores": b'"PTS"',
    "nba_com box_score_v3": b'"statistics":',
    "nba_com live_box_score": b'"statistics":',
    "nba_live scoreboard": b'"gameStatus":',
    "nba_live play_by_play": b'"actionType":',
    "nba_league player_list": b'"PERSON_ID"',
    "nba_league player_movement": b'"TRANSACTION_DATE":',
    "nba_league referee_assignments": b'"official1_code":',
    "nba_injury_report injury_report": b"%PDF",
    "nba_gamebook gamebook": b"%PDF",
    "odds_api events": b'"commence_time":',
    "odds_api event_odds": b'"price":',
    "bettingpros events": b'"scheduled":',
    "bettingpros offers": b'"selections":',
    "draftkings player_props": b'"selections":',
    "balldontlie games": b'"home_team":',
    "balldontlie stats": b'"pts":',
    "balldontlie box_scores": b'"players":',
    "balldontlie active_players": b'"first_name":',
    "balldontlie player_injuries": b'"status":',
    "balldontlie standings": b'"wins":',
    "espn scoreboard": b'"competitions":',
    "espn box_scores": b'"stats":',
    "espn rosters": b'"athletes":',
    "espn injuries": b'"status":',
    "basketball_reference rosters": b'data-stat="player"',
}
"""What each endpoint is told under another name; a PDF has no names, it is no longer one."""


def with_another_name(body: bytes, target: str) -> bytes:
    endpoint = endpoint_of(f"http://host{target}")
    assert endpoint is not None
    name = RENAMED_FIELDS[f"{endpoint.source} {endpoint.name}"]
    other = name.replace(b'"', b'"new_', 1) if b'"' in name else name[::-1]
    assert name in body
    return body.replace(name, other)


def with_more(body: bytes, target: str) -> bytes:
    if body.startswith(b"%PDF"):
        return body + b"\n% new"
    return added("new")(body, target) if body[:1] in b"{[" else body.replace(b"<td ", b'<td data-new="" ')


def fault_of(kind: str) -> Fault:
    rewrites = {RENAMED: with_another_name, ADDED: with_more}
    if kind in rewrites:
        return Fault(Kind.REWRITTEN, rewrite=rewrites[kind])
    return Fault(Kind[kind], retry_after=0)


def moment_of(kind: str) -> datetime:
    """Each kind has its minute."""
    return NOW + timedelta(minutes=list(VERDICTS).index(kind))


GOOD_AGAIN = NOW + timedelta(minutes=len(VERDICTS))


@dataclass
class Site:
    """A served league, and what is asked of it."""

    told: World
    requests: dict[str, list[Request]]

    def collect(self, archive: Archive, source: str, at: datetime, **changes: Any) -> Collected:
        """Ask a source for everything, as one attempt."""
        self.told.clock.move_to(at)
        settings = self.settings(archive, source).model_copy(update=changes)
        with Client(settings, self.told.clock, trust=TRUST) as client:
            return Collector(archive, client, self.told.clock).collect(self.requests[source])

    def settings(self, archive: Archive, source: str) -> Settings:
        """Two routes, two tries, no waiting, no resting."""
        limits = {
            f"{source}_routes".upper(): "direct,datacenter",
            "RETRY_ATTEMPTS": "2",
            "BREAKER_FAILURES": "1000",
            "RESPONSE_BYTE_LIMIT": str(2**23),
        }
        made: Settings = settings_of(Path("unused"), self.told, DAY, **limits)
        return made


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with world(LEAGUE, NOW) as told:
        questions = Questions(settings_of(Path("unused"), told, DAY), NOW)
        yield Site(told, {source: asked_of(source, questions) for source in ASKED_SOURCES})


def asked_of(source: str, questions: Questions) -> list[Request]:
    """One request of each endpoint: about yesterday's games if it tells what happened, about today's if what will."""
    requests = []
    for endpoint in of_source(source):
        found = questions.requests(endpoint)
        tells_past: Any = getattr(endpoint.rule, "opens", timedelta(0)) >= timedelta(0)
        requests.append(found[0] if tells_past else found[-1])
    return requests


@dataclass
class Aftermath:
    """A source that met every fault, one after the other, and was good again; and what would have been without."""

    attempts: pl.DataFrame
    tables: dict[str, pl.DataFrame]
    without_faults: dict[str, pl.DataFrame]
    quarantine: str


def archive_in(home: Path) -> Archive:
    return Archive(home / "archive", classify)


def tables_of(archive: Archive, upstream: Upstream) -> dict[str, pl.DataFrame]:
    payloads = {
        endpoint: list(archive.payloads(endpoint.source, endpoint.name, SEASON))
        for endpoint in of_source(upstream.source)
    }
    return raw_tables.build(SEASON, payloads, upstream.quarantine)


def meet(site: Site, home: Path, source: str, kinds: list[str]) -> Archive:
    """Ask a source in the minute of each fault, and once more when they are over."""
    archive = archive_in(home)
    for kind in kinds:
        site.told.scenario.faults[:] = [fault_of(kind)]
        once_each = {"retry_attempts": 1, "direct_timeout_seconds": 0.1, "datacenter_timeout_seconds": 0.1}
        site.collect(archive, source, moment_of(kind), **(once_each if kind == Kind.STALLED.name else {}))
    site.told.scenario.faults.clear()
    assert site.collect(archive, source, GOOD_AGAIN).is_complete
    return archive


def aftermath_of(site: Site, home: Path, upstream: Upstream, kinds: list[str]) -> Aftermath:
    archive = meet(site, home / "met", upstream.source, kinds)
    fine = archive_in(home / "fine")
    for at in [*(moment_of(kind) for kind in kinds if kind == ADDED), GOOD_AGAIN]:
        assert site.collect(fine, upstream.source, at).is_complete
    return Aftermath(
        attempts=archive.index.attempts_frame(DateRange.of(DAY)).sort("asked_at", "sequence"),
        tables=tables_of(archive, upstream),
        without_faults=tables_of(fine, upstream),
        quarantine=upstream.quarantine.full_name,
    )


@pytest.fixture(scope="module")
def aftermaths(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Aftermath]:
    """The aftermath of each source, made when it is first asked for."""
    made: dict[str, Aftermath] = {}

    def of(source: str) -> Aftermath:
        if source not in made:
            upstream = next(each for each in UPSTREAMS if each.source == source)
            made[source] = aftermath_of(site, tmp_path_factory.mktemp(source), upstream, list(VERDICTS))
        return made[source]

    return of


def is_classified(aftermath: Aftermath, source: str, kind: str) -> None:
    """Every question of a minute was tried and recorded as the fault's verdict says."""
    expected = A_PAGE_IS_WHAT_IS_ASKED_FOR.get((source, kind), VERDICTS[kind])
    tried = aftermath.attempts.filter(asked_at=moment_of(kind))
    first_pages = tried.filter(~pl.col("question").str.contains(r"cursor=|page=[2-9]"))
    assert first_pages["endpoint"].n_unique() == len(list(of_source(source)))
    refused = aftermath.tables[aftermath.quarantine].filter(~pl.col("reason").str.starts_with("market not carried"))
    for (question,), tries in first_pages.group_by("question"):
        outcomes = tries["outcome"].to_list()
        assert outcomes == [expected.outcome] * expected.tries, f"{source} {kind}: {question} is recorded as {outcomes}"
        assert tries["payload_id"].count() == int(expected.is_archived), f"{source} {kind}: {question}"
        is_refused = not tries.join(refused, on="payload_id", how="semi").is_empty()
        assert is_refused == expected.is_quarantined, f"{source} {kind}: {question} is quarantined: {is_refused}"


def is_healed(aftermath: Aftermath) -> None:
    """What is stored is what a world without faults tells, in number and in every value."""
    for name, expected in aftermath.without_faults.items():
        if name != aftermath.quarantine:
            stored = aftermath.tables[name]
            assert expected.height > 0 or stored.is_empty()
            wrong = facts(stored).join(facts(expected), on=facts(expected).columns, how="anti", nulls_equal=True)
            assert wrong.is_empty(), f"{name}: {wrong.height} rows are wrong, such as {wrong.row(0, named=True)}"
            assert same_facts(stored, expected), f"{name}: {stored.height} of {expected.height} rows are stored"


@pytest.mark.parametrize("source", ASKED_SOURCES)
def test_once_the_faults_are_over_the_tables_are_those_of_a_world_without_them(
    source: str, aftermaths: Callable[[str], Aftermath]
) -> None:
    is_healed(aftermaths(source))


@pytest.mark.parametrize("kind", VERDICTS)
@pytest.mark.parametrize("source", ASKED_SOURCES)
def test_each_fault_of_each_upstream_is_classified_by_the_rules(
    source: str, kind: str, aftermaths: Callable[[str], Aftermath]
) -> None:
    is_classified(aftermaths(source), source, kind)


def test_control_another_rule_classifies_otherwise(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(verdicts.BODY_RULES, Flaw.PAGE, verdicts.ANSWERED)
    aftermath = aftermath_of(site, tmp_path, odds_api.UPSTREAM, [Kind.HTML.name])
    with pytest.raises(AssertionError, match=r"odds_api HTML: .* is recorded as \['ok'\]"):
        is_classified(aftermath, "odds_api", Kind.HTML.name)


def test_control_a_fault_that_no_rule_knows_breaks_the_attempt_off(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "FAILURES", ())
    with pytest.raises(Exception, match="peer closed connection"):
        meet(site, tmp_path, "odds_api", [Kind.HALF_CLOSED.name])
    site.told.scenario.faults.clear()


def test_control_a_parser_that_makes_up_what_is_missing_stores_wrong_rows(site: Site, tmp_path: Path) -> None:
    def guess(read: Callable[[Payload], Any], payload: Payload) -> Any:
        return read(replace(payload, body=payload.body.replace(b'"new_price":', b'"price":-110,"was":')))

    old = odds_api.EVENT_ODDS
    lenient: Endpoint = replace(old, decode=partial(guess, old.decode))
    archive = meet(site, tmp_path / "met", "odds_api", [RENAMED])
    fine = archive_in(tmp_path / "fine")
    site.collect(fine, "odds_api", GOOD_AGAIN)
    payloads = {lenient: list(archive.payloads("odds_api", old.name, SEASON))}
    made = raw_tables.build(SEASON, payloads, odds_api.UPSTREAM.quarantine)
    expected = tables_of(fine, odds_api.UPSTREAM)
    quarantine = odds_api.UPSTREAM.quarantine.full_name
    aftermath = Aftermath(archive.index.attempts_frame(DateRange.of(DAY)), {**expected, **made}, expected, quarantine)
    with pytest.raises(AssertionError, match=r"raw\.odds_player_props: \d+ rows are wrong"):
        is_healed(aftermath)
