"""Basketball Reference: the roster on a team's page, into ``raw.br_rosters``. A payload row is a line of the roster.

No recording of such a page was had. The layout is that of a page of 2021-22 kept in a public repository and of what
public scrapers have read since: a table with the id ``roster``, at times inside a comment, whose cells are named by
``data-stat`` (``number``, ``player``, ``pos``, ``height``, ``weight``, ``birth_date``, ``birth_country`` or lately
``flag``, ``years_experience``, ``college``), in the cell ``player`` a link to the player's own page and ``(TW)`` behind
it for a two-way contract, and sortable values in ``csk``. Team and season are told by the page's address, in the
source's own team codes.

Only the table is handed to the HTML parser, cut out of the page and limited in size: HTML5 parsers take quadratic time
for hostile nesting, and a table that does not end tells that the page was cut off.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import timedelta

import msgspec
import polars as pl
from msgspec import Struct
from selectolax.lexbor import LexborHTMLParser, LexborNode

from nba_props.archive.payload import MalformedPayload, Payload
from nba_props.contracts.raw.basketball_reference import BR_QUARANTINE, BR_ROSTERS
from nba_props.game_calendar import game_date_of, season_of
from nba_props.settings import Settings
from nba_props.teams import TRICODES
from nba_props.upstreams.asking import Past, Per, Rule, Subject
from nba_props.upstreams.bodies import path_of, readable_body
from nba_props.upstreams.endpoint import Built, Coverage, Endpoint, Reject
from nba_props.upstreams.requests import Request
from nba_props.upstreams.sifting import CONTRADICTED, Fault, absent_text, latest_of_key, sift
from nba_props.upstreams.upstream import Upstream

SOURCE = "basketball_reference"
ROSTERS = "rosters"

OWN_CODES = {"BKN": "BRK", "CHA": "CHO", "PHX": "PHO"}
"""Tricodes for which the source has codes of its own."""

CODE_BY_TRICODE = {tricode: OWN_CODES.get(tricode, tricode) for tricode in TRICODES}
TRICODE_BY_CODE = {code: tricode for tricode, code in CODE_BY_TRICODE.items()}

TABLE = BR_ROSTERS.full_name
LARGEST_TABLE_BYTES = 2**16
"""A genuine roster has about 600 bytes a player."""

PAGE = re.compile(r"/teams/([A-Z]{3})/(\d{4})\.html$")
TABLE_START = re.compile(rb"(?i)<table\b[^<>]{0,2000}?\bid\s*=\s*[\"']?roster[\"'\s>]")
TABLE_END = b"</table>"
PLAYER_PAGE = re.compile(r"^/players/[a-z]/([a-z0-9'.-]{3,20})\.html$")
TWO_WAY = "(TW)"

COLUMNS = {
    "number": "jersey_number",
    "pos": "position",
    "height": "height",
    "weight": "weight",
    "birth_date": "birth_date_text",
    "years_experience": "experience",
    "college": "college",
}
"""Cells that every roster must have beside the player, and what they are here."""

OPTIONAL_COLUMNS = {"birth_country": "birth_country", "flag": "birth_country"}


class RosterLine(Struct, gc=False):
    """A line of a roster, as the page has it; what it lacks is an empty text."""

    player_name: str = ""
    source_player_id: str = ""
    is_two_way: bool = False
    jersey_number: str = ""
    position: str = ""
    height: str = ""
    weight: str = ""
    birth_date_text: str = ""
    birth_date_key: str = ""
    birth_country: str = ""
    experience: str = ""
    college: str = ""


class Roster(Struct):
    """A decoded page."""

    code: str
    season: str
    lines: list[RosterLine]


def request_roster(settings: Settings, subject: Subject) -> Request:
    """The page of the subject's team in the season of its date; the source names a season by the year it ends in."""
    code = CODE_BY_TRICODE[str(subject.team)]
    year = int(season_of(subject.game_date)[:4]) + 1
    return Request(
        source=SOURCE,
        endpoint=ROSTERS,
        game_date=subject.game_date,
        base_url=settings.basketball_reference_url,
        path=f"/teams/{code}/{year}.html",
        headers=(("Accept", "text/html"), ("Accept-Language", "en-US,en;q=0.9"), ("User-Agent", "nba-props")),
    )


