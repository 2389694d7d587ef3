"""`programme.yaml`: a programme beside a text that has none, and what it may not hold."""

from datetime import date, time
from pathlib import Path

import pytest

from corpus.document import Document
from corpus.errors import DocumentUnreadable
from corpus.library import open_document

HARBOURS = Path(__file__).parent / "documents" / "harbours"
PROGRAMME = """\
title: Forum on the harbours
date: 2031-03-30
timezone: Europe/Zurich
provenance: From the invitation of 3 January 2031.
entries:
  - {times: 9 a.m.-noon, meeting: Morning meeting}
  - times: 9-9.30 a.m.
    title: Opening of the forum
    statements: [Words of welcome by the harbour master]
  - {times: 9.35 a.m.-noon, label: Round 1, title: "Sand, tides and dues"}
  - {times: "14:00-15:00", label: Round 2, title: Nets}
"""


def opened(folder: Path, programme: str, edition: str | None = None) -> Document:
    (folder / "source.txt").write_bytes((HARBOURS / "source.txt").read_bytes())
    if edition is not None:
        (folder / "document.yaml").write_text(edition, "utf-8")
    (folder / "programme.yaml").write_text(programme, "utf-8")
    return open_document(folder)


def test_a_document_brings_a_programme_with_its_own_day_and_zone(tmp_path: Path) -> None:
    edition = (
        "date: {value: 2011-09-22, provenance: invented}\ntimezone: {value: Europe/Lisbon, provenance: invented}\n"
    )
    document = opened(tmp_path, PROGRAMME, edition + "reported_in: {Round 1: B.1}\n")
    programme = document.programme
    assert programme
    assert (document.day, document.zone.value) == (date(2031, 3, 30), "Europe/Zurich")
    assert document.zone.provenance == "From the invitation of 3 January 2031."
    assert document.edition.date == date(2011, 9, 22)
    assert [item.name for item in programme.items] == ["Opening of the forum", "Round 1", "Round 2"]
    assert [(item.start, item.end) for item in programme.items] == [
        (time(9), time(9, 30)),
        (time(9, 35), time(12)),
        (time(14), time(15)),
    ]
    assert programme.items[0].statements == ("Words of welcome by the harbour master",)
    [meeting] = programme.meetings
    assert [item.meeting for item in programme.items] == [meeting, meeting, None]
    assert programme.entries == (meeting, *programme.items)
    assert document.edition.reported_in == (("Round 1", "B.1"),)


def test_it_takes_the_place_of_the_annexs_programme(tmp_path: Path) -> None:
    source = HARBOURS.parent / "valleys" / "source.txt"
    (tmp_path / "source.txt").write_bytes(source.read_bytes())
    (tmp_path / "programme.yaml").write_text(PROGRAMME, "utf-8")
    programme = open_document(tmp_path).programme
    assert programme
    assert programme.title == "Forum on the harbours"


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("title: Forum on the harbours\n", "", 1, "found no “title”"),
        ("2031-03-30", "30 March", 2, "expected a day such as 2031-03-30"),
        ("Europe/Zurich", "Zurich time", 3, "found “Zurich time”, expected an IANA name"),
        ("From the invitation of 3 January 2031.", '""', 4, "expected a text"),
        ("provenance:", "source:", 4, "found “source”, expected some of title, date"),
        ("9 a.m.-noon, meeting", "9 a.m., meeting", 6, "found “9 a.m.”, expected two times of day"),
        ("meeting: Morning meeting", "meeting: Morning meeting, label: Round 9", 6, "found “label”"),
        ("9-9.30 a.m.", "9-25.30", 7, "expected two times of day"),
        ("9-9.30 a.m.", "9.30-9 a.m.", 7, "an end after the start"),
        ("9-9.30 a.m.", "2.15-2.45 a.m.", 7, "its clocks go forward then"),
        ("[Words of welcome by the harbour master]", "Words of welcome", 9, "expected a list"),
        ("9.35 a.m.-noon", "9.20 a.m.-noon", 10, "expected a start after “9-9.30 a.m.”"),
        ("label: Round 1", "label: Breakfast", 10, "expected a word and a number"),
        ("label: Round 2", "label: Round 1", 11, "expected a name that no other item has"),
        ("title: Nets", "title: Nets, room: 4", 11, "found “room”"),
        ("title: Nets", "title: Nets, title: Ropes", 11, "expected it once"),
        ("entries:", "entries: none\nlines:", 6, "found “lines”"),
    ],
)
def test_what_is_not_of_its_form_is_refused_by_its_line(
    old: str, new: str, line: int, says: str, tmp_path: Path
) -> None:
    assert PROGRAMME.count(old) == 1
    with pytest.raises(DocumentUnreadable) as refused:
        opened(tmp_path, PROGRAMME.replace(old, new))
    assert f"programme.yaml, line {line}: " in str(refused.value)
    assert says in str(refused.value)


@pytest.mark.parametrize(
    ("text", "says"), [("", "the file is empty"), ("entries: [", "line 2, column"), ("- a", "entries title")]
)
def test_what_is_no_programme_at_all_is_refused(text: str, says: str, tmp_path: Path) -> None:
    with pytest.raises(DocumentUnreadable, match=r"programme\.yaml") as refused:
        opened(tmp_path, text)
    assert says in str(refused.value)


def test_a_programme_of_meetings_alone_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DocumentUnreadable, match="at least one entry with “times” and “title”"):
        opened(tmp_path, "\n".join(PROGRAMME.splitlines()[:6]) + "\n")
