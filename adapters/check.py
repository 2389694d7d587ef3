"""`hearings check`: what is well and what is wrong around the bot, and how to mend it; a line each."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from corpus.errors import CorpusError
from corpus.library import open_document
from corpus.meaning import missing, stale


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        what: What it is.
        said: How it is; where it is wrong, how to mend it.
    """

    what: str
    said: str
    well: bool = True

    def line(self) -> str:
        """The finding as it is printed."""
        return f"{'ok' if self.well else 'wrong':<6} {self.what}: {self.said}"


def check_document(name: str) -> Finding:
    """Whether the document can be read."""
    try:
        document = open_document(name)
    except CorpusError as error:
        return Finding("document", str(error), well=False)
    return Finding("document", f"{document.name}, paragraphs {document.first} to {document.last}")


def check_meaning(name: str) -> Finding:
    """Whether questions are compared by meaning too; without it answers are only somewhat worse."""
    if why := missing():
        return Finding("meaning", why)
    try:
        document = open_document(name)
    except CorpusError:
        return Finding("meaning", "compared by a model on this machine")
    late = stale(document.folder, document.answers.compared)
    said = "compared by a model on this machine"
    if late:
        said += f"; {late} vectors of the document are made at the first question; python -m corpus.meaning makes them ahead"
    return Finding("meaning", said)


def check_data_folder(data_dir: Path) -> Finding:
    """Whether the bot can keep its things."""
    if not data_dir.exists():
        return Finding(
            "data folder",
            f"{data_dir} is missing; `hearings matrix login` or the first `hearings slack run` makes it",
            well=False,
        )
    if not data_dir.is_dir() or not os.access(data_dir, os.R_OK | os.W_OK | os.X_OK):
        return Finding(
            "data folder", f"{data_dir} is no folder that can be written to; name another as data_dir", well=False
        )
    return Finding("data folder", str(data_dir))


def check_store(url: str) -> Finding:
    """Whether the store can be opened; nothing is made or changed."""
    from sqlalchemy import create_engine, text
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError, SQLAlchemyError

    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        return Finding("store", "the database's URL cannot be read; see config/example.yaml", well=False)
    if parsed.get_backend_name() == "sqlite":
        return _check_file(Path(parsed.database or ""))
    place = f"{parsed.host or 'localhost'}/{parsed.database or ''}"
    try:
        engine = create_engine(parsed, connect_args={"connect_timeout": 5})
        try:
            with engine.connect() as connection:
                connection.execute(text("SELECT 1"))
        finally:
            engine.dispose()
    except (SQLAlchemyError, ImportError) as error:
        found = " ".join(str(getattr(error, "orig", None) or type(error).__name__).split())
        if parsed.password:
            found = found.replace(str(parsed.password), "…")
        mend = "make sure that it runs, and of the user and the password in the setting database"
        return Finding("store", f"{place} cannot be opened ({found}); {mend}", well=False)
    return Finding("store", place)


def _check_file(file: Path) -> Finding:
    if not file.exists():
        return Finding("store", f"{file} is not there yet; the bot's first start makes it")
    try:
        with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True, timeout=5)) as database:
            database.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.Error as error:
        return Finding("store", f"{file} cannot be read ({error}); put back a copy", well=False)
    return Finding("store", str(file))
