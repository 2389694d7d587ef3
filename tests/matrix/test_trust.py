"""Cross-signing: the chain from the account's master key to the bot's device, checked by another library's Ed25519."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from adapters.errors import AdapterError
from adapters.matrix.session import Session, close_client, make_client
from adapters.matrix.trust import (
    KEYS,
    Trust,
    canonical,
    chain_fault,
    device_is_signed,
    public,
    sign,
    sign_own_device,
    verifies,
)
from tests.matrix.commands import Operator, stub
from tests.matrix.homeserver import Homeserver

#: Source: https://spec.matrix.org/v1.15/appendices/#cryptographic-test-vectors
SEED = "YJDBA9Xnr2sVqXD9Vj7XVUnmFZcZrlw8Md7kMW+3XA1"


@pytest.fixture
def operator(tmp_path: Path) -> Operator:
    return Operator(tmp_path)


def shown(homeserver: Homeserver, session: Session) -> dict[str, Any]:
    """The account's keys, as the server shows them to everybody."""
    body = {"device_keys": {session.user_id: list[str]()}}
    answer: dict[str, Any] = homeserver.call("POST", "/_matrix/client/v3/keys/query", body, session.access_token)[1]
    return answer


def master(homeserver: Homeserver, session: Session) -> str:
    """The public half of the account's master key."""
    keys: dict[str, str] = shown(homeserver, session)["master_keys"][session.user_id]["keys"]
    (key,) = keys.values()
    return key


def unpadded(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4))


