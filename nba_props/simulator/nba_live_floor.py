"""Where shots are taken: zones with believable shares, and places on the floor in the two coordinates of the NBA."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

_TWO_ZONES = (("Restricted Area", 0.5), ("In The Paint (Non-RA)", 0.32), ("Mid-Range", 0.18))
_THREE_ZONES = (("Left Corner 3", 0.12), ("Right Corner 3", 0.12), ("Above the Break 3", 0.76))
_RINGS = {"Restricted Area": (0, 38), "Above the Break 3": (240, 285)}
"""Zones around the basket: distances between which they lie, tenths of a foot."""

_BOXES = {
    "In The Paint (Non-RA)": (-79, 79, 41, 136),
    "Mid-Range": (81, 214, -20, 85),
    "Left Corner 3": (225, 237, -35, 87),
    "Right Corner 3": (225, 237, -35, 87),
}
"""Other zones: bounds across, on either side, and along."""

_PAINT = ("Restricted Area", "In The Paint (Non-RA)")
_COURT_LENGTH_FEET, _COURT_WIDTH_FEET, _BASKET_FEET = 94, 50, 5.25


@dataclass(frozen=True)
class Spot:
    """A place on the floor.

    Attributes:
        area: the league's name of the zone.
        across: tenths of a foot from the basket along the baseline.
        along: tenths of a foot from the basket towards half court.
    """

    area: str
    across: int
    along: int

    @property
    def feet(self) -> float:
        """Distance from the basket."""
        return round(math.hypot(self.across, self.along) / 10, 2)

    @property
    def is_paint(self) -> bool:
        """Whether it lies in the paint."""
        return self.area in _PAINT

    @property
    def area_detail(self) -> str:
        """The league's name of range and direction."""
        feet = self.feet
        reach = "0-8" if feet < 8 else "8-16" if feet < 16 else "16-24" if feet < 24 and "3" not in self.area else "24+"
        lean = self.across / max(10 * feet, 1)
        if reach == "0-8" or abs(lean) < 0.35:
            return f"{reach} Center"
        side = "Left" if lean < 0 else "Right"
        return f"{reach} {side}" if abs(lean) > 0.85 or reach == "8-16" else f"{reach} {side} Center"

    def on_court(self, side: str) -> tuple[float, float]:
        """Per cent of the court's length and width, for the basket at its ``left`` or ``right`` end."""
        length = (self.along / 10 + _BASKET_FEET) / _COURT_LENGTH_FEET * 100
        width = self.across / 10 / _COURT_WIDTH_FEET * 100
        return (length, 50 - width) if side == "left" else (100 - length, 50 + width)


def spot_of(value: int, drawn: Sequence[float]) -> Spot:
    """The place of a shot worth two or three points, from four numbers drawn evenly from 0 to 1."""
    area = _zone(_TWO_ZONES if value == 2 else _THREE_ZONES, drawn[0])
    if area in _RINGS:
        return Spot(area, *_polar(*_RINGS[area], drawn[1], drawn[2]))
    near, far, low, high = _BOXES[area]
    side = -1 if area.startswith("Left") or (area == "Mid-Range" and drawn[3] < 0.5) else 1
    return Spot(area, side * _between(near, far, drawn[1]), _between(low, high, drawn[2]))


def _zone(zones: Sequence[tuple[str, float]], drawn: float) -> str:
    for area, share in zones:
        if drawn < share:
            return area
        drawn -= share
    return zones[-1][0]


def _between(low: int, high: int, drawn: float) -> int:
    return low + int(drawn * (high - low + 1))


def _polar(near: int, far: int, distance: float, angle: float) -> tuple[int, int]:
    """Across and along at a distance between two, in front of the basket."""
    tenths, radians = near + distance * (far - near), math.radians(31 + 118 * angle)
    return int(tenths * math.cos(radians)), math.ceil(tenths * math.sin(radians))
