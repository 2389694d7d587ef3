"""Signing in: one device, saved once, for its owner only; and one clear line for everything that can be wrong."""

from __future__ import annotations

import datetime
import ipaddress
import json
import logging
import re
import socket
import ssl
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pexpect
import pytest

from adapters.errors import AdapterError
from adapters.matrix.login import Wish, login
from adapters.matrix.session import (
    CRYPTO,
    SESSION,
    NotSignedIn,
    Session,
    close_client,
    load_session,
    make_client,
    quiet_nio,
    save_session,
    store_file,
)
from bot.store.lock import hold
from tests.matrix.commands import Operator, stub
from tests.matrix.homeserver import Homeserver

VERSIONS = {"/_matrix/client/versions": (200, {"versions": ["v1.11"]})}
FLOWS: dict[str, tuple[int, Any]] = VERSIONS | {
    "/_matrix/client/v3/login": (200, {"flows": [{"type": "m.login.password"}]})
}


@pytest.fixture
def operator(tmp_path: Path) -> Operator:
    return Operator(tmp_path)


def devices(homeserver: Homeserver, token: str) -> list[dict[str, Any]]:
    answer = homeserver.call("GET", "/_matrix/client/v3/devices", token=token)[1]
    return list(answer["devices"])


def devices_of(homeserver: Homeserver, user_id: str, password: str) -> list[str]:
    """A user's devices but for the one that asks."""
    token, own = homeserver.login(user_id, password)
    return [device["device_id"] for device in devices(homeserver, token) if device["device_id"] != own]


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


# -- signing in


def test_a_password_makes_one_device_that_later_starts_restore(operator: Operator, homeserver: Homeserver) -> None:
    user_id, password = homeserver.new_user("bot")
    done = operator.logs_in("--homeserver", homeserver.url, "--user", user_id, "--password-file", "-", stdin=password)
    assert (done.returncode, done.stderr) == (0, "")
    session = operator.session
    assert done.stdout.splitlines()[0] == (
        f"Signed in as {user_id}, device {session.device_id}, at {homeserver.url}; saved in hearings-data/matrix."
    )
    assert re.fullmatch(
        r"The device's fingerprint is (\S{4} ){10}\S{3}\nIt is cross-signed\.", done.stdout.split("\n", 1)[1].strip()
    )
    assert [(each["device_id"], each["display_name"]) for each in devices(homeserver, session.access_token)] == [
        (session.device_id, "Hearings Bot")
    ]
    restored = homeserver.call("GET", "/_matrix/client/v3/account/whoami", token=session.access_token)[1]
    assert (restored["user_id"], restored["device_id"]) == (session.user_id, session.device_id)


async def test_a_later_start_has_the_device_s_own_keys(operator: Operator, homeserver: Homeserver) -> None:
    session = operator.signs_in(homeserver, *homeserver.new_user("bot"))
    keys = []
    for _ in range(2):
        client = make_client(session, operator.matrix)
        keys.append(client.olm.account.identity_keys["ed25519"])
        assert not client.should_upload_keys
        await close_client(client)
    shown = homeserver.call(
        "POST", "/_matrix/client/v3/keys/query", {"device_keys": {session.user_id: []}}, session.access_token
    )[1]["device_keys"][session.user_id][session.device_id]["keys"]
    assert keys == [shown[f"ed25519:{session.device_id}"]] * 2


def test_what_is_saved_is_for_its_owner_only(operator: Operator, homeserver: Homeserver) -> None:
    operator.signs_in(homeserver, *homeserver.new_user("bot"))
    kept = sorted(operator.matrix.rglob("*"))
    assert [file.name for file in kept if file.is_file()] == ["cross-signing.json", kept[2].name, SESSION]
    assert {mode(file) for file in kept if file.is_file()} == {0o600}
    assert [mode(folder) for folder in (operator.matrix.parent, operator.matrix, operator.matrix / CRYPTO)] == [
        0o700
    ] * 3


def test_the_password_is_typed_without_being_shown(operator: Operator, homeserver: Homeserver) -> None:
    user_id, password = homeserver.new_user("bot")
    typed = pexpect.spawn(
        sys.executable,
        ["-m", "adapters.cli", "matrix", "login", "--homeserver", homeserver.url, "--user", user_id],
        cwd=str(operator.folder),
        env=operator.environment(),
        encoding="utf-8",
        timeout=30,
    )
    typed.expect("Password: ")
    typed.sendline(password)
    typed.expect("It is cross-signed")
    before = typed.before or ""
    typed.expect(pexpect.EOF)
    typed.close()
    assert typed.exitstatus == 0
    assert password not in before


