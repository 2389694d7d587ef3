"""Sentences of a text, cut so that joining them with single spaces gives the text back."""

from corpus.patterns import lazy

_END = lazy(r"[.?!][”’\"')\]]*(?= [“‘\"'(\[]?[A-ZÀ-Þ])")
_ABBREVIATION = lazy(
    r"(?:^|[\s(“\"])(?:Nos?|Art|paras?|pp?|chap|cf|vol|ed|e\.g|i\.e|etc|viz|vs|Mr|Mrs|Ms|Dr|Prof|St)\.$|(?:^|[A-Z]\.\s?|[A-Z]\w+\s|[(“\"])[A-Z]\.$"
)


def split_sentences(text: str) -> tuple[str, ...]:
    """The sentences of a text; `" ".join` of them is the text."""
    parts, start = [], 0
    for match in _END.finditer(text):
        if text[match.start()] == "." and _ABBREVIATION.search(text[start : match.start() + 1]):
            continue
        parts.append(text[start : match.end()])
        start = match.end() + 1
    parts.append(text[start:])
    return tuple(parts)
