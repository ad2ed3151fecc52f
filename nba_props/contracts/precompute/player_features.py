"""Features of a player himself: form, role, trajectory, shooting, history against the opponent, priors."""

from __future__ import annotations

from nba_props.contracts.conformed.shots import SHOT_ZONES
from nba_props.contracts.precompute.feature import (
    FORM,
    KNOWN_MORNING,
    PLAYER_CONTEXT,
    YEAR,
    Feature,
    words,
)
from nba_props.contracts.precompute.player_form import (
    FORM_STATISTICS,
    FORM_WINDOWS,
    RATE_WINDOWS,
    SLOPE_WINDOW,
    SPREAD_STATISTICS,
    SPREAD_WINDOWS,
    unit_of,
    window_words,
)
from nba_props.markets import PREDICTED_MARKETS

TREND_STATISTICS = ("minutes", "points", "usage")
_LAST_TEN = "last 10 games that he played, within 365 days"


def form() -> tuple[Feature, ...]:
    """The group form."""

    def of(name: str, definition: str, window: str, unit: str) -> Feature:
        return Feature(name, float, definition, window_words(window), unit, FORM, KNOWN_MORNING, {"ge": 0})

    return (
        *(
            of(f"{statistic}_mean_{window}", f"Mean {words(statistic)}.", window, unit_of(statistic))
            for statistic in FORM_STATISTICS
            for window in FORM_WINDOWS
        ),
        *(
            of(
                f"{statistic}_sd_{window}",
                f"Sample standard deviation of {words(statistic)}.",
                window,
                unit_of(statistic),
            )
            for statistic in SPREAD_STATISTICS
            for window in SPREAD_WINDOWS
        ),
        *(
            of(
                f"{market}_per_minute_{window}",
                f"{words(market).capitalize()} per minute, sum over sum.",
                window,
                f"{words(market)} per minute",
            )
            for market in PREDICTED_MARKETS
            for window in RATE_WINDOWS
        ),
    )


def role() -> tuple[Feature, ...]:
    """The group role."""
    season = window_words("season")
    return (
        Feature(
            "is_newcomer", bool, "Whether no game of his is known.", YEAR, "yes or no", PLAYER_CONTEXT, KNOWN_MORNING
        ),
        Feature(
            "changed_team",
            bool,
            "Whether his last game was for another team than his team now.",
            YEAR,
            "yes or no",
            PLAYER_CONTEXT,
            KNOWN_MORNING,
        ),
        Feature("games_played_season", int, "Games that he played.", season, "games", FORM, KNOWN_MORNING, {"ge": 0}),
        Feature(
            "games_played_recently",
            int,
            "Games that he played, at most 20.",
            "last 20 games within 365 days",
            "games",
            FORM,
            KNOWN_MORNING,
            {"ge": 0, "le": 20},
        ),
        Feature(
            "team_games_missed_last_10",
            int,
            "Of the last 10 games of the team of his last game those that he missed.",
            "last 10 team games of the season",
            "games",
            FORM,
            KNOWN_MORNING,
            {"ge": 0, "le": 10},
        ),
        Feature(
            "starts_share_last_10",
            float,
            "Share of starts among the games for which it is told.",
            _LAST_TEN,
            "share",
            PLAYER_CONTEXT,
            KNOWN_MORNING,
            {"ge": 0, "le": 1},
        ),
        Feature(
            "minutes_last_3_games",
            float,
            "Minutes of his last three games together.",
            "last 3 games that he played, within 365 days",
            "minutes",
            PLAYER_CONTEXT,
            KNOWN_MORNING,
            {"ge": 0},
        ),
    )


def trajectory() -> tuple[Feature, ...]:
    """The group trajectory."""
    trends = (
        Feature(
            f"{statistic}_trend",
            float,
            f"Mean {words(statistic)} of the last 5 games less that of the last 20.",
            "last 5 and last 20 games that he played",
            unit_of(statistic),
            FORM,
            KNOWN_MORNING,
        )
        for statistic in TREND_STATISTICS
    )
    slopes = (
        Feature(
            f"{statistic}_slope_{SLOPE_WINDOW}",
            float,
            f"Least-squares slope of {words(statistic)} from game to game, oldest to newest.",
            window_words(SLOPE_WINDOW),
            f"{unit_of(statistic)} per game",
            FORM,
            KNOWN_MORNING,
        )
        for statistic in SPREAD_STATISTICS
    )
    return (*trends, *slopes)


def shooting() -> tuple[Feature, ...]:
    """The group shooting."""
    source = ("precompute.player_shot_zone_analysis",)
    window = "last 20 games within 365 days whose shots are known"
    share = {"ge": 0, "le": 1}
    return (
        *(
            Feature(
                f"{zone}_{name}_last_20",
                float,
                f"{definition} {words(zone)}.",
                window,
                "share",
                source,
                KNOWN_MORNING,
                share,
            )
            for zone in SHOT_ZONES
            for name, definition in (
                ("share", "Share of his shots that came from"),
                ("percentage", "Share made of his shots from"),
            )
        ),
        Feature(
            "assisted_share_last_20",
            float,
            "Share of his makes that were assisted.",
            window,
            "share",
            source,
            KNOWN_MORNING,
            share,
        ),
    )


def opponent_history() -> tuple[Feature, ...]:
    """The group opponent_history."""
    source = ("precompute.player_opponent_history",)
    return (
        Feature(
            "games_against_opponent",
            int,
            "Games that he played against the opponent.",
            YEAR,
            "games",
            source,
            KNOWN_MORNING,
            {"ge": 0},
        ),
        *(
            Feature(
                f"{statistic}_mean_against_opponent",
                float,
                f"Mean {words(statistic)} in them.",
                YEAR,
                unit_of(statistic),
                source,
                KNOWN_MORNING,
                {"ge": 0},
            )
            for statistic in SPREAD_STATISTICS
        ),
    )


def prior() -> tuple[Feature, ...]:
    """The group prior."""
    return tuple(
        Feature(
            f"{statistic}_prior",
            float,
            f"The league's mean {words(statistic)} of players of his role; a prior, not his own.",
            YEAR,
            unit_of(statistic),
            ("precompute.role_priors",),
            KNOWN_MORNING,
            {"ge": 0},
        )
        for statistic in SPREAD_STATISTICS
    )
