"""A process that posts digests to a Sink: `python -m tests.digests.worker URL SINK SPACING_MS`, until it is told to stop."""

from __future__ import annotations

import asyncio
import signal
import sys
from datetime import timedelta

import aiohttp

from bot.digests.engine import running
from bot.digests.send import Carrier
from bot.digests.subscriptions import Lateness
from bot.store.sql import now, open_store
from corpus.library import open_document
from tests.digests.sink import TIMEOUT_SECONDS, SinkPoster

PLATFORM = "sink"


async def main(url: str, sink: str, spacing_milliseconds: float) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    store = open_store(url)
    ledger, run = store.digests.ledger, store.digests.run
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=TIMEOUT_SECONDS)) as session:
        posters = {PLATFORM: SinkPoster(session, sink)}
        carrier = Carrier(
            open_document("hearings-2006"),
            store,
            ledger,
            run,
            posters,
            now,
            spacing=timedelta(milliseconds=spacing_milliseconds),
            again_seconds=1.0,
        )
        async with running(url, [PLATFORM], carrier, ledger, run, lambda: posters, Lateness(), now):
            print("ready", flush=True)
            await stop.wait()
    await store.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], float(sys.argv[3])))
