"""Basketball Reference's rosters: cells by name, its own codes, two-way marks, damaged and hostile pages."""

from __future__ import annotations

import time
from contextlib import suppress
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nba_props.archive.payload import MalformedPayload
from nba_props.settings import load_settings
from nba_props.teams import TRICODES
from nba_props.upstreams.asking import Past, Per, Rule, Subject
from nba_props.upstreams.basketball_reference import LARGEST_TABLE_BYTES, ROSTER_PAGES, UPSTREAM
from nba_props.upstreams.endpoint import Parsed
from nba_props_tests.upstreams.examples_basketball_reference import COLUMNS, URL, examples, line, link, page
from nba_props_tests.upstreams.exchanges import assert_keeps_contracts, payload

NAME = "raw.br_rosters"
TWO_WAY = '&nbsp;&nbsp;<span class="note"><small>(TW)</small></span>'


def parse(content: str | bytes, url: str = URL, **told: Any) -> Parsed:
    body = content if isinstance(content, bytes) else content.encode()
    parsed = ROSTER_PAGES.parse(payload(url, body, **told))
    assert_keeps_contracts(parsed)
    return parsed


def rows(parsed: Parsed) -> list[dict[str, Any]]:
    return list(parsed.frames[NAME].iter_rows(named=True))


def row(**changes: str) -> dict[str, Any]:
    parsed = parse(page(line(**changes)))
    assert parsed.rejects.is_empty(), parsed.rejects["reason"]
    (one,) = rows(parsed)
    return one


def test_the_example_is_read_without_rejects() -> None:
    for name, example in examples().items():
        assert name == ROSTER_PAGES.name
        assert ROSTER_PAGES.recognises(example.url)
        parsed = ROSTER_PAGES.parse(example)
        assert parsed.rejects.is_empty()
        assert [(made["player_name"], made["is_two_way"]) for made in rows(parsed)] == [
            ("Devin Booker", False), ("Koby Bréa", True),
        ]  # fmt: skip


def test_a_line_is_stored_under_our_names() -> None:
    made = row()
    assert (made["season"], made["team"], made["source_player_id"]) == ("2024-25", "PHX", "bookede01")
    assert (made["player_name"], made["is_two_way"], made["jersey_number"]) == ("Devin Booker", False, "1")
    assert (made["position"], made["height"], made["weight_pounds"]) == ("SG", "6-5", 206)
    assert (made["birth_date"], made["birth_country"]) == (date(1996, 10, 30), "us")
    assert (made["years_of_experience"], made["college"]) == (9, "Kentucky")


def test_only_the_roster_is_read_and_not_the_other_tables() -> None:
    assert [made["player_name"] for made in rows(parse(page(line())))] == ["Devin Booker"]


def test_a_roster_inside_a_comment_is_a_roster() -> None:
    hidden = page(line()).replace('<table class="stats_table"', '<!-- <table class="stats_table"')
    assert [made["player_name"] for made in rows(parse(hidden))] == ["Devin Booker"]


def test_cells_are_found_by_name_wherever_they_stand() -> None:
    turned = tuple(reversed(COLUMNS))
    (made,) = rows(parse(page(line(turned), columns=turned)))
    assert (made["player_name"], made["weight_pounds"], made["jersey_number"]) == ("Devin Booker", 206, "1")


def test_headings_repeated_among_the_lines_are_no_lines() -> None:
    heading = '<tr class="thead">' + "".join(f'<th data-stat="{name}">{name}</th>' for name in COLUMNS) + "</tr>"
    parsed = parse(page(line(), heading, line(player=link("Other", "otherma01"))))
    assert (len(rows(parsed)), parsed.rejects.height) == (2, 0)


def test_two_way_players_are_marked_and_their_names_kept_clean() -> None:
    for told in (link("Sekou Doumbouya") + TWO_WAY, link("Sekou Doumbouya (TW)"), link("Sekou Doumbouya") + "\n (TW)"):
        made = row(player=told)
        assert (made["player_name"], made["is_two_way"]) == ("Sekou Doumbouya", True)


@pytest.mark.parametrize(
    "told", [{"birth_key": ""}, {"birth_date": "30.10.1996"}, {"birth_date": "October  30, 1996", "birth_key": "x"}]
)
def test_a_birth_date_is_read_from_its_sortable_value_or_its_words(told: dict[str, str]) -> None:
    assert row(**told)["birth_date"] == date(1996, 10, 30)


