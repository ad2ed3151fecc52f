"""The NBA's gamebook: its endpoint, and its final box into ``raw.nbac_gamebook`` and ``raw.nbac_gamebook_officials``.

A gamebook tells no game id: a game is its date and its two teams. Its layout is described in ``nba_gamebook_page``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta

import msgspec
import polars as pl

from nba_props.archive.payload import MalformedPayload, Payload
from nba_props.contracts.raw.nba_gamebook import NBAC_GAMEBOOK, NBAC_GAMEBOOK_OFFICIALS, NBAC_GAMEBOOK_QUARANTINE
from nba_props.contracts.table import Table
from nba_props.settings import Settings
from nba_props.teams import TEAMS, TRICODE_BY_NAME
from nba_props.upstreams.asking import Per, Rule, Subject
from nba_props.upstreams.bodies import date_of, path_of, readable_body
from nba_props.upstreams.endpoint import Built, Coverage, Endpoint, Reject
from nba_props.upstreams.nba_gamebook_page import BoxLine, Gamebook, Official, read_gamebook
from nba_props.upstreams.pdf_pages import read_pages
from nba_props.upstreams.requests import BROWSER_HEADERS, Request
from nba_props.upstreams.sifting import CONTRADICTED, Fault, absent_text, latest_of_key, sift
from nba_props.upstreams.upstream import Upstream

SOURCE = "nba_gamebook"

PUBLISHED = timedelta(hours=4)
"""After the tip-off; gamebooks follow the final whistle by an hour or two."""

LONGEST_MINUTES = 100

STATISTICS = {
    "FG": "field_goals_made",
    "FGA": "field_goals_attempted",
    "3P": "threes",
    "3PA": "threes_attempted",
    "FT": "free_throws_made",
    "FTA": "free_throws_attempted",
    "OR": "offensive_rebounds",
    "DR": "defensive_rebounds",
    "TOT": "rebounds",
    "A": "assists",
    "PF": "fouls",
    "ST": "steals",
    "TO": "turnovers",
    "BS": "blocks",
    "+/-": "plus_minus",
    "PTS": "points",
}
"""Header and column of every whole number."""

NEVER_MORE_THAN = (
    ("field_goals_made", "field_goals_attempted"),
    ("threes", "threes_attempted"),
    ("threes", "field_goals_made"),
    ("free_throws_made", "free_throws_attempted"),
)

_TEAMS = {name.lower(): tricode for name, tricode in TRICODE_BY_NAME.items()}
_NICKNAMES = {team.name.lower(): team.tricode for team in TEAMS}
_NAME = re.compile(r"/([0-9]{8})_([A-Z]{3})([A-Z]{3})(?:_book)?\.pdf$")


def request_gamebook(settings: Settings, subject: Subject) -> Request:
    """The gamebook of the subject's game."""
    day = f"{subject.game_date:%Y%m%d}"
    return Request(
        source=SOURCE,
        endpoint=GAMEBOOK.name,
        game_date=subject.game_date,
        base_url=settings.nba_gamebook_url,
        path=f"/pdfs/{day}/{day}_{subject.away_team}{subject.home_team}.pdf",
        headers=BROWSER_HEADERS,
    )


def decode_gamebook(payload: Payload) -> Gamebook:
    """A gamebook's final box as printed.

    Raises:
        MalformedPayload: no readable PDF, no gamebook, points that do not add up, or another game than its name tells.
    """
    named = _game_in_name(payload.url)
    book = read_gamebook(read_pages(readable_body(payload)))
    printed = (book.day, _TEAMS.get(book.visitor.lower()), _TEAMS.get(book.home.lower()))
    if printed != named:
        told = " ".join(map(str, (book.day, book.visitor, "at", book.home)))
        raise MalformedPayload(f"the name tells {named[0]} {named[1]} at {named[2]}, the page tells {told[:120]}")
    return book


