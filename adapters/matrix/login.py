"""Signing the bot in, once: `hearings matrix login`.

A password makes one new device; a token brings its own. The device's encryption keys go to the server, the account's
identity vouches for the device, and the sign-in is saved; later starts restore it. A folder holds one sign-in: a second
is refused unless it is asked for, then the old device is signed out.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from adapters.errors import AdapterError
from adapters.matrix.rest import Answer, Rest, Unreachable, path, printable
from adapters.matrix.session import (
    CRYPTO,
    LOGIN,
    NotSignedIn,
    Session,
    close_client,
    load_session,
    make_client,
    new_pickle_key,
    only_one,
    save_session,
    store_file,
)
from adapters.matrix.trust import Trust, query, sign_own_device

DEVICE_NAME = "Hearings Bot"
UPLOAD_SECONDS = 60
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody who signs the bot in gives.

    Attributes:
        homeserver: A URL or a server's name; "" for the user's own server.
        user: A user id, or a name alone; may be "" beside a token.
        password: Asks for the password, once it is needed; None where there is none to ask for.
        token: An access token instead of a password; "" for none.
        again: Whether a sign-in that is there is to be replaced.
        reset_identity: Whether the account's cross-signing identity is to be replaced.
    """

    homeserver: str = ""
    user: str = ""
    password: Callable[[], str] | None = None
    token: str = field(default="", repr=False)
    again: bool = False
    reset_identity: bool = False


@dataclass(frozen=True, slots=True)
class SignedIn:
    """How it went.

    Attributes:
        fingerprint: The device's own key, to compare with what a client shows.
        warnings: What the operator should know, a line each.
    """

    session: Session
    trust: Trust
    fingerprint: str
    warnings: tuple[str, ...] = ()


async def login(folder: Path, wish: Wish) -> SignedIn:
    """Sign in, or with `reset_identity` alone, replace the identity of the account that is signed in.

    Raises:
        AdapterError: It did not work; nothing is saved and no device is left behind.
    """
    with only_one(folder):
        old = _old(folder, wish)
        if old and not wish.again:
            return await _vouch_anew(old, folder, wish)
        return await _sign_in(folder, wish, old)


def _old(folder: Path, wish: Wish) -> Session | None:
    try:
        old = load_session(folder)
    except NotSignedIn:
        return None
    except AdapterError:
        if wish.again:
            return None
        raise
    if not wish.again and (not wish.reset_identity or wish.token or wish.user not in {"", old.user_id}):
        raise AdapterError(
            f"already signed in as {old.user_id}, device {old.device_id}, at {old.homeserver}; `hearings check` says "
            f"whether all is well. To sign in anew, as a new device in its place: `{LOGIN} --again`"
        )
    return old


async def _vouch_anew(session: Session, folder: Path, wish: Wish) -> SignedIn:
    password = wish.password() if wish.password else None
    client = make_client(session, folder)
    try:
        trust = await sign_own_device(client, folder, password, reset=True)
        return SignedIn(session, trust, client.olm.account.identity_keys["ed25519"])
    finally:
        await close_client(client)


async def _sign_in(folder: Path, wish: Wish, old: Session | None) -> SignedIn:
    wanted = wish.user or (old.user_id if old and not wish.token else "")
    if not wanted and not wish.token:
        raise AdapterError("nobody is signed in yet: say whom to sign in with --user, such as --user @bot:example.org")
    homeserver = await find_homeserver(wish.homeserver or (old.homeserver if old and not wish.user else ""), wanted)
    warnings = _warnings(homeserver)
    password = None
    if wish.token:
        session = await _by_token(homeserver, wish, old, folder)
        if wish.reset_identity and wish.password:
            password = wish.password()
    else:
        await _takes_passwords(homeserver)
        password = wish.password() if wish.password else ""
        session, lasts = await _by_password(homeserver, wanted, password)
        warnings += lasts
    anew = not store_file(session, folder).exists()
    try:
        fingerprint, trust = await _publish(session, folder, password, new=anew, reset=wish.reset_identity)
        save_session(session, folder)
    except BaseException:
        if not wish.token:
            await _sign_out(session)
        if anew:
            _remove_store(session, folder)
        raise
    if old and (old.user_id, old.device_id) != (session.user_id, session.device_id):
        if not await _sign_out(old):
            warnings += (f"the old device {old.device_id} of {old.user_id} could not be signed out; remove it by hand",)
        _remove_store(old, folder)
    return SignedIn(session, trust, fingerprint, warnings)


