"""Paragraphs that belong together, a short one and the one that says it at length, as an editor lists them."""

from __future__ import annotations

from corpus.document import Document
from corpus.errors import DocumentUnreadable
from corpus.forms import Form, read_yaml

PAIRS = "pairs.yaml"


def load_pairs(document: Document) -> tuple[tuple[int, int], ...]:
    """The pairs beside a document, the short paragraph first; empty if none are written.

    Raises:
        DocumentUnreadable: The file is not of its form, or names a paragraph that does not exist, or one twice.
    """
    path = document.folder / PAIRS if document.folder else None
    if path is None or not path.is_file():
        return ()
    form = Form(path)
    pairs: list[tuple[int, int]] = []
    for entry in form.rows("pairs", read_yaml(path)):
        pair = form.paragraphs("pairs", entry, document.first, document.last)
        if len(pair) != 2:
            raise form.refuse("pairs", "two paragraph numbers in each", entry)
        pairs.append((pair[0], pair[1]))
    numbers = [number for pair in pairs for number in pair]
    if twice := sorted({number for number in numbers if numbers.count(number) > 1}):
        raise DocumentUnreadable(f"{path}: pairs: paragraph {twice[0]} stands in more than one; expected it in one")
    return tuple(pairs)


def twin(document: Document, number: int) -> int | None:
    """The paragraph that an editor put together with one; None if there is none."""
    for short, full in document.pairs:
        if number == short:
            return full
        if number == full:
            return short
    return None
