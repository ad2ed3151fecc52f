"""Matchups of stats.nba.com boxscorematchupsv3, into ``raw.nbac_matchups``.

The body lists, of each player, the defenders who guarded him: the shares of the offensive time add up to about 1 in a
player's list, and its points are his. A payload's rows are the entries of those lists; a player who was guarded by
nobody has none. The body tells neither the game's date nor its status.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import polars as pl
from msgspec import Raw, Struct

from nba_props.archive.payload import Payload
from nba_props.contracts.raw.nba_game_details import NBAC_MATCHUPS
from nba_props.teams import TRICODES
from nba_props.upstreams.bodies import decode
from nba_props.upstreams.endpoint import Built, Reject
from nba_props.upstreams.nba_box_lines import (
    circumstance_faults,
    game_faults,
    identity_faults,
    minutes_of,
    with_circumstances,
)
from nba_props.upstreams.nba_rows import (
    PAYLOAD,
    PLACE,
    Whole,
    columns_of,
    contract_faults,
    fitting_parts,
    season_of_game,
    store,
)
from nba_props.upstreams.sifting import Fault

TABLE = NBAC_MATCHUPS.full_name

NAMES = {
    "told_minutes": "matchupMinutes",
    "seconds": "matchupMinutesSort",
    "possessions": "partialPossessions",
    "defender_time_share": "percentageDefenderTotalTime",
    "offensive_time_share": "percentageOffensiveTotalTime",
    "both_on_time_share": "percentageTotalTimeBothOn",
    "switches": "switchesOn",
    "points": "playerPoints",
    "team_points": "teamPoints",
    "assists": "matchupAssists",
    "potential_assists": "matchupPotentialAssists",
    "turnovers": "matchupTurnovers",
    "blocks": "matchupBlocks",
    "field_goals_made": "matchupFieldGoalsMade",
    "field_goals_attempted": "matchupFieldGoalsAttempted",
    "field_goal_share": "matchupFieldGoalsPercentage",
    "threes": "matchupThreePointersMade",
    "threes_attempted": "matchupThreePointersAttempted",
    "threes_share": "matchupThreePointersPercentage",
    "free_throws_made": "matchupFreeThrowsMade",
    "free_throws_attempted": "matchupFreeThrowsAttempted",
    "shooting_fouls": "shootingFouls",
    "help_blocks": "helpBlocks",
    "help_field_goals_made": "helpFieldGoalsMade",
    "help_field_goals_attempted": "helpFieldGoalsAttempted",
    "help_field_goal_share": "helpFieldGoalsPercentage",
}
"""Column and the upstream's name."""

SHARES = {
    "field_goal_share": "field_goals_attempted",
    "threes_share": "threes_attempted",
    "help_field_goal_share": "help_field_goals_attempted",
}
NEVER_MORE_THAN = (
    ("field_goals_made", "field_goals_attempted"),
    ("threes", "threes_attempted"),
    ("threes", "field_goals_made"),
    ("free_throws_made", "free_throws_attempted"),
    ("help_field_goals_made", "help_field_goals_attempted"),
)
CLOCK_TOLERANCE_MINUTES = 1.0 / 60
"""The clock tells whole seconds, beside it the time is sent with their fraction."""


class Statistics(Struct, rename=NAMES, gc=False):
    """What happened while a defender guarded a player; the time as a clock's text, and in seconds."""

    told_minutes: str
    seconds: float
    possessions: float
    defender_time_share: float
    offensive_time_share: float
    both_on_time_share: float
    switches: Whole
    points: Whole
    team_points: Whole
    assists: Whole
    potential_assists: Whole
    turnovers: Whole
    blocks: Whole
    field_goals_made: Whole
    field_goals_attempted: Whole
    field_goal_share: float
    threes: Whole
    threes_attempted: Whole
    threes_share: float
    free_throws_made: Whole
    free_throws_attempted: Whole
    shooting_fouls: Whole
    help_blocks: Whole
    help_field_goals_made: Whole
    help_field_goals_attempted: Whole
    help_field_goal_share: float


class Defender(Struct):
    """Who guarded, and what came of it."""

    personId: Whole
    firstName: str | None
    familyName: str | None
    statistics: Statistics


class Player(Struct):
    """A player on offense and who guarded him."""

    personId: Whole
    firstName: str | None
    familyName: str | None
    matchups: list[Raw] | None


class Side(Struct):
    """A team of a game; before the game it may have no players."""

    teamId: Whole | None
    teamTricode: str | None
    players: list[Raw] | None


class Game(Struct):
    """A game."""

    gameId: str
    homeTeam: Side | None
    awayTeam: Side | None


