"""Names: spellings of one name have one key."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nba_props.conformed.player_names import initial_key, name_key, words_key


def key_of(name: str) -> str:
    return str(pl.DataFrame({"name": [name]}).select(name_key(pl.col("name"))).item())


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Luka Dončić", "Luka Doncic"),
        ("Nikola Jokić", "NIKOLA JOKIC"),
        ("Dāvis Bertāns", "Davis Bertans"),
        ("Jaren Jackson Jr.", "Jaren Jackson"),
        ("Robert Williams III", "Robert Williams"),
        ("P.J. Washington", "PJ Washington"),
        ("Shai Gilgeous-Alexander", "Shai Gilgeous Alexander"),
        ("Karl\u2011Anthony Towns", "Karl-Anthony Towns"),
        ("De'Aaron Fox", "De\u2019Aaron Fox"),
        ("Derrick  Jones,  Jr", "Derrick Jones"),
        ("Nikola Vučević", "Nikola Vuc\u030cevic\u0301"),
        ("Ömer Yurtseven", "Omer Yurtseven"),
        ("Moritz Wagneß", "moritz wagness"),
        (" Alperen Şengün ", "Alperen Sengun"),
    ],
)
def test_spellings_of_one_name_are_the_same(first: str, second: str) -> None:
    assert key_of(first) == key_of(second) != ""


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Jalen Williams", "Jaylin Williams"),
        ("Keegan Murray", "Kris Murray"),
        ("Victor Oladipo", "Victor"),
        ("Jrue Holiday", "Rue Holiday"),
    ],
)
def test_different_names_stay_different(first: str, second: str) -> None:
    assert key_of(first) != key_of(second)


def test_a_suffix_is_taken_off_only_from_the_end() -> None:
    assert key_of("V. Ivanov") == "v ivanov"
    assert key_of("Jr Smith") == "jr smith"
    assert key_of("Marcus Morris Sr.") == "marcus morris"


def test_a_reversed_name_has_the_same_words() -> None:
    frame = pl.DataFrame({"key": ["jalen brunson", "brunson jalen"]})
    assert frame.select(words_key(pl.col("key"))).to_series().n_unique() == 1


def test_of_an_initial_the_letter_and_the_last_word_count() -> None:
    frame = pl.DataFrame({"key": ["j brunson", "jalen brunson", "shai gilgeous alexander"]})
    assert frame.select(initial_key(pl.col("key"))).to_series().to_list() == ["j brunson", "j brunson", "s alexander"]


@given(st.text(max_size=30))
def test_a_key_is_its_own_key_in_plain_letters(name: str) -> None:
    key = key_of(name)
    assert set(key) <= set("abcdefghijklmnopqrstuvwxyz0123456789 ")
    assert key == key.strip()
    assert "  " not in key