def check_signature(signed: dict[str, Any], user_id: str, name: str, key: str) -> None:
    """Raise unless an object carries the signature of a key."""
    bare = {part: value for part, value in signed.items() if part not in ("signatures", "unsigned")}
    message = json.dumps(bare, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
    signature = unpadded(signed["signatures"][user_id][f"ed25519:{name}"])
    Ed25519PublicKey.from_public_bytes(unpadded(key)).verify(signature, message)


def check_chain(homeserver: Homeserver, session: Session) -> None:
    """Raise unless the master key vouches for the self-signing key, that for the device, and the device for the master."""
    keys, user_id = shown(homeserver, session), session.user_id
    device = keys["device_keys"][user_id][session.device_id]
    of_master, of_signing, of_users = (
        keys[f"{usage}_keys"][user_id] for usage in ("master", "self_signing", "user_signing")
    )
    master_key, signing_key = (next(iter(each["keys"].values())) for each in (of_master, of_signing))
    device_key = device["keys"][f"ed25519:{session.device_id}"]
    check_signature(of_signing, user_id, master_key, master_key)
    check_signature(of_users, user_id, master_key, master_key)
    check_signature(device, user_id, signing_key, signing_key)
    check_signature(device, user_id, session.device_id, device_key)
    check_signature(of_master, user_id, session.device_id, device_key)
    assert [each["usage"] for each in (of_master, of_signing, of_users)] == [
        ["master"],
        ["self_signing"],
        ["user_signing"],
    ]


async def trusted(operator: Operator, password: str | None = None, *, reset: bool = False) -> tuple[Trust, bool]:
    """What signing the operator's device says, and whether it is signed then."""
    client = make_client(operator.session, operator.matrix)
    try:
        return await sign_own_device(client, operator.matrix, password, reset=reset), await device_is_signed(client)
    finally:
        await close_client(client)


def forget_keys(operator: Operator) -> None:
    """As a new folder has it: the account's identity is there, its private keys are not."""
    (operator.matrix / KEYS).unlink()


# -- on a homeserver


def test_the_chain_holds_for_the_device_of_a_login(operator: Operator, homeserver: Homeserver) -> None:
    session = operator.signs_in(homeserver, *homeserver.new_user("bot"))
    check_chain(homeserver, session)
    broken = shown(homeserver, session)
    device = broken["device_keys"][session.user_id][session.device_id]
    device["keys"]["more"] = "x"
    signing_key = next(iter(broken["self_signing_keys"][session.user_id]["keys"].values()))
    with pytest.raises(InvalidSignature):
        check_signature(device, session.user_id, signing_key, signing_key)


async def test_signing_again_changes_nothing(operator: Operator, homeserver: Homeserver) -> None:
    session = operator.signs_in(homeserver, *homeserver.new_user("bot"))
    before, kept = shown(homeserver, session), (operator.matrix / KEYS).read_bytes()
    assert await trusted(operator) == (Trust(signed=True), True)
    assert (shown(homeserver, session), (operator.matrix / KEYS).read_bytes()) == (before, kept)


def test_a_second_device_has_the_same_identity(operator: Operator, homeserver: Homeserver) -> None:
    user_id, password = homeserver.new_user("bot")
    first = operator.signs_in(homeserver, user_id, password)
    identity, kept = master(homeserver, first), (operator.matrix / KEYS).read_bytes()
    status, _, _ = operator.says("matrix", "login", "--again", "--password-file", "-", stdin=password)
    second = operator.session
    assert (status, second.device_id != first.device_id) == (0, True)
    assert (master(homeserver, second), (operator.matrix / KEYS).read_bytes()) == (identity, kept)
    check_chain(homeserver, second)


def test_an_identity_whose_keys_are_elsewhere_is_kept_with_one_warning(
    operator: Operator, homeserver: Homeserver
) -> None:
    user_id, password = homeserver.new_user("bot")
    identity = master(homeserver, operator.signs_in(homeserver, user_id, password))
    forget_keys(operator)
    status, printed, said = operator.says("matrix", "login", "--again", "--password-file", "-", stdin=password)
    assert (status, len(said.splitlines()), "cross-signed" in printed) == (0, 1, False)
    assert said.startswith(f"hearings: warning: the device is not cross-signed: {user_id} already has a cross-signing ")
    assert "`hearings matrix login --reset-identity`" in said
    assert master(homeserver, operator.session) == identity
    assert not (operator.matrix / KEYS).exists()


async def test_a_device_that_nobody_vouches_for_is_known(operator: Operator, homeserver: Homeserver) -> None:
    user_id, password = homeserver.new_user("bot")
    operator.signs_in(homeserver, user_id, password)
    forget_keys(operator)
    operator.says("matrix", "login", "--again", "--password-file", "-", stdin=password)
    trust, signed = await trusted(operator)
    assert (trust.signed, signed) == (False, False)
    assert "already has a cross-signing identity" in trust.reason


def test_only_a_reset_with_the_password_replaces_an_identity(operator: Operator, homeserver: Homeserver) -> None:
    user_id, password = homeserver.new_user("bot")
    session = operator.signs_in(homeserver, user_id, password)
    identity = master(homeserver, session)
    kept = (operator.matrix / KEYS).read_bytes()
    reset = ("matrix", "login", "--reset-identity", "--password-file", "-")
    status, printed, said = operator.says(*reset, stdin=f"{password}x")
    assert (status, master(homeserver, session)) == (1, identity)
    assert f"the server does not take the password of {user_id}; nothing was changed" in said
    assert "Signed in" not in printed
    status, printed, said = operator.says(*reset, stdin=password)
    assert (status, said, "It is cross-signed." in printed) == (0, "", True)
    assert (operator.session, master(homeserver, session) != identity) == (session, True)
    assert (operator.matrix / KEYS).read_bytes() != kept
    check_chain(homeserver, session)


async def test_a_reset_that_failed_leaves_the_old_keys_in_use(operator: Operator, homeserver: Homeserver) -> None:
    session = operator.signs_in(homeserver, *homeserver.new_user("bot"))
    kept, identity = (operator.matrix / KEYS).read_bytes(), master(homeserver, session)
    trust, signed = await trusted(operator, None, reset=True)
    assert (trust.signed, signed) == (False, True)
    assert "wants the password" in trust.reason
    assert await trusted(operator) == (Trust(signed=True), True)
    assert ((operator.matrix / KEYS).read_bytes(), master(homeserver, session)) == (kept, identity)


async def test_keys_that_are_none_are_said_and_not_written_over(operator: Operator, homeserver: Homeserver) -> None:
    operator.signs_in(homeserver, *homeserver.new_user("bot"))
    short = {
        "accounts": {operator.session.user_id: [dict.fromkeys(("master", "self_signing", "user_signing"), "AAAA")]}
    }
    for content in ("", "{}", "[]", '{"accounts": 5}', '{"accounts": {"@a:b": [{}]}}', json.dumps(short)):
        (operator.matrix / KEYS).write_text(content)
        with pytest.raises(AdapterError, match="does not hold cross-signing keys"):
            await trusted(operator, reset=True)
        assert (operator.matrix / KEYS).read_text() == content


# -- on servers of another kind


APPROVAL = {
    "session": "s",
    "flows": [{"stages": ["org.matrix.cross_signing_reset"]}],
    "params": {"org.matrix.cross_signing_reset": {"url": "https://account.example.org/reset"}},
}
PASSWORD = {"session": "s", "flows": [{"stages": ["m.login.password"]}], "params": {}}


@pytest.mark.parametrize(
    ("upload", "password", "said"),
    [
        ((401, APPROVAL), "hunter2", "approved at https://account.example.org/reset; approve it there"),
        ((401, APPROVAL | {"params": {}}), "hunter2", "in its own way, not with a password"),
        ((401, APPROVAL | {"flows": "?", "params": []}), "hunter2", "in its own way, not with a password"),
        ((401, PASSWORD), None, "wants the password of @bot:localhost"),
        ((401, PASSWORD), "hunter2", "does not take the password of @bot:localhost; nothing was changed"),
        ((404, "<html>"), None, "does not take the cross-signing keys: 404 no JSON"),
        ((200, {}), None, "no identity that could vouch for the device"),
    ],
)
async def test_a_server_that_does_not_take_the_keys_leaves_the_device_unsigned(
    upload: tuple[int, Any], password: str | None, said: str, tmp_path: Path
) -> None:
    answers: dict[str, tuple[int, Any]] = {
        "/_matrix/client/v3/keys/device_signing/upload": upload,
        "/_matrix/client/v3/keys/signatures/upload": (200, {}),
    }
    with stub(answers) as url:
        session = Session(url, "@bot:localhost", "DEVICE", "token", "pickle")
        client = make_client(session, tmp_path, new=True)
        device = client.olm.share_keys()["device_keys"]
        answers["/_matrix/client/v3/keys/query"] = (200, {"device_keys": {session.user_id: {"DEVICE": device}}})
        try:
            trust = await sign_own_device(client, tmp_path, password)
            assert not await device_is_signed(client)
        finally:
            await close_client(client)
    assert (trust.signed, said in trust.reason) == (False, True), trust.reason
    assert "hunter2" not in trust.reason


async def test_keys_of_another_device_are_not_signed(tmp_path: Path) -> None:
    keys: dict[str, Any] = {"keys": {}}
    answers = {"/_matrix/client/v3/keys/query": (200, {"device_keys": {"@bot:localhost": {"DEVICE": keys}}})}
    with stub(answers) as url:
        client = make_client(Session(url, "@bot:localhost", "DEVICE", "token", "pickle"), tmp_path, new=True)
        try:
            trust = await sign_own_device(client, tmp_path, None)
        finally:
            await close_client(client)
    assert "the server shows other keys for device DEVICE than its store has" in trust.reason
    assert not (tmp_path / KEYS).exists()


# -- by itself


@pytest.mark.parametrize(
    ("given", "signature"),
    [
        ({}, "K8280/U9SSy9IVtjBuVeLr+HpOB4BQFWbg+UZaADMtTdGYI7Geitb76LTrr5QV/7Xg4ahLwYGYZzuHGZKM5ZAQ"),
        (
            {"one": 1, "two": "Two"},
            "KqmLSbO39/Bzb0QIYE82zqLwsA+PDzYIpIRA2sRQ4sL53+sN6/fpNSoqE7BP7vBZhG6kYdD13EIMJpvhJI+6Bw",
        ),
    ],
)
def test_signatures_are_those_of_the_specification(given: dict[str, Any], signature: str) -> None:
    assert sign(given, SEED) == signature
    assert verifies(given, public(SEED), signature)
    assert not verifies({**given, "three": 3}, public(SEED), signature)


@pytest.mark.parametrize(
    ("given", "written"),
    [
        ({"b": "2", "a": "1"}, '{"a":"1","b":"2"}'),
        ({"本": 2, "日": 1}, '{"日":1,"本":2}'),
        ({"a": "日", "unsigned": {"age": 1}, "signatures": {"x": "y"}}, '{"a":"日"}'),
        ({"a": {"unsigned": 1, "d": True, "c": None}}, '{"a":{"c":null,"d":true,"unsigned":1}}'),
        ({"\ue000": 1, "\U00010000": 2}, '{"\ue000":1,"\U00010000":2}'),
        ({"a": 'q"\\\n\x01\x7f/'}, '{"a":"q\\"\\\\\\n\\u0001\x7f/"}'),
    ],
)
def test_what_is_signed_is_canonical_json(given: dict[str, Any], written: str) -> None:
    assert canonical(given).decode() == written


@pytest.mark.parametrize(("key", "signature"), [("", ""), ("AAAA", "AAAA"), ("no base64", "???")])
def test_what_is_no_key_verifies_nothing(key: str, signature: str) -> None:
    assert not verifies({}, key, signature)


async def test_every_broken_link_of_the_chain_is_found(operator: Operator, homeserver: Homeserver) -> None:
    session = operator.signs_in(homeserver, *homeserver.new_user("bot"))
    whole, user_id, device_id = shown(homeserver, session), session.user_id, session.device_id
    key = whole["device_keys"][user_id][device_id]["keys"][f"ed25519:{device_id}"]
    assert chain_fault(whole, user_id, device_id, key) == ""
    assert "other keys" in chain_fault(whole, user_id, device_id, "A" * 43)
    assert "does not know" in chain_fault(whole, user_id, "ELSE", key)
    assert "does not know" in chain_fault({"device_keys": []}, user_id, device_id, key)

    def without(*path: str) -> str:
        broken = json.loads(json.dumps(whole))
        at = broken
        for part in path[:-1]:
            at = at[part]
        del at[path[-1]]
        return chain_fault(broken, user_id, device_id, key)

    assert "no identity" in without("master_keys", user_id)
    assert "no identity" in without("self_signing_keys", user_id)
    assert "not signed by its master" in without("self_signing_keys", user_id, "signatures")
    assert "not signed by its master" in without("self_signing_keys", user_id, "usage")
    assert "has not signed the device" in without("device_keys", user_id, device_id, "signatures")
    assert "has not signed the device" in without("device_keys", user_id, device_id, "algorithms")
