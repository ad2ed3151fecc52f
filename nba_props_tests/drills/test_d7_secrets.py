"""D7: a key was in a log line, an archived URL carried it. Here keys and proxy passwords are planted, every kind of
fault happens, upstreams say back what they were told, and everything that was written is searched.
"""

from __future__ import annotations

import base64
import gzip
import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from pathlib import Path
from urllib.parse import quote, quote_plus

import polars as pl
import pytest

from nba_props.archive.secrets import Blotter
from nba_props.contracts import operations
from nba_props.game_calendar import DateRange, eastern_moment
from nba_props.orchestration.graph import STEPS
from nba_props.orchestration.instance import open_instance
from nba_props.orchestration.platform import Platform
from nba_props.orchestration.runs import steps_up_to
from nba_props.simulator import ManualClock
from nba_props.simulator.faults import App, Fault, Kind, Receive, Scope, Send
from nba_props.simulator.server import create_app
from nba_props.upstreams import sending
from nba_props_tests.drills.daemons import on_disk
from nba_props_tests.drills.leagues import arranged
from nba_props_tests.drills.platform import DATACENTER, PASSWORD, Drill, settings_of, world
from nba_props_tests.orchestration.homes import run_on

DAY = date(2024, 12, 25)
NOON = eastern_moment(DAY, time(12))
SOURCES = ("nba_com", "odds_api", "bettingpros", "balldontlie")
PATHS = ("/v1/", "/v3/", "/v4/")
"""Those of the three sources that have a key."""

KEYS = {
    "ODDS_API_KEY": "pl4nted/odds+key=of the-account",
    "BETTINGPROS_KEY": "pl4nted-bettingpros-key",
    "BALLDONTLIE_KEY": "pl4nted-balldontlie-key",
}
WRONG_PASSWORD = "pl4nted:wr0ng/p@ssword"
SECRETS = {**KEYS, "datacenter proxy": PASSWORD, "residential proxy": WRONG_PASSWORD}
FAULTS = [
    Fault(kind, path, times=1, retry_after=0)
    for path in PATHS
    for kind in Kind
    if kind is not Kind.REWRITTEN and (kind is not Kind.STALLED or path == PATHS[0])
]
"""Each once for each of the three, one after the other; one stalled socket is enough."""

ECHOES = (200, 302, 403, 429, 500, 500, 500, 500)
"""After the last of them a source is degraded, and the alert repeats what it answered."""

MOST_ROUNDS = 12
LIMITS = {
    "BETTINGPROS_ROUTES": "direct,datacenter,residential",
    "ODDS_API_ROUTES": "datacenter",
    "RETRY_ATTEMPTS": "1",
    "BREAKER_FAILURES": "99",
    "BREAKER_COOL_DOWN_SECONDS": "1",
    "REQUESTS_PER_RUN": "5",
    "WIDEST_PACING_SECONDS": "0",
    "SCHEDULE_INTERVAL_MINUTES": "100000",
    "LINES_INTERVAL_MINUTES": "10",
    "REPORTS_INTERVAL_MINUTES": "10",
    "DAILY_INTERVAL_MINUTES": "10",
    "SWEEP_DATES_PER_TICK": "0",
    "RESPONSE_BYTE_LIMIT": "20000000",
    "DIRECT_TIMEOUT_SECONDS": "5",
    "DATACENTER_TIMEOUT_SECONDS": "5",
}
TABLES = ("conformed.games", operations.QUARANTINED_PAYLOADS.full_name, operations.ROUTE_HEALTH.full_name)


