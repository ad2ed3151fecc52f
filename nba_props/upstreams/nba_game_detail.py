"""Game details of data.nba.com, into ``raw.nbac_player_boxscore`` and ``raw.nbac_team_boxscore``.

A payload's rows are its players and the totals of each team that lists players. Beside them the body repeats who led
in points, rebounds and assists, and tells the line score, officials and attendance, which are read from the summary of
the game; here they are not. A team's minutes are the sum of its players', as the body tells none; shares are not told.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import msgspec
import polars as pl
from msgspec import Raw, Struct

from nba_props.archive.payload import Payload
from nba_props.contracts.raw import NBAC_PLAYER_BOXSCORE, NBAC_TEAM_BOXSCORE
from nba_props.contracts.raw.nba_com import GAME_DETAIL
from nba_props.teams import TRICODES
from nba_props.upstreams.bodies import date_of, decode
from nba_props.upstreams.endpoint import Built, Coverage, Reject
from nba_props.upstreams.nba_box_lines import (
    COUNTS,
    PLAYER_MINUTES,
    TEAM_MINUTES,
    game_faults,
    identity_faults,
    number_faults,
    player_faults,
    presence_faults,
    settled,
)
from nba_props.upstreams.nba_rows import PAYLOAD, PLACE, Whole, columns_of, fitting_parts, season_of_game, text_or_null
from nba_props.upstreams.sifting import Fault

PLAYERS, TEAMS = NBAC_PLAYER_BOXSCORE.full_name, NBAC_TEAM_BOXSCORE.full_name

NAMES = {
    "field_goals_made": "fgm",
    "field_goals_attempted": "fga",
    "threes": "tpm",
    "threes_attempted": "tpa",
    "free_throws_made": "ftm",
    "free_throws_attempted": "fta",
    "offensive_rebounds": "oreb",
    "defensive_rebounds": "dreb",
    "rebounds": "reb",
    "assists": "ast",
    "steals": "stl",
    "blocks": "blk",
    "turnovers": "tov",
    "fouls": "pf",
}
PLAYER_NAMES = {
    **NAMES,
    "first_name": "fn",
    "last_name": "ln",
    "player_id": "pid",
    "position": "pos",
    "whole_minutes": "min",
    "seconds": "sec",
    "comment": "memo",
    "points": "pts",
    "plus_minus": "pm",
}
TEAM_NAMES = {
    **NAMES,
    "team_rebounds": "tmreb",
    "team_turnovers": "tmtov",
    "points_in_the_paint": "pip",
    "fast_break_points": "fbpts",
    "second_chance_points": "scp",
    "points_off_turnovers": "potov",
    "bench_points": "bpts",
}
"""Column and the upstream's name, where they differ."""

OF_TEAM_ALONE = tuple(name for name in TEAM_NAMES if name not in NAMES)
SECONDS_OF_MINUTE = 60


class Counts(Struct, rename=NAMES, gc=False):
    """Statistics that are told of players and of teams by the same names."""

    field_goals_made: Whole
    field_goals_attempted: Whole
    threes: Whole
    threes_attempted: Whole
    free_throws_made: Whole
    free_throws_attempted: Whole
    offensive_rebounds: Whole
    defensive_rebounds: Whole
    rebounds: Whole
    assists: Whole
    steals: Whole
    blocks: Whole
    turnovers: Whole
    fouls: Whole


class Player(Counts, rename=PLAYER_NAMES, gc=False):
    """A player; with a position only if he started, with a comment only if he did not play."""

    first_name: str | None
    last_name: str | None
    player_id: Whole
    position: str | None
    whole_minutes: Whole
    seconds: Whole
    comment: str | None
    points: Whole
    plus_minus: Whole


class Totals(Counts, rename=TEAM_NAMES, gc=False):
    """Statistics of a team, but for its points."""

    team_rebounds: Whole | None = None
    team_turnovers: Whole | None = None
    points_in_the_paint: Whole | None = None
    fast_break_points: Whole | None = None
    second_chance_points: Whole | None = None
    points_off_turnovers: Whole | None = None
    bench_points: Whole | None = None


