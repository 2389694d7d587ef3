"""The fact sheet that an editor writes beside a document: what each paragraph states, by kind, in its own words."""

from __future__ import annotations

import re
from dataclasses import dataclass

from corpus.document import Document, Footnote
from corpus.errors import DocumentUnreadable
from corpus.forms import Form, read_yaml
from corpus.kinds import holds_figure
from corpus.patterns import lazy

FACTS = "facts.yaml"

#: The kinds of fact, and what one of each is.
KINDS = {
    "number": "a count, a share, a rank or a number in a name",
    "date": "a day or days with their year",
    "body": "an organization, a committee, a forum",
    "instrument": "a treaty, a resolution, a declaration, a report, a code, a set of goals",
    "person": "somebody by name",
    "office": "somebody by office, without a name",
    "event": "a meeting or conference",
    "place": "a city or continent",
    "definition": "what a term means",
    "list": "things named one after the other",
    "recommendation": "what should be done",
    "speaker": "who said, asked or did it",
}

_YEAR = lazy(r"\b\d{4}\b")
_FIRST = lazy(r"\bfirst\b")


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that a paragraph states.

    Attributes:
        kind: One of `KINDS`.
        words: How the paragraph, or a footnote that hangs on it, says it; verbatim.
    """

    kind: str
    words: str


def load_facts(document: Document) -> dict[int, tuple[Fact, ...]]:
    """The facts beside a document, by paragraph, those of a footnote with the paragraph that it hangs on.

    Empty if no sheet is written; a kind that a paragraph of a sheet lacks is a kind of fact that it does not state.

    Raises:
        DocumentUnreadable: An entry is not of its form, stands twice, or has words that its paragraph does not.
    """
    path = document.folder / FACTS if document.folder else None
    if path is None or not path.is_file():
        return {}
    form = Form(path)
    data = read_yaml(path) or {}
    if not isinstance(data, dict):
        raise form.refuse("facts", "paragraph numbers with facts by kind", data)
    facts: dict[int, tuple[Fact, ...]] = {}
    for key, entry in data.items():
        if note := _note(document, key):
            number, where, text = note.paragraph, f"note {note.mark}", note.text
        else:
            (number,) = form.paragraphs("facts", [key], document.first, document.last)
            where, text = f"paragraph {number}", document.paragraph(number).text
        facts[number] = facts.get(number, ()) + _facts(form, where, entry, text)
    return facts


def _note(document: Document, key: object) -> Footnote | None:
    return next((note for note in document.notes if key == f"note {note.mark}"), None)


def _facts(form: Form, where: str, entry: object, text: str) -> tuple[Fact, ...]:
    facts: list[Fact] = []
    for kind, written in form.mapping(where, entry, (), KINDS).items():
        for words in form.texts(f"{where}, {kind}", written):
            if not re.search(rf"(?<!\w){re.escape(words)}(?!\w)", text):
                raise form.refuse(f"{where}, {kind}", "words that stand there", words)
            if not _is_of(kind, words):
                raise form.refuse(f"{where}, {kind}", KINDS[kind], words)
            facts.append(Fact(kind, words))
    if twice := [fact for fact in facts if facts.count(fact) > 1]:
        raise DocumentUnreadable(
            f"{form.path}: {where}, {twice[0].kind}: {twice[0].words!r} stands twice; expected it once"
        )
    return tuple(facts)


def _is_of(kind: str, words: str) -> bool:
    """Whether words can be a fact of a kind, where that shows."""
    if kind == "number":
        return holds_figure(words) or bool(_FIRST.search(words))
    if kind == "date":
        return bool(_YEAR.search(words))
    if kind in ("person", "place"):
        return all(word[0].isupper() for word in words.split())
    return True
