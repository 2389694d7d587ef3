"""Nothing that people write, and nothing that was quoted to them, is kept or logged."""

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from tests.matrix.homeserver import Homeserver
from tests.matrix.person import Person, Running, running, until
from tests.matrix.test_unreadable import notices, withhold

#: In no other word, in any spelling of its case.
MARKER = "Zwiebelquark"
#: A sentence of paragraph 32, and words of each page that is quoted here.
QUOTED = ("para 32", "para 9")


@pytest.fixture
def bot(homeserver: Homeserver, tmp_path: Path) -> Iterator[Running]:
    limits = {"LIMITS__PERSON": 1_000, "LIMITS__ROOM": 1_000}
    with running(homeserver, tmp_path / "bot", MATRIX__KEY_WAIT_SECONDS=0.5, **limits) as started:
        yield started


def malformed() -> Iterator[tuple[str, dict[str, Any]]]:
    """Events that a homeserver lets pass and that are not what they should be."""
    message = {"msgtype": "m.text", "body": MARKER}
    wrong: list[Any] = [MARKER, [MARKER], {MARKER: MARKER}, 3, True, None]
    for kind in ("m.room.message", "m.reaction", "m.room.redaction", "m.room.encrypted", MARKER, "m.room.tombstone"):
        yield kind, {}
        yield kind, {MARKER: MARKER}
    for each in wrong:
        yield "m.room.message", message | {"body": each}
        yield "m.room.message", message | {"msgtype": each}
        yield "m.room.message", message | {"format": each, "formatted_body": each}
        yield "m.room.message", message | {"m.mentions": each}
        yield "m.room.message", message | {"m.mentions": {"user_ids": each}}
        yield "m.room.message", message | {"m.relates_to": each, "m.new_content": each}
        yield "m.room.message", message | {"m.new_content": each, "m.relates_to": {"rel_type": "m.replace"}}
        yield "m.reaction", {"m.relates_to": each}
        yield "m.reaction", {"m.relates_to": {"rel_type": "m.annotation", "event_id": each, "key": each}}
        yield "m.room.encrypted", {"algorithm": each, "ciphertext": each, "session_id": each, "sender_key": each}
    for algorithm in ("m.megolm.v1.aes-sha2", "m.olm.v1.curve25519-aes-sha2", MARKER):
        whole = {
            "algorithm": algorithm,
            "ciphertext": MARKER,
            "session_id": MARKER,
            "sender_key": MARKER,
            "device_id": "D",
        }
        yield "m.room.encrypted", whole
        yield "m.room.encrypted", whole | {"ciphertext": {MARKER: {"body": MARKER, "type": 0}}}
    yield "m.room.message", {"msgtype": "m.image", "body": MARKER, "url": f"mxc://{MARKER}/{MARKER}", "info": MARKER}
    yield "m.room.message", {"msgtype": "m.file", "body": MARKER, "file": {"url": MARKER, "key": MARKER}}
    yield "m.room.message", {"msgtype": MARKER, "body": f"!h {MARKER}"}


class Raw:
    """Sends events as they are given, without a client's checks."""

    def __init__(self, server: Homeserver, who: Person) -> None:
        self.server, self.who, self.numbers = server, who, count()

    def send(self, room: str, kind: str, content: dict[str, Any]) -> int:
        path = f"/_matrix/client/v3/rooms/{quote(room)}/send/{quote(kind)}/raw{next(self.numbers)}"
        return self.server.call("PUT", path, content, self.who.client.access_token)[0]

    def state(self, room: str, kind: str, key: str, content: dict[str, Any]) -> int:
        path = f"/_matrix/client/v3/rooms/{quote(room)}/state/{quote(kind)}/{quote(key)}"
        return self.server.call("PUT", path, content, self.who.client.access_token)[0]


def where_found(folder: Path, words: str) -> list[str]:
    """The files that hold some words, as bytes in any case, in UTF-8, UTF-16 or as JSON writes them."""
    spellings = {words.encode(), words.encode("utf-16-le"), json.dumps(words)[1:-1].encode()}
    patterns = [re.compile(re.escape(spelling), re.IGNORECASE) for spelling in spellings]
    files = [file for file in folder.rglob("*") if file.is_file()]
    assert files
    found = []
    for file in files:
        with suppress(FileNotFoundError):  # a database's journal comes and goes while the bot runs
            content = file.read_bytes()
            if any(pattern.search(content) for pattern in patterns):
                found.append(file.name)
    return found


