"""One running bot a data folder."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from bot.errors import StoreError

LOCK = "hearings.lock"


@contextmanager
def hold(folder: Path) -> Iterator[None]:
    """Keep other bots out of a data folder; a process that dies lets go of it, however it dies.

    Raises:
        StoreError: Another bot runs there, or the folder is missing or cannot be written.
    """
    if not folder.is_dir():
        raise StoreError(f"the data folder {folder} is missing; make it, or name another")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise StoreError(f"the data folder {folder} cannot be written; let this user write there, or name another")
    lock = FileLock(folder / LOCK, timeout=0, mode=0o600, thread_local=False, fallback_to_soft=False)
    try:
        lock.acquire()
    except Timeout:
        raise StoreError(
            f"another bot runs on the data folder {folder}: stop that `hearings run` first, or give this one another folder"
        ) from None
    except OSError as error:
        raise StoreError(f"the data folder {folder} cannot be locked ({error.strerror}); name a local one") from error
    try:
        yield
    finally:
        lock.release()
