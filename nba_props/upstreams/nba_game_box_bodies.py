"""Bodies of one game's box score: stats.nba.com boxscoretraditionalv3, and the CDN's live box score.

What they hold as sent, typed; ``nba_game_box_scores`` makes rows of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import msgspec
from msgspec import Raw, Struct

from nba_props.archive.payload import MalformedPayload, Payload
from nba_props.contracts.raw import NBAC_PLAYER_BOXSCORE, NBAC_TEAM_BOXSCORE
from nba_props.game_calendar import game_date_of
from nba_props.upstreams.bodies import decode, moment_of
from nba_props.upstreams.endpoint import Coverage
from nba_props.upstreams.nba_box_lines import date_asked
from nba_props.upstreams.nba_rows import Whole, fitting_parts

YesNo = Literal["0", "1"]

NAMES = {
    "told_minutes": "minutes",
    "field_goals_made": "fieldGoalsMade",
    "field_goals_attempted": "fieldGoalsAttempted",
    "field_goal_share": "fieldGoalsPercentage",
    "threes": "threePointersMade",
    "threes_attempted": "threePointersAttempted",
    "threes_share": "threePointersPercentage",
    "free_throws_made": "freeThrowsMade",
    "free_throws_attempted": "freeThrowsAttempted",
    "free_throw_share": "freeThrowsPercentage",
    "offensive_rebounds": "reboundsOffensive",
    "defensive_rebounds": "reboundsDefensive",
    "fouls": "foulsPersonal",
    "plus_minus": "plusMinusPoints",
}
"""Column and the upstream's name, where they differ."""


class Totals(Struct, rename=NAMES, gc=False):
    """Statistics that both forms tell of players and of teams by the same names."""

    told_minutes: str | None
    field_goals_made: Whole | None
    field_goals_attempted: Whole | None
    field_goal_share: float | None
    threes: Whole | None
    threes_attempted: Whole | None
    threes_share: float | None
    free_throws_made: Whole | None
    free_throws_attempted: Whole | None
    free_throw_share: float | None
    offensive_rebounds: Whole | None
    defensive_rebounds: Whole | None
    assists: Whole | None
    steals: Whole | None
    blocks: Whole | None
    turnovers: Whole | None
    fouls: Whole | None
    points: Whole | None


class Statistics(Totals, rename={**NAMES, "rebounds": "reboundsTotal"}, gc=False):
    """Statistics of a player, and v3's of a team."""

    rebounds: Whole | None
    plus_minus: float | None


class LiveTotals(
    Totals,
    rename={
        "rebounds": "reboundsPersonal",
        "team_rebounds": "reboundsTeam",
        "team_turnovers": "turnoversTeam",
        "points_in_the_paint": "pointsInThePaint",
        "fast_break_points": "pointsFastBreak",
        "second_chance_points": "pointsSecondChance",
        "points_off_turnovers": "pointsFromTurnovers",
        "bench_points": "benchPoints",
    },
    gc=False,
):
    """Statistics of a team in the live form, whose ``reboundsTotal`` holds those of the team alone, too."""

    rebounds: Whole | None
    team_rebounds: Whole | None = None
    team_turnovers: Whole | None = None
    points_in_the_paint: Whole | None = None
    fast_break_points: Whole | None = None
    second_chance_points: Whole | None = None
    points_off_turnovers: Whole | None = None
    bench_points: Whole | None = None


class PlayerV3(Struct):
    """A player as v3 lists him; without minutes if he did not play, with a position only if he started."""

    personId: Whole
    firstName: str | None
    familyName: str | None
    position: str | None
    comment: str | None
    statistics: Statistics


class LivePlayer(Struct):
    """A player as the live form lists him."""

    personId: Whole
    name: str | None
    starter: YesNo
    played: YesNo
    statistics: Statistics
    position: str | None = None
    notPlayingReason: str | None = None
    notPlayingDescription: str | None = None


class Side(Struct):
    """A team of a game; before the game it may have no players."""

    teamId: Whole | None
    teamTricode: str | None
    players: list[Raw] | None
    statistics: Raw


class GameV3(Struct):
    """A game of v3."""

    gameId: str
    homeTeam: Side | None
    awayTeam: Side | None


class BodyV3(Struct):
    """The whole answer of v3."""

    boxScoreTraditional: GameV3 | None


class LiveGame(Struct):
    """A game of the live form."""

    gameId: str
    gameStatus: Whole
    gameTimeUTC: str | None
    homeTeam: Side
    awayTeam: Side