def test_what_a_line_does_not_tell_is_null() -> None:
    names = ("number", "pos", "height", "weight", "birth_date", "birth_country", "years_experience", "college")
    made = row(**dict.fromkeys(names, ""), birth_key="")
    told = {name: value for name, value in made.items() if value is not None}
    assert set(told) == {
        "game_date", "season", "team", "source_player_id", "player_name", "is_two_way", "payload_id", "fetched_at",
    }  # fmt: skip


def test_the_column_of_the_country_may_be_the_flag_or_absent() -> None:
    flagged = line().replace("birth_country", "flag")
    assert rows(parse(page(flagged)))[0]["birth_country"] == "us"
    without = line().replace("birth_country", "nation")
    assert rows(parse(page(without)))[0]["birth_country"] is None


def test_markup_and_letters_of_all_kinds_are_read_as_text() -> None:
    made = row(player=link("Luka Dončić"), college="<a>Texas A&amp;M</a>, <a>UNC</a>", years_experience="R")
    assert (made["player_name"], made["college"], made["years_of_experience"]) == ("Luka Dončić", "Texas A&M, UNC", 0)


@pytest.mark.parametrize(
    ("code", "team"), [("BRK", "BKN"), ("CHO", "CHA"), ("PHO", "PHX"), ("BOS", "BOS"), ("NYK", "NYK")]
)
def test_the_sources_own_codes_are_those_of_its_addresses(code: str, team: str) -> None:
    parsed = parse(page(line()), url=URL.replace("PHO", code))
    assert parsed.frames[NAME]["team"].to_list() == [team]


@pytest.mark.parametrize("code", ["SEA", "PHX", "NJN", "BKN"])
def test_a_code_that_is_none_of_the_sources_teams_of_today_refuses_every_line(code: str) -> None:
    parsed = parse(page(line(), line(player=link("Other", "otherma01"))), url=URL.replace("PHO", code))
    assert parsed.rejects["reason"].to_list() == [f"unknown team: {code}"] * 2


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"player": "Devin Booker"}, "no page of his own"),
        ({"player": '<a href="/coaches/budenmi99c.html">Mike</a>'}, "no page of his own"),
        ({"player": link("")}, "no player"),
        ({"player": link("Dev\ufffdn")}, "damaged"),
        ({"weight": "heavy"}, "weight is no weight: heavy"),
        ({"weight": "0"}, "weight is no weight: 0"),
        ({"birth_date": "unknown", "birth_key": ""}, "birth_date is no date: unknown"),
        ({"birth_key": "20240101"}, "impossible birth_date: 2024-01-01"),
        ({"years_experience": "many"}, "years_experience is no number: many"),
        ({"years_experience": "77"}, "impossible years_experience: 77"),
    ],
)
def test_an_impossible_line_is_refused_and_the_others_survive(changes: dict[str, str], expected: str) -> None:
    parsed = parse(page(line(**changes), line(player=link("Other", "otherma01"))))
    assert [made["player_name"] for made in rows(parsed)] == ["Other"]
    assert expected in parsed.rejects["reason"][0]
    assert parsed.rejects["game_date"].to_list() == [date(2025, 1, 5)]


def test_a_line_without_the_cell_of_the_player_is_refused() -> None:
    parsed = parse(page('<tr><td data-stat="pos">C</td></tr>', line()))
    assert (len(rows(parsed)), parsed.rejects["reason"].to_list()) == (1, ["the line has no player"])


@pytest.mark.parametrize("column", ["player", "weight", "years_experience"])
def test_a_renamed_column_makes_the_page_malformed_and_is_named(column: str) -> None:
    renamed = page(line()).replace(f'"{column}"', f'"new_{column}"')
    with pytest.raises(MalformedPayload, match=column):
        parse(renamed)


def test_an_empty_roster_is_valid() -> None:
    parsed = parse(page())
    assert (rows(parsed), parsed.rejects.height) == ([], 0)


@pytest.mark.parametrize("content", ["<html>Just a moment...</html>", "", "{}", "<table id='rosters'></table>"])
def test_another_page_is_malformed(content: str) -> None:
    with pytest.raises(MalformedPayload):
        parse(content)


