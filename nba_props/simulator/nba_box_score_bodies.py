"""Bodies of one game's box score: the stats API's traditional one (v3), and the CDN's live one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

from nba_props.game_calendar import EASTERN
from nba_props.simulator.game_sheet import Entry, Sheet, score_sheets
from nba_props.simulator.names import without_accents
from nba_props.simulator.progress import game_clock, score_so_far
from nba_props.simulator.season import Season
from nba_props.simulator.venues import VENUES
from nba_props.teams import TEAMS

_STAMP = "%Y-%m-%dT%H:%M:%SZ"
_REGULATION, _PERIOD_MINUTES, _OVERTIME_MINUTES = 4, 12, 5
_FULL_TIME = 1.0

_NAMES = {
    "fieldGoalsMade": "FGM",
    "fieldGoalsAttempted": "FGA",
    "threePointersMade": "FG3M",
    "threePointersAttempted": "FG3A",
    "freeThrowsMade": "FTM",
    "freeThrowsAttempted": "FTA",
    "reboundsOffensive": "OREB",
    "reboundsDefensive": "DREB",
    "reboundsTotal": "REB",
    "assists": "AST",
    "steals": "STL",
    "blocks": "BLK",
    "turnovers": "TOV",
    "foulsPersonal": "PF",
    "points": "PTS",
}
_SHARES = {
    "fieldGoalsPercentage": ("FGM", "FGA"),
    "threePointersPercentage": ("FG3M", "FG3A"),
    "freeThrowsPercentage": ("FTM", "FTA"),
}


def box_score_v3(season: Season, game: int, now: int) -> dict[str, Any]:
    """boxscoretraditionalv3 at an epoch second; no players before the game is over."""
    is_over = int(season.finished[game]) <= now
    home, away = score_sheets(season, game, _FULL_TIME)
    return {
        "meta": _meta(f"games/{season.game_ids[game]}/boxscoretraditional", now),
        "boxScoreTraditional": {
            "gameId": season.game_ids[game],
            "awayTeamId": TEAMS[away.team].team_id,
            "homeTeamId": TEAMS[home.team].team_id,
            "homeTeam": _side_v3(home, away, is_over),
            "awayTeam": _side_v3(away, home, is_over),
        },
    }


def live_box_score(season: Season, game: int, now: int) -> dict[str, Any]:
    """The CDN's box score of a game that has begun, at an epoch second."""
    clock = game_clock(season, game, now)
    is_over = int(season.finished[game]) <= now
    share = _FULL_TIME if is_over else clock.share
    home, away = score_sheets(season, game, share)
    period, left = _period(season, game, share)
    periods = _periods(season, game, share, period)
    return {
        "meta": {**_meta(f"games/{season.game_ids[game]}/boxscore", now), "code": 200},
        "game": {
            "gameId": season.game_ids[game],
            **_times(season, game),
            "duration": _minutes_since_start(season, game, now),
            "gameCode": f"{season.dates[game]:%Y%m%d}/{TEAMS[away.team].tricode}{TEAMS[home.team].tricode}",
            "gameStatusText": _final_text(season, game) if is_over else clock.text,
            "gameStatus": int(season.status(now)[game]),
            "regulationPeriods": _REGULATION,
            "period": period,
            "gameClock": _duration(left),
            "attendance": 18_000,
            "sellout": "0",
            "arena": _arena(home.team),
            "officials": [],
            "homeTeam": _live_side(home, away, periods[0], is_over),
            "awayTeam": _live_side(away, home, periods[1], is_over),
        },
    }


def _meta(request: str, now: int) -> dict[str, Any]:
    time = f"{datetime.fromtimestamp(now, UTC):%Y-%m-%dT%H:%M:%S}.000Z"
    return {"version": 1, "request": f"http://nba.cloud/{request}?Format=json", "time": time}


def _side_v3(sheet: Sheet, other: Sheet, is_over: bool) -> dict[str, Any]:
    team = {**_team(sheet.team), "teamSlug": VENUES[sheet.team].slug}
    if not is_over:
        return {**team, "players": [], "statistics": None, "starters": None, "bench": None}
    active = [entry for entry in sheet.entries if entry.absence is None or entry.absence.is_active]
    return {
        **team,
        "players": [_player_v3(entry) for entry in active],
        "statistics": {
            **_sums_v3(sheet.entries),
            "plusMinusPoints": float(sheet.numbers["PTS"] - other.numbers["PTS"]),
        },
        "starters": _sums_v3(entry for entry in active if entry.position),
        "bench": _sums_v3(entry for entry in active if not entry.position),
    }


