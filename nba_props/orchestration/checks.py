"""Asset checks: every table's contract, and completeness where the schedule says what to expect."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from io import BytesIO
from typing import IO, Any

import dagster as dg
import polars as pl

from nba_props.contracts.raw import Quarantine
from nba_props.contracts.table import Table
from nba_props.game_calendar import DateRange
from nba_props.operations.coverage import OWED_SINCE_ASKED, OWES, Coverage, Owes, missing_games
from nba_props.orchestration.metadata import table_of
from nba_props.warehouse.parquet import PreparedTable

CONTRACT_CHECK = "contract"
COMPLETENESS_CHECK = "completeness"
REFUSED_CHECK = "nothing_refused"

_OPTIONAL = frozenset(name for name, owes in OWES.items() if owes is Owes.LINED)
"""Tables of odds: a game without lines holds nothing back, since every line stands for itself."""

_OF_GAMES = ("game_date", "game_id", "home_team", "away_team", "status")


@dataclass(frozen=True)
class Verdict:
    """Outcome of one check for one date."""

    check: str
    passed: bool
    is_blocking: bool
    severity: dg.AssetCheckSeverity = dg.AssetCheckSeverity.ERROR
    metadata: Mapping[str, Any] = field(default_factory=dict)
    description: str | None = None


def has_completeness_check(table: Table) -> bool:
    """Whether the table is judged against the schedule when it is made; raw odds are once they are conformed."""
    owes = OWES[table.full_name] is not Owes.NOTHING
    return owes and not table.full_name.startswith("raw.odds_") and table.full_name not in OWED_SINCE_ASKED


def check_specs(table: Table, partitions: dg.PartitionsDefinition | None) -> Iterator[dg.AssetCheckSpec]:
    """The checks of a table."""
    key = dg.AssetKey(table.asset_key)
    yield dg.AssetCheckSpec(
        CONTRACT_CHECK,
        asset=key,
        blocking=True,
        partitions_def=partitions,
        description="What is stored satisfies the table's contract: columns, types, keys, ranges.",
    )
    if is_quarantine(table):
        yield dg.AssetCheckSpec(
            REFUSED_CHECK,
            asset=key,
            blocking=False,
            partitions_def=partitions,
            description="Everything that the source sent could be stored.",
        )
    if has_completeness_check(table):
        yield dg.AssetCheckSpec(
            COMPLETENESS_CHECK,
            asset=key,
            blocking=table.full_name not in _OPTIONAL,
            partitions_def=partitions,
            description=f"Rows for {OWES[table.full_name].value}.",
        )


def is_quarantine(table: Table) -> bool:
    """Whether the table holds what an upstream sent that could not be stored."""
    return table.contract is Quarantine


def refused_verdict(rows: pl.DataFrame) -> Verdict:
    """Judge what of a date could not be stored: told with its reasons, never in the way of what could."""
    return Verdict(
        REFUSED_CHECK,
        passed=rows.is_empty(),
        is_blocking=False,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={
            "refused rows": rows.height,
            "payloads concerned": rows["payload_id"].n_unique(),
            **({"reasons": table_of(_reasons(rows).head(20))} if rows.height else {}),
        },
        description=f"{rows.height} rows or payloads were refused" if rows.height else None,
    )


def _reasons(rows: pl.DataFrame) -> pl.DataFrame:
    counted = rows.group_by("table", "reason").agg(pl.len().alias("rows"))
    return counted.sort("rows", "reason", descending=[True, False])


def completeness_verdict(table: Table, coverage: Coverage, floor: float) -> Verdict:
    """Judge the games that a date has rows of against those it owes."""
    complete = not coverage.missing
    enough = coverage.share >= floor
    is_optional = table.full_name in _OPTIONAL
    return Verdict(
        COMPLETENESS_CHECK,
        passed=complete,
        is_blocking=not is_optional,
        severity=dg.AssetCheckSeverity.WARN if enough or is_optional else dg.AssetCheckSeverity.ERROR,
        metadata={
            "games expected": coverage.expected,
            "games missing": len(coverage.missing),
            **({} if complete else {"missing games": table_of(_missing_games(coverage))}),
        },
        description=None if complete else f"{len(coverage.missing)} of {coverage.expected} games have no row",
    )


def _missing_games(coverage: Coverage) -> pl.DataFrame:
    return pl.DataFrame({"missing_game_id": list(coverage.missing)}, schema={"missing_game_id": pl.String})


def coverage_by_date(table: Table, frame: pl.LazyFrame, games: pl.LazyFrame, dates: DateRange) -> dict[date, Coverage]:
    """Coverage of every date of the range."""
    told = games.select(_OF_GAMES).collect().lazy()  # judged by way of several joins, and read once
    counted = missing_games(table, frame, told).filter(dates.is_in())
    found = {
        day: Coverage(expected, expected - len(missing), tuple(missing))
        for day, expected, missing in counted.iter_rows()
    }
    return {day: found.get(day, Coverage(0, 0)) for day in dates}


def verdicts(
    prepared: PreparedTable, coverages: Mapping[date, Coverage], floor: float
) -> dict[date | None, list[Verdict]]:
    """All verdicts of a prepared table, by date; a date that was held back has only its completeness."""
    table = prepared.table
    judged: dict[date | None, list[Verdict]] = {day: [verdict] for day, verdict in contract_verdicts(prepared).items()}
    if is_quarantine(table):
        refused = prepared.frame.partition_by("game_date", as_dict=True)
        for day in prepared.partitions:
            judged[day].append(refused_verdict(refused.get((day,), prepared.frame.head(0))))
    for day, coverage in coverages.items():
        judged.setdefault(day, []).append(completeness_verdict(table, coverage, floor))
    return judged


def contract_verdicts(prepared: PreparedTable) -> dict[date | None, Verdict]:
    """Whether the bytes of each partition hold rows that satisfy the contract; failing places are in the metadata.

    The bytes are read back. Where they give the very rows that were validated, these are not validated again.
    """
    is_clean = _read_back(prepared).equals(_by_partition(prepared))
    return {
        day: Verdict(CONTRACT_CHECK, passed=True, is_blocking=True, metadata={"rows": partition.rows})
        if is_clean
        else _contract_verdict(prepared.table, pl.read_parquet(partition.content))
        for day, partition in prepared.partitions.items()
    }


def _contract_verdict(table: Table, stored: pl.DataFrame) -> Verdict:
    violations = table.violations(stored)
    shown = {"violations": table_of(violations)} if violations.height else {}
    return Verdict(CONTRACT_CHECK, violations.is_empty(), is_blocking=True, metadata={"rows": stored.height, **shown})


def _read_back(prepared: PreparedTable) -> pl.DataFrame:
    """Rows of all partitions in their order; dates without rows share their bytes, which are read once."""
    contents = {id(partition.content): partition.content for partition in prepared.partitions.values()}
    bodies: list[IO[bytes]] = [BytesIO(content) for content in contents.values()]
    return pl.read_parquet(bodies, hive_partitioning=False) if bodies else prepared.table.empty()


def _by_partition(prepared: PreparedTable) -> pl.DataFrame:
    column = prepared.table.partition
    return prepared.frame if column is None else prepared.frame.sort(column, maintain_order=True)