def test_a_page_that_was_cut_off_is_malformed() -> None:
    whole = page(*[line()] * 5)
    with pytest.raises(MalformedPayload, match="cut off"):
        parse(whole[: whole.index("</tbody>")])


@pytest.mark.parametrize("status", [403, 404, 429, 503])
def test_an_error_status_makes_even_a_good_page_malformed(status: int) -> None:
    with pytest.raises(MalformedPayload, match=str(status)):
        parse(page(line()), status=status)


def test_another_address_is_not_recognised_and_not_read() -> None:
    for url in (URL.replace("2025.html", ""), URL.replace("PHO", "pho"), URL.replace("/2025", "/2025/gamelog")):
        assert not ROSTER_PAGES.recognises(url)
        with pytest.raises(MalformedPayload, match="address"):
            parse(page(line()), url=url)


def test_a_page_is_dated_by_its_fetching_in_new_york() -> None:
    late = payload(URL, page(line()).encode(), fetched_at=datetime(2025, 1, 5, 4, 30, tzinfo=UTC))
    assert ROSTER_PAGES.parse(late).frames[NAME]["game_date"].to_list() == [date(2025, 1, 4)]
    assert ROSTER_PAGES.covers(late).game_dates == (date(2025, 1, 4),)


HOSTILE = {
    "nested deeply": '<table id="roster"><tr><td data-stat="player">' + "<div>" * 13_000 + "</table>",
    "nested tables": '<table id="roster">' + '<tr><td data-stat="player"><table>' * 1_900 + "</table>",
    "many attributes": '<table id="roster"><tr><td ' + "".join(f"a{n}=1 " for n in range(7_500)) + "></table>",
    "too long": page(*[line()] * 500),
    "never ending": '<table id="roster">' + line() * 100_000,
    "tags without end": "<table " * 2_000_000,
    "many starts": '<table id="roster">' * 500_000,
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_page_is_refused_in_no_time(content: str) -> None:
    before = time.process_time()
    with pytest.raises(MalformedPayload):
        parse(content)
    assert time.process_time() - before < 5
    assert LARGEST_TABLE_BYTES < 100_000


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(data=st.data())
def test_a_damaged_page_is_read_within_its_contract_or_malformed(data: st.DataObject) -> None:
    content = bytearray(examples()["rosters"].body)
    for _ in range(data.draw(st.integers(1, 4))):
        position = data.draw(st.integers(0, max(len(content) - 1, 0)))
        damage = data.draw(st.sampled_from(["cut", "flip", "insert", "markup", "drop"]))
        if damage == "cut":
            del content[position:]
        elif damage == "drop":
            del content[position : position + data.draw(st.integers(1, 40))]
        elif damage == "flip" and content:
            content[position] = data.draw(st.integers(0, 255))
        elif damage == "insert":
            content[position:position] = data.draw(st.binary(min_size=1, max_size=4))
        else:
            markup = (b"</td>", b"<tr>", b'<td data-stat="weight">', b"<table>", b"</table>", b"<!--", b"9" * 30)
            content[position:position] = data.draw(st.sampled_from(markup))
    sent = payload(URL, bytes(content))
    assert ROSTER_PAGES.covers(sent).game_dates
    with suppress(MalformedPayload):
        assert_keeps_contracts(ROSTER_PAGES.parse(sent))


def test_every_team_is_asked_for_by_the_sources_code_and_the_year_its_season_ends() -> None:
    configured = load_settings({})
    for team in TRICODES:
        subject = Subject(game_date=date(2025, 10, 25), today=date(2025, 10, 25), team=team)
        assert ROSTER_PAGES.request is not None
        request = ROSTER_PAGES.request(configured, subject)
        assert ROSTER_PAGES.recognises(request.url)
        parsed = parse(page(line()), url=request.url)
        assert parsed.frames[NAME].select("team", "season").row(0) == (team, "2025-26")
        assert (request.source, request.endpoint) == (UPSTREAM.source, ROSTER_PAGES.name)


def test_rosters_are_read_a_team_at_a_time_and_never_for_the_past() -> None:
    assert isinstance(ROSTER_PAGES.rule, Rule)
    assert (ROSTER_PAGES.rule.per, ROSTER_PAGES.rule.past) == (Per.TEAM, Past.NOTHING)
    assert ROSTER_PAGES.rule.every == "rosters_interval_minutes"
