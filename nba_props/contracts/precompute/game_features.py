"""Features of a game: matchup, team context, schedule, absences, market."""

from __future__ import annotations

from typing import Any

from nba_props.contracts.conformed.shots import SHOT_ZONES
from nba_props.contracts.precompute.feature import (
    FACTORS,
    KNOWN_LINES,
    KNOWN_MORNING,
    KNOWN_REPORTS,
    KNOWN_SCHEDULE,
    PLAYER_CONTEXT,
    SHARE_OF_EXPECTATION,
    TEAM_CONTEXT,
    TEAM_FORM,
    YEAR,
    Feature,
    words,
)
from nba_props.contracts.precompute.team_form import ALLOWED_STATISTICS, TEAM_WINDOW_GAMES
from nba_props.markets import PREDICTED_MARKETS

_TEAM_WINDOW = f"last {TEAM_WINDOW_GAMES} games of the season"
_THIS_GAME = "this game"


def matchup() -> tuple[Feature, ...]:
    """The group matchup."""
    zones = ("precompute.team_defense_zone_analysis",)
    return (
        *(
            Feature(
                f"opponent_{statistic}_allowed",
                float,
                f"{words(statistic).capitalize()} that the opponent allowed per game, to the league's mean.",
                _TEAM_WINDOW,
                "ratio",
                TEAM_FORM,
                KNOWN_MORNING,
                {"ge": 0},
            )
            for statistic in ALLOWED_STATISTICS
        ),
        Feature(
            "opponent_pace",
            float,
            "The opponent's possessions per 48 minutes.",
            _TEAM_WINDOW,
            "possessions",
            TEAM_FORM,
            KNOWN_MORNING,
            {"gt": 0},
        ),
        Feature(
            "opponent_defensive_rating",
            float,
            "Points that the opponent allowed per 100 possessions.",
            _TEAM_WINDOW,
            "points per 100 possessions",
            TEAM_FORM,
            KNOWN_MORNING,
            {"ge": 0},
        ),
        *(
            Feature(
                f"opponent_{zone}_{name}",
                float,
                f"{definition} {words(zone)}, to the league's.",
                f"{_TEAM_WINDOW} whose shots are known",
                "ratio",
                zones,
                KNOWN_MORNING,
                {"ge": 0},
            )
            for zone in SHOT_ZONES
            for name, definition in (
                ("attempts_allowed_ratio", "Shots a game that the opponent allowed from"),
                ("percentage_allowed_ratio", "Share made of the shots that the opponent allowed from"),
            )
        ),
        Feature(
            "zone_mismatch_adjustment",
            float,
            "Where he shoots against what the opponent allows there; see precompute.player_composite_factors.",
            "last 20 games of his and last 15 of the opponent whose shots are known",
            SHARE_OF_EXPECTATION,
            FACTORS,
            KNOWN_MORNING,
        ),
    )


def team_context() -> tuple[Feature, ...]:
    """The group team_context."""

    def of(name: str, definition: str, unit: str, window: str = _TEAM_WINDOW, dtype: type = float) -> Feature:
        return Feature(name, dtype, definition, window, unit, TEAM_FORM, KNOWN_MORNING, {"ge": 0})

    return (
        of("team_pace", "His team's possessions per 48 minutes.", "possessions"),
        of("team_offensive_rating", "His team's points per 100 possessions.", "points per 100 possessions"),
        of("team_defensive_rating", "Points that his team allowed per 100 possessions.", "points per 100 possessions"),
        of("team_points_scored", "His team's points per game.", "points"),
        of("team_games_played_season", "Games that his team played.", "games", "season before the date", int),
        of("league_pace", "The league's possessions per 48 minutes.", "possessions", "season before the date"),
        Feature(
            "pace_adjustment",
            float,
            "The game's expected pace against that of his team's games; see precompute.player_composite_factors.",
            _TEAM_WINDOW,
            SHARE_OF_EXPECTATION,
            FACTORS,
            KNOWN_MORNING,
        ),
    )