async def _publish(
    session: Session, folder: Path, password: str | None, *, new: bool, reset: bool
) -> tuple[str, Trust]:
    """Give the server the device's keys and have the account vouch for them."""
    from nio import KeysUploadResponse

    client = make_client(session, folder, new=new)
    try:
        if client.should_upload_keys:
            async with asyncio.timeout(UPLOAD_SECONDS):
                uploaded = await client.keys_upload()
            if not isinstance(uploaded, KeysUploadResponse):
                raise AdapterError(f"{session.homeserver} does not take the device's encryption keys: {uploaded}")
        trust = await sign_own_device(client, folder, password, reset=reset)
        return client.olm.account.identity_keys["ed25519"], trust
    except TimeoutError:
        raise Unreachable(f"{session.homeserver} did not take the device's keys within {UPLOAD_SECONDS} s") from None
    finally:
        await close_client(client)


async def _sign_out(session: Session) -> bool:
    """Whether a device is signed out."""
    try:
        async with Rest(session.homeserver, session.access_token) as rest:
            answer = await rest.post(path("v3", "logout"), {})
    except Unreachable:
        return False
    return answer.fine or answer.code == "M_UNKNOWN_TOKEN"


def _remove_store(session: Session, folder: Path) -> None:
    file = store_file(session, folder)
    for leftover in (folder / CRYPTO).glob(f"{_literal(file.name)}*"):
        leftover.unlink(missing_ok=True)


def _literal(name: str) -> str:
    return re.sub(r"([*?\[])", r"[\1]", name)


# -- the homeserver


async def find_homeserver(given: str, user: str = "") -> str:
    """A homeserver's URL, made sure of.

    Args:
        given: Its URL; or a server's name, whose .well-known file says where its homeserver is.
        user: A user id, whose server counts where nothing is given.

    Raises:
        AdapterError: There is no homeserver.
    """
    place = (given or user.partition(":")[2]).strip()
    if not place:
        raise AdapterError(
            "which homeserver? Give its URL or the server's name with --homeserver, or the whole user id with --user, such "
            "as @bot:example.org"
        )
    url = _checked(place) if "://" in place else await _delegated(place)
    async with Rest(url) as rest:
        answer = await rest.get(path("versions"))
    if not answer.fine or not isinstance(answer.data.get("versions"), list):
        raise AdapterError(
            f"{url} is no Matrix homeserver (it answers {answer.said()}); expected its URL, such as "
            "https://matrix.example.org, or a server's name, such as example.org: see --homeserver"
        )
    return url


def _checked(url: str) -> str:
    try:
        parts = urlsplit(url)
        fine = bool(parts.scheme in {"http", "https"} and parts.hostname and not parts.query and not parts.fragment)
        fine = fine and parts.username is None and parts.port != 0 and not re.search(r"\s", url)
    except ValueError:
        fine = False
    if not fine:
        shown = "the homeserver's URL" if "@" in url else printable(url)
        raise AdapterError(f"{shown} cannot be used; expected a URL such as https://matrix.example.org")
    return url.rstrip("/")


async def _delegated(name: str) -> str:
    """The homeserver that a server's name stands for.

    Source: https://spec.matrix.org/v1.15/client-server-api/#well-known-uris
    """
    own = _checked(f"https://{name}")
    where = "/.well-known/matrix/client"
    try:
        async with Rest(own) as rest:
            answer = await rest.get(where)
    except Unreachable as error:
        raise Unreachable(f"{error}; give the homeserver's URL with --homeserver") from None
    if answer.status == 404:
        return own
    told = answer.data.get("m.homeserver")
    url = told.get("base_url") if isinstance(told, dict) else None
    if answer.status != 200 or not isinstance(url, str):
        raise AdapterError(
            f"{own}{where} does not say where the homeserver is (it answers {answer.said()}); give its URL with --homeserver"
        )
    return _checked(url)


def _warnings(homeserver: str) -> tuple[str, ...]:
    parts = urlsplit(homeserver)
    if parts.scheme == "https" or parts.hostname in LOOPBACK:
        return ()
    return (f"{homeserver} is not encrypted: the password and the token can be read on the way; prefer https://",)


# -- the two ways in


