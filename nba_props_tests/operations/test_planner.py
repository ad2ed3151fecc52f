"""The planner, driven tick by tick over games at any hour: nothing missed, nothing too often, nothing in-play."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nba_props.contracts.conformed import GAMES
from nba_props.contracts.raw import ODDS_EVENTS
from nba_props.game_calendar import eastern_moment, game_date_of, season_of
from nba_props.operations.planner import CORRECTED_WITHIN, QUESTIONS, Due, Known, plan, request_of
from nba_props.operations.subjects import CLOSED_WITHIN, CLOSING_LEAD, Told
from nba_props.settings import Settings, load_settings
from nba_props.teams import TEAMS, TRICODES
from nba_props.upstreams import bettingpros, espn, nba_com, odds_api
from nba_props.upstreams.asking import Past, Per, Rule, Subject
from nba_props.upstreams.endpoint import Endpoint
from nba_props.upstreams.nba_com import CORRECTED_AFTER

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
KEYED = {"NBA_PROPS_ODDS_API_KEY": "k"}
GAME_LENGTH = 140 * MINUTE
SCHEDULE, BOX_SCORES = nba_com.SCHEDULE.name, nba_com.PLAYER_BOX_SCORES.name
EVENTS, EVENT_ODDS = odds_api.EVENTS.name, odds_api.EVENT_ODDS.name


def opening(endpoint: Endpoint, hours: float) -> Endpoint:
    """The endpoint with lines that open so many hours before the first tip-off."""
    assert isinstance(endpoint.rule, Rule)
    return replace(endpoint, rule=replace(endpoint.rule, opens=-timedelta(hours=hours)))


def spine(hours: float) -> list[Endpoint]:
    """Schedule, box scores and odds that open so many hours before the first tip-off."""
    odds = [opening(endpoint, hours) for endpoint in odds_api.UPSTREAM.endpoints]
    return [nba_com.SCHEDULE, nba_com.PLAYER_BOX_SCORES, *odds]


QUICK = spine(1.5)
FULL = spine(12)


@dataclass
class World:
    """What the planner is told, kept up as an orderly platform would."""

    settings: Settings
    endpoints: list[Endpoint] = field(default_factory=lambda: QUICK)
    games: list[dict[str, Any]] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)
    questions: dict[tuple[str, str, str], list[datetime | None]] = field(default_factory=dict)
    holes: list[dict[str, Any]] = field(default_factory=list)
    box_scores: set[str] = field(default_factory=set)
    told: dict[tuple[str, str], Told] = field(default_factory=dict)
    scarce: tuple[str, ...] = ()
    spent: tuple[str, ...] = ()

    def add_game(self, tip_off: datetime, *, status: str = "scheduled", game_type: str = "regular_season") -> str:
        number = len(self.games)
        home, away = TEAMS[2 * number % 30], TEAMS[(2 * number + 1) % 30]
        game_id = f"00224{number:05d}"
        row = dict.fromkeys(GAMES.schema.names()) | {
            "game_id": game_id,
            "game_date": game_date_of(tip_off),
            "season": season_of(game_date_of(tip_off)),
            "game_type": game_type,
            "status": status,
            "tip_off_at": tip_off,
            "tip_off_source": "schedule",
            "home_team": home.tricode,
            "away_team": away.tricode,
        }
        self.games.append(row)
        return game_id

    def list_event(self, game_id: str, **changes: Any) -> str:
        game = self.game(game_id)
        names = {team.tricode: team.full_name for team in TEAMS}
        row = {
            "event_id": f"e-{game_id}",
            "game_date": game["game_date"],
            "snapshot_at": game["tip_off_at"] - timedelta(hours=20),
            "commence_at": game["tip_off_at"] + 10 * MINUTE,
            "home_team_name": names[game["home_team"]],
            "away_team_name": names[game["away_team"]],
            "payload_id": "0" * 40,
            "fetched_at": game["tip_off_at"] - timedelta(hours=20),
        }
        self.events.append(row | changes)
        return str(row["event_id"])

    def add_hole(self, day: date, table: str) -> None:
        self.holes.append({"game_date": day, "table": table})

    def game(self, game_id: str) -> dict[str, Any]:
        return next(game for game in self.games if game["game_id"] == game_id)

    def endpoint(self, due: Due) -> Endpoint:
        return next(each for each in self.endpoints if (each.source, each.name) == (due.source, due.endpoint))

    def plan(self, now: datetime) -> list[Due]:
        final = {game["game_id"] for game in self.games if game["status"] == "final"}
        asked = [(*question, *times) for question, times in self.questions.items()]
        known = Known(
            games=pl.DataFrame(self.games, schema=GAMES.schema),
            questions=pl.DataFrame(asked, schema=QUESTIONS, orient="row"),
            holes=pl.DataFrame(self.holes, schema={"game_date": pl.Date, "table": pl.String}),
            listings={ODDS_EVENTS.full_name: pl.DataFrame(self.events, schema=ODDS_EVENTS.schema)},
            complete=dict.fromkeys(self.endpoints, final & self.box_scores),
            told=self.told,
            scarce=self.scarce,
            spent=self.spent,
        )
        return plan(self.settings, now, self.endpoints, known)

    def tick(self, now: datetime, outcome: str = "ok") -> list[Due]:
        """Ask for what is due and take in what a well-behaved upstream answers."""
        dues = self.plan(now)
        for due in dues:
            self.record(due, now, outcome)
            if outcome == "ok":
                self.take_in(due, now)
        return dues

    def record(self, due: Due, now: datetime, outcome: str) -> None:
        request = request_of(self.endpoint(due), due.subject, self.settings)
        times = self.questions.setdefault((due.source, due.endpoint, request.question), [None, None])
        times[0] = now
        if outcome == "ok":
            times[1] = now

    def take_in(self, due: Due, now: datetime) -> None:
        for game in self.games:
            if game["game_date"] != due.subject.game_date:
                continue
            if due.endpoint == EVENTS and not any(row["event_id"] == f"e-{game['game_id']}" for row in self.events):
                self.list_event(game["game_id"])
            if due.endpoint == BOX_SCORES and game["tip_off_at"] + GAME_LENGTH <= now:
                game["status"] = "final"
                self.box_scores.add(game["game_id"])


def world(endpoints: list[Endpoint] = QUICK, **environment: str) -> World:
    return World(load_settings(KEYED | environment), endpoints)


def named(dues: list[Due], endpoint: str) -> list[Due]:
    return [due for due in dues if due.endpoint == endpoint]


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return eastern_moment(day, time(hour, minute))


DST_DAYS = [date(2025, 3, 9), date(2025, 11, 2)]
DAYS = st.sampled_from([date(2025, 1, 5), date(2024, 12, 31), date(2024, 2, 29), *DST_DAYS])
TIP_OFFS = st.builds(at, DAYS, st.sampled_from([0, 1, 12, 15, 19, 22, 23]), st.sampled_from([1, 10, 30, 40]))


def identity(due: Due) -> tuple[Any, ...]:
    subject = due.subject
    return (due.endpoint, subject.listed_ids or subject.game_date, subject.season_type, subject.at)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(
    tip_offs=st.lists(TIP_OFFS, min_size=1, max_size=4),
    spacing=st.sampled_from([2, 3, 7, 12]),
    jitter=st.lists(st.integers(0, 29), min_size=3, max_size=3),
)
def test_whatever_the_ticks_nothing_is_missed_nothing_too_often_nothing_in_play(
    tip_offs: list[datetime], spacing: int, jitter: list[int]
) -> None:
    told = world()
    first = min(tip_offs)
    near = [tip_off for tip_off in tip_offs if tip_off - first < timedelta(hours=3)]
    ids = [told.add_game(tip_off) for tip_off in near]
    intervals = {
        SCHEDULE: 60 * MINUTE, BOX_SCORES: 15 * MINUTE, EVENTS: 10 * MINUTE, EVENT_ODDS: 10 * MINUTE
    }  # fmt: skip
    asked: dict[tuple[Any, ...], datetime] = {}
    snapshots: dict[str, list[datetime]] = {game_id: [] for game_id in ids}
    now, end, number = first - timedelta(hours=2), max(near) + timedelta(hours=3.5), 0
    widest = spacing * MINUTE + timedelta(seconds=max(jitter))
    while now < end:
        for due in told.tick(now):
            key = identity(due)
            assert key not in asked or now - asked[key] >= intervals[due.endpoint], due
            asked[key] = now
            if due.endpoint == EVENT_ODDS:
                assert due.subject.at is None
                assert now < told.game(str(due.subject.game_id))["tip_off_at"], "asked in play as if it were pre-game"
                snapshots[str(due.subject.game_id)].append(now)
            if due.endpoint == BOX_SCORES:
                started = [game for game in told.games if game["game_date"] == due.subject.game_date]
                assert min(game["tip_off_at"] for game in started) + 150 * MINUTE <= now
        number += 1
        now += spacing * MINUTE + timedelta(seconds=jitter[number % 3])
    assert told.box_scores == set(ids)
    for game_id, tip_off in zip(ids, near, strict=True):
        before_closing = tip_off - snapshots[game_id][-1]
        assert timedelta() < before_closing <= 2 * intervals[EVENT_ODDS] + widest
        if widest <= CLOSING_LEAD / 2:
            assert before_closing <= CLOSING_LEAD


@pytest.mark.parametrize("day", [date(2025, 1, 5), *DST_DAYS])
@pytest.mark.parametrize(("hour", "minute"), [(12, 0), (19, 0), (22, 30)])
def test_odds_open_twelve_real_hours_before_the_first_tip_off(day: date, hour: int, minute: int) -> None:
    told = world(FULL)
    tip_off = at(day, hour, minute)
    told.list_event(told.add_game(tip_off))
    told.list_event(told.add_game(tip_off + timedelta(hours=1)))
    opening = tip_off - timedelta(hours=12)
    assert named(told.plan(opening - MINUTE), EVENT_ODDS) == []
    assert len(named(told.plan(opening), EVENT_ODDS)) == 2
    assert [due.subject.game_date for due in named(told.plan(opening), EVENTS)] == [day]


def test_each_date_opens_by_its_own_first_game() -> None:
    told = world(FULL)
    tonight, tomorrow = date(2025, 1, 5), date(2025, 1, 6)
    for tip_off in (at(tonight, 22, 30), at(tomorrow, 12, 30)):
        told.list_event(told.add_game(tip_off))
    assert {due.subject.game_date for due in named(told.plan(at(tonight, 22)), EVENT_ODDS)} == {tonight}
    assert {due.subject.game_date for due in named(told.plan(at(tomorrow, 0, 30)), EVENT_ODDS)} == {tomorrow}


def test_a_game_that_tips_off_is_left_alone_while_the_later_ones_go_on() -> None:
    told = world()
    early, late = (told.add_game(at(date(2025, 1, 5), hour)) for hour in (19, 20))
    for game_id in (early, late):
        told.list_event(game_id)
    now = at(date(2025, 1, 5), 19)
    assert [due.subject.game_id for due in named(told.plan(now - MINUTE), EVENT_ODDS)] == [early, late]
    assert [due.subject.game_id for due in named(told.plan(now), EVENT_ODDS)] == [late]
    told.game(late)["status"] = "in_progress"
    assert named(told.plan(now), EVENT_ODDS) == []
    assert named(told.plan(now), EVENTS) == []


def test_the_closing_snapshot_waits_for_its_moment_if_the_game_was_asked_about_recently() -> None:
    told = world()
    tip_off = at(date(2025, 1, 5), 19)
    told.list_event(told.add_game(tip_off))
    minutes = [minute for minute in range(90, 0, -1) if named(told.tick(tip_off - minute * MINUTE), EVENT_ODDS)]
    assert minutes == [90, 80, 70, 60, 50, 40, 30, 20, 5]


def test_a_first_question_shortly_before_tip_off_is_not_put_off() -> None:
    told = world()
    tip_off = at(date(2025, 1, 5), 19)
    told.list_event(told.add_game(tip_off))
    assert [due.reason for due in named(told.plan(tip_off - 7 * MINUTE), EVENT_ODDS)] == ["routine"]
    assert [due.reason for due in named(told.plan(tip_off - 3 * MINUTE), EVENT_ODDS)] == ["closing"]


def test_a_missed_tick_is_made_good_by_the_next_one() -> None:
    told = world()
    tip_off = at(date(2025, 1, 5), 19)
    told.list_event(told.add_game(tip_off))
    told.tick(tip_off - 60 * MINUTE)
    assert named(told.plan(tip_off - 51 * MINUTE), EVENT_ODDS) == []
    assert len(named(told.plan(tip_off - 33 * MINUTE), EVENT_ODDS)) == 1


def test_box_scores_are_asked_from_150_minutes_after_tip_off_until_complete() -> None:
    told = world()
    day = date(2025, 1, 5)
    late = told.add_game(at(day, 22, 30))
    first = at(day, 22, 30) + 150 * MINUTE
    assert named(told.tick(first - MINUTE), BOX_SCORES) == []
    told.game(late)["status"] = "in_progress"
    (due,) = named(told.plan(first), BOX_SCORES)
    assert (due.subject.game_date, due.subject.season_type, game_date_of(first)) == (
        day,
        "regular_season",
        date(2025, 1, 6),
    )
    told.record(due, first, "ok")
    assert named(told.plan(first + 14 * MINUTE), BOX_SCORES) == []
    assert len(named(told.plan(first + 15 * MINUTE), BOX_SCORES)) == 1
    told.record(due, first + 15 * MINUTE, "retry later")
    assert named(told.plan(first + 24 * MINUTE), BOX_SCORES) == []
    assert len(named(told.plan(first + 25 * MINUTE), BOX_SCORES)) == 1, "what failed is tried again sooner"
    told.game(late)["status"] = "final"
    assert len(named(told.plan(first + 25 * MINUTE), BOX_SCORES)) == 1, "final by the schedule alone"
    told.box_scores.add(late)
    assert named(told.plan(first + 25 * MINUTE), BOX_SCORES) == []


def played(told: World, *tip_offs: datetime) -> datetime:
    """Games whose box scores are complete; when they were asked for."""
    ids = [told.add_game(tip_off) for tip_off in tip_offs]
    done_at = max(tip_offs) + 3 * HOUR
    told.tick(done_at)
    assert told.box_scores == set(ids)
    return done_at


def test_complete_box_scores_are_read_again_the_next_mornings_and_a_week_later() -> None:
    told = world()
    early, late = at(date(2025, 1, 5), 19), at(date(2025, 1, 5), 22, 30)
    done_at = played(told, early, late)
    hours = [hour for hour in range(1, 30 * 24) if named(told.tick(done_at + hour * HOUR), BOX_SCORES)]
    assert [done_at + hour * HOUR - late for hour in hours] == [*CORRECTED_AFTER], "of a date, after its last tip-off"


def test_a_look_for_corrections_that_was_missed_is_made_good_once_and_not_for_ever() -> None:
    late = at(date(2025, 1, 5), 22, 30)
    told = world()
    played(told, late)
    assert len(named(told.tick(late + 100 * HOUR), BOX_SCORES)) == 1
    assert named(told.plan(late + 101 * HOUR), BOX_SCORES) == []
    assert len(named(told.plan(late + CORRECTED_AFTER[-1] + CORRECTED_WITHIN - MINUTE), BOX_SCORES)) == 1
    assert named(told.plan(late + CORRECTED_AFTER[-1] + CORRECTED_WITHIN), BOX_SCORES) == []


def test_a_look_for_corrections_that_brings_nothing_is_tried_again_hours_later() -> None:
    late = at(date(2025, 1, 5), 22, 30)
    told = world()
    played(told, late)
    first = late + CORRECTED_AFTER[0]
    assert len(named(told.tick(first, "absent"), BOX_SCORES)) == 1
    assert named(told.plan(first + 6 * HOUR - MINUTE), BOX_SCORES) == []
    assert len(named(told.plan(first + 6 * HOUR), BOX_SCORES)) == 1


def test_box_scores_that_were_brought_in_without_asking_are_not_asked_for() -> None:
    told = world()
    tip_off = at(date(2025, 1, 5), 19)
    told.box_scores.add(told.add_game(tip_off, status="final"))
    assert named(told.plan(tip_off + 40 * HOUR), BOX_SCORES) == []


def test_kinds_of_game_are_asked_for_apart() -> None:
    told = world()
    for game_type in ("regular_season", "play_in", "playoffs"):
        told.add_game(at(date(2025, 4, 15), 19), game_type=game_type)
    dues = named(told.plan(at(date(2025, 4, 15), 23)), BOX_SCORES)
    assert [due.subject.season_type for due in dues] == ["play_in", "playoffs", "regular_season"]


def test_a_question_that_serves_two_dates_is_asked_once() -> None:
    told = world(FULL)
    for tip_off in (at(date(2025, 1, 5), 22, 30), at(date(2025, 1, 6), 8)):
        told.add_game(tip_off)
    assert [due.subject.game_date for due in named(told.plan(at(date(2025, 1, 5), 22)), EVENTS)] == [date(2025, 1, 5)]


def test_postponed_games_are_asked_about_by_nobody() -> None:
    told = world()
    told.list_event(told.add_game(at(date(2025, 1, 5), 19), status="postponed"))
    for hour in (18, 23):
        assert {due.endpoint for due in told.plan(at(date(2025, 1, 5), hour))} == {SCHEDULE}


def test_on_day_one_only_the_schedule_is_due_and_then_every_hour() -> None:
    told = world()
    now = at(date(2025, 1, 5), 9)
    day = date(2025, 1, 5)
    assert told.tick(now) == [Due("nba_com", SCHEDULE, Subject(day, day), "routine")]
    assert told.plan(now + 59 * MINUTE) == []
    assert len(told.plan(now + 60 * MINUTE)) == 1


def test_without_a_key_no_odds_are_due() -> None:
    told = World(load_settings({}))
    told.list_event(told.add_game(at(date(2025, 1, 5), 19)))
    told.list_event(told.add_game(at(date(2024, 12, 1), 19), status="final"))
    told.add_hole(date(2024, 12, 1), "raw.odds_player_props")
    assert {due.source for due in told.plan(at(date(2025, 1, 5), 18))} == {"nba_com"}


def test_events_match_games_with_either_team_at_home_and_by_their_latest_word() -> None:
    told = world()
    game_id = told.add_game(at(date(2025, 1, 5), 19))
    game = told.game(game_id)
    names = {team.tricode: team.full_name for team in TEAMS}
    turned = {"home_team_name": names[game["away_team"]], "away_team_name": names[game["home_team"]]}
    told.list_event(game_id, event_id="old")
    told.list_event(game_id, event_id="near", fetched_at=game["tip_off_at"] - timedelta(hours=2), **turned)
    told.list_event(game_id, event_id="other", home_team_name="Real Madrid")
    dues = named(told.plan(at(date(2025, 1, 5), 18)), EVENT_ODDS)
    assert [(due.subject.game_id, due.subject.listed_ids) for due in dues] == [(game_id, ("near",))]


def with_holes(days: int, **environment: str) -> World:
    told = world(QUICK, **environment)
    for offset in range(days):
        day = date(2025, 1, 1) - timedelta(days=offset)
        told.list_event(told.add_game(at(day, 19), status="final"))
        for table in ("raw.nbac_player_boxscore", "raw.odds_player_props"):
            told.add_hole(day, table)
    return told


NOW = at(date(2025, 1, 5), 9)


def test_old_holes_are_swept_newest_first_a_few_dates_a_tick_and_not_again_before_their_interval() -> None:
    told = with_holes(12)
    swept = [
        sorted({due.subject.game_date for due in told.tick(NOW + n * MINUTE) if due.reason == "hole"}) for n in range(4)
    ]
    assert [len(dates) for dates in swept] == [5, 5, 2, 0]
    assert swept[0][-1] == date(2025, 1, 1)
    assert len({day for dates in swept for day in dates}) == 12
    again = [due for due in told.plan(NOW + timedelta(hours=6)) if due.reason == "hole"]
    assert again == [], "everything was answered and every game is complete"


def test_a_source_that_is_never_asked_does_not_keep_the_old_holes_of_others_waiting() -> None:
    """Its questions stay due, tick after tick, as those do for which no route would be taken."""
    told, odds = with_holes(12), "odds_api"
    for number in range(3):
        dues = told.plan(NOW + number * MINUTE)
        for due in (each for each in dues if each.source != odds):
            told.record(due, NOW + number * MINUTE, "ok")
            told.take_in(due, NOW + number * MINUTE)
        assert {due.subject.game_date for due in dues if due.source == odds} == {
            date(2025, 1, 1) - timedelta(days=offset) for offset in range(5)
        }
    assert [due for due in told.plan(NOW + 3 * MINUTE) if due.reason == "hole" and due.source != odds] == []


def test_a_hole_gets_its_box_scores_and_an_opening_and_a_closing_snapshot() -> None:
    told = with_holes(1)
    tip_off = at(date(2025, 1, 1), 19)
    moments = [tip_off - timedelta(hours=1.5), tip_off - timedelta(minutes=5)]
    dues = [due for due in told.plan(NOW) if due.reason == "hole"]
    assert [due.subject.season_type for due in named(dues, BOX_SCORES)] == ["regular_season"]
    assert [due.subject.at for due in named(dues, EVENT_ODDS)] == moments
    assert named(dues, EVENTS) == [], "the event is known"
    assert {due.subject.game_id for due in named(dues, EVENT_ODDS)} == {"0022400000"}


def test_a_hole_whose_events_are_unknown_gets_them_as_they_were_listed() -> None:
    told = with_holes(1)
    told.events.clear()
    tip_off = at(date(2025, 1, 1), 19)
    dues = [due for due in told.tick(NOW) if due.source == "odds_api"]
    assert [(due.endpoint, due.subject.at) for due in dues] == [
        (EVENTS, tip_off - timedelta(hours=1.5)),
        (EVENTS, tip_off - timedelta(minutes=5)),
    ]
    assert {due.endpoint for due in told.plan(NOW) if due.source == "odds_api"} == {EVENT_ODDS}


def test_failed_sweeps_are_tried_again_after_the_interval_and_answered_moments_never() -> None:
    told = with_holes(1)
    told.tick(NOW, outcome="retry later")
    assert [due for due in told.plan(NOW + timedelta(minutes=359)) if due.reason == "hole"] == []
    later = NOW + timedelta(minutes=360)
    assert len([due for due in told.plan(later) if due.reason == "hole"]) == 3
    for due in told.plan(later):
        told.record(due, later, "ok")
    still = [due.endpoint for due in told.plan(later + timedelta(days=2)) if due.reason == "hole"]
    assert still == [BOX_SCORES], "a past snapshot never changes, a box score may still come"


@pytest.mark.parametrize(
    ("first_hours", "last_minutes", "asked_hours"),
    [(12, 4, []), (6.1, 29, []), (12, 30, [1 / 12]), (5.9, 4, [12]), (3, 180, [12, 1 / 12])],
)
def test_a_past_game_whose_lines_were_told_by_halves_is_asked_about_as_they_opened_or_closed(
    first_hours: float, last_minutes: int, asked_hours: list[float]
) -> None:
    told = world(FULL)
    tip_off = at(date(2025, 1, 3), 19)
    for game_id in (told.add_game(tip_off, status="final"), told.add_game(tip_off, status="final")):
        told.list_event(game_id)
        told.box_scores.add(game_id)
        whole = Told(tip_off - timedelta(hours=12), tip_off - CLOSING_LEAD)
        told.told["odds_api", game_id] = told.told["bettingpros", game_id] = whole
    told.told["odds_api", game_id] = Told(tip_off - timedelta(hours=first_hours), tip_off - last_minutes * MINUTE)
    dues = [due for due in told.tick(NOW) if due.reason == "hole"]
    assert [(due.endpoint, due.subject.game_id) for due in dues] == [(EVENT_ODDS, game_id)] * len(asked_hours)
    assert [due.subject.at for due in dues] == [tip_off - timedelta(hours=hours) for hours in asked_hours]
    assert [due for due in told.plan(NOW + timedelta(days=1)) if due.reason == "hole"] == [], "an answered one stands"
    assert CLOSED_WITHIN == 30 * MINUTE


def test_a_past_game_whose_closing_lines_are_not_made_yet_is_not_asked_about_as_it_closed() -> None:
    told = world(FULL)
    tip_off = at(date(2025, 1, 3), 22)
    game_id = told.add_game(tip_off, status="in_progress")
    told.list_event(game_id)
    so_far = Told(tip_off - timedelta(hours=12), tip_off - timedelta(hours=1), is_closed=False)
    told.told["odds_api", game_id] = so_far
    midnight = at(date(2025, 1, 4), 0, 30)
    assert named(told.plan(midnight), EVENT_ODDS) == []
    told.told["odds_api", game_id] = replace(so_far, is_closed=True)
    assert [due.subject.at for due in named(told.plan(midnight), EVENT_ODDS)] == [tip_off - CLOSING_LEAD]


def test_today_is_no_hole() -> None:
    told = with_holes(0)
    told.list_event(told.add_game(at(date(2025, 1, 5), 8), status="final"))
    told.add_hole(date(2025, 1, 5), "raw.odds_player_props")
    assert [due for due in told.plan(NOW) if due.reason == "hole"] == []


def test_no_sweep_means_no_sweep() -> None:
    told = with_holes(3, NBA_PROPS_SWEEP_DATES_PER_TICK="0")
    assert [due for due in told.plan(NOW) if due.reason == "hole"] == []


def test_past_seasons_without_a_schedule_are_asked_for_once_each() -> None:
    told = world()
    for day in (date(2022, 1, 1), date(2022, 1, 2), date(2023, 1, 1)):
        told.add_hole(day, "raw.nbac_schedule")
    dues = [due for due in named(told.tick(NOW), SCHEDULE) if due.reason == "hole"]
    assert [due.subject.game_date for due in dues] == [date(2023, 1, 1), date(2022, 1, 2)]
    assert [due for due in told.plan(NOW + 30 * MINUTE) if due.reason == "hole"] == []


def test_the_order_of_the_tables_does_not_matter() -> None:
    told = with_holes(4)
    for hour in (15, 19, 22):
        told.list_event(told.add_game(at(date(2025, 1, 5), hour)))
    now = at(date(2025, 1, 5), 14)
    expected = told.plan(now)
    assert expected == told.plan(now)
    for rows in (told.games, told.events, told.holes):
        rows.reverse()
    assert told.plan(now) == expected


def rule_of(per: Per, **changes: Any) -> Endpoint:
    """An endpoint like the box scores', with another rule; the request tells the whole subject."""
    rule = Rule(per, every="reports_interval_minutes", **changes)

    def request(settings: Settings, subject: Subject) -> Any:
        made = nba_com.PLAYER_BOX_SCORES.request
        assert made is not None
        told = tuple((name, str(value)) for name, value in sorted(asdict(subject).items()) if name != "today")
        return replace(made(settings, replace(subject, season_type="regular_season")), parameters=told)

    return replace(nba_com.PLAYER_BOX_SCORES, rule=rule, request=request)


