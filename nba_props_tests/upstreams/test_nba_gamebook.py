"""The gamebook: what the simulated league renders, lines that make no sense, and the two genuine but damaged ones."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import msgspec
import polars as pl
import pytest
from hypothesis import HealthCheck, settings

from nba_props.archive.payload import MalformedPayload, Payload
from nba_props.settings import Settings
from nba_props.simulator.gamebooks_rendering import Book, Player, render_gamebook
from nba_props.upstreams import nba_gamebook
from nba_props.upstreams.asking import Subject
from nba_props.upstreams.endpoint import Parsed
from nba_props.upstreams.nba_gamebook import GAMEBOOK, STATISTICS
from nba_props.upstreams.nba_gamebook_page import Gamebook, read_gamebook
from nba_props.upstreams.pdf_pages import read_pages
from nba_props_tests.upstreams.examples_nba_gamebook import BOOK, HOME, NOTHING, NUMBERS, URL, VISITOR, book, team
from nba_props_tests.upstreams.exchanges import assert_keeps_contracts, payload
from nba_props_tests.upstreams.test_nba_injury_report import genuine

PLAYERS, OFFICIALS = "raw.nbac_gamebook", "raw.nbac_gamebook_officials"
FREELY = settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)


def parsed(sent: Payload) -> Parsed:
    result = GAMEBOOK.parse(sent)
    assert_keeps_contracts(result)
    return result


def stored(sent: Payload) -> pl.DataFrame:
    result = parsed(sent)
    assert result.rejects.is_empty(), result.rejects["reason"]
    return result.frames[PLAYERS]


def player(frame: pl.DataFrame, name: str) -> dict[str, Any]:
    return frame.row(by_predicate=pl.col("player_name") == name, named=True)


def visitors(*players: Player, **changes: Any) -> Payload:
    return book(visitor=team(VISITOR, players=players, **changes))


def numbers(**changes: int) -> tuple[int, ...]:
    told = dict(zip(STATISTICS.values(), NUMBERS, strict=True)) | changes
    return tuple(told.values())


def test_the_genuine_gamebooks_that_were_had_are_damaged_and_end_in_quarantine_with_the_reason() -> None:
    books = genuine("nba_gamebook-damaged.warc.gz")
    assert len(books) == 2
    result = GAMEBOOK.parse_many([*books, book()])
    assert [(each.url[-19:], reason) for each, reason in result.malformed] == [
        ("20240410_MEMCLE.pdf", "the PDF holds no text"),
        ("20211008_MILBKN.pdf", "the PDF holds no text"),
    ]
    assert result.frames[PLAYERS].height == 11
    rows = pl.concat(GAMEBOOK.quarantine(*malformed) for malformed in result.malformed)
    assert sorted(rows.select("game_date", "table").rows()) == [
        *((date(2021, 10, 8), table) for table in (PLAYERS, OFFICIALS)),
        *((date(2024, 4, 10), table) for table in (PLAYERS, OFFICIALS)),
    ]


def test_a_line_is_stored_under_its_names() -> None:
    jackson = player(stored(book()), "GG Jackson")
    assert {name: jackson[name] for name in STATISTICS.values()} == dict(zip(STATISTICS.values(), NUMBERS, strict=True))
    assert jackson["minutes"] == pytest.approx(35.7)
    told = ("game_date", "home_team", "away_team", "team", "jersey_number", "position", "is_starter", "did_not_play")
    assert [jackson[name] for name in told] == [date(2026, 3, 13), "DET", "MEM", "MEM", "45", "F", True, False]
    assert (jackson["not_playing_kind"], jackson["not_playing_reason"]) == (None, None)


def test_who_did_not_play_has_a_kind_and_a_reason_and_no_statistics() -> None:
    frame = stored(book())
    absent = frame.filter("did_not_play")
    assert absent.select("player_name", "team", "not_playing_kind", "not_playing_reason", "jersey_number").rows() == [
        ("Santi Aldama", "MEM", "NWT", "Injury/Illness - Right Foot; Strain", "7"),
        ("Vince Williams Jr.", "MEM", "DND", "Rest", "5"),
        ("Daniss Jenkins", "DET", "DNP", "Coach's Decision", "24"),
        ("Morant", "MEM", "inactive", "Injury/Illness - Right Shoulder; Labral Repair", None),
        ("Jackson Jr.", "MEM", "inactive", "Rest", None),
        ("Rose", "MEM", "inactive", None, None),
        ("Harris", "DET", "inactive", "G League - Two-Way", None),
    ]
    nothing = absent.select("minutes", *STATISTICS.values())
    assert nothing.null_count().row(0) == (7,) * nothing.width
    assert not absent["is_starter"].any()


def test_a_player_of_no_seconds_played_and_a_name_of_many_parts_is_whole() -> None:
    frame = stored(book())
    carrington = player(frame, "Bub Carrington")
    assert (carrington["minutes"], carrington["points"], carrington["did_not_play"]) == (0.0, 0, False)
    assert (carrington["is_starter"], carrington["position"]) == (False, None)
    assert player(frame, "Olivier-Maxence O'Neal III")["position"] == "G"


def test_officials_are_stored_with_their_numbers() -> None:
    result = parsed(book())
    assert result.frames[OFFICIALS].select("home_team", "official_name", "official_number").rows() == [
        ("DET", "Kevin Scott", "24"),
        ("DET", "Brent Barnaky", "36"),
        ("DET", "J.T. Orr", None),
    ]
    nobody = parsed(book(officials=()))
    assert nobody.frames[OFFICIALS].is_empty()
    assert nobody.rejects.is_empty()


def test_a_long_book_reads_over_its_pages() -> None:
    many = tuple(Player(str(number), f"Player No{number:02d}x", "", "05:00", NUMBERS) for number in range(70))
    sent = visitors(*many, periods=(910, 0, 0, 0))
    assert len(read_pages(sent.body)) == 2
    assert stored(sent).filter(pl.col("team") == "MEM", ~pl.col("did_not_play")).height == 70


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"points": 14}, "14 points do not follow from the shots made"),
        ({"rebounds": 7}, "7 rebounds are not the sum of their kinds"),
        ({"field_goals_attempted": 3}, "impossible: 4 field_goals_made but 3 field_goals_attempted"),
        ({"threes_attempted": 0}, "impossible: 1 threes but 0 threes_attempted"),
        ({"free_throws_attempted": 3}, "impossible: 4 free_throws_made but 3 free_throws_attempted"),
        ({"assists": -1}, "negative assists"),
    ],
)
def test_impossible_numbers_are_refused_and_the_others_survive(changes: dict[str, int], expected: str) -> None:
    odd = Player("1", "Odd Man", "", "10:00", numbers(**changes))
    result = parsed(visitors(*VISITOR.players, odd))
    assert result.rejects["reason"].to_list() == [expected]
    refused = result.rejects.row(0, named=True)
    assert (refused["game_date"], refused["table"]) == (date(2026, 3, 13), PLAYERS)
    assert json.loads(refused["row"])["name"] == "Odd Man"
    assert "GG Jackson" in result.frames[PLAYERS]["player_name"].to_list()
    assert result.frames[PLAYERS].height + result.rejects.height == 12


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (Player("1", "Odd Man", "", "10:75", NUMBERS), "no minutes: 10:75"),
        (Player("1", "Odd Man", "", "101:00", NUMBERS), "impossible minutes: 101:00"),
        (Player("1", "Odd Man", absence="did not want to"), "no line of a box score"),
    ],
)
def test_an_unreadable_line_is_refused_and_the_others_survive(line: Player, expected: str) -> None:
    safe = Player(line.jersey, line.name, minutes="10:00", numbers=NUMBERS) if line.minutes else line
    body = render_gamebook(
        Book(**(vars(BOOK) | {"visitor": team(VISITOR, players=(*VISITOR.players, safe))})), is_compressed=False
    )
    if line.minutes:
        body = body.replace(b"(10:00)", b"(%b)" % line.minutes.encode())
    result = parsed(payload(URL, body))
    assert result.rejects["reason"].to_list() == [expected]
    assert result.frames[PLAYERS].height == 11


def test_an_inactive_list_of_another_team_is_refused_player_by_player() -> None:
    result = parsed(book(home=team(HOME, nickname="Lakers", inactive=(("James", "Rest"), ("Reaves", "")))))
    assert result.rejects["reason"].to_list() == ["Lakers does not play in this game"] * 2
    assert result.frames[PLAYERS].height == 10


def test_a_player_told_twice_with_other_numbers_is_refused_once() -> None:
    result = parsed(visitors(VISITOR.players[0], Player("45", "GG Jackson", "", "00:00", NOTHING)))
    assert result.rejects["reason"].to_list() == [
        "a later row of the same payload with the same key says something else"
    ]
    assert player(result.frames[PLAYERS], "GG Jackson")["points"] == 0


def changed(old: bytes, new: bytes, count: int = -1) -> Payload:
    body = render_gamebook(BOOK, is_compressed=False)
    assert old in body
    return payload(URL, body.replace(old, new, count))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (b"(PTS)", b"(POINTS)", "the box of Memphis Grizzlies has no column headers"),
        (b"(TOT)", b"(REB)", "column headers are absent or renamed: TOT"),
        (b"(VISITOR: ", b"(GUESTS: ", "no box of VISITOR"),
        (b"(HOME: ", b"(HOSTS: ", "no box of HOME"),
        (b"March 13, 2026", b"Martius 13, 2026", "tells no date"),
        (
            b"March 13, 2026",
            b"March 14, 2026",
            "the name tells 2026-03-13 MEM at DET, the page tells 2026-03-14 Memphis",
        ),
        (b"Memphis Grizzlies", b"Chicago Bulls", "the page tells 2026-03-13 Chicago Bulls at DETROIT PISTONS"),
    ],
)
def test_a_book_of_another_layout_or_game_is_malformed_and_says_why(old: bytes, new: bytes, expected: str) -> None:
    with pytest.raises(MalformedPayload, match=expected):
        GAMEBOOK.parse(changed(old, new))


def test_points_that_do_not_add_up_to_the_totals_make_the_book_malformed() -> None:
    body = render_gamebook(BOOK, is_compressed=False)
    totals = body.rindex(b"(13)", 0, body.index(b"(HOME: "))
    sent = payload(URL, body[:totals] + b"(14)" + body[totals + 4 :])
    with pytest.raises(MalformedPayload, match="the players of Memphis Grizzlies have 13 points, not 14"):
        GAMEBOOK.parse(sent)


def test_a_book_that_ends_before_its_totals_is_malformed() -> None:
    pages = read_pages(book().body)
    totals = max(word.top for word in pages[0] if word.text == "240:00" or ":00" in word.text)
    cut = [[word for word in pages[0] if word.top < totals - 3]]
    with pytest.raises(MalformedPayload, match="the box of DETROIT PISTONS has no totals"):
        read_gamebook(cut)


def test_boxes_of_single_periods_in_the_long_form_are_not_read() -> None:
    pages = read_pages(book().body)
    quarter = read_pages(visitors(Player("1", "Nobody Else", "", "12:00", NUMBERS)).body)
    assert read_gamebook([*pages, *quarter]) == read_gamebook(pages)
    long = URL.replace(".pdf", "_book.pdf")
    assert GAMEBOOK.recognises(long)
    assert stored(book(long)).height == 11


def test_a_book_is_asked_for_by_date_and_teams() -> None:
    subject = Subject(date(2024, 4, 10), date(2024, 4, 11), game_id="0022301154", home_team="CLE", away_team="MEM")
    request = nba_gamebook.request_gamebook(Settings(), subject)
    assert request.url == "https://statsdmz.nba.com/pdfs/20240410/20240410_MEMCLE.pdf"
    assert GAMEBOOK.recognises(request.url)
    assert GAMEBOOK.covers(payload(request.url, b"", 404)).game_dates == (date(2024, 4, 10),)


def test_a_name_that_tells_no_game_is_refused() -> None:
    with pytest.raises(MalformedPayload, match="the name tells no game"):
        GAMEBOOK.parse(book("https://statsdmz.nba.com/pdfs/20261313/20261313_MEMDET.pdf"))


@pytest.mark.parametrize("status", [301, 403, 404, 500])
def test_an_error_status_makes_even_a_good_book_malformed(status: int) -> None:
    with pytest.raises(MalformedPayload, match=str(status)):
        GAMEBOOK.parse(payload(URL, book().body, status))


def test_a_decoded_book_survives_its_keeping() -> None:
    found = GAMEBOOK.decode(book())
    assert GAMEBOOK.kept is Gamebook
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(found), type=Gamebook) == found
