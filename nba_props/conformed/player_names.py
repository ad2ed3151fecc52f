"""How a player's name is compared: the key under which two spellings of one name are the same, and nicknames."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import polars as pl

_UNDECOMPOSED = {"ø": "o", "đ": "d", "ł": "l", "ß": "ss", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th", "\u0131": "i"}
_SUFFIX = r"\s+(jr|sr|ii|iii|iv|v)$"


def name_key(name: pl.Expr) -> pl.Expr:
    """The name without accents, case, punctuation and generational suffix; hyphens count as spaces."""
    plain = name.str.normalize("NFKD").str.replace_all(r"\p{M}", "").str.to_lowercase()
    plain = plain.str.replace_many(list(_UNDECOMPOSED), list(_UNDECOMPOSED.values()))
    words = plain.str.replace_all(r"[-\u2010-\u2015]", " ").str.replace_all(r"[^a-z0-9 ]", "")
    return words.str.replace_all(r"\s+", " ").str.strip_chars().str.replace(_SUFFIX, "")


def words_key(key: pl.Expr) -> pl.Expr:
    """The key's words in alphabetical order, so that a reversed name is the same."""
    return key.str.split(" ").list.sort().list.join(" ")


def initial_key(key: pl.Expr) -> pl.Expr:
    """First letter and last word of a key: what is left of a name written with an initial."""
    return pl.concat_str(key.str.slice(0, 1), key.str.split(" ").list.last(), separator=" ")


@cache
def nicknames() -> pl.DataFrame:
    """The table of nicknames: keys of names under which players are known in public, and the key of the other name."""
    path = files("nba_props.conformed") / "player_nicknames.csv"
    return pl.read_csv(path.read_bytes(), schema={"nickname": pl.String, "name": pl.String})


def nickname_key(key: pl.Expr) -> pl.Expr:
    """The key under which a name and its nickname are the same, words in alphabetical order."""
    known = nicknames()
    return words_key(key.replace(known["nickname"], known["name"]))
