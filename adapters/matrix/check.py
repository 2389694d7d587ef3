"""What is well and what is wrong in Matrix. Everything is read, by plain requests; it works beside a running bot."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from adapters.check import Finding
from adapters.errors import AdapterError
from adapters.matrix.rest import Rest, Unreachable, path, printable
from adapters.matrix.session import LOGIN, Session, load_session, store_file, stored_account, wrong_pickle_key
from adapters.matrix.trust import Refused, chain_fault, query

AT_ONCE = 8
MEGOLM = "m.megolm.v1.aes-sha2"
#: What a room without power levels of its own holds.
#: Source: https://spec.matrix.org/v1.15/client-server-api/#mroompower_levels
DEFAULT_LEVEL = 0
CREATOR_LEVEL = 100
#: From this room version on, those who made a room may do everything.
#: Source: https://spec.matrix.org/v1.16/rooms/v12/
CREATORS_RULE = 12


async def check_matrix(folder: Path) -> list[Finding]:
    """The sign-in, the homeserver, the token, the encryption and each room.

    Args:
        folder: The Matrix folder.
    """
    try:
        session = load_session(folder)
    except AdapterError as error:
        return [Finding("sign-in", str(error), well=False)]
    findings = [Finding("sign-in", f"{session.user_id}, device {session.device_id}")]
    async with Rest(session.homeserver, session.access_token) as rest:
        try:
            findings += await _homeserver(session.homeserver)
            findings += await _token(rest, session)
            if all(finding.well for finding in findings):
                return findings + await _encryption(rest, session, folder) + await _rooms(rest, session)
        except Unreachable as error:
            findings.append(Finding("homeserver", f"{error}; is it running, and is there a network?", well=False))
    local = _store(session, folder)
    return [
        *findings,
        local
        if isinstance(local, Finding)
        else Finding("encryption", "the store is there; not compared with the server"),
    ]


async def _homeserver(url: str) -> list[Finding]:
    async with Rest(url) as rest:  # without the token: Synapse answers 401 to one that is revoked, here too
        answer = await rest.get(path("versions"))
    versions = answer.data.get("versions")
    if answer.fine and isinstance(versions, list) and versions:
        return [Finding("homeserver", f"{url} (Matrix {printable(str(versions[-1]))})")]
    found = (
        f"{url} answers {answer.said()}; expected a Matrix homeserver: wait until it is back, or sign in where it is"
    )
    return [Finding("homeserver", f"{found} now with `{LOGIN} --again`", well=False)]


async def _token(rest: Rest, session: Session) -> list[Finding]:
    answer = await rest.get(path("v3", "account", "whoami"))
    if answer.status in {401, 403}:
        said = f"the server no longer takes it ({answer.said()}); sign in anew with `{LOGIN} --again`"
        return [Finding("token", said, well=False)]
    if not answer.fine:
        return [Finding("token", f"cannot be checked: the server answers {answer.said()}; try again later", well=False)]
    user_id, device_id = answer.data.get("user_id"), answer.data.get("device_id")
    if (user_id, device_id) != (session.user_id, session.device_id):
        said = (
            f"it is of {user_id}, device {device_id}; expected {session.user_id}, device {session.device_id}: sign in "
        )
        return [Finding("token", f"{said}anew with `{LOGIN} --again`", well=False)]
    return [Finding("token", "valid")]


def _store(session: Session, folder: Path) -> str | Finding:
    """The device's own key out of its store."""
    import vodozemac
    from nio.crypto.sessions import OlmAccount

    try:
        account = stored_account(session, folder)
    except AdapterError as error:
        return Finding("encryption", str(error), well=False)
    try:
        return str(OlmAccount.from_pickle(account, session.pickle_key).identity_keys["ed25519"])
    except (vodozemac.PickleException, vodozemac.LibolmPickleException):
        return Finding("encryption", str(wrong_pickle_key(store_file(session, folder), folder)), well=False)


