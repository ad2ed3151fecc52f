"""Analytics tables of what happened in a game: players, their results against the lines, both sides of the teams."""

from __future__ import annotations

from typing import Any

import polars as pl

from nba_props.contracts import columns as c
from nba_props.contracts.conformed.box_scores import BOX_COUNTS, NOT_PLAYING_KINDS
from nba_props.contracts.conformed.provenance import knowable_at
from nba_props.contracts.conformed.shots import SHOT_ZONES
from nba_props.contracts.table import Contract, Table, declared
from nba_props.game_calendar import COUNTED_GAME_TYPES
from nba_props.markets import PREDICTED_MARKETS

RESULTS = ("OVER", "UNDER", "PUSH")

_GAME: dict[str, tuple[Any, Any]] = {
    "game_id": (str, c.game_id()),
    "game_date": (pl.Date, c.game_date()),
    "season": (str, c.season()),
    "game_type": (str, c.text("Kind of game.", isin=COUNTED_GAME_TYPES)),
}


def _words(name: str) -> str:
    return name.replace("_", " ")


def _ratio(description: str, **checks: Any) -> tuple[Any, Any]:
    return float, c.number(description, nullable=True, **checks)


def _zones(whose: str, suffix: str = "") -> dict[str, tuple[Any, Any]]:
    """Tries, makes and assisted makes by zone; all null where the game's shots are not known."""
    return {
        f"{zone}_{count}{suffix}": (
            int,
            c.number(f"{whose} field goals {words} in the zone {_words(zone)}; null {when}.", nullable=True, ge=0),
        )
        for zone in SHOT_ZONES
        for count, words, when in (
            ("attempted", "tried", "if has_shots is false"),
            ("made", "made", "if has_shots is false"),
            ("assisted", "made with an assist", "if has_shots is false or the source does not tell assists"),
        )
    }


_HAS_SHOTS = {
    "has_shots": (
        bool,
        c.flag(
            "Whether a play by play or shot chart tells exactly as many field goals tried as the box score, each with"
            " its zone."
        ),
    )
}

PlayerGameSummary = declared(
    "PlayerGameSummary",
    """One row a player whom a box score names: his line, efficiency, usage, shooting by zone, and each market's result
    against the closing line. Who did not play has a row with null statistics, not zeros.""",
    {
        **_GAME,
        "player_id": (int, c.player_id()),
        "player_name": (str, c.text("Name as the NBA spells it.")),
        "team": (str, c.team()),
        "opponent": (str, c.team("Tricode of the opponent.")),
        "is_home": (bool, c.flag("Whether his team is the home team.")),
        "did_not_play": (bool, c.flag("Whether he did not play; then every statistic is null.")),
        "not_playing_kind": (
            str,
            c.text(
                "DNP did not play, DND did not dress, NWT not with team, inactive, suspended; null if not told.",
                nullable=True,
                isin=NOT_PLAYING_KINDS,
            ),
        ),
        "not_playing_reason": (str, c.text("Why, as the source words it.", nullable=True)),
        "is_starter": (bool, c.flag("Whether he started; null where no source says.", nullable=True)),
        "minutes": (float, c.number("Minutes played.", nullable=True, ge=0, le=100)),
        **{
            statistic: (int, c.number(f"{_words(statistic).capitalize()}.", nullable=True, ge=0))
            for statistic in BOX_COUNTS
        },
        "plus_minus": (int, c.number("Points of his team less the opponent's while he played.", nullable=True)),
        "true_shooting": _ratio("Points / (2 * (FGA + 0.44 * FTA)); null without an attempt.", ge=0, le=3.5),
        "effective_field_goal": _ratio("(FGM + 0.5 * 3PM) / FGA; null without an attempt.", ge=0, le=1.5),
        "usage": _ratio(
            "Share of his team's plays that he ended while on the floor: (FGA + 0.44 FTA + TOV) * (team minutes / 5) /"
            " (minutes * (team FGA + 0.44 team FTA + team TOV)); null without minutes.",
            ge=0,
        ),
        "points_per_minute": _ratio("Points per minute; null without minutes.", ge=0),
        "team_possessions": _ratio(
            "His team's possessions: FGA - offensive rebounds + turnovers + 0.44 * FTA; null where an incomplete box"
            " score gives none.",
            gt=0,
        ),
        **_HAS_SHOTS,
        **_zones("His"),
        **{
            f"{market}_{name}": column
            for market in PREDICTED_MARKETS
            for name, column in {
                "closing_line": (float, c.line(f"Closing consensus line of {_words(market)}.", nullable=True)),
                "closing_over_probability": (float, c.probability("No-vig probability of over it.", nullable=True)),
                "result": (
                    str,
                    c.text("Against that line; null without one or if he did not play.", nullable=True, isin=RESULTS),
                ),
            }.items()
        },
        "knowable_at": (c.Moment, knowable_at()),
    },
)


