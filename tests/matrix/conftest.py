"""The people and the bots that tests share."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.matrix.homeserver import Homeserver
from tests.matrix.person import Person, Running, person, running

#: Nobody is to be held back because others were busy before.
UNLIMITED = {"LIMITS__PERSON": 1_000_000, "LIMITS__ROOM": 1_000_000, "MATRIX__JOINS_PER_HOUR": 10_000}


@pytest.fixture(scope="session")
def bot(homeserver: Homeserver, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A bot that runs all the while."""
    with running(homeserver, tmp_path_factory.mktemp("bot"), **UNLIMITED) as started:
        yield started


@pytest.fixture(scope="session")
def _mortal(homeserver: Homeserver, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(homeserver, tmp_path_factory.mktemp("mortal"), **UNLIMITED) as started:
        yield started


@pytest.fixture
def mortal(_mortal: Running) -> Running:
    """A bot that may be stopped and killed; it runs when a test begins."""
    assert _mortal.process
    if _mortal.process.poll() is not None:
        _mortal.start()
    return _mortal


@pytest.fixture
async def ana(homeserver: Homeserver, tmp_path: Path) -> AsyncIterator[Person]:
    async with person(homeserver, tmp_path, "ana") as somebody:
        yield somebody


@pytest.fixture
async def ben(homeserver: Homeserver, tmp_path: Path) -> AsyncIterator[Person]:
    async with person(homeserver, tmp_path, "ben") as somebody:
        yield somebody
