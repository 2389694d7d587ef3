import asyncio
import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.store.memory import MemoryStore
from bot.store.sql import open_store
from corpus.answers import Answers
from corpus.document import Document
from corpus.library import open_document
from tests.matrix.homeserver import Homeserver
from tests.postgres import Postgres, running_postgres
from tests.stores import Opened, connected, empty_tables, migrate

DOCUMENTS = Path(__file__).parent / "corpus" / "documents"
#: The homeserver of this worker, once a test has asked for it.
_homeservers: list[Homeserver] = []


@pytest.fixture(scope="session")
def document() -> Document:
    return open_document("hearings-2006")


@pytest.fixture(scope="session")
def by_words(document: Document) -> Document:
    """The document where no model is installed; for what is asked by the thousand, too."""
    without = replace(document)
    without.__dict__["answers"] = Answers(without, lambda: None)
    return without


@pytest.fixture(scope="session")
def harbours() -> Document:
    return open_document(DOCUMENTS / "harbours")


@pytest.fixture(scope="session")
def valleys() -> Document:
    return open_document(DOCUMENTS / "valleys")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server, started for the first test that needs one."""
    with running_postgres() as server:
        yield server


@pytest.fixture(scope="session")
def migrated_postgres(postgres: Postgres) -> str:
    """The name of a database with all tables, to be copied."""
    migrate(postgres.new_database("migrated"))
    return "migrated"


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with all tables, to be copied."""
    path = tmp_path_factory.mktemp("migrated") / "hearings.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_database(postgres: Postgres, migrated_postgres: str) -> Iterator[tuple[str, Any]]:
    """The URL of a database with all tables, and a connection to it; who uses it leaves the tables empty."""
    url = postgres.new_database(like=migrated_postgres)
    with connected(url) as connection:
        yield url, connection


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of a database of each kind, with all tables and nothing in them; no other store writes to it."""
    if request.param == "sqlite":
        path = request.getfixturevalue("tmp_path") / "hearings.db"
        shutil.copy(request.getfixturevalue("migrated_sqlite"), path)
        yield f"sqlite:///{path}"
    else:
        url, connection = request.getfixturevalue("postgres_database")
        yield url
        empty_tables(connection)


@pytest.fixture(scope="session")
def sqlite_store(migrated_sqlite: Path) -> Iterator[tuple[Opened, Any]]:
    path = shutil.copy(migrated_sqlite, migrated_sqlite.with_name("shared.db"))
    yield from shared_store(f"sqlite:///{path}")


@pytest.fixture(scope="session")
def postgres_store(postgres_database: tuple[str, Any]) -> Iterator[tuple[Opened, Any]]:
    yield from shared_store(postgres_database[0])


def shared_store(url: str) -> Iterator[tuple[Opened, Any]]:
    """A store for many tests, since opening one takes longer than most of them, and a connection beside it."""
    store = open_store(url)
    with connected(url) as connection:
        yield Opened(store, url), connection
    asyncio.run(store.close())


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def opened(request: pytest.FixtureRequest) -> Iterator[Opened]:
    """A store of each kind, with nothing in it."""
    if request.param == "memory":
        yield Opened(MemoryStore())
    else:
        found, connection = request.getfixturevalue(f"{request.param}_store")
        yield found
        empty_tables(connection)


@pytest.fixture(scope="session")
def homeserver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Homeserver]:
    """A Synapse without rate limits. Tests share it: make users with `homeserver.new_user`, and stop no shared one."""
    in_memory = {"database": {"name": "sqlite3", "args": {"database": ":memory:"}}}  # no disk is waited for
    with Homeserver(tmp_path_factory.mktemp("homeserver"), extra=in_memory) as server:
        _homeservers.append(server)
        yield server
        _homeservers.remove(server)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Beside a failure, what the bots and the server said last."""
    report = yield
    if report.failed and "homeserver" in getattr(item, "fixturenames", ()):  # type: ignore[attr-defined]
        from tests.matrix.person import started  # nio, which most tests do without

        report.sections += [(bot.user, bot.log[-3000:]) for bot in started]  # type: ignore[attr-defined]
        report.sections += [("homeserver", server.log_tail()) for server in _homeservers]  # type: ignore[attr-defined]
    return report


@pytest.hookimpl(tryfirst=True)
def pytest_configure() -> None:
    """Modules are compiled once and not anew by every worker and by each of the hundreds of processes of the tests."""
    sys.dont_write_bytecode = False
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


def pytest_xdist_auto_num_workers() -> int:
    """One worker more than there are cores: many tests wait for servers."""
    return (os.cpu_count() or 1) + 1


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What needs a homeserver is left out of `make quick`."""
    for item in items:
        if "homeserver" in getattr(item, "fixturenames", ()) or item.path.name == "test_outages.py":
            item.add_marker(pytest.mark.slow)
