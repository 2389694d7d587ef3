"""What an editor writes beside a document for its questions: what each paragraph answers, and what none does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from corpus.document import Document
from corpus.forms import Form, read_yaml

KEYS, SILENCES = "keys.yaml", "silences.yaml"
#: A paragraph with fewer questions is found too seldom.
ENOUGH = 20


@dataclass(frozen=True, slots=True)
class Keys:
    """What one paragraph answers: questions in people's words, and everyday terms for its terms."""

    questions: tuple[str, ...]
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Silence:
    """A question that the document does not answer, and the paragraphs that come nearest."""

    ask: str
    near: tuple[int, ...]


def load_keys(document: Document) -> dict[int, Keys]:
    """The keys beside a document, by paragraph; empty if it has none.

    Raises:
        DocumentUnreadable: An entry is not of its form, or names a paragraph that does not exist.
    """
    path = document.folder / KEYS if document.folder else None
    if path is None or not path.is_file():
        return {}
    form = Form(path)
    data = read_yaml(path) or {}
    if not isinstance(data, dict):
        raise form.refuse("keys", "paragraph numbers with questions and terms", data)
    keys = {}
    for number, entry in data.items():
        (number_,) = form.paragraphs("keys", [number], document.first, document.last)
        where = f"paragraph {number_}"
        held = form.mapping(where, entry, ("questions",), ("terms",))
        keys[number_] = Keys(form.texts(where, held["questions"]), form.texts(where, held.get("terms")))
    return keys


def thin_keys(document: Document, keys: Mapping[int, Keys]) -> list[int]:
    """The paragraphs with fewer than `ENOUGH` different questions, in order."""
    return [
        p.number for p in document.paragraphs if p.number not in keys or len(set(keys[p.number].questions)) < ENOUGH
    ]


def load_silences(document: Document) -> tuple[Silence, ...]:
    """The questions that an editor knows the document not to answer; empty if none are written.

    Raises:
        DocumentUnreadable: An entry is not of its form, or names a paragraph that does not exist.
    """
    path = document.folder / SILENCES if document.folder else None
    if path is None or not path.is_file():
        return ()
    form = Form(path)
    silences = []
    for entry in form.rows("silences", read_yaml(path)):
        held = form.mapping("silences", entry, ("ask",), ("near", "why"))
        ask = form.text("silences", held["ask"])
        silences.append(Silence(ask, form.paragraphs(f"“{ask}”", held.get("near"), document.first, document.last)))
    return tuple(silences)
