"""balldontlie's bodies: games, player lines, injuries and standings, as it would write them at a moment.

Times in arguments are epoch seconds; bodies are plain objects ready for JSON. Names are spelt as balldontlie spells
them: in plain letters, and one suffix in three is missing. Everyone on a roster has a line in its games, who does not
play one with no minutes and zeros, as there.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from nba_props.game_calendar import game_date_of
from nba_props.simulator.absences import KNOWN_LONG_AHEAD_HOURS
from nba_props.simulator.names import split_suffix, without_accents
from nba_props.simulator.players import POSITION, Ints, PlayerPool
from nba_props.simulator.progress import counts_so_far, game_clock, score_so_far
from nba_props.simulator.season import FINAL, IN_PLAY, Season
from nba_props.simulator.venues import VENUES
from nba_props.teams import TEAMS

Body = dict[str, Any]

_FIRST_GAME_ID, _FIRST_PLAYER_ID = 15_000_000, 3_000
_POSITIONS = ("G", "G", "F", "F", "C")
_HEIGHTS = (74, 77, 79, 81, 83)
_COLLEGES = ("Duke", "Kentucky", "Kansas", "UCLA", "Gonzaga", "Villanova", "Arizona", "Michigan State")
_COUNTRIES = ("USA", "USA", "USA", "USA", "Canada", "France", "Serbia", "Australia")
_BODY_PARTS = ("knee", "ankle", "hamstring", "back", "illness", "shoulder", "calf", "wrist")
_QUARTERS = {1: "1st Qtr", 2: "2nd Qtr", 3: "3rd Qtr", 4: "4th Qtr"}
_COUNTS = {
    "fgm": ("two_made", "three_made"),
    "fga": ("two_made", "two_missed", "three_made", "three_missed"),
    "fg3m": ("three_made",),
    "fg3a": ("three_made", "three_missed"),
    "ftm": ("free_made",),
    "fta": ("free_made", "free_missed"),
    "oreb": ("offensive_rebounds",),
    "dreb": ("defensive_rebounds",),
    "reb": ("offensive_rebounds", "defensive_rebounds"),
    "ast": ("assists",),
    "stl": ("steals",),
    "blk": ("blocks",),
    "turnover": ("turnovers",),
    "pf": ("fouls",),
}
_PERCENTAGES = {"fga": ("fg_pct", "fgm"), "fg3a": ("fg3_pct", "fg3m"), "fta": ("ft_pct", "ftm")}


def game_id(season: Season, game: int) -> int:
    """The source's id of a game."""
    return _FIRST_GAME_ID + season.start_year % 100 * 10_000 + game


def player_id(player: int) -> int:
    """The source's id of a player of the pool."""
    return _FIRST_PLAYER_ID + 7 * player


def game_status(season: Season, game: int, now: int) -> int:
    """Scheduled, in play or final."""
    return int(season.status(now)[game])


def _team(team: int) -> Body:
    one, venue = TEAMS[team], VENUES[team]
    return {
        "id": team + 1,
        "conference": venue.conference,
        "division": venue.division,
        "city": one.city,
        "name": one.name,
        "full_name": one.full_name,
        "abbreviation": one.tricode,
    }


