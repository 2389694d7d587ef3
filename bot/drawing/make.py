"""Makes what `Picture` and `File` blocks name, in a child process with a deadline, and keeps the last ones made."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from bot.errors import BotError
from bot.reply import File, Picture
from corpus.document import Document

#: Seconds that making one file may take; the first picture on a machine also looks for the fonts there are.
DEADLINE_SECONDS = 60.0
#: Files that are kept in memory, and their bytes in all; the oldest go first.
KEPT, KEPT_BYTES = 32, 4_000_000
#: Where this package lies, so that the child finds it wherever it is started.
_ROOT = Path(__file__).parents[2]


class NotMade(BotError):
    """A file that could not be made; the message says why."""


@dataclass(frozen=True, slots=True)
class Made:
    """A file: its name, what it is, and its bytes."""

    name: str
    mimetype: str
    data: bytes = b""


def made_name(block: Picture | File, document: Document) -> Made:
    """What a file will be called and what it is, without its bytes."""
    match block:
        case Picture(drawing):
            return Made(f"{document.name}-{drawing}.png", "image/png")
        case File(name):
            return Made(name, "text/calendar")


class Maker:
    """Makes files of one document, one at a time; may be called from any thread, and waits there."""

    def __init__(self, document: Document, deadline_seconds: float = DEADLINE_SECONDS) -> None:
        self._document = document
        self._deadline = deadline_seconds
        self._kept: OrderedDict[tuple[str, ...], Made] = OrderedDict()
        self._lock = Lock()

    def make(self, block: Picture | File) -> Made:
        """The file that a block names.

        Raises:
            NotMade: It took too long, or failed; the message says which.
        """
        kind = block.drawing if isinstance(block, Picture) else block.content
        key = (kind, *block.arguments)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
            named = made_name(block, self._document)
            made = Made(named.name, named.mimetype, self._in_a_child(named.name, key))
            self._kept[key] = made
            while len(self._kept) > KEPT or sum(len(one.data) for one in self._kept.values()) > KEPT_BYTES:
                self._kept.popitem(last=False)
            return made

    def _in_a_child(self, name: str, key: tuple[str, ...]) -> bytes:
        wanted = {"document": str(self._document.folder.resolve() if self._document.folder else ""), "wanted": key}
        # The settings, in which tokens may stand, are no business of the child's.
        environment = {k: v for k, v in os.environ.items() if not k.upper().startswith("HEARINGS")}
        try:
            done = subprocess.run(
                [sys.executable, "-m", "bot.drawing"],
                cwd=_ROOT,
                env=environment,
                input=json.dumps(wanted).encode(),
                capture_output=True,
                timeout=self._deadline,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise NotMade(f"{name} was not made within {self._deadline:g} seconds; try again") from error
        except OSError as error:
            raise NotMade(f"{name} could not be made: {error.strerror}") from error
        if done.returncode or not done.stdout:
            fault = done.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2].partition(":")[0]
            raise NotMade(f"{name} could not be made: {fault or f'the drawing ended with status {done.returncode}'}")
        return done.stdout
