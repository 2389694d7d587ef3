"""What kind of thing a question asks for: a figure, a person, a date; and whether a sentence states a figure."""

from __future__ import annotations

import re

from corpus.patterns import lazy

FIGURE = "figure"

_KINDS = {
    FIGURE: lazy(
        r"\bhow (?:many|much|old|high|big|large|few)\b|\b(?:number|share|percent(?:age)?|per cent|proportion|figures?|totals?|amount|"
        r"ages?|fraction|ballpark|count|statistics|stats|average|rate)\b|%|\$",
        re.IGNORECASE,
    ),
    "who": lazy(r"\bwho(?:se|m|s)?\b|\bnames?\b|\bnamed\b", re.IGNORECASE),
    "which": lazy(r"\b(?:which|list)\b", re.IGNORECASE),
    "when": lazy(r"\bwhen\b|\b(?:date|year|deadline|how long|how soon)\b", re.IGNORECASE),
    "where": lazy(r"\bwhere\b|\b(?:city|venue|address|headquarters|location)\b", re.IGNORECASE),
    "definition": lazy(r"\b(?:define[sd]?|definition|meaning|meant by|means|stand for)\b", re.IGNORECASE),
    "vote": lazy(r"\b(?:vot(?:e|es|ed|ing)|against|abstain(?:ed)?|oppos(?:e|ed))\b", re.IGNORECASE),
    "why": lazy(r"\b(?:why|reasons?|causes?|how come)\b", re.IGNORECASE),
    "how": lazy(
        r"\bhow (?:do|does|can|could|should|to|would|did|is|are)\b|\bwhat (?:can|could|should|would)\b", re.IGNORECASE
    ),
    "whether": lazy(
        r"^(?:(?:so|and|but|ok)\s+)?(?:did|do|does|is|are|was|were|can|could|should|would|will|has|have|any|anything)\b",
        re.IGNORECASE,
    ),
}
_FIGURES = lazy(
    r"\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|half|third|quarter|hundred|thousand|million|double|most|"
    r"largest|few|majority)\b",
    re.IGNORECASE,
)


def kinds_asked(question: str) -> frozenset[str]:
    """The kinds of thing that a question asks for."""
    return frozenset(kind for kind, pattern in _KINDS.items() if pattern.search(question))


def holds_figure(sentence: str) -> bool:
    """Whether a sentence states a number, in figures or words."""
    return bool(_FIGURES.search(sentence))
