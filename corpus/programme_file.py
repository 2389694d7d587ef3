"""Reads `programme.yaml`: a programme that an editor brings beside a text, instead of the one in its annex.

It is of one day. Entries stand in the order of the day; one with `meeting` is a part of the day, and the items within its
times belong to it. Every fault names the line.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import yaml
from yaml import MappingNode, Node, ScalarNode, SequenceNode

from corpus.document import Item, Meeting, Programme, Stated
from corpus.errors import DocumentUnreadable
from corpus.programme import LABEL, read_times

_WHOLE = ("title", "date", "timezone", "provenance", "entries"), ()
_MEETING = ("times", "meeting"), ()
_ITEM = ("times", "title"), ("label", "statements")


def read_programme(path: Path) -> Programme:
    """The programme of a file.

    Raises:
        DocumentUnreadable: It is not of its form; the message names the line.
    """
    reader = _Reader(path)
    top = reader.mapping(_root(path), *_WHOLE)
    day = reader.day(top["date"])
    zone = Stated(reader.zone(top["timezone"]), reader.text(top["provenance"]))
    entries: list[Meeting | Item] = []
    meeting: Meeting | None = None
    for node in reader.rows(top["entries"]):
        entry = reader.mapping(node, *(_MEETING if reader.has(node, "meeting") else _ITEM))
        times = reader.text(entry["times"])
        start, end = reader.span(entry["times"])
        reader.exist(entry["times"], day, zone.value, start, end)
        before = [made for made in entries if isinstance(made, Item)]
        if before and start < before[-1].end:
            raise reader.refuse(entry["times"], f"a start after “{before[-1].times}”, in the order of the day")
        if "meeting" in entry:
            meeting = Meeting(start, end, times, reader.text(entry["meeting"]))
            entries.append(meeting)
            continue
        label = reader.text(entry["label"]) if "label" in entry else ""
        if label and not LABEL.fullmatch(label):
            raise reader.refuse(entry["label"], "a word and a number, such as Panel 1")
        title = reader.text(entry["title"])
        if (label or title) in {made.name for made in before}:
            raise reader.refuse(entry["label" if label else "title"], "a name that no other item has")
        statements = reader.texts(entry["statements"]) if "statements" in entry else ()
        held = meeting if meeting and meeting.start <= start and end <= meeting.end else None
        entries.append(Item(start, end, times, label, title, statements, held))
    items = tuple(entry for entry in entries if isinstance(entry, Item))
    if not items:
        raise reader.refuse(top["entries"], "at least one entry with “times” and “title”")
    meetings = tuple(entry for entry in entries if isinstance(entry, Meeting))
    return Programme(reader.text(top["title"]), meetings, items, tuple(entries), day, zone)


def _root(path: Path) -> Node:
    try:
        with path.open("rb") as file:
            root = yaml.compose(file, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except OSError as error:
        raise DocumentUnreadable(f"{path}: {error.strerror or error}; expected a readable YAML file") from error
    except (yaml.YAMLError, UnicodeDecodeError, ValueError) as error:
        raise DocumentUnreadable(f"{path}: {' '.join(str(error).split())}") from error
    if root is None:
        raise DocumentUnreadable(f"{path}: the file is empty; expected title, provenance and entries")
    return root


@dataclass(frozen=True, slots=True)
class _Reader:
    """Gives the values of a file's nodes, or refuses them by their lines."""

    path: Path

    def refuse(self, node: Node, expected: str) -> DocumentUnreadable:
        found = node.value if isinstance(node, ScalarNode) else "entries" if isinstance(node, MappingNode) else "a list"
        shown = found if len(found) <= 60 else f"{found[:57]}…"
        return DocumentUnreadable(f"{self.path}, line {node.start_mark.line + 1}: found “{shown}”, expected {expected}")

    def mapping(self, node: Node, required: tuple[str, ...], optional: tuple[str, ...]) -> dict[str, Node]:
        known = ", ".join((*required, *optional))
        if not isinstance(node, MappingNode):
            raise self.refuse(node, f"entries {known}")
        found: dict[str, Node] = {}
        for key, value in node.value:
            if key.value not in (*required, *optional):
                raise self.refuse(key, f"some of {known}")
            if key.value in found:
                raise self.refuse(key, "it once")
            found[key.value] = value
        if missing := [name for name in required if name not in found]:
            line = node.start_mark.line + 1
            raise DocumentUnreadable(f"{self.path}, line {line}: found no “{missing[0]}”, expected {known}")
        return found

    def has(self, node: Node, key: str) -> bool:
        return isinstance(node, MappingNode) and key in [name.value for name, _ in node.value]

    def rows(self, node: Node) -> list[Node]:
        if not isinstance(node, SequenceNode):
            raise self.refuse(node, "a list")
        return list(node.value)

    def text(self, node: Node) -> str:
        if not isinstance(node, ScalarNode) or not node.value.strip():
            raise self.refuse(node, "a text")
        return " ".join(node.value.split())

    def texts(self, node: Node) -> tuple[str, ...]:
        return tuple(self.text(row) for row in self.rows(node))

    def day(self, node: Node) -> date:
        try:
            return date.fromisoformat(self.text(node))
        except ValueError as error:
            raise self.refuse(node, "a day such as 2031-03-30") from error

    def zone(self, node: Node) -> str:
        name = self.text(node)
        try:
            ZoneInfo(name)
        except (LookupError, ValueError, OSError) as error:
            raise self.refuse(node, "an IANA name such as Europe/Zurich") from error
        return name

    def span(self, node: Node) -> tuple[time, time]:
        try:
            start, end = read_times(self.text(node))
        except ValueError as error:
            raise self.refuse(node, "two times of day, such as 10.35 a.m.-11.45 a.m. or 10:35-11:45") from error
        if start >= end:
            raise self.refuse(node, "an end after the start, on the same day")
        return start, end

    def exist(self, node: Node, day: date, zone: str, *moments: time) -> None:
        """Refuse a time that the zone's clocks leave out on that day."""
        for moment in moments:
            local = datetime.combine(day, moment, ZoneInfo(zone))
            if local.astimezone(UTC).astimezone(local.tzinfo).time() != moment:
                raise self.refuse(node, f"times that there are in {zone} on {day}: its clocks go forward then")
