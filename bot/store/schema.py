"""Bringing a database's tables up to this program. Alembic, which is slow to import, is imported only where there is work."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, inspect, text

from bot.errors import StoreError

if TYPE_CHECKING:
    from alembic.config import Config

#: The last migration in `migrations/versions/`.
HEAD = "0002"
#: Held while the tables are changed, so that of two replicas that start at once one migrates. Any number of our own.
ADVISORY_LOCK = 0x48454152


def bring_up_to_date(engine: Engine) -> None:
    """Apply the migrations that a database lacks, all or none.

    Raises:
        StoreError: The database was written by a newer program.
    """
    with engine.begin() as connection:
        current = _revision(connection) == HEAD
    if not current:
        _migrate(engine)


def _migrate(engine: Engine) -> None:
    from alembic.command import upgrade
    from alembic.script import ScriptDirectory

    settings = config()
    known = {script.revision for script in ScriptDirectory.from_config(settings).walk_revisions()}
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            # A table that is made anew must not take along the rows that hang on it. Cannot be said inside a transaction.
            connection.detach()
            connection.connection.cursor().execute("PRAGMA foreign_keys = OFF")
        with connection.begin():
            if engine.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ADVISORY_LOCK})
            found = _revision(connection)
            if found is not None and found not in known:
                raise StoreError(
                    f"the database has the tables of a newer program ({found}; this one knows {HEAD}): update this program,"
                    " or name another database"
                )
            settings.attributes["connection"] = connection
            upgrade(settings, "head")


def _revision(connection: Connection) -> str | None:
    """The last migration applied; None if there was none."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found


def config() -> Config:
    """Alembic's settings, made here, so that an installed program needs no file for them."""
    from alembic.config import Config

    made = Config()
    made.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    return made
