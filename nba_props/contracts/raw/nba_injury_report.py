"""Raw tables of the NBA's injury report."""

from __future__ import annotations

import polars as pl

from nba_props.contracts import columns as c
from nba_props.contracts.raw.quarantine import quarantine_table
from nba_props.contracts.table import Contract, Table

STATUSES = ("Out", "Doubtful", "Questionable", "Probable", "Available")


class NbacInjuryReport(Contract):
    """The NBA's injury reports: one row a report and listed player, or a report and team that listed nobody.

    A team without a listed player has one row with an empty player name: it has not submitted yet, or nobody is hurt.
    """

    game_date: pl.Date = c.game_date()
    report_at: c.Moment = c.moment("Time of the report as its pages tell it; from then on it was public.")
    home_team: str = c.team("Tricode of the home team.")
    away_team: str = c.team("Tricode of the visiting team.")
    team: str = c.team()
    player_name: str = c.text("Player, first name first, as the report spells him; empty if the team listed nobody.")
    status: str = c.text("How likely he plays; null if the team listed nobody.", nullable=True, isin=STATUSES)
    reason: str = c.text("Injury, illness, assignment, rest or suspension, if told.", nullable=True)
    is_submitted: bool = c.flag("Whether the team had submitted its report by then.")
    tip_off_at: c.Moment = c.moment("Scheduled tip-off, if the report tells it.", nullable=True)
    payload_id: str = c.payload_id()
    fetched_at: c.Moment = c.fetched_at()


NBAC_INJURY_REPORT = Table(
    "raw", "nbac_injury_report", NbacInjuryReport, ("game_date", "report_at", "team", "player_name")
)
NBAC_INJURY_REPORT_QUARANTINE = quarantine_table("nbac_injury_report")

TABLES = (NBAC_INJURY_REPORT, NBAC_INJURY_REPORT_QUARANTINE)
