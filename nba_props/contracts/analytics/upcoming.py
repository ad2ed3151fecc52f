"""Analytics tables of a game to come: what could be known of its teams and players as of a moment before it."""

from __future__ import annotations

from typing import Any

import polars as pl

from nba_props.contracts import columns as c
from nba_props.contracts.conformed.injuries import INJURY_STATUSES
from nba_props.contracts.table import Table, declared
from nba_props.game_calendar import COUNTED_GAME_TYPES
from nba_props.markets import PREDICTED_MARKETS

ROLES = ("starter", "rotation", "bench", "newcomer")
"""Roles by the mean minutes of the last ten games played: 28 and more, 15 and more, fewer; no game known."""

_COUNT = {"ge": 0}


def _maybe(description: str, dtype: Any = float, **checks: Any) -> tuple[Any, Any]:
    return dtype, c.number(description, nullable=True, **checks)


_GAME: dict[str, tuple[Any, Any]] = {
    "game_id": (str, c.game_id()),
    "game_date": (pl.Date, c.game_date()),
    "season": (str, c.season()),
    "game_type": (str, c.text("Kind of game.", isin=COUNTED_GAME_TYPES)),
    "tip_off_at": (c.Moment, c.moment("Tip-off.")),
    "as_of": (c.Moment, c.moment("The time that the row stands for; nothing later was used.")),
    "team": (str, c.team("His team, or the team.")),
    "opponent": (str, c.team("Tricode of the opponent.")),
    "is_home": (bool, c.flag("Whether it is the home team.")),
}

_LEFT_BEHIND: dict[str, tuple[Any, Any]] = {
    "injuries_known": (
        bool,
        c.flag("Whether any injury report about a player of the team was known for the game; else absences are null."),
    ),
    "players_out": _maybe("Players of the team known to be out, of those with a role in it.", int, **_COUNT),
    "minutes_out": _maybe("Minutes a game that they leave behind: the sum of their means of ten games.", **_COUNT),
    "usage_out": _maybe(
        "Share of the team's plays they leave behind: the sum of usage * minutes / 48 of their means of ten games.",
        **_COUNT,
    ),
}

UpcomingTeamGameContext = declared(
    "UpcomingTeamGameContext",
    """A team before a game: rest, travel, lines and absences as of a moment; one row a team and game not postponed.

    Rest and travel are told by the schedule of the season's games that count, from 30 days before the date on.""",
    {
        **_GAME,
        "days_rest": _maybe("Days since its last game, less one; null without one in 30 days.", int, **_COUNT),
        "is_back_to_back": (bool, c.flag("Whether it played the day before.")),
        "games_last_4_days": (int, c.number("Its games in the four days before the date.", ge=0, le=8)),
        "games_last_7_days": (int, c.number("Its games in the seven days before the date.", ge=0, le=14)),
        "opponent_days_rest": _maybe("The opponent's days of rest, as its own.", int, **_COUNT),
        "travel_km": _maybe(
            "Great-circle distance from the arena of its last game to this one's, km; null without one in 30 days.",
            **_COUNT,
        ),
        "travel_km_last_7_days": (
            float,
            c.number("Distance of its journeys to this game and its games of the seven days before, km.", ge=0),
        ),
        "time_zones_crossed": _maybe(
            "Hours by which the clock at this game's arena is ahead of that of its last game's; eastward is positive.",
            float,
            ge=-12,
            le=12,
        ),
        **_LEFT_BEHIND,
        "team_spread": _maybe("Its points handicap as of then; negative if favoured."),
        "total": _maybe("The game's total of points as of then.", gt=0),
        "team_implied_total": _maybe("Points that the lines imply for it."),
        "opponent_implied_total": _maybe("Points that the lines imply for the opponent."),
        "win_probability": (float, c.probability("No-vig probability that it wins.", nullable=True)),
        "lines_at": (c.Moment, c.moment("Snapshot of the game lines used; not after as_of.", nullable=True)),
        "injuries_at": (c.Moment, c.moment("Newest report of the team used; not after as_of.", nullable=True)),
    },
)

