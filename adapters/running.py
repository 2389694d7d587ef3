"""What the bots of all platforms need to run: to be told to stop, to be kept going, and to have digests posted."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import UTC, datetime
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING

from adapters.errors import AdapterError
from adapters.matrix.backoff import Backoff
from bot.digests.subscriptions import Lateness
from bot.errors import BotError
from bot.store.prepared import Transaction
from bot.store.sql import SqlStore, is_a_fault_of_the_database
from corpus.document import Document

if TYPE_CHECKING:
    from bot.digests.send import Poster

log = logging.getLogger(__name__)

#: Seconds between looks for a first digest; until there is one, the job engine is neither loaded nor started.
LOOK_SECONDS = 1.0
#: The waits after a platform, or the posting of digests, failed.
FIRST_SECONDS, AT_MOST_SECONDS = 1.0, 300.0
#: One that ran so long had started well; its next wait is the first again.
WELL_SECONDS = 600.0


@contextmanager
def told_to_stop() -> Iterator[asyncio.Event]:
    """Set on SIGINT and SIGTERM while this is entered."""
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    try:
        yield stop
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)


async def kept_going(
    name: str,
    run: Callable[[], Awaitable[None]],
    stop: asyncio.Event,
    first_seconds: float = FIRST_SECONDS,
    at_most_seconds: float = AT_MOST_SECONDS,
) -> None:
    """Run something until told to stop; where it fails, that is logged, and it is run again after a while."""
    backoff, loop = Backoff(first_seconds, at_most_seconds), asyncio.get_running_loop()
    while not stop.is_set():
        began = loop.time()
        try:
            await run()
        except (AdapterError, BotError) as error:
            fault = str(error)
        except Exception as error:
            fault = type(error).__name__
            if not is_a_fault_of_the_database(error):
                log.exception("%s failed for a reason of the bot's own", name)
        else:
            if stop.is_set():
                return
            fault = "it ended"
        if loop.time() - began > WELL_SECONDS:
            backoff.succeeded()
        wait = backoff.failed()
        log.error("%s: %s; trying again in %.0f s", name, fault, wait)
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), wait)


@asynccontextmanager
async def digests_posted(
    document: Document, store: SqlStore, url: str, platforms: Sequence[str], lateness: Lateness
) -> AsyncIterator[dict[str, Poster]]:
    """Digests are posted while this is entered, on the platforms of which a Poster is in what it gives.

    Args:
        url: The store's database.
        platforms: Those that may come to be in it.
    """
    posters: dict[str, Poster] = {}
    stop = asyncio.Event()

    async def post() -> None:
        if await _wanted(store, platforms, stop):
            await _post(document, store, url, platforms, lateness, posters, stop)

    task = asyncio.create_task(kept_going("digests", post, stop))
    try:
        yield posters
    finally:
        stop.set()
        await task


async def _wanted(store: SqlStore, platforms: Sequence[str], stop: asyncio.Event) -> bool:
    """Whether there is a digest to be posted now or later, as soon as there is; False when told to stop."""
    ledger, run = store.digests.ledger, store.digests.run
    asked = ledger.wanted
    while not stop.is_set():
        if await run(partial(_any, asked, platforms)):
            return True
        asked = ledger.awaited  # what was left behind is looked for once
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), LOOK_SECONDS)
    return False


def _any(asked: Callable[[Transaction, str], bool], platforms: Sequence[str], transaction: Transaction) -> bool:
    return any(asked(transaction, platform) for platform in platforms)


async def _post(
    document: Document,
    store: SqlStore,
    url: str,
    platforms: Sequence[str],
    lateness: Lateness,
    posters: dict[str, Poster],
    stop: asyncio.Event,
) -> None:
    from bot.digests.send import Carrier

    engine = await asyncio.to_thread(import_module, "bot.digests.engine")  # over half a second
    ledger, run = store.digests.ledger, store.digests.run
    carrier = Carrier(document, store, ledger, run, posters, _now, lateness)
    async with engine.running(url, platforms, carrier, ledger, run, lambda: posters, lateness, _now):
        log.info("digests are posted from now on")
        await stop.wait()


def _now() -> datetime:
    return datetime.now(UTC)