class LiveBody(Struct):
    """The whole answer of the live form."""

    game: LiveGame


class LiveTime(Struct):
    """As much of a live answer as tells its date."""

    gameTimeUTC: str | None


class LiveTimeBody(Struct):
    """A live answer, the time only."""

    game: LiveTime


@dataclass(frozen=True)
class Line:
    """A player or a team's totals as sent, with its side of the game: 0 at home, 1 away."""

    side: int
    sent: Any


@dataclass(frozen=True)
class BoxScore:
    """A decoded answer; ``misfits`` are a table, a row that is none, and what is wrong with it."""

    game_id: str
    sides: tuple[Side | None, Side | None]
    players: list[Line]
    totals: list[Line]
    misfits: list[tuple[str, bytes, str]]
    game_status: int | None = None
    game_date: date | None = None


PLAYERS, TEAMS = NBAC_PLAYER_BOXSCORE.full_name, NBAC_TEAM_BOXSCORE.full_name
BODY_V3 = msgspec.json.Decoder(BodyV3)
LIVE_BODY, LIVE_TIME = msgspec.json.Decoder(LiveBody), msgspec.json.Decoder(LiveTimeBody)
PLAYER_V3, LIVE_PLAYER = msgspec.json.Decoder(PlayerV3), msgspec.json.Decoder(LivePlayer)
TOTALS_V3, LIVE_TOTALS = msgspec.json.Decoder(Statistics), msgspec.json.Decoder(LiveTotals)


def decode_box_score_v3(payload: Payload) -> BoxScore:
    """The players and totals of a game; none before it.

    Raises:
        MalformedPayload: the body is no box score, or not one player or not one team fits.
    """
    game = decode(payload, BODY_V3).boxScoreTraditional
    if game is None:
        return BoxScore("", (None, None), [], [], [])
    sides = (game.homeTeam, game.awayTeam)
    players, totals, misfits = _fitting(sides, PLAYER_V3, TOTALS_V3)
    return BoxScore(game.gameId, sides, players, totals, misfits)


def decode_live_box_score(payload: Payload) -> BoxScore:
    """The players and totals of a game as it stands.

    Raises:
        MalformedPayload: the body is no box score, tells no time of the game, or not one player or not one team fits.
    """
    game = decode(payload, LIVE_BODY).game
    sides = (game.homeTeam, game.awayTeam)
    players, totals, misfits = _fitting(sides, LIVE_PLAYER, LIVE_TOTALS)
    return BoxScore(game.gameId, sides, players, totals, misfits, game.gameStatus, _date_of(game.gameTimeUTC))


def live_coverage(payload: Payload) -> Coverage:
    """The date that a live box score tells; if it tells none, that which it was asked for."""
    try:
        day = _date_of(decode(payload, LIVE_TIME).game.gameTimeUTC)
    except MalformedPayload:
        day = date_asked(payload)
    return Coverage((day,))


def _date_of(text: str | None) -> date:
    moment = moment_of(text)
    if moment is None:
        raise MalformedPayload(f"gameTimeUTC is no time: {(text or '')[:40]!r}")
    return game_date_of(moment)


def _fitting(
    sides: Sequence[Side | None], player: msgspec.json.Decoder[Any], totals: msgspec.json.Decoder[Any]
) -> tuple[list[Line], list[Line], list[tuple[str, bytes, str]]]:
    players = [(number, raw) for number, side in enumerate(sides) for raw in _players(side)]
    listing = [(number, side.statistics) for number, side in enumerate(sides) if side and _players(side)]
    given = [(number, raw) for number, raw in listing if bytes(raw) != b"null"]
    fitting_players, odd_players = _decoded(players, player)
    fitting_totals, odd_totals = _decoded(given, totals)
    misfits = [(PLAYERS, *misfit) for misfit in odd_players] + [(TEAMS, *misfit) for misfit in odd_totals]
    return fitting_players, fitting_totals, misfits


def _players(side: Side | None) -> list[Raw]:
    return (side.players or []) if side else []


def _decoded(
    rows: Sequence[tuple[int, Raw]], decoder: msgspec.json.Decoder[Any]
) -> tuple[list[Line], list[tuple[bytes, str]]]:
    """Rows that fit their type, with their side, and the others; if not one fits, the format has changed."""
    fitting, misfits = fitting_parts(rows, decoder)
    return [Line(side, sent) for side, sent in fitting], misfits
