"""Where the store is: a SQLite file, or a PostgreSQL database, named by a URL. No message here shows a password."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from bot.errors import StoreError

FORMS = "sqlite:////folder/hearings.db or postgresql://user:password@host/database"
#: In SQLite a transaction that reads first and then writes could not wait for another program's write.
BEGIN = "BEGIN IMMEDIATE"
#: How long a write waits for another program's, such as the job engine's on the same file.
BUSY_SECONDS = 5
CONNECT_SECONDS = 10
#: How long a PostgreSQL server may be silent before the connection counts as lost.
SILENT_SECONDS = 30


def engine_for(url: str) -> Engine:
    """The database at a URL, not yet reached; a SQLite file is there afterwards, readable by its owner alone.

    Raises:
        StoreError: The URL has another form, or the file cannot be made.
    """
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise StoreError(f"the database's URL cannot be read; expected {FORMS}") from None
    match parsed.drivername:
        case "sqlite":
            return _sqlite(parsed)
        case "postgresql" | "postgres" | "postgresql+psycopg":
            return _postgresql(parsed)
        case other:
            raise StoreError(f"the database's URL begins with {other!r}; expected {FORMS}")


def unreachable(engine: Engine, error: DBAPIError | sqlite3.Error) -> StoreError:
    """What to tell people of a database that cannot be opened."""
    url, cause = engine.url, error.orig if isinstance(error, DBAPIError) else error
    if isinstance(cause, sqlite3.Error) and getattr(cause, "sqlite_errorname", "") == "SQLITE_NOTADB":
        return StoreError(f"{url.database} is no SQLite database; move it away, or name another file")
    reason = next(iter(str(cause).strip().splitlines()), type(cause).__name__)
    for secret in (url.password, url.query.get("password")):
        if secret:
            reason = reason.replace(str(secret), "***")
    if url.get_backend_name() == "sqlite":
        return StoreError(f"{url.database} cannot be opened: {reason}")
    host = url.host or url.query.get("host") or "this machine"
    return StoreError(f"the database {url.database or ''!r} at {host} cannot be used: {reason}")


def _sqlite(url: URL) -> Engine:
    if url.host or url.query or url.database in {None, "", ":memory:"}:
        raise StoreError(
            "the database's URL names no file; expected sqlite:////folder/hearings.db, and nothing after it"
        )
    _make_private(Path(str(url.database)))
    engine = create_engine(url, hide_parameters=True, connect_args={"timeout": BUSY_SECONDS})

    def connect(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # transactions begin below, and hold schema changes too
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA foreign_keys = ON")

    def begin(connection: Connection) -> None:
        connection.exec_driver_sql(BEGIN)

    event.listen(engine, "connect", connect)
    event.listen(engine, "begin", begin)
    return engine


def _make_private(path: Path) -> None:
    """Make a database file that its owner alone can read; SQLite gives the files beside it the same mode.

    Raises:
        StoreError: Its folder is missing, or it cannot be written there.
    """
    folder = path.parent
    if not folder.is_dir():
        raise StoreError(f"the folder {folder} for the database is missing; make it, or name another file")
    if not os.access(folder, os.W_OK | os.X_OK):  # SQLite writes beside the file too
        raise StoreError(f"the folder {folder} for the database cannot be written; let this user write there")
    try:
        # Only a file that is not there is opened: closing one that is would end the locks that this process has on it.
        if not path.exists():
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
            os.fchmod(descriptor, 0o600)
            os.close(descriptor)
        for file in (path, Path(f"{path}-wal"), Path(f"{path}-shm")):
            if file.exists() and file.stat().st_mode & 0o077:
                file.chmod(0o600)
    except OSError as error:
        raise StoreError(
            f"{path} cannot be kept for its owner alone ({error.strerror}); name another file, or give it to this user"
        ) from error
    if not path.is_file() or not os.access(path, os.R_OK | os.W_OK):
        raise StoreError(f"{path} is no file that can be written; name another, or let this user write it")


def _postgresql(url: URL) -> Engine:
    return create_engine(
        url.set(drivername="postgresql+psycopg"),
        hide_parameters=True,
        connect_args={
            "application_name": "hearings",
            "connect_timeout": CONNECT_SECONDS,
            "keepalives_idle": SILENT_SECONDS,
            "tcp_user_timeout": SILENT_SECONDS * 1000,
        },
    )