def test_ctrl_c_at_the_password_ends_it_and_makes_no_device(operator: Operator, homeserver: Homeserver) -> None:
    user_id, password = homeserver.new_user("bot")
    typed = pexpect.spawn(
        sys.executable,
        ["-m", "adapters.cli", "matrix", "login", "--homeserver", homeserver.url, "--user", user_id],
        cwd=str(operator.folder),
        env=operator.environment(),
        encoding="utf-8",
        timeout=30,
    )
    typed.expect("Password: ")
    typed.sendintr()
    typed.expect(pexpect.EOF)
    typed.close()
    assert typed.exitstatus == 1
    assert "Traceback" not in (typed.before or "")
    assert devices_of(homeserver, user_id, password) == []


@pytest.mark.parametrize("user", ["name alone", "whole id"])
def test_a_token_keeps_its_device(operator: Operator, homeserver: Homeserver, user: str) -> None:
    user_id, password = homeserver.new_user("bot")
    token, device_id = homeserver.login(user_id, password)
    (operator.folder / "token").write_text(token + "\n")
    name = user_id if user == "whole id" else user_id[1:].partition(":")[0]
    done = operator.logs_in_here("--homeserver", homeserver.url, "--token-file", "token", "--user", name)
    assert (done.returncode, done.stderr) == (0, "")
    assert (operator.session.device_id, operator.session.access_token) == (device_id, token)
    assert "It is cross-signed." in done.stdout


# -- a second time


def test_a_second_sign_in_is_refused_and_makes_no_device(operator: Operator, homeserver: Homeserver) -> None:
    user_id, password = homeserver.new_user("bot")
    session = operator.signs_in(homeserver, user_id, password)
    given = ["--homeserver", homeserver.url, "--user", user_id, "--password-file", "-"]
    said = operator.is_refused(*given, stdin=password)
    assert f"already signed in as {user_id}, device {session.device_id}" in said
    assert "`hearings matrix login --again`" in said
    assert (operator.session, len(devices(homeserver, session.access_token))) == (session, 1)
    other = operator.is_refused("--reset-identity", "--user", "@other:localhost", "--password-file", "-", stdin="x")
    assert "already signed in" in other


def test_again_is_a_new_device_in_place_of_the_old(operator: Operator, homeserver: Homeserver) -> None:
    user_id, password = homeserver.new_user("bot")
    old = operator.signs_in(homeserver, user_id, password)
    done = operator.logs_in("--again", "--password-file", "-", stdin=password)
    assert (done.returncode, done.stderr) == (0, "")
    new = operator.session
    assert (new.user_id, new.homeserver) == (old.user_id, old.homeserver)
    assert [each["device_id"] for each in devices(homeserver, new.access_token)] == [new.device_id] != [old.device_id]
    assert homeserver.call("GET", "/_matrix/client/v3/account/whoami", token=old.access_token)[0] == 401
    assert [file.name for file in (operator.matrix / CRYPTO).iterdir()] == [store_file(new, operator.matrix).name]


def test_again_mends_a_sign_in_that_cannot_be_read_or_is_revoked(operator: Operator, homeserver: Homeserver) -> None:
    user_id, password = homeserver.new_user("bot")
    session = operator.signs_in(homeserver, user_id, password)
    assert homeserver.call("POST", "/_matrix/client/v3/logout", {}, session.access_token)[0] == 200
    assert operator.logs_in_here("--again", "--password-file", "-", stdin=password).returncode == 0
    (operator.matrix / SESSION).write_text("{")
    given = ["--homeserver", homeserver.url, "--user", user_id, "--password-file", "-"]
    assert "does not hold a sign-in" in operator.is_refused(*given, stdin=password)
    assert operator.logs_in_here("--again", *given, stdin=password).returncode == 0


def test_the_same_token_again_keeps_the_device_and_its_keys(operator: Operator, homeserver: Homeserver) -> None:
    old = operator.signs_in(homeserver, *homeserver.new_user("bot"))
    done = operator.logs_in_here("--again", "--homeserver", old.homeserver, "--token-file", "-", stdin=old.access_token)
    assert (done.returncode, done.stderr) == (0, "")
    assert operator.session == old
    assert len(devices(homeserver, old.access_token)) == 1


def test_nothing_is_signed_in_while_a_bot_runs(operator: Operator, homeserver: Homeserver) -> None:
    user_id, password = homeserver.new_user("bot")
    operator.signs_in(homeserver, user_id, password)
    with hold(operator.matrix.parent):
        said = operator.is_refused("--again", "--password-file", "-", stdin=password)
    assert "another bot runs" in said


