"""Work of rooms: its order, its faults, and the token from which a new process goes on."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

import pytest

from adapters.matrix.backoff import Backoff
from adapters.matrix.inbox import TRIES, Inbox
from tests.matrix.person import until


class Kept:
    """The tokens that were kept, and an inbox that keeps them at once."""

    def __init__(self) -> None:
        self.tokens: list[str] = []
        self.inbox = Inbox(
            self.keep,
            backoff=lambda: Backoff(0, 0),
            passing=lambda error: isinstance(error, ConnectionError),
            keep_every_seconds=0,
        )

    async def keep(self, token: str) -> None:
        self.tokens.append(token)


@pytest.fixture
def kept() -> Kept:
    return Kept()


def noting(done: list[str], what: str) -> Callable[[], Awaitable[None]]:
    async def job() -> None:
        done.append(what)

    return job


async def test_a_slow_room_delays_no_other_and_keeps_its_order(kept: Kept) -> None:
    done: list[str] = []
    go = asyncio.Event()

    async def slow() -> None:
        await go.wait()
        done.append("slow")

    batch = kept.inbox.open("t1")
    kept.inbox.put("a", slow, batch)
    kept.inbox.put("a", noting(done, "after slow"), batch)
    kept.inbox.put("b", noting(done, "other"), batch)
    kept.inbox.done(batch)
    await until(lambda: done == ["other"], "the other room's job")
    assert kept.tokens == []
    go.set()
    await until(lambda: kept.tokens == ["t1"], "the token")
    assert done == ["other", "slow", "after slow"]


async def test_a_token_is_kept_only_past_what_is_done(kept: Kept) -> None:
    first, second = kept.inbox.open("t1"), kept.inbox.open("t2")
    kept.inbox.hold(first)
    kept.inbox.done(first)
    kept.inbox.done(second)
    await kept.inbox.close(1)
    assert kept.tokens == []
    kept.inbox.done(first)
    await until(lambda: kept.tokens == ["t2"], "the token")


async def test_a_job_that_fails_is_tried_again_and_does_not_end_its_room(
    kept: Kept, caplog: pytest.LogCaptureFixture
) -> None:
    done: list[str] = []
    tries = {"once": 0, "ever": 0}

    def failing(name: str, times: int) -> Callable[[], Awaitable[None]]:
        async def job() -> None:
            tries[name] += 1
            if tries[name] <= times:
                raise ValueError("Xylographically, somebody wrote this")
            done.append(name)

        return job

    batch = kept.inbox.open("t1")
    kept.inbox.put("a", failing("once", 1), batch)
    kept.inbox.put("a", failing("ever", 99), batch)
    kept.inbox.put("a", noting(done, "after"), batch)
    kept.inbox.done(batch)
    with caplog.at_level(logging.ERROR):
        await until(lambda: kept.tokens == ["t1"], "the token")
    assert done == ["once", "after"]
    assert tries == {"once": 2, "ever": TRIES}
    assert "ValueError" in caplog.text
    assert "Xylographically" not in caplog.text.replace('raise ValueError("Xylographically, somebody wrote this")', "")


async def test_a_job_is_tried_for_as_long_as_the_database_is_away(kept: Kept) -> None:
    tries = 0

    async def job() -> None:
        nonlocal tries
        tries += 1
        if tries <= 5 * TRIES:
            raise ConnectionError

    batch = kept.inbox.open("t1")
    kept.inbox.put("a", job, batch)
    kept.inbox.done(batch)
    await until(lambda: kept.tokens == ["t1"], "the token")
    assert tries == 5 * TRIES + 1


async def test_at_the_end_it_waits_for_what_runs_and_keeps_what_is_done(kept: Kept) -> None:
    async def soon() -> None:
        await asyncio.sleep(0)

    async def never() -> None:
        await asyncio.Future()

    first, second = kept.inbox.open("t1"), kept.inbox.open("t2")
    kept.inbox.put("a", soon, first)
    kept.inbox.put("b", never, second)
    kept.inbox.done(first)
    kept.inbox.done(second)
    await kept.inbox.close(0.2)
    assert kept.tokens == ["t1"]
