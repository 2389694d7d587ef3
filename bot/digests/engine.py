"""The job engine: DBOS, on the database of the store. The only module that knows it.

Each second, what is due is taken and handed to the engine in one transaction. A job holds postings of one account, by their
keys; of an account one job runs at a time, in whatever process holds a connection to its platform. A process that dies
leaves its jobs behind: started again under the same name it goes on with them, and if it never comes back another takes
them over. Rows of the engine's own are deleted a day after their job has ended.

DBOS by itself would run its schedules in a thread each, and twice on an autumn night; keep every finished job; keep the
jobs of a process that never returns waiting for it; and, with the program changed, never begin what was enqueued before. So
it gets no schedule, and the rest is done here.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import groupby
from typing import Any

from dbos import DBOS, DBOSClient, DBOSConfig, Serializer
from sqlalchemy import Connection, Engine, create_engine, event, or_, select, text
from sqlalchemy.exc import DBAPIError, ResourceClosedError

from bot.digests.send import Carrier, Run
from bot.digests.subscriptions import Lateness, Reason, Sending, State, Subscription
from bot.message import EPOCH
from bot.store.database import engine_for
from bot.store.digests import Ledger, transaction_on
from bot.store.tables import postings, subscriptions

log = logging.getLogger(__name__)

#: What DBOS calls the program; its version changes only when the steps of a job do, for jobs of another are not begun.
NAME, VERSION = "hearings", "1"
JOB, STEP = "digests", "post"
TICK_SECONDS = 1.0
#: Due subscriptions taken in one transaction, and postings in one job at most.
TAKEN_AT_MOST, IN_A_JOB_AT_MOST = 50, 20
#: Seconds between two such transactions while more is due: a SQLite file has one writer at a time, and who waits for it
#: looks again only now and then. Answers to people are written meanwhile.
BREATH_SECONDS = 0.15
#: Jobs, that is accounts, at the same time in one process.
JOBS_AT_MOST = 500
#: A process says so often that it is alive; one that has not for so long is taken for dead if nobody holds its name.
BEAT, SILENT = timedelta(seconds=5), timedelta(seconds=20)
#: A record on which a job should long have worked is handed over anew, so often.
SWEEP = timedelta(minutes=30)
#: For how long a pause by the bot is told of, where its platform could not be reached before.
TOLD_WITHIN = timedelta(days=2)
#: How long the engine keeps the rows of an ended job, and how often and how many of them are deleted at once.
KEPT, PRUNED_EVERY, PRUNED_AT_ONCE = timedelta(days=1), timedelta(minutes=10), 500
#: Names that processes on one PostgreSQL may have: 1 to this.
REPLICAS_AT_MOST = 64
#: The first half of the advisory locks that hold the names; any number of our own.
NAME_LOCK = 0x44494745
#: A PostgreSQL that hears nothing of a process for about this long lets go of its name.
#: Source: https://www.postgresql.org/docs/current/runtime-config-connection.html#GUC-TCP-KEEPALIVES-IDLE
KEEPALIVE = "SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3"


class _Plain(Serializer):
    """Jobs as JSON: keys and numbers, readable, and nothing that is executed when it is read."""

    def serialize(self, data: Any) -> str:
        return json.dumps(data if not isinstance(data, BaseException) else type(data).__name__)

    def deserialize(self, serialized_data: str) -> Any:
        return json.loads(serialized_data)

    def name(self) -> str:
        return "hearings_json"


def queue_of(platform: str) -> str:
    """The queue of a platform's jobs, taken only by who holds its connection."""
    return f"digests-{platform}"