def _player_v3(entry: Entry) -> dict[str, Any]:
    first, _, last = entry.name.partition(" ")
    return {
        "personId": entry.player_id,
        "firstName": first,
        "familyName": last,
        "nameI": f"{first[0]}. {last}",
        "playerSlug": without_accents(entry.name).lower().replace(" ", "-").replace(".", "").replace("'", ""),
        "position": entry.position[-1:],
        "comment": entry.absence.comment if entry.absence else "",
        "jerseyNum": "",
        "statistics": {
            "minutes": _clock(entry.seconds) if entry.has_played else "",
            **_statistics(entry.numbers),
            "plusMinusPoints": float(entry.plus_minus),
        },
    }


def _sums_v3(entries: Iterable[Entry]) -> dict[str, Any]:
    summed = list(entries)
    numbers = {name: sum(entry.numbers[name] for entry in summed) for name in _NAMES.values()}
    return {"minutes": _clock(sum(entry.seconds for entry in summed)), **_statistics(numbers)}


def _statistics(numbers: dict[str, int]) -> dict[str, Any]:
    counts = {name: numbers[column] for name, column in _NAMES.items()}
    return counts | {name: _share(numbers[made], numbers[tried]) for name, (made, tried) in _SHARES.items()}


def _share(made: int, tried: int) -> float:
    return round(made / tried, 3) if tried else 0.0


def _live_side(sheet: Sheet, other: Sheet, periods: Sequence[int], is_over: bool) -> dict[str, Any]:
    kinds = ["REGULAR"] * _REGULATION + ["OVERTIME"] * max(len(periods) - _REGULATION, 0)
    return {
        **_team(sheet.team),
        "score": sheet.numbers["PTS"],
        "inBonus": "0",
        "timeoutsRemaining": 2,
        "periods": [
            {"period": number, "periodType": kind, "score": score}
            for number, (kind, score) in enumerate(zip(kinds, periods, strict=False), start=1)
        ],
        "players": [_live_player(entry, order, is_over) for order, entry in enumerate(sheet.entries, start=1)],
        "statistics": _live_totals(sheet, other),
    }


def _live_player(entry: Entry, order: int, is_over: bool) -> dict[str, Any]:
    first, _, last = entry.name.partition(" ")
    absence = entry.absence
    if absence is not None and absence.is_active and not is_over:
        absence = None
    reasons = {} if absence is None else {"notPlayingReason": absence.code}
    if absence is not None and absence.description:
        reasons["notPlayingDescription"] = absence.description
    return {
        "status": "ACTIVE" if absence is None else "INACTIVE",
        **reasons,
        "order": order,
        "personId": entry.player_id,
        "jerseyNum": "",
        **({"position": entry.position} if entry.position else {}),
        "starter": _yes(bool(entry.position)),
        "oncourt": _yes(bool(entry.position) and not is_over),
        "played": _yes(entry.has_played),
        "statistics": _live_statistics(entry),
        "name": entry.name,
        "nameI": f"{first[0]}. {last}",
        "firstName": first,
        "familyName": last,
    }