class Side(Struct):
    """A team of a game: id, tricode, points, players and totals; before the game it may have no players."""

    tid: Whole | None
    ta: str | None
    s: Whole | None
    pstsg: list[Raw] | None = None
    tstsg: Raw = Raw(b"null")


class Game(Struct):
    """A game: its id, its date in New York, its status, and its sides."""

    gid: str
    gdte: str | None
    st: Whole
    hls: Side
    vls: Side


class Body(Struct):
    """The whole answer."""

    g: Game


class DateOfGame(Struct):
    """As much of a game as tells its date."""

    gdte: str | None


class DateBody(Struct):
    """An answer, the date only."""

    g: DateOfGame


class Detail(Struct):
    """A decoded answer: players and totals, each with its side (0 at home, 1 away), and what is neither.

    ``misfits`` are a table, a row that is none of it, and what is wrong; ``minutes`` are those of each side's players
    together, None where one of them is a misfit.
    """

    game: Game
    game_date: date | None
    players: list[tuple[int, Player]]
    totals: list[tuple[int, Totals]]
    minutes: tuple[float | None, float | None]
    misfits: list[tuple[str, bytes, str]]


BODY, DATE = msgspec.json.Decoder(Body), msgspec.json.Decoder(DateBody)
PLAYER, TOTALS = msgspec.json.Decoder(Player), msgspec.json.Decoder(Totals)

_IDENTITY = pl.Schema(
    {
        PAYLOAD: pl.Int64,
        "game_id": pl.String,
        "told_date": pl.String,
        "game_date": pl.Date,
        "game_status": pl.Int64,
        "is_home": pl.Boolean,
        "team_id": pl.Int64,
        "team": pl.String,
        "opponent": pl.String,
        "team_points": pl.Int64,
        "team_minutes": pl.Float64,
    }
)


def decode_game_detail(payload: Payload) -> Detail:
    """The players and totals of a game as it stands.

    Raises:
        MalformedPayload: the body is no game detail, or not one player or not one team fits.
    """
    game = decode(payload, BODY).g
    sides = (game.hls, game.vls)
    listed = [(number, raw) for number, side in enumerate(sides) for raw in side.pstsg or []]
    players, odd_players = fitting_parts(listed, PLAYER)
    given = [(number, side.tstsg) for number, side in enumerate(sides) if side.pstsg]
    totals, odd_totals = fitting_parts([part for part in given if bytes(part[1]) != b"null"], TOTALS)
    misfits = [(PLAYERS, *misfit) for misfit in odd_players] + [(TEAMS, *misfit) for misfit in odd_totals]
    minutes = tuple(
        _minutes_together([each for side, each in players if side == number], sides[number]) for number in (0, 1)
    )
    return Detail(game, date_of(game.gdte), players, totals, (minutes[0], minutes[1]), misfits)


def game_detail_coverage(payload: Payload) -> Coverage:
    """The date that a game detail tells, if it tells one."""
    day = date_of(decode(payload, DATE).g.gdte)
    return Coverage((day,) if day else ())


def build_game_details(details: Sequence[tuple[Payload, Detail]]) -> Built:
    """Rows and rejects of decoded game details."""
    payloads = [payload for payload, _ in details]
    told = list(enumerate(detail for _, detail in details))
    players = [(owner, detail, *line) for owner, detail in told for line in detail.players]
    totals = [(owner, detail, *line) for owner, detail in told for line in detail.totals]
    player_rows, player_rejects = settled(
        _players(players),
        NBAC_PLAYER_BOXSCORE,
        GAME_DETAIL,
        [*_game_faults(), *player_faults(), *_clock_faults(), *presence_faults(), *number_faults(PLAYER_MINUTES)],
        payloads,
        lambda place: _as_sent(*players[place]),
    )
    negative: list[Fault] = [(pl.col(name) < 0, pl.format(f"negative {name}: {{}}", name)) for name in OF_TEAM_ALONE]
    team_rows, team_rejects = settled(
        _totals(totals),
        NBAC_TEAM_BOXSCORE,
        GAME_DETAIL,
        [*_game_faults(), *presence_faults(tells_minutes=False), *number_faults(TEAM_MINUTES), *negative],
        payloads,
        lambda place: _as_sent(*totals[place]),
    )
    misfits = [Reject(payload, table, row, reason) for payload, each in details for table, row, reason in each.misfits]
    return Built({PLAYERS: player_rows, TEAMS: team_rows}, misfits + player_rejects + team_rejects)


