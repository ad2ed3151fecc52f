"""Dagster's SQLite event log, with its connections kept and many events stored at once.

The stock storage opens an engine, compiles its statements and commits anew for every event. Here the engine of a shard
is kept, and a batch of events takes one statement for each of the log's tables and one transaction for each shard. The
schema and every row are the stock ones, so either can read what the other wrote. Writes are synchronised at SQLite's
NORMAL level: a power cut may lose the last events, never tear the log.
"""

from __future__ import annotations

import threading
from collections import OrderedDict, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import sqlalchemy
from dagster import DagsterEventType, EventLogEntry
from dagster._core.events import ASSET_CHECK_EVENTS, ASSET_EVENTS, EVENT_TYPE_TO_PIPELINE_RUN_STATUS
from dagster._core.storage.event_log.schema import SqlEventLogStorageTable
from dagster._core.storage.event_log.sqlite.sqlite_event_log import SqliteEventLogStorage
from dagster._serdes import ConfigurableClassData
from sqlalchemy.engine import Connection, Engine

from nba_props.orchestration.event_batches import Row, Stored, insert_events, newest_of_assets, store_evaluations

KEPT_ENGINES = 8
"""The index and the newest runs; older runs' engines are closed."""

_INDEXED = ASSET_EVENTS | ASSET_CHECK_EVENTS | EVENT_TYPE_TO_PIPELINE_RUN_STATUS.keys()
"""What is written to the index as well as to the run's own shard."""

_WAITING = frozenset(
    {
        DagsterEventType.STEP_INPUT,
        DagsterEventType.LOADED_INPUT,
        DagsterEventType.STEP_OUTPUT,
        DagsterEventType.HANDLED_OUTPUT,
    }
)
"""What a step tells of its way: stored together with the next other event, such as the one that ends the step."""


class KeptSqliteEventLogStorage(SqliteEventLogStorage):
    """The stock SQLite event log storage, with a few engines kept open and batches stored as batches."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        self._engines: OrderedDict[str, Engine] = OrderedDict()
        self._held: dict[str, Connection] | None = None
        self._of_thread = threading.local()
        self._tables: set[str] = set()
        super().__init__(base_dir, inst_data)
        lock: Any = threading.RLock()
        self._db_lock = lock  # the stock methods, which take it, are used inside a batch's transaction

    @classmethod
    def from_config_value(
        cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]
    ) -> KeptSqliteEventLogStorage:
        """An instance of this class; the stock method names its own class."""
        return cls(inst_data=inst_data, **config_value)

    @contextmanager
    def gathered(self) -> Iterator[None]:
        """Store what this thread tells inside the block as one batch at its end; after an error, nothing of it."""
        events: list[EventLogEntry] = []
        self._of_thread.gathered = events
        try:
            yield
        finally:
            self._of_thread.gathered = None
        self.store_event_batch([*self._waited(), *events])

    def store_event(self, event: EventLogEntry) -> None:
        """Store an event, with those of this thread that waited for it; inside ``gathered`` it is kept for later."""
        gathered: list[EventLogEntry] | None = getattr(self._of_thread, "gathered", None)
        if gathered is not None:
            gathered.append(event)
        elif event.dagster_event_type in _WAITING:
            self._of_thread.waiting = [*getattr(self._of_thread, "waiting", ()), event]
        elif waited := self._waited():
            self.store_event_batch([*waited, event])
        else:
            super().store_event(event)

    def _waited(self) -> list[EventLogEntry]:
        waited: list[EventLogEntry] = getattr(self._of_thread, "waiting", [])
        self._of_thread.waiting = []
        return waited

    def store_event_batch(self, events: Sequence[EventLogEntry]) -> None:
        """Store events, all or none, as the stock storage stores them one by one."""
        rows = [(event, self._event_to_row(event)) for event in events]
        of_runs: defaultdict[str, list[Row]] = defaultdict(list)
        for event, row in rows:
            of_runs[event.run_id].append(row)
        with self._one_transaction():
            for run_id, own in of_runs.items():
                with self.run_connection(run_id) as connection:
                    connection.execute(SqlEventLogStorageTable.insert(), own)
            indexed = [(event, row) for event, row in rows if event.dagster_event_type in _INDEXED]
            if indexed:
                with self.index_connection() as connection:
                    self._index(connection, insert_events(connection, indexed))

    def _index(self, connection: Connection, stored: Sequence[Stored]) -> None:
        """Bring the tables of tags, assets and checks up to date with events that lie in the index."""
        of_assets = [each for each in stored if each.type in ASSET_EVENTS and each.told.asset_key]
        self._store_asset_event_tags(
            connection, [each.event for each in of_assets], [each.event_id for each in of_assets]
        )
        for each in newest_of_assets(of_assets):
            self._store_asset_event(connection, each.event, each.event_id)
        for each in stored:
            if each.type in ASSET_CHECK_EVENTS and not each.is_evaluation_of_run:
                self.store_asset_check_event(each.event, each.event_id)
        store_evaluations(connection, (each for each in stored if each.is_evaluation_of_run))

    def has_table(self, table_name: str) -> bool:
        """Whether the index has a table; one that is there is looked for once."""
        if table_name not in self._tables and super().has_table(table_name):
            self._tables.add(table_name)
        return table_name in self._tables

    @contextmanager
    def _one_transaction(self) -> Iterator[None]:
        """Everything inside the block is one transaction a shard; other threads wait for its end."""
        with self._db_lock:
            self._held = {}
            try:
                yield
                for connection in self._held.values():
                    connection.commit()
            finally:
                held, self._held = self._held, None
                for connection in held.values():
                    connection.close()

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        with self._db_lock:
            engine = self._kept_engine(shard)
            if shard not in self._initialized_dbs:
                self._initdb(engine)
                self._initialized_dbs.add(shard)
            if self._held is not None:
                if shard not in self._held:
                    self._held[shard] = engine.connect()
                    self._held[shard].begin()  # else the stock code begins and commits one for each asset event
                yield self._held[shard]
                return
            with engine.connect() as connection, connection.begin():
                yield connection

    def _kept_engine(self, shard: str) -> Engine:
        engine = self._engines.pop(shard, None) or self._opened(shard)
        self._engines[shard] = engine
        while len(self._engines) > KEPT_ENGINES:
            self._engines.popitem(last=False)[1].dispose()
        return engine

    def _opened(self, shard: str) -> Engine:
        engine = sqlalchemy.create_engine(
            self.conn_string_for_shard(shard), connect_args={"timeout": 60, "check_same_thread": False}
        )
        sqlalchemy.event.listen(engine, "connect", _set_synchronisation)
        return engine

    def dispose(self) -> None:
        """Store what waits in this thread, and close every kept engine."""
        if waited := self._waited():
            self.store_event_batch(waited)
        while self._engines:
            self._engines.popitem()[1].dispose()
        super().dispose()


def _set_synchronisation(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA synchronous = NORMAL")