# -- what can be wrong


def test_a_wrong_password_is_said(operator: Operator, homeserver: Homeserver) -> None:
    user_id, password = homeserver.new_user("bot")
    given = ["--homeserver", homeserver.url, "--user", user_id, "--password-file", "-"]
    said = operator.is_refused(*given, stdin=f"{password}x")
    assert f"wrong user or password: {homeserver.url}" in said
    assert password not in said
    assert not (operator.matrix / SESSION).exists()


def test_a_sign_in_that_breaks_off_leaves_no_device(
    operator: Operator, homeserver: Homeserver, caplog: pytest.LogCaptureFixture
) -> None:
    user_id, password = homeserver.new_user("bot")
    operator.matrix.mkdir(parents=True)
    (operator.matrix / "cross-signing.json").write_text("{}")
    given = ["--homeserver", homeserver.url, "--user", user_id, "--password-file", "-"]
    with caplog.at_level(logging.CRITICAL):
        said = operator.is_refused(*given, stdin=password)
    assert "does not hold cross-signing keys" in said
    assert devices_of(homeserver, user_id, password) == []
    assert list((operator.matrix / CRYPTO).iterdir()) == []


def test_a_token_that_cannot_serve_is_said(operator: Operator, homeserver: Homeserver, tmp_path: Path) -> None:
    admin, admin_password = homeserver.register(f"admin-{tmp_path.name}".lower(), admin=True)
    admin_token = homeserver.login(admin, admin_password)[0]
    user_id, password = homeserver.new_user("bot")
    there = ["--homeserver", homeserver.url, "--token-file", "-"]
    assert "does not take the token (401 M_UNKNOWN_TOKEN" in operator.is_refused(*there, stdin="nonsense")
    status, puppet = homeserver.call("POST", f"/_synapse/admin/v1/users/{quote(user_id)}/login", {}, admin_token)
    assert status == 200
    said = operator.is_refused(*there, stdin=puppet["access_token"])
    assert f"the token of {user_id} belongs to no device" in said
    token, _ = homeserver.login(user_id, password)
    said = operator.is_refused(*there, "--user", "@someone:localhost", stdin=token)
    assert f"says that the token is of {user_id}; expected @someone:localhost" in said
    elsewhere = Operator(tmp_path / "elsewhere")
    elsewhere.folder.mkdir()
    taken = elsewhere.signs_in(homeserver, user_id, password)
    said = operator.is_refused(*there, stdin=taken.access_token)
    assert f"device {taken.device_id} already has encryption keys" in said
    assert homeserver.call("GET", "/_matrix/client/v3/account/whoami", token=taken.access_token)[0] == 200


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({}, "is no Matrix homeserver (it answers 404 no JSON); expected its URL, such as https://matrix.example.org"),
        ({"/_matrix/client/versions": (200, {"hello": "world"})}, "is no Matrix homeserver (it answers 200)"),
        ({"/_matrix/client/versions": (200, [1])}, "is no Matrix homeserver"),
        ({"/_matrix/client/versions": (502, "<html>")}, "is no Matrix homeserver (it answers 502 no JSON)"),
        (
            VERSIONS | {"/_matrix/client/v3/login": (200, {"flows": [{"type": "m.login.sso"}]})},
            "takes no passwords (it offers m.login.sso); bring an access token of a device of its own with --token-file",
        ),
        (VERSIONS, "does not say how to sign in: it answers 404 no JSON"),
    ],
)
def test_what_is_no_homeserver_is_said(operator: Operator, answers: dict[str, tuple[int, Any]], said: str) -> None:
    with stub(answers) as url:
        line = operator.is_refused(
            "--homeserver", url + "/", "--user", "@bot:localhost", "--password-file", "-", stdin="x"
        )
    assert said in line
    assert url in line


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ((429, {"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 90_000}), "limits sign-ins; try again in 90 seconds"),
        ((403, {"errcode": "M_USER_DEACTIVATED"}), "@bot:localhost is deactivated"),
        ((403, {"errcode": "M_FORBIDDEN"}), "wrong user or password"),
        ((500, {"errcode": "M_UNKNOWN", "error": "a\n\x1b[31mb"}), "it answers 500 M_UNKNOWN a [31mb; expected"),
        ((200, {"user_id": "@bot:localhost"}), "does not say who is signed in"),
        (
            (200, {"user_id": "@else:localhost", "device_id": "D", "access_token": "secret"}),
            "is of @else:localhost; expected @bot:localhost: check --user and --homeserver",
        ),
    ],
)
async def test_a_server_that_signs_nobody_in_is_said(
    answer: tuple[int, Any], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with stub(FLOWS) as url, stub(VERSIONS | {"/_matrix/client/v3/login": answer}) as refusing:
        from adapters.matrix import login as module

        assert await module.find_homeserver(url) == url
        with pytest.raises(AdapterError) as caught:
            await module._by_password(refusing, "@bot:localhost", "hunter2")
    assert said in str(caught.value)
    assert "hunter2" not in str(caught.value)
    assert "secret" not in str(caught.value)


def test_a_server_that_is_not_there_is_said(operator: Operator) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"
        said = operator.is_refused("--homeserver", url, "--user", "@bot:localhost", "--password-file", "-", stdin="x")
    assert f"{url} cannot be reached: " in said


@pytest.mark.parametrize(
    "url", ["ftp://example.org", "https://", "http://[", "https://a b", "https://u:secret@example.org"]
)
def test_a_url_that_is_none_is_said(operator: Operator, url: str) -> None:
    said = operator.is_refused("--homeserver", url, "--user", "@bot:localhost", "--password-file", "-", stdin="x")
    assert "cannot be used; expected a URL such as https://matrix.example.org" in said
    assert "secret" not in said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--homeserver", "http://localhost"], "say whom to sign in"),
        (["--user", "@a:b", "--password-file", "-", "--token-file", "-"], "not both"),
        (["--user", "@a:b", "--token-file", "nowhere"], "nowhere cannot be read"),
        (["--user", "@a:b", "--token-file", "empty"], "empty holds nothing"),
        (["--user", "@a:b", "--token-file", "two"], "two holds more than one line"),
        (["--user", "@a:b", "--token-file", "bytes"], "bytes cannot be read: it is no text"),
    ],
)
def test_wrong_usage_is_status_2(
    operator: Operator, arguments: list[str], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, content in {"empty": b"\n", "two": b"secret\nsecret\n", "bytes": b"\xff"}.items():
        (operator.folder / name).write_bytes(content)
    monkeypatch.chdir(operator.folder)
    status, printed, told = operator.says("matrix", "login", *arguments)
    assert (status, printed) == (2, "")
    assert said in told
    assert "secret" not in told.replace("with the secret alone", "")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--user", "bot"], "which homeserver?"),
        (["--again"], "nobody is signed in yet: say whom to sign in with --user"),
        (["--reset-identity"], "nobody is signed in yet"),
    ],
)
def test_who_is_not_known_cannot_be_signed_in(operator: Operator, arguments: list[str], said: str) -> None:
    assert said in operator.is_refused(*arguments, "--password-file", "-", stdin="x")


