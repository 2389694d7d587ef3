"""The store in each of its kinds, for tests, and what it holds."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg

from bot.ports import Store
from bot.store.database import engine_for
from bot.store.schema import bring_up_to_date
from bot.store.tables import metadata


@dataclass
class Opened:
    """A store, and the URL of its database; "" for the one in memory."""

    store: Store
    url: str = ""

    def dump(self) -> str:
        """All that it remembers."""
        return repr(read_tables(self.url)) if self.url else repr((vars(self.store), vars(self.store.digests)))


@contextmanager
def connected(url: str) -> Iterator[Any]:
    """A connection of the driver's own, beside the store's."""
    connection: Any = sqlite3.connect(path_of(url)) if url.startswith("sqlite") else psycopg.connect(url)
    try:
        yield connection
        connection.commit()
    finally:
        connection.close()


def path_of(url: str) -> str:
    return url.removeprefix("sqlite:///")


def read_tables(url: str) -> dict[str, list[tuple[Any, ...]]]:
    """The rows of every table of a database, whoever made it."""
    names = (
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        if url.startswith("sqlite")
        else "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
    )
    with connected(url) as connection:
        tables = [name for (name,) in connection.execute(names).fetchall()]
        assert {*metadata.tables, "alembic_version"} <= set(tables)
        return {name: connection.execute(f'SELECT * FROM "{name}"').fetchall() for name in tables}


def empty_tables(connection: Any) -> None:
    """Make a database as new."""
    for table in reversed(metadata.sorted_tables):
        connection.execute(f"DELETE FROM {table.name}")
    connection.commit()


def migrate(url: str) -> None:
    """Give a database all tables."""
    engine = engine_for(url)
    try:
        bring_up_to_date(engine)
    finally:
        engine.dispose()