class Body(Struct):
    """The whole answer."""

    boxScoreMatchups: Game | None


class Matchup(Struct):
    """A row: the teams, the player on offense, and his defender."""

    side: Side
    other: Side | None
    player: Player
    defender: Defender


class Matchups(Struct):
    """A decoded answer and what of it is no player or no defender."""

    game_id: str
    rows: list[Matchup]
    misfits: list[tuple[bytes, str]]


BODY = msgspec.json.Decoder(Body)
PLAYER, DEFENDER = msgspec.json.Decoder(Player), msgspec.json.Decoder(Defender)

_IDENTITY = pl.Schema(
    {
        PAYLOAD: pl.Int64,
        "game_id": pl.String,
        "team_id": pl.Int64,
        "team": pl.String,
        "opponent": pl.String,
        "player_id": pl.Int64,
        "player_name": pl.String,
        "defender_id": pl.Int64,
        "defender_name": pl.String,
    }
)


def decode_matchups(payload: Payload) -> Matchups:
    """The matchups of a game; none before it.

    Raises:
        MalformedPayload: the body is no such box score, or not one player or not one defender of it fits.
    """
    game = decode(payload, BODY).boxScoreMatchups
    if game is None:
        return Matchups("", [], [])
    sides = ((game.homeTeam, game.awayTeam), (game.awayTeam, game.homeTeam))
    listed = [((side, other), raw) for side, other in sides if side for raw in side.players or []]
    players, odd_players = fitting_parts(listed, PLAYER)
    guarded = [((teams, player), raw) for teams, player in players for raw in player.matchups or []]
    defenders, odd_defenders = fitting_parts(guarded, DEFENDER)
    rows = [Matchup(side, other, player, defender) for ((side, other), player), defender in defenders]
    return Matchups(game.gameId, rows, odd_players + odd_defenders)


def build_matchups(answers: Sequence[tuple[Payload, Matchups]]) -> Built:
    """Rows and rejects of decoded answers."""
    payloads = [payload for payload, _ in answers]
    rows = [(owner, answer.game_id, row) for owner, (_, answer) in enumerate(answers) for row in answer.rows]
    who = pl.DataFrame([_who(*row) for row in rows], schema=_IDENTITY, orient="row").with_row_index(PLACE)
    what = columns_of(Statistics, [row.defender.statistics for *_, row in rows])
    frame = with_circumstances(pl.concat([who, what], how="horizontal"), payloads).with_columns(
        *(pl.when(pl.col(tried) > 0).then(pl.col(share)).alias(share) for share, tried in SHARES.items()),
        season=season_of_game(),
        minutes=pl.col("seconds") / 60,
        clock_minutes=minutes_of(pl.col("told_minutes")),
    )
    stored, rejects = store(NBAC_MATCHUPS, payloads, frame, _faults(), lambda place: _as_sent(*rows[place]))
    misfits = [Reject(payload, TABLE, row, reason) for payload, answer in answers for row, reason in answer.misfits]
    return Built({TABLE: stored}, misfits + rejects)


def _who(owner: int, game_id: str, row: Matchup) -> tuple[Any, ...]:
    other = row.other.teamTricode if row.other else None
    return (
        owner,
        game_id,
        row.side.teamId,
        row.side.teamTricode,
        other if other in TRICODES else None,
        row.player.personId,
        _name(row.player),
        row.defender.personId,
        _name(row.defender),
    )


def _name(person: Player | Defender) -> str:
    return " ".join(text.strip() for text in (person.firstName, person.familyName) if text and text.strip())


def _as_sent(_: int, game_id: str, row: Matchup) -> bytes:
    told = {"gameId": game_id, "teamTricode": row.side.teamTricode, "personId": row.player.personId}
    return msgspec.json.encode({**told, "matchup": row.defender})


def _faults() -> list[Fault]:
    clock, minutes = pl.col("clock_minutes"), pl.col("minutes")
    return [
        *game_faults(),
        *circumstance_faults(),
        *identity_faults(),
        (clock.is_null(), pl.format("impossible minutes: '{}'", "told_minutes")),
        (
            (clock - minutes).abs() > CLOCK_TOLERANCE_MINUTES,
            pl.format("the clock tells {} and beside it are {} seconds", "told_minutes", "seconds"),
        ),
        *(
            (pl.col(less) > pl.col(more), pl.format(f"impossible: {{}} {less} but {{}} {more}", less, more))
            for less, more in NEVER_MORE_THAN
        ),
        *contract_faults(NBAC_MATCHUPS),
    ]