async def _takes_passwords(homeserver: str) -> None:
    """Make sure that a server takes passwords, before somebody types one.

    Raises:
        AdapterError: It does not.
    """
    async with Rest(homeserver) as rest:
        answer = await rest.get(path("v3", "login"))
    flows = answer.data.get("flows")
    if not answer.fine or not isinstance(flows, list):
        raise AdapterError(
            f"{homeserver} does not say how to sign in: it answers {answer.said()}; expected a list of ways"
        )
    ways = [str(flow["type"]) for flow in flows if isinstance(flow, dict) and "type" in flow]
    if "m.login.password" not in ways:
        raise AdapterError(
            f"{homeserver} takes no passwords (it offers {', '.join(ways) or 'nothing'}); bring an access token of a "
            "device of its own with --token-file"
        )


async def _by_password(homeserver: str, user: str, password: str) -> tuple[Session, tuple[str, ...]]:
    async with Rest(homeserver) as rest:
        answer = await rest.post(
            path("v3", "login"),
            {
                "type": "m.login.password",
                "identifier": {"type": "m.id.user", "user": user},
                "password": password,
                "initial_device_display_name": DEVICE_NAME,
            },
        )
    if not answer.fine:
        raise AdapterError(_refusal(answer, homeserver, user))
    session = _session(answer, homeserver, str(answer.data.get("access_token") or ""))
    if not _same_user(user, session.user_id):
        await _sign_out(session)
        raise AdapterError(_mismatch(homeserver, "name and password", session.user_id, user))
    expires = answer.data.get("expires_in_ms")
    if isinstance(expires, int | float):
        lasts = (
            f"the server lets this sign-in expire after {expires / 3_600_000:.1f} hours, and the bot cannot renew it"
        )
        return session, (f"{lasts}; have its administrator lift that, or bring a lasting token with --token-file",)
    return session, ()


def _refusal(answer: Answer, homeserver: str, user: str) -> str:
    if answer.status == 429:
        return f"{homeserver} limits sign-ins; try again in {max(1, round(answer.wait_seconds))} seconds"
    if answer.code == "M_USER_DEACTIVATED":
        return f"the account {user} is deactivated; expected one that is in use"
    if answer.code == "M_FORBIDDEN":
        return f"wrong user or password: {homeserver} does not take the two for {user}; check both, and the server"
    return f"{homeserver} does not sign {user} in: it answers {answer.said()}; expected a token and a device"


async def _by_token(homeserver: str, wish: Wish, old: Session | None, folder: Path) -> Session:
    async with Rest(homeserver, wish.token) as rest:
        answer = await rest.get(path("v3", "account", "whoami"))
        if answer.status in {401, 403}:
            raise AdapterError(
                f"{homeserver} does not take the token ({answer.said()}); expected an access token that is in use there"
            )
        if answer.fine and not answer.data.get("device_id"):
            raise AdapterError(
                f"the token of {answer.data.get('user_id')} belongs to no device, so it cannot be used for encryption; "
                "expected the token of a device of its own: sign in with --user and a password instead"
            )
        session = _session(answer, homeserver, wish.token)
        if wish.user and not _same_user(wish.user, session.user_id):
            raise AdapterError(_mismatch(homeserver, "token", session.user_id, wish.user))
        if old and (old.user_id, old.device_id) == (session.user_id, session.device_id):
            if store_file(old, folder).is_file():
                return Session(homeserver, old.user_id, old.device_id, wish.token, old.pickle_key)
        shown = (await query(rest, session.user_id)).get("device_keys", {})
    if shown.get(session.user_id, {}).get(session.device_id):
        raise AdapterError(
            f"the token's device {session.device_id} already has encryption keys, made by another program or in another "
            "folder; expected the token of a device of its own: sign in with --user and a password instead"
        )
    return session


def _session(answer: Answer, homeserver: str, token: str) -> Session:
    user_id, device_id = answer.data.get("user_id"), answer.data.get("device_id")
    if answer.fine and token and isinstance(user_id, str) and isinstance(device_id, str) and user_id and device_id:
        return Session(homeserver, user_id, device_id, token, new_pickle_key())
    raise AdapterError(
        f"{homeserver} does not say who is signed in: it answers {answer.said()}; expected a user and a device"
    )


def _same_user(wanted: str, user_id: str) -> bool:
    """Whether a user id is the one meant; a name alone counts on any server."""
    name = user_id.partition(":")[0]
    meant = {user_id.casefold()} if ":" in wanted else {name.casefold(), name[1:].casefold()}
    return wanted.casefold() in meant


def _mismatch(homeserver: str, given: str, user_id: str, wanted: str) -> str:
    return f"{homeserver} says that the {given} is of {user_id}; expected {wanted}: check --user and --homeserver"
