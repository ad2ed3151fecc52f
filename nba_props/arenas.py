"""Where games are played: the arenas of the thirty teams and of the games abroad, the ways between them, their clocks.

The arenas are those of the seasons 2021-22 to 2026-27; an earlier season takes the first of them, a later one the last.
Coordinates have two decimals of a degree, about a kilometre. A home game in another hall of the team's own region
counts as one at home.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from math import asin, cos, radians, sin, sqrt

import polars as pl

from nba_props.teams import TRICODES

EARTH_RADIUS_KM = 6371.0088
"""Mean radius of the Earth, (2a + b) / 3 of the ellipsoid GRS 80 (Moritz, 2000, "Geodetic Reference System 1980",
Journal of Geodesy 74)."""

METRES_PER_KM = 1000


@dataclass(frozen=True)
class Arena:
    """One arena: degrees north and east, and the IANA name of its clock."""

    name: str
    latitude: float
    longitude: float
    time_zone: str


_EASTERN, _CENTRAL, _MOUNTAIN, _PACIFIC, _ARIZONA = (
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Los_Angeles",
    "America/Phoenix",
)

HOME_ARENAS = {
    "ATL": Arena("State Farm Arena", 33.76, -84.40, _EASTERN),
    "BOS": Arena("TD Garden", 42.37, -71.06, _EASTERN),
    "BKN": Arena("Barclays Center", 40.68, -73.98, _EASTERN),
    "CHA": Arena("Spectrum Center", 35.23, -80.84, _EASTERN),
    "CHI": Arena("United Center", 41.88, -87.67, _CENTRAL),
    "CLE": Arena("Rocket Arena", 41.50, -81.69, _EASTERN),
    "DAL": Arena("American Airlines Center", 32.79, -96.81, _CENTRAL),
    "DEN": Arena("Ball Arena", 39.75, -105.01, _MOUNTAIN),
    "DET": Arena("Little Caesars Arena", 42.34, -83.06, _EASTERN),
    "GSW": Arena("Chase Center", 37.77, -122.39, _PACIFIC),
    "HOU": Arena("Toyota Center", 29.75, -95.36, _CENTRAL),
    "IND": Arena("Gainbridge Fieldhouse", 39.76, -86.16, _EASTERN),
    "LAC": Arena("Intuit Dome", 33.94, -118.34, _PACIFIC),
    "LAL": Arena("Crypto.com Arena", 34.04, -118.27, _PACIFIC),
    "MEM": Arena("FedExForum", 35.14, -90.05, _CENTRAL),
    "MIA": Arena("Kaseya Center", 25.78, -80.19, _EASTERN),
    "MIL": Arena("Fiserv Forum", 43.05, -87.92, _CENTRAL),
    "MIN": Arena("Target Center", 44.98, -93.28, _CENTRAL),
    "NOP": Arena("Smoothie King Center", 29.95, -90.08, _CENTRAL),
    "NYK": Arena("Madison Square Garden", 40.75, -73.99, _EASTERN),
    "OKC": Arena("Paycom Center", 35.46, -97.52, _CENTRAL),
    "ORL": Arena("Kia Center", 28.54, -81.38, _EASTERN),
    "PHI": Arena("Xfinity Mobile Arena", 39.90, -75.17, _EASTERN),
    "PHX": Arena("Mortgage Matchup Center", 33.45, -112.07, _ARIZONA),
    "POR": Arena("Moda Center", 45.53, -122.67, _PACIFIC),
    "SAC": Arena("Golden 1 Center", 38.58, -121.50, _PACIFIC),
    "SAS": Arena("Frost Bank Center", 29.43, -98.44, _CENTRAL),
    "TOR": Arena("Scotiabank Arena", 43.64, -79.38, _EASTERN),
    "UTA": Arena("Delta Center", 40.77, -111.90, _MOUNTAIN),
    "WAS": Arena("Capital One Arena", 38.90, -77.02, _EASTERN),
}
"""Home of each team now, under its present name."""

FORMER_ARENAS = {"LAC": ("2024-25", HOME_ARENAS["LAL"])}
"""Team to the first season in its present home, and where it played before."""

_MEXICO_CITY = Arena("Arena CDMX", 19.50, -99.18, "America/Mexico_City")
_LAS_VEGAS = Arena("T-Mobile Arena", 36.10, -115.18, _PACIFIC)
_PARIS = Arena("Accor Arena", 48.84, 2.38, "Europe/Paris")
_BERLIN = Arena("Uber Arena", 52.51, 13.44, "Europe/Berlin")
_LONDON = Arena("The O2", 51.50, 0.00, "Europe/London")

NEUTRAL_GAMES: tuple[tuple[date, tuple[str, ...], Arena], ...] = (
    (date(2022, 12, 17), ("MIA", "SAS"), _MEXICO_CITY),
    (date(2023, 1, 19), ("CHI", "DET"), _PARIS),
    (date(2023, 11, 9), ("ATL", "ORL"), _MEXICO_CITY),
    (date(2023, 12, 7), ("IND", "LAL", "MIL", "NOP"), _LAS_VEGAS),
    (date(2023, 12, 9), ("IND", "LAL"), _LAS_VEGAS),
    (date(2024, 1, 11), ("BKN", "CLE"), _PARIS),
    (date(2024, 11, 2), ("MIA", "WAS"), _MEXICO_CITY),
    (date(2024, 12, 14), ("ATL", "HOU", "MIL", "OKC"), _LAS_VEGAS),
    (date(2024, 12, 17), ("MIL", "OKC"), _LAS_VEGAS),
    (date(2025, 1, 23), ("IND", "SAS"), _PARIS),
    (date(2025, 1, 25), ("IND", "SAS"), _PARIS),
    (date(2025, 11, 1), ("DAL", "DET"), _MEXICO_CITY),
    (date(2025, 12, 13), ("NYK", "OKC", "ORL", "SAS"), _LAS_VEGAS),
    (date(2025, 12, 16), ("NYK", "SAS"), _LAS_VEGAS),
    (date(2026, 1, 15), ("MEM", "ORL"), _BERLIN),
    (date(2026, 1, 18), ("MEM", "ORL"), _LONDON),
)
"""Games at nobody's home: game date, the teams that play there, and where. One that is not listed counts as played at
the home of its home team."""

ARENAS = tuple(
    dict.fromkeys(
        [*(HOME_ARENAS[team] for team in TRICODES), *(old for _, old in FORMER_ARENAS.values())]
        + [arena for _, _, arena in NEUTRAL_GAMES]
    )
)
"""Every arena once; the number of an arena is its place here."""

_NUMBERS = {arena: number for number, arena in enumerate(ARENAS)}


def great_circle_km(start: Arena, end: Arena) -> float:
    """Length of the great circle between two arenas, in km.

    The haversine formula (Sinnott, 1984, "Virtues of the Haversine", Sky and Telescope 68(2)) on a sphere of the mean
    radius: 2 r asin(sqrt(sin^2(dlat / 2) + cos(lat1) cos(lat2) sin^2(dlon / 2))).
    """
    north, other_north = radians(start.latitude), radians(end.latitude)
    across = sin((other_north - north) / 2) ** 2
    along = sin(radians(end.longitude - start.longitude) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * asin(sqrt(across + cos(north) * cos(other_north) * along))


_DISTANCES = pl.Series(
    "metres",
    [round(METRES_PER_KM * great_circle_km(start, end)) for start in ARENAS for end in ARENAS],
    dtype=pl.Int64,
)


def arena_of_game() -> pl.Expr:
    """Number of the arena of a game, of the columns ``game_date``, ``season`` and ``home_team``."""
    team = pl.col("home_team")
    neutral = [
        pl.when(pl.col("game_date") == day, team.is_in(teams)).then(_NUMBERS[arena])
        for day, teams, arena in NEUTRAL_GAMES
    ]
    former = [
        pl.when(team == moved, pl.col("season") < since).then(_NUMBERS[arena])
        for moved, (since, arena) in FORMER_ARENAS.items()
    ]
    homes = {tricode: _NUMBERS[arena] for tricode, arena in HOME_ARENAS.items()}
    home = team.replace_strict(homes, return_dtype=pl.Int64)
    return pl.coalesce(*neutral, *former, home).cast(pl.Int64)


def metres_between(start: pl.Expr, end: pl.Expr) -> pl.Expr:
    """Great-circle distance between two arenas, given by number, in whole metres; null where either is."""
    return pl.lit(_DISTANCES).gather(start * len(ARENAS) + end)


def clock_minutes(arena: pl.Expr, moment: pl.Expr) -> pl.Expr:
    """By how many minutes the clock of an arena, given by number, is ahead of UTC at a UTC moment; summer time counts.

    Null where the arena is.
    """
    zones = sorted({each.time_zone for each in ARENAS})
    at_zone = [
        pl.when(arena.is_in([number for each, number in _NUMBERS.items() if each.time_zone == zone])).then(
            (_wall_clock(moment, zone) - _wall_clock(moment, "UTC")).dt.total_minutes()
        )
        for zone in zones
    ]
    return pl.coalesce(at_zone)


def _wall_clock(moment: pl.Expr, zone: str) -> pl.Expr:
    return moment.dt.convert_time_zone(zone).dt.replace_time_zone(None)