def _live_statistics(entry: Entry) -> dict[str, Any]:
    plus = max(entry.seconds // 30, entry.plus_minus, 0)
    return {
        **_statistics(entry.numbers),
        **_twos(entry.numbers),
        "blocksReceived": 0,
        "foulsOffensive": 0,
        "foulsDrawn": 0,
        "foulsTechnical": 0,
        "plus": float(plus),
        "minus": float(plus - entry.plus_minus),
        "plusMinusPoints": float(entry.plus_minus),
        "minutes": _duration(entry.seconds),
        "minutesCalculated": f"PT{round(entry.seconds / 60):02d}M",
        "pointsFastBreak": 0,
        "pointsInThePaint": _paint_points(entry.numbers),
        "pointsSecondChance": 0,
    }


def _live_totals(sheet: Sheet, other: Sheet) -> dict[str, Any]:
    numbers, against = sheet.numbers, other.numbers
    margin = numbers["PTS"] - against["PTS"]
    bench = sum(entry.numbers["PTS"] for entry in sheet.entries if not entry.position)
    true_attempts = numbers["FGA"] + 0.44 * numbers["FTA"]
    paint = sum(_paint_points(entry.numbers) for entry in sheet.entries)
    return {
        **_statistics(numbers),
        **_twos(numbers),
        "assistsTurnoverRatio": _share(numbers["AST"], numbers["TOV"]),
        "benchPoints": bench,
        "biggestLead": max(margin, 0),
        "biggestLeadScore": f"{against['PTS']}-{numbers['PTS']}",
        "biggestScoringRun": 0,
        "biggestScoringRunScore": "0-0",
        "blocksReceived": against["BLK"],
        "fastBreakPointsAttempted": 0,
        "fastBreakPointsMade": 0,
        "fastBreakPointsPercentage": 0.0,
        "fieldGoalsEffectiveAdjusted": _share(2 * numbers["FGM"] + numbers["FG3M"], 2 * numbers["FGA"]),
        "foulsOffensive": 0,
        "foulsDrawn": against["PF"],
        "foulsTeam": numbers["PF"],
        "foulsTechnical": 0,
        "foulsTeamTechnical": 0,
        "leadChanges": 0,
        "minutes": _duration(sheet.seconds),
        "minutesCalculated": f"PT{round(sheet.seconds / 60)}M",
        "pointsAgainst": against["PTS"],
        "pointsFastBreak": 0,
        "pointsFromTurnovers": 0,
        "pointsInThePaint": paint,
        "pointsInThePaintAttempted": paint,
        "pointsInThePaintMade": paint // 2,
        "pointsInThePaintPercentage": 0.5 if paint else 0.0,
        "pointsSecondChance": 0,
        "reboundsPersonal": numbers["REB"],
        "reboundsTeam": 0,
        "reboundsTeamDefensive": 0,
        "reboundsTeamOffensive": 0,
        "secondChancePointsAttempted": 0,
        "secondChancePointsMade": 0,
        "secondChancePointsPercentage": 0.0,
        "timeLeading": _duration(0),
        "timesTied": 0,
        "trueShootingAttempts": true_attempts,
        "trueShootingPercentage": round(numbers["PTS"] / (2 * true_attempts), 3) if true_attempts else 0.0,
        "turnoversTeam": 0,
        "turnoversTotal": numbers["TOV"],
    }


def _twos(numbers: dict[str, int]) -> dict[str, Any]:
    made, tried = numbers["FGM"] - numbers["FG3M"], numbers["FGA"] - numbers["FG3A"]
    return {"twoPointersMade": made, "twoPointersAttempted": tried, "twoPointersPercentage": _share(made, tried)}


def _paint_points(numbers: dict[str, int]) -> int:
    """Two points in three inside the arc are made in the paint, rounded down to whole baskets."""
    return 2 * (2 * (numbers["FGM"] - numbers["FG3M"]) // 3)


def _team(team: int) -> dict[str, Any]:
    one = TEAMS[team]
    return {"teamId": one.team_id, "teamName": one.name, "teamCity": one.city, "teamTricode": one.tricode}


def _times(season: Season, game: int) -> dict[str, str]:
    tip_off = datetime.fromtimestamp(int(season.fixtures.tipoff[game]), UTC)
    home, away = (VENUES[team].time_zone for team in season.teams[game].tolist())
    zones = {"gameTimeLocal": home, "gameTimeHome": home, "gameTimeAway": away, "gameEt": EASTERN}
    local = {name: tip_off.astimezone(zone).isoformat() for name, zone in zones.items()}
    return local | {"gameTimeUTC": tip_off.strftime(_STAMP)}


def _arena(team: int) -> dict[str, Any]:
    venue = VENUES[team]
    return {
        "arenaId": 1 + team,
        "arenaName": venue.arena,
        "arenaCity": venue.arena_city,
        "arenaState": venue.arena_state,
        "arenaCountry": "US",
        "arenaTimezone": venue.time_zone.key,
    }


def _lengths(season: Season, game: int) -> list[int]:
    """Minutes of each period of a game."""
    overtimes = int(season.box_scores.overtimes[game])
    return [_PERIOD_MINUTES] * _REGULATION + [_OVERTIME_MINUTES] * overtimes


def _period(season: Season, game: int, share: float) -> tuple[int, int]:
    """The running period and the seconds that are left of it."""
    lengths = _lengths(season, game)
    played = share * sum(lengths)
    for number, length in enumerate(lengths, start=1):
        if played <= length or number == len(lengths):
            return number, max(round((length - played) * 60), 0)
        played -= length
    raise ValueError("a game has at least one period")


def _periods(season: Season, game: int, share: float, period: int) -> tuple[list[int], list[int]]:
    """Points of the home and the away team in each period so far; periods of regulation to come have none."""
    lengths = _lengths(season, game)
    ends = [min(sum(lengths[: number + 1]) / sum(lengths), share) for number in range(max(period, _REGULATION))]
    totals = [(0, 0), *(score_so_far(season, game, end) for end in ends)]
    home, away = ([after[side] - before[side] for before, after in pairwise(totals)] for side in (0, 1))
    return home, away


def _final_text(season: Season, game: int) -> str:
    overtimes = int(season.box_scores.overtimes[game])
    return "Final" + ("" if overtimes == 0 else "/OT" if overtimes == 1 else f"/OT{overtimes}")


def _minutes_since_start(season: Season, game: int, now: int) -> int:
    end = min(now, int(season.finished[game]))
    return max(end - int(season.started[game]), 0) // 60


def _clock(seconds: int) -> str:
    return f"{seconds // 60}:{seconds % 60:02d}"


def _duration(seconds: int) -> str:
    return f"PT{seconds // 60:02d}M{seconds % 60:02d}.00S"


def _yes(told: bool) -> str:
    return "1" if told else "0"
