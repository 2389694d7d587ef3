"""The day and a topic as lines of text, on wide and narrow screens, with a second clock and without."""

from pathlib import Path

import pytest

from adapters.terminal.sketch import LEAST, sketch
from bot.reply import Picture
from corpus.document import Document
from tests.inside import inside

DAY = """\
New York    Kathmandu
10 a.m.     7.45 p.m.   ┌ Opening of the hearings
                        │
10.30 a.m.  8.15 p.m.   └
                        ┆
10.35 a.m.  8.20 p.m.   ┌ Segment 1
                        │ Promoting a comprehensive rights-based approach to
                        │ international migration, and ensuring respect for and
                        │ protection of the human rights of all migrants and
                        │ their families
11.45 a.m.  9.30 p.m.   └
"""
MAP = """\
I    1 ······· 7
II   8 ·····█········· 22
III 23 ······· 29
IV  30 ··█················█·······█·····█· 64
V   65 ·██········· 76
█ treats the topic, · does not; a sign is a paragraph."""
REMITTANCES = Picture("topic-map", ("remittances", "13", "32", "49", "57", "63", "66", "67"), "")


def test_the_day_stands_on_both_clocks_from_top_to_bottom(document: Document) -> None:
    drawn = sketch(Picture("schedule", ("Asia/Kathmandu",), ""), document, 80)
    assert drawn.startswith(DAY)
    assert "                        ┆ no item for 2 hours\n3 p.m.      12.45 a.m.  ┌ Segment 3" in drawn
    assert drawn.endswith("6 p.m.      3.45 a.m.   └")
    assert document.programme
    assert drawn.count("┌") == len(document.programme.items)


def test_a_topic_is_a_strip_for_each_section(document: Document) -> None:
    assert sketch(REMITTANCES, document, 80) == MAP


@pytest.mark.parametrize("width", [1, LEAST, 60, 92])
def test_no_line_is_wider_than_the_screen(
    width: int, document: Document, valleys: Document, harbours: Document
) -> None:
    for one in (document, valleys):
        for zone in ("", "America/St_Johns"):
            lines = sketch(Picture("schedule", (zone,), ""), one, width).splitlines()
            assert len(lines) > 20
            assert max(map(len, lines)) <= max(width, LEAST)
    for one in (document, harbours):
        strips = sketch(Picture("topic-map", ("x", "3"), ""), one, width).splitlines()[:-1]
        assert max(map(len, strips)) <= max(width, LEAST)
        assert sum(line.count("·") for line in strips) == len(one.paragraphs) - 1


def test_what_has_no_programme_has_no_drawing(harbours: Document) -> None:
    assert sketch(Picture("schedule", ("",), ""), harbours, 80) == ""


def test_a_piped_chat_draws_and_writes_files_too(tmp_path: Path) -> None:
    done = inside("chat", cwd=tmp_path, stdin="schedule ics\ntopic map remittances\ntopic map remittances\n")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count(MAP) == 2
    names = ["hearings-2006.ics", "hearings-2006-topic-map.png", "hearings-2006-topic-map-2.png"]
    assert all(f"Saved as {name}\n" in done.stdout for name in names)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(names)


#: A folder in which nobody can make a file, whoever runs the tests.
SEALED = Path("/proc/self")


@pytest.mark.skipif(not SEALED.exists(), reason="there is no folder here in which nobody can make a file")
def test_a_piped_chat_says_why_a_file_is_not_written_and_goes_on() -> None:
    done = inside("chat", cwd=SEALED, stdin="schedule ics\npara 1\n")
    assert done.returncode == 0
    assert "hearings-2006.ics cannot be written: " in done.stdout
    assert "Paragraph 1, section I" in done.stdout


def test_ask_makes_a_picture_once_however_often_it_is_asked_for(tmp_path: Path) -> None:
    done = inside(
        "ask", "-", "--output", tmp_path, cwd=tmp_path, stdin="topic map remittances\ntopic map remittances\n"
    )
    assert done.returncode == 0
    first, second = sorted(tmp_path.iterdir())
    assert first.read_bytes() == second.read_bytes()
    assert done.stdout.count(MAP) == 2
