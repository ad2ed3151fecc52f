"""Small bodies of BettingPros in its own layout, for its tests and for fuzzing."""

from __future__ import annotations

from typing import Any

from nba_props.archive.payload import Payload
from nba_props_tests.upstreams.exchanges import payload

API = "https://api.bettingpros.com/v3"
EVENTS_URL = f"{API}/events?sport=NBA&date=2025-01-05"
OFFERS_URL = f"{API}/offers?sport=NBA&market_id=156&event_id=20879:20880&season=2024&location=ALL&limit=10&page=1"


def event(**changes: Any) -> dict[str, Any]:
    made: dict[str, Any] = {
        "id": 20879,
        "sr_id": "926a442f-8c1f-47b4-beff-3185b028af4e",
        "sport": "NBA",
        "scheduled": "2025-01-06 00:30:00",
        "season": 2024,
        "season_type": "REG",
        "event_name": None,
        "status": "scheduled",
        "home": "CHI",
        "visitor": "NYK",
        "link": None,
    }
    return made | changes


def events(*entries: dict[str, Any]) -> dict[str, Any]:
    return {"_parameters": {"sport": "NBA", "date": "2025-01-05"}, "events": list(entries)}


def line(value: Any, cost: Any, **changes: Any) -> dict[str, Any]:
    made = {"id": 1, "line": value, "cost": cost, "active": True, "best": False, "main": True, "is_off": False}
    return made | {"updated": "2025-01-05 22:41:07"} | changes


def selection(side: str, books: dict[Any, list[dict[str, Any]]], **changes: Any) -> dict[str, Any]:
    opening = {"line": 24.5, "cost": -115, "book_id": 10, "created": "2025-01-05 14:02:11"}
    made = {"id": 7, "selection": side, "label": side.title(), "active": True, "opening_line": opening}
    return made | {"books": [{"id": book, "lines": lines} for book, lines in books.items()]} | changes


def offer(*selections: dict[str, Any], player: Any = "Jalen Brunson", **changes: Any) -> dict[str, Any]:
    participant = {"id": "3333", "name": player, "player": {"team": "NYK", "position": "G", "slug": "jalen-brunson"}}
    made = {"id": 99, "sport": "NBA", "market_id": 156, "event_id": 20879, "player_id": 3333, "active": True}
    return made | {"participants": [participant], "selections": list(selections)} | changes


def over_under(value: Any = 26.5, over: Any = -110, under: Any = -120, book: Any = 10, **changes: Any) -> Any:
    """An offer of one book on both sides."""
    return offer(
        selection("over", {book: [line(value, over)]}), selection("under", {book: [line(value, under)]}), **changes
    )


def offers(*entries: dict[str, Any], page: int = 1, total_pages: int = 1) -> dict[str, Any]:
    pagination = {"page": page, "limit": 10, "total_pages": total_pages, "total_items": len(entries)}
    return {"_pagination": pagination, "_parameters": {"sport": "NBA"}, "markets": [156], "offers": list(entries)}


MANY = offer(
    selection("over", {0: [line(26.5, -112)], 10: [line(26.5, -110)], 12: [line(25.5, -125), line(29.5, 155)]}),
    selection("under", {0: [line(26.5, -108)], 10: [line(26.5, -114)], 12: [line(25.5, 102)]}, opening_line=[]),
)


def examples() -> dict[str, Payload]:
    """A body of each endpoint."""
    return {
        "events": payload(EVENTS_URL, events(event(), event(id=20880, home="PHO", visitor="NOR", status="closed"))),
        "offers": payload(OFFERS_URL, offers(MANY, over_under(player="Coby White"), total_pages=2)),
    }
