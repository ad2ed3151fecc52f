"""The lines of one game as every bookmaker has them at any moment: opening, moving, closing, in play.

A bookmaker's opinion is the forecast for who is publicly known to be out, times an error that is partly
common to all, partly his own, and shrinks from opening to closing. He looks at his lines at moments of his
own and learns of absences some minutes late. Nothing here depends on how often or in which order it is
asked.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nba_props.simulator.bookmakers import BOOKMAKERS, PROP_KEYS, american_prices
from nba_props.simulator.forecasts import Forecast, forecast
from nba_props.simulator.players import Floats, Ints, market_weights
from nba_props.simulator.progress import counts_so_far, game_clock
from nba_props.simulator.rosters import ROSTER_SIZE
from nba_props.simulator.season import Season

OFFERED = tuple(PROP_KEYS)
GAME_LINES_OPEN_HOURS = 30.0

_STREAM = 701
_COMMON_ERROR, _MARKET_ERROR, _OWN_ERROR = (0.085, 0.022), (0.05, 0.018), (0.03, 0.013)
_RESTLESSNESS, _REVISIONS = 0.008, 40
_WIDE_HOURS = 13.0
_POLL_SECONDS = 60
_CLOCK_STEPS = 96
_LEAST_MEAN = {"threes": 0.7, "steals": 0.6, "blocks": 0.45, "assists": 1.2, "rebounds": 2.0, "points": 5.0}
_FAIR_RANGE = {"steals": (0.08, 0.92), "blocks": (0.08, 0.92), "threes": (0.1, 0.9)}
_USUAL_RANGE = (0.15, 0.85)
_ALTERNATE_STEPS = {
    "points": (-4, -2, 2, 4),
    "rebounds": (-2, -1, 1, 2),
    "assists": (-1, 1, 2),
    "points_rebounds_assists": (-5, -2, 3, 6),
}
_ALTERNATE_SHARE = 0.35
_WHOLE_NUMBERED = ("points", "rebounds", "points_rebounds_assists")
_LADDER = np.arange(9.5, 45, 5)


@dataclass(frozen=True)
class Quotes:
    """Lines in one market of one bookmaker, one entry a line.

    Attributes:
        player: number in the game, 0 to 29, the home team's slots first.
        line: in units of the market.
        over, under: American prices; ``under`` is 0 where only the over is offered.
    """

    player: Ints
    line: Floats
    over: Ints
    under: Ints


class LineBoard:
    """All lines of one game at all times."""

    def __init__(self, season: Season, game: int) -> None:
        self.season, self.game = season, game
        self.tipoff = int(season.fixtures.tipoff[game])
        self.started, self.finished = int(season.started[game]), int(season.finished[game])
        rng = season.generator(_STREAM, game)
        self._news = self._announcements()
        books, markets, players = len(BOOKMAKERS), len(OFFERED), 2 * ROSTER_SIZE
        self._common = rng.standard_normal((2, players))
        self._market = rng.standard_normal((2, markets, players))
        self._own = rng.standard_normal((2, books, markets, players))
        self._restless = rng.standard_normal((_REVISIONS, books, markets, players)).astype(np.float32)
        self._score = rng.standard_normal((2, 2, books + 1))
        self._chance = rng.random((books, markets, players))
        self._lag = rng.integers(60, 900, books)
        self._opening_delay = rng.integers(0, 900, (books, markets))
        self._poll = rng.integers(0, _POLL_SECONDS, (books, markets + 3))
        self._revisions = [self._revision_times(rng) for _ in BOOKMAKERS]
        self._forecasts: dict[tuple[int, int], Forecast] = {}
        self._counts: tuple[int, Ints] | None = None

    def last_update(self, book: int, market: int, now: int) -> int:
        """Epoch second at which the feed last read a bookmaker's market, at most a minute before ``now``."""
        offset = int(self._poll[book, market])
        return (now - offset) // _POLL_SECONDS * _POLL_SECONDS + offset

    def opens(self, book: int, market: int) -> int:
        """Epoch second at which a bookmaker opens a prop market (index into ``OFFERED``)."""
        hours = BOOKMAKERS[book].opens_hours
        return self.tipoff - int(hours * 3600) + int(self._opening_delay[book, market])

    def props(self, book: int, market: int, at: int) -> Quotes | None:
        """A bookmaker's lines at an epoch second; None while his market is closed."""
        habits, name = BOOKMAKERS[book], OFFERED[market]
        if at < self.opens(book, market) or at >= self.finished or (at >= self.started and not habits.in_play):
            return None
        view, so_far = self._view(book, name, at)
        players = np.flatnonzero(
            (view.rank < habits.players_a_team) & (view.means(name) + so_far >= _LEAST_MEAN.get(name, 0))
        )
        tail = view.tail(name, players, self._error(book, market, at)[players])
        chance = self._chance[book, market, players]
        base = so_far[players].astype(float)
        main = 1 + np.argmin(np.abs(tail[:, 1:] - 0.5), axis=1)
        lines = [self._main_lines(book, name, players, tail, main, chance, base)]
        if habits.mixes_alternates and name in _ALTERNATE_STEPS:
            mixed = chance < _ALTERNATE_SHARE
            lines += [
                self._alternates(book, players[mixed], tail[mixed], (main + step)[mixed], base[mixed])
                for step in _ALTERNATE_STEPS[name]
            ]
        joined = Quotes(*(np.concatenate(part) for part in zip(*(_parts(one) for one in lines), strict=True)))
        return joined if len(joined.player) else None

    def ladder(self, book: int, at: int) -> Quotes | None:
        """Overs at steps of five points, for bookmakers that offer them; None while closed."""
        market = OFFERED.index("points")
        if not BOOKMAKERS[book].offers_ladder or not self.opens(book, market) <= at < self.started:
            return None
        view, _ = self._view(book, "points", at)
        players = np.flatnonzero(view.rank < BOOKMAKERS[book].players_a_team)
        tail = view.tail("points", players, self._error(book, market, at)[players])
        row, step = np.nonzero(
            (tail[:, np.ceil(_LADDER).astype(int)] > 0.04) & (tail[:, np.ceil(_LADDER).astype(int)] < 0.93)
        )
        fair = tail[row, np.ceil(_LADDER[step]).astype(int)]
        over = american_prices(fair, BOOKMAKERS[book].margin, BOOKMAKERS[book].price_step)
        return Quotes(players[row], _LADDER[step], over, np.zeros_like(over))

    def scores(self, book: int, at: int) -> tuple[float, float, float] | None:
        """A bookmaker's margin (home less away), total and share left of the game; None while closed."""
        if not self.tipoff - GAME_LINES_OPEN_HOURS * 3600 <= at < self.finished:
            return None
        view, _ = self._view(book, "points", at)
        left, points = 1.0, view.points
        if at >= self.started:
            left = 1 - game_clock(self.season, self.game, at).share
            points = points + self._points_so_far(at)
        early = self._early(book, at)
        noise = self._score[0] * early + self._score[1] * (1 - early) * 0.5
        shift = (noise[:, -1] + 0.4 * noise[:, book]) * np.sqrt(max(left, 0.0))
        return float(points[0] - points[1] + shift[0]), float(points.sum() + 2 * shift[1]), left

    def _announcements(self) -> tuple[Ints, Ints]:
        absences = self.season.absences
        side, slot = np.nonzero(absences.out[self.game])
        hours = absences.announced_hours[self.game, side, slot]
        moments = self.tipoff - np.round(hours * 3600).astype(np.int64)
        order = np.argsort(moments, kind="stable")
        return moments[order], np.stack([side, slot], axis=1)[order]

    def _revision_times(self, rng: np.random.Generator) -> Ints:
        left, moments = GAME_LINES_OPEN_HOURS * 60, []
        for step in rng.uniform(0.6, 1.4, 400):
            moments.append(self.tipoff - int(left * 60))
            left -= step * min(max(left / 18, 4.0), 45.0)
            if left < -200:
                break
        return np.array(moments)

    def _revision(self, book: int, at: int) -> int:
        return max(int(np.searchsorted(self._revisions[book], at, side="right")) - 1, 0)

    def _early(self, book: int, at: int) -> float:
        moment = int(self._revisions[book][self._revision(book, at)])
        return min(max((self.tipoff - moment) / 3600 / _WIDE_HOURS, 0.0), 1.0)

    def _error(self, book: int, market: int, at: int) -> Floats:
        early = self._early(book, at)
        parts = (
            (_COMMON_ERROR, self._common[0], self._common[1]),
            (_MARKET_ERROR, self._market[0, market], self._market[1, market]),
            (_OWN_ERROR, self._own[0, book, market], self._own[1, book, market]),
        )
        error = sum(wide * early * first + close * (1 - early) * last for (wide, close), first, last in parts)
        revision = self._revision(book, at) % _REVISIONS
        return np.asarray(error + _RESTLESSNESS * self._restless[revision, book, market])

    def _view(self, book: int, market: str, at: int) -> tuple[Forecast, Ints]:
        """The forecast behind a bookmaker's lines, and what each player has already done."""
        known = int(np.searchsorted(self._news[0], at - self._lag[book], side="right"))
        if at < self.started:
            return self._forecast(known, 0), np.zeros(2 * ROSTER_SIZE, dtype=np.int64)
        step = int(game_clock(self.season, self.game, at).share * _CLOCK_STEPS)
        counts = self._counts_at(step).reshape(2 * ROSTER_SIZE, -1)
        return self._forecast(len(self._news[0]), step), counts @ market_weights(market).astype(np.int64)

    def _counts_at(self, step: int) -> Ints:
        if self._counts is None or self._counts[0] != step:
            self._counts = (step, counts_so_far(self.season, self.game, step / _CLOCK_STEPS))
        return self._counts[1]

    def _points_so_far(self, at: int) -> Ints:
        counts = counts_so_far(self.season, self.game, game_clock(self.season, self.game, at).share)
        return np.asarray((counts @ market_weights("points").astype(np.int64)).sum(axis=1))

    def _forecast(self, known: int, step: int) -> Forecast:
        key = (known, step)
        if key not in self._forecasts:
            out = np.zeros((2, ROSTER_SIZE), dtype=bool)
            out[tuple(self._news[1][:known].T)] = True
            if len(self._forecasts) > 6:
                self._forecasts.clear()
            self._forecasts[key] = forecast(self.season, self.game, out, 1 - step / _CLOCK_STEPS)
        return self._forecasts[key]

    def _main_lines(
        self, book: int, market: str, players: Ints, tail: Floats, main: Ints, chance: Floats, base: Floats
    ) -> Quotes:
        habits, rows = BOOKMAKERS[book], np.arange(len(players))
        whole = (chance > 1 - habits.whole_lines) & (main >= 2) & (market in _WHOLE_NUMBERED)
        over, under = tail[rows, main], 1 - tail[rows, main - whole]
        fair = over / (over + under)
        low, high = _FAIR_RANGE.get(market, _USUAL_RANGE)
        kept = (fair >= low) & (fair <= high)
        line = base + main - np.where(whole, 1.0, 0.5)
        prices = american_prices(np.stack([fair, 1 - fair]), habits.margin, habits.price_step)
        under_price = np.where(chance < habits.one_sided, 0, prices[1])
        return Quotes(players[kept], line[kept], prices[0][kept], under_price[kept])

    def _alternates(self, book: int, players: Ints, tail: Floats, reach: Ints, base: Floats) -> Quotes:
        reach = np.clip(reach, 0, tail.shape[1] - 1)
        fair = tail[np.arange(len(players)), reach]
        kept = (reach >= 1) & (fair > 0.08) & (fair < 0.92)
        prices = american_prices(np.stack([fair, 1 - fair]), BOOKMAKERS[book].margin, BOOKMAKERS[book].price_step)
        under = np.where((fair < 0.2) | (fair > 0.8), 0, prices[1])
        return Quotes(players[kept], (base + reach - 0.5)[kept], prices[0][kept], under[kept])


def _parts(quotes: Quotes) -> tuple[Ints, Floats, Ints, Ints]:
    return quotes.player, quotes.line, quotes.over, quotes.under
