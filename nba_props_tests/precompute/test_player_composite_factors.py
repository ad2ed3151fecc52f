"""What circumstances do to an expectation: signs, ranges, what is unknown, and a slow recomputation of every column."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nba_props.contracts.analytics import UPCOMING_PLAYER_GAME_CONTEXT, UPCOMING_TEAM_GAME_CONTEXT
from nba_props.contracts.conformed.shots import SHOT_ZONES
from nba_props.contracts.precompute import (
    PLAYER_COMPOSITE_FACTORS,
    PLAYER_SHOT_ZONE_ANALYSIS,
    TEAM_DAILY_CACHE,
    TEAM_DEFENSE_ZONE_ANALYSIS,
)
from nba_props.game_calendar import DateRange
from nba_props.precompute import player_composite_factors, team_daily_cache
from nba_props.precompute.player_composite_factors import FATIGUE_WEIGHTS
from nba_props.teams import TRICODES
from nba_props_tests.analytics.test_upcoming_recordings import (
    LEAD,
    box_score_tables_of_two_seasons,
    recorded_season,
)
from nba_props_tests.analytics.upcoming_league import player_contexts, team_contexts
from nba_props_tests.analytics.upcoming_recomputed import differences
from nba_props_tests.precompute.league import RANDOM_LEAGUES, SEEDS, Row, frame, same_bits

DAY = date(2025, 1, 20)
GAME = {"game_id": "0022400600", "game_date": DAY}
FRESH = {"days_rest": 3, "games_last_7_days": 0, "minutes_last_7_days": 0.0}
TABLES = (
    UPCOMING_PLAYER_GAME_CONTEXT,
    UPCOMING_TEAM_GAME_CONTEXT,
    PLAYER_SHOT_ZONE_ANALYSIS,
    TEAM_DEFENSE_ZONE_ANALYSIS,
    TEAM_DAILY_CACHE,
)
MINUTES, GAMES, REST = st.floats(0, 300), st.integers(0, 7), st.integers(0, 60)
KILOMETRES, PACES, SHARES = st.floats(0, 20_000), st.floats(70, 130), st.floats(0, 1)


@dataclass
class Circumstances:
    """Rows of the tables that the factors are made of, in the order of ``TABLES``."""

    players: list[Row] = field(default_factory=list)
    teams: list[Row] = field(default_factory=list)
    shooting: list[Row] = field(default_factory=list)
    defenses: list[Row] = field(default_factory=list)
    paces: list[Row] = field(default_factory=list)

    def frames(self) -> dict[str, pl.LazyFrame]:
        """The tables by the names of the inputs."""
        parts = (self.players, self.teams, self.shooting, self.defenses, self.paces)
        return {table.name: frame(table, rows).lazy() for table, rows in zip(TABLES, parts, strict=True)}


def factors(told: Circumstances, dates: DateRange | None = None) -> pl.DataFrame:
    """The table."""
    made = player_composite_factors.build(dates or DateRange.of(DAY), **told.frames())
    return PLAYER_COMPOSITE_FACTORS.require(made)


def factors_of(player: Row, *, team: Row | None = None, zones: Row | None = None, paces: Row | None = None) -> Row:
    """The factors of one player of Boston against New York, of the columns that are told."""
    zones, paces = zones or {}, paces or {}
    told = Circumstances(
        players=[{**GAME, "player_id": 1, "team": "BOS", "opponent": "NYK", **player}],
        teams=[{**GAME, "team": "BOS", "is_back_to_back": False, "travel_km_last_7_days": 0.0, **(team or {})}],
        shooting=[{"player_id": 1, "game_date": DAY, **{n: v for n, v in zones.items() if "last_20" in n}}],
        defenses=[{"team": "NYK", "game_date": DAY, **{n: v for n, v in zones.items() if "ratio" in n}}],
        paces=[
            {"team": "BOS", "game_date": DAY, "pace": paces.get("team"), "league_pace": paces.get("league")},
            {"team": "NYK", "game_date": DAY, "pace": paces.get("opponent"), "league_pace": paces.get("league")},
        ],
    )
    return factors(told).row(0, named=True)


def shooting(ratio: float = 1.0, **ratios: float) -> Row:
    """He takes half of his shots at the rim, half from above the break; the opponent allows as the ratios say."""
    shares = {"restricted_area": (0.5, 0.6), "above_the_break_three": (0.5, 0.4)}
    told: Row = {}
    for zone in SHOT_ZONES:
        share, made = shares.get(zone, (0.0, None))
        told |= {f"{zone}_share_last_20": share, f"{zone}_percentage_last_20": made}
        told[f"{zone}_percentage_allowed_ratio"] = ratios.get(zone, ratio)
    return told


def test_a_tired_players_adjustment_lowers_his_expectation_and_a_rested_ones_leaves_it() -> None:
    tired = factors_of(
        {"days_rest": 0, "games_last_7_days": 4, "minutes_last_7_days": 150.0},
        team={"is_back_to_back": True, "travel_km_last_7_days": 5000.0},
    )
    assert tired["fatigue_score"] > 0.8
    assert -0.15 <= tired["fatigue_adjustment"] < -0.12
    rested = factors_of(FRESH)
    assert (rested["fatigue_score"], str(rested["fatigue_adjustment"])) == (0.0, "0.0")
    spent = factors_of(
        {"days_rest": 0, "games_last_7_days": 7, "minutes_last_7_days": 300.0},
        team={"is_back_to_back": True, "travel_km_last_7_days": 20_000.0},
    )
    assert (spent["fatigue_score"], spent["fatigue_adjustment"]) == (1.0, -0.15)


@pytest.mark.parametrize(
    ("player", "team", "part"),
    [
        ({"minutes_last_7_days": 40.0}, {}, FATIGUE_WEIGHTS["minutes"] / 4),
        ({"games_last_7_days": 1}, {}, FATIGUE_WEIGHTS["games"] / 5),
        ({"days_rest": 1}, {}, FATIGUE_WEIGHTS["rest"] * 2 / 3),
        ({}, {"travel_km_last_7_days": 2000.0}, FATIGUE_WEIGHTS["travel"] / 4),
        ({"days_rest": 0}, {"is_back_to_back": True}, FATIGUE_WEIGHTS["rest"] + FATIGUE_WEIGHTS["back_to_back"]),
        ({}, {"is_back_to_back": True}, 0.0),
        ({"days_rest": 0}, {}, FATIGUE_WEIGHTS["rest"]),
    ],
)
def test_each_part_of_fatigue_weighs_what_it_says(player: Row, team: Row, part: float) -> None:
    """Who sat out the night before is not tired by his team's back-to-back."""
    assert factors_of({**FRESH, **player}, team=team)["fatigue_score"] == pytest.approx(part)


