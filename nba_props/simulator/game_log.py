"""The bodies of stats.nba.com's leaguegamelog: one row a player and game, or a team and game, encoded once a season."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from nba_props.simulator.players import POSITION, Floats, Ints
from nba_props.simulator.season import Season
from nba_props.teams import TEAMS

_HEADERS = (
    "SEASON_ID PLAYER_ID PLAYER_NAME TEAM_ID TEAM_ABBREVIATION TEAM_NAME GAME_ID GAME_DATE MATCHUP WL "
    "MIN FGM FGA FG_PCT FG3M FG3A FG3_PCT FTM FTA FT_PCT OREB DREB REB AST STL BLK TOV PF PTS "
    "PLUS_MINUS FANTASY_PTS VIDEO_AVAILABLE"
)
COLUMNS = _HEADERS.split()
TEAM_COLUMNS = [name for name in COLUMNS if name not in ("PLAYER_ID", "PLAYER_NAME", "FANTASY_PTS")]
_ACCURACIES = (("FG_PCT", "FGM", "FGA"), ("FG3_PCT", "FG3M", "FG3A"), ("FT_PCT", "FTM", "FTA"))
_SORTERS = {"DATE": "GAME_ID"} | {
    name: name for name in COLUMNS[COLUMNS.index("MIN") : COLUMNS.index("VIDEO_AVAILABLE")]
}


@dataclass(frozen=True)
class GameLog:
    """A season's rows in order of game; every array has one entry a row.

    Attributes:
        rows: each row as JSON.
        game: the game's position in the season.
        sortable: the numeric columns by name.
        columns: the names of the columns.
    """

    season: Season
    rows: npt.NDArray[np.object_]
    game: Ints
    sortable: dict[str, Floats]
    columns: Sequence[str]

    def body(self, parameters: dict[str, Any], now: int, first: date | None, last: date | None) -> dict[str, Any]:
        """The answer at an epoch second: games over by then, between two game dates (None for no bound).

        ``parameters`` is echoed, and its Sorter and Direction obeyed.
        """
        dates = self.season.dates
        wanted = (self.season.finished <= now) & np.array(
            [(first is None or day >= first) and (last is None or day <= last) for day in dates]
        )
        chosen = np.flatnonzero(wanted[self.game])
        keys = self.sortable.get(_SORTERS.get(str(parameters["Sorter"]), "GAME_ID"), self.sortable["GAME_ID"])
        sign = -1 if parameters["Direction"] == "DESC" else 1
        chosen = chosen[np.argsort(sign * keys[chosen], kind="stable")]
        return game_log_body(parameters, [msgspec.Raw(row) for row in self.rows[chosen]], self.columns)


def game_log_body(
    parameters: dict[str, Any], rows: list[msgspec.Raw], columns: Sequence[str] = COLUMNS
) -> dict[str, Any]:
    """The answer with given rows."""
    table = {"name": "LeagueGameLog", "headers": columns, "rowSet": rows}
    return {"resource": "leaguegamelog", "parameters": parameters, "resultSets": [table]}


def build_game_log(season: Season) -> GameLog:
    """Encode every player's row of a season."""
    box = season.box_scores
    game, side, slot = (axis.astype(np.int64) for axis in np.nonzero(box.plays))
    numbers = box_score_numbers(box.counts[game, side, slot])
    numbers["MIN"] = box.minutes[game, side, slot]
    numbers["PLUS_MINUS"] = box.plus_minus[game, side, slot]
    player = season.setting.players[game, side, slot]
    labels = _labels(season, game, side)
    labels["PLAYER_ID"] = season.pool.player_id[player].tolist()
    labels["PLAYER_NAME"] = [season.pool.name[one] for one in player.tolist()]
    return _encoded(season, game, numbers, labels, COLUMNS)


