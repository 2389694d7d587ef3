"""The form of what an editor writes beside a text: which entries, of which kind. Every fault names the file and the entry."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from corpus.errors import DocumentUnreadable


def read_yaml(path: Path) -> Any:
    """What a YAML file holds.

    Raises:
        DocumentUnreadable: It is missing or no YAML; the message says where.
    """
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        with path.open("rb") as file:
            return yaml.load(file, Loader=loader)  # noqa: S506 - a safe loader, in C where there is one
    except OSError as error:
        raise DocumentUnreadable(f"{path}: {error.strerror or error}; expected a readable YAML file") from error
    except (yaml.YAMLError, UnicodeDecodeError, ValueError) as error:
        raise DocumentUnreadable(f"{path}: {' '.join(str(error).split())}") from error


class Form:
    """Checks one file's entries; every method gives the value or refuses it by the file and the entry."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def refuse(self, where: str, expected: str, found: object) -> DocumentUnreadable:
        """The error that says what an entry should be."""
        shown = str(found)
        shown = shown if len(shown) <= 60 else f"{shown[:57]}…"
        return DocumentUnreadable(f"{self.path}: {where}: expected {expected}, found {type(found).__name__} {shown!r}")

    def mapping(
        self, where: str, value: object, required: Iterable[str], optional: Iterable[str] = ()
    ) -> dict[str, Any]:
        """A mapping with just these entries."""
        needed = set(required)
        if isinstance(value, dict) and needed <= set(value) <= needed | set(optional):
            return value
        raise self.refuse(where, f"entries {', '.join(sorted(needed | set(optional)))}", value)

    def rows(self, where: str, value: object) -> list[Any]:
        """A list; nothing at all is an empty one."""
        if value is None:
            return []
        if not isinstance(value, list):
            raise self.refuse(where, "a list of entries", value)
        return value

    def text(self, where: str, value: object) -> str:
        """A text with something in it."""
        if not isinstance(value, str) or not value.strip():
            raise self.refuse(where, "a text", value)
        return value

    def texts(self, where: str, value: object) -> tuple[str, ...]:
        """A list of texts; nothing at all is an empty one. A bare number or yes counts as it is written."""
        return tuple(self.text(where, str(v) if isinstance(v, int | float) else v) for v in self.rows(where, value))

    def paragraphs(self, where: str, value: object, first: int, last: int) -> tuple[int, ...]:
        """A list of paragraph numbers that the document has."""
        numbers = self.rows(where, value)
        for number in numbers:
            if not isinstance(number, int) or isinstance(number, bool):
                raise self.refuse(where, "paragraph numbers", value)
            if not first <= number <= last:
                raise DocumentUnreadable(
                    f"{self.path}: {where}: names paragraph {number}, which the document has not ({first} to {last})"
                )
        return tuple(numbers)
