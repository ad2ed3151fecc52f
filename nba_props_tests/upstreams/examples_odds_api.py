"""Small bodies of The Odds API in its own layout, for fuzzing."""

from __future__ import annotations

from nba_props.archive.payload import Payload
from nba_props_tests.upstreams.exchanges import (
    EVENT_ODDS_URL,
    EVENTS_URL,
    PAST_EVENT_ODDS_URL,
    PAST_EVENTS_URL,
    envelope,
    event,
    event_odds,
    market,
    offer,
    over_under,
    payload,
)

ODDS = event_odds(
    market("player_points", *over_under("A", 19.5), *over_under("B", 4.5, -130, 105)),
    market("player_points_alternate", *over_under("A", 24.5, 210, -260)),
    market("player_double_double", offer("Yes", 300, None, "A")),
    market("h2h", offer("Chicago Bulls", 150), offer("New York Knicks", -170)),
    market("spreads", offer("Chicago Bulls", -110, 4.5), offer("New York Knicks", -110, -4.5)),
    market("totals", offer("Over", -110, 231.5), offer("Under", -110, 231.5)),
)


def examples() -> dict[str, Payload]:
    """A body of each endpoint as it is now and as of a past moment."""
    return {
        "events": payload(EVENTS_URL, [event(), event(id="e2")]),
        "event_odds": payload(EVENT_ODDS_URL, ODDS),
        "past events": payload(PAST_EVENTS_URL, envelope([event(), event(id="e2")])),
        "past event_odds": payload(PAST_EVENT_ODDS_URL, envelope(ODDS)),
    }
