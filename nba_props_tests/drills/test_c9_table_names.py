"""A table's name was misspelt in SQL: 404 every night. Here names exist once, in the contracts: every view is generated
from them and runs, and a name that there is not is refused where it is written, not at night."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, time

import duckdb
import pytest

from nba_props.contracts.conformed import GAMES
from nba_props.contracts.operations import ALERTS
from nba_props.contracts.raw import NBAC_SCHEDULE
from nba_props.contracts.registry import TABLES
from nba_props.contracts.table import Table
from nba_props.game_calendar import eastern_moment
from nba_props.orchestration import graph
from nba_props.orchestration.step import Read
from nba_props.simulator import League
from nba_props.upstreams import nba_com, odds_api, registry
from nba_props.upstreams.asking import Listing, Rule
from nba_props.upstreams.endpoint import Endpoint
from nba_props.warehouse import sql
from nba_props.warehouse.parquet import ParquetWarehouse
from nba_props_tests.drills.judging import drill_over
from nba_props_tests.drills.platform import Drill, world

DAY = date(2025, 1, 9)
LEAGUE = League(seed=5, today=DAY, history_seasons=0)
MISSPELT = Table("raw", "nbac_scheduel", NBAC_SCHEDULE.contract, NBAC_SCHEDULE.key)


@pytest.fixture(scope="module")
def drill(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Drill]:
    with (
        world(LEAGUE, eastern_moment(DAY, time(10))) as told,
        drill_over(
            told, tmp_path_factory.mktemp("home"), DAY, tables=("conformed.games",), sources=("nba_com",)
        ) as opened,
    ):
        opened.tick()
        yield opened


def holds(drill: Drill) -> None:
    """Every table that the graph makes can be asked for by its key, stored or not, and gives its rows."""
    made = [table for step in graph.STEPS for table in step.tables]
    with sql.connect(drill.platform.warehouse) as connection:
        for table in (*made, ALERTS):
            try:
                asked = connection.sql(f"FROM {table.full_name}")
            except duckdb.CatalogException as error:
                raise AssertionError(f"there is no view of {table.full_name}: {error}") from error
            assert asked.columns == table.schema.names(), table.full_name
            assert len(asked.fetchall()) == drill.table(table.full_name).height, table.full_name
    assert drill.table("conformed.games").height > 0


def test_every_table_of_the_graph_has_its_view_and_the_view_runs(drill: Drill) -> None:
    holds(drill)


def test_control_a_view_written_by_hand_under_a_misspelt_name_leaves_its_table_without(
    drill: Drill, monkeypatch: pytest.MonkeyPatch
) -> None:
    generated = sql.view_statement

    def by_hand(warehouse: ParquetWarehouse, table: Table) -> str:
        return generated(warehouse, table).replace('VIEW "conformed"."games"', 'VIEW "conformed"."game"')

    monkeypatch.setattr(sql, "view_statement", by_hand)
    with pytest.raises(AssertionError, match=r"there is no view of conformed\.games"):
        holds(drill)


@pytest.mark.parametrize("name", ["conformed.game", "conform.games", "raw.nbac_scheduel"])
def test_a_query_of_a_misspelt_name_is_refused_with_what_there_is(name: str, drill: Drill) -> None:
    with pytest.raises(duckdb.CatalogException, match=r"Table with name \S+ does not exist"):
        sql.query(drill.platform.warehouse, f"SELECT count(*) FROM {name}")
    with pytest.raises(KeyError, match=r"no table .*; there are .*conformed\.games"):
        drill.table(name)


def test_a_step_that_makes_or_reads_a_misspelt_table_cannot_be_registered() -> None:
    step = next(each for each in graph.STEPS if each.tables == (GAMES,))
    with pytest.raises(KeyError, match=r"no table 'raw\.nbac_scheduel'"):
        graph.register([replace(step, tables=(MISSPELT,))])
    with pytest.raises(KeyError, match=r"no table 'raw\.nbac_scheduel'"):
        graph.register([replace(step, reads={"nbac_schedule": Read(MISSPELT)})])


def listed_by(table: str) -> Endpoint:
    rule = odds_api.EVENT_ODDS.rule
    assert isinstance(rule, Rule)
    return replace(odds_api.EVENT_ODDS, rule=replace(rule, listed_by=Listing(table)))


@pytest.mark.parametrize(
    "endpoint",
    [replace(nba_com.SCHEDULE, tables=(MISSPELT.full_name,)), listed_by(MISSPELT.full_name)],
    ids=["fed", "listed by"],
)
def test_an_endpoint_with_a_misspelt_table_cannot_be_registered(endpoint: Endpoint) -> None:
    upstream = replace(nba_com.UPSTREAM, endpoints=(endpoint,))
    with pytest.raises(KeyError, match=r"no table 'raw\.nbac_scheduel'"):
        registry.register((upstream,))


def test_names_exist_once() -> None:
    names = [table.full_name for table in TABLES.values()]
    made = [table.full_name for step in graph.STEPS for table in step.tables]
    assert list(TABLES) == names and len(made) == len(set(made))
    assert {*made, ALERTS.full_name} == set(names)
    for table in TABLES.values():
        assert table.asset_key == tuple(table.full_name.split("."))
