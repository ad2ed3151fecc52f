"""The upstreams on one loopback server: the application, and a way to run it beside a test."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from typing import Protocol

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Route

from nba_props.game_calendar import Clock
from nba_props.simulator.balldontlie_api import BalldontlieApi
from nba_props.simulator.basketball_reference_api import BasketballReferenceApi
from nba_props.simulator.bettingpros_api import BettingprosApi
from nba_props.simulator.draftkings_api import DraftkingsApi
from nba_props.simulator.espn_api import EspnApi
from nba_props.simulator.gamebooks import Gamebooks
from nba_props.simulator.injury_reports import InjuryReports
from nba_props.simulator.league import League
from nba_props.simulator.nba_api import NbaApi
from nba_props.simulator.nba_league_api import NbaLeagueApi
from nba_props.simulator.nba_live_api import NbaLiveApi
from nba_props.simulator.odds_api import OddsApi, Quota, Refusal, refuse

LOOPBACK = "127.0.0.1"
_START_SECONDS = 10.0


class Api(Protocol):
    """An upstream's handlers over a league."""

    def __init__(self, league: League, clock: Clock) -> None: ...

    @property
    def routes(self) -> list[Route]:
        """Its real paths."""


APIS: tuple[type[Api], ...] = (
    NbaApi,
    NbaLiveApi,
    NbaLeagueApi,
    InjuryReports,
    Gamebooks,
    BettingprosApi,
    DraftkingsApi,
    BalldontlieApi,
    EspnApi,
    BasketballReferenceApi,
)
"""Every upstream but The Odds API, which has a quota beside the league and the clock."""


def create_app(
    league: League,
    clock: Clock,
    *,
    quota: Quota | None = None,
    middleware: Sequence[Middleware] = (),
) -> Starlette:
    """The application that answers for all upstreams.

    Args:
        league: what happened and will happen.
        clock: the present; answers hold nothing that an upstream would not know then.
        quota: The Odds API account; a large one if not given.
        middleware: wraps every answer, outermost first; the place for faults.
    """
    apis = [api(league, clock) for api in APIS]
    odds = OddsApi(league, clock, quota if quota is not None else Quota())
    return Starlette(
        routes=[*(route for api in apis for route in api.routes), *odds.routes],
        middleware=list(middleware),
        exception_handlers={Refusal: refuse},
    )


@contextlib.contextmanager
def serve_app(app: Starlette, port: int = 0) -> Iterator[str]:
    """Serve an application on loopback in a background thread; yields its base URL.

    Port 0 takes a free one. On leaving, connections are closed, the thread has ended and the port is free.

    Raises:
        RuntimeError: the server did not start.
    """
    with _served(app, [port]) as (url,):
        yield url


@contextlib.contextmanager
def serve_apart(app: Starlette, names: Sequence[str]) -> Iterator[dict[str, str]]:
    """Serve an application like ``serve_app``, on a free port for each name; yields the base URLs by name.

    Upstreams then have hosts of their own, as they have outside: one that refuses us does not let the others rest.
    """
    with _served(app, [0] * len(names)) as urls:
        yield dict(zip(names, urls, strict=True))


@contextlib.contextmanager
def _served(app: Starlette, ports: Sequence[int]) -> Iterator[list[str]]:
    with contextlib.ExitStack() as opened:
        listeners = [opened.enter_context(_listener(port)) for port in ports]
        server = uvicorn.Server(_configuration(app))
        thread = threading.Thread(target=server.run, args=(listeners,), name="simulator", daemon=True)
        thread.start()
        try:
            _await_start(server, thread)
            yield [f"http://{LOOPBACK}:{listener.getsockname()[1]}" for listener in listeners]
        finally:
            server.should_exit = True
            thread.join()


def _listener(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((LOOPBACK, port))
    return listener


@contextlib.contextmanager
def serve(
    league: League,
    clock: Clock,
    port: int = 0,
    *,
    quota: Quota | None = None,
    middleware: Sequence[Middleware] = (),
) -> Iterator[str]:
    """Serve a league on loopback in a background thread; yields the base URL."""
    with serve_app(create_app(league, clock, quota=quota, middleware=middleware), port) as url:
        yield url


def serve_forever(app: Starlette, port: int) -> None:
    """Serve an application on loopback until interrupted."""
    uvicorn.Server(_configuration(app, host=LOOPBACK, port=port, log_level="info")).run()


def _configuration(app: Starlette, host: str = LOOPBACK, port: int = 0, log_level: str = "critical") -> uvicorn.Config:
    return uvicorn.Config(
        app,
        host=host,
        port=port,
        log_level=log_level,
        access_log=False,
        lifespan="off",
        ws="none",
        timeout_graceful_shutdown=1,
        server_header=False,
        date_header=False,
    )


def _await_start(server: uvicorn.Server, thread: threading.Thread) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while not server.started:
        if not thread.is_alive() or time.monotonic() > deadline:
            raise RuntimeError("the simulator's server did not start")
        time.sleep(0.005)  # of its start uvicorn tells by this flag alone
