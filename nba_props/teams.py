"""The thirty teams: NBA id, tricode, names, and the other spellings under which upstreams know them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Team:
    """One team; ``spellings`` are full names other than ``city name`` that upstreams use."""

    team_id: int
    tricode: str
    city: str
    name: str
    spellings: tuple[str, ...] = ()

    @property
    def full_name(self) -> str:
        """City and name, as the league writes them."""
        return f"{self.city} {self.name}"


TEAMS = (
    Team(1610612737, "ATL", "Atlanta", "Hawks"),
    Team(1610612738, "BOS", "Boston", "Celtics"),
    Team(1610612751, "BKN", "Brooklyn", "Nets"),
    Team(1610612766, "CHA", "Charlotte", "Hornets"),
    Team(1610612741, "CHI", "Chicago", "Bulls"),
    Team(1610612739, "CLE", "Cleveland", "Cavaliers"),
    Team(1610612742, "DAL", "Dallas", "Mavericks"),
    Team(1610612743, "DEN", "Denver", "Nuggets"),
    Team(1610612765, "DET", "Detroit", "Pistons"),
    Team(1610612744, "GSW", "Golden State", "Warriors"),
    Team(1610612745, "HOU", "Houston", "Rockets"),
    Team(1610612754, "IND", "Indiana", "Pacers"),
    Team(1610612746, "LAC", "LA", "Clippers", ("Los Angeles Clippers",)),
    Team(1610612747, "LAL", "Los Angeles", "Lakers"),
    Team(1610612763, "MEM", "Memphis", "Grizzlies"),
    Team(1610612748, "MIA", "Miami", "Heat"),
    Team(1610612749, "MIL", "Milwaukee", "Bucks"),
    Team(1610612750, "MIN", "Minnesota", "Timberwolves"),
    Team(1610612740, "NOP", "New Orleans", "Pelicans"),
    Team(1610612752, "NYK", "New York", "Knicks"),
    Team(1610612760, "OKC", "Oklahoma City", "Thunder"),
    Team(1610612753, "ORL", "Orlando", "Magic"),
    Team(1610612755, "PHI", "Philadelphia", "76ers"),
    Team(1610612756, "PHX", "Phoenix", "Suns"),
    Team(1610612757, "POR", "Portland", "Trail Blazers"),
    Team(1610612758, "SAC", "Sacramento", "Kings"),
    Team(1610612759, "SAS", "San Antonio", "Spurs"),
    Team(1610612761, "TOR", "Toronto", "Raptors"),
    Team(1610612762, "UTA", "Utah", "Jazz"),
    Team(1610612764, "WAS", "Washington", "Wizards"),
)

TRICODES = tuple(team.tricode for team in TEAMS)
TRICODE_BY_ID = {team.team_id: team.tricode for team in TEAMS}
TRICODE_BY_NAME = {name: team.tricode for team in TEAMS for name in (team.full_name, *team.spellings)}