def build_gamebooks(books: Sequence[tuple[Payload, Gamebook]]) -> Built:
    """Rows and rejects of decoded gamebooks; a row is a player's line, an inactive player, or an official."""
    players = [(number, line) for number, (_, book) in enumerate(books) for line in book.players]
    officials = [(number, official) for number, (_, book) in enumerate(books) for official in book.officials]
    lines, refused_lines = _stored(books, NBAC_GAMEBOOK, players, _player_columns(players), _player_faults())
    named, refused_names = _stored(
        books, NBAC_GAMEBOOK_OFFICIALS, officials, _official_columns(officials), [_reading_fault()]
    )
    frames = {NBAC_GAMEBOOK.full_name: lines, NBAC_GAMEBOOK_OFFICIALS.full_name: named}
    return Built(frames, refused_lines + refused_names)


def gamebook_coverage(payload: Payload) -> Coverage:
    """The date of its game, by its name."""
    return Coverage((_game_in_name(payload.url)[0],))


def _game_in_name(url: str) -> tuple[date, str, str]:
    """Date, visitor and home team."""
    match = _NAME.search(path_of(url))
    digits, visitor, home = match.groups() if match else ("", "", "")
    day = date_of(f"{digits[:4]}-{digits[4:6]}-{digits[6:]}")
    if day is None:
        raise MalformedPayload(f"the name tells no game: {path_of(url)[-60:]}")
    return day, visitor, home


def _stored(
    books: Sequence[tuple[Payload, Gamebook]],
    table: Table,
    entries: Sequence[tuple[int, BoxLine | Official]],
    columns: pl.DataFrame,
    faults: Sequence[Fault],
) -> tuple[pl.DataFrame, list[Reject]]:
    """Entries, each with the number of its book, as rows of a table; and those that cannot be stored."""
    owners = pl.Series("owner", [owner for owner, _ in entries], pl.Int64)
    frame = columns.with_columns(owners).join(_games(books), on="owner", how="left", maintain_order="left")
    good, bad = sift(frame.with_row_index("entry"), faults)
    good = good.select("entry", "owner", *table.schema.names())
    good, contradicted = latest_of_key(good, ("owner", *table.key), beside=("entry",))
    told = ["entry", "owner", "reason", "game_date"]
    bad = pl.concat([bad.select(told), contradicted.with_columns(reason=pl.lit(CONTRADICTED)).select(told)])
    rejects = [
        Reject(books[owner][0], table.full_name, msgspec.json.encode(entries[entry][1]), reason, day)
        for entry, owner, reason, day in bad.iter_rows()
    ]
    return good.select(pl.col(name).cast(dtype) for name, dtype in table.schema.items()), rejects


def _games(books: Sequence[tuple[Payload, Gamebook]]) -> pl.DataFrame:
    """What every row of a book shares, by the book's number."""
    games = [_game_in_name(payload.url) for payload, _ in books]
    return pl.DataFrame(
        {
            "owner": range(len(books)),
            "game_date": [day for day, _, _ in games],
            "away_team": [visitor for _, visitor, _ in games],
            "home_team": [home for _, _, home in games],
            "payload_id": [payload.payload_id for payload, _ in books],
            "fetched_at": [payload.fetched_at for payload, _ in books],
        },
        schema_overrides={"owner": pl.Int64, "fetched_at": NBAC_GAMEBOOK.schema["fetched_at"]},
    )


