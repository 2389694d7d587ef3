"""Documents on disk: a folder holds `source.txt` (the text as received) and what an editor adds as data beside it.

`document.yaml` says what the text does not say about itself; each entry has a `value` and its `provenance`. `topics.yaml`,
`keys.yaml` and `silences.yaml` are read only when a question needs them.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from corpus.document import NO_EDITION, Document, Edition, Stated
from corpus.errors import DocumentUnreadable
from corpus.reader import read_document

SHIPPED = Path(__file__).parent / "documents"
SOURCE, EDITION = "source.txt", "document.yaml"


def shipped_documents() -> list[str]:
    """The names of the documents that come with the bot."""
    return sorted(folder.name for folder in SHIPPED.iterdir() if (folder / SOURCE).is_file())


def open_document(name: str | Path) -> Document:
    """The document of a shipped name, or of a folder.

    Raises:
        DocumentUnreadable: There is no such document, or one of its files cannot be read.
        Unplaced: A line of its text fits nowhere.
    """
    folder = SHIPPED / str(name)
    if not (str(name) and "/" not in str(name) and (folder / SOURCE).is_file()):
        folder = Path(name)
    if not (folder / SOURCE).is_file():
        names = ", ".join(shipped_documents())
        raise DocumentUnreadable(f"no document {str(name)!r}: expected one of {names}, or a folder that holds {SOURCE}")
    document = read_document(read_source(folder / SOURCE), folder.resolve().name)
    edition = read_edition(folder / EDITION) if (folder / EDITION).is_file() else NO_EDITION
    return replace(document, edition=edition, folder=folder)


def read_source(path: Path) -> str:
    """A text as received.

    Raises:
        DocumentUnreadable: It is missing, empty, or no UTF-8; the message says where.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DocumentUnreadable(f"{path}: byte {error.start} is no UTF-8; save the text as UTF-8") from error
    except OSError as error:
        raise DocumentUnreadable(f"{path}: {error.strerror or error}; expected a readable text file") from error
    if not text.strip():
        raise DocumentUnreadable(f"{path}: the file is empty; expected a text with numbered paragraphs")
    return text


def checksum(document: Document) -> str:
    """The SHA-256 of the text as received, in hexadecimal."""
    import hashlib

    return hashlib.sha256(document.source.encode()).hexdigest()


def read_yaml(path: Path) -> Any:
    """What a YAML file holds.

    Raises:
        DocumentUnreadable: It is missing or no YAML; the message says where.
    """
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return yaml.load(path.read_bytes(), Loader=loader)  # noqa: S506 - a safe loader, in C where there is one
    except OSError as error:
        raise DocumentUnreadable(f"{path}: {error.strerror or error}; expected a readable YAML file") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise DocumentUnreadable(f"{path}: {' '.join(str(error).split())}") from error


def read_edition(path: Path) -> Edition:
    """What an editor says of a document.

    Raises:
        DocumentUnreadable: An entry is unknown, or not of its form; the message names it.
    """
    data = read_yaml(path) or {}
    if not isinstance(data, dict):
        raise DocumentUnreadable(f"{path}: expected entries such as “short_title:”, found {type(data).__name__}")
    known = {"title", "short_title", "author", "date", "timezone", "symbol", "misprints", "reported_in"}
    if unknown := sorted(set(map(str, data)) - known):
        raise DocumentUnreadable(f"{path}: unknown entry {unknown[0]!r}; expected some of {', '.join(sorted(known))}")

    def stated(key: str) -> Stated:
        entry = data.get(key) or {"value": "", "provenance": ""}
        if not isinstance(entry, dict) or set(entry) != {"value", "provenance"}:
            raise DocumentUnreadable(f"{path}: {key}: expected a “value” and its “provenance”")
        return Stated(str(entry["value"] or ""), " ".join(str(entry["provenance"] or "").split()))

    day = stated("date").value
    try:
        return Edition(
            title=stated("title"),
            short_title=stated("short_title").value,
            author=stated("author").value,
            date=date.fromisoformat(day) if day else None,
            zone=stated("timezone"),
            symbol=stated("symbol"),
            misprints=tuple((int(m["paragraph"]), str(m["printed"])) for m in data.get("misprints") or ()),
            reported_in=tuple((str(item), str(path)) for item, path in (data.get("reported_in") or {}).items()),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise DocumentUnreadable(f"{path}: an entry is not of its form: {error}") from error
