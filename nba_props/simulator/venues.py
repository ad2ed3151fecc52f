"""Where the thirty teams play: slug, conference, division, arena and time zone, in the order of ``TEAMS``.

Identity (id, tricode, city, name) belongs to ``nba_props.teams``; only what a schedule needs besides is here.
"""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

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


_EASTERN, _CENTRAL, _MOUNTAIN, _PACIFIC, _ARIZONA = (
    ZoneInfo(name)
    for name in (
        "America/New_York",
        "America/Chicago",
        "America/Denver",
        "America/Los_Angeles",
        "America/Phoenix",
    )
)

_VENUES = {
    "ATL": Venue("hawks", "East", "Southeast", "State Farm Arena", "Atlanta", "GA", _EASTERN),
    "BOS": Venue("celtics", "East", "Atlantic", "TD Garden", "Boston", "MA", _EASTERN),
    "BKN": Venue("nets", "East", "Atlantic", "Barclays Center", "Brooklyn", "NY", _EASTERN),
    "CHA": Venue("hornets", "East", "Southeast", "Spectrum Center", "Charlotte", "NC", _EASTERN),
    "CHI": Venue("bulls", "East", "Central", "United Center", "Chicago", "IL", _CENTRAL),
    "CLE": Venue("cavaliers", "East", "Central", "Rocket Arena", "Cleveland", "OH", _EASTERN),
    "DAL": Venue("mavericks", "West", "Southwest", "American Airlines Center", "Dallas", "TX", _CENTRAL),
    "DEN": Venue("nuggets", "West", "Northwest", "Ball Arena", "Denver", "CO", _MOUNTAIN),
    "DET": Venue("pistons", "East", "Central", "Little Caesars Arena", "Detroit", "MI", _EASTERN),
    "GSW": Venue("warriors", "West", "Pacific", "Chase Center", "San Francisco", "CA", _PACIFIC),
    "HOU": Venue("rockets", "West", "Southwest", "Toyota Center", "Houston", "TX", _CENTRAL),
    "IND": Venue("pacers", "East", "Central", "Gainbridge Fieldhouse", "Indianapolis", "IN", _EASTERN),
    "LAC": Venue("clippers", "West", "Pacific", "Intuit Dome", "Inglewood", "CA", _PACIFIC),
    "LAL": Venue("lakers", "West", "Pacific", "Crypto.com Arena", "Los Angeles", "CA", _PACIFIC),
    "MEM": Venue("grizzlies", "West", "Southwest", "FedExForum", "Memphis", "TN", _CENTRAL),
    "MIA": Venue("heat", "East", "Southeast", "Kaseya Center", "Miami", "FL", _EASTERN),
    "MIL": Venue("bucks", "East", "Central", "Fiserv Forum", "Milwaukee", "WI", _CENTRAL),
    "MIN": Venue("timberwolves", "West", "Northwest", "Target Center", "Minneapolis", "MN", _CENTRAL),
    "NOP": Venue("pelicans", "West", "Southwest", "Smoothie King Center", "New Orleans", "LA", _CENTRAL),
    "NYK": Venue("knicks", "East", "Atlantic", "Madison Square Garden", "New York", "NY", _EASTERN),
    "OKC": Venue("thunder", "West", "Northwest", "Paycom Center", "Oklahoma City", "OK", _CENTRAL),
    "ORL": Venue("magic", "East", "Southeast", "Kia Center", "Orlando", "FL", _EASTERN),
    "PHI": Venue("sixers", "East", "Atlantic", "Xfinity Mobile Arena", "Philadelphia", "PA", _EASTERN),
    "PHX": Venue("suns", "West", "Pacific", "Mortgage Matchup Center", "Phoenix", "AZ", _ARIZONA),
    "POR": Venue("blazers", "West", "Northwest", "Moda Center", "Portland", "OR", _PACIFIC),
    "SAC": Venue("kings", "West", "Pacific", "Golden 1 Center", "Sacramento", "CA", _PACIFIC),
    "SAS": Venue("spurs", "West", "Southwest", "Frost Bank Center", "San Antonio", "TX", _CENTRAL),
    "TOR": Venue("raptors", "East", "Atlantic", "Scotiabank Arena", "Toronto", "ON", _EASTERN),
    "UTA": Venue("jazz", "West", "Northwest", "Delta Center", "Salt Lake City", "UT", _MOUNTAIN),
    "WAS": Venue("wizards", "East", "Southeast", "Capital One Arena", "Washington", "DC", _EASTERN),
}

VENUES = tuple(_VENUES[team.tricode] for team in TEAMS)
