"""Small complete bodies of balldontlie, one an endpoint."""

from __future__ import annotations

from typing import Any

from nba_props.archive.payload import Payload
from nba_props.upstreams.balldontlie_bodies import TRICODE_BY_TEAM_ID
from nba_props_tests.upstreams.exchanges import payload

BASE = "https://api.balldontlie.io/v1"
GAMES_URL = f"{BASE}/games?dates%5B%5D=2025-01-04&per_page=100"
STATS_URL = f"{BASE}/stats?dates%5B%5D=2025-01-04&per_page=100"
BOX_SCORES_URL = f"{BASE}/box_scores?date=2025-01-04"
ACTIVE_PLAYERS_URL = f"{BASE}/players/active?per_page=100"
INJURIES_URL = f"{BASE}/player_injuries?per_page=100"
STANDINGS_URL = f"{BASE}/standings?season=2024"
PLAYERS_URL = f"{BASE}/players?per_page=100"
TEAMS_URL = f"{BASE}/teams"
ADVANCED_URL = f"{BASE}/stats/advanced?dates%5B%5D=2025-01-04&per_page=100"
AVERAGES_URL = f"{BASE}/season_averages/general?season=2024&season_type=regular&type=base"
LEADERS_URL = f"{BASE}/leaders?stat_type=reb&season=2024"
ODDS_URL = f"{BASE}/odds?date=2025-01-04"
URLS = {
    "games": GAMES_URL,
    "stats": STATS_URL,
    "box_scores": BOX_SCORES_URL,
    "active_players": ACTIVE_PLAYERS_URL,
    "player_injuries": INJURIES_URL,
    "standings": STANDINGS_URL,
    "players": PLAYERS_URL,
    "teams": TEAMS_URL,
    "advanced_stats": ADVANCED_URL,
    "season_averages": AVERAGES_URL,
    "leaders": LEADERS_URL,
    "odds": ODDS_URL,
}

CHI, NYK = 5, 20


def team(number: int, **changes: Any) -> dict[str, Any]:
    return {
        "id": number,
        "conference": "East",
        "division": "Atlantic",
        "city": "City",
        "name": "Name",
        "full_name": "City Name",
        "abbreviation": TRICODE_BY_TEAM_ID.get(number, "BAL"),
    } | changes


def player(**changes: Any) -> dict[str, Any]:
    return {
        "id": 115,
        "first_name": "Jalen",
        "last_name": "Brunson",
        "position": "G",
        "height": "6-2",
        "weight": "190",
        "jersey_number": "11",
        "college": "Villanova",
        "country": "USA",
        "draft_year": 2018,
        "draft_round": 2,
        "draft_number": 33,
    } | changes


def game(**changes: Any) -> dict[str, Any]:
    return {
        "id": 15907925,
        "date": "2025-01-04",
        "season": 2024,
        "status": "Final",
        "period": 4,
        "time": "Final",
        "postseason": False,
        "home_team_score": 139,
        "visitor_team_score": 126,
        "datetime": "2025-01-05T01:00:00.000Z",
        "home_team": team(CHI),
        "visitor_team": team(NYK),
    } | changes


def line(**changes: Any) -> dict[str, Any]:
    return {
        "min": "35",
        "fgm": 11,
        "fga": 22,
        "fg_pct": 0.5,
        "fg3m": 3,
        "fg3a": 9,
        "fg3_pct": 0.3333333,
        "ftm": 8,
        "fta": 8,
        "ft_pct": 1,
        "oreb": 0,
        "dreb": 3,
        "reb": 3,
        "ast": 9,
        "stl": 1,
        "blk": 0,
        "turnover": 2,
        "pf": 2,
        "pts": 33,
        "player": player(),
    } | changes


def idle_line(**changes: Any) -> dict[str, Any]:
    """The line of who did not play."""
    zeros = {name: 0 for name, value in line().items() if isinstance(value, int | float)}
    return line(**zeros, min="00") | changes


def stat_line(**changes: Any) -> dict[str, Any]:
    """A line of ``stats``; ``game`` changes the game beside it."""
    beside = {name: value for name, value in game().items() if name not in ("home_team", "visitor_team")}
    beside |= {"home_team_id": CHI, "visitor_team_id": NYK} | changes.pop("game", {})
    return {"id": 20743640, **line(), "team": team(NYK), "game": beside} | changes


def game_with_lines(home: list[dict[str, Any]], away: list[dict[str, Any]], **changes: Any) -> dict[str, Any]:
    """A game of ``box_scores``."""
    header = {name: value for name, value in game().items() if name not in ("id", "datetime")}
    return header | {"home_team": team(CHI, players=home), "visitor_team": team(NYK, players=away)} | changes


def injury(**changes: Any) -> dict[str, Any]:
    return {
        "player": player(team_id=NYK),
        "return_date": "Jan 8",
        "description": "Jan 4: Brunson (calf) will not play on Monday.",
        "status": "Out",
    } | changes


