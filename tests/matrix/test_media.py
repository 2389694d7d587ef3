"""Pictures and files: what is sent is what somebody else's client gets, in plain and in encrypted rooms."""

import struct
from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from nio import AsyncClient, MemoryDownloadResponse
from nio.crypto import decrypt_attachment

from adapters.matrix.backoff import Backoff
from adapters.matrix.deliver import Sender, transaction
from adapters.matrix.media import Media, NotUploaded, described, png_extent
from adapters.matrix.rest import Rest
from tests.matrix.homeserver import Homeserver
from tests.matrix.person import Person, person, until

ENCRYPTED = pytest.mark.parametrize("encrypted", [False, True], ids=["plain", "encrypted"])
PNG = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", 640, 480) + bytes(range(256)) * 20
CALENDAR = "BEGIN:VCALENDAR\r\nSUMMARY:Säule\r\nEND:VCALENDAR\r\n".encode()
SHOWN = "Thursday, 14:00: Migration"


@pytest.fixture
async def ana(homeserver: Homeserver, tmp_path: Path) -> AsyncIterator[Person]:
    async with person(homeserver, tmp_path, "ana") as somebody:
        yield somebody


@dataclass
class Sending:
    """The bot's end, without the bot."""

    who: Person
    media: Media


@pytest.fixture
async def bot(homeserver: Homeserver, tmp_path: Path) -> AsyncIterator[Sending]:
    async with person(homeserver, tmp_path, "bot") as who, Rest(homeserver.url, who.client.access_token) as rest:
        backoff = partial(Backoff, 0.05, 0.2)
        sender = Sender(who.client, backoff, 60, 60)
        yield Sending(who, Media(who.client, rest, sender, backoff))
        await sender.close()


async def together(ana: Person, bot: Sending, *, encrypted: bool) -> str:
    room = await ana.create_room(bot.who.id, encrypted=encrypted)
    await ana.joined(room, bot.who.id)
    await until(lambda: room in bot.who.client.rooms, "the bot is in the room")
    return room


async def got(ana: Person, room: str, bot: Sending, event_id: str | None) -> dict[str, Any]:
    def found() -> list[dict[str, Any]]:
        return [each for each in ana.messages(room, bot.who.id) if each["event_id"] == event_id]

    await until(lambda: bool(found()), "the file")
    [event] = found()
    return event


async def saved(client: AsyncClient, content: dict[str, Any]) -> bytes:
    """What somebody who opens it gets."""
    file = content.get("file", content)
    downloaded = await client.download(file["url"])
    assert isinstance(downloaded, MemoryDownloadResponse), downloaded
    data: bytes = downloaded.body
    if "file" in content:
        assert data
        data = decrypt_attachment(data, file["key"]["k"], file["hashes"]["sha256"], file["iv"])
    return data


@ENCRYPTED
async def test_a_picture_arrives_as_it_was_made(encrypted: bool, ana: Person, bot: Sending) -> None:
    room = await together(ana, bot, encrypted=encrypted)
    asked = await ana.say(room, "schedule")
    event_id = await bot.media.send_file(
        room,
        PNG,
        name="schedule.png",
        mimetype="image/png",
        alternative=SHOWN,
        txn=transaction("picture"),
        relation={"m.in_reply_to": {"event_id": asked}},
    )
    event = await got(ana, room, bot, event_id)
    content = event["content"]
    assert event["encrypted"] is encrypted
    assert await saved(ana.client, content) == PNG
    assert (content["msgtype"], content["body"], content["filename"]) == ("m.image", SHOWN, "schedule.png")
    assert content["info"] == {"mimetype": "image/png", "size": len(PNG), "w": 640, "h": 480}
    assert content["m.mentions"] == {}
    assert content["m.relates_to"]["m.in_reply_to"]["event_id"] == asked
    assert ("file" in content, "url" in content) == (encrypted, not encrypted)


async def test_the_server_holds_no_readable_copy_of_what_is_encrypted(
    ana: Person, bot: Sending, homeserver: Homeserver
) -> None:
    room = await together(ana, bot, encrypted=True)
    event_id = await bot.media.send_file(
        room, CALENDAR, name="a-name.ics", mimetype="text/calendar", alternative=SHOWN, txn="x"
    )
    file = (await got(ana, room, bot, event_id))["content"]["file"]
    assert file["v"] == "v2"
    assert (file["key"]["alg"], file["key"]["ext"]) == ("A256CTR", True)
    downloaded = await ana.client.download(file["url"])
    assert isinstance(downloaded, MemoryDownloadResponse)
    assert b"VCALENDAR" not in downloaded.body
    assert downloaded.content_type == "application/octet-stream"
    assert downloaded.filename is None


@ENCRYPTED
async def test_a_file_sent_again_is_there_once(encrypted: bool, ana: Person, bot: Sending) -> None:
    room = await together(ana, bot, encrypted=encrypted)
    sent = [
        await bot.media.send_file(
            room,
            CALENDAR,
            name="hearings.ics",
            mimetype="text/calendar",
            alternative=SHOWN,
            txn=transaction("calendar"),
        )
        for _ in range(2)
    ]
    assert sent[0] == sent[1]
    event = await got(ana, room, bot, sent[0])
    assert await saved(ana.client, event["content"]) == CALENDAR
    assert event["content"]["msgtype"] == "m.file"
    assert event["content"]["info"] == {"mimetype": "text/calendar", "size": len(CALENDAR)}
    assert len(ana.messages(room, bot.who.id)) == 1


async def test_what_is_larger_than_the_server_takes_is_refused_before_it_is_sent(tmp_path: Path) -> None:
    extra = {"max_upload_size": "2K"}
    with Homeserver(tmp_path / "server", extra=extra) as server:
        async with person(server, tmp_path, "bot") as who, Rest(server.url, who.client.access_token) as rest:
            backoff = partial(Backoff, 0.05, 0.2)
            media = Media(who.client, rest, Sender(who.client, backoff, 60, 60), backoff)
            room = await who.create_room()
            await until(lambda: room in who.client.rooms, "a room")
            with pytest.raises(
                NotUploaded, match=r"^a\.png is larger than the homeserver takes: 2,049 bytes of at most 2,048"
            ):
                await media.send_file(room, bytes(2049), name="a.png", mimetype="image/png", alternative="a", txn="1")
            assert await media.send_file(room, bytes(2048), name="a", mimetype="image/png", alternative="a", txn="2")


async def test_an_upload_that_the_server_refuses_is_given_up_with_a_reason(
    homeserver: Homeserver, tmp_path: Path
) -> None:
    async with person(homeserver, tmp_path, "bot") as who, Rest(homeserver.url, who.client.access_token) as rest:
        backoff = partial(Backoff, 0.05, 0.2)
        media = Media(who.client, rest, Sender(who.client, backoff, 60, 60), backoff)
        room = await who.create_room()
        await until(lambda: room in who.client.rooms, "a room")
        who.client.access_token = "revoked"
        with pytest.raises(NotUploaded, match="did not take a: 401 M_UNKNOWN_TOKEN"):
            await media.send_file(room, b"x", name="a", mimetype="text/plain", alternative="a", txn="1")


@pytest.mark.parametrize(
    "data", [b"", b"GIF89a", PNG[:20], PNG[:23], PNG[:16] + bytes(4) + PNG[20:], PNG.replace(b"IHDR", b"CgBI")]
)
def test_what_has_no_extent_says_none(data: bytes) -> None:
    assert png_extent(data) is None
    assert described(data, "a.png", "image/png", "a")["info"] == {"mimetype": "image/png", "size": len(data)}