def test_every_team_is_asked_about_once_an_interval_games_or_not() -> None:
    told = world([rule_of(Per.TEAM)])
    assert [due.subject.team for due in told.tick(NOW)] == list(TRICODES)
    assert told.plan(NOW + 14 * MINUTE) == []
    assert len(told.plan(NOW + 15 * MINUTE)) == 30


def test_variants_are_asked_for_one_by_one_with_all_listed_games() -> None:
    listed = odds_api.EVENT_ODDS.rule
    assert isinstance(listed, Rule)
    told = world([rule_of(Per.DATE, opens=timedelta(hours=-12), variants=("156", "157"), listed_by=listed.listed_by)])
    for hour in (19, 20):
        told.list_event(told.add_game(at(date(2025, 1, 5), hour)))
    told.add_game(at(date(2025, 1, 5), 21))
    asked = [(due.subject.variant, due.subject.listed_ids) for due in told.plan(NOW)]
    assert asked == [(market, ("e-0022400000", "e-0022400001")) for market in ("156", "157")]
    assert told.plan(at(date(2025, 1, 5), 6, 59)) == []
    assert told.plan(at(date(2025, 1, 5), 21)) == [], "the last game has tipped off"


def hourly(first: datetime, last: datetime) -> tuple[datetime, ...]:
    hours = int((last - first) / timedelta(hours=1)) + 20
    return tuple(first + timedelta(hours=number - 20) for number in range(hours))


