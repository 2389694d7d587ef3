"""`hearings corpus check` and `hearings corpus new`: what a text holds, and a folder made of it."""

from __future__ import annotations

import shlex
from pathlib import Path

from corpus.document import Document, Section
from corpus.errors import CorpusError, DocumentUnreadable
from corpus.facts import load_facts
from corpus.keys import ENOUGH, load_keys, load_silences, thin_keys
from corpus.library import EDITION, SOURCE, checksum, open_document, read_source
from corpus.reader import gaps, read_document
from corpus.topics import load_topics

_TEMPLATE = """\
# What the text does not say about itself. Every entry says how we know it; an empty value means: not known.
title:
  value: ""
  provenance: ""
short_title:
  value: ""
  provenance: ""
author:
  value: ""
  provenance: ""
date: # the day that the document reports on, as 2006-07-12
  value: ""
  provenance: ""
timezone: # of the programme, as an IANA name such as Europe/Zurich
  value: ""
  provenance: ""
symbol:
  value: ""
  provenance: ""
# misprints: words that stand misprinted in the text, so that a quotation says “as printed”
#   - paragraph: 2
#     printed: to he held
# reported_in: which section reports which item of the programme
#   Segment 1: III
"""


def check(file: str | Path | None) -> tuple[str, bool]:
    """A report on a document, and whether everything could be placed."""
    try:
        return _report(_open(file or "")), True
    except CorpusError as error:
        return f"Could not be placed or read:\n  {error}", False


def _open(file: str | Path) -> Document:
    path = Path(file)
    if path.is_file():
        return read_document(read_source(path), path.stem)
    return open_document(file)


def _span(section: Section) -> str:
    return str(section.first) if section.first == section.last else f"{section.first}-{section.last}"


def _report(document: Document) -> str:
    programme = document.programme
    sections = [f"  {'  ' * (s.level - 1)}{s.printed}{s.title} ({_span(s)})" for s in document.sections]
    lines = [
        f"{document.name}: everything was placed; SHA-256 {checksum(document)}",
        f"Paragraphs: {len(document.paragraphs)} ({document.first} to {document.last})",
        f"Sections: {len(document.sections)}, in {max(s.level for s in document.sections)} levels",
        *sections,
        f"Notes: {len(document.notes)}",
        *(f"  {n.mark} on paragraph {n.paragraph}: {n.text}" for n in document.notes),
    ]
    if keys := load_keys(document):
        lines += [f"Keys: {sum(len(held.questions) for held in keys.values())}; questions by paragraph:"]
        lines += [f"  {', '.join(f'{number}: {len(keys[number].questions)}' for number in sorted(keys))}"]
    if programme:
        lines += [f"Programme: {len(programme.meetings)} meetings, {len(programme.items)} timed items"]
        lines += [f"  {item.times}  {item.name}" for item in programme.items]
    else:
        lines += [f"Annex: {document.annex.title}" if document.annex else "Annex: none"]
    missing = _missing(document)
    lines += (
        ["Missing beside the text:", *(f"  {line}" for line in missing)]
        if missing
        else ["Nothing is missing beside the text."]
    )
    if remarks := gaps(document):
        lines += ["To be looked at:", *(f"  {remark}" for remark in remarks)]
    return "\n".join(lines)


def _missing(document: Document) -> list[str]:
    edition = document.edition
    wanted = [
        (edition.title.value, "title: how answers and citations name it"),
        (edition.short_title, "short_title: stands under every quotation"),
        (edition.author, "author: for citations"),
        (edition.date, "date: the day it reports on"),
        (edition.symbol.value, "symbol: for citations, where the document has one"),
        (document.zone.value or not document.programme, "timezone: of the programme's times"),
        (
            edition.reported_in or not document.programme,
            "reported_in: which section reports which item of the programme",
        ),
    ]
    missing = [f"{EDITION}: {what}" for value, what in wanted if not value]
    if not load_topics(document).topics:
        missing.append("topics.yaml: topics with their plain names and paragraphs")
    keys = load_keys(document)
    if not keys:
        missing.append("keys.yaml: the questions that each paragraph answers, in people's words")
    elif thin := thin_keys(document, keys):
        missing.append(f"keys.yaml: fewer than {ENOUGH} questions for {', '.join(map(str, thin))}")
    if not load_silences(document):
        missing.append("silences.yaml: questions that the document does not answer")
    if not load_facts(document):
        missing.append("facts.yaml: what each paragraph states, by kind, in its own words")
    return missing


def new(file: str, to: str | None) -> str:
    """Make a folder with the text and an empty `document.yaml`; nothing that is there is written over.

    Returns:
        Where it is, what was found in it and what is still missing.

    Raises:
        DocumentUnreadable: The text cannot be read, or the folder exists.
        Unplaced: A line of the text fits nowhere.
    """
    path = Path(file)
    source = read_source(path)
    read_document(source, path.stem)
    folder = Path(to) if to else path.with_suffix("") if path.suffix else path.with_name(f"{path.name}-document")
    if folder.exists():
        raise DocumentUnreadable(f"{folder} exists already; nothing was written: name another folder with --to")
    try:
        folder.mkdir(parents=True)
        (folder / SOURCE).write_bytes(path.read_bytes())
        (folder / EDITION).write_text(_TEMPLATE, encoding="utf-8")
    except OSError as error:
        raise DocumentUnreadable(
            f"{folder}: {error.strerror or error}; expected a place where a folder can be made"
        ) from error
    served = folder if folder.is_absolute() or len(folder.parts) > 1 else f"./{folder}"
    command = f"hearings chat --document {shlex.quote(str(served))}"
    return f"Made {folder}. Serve it with: {command}\n\n{_report(open_document(folder.resolve()))}"