def test_the_weights_of_fatigue_are_shares_of_one() -> None:
    assert sum(FATIGUE_WEIGHTS.values()) == pytest.approx(1)
    assert min(FATIGUE_WEIGHTS.values()) > 0


@settings(deadline=None, max_examples=40)
@given(MINUTES, GAMES, REST, KILOMETRES, st.booleans(), MINUTES, GAMES, REST, KILOMETRES)
def test_more_load_and_less_rest_never_tire_less(
    minutes: float,
    games: int,
    rest: int,
    km: float,
    on_back_to_back: bool,
    more: float,
    again: int,
    less: int,
    way: float,
) -> None:
    def adjustment(minutes: float, games: int, rest: int, km: float, on_back_to_back: bool) -> float:
        player = {"minutes_last_7_days": minutes, "games_last_7_days": games, "days_rest": rest}
        team = {"is_back_to_back": on_back_to_back, "travel_km_last_7_days": km}
        value: float = factors_of(player, team=team)["fatigue_adjustment"]
        return value

    fresh = adjustment(minutes, games, rest, km, on_back_to_back)
    tired = adjustment(max(minutes, more), max(games, again), min(rest, less), max(km, way), True)
    assert -0.15 <= tired <= fresh <= 0


def test_an_opponent_that_allows_more_where_he_shoots_raises_his_expectation() -> None:
    rim = factors_of({}, zones=shooting(restricted_area=1.1))["zone_mismatch_adjustment"]
    # At the rim he scores 1.2 of 2.4 points that two shots bring: half of the tenth.
    assert rim == pytest.approx(0.05)
    assert factors_of({}, zones=shooting(above_the_break_three=0.9))["zone_mismatch_adjustment"] == pytest.approx(-0.05)
    assert factors_of({}, zones=shooting())["zone_mismatch_adjustment"] == 0
    assert factors_of({}, zones=shooting(mid_range=1.9))["zone_mismatch_adjustment"] == 0
    assert factors_of({}, zones=shooting(3.0))["zone_mismatch_adjustment"] == 0.2
    assert factors_of({}, zones=shooting(0.1))["zone_mismatch_adjustment"] == -0.2


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(SHARES, SHARES, st.floats(0, 3), st.floats(0, 3)), min_size=5, max_size=5))
def test_an_opponent_that_allows_more_anywhere_never_lowers_it(zones: list[tuple[float, float, float, float]]) -> None:
    told: dict[bool, Row] = {False: {}, True: {}}
    for zone, (share, made, ratio, other) in zip(SHOT_ZONES, zones, strict=True):
        for is_softer, row in told.items():
            row |= {f"{zone}_share_last_20": share, f"{zone}_percentage_last_20": made}
            row[f"{zone}_percentage_allowed_ratio"] = max(ratio, other) if is_softer else ratio
    harder, softer = (factors_of({}, zones=told[each])["zone_mismatch_adjustment"] for each in (False, True))
    if harder is None:
        assert softer is None
    else:
        assert -0.2 <= harder <= softer + 1e-12
        assert softer <= 0.2


