"""Standard input and output as UTF-8, whatever the locale; a closed or full end is one clear line, never a traceback."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

from adapters.errors import AdapterError


def write(text: str) -> None:
    """Write a text to standard output at once.

    Raises:
        AdapterError: Nothing can be written there.
        SystemExit: Nobody reads any more.
    """
    if sys.stdout is None:
        raise AdapterError("standard output is closed; expected somewhere to write the answer")
    try:
        sys.stdout.buffer.write(text.encode("utf-8", "replace"))
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        _drop_what_is_left()
        raise SystemExit(0) from None
    except OSError as error:
        _drop_what_is_left()
        raise AdapterError(f"the answer cannot be written: {error.strerror}") from None


def _drop_what_is_left() -> None:
    """Keep the interpreter from trying once more, and complaining, at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def lines() -> Iterator[str]:
    """The lines of standard input without their ends; bytes that are no UTF-8 become U+FFFD.

    Raises:
        AdapterError: Nothing can be read there.
    """
    if sys.stdin is None:
        raise AdapterError("standard input is closed; expected one message a line")
    try:
        for raw in sys.stdin.buffer:
            yield raw.decode("utf-8", "replace").rstrip("\r\n")
    except OSError as error:
        raise AdapterError(f"the messages cannot be read: {error.strerror}") from None
