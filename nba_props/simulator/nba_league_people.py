"""What the NBA tells of its players and referees beside their names: slugs, jerseys, bodies, countries.

All of it is made up from a player's place in the pool, and stays the same.
"""

from __future__ import annotations

import numpy as np

from nba_props.simulator.names import draw_names, without_accents

REFEREES = 75
_POSITIONS = ("G", "G", "F", "F-C", "C")
_HEIGHT_INCHES = (74, 77, 79, 81, 83)
_COLLEGES = ("Kentucky", "Duke", "Arizona", "Michigan", "UCLA", "Gonzaga", "Villanova", "Auburn", "Baylor", "Mega")
_COUNTRIES = ("USA", "USA", "USA", "USA", "Canada", "France", "Serbia", "Australia", "Germany", "Nigeria")
_REFEREE_STREAM = 951
_REFEREE_IDS = 201_600


def slug(name: str) -> str:
    """A name as in the league's addresses: P.J. Tucker Jr. is pj-tucker-jr."""
    plain = without_accents(name).lower()
    return "-".join("".join(letter for letter in word if letter.isalnum() or letter == "-") for word in plain.split())


def initial_and_last(name: str) -> str:
    """A name as play by play spells it: J. Brunson."""
    first, _, last = name.partition(" ")
    return f"{first[:1]}. {last}" if last else first


def jersey_number(player: int) -> str:
    """Jersey number of the player at a place in the pool."""
    return str(player % 56) if player % 50 else "00"


def position_letters(position: int) -> str:
    """G, F or C, or two of them."""
    return _POSITIONS[position]


def height(player: int, position: int) -> str:
    """Feet and inches."""
    inches = _HEIGHT_INCHES[position] + player % 5 - 2
    return f"{inches // 12}-{inches % 12}"


def weight(player: int, position: int) -> str:
    """Pounds."""
    return str(182 + 14 * position + player % 17)


def college(player: int) -> str:
    """College, or the club before the league."""
    return _COLLEGES[player % len(_COLLEGES)]


def country(player: int) -> str:
    """Country."""
    return _COUNTRIES[player * 7 % len(_COUNTRIES)]


def referees(seed: int) -> list[tuple[int, str, str]]:
    """The league's officials: id, name, jersey number."""
    rng = np.random.default_rng([seed, _REFEREE_STREAM])
    names = draw_names(rng, REFEREES, set())
    return [(_REFEREE_IDS + number, name, str(number + 1)) for number, name in enumerate(names)]