def _minutes_together(players: Sequence[Player], side: Side) -> float | None:
    if len(players) < len(side.pstsg or []):
        return None
    return sum(each.whole_minutes * SECONDS_OF_MINUTE + each.seconds for each in players) / SECONDS_OF_MINUTE


def _identity(lines: Sequence[tuple[int, Detail, int, Any]]) -> pl.DataFrame:
    rows = []
    for owner, detail, number, _ in lines:
        game = detail.game
        side, other = (game.hls, game.vls) if number == 0 else (game.vls, game.hls)
        opponent = other.ta if other.ta in TRICODES else None
        who = (number == 0, side.tid, side.ta, opponent, side.s, detail.minutes[number])
        rows.append((owner, game.gid, game.gdte, detail.game_date, game.st, *who))
    frame = pl.DataFrame(rows, schema=_IDENTITY, orient="row").with_row_index(PLACE)
    return frame.with_columns(season=season_of_game())


def _players(lines: Sequence[tuple[int, Detail, int, Player]]) -> pl.DataFrame:
    statistics = columns_of(Player, [player for *_, player in lines])
    names = pl.concat_str(text_or_null("first_name"), text_or_null("last_name"), separator=" ", ignore_nulls=True)
    seconds = pl.col("whole_minutes") * SECONDS_OF_MINUTE + pl.col("seconds")
    counted = pl.any_horizontal(pl.col(name) != 0 for name in COUNTS)
    is_idle = (seconds == 0) & (text_or_null("comment").is_not_null() | ~counted)
    return (
        pl.concat([_identity(lines), statistics], how="horizontal")
        .with_columns(
            player_name=names,
            position=text_or_null("position"),
            minutes=seconds / SECONDS_OF_MINUTE,
            told_minutes=pl.format("{}:{}", "whole_minutes", "seconds"),
            did_not_play=is_idle,
        )
        .with_columns(
            is_starter=pl.col("position").is_not_null(),
            not_playing_reason=pl.when("did_not_play").then(text_or_null("comment")),
        )
    )


def _totals(lines: Sequence[tuple[int, Detail, int, Totals]]) -> pl.DataFrame:
    statistics = columns_of(Totals, [totals for *_, totals in lines])
    return pl.concat([_identity(lines), statistics], how="horizontal").with_columns(
        points=pl.col("team_points"),
        minutes=pl.col("team_minutes"),
        told_minutes=pl.lit(None, pl.String),
        plus_minus=pl.lit(None, pl.Int64),
        did_not_play=pl.lit(False),
    )


def _as_sent(_: int, detail: Detail, number: int, line: Any) -> bytes:
    side = detail.game.hls if number == 0 else detail.game.vls
    return msgspec.json.encode({"gid": detail.game.gid, "ta": side.ta, "line": line})


def _game_faults() -> list[Fault]:
    status = pl.col("game_status")
    return [
        *game_faults(),
        (pl.col("game_date").is_null(), pl.format("gdte is no date: '{}'", pl.col("told_date").fill_null(""))),
        (~status.is_between(1, 3), pl.format("unknown game status: {}", status)),
        *identity_faults(),
    ]


def _clock_faults() -> list[Fault]:
    seconds = pl.col("seconds")
    return [(~seconds.is_between(0, SECONDS_OF_MINUTE - 1), pl.format("impossible minutes: '{}'", "told_minutes"))]