def _player(pool: PlayerPool, player: int) -> Body:
    position = int(pool.position[player])
    head, suffix = split_suffix(without_accents(pool.name[player]))
    first, _, last = head.partition(" ")
    feet, inches = divmod(_HEIGHTS[position] + player % 3, 12)
    drafted = player % 6 > 0
    return {
        "id": player_id(player),
        "first_name": first,
        "last_name": f"{last} {suffix}" if suffix and player % 3 else last,
        "position": _POSITIONS[position],
        "height": f"{feet}-{inches}",
        "weight": str(185 + 12 * position + player % 11),
        "jersey_number": str(player % 56) if player % 50 else "00",
        "college": _COLLEGES[player % len(_COLLEGES)],
        "country": _COUNTRIES[player // 3 % len(_COUNTRIES)],
        "draft_year": 2008 + player % 17 if drafted else None,
        "draft_round": 1 + player % 2 if drafted else None,
        "draft_number": 1 + player % 58 if drafted else None,
    }


def listed_player(pool: PlayerPool, player: int, team: int) -> Body:
    """A player of the pool with his team."""
    return _player(pool, player) | {"team": _team(team)}


def _played_by(season: Season, game: int, side: int, slot: int) -> Body:
    return _player(season.pool, int(season.setting.players[game, side, slot]))


def _progress(season: Season, game: int, now: int) -> Body:
    """Status, period, clock and score of a game."""
    status = game_status(season, game, now)
    if status == FINAL:
        home, away = season.box_scores.score[game].tolist()
        period, text, clock = 4 + int(season.box_scores.overtimes[game]), "Final", "Final"
    elif status == IN_PLAY:
        shown = game_clock(season, game, now)
        home, away = score_so_far(season, game, shown.share)
        period, text, clock = _period(shown.text), _period_text(shown.text), shown.text
    else:
        home, away, period, clock = 0, 0, 0, None
        text = f"{_tip_off(season, game):%Y-%m-%dT%H:%M:%SZ}"
    return {
        "date": str(season.dates[game]),
        "season": season.start_year,
        "status": text,
        "period": period,
        "time": clock,
        "postseason": False,
        "home_team_score": home,
        "visitor_team_score": away,
    }


def _period(clock: str) -> int:
    if clock == "Half":
        return 2
    name = clock.split(" ")[0]
    return int(name[1:]) if name.startswith("Q") else 4 + int(name[2:] or 1)


def _period_text(clock: str) -> str:
    return "Halftime" if clock == "Half" else _QUARTERS.get(_period(clock), "OT")


def _tip_off(season: Season, game: int) -> datetime:
    return datetime.fromtimestamp(int(season.fixtures.tipoff[game]), UTC)


def _identified(season: Season, game: int, now: int) -> Body:
    start = {"datetime": f"{_tip_off(season, game):%Y-%m-%dT%H:%M:%S}.000Z"}
    return {"id": game_id(season, game)} | _progress(season, game, now) | start


def listed_game(season: Season, game: int, now: int) -> Body:
    """A game with both teams, as in a list of games."""
    home, away = season.teams[game].tolist()
    return _identified(season, game, now) | {"home_team": _team(home), "visitor_team": _team(away)}


def game_beside(season: Season, game: int, now: int) -> Body:
    """A game with the ids of both teams, as it stands beside a player's line."""
    home, away = season.teams[game].tolist()
    return _identified(season, game, now) | {"home_team_id": home + 1, "visitor_team_id": away + 1}


def player_lines(season: Season, game: int, now: int) -> list[tuple[int, int, Body]]:
    """Side, slot and statistics so far of everyone on both rosters."""
    box = season.box_scores
    share = 1.0 if game_status(season, game, now) == FINAL else game_clock(season, game, now).share
    counts = box.counts[game] if share == 1.0 else counts_so_far(season, game, share)
    minutes = np.floor(box.minutes[game] * share).astype(np.int64)
    return [
        (side, slot, _line(counts[side, slot], int(minutes[side, slot])))
        for side in range(counts.shape[0])
        for slot in range(counts.shape[1])
    ]


def _line(counts: Ints, minutes: int) -> Body:
    line: Body = {"min": f"{minutes:02d}"}
    for name, parts in _COUNTS.items():
        line[name] = int(sum(counts[POSITION[part]] for part in parts))
        if name in _PERCENTAGES:
            share, made = _PERCENTAGES[name]
            line[share] = round(line[made] / line[name], 7) if line[name] else 0
    return line | {"pts": 2 * line["fgm"] + line["fg3m"] + line["ftm"]}


def stat_line(identity: int, season: Season, game: int, side: int, slot: int, line: Body, beside: Body) -> Body:
    """A player's line with its team and game."""
    team = int(season.teams[game, side])
    player = _played_by(season, game, side, slot) | {"team_id": team + 1}
    return {"id": identity, **line, "player": player, "team": _team(team), "game": beside}


def box_score(season: Season, game: int, now: int) -> Body:
    """A game that has begun with the lines of both teams below them; it tells neither id nor time."""
    players: tuple[list[Body], list[Body]] = ([], [])
    for side, slot, line in player_lines(season, game, now):
        players[side].append(line | {"player": _played_by(season, game, side, slot)})
    home, away = (
        _team(team) | {"players": lines} for team, lines in zip(season.teams[game].tolist(), players, strict=True)
    )
    return _progress(season, game, now) | {"home_team": home, "visitor_team": away}


def next_games(season: Season, now: int) -> list[tuple[int, int]]:
    """The game that each team plays now or next, and its side in it."""
    upcoming: dict[int, tuple[int, int]] = {}
    for game in np.flatnonzero(season.finished > now).tolist():
        for side, team in enumerate(season.teams[game].tolist()):
            upcoming.setdefault(team, (game, side))
    return [upcoming[team] for team in sorted(upcoming)]


def injury(season: Season, game: int, side: int, slot: int) -> Body:
    """The entry of a player who misses a game."""
    player = _played_by(season, game, side, slot) | {"team_id": int(season.teams[game, side]) + 1}
    hours = float(season.absences.announced_hours[game, side, slot])
    news, opponent = _tip_off(season, game) - timedelta(hours=hours), TEAMS[int(season.teams[game, 1 - side])]
    day, back = game_date_of(news), season.dates[game] + timedelta(days=2)
    part = _BODY_PARTS[player["id"] % len(_BODY_PARTS)]
    return {
        "player": player,
        "return_date": f"{back:%b} {back.day}",
        "description": f"{day:%b} {day.day}: {player['last_name']} ({part}) will not play against the {opponent.name}"
        f" on {season.dates[game]:%A}.",
        "status": "Out" if hours >= KNOWN_LONG_AHEAD_HOURS else "Day-To-Day",
    }


def standings(season: Season, now: int) -> list[Body]:
    """Every team's record in a season so far, the better first."""
    played = np.flatnonzero(season.finished <= now)
    home, away = season.teams[played].T
    won = season.box_scores.score[played, 0] > season.box_scores.score[played, 1]
    conference, division = (np.array([getattr(venue, name) for venue in VENUES]) for name in ("conference", "division"))
    rows = []
    for team in range(len(TEAMS)):
        at_home, on_road = home == team, away == team
        wins = (at_home & won) | (on_road & ~won)
        other = np.where(at_home, away, home)
        kinds = {
            "all": at_home | on_road,
            "conference": (at_home | on_road) & (conference[other] == conference[team]),
            "division": (at_home | on_road) & (division[other] == division[team]),
            "home": at_home,
            "road": on_road,
        }
        rows.append(
            _standing(season, team, {kind: (int((wins & of).sum()), int(of.sum())) for kind, of in kinds.items()})
        )
    return _ranked(rows)


def _standing(season: Season, team: int, records: dict[str, tuple[int, int]]) -> Body:
    written = {f"{kind}_record": f"{won}-{played - won}" for kind, (won, played) in records.items() if kind != "all"}
    won, played = records["all"]
    return {"team": _team(team), **written, "wins": won, "losses": played - won, "season": season.start_year}


def _ranked(rows: Sequence[Body]) -> list[Body]:
    """The rows with their places, the better first."""
    ordered = sorted(rows, key=lambda row: (-_share_won(row), row["team"]["id"]))
    for group in ("conference", "division"):
        places: dict[str, int] = {}
        for row in ordered:
            name = row["team"][group]
            row[f"{group}_rank"] = places[name] = places.get(name, 0) + 1
    return ordered


def _share_won(row: Body) -> float:
    played = row["wins"] + row["losses"]
    return row["wins"] / played if played else 0.0
