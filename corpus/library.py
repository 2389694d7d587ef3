"""Documents on disk: a folder holds `source.txt` (the text as received) and what an editor adds as data beside it.

`document.yaml` says what the text does not say about itself; each entry has a `value` and its `provenance`. A
`programme.yaml` takes the place of the annex's programme. `topics.yaml`, `keys.yaml` and `silences.yaml` are read only when
a question needs them.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from corpus.document import NO_EDITION, Document, Edition, Stated
from corpus.errors import DocumentUnreadable
from corpus.forms import Form, read_yaml
from corpus.reader import read_document

SHIPPED = Path(__file__).parent / "documents"
SOURCE, EDITION, PROGRAMME = "source.txt", "document.yaml", "programme.yaml"


def shipped_documents() -> list[str]:
    """The names of the documents that come with the bot."""
    return sorted(folder.name for folder in SHIPPED.iterdir() if _is_file(folder / SOURCE))


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # a name that no file can have
        return False


def open_document(name: str | Path) -> Document:
    """The document of a shipped name, or of a folder.

    Raises:
        DocumentUnreadable: There is no such document, or one of its files cannot be read.
        Unplaced: A line of its text fits nowhere.
    """
    folder = SHIPPED / str(name)
    if not (str(name) and "/" not in str(name) and _is_file(folder / SOURCE)):
        folder = Path(name)
    if not _is_file(folder / SOURCE):
        names = ", ".join(shipped_documents())
        raise DocumentUnreadable(f"no document {str(name)!r}: expected one of {names}, or a folder that holds {SOURCE}")
    document = read_document(read_source(folder / SOURCE), folder.resolve().name)
    if _is_file(folder / PROGRAMME):
        from corpus.programme_file import read_programme

        document = replace(document, brought=read_programme(folder / PROGRAMME))
    edition = read_edition(folder / EDITION, document) if _is_file(folder / EDITION) else NO_EDITION
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

    source = (document.folder / SOURCE).read_bytes() if document.folder else document.source.encode()
    return hashlib.sha256(source).hexdigest()


def read_edition(path: Path, document: Document) -> Edition:
    """What an editor says of a document.

    Raises:
        DocumentUnreadable: An entry is unknown, not of its form, or speaks of what the text has not; the message names it.
    """
    form = Form(path)
    data = read_yaml(path) or {}
    if not isinstance(data, dict):
        raise DocumentUnreadable(f"{path}: expected entries such as “short_title:”, found {type(data).__name__}")
    known = {"title", "short_title", "author", "date", "timezone", "symbol", "misprints", "reported_in"}
    if unknown := sorted(set(map(str, data)) - known):
        raise DocumentUnreadable(f"{path}: unknown entry {unknown[0]!r}; expected some of {', '.join(sorted(known))}")

    def stated(key: str) -> Stated:
        entry = data.get(key)
        if entry is None:
            return Stated("", "")
        if not isinstance(entry, dict) or set(entry) != {"value", "provenance"}:
            raise DocumentUnreadable(f"{path}: {key}: expected a “value” and its “provenance”")
        if isinstance(entry["value"], list | dict):
            raise form.refuse(key, "one value", entry["value"])
        return Stated(str(entry["value"] or ""), " ".join(str(entry["provenance"] or "").split()))

    return Edition(
        title=stated("title"),
        short_title=stated("short_title").value,
        author=stated("author").value,
        date=_date(path, stated("date").value),
        zone=_zone(path, stated("timezone")),
        symbol=stated("symbol"),
        misprints=_misprints(form, data.get("misprints"), document),
        reported_in=_reported_in(form, data.get("reported_in"), document),
    )


def _date(path: Path, written: str) -> date | None:
    try:
        return date.fromisoformat(written) if written else None
    except ValueError as error:
        raise DocumentUnreadable(f"{path}: date: expected a day such as 2006-07-12, found {written!r}") from error


def _zone(path: Path, zone: Stated) -> Stated:
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo(zone.value or "UTC")
    except (LookupError, ValueError, OSError) as error:
        raise DocumentUnreadable(
            f"{path}: timezone: expected an IANA name such as Europe/Zurich, found {zone.value!r}"
        ) from error
    return zone


def _misprints(form: Form, value: object, document: Document) -> tuple[tuple[int, str], ...]:
    found = []
    if value is not None and not isinstance(value, list):
        raise DocumentUnreadable(f"{form.path}: misprints: not of its form, a list of “paragraph” and “printed”")
    for entry in value or ():
        printed = form.mapping("misprints", entry, ("paragraph", "printed"))
        if not isinstance(printed["paragraph"], int):
            raise DocumentUnreadable(
                f"{form.path}: misprints: not of its form, “paragraph” is no number: {printed['paragraph']!r}"
            )
        (number,) = form.paragraphs("misprints", [printed["paragraph"]], document.first, document.last)
        words = form.text("misprints", printed["printed"])
        if words not in document.paragraph(number).text:
            raise DocumentUnreadable(f"{form.path}: misprints: paragraph {number} does not hold “{words}”")
        found.append((number, words))
    return tuple(found)


def _reported_in(form: Form, value: object, document: Document) -> tuple[tuple[str, str], ...]:
    if value is not None and not isinstance(value, dict):
        raise DocumentUnreadable(
            f"{form.path}: reported_in: not of its form, an item and its section, “Segment 1: III”"
        )
    names = [item.name for item in document.programme.items] if document.programme else []
    found = []
    for item, path in (value or {}).items():
        if item not in names:
            raise DocumentUnreadable(
                f"{form.path}: reported_in: the programme has no “{item}”; it has {', '.join(names) or 'no items'}"
            )
        if document.section(str(path)) is None:
            raise DocumentUnreadable(f"{form.path}: reported_in: {item}: there is no section {path}")
        found.append((str(item), str(path)))
    return tuple(found)
