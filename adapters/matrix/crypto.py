"""nio's encryption store, without the work that it does for nothing."""

from __future__ import annotations

from collections.abc import Iterable

from nio.store import SqliteStore


class CryptoStore(SqliteStore):  # type: ignore[misc]  # nio has no types
    """Keeps a device's keys in a SQLite file."""

    def save_encrypted_rooms(self, rooms: Iterable[str]) -> None:
        """Remember that rooms are encrypted. nio calls this at each sync, mostly with none: a fifth of a reply's time."""
        if rooms:
            super().save_encrypted_rooms(rooms)
