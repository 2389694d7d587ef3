"""Where a topic is treated: a cell a paragraph, in a strip for each section, each with its number, those of the topic filled."""

from __future__ import annotations

from bot.drawing.canvas import EDGE, FAINT, MARGIN, WIDTH, Canvas, leading, wrap
from corpus.document import Document

TITLE, BODY, SMALL, NUMBER = 46.0, 31.0, 29.0, 33.0
COLUMNS, GAP = 11, 8.0
MARKED, MARKED_EDGE, EMPTY = "#00527f", "#00304a", "#ecebe6"


def draw_map(document: Document, name: str, paragraphs: tuple[int, ...]) -> bytes:
    """The map of a topic as a PNG.

    Args:
        paragraphs: The numbers of those that treat it.
    """
    inner = WIDTH - 2 * MARGIN
    cell = (inner - (COLUMNS - 1) * GAP) / COLUMNS
    title = wrap(name, inner, TITLE, bold=True)
    count = f"in {len(paragraphs)} of {len(document.paragraphs)} paragraphs"
    source = wrap(f"{count} · {document.source_line}", inner, SMALL)
    strips = []
    for top in document.top_sections() or ():
        heading = wrap(f"{top.printed}{top.title}", inner, BODY)
        strips.append((heading, [p.number for p in document.paragraphs if p.number in top]))
    if not strips:
        strips = [([], [p.number for p in document.paragraphs])]
    height = 2 * MARGIN + len(title) * leading(TITLE) + len(source) * leading(SMALL) + 34
    for heading, inside in strips:
        height += len(heading) * leading(BODY) + 8 + -(-len(inside) // COLUMNS) * (cell + GAP) + 26
    page = Canvas(height)
    y = page.lines(MARGIN, MARGIN, title, TITLE, bold=True)
    y = page.lines(MARGIN, y, source, SMALL, colour=FAINT) + 34
    wanted = set(paragraphs)
    for heading, inside in strips:
        y = page.lines(MARGIN, y, heading, BODY) + 8
        for place, number in enumerate(inside):
            x, top_ = MARGIN + place % COLUMNS * (cell + GAP), y + place // COLUMNS * (cell + GAP)
            marked = number in wanted
            page.box(x, top_, cell, cell, MARKED if marked else EMPTY, MARKED_EDGE if marked else EDGE)
            size, colour = (NUMBER, "#ffffff") if marked else (SMALL, FAINT)
            page.text(x + cell / 2, top_ + cell / 2, str(number), size, bold=marked, colour=colour,
                      align="center", middle=True)  # fmt: skip
        y += -(-len(inside) // COLUMNS) * (cell + GAP) + 26
    return page.png()
