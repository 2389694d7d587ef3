"""One thread that works on a database for the event loop: what waits is done in one transaction, in the order asked.

A commit costs more than the work in it, so a busy bot pays for few; an idle one waits for nobody. The thread keeps one
connection and speaks to its driver directly: SQLAlchemy's own execution costs several times what SQLite takes.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from queue import SimpleQueue
from threading import Thread
from typing import Any, TypeVar

from sqlalchemy import Engine, PoolProxiedConnection

from bot.store.database import BEGIN
from bot.store.prepared import Transaction

Result = TypeVar("Result")
Job = Callable[[Transaction], Result]

#: Calls in one transaction; more would let the first of them wait for the last.
BATCH_AT_MOST = 200
#: Of replicas that lock each other out, one always gets on; the other tries again.
TRIES_AT_MOST = 10
#: Another replica was in the way: a serialization failure, a deadlock; its room came or went in between (a foreign or
#: unique key). Source: https://www.postgresql.org/docs/current/errcodes-appendix.html
TRANSIENT = {"40001", "40P01", "23503", "23505"}

_log = logging.getLogger(__name__)


class _NoTransaction(Exception):
    """The database is out of reach, or locked: not each call is to find that out for itself."""


@dataclass(slots=True, eq=False)
class _Call:
    """A job, and who waits for its outcome: nobody if there is no future."""

    job: Job[Any]
    loop: asyncio.AbstractEventLoop | None = None
    future: asyncio.Future[Any] | None = None
    result: Any = None
    error: BaseException | None = None
    done: bool = False

    def tell(self) -> None:
        if self.future is None or self.future.done():  # done: the caller was cancelled
            return
        if self.error is None:
            self.future.set_result(self.result)
        else:
            self.future.set_exception(self.error)


class StoreThread:
    """Runs jobs, plain functions of a transaction, on a thread of its own.

    A job may be run again after the transaction that it stood in was undone, so it changes nothing but the database.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._calls: SimpleQueue[_Call | None] = SimpleQueue()
        self._connection: PoolProxiedConnection | None = None
        self._closing = False
        self._thread = Thread(target=self._work, name="store", daemon=True)
        self._thread.start()

    async def run(self, job: Job[Result]) -> Result:
        """What a job gives, once it is committed; a job that was begun is finished even if the caller is cancelled.

        Raises:
            RuntimeError: The store was closed.
            Exception: What the job, or the database, raised; nothing of that job is kept then.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Result] = loop.create_future()
        self._put(_Call(job, loop, future))
        return await future

    def post(self, job: Job[object]) -> None:
        """Have a job done that nobody waits for; a failure is logged."""
        self._put(_Call(job))

    async def close(self) -> None:
        """Finish what was asked for, and end."""
        if not self._closing:
            self._closing = True
            self._calls.put(None)
        await asyncio.to_thread(self._thread.join)

    def _put(self, call: _Call) -> None:
        if self._closing:
            raise RuntimeError("the store is closed")
        self._calls.put(call)

    def _work(self) -> None:
        going = True
        while going:
            batch: list[_Call] = []
            waiting = [self._calls.get()]
            while len(waiting) < BATCH_AT_MOST and not self._calls.empty():
                waiting.append(self._calls.get())
            for call in waiting:
                if call is None:
                    going = False
                else:
                    batch.append(call)
            self._serve(batch)
            _deliver(batch)
        self._disconnect()
        self._engine.dispose()

    def _serve(self, batch: list[_Call]) -> None:
        """Do all calls in one transaction; where one fails, each in its own."""
        try:
            if len(batch) > 1:
                try:
                    self._commit(batch)
                except _NoTransaction:
                    raise
                except Exception:  # noqa: BLE001 - whose it is shows below
                    _log.debug("%d calls are done one by one", len(batch))
                else:
                    return
            for call in batch:
                self._serve_alone(call)
        except _NoTransaction as error:
            for call in batch:
                if not call.done:
                    call.error = error.__cause__

    def _serve_alone(self, call: _Call) -> None:
        for attempt in range(1, TRIES_AT_MOST + 1):
            try:
                self._commit([call])
            except _NoTransaction:
                raise
            except Exception as error:  # noqa: BLE001 - the caller gets it
                if attempt < TRIES_AT_MOST and (self._connection is None or _sqlstate(error) in TRANSIENT):
                    continue
                call.error = error
                call.done = True
            return

    def _commit(self, batch: list[_Call]) -> None:
        try:
            connection = self._connection = self._connection or self._engine.raw_connection()
            cursor = connection.cursor()
            if self._engine.dialect.name == "sqlite":  # psycopg begins by itself
                cursor.execute(BEGIN)
        except Exception as error:
            self._disconnect()
            raise _NoTransaction from error
        try:
            transaction = Transaction(cursor)
            for call in batch:
                call.result = call.job(transaction)
            connection.commit()
        except BaseException as error:
            self._undo(connection, error)
            raise
        for call in batch:
            call.done = True

    def _undo(self, connection: PoolProxiedConnection, error: BaseException) -> None:
        if _is_lost(self._engine, connection, error):
            connection.invalidate()
            self._disconnect()
            return
        try:
            connection.rollback()
        except Exception:  # noqa: BLE001 - what went wrong first is what the caller is told
            _log.debug("a transaction could not be undone", exc_info=True)
            connection.invalidate()
            self._disconnect()

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _is_lost(engine: Engine, connection: PoolProxiedConnection, error: BaseException) -> bool:
    """Whether the connection to the database broke."""
    dialect = engine.dialect
    if dialect.loaded_dbapi is None or not isinstance(error, dialect.loaded_dbapi.Error):
        return False
    return dialect.is_disconnect(error, connection.dbapi_connection, None)


def _sqlstate(error: Exception) -> str | None:
    """What PostgreSQL calls an error; None for any other."""
    return getattr(error, "sqlstate", None)


def _deliver(batch: list[_Call]) -> None:
    """Tell each caller its outcome, with one call to its loop."""
    loops: dict[asyncio.AbstractEventLoop, list[_Call]] = {}
    for call in batch:
        if call.loop is not None:
            loops.setdefault(call.loop, []).append(call)
        elif call.error is not None:
            _log.error("the store could not do its housekeeping", exc_info=call.error)
    for loop, calls in loops.items():
        try:
            loop.call_soon_threadsafe(_tell, calls)
        except RuntimeError:  # the loop has ended, and nobody waits any more
            _log.debug("%d outcomes came after their loop had ended", len(calls))


def _tell(calls: list[_Call]) -> None:
    for call in calls:
        call.tell()
