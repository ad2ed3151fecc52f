"""Where the thirty teams play: slug, conference, division, arena and clock, in the order of ``TEAMS``.

Identity (id, tricode, city, name) belongs to ``nba_props.teams``, arenas and their clocks to ``nba_props.arenas``; only
what a schedule needs besides is told here.
"""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from nba_props.arenas import HOME_ARENAS
from nba_props.teams import TEAMS

TEAM_COUNT = len(TEAMS)


@dataclass(frozen=True)
class Venue:
    """One team's home: ``division`` names are unique, so they tell the conference too."""

    slug: str
    conference: str
    division: str
    arena: str
    arena_city: str
    arena_state: str
    time_zone: ZoneInfo


_VENUES = {
    "ATL": ("hawks", "East", "Southeast", "Atlanta", "GA"),
    "BOS": ("celtics", "East", "Atlantic", "Boston", "MA"),
    "BKN": ("nets", "East", "Atlantic", "Brooklyn", "NY"),
    "CHA": ("hornets", "East", "Southeast", "Charlotte", "NC"),
    "CHI": ("bulls", "East", "Central", "Chicago", "IL"),
    "CLE": ("cavaliers", "East", "Central", "Cleveland", "OH"),
    "DAL": ("mavericks", "West", "Southwest", "Dallas", "TX"),
    "DEN": ("nuggets", "West", "Northwest", "Denver", "CO"),
    "DET": ("pistons", "East", "Central", "Detroit", "MI"),
    "GSW": ("warriors", "West", "Pacific", "San Francisco", "CA"),
    "HOU": ("rockets", "West", "Southwest", "Houston", "TX"),
    "IND": ("pacers", "East", "Central", "Indianapolis", "IN"),
    "LAC": ("clippers", "West", "Pacific", "Inglewood", "CA"),
    "LAL": ("lakers", "West", "Pacific", "Los Angeles", "CA"),
    "MEM": ("grizzlies", "West", "Southwest", "Memphis", "TN"),
    "MIA": ("heat", "East", "Southeast", "Miami", "FL"),
    "MIL": ("bucks", "East", "Central", "Milwaukee", "WI"),
    "MIN": ("timberwolves", "West", "Northwest", "Minneapolis", "MN"),
    "NOP": ("pelicans", "West", "Southwest", "New Orleans", "LA"),
    "NYK": ("knicks", "East", "Atlantic", "New York", "NY"),
    "OKC": ("thunder", "West", "Northwest", "Oklahoma City", "OK"),
    "ORL": ("magic", "East", "Southeast", "Orlando", "FL"),
    "PHI": ("sixers", "East", "Atlantic", "Philadelphia", "PA"),
    "PHX": ("suns", "West", "Pacific", "Phoenix", "AZ"),
    "POR": ("blazers", "West", "Northwest", "Portland", "OR"),
    "SAC": ("kings", "West", "Pacific", "Sacramento", "CA"),
    "SAS": ("spurs", "West", "Southwest", "San Antonio", "TX"),
    "TOR": ("raptors", "East", "Atlantic", "Toronto", "ON"),
    "UTA": ("jazz", "West", "Northwest", "Salt Lake City", "UT"),
    "WAS": ("wizards", "East", "Southeast", "Washington", "DC"),
}


def _venue(tricode: str) -> Venue:
    slug, conference, division, city, state = _VENUES[tricode]
    home = HOME_ARENAS[tricode]
    return Venue(slug, conference, division, home.name, city, state, ZoneInfo(home.time_zone))


VENUES = tuple(_venue(team.tricode) for team in TEAMS)
