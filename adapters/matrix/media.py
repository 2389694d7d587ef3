"""Pictures and files: uploaded, encrypted where the room is, and sent as a message.

Source: https://spec.matrix.org/v1.15/client-server-api/#content-repository and `#sending-encrypted-attachments`
"""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable
from typing import Any

import aiohttp
from nio import AsyncClient, UploadError

from adapters.errors import AdapterError
from adapters.matrix.backoff import Backoff
from adapters.matrix.deliver import Sender
from adapters.matrix.render import Content
from adapters.matrix.rest import Answer, Rest, path
from adapters.matrix.sync import SIGNED_OUT

#: Tries of an upload before it is given up; unlike a message, a file can be made again.
TRIES = 5
_PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"
_MEGABYTE = 1_000_000


class NotUploaded(AdapterError):
    """A file that the homeserver did not take; the message says why."""


class Media:
    """Sends files.

    Args:
        backoff: Makes the waits between tries.
    """

    def __init__(self, client: AsyncClient, rest: Rest, sender: Sender, backoff: Callable[[], Backoff]) -> None:
        self._client = client
        self._rest = rest
        self._sender = sender
        self._backoff = backoff

    async def send_file(
        self,
        room: str,
        data: bytes,
        *,
        name: str,
        mimetype: str,
        alternative: str,
        txn: str,
        relation: dict[str, Any] | None = None,
    ) -> str | None:
        """Upload a file and send it, as a picture if it is one.

        Args:
            room: Where to.
            data: The file.
            name: What it is called where it is saved.
            mimetype: What it is.
            alternative: What it shows, in words.
            txn: The transaction; a second message with the same one is not made.
            relation: What it answers: `m.relates_to`.

        Returns:
            The message's id; None where the bot may not speak.

        Raises:
            NotUploaded: It is larger than the homeserver takes, or was refused.
        """
        await self._fits(data, name)
        known = self._client.rooms.get(room)
        where = await self._upload(data, name, mimetype, encrypted=known is not None and known.encrypted)
        content = described(data, name, mimetype, alternative) | where
        if relation is not None:
            content["m.relates_to"] = relation
        return await self._sender.send(room, content, txn)

    async def _fits(self, data: bytes, name: str) -> None:
        answer = await self._rest.get(path("v1", "media", "config"))
        if not answer.fine:  # before v1.11
            answer = await self._rest.get("/_matrix/media/v3/config")
        limit = answer.data.get("m.upload.size")
        if isinstance(limit, int) and not isinstance(limit, bool) and len(data) > limit:
            raise NotUploaded(
                f"{name} is larger than the homeserver takes: {_megabytes(len(data))} of at most {_megabytes(limit)}"
            )

    async def _upload(self, data: bytes, name: str, mimetype: str, *, encrypted: bool) -> Content:
        """The part of a content that says where the file is, and how it is decrypted."""
        backoff = self._backoff()
        while True:
            wait = 0.0
            try:
                # What is encrypted has no name on the server.
                response, keys = await self._client.upload(
                    lambda *_: io.BytesIO(data),
                    content_type=mimetype,
                    filename=None if encrypted else name,
                    encrypt=encrypted,
                    filesize=len(data),
                )
                if not isinstance(response, UploadError):
                    uri = response.content_uri
                    return {"file": {**keys, "url": uri}} if keys else {"url": uri}
                code, status = response.status_code, getattr(response.transport_response, "status", 0)
                wait = (response.retry_after_ms or 0) / 1000
                final = code in SIGNED_OUT or (status < 500 and status != 429 and isinstance(code, str))
                fault = Answer(status, {"errcode": code, "error": response.message}, is_json=True).said()
            except (aiohttp.ClientError, TimeoutError, OSError) as error:
                fault, final = type(error).__name__, False
            pause = max(backoff.failed(), wait)
            if final or backoff.failures >= TRIES:
                raise NotUploaded(f"the homeserver did not take {name}: {fault}")
            await asyncio.sleep(pause)


def described(data: bytes, name: str, mimetype: str, alternative: str) -> Content:
    """A file's content, but for where it is."""
    info: dict[str, Any] = {"mimetype": mimetype, "size": len(data)}
    picture = mimetype.startswith("image/")
    if picture and (extent := png_extent(data)):
        info["w"], info["h"] = extent
    return {
        "msgtype": "m.image" if picture else "m.file",
        "body": alternative,
        "filename": name,
        "info": info,
        "m.mentions": {},
    }


def png_extent(data: bytes) -> tuple[int, int] | None:
    """The width and height that a PNG says it has; None for anything else.

    Source: https://www.w3.org/TR/png-3/#11IHDR
    """
    if not data.startswith(_PNG) or len(data) < len(_PNG) + 8:
        return None
    width, height = (int.from_bytes(data[at : at + 4]) for at in (16, 20))
    return (width, height) if width and height else None


def _megabytes(size: int) -> str:
    return f"{size / _MEGABYTE:,.1f} MB" if size >= _MEGABYTE / 10 else f"{size:,} bytes"