@asynccontextmanager
async def running(
    url: str,
    platforms: Sequence[str],
    carrier: Carrier,
    ledger: Ledger,
    run: Run,
    connected: Callable[[], Iterable[str]],
    lateness: Lateness,
    clock: Callable[[], datetime],
) -> AsyncIterator[None]:
    """Digests are posted while this is entered. One at a time in a process.

    Args:
        url: The store's database.
        platforms: Those that this process may connect to.
        connected: Those that it is connected to now; what is due on others is not taken.

    Raises:
        StoreError: The database's URL has another form.
    """
    engine = engine_for(url)
    own = _of_its_own(engine)
    try:
        replica = await asyncio.to_thread(_Replica.claim, engine)
        try:
            _launch(engine, own, platforms, carrier, replica.name)
            for platform in platforms:
                await DBOS.register_queue_async(
                    queue_of(platform),
                    partition_concurrency=1,
                    worker_concurrency=JOBS_AT_MOST,
                    polling_interval_sec=TICK_SECONDS,
                    on_conflict="always_update",
                )
            client = DBOSClient(system_database_engine=engine, serializer=_Plain(), application_name=NAME)
            ticker = _Ticker(engine, client, ledger, run, connected, lateness, clock, replica, carrier)
            tasks = [asyncio.create_task(ticker.tick()), asyncio.create_task(ticker.keep())]
            try:
                yield
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
                await carrier.stop()
        finally:
            await asyncio.to_thread(DBOS.destroy)
            # DBOS puts its own threads in the place of the loop's, and ends them.
            asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor())
            await asyncio.to_thread(replica.let_go)
    finally:
        engine.dispose()
        if own is not None:
            own.dispose()


def _of_its_own(engine: Engine) -> Engine | None:
    """DBOS's connections to a SQLite file, fewer and with less waiting for the disk than it makes them; None for others."""
    if engine.dialect.name != "sqlite":
        return None
    made = create_engine(engine.url, pool_size=2, max_overflow=0, hide_parameters=True)

    def connect(connection: Any, _record: object) -> None:
        connection.isolation_level = "IMMEDIATE"
        connection.execute("PRAGMA busy_timeout = 30000")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA synchronous = NORMAL")

    event.listen(made, "connect", connect)
    return made


def _launch(engine: Engine, own: Engine | None, platforms: Sequence[str], carrier: Carrier, name: str) -> None:
    _quiet()
    DBOS(
        config=DBOSConfig(
            name=NAME,
            system_database_url=engine.url.render_as_string(hide_password=False),
            application_version=VERSION,
            executor_id=name,
            system_database_engine=own,
            serializer=_Plain(),
            log_level="WARNING",
            sys_db_pool_size=5,
            use_listen_notify=False,
            scheduler_polling_interval_sec=3600.0,
        )
    )

    async def post(platform: str, account: str, keys: list[str]) -> dict[str, Any]:
        left = await carrier.carry(platform, account, keys)
        return {"keys": left.keys, "seconds": left.seconds, "later": left.later}

    step = DBOS.step(name=STEP)(post)

    async def job(platform: str, account: str, keys: list[str]) -> None:
        while keys:
            given = await step(platform, account, keys)
            for key, seconds in given["later"]:
                await DBOS.enqueue_workflow_with_options_async(
                    {
                        "workflow_name": JOB,
                        "queue_name": queue_of(platform),
                        "queue_partition_key": account,
                        "app_version": VERSION,
                        "delay_seconds": seconds,
                    },
                    platform,
                    account,
                    [key],
                )
            keys = list(given["keys"])
            if keys:
                await DBOS.sleep_async(given["seconds"])  # wakes on time even in another process

    DBOS.workflow(name=JOB, max_recovery_attempts=None)(job)
    DBOS.listen_queues([queue_of(platform) for platform in platforms])
    DBOS.launch()


def _quiet() -> None:
    """DBOS logs to a handler of its own unless it finds one; what it says goes where the program's own lines go."""
    logger = logging.getLogger("dbos")
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())
    logger.addFilter(lambda record: "task cancelled" not in str(record.msg))  # a job let go when the process ends


