"""Makes ``precompute.player_composite_factors``: what a game's circumstances do to a player's expectation.

Each adjustment is a share of his expectation: positive raises it, negative lowers it. They are rules of thumb with a
stated formula, not estimates: their signs are certain and their sizes bounded, and a model may weigh them as it likes.
None looks at a betting line. What an adjustment rests on but is not known makes it null, never zero.
"""

from __future__ import annotations

from functools import reduce
from operator import add

import polars as pl

from nba_props.box_formulas import in_wholes, quotient
from nba_props.contracts.conformed.shots import SHOT_ZONES
from nba_props.contracts.precompute.composite_factors import PLAYER_COMPOSITE_FACTORS
from nba_props.game_calendar import DateRange

SPENT_MINUTES = 160
"""Minutes in seven days that tire fully: four games of forty."""

SPENT_GAMES = 5
"""Games in seven days that tire fully: more than the schedule gives without a postponement."""

RESTED_DAYS = 3
"""Days of rest after which the last game tires no more."""

SPENT_TRAVEL_KM = 8000
"""Way in seven days that tires fully: about twice across the continent."""

FATIGUE_WEIGHTS = {"minutes": 0.35, "games": 0.15, "rest": 0.2, "back_to_back": 0.15, "travel": 0.15}
"""What each part of the fatigue score weighs; together one."""

GREATEST_FATIGUE = 0.15
GREATEST_ZONE_MISMATCH = 0.2
GREATEST_PACE = 0.15
GREATEST_USAGE_SHIFT = 0.4

SHOT_VALUES = {zone: 3 if zone.endswith("three") else 2 for zone in SHOT_ZONES}
"""Points of a shot made from each zone."""

_GAME = ("game_date", "game_id")


def build(
    dates: DateRange,
    *,
    upcoming_player_game_context: pl.LazyFrame,
    upcoming_team_game_context: pl.LazyFrame,
    player_shot_zone_analysis: pl.LazyFrame,
    team_defense_zone_analysis: pl.LazyFrame,
    team_daily_cache: pl.LazyFrame,
) -> pl.DataFrame:
    """The factors of every player of the upcoming context: see the function of each for its formula.

    All inputs hold the dates at least, and stand for no later moment than the context: its own ``as_of`` or the
    morning of the date.

    Returns:
        Rows of ``dates`` with the columns of the contract, ordered by its key.
    """
    teams = upcoming_team_game_context.filter(dates.is_in()).select(
        *_GAME, "team", "is_back_to_back", "travel_km_last_7_days"
    )
    paces = team_daily_cache.filter(dates.is_in())
    own_pace = paces.select("game_date", "team", "league_pace", team_pace="pace")
    other_pace = paces.select("game_date", opponent="team", opponent_pace="pace")
    shooting = player_shot_zone_analysis.filter(dates.is_in()).select(
        "game_date", "player_id", *(f"{zone}_{name}_last_20" for zone in SHOT_ZONES for name in ("share", "percentage"))
    )
    allowed = team_defense_zone_analysis.filter(dates.is_in()).select(
        "game_date", pl.col("team").alias("opponent"), *(f"{zone}_percentage_allowed_ratio" for zone in SHOT_ZONES)
    )
    rows = upcoming_player_game_context.filter(dates.is_in())
    for facts, on in (
        (teams, (*_GAME, "team")),
        (own_pace, ("game_date", "team")),
        (other_pace, ("game_date", "opponent")),
        (shooting, ("game_date", "player_id")),
        (allowed, ("game_date", "opponent")),
    ):
        rows = rows.join(facts, on=on, how="left")
    made = rows.with_columns(fatigue_score=fatigue_score()).with_columns(
        fatigue_adjustment=fatigue_adjustment(),
        zone_mismatch_adjustment=zone_mismatch_adjustment(),
        pace_adjustment=pace_adjustment(),
        usage_shift_adjustment=usage_shift_adjustment(),
    )
    return PLAYER_COMPOSITE_FACTORS.conform(made)