def test_reports_are_looked_for_when_they_are_due_and_never_again_once_they_came() -> None:
    told = world([rule_of(Per.REPORT, report_times=hourly)])
    tip_off = at(date(2025, 1, 5), 19)
    told.add_game(tip_off)
    now = tip_off - 30 * MINUTE
    assert [due.subject.at for due in told.tick(now, "absent")] == [tip_off - timedelta(hours=n) for n in (2, 1)]
    assert len(told.tick(now + 10 * MINUTE)) == 2, "not there yet: tried again"
    assert told.plan(now + 25 * MINUTE) == []
    assert told.plan(now + 60 * MINUTE) == [], "the reports of after the tip-off are none of the hourly ones"


def test_a_past_date_gets_the_first_report_and_the_last_one_before_each_tip_off() -> None:
    told = world([rule_of(Per.REPORT, report_times=hourly)])
    tip_offs = [at(date(2025, 1, 1), 19), at(date(2025, 1, 1), 21, 30)]
    for tip_off in tip_offs:
        told.add_game(tip_off, status="final")
    told.add_hole(date(2025, 1, 1), "raw.nbac_player_boxscore")
    hour = timedelta(hours=1)
    wanted = [tip_offs[0] - 20 * hour, tip_offs[0] - hour, tip_offs[0] + hour]
    assert [due.subject.at for due in told.plan(NOW)] == wanted