async def test_nothing_that_was_written_or_quoted_is_kept_or_logged(
    homeserver: Homeserver, ana: Person, ben: Person, bot: Running, tmp_path: Path
) -> None:
    raw = Raw(homeserver, ana)
    plain = await ana.create_room(bot.user, ben.id, name=f"{MARKER} room", topic=MARKER)
    secret = await ana.create_room(bot.user, direct=True, encrypted=True, name=MARKER)
    for room in (plain, secret):
        await ana.joined(room, bot.user)
    await ana.joined(plain, ben.id)

    sentences = []
    for room in (plain, secret):
        quoted = await ana.answer(room, bot.user, await ana.say(room, f"!h {QUOTED[0]}"))
        sentences.append(quoted["content"]["body"])
        asked = await ana.say(room, f"!hearings what about {MARKER} and women?")
        await ana.answer(room, bot.user, asked)
        await ana.edit(room, asked, f"!hearings {MARKER} 9")
        await ana.answer(room, bot.user, await ana.mention(room, bot.user, f"help {MARKER}"))
        thread = {
            "rel_type": "m.thread",
            "event_id": asked,
            "is_falling_back": True,
            "m.in_reply_to": {"event_id": asked},
        }
        await ana.say(room, f"{MARKER} in the thread", m_relates_to=thread)
        await ana.answer(room, bot.user, await ana.say(room, "!h next", m_relates_to=thread))
        await ana.say(room, f"!h settings {MARKER}")
        await ana.say(room, f"!h timezone {MARKER}")
        await ana.say(room, f"!h para 99999 {MARKER}")  # an error
        await ana.say(room, f"!h para {MARKER}")
        await ana.say(room, f"!h <b>{MARKER}</b> @room \x00\u202e [{MARKER}](https://{MARKER}.example) ';--")
        await ana.say(room, f"!h {MARKER} " + "9" * 9_000)
        await ana.say(room, f"!h {MARKER * 3_000}")
        await ana.say(room, f"!h search {MARKER}")
        await ana.say(room, f"!h recent {MARKER}")
        gone = await ana.say(room, f"!h {MARKER} 12")
        await ana.answer(room, bot.user, gone)
        await ana.client.room_redact(room, gone, reason=MARKER)
        await ana.react(room, asked, MARKER)
        sentences.append((await ana.answer(room, bot.user, await ana.say(room, f"!h {QUOTED[1]}")))["content"]["body"])

    taken = [raw.send(room, kind, content) for kind, content in malformed() for room in (plain, secret)]
    assert taken.count(200) > len(taken) / 2  # the homeserver refuses the rest itself
    assert raw.state(plain, "m.room.member", ana.id, {"membership": "join", "displayname": MARKER}) == 200
    for kind in ("m.room.topic", "m.room.encryption", "m.room.power_levels", "m.room.create", MARKER):
        raw.state(plain, kind, "", {"topic": MARKER, MARKER: MARKER, "algorithm": [MARKER]})
    homeserver.call(
        "PUT",
        f"/_matrix/client/v3/profile/{quote(ben.id)}/displayname",
        {"displayname": MARKER},
        ben.client.access_token,
    )
    odd = await ben.create_room(bot.user, name=MARKER)
    await ben.joined(odd, bot.user)
    await ben.client.room_kick(odd, bot.user, MARKER)

    last = await ana.answer(plain, bot.user, await ana.say(plain, "!h para 1"))  # all of that was taken
    sentences.append(last["content"]["body"])
    withhold(ana, bot)
    await ana.say(secret, f"{MARKER}, which cannot be read")
    await until(lambda: bool(notices(ana, bot, secret)), "a notice")

    # Looked at while it runs, as it lies after a power cut, and after its end.
    data = tmp_path / "bot" / "data"
    for stage in ("running", "killed", "started again", "stopped"):
        match stage:
            case "killed":
                bot.kill()
            case "started again":
                bot.start()
                await bot.ready()
            case "stopped":
                assert bot.stop() == 0
            case _:
                pass
        names = {file.name for file in data.rglob("*") if file.is_file()}
        assert {"hearings.db", "session.json"} <= names
        for words in (MARKER, *_sentences(sentences)):
            assert where_found(data, words) == [], (stage, words)
            assert words.casefold() not in bot.log.casefold(), (stage, words)


def _sentences(bodies: list[str]) -> list[str]:
    """Stretches of what was quoted, each too long to stand anywhere by chance."""
    found = []
    for body in bodies:
        lines = [line.strip("> ") for line in body.splitlines() if len(line) > 80]
        assert lines
        for line in lines[:3]:
            middle = len(line) // 2
            found.append(line[middle - 20 : middle + 20])
    return found


def test_the_search_finds_what_is_there(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"\0\1" + MARKER.lower().encode() + b"\0")
    (tmp_path / "b").write_text(json.dumps(f"{MARKER} Säule"))
    (tmp_path / "c").write_bytes(MARKER.encode("utf-16"))
    assert sorted(where_found(tmp_path, MARKER)) == ["a", "b", "c"]
    assert where_found(tmp_path, f"{MARKER} Säule") == ["b"]
