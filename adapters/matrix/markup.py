"""A text and the same text in HTML, written together, so that both can be cut at the same place.

A text is a row of runs. A run stands in the plain text, in the HTML or in both, where it may be written differently, and
knows the elements that it stands in; the HTML of any stretch of the text opens and closes them as needed.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

#: What no event may hold, and what a terminal would obey; lone surrogates are no text.
_STEERING = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_LINE_END = re.compile(r"\s*\n\s*")

#: An element, and which one of its kind: two paragraphs beside each other are not one.
Element = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text within the same elements.

    Attributes:
        plain: As it stands in the plain text.
        shown: As it stands in the HTML, not escaped; line ends become `<br>` outside `pre`.
    """

    plain: str
    shown: str
    elements: tuple[Element, ...] = ()


class Writer:
    """Takes down runs."""

    def __init__(self) -> None:
        self.runs: list[Run] = []
        self._elements: tuple[Element, ...] = ()
        self._count = 0

    def write(self, plain: str, shown: str | None = None, *tags: str) -> None:
        """Add a text, within further elements.

        Args:
            shown: As it is written in the HTML; None for the same.
        """
        plain = _STEERING.sub("", plain)
        shown = plain if shown is None else _STEERING.sub("", shown)
        if plain or shown:
            with self.within(*tags):
                self.runs.append(Run(plain, shown, self._elements))

    def element(self, tag: str) -> Element:
        """A new element."""
        self._count += 1
        return tag, self._count

    @contextmanager
    def inside(self, elements: tuple[Element, ...]) -> Iterator[None]:
        """Put what is written into some elements, the first outermost, and no others."""
        before, self._elements = self._elements, elements
        try:
            yield
        finally:
            self._elements = before

    @contextmanager
    def within(self, *tags: str) -> Iterator[None]:
        """Put what is written into further elements, the first outermost."""
        with self.inside((*self._elements, *map(self.element, tags))):
            yield


def flowing(runs: list[Run]) -> list[Run]:
    """The same on one line."""
    return [replace(run, plain=_LINE_END.sub(" ", run.plain), shown=_LINE_END.sub(" ", run.shown)) for run in runs]


def plain_text(runs: list[Run]) -> str:
    """The plain text of runs."""
    return "".join([run.plain for run in runs])


def as_html(runs: list[Run], start: int = 0, end: int | None = None) -> str:
    """The HTML of a text, or of the stretch between two places in the plain text."""
    made: list[str] = []
    opened: tuple[Element, ...] = ()
    at = 0
    for run in runs:
        shown = run.shown
        if end is not None:
            shown = _within(run, start - at, end - at)
            at += len(run.plain)
        if not shown:
            continue
        if run.elements != opened:
            _turn(made, opened, run.elements)
            opened = run.elements
        text = html.escape(shown, quote=False)
        if "\n" in text and not any(tag == "pre" for tag, _ in opened):
            text = text.replace("\n", "<br>")
        made.append(text)
    _turn(made, opened, ())
    return "".join(made)


def cut(
    runs: list[Run], head: Callable[[str, Callable[[str], int]], str], size: Callable[[str, str], int]
) -> list[tuple[str, str]]:
    """A text in parts, each with its HTML.

    Args:
        head: The beginning of a text that fits, by a measure of beginnings; see `bot.render.head`.
        size: How large a plain text with its HTML is.
    """
    text = plain_text(runs)
    parts: list[tuple[str, str]] = []
    at = len(text) - len(text.lstrip())
    while at < len(text):

        def measure(beginning: str, at: int = at) -> int:
            return size(beginning, as_html(runs, at, at + len(beginning)))

        part = head(text[at:], measure)
        whole = part.rstrip()
        parts.append((whole, as_html(runs, at, at + len(whole))))
        at += len(part)
        at += len(text) - at - len(text[at:].lstrip())
    return parts


def _within(run: Run, start: int, end: int) -> str:
    """What a run shows of a stretch; one that is written differently is shown where it begins."""
    if start <= 0 and end >= len(run.plain):
        return run.shown if end > 0 else ""
    if end <= 0 or start >= len(run.plain):
        return ""
    if len(run.plain) == len(run.shown):
        return run.shown[max(start, 0) : end]
    return run.shown if start <= 0 else ""


def _turn(made: list[str], opened: tuple[Element, ...], wanted: tuple[Element, ...]) -> None:
    """Close and open elements."""
    same = 0
    while same < min(len(opened), len(wanted)) and opened[same] == wanted[same]:
        same += 1
    made += [f"</{tag}>" for tag, _ in reversed(opened[same:])]
    made += [f"<{tag}>" for tag, _ in wanted[same:]]
