"""Dagster's SQLite event log, with its connections kept.

The stock storage opens an engine, compiles its statements and commits anew for every event. Here the engine of a shard
is kept, and the events of one table over a range of dates are one transaction. The schema and every statement are the
stock ones, so either can read what the other wrote. Writes are synchronised at SQLite's NORMAL level: a power cut may
lose the last events, never tear the log.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import sqlalchemy
from dagster._core.storage.event_log.sqlite.sqlite_event_log import SqliteEventLogStorage
from dagster._serdes import ConfigurableClassData
from sqlalchemy.engine import Connection, Engine

KEPT_ENGINES = 8
"""The index and the newest runs; older runs' engines are closed."""


class KeptSqliteEventLogStorage(SqliteEventLogStorage):
    """The stock SQLite event log storage, with a few engines kept open instead of one opened for each statement."""

    _engines: OrderedDict[str, Engine] | None = None
    _held: dict[str, Connection] | None = None

    @classmethod
    def from_config_value(
        cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]
    ) -> KeptSqliteEventLogStorage:
        """An instance of this class; the stock method names its own class."""
        return cls(inst_data=inst_data, **config_value)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Store everything inside the block as one transaction a shard; other writers wait for its end."""
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
        if self._engines is None:
            self._engines = OrderedDict()
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
        """Close every kept engine."""
        while self._engines:
            self._engines.popitem()[1].dispose()
        super().dispose()


def _set_synchronisation(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA synchronous = NORMAL")
