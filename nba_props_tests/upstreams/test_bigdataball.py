"""BigDataBall: events from CSV files by header, bad lines refused one by one, the genuine file counted with csv."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nba_props.archive.payload import MalformedPayload, Payload
from nba_props.contracts.raw.bigdataball import BIGDATABALL_PLAY_BY_PLAY as TABLE
from nba_props.contracts.raw.quarantine import quarantine_table
from nba_props.upstreams.bigdataball import DROP, ENDPOINT, HEADERS, UPSTREAM
from nba_props.upstreams.endpoint import Parsed
from nba_props_tests.upstreams.examples_bigdataball import (
    ARCHIVED_URL,
    URL,
    examples,
    file_of,
    foul,
    free_throw,
    play,
)
from nba_props_tests.upstreams.exchanges import assert_keeps_contract, payload, recordings
from nba_props_tests.upstreams.mutations import mutants

DAY = date(2025, 1, 4)


def parse(content: bytes, **told: Any) -> Parsed:
    parsed = ENDPOINT.parse(payload(URL, content, **told))
    assert parsed.frames[TABLE.full_name].schema == TABLE.schema
    assert_keeps_contract(TABLE, parsed.frames[TABLE.full_name])
    assert_keeps_contract(quarantine_table("any"), parsed.rejects)
    return parsed


def rows(parsed: Parsed) -> list[dict[str, Any]]:
    return list(parsed.frames[TABLE.full_name].iter_rows(named=True))


def row(content: bytes) -> dict[str, Any]:
    parsed = parse(content)
    assert parsed.rejects.is_empty(), parsed.rejects["reason"]
    (one,) = rows(parsed)
    return one


def test_the_example_is_read_without_rejects() -> None:
    (example,) = examples().values()
    assert ENDPOINT.recognises(example.url)
    parsed = ENDPOINT.parse(example)
    assert (len(rows(parsed)), parsed.rejects.height) == (3, 0)
    assert ENDPOINT.covers(example).game_dates == (DAY,)


def test_the_file_drop_and_the_archived_download_are_one_endpoint() -> None:
    assert UPSTREAM.endpoints == (ENDPOINT,)
    assert ENDPOINT.recognises(f"{DROP.url}any%20name.csv")
    assert ENDPOINT.recognises(ARCHIVED_URL)
    for other in (f"{DROP.url}any.csv.part", "https://drop.invalid/other/any.csv", f"{DROP.url}x/"):
        assert not ENDPOINT.recognises(other)
    assert ENDPOINT.request is None


def test_an_event_is_stored_under_its_names() -> None:
    made = row(file_of(play()))
    assert (made["game_id"], made["game_date"], made["season"]) == ("0022400474", DAY, "2024-25")
    assert (made["play_number"], made["remaining_seconds"], made["elapsed_seconds"]) == (3, 704, 16)
    assert (made["away_player_1"], made["home_player_5"]) == ("Visitor 1", "Host 5")
    assert (made["team"], made["player_name"], made["assist_player_name"]) == ("CHI", "Host 1", "Host 2")
    assert (made["event_type"], made["event_subtype"], made["result"], made["points"]) == (
        "shot", "jump shot", "made", 2,
    )  # fmt: skip
    assert (made["shot_distance_feet"], made["original_x"], made["converted_y"]) == (14, 91.0, 78.4)
    assert (made["steal_player_name"], made["free_throw_number"]) == (None, None)


def test_fouls_and_free_throws_have_fields_of_their_own() -> None:
    made = row(file_of(foul()))
    assert (made["reason"], made["opponent_name"], made["points"], made["result"]) == (
        "p.foul",
        "Visitor 1",
        None,
        None,
    )
    made = row(file_of(free_throw()))
    assert (made["free_throw_number"], made["free_throws_awarded"], made["result"]) == (1, 2, "missed")


def test_columns_are_found_by_name_wherever_they_stand() -> None:
    expected = row(file_of(play()))
    turned = dict(reversed(play().items())) | {"new_column": "any, thing"}
    made = row(file_of(turned))
    assert {k: v for k, v in made.items() if k != "payload_id"} == {
        k: v for k, v in expected.items() if k != "payload_id"
    }


@pytest.mark.parametrize("header", ["a3", "player", "play_id", "remaining_time", "original_x"])
def test_a_renamed_header_makes_the_file_malformed_and_is_named(header: str) -> None:
    renamed = {(f"x_{name}" if name == header else name): value for name, value in play().items()}
    with pytest.raises(MalformedPayload, match=header):
        parse(file_of(renamed))


def test_game_and_date_come_from_the_rows_and_a_file_may_hold_many_games() -> None:
    other = play(game_id="0022400480", date="2025-01-05", team="NOP")
    parsed = parse(file_of(play(), other))
    assert [(made["game_id"], made["game_date"]) for made in rows(parsed)] == [
        ("0022400474", DAY),
        ("0022400480", date(2025, 1, 5)),
    ]
    assert ENDPOINT.covers(payload(URL, file_of(play(), other))).game_dates == (DAY, date(2025, 1, 5))


def test_a_file_of_no_events_is_read() -> None:
    assert rows(parse(file_of())) == []
    assert ENDPOINT.covers(payload(URL, file_of())).game_dates == (date(2025, 1, 5),)


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_line_ends_blank_lines_and_a_byte_order_mark_do_not_matter(line_end: str) -> None:
    content = file_of(play(), foul(), line_end=line_end)
    end = line_end.encode()
    for variant in (content, content.rstrip(end), content + 3 * end, b"\xef\xbb\xbf" + content):
        assert len(rows(parse(variant))) == 2
    blank_between = content.replace(end, 2 * end)
    assert (len(rows(parse(blank_between))), parse(blank_between).rejects.height) == (2, 0)


def test_quoted_fields_may_hold_commas_quotation_marks_and_line_ends() -> None:
    for text in ("Host, Junior", 'He said "no"', "two\nlines", "Žižić"):
        made = row(file_of(play(player=text, description=text)))
        assert (made["player_name"], made["description"]) == (text, text)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"game_id": "9"}, "bad game id: 9"),
        ({"game_id": "1022400474"}, "bad game id"),
        ({"date": "01/04/2025"}, "the date is none: 01/04/2025"),
        ({"date": ""}, "the date is none"),
        ({"play_id": ""}, "no play_id"),
        ({"play_id": "three"}, "bad play_id: three"),
        ({"period": "0"}, "impossible period: 0"),
        ({"period": "99"}, "impossible period: 99"),
        ({"remaining_time": "11:44"}, "bad remaining_time"),
        ({"remaining_time": "0:61:00"}, "bad remaining_time"),
        ({"elapsed": "1:00:00"}, "impossible elapsed"),
        ({"home_score": "-2"}, "impossible home_score"),
        ({"home_score": ""}, "no home_score"),
        ({"points": "7"}, "impossible points"),
        ({"original_x": "nan"}, "bad original_x"),
        ({"converted_y": "1e400"}, "bad converted_y"),
        ({"shot_distance": "14.5"}, "bad shot_distance"),
        ({"a3": ""}, "ten players"),
        ({"a3": "Host 1"}, "ten players"),
        ({"team": "GOLDEN"}, "unknown team: GOLDEN"),
        ({"result": "perhaps"}, "unknown result"),
        ({"player": "\ufffd"}, "not UTF-8"),
    ],
)
def test_a_bad_event_is_refused_and_the_others_survive(changes: dict[str, Any], expected: str) -> None:
    parsed = parse(file_of(play(**changes), foul(), free_throw()))
    assert [made["play_number"] for made in rows(parsed)] == [4, 5]
    (refused,) = parsed.rejects.iter_rows(named=True)
    assert expected in refused["reason"]
    assert '"description":"Host 14\' Jump Shot (2 PTS)"' in refused["row"]


def test_whole_numbers_may_be_written_with_a_decimal_point() -> None:
    made = row(file_of(play(shot_distance="14.0", points="2.0")))
    assert (made["shot_distance_feet"], made["points"]) == (14, 2)


@pytest.mark.parametrize("damage", ["cut", "longer", "shorter", "quotation mark"])
def test_a_damaged_line_costs_only_itself(damage: str) -> None:
    lines = file_of(play(), foul(), free_throw()).split(b"\r\n")
    if damage == "cut":
        lines[3:] = [lines[3][:200]]
    elif damage == "longer":
        lines[3] += b",surplus"
    elif damage == "shorter":
        lines[3] = lines[3].replace(b"Visitor 2,", b"", 1)
    else:
        lines[3] = lines[3].replace(b"Visitor 2", b'"Visitor 2', 1)
    parsed = parse(b"\r\n".join(lines))
    assert [made["play_number"] for made in rows(parsed)] == [3, 4]
    assert parsed.rejects.height == 1


def test_bytes_that_are_no_text_cost_only_their_line() -> None:
    content = file_of(play(), foul()).replace(b"Host 3,,", b"Host \xff,,", 1)
    parsed = parse(content)
    assert [made["play_number"] for made in rows(parsed)] == [3]
    assert "not UTF-8" in parsed.rejects["reason"][0]


def test_a_repeated_event_is_stored_once_and_a_contradicted_one_is_refused() -> None:
    parsed = parse(file_of(play(), play(), play(assist="Host 4")))
    assert [made["assist_player_name"] for made in rows(parsed)] == ["Host 4"]
    assert parsed.rejects.height == 1 and "later row" in parsed.rejects["reason"][0]


@pytest.mark.parametrize(
    "content",
    [b"", b"<html><body>Sign in</body></html>", b'{"error": 404}', b"PK\x03\x04\x14\x00", b"\xff\xfe\x00", b"\n\n\n"],
)
def test_another_body_is_malformed(content: bytes) -> None:
    with pytest.raises(MalformedPayload):
        parse(content)
    with pytest.raises(MalformedPayload, match="404"):
        parse(file_of(play()), status=404)


def test_mutated_files_are_read_within_their_contract_or_refused() -> None:
    (example,) = examples().values()
    sent = list(mutants(example, seed=20250104, count=400))
    parsed = ENDPOINT.parse_many(sent)
    assert len(parsed.malformed) < len(sent)
    assert not [reason for _, reason in parsed.malformed if reason.startswith("the parser failed")]
    of_payload = replace(TABLE, key=(*TABLE.key, "payload_id"))
    assert_keeps_contract(of_payload, parsed.frames[TABLE.full_name])
    assert_keeps_contract(quarantine_table("any"), parsed.rejects)


NAMES = st.text(st.characters(codec="utf-8", exclude_characters="\r\n\x1e\ufffd", exclude_categories=["Cc", "Zs", "Zl", "Zp"]), min_size=1, max_size=8)  # fmt: skip  # noqa: E501


@settings(deadline=None, max_examples=30)
@given(players=st.lists(NAMES, min_size=10, max_size=10, unique=True), line_end=st.sampled_from(["\n", "\r\n"]))
def test_names_come_out_as_they_went_in(players: list[str], line_end: str) -> None:
    headers = [f"{side}{number}" for side in "ah" for number in range(1, 6)]
    made = row(file_of(play(**dict(zip(headers, players, strict=True))), line_end=line_end))
    columns = [f"{side}_player_{number}" for side in ("away", "home") for number in range(1, 6)]
    assert [made[column] for column in columns] == players


@lru_cache
def genuine() -> Payload:
    iterator = pytest.importorskip("warcio.archiveiterator").ArchiveIterator
    with (recordings() / "samples" / "bigdataball.warc.gz").open("rb") as stream:
        (found,) = [
            payload(
                record.rec_headers.get_header("WARC-Target-URI"),
                record.content_stream().read(),
                fetched_at=datetime.fromisoformat(record.rec_headers.get_header("WARC-Date")),
            )
            for record in iterator(stream)
            if record.rec_type == "response"
        ]
    return found


def test_every_line_of_the_genuine_file_is_stored() -> None:
    assert ENDPOINT.recognises(genuine().url)
    parsed = ENDPOINT.parse(genuine())
    frame = parsed.frames[TABLE.full_name]
    assert_keeps_contract(TABLE, frame)
    told = list(csv.DictReader(io.StringIO(genuine().body.decode(), newline="")))
    assert set(HEADERS) <= set(told[0])
    assert frame.height + parsed.rejects.height == len(told) == 510
    assert parsed.rejects.is_empty()
    assert frame["play_number"].to_list() == [int(each["play_id"]) for each in told]
    assert frame["player_name"].fill_null("").to_list() == [each["player"] for each in told]
    assert frame["home_player_4"].to_list() == [each["h4"] for each in told]
    assert frame["description"].fill_null("").to_list() == [each["description"].strip() for each in told]
    clocks = [each["remaining_time"].split(":") for each in told]
    assert frame["remaining_seconds"].to_list() == [3600 * int(h) + 60 * int(m) + int(s) for h, m, s in clocks]
    assert frame["converted_x"].fill_null(-1).to_list() == [float(each["converted_x"] or -1) for each in told]


def test_the_genuine_events_add_up_to_the_final_score() -> None:
    frame = ENDPOINT.parse(genuine()).frames[TABLE.full_name]
    assert frame.select("game_id", "game_date", "season").unique().rows() == [
        ("0042400407", date(2025, 6, 22), "2024-25")
    ]
    last = frame.row(-1, named=True)
    assert (last["away_score"], last["home_score"]) == (91, 103)
    points = frame.group_by("team").agg(pl.col("points").sum()).drop_nulls().sort("team").rows()
    assert points == [("IND", 91), ("OKC", 103)]
    gilgeous = frame.filter(pl.col("player_name") == "Shai Gilgeous-Alexander")
    assert gilgeous["points"].sum() == 29
    assert frame.filter(pl.col("assist_player_name") == "Shai Gilgeous-Alexander").height == 12
    assert frame["event_type"].null_count() == 3
    assert ENDPOINT.covers(genuine()).game_dates == (date(2025, 6, 22),)
