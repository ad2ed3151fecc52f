"""What happened in a game, event by event, in agreement with its box score.

Shots, free throws and turnovers happen at the very moments by which ``progress`` counts them, so that the score after
an event is the score that a schedule shows then. The other statistics are joined to them: an assist to a team-mate's
shot, a block to an opponent's miss, a steal to an opponent's turnover, a rebound to a miss, a foul to an opponent's
free throw. What finds no partner is told by itself, but for an assist, which then nobody tells.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from nba_props.simulator.nba_live_clock import GameTime
from nba_props.simulator.players import STATISTICS
from nba_props.simulator.season import Season

# The stream from which ``progress`` draws the moments of events.
_MOMENTS_STREAM = 901

_SHOTS = {"two_made": (2, True), "two_missed": (2, False), "three_made": (3, True), "three_missed": (3, False)}
_FREE_THROWS = {"free_made": True, "free_missed": False}


@dataclass(eq=False)
class Event:
    """Something that happened.

    Attributes:
        share: the share of the game that was gone.
        kind: shot, freethrow, turnover, rebound, assist, steal, block, foul, period or game.
        side: 0 home, 1 away, -1 nobody.
        slot: the player's, -1 for the team or nobody.
        value: what a shot is worth; which period starts or ends.
        made: whether it went in.
        offensive: of a rebound, whether it is one.
        detail: of a period start or end.
        partner: slot of who assisted a shot, blocked it, stole the ball or drew the foul; -1 for nobody.
        after: events at the same moment, told right after it.
        before: events at the same moment, told right before it.
    """

    share: float
    kind: str
    side: int = -1
    slot: int = -1
    value: int = 0
    made: bool = False
    offensive: bool = False
    detail: str = ""
    partner: int = -1
    before: list[Event] = field(default_factory=list)
    after: list[Event] = field(default_factory=list)

    def told(self) -> Iterator[Event]:
        """The event with those beside it, in order."""
        yield from self.before
        yield self
        yield from self.after


def events_of(season: Season, game: int) -> list[Event]:
    """Everything that happens in a game, in order, periods included."""
    single = _single_events(season, game)
    shots = [event for event in single if event.kind == "shot"]
    misses = [event for event in single if event.kind in ("shot", "freethrow") and not event.made]
    _joined(single, "assist", shots, _is_assistable, _assist)
    alone = _joined(single, "block", shots, lambda own, shot: not shot.made and shot.side != own.side, _beside)
    turnovers = [event for event in single if event.kind == "turnover"]
    alone += _joined(single, "steal", turnovers, lambda own, turnover: turnover.side != own.side, _beside)
    alone += _joined(single, "rebound", misses, _is_reboundable, _rebound)
    frees = [event for event in single if event.kind == "freethrow"]
    alone += _joined(single, "foul", frees, lambda own, free: free.side != own.side, _foul)
    for shot in shots:
        if not shot.made and not any(event.kind == "rebound" for event in shot.after):
            shot.after.append(Event(shot.share, "rebound", 1 - shot.side))
    timed = [(event.share, 1, event) for event in (*shots, *frees, *turnovers, *alone)]
    timed += [(event.share, 0 if event.detail == "end" else 2, event) for event in _periods(season, game)]
    ordered = sorted(timed, key=lambda entry: entry[:2])
    return [told for _, _, event in ordered for told in event.told()] + [Event(1.0, "game", detail="end")]


def _single_events(season: Season, game: int) -> list[Event]:
    """The counted events of both teams, one for each, in order."""
    final = season.box_scores.counts[game]
    most = max(int(final.max()), 1)
    moments = season.generator(_MOMENTS_STREAM, game).random((*final.shape, most))
    events = [
        _event(STATISTICS[statistic], float(moments[side, slot, statistic, number]), side, slot)
        for side in range(final.shape[0])
        for slot in range(final.shape[1])
        for statistic in range(final.shape[2])
        for number in range(int(final[side, slot, statistic]))
    ]
    return sorted(events, key=lambda event: event.share)


def _event(statistic: str, share: float, side: int, slot: int) -> Event:
    if statistic in _SHOTS:
        value, made = _SHOTS[statistic]
        return Event(share, "shot", side, slot, value, made)
    if statistic in _FREE_THROWS:
        return Event(share, "freethrow", side, slot, 1, _FREE_THROWS[statistic])
    kind = "rebound" if statistic.endswith("rebounds") else statistic.rstrip("s")
    return Event(share, kind, side, slot, offensive=statistic == "offensive_rebounds")


def _joined(
    events: list[Event],
    kind: str,
    partners: list[Event],
    fits: Callable[[Event, Event], bool],
    join: Callable[[Event, Event], None],
) -> list[Event]:
    """Join every event of a kind to the fitting partner nearest in time; returns those that found none."""
    alone, free = [], list(partners)
    for own in (event for event in events if event.kind == kind):
        fitting = [partner for partner in free if fits(own, partner)]
        if not fitting:
            alone.append(own)
            continue
        nearest = min(fitting, key=lambda partner: abs(partner.share - own.share))
        join(own, nearest)
        free.remove(nearest)
    return alone


def _is_assistable(own: Event, shot: Event) -> bool:
    return shot.made and shot.side == own.side and shot.slot != own.slot


def _is_reboundable(own: Event, miss: Event) -> bool:
    return (miss.side == own.side) == own.offensive


def _assist(own: Event, shot: Event) -> None:
    shot.partner = own.slot


def _beside(own: Event, partner: Event) -> None:
    """A block after the shot, a steal after the turnover."""
    own.share = partner.share
    partner.partner = own.slot
    partner.after.append(own)


def _rebound(own: Event, miss: Event) -> None:
    own.share = miss.share
    miss.after.append(own)


def _foul(own: Event, free: Event) -> None:
    own.share, own.partner = free.share, free.slot
    free.before.append(own)


def _periods(season: Season, game: int) -> list[Event]:
    boundaries = GameTime(season, game).boundaries
    starts = enumerate((0.0, *boundaries[:-1]), start=1)
    ends = enumerate(boundaries, start=1)
    return [Event(share, "period", value=period, detail="start") for period, share in starts] + [
        Event(share, "period", value=period, detail="end") for period, share in ends
    ]