def test_without_a_terminal_a_password_file_is_asked_for(operator: Operator, homeserver: Homeserver) -> None:
    user_id, _ = homeserver.new_user("bot")
    said = operator.is_refused("--homeserver", homeserver.url, "--user", user_id, status=2)
    assert "give it with --password-file FILE" in said


# -- a server's name


def certificate(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """A server's TLS for 127.0.0.1, and the certificate to trust."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "test")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "tls.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context, file


def test_a_server_s_name_leads_to_its_homeserver(operator: Operator, homeserver: Homeserver, tmp_path: Path) -> None:
    user_id, password = homeserver.new_user("bot")
    tls, trusted = certificate(tmp_path)
    told = {"/.well-known/matrix/client": (200, {"m.homeserver": {"base_url": f"{homeserver.url}/"}})}
    given = ["--user", user_id, "--password-file", "-"]
    with stub(told, tls) as url:
        name = url.removeprefix("https://")
        done = operator.logs_in("--homeserver", name, *given, stdin=password, SSL_CERT_FILE=str(trusted))
        assert (done.returncode, done.stderr) == (0, "")
        assert operator.session.homeserver == homeserver.url
    with stub(VERSIONS, tls) as url:
        name = url.removeprefix("https://")
        done = operator.logs_in("--again", "--homeserver", name, *given, stdin=password, SSL_CERT_FILE=str(trusted))
        said = operator.one_line(done.returncode, done.stdout, done.stderr)
        assert f"{url} does not say how to sign in" in said  # no .well-known file: the name is the homeserver
    with stub({"/.well-known/matrix/client": (200, {"m.homeserver": 5})}, tls) as url:
        name = url.removeprefix("https://")
        done = operator.logs_in("--again", "--homeserver", name, *given, stdin=password, SSL_CERT_FILE=str(trusted))
        said = operator.one_line(done.returncode, done.stdout, done.stderr)
        assert "does not say where the homeserver is" in said
        said = operator.is_refused("--again", "--homeserver", name, *given, stdin=password)
        assert "cannot be reached" in said
        assert "give the homeserver's URL with --homeserver" in said


# -- what is saved, and what becomes of it


SAVED = Session("http://127.0.0.1:1", "@bot:localhost", "DEVICE", "token-731", "pickle-731")


def test_a_session_is_saved_and_loaded_whole(tmp_path: Path) -> None:
    save_session(SAVED, tmp_path / "matrix")
    assert load_session(tmp_path / "matrix") == SAVED
    assert [file.name for file in (tmp_path / "matrix").iterdir()] == [SESSION]
    assert "731" not in repr(SAVED)


def test_no_session_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(NotSignedIn, match="sign it in with `hearings matrix login`"):
        load_session(tmp_path)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"{}", b'{"homeserver": 5}', b"\xff", b"null"])
def test_a_session_that_is_none_is_said(tmp_path: Path, content: bytes) -> None:
    (tmp_path / SESSION).write_bytes(content)
    (tmp_path / SESSION).chmod(0o600)
    with pytest.raises(AdapterError, match=r"session\.json (does not hold a sign-in|cannot be read)"):
        load_session(tmp_path)


def test_a_session_that_others_can_read_is_closed_with_a_warning(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    save_session(SAVED, tmp_path)
    (tmp_path / SESSION).chmod(0o644)
    assert load_session(tmp_path) == SAVED
    assert mode(tmp_path / SESSION) == 0o600
    assert [record.getMessage() for record in caplog.records] == [
        f"{tmp_path / SESSION} could be read by others; it is closed to them now"
    ]


async def test_another_pickle_key_is_said_and_nothing_begins_afresh(tmp_path: Path) -> None:
    client = make_client(SAVED, tmp_path, new=True)
    key = client.olm.account.identity_keys["ed25519"]
    await close_client(client)
    with pytest.raises(AdapterError, match="wrong pickle key"):
        make_client(replace(SAVED, pickle_key="other"), tmp_path)
    client = make_client(SAVED, tmp_path)
    assert client.olm.account.identity_keys["ed25519"] == key
    await close_client(client)


async def test_a_store_that_is_missing_or_another_s_is_said_and_none_is_made(tmp_path: Path) -> None:
    with pytest.raises(AdapterError, match=r"encryption store .* is missing"):
        make_client(SAVED, tmp_path)
    file = store_file(SAVED, tmp_path)
    assert not file.exists()
    other = replace(SAVED, device_id="a/../b*")
    await close_client(make_client(other, tmp_path, new=True))
    store_file(other, tmp_path).rename(file)
    with pytest.raises(AdapterError, match="is not of @bot:localhost, device DEVICE"):
        make_client(SAVED, tmp_path)
    file.write_bytes(b"no database at all, but long enough to be looked at" * 100)
    with pytest.raises(AdapterError, match="cannot be read"):
        make_client(SAVED, tmp_path)


def test_nio_says_nothing(caplog: pytest.LogCaptureFixture) -> None:
    import nio  # noqa: F401

    quiet_nio()
    with caplog.at_level(logging.DEBUG):
        for name in ("nio", "nio.rooms", "nio.events.misc", "nio.not.there.yet"):
            logging.getLogger(name).error("what a person wrote")
    assert caplog.records == []


async def test_no_secret_is_said_or_logged(
    operator: Operator, homeserver: Homeserver, caplog: pytest.LogCaptureFixture
) -> None:
    user_id, password = homeserver.new_user("bot")
    operator.signs_in(homeserver, user_id, password)
    hidden = operator.secrets()
    operator.logs_in("--again", "--password-file", "-", stdin=password)
    operator.logs_in("--reset-identity", "--password-file", "-", stdin=password)
    operator.runs("check")
    hidden += operator.secrets()
    with caplog.at_level(logging.DEBUG):
        done = await login(operator.matrix, Wish(password=lambda: password, again=True))
    hidden += operator.secrets()
    wish = Wish(homeserver.url, user_id, token=done.session.access_token)
    everything = operator.told + caplog.text + repr(done) + repr(wish)
    assert [secret for secret in [password, *hidden] if secret in everything] == []
    assert len(set(hidden)) >= 11


def test_login_is_quick_to_explain_itself(operator: Operator) -> None:
    code = (
        "import sys, adapters.cli; print([m for m in ('nio', 'aiohttp', 'Crypto', 'sqlalchemy') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=operator.environment(), capture_output=True, text=True, timeout=30, check=True
    )
    assert json.loads(done.stdout.replace("'", '"')) == []