def build_team_log(season: Season) -> GameLog:
    """Encode every team's row of a season: the sums of its players."""
    box = season.box_scores
    game, side = (axis.ravel().astype(np.int64) for axis in np.indices(box.score.shape))
    numbers = box_score_numbers(box.counts.sum(axis=2)[game, side])
    numbers["MIN"] = box.minutes.sum(axis=2)[game, side]
    numbers["PLUS_MINUS"] = box.score[game, side] - box.score[game, 1 - side]
    return _encoded(season, game, numbers, _labels(season, game, side), TEAM_COLUMNS)


def _encoded(
    season: Season,
    game: Ints,
    numbers: dict[str, npt.NDArray[Any]],
    labels: dict[str, list[Any]],
    columns: Sequence[str],
) -> GameLog:
    told: dict[str, list[Any]] = {name: values.tolist() for name, values in numbers.items()} | labels
    for name, made, tried in _ACCURACIES:
        told[name] = shares(numbers[made], numbers[tried])
    encoder = msgspec.json.Encoder()
    table = zip(*(told[name] for name in columns), strict=True)
    rows = np.array([encoder.encode(row) for row in table], dtype=object)
    sortable = {name: values.astype(np.float64) for name, values in numbers.items()}
    return GameLog(season, rows, game, sortable | {"GAME_ID": game.astype(np.float64)}, columns)


def shares(made: Ints, tried: Ints) -> list[float | None]:
    """Made of tried to three digits, null if nothing was tried."""
    share = np.round(made / np.maximum(tried, 1), 3).tolist()
    return [value if tries else None for value, tries in zip(share, tried.tolist(), strict=True)]


def box_score_numbers(counts: Ints) -> dict[str, npt.NDArray[Any]]:
    """The columns of a box score from countable events of shape (rows, statistics), by the log's names."""
    one = {name: counts[:, column] for name, column in POSITION.items()}
    numbers: dict[str, npt.NDArray[Any]] = {
        "FGM": one["two_made"] + one["three_made"],
        "FGA": one["two_made"] + one["three_made"] + one["two_missed"] + one["three_missed"],
        "FG3M": one["three_made"],
        "FG3A": one["three_made"] + one["three_missed"],
        "FTM": one["free_made"],
        "FTA": one["free_made"] + one["free_missed"],
        "OREB": one["offensive_rebounds"],
        "DREB": one["defensive_rebounds"],
        "REB": one["offensive_rebounds"] + one["defensive_rebounds"],
        "AST": one["assists"],
        "STL": one["steals"],
        "BLK": one["blocks"],
        "TOV": one["turnovers"],
        "PF": one["fouls"],
        "PTS": 2 * one["two_made"] + 3 * one["three_made"] + one["free_made"],
    }
    fantasy = numbers["PTS"] + 1.2 * numbers["REB"] + 1.5 * numbers["AST"] - numbers["TOV"]
    numbers["FANTASY_PTS"] = np.round(fantasy + 3 * (numbers["STL"] + numbers["BLK"]), 1)
    return numbers


def _labels(season: Season, game: Ints, side: Ints) -> dict[str, list[Any]]:
    teams, score = season.teams, season.box_scores.score
    tricode = [team.tricode for team in TEAMS]
    matchups = [
        (f"{tricode[home]} vs. {tricode[away]}", f"{tricode[away]} @ {tricode[home]}") for home, away in teams.tolist()
    ]
    team = teams[game, side].tolist()
    won = score[game, side] > score[game, 1 - side]
    return {
        "SEASON_ID": [f"2{season.start_year}"] * len(game),
        "TEAM_ID": [TEAMS[one].team_id for one in team],
        "TEAM_ABBREVIATION": [tricode[one] for one in team],
        "TEAM_NAME": [TEAMS[one].full_name for one in team],
        "GAME_ID": [season.game_ids[one] for one in game.tolist()],
        "GAME_DATE": [str(season.dates[one]) for one in game.tolist()],
        "MATCHUP": [matchups[one][at] for one, at in zip(game.tolist(), side.tolist(), strict=True)],
        "WL": np.where(won, "W", "L").tolist(),
        "VIDEO_AVAILABLE": [1] * len(game),
    }