def test_what_cannot_be_asked_about_the_past_is_not_swept() -> None:
    told = world([rule_of(Per.DATE, past=Past.NOTHING, opens=timedelta(hours=-12))])
    told.add_game(at(date(2025, 1, 1), 19), status="final")
    told.add_hole(date(2025, 1, 1), "raw.nbac_player_boxscore")
    assert told.plan(NOW) == []


def test_live_box_scores_are_read_until_the_game_is_final_and_stored_however_late_that_is() -> None:
    """They alone tell who was inactive: one that did not come during its game is asked for on the next morning."""
    told = world([nba_com.LIVE_BOX_SCORE])
    tip_off = at(date(2025, 1, 5), 19)
    game_id = told.add_game(tip_off)
    assert told.plan(tip_off - MINUTE) == []
    for hours in (0, 3, 5, 23):
        assert [due.subject.game_id for due in told.plan(tip_off + timedelta(hours=hours))] == [game_id]
    told.game(game_id)["status"] = "final"
    assert [due.subject.game_id for due in told.plan(tip_off + timedelta(hours=6))] == [game_id]
    told.box_scores.add(game_id)
    assert told.plan(tip_off + timedelta(hours=3)) == []


def test_with_little_left_of_a_quota_only_closing_lines_and_what_is_free_are_asked_for() -> None:
    told = with_holes(1)
    tip_off = at(date(2025, 1, 5), 19)
    told.list_event(told.add_game(tip_off))
    early, late = tip_off - 60 * MINUTE, tip_off - 4 * MINUTE
    assert {due.endpoint for due in told.plan(early)} == {SCHEDULE, BOX_SCORES, EVENTS, EVENT_ODDS}
    told.scarce = ("odds_api",)
    assert [due.endpoint for due in told.plan(early) if due.source == "odds_api"] == [EVENTS]
    closing = [(due.endpoint, due.reason) for due in told.plan(late) if due.source == "odds_api"]
    assert closing == [(EVENT_ODDS, "closing"), (EVENTS, "routine")]
    told.spent = ("odds_api",)
    free = [(due.endpoint, due.reason) for due in told.plan(late) if due.source == "odds_api"]
    assert free == [(EVENTS, "routine")], "which tells when there is a new quota"


def test_a_hole_is_asked_about_although_another_source_is_asked_about_the_same_date() -> None:
    """A source that stayed dark kept the holes of all others from being filled."""
    tables = (bettingpros.EVENTS.tables[0], espn.SCOREBOARD.tables[0])
    told = World(load_settings(KEYED | {"NBA_PROPS_BETTINGPROS_KEY": "k"}), [bettingpros.EVENTS, espn.SCOREBOARD])
    tip_off = at(date(2025, 1, 5), 22)
    told.add_game(tip_off, status="final")
    for table in tables:
        told.add_hole(date(2025, 1, 5), table)
    night = tip_off + timedelta(hours=5)
    asked = {(due.source, due.reason) for due in told.plan(night)}
    assert asked == {("espn", "routine"), ("bettingpros", "hole")}


def test_an_endpoint_that_only_reads_what_is_archived_is_never_due() -> None:
    assert world([rule_of(Per.NEVER)]).plan(NOW) == []
