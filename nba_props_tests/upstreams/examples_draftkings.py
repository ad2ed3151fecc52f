"""Small bodies of DraftKings in the layout that its clients read, for its tests and for fuzzing."""

from __future__ import annotations

from typing import Any

from nba_props.archive.payload import Payload
from nba_props_tests.upstreams.exchanges import payload

LEAGUE_URL = "https://sportsbook-nash.draftkings.com/api/sportscontent/dkusnj/v1/leagues/42648"
POINTS_URL = f"{LEAGUE_URL}/categories/1215/subcategories/12488"
ASSISTS_URL = f"{LEAGUE_URL}/categories/1217/subcategories/12495"


def event(event_id: Any = "31800001", home: Any = "CHI Bulls", away: Any = "NY Knicks", **changes: Any) -> Any:
    made: dict[str, Any] = {
        "id": event_id,
        "leagueId": "42648",
        "name": f"{away} @ {home}",
        "startEventDate": "2025-01-06T00:40:00.0000000Z",
        "status": "NOT_STARTED",
        "participants": [
            {"id": "1", "name": away, "venueRole": "Away", "type": "Team", "metadata": {"shortName": "X"}},
            {"id": "2", "name": home, "venueRole": "Home", "type": "Team", "metadata": {"shortName": "Y"}},
        ],
    }
    return made | changes


def market(market_id: Any = "m1", event_id: Any = "31800001", **changes: Any) -> dict[str, Any]:
    made = {"id": market_id, "eventId": event_id, "name": "Jalen Brunson Points O/U", "subcategoryId": "12488"}
    return made | {"marketType": {"id": "1", "name": "Points O/U"}, "isSuspended": False, "tags": ["SGP"]} | changes


def selection(
    side: str, points: Any, american: Any, market_id: Any = "m1", player: Any = "Jalen Brunson", **changes: Any
) -> dict[str, Any]:
    made: dict[str, Any] = {
        "id": f"{market_id}-{side}-{points}",
        "marketId": market_id,
        "label": side,
        "displayOdds": {"american": american, "decimal": "1.91", "fractional": "10/11"},
        "trueOdds": 1.909,
        "outcomeType": side,
        "points": points,
        "participants": [{"id": "77", "name": player, "type": "Player", "venueRole": "AwayPlayer"}],
        "tags": ["MainPointLine", "SGP"],
    }
    return made | changes


def over_under(points: Any, over: Any, under: Any, **changes: Any) -> list[dict[str, Any]]:
    return [selection("Over", points, over, **changes), selection("Under", points, under, **changes)]


def answer(
    *selections: dict[str, Any],
    events: list[dict[str, Any]] | None = None,
    markets: list[dict[str, Any]] | None = None,
) -> dict[str, Any]:
    return {
        "leagues": [{"id": "42648", "name": "NBA"}],
        "events": [event()] if events is None else events,
        "markets": [market()] if markets is None else markets,
        "selections": list(selections),
    }


def examples() -> dict[str, Payload]:
    """The body of the only endpoint: two games, a main and an alternate line."""
    body = answer(
        *over_under(26.5, "\u2212110", "\u2212120"),
        *over_under(29.5, "+155", "\u2212200", tags=["SGP"]),
        *over_under(9.5, "+100", "\u2212130", market_id="m2", player="Trae Young"),
        events=[event(), event("31800002", "ATL Hawks", "LA Clippers", startEventDate="2025-01-07T00:30:00.0000000Z")],
        markets=[market(), market("m2", "31800002")],
    )
    return {"player_props": payload(POINTS_URL, body)}
