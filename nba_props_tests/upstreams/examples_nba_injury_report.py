"""A small injury report, as the simulated league renders it; not compressed, so that a change in it changes a text."""

from __future__ import annotations

from datetime import UTC, datetime

from nba_props.archive.payload import Payload
from nba_props.simulator.injury_reports_rendering import Cells, render_injury_report
from nba_props_tests.upstreams.exchanges import payload

AT = datetime(2026, 1, 13, 22, 15, tzinfo=UTC)
FOLDER = "https://ak-static.cms.nba.com/referee/injury"
URL = f"{FOLDER}/Injury-Report_2026-01-13_05_15PM.pdf"
TONIGHT = ("01/13/2026", "07:30 (ET)", "PHX@MIA")
TOMORROW = ("01/14/2026", "12:00 (ET)", "LAC@GSW")
LONG = "Injury/Illness - Right Great Toe; Bilateral Sesamoiditis Return to Competition Reconditioning"

ROWS = (
    Cells(*TONIGHT, "Phoenix Suns", "Allen, Grayson", "Questionable", LONG),
    Cells(*TONIGHT, "Phoenix Suns", "O'Neale, Royce", "Probable", "Rest"),
    Cells(*TONIGHT, "Miami Heat", "Jaquez Jr., Jaime", "Out", "Injury/Illness - Left Groin; Strain"),
    Cells(*TONIGHT, "Miami Heat", "Jovic, Nikola", "Available", "G League - On Assignment"),
    Cells(*TOMORROW, "LA Clippers"),
    Cells(*TOMORROW, "Golden State Warriors", "Payton II, Gary", "Doubtful", "Injury/Illness - Back; Spasms"),
)


def report(*rows: Cells) -> Payload:
    """The example report with other rows."""
    return payload(URL, render_injury_report(AT, rows))


def examples() -> dict[str, Payload]:
    """A report of the one endpoint, no row refused."""
    return {"injury_report": payload(URL, render_injury_report(AT, ROWS, is_compressed=False))}
