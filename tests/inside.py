"""The command line without a process of its own, for tests of what is said; how it is started and read has tests of processes."""

from __future__ import annotations

import contextlib
import os
import subprocess
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from click.testing import CliRunner

from adapters.cli import main


def inside(
    *arguments: str | Path, cwd: Path | None = None, stdin: str | bytes = "", variables: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """What `hearings` says and its exit status, with these variables of ours alone."""
    ours: dict[str, str | None] = {key: None for key in os.environ if key.upper().startswith("HEARINGS")}
    with contextlib.chdir(cwd or Path.cwd()), ThreadPoolExecutor(1) as apart:  # a test may have a loop of its own
        done = apart.submit(
            CliRunner().invoke, main, [*map(str, arguments)], input=stdin, env=ours | dict(variables or {})
        ).result()
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return subprocess.CompletedProcess(("hearings", *arguments), done.exit_code, done.stdout, done.stderr)
