"""A small roster page of Basketball Reference."""

from __future__ import annotations

from nba_props.archive.payload import Payload
from nba_props_tests.upstreams.exchanges import payload

URL = "https://www.basketball-reference.com/teams/PHO/2025.html"
COLUMNS = (
    "number",
    "player",
    "pos",
    "height",
    "weight",
    "birth_date",
    "birth_country",
    "years_experience",
    "college",
)


def link(name: str = "Devin Booker", identity: str = "bookede01") -> str:
    return f'<a href="/players/{identity[:1]}/{identity}.html">{name}</a>'


def line(columns: tuple[str, ...] = COLUMNS, /, **changes: str) -> str:
    """A line of a roster; a value may hold markup, and ``birth_key`` is the sortable date of birth."""
    cells = {
        "number": "1",
        "player": link(),
        "pos": "SG",
        "height": "6-5",
        "weight": "206",
        "birth_date": "October 30, 1996",
        "birth_country": '<span class="f-i f-us">us</span>',
        "years_experience": "9",
        "college": '<a href="/friv/colleges.fcgi?college=kentucky">Kentucky</a>',
        "birth_key": "19961030",
    } | changes
    return "<tr>" + "".join(_cell(name, cells) for name in columns) + "</tr>"


def _cell(name: str, cells: dict[str, str]) -> str:
    tag = "th" if name == "number" else "td"
    sortable = f' csk="{cells["birth_key"]}"' if name == "birth_date" and cells["birth_key"] else ""
    return f'<{tag} data-stat="{name}"{sortable}>{cells[name]}</{tag}>'


def page(*lines: str, columns: tuple[str, ...] = COLUMNS) -> str:
    headings = "".join(f'<th data-stat="{name}" scope="col">{name}</th>' for name in columns)
    return f"""<!DOCTYPE html><html><head><title>Roster</title></head><body>
<table id="summary"><tr><td data-stat="player">nobody</td></tr></table>
<div id="div_roster"><table class="stats_table" id="roster" data-cols-to-freeze=",2"><caption>Roster Table</caption>
<thead><tr>{headings}</tr></thead><tbody>{"".join(lines)}</tbody></table></div>
<table id="per_game"><tr><td data-stat="player">nobody</td></tr></table></body></html>"""


def examples() -> dict[str, Payload]:
    """A page of the one endpoint, every cell filled, no line refused."""
    two_way = link("Koby Bréa", "breako01") + '&nbsp;&nbsp;<span class="note"><small>(TW)</small></span>'
    newcomer = line(number="14", player=two_way, years_experience="R", birth_date="November 12, 2002", birth_key="")
    return {"rosters": payload(URL, page(line(), newcomer).encode())}
