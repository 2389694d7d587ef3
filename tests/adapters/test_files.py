"""Files that `hearings ask` writes: where they are said to be, and never over another."""

import subprocess
from pathlib import Path

from icalendar import Calendar

from tests.inside import inside


def ask(cwd: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return inside("ask", *arguments, cwd=cwd)


def test_a_file_goes_to_the_current_folder_under_a_free_name(tmp_path: Path) -> None:
    for name in ("hearings-2006.ics", "hearings-2006-2.ics"):
        done = ask(tmp_path, "schedule ics")
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.endswith(f"\nSaved as {name}\n")
        assert "10.35 a.m.-11.45 a.m.: Segment 1" in done.stdout
        assert len(Calendar.from_ical((tmp_path / name).read_bytes()).walk("VEVENT")) == 6


def test_a_picture_goes_where_it_is_wanted_and_json_writes_nothing_unasked(tmp_path: Path) -> None:
    assert ask(tmp_path, "topic map remittances", "--json").returncode == 0
    assert not list(tmp_path.iterdir())
    assert ask(tmp_path, "topic map remittances", "--output", "map.png").stdout.endswith("\nSaved as map.png\n")
    assert (tmp_path / "map.png").read_bytes().startswith(b"\x89PNG")


def test_what_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    done = ask(tmp_path, "schedule ics", "--output", "missing/day.ics")
    assert done.returncode == 2
    assert done.stderr == "hearings: missing/day.ics cannot be written: No such file or directory\n"