def schedule() -> tuple[Feature, ...]:
    """The group schedule."""

    def of(
        name: str,
        dtype: type,
        definition: str,
        window: str,
        unit: str,
        sources: tuple[str, ...] = TEAM_CONTEXT,
        knowable: str = KNOWN_SCHEDULE,
        **checks: Any,
    ) -> Feature:
        return Feature(name, dtype, definition, window, unit, sources, knowable, checks)

    month = "30 days before the date"
    week = "seven days before the date"
    return (
        of("is_home", bool, "Whether his team is the home team.", _THIS_GAME, "yes or no"),
        of("is_playoffs", bool, "Whether it is a game of the playoffs or play-in.", _THIS_GAME, "yes or no"),
        of(
            "days_rest",
            int,
            "Days since his last game, less one; null beyond 30.",
            YEAR,
            "days",
            PLAYER_CONTEXT,
            KNOWN_MORNING,
            ge=0,
        ),
        of("team_days_rest", int, "Days since his team's last game, less one.", month, "days", ge=0),
        of("opponent_days_rest", int, "Days since the opponent's last game, less one.", month, "days", ge=0),
        of("is_back_to_back", bool, "Whether his team played the day before.", "the day before", "yes or no"),
        of(
            "opponent_is_back_to_back",
            bool,
            "Whether the opponent played the day before.",
            "the day before",
            "yes or no",
        ),
        of("team_games_last_4_days", int, "His team's games.", "four days before the date", "games", ge=0),
        of("team_games_last_7_days", int, "His team's games.", week, "games", ge=0),
        of("travel_km", float, "Distance from the arena of his team's last game.", month, "km", ge=0),
        of("travel_km_last_7_days", float, "Distance of his team's journeys.", week, "km", ge=0),
        of("time_zones_crossed", float, "Clock here ahead of that at his team's last game.", month, "hours"),
        of("games_last_7_days", int, "Games that he played.", week, "games", PLAYER_CONTEXT, KNOWN_MORNING, ge=0),
        of(
            "minutes_last_7_days",
            float,
            "Minutes that he played.",
            week,
            "minutes",
            PLAYER_CONTEXT,
            KNOWN_MORNING,
            ge=0,
        ),
        of(
            "fatigue_score",
            float,
            "How tired he is, 0 rested to 1 spent; see precompute.player_composite_factors.",
            week,
            "score",
            FACTORS,
            KNOWN_MORNING,
            ge=0,
            le=1,
        ),
    )


def absences() -> tuple[Feature, ...]:
    """The group absences."""
    reported = "reports of this game"

    def of(name: str, dtype: type, definition: str, unit: str, sources: tuple[str, ...]) -> Feature:
        return Feature(name, dtype, definition, reported, unit, sources, KNOWN_REPORTS, {"ge": 0})

    return (
        of(
            "injury_severity",
            float,
            "His own newest status: 0 available or not listed, 0.25 probable, 0.5 questionable or day to day, 0.75"
            " doubtful, 1 out or suspended; 0 where reports of the game are known and none names him.",
            "score",
            PLAYER_CONTEXT,
        ),
        of("teammates_out", int, "Team-mates with a role in it known to be out.", "players", PLAYER_CONTEXT),
        of("minutes_out", float, "Minutes a game that they leave behind.", "minutes", PLAYER_CONTEXT),
        of("usage_out", float, "Share of the team's plays that they leave behind.", "share", PLAYER_CONTEXT),
        of("opponent_players_out", int, "Players of the opponent known to be out.", "players", TEAM_CONTEXT),
        of("opponent_minutes_out", float, "Minutes a game that they leave behind.", "minutes", TEAM_CONTEXT),
        of(
            "usage_shift_adjustment",
            float,
            "Plays of absent team-mates that fall to him; see precompute.player_composite_factors.",
            SHARE_OF_EXPECTATION,
            FACTORS,
        ),
    )


def market() -> tuple[Feature, ...]:
    """The group market."""

    def of(name: str, definition: str, unit: str, **checks: Any) -> Feature:
        return Feature(
            name, float, definition, "newest snapshot of each book", unit, PLAYER_CONTEXT, KNOWN_LINES, checks
        )

    return (
        *(
            of(f"{market}_line", f"Consensus {words(market)} line.", words(market), gt=0, lt=200)
            for market in PREDICTED_MARKETS
        ),
        *(
            of(
                f"{market}_over_probability",
                f"Consensus no-vig probability of over the {words(market)} line.",
                "probability",
                ge=0,
                le=1,
            )
            for market in PREDICTED_MARKETS
        ),
        of("team_implied_total", "Points that the game lines imply for his team.", "points"),
        of("opponent_implied_total", "Points that the game lines imply for the opponent.", "points"),
        of("team_spread", "His team's points handicap; negative if favoured.", "points"),
        of("game_total", "The game's total of points.", "points", gt=0),
    )
