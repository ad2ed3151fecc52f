"""Requests to balldontlie v1, and the request for the page that follows an answer."""

from __future__ import annotations

from dataclasses import replace

from nba_props.archive.payload import Payload
from nba_props.game_calendar import season_of
from nba_props.settings import Settings
from nba_props.upstreams.asking import Subject
from nba_props.upstreams.balldontlie_bodies import next_cursor
from nba_props.upstreams.requests import MissingKey, Parameters, Request

SOURCE = "balldontlie"
GAMES = "games"
STATS = "stats"
BOX_SCORES = "box_scores"
ACTIVE_PLAYERS = "active_players"
PLAYER_INJURIES = "player_injuries"
STANDINGS = "standings"

PAGE = (("per_page", "100"),)
"""The largest page that the source gives."""


def request_games(settings: Settings, subject: Subject) -> Request:
    """The games of the subject's date.

    Raises:
        MissingKey: no key is set; so do the other requests.
    """
    return _request(settings, subject, GAMES, "/v1/games", (("dates[]", f"{subject.game_date}"), *PAGE))


def request_stats(settings: Settings, subject: Subject) -> Request:
    """The player lines of all games of the subject's date, a page at a time."""
    return _request(settings, subject, STATS, "/v1/stats", (("dates[]", f"{subject.game_date}"), *PAGE))


def request_box_scores(settings: Settings, subject: Subject) -> Request:
    """The box scores of all games of the subject's date, in one answer."""
    return _request(settings, subject, BOX_SCORES, "/v1/box_scores", (("date", f"{subject.game_date}"),))


def request_active_players(settings: Settings, subject: Subject) -> Request:
    """The players of all teams now, a page at a time."""
    return _request(settings, subject, ACTIVE_PLAYERS, "/v1/players/active", PAGE)


def request_player_injuries(settings: Settings, subject: Subject) -> Request:
    """The injury list as it stands, a page at a time."""
    return _request(settings, subject, PLAYER_INJURIES, "/v1/player_injuries", PAGE)


def request_standings(settings: Settings, subject: Subject) -> Request:
    """The standings of the subject's season as they stand."""
    year = season_of(subject.game_date)[:4]
    return _request(settings, subject, STANDINGS, "/v1/standings", (("season", year),))


def next_page(request: Request, payload: Payload) -> Request | None:
    """The request for the page after an answer; None if that was the last, is not readable or tells its own cursor."""
    cursor = next_cursor(payload)
    if cursor is None or ("cursor", cursor) in request.parameters:
        return None
    others = tuple(parameter for parameter in request.parameters if parameter[0] != "cursor")
    return replace(request, parameters=(*others, ("cursor", cursor)))


def _request(settings: Settings, subject: Subject, endpoint: str, path: str, parameters: Parameters) -> Request:
    if settings.balldontlie_key is None:
        raise MissingKey("balldontlie needs a key; set NBA_PROPS_BALLDONTLIE_KEY")
    return Request(
        source=SOURCE,
        endpoint=endpoint,
        game_date=subject.game_date,
        base_url=settings.balldontlie_url,
        path=path,
        parameters=parameters,
        headers=(("Accept", "application/json"), ("User-Agent", "nba-props")),
        secret_headers=(("Authorization", settings.balldontlie_key),),
    )