class _Ticker:
    """What is done again and again."""

    def __init__(
        self,
        engine: Engine,
        client: DBOSClient,
        ledger: Ledger,
        run: Run,
        connected: Callable[[], Iterable[str]],
        lateness: Lateness,
        clock: Callable[[], datetime],
        replica: _Replica,
        carrier: Carrier,
    ) -> None:
        self._carrier = carrier
        self._told: set[tuple[int, int]] = set()
        self._engine = engine
        self._client = client
        self._ledger = ledger
        self._run = run
        self._connected = connected
        self._lateness = lateness
        self._clock = clock
        self._replica = replica

    async def tick(self) -> None:
        """Hand over what is due, each second."""
        while True:
            await _unless_away(self._hand_over(), "what is due could not be taken")
            await asyncio.sleep(TICK_SECONDS)

    async def _hand_over(self) -> None:
        for platform in tuple(self._connected()):
            while True:
                due = await self._run(partial(self._ledger.first_due, platform=platform))
                if due is None or due > self._clock():
                    break
                if not await asyncio.to_thread(self._take, platform):
                    break  # another replica is taking it
                await asyncio.sleep(BREATH_SECONDS)

    def _take(self, platform: str) -> int:
        """Take what is due and enqueue it, in one transaction; how many subscriptions that were."""
        with self._engine.begin() as connection:
            taken = self._ledger.take(
                transaction_on(connection), platform, self._clock(), self._lateness, TAKEN_AT_MOST
            )
            sends = [(each.subscription, each.postings[-1].key) for each in taken if each.postings]
            for account, keys in _by_account(sends):
                for start in range(0, len(keys), IN_A_JOB_AT_MOST):
                    self._enqueue(connection, platform, account, keys[start : start + IN_A_JOB_AT_MOST])
        return len(taken)

    def _enqueue(self, connection: Connection, platform: str, account: str, keys: list[str], again: str = "") -> None:
        self._client.enqueue_in_transaction(
            connection,
            {
                "workflow_name": JOB,
                "queue_name": queue_of(platform),
                "queue_partition_key": account,
                "workflow_id": f"{keys[0]}{again}",  # a record is made once, so no other job begins with it
                "app_version": VERSION,
            },
            platform,
            account,
            keys,
        )

    async def keep(self) -> None:
        """Say that this process is alive, take over from those that are not, and delete what is no longer needed."""
        pruned = self._clock() - PRUNED_EVERY
        swept = self._clock()
        while True:
            now = self._clock()
            beat = partial(self._ledger.beat, name=self._replica.name, now=now)
            await _unless_away(self._run(beat), "this process could not say that it is alive")
            look = asyncio.to_thread(self._replica.take_over, self._ledger, now - SILENT)
            await _unless_away(look, "nobody looked for processes that are gone")
            await _unless_away(self._tell_of_pauses(now), "people were not told of digests that stand still")
            if now - swept >= SWEEP:
                swept = now
                await _unless_away(asyncio.to_thread(self._sweep, now), "nobody looked for postings left behind")
            if now - pruned >= PRUNED_EVERY:
                pruned = now
                await _unless_away(_prune(now - KEPT), "ended jobs could not be deleted")
            await asyncio.sleep(BEAT.total_seconds())

    async def _tell_of_pauses(self, now: datetime) -> None:
        paused = await asyncio.to_thread(self._paused, now)
        for number, _ in paused - self._told:
            await self._carrier.tell_of_pause(number)
        self._told = paused

    def _paused(self, now: datetime) -> set[tuple[int, int]]:
        """The subscriptions that the bot paused of late, each with when it did."""
        s = subscriptions.c
        paused = (
            select(s.id, s.changed_at)
            .where(s.platform.in_(tuple(self._connected())), s.state == State.PAUSED, s.reason != Reason.PERSON)
            .where(s.changed_at > (now - TOLD_WITHIN - EPOCH) // timedelta(milliseconds=1))
        )
        with self._engine.begin() as connection:
            return {(number, at) for number, at in connection.execute(paused)}

    def _sweep(self, now: datetime) -> None:
        """Hand over anew what should long have been posted and is not being tried, whatever became of its job.

        A job too many finds it done.
        """
        platforms = tuple(self._connected())
        long_ago = (now - SWEEP - EPOCH) // timedelta(milliseconds=1)
        p, s = postings.c, subscriptions.c
        left = (
            select(s.platform, s.account, p.subscription, p.local_date)
            .where(p.subscription == s.id, p.state == Sending.TRYING, s.platform.in_(platforms))
            .where(p.due < long_ago, or_(p.error_at.is_(None), p.error_at < long_ago))
            .order_by(s.platform, s.account, p.due)
        )
        with self._engine.begin() as connection:
            for (platform, account), rows in groupby(connection.execute(left).all(), lambda row: (row[0], row[1])):
                keys = [f"sub:{number}:{day}" for _, _, number, day in rows]
                for start in range(0, len(keys), IN_A_JOB_AT_MOST):
                    part = keys[start : start + IN_A_JOB_AT_MOST]
                    self._enqueue(connection, platform, account, part, again=f"~{now:%Y%m%d%H%M}")


async def _unless_away(work: Awaitable[object], failed: str) -> None:
    """Do something that is done again soon; a database that is away is logged, without what it says."""
    try:
        await work
    except Exception as error:
        log.warning("%s (%s)", failed, error if type(error) is RuntimeError else type(error).__name__)
        log.debug("because of", exc_info=True)


def _by_account(sends: Iterable[tuple[Subscription, str]]) -> list[tuple[str, list[str]]]:
    ordered = sorted(sends, key=lambda each: each[0].room.account)
    return [
        (account, [key for _, key in group]) for account, group in groupby(ordered, lambda each: each[0].room.account)
    ]


async def _prune(before: datetime) -> None:
    while True:
        ended = await DBOS.list_workflows_async(
            status=["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"],
            completed_before=before.astimezone(UTC).isoformat(),
            limit=PRUNED_AT_ONCE,
            load_input=False,
            load_output=False,
        )
        await DBOS.delete_workflows_async([each.workflow_id for each in ended])
        if len(ended) < PRUNED_AT_ONCE:
            return


class _Replica:
    """The name under which a process's jobs stand: stable, and never that of two processes that live.

    A SQLite file has one process. On PostgreSQL, names are numbers, and a lock of a session holds each: it ends with the
    process, however that ends, and the next start gets the lowest that is free.
    """

    def __init__(self, name: str, engine: Engine, connection: Connection | None) -> None:
        self.name = name
        self._engine = engine
        self._connection = connection

    @classmethod
    def claim(cls, engine: Engine) -> _Replica:
        """The lowest name that nobody holds."""
        if engine.dialect.name != "postgresql":
            return cls("1", engine, None)
        connection = _session(engine)
        for number in range(1, REPLICAS_AT_MOST + 1):
            if _lock(connection, number):
                return cls(str(number), engine, connection)
        connection.close()
        raise RuntimeError(f"{REPLICAS_AT_MOST} processes post digests on this database already; expected fewer")

    def take_over(self, ledger: Ledger, since: datetime) -> None:
        """Take over the jobs of processes that have been silent since a moment, and whose names nobody holds.

        Raises:
            RuntimeError: The database was away, and another process has this one's name by now.
        """
        if self._connection is None:
            return
        try:
            self._connection.execute(text("SELECT 1"))
        except (DBAPIError, ResourceClosedError):  # closed: the last time a new session could not be had
            self._connection.close()
            session = _session(self._engine)
            if not _lock(session, int(self.name)):
                session.close()
                raise RuntimeError(f"replica {self.name} has lost its name to another; start it again") from None
            self._connection = session
        with self._engine.begin() as connection:
            silent = ledger.silent(transaction_on(connection), since)
        for name in silent:
            if name == self.name or not _lock(self._connection, int(name)):
                continue
            try:
                left = DBOS.list_workflows(status="PENDING", executor_id=name, load_input=False, load_output=False)
                for each in left:
                    DBOS.resume_workflow(each.workflow_id, queue_name=each.queue_name)
                if left:
                    log.warning("took over %d jobs of replica %s, which is gone", len(left), name)
                with self._engine.begin() as connection:
                    ledger.gone(transaction_on(connection), name)
            finally:
                _unlock(self._connection, int(name))

    def let_go(self) -> None:
        """Give the name back."""
        if self._connection is not None:
            with suppress(Exception):
                self._connection.close()


def _session(engine: Engine) -> Connection:
    connection = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
    connection.exec_driver_sql(KEEPALIVE)
    return connection


def _lock(connection: Connection, number: int) -> bool:
    asked = text("SELECT pg_try_advisory_lock(:first, :second)")
    return bool(connection.scalar(asked, {"first": NAME_LOCK, "second": number}))


def _unlock(connection: Connection, number: int) -> None:
    connection.execute(text("SELECT pg_advisory_unlock(:first, :second)"), {"first": NAME_LOCK, "second": number})