@dataclass
class Echoing:
    """Upstreams that say back what they were told: in headers, in the body, each of the three in one status after the
    other, as long as there are any."""

    app: App
    statuses: dict[str, list[int]] = field(default_factory=dict)
    heard: list[str] = field(default_factory=list)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        headers = {name.decode(): value.decode("latin-1") for name, value in scope["headers"]}
        query = scope["query_string"].decode()
        said = [query, *(headers.get(name, "") for name in ("authorization", "x-api-key", "proxy-authorization"))]
        self.heard += said
        left = next((left for path, left in self.statuses.items() if scope["path"].startswith(path)), [])
        if not left:
            await self.app(scope, receive, send)
            return
        body = ("[" + ",".join(f'"{each}"' for each in said) + "]").encode()
        echoes = [("x-echo", " ".join(said)), ("location", f"/?{query}"), ("set-cookie", said[1])]
        pairs = [(name.encode(), value.encode()) for name, value in echoes]
        pairs += [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": left.pop(0), "headers": pairs})
        await send({"type": "http.response.body", "body": body})


@dataclass
class Written:
    """All that was written in the course of the drill.

    Attributes:
        home: archive, index, warehouse and Dagster's storage.
        logs: every log line, of every logger, at its finest level.
        heard: what the upstreams were told.
    """

    home: Path
    logs: str
    heard: list[str]

    def texts(self) -> Iterator[tuple[str, str]]:
        """Everything by its place."""
        yield "the log", self.logs
        for path in sorted(self.home.rglob("*")):
            if path.is_file():
                yield path.relative_to(self.home).as_posix(), _text_of(path)


def _text_of(path: Path) -> str:
    """A file as text, unpacked; bytes that are no text stay as they are."""
    if path.suffix == ".parquet":
        return pl.read_parquet(path).write_ndjson()
    content = path.read_bytes()
    return (gzip.decompress(content) if path.suffix == ".gz" else content).decode("latin-1")


def spellings(secret: str) -> set[str]:
    """A secret as it is sent, quoted, and in the header of a proxy."""
    encoded = {
        base64.b64encode(f"{user}:{secret}".encode()).decode().rstrip("=") for user in (DATACENTER, "residential")
    }
    return {secret, quote(secret), quote(secret, safe=""), quote_plus(secret), *encoded}


@contextmanager
def platform_among_faults(home: Path) -> Iterator[tuple[Drill, Echoing]]:
    clock = ManualClock(NOON)
    echoing = Echoing(create_app(arranged({DAY: [(0, time(19))]}), clock))
    with world(arranged({DAY: [(0, time(19))]}), NOON, app=echoing, clock=clock) as told:
        host = told.url.removeprefix("http://")
        wrong = f"http://residential:{quote(WRONG_PASSWORD, safe='')}@{host}"
        platform = Platform(settings_of(home, told, DAY, **KEYS, **LIMITS, RESIDENTIAL_PROXY_URL=wrong), told.clock)
        with (
            open_instance(platform.settings) as instance,
            on_disk(told, platform, TABLES, SOURCES, instance) as drill,
        ):
            yield drill, echoing


def is_asked(drill: Drill) -> None:
    """Games are known, and everything has been asked for once while nothing was wrong."""
    drill.tick()
    for _ in range(2):
        passes(drill)
        drill.collect()
        drill.bring_in()


def everything_fails(drill: Drill, faults: Sequence[Fault] = FAULTS) -> None:
    """One fault after the other, until each was met."""
    drill.told.scenario.faults[:] = faults
    rounds(drill, lambda: len(drill.told.scenario.met) == len(faults))


def everything_is_said_back(drill: Drill, echoing: Echoing) -> None:
    """By each of the three in every status."""
    echoing.statuses = {path: list(ECHOES) for path in PATHS}
    rounds(drill, lambda: not any(echoing.statuses.values()))


def rounds(drill: Drill, is_over: Callable[[], bool]) -> None:
    for _ in range(MOST_ROUNDS):
        passes(drill)
        drill.collect()
        if is_over():
            return
    raise AssertionError("not everything happened that should")


def passes(drill: Drill) -> None:
    """So long that everything is due again."""
    drill.told.clock.advance(timedelta(minutes=11))


def written(drill: Drill, echoing: Echoing, caplog: pytest.LogCaptureFixture) -> Written:
    logs = caplog.text + "".join(str(vars(record)) for record in caplog.records)
    return Written(drill.platform.settings.home, logs, echoing.heard)


def what_happened(drill: Drill, echoing: Echoing) -> None:
    """It was a drill: the secrets were sent, every outcome came, runs failed and said why, alerts were opened."""
    sent = "\n".join(echoing.heard)
    for name, secret in SECRETS.items():
        assert any(each in sent for each in spellings(secret)) or name == "residential proxy", f"{name} was never sent"
    tries = drill.attempts()
    assert set(tries["outcome"]) == {"ok", "retry later", "blocked", "malformed", "absent", "permanent"}
    assert tries.filter(pl.col("route") == "residential")["status"].to_list().count(407) > 2
    assert len(drill.failed_runs) > 10
    assert any("HTTP 500: [" in message for message in drill.alerts()["message"])
    assert drill.table(operations.QUARANTINED_PAYLOADS.full_name).height > 0


def no_secret_was_written(written: Written) -> None:
    places = 0
    for place, text in written.texts():
        places += 1
        found = [name for name, secret in SECRETS.items() if any(each in text for each in spellings(secret))]
        assert not found, f"{found[0]} is in {place}"
    assert places > 30


def test_no_secret_is_in_anything_that_was_written_whatever_went_wrong(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with platform_among_faults(tmp_path) as (drill, echoing):
        is_asked(drill)
        everything_fails(drill)
        everything_is_said_back(drill, echoing)
        drill.bring_in()
        drill.alert()
        run_on(drill.instance, drill.platform, DateRange.of(DAY), steps_up_to(STEPS, TABLES))
        what_happened(drill, echoing)
    no_secret_was_written(written(drill, echoing, caplog))


def tell_all(record: logging.LogRecord) -> bool:
    """A filter that takes nothing out."""
    return True


@pytest.mark.parametrize(
    ("place", "name", "value", "found_in"),
    [
        (Blotter, "text", lambda blotter, text: text, r"is in archive/index\.sqlite"),
        (Blotter, "body", lambda blotter, body: body, r"is in archive/warc/collected/.*\.warc\.gz"),
        (sending, "_without_secrets", tell_all, "ODDS_API_KEY is in the log"),
    ],
    ids=["texts", "bodies", "logs"],
)
def test_without_one_of_its_guards_a_secret_is_written(
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    place: object,
    name: str,
    value: Callable[..., object],
    found_in: str,
) -> None:
    caplog.set_level(logging.DEBUG)
    for logger in ("httpx", "httpcore.http11"):
        monkeypatch.setattr(logging.getLogger(logger), "filters", [])
    monkeypatch.setattr(place, name, value)
    with platform_among_faults(tmp_path) as (drill, echoing):
        is_asked(drill)
        everything_is_said_back(drill, echoing)
    with pytest.raises(AssertionError, match=found_in):
        no_secret_was_written(written(drill, echoing, caplog))
