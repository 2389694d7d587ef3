"""Files that a reply brings, written where the person is, and never over another."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path

from adapters.errors import AdapterError
from bot.drawing.make import Maker, NotMade
from bot.reply import File, Picture, Reply


def save_files(reply: Reply, maker: Maker, output: str | None = None) -> Iterator[str]:
    """Write the files of a reply, and say of each in a line where it is.

    Args:
        output: A file's name or a folder; None for the current folder and a name of ours.

    Raises:
        AdapterError: One cannot be made or written.
    """
    for block in reply.blocks:
        if isinstance(block, Picture | File):
            try:
                made = maker.make(block)
            except NotMade as error:
                raise AdapterError(str(error)) from error
            wanted = Path(output or made.name)
            yield f"Saved as {_write(wanted / made.name if wanted.is_dir() else wanted, made.data)}"


def _write(wanted: Path, data: bytes) -> Path:
    for number in count(1):
        path = wanted if number == 1 else wanted.with_name(f"{wanted.stem}-{number}{wanted.suffix}")
        try:
            with path.open("xb") as file:
                file.write(data)
        except FileExistsError:
            continue
        except OSError as error:
            raise AdapterError(f"{path} cannot be written: {error.strerror}") from error
        return path
    raise AssertionError
