"""Routes: the ways by which a source is asked, in its order, and when one of them may be taken again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import SecretStr

from nba_props.archive.index import PastTry
from nba_props.settings import ASKED_SOURCES, DIRECT, Settings
from nba_props.upstreams.breakers import OPEN, Limits, breaker_of
from nba_props.upstreams.pacing import rests_until


@dataclass(frozen=True)
class Route:
    """One way to any host.

    Attributes:
        name: one of ``settings.ROUTES``.
        proxy: the proxy's URL, None for the direct route.
        timeout_seconds: deadline of one try, answer included.
    """

    name: str
    proxy: SecretStr | None
    timeout_seconds: float


def routes_of(settings: Settings, source: str) -> tuple[Route, ...]:
    """A source's routes in the order of its setting, without those whose proxy is not set.

    A source that has no such setting is asked directly.
    """
    names = getattr(settings, f"{source}_routes").split(",") if source in ASKED_SOURCES else [DIRECT]
    known = {
        "direct": Route("direct", None, settings.direct_timeout_seconds),
        "datacenter": Route("datacenter", settings.datacenter_proxy_url, settings.datacenter_timeout_seconds),
        "residential": Route("residential", settings.residential_proxy_url, settings.residential_timeout_seconds),
    }
    routes = [known[name] for name in names]
    return tuple(route for route in routes if route.name == DIRECT or route.proxy is not None)


def resting_until(
    routes: Sequence[Route], tries: Mapping[str, Sequence[PastTry]], now: datetime, limits: Limits
) -> datetime | None:
    """Until when a host is not to be asked on any of the routes; None if one of them may be taken now.

    Args:
        routes: the ways that may be taken.
        tries: of each route the host's last tries, newest first.
        now: the present.
        limits: those of the circuit breakers.
    """
    asked_for = rests_until([past for told in tries.values() for past in told])
    breakers = [breaker_of(tries.get(route.name, ()), now, limits) for route in routes]
    opens = [breaker.probe_at for breaker in breakers if breaker.state == OPEN and breaker.probe_at]
    waits = [min(opens)] if opens and len(opens) == len(breakers) else []
    return max([moment for moment in (asked_for, *waits) if moment is not None and moment > now], default=None)
