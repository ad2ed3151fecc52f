"""The league as a whole: its seasons, and the truth behind every player's game.

The truth is the distribution that a box score was drawn from: given the player plays, who else is out, and
everything else that could be known at tip-off. Tests can hold any forecast against it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cached_property

import numpy as np
import numpy.typing as npt
import polars as pl

from nba_props.game_calendar import season_of
from nba_props.simulator.distributions import at_least, probabilities
from nba_props.simulator.players import MARKET_WEIGHTS, Floats, PlayerPool
from nba_props.simulator.season import Season, build_seasons
from nba_props.teams import TEAMS

TRUTH_SCHEMA = {
    "season": pl.String(),
    "game_date": pl.Date(),
    "game_id": pl.String(),
    "player_id": pl.Int64(),
    "player_name": pl.String(),
    "team": pl.String(),
    "market": pl.String(),
    "expectation": pl.Float64(),
    "outcome": pl.Int64(),
}


class League:
    """A league in a box, the same for the same arguments.

    Args:
        seed: of everything random.
        today: a date whose season is the current one; that season is drawn to its end, too.
        history_seasons: complete seasons before it.
    """

    def __init__(self, seed: int, today: date, history_seasons: int = 1) -> None:
        self.seed = seed
        year = int(season_of(today)[:4])
        built = build_seasons(seed, range(year - history_seasons, year + 1))
        self.seasons: dict[str, Season] = {season.name: season for season in built}
        self.current: Season = built[-1]

    @property
    def pool(self) -> PlayerPool:
        """Every player of every season."""
        return self.current.pool

    @cached_property
    def games(self) -> dict[str, tuple[Season, int]]:
        """Season and position in it of each game id."""
        return {
            game_id: (season, game) for season in self.seasons.values() for game, game_id in enumerate(season.game_ids)
        }

    def truth(
        self,
        season: str | None = None,
        markets: Sequence[str] = tuple(MARKET_WEIGHTS),
        first: date | None = None,
        last: date | None = None,
    ) -> pl.DataFrame:
        """Latent expectation and outcome of everyone who plays: one row a player, game and market.

        Args:
            season: such as ``2025-26``; None for all seasons.
            markets: names as in the tables.
            first, last: game dates, both included; None for no bound.
        """
        chosen = self.seasons.values() if season is None else [self.seasons[season]]
        frames = [_truth(one, market, first, last) for one in chosen for market in markets]
        return pl.concat([pl.DataFrame(schema=TRUTH_SCHEMA), *frames])

    def distribution(self, game_id: str, player_id: int, market: str) -> Floats:
        """True probability of each whole value 0, 1, ... of a player's market, given that he plays.

        Raises:
            KeyError: no such game, or the player is on neither roster or out.
        """
        season, game = self.games[game_id]
        players = season.pool.player_id[season.setting.players[game]]
        place = np.argwhere((players == player_id) & ~season.absences.out[game])
        if len(place) != 1:
            raise KeyError(f"player {player_id} does not take part in game {game_id}")
        return probabilities(season.latents[game, place[0][0], place[0][1]], market)

    def probability_over(self, lines: pl.DataFrame) -> pl.DataFrame:
        """The true probabilities of lines, given that the player plays.

        Args:
            lines: with ``game_id``, ``player_id``, ``market`` and ``line`` (halves or whole numbers).

        Returns:
            ``lines`` with ``probability_over``, ``probability_push`` and ``probability_under``; null where
            the player is not on the roster or out.
        """
        places = self._places(lines)
        over, push = np.full(len(lines), np.nan), np.zeros(len(lines))
        markets, line = lines["market"].to_numpy(), lines["line"].to_numpy()
        for season_name in np.unique(places["season"]):
            for market in np.unique(markets):
                rows = np.flatnonzero((places["season"] == season_name) & (markets == market) & places["known"])
                if len(rows):
                    where = tuple(places[name][rows] for name in ("game", "side", "slot"))
                    tail = at_least(probabilities(self.seasons[season_name].latents[where], market))
                    over[rows], push[rows] = over_and_push(tail, line[rows])
        return lines.with_columns(
            pl.Series("probability_over", over).fill_nan(None),
            pl.Series("probability_push", np.where(np.isnan(over), np.nan, push)).fill_nan(None),
            pl.Series("probability_under", 1 - over - push).fill_nan(None),
        )

    def _places(self, lines: pl.DataFrame) -> dict[str, npt.NDArray[np.generic]]:
        season: list[str] = []
        place = np.zeros((len(lines), 4), dtype=np.int64)
        pairs = zip(lines["game_id"], lines["player_id"], strict=True)
        for row, (game_id, player_id) in enumerate(pairs):
            one, game = self.games[game_id]
            season.append(one.name)
            found = np.argwhere((one.pool.player_id[one.setting.players[game]] == player_id) & ~one.absences.out[game])
            if len(found):
                place[row] = (game, *found[0], 1)
        return {
            "season": np.array(season),
            "game": place[:, 0],
            "side": place[:, 1],
            "slot": place[:, 2],
            "known": place[:, 3] == 1,
        }


def over_and_push(tail: Floats, line: Floats) -> tuple[Floats, Floats]:
    """Probability of being over and of landing on lines, one a row of ``tail`` (rows, support + 1)."""
    last = tail.shape[1] - 1
    above = np.clip(np.floor(line).astype(np.int64) + 1, 0, last)
    reach = np.clip(np.ceil(line).astype(np.int64), 0, last)
    rows = np.arange(len(line))
    over = tail[rows, above]
    return over, tail[rows, reach] - over


def _truth(season: Season, market: str, first: date | None, last: date | None) -> pl.DataFrame:
    wanted = np.array([(first is None or day >= first) and (last is None or day <= last) for day in season.dates])
    game, side, slot = np.nonzero(season.box_scores.plays & wanted[:, None, None])
    player = season.setting.players[game, side, slot]
    tricodes = np.array([team.tricode for team in TEAMS])
    return pl.DataFrame(
        {
            "season": np.full(len(game), season.name),
            "game_date": np.array(season.dates, dtype="datetime64[D]")[game],
            "game_id": np.array(season.game_ids)[game],
            "player_id": season.pool.player_id[player],
            "player_name": np.array(season.pool.name)[player],
            "team": tricodes[season.teams[game, side]],
            "market": np.full(len(game), market),
            "expectation": season.latents.expectation(market)[game, side, slot],
            "outcome": season.box_scores.market(market)[game, side, slot],
        },
        schema=TRUTH_SCHEMA,
    )
