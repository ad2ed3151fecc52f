"""Teams and players as ESPN has them: codes, ids, spellings, entries of rosters and box scores, injury reports."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from nba_props.simulator.names import split_suffix, without_accents
from nba_props.teams import TEAMS

_OWN_CODES = {"GSW": "GS", "NOP": "NO", "NYK": "NY", "SAS": "SA", "UTA": "UTAH", "WAS": "WSH"}
CODES = tuple(_OWN_CODES.get(team.tricode, team.tricode) for team in TEAMS)
"""ESPN's code of each team, in the order of ``TEAMS``."""

_NUMBERS = (
    1,
    2,
    17,
    30,
    4,
    5,
    6,
    7,
    8,
    9,
    10,
    11,
    12,
    13,
    29,
    14,
    15,
    16,
    3,
    18,
    25,
    19,
    20,
    21,
    22,
    23,
    24,
    28,
    26,
    27,
)
TEAM_IDS = tuple(str(number) for number in _NUMBERS)
"""ESPN's id of each team, in the order of ``TEAMS``."""

_POSITIONS = (
    ("1", "Point Guard", "PG"),
    ("2", "Shooting Guard", "SG"),
    ("5", "Small Forward", "SF"),
    ("6", "Power Forward", "PF"),
    ("9", "Center", "C"),
)
_LOCATIONS = {"Ankle": "Leg", "Knee": "Leg", "Hamstring": "Leg", "Calf": "Leg", "Back": "Trunk", "Wrist": "Arm"}
_SIDES = ("Left", "Right")


@dataclass(frozen=True)
class Injury:
    """A player who is known to be out.

    Attributes:
        name: as the league spells him.
        player_id: the league's id of him.
        description: what ails him, such as Left Ankle; Sprain.
        reported: when it became known, epoch second.
    """

    name: str
    player_id: int
    description: str
    reported: int


def espn_player_id(player_id: int) -> str:
    """ESPN's id of a player, from the league's."""
    return str(2 * player_id + 1_000_003)


def spelling(name: str, player_id: int) -> str:
    """A name as ESPN writes it: without accents, of one player in five without his suffix."""
    head, suffix = split_suffix(without_accents(name))
    return f"{head} {suffix}" if suffix and player_id % 5 else head


def espn_time(moment: int) -> str:
    """An epoch second as ESPN writes it, to the minute."""
    return f"{datetime.fromtimestamp(moment, UTC):%Y-%m-%dT%H:%MZ}"


def team_object(index: int) -> dict[str, Any]:
    """A team wherever one is told."""
    team = TEAMS[index]
    return {
        "id": TEAM_IDS[index],
        "uid": f"s:40~l:46~t:{TEAM_IDS[index]}",
        "location": team.city,
        "name": team.name,
        "abbreviation": CODES[index],
        "displayName": team.full_name,
        "shortDisplayName": team.name,
        "isActive": True,
    }


def athlete(name: str, player_id: int) -> dict[str, Any]:
    """A player in a box score."""
    spelled, identity = spelling(name, player_id), espn_player_id(player_id)
    first, _, last = spelled.partition(" ")
    return {
        "id": identity,
        "uid": f"s:40~l:46~a:{identity}",
        "displayName": spelled,
        "shortName": f"{first[0]}. {last}",
        "jersey": str(player_id % 100),
    }


def roster_entry(name: str, player_id: int, position: int, reports: list[dict[str, Any]]) -> dict[str, Any]:
    """A player in his team's roster; ``position`` is 0 point guard to 4 centre, ``reports`` are on his injury."""
    short = athlete(name, player_id)
    first, _, last = short["displayName"].partition(" ")
    identity, place, code = _POSITIONS[position]
    return short | {
        "type": "basketball",
        "firstName": first,
        "lastName": last,
        "fullName": short["displayName"],
        "links": [_player_card(short)],
        "position": {"id": identity, "name": place, "displayName": place, "abbreviation": code, "leaf": True},
        "injuries": reports,
        "linked": True,
        "active": True,
        "status": {"id": "1", "name": "Active", "type": "active", "abbreviation": "Active"},
    }


def not_playing_reason(description: str) -> str:
    """What ails a player, as the box score words it: LEFT ANKLE SPRAIN for Left Ankle; Sprain."""
    return description.replace(";", "").upper()


def injury_report(injury: Injury) -> dict[str, Any]:
    """A report that a player is out, as it stands in his roster's entry."""
    where, _, detail = injury.description.partition("; ")
    first, _, rest = where.partition(" ")
    kind = where.rpartition(" ")[2]
    return {
        "id": f"{500_000 + injury.player_id % 100_000}",
        "shortComment": f"{spelling(injury.name, injury.player_id)} ({kind.lower()}) has been ruled out.",
        "status": "Out",
        "date": espn_time(injury.reported),
        "athlete": {},
        "type": {"id": "4", "name": "INJURY_STATUS_OUT", "description": "out", "abbreviation": "O"},
        "details": {
            "fantasyStatus": {"description": "OUT", "abbreviation": "OUT"},
            "type": kind,
            "location": _LOCATIONS.get(kind, "Other"),
            "side": first if rest and first in _SIDES else "Not Specified",
            **({"detail": detail} if detail else {}),
        },
    }


def listed_report(injury: Injury) -> dict[str, Any]:
    """The same as it stands in the injury list, which names the player by his page and not by his id."""
    short = athlete(injury.name, injury.player_id)
    who = {"displayName": short["displayName"], "shortName": short["shortName"], "links": [_player_card(short)]}
    return injury_report(injury) | {"athlete": who}


def _player_card(short: dict[str, Any]) -> dict[str, Any]:
    slug = "-".join("".join(c for c in short["displayName"].lower() if c.isalnum() or c in " -").split())
    return {
        "language": "en-US",
        "rel": ["playercard", "desktop", "athlete"],
        "href": f"https://www.espn.com/nba/player/_/id/{short['id']}/{slug}",
        "text": "Player Card",
        "shortText": "Player Card",
        "isExternal": False,
        "isPremium": False,
    }