UpcomingPlayerGameContext = declared(
    "UpcomingPlayerGameContext",
    """A player before a game: team, role, load, injury status, absent team-mates and lines as of a moment; one row a
    player and game not postponed.

    Rows are those whose last known team plays (by box scores, lists, rosters and transactions before the date), not
    seen longer than 45 days before that team's own last game, and everybody with a line or an injury report for it.""",
    {
        "player_id": (int, c.player_id()),
        **_GAME,
        "team": (str, c.team("His team as known before the date; null if no source told it.", nullable=True)),
        "opponent": (str, c.team("The opponent, if his team is known.", nullable=True)),
        "is_home": (bool, c.flag("Whether his team is the home team; null if his team is not known.", nullable=True)),
        "last_game_date": (pl.Date, c.moment("Date of his last game within 365 days.", nullable=True)),
        "days_rest": _maybe("Days since his last game, less one; null without one.", int, **_COUNT),
        "is_newcomer": (bool, c.flag("Whether no game of his within 365 days is known.")),
        "changed_team": (bool, c.flag("Whether his last game was for another team than his team now.", nullable=True)),
        "role": (str, c.text("Role by the mean minutes of his last ten games.", isin=ROLES)),
        "minutes_mean_last_10": _maybe("Mean minutes of his last ten games within 365 days.", **_COUNT),
        "usage_mean_last_10": _maybe("Mean usage of those of them that have one.", **_COUNT),
        "starts_share_last_10": _maybe("Share of starts among those of them for which it is told.", ge=0, le=1),
        "games_last_7_days": (int, c.number("Games that he played in the seven days before the date.", ge=0, le=14)),
        "minutes_last_7_days": (float, c.number("Minutes that he played in the seven days before the date.", ge=0)),
        "minutes_last_3_games": _maybe("Minutes of his last three games together.", **_COUNT),
        "team_days_rest": _maybe("His team's days of rest.", int, **_COUNT),
        "injury_status": (
            str,
            c.text(
                "Newest status told of him for this game as of then; null if none was.",
                nullable=True,
                isin=INJURY_STATUSES,
            ),
        ),
        "injury_reason": (str, c.text("Its reason, as the source words it.", nullable=True)),
        "injury_report_at": (c.Moment, c.moment("When it was told; not after as_of.", nullable=True)),
        **_LEFT_BEHIND,
        "players_out": _maybe("Team-mates known to be out, himself not counted.", int, **_COUNT),
        **{
            f"{market}_{name}": column
            for market in PREDICTED_MARKETS
            for name, column in {
                "line": (float, c.line(f"Consensus {market.replace('_', ' ')} line as of then.", nullable=True)),
                "over_probability": (float, c.probability("No-vig probability of over that line.", nullable=True)),
            }.items()
        },
        "props_at": (c.Moment, c.moment("Newest snapshot of the prop lines used; not after as_of.", nullable=True)),
        "team_spread": _maybe("His team's points handicap as of then; negative if favoured."),
        "total": _maybe("The game's total of points as of then.", gt=0),
        "team_implied_total": _maybe("Points that the lines imply for his team."),
        "opponent_implied_total": _maybe("Points that the lines imply for the opponent."),
        "game_lines_at": (c.Moment, c.moment("Snapshot of the game lines used; not after as_of.", nullable=True)),
    },
)

UPCOMING_TEAM_GAME_CONTEXT = Table(
    "analytics", "upcoming_team_game_context", UpcomingTeamGameContext, ("game_date", "game_id", "team")
)
UPCOMING_PLAYER_GAME_CONTEXT = Table(
    "analytics", "upcoming_player_game_context", UpcomingPlayerGameContext, ("game_date", "game_id", "player_id")
)

TABLES = (UPCOMING_TEAM_GAME_CONTEXT, UPCOMING_PLAYER_GAME_CONTEXT)
