"""Cross-signing: the bot's account vouches for the bot's device.

Clients that follow MSC4153 give no keys to a device that its owner has not cross-signed, and others draw a warning at
what it writes; nio has nothing for it. An account's identity is three Ed25519 keys: the master key signs the
self-signing key, which signs devices, and the user-signing key, which we make for completeness and never use. Their
private halves stay in `cross-signing.json`, to sign the account's next device with the same identity.

Source: https://spec.matrix.org/v1.15/client-server-api/#cross-signing
"""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from adapters.errors import AdapterError
from adapters.matrix.rest import Answer, Rest, path
from adapters.matrix.session import LOGIN, read_private, write_private

if TYPE_CHECKING:
    from nio import AsyncClient

KEYS = "cross-signing.json"
SEED_LENGTH = 32  # bytes
USAGES = ("master", "self_signing", "user_signing")


@dataclass(frozen=True, slots=True)
class Trust:
    """Whether the bot's device is cross-signed.

    Attributes:
        signed: Whether the chain from the account's master key to the device holds.
        reason: Where it does not: why, and what to do about it.
    """

    signed: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Identity:
    """The private halves of an account's keys: seeds in base64."""

    master: str = field(repr=False)
    self_signing: str = field(repr=False)
    user_signing: str = field(repr=False)

    def __post_init__(self) -> None:
        if {len(_decode(seed)) for seed in (self.master, self.self_signing, self.user_signing)} != {SEED_LENGTH}:
            raise ValueError(f"a seed is not {SEED_LENGTH} bytes long")


class Refused(AdapterError):
    """The server did not take keys or signatures."""


async def sign_own_device(client: AsyncClient, folder: Path, password: str | None, *, reset: bool = False) -> Trust:
    """Make or reuse the account's identity and sign the client's own device with it; its keys must be uploaded already.

    An identity that the account has and that we hold no keys of is kept: whoever verified it would be warned if it
    changed.

    Args:
        client: Signed in, with its encryption store.
        folder: The Matrix folder, where the identity's private keys are kept.
        password: The account's, for a server that asks for it; None where there is none.
        reset: Replace whatever identity the account has by a new one.

    Raises:
        Unreachable: The server does not answer.
        AdapterError: The kept keys cannot be read or written.
    """
    async with Rest(client.homeserver, client.access_token) as rest:
        try:
            return await _sign(rest, client, folder, password, reset=reset)
        except Refused as error:
            return Trust(signed=False, reason=str(error))


async def device_is_signed(client: AsyncClient) -> bool:
    """Whether the server shows the client's own device with its keys, signed by the account's identity.

    Raises:
        Unreachable: The server does not answer.
        Refused: It has no keys to show, or none of this device any more: it was signed out.
    """
    async with Rest(client.homeserver, client.access_token) as rest:
        shown = await query(rest, client.user_id)
    if client.device_id not in shown.get("device_keys", {}).get(client.user_id, {}):
        raise Refused(f"the server shows no keys of the device {client.device_id}")
    return not chain_fault(shown, client.user_id, client.device_id, client.olm.account.identity_keys["ed25519"])


async def query(rest: Rest, user_id: str) -> dict[str, Any]:
    """The keys of a user's devices and identity, as `/keys/query` has them.

    Raises:
        Refused: It has none to show.
    """
    answer = await rest.post(path("v3", "keys", "query"), {"device_keys": {user_id: []}})
    if not answer.fine:
        raise Refused(f"the server does not show the account's keys: {answer.said()}")
    return answer.data


def chain_fault(shown: Mapping[str, Any], user_id: str, device_id: str, ed25519: str) -> str:
    """What is wrong in the chain from the master key to a device; "" where it holds.

    Args:
        shown: What `/keys/query` answered.
        user_id: The account.
        device_id: The device.
        ed25519: The device's own key, as its store has it.
    """
    device, master, signing = (
        _shown(shown, name, user_id) for name in ("device_keys", "master_keys", "self_signing_keys")
    )
    device = _object(device.get(device_id))
    master_key, signing_key = _public(master), _public(signing)
    if not device:
        return "the server does not know the device's keys"
    if _object(device.get("keys")).get(f"ed25519:{device_id}") != ed25519:
        return "the server shows other keys for the device than its store has"
    if not master_key or not signing_key:
        return "the account has no identity that could vouch for the device"
    if not _is_signed(signing, user_id, master_key):
        return "the account's self-signing key is not signed by its master key"
    if not _is_signed(device, user_id, signing_key):
        return "the account's identity has not signed the device"
    return ""


# -- the steps of signing