def test_a_faster_game_raises_his_expectation() -> None:
    def adjustment(team: float | None, opponent: float | None, league: float | None) -> Any:
        paces = {"team": team, "opponent": opponent, "league": league}
        return factors_of({}, paces=paces)["pace_adjustment"]

    assert adjustment(100.0, 104.0, 100.0) == pytest.approx(0.04)
    assert adjustment(96.0, 97.6, 100.0) == pytest.approx(-0.025)
    assert adjustment(103.0, 99.0, 99.0) == 0
    assert adjustment(90.0, 130.0, 90.0) == 0.15
    assert adjustment(90.0, 70.0, 99.0) == -0.15
    assert [adjustment(None, 99.0, 99.0), adjustment(99.0, None, 99.0), adjustment(99.0, 99.0, None)] == [None] * 3


@settings(deadline=None, max_examples=40)
@given(PACES, PACES, PACES, PACES)
def test_a_faster_opponent_never_lowers_it(team: float, opponent: float, other: float, league: float) -> None:
    slow, fast = (
        factors_of({}, paces={"team": team, "opponent": each, "league": league})["pace_adjustment"]
        for each in sorted((opponent, other))
    )
    assert -0.15 <= slow <= fast <= 0.15
    assert fast >= 0 or max(opponent, other) < league


def test_absent_team_mates_raise_his_expectation_by_the_plays_that_they_leave() -> None:
    def adjustment(usage_out: float | None, usage: float | None = 0.2) -> Any:
        return factors_of({"usage_out": usage_out, "usage_mean_last_10": usage})["usage_shift_adjustment"]

    assert adjustment(0.0) == 0
    # Of a hundred plays twenty are free: who had eight of the other eighty has ten.
    assert adjustment(0.2) == pytest.approx(0.25)
    assert [adjustment(most) for most in (0.2858, 0.9, 1.0, 1.7)] == [pytest.approx(0.4)] * 4
    assert [adjustment(None), adjustment(0.2, None)] == [None, None]


