"""Box scores of stats.nba.com beside the traditional one, such as usage, into ``raw.nbac_player_measures``.

They share v3's layout and differ in their statistics, so that one long table holds them all. A payload's rows are the
statistics of its players; those of teams, which are sums or shares of the same, are not read. The bodies tell no date.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import polars as pl
from msgspec import Raw, Struct

from nba_props.archive.payload import MalformedPayload, Payload
from nba_props.contracts.raw import NBAC_PLAYER_MEASURES
from nba_props.upstreams.bodies import decode, fitting_rows
from nba_props.upstreams.endpoint import Built, Reject
from nba_props.upstreams.nba_box_lines import (
    circumstance_faults,
    game_faults,
    identity_faults,
    minutes_of,
    with_circumstances,
)
from nba_props.upstreams.nba_rows import PAYLOAD, PLACE, Whole, season_of_game, store
from nba_props.upstreams.sifting import Fault

TABLE = NBAC_PLAYER_MEASURES.full_name
MEASURE_OF_BODY = {
    "boxScoreAdvanced": "advanced",
    "boxScoreFourFactors": "four_factors",
    "boxScoreMisc": "miscellaneous",
    "boxScoreScoring": "scoring",
    "boxScoreUsage": "usage",
    "boxScorePlayerTrack": "player_tracking",
    "boxScoreDefensive": "defense",
    "boxScoreHustle": "hustle",
}
"""Name of the box score in a body, and the measure that it is stored as."""

PLAYING_TIME = ("minutes", "matchupMinutes")

LINES = pl.Schema(
    {
        PAYLOAD: pl.Int64,
        "game_id": pl.String,
        "measure": pl.String,
        "team_id": pl.Int64,
        "team": pl.String,
        "player_id": pl.Int64,
        "did_not_play": pl.Boolean,
        "statistic": pl.String,
        "number": pl.Float64,
        "text": pl.String,
    }
)


class Player(Struct):
    """A player and his statistics: numbers, and minutes as a clock's text, empty if he did not play."""

    personId: Whole
    statistics: dict[str, float | str | None]


class Side(Struct):
    """A team of a game."""

    teamId: Whole | None
    teamTricode: str | None
    players: list[Raw] | None


class Box(Struct):
    """A game."""

    gameId: str
    homeTeam: Side | None
    awayTeam: Side | None


class Measured(Struct):
    """A decoded answer: which measure it is of, its players with their teams, and the rows that are none."""

    measure: str
    game_id: str
    players: list[tuple[Side, Player]]
    misfits: list[tuple[bytes, str]]


BODY = msgspec.json.Decoder(dict[str, Raw])
BOX, PLAYER = msgspec.json.Decoder(Box | None), msgspec.json.Decoder(Player)


def decode_measures(payload: Payload) -> Measured:
    """The statistics of a game's players; none before it.

    Raises:
        MalformedPayload: the body is no box score of a known measure, or no player of a team fits.
    """
    body = decode(payload, BODY)
    known = [name for name in body if name in MEASURE_OF_BODY]
    if len(known) != 1:
        raise MalformedPayload(f"no box score of a known measure but {[name[:40] for name in body][:8]}")
    measure = MEASURE_OF_BODY[known[0]]
    try:
        box = BOX.decode(body[known[0]])
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise MalformedPayload(f"{known[0]} is no box score: {error}"[:300]) from None
    if box is None:
        return Measured(measure, "", [], [])
    players: list[tuple[Side, Player]] = []
    misfits: list[tuple[bytes, str]] = []
    for side in (box.homeTeam, box.awayTeam):
        if side is not None:
            fitting, others = fitting_rows(side.players or [], PLAYER)
            players.extend((side, player) for player in fitting)
            misfits.extend(others)
    return Measured(measure, box.gameId, players, misfits)


def build_measures(boxes: Sequence[tuple[Payload, Measured]]) -> Built:
    """Rows and rejects of decoded box scores."""
    payloads = [payload for payload, _ in boxes]
    lines = [
        (
            owner,
            box.game_id,
            box.measure,
            side.teamId,
            side.teamTricode,
            player.personId,
            _is_idle(player),
            *value,
        )
        for owner, (_, box) in enumerate(boxes)
        for side, player in box.players
        for value in _values(player)
    ]
    frame = with_circumstances(pl.DataFrame(lines, schema=LINES, orient="row").with_row_index(PLACE), payloads)
    told = pl.coalesce(pl.col("number"), minutes_of(pl.col("text")))
    rows, rejects = store(
        NBAC_PLAYER_MEASURES,
        payloads,
        frame.with_columns(season=season_of_game(), value=pl.when(~pl.col("did_not_play")).then(told), told=told),
        _faults(),
        lambda place: _as_sent(lines[place]),
    )
    misfits = [Reject(payload, TABLE, row, reason) for payload, box in boxes for row, reason in box.misfits]
    return Built({TABLE: rows}, misfits + rejects)


def _is_idle(player: Player) -> bool:
    """Whether he did not play: then his time is empty and everything else is a zero that means nothing."""
    return any(player.statistics.get(name, "?") in ("", None) for name in PLAYING_TIME)


def _values(player: Player) -> list[tuple[str, float | None, str | None]]:
    """Each statistic's name, and its value as a number or as a text."""
    return [
        (name, None, value) if isinstance(value, str) else (name, value, None)
        for name, value in player.statistics.items()
    ]


def _faults() -> list[Fault]:
    text = pl.col("text")
    unreadable = (text != "") & pl.col("told").is_null()
    return [
        *game_faults(),
        *circumstance_faults(),
        *identity_faults(),
        (pl.col("player_id") <= 0, pl.format("bad player id: {}", "player_id")),
        (pl.col("statistic") == "", "a statistic without a name"),
        (unreadable, pl.format("neither a number nor minutes: {}", text)),
    ]


def _as_sent(line: tuple[Any, ...]) -> bytes:
    _, game_id, _, _, team, player_id, _, name, number, text = line
    told = {"gameId": game_id, "teamTricode": team, "personId": player_id}
    return msgspec.json.encode(told | {name: number if text is None else text})
