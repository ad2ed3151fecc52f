"""Requests to DraftKings' sportsbook."""

from __future__ import annotations

from nba_props.settings import Settings
from nba_props.upstreams.asking import Subject
from nba_props.upstreams.requests import Request

SOURCE = "draftkings"
PLAYER_PROPS = "player_props"

SITE = "dkusnj"
"""The book's site in New Jersey; each state has one, with the same lines."""

LEAGUE = "42648"
"""The NBA."""

SUBCATEGORIES = {
    "points": ("1215", "12488"),
    "rebounds": ("1216", "12492"),
    "assists": ("1217", "12495"),
    "threes": ("1218", "12497"),
    "blocks": ("1293", "13780"),
    "steals": ("1293", "13508"),
    "turnovers": ("1293", "13782"),
    "points_rebounds_assists": ("583", "5001"),
    "points_rebounds": ("583", "9976"),
    "points_assists": ("583", "9973"),
    "rebounds_assists": ("583", "9974"),
}
"""Category and subcategory of each market's overs and unders, on which public clients of 2025 agree."""

BROWSER_HEADERS = (
    ("Accept", "application/json, text/plain, */*"),
    ("Accept-Language", "en-US,en;q=0.9"),
    ("Origin", "https://sportsbook.draftkings.com"),
    ("Referer", "https://sportsbook.draftkings.com/"),
    (
        "User-Agent",
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36",
    ),
)
"""The host refuses what does not look like a browser on the book's page."""


def request_player_props(settings: Settings, subject: Subject) -> Request:
    """The lines of all listed games in the subject's variant, one of our markets, asked for the sake of its date.

    Raises:
        KeyError: the variant is no market that DraftKings is asked for.
    """
    category, subcategory = SUBCATEGORIES[str(subject.variant)]
    return Request(
        source=SOURCE,
        endpoint=PLAYER_PROPS,
        game_date=subject.game_date,
        base_url=settings.draftkings_url,
        path=f"/api/sportscontent/{SITE}/v1/leagues/{LEAGUE}/categories/{category}/subcategories/{subcategory}",
        headers=BROWSER_HEADERS,
    )