async def _sign(rest: Rest, client: AsyncClient, folder: Path, password: str | None, *, reset: bool) -> Trust:
    user_id, device_id = client.user_id, client.device_id
    own_key = client.olm.account.identity_keys["ed25519"]
    shown = await query(rest, user_id)
    device = _object(_shown(shown, "device_keys", user_id).get(device_id))
    if _object(device.get("keys")).get(f"ed25519:{device_id}") != own_key:
        return Trust(
            signed=False,
            reason=f"the server shows other keys for device {device_id} than its store has: sign in as a new device with "
            f"`{LOGIN} --again`",
        )
    there = _public(_shown(shown, "master_keys", user_id))
    kept = _kept(folder)
    ours = kept.get(user_id, [])
    identity = next((each for each in ours if not there or public(each.master) == there), None)
    if there and not identity and not reset:
        return Trust(
            signed=False,
            reason=f"{user_id} already has a cross-signing identity whose keys are not here; it is kept, and people may see "
            f"a warning at the bot's answers, or it cannot read them. Put its {KEYS} into {folder}, or replace it "
            f"with `{LOGIN} --reset-identity` (people who verified it will be told that it changed)",
        )
    if reset or not identity:
        identity = Identity(*(_encode(secrets.token_bytes(SEED_LENGTH)) for _ in USAGES))
        kept[user_id] = [identity, *ours]
        _keep(kept, folder)  # before the server has it: an identity whose keys are lost could only be replaced
    if public(identity.master) != there or public(identity.self_signing) != _public(
        _shown(shown, "self_signing_keys", user_id)
    ):
        await _upload(rest, client, identity, password)
        shown = await query(rest, user_id)
    kept[user_id] = [identity]
    _keep(kept, folder)
    await _upload_signatures(rest, client, identity, shown)
    fault = chain_fault(await query(rest, user_id), user_id, device_id, own_key)
    return Trust(signed=not fault, reason=fault)


async def _upload(rest: Rest, client: AsyncClient, identity: Identity, password: str | None) -> None:
    """Give the server the public keys; one that asks for the password gets it."""
    user_id = client.user_id
    master = _key_object(user_id, "master", identity.master)
    by_device = {user_id: {f"ed25519:{client.device_id}": client.olm.sign_json(master)}}
    body: dict[str, Any] = {"master_key": master | {"signatures": by_device}}
    for usage, seed in (("self_signing", identity.self_signing), ("user_signing", identity.user_signing)):
        body[f"{usage}_key"] = _signed(_key_object(user_id, usage, seed), user_id, identity.master)
    where = path("v3", "keys", "device_signing", "upload")
    answer = await rest.post(where, body)
    if answer.status == 401 and "flows" in answer.data:
        answer = await _authorize(rest, where, body, answer, user_id, password)
    if not answer.fine:
        raise Refused(f"the server does not take the cross-signing keys: {answer.said()}")


async def _authorize(
    rest: Rest, where: str, body: dict[str, Any], asked: Answer, user_id: str, password: str | None
) -> Answer:
    """Ask again with the password, where the server's way to make sure of somebody is that.

    Source: https://spec.matrix.org/v1.15/client-server-api/#user-interactive-authentication-api
    """
    flows = (
        [_object(flow).get("stages") for flow in asked.data["flows"]] if isinstance(asked.data["flows"], list) else []
    )
    if ["m.login.password"] not in flows:
        pages = [page for each in _object(asked.data.get("params")).values() if (page := _object(each).get("url"))]
        where_to = f" at {pages[0]}" if pages and isinstance(pages[0], str) else " in its own way, not with a password"
        raise Refused(
            f"the server wants the change of {user_id}'s cross-signing keys approved{where_to}; approve it there, then "
            f"run `{LOGIN} --reset-identity`"
        )
    if password is None:
        raise Refused(
            f"the server wants the password of {user_id} before it takes cross-signing keys; run "
            f"`{LOGIN} --reset-identity` and give it"
        )
    auth = {
        "type": "m.login.password",
        "identifier": {"type": "m.id.user", "user": user_id},
        "password": password,
        "session": asked.data.get("session"),
    }
    answer = await rest.post(where, body | {"auth": auth})
    if answer.status in {401, 403}:
        raise Refused(
            f"the server does not take the password of {user_id}; nothing was changed: run `{LOGIN} --reset-identity` "
            "again with the right one"
        )
    return answer


