"""nio's encryption: its store without the work that it does for nothing, and its reading of what others sent."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from nio.crypto import Olm
from nio.store import SqliteStore

from adapters.matrix.inbox import log_fault


class CryptoStore(SqliteStore):  # type: ignore[misc]  # nio has no types
    """Keeps a device's keys in a SQLite file."""

    def save_encrypted_rooms(self, rooms: Iterable[str]) -> None:
        """Remember that rooms are encrypted. nio calls this at each sync, mostly with none: a fifth of a reply's time."""
        if rooms:
            super().save_encrypted_rooms(rooms)


def forgiving(olm: Olm) -> None:
    """Let what nio stumbles over be unreadable and no more.

    Its assertions about what others send would otherwise end the reading of a whole sync, at each start anew.
    """
    for name in ("_decrypt_megolm_no_error", "handle_to_device_event"):
        setattr(olm, name, _none_at_a_fault(getattr(olm, name)))


def _none_at_a_fault(read: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def forgiving(event: Any) -> Any:
        try:
            return read(event)
        except Exception as error:  # noqa: BLE001 - whatever others sent
            log_fault(error)
            return None

    return forgiving
