"""The tie between the day and the text: which item of the programme a paragraph or a section reports."""

from __future__ import annotations

import re
from functools import cache

from bot.hearing import Said
from corpus.document import Document

#: Words that a question about where in the day a paragraph belongs is made of; any other word makes it another question.
_WORDS = frozenset(
    (
        "when what time which part of the day in was were is are did does do on at came come up it this that from to and "
        "or by for hearings hearing during belong belongs para paras paragraph paragraphs par section sections sec number "
        "no discussed discuss debated talked about raised reported report reports covered cover covers treated dealt with "
        "they we you people meeting session panel slot item programme place held taken a i ii iii iv v b c d tell me please pls what's which's"
    ).split()
)
#: Words longer than this message are a story.
LONGEST = 14


def asked_of_text(said: Said, label: str) -> tuple[int, ...] | str | None:
    """What a question asks the day of: paragraph numbers, or the path of a section; None if it asks for something else.

    Args:
        label: What the programme calls its items, "segment".
    """
    found = said.references
    if not (found.paragraphs or found.sections) or found.whole or found.outside or len(said.bare.split()) > LONGEST:
        return None
    asks, other = _shapes(label)
    if not asks.search(said.bare) or any(word not in other for word in re.findall(r"[a-z']+", said.bare.casefold())):
        return None
    return found.paragraphs or (found.sections[0].path if len(found.sections) == 1 else None)


@cache
def _shapes(label: str) -> tuple[re.Pattern[str], frozenset[str]]:
    short = label[:3]
    items = rf"{re.escape(label)}s?|{re.escape(short)}s?|panel|session|slot|item|meeting|part of the day"
    asks = rf"\b(?:(?:when|what time)\b.*\b(?:discuss|debat|talk|come up|came up|raised|treated|covered|on)|(?:which|what|in)\s+(?:{items})\b)"
    return re.compile(asks, re.IGNORECASE), _WORDS | {label, f"{label}s", short, f"{short}s"}


def items_reported(document: Document, number: int) -> tuple[int, ...]:
    """The places in the programme of the items that the section of a paragraph reports; empty where it reports none."""
    programme = document.programme
    if programme is None:
        return ()
    paths = dict(document.edition.reported_in)
    sections = {i: document.section(paths[item.name]) for i, item in enumerate(programme.items) if item.name in paths}
    return tuple(i for i, section in sections.items() if section and number in section)
