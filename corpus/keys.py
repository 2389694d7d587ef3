"""What an editor writes beside a document for its questions: what each paragraph answers, and what none does."""

from __future__ import annotations

from dataclasses import dataclass

from corpus.document import Document
from corpus.errors import DocumentUnreadable
from corpus.library import read_yaml

KEYS, SILENCES = "keys.yaml", "silences.yaml"


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
    data = read_yaml(path) or {}
    if not isinstance(data, dict):
        raise DocumentUnreadable(f"{path}: expected paragraph numbers with questions and terms")
    keys = {}
    for number, entry in data.items():
        if not isinstance(number, int) or number not in document:
            raise DocumentUnreadable(f"{path}: names paragraph {number}, which the document has not")
        try:
            keys[number] = Keys(tuple(map(str, entry["questions"])), tuple(map(str, entry.get("terms") or ())))
        except (KeyError, TypeError, AttributeError) as error:
            raise DocumentUnreadable(f"{path}: paragraph {number}: expected questions and terms") from error
    return keys


def load_silences(document: Document) -> tuple[Silence, ...]:
    """The questions that an editor knows the document not to answer; empty if none are written.

    Raises:
        DocumentUnreadable: An entry is not of its form, or names a paragraph that does not exist.
    """
    path = document.folder / SILENCES if document.folder else None
    if path is None or not path.is_file():
        return ()
    try:
        silences = tuple(Silence(str(entry["ask"]), tuple(entry.get("near") or ())) for entry in read_yaml(path) or ())
    except (KeyError, TypeError, AttributeError) as error:
        raise DocumentUnreadable(f"{path}: expected a list of entries with ask and near") from error
    for silence in silences:
        if missing := [number for number in silence.near if number not in document]:
            raise DocumentUnreadable(
                f"{path}: “{silence.ask}” names paragraph {missing[0]}, which the document has not"
            )
    return silences