def standing(**changes: Any) -> dict[str, Any]:
    return {
        "team": team(NYK),
        "conference_record": "15-7 ",
        "conference_rank": 3,
        "division_record": "5-2",
        "division_rank": 2,
        "wins": 24,
        "losses": 12,
        "home_record": "12-6",
        "road_record": "12-6",
        "season": 2024,
    } | changes


def old_team(**changes: Any) -> dict[str, Any]:
    """A team that is no more."""
    blank = {"conference": "    ", "division": "", "city": "", "name": "Baltimore Bullets"}
    return team(45, **blank, full_name="Baltimore Bullets") | changes


def advanced_line(**changes: Any) -> dict[str, Any]:
    """A line of advanced statistics; ``game`` changes the game beside it."""
    told = {
        "pie": 0.016,
        "pace": 91.4,
        "assist_percentage": 0.05,
        "assist_ratio": 14.3,
        "assist_to_turnover": 1,
        "defensive_rating": 101.8,
        "defensive_rebound_percentage": 0.132,
        "effective_field_goal_percentage": 0.3,
        "net_rating": 6.7,
        "offensive_rating": 108.5,
        "offensive_rebound_percentage": 0.036,
        "rebound_percentage": 0.091,
        "true_shooting_percentage": 0.3,
        "turnover_ratio": 14.3,
        "usage_percentage": 0.087,
    }
    beside = stat_line(game=changes.pop("game", {}))["game"]
    return {"id": 6557201, **told, "player": player(team_id=NYK), "team": team(NYK), "game": beside} | changes


def averages(**changes: Any) -> dict[str, Any]:
    """A player's season averages; ``stats`` changes them."""
    stats = {"gp": 65, "age": 28, "pts": 26.0, "gp_rank": 190, "pts_rank": 8} | changes.pop("stats", {})
    return {"player": player(), "season": 2024, "season_type": "regular", "stats": stats} | changes


def leader(**changes: Any) -> dict[str, Any]:
    """A player's place in the list of leaders."""
    return {
        "player": player(team_id=NYK),
        "stat_type": "reb",
        "season": 2024,
        "value": 12.8,
        "games_played": 72,
        "rank": 2,
    } | changes


def odds_line(**changes: Any) -> dict[str, Any]:
    """A vendor's line of a game, as the source documents it."""
    return {
        "type": "2way",
        "vendor": "Some Book",
        "live": False,
        "game_id": 15907925,
        "odds_decimal_home": "1.500",
        "odds_decimal_visitor": "2.700",
        "odds_american_home": "-200",
        "odds_american_visitor": "+170",
        "away_spread": None,
        "over_under": None,
    } | changes


def spread_line(**changes: Any) -> dict[str, Any]:
    return odds_line(type="spread", away_spread="+4.5", odds_decimal_home="1.909", odds_decimal_visitor=1.909) | changes


def total_line(**changes: Any) -> dict[str, Any]:
    sides = dict.fromkeys(f"odds_{form}_{side}" for form in ("decimal", "american") for side in ("home", "visitor"))
    told = {"odds_decimal_over": "1.870", "odds_decimal_under": None, "odds_american_under": -105}
    return odds_line(type="over/under", over_under="226.5", **sides, **told) | changes


def body(*rows: dict[str, Any], cursor: int | None = None) -> dict[str, Any]:
    meta = {"per_page": 100} if cursor is None else {"next_cursor": cursor, "per_page": 100}
    return {"data": list(rows), "meta": meta}


def examples() -> dict[str, Payload]:
    """A payload of each endpoint, every field filled, no row refused."""
    other = player(id=416, first_name="Karl-Anthony", last_name="Towns")
    bodies = {
        "games": body(game(), game(id=15907926, home_team=team(1), visitor_team=team(2))),
        "stats": body(stat_line(), stat_line(player=other, plus_minus=-3), cursor=20743641),
        "box_scores": {"data": [game_with_lines([line(player=player(id=7))], [line(), idle_line(player=other)])]},
        "active_players": body(player(team=team(NYK)), other | {"team": team(NYK)}, cursor=416),
        "player_injuries": body(injury(), injury(player=other | {"team_id": NYK}, status="Day-To-Day")),
        "standings": {"data": [standing(), standing(team=team(CHI))]},
        "players": body(player(team=team(NYK)), other | {"team": team(NYK)}),
        "teams": {"data": [team(NYK), team(CHI), old_team()]},
        "advanced_stats": body(advanced_line(), advanced_line(player=other)),
        "season_averages": body(averages(), averages(player=other)),
        "leaders": {"data": [leader(), leader(player=other | {"team_id": NYK}, rank=1)]},
        "odds": {"data": [odds_line(), spread_line(), total_line(live=True)]},
    }
    return {name: payload(URLS[name], content) for name, content in bodies.items()}