class PlayerMarketResults(Contract):
    """One row a player who played and market: what he did, and how that stands to the closing consensus line."""

    game_id: str = c.game_id()
    game_date: pl.Date = c.game_date()
    player_id: int = c.player_id()
    market: str = c.market()
    actual: float = c.number("The settled value.", ge=0)
    closing_line: float = c.line("Closing consensus line; null if he had none.", nullable=True)
    closing_over_probability: float = c.probability("No-vig probability of over at closing.", nullable=True)
    result: str = c.text("OVER, UNDER or PUSH against the closing line; null without one.", nullable=True, isin=RESULTS)


_TEAM_GAME: dict[str, tuple[Any, Any]] = {
    **_GAME,
    "team": (str, c.team("Tricode of the team.")),
    "opponent": (str, c.team("Tricode of the opponent.")),
    "is_home": (bool, c.flag("Whether it was the home team.")),
    "overtimes": (
        int,
        c.number(
            "Overtime periods, from the game's minutes; null where an incomplete box score tells none.",
            nullable=True,
            ge=0,
            le=10,
        ),
    ),
    "possessions": _ratio(
        "The game's possessions of a side: mean of both teams' FGA - offensive rebounds + turnovers + 0.44 * FTA; null"
        " without both teams.",
        gt=0,
    ),
    "pace": _ratio("Possessions per 48 minutes: possessions * 48 / (48 + 5 * overtimes).", gt=0),
}


def _team_ratios(whose: str) -> dict[str, tuple[Any, Any]]:
    return {
        "effective_field_goal": _ratio(f"{whose} (FGM + 0.5 * 3PM) / FGA.", ge=0, le=1.5),
        "true_shooting": _ratio(f"{whose} points / (2 * (FGA + 0.44 * FTA)).", ge=0, le=3.5),
        "turnover_rate": _ratio(f"{whose} turnovers per play: TOV / (FGA + 0.44 * FTA + TOV).", ge=0, le=1),
        "free_throw_rate": _ratio(f"{whose} FTA / FGA.", ge=0),
        "three_attempt_rate": _ratio(f"{whose} three-pointers tried / FGA.", ge=0, le=1),
    }


TeamOffenseGameSummary = declared(
    "TeamOffenseGameSummary",
    """What a team did with the ball: one row a team and game, from the team box scores and the shots.""",
    {
        **_TEAM_GAME,
        "points": (int, c.number("Points scored.", ge=0)),
        "assists": (int, c.number("Assists.", ge=0)),
        "offensive_rating": _ratio("Points per 100 possessions.", ge=0),
        **_team_ratios("Its"),
        "offensive_rebound_rate": _ratio(
            "Its offensive rebounds / (those + the opponent's defensive rebounds).", ge=0, le=1
        ),
        **_HAS_SHOTS,
        **_zones("Its"),
        "knowable_at": (c.Moment, knowable_at()),
    },
)

TeamDefenseGameSummary = declared(
    "TeamDefenseGameSummary",
    """What a team allowed: one row a team and game whose opponent has a box score, from the opponent's side.""",
    {
        **_TEAM_GAME,
        **{
            f"{statistic}_allowed": (int, c.number(f"{_words(statistic).capitalize()} of the opponent.", ge=0))
            for statistic in ("points", "rebounds", "assists", "threes", "steals", "blocks", "turnovers")
        },
        "defensive_rating": _ratio("Points allowed per 100 possessions.", ge=0),
        **{f"{name}_allowed": column for name, column in _team_ratios("The opponent's").items()},
        "defensive_rebound_rate": _ratio(
            "Its defensive rebounds / (those + the opponent's offensive rebounds).", ge=0, le=1
        ),
        **_HAS_SHOTS,
        **_zones("The opponent's", "_allowed"),
        "knowable_at": (c.Moment, knowable_at()),
    },
)

_TEAM_KEY = ("game_date", "game_id", "team")
PLAYER_GAME_SUMMARY = Table(
    "analytics", "player_game_summary", PlayerGameSummary, ("game_date", "game_id", "player_id")
)
PLAYER_MARKET_RESULTS = Table(
    "analytics", "player_market_results", PlayerMarketResults, ("game_date", "game_id", "player_id", "market")
)
TEAM_OFFENSE_GAME_SUMMARY = Table("analytics", "team_offense_game_summary", TeamOffenseGameSummary, _TEAM_KEY)
TEAM_DEFENSE_GAME_SUMMARY = Table("analytics", "team_defense_game_summary", TeamDefenseGameSummary, _TEAM_KEY)

TABLES = (PLAYER_GAME_SUMMARY, PLAYER_MARKET_RESULTS, TEAM_OFFENSE_GAME_SUMMARY, TEAM_DEFENSE_GAME_SUMMARY)
