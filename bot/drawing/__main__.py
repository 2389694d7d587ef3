"""The child process: what is wanted as JSON on standard input, the file on standard output."""

from __future__ import annotations

import json
import sys

from corpus.document import Document
from corpus.library import open_document


def draw(document: Document, kind: str, arguments: list[str]) -> bytes:
    """The bytes of one file.

    Raises:
        ValueError: Nothing of that name can be made.
    """
    match kind:
        case "schedule":
            from bot.drawing.day import draw_day

            return draw_day(document, arguments[0])
        case "topic-map":
            from bot.drawing.map import draw_map

            return draw_map(document, arguments[0], tuple(map(int, arguments[1:])))
        case "calendar":
            from bot.drawing.calendar import make_calendar

            return make_calendar(document)
        case "plan":
            from datetime import datetime

            from bot.digests.order import from_json
            from bot.digests.plan import as_calendar, one_round

            order, made = from_json(arguments[0]), datetime.fromisoformat(arguments[1])
            return as_calendar(order, one_round(order), made, document.edition.short_title or document.name)
        case _:
            raise ValueError(f"{kind!r} is nothing that can be made; expected schedule, topic-map, calendar or plan")


def main() -> None:
    """Make one file."""
    asked = json.load(sys.stdin)
    kind, *arguments = asked["wanted"]
    sys.stdout.buffer.write(draw(open_document(asked["document"]), kind, arguments))


if __name__ == "__main__":
    main()