def fatigue_score() -> pl.Expr:
    """How tired he is, 0 rested to 1 spent: the sum over its parts, each 0 to 1, times ``FATIGUE_WEIGHTS``.

    - minutes: his minutes of the last seven days / ``SPENT_MINUTES``;
    - games: his games of the last seven days / ``SPENT_GAMES``;
    - rest: 1 - his days of rest / ``RESTED_DAYS``;
    - back_to_back: 1 if his team and he himself played the day before;
    - travel: his team's way of the last seven days / ``SPENT_TRAVEL_KM``.

    Grows with load and travel, falls with rest. Null without a known game of his or without a known team.
    """
    played_yesterday = pl.col("is_back_to_back") & (pl.col("days_rest") == 0)
    parts = {
        "minutes": _share_of(pl.col("minutes_last_7_days"), SPENT_MINUTES),
        "games": _share_of(pl.col("games_last_7_days"), SPENT_GAMES),
        "rest": 1 - _share_of(pl.col("days_rest"), RESTED_DAYS),
        "back_to_back": played_yesterday.cast(pl.Float64),
        "travel": _share_of(pl.col("travel_km_last_7_days"), SPENT_TRAVEL_KM),
    }
    return reduce(add, (weight * parts[name] for name, weight in FATIGUE_WEIGHTS.items())).clip(0, 1)


def _share_of(amount: pl.Expr, full: int) -> pl.Expr:
    return in_wholes(amount, full).clip(0, 1)


def fatigue_adjustment() -> pl.Expr:
    """What tiredness takes from him: -``GREATEST_FATIGUE`` * fatigue score; -0.15 to 0.

    Never positive, so a tired player's adjustment lowers his expectation. Null where the score is.
    """
    score = pl.col("fatigue_score")
    # Minus zero is not the zero that a rested player's adjustment is.
    return pl.when(score > 0).then(-GREATEST_FATIGUE * score).otherwise(score)


def zone_mismatch_adjustment() -> pl.Expr:
    """Where he shoots against what the opponent allows there, clipped to +-``GREATEST_ZONE_MISMATCH``.

    sum over zones of p * (r - 1) / sum over zones of p, where p is what a shot of his brings from the zone (his share
    of shots * share made * points, of his last 20 games) and r the share made that the opponent allows there as a ratio
    to the league's. Positive if the opponent allows more than the league where he scores. Zones that bring him nothing
    do not count. Null if his shots or what the opponent allows are not known, or he made none.
    """
    brought = [_points_per_shot(zone) for zone in SHOT_ZONES]
    moved = [
        pl.when(points == 0).then(0.0).otherwise(points * (pl.col(f"{zone}_percentage_allowed_ratio") - 1))
        for zone, points in zip(SHOT_ZONES, brought, strict=True)
    ]
    relative = quotient(reduce(add, moved), reduce(add, brought))
    return relative.clip(-GREATEST_ZONE_MISMATCH, GREATEST_ZONE_MISMATCH)


def _points_per_shot(zone: str) -> pl.Expr:
    """Of all his shots, the points that those from the zone bring to each."""
    share, made = pl.col(f"{zone}_share_last_20"), pl.col(f"{zone}_percentage_last_20")
    return pl.when(share == 0).then(0.0).otherwise(SHOT_VALUES[zone] * share * made)


def pace_adjustment() -> pl.Expr:
    """The game's expected pace against that of his team's games, clipped to +-``GREATEST_PACE``.

    A game's pace is the mean of what both teams would play among themselves, and so was each game in which theirs was
    measured, mostly against usual opponents. Hence the expected pace is team + opponent - league, and the adjustment
    (team + opponent - league) / team - 1. Positive if the opponent plays faster than the league. Null if one of the
    three is not known.
    """
    relative = quotient(pl.col("opponent_pace") - pl.col("league_pace"), pl.col("team_pace"))
    return relative.clip(-GREATEST_PACE, GREATEST_PACE)


def usage_shift_adjustment() -> pl.Expr:
    """Plays of absent team-mates that fall to him, as a share of his own; 0 to ``GREATEST_USAGE_SHIFT``.

    With u the share of the team's plays that the absent leave behind, those who are left have 1 - u of them. Shared out
    in proportion to what each has, u comes to u / (1 - u) of everybody's own. Never negative, and grows with u. Null if
    no report of the game is known, or his own usage is not. Who has been out for long counts like who is out since
    today, though the form of those who are left holds his plays already.
    """
    most = GREATEST_USAGE_SHIFT / (1 + GREATEST_USAGE_SHIFT)
    left_behind = pl.col("usage_out").clip(0, most)
    shift = (left_behind / (1 - left_behind)).clip(0, GREATEST_USAGE_SHIFT)
    return pl.when(pl.col("usage_mean_last_10").is_not_null()).then(shift)
