"""Box scores of one game, into ``raw.nbac_player_boxscore`` and ``raw.nbac_team_boxscore``, in two forms.

stats.nba.com boxscoretraditionalv3, which tells neither the game's date nor its status, and the CDN's live box score,
which tells both. A payload's rows are its players and the totals of each team that lists players; v3's sums of
starters and bench are not read.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import msgspec
import polars as pl
from msgspec.structs import astuple

from nba_props.archive.payload import Payload
from nba_props.contracts.raw import NBAC_PLAYER_BOXSCORE, NBAC_TEAM_BOXSCORE
from nba_props.contracts.raw.nba_com import BOX_SCORE_V3, LIVE_BOX_SCORE
from nba_props.teams import TRICODES
from nba_props.upstreams.endpoint import Built, Reject
from nba_props.upstreams.nba_box_lines import (
    PLAYER_MINUTES,
    TEAM_MINUTES,
    AsSent,
    circumstance_faults,
    game_faults,
    identity_faults,
    minutes_of,
    number_faults,
    player_faults,
    presence_faults,
    settled,
    with_circumstances,
)
from nba_props.upstreams.nba_game_box_bodies import BoxScore, Line, LiveTotals, Side, Statistics
from nba_props.upstreams.nba_rows import PAYLOAD, PLACE, season_of_game
from nba_props.upstreams.sifting import Fault

Boxes = Sequence[tuple[Payload, BoxScore]]
Lines = list[tuple[int, BoxScore, Line]]
"""The number of the payload, what it holds, and a line of it."""

FLOATS = ("field_goal_share", "threes_share", "free_throw_share", "plus_minus")
LIVE_EXTRAS = (
    "team_rebounds",
    "team_turnovers",
    "points_in_the_paint",
    "fast_break_points",
    "second_chance_points",
    "points_off_turnovers",
    "bench_points",
)
"""What the live form alone tells of a team."""

IDENTITY = pl.Schema(
    {
        PAYLOAD: pl.Int64,
        PLACE: pl.Int64,
        "game_id": pl.String,
        "game_status": pl.Int64,
        "game_date": pl.Date,
        "is_home": pl.Boolean,
        "team_id": pl.Int64,
        "team": pl.String,
        "opponent": pl.String,
    }
)
PLAYER = pl.Schema(
    {
        "player_id": pl.Int64,
        "player_name": pl.String,
        "position": pl.String,
        "is_starter": pl.Boolean,
        "did_not_play": pl.Boolean,
        "not_playing_reason": pl.String,
    }
)


def build_box_scores_v3(boxes: Boxes) -> Built:
    """Rows and rejects of decoded box scores of v3."""
    payloads = [payload for payload, _ in boxes]
    players, totals = _lines(boxes, lambda box: box.players), _lines(boxes, lambda box: box.totals)
    player_frame = pl.concat([_identity(players), _players_v3(players)], how="horizontal")
    team_frame = pl.concat(
        [_identity(totals), _statistics([line.sent for *_, line in totals], Statistics)], how="horizontal"
    )
    return _built(
        boxes,
        BOX_SCORE_V3,
        (with_circumstances(player_frame, payloads), players),
        (with_circumstances(team_frame, payloads), totals),
        circumstance_faults(),
    )


def build_live_box_scores(boxes: Boxes) -> Built:
    """Rows and rejects of decoded live box scores."""
    players, totals = _lines(boxes, lambda box: box.players), _lines(boxes, lambda box: box.totals)
    player_frame = pl.concat([_identity(players), _live_players(players)], how="horizontal")
    team_frame = pl.concat(
        [_identity(totals), _statistics([line.sent for *_, line in totals], LiveTotals)], how="horizontal"
    )
    status = pl.col("game_status")
    faults: list[Fault] = [(~status.is_between(1, 3), pl.format("unknown game status: {}", status))]
    return _built(boxes, LIVE_BOX_SCORE, (player_frame, players), (team_frame, totals), faults)


def _built(
    boxes: Boxes,
    endpoint: str,
    players: tuple[pl.DataFrame, Lines],
    teams: tuple[pl.DataFrame, Lines],
    faults: Sequence[Fault],
) -> Built:
    payloads = [payload for payload, _ in boxes]
    game = [*game_faults(), *faults, *identity_faults()]
    told = {"season": season_of_game(), "minutes": minutes_of(pl.col("told_minutes"))}
    player_rows, player_rejects = settled(
        players[0].with_columns(**told),
        NBAC_PLAYER_BOXSCORE,
        endpoint,
        [*game, *player_faults(), *presence_faults(), *number_faults(PLAYER_MINUTES)],
        payloads,
        _sent(players[1]),
    )
    extras = [name for name in LIVE_EXTRAS if name in teams[0].columns]
    negative: list[Fault] = [(pl.col(name) < 0, pl.format(f"negative {name}: {{}}", name)) for name in extras]
    team_rows, team_rejects = settled(
        teams[0].with_columns(**told, did_not_play=pl.lit(False)),
        NBAC_TEAM_BOXSCORE,
        endpoint,
        [*game, *presence_faults(), *number_faults(TEAM_MINUTES), *negative],
        payloads,
        _sent(teams[1]),
    )
    frames = {NBAC_PLAYER_BOXSCORE.full_name: player_rows, NBAC_TEAM_BOXSCORE.full_name: team_rows}
    misfits = [Reject(payload, table, row, reason) for payload, box in boxes for table, row, reason in box.misfits]
    return Built(frames, misfits + player_rejects + team_rejects)


def _sent(lines: Lines) -> AsSent:
    def sent(place: int) -> bytes:
        _, box, line = lines[place]
        team = _tricode(box.sides[line.side])
        return msgspec.json.encode({"gameId": box.game_id, "teamTricode": team, "line": line.sent})

    return sent


def _lines(boxes: Boxes, pick: Callable[[BoxScore], list[Line]]) -> Lines:
    return [(owner, box, line) for owner, (_, box) in enumerate(boxes) for line in pick(box)]


def _identity(lines: Lines) -> pl.DataFrame:
    sides = [box.sides[line.side] for _, box, line in lines]
    others = [box.sides[1 - line.side] for _, box, line in lines]
    columns: dict[str, Sequence[Any]] = {
        PAYLOAD: [owner for owner, *_ in lines],
        PLACE: range(len(lines)),
        "game_id": [box.game_id for _, box, _ in lines],
        "game_status": [box.game_status for _, box, _ in lines],
        "game_date": [box.game_date for _, box, _ in lines],
        "is_home": [line.side == 0 for *_, line in lines],
        "team_id": [side.teamId if side else None for side in sides],
        "team": [_tricode(side) for side in sides],
        "opponent": [code if (code := _tricode(side)) in TRICODES else None for side in others],
    }
    return pl.DataFrame(columns, schema=IDENTITY)


def _tricode(side: Side | None) -> str | None:
    return side.teamTricode if side else None


def _players_v3(lines: Lines) -> pl.DataFrame:
    players = [line.sent for *_, line in lines]
    idle = [_words(player.statistics.told_minutes) is None for player in players]
    columns = {
        "player_id": [player.personId for player in players],
        "player_name": [_words(player.firstName, player.familyName) for player in players],
        "position": [_words(player.position) for player in players],
        "is_starter": [_words(player.position) is not None for player in players],
        "did_not_play": idle,
        "not_playing_reason": [
            _words(player.comment) if idles else None for player, idles in zip(players, idle, strict=True)
        ],
    }
    return _with_statistics(pl.DataFrame(columns, schema=PLAYER), players)


def _live_players(lines: Lines) -> pl.DataFrame:
    players = [line.sent for *_, line in lines]
    columns = {
        "player_id": [player.personId for player in players],
        "player_name": [_words(player.name) for player in players],
        "position": [_words(player.position) for player in players],
        "is_starter": [player.starter == "1" for player in players],
        "did_not_play": [player.played == "0" for player in players],
        "not_playing_reason": [
            _words(player.notPlayingReason, player.notPlayingDescription, between=": ")
            if player.played == "0"
            else None
            for player in players
        ],
    }
    return _with_statistics(pl.DataFrame(columns, schema=PLAYER), players)


def _totals(lines: Lines, kind: type[msgspec.Struct]) -> pl.DataFrame:
    return _statistics([line.sent for *_, line in lines], kind)


def _with_statistics(frame: pl.DataFrame, players: Sequence[Any]) -> pl.DataFrame:
    statistics = _statistics([player.statistics for player in players], Statistics)
    return pl.concat([frame, statistics], how="horizontal")


def _statistics(sent: Sequence[Any], kind: type[msgspec.Struct]) -> pl.DataFrame:
    names = kind.__struct_fields__
    columns = zip(*map(astuple, sent), strict=True) if sent else [()] * len(names)
    return pl.DataFrame([pl.Series(name, values, _dtype(name)) for name, values in zip(names, columns, strict=True)])


def _dtype(name: str) -> pl.DataType:
    if name == "told_minutes":
        return pl.String()
    return pl.Float64() if name in FLOATS else pl.Int64()


def _words(*texts: str | None, between: str = " ") -> str | None:
    """What there is to read in texts; None if nothing."""
    return between.join(text.strip() for text in texts if text and text.strip()) or None