def decode_roster(payload: Payload) -> Roster:
    """The lines of a team page's roster.

    Raises:
        MalformedPayload: no team's page, no whole roster on it, or a column of it is absent or renamed.
    """
    address = PAGE.search(path_of(payload.url))
    if address is None:
        raise MalformedPayload("the address is not that of a team's page")
    code, year = address.group(1), int(address.group(2))
    page = LexborHTMLParser(_table(readable_body(payload)).decode("utf-8", errors="replace"))
    rows = [_cells(row) for row in _rows(page)]
    named = {name for cells in rows for name in cells}
    absent = [name for name in ("player", *COLUMNS) if name not in named]
    if absent:
        raise MalformedPayload(f"columns of the roster are absent or renamed: {', '.join(absent)}")
    # Headings, which may be repeated among the lines, have no cell but header cells.
    lines = [_line(cells) for cells in rows if any(cell.tag == "td" for cell in cells.values())]
    return Roster(code, f"{year - 1}-{year % 100:02d}", lines)


def build_rosters(pages: Sequence[tuple[Payload, Roster]]) -> Built:
    """Rows and rejects of decoded rosters."""
    frame = _frame(pages)
    good, bad = sift(frame, FAULTS)
    good, contradicted = latest_of_key(good, ("owner", *BR_ROSTERS.key), beside=("row_number",))
    bad = pl.concat([bad, contradicted.with_columns(reason=pl.lit(CONTRADICTED))])
    lines = [line for _, roster in pages for line in roster.lines]
    rejects = [
        Reject(pages[owner][0], TABLE, msgspec.json.encode(lines[number]), reason, day)
        for number, owner, reason, day in bad.select("row_number", "owner", "reason", "game_date").iter_rows()
    ]
    return Built({TABLE: good.select(pl.col(name).cast(dtype) for name, dtype in BR_ROSTERS.schema.items())}, rejects)


def roster_coverage(payload: Payload) -> Coverage:
    """The day on which a page was fetched: it tells no other."""
    return Coverage((game_date_of(payload.fetched_at),))


def _table(body: bytes) -> bytes:
    start = TABLE_START.search(body)
    if start is None:
        raise MalformedPayload("the page has no roster")
    end = body.find(TABLE_END, start.start(), start.start() + LARGEST_TABLE_BYTES)
    if end < 0:
        raise MalformedPayload(f"the roster does not end within {LARGEST_TABLE_BYTES} bytes; the page may be cut off")
    return body[start.start() : end + len(TABLE_END)]


def _rows(page: LexborHTMLParser) -> Iterator[LexborNode]:
    """The rows of the table itself, not of anything nested in it."""
    table = page.css_first("table")
    for section in table.iter() if table is not None else ():
        yield from (row for row in section.iter() if row.tag == "tr")


def _cells(row: LexborNode) -> dict[str, LexborNode]:
    """The cells of a row by their names; of one given twice the first."""
    cells: dict[str, LexborNode] = {}
    for cell in row.iter():
        name = cell.attributes.get("data-stat")
        if name:
            cells.setdefault(name, cell)
    return cells


def _line(cells: dict[str, LexborNode]) -> RosterLine:
    line = RosterLine()
    for name, ours in (COLUMNS | OPTIONAL_COLUMNS).items():
        if name in cells:
            setattr(line, ours, _text(cells[name]))
    if "birth_date" in cells:
        line.birth_date_key = cells["birth_date"].attributes.get("csk") or ""
    if "player" in cells:
        player = cells["player"]
        line.is_two_way = TWO_WAY in _text(player)
        link = player.css_first("a")
        line.player_name = _text(link or player).replace(TWO_WAY, "").strip()
        address = PLAYER_PAGE.match(link.attributes.get("href") or "") if link is not None else None
        line.source_player_id = address.group(1) if address else ""
    return line


