"""nio's client where it is mended: what it does for nothing, and what a fault of others makes it do."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from nio import AsyncClient, Response
from nio.crypto import Olm
from nio.store import SqliteStore

from adapters.matrix.inbox import log_fault


class Client(AsyncClient):  # type: ignore[misc]  # nio has no types
    """A client that stays signed in: nio mistakes some failed requests for the end of its token, and forgets it.

    Whether a token still counts is seen by the sync.
    """

    async def receive_response(self, response: Response) -> None:
        """Learn from a response."""
        token: str = getattr(self, "access_token", "")
        await super().receive_response(response)
        if not self.logged_in:
            self.access_token = token


class CryptoStore(SqliteStore):  # type: ignore[misc]
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