def _player_columns(players: Sequence[tuple[int, BoxLine]]) -> pl.DataFrame:
    """The table's columns of the players, and beside them what is printed."""
    printed: dict[str, list[str | None]] = {
        f"printed_{name}": [getattr(line, name) for _, line in players]
        for name in BoxLine.__struct_fields__
        if name != "cells"
    }
    printed |= {header: [line.cells.get(header) for _, line in players] for header in ("MIN", *STATISTICS)}
    has_played = pl.col("printed_kind") == ""
    clock = pl.col("MIN").str.extract_groups(r"^([0-9]{1,3}):([0-5][0-9])$")
    team = pl.col("printed_team").str.to_lowercase()
    return pl.DataFrame(printed, schema=dict.fromkeys(printed, pl.String)).with_columns(
        *(
            pl.when(has_played).then(pl.col(header).str.strip_prefix("+").cast(pl.Int64, strict=False)).alias(column)
            for header, column in STATISTICS.items()
        ),
        team=pl.coalesce(
            team.replace_strict(names, default=None, return_dtype=pl.String) for names in (_TEAMS, _NICKNAMES)
        ),
        player_name=pl.col("printed_name"),
        jersey_number=_told("jersey"),
        position=_told("position"),
        is_starter=pl.col("printed_position") != "",
        did_not_play=~has_played,
        not_playing_kind=_told("kind"),
        not_playing_reason=_told("reason"),
        minutes=pl.when(has_played).then(clock.struct[0].cast(pl.Float64) + clock.struct[1].cast(pl.Float64) / 60),
    )


def _told(name: str) -> pl.Expr:
    printed = pl.col(f"printed_{name}")
    return pl.when(printed != "").then(printed)


def _reading_fault() -> Fault:
    return pl.col("printed_fault") != "", pl.col("printed_fault")


def _player_faults() -> list[Fault]:
    has_played, team = ~pl.col("did_not_play"), pl.col("team")
    shots = 2 * pl.col("field_goals_made") + pl.col("threes") + pl.col("free_throws_made")
    rebounds = pl.col("offensive_rebounds") + pl.col("defensive_rebounds")
    plays = (team == pl.col("home_team")) | (team == pl.col("away_team"))
    return [
        _reading_fault(),
        (~plays.fill_null(False), pl.format("{} does not play in this game", "printed_team")),
        (absent_text("player_name"), "no player name"),
        (has_played & pl.col("minutes").is_null(), pl.format("no minutes: {}", pl.col("MIN").fill_null("blank"))),
        (pl.col("minutes") > LONGEST_MINUTES, pl.format("impossible minutes: {}", "MIN")),
        *(
            (
                has_played & pl.col(column).is_null(),
                pl.format(f"no number under {header}: {{}}", pl.col(header).fill_null("blank")),
            )
            for header, column in STATISTICS.items()
        ),
        *((pl.col(column) < 0, f"negative {column}") for column in STATISTICS.values() if column != "plus_minus"),
        *(
            (pl.col(less) > pl.col(more), pl.format(f"impossible: {{}} {less} but {{}} {more}", less, more))
            for less, more in NEVER_MORE_THAN
        ),
        (shots != pl.col("points"), pl.format("{} points do not follow from the shots made", "points")),
        (rebounds != pl.col("rebounds"), pl.format("{} rebounds are not the sum of their kinds", "rebounds")),
    ]


def _official_columns(officials: Sequence[tuple[int, Official]]) -> pl.DataFrame:
    printed = {
        f"printed_{name}": [getattr(official, name) for _, official in officials] for name in Official.__struct_fields__
    }
    return pl.DataFrame(printed, schema=dict.fromkeys(printed, pl.String)).with_columns(
        official_name=pl.col("printed_name"), official_number=_told("number")
    )


GAMEBOOK = Endpoint(
    source=SOURCE,
    name="gamebook",
    path=r"/pdfs/\d{8}/\d{8}_[A-Z]{6}(?:_book)?\.pdf",
    tables=(NBAC_GAMEBOOK.full_name, NBAC_GAMEBOOK_OFFICIALS.full_name),
    parser_version=1,
    decode=decode_gamebook,
    build=build_gamebooks,
    speaks_of=gamebook_coverage,
    rule=Rule(Per.GAME, every="aftermath_interval_minutes", opens=PUBLISHED, until_complete=True),
    request=request_gamebook,
    kept=Gamebook,
)

UPSTREAM = Upstream(SOURCE, (GAMEBOOK,), NBAC_GAMEBOOK_QUARANTINE, kind="pdf")