@settings(deadline=None, max_examples=40)
@given(st.floats(0, 2), st.floats(0, 2))
def test_more_that_is_left_behind_never_lowers_it(one: float, other: float) -> None:
    less, more = (
        factors_of({"usage_out": each, "usage_mean_last_10": 0.2})["usage_shift_adjustment"]
        for each in sorted((one, other))
    )
    assert 0 <= less <= more <= 0.4


def test_what_is_not_known_is_null_not_zero() -> None:
    nothing = factors_of({"games_last_7_days": 0, "minutes_last_7_days": 0.0})
    assert [nothing[name] for name in PLAYER_COMPOSITE_FACTORS.schema.names()[3:]] == [None] * 5
    alone = Circumstances(players=[{**GAME, **FRESH, "player_id": 1, "team": None, "opponent": None}])
    assert factors(alone).row(0)[3:] == (None,) * 5
    missing = {**shooting(), "restricted_area_percentage_allowed_ratio": None}
    assert factors_of({}, zones=missing)["zone_mismatch_adjustment"] is None
    elsewhere = {**shooting(), "paint_percentage_allowed_ratio": None}
    assert factors_of({}, zones=elsewhere)["zone_mismatch_adjustment"] == 0
    without_makes = shooting() | {f"{zone}_percentage_last_20": 0.0 for zone in SHOT_ZONES}
    assert factors_of({}, zones=without_makes)["zone_mismatch_adjustment"] is None


def circumstances(seed: int, days: int = 3) -> Circumstances:
    """Everything at random, and now and then unknown."""
    chance, told = random.Random(seed), Circumstances()

    def maybe(value: Any) -> Any:
        return None if chance.random() < 0.1 else value

    for offset in range(days):
        day, teams = DAY + timedelta(days=offset), chance.sample(TRICODES, 6)
        for team in teams:
            paces = {name: maybe(chance.uniform(90, 110)) for name in ("pace", "league_pace")}
            told.paces.append({"team": team, "game_date": day, **paces})
            ratios = {f"{zone}_percentage_allowed_ratio": maybe(chance.uniform(0, 2)) for zone in SHOT_ZONES}
            told.defenses.append({"team": team, "game_date": day, **ratios})
        for number, (home, away) in enumerate(zip(teams[::2], teams[1::2], strict=True)):
            of = {"game_id": f"00224{offset:03d}{number:02d}", "game_date": day}
            for team, opponent in ((home, away), (away, home)):
                week = {"is_back_to_back": chance.random() < 0.5, "travel_km_last_7_days": chance.uniform(0, 12_000)}
                told.teams.append({**of, "team": team, **week})
                for _ in range(4):
                    told.players.append({**of, **random_player(chance, len(told.players), team, opponent)})
    for row in told.players:
        if chance.random() < 0.9:
            told.shooting.append(random_shooting(chance, row))
    return told


def random_player(chance: random.Random, number: int, team: str, opponent: str) -> Row:
    is_new, is_lost = chance.random() < 0.1, chance.random() < 0.1
    return {
        "player_id": 100 + number,
        "team": None if is_lost else team,
        "opponent": None if is_lost else opponent,
        "days_rest": None if is_new else chance.randint(0, 5),
        "games_last_7_days": chance.randint(0, 5),
        "minutes_last_7_days": chance.uniform(0, 200),
        "usage_mean_last_10": None if is_new else chance.uniform(0, 0.4),
        "usage_out": chance.choice([None, 0.0, chance.uniform(0, 0.6)]),
    }


def random_shooting(chance: random.Random, player: Row) -> Row:
    shots = {zone: chance.choice([0, 0, 1, 5, 20]) for zone in SHOT_ZONES}
    row: Row = {"player_id": player["player_id"], "game_date": player["game_date"]}
    for zone, count in shots.items():
        row[f"{zone}_share_last_20"] = count / sum(shots.values()) if any(shots.values()) else None
        row[f"{zone}_percentage_last_20"] = chance.randint(0, count) / count if count else None
    return row


