"""A page to draw on in pixels, with text that is measured and wrapped; dark on a light ground of its own."""

from __future__ import annotations

import io

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.patches import FancyBboxPatch, Rectangle

#: Pixels. On a phone of 400 points it is shown at 0.37 of its size, so that 32 pixels become 12.
WIDTH, MARGIN = 1080, 44
DPI = 100
GROUND, INK, FAINT, EDGE = "#fbfaf7", "#1a1a1a", "#55534e", "#b9b5aa"
#: Pale grounds with dark edges, told apart also by those who see few colours (after Okabe and Ito).
GROUNDS = (("#d6e8f6", "#0072b2"), ("#fce5c9", "#b35900"), ("#d3eee4", "#007a5a"), ("#f0dcea", "#a0487e"))


class Canvas:
    """A page of `WIDTH` pixels; y runs downwards from the top."""

    def __init__(self, height: float) -> None:
        self.height = height
        self._figure = Figure(figsize=(WIDTH / DPI, height / DPI), dpi=DPI, facecolor=GROUND)
        self._canvas = FigureCanvasAgg(self._figure)
        self._axes = self._figure.add_axes((0, 0, 1, 1))
        self._axes.set_xlim(0, WIDTH)
        self._axes.set_ylim(height, 0)
        self._axes.axis("off")
        self.box(3, 3, WIDTH - 6, height - 6, GROUND, EDGE, width=3)

    def text(
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        *,
        bold: bool = False,
        colour: str = INK,
        align: str = "left",
        middle: bool = False,
        turned: bool = False,
    ) -> None:
        """A line of text whose top, or middle, is at y. `size` is in pixels."""
        self._axes.text(
            x, y, text, fontsize=size * 72 / DPI, fontweight="bold" if bold else "normal", color=colour, ha=align,
            va="center" if middle else "top", rotation=90 if turned else 0, parse_math=False,
        )  # fmt: skip

    def lines(
        self, x: float, y: float, lines: list[str], size: float, *, bold: bool = False, colour: str = INK
    ) -> float:
        """Lines of text from y downwards; where they end."""
        for line in lines:
            self.text(x, y, line, size, bold=bold, colour=colour)
            y += leading(size)
        return y

    def box(
        self,
        x: float,
        y: float,
        width_: float,
        height: float,
        ground: str,
        edge: str,
        *,
        width: float = 2,
        hatch: str = "",
        dashed: bool = False,
        radius: float = 8,
    ) -> None:
        """A box with round corners."""
        self._axes.add_patch(
            FancyBboxPatch(
                (x + radius, y + radius), width_ - 2 * radius, height - 2 * radius, facecolor=ground, edgecolor=edge,
                linewidth=width * 72 / DPI, hatch=hatch, linestyle="--" if dashed else "-",
                boxstyle=f"round,pad={radius},rounding_size={radius}",
            )
        )  # fmt: skip

    def bar(self, x: float, y: float, width: float, height: float, colour: str) -> None:
        """A filled bar."""
        self._axes.add_patch(Rectangle((x, y), width, height, facecolor=colour, linewidth=0))

    def rule(self, x: float, y: float, to: float, colour: str = EDGE) -> None:
        """A thin line across."""
        self._axes.plot((x, to), (y, y), color=colour, linewidth=1, zorder=0.5)

    def png(self) -> bytes:
        """The page as a PNG."""
        held = io.BytesIO()
        self._figure.savefig(held, format="png", dpi=DPI, facecolor=GROUND, metadata={"Software": None})
        return held.getvalue()


def leading(size: float) -> float:
    """From one line to the next, in pixels."""
    return size * 1.3


def wrap(text: str, width: float, size: float, *, bold: bool = False) -> list[str]:
    """A text in lines of at most so many pixels; a word that is longer stands alone."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and measure(longer, size, bold=bold) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


_MEASURING = FigureCanvasAgg(Figure(dpi=DPI))


def measure(text: str, size: float, *, bold: bool = False) -> float:
    """How wide a line is, in pixels."""
    font = FontProperties(size=size * 72 / DPI, weight="bold" if bold else "normal")
    return float(_MEASURING.get_renderer().get_text_width_height_descent(text, font, False)[0])  # type: ignore[no-untyped-call]
