"""The long kill tests: `make soak`, or `python -m tests.digests.soak RUNS`. Each line is one run; any loss or double fails."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from tests.digests.kill import Outcome, run
from tests.postgres import running_postgres
from tests.stores import migrate

RUNS = 10
#: A run counts only if so many kills fell while the sink held a request.
HOLDING_AT_LEAST = 5
#: 1,000 subscriptions of 100 accounts, due within 20 s; 20 kills.
LONG = partial(run, count=1000, accounts=100, within_seconds=20, kills=20)


def main(runs: int) -> int:
    """Print each run; 1 if one lost or doubled anything, else 0."""
    failed = False
    with databases() as (sqlite, postgres):
        kinds = [("SQLite, 1 process", sqlite, 1, False), ("PostgreSQL, 1 process", postgres, 1, False)]
        replicas = [(f"PostgreSQL, {n} replicas, one dies for good", postgres, n, True) for n in (2, 4)]
        seed = 0
        for name, urls, workers, dies in [*kinds * runs, *replicas]:
            while True:
                seed += 1
                outcome = asyncio.run(LONG(next(urls), workers=workers, one_stays_dead=dies, seed=seed))
                counts = outcome.holding >= HOLDING_AT_LEAST
                print(f"{name}: {outcome.line()}{'' if counts else ' (does not count)'}", flush=True)
                failed = failed or not fine(outcome)
                if counts:
                    break
        outcome = asyncio.run(LONG(next(postgres), seed=seed, readable=False))
        print(f"PostgreSQL, where nobody may look: {outcome.line()}", flush=True)
        failed = failed or outcome.doubled > 0 or outcome.lost > outcome.unknown
    return int(failed)


def fine(outcome: Outcome) -> bool:
    """Whether nothing was lost, doubled or left unknown."""
    return outcome.lost == outcome.doubled == outcome.unknown == 0


@contextmanager
def databases() -> Iterator[tuple[Iterator[str], Iterator[str]]]:
    """URLs of new databases with all tables: SQLite files, and PostgreSQL databases."""
    with tempfile.TemporaryDirectory() as folder, running_postgres() as server:

        def files() -> Iterator[str]:
            number = 0
            while True:
                number += 1
                yield f"sqlite:///{Path(folder) / f'{number}.db'}"

        def tables() -> Iterator[str]:
            while True:
                url = server.new_database()
                migrate(url)
                yield url

        yield files(), tables()


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else RUNS))