VALUES = dict(zip(SHOT_ZONES, (2, 2, 2, 3, 3), strict=True))


class Slow:
    """The factors once more, one row at a time in plain Python, from the words of their formulas."""

    def __init__(self, told: Circumstances) -> None:
        self.teams = {(row["game_date"], row["game_id"], row["team"]): row for row in told.teams}
        self.shooting = {(row["game_date"], row["player_id"]): row for row in told.shooting}
        self.defenses = {(row["game_date"], row["team"]): row for row in told.defenses}
        self.paces = {(row["game_date"], row["team"]): row for row in told.paces}

    def row(self, player: Row) -> Row:
        """A row of the table."""
        score = self.fatigue(player)
        return {
            **{name: player[name] for name in ("player_id", "game_id", "game_date")},
            "fatigue_score": score,
            "fatigue_adjustment": None if score is None else -Fraction(15, 100) * score,
            "zone_mismatch_adjustment": self.zones(player),
            "pace_adjustment": self.pace(player),
            "usage_shift_adjustment": self.usage(player),
        }

    def fatigue(self, player: Row) -> Fraction | None:
        team = self.teams.get((player["game_date"], player["game_id"], player["team"]))
        if team is None or player["days_rest"] is None:
            return None
        rest = Fraction(player["days_rest"])
        parts = (
            (35, min(Fraction(player["minutes_last_7_days"]) / 160, Fraction(1))),
            (15, min(Fraction(player["games_last_7_days"], 5), Fraction(1))),
            (20, max(1 - rest / 3, Fraction(0))),
            (15, Fraction(int(team["is_back_to_back"] and rest == 0))),
            (15, min(Fraction(team["travel_km_last_7_days"]) / 8000, Fraction(1))),
        )
        return sum((Fraction(weight, 100) * part for weight, part in parts), Fraction(0))

    def zones(self, player: Row) -> Fraction | None:
        own = self.shooting.get((player["game_date"], player["player_id"]))
        allowed = self.defenses.get((player["game_date"], player["opponent"]), {})
        if own is None or own["paint_share_last_20"] is None:
            return None
        brought = {
            zone: VALUES[zone]
            * Fraction(own[f"{zone}_share_last_20"])
            * Fraction(own[f"{zone}_percentage_last_20"] or 0)
            for zone in SHOT_ZONES
        }
        counted = [zone for zone in SHOT_ZONES if brought[zone]]
        ratios: Row = {zone: allowed.get(f"{zone}_percentage_allowed_ratio") for zone in counted}
        if not counted or None in ratios.values():
            return None
        moved = sum((brought[zone] * (Fraction(ratios[zone]) - 1) for zone in counted), Fraction(0))
        return clipped(moved / sum(brought.values()), Fraction(-1, 5), Fraction(1, 5))

    def pace(self, player: Row) -> Fraction | None:
        own = self.paces.get((player["game_date"], player["team"]), {})
        other = self.paces.get((player["game_date"], player["opponent"]), {})
        told: list[Any] = [own.get("pace"), other.get("pace"), own.get("league_pace")]
        if None in told:
            return None
        team, opponent, league = map(Fraction, told)
        return clipped((team + opponent - league) / team - 1, Fraction(-15, 100), Fraction(15, 100))

    def usage(self, player: Row) -> Fraction | None:
        if player["usage_out"] is None or player["usage_mean_last_10"] is None:
            return None
        out = Fraction(player["usage_out"])
        return min(out / (1 - out), Fraction(2, 5)) if out < 1 else Fraction(2, 5)


def clipped(value: Fraction, low: Fraction, high: Fraction) -> Fraction:
    return max(low, min(high, value))


