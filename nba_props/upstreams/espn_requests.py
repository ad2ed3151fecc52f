"""Requests to ESPN's site API. It needs no key."""

from __future__ import annotations

from datetime import date

from nba_props.settings import Settings
from nba_props.upstreams.asking import Subject
from nba_props.upstreams.espn_teams import TEAM_ID_BY_TRICODE
from nba_props.upstreams.requests import BROWSER_HEADERS, Parameters, Request

SOURCE = "espn"
SCOREBOARD = "scoreboard"
BOX_SCORES = "box_scores"
BOX_SCORE_PAGES = "box_score_pages"
ROSTERS = "rosters"
ROSTER_PAGES = "roster_pages"
INJURIES = "injuries"

SITE_PATH = "/apis/site/v2/sports/basketball/nba"
_HEADERS = tuple((name, value) for name, value in BROWSER_HEADERS if name not in ("Origin", "Referer"))


def request_scoreboard(settings: Settings, subject: Subject) -> Request:
    """All games of the subject's date."""
    parameters = (("dates", f"{subject.game_date:%Y%m%d}"),)
    return _request(settings, SCOREBOARD, subject.game_date, "/scoreboard", parameters)


def request_box_score(settings: Settings, subject: Subject) -> Request:
    """The summary of the subject's game, which holds its box score; ``listed_ids`` has ESPN's id of it."""
    parameters = (("event", subject.listed_ids[0]),)
    return _request(settings, BOX_SCORES, subject.game_date, "/summary", parameters)


def request_roster(settings: Settings, subject: Subject) -> Request:
    """The present roster of the subject's team.

    Raises:
        KeyError: the team is none of the thirty.
    """
    path = f"/teams/{TEAM_ID_BY_TRICODE[str(subject.team)]}"
    return _request(settings, ROSTERS, subject.game_date, path, (("enable", "roster"),))


def request_injuries(settings: Settings, subject: Subject) -> Request:
    """The present injury list of all teams."""
    return _request(settings, INJURIES, subject.game_date, "/injuries", ())


def _request(settings: Settings, endpoint: str, game_date: date, path: str, parameters: Parameters) -> Request:
    return Request(
        source=SOURCE,
        endpoint=endpoint,
        game_date=game_date,
        base_url=settings.espn_url,
        path=f"{SITE_PATH}{path}",
        parameters=parameters,
        headers=_HEADERS,
    )
