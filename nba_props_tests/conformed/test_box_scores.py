"""Box scores: one a game from many sources, who did not play, where sources disagree, and the teams' lines."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nba_props.conformed import box_score_tables
from nba_props.conformed.box_rows import COUNTS, ORDER
from nba_props.contracts.conformed import (
    BOXSCORE_DISCREPANCIES,
    DID_NOT_PLAY,
    NOT_PLAYING_KINDS,
    PLAYER_BOXSCORES,
    TEAM_BOXSCORES,
)
from nba_props.contracts.raw.balldontlie import BDL_PLAYER_BOXSCORES
from nba_props.contracts.raw.balldontlie import BOX_SCORE_ENDPOINTS as BDL_ENDPOINTS
from nba_props.contracts.raw.espn import BOX_SCORE_ENDPOINTS as ESPN_ENDPOINTS
from nba_props.contracts.raw.espn import ESPN_BOXSCORES
from nba_props.contracts.raw.nba_com import NBAC_PLAYER_BOXSCORE, NBAC_TEAM_BOXSCORE, PLAYER_BOX_SCORE_ENDPOINTS
from nba_props.contracts.raw.nba_gamebook import NBAC_GAMEBOOK
from nba_props.contracts.raw.nba_gamebook import NOT_PLAYING_KINDS as GAMEBOOK_KINDS
from nba_props.contracts.table import Table
from nba_props.game_calendar import DateRange
from nba_props_tests.conformed.rows import (
    DATES,
    DAY,
    GAME_ID,
    PROVENANCE,
    SOURCES_OF_NAMES,
    TIP_OFF,
    Row,
    accepted,
    box_line,
    box_scores,
    frame,
    game,
    games,
    named_box,
    named_line,
    named_players,
    source_players,
    whole_box,
)

DELAY = timedelta(hours=6)
TABLES = (PLAYER_BOXSCORES, DID_NOT_PLAY, BOXSCORE_DISCREPANCIES, TEAM_BOXSCORES)
NBA = "raw.nbac_player_boxscore"
LOG, V3, V2, LIVE = "player_box_scores", "box_score_v3", "box_score_v2", "live_box_score"


def made(dates: DateRange = DATES, **tables: Any) -> dict[Table, pl.DataFrame]:
    told = box_score_tables.build_all(dates, **({"games": games()} | tables), delay=DELAY)
    return {table: accepted(table, told[table.full_name]) for table in TABLES}


def build(*rows: Row, **tables: Any) -> pl.DataFrame:
    return made(nbac_player_boxscore=box_scores(*rows), **tables)[PLAYER_BOXSCORES]


def named(table: Table, ids: range = range(11, 16), **changes: Any) -> dict[str, pl.LazyFrame]:
    """A whole box of a source that tells names only; CHI has the players ``ids``, NYK those ten above."""
    teams = [("CHI", player) for player in ids] + [("NYK", player + 10) for player in ids]
    share = 240 / len(ids)
    lines = [named_line(f"Name {player}", team, minutes=share, **changes) for team, player in teams]
    spelt = named_players(SOURCES_OF_NAMES[table], *((f"Name {player}", team, player) for team, player in teams))
    return {table.name: named_box(table, lines), "source_players": source_players(*spelt)}


def sources(frame: pl.DataFrame) -> dict[int, tuple[str, str | None]]:
    return {player: (source, form) for player, source, form in frame.select("player_id", "source", "endpoint").rows()}


def test_site_and_opponent_come_from_the_game_not_from_the_logs_wording() -> None:
    """At a neutral site the log writes '@' for both teams."""
    told = build(box_line(1, "CHI", matchup="CHI @ NYK"), box_line(2, "NYK", matchup="NYK @ CHI"))
    assert told.select("player_id", "opponent", "is_home").rows() == [(1, "NYK", True), (2, "CHI", False)]


def test_a_row_counts_as_known_a_set_time_after_the_tip_off_whenever_it_was_fetched() -> None:
    told = build(box_line(1, "CHI", fetched_at=TIP_OFF + timedelta(days=300)))
    assert told["knowable_at"].to_list() == [TIP_OFF + DELAY]


def test_rows_of_other_games_and_of_teams_that_do_not_play_in_it_are_left_out() -> None:
    strange = [
        box_line(2, "BOS"),
        box_line(3, "CHI", game_id="0012400001"),
        box_line(4, "CHI", game_date=DAY + timedelta(days=1)),
    ]
    assert build(box_line(1, "CHI"), *strange)["player_id"].to_list() == [1]


@pytest.mark.parametrize("status", ["scheduled", "in_progress", "postponed"])
def test_a_game_that_is_not_over_has_no_box_score(status: str) -> None:
    tables = made(nbac_player_boxscore=box_scores(*whole_box()), games=games(game(status=status)))
    assert all(table.is_empty() for table in tables.values())


def test_every_form_of_every_source_has_its_place_in_the_order() -> None:
    told = [(NBAC_PLAYER_BOXSCORE, PLAYER_BOX_SCORE_ENDPOINTS), (BDL_PLAYER_BOXSCORES, BDL_ENDPOINTS)]
    told += [(ESPN_BOXSCORES, ESPN_ENDPOINTS)]
    forms = {(table.full_name, form) for table, known in told for form in known} | {(NBAC_GAMEBOOK.full_name, None)}
    assert set(ORDER) == forms


def test_of_the_leagues_forms_the_one_to_the_second_comes_first_then_the_log_then_the_live_one() -> None:
    forms = [V3, V2, LOG, LIVE]
    rows = {form: whole_box(form) for form in forms}
    for place, form in enumerate(forms):
        told = build(*(row for other in forms[place:][::-1] for row in rows[other]))
        assert told["endpoint"].unique().to_list() == [form]
        assert told.height == 10


@pytest.mark.parametrize(
    "unfinished",
    [whole_box(V3, minutes=36.0), whole_box(LIVE, game_status=2), whole_box(LOG, won=None), whole_box(V3, points=9)],
)
def test_a_form_that_was_read_while_the_game_ran_is_not_believed_once_it_is_over(unfinished: list[Row]) -> None:
    assert build(*unfinished).is_empty()
    told = build(*unfinished, *whole_box(V2))
    assert told["endpoint"].unique().to_list() == [V2]


def test_the_other_sources_come_in_their_order() -> None:
    others = (NBAC_GAMEBOOK, BDL_PLAYER_BOXSCORES, ESPN_BOXSCORES)
    tables: dict[str, Any] = {table.name: named(table)[table.name] for table in others}
    tables["source_players"] = pl.concat(named(table)["source_players"] for table in others)
    assert set(build(*whole_box(LIVE), **tables)["source"]) == {NBA}
    for table in others:
        told = build(**tables)
        assert sorted(told["player_id"]) == [*range(11, 16), *range(21, 26)]
        assert set(told["source"]) == {table.full_name}
        del tables[table.name]


@pytest.mark.parametrize(
    ("table", "running"), [(BDL_PLAYER_BOXSCORES, {"game_status": 2}), (ESPN_BOXSCORES, {"status": "in"})]
)
def test_a_box_score_of_a_running_game_of_another_source_is_not_believed(table: Table, running: Row) -> None:
    assert build(**named(table)).height == 10
    assert build(**named(table, **running)).is_empty()


def test_a_source_that_has_only_some_of_the_players_does_not_keep_the_next_one_from_the_game() -> None:
    """One of 187 players counted as present, so that the fallback never fired."""
    told = build(box_line(11, "CHI", points=99), **named(BDL_PLAYER_BOXSCORES))
    assert told.height == 10
    assert set(told["source"]) == {"raw.bdl_player_boxscores"}
    assert told.filter(player_id=11)["points"].to_list() == [0]


def test_whom_the_games_source_lacks_another_one_fills_in_and_the_row_says_so() -> None:
    short = [row for row in whole_box(LOG, minutes=45.0) if row["player_id"] != 15]
    short = [row | {"minutes": 54.0} if row["team"] == "CHI" else row | {"minutes": 48.0} for row in short]
    told = sources(build(*short, **named(ESPN_BOXSCORES)))
    assert told.pop(15) == ("raw.espn_boxscores", "box_scores")
    assert set(told.values()) == {(NBA, LOG)}
    assert len(told) == 9


def test_nobody_is_added_by_name_to_a_team_whose_minutes_are_all_there() -> None:
    """A spelling that was placed wrongly would put a player into a game that he did not play."""
    told = build(*whole_box(LOG), **named(ESPN_BOXSCORES, range(11, 17)))
    assert sorted(told["player_id"]) == [*range(11, 16), *range(21, 26)]
    by_id = box_line(16, "CHI", endpoint=LIVE, game_status=3, minutes=1.0)
    others = [row | {"game_status": 3} for row in whole_box(LIVE)]
    assert sources(build(*whole_box(LOG), *others, by_id))[16] == (NBA, LIVE)


def test_where_no_source_has_the_game_every_player_is_taken_from_the_first_that_has_him() -> None:
    lines = named_box(ESPN_BOXSCORES, [named_line("A", "CHI"), named_line("B", "NYK")])
    spelt = source_players(*named_players("espn", ("A", "CHI", 1), ("B", "NYK", 2)))
    told = build(box_line(1, "CHI"), espn_boxscores=lines, source_players=spelt)
    assert sources(told) == {1: (NBA, LOG), 2: ("raw.espn_boxscores", "box_scores")}


def test_a_row_that_lacks_a_statistic_is_left_to_the_next_source() -> None:
    minutes = {11: 88.0, 12: 8.0}
    whole = [row | {"minutes": minutes.get(row["player_id"], 48.0)} for row in whole_box(V3)]
    broken = [row | ({"steals": None} if row["player_id"] == 12 else {}) for row in whole]
    told = sources(build(*broken, *whole_box(LOG)))
    assert told.pop(12) == (NBA, LOG)
    assert set(told.values()) == {(NBA, V3)}


def test_starters_are_told_where_the_source_says() -> None:
    assert build(*whole_box(LOG))["is_starter"].null_count() == 10
    assert build(*whole_box(V3, is_starter=True))["is_starter"].to_list() == [True] * 10


def absent(player: int, reason: str | None, form: str = V3, **changes: Any) -> Row:
    nothing = dict.fromkeys((*COUNTS, "minutes", "plus_minus"))
    told = {"endpoint": form, "did_not_play": True, "not_playing_reason": reason, "won": None}
    return box_line(player, "CHI", **nothing, **(told | changes))


def test_who_did_not_play_is_in_no_box_score_but_told_with_the_reason() -> None:
    tables = made(nbac_player_boxscore=box_scores(*whole_box(V3), absent(16, "DNP - Coach's Decision")))
    assert tables[PLAYER_BOXSCORES].height == 10
    told = tables[DID_NOT_PLAY].select("player_id", "team", "kind", "reason", "source", "endpoint", "knowable_at")
    assert told.rows() == [(16, "CHI", "DNP", "DNP - Coach's Decision", NBA, V3, TIP_OFF + DELAY)]


@pytest.mark.parametrize(
    ("reason", "kind"),
    [
        ("DNP - Coach's Decision", "DNP"),
        ("DND - Injury/Illness", "DND"),
        ("NWT - Personal Reasons", "NWT"),
        ("DNP_COACH: ", "DNP"),
        ("INACTIVE_INJURY: Right Knee Soreness", "inactive"),
        ("INACTIVE_GLEAGUE_TWOWAY", "inactive"),
        ("League Suspension", "suspended"),
        ("COACH'S DECISION", None),
        (None, None),
    ],
)
def test_the_kind_of_absence_is_read_from_the_words(reason: str | None, kind: str | None) -> None:
    tables = made(nbac_player_boxscore=box_scores(*whole_box(V3), absent(16, reason)))
    assert tables[DID_NOT_PLAY].select("kind", "reason").rows() == [(kind, reason)]


def test_of_several_sources_the_first_with_a_reason_tells_why_he_did_not_play() -> None:
    rows = box_scores(
        *whole_box(V3), *whole_box(LIVE), absent(16, None), absent(16, "INACTIVE_INJURY", LIVE, game_status=3)
    )
    written = named_line("Name 17", "CHI", did_not_play=True, not_playing_kind="NWT", minutes=None)
    tables = named(NBAC_GAMEBOOK)
    lines = pl.concat([tables["nbac_gamebook"], named_box(NBAC_GAMEBOOK, [written])])
    spelt = pl.concat(
        [tables["source_players"], source_players(*named_players("nba_gamebook", ("Name 17", "CHI", 17)))]
    )
    told = made(nbac_player_boxscore=rows, nbac_gamebook=lines, source_players=spelt)[DID_NOT_PLAY]
    assert told.select("player_id", "kind", "reason", "endpoint").rows() == [
        (16, "inactive", "INACTIVE_INJURY", LIVE),
        (17, "NWT", None, None),
    ]


def test_every_kind_of_absence_of_the_gamebook_is_known() -> None:
    assert set(GAMEBOOK_KINDS) <= set(NOT_PLAYING_KINDS)


def test_whom_the_games_box_score_has_playing_is_not_told_as_absent() -> None:
    tables = made(
        nbac_player_boxscore=box_scores(*whole_box(V3), *whole_box(LIVE)[1:], absent(11, "DNP", LIVE, game_status=3))
    )
    assert tables[DID_NOT_PLAY].is_empty()
    assert 11 in tables[PLAYER_BOXSCORES]["player_id"]


def test_whom_the_games_box_score_has_absent_nobody_else_puts_in() -> None:
    others = list(whole_box(LIVE, minutes=40.0)) + [
        box_line(player, team, endpoint=LIVE, game_status=3, minutes=40.0)
        for player, team in ((16, "CHI"), (26, "NYK"))
    ]
    tables = made(nbac_player_boxscore=box_scores(*whole_box(V3), absent(16, "DNP"), *others))
    assert 16 not in tables[PLAYER_BOXSCORES]["player_id"]
    assert tables[DID_NOT_PLAY]["player_id"].to_list() == [16]


def disagreements(*rows: Row, **tables: pl.LazyFrame) -> list[tuple[Any, ...]]:
    told = made(DATES, nbac_player_boxscore=box_scores(*rows), **tables)[BOXSCORE_DISCREPANCIES]
    return told.select("player_id", "statistic", "source", "other_source", "value", "other_value").rows()


def test_where_two_sources_tell_different_numbers_both_are_kept() -> None:
    corrected = [row | ({"points": 25, "assists": 3} if row["player_id"] == 11 else {}) for row in whole_box(LOG)]
    assert disagreements(*whole_box(V3), *corrected) == [
        (11, "assists", f"{NBA}/{V3}", f"{NBA}/{LOG}", 0, 3),
        (11, "points", f"{NBA}/{V3}", f"{NBA}/{LOG}", 21, 25),
    ]
    assert disagreements(*whole_box(V3), *whole_box(LOG)) == []


def test_every_pair_of_sources_is_compared_once() -> None:
    forms = {V3: 1, LOG: 2, LIVE: 3}
    rows = [
        row | ({"blocks": blocks} if row["player_id"] == 21 else {})
        for form, blocks in forms.items()
        for row in whole_box(form)
    ]
    told = [(first.split("/")[1], other.split("/")[1]) for _, _, first, other, _, _ in disagreements(*rows)]
    assert sorted(told) == sorted([(V3, LOG), (V3, LIVE), (LOG, LIVE)])


@pytest.mark.parametrize(
    ("exact", "other", "differs"),
    [
        ((48.4, 47.6), {"minutes": 48.0}, False),
        ((49.0, 47.0), {"minutes": 48.0}, True),
        ((48.25, 47.75), {"endpoint": LIVE}, True),
    ],
)
def test_minutes_are_compared_as_finely_as_both_tell_them(
    exact: tuple[float, float], other: Row, differs: bool
) -> None:
    """The log rounds to whole minutes; 48:24 and 47:36 are both told as 48."""
    minutes = {11: exact[0], 12: exact[1], 13: 47.5, 14: 48.5}
    rows = [row | {"minutes": minutes.get(row["player_id"], row["minutes"])} for row in whole_box(V3)]
    form = other.get("endpoint", LOG)
    rounded = [
        row
        | (
            {
                "minutes": 47.5,
            }
            if row["player_id"] == 13 and form == LIVE
            else {}
        )
        for row in whole_box(form)
    ]
    rounded = [row | ({"minutes": 48.5} if row["player_id"] == 14 and form == LIVE else {}) for row in rounded]
    told = [player for player, statistic, *_ in disagreements(*rows, *rounded) if statistic == "minutes"]
    assert told == ([11, 12] if differs else [])


def test_what_only_one_source_tells_is_no_disagreement_but_whether_he_played_is() -> None:
    silent = [row | {"plus_minus": None} for row in whole_box(LOG)]
    assert disagreements(*whole_box(V3, plus_minus=4), *silent) == []
    others = [row for row in whole_box(LIVE) if row["player_id"] != 11]
    told = disagreements(*whole_box(V3), *others, absent(11, "DNP", LIVE, game_status=3))
    assert told == [(11, "did_not_play", f"{NBA}/{V3}", f"{NBA}/{LIVE}", 0, 1)]


def team_line(team: str, form: str = V3, **changes: Any) -> Row:
    told: Row = dict.fromkeys(COUNTS, 0) | {"points": 105 if team == "CHI" else 100, "minutes": 240.0}
    told |= {"game_id": GAME_ID, "game_date": DAY, "season": "2024-25", "team": team, "endpoint": form, **PROVENANCE}
    return (
        told
        | {"won": True if form == "team_box_scores" else None, "game_status": 3 if form == LIVE else None}
        | changes
    )


def team_lines(*lines: Row, box: list[Row] | None = None) -> pl.DataFrame:
    rows = box_scores(*(whole_box() if box is None else box))
    return made(nbac_player_boxscore=rows, nbac_team_boxscore=frame(NBAC_TEAM_BOXSCORE, lines))[TEAM_BOXSCORES]


def test_a_teams_line_is_the_leagues_where_there_is_one_else_the_sum_of_its_players() -> None:
    told = team_lines(team_line("CHI"))
    assert told.select("team", "opponent", "is_home", "points", "minutes", "source", "endpoint").rows() == [
        ("CHI", "NYK", True, 105, 240.0, "raw.nbac_team_boxscore", V3),
        ("NYK", "CHI", False, 100, 240.0, "conformed.player_boxscores", None),
    ]
    assert told["is_sum_of_players"].to_list() == [True, True]
    assert told["knowable_at"].unique().to_list() == [TIP_OFF + DELAY]


def test_a_line_that_is_not_the_sum_of_its_players_says_so() -> None:
    told = team_lines(team_line("CHI", assists=1), team_line("NYK"))
    assert told.select("team", "assists", "is_sum_of_players").rows() == [("CHI", 1, False), ("NYK", 0, True)]
    alone = team_lines(team_line("CHI"), team_line("NYK"), box=[])
    assert alone.select("team", "is_sum_of_players").rows() == [("CHI", None), ("NYK", None)]


@pytest.mark.parametrize(
    "unfinished",
    [
        {"minutes": 180.0},
        {"points": 100},
        {"form": LIVE, "game_status": 2},
        {"form": "team_box_scores", "won": None},
        {"steals": None},
    ],
)
def test_a_line_of_a_running_game_or_with_a_hole_is_not_believed(unfinished: Row) -> None:
    lines = [team_line(team, **unfinished) for team in ("CHI", "NYK")]
    assert set(team_lines(*lines)["source"]) == {"conformed.player_boxscores"}
    whole = [team_line(team, "box_score_v2") for team in ("CHI", "NYK")]
    assert set(team_lines(*lines, *whole)["endpoint"]) == {"box_score_v2"}


def test_a_game_of_which_nobody_told_anything_has_no_line() -> None:
    assert team_lines(box=[]).is_empty()


LINES = st.lists(
    st.fixed_dictionaries(
        {
            "player_id": st.integers(1, 6),
            "team": st.sampled_from(["CHI", "NYK"]),
            "endpoint": st.sampled_from([V3, LOG, LIVE]),
            "minutes": st.sampled_from([80.0, 79.9, 60.0, 31.25]),
            "points": st.integers(0, 3),
            "did_not_play": st.booleans(),
            "day": st.integers(0, 2),
        }
    ),
    max_size=25,
    unique_by=lambda row: (row["player_id"], row["endpoint"], row["day"]),
)


@settings(max_examples=8, deadline=None)
@given(LINES)
def test_a_range_gives_the_same_bits_as_its_days(lines: list[Row]) -> None:
    days = [DAY + timedelta(days=number) for number in range(3)]
    rows, spelt, named_rows = [], [], []
    for line in lines:
        day, player = days[line["day"]], line["player_id"]
        told = {name: value for name, value in line.items() if name not in ("day", "player_id", "team")}
        told |= {"game_date": day, "game_status": 3}
        rows.append(box_line(player, line["team"], game_id=f"002240000{line['day']}", **told))
        named_rows.append(named_line(f"Name {player}", line["team"], **(told | {"endpoint": "stats"})))
        spelt += named_players("balldontlie", (f"Name {player}", line["team"], player), day=day)
    tables = {
        "games": games(*(game(game_id=f"002240000{n}", game_date=day) for n, day in enumerate(days))),
        "nbac_player_boxscore": box_scores(*rows),
        "bdl_player_boxscores": named_box(BDL_PLAYER_BOXSCORES, named_rows).unique(
            ["game_date", "player_name", "team"], keep="first", maintain_order=True
        ),
        "source_players": source_players(*spelt).unique(["game_date", "team", "source_name"], maintain_order=True),
    }
    together = made(DateRange(days[0], days[-1]), **tables)
    apart = [made(DateRange.of(day), **tables) for day in days]
    for table in TABLES:
        assert together[table].equals(pl.concat([day[table] for day in apart]))
    played = together[PLAYER_BOXSCORES].select("game_id", "player_id")
    assert played.join(together[DID_NOT_PLAY], on=["game_id", "player_id"], how="semi").is_empty()
