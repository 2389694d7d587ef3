"""`hearings digests simulate`, small; `make soak` runs it large."""

from __future__ import annotations

import re
from pathlib import Path

from tests.slack.running import hearings


def test_it_says_what_was_lost_and_doubled_and_how_late_and_how_fast(tmp_path: Path) -> None:
    asked = ("--subscriptions", "20", "--days", "2", "--within", "0.5", "--destinations", "20")
    done = hearings(tmp_path, "digests", "simulate", *asked)
    assert done.returncode == 0, done.stderr
    said = dict(re.findall(r"^(.+?)  +(.+)$", done.stdout, re.MULTILINE))
    assert (said["due"], said["lost"], said["doubled"]) == ("40", "0", "0")
    assert {"late, p50", "late, p99", "posts a second", "machine"} <= said.keys()
    assert list(tmp_path.iterdir()) == []