def _text(node: LexborNode) -> str:
    """A node's text with single blanks."""
    return " ".join(node.text(deep=True).split())


def _frame(pages: Sequence[tuple[Payload, Roster]]) -> pl.DataFrame:
    owners = pl.Series("owner", [owner for owner, (_, roster) in enumerate(pages) for _ in roster.lines], pl.Int64)
    lines = [line for _, roster in pages for line in roster.lines]
    told = [
        pl.Series(name, [getattr(line, name) for line in lines], pl.Boolean if name == "is_two_way" else pl.String)
        for name in RosterLine.__struct_fields__
    ]
    of_pages = [
        pl.Series("payload_id", [payload.payload_id for payload, _ in pages], pl.String),
        pl.Series("fetched_at", [payload.fetched_at for payload, _ in pages], pl.Datetime("us", "UTC")),
        pl.Series("game_date", [game_date_of(payload.fetched_at) for payload, _ in pages], pl.Date),
        pl.Series("season", [roster.season for _, roster in pages], pl.String),
        pl.Series("code", [roster.code for _, roster in pages], pl.String),
    ]
    frame = pl.DataFrame([*told, owners, *(series.gather(owners) for series in of_pages)])
    return frame.with_row_index("row_number").with_columns(**_derived())


def _derived() -> dict[str, pl.Expr]:
    def or_null(name: str) -> pl.Expr:
        return pl.when(pl.col(name) != "").then(name)

    experience = pl.when(pl.col("experience") == "R").then(pl.lit("0")).otherwise("experience")
    born = [("birth_date_key", "%Y%m%d"), ("birth_date_text", "%B %d, %Y")]
    return {
        "team": pl.col("code").replace_strict(TRICODE_BY_CODE, default=None, return_dtype=pl.String),
        "weight_pounds": pl.col("weight").str.extract(r"^(\d{1,3})$").cast(pl.Int64),
        "birth_date": pl.coalesce(pl.col(name).str.to_date(layout, strict=False) for name, layout in born),
        "years_of_experience": experience.str.extract(r"^(\d{1,2})$").cast(pl.Int64),
        "birth_country": pl.col("birth_country").str.extract(r"([A-Za-z]{2})$").str.to_lowercase(),
        **{name: or_null(name) for name in ("jersey_number", "position", "height", "college")},
    }


OLDEST, YOUNGEST = timedelta(days=60 * 365), timedelta(days=15 * 365)


def _faults() -> list[Fault]:
    age = pl.col("game_date") - pl.col("birth_date")
    return [
        (pl.col("team").is_null(), pl.format("unknown team: {}", "code")),
        (absent_text("player_name"), "the line has no player"),
        (pl.col("player_name").str.contains("\ufffd"), "the player's name is damaged"),
        (pl.col("source_player_id") == "", "the player has no page of his own"),
        (
            (pl.col("weight") != "") & (pl.col("weight_pounds").fill_null(0) == 0),
            pl.format("weight is no weight: {}", "weight"),
        ),
        (
            (pl.col("birth_date_text") != "") & pl.col("birth_date").is_null(),
            pl.format("birth_date is no date: {}", "birth_date_text"),
        ),
        (~age.is_between(YOUNGEST, OLDEST), pl.format("impossible birth_date: {}", "birth_date")),
        (
            (pl.col("experience") != "") & pl.col("years_of_experience").is_null(),
            pl.format("years_experience is no number: {}", "experience"),
        ),
        (pl.col("years_of_experience") > 40, pl.format("impossible years_experience: {}", "experience")),
    ]


FAULTS = _faults()

ROSTER_PAGES = Endpoint(
    source=SOURCE,
    name=ROSTERS,
    path=r"/teams/[A-Z]{3}/\d{4}\.html",
    tables=(TABLE,),
    parser_version=1,
    decode=decode_roster,
    build=build_rosters,
    speaks_of=roster_coverage,
    rule=Rule(Per.TEAM, every="rosters_interval_minutes", past=Past.NOTHING),
    request=request_roster,
)

UPSTREAM = Upstream(SOURCE, (ROSTER_PAGES,), BR_QUARANTINE, kind="html")
