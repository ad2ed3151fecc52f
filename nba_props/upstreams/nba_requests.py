"""Requests to the NBA's hosts for schedules and box scores."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from nba_props.contracts.raw.nba_com import (
    BOX_SCORE_V3,
    LIVE_BOX_SCORE,
    PLAYER_BOX_SCORES,
    TEAM_BOX_SCORES,
)
from nba_props.game_calendar import DateRange, game_type_of, season_of
from nba_props.settings import Settings
from nba_props.upstreams.asking import Subject
from nba_props.upstreams.requests import BROWSER_HEADERS, Request

SOURCE = "nba_com"
SCHEDULE = "schedule"
PLAYERS, TEAMS = "P", "T"

SEASON_TYPES: Mapping[str, str] = {
    "regular_season": "Regular Season",
    "playoffs": "Playoffs",
    "play_in": "PlayIn",
    "cup_final": "IST",
}
"""Kind of game to the stats API's SeasonType; the last one is not covered by any recording."""


def request_schedule(settings: Settings, subject: Subject) -> Request:
    """The schedule of the subject's season."""
    return schedule_request(settings, season_of(subject.game_date), subject.game_date, today=subject.today)


def request_player_box_scores(settings: Settings, subject: Subject) -> Request:
    """The player log of the subject's date and kind of game."""
    return box_score_request(settings, DateRange.of(subject.game_date), SEASON_TYPES[str(subject.season_type)])


def request_team_box_scores(settings: Settings, subject: Subject) -> Request:
    """The team log of the subject's date and kind of game."""
    season_type = SEASON_TYPES[str(subject.season_type)]
    return box_score_request(settings, DateRange.of(subject.game_date), season_type, of=TEAMS)


def request_box_score_v3(settings: Settings, subject: Subject) -> Request:
    """The box score of the subject's game.

    Raises:
        ValueError: the subject is no game of the NBA.
    """
    return Request(
        source=SOURCE,
        endpoint=BOX_SCORE_V3,
        game_date=subject.game_date,
        base_url=settings.nba_stats_url,
        path="/stats/boxscoretraditionalv3",
        parameters=(("GameID", _game_id(subject)),),
        headers=BROWSER_HEADERS,
    )


def request_live_box_score(settings: Settings, subject: Subject) -> Request:
    """The box score of the subject's game as it stands.

    Raises:
        ValueError: the subject is no game of the NBA.
    """
    return Request(
        source=SOURCE,
        endpoint=LIVE_BOX_SCORE,
        game_date=subject.game_date,
        base_url=settings.nba_cdn_url,
        path=f"/static/json/liveData/boxscore/boxscore_{_game_id(subject)}.json",
        headers=BROWSER_HEADERS,
    )


def _game_id(subject: Subject) -> str:
    if subject.game_id is None or game_type_of(subject.game_id) is None:
        raise ValueError(f"a box score is asked for by the NBA's game id, not by {subject.game_id!r}")
    return subject.game_id


def schedule_request(settings: Settings, season: str, game_date: date, *, today: date | None = None) -> Request:
    """A whole season's schedule, asked for the sake of a game date.

    The CDN, which answers best, has the season of the day only: it is asked if the season is that of ``today``.
    Any other season, or any if ``today`` is not given, is asked of the stats API.
    """
    current = today is not None and season == season_of(today)
    return Request(
        source=SOURCE,
        endpoint=SCHEDULE,
        game_date=game_date,
        base_url=settings.nba_cdn_url if current else settings.nba_stats_url,
        path="/static/json/staticData/scheduleLeagueV2.json" if current else "/stats/scheduleleaguev2int",
        parameters=() if current else (("LeagueID", "00"), ("Season", season)),
        headers=BROWSER_HEADERS,
    )


def box_score_request(
    settings: Settings, dates: DateRange, season_type: str = "Regular Season", *, of: str = PLAYERS
) -> Request:
    """Box scores of players, or of teams, of all games of the dates.

    Raises:
        ValueError: the dates are of two seasons, or the season type is unknown.
    """
    season = season_of(dates.first)
    if season_of(dates.last) != season:
        raise ValueError(f"box scores are asked for within one season, not for {dates}")
    if season_type not in SEASON_TYPES.values():
        raise ValueError(f"unknown season type {season_type!r}; known are {', '.join(SEASON_TYPES.values())}")
    return Request(
        source=SOURCE,
        endpoint=PLAYER_BOX_SCORES if of == PLAYERS else TEAM_BOX_SCORES,
        game_date=dates.first,
        base_url=settings.nba_stats_url,
        path="/stats/leaguegamelog",
        parameters=(
            ("Counter", "1000"),
            ("DateFrom", f"{dates.first:%m/%d/%Y}"),
            ("DateTo", f"{dates.last:%m/%d/%Y}"),
            ("Direction", "DESC"),
            ("LeagueID", "00"),
            ("PlayerOrTeam", of),
            ("Season", season),
            ("SeasonType", season_type),
            ("Sorter", "DATE"),
        ),
        headers=BROWSER_HEADERS,
    )