async def _encryption(rest: Rest, session: Session, folder: Path) -> list[Finding]:
    key = _store(session, folder)
    if isinstance(key, Finding):
        return [key]
    try:
        shown = await query(rest, session.user_id)
    except Refused as error:
        return [Finding("encryption", f"{error}; try again later", well=False)]
    fault = chain_fault(shown, session.user_id, session.device_id, key)
    if not fault:
        return [Finding("encryption", f"cross-signed; the device's fingerprint is {fingerprint(key)}")]
    device = fault.startswith("the server")
    mend = (
        f"sign in as a new device with `{LOGIN} --again`"
        if device
        else f"people may see a warning or get no answer; sign in as a new device with `{LOGIN} --again`, and if that "
        f"does not help, replace the account's identity with `{LOGIN} --reset-identity`"
    )
    return [Finding("encryption", f"{fault}; {mend}", well=False)]


def fingerprint(key: str) -> str:
    """A device's key as clients show it: in groups of four."""
    return " ".join(key[at : at + 4] for at in range(0, len(key), 4))


# -- the rooms


async def _rooms(rest: Rest, session: Session) -> list[Finding]:
    answer = await rest.get(path("v3", "joined_rooms"))
    joined = answer.data.get("joined_rooms")
    if not answer.fine or not isinstance(joined, list):
        return [Finding("rooms", f"cannot be listed: the server answers {answer.said()}; try again later", well=False)]
    if not joined:
        return [Finding("rooms", f"in none yet; invite {session.user_id} to one")]
    some = asyncio.Semaphore(AT_ONCE)

    async def one(room_id: str) -> Finding:
        async with some:
            return await _room(rest, session.user_id, room_id)

    return list(await asyncio.gather(*(one(str(room_id)) for room_id in joined)))


async def _room(rest: Rest, me: str, room_id: str) -> Finding:
    async def state(kind: str, query: str = "") -> dict[str, Any]:
        answer = await rest.get(path("v3", "rooms", room_id, "state", kind, "") + query)
        return answer.data if answer.fine else {}

    people = await rest.get(path("v3", "rooms", room_id, "joined_members"))
    name, alias = await state("m.room.name"), await state("m.room.canonical_alias")
    encryption, levels, grave = [await state(f"m.room.{kind}") for kind in ("encryption", "power_levels", "tombstone")]
    members = people.data.get("joined") if people.fine else None
    others = sorted(set(members) - {me}) if isinstance(members, dict) else []
    called = name.get("name") or alias.get("alias") or (f"with {others[0]}" if len(others) == 1 else "")
    what = f"room “{printable(str(called))}” ({printable(room_id)})" if called else f"room {printable(room_id)}"
    if not isinstance(members, dict):
        return Finding(what, f"cannot be looked at: the server answers {people.said()}; try again later", well=False)
    algorithm = encryption.get("algorithm")
    facts = ["encrypted" if algorithm else "not encrypted", f"{len(members)} member{'s' * (len(members) != 1)}"]
    if algorithm and algorithm != MEGOLM:
        said = f"encrypted with {printable(str(algorithm))}, which the bot does not know; use a room with {MEGOLM}"
        return Finding(what, said, well=False)
    needed, has = speech(levels, me, encrypted=bool(algorithm))
    if has < needed and not await _made(state, me):
        said = f"the bot may not speak: that needs the power level {needed}, and it has {has}; ask the room's administrator"
        return Finding(what, f"{', '.join(facts)}; {said} to raise {me} to {needed}", well=False)
    facts.append("may speak")
    if grave:
        facts.append("replaced by a newer room, to which the bot moves when it runs")
    elif not others:
        facts.append("nobody else is here")
    return Finding(what, ", ".join(facts))


def speech(levels: dict[str, Any], me: str, *, encrypted: bool) -> tuple[int, int]:
    """The power level that a message needs in a room, and the one that a user has there."""

    def level(given: object, otherwise: int) -> int:
        return given if isinstance(given, int) else otherwise

    events, users = (each if isinstance(each := levels.get(key), dict) else {} for key in ("events", "users"))
    kind = "m.room.encrypted" if encrypted else "m.room.message"
    needed = level(events.get(kind), level(levels.get("events_default"), DEFAULT_LEVEL))
    return needed, level(users.get(me), level(levels.get("users_default"), DEFAULT_LEVEL))


async def _made(state: Any, me: str) -> bool:
    """Whether a user made a room of a version where that is power without limit."""
    event = await state("m.room.create", "?format=event")
    content = event.get("content") if isinstance(event.get("content"), dict) else {}
    version, others = str(content.get("room_version")), content.get("additional_creators")
    creators = [event.get("sender"), *(others if isinstance(others, list) else [])]
    return version.isdecimal() and int(version) >= CREATORS_RULE and me in creators