@settings(RANDOM_LEAGUES, max_examples=15)
@given(seed=SEEDS)
def test_every_column_is_what_its_formula_says_and_a_range_equals_its_days(seed: int) -> None:
    told, dates = circumstances(seed), DateRange(DAY, DAY + timedelta(days=2))
    slow, made = Slow(told), factors(told, dates)
    rows = {(row["game_id"], row["player_id"]): row for row in made.to_dicts()}
    assert len(rows) == made.height == len(told.players)
    for player in told.players:
        assert differences(rows[player["game_id"], player["player_id"]], slow.row(player)) == []
    for day in dates:
        assert same_bits(factors(told, DateRange.of(day)), made.filter(pl.col("game_date") == day))


@settings(RANDOM_LEAGUES, max_examples=5)
@given(seed=SEEDS)
def test_a_date_rests_on_rows_of_no_other_date(seed: int) -> None:
    told, others = circumstances(seed), circumstances(seed + 1)

    def swapped(of_date: bool) -> pl.DataFrame:
        """The factors of the date with its own rows, or those of the other dates, from another league."""
        parts = [
            [row for row in one if (row["game_date"] == DAY) != of_date]
            + [row for row in other if (row["game_date"] == DAY) == of_date]
            for one, other in zip(vars(told).values(), vars(others).values(), strict=True)
        ]
        return factors(Circumstances(*parts))

    as_it_was = factors(told)
    assert same_bits(swapped(of_date=False), as_it_was)
    assert not same_bits(swapped(of_date=True), as_it_was)


def test_sampled_rows_of_a_real_season_are_what_the_formulas_say() -> None:
    """Contexts and paces are those of real games; no recording has a season's shots, so the zones are at random."""
    dates = DateRange(date(2024, 11, 20), date(2024, 12, 20))
    season, boxes = recorded_season(), box_score_tables_of_two_seasons()
    games, teams = (boxes[name].lazy() for name in ("games", "team_boxscores"))
    chance = random.Random(3)
    told = Circumstances(
        players=player_contexts(season, dates, lead=LEAD).to_dicts(),
        teams=team_contexts(season, dates, lead=LEAD).to_dicts(),
        paces=team_daily_cache.build(dates, games=games, team_boxscores=teams).to_dicts(),
    )
    told.shooting = [
        random_shooting(chance, row)
        for row in {(row["game_date"], row["player_id"]): row for row in told.players}.values()
    ]
    told.defenses = [
        {"team": row["team"], "game_date": row["game_date"]}
        | {f"{zone}_percentage_allowed_ratio": chance.uniform(0.7, 1.3) for zone in SHOT_ZONES}
        for row in told.paces
    ]
    slow, made = Slow(told), factors(told, dates)
    players = {(row["game_id"], row["player_id"]): row for row in told.players}
    for row in made.sample(600, seed=3).to_dicts():
        assert differences(row, slow.row(players[row["game_id"], row["player_id"]])) == []
    for name in made.columns[3:]:
        assert made[name].null_count() < made.height / 5
        assert made[name].n_unique() > 100


def test_no_factor_reads_a_betting_line() -> None:
    """Inputs without any column of the lines give the same bits."""
    told, dates = circumstances(5), DateRange(DAY, DAY + timedelta(days=2))
    frames = told.frames()
    of_lines = ("line", "probability", "total", "spread", "lines_at", "props_at")
    without = {
        name: rows.select(column for column in rows.collect_schema() if not column.endswith(of_lines))
        for name, rows in frames.items()
    }
    dropped = len(frames["upcoming_player_game_context"].collect_schema()) - len(
        without["upcoming_player_game_context"].collect_schema()
    )
    assert dropped == 2 * 7 + 6
    assert same_bits(player_composite_factors.build(dates, **without), factors(told, dates))


def test_no_input_gives_a_typed_frame_of_no_rows() -> None:
    made = factors(Circumstances())
    assert made.schema == PLAYER_COMPOSITE_FACTORS.schema
    assert made.is_empty()