async def _upload_signatures(rest: Rest, client: AsyncClient, identity: Identity, shown: Mapping[str, Any]) -> None:
    """Sign the device with the identity and the identity with the device, as the server shows them, where it is needed."""
    user_id, device_id = client.user_id, client.device_id
    device = _object(_shown(shown, "device_keys", user_id).get(device_id))
    master = _shown(shown, "master_keys", user_id)
    wanted: dict[str, Any] = {}
    if not _is_signed(device, user_id, public(identity.self_signing)):
        wanted[device_id] = _signed(device, user_id, identity.self_signing)
    own_key = client.olm.account.identity_keys["ed25519"]
    if not _is_signed(master, user_id, own_key, named=device_id):
        bare = _bare(master)
        signature = client.olm.sign_json(bare)
        wanted[public(identity.master)] = bare | {"signatures": {user_id: {f"ed25519:{device_id}": signature}}}
    if not wanted:
        return
    answer = await rest.post(path("v3", "keys", "signatures", "upload"), {user_id: wanted})
    if not answer.fine or answer.data.get("failures"):
        failures = _object(_object(answer.data.get("failures")).get(user_id)).values()
        said = "; ".join(Answer(400, _object(failure), is_json=True).said() for failure in failures) or answer.said()
        raise Refused(f"the server does not take the device's signature: {said}; try again with `{LOGIN} --again`")


# -- keys and signatures


def canonical(given: Mapping[str, Any]) -> bytes:
    """An object as it is signed: sorted, without spaces, in UTF-8, without what is not signed.

    Source: https://spec.matrix.org/v1.15/appendices/#canonical-json
    """
    return json.dumps(_bare(given), ensure_ascii=False, allow_nan=False, separators=(",", ":"), sort_keys=True).encode()


def public(seed: str) -> str:
    """The public half of a key, in unpadded base64."""
    return _encode(_private(seed).public_key().export_key(format="raw"))


def sign(given: Mapping[str, Any], seed: str) -> str:
    """An object's signature, in unpadded base64."""
    from Crypto.Signature import eddsa

    return _encode(eddsa.new(_private(seed), "rfc8032").sign(canonical(given)))


def verifies(given: Mapping[str, Any], key: str, signature: str) -> bool:
    """Whether a signature of an object holds; False for what is no key or no signature."""
    from Crypto.Signature import eddsa

    try:
        eddsa.new(eddsa.import_public_key(_decode(key)), "rfc8032").verify(canonical(given), _decode(signature))
    except (ValueError, TypeError):
        return False
    return True


def _private(seed: str) -> Any:
    from Crypto.PublicKey import ECC

    return ECC.construct(curve="Ed25519", seed=_decode(seed))


def _key_object(user_id: str, usage: str, seed: str) -> dict[str, Any]:
    key = public(seed)
    return {"user_id": user_id, "usage": [usage], "keys": {f"ed25519:{key}": key}}


def _signed(given: Mapping[str, Any], user_id: str, seed: str) -> dict[str, Any]:
    return _bare(given) | {"signatures": {user_id: {f"ed25519:{public(seed)}": sign(given, seed)}}}


def _is_signed(given: Mapping[str, Any], user_id: str, key: str, *, named: str = "") -> bool:
    signature = _object(_object(given.get("signatures")).get(user_id)).get(f"ed25519:{named or key}")
    return isinstance(signature, str) and verifies(given, key, signature)


def _bare(given: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in given.items() if name not in {"signatures", "unsigned"}}


def _public(key: Mapping[str, Any]) -> str:
    """The one key that an identity's key object holds; "" where there is none."""
    keys = list(_object(key.get("keys")).values())
    return keys[0] if len(keys) == 1 and isinstance(keys[0], str) else ""


def _shown(shown: Mapping[str, Any], name: str, user_id: str) -> dict[str, Any]:
    return _object(_object(shown.get(name)).get(user_id))


def _object(given: object) -> dict[str, Any]:
    return given if isinstance(given, dict) else {}


def _encode(raw: bytes) -> str:
    return base64.b64encode(raw).decode().rstrip("=")


def _decode(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)


# -- the private keys, kept


def _kept(folder: Path) -> dict[str, list[Identity]]:
    """The identities that are kept, by account; more than one where the server has not yet said which it took."""
    file = folder / KEYS
    text = read_private(file)
    if text is None:
        return {}
    try:
        accounts = json.loads(text)["accounts"]
        kept = {user: [Identity(**each) for each in identities] for user, identities in accounts.items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        raise AdapterError(
            f"{file} does not hold cross-signing keys: put back a copy; or move it away, then replace the account's "
            f"identity with `{LOGIN} --reset-identity`"
        ) from None
    return kept


def _keep(kept: Mapping[str, Sequence[Identity]], folder: Path) -> None:
    accounts = {user: [asdict(each) for each in identities] for user, identities in kept.items()}
    text = json.dumps({"accounts": accounts}, indent=1) + "\n"
    if read_private(folder / KEYS) != text:
        write_private(folder / KEYS, text)
