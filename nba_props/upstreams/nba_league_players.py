"""Player lists, into ``raw.nbac_player_list``: playerindex and commonallplayers of stats.nba.com, roster pages of
www.nba.com.

A row is a player; each ends as a stored row or as a reject. A list says what held when it was fetched, so that its rows
belong to the New York date of fetching. Beside a player's identity and team, what cannot be read as the number that it
should be is null.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec
import polars as pl
from msgspec import Raw, Struct
from msgspec.structs import astuple

from nba_props.archive.payload import MalformedPayload, Payload
from nba_props.contracts.raw.nba_league import NBAC_PLAYER_LIST
from nba_props.game_calendar import game_date_of
from nba_props.upstreams.bodies import decode, fitting_rows, readable_body
from nba_props.upstreams.endpoint import Built, Coverage, Reject
from nba_props.upstreams.nba_result_sets import Rows, Wanted, as_sent, decode_result_sets, frame_of, rows_of, sent_rows
from nba_props.upstreams.nba_rows import PAYLOAD, PLACE, Whole, store, team_of, text_or_null, unknown_team
from nba_props.upstreams.sifting import Fault, absent_text

TABLE = NBAC_PLAYER_LIST.full_name
INDEX, ALL_PLAYERS, ROSTER_PAGE = "player_list", "common_all_players", "team_roster_page"
YEARS = (1946, 2100)
ON_ROSTER = 1

INDEX_SET = "PlayerIndex"
INDEX_HEADERS: Wanted = {
    "PERSON_ID": ("player_id", Whole),
    "PLAYER_FIRST_NAME": ("first_name", str | None),
    "PLAYER_LAST_NAME": ("last_name", str | None),
    "PLAYER_SLUG": ("player_slug", str | None),
    "TEAM_ID": ("team_id", Whole | None),
    "JERSEY_NUMBER": ("jersey_number", str | None),
    "POSITION": ("position", str | None),
    "HEIGHT": ("height", str | None),
    "WEIGHT": ("weight", str | None),
    "COLLEGE": ("college", str | None),
    "COUNTRY": ("country", str | None),
    "DRAFT_YEAR": ("draft_year", Whole | None),
    "DRAFT_ROUND": ("draft_round", Whole | None),
    "DRAFT_NUMBER": ("draft_number", Whole | None),
    "ROSTER_STATUS": ("roster_status", float | None),
    "FROM_YEAR": ("from_year", str | None),
    "TO_YEAR": ("to_year", str | None),
}

ALL_PLAYERS_SET = "CommonAllPlayers"
ALL_PLAYERS_HEADERS: Wanted = {
    "PERSON_ID": ("player_id", Whole),
    "DISPLAY_FIRST_LAST": ("player_name", str | None),
    "PLAYER_SLUG": ("player_slug", str | None),
    "TEAM_ID": ("team_id", Whole | None),
    "ROSTERSTATUS": ("roster_status", Whole | None),
    "FROM_YEAR": ("from_year", str | None),
    "TO_YEAR": ("to_year", str | None),
}

PAGE_DATA = b'id="__NEXT_DATA__"'
TEXTS = ("player_name", "player_slug", "jersey_number", "position", "height", "college", "country")
NUMBERS = {
    "weight_pounds": (1, 1000),
    "draft_year": YEARS,
    "draft_round": (0, 100),
    "draft_number": (0, 1000),
    "from_year": YEARS,
    "to_year": YEARS,
}


class RosterPlayer(Struct, gc=False):
    """A player of a roster page."""

    PLAYER_ID: Whole
    PLAYER: str | None
    PLAYER_SLUG: str | None
    TeamID: Whole | None
    NUM: str | None
    POSITION: str | None
    HEIGHT: str | None
    WEIGHT: str | None
    SCHOOL: str | None


class Team(Struct):
    """The team of a roster page."""

    roster: list[Raw]


class PageProps(Struct):
    """What a roster page is about."""

    team: Team


class Props(Struct):
    """What a roster page shows."""

    pageProps: PageProps


class PageData(Struct):
    """The data from which a roster page is drawn."""

    props: Props


class Roster(Struct):
    """A decoded roster page: its players, and what is no player."""

    players: list[RosterPlayer]
    misfits: list[tuple[bytes, str]]


PAGE = msgspec.json.Decoder(PageData)
ROSTER_PLAYER = msgspec.json.Decoder(RosterPlayer)

_ROSTER_SCHEMA = {
    PAYLOAD: pl.Int64,
    "player_id": pl.Int64,
    "player_name": pl.String,
    "player_slug": pl.String,
    "team_id": pl.Int64,
    "jersey_number": pl.String,
    "position": pl.String,
    "height": pl.String,
    "weight": pl.String,
    "college": pl.String,
}


def decode_index(payload: Payload) -> Rows:
    """The players of playerindex.

    Raises:
        MalformedPayload: the body is no such list, a header is absent or given twice, or not one row fits.
    """
    return rows_of(decode_result_sets(payload), INDEX_SET, INDEX_HEADERS)


def decode_all_players(payload: Payload) -> Rows:
    """The players of commonallplayers.

    Raises:
        MalformedPayload: the body is no such list, a header is absent or given twice, or not one row fits.
    """
    return rows_of(decode_result_sets(payload), ALL_PLAYERS_SET, ALL_PLAYERS_HEADERS)


def decode_roster_page(payload: Payload) -> Roster:
    """The players of a roster page.

    Raises:
        MalformedPayload: the page does not hold its data, or not one player has the expected format.
    """
    body = readable_body(payload)
    mark = body.find(PAGE_DATA)
    start, end = body.find(b">", mark) + 1, body.find(b"</script>", mark)
    if mark < 0 or not 0 < start <= end:
        raise MalformedPayload("the page does not hold the data that it is drawn from (__NEXT_DATA__)")
    data = Payload(payload.payload_id, payload.url, payload.fetched_at, payload.status, body[start:end])
    players, misfits = fitting_rows(decode(data, PAGE).props.pageProps.team.roster, ROSTER_PLAYER)
    return Roster(players, misfits)


def snapshot_coverage(payload: Payload) -> Coverage:
    """The New York date of fetching."""
    return Coverage((game_date_of(payload.fetched_at),))


def build_index(lists: Sequence[tuple[Payload, Rows]]) -> Built:
    """Rows and rejects of decoded lists of playerindex."""
    names = pl.concat_str(text_or_null("first_name"), text_or_null("last_name"), separator=" ", ignore_nulls=True)
    frame = frame_of([rows for _, rows in lists], INDEX_HEADERS).with_columns(player_name=names)
    return _built_rows(lists, frame, INDEX)


def build_all_players(lists: Sequence[tuple[Payload, Rows]]) -> Built:
    """Rows and rejects of decoded lists of commonallplayers."""
    return _built_rows(lists, frame_of([rows for _, rows in lists], ALL_PLAYERS_HEADERS), ALL_PLAYERS)


def build_roster_pages(pages: Sequence[tuple[Payload, Roster]]) -> Built:
    """Rows and rejects of decoded roster pages; who is on one is on the roster."""
    players = [player for _, roster in pages for player in roster.players]
    rows = [(number, *astuple(player)) for number, (_, roster) in enumerate(pages) for player in roster.players]
    frame = pl.DataFrame(rows, schema=_ROSTER_SCHEMA, orient="row").with_row_index(PLACE)
    misfits = [(payload, sent, reason) for payload, roster in pages for sent, reason in roster.misfits]
    return _built(
        [payload for payload, _ in pages],
        frame.with_columns(roster_status=pl.lit(ON_ROSTER)),
        ROSTER_PAGE,
        misfits,
        lambda place: msgspec.json.encode(players[place]),
    )


def _built_rows(lists: Sequence[tuple[Payload, Rows]], frame: pl.DataFrame, endpoint: str) -> Built:
    sent = sent_rows([rows for _, rows in lists])
    misfits = [(payload, row, reason) for payload, rows in lists for row, reason in rows.misfits]
    payloads = [payload for payload, _ in lists]
    return _built(payloads, frame, endpoint, misfits, lambda place: as_sent(*sent[place]))


def _built(
    payloads: Sequence[Payload],
    told: pl.DataFrame,
    endpoint: str,
    misfits: Sequence[tuple[Payload, bytes, str]],
    sent: Callable[[int], bytes],
) -> Built:
    days = pl.Series([game_date_of(payload.fetched_at) for payload in payloads], dtype=pl.Date)
    untold = [
        pl.lit(None, dtype).alias(name)
        for name, dtype in {**NBAC_PLAYER_LIST.schema, "weight": pl.String()}.items()
        if name not in told.columns
    ]
    frame = told.with_columns(*untold).with_columns(
        *(text_or_null(name) for name in TEXTS),
        game_date=days.gather(told[PAYLOAD]),
        endpoint=pl.lit(endpoint),
        team_id=pl.when(pl.col("team_id") != 0).then("team_id"),
        is_on_roster=(pl.col("roster_status") == ON_ROSTER).fill_null(False),
        weight_pounds=pl.col("weight"),
    )
    frame = frame.with_columns(
        *(_number_or_null(name, *limits) for name, limits in NUMBERS.items()), team=team_of("team_id")
    )
    stored, rejects = store(NBAC_PLAYER_LIST, payloads, frame, _faults(), sent)
    unfit = [Reject(payload, TABLE, row, reason, game_date_of(payload.fetched_at)) for payload, row, reason in misfits]
    return Built({TABLE: stored}, unfit + rejects)


def _number_or_null(column: str, low: int, high: int) -> pl.Expr:
    number = pl.col(column).cast(pl.String).str.strip_chars().str.to_integer(strict=False)
    return pl.when(number.is_between(low, high)).then(number).alias(column)


def _faults() -> list[Fault]:
    return [
        (pl.col("player_id") <= 0, pl.format("bad player id: {}", "player_id")),
        (absent_text("player_name"), "empty player name"),
        unknown_team("team_id", "team"),
    ]
