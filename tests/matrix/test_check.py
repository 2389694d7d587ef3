"""`hearings check`: a line each, wrong where something is wrong, with how to mend it."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from adapters.check import check_data_folder, check_store
from adapters.matrix.check import check_matrix, speech
from adapters.matrix.session import CRYPTO, SESSION, Session, close_client, make_client, save_session, store_file
from adapters.matrix.trust import KEYS
from bot.store.lock import hold
from tests.matrix.commands import Operator, stub
from tests.matrix.homeserver import Homeserver


@pytest.fixture
def operator(tmp_path: Path) -> Operator:
    return Operator(tmp_path)


def found(operator: Operator) -> tuple[int, dict[str, str], list[str]]:
    """The status of `hearings check`, what it said of each thing, and what was wrong."""
    status, printed, said = operator.says("check")
    assert said == ""
    lines = printed.splitlines()
    assert all(line.startswith(("ok     ", "wrong  ")) for line in lines)
    told = dict(line[7:].split(": ", 1) for line in lines)
    return status, told, [line[7:].split(": ", 1)[0] for line in lines if line.startswith("wrong")]


class Person:
    """Somebody who makes rooms."""

    def __init__(self, homeserver: Homeserver) -> None:
        self.homeserver = homeserver
        self.user_id, password = homeserver.new_user("ann")
        self.token = homeserver.login(self.user_id, password)[0]

    def room(self, bot: Session, **wishes: Any) -> str:
        """A room that the bot is in."""
        room_id = make_room(self.homeserver, self.token, invite=[bot.user_id], **wishes)
        status, _ = self.homeserver.call("POST", f"/_matrix/client/v3/join/{quote(room_id)}", {}, bot.access_token)
        assert status == 200
        return room_id


def make_room(homeserver: Homeserver, token: str, **wishes: Any) -> str:
    status, made = homeserver.call("POST", "/_matrix/client/v3/createRoom", wishes, token)
    assert status == 200, made
    return str(made["room_id"])


ENCRYPTED = {"type": "m.room.encryption", "state_key": "", "content": {"algorithm": "m.megolm.v1.aes-sha2"}}


# -- all is well


def test_all_is_well_after_a_login(operator: Operator, homeserver: Homeserver) -> None:
    session = operator.signs_in(homeserver, *homeserver.new_user("bot"))
    done = operator.runs("check")
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert [line.split(": ", 1)[0] for line in lines] == [
        f"ok     {what}"
        for what in (
            "settings",
            "document",
            "meaning",
            "data folder",
            "store",
            "sign-in",
            "homeserver",
            "token",
            "encryption",
            "rooms",
            "Slack",
        )
    ]
    assert lines[5] == f"ok     sign-in: {session.user_id}, device {session.device_id}"
    assert lines[8].startswith("ok     encryption: cross-signed; the device's fingerprint is ")
    assert lines[9] == f"ok     rooms: in none yet; invite {session.user_id} to one"


async def test_it_works_beside_a_running_bot_and_changes_nothing(operator: Operator, homeserver: Homeserver) -> None:
    session = operator.signs_in(homeserver, *homeserver.new_user("bot"))
    with hold(operator.matrix.parent):
        client = make_client(session, operator.matrix)
        before = {
            file: (file.read_bytes(), file.stat().st_mtime_ns) for file in operator.matrix.rglob("*") if file.is_file()
        }
        try:
            status, told, wrong = found(operator)
        finally:
            await close_client(client)
    assert (status, wrong) == (0, [])
    assert told["encryption"].startswith("cross-signed")
    after = {
        file: (file.read_bytes(), file.stat().st_mtime_ns) for file in operator.matrix.rglob("*") if file.is_file()
    }
    assert after == before


def test_each_room_is_a_line(operator: Operator, homeserver: Homeserver) -> None:
    session = operator.signs_in(homeserver, *homeserver.new_user("bot"))
    ann = Person(homeserver)
    plain = ann.room(session, name="Team\n\x1b[31m room", preset="private_chat")
    direct = ann.room(session, initial_state=[ENCRYPTED], is_direct=True)
    alone = make_room(homeserver, session.access_token, name="Alone", room_version="12")
    status, told, wrong = found(operator)
    assert (status, wrong) == (0, [])
    assert told[f"room “Team [31m room” ({plain})"] == "not encrypted, 2 members, may speak"
    assert told[f"room “with {ann.user_id}” ({direct})"] == "encrypted, 2 members, may speak"
    assert told[f"room “Alone” ({alone})"] == "not encrypted, 1 member, may speak, nobody else is here"


@pytest.mark.parametrize("version", ["10", "12"])
def test_a_room_where_the_bot_may_not_speak_is_wrong(operator: Operator, homeserver: Homeserver, version: str) -> None:
    session = operator.signs_in(homeserver, *homeserver.new_user("bot"))
    ann = Person(homeserver)
    levels = {"events_default": 50}
    muted = ann.room(session, name="News", room_version=version, power_level_content_override=levels)
    free = make_room(
        homeserver, session.access_token, name="Own", room_version=version, power_level_content_override=levels
    )
    status, told, wrong = found(operator)
    assert (status, wrong) == (1, [f"room “News” ({muted})"])
    assert told[wrong[0]] == (
        "not encrypted, 2 members; the bot may not speak: that needs the power level 50, and it has 0; ask the room's "
        f"administrator to raise {session.user_id} to 50"
    )
    assert "may speak" in told[f"room “Own” ({free})"]


def test_an_encryption_that_the_bot_does_not_know_and_a_newer_room_are_said(
    operator: Operator, homeserver: Homeserver
) -> None:
    session = operator.signs_in(homeserver, *homeserver.new_user("bot"))
    ann = Person(homeserver)
    strange = {**ENCRYPTED, "content": {"algorithm": "m.megolm.v9"}}
    odd = ann.room(session, name="Odd", initial_state=[strange])
    old = ann.room(session, name="Old")
    grave = {"body": "moved", "replacement_room": odd}
    path = f"/_matrix/client/v3/rooms/{quote(old)}/state/m.room.tombstone/"
    assert homeserver.call("PUT", path, grave, ann.token)[0] == 200
    status, told, wrong = found(operator)
    assert (status, wrong) == (1, [f"room “Odd” ({odd})"])
    assert "m.megolm.v9, which the bot does not know" in told[wrong[0]]
    assert "replaced by a newer room" in told[f"room “Old” ({old})"]


@pytest.mark.parametrize(
    ("levels", "encrypted", "needed_and_has"),
    [
        ({}, False, (0, 0)),
        ({"events_default": 10, "users_default": 5}, True, (10, 5)),
        ({"events": {"m.room.message": 50}, "users": {"@bot:x": 100}}, False, (50, 100)),
        ({"events": {"m.room.message": 50}}, True, (0, 0)),
        ({"events": {"m.room.encrypted": 50}, "users": {"@ann:x": 100}}, True, (50, 0)),
        ({"events": [], "users": None, "events_default": "10"}, False, (0, 0)),
    ],
)
def test_who_may_speak_follows_the_power_levels(
    levels: dict[str, Any], encrypted: bool, needed_and_has: tuple[int, int]
) -> None:
    assert speech(levels, "@bot:x", encrypted=encrypted) == needed_and_has


# -- what can be wrong


def test_before_anything_is_set_up_it_says_what_to_do(operator: Operator) -> None:
    status, told, wrong = found(operator)
    assert (status, wrong) == (1, ["data folder", "sign-in"])
    assert told["data folder"].endswith(
        "is missing; `hearings matrix login` or the first `hearings slack run` makes it"
    )
    assert told["sign-in"].endswith("sign it in with `hearings matrix login`")
    assert not operator.matrix.parent.exists()


def test_settings_that_are_wrong_are_one_line(operator: Operator) -> None:
    (operator.folder / "hearings.yaml").write_text("matrix:\n  prefx: x\n")
    done = operator.runs("check")
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout == "wrong  settings: hearings.yaml: matrix.prefx is no setting; did you mean matrix.prefix?\n"


def test_a_document_that_is_none_is_wrong(operator: Operator) -> None:
    done = operator.runs("check", HEARINGS__DOCUMENT="nowhere")
    assert done.returncode == 1
    assert "\nwrong  document: no document 'nowhere'" in done.stdout


def test_a_data_folder_that_is_a_file_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert not check_data_folder(tmp_path / "file").well


def test_a_store_is_looked_at_and_never_made(tmp_path: Path) -> None:
    finding = check_store(f"sqlite:///{tmp_path}/hearings.db")
    assert (finding.well, "not there yet" in finding.said) == (True, True)
    assert list(tmp_path.iterdir()) == []
    good = tmp_path / "hearings.db"
    database = sqlite3.connect(good)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("CREATE TABLE kept (x)")
    database.close()
    assert check_store(f"sqlite:///{good}").well
    good.write_bytes(b"no database " * 200)
    finding = check_store(f"sqlite:///{good}")
    assert (finding.well, "put back a copy" in finding.said) == (False, True)


def test_a_database_that_does_not_answer_is_wrong_and_its_password_hidden() -> None:
    finding = check_store("postgresql+psycopg://bot:hunter2@127.0.0.1:1/bot")
    assert not finding.well
    assert finding.said.startswith("127.0.0.1/bot cannot be opened (")
    assert "hunter2" not in finding.said


def test_a_homeserver_that_is_away_is_wrong(operator: Operator, homeserver: Homeserver) -> None:
    session = operator.signs_in(homeserver, *homeserver.new_user("bot"))
    save_session(replace(session, homeserver="http://127.0.0.1:1"), operator.matrix)
    status, told, wrong = found(operator)
    assert (status, wrong) == (1, ["homeserver"])
    assert told["homeserver"].startswith("http://127.0.0.1:1 cannot be reached: ")
    assert told["encryption"] == "the store is there; not compared with the server"
    with stub({"/_matrix/client/versions": (502, "<html>")}) as url:
        save_session(replace(session, homeserver=url), operator.matrix)
        assert f"{url} answers 502 no JSON; expected a Matrix homeserver" in found(operator)[1]["homeserver"]


def test_a_token_that_is_revoked_or_another_s_is_wrong(operator: Operator, homeserver: Homeserver) -> None:
    user_id, password = homeserver.new_user("bot")
    session = operator.signs_in(homeserver, user_id, password)
    save_session(replace(session, access_token=homeserver.login(user_id, password)[0]), operator.matrix)
    status, told, wrong = found(operator)
    assert (status, wrong) == (1, ["token"])
    assert f"expected {user_id}, device {session.device_id}: sign in anew" in told["token"]
    assert homeserver.call("POST", "/_matrix/client/v3/logout", {}, session.access_token)[0] == 200
    save_session(session, operator.matrix)
    status, told, wrong = found(operator)
    assert (status, wrong) == (1, ["token"])
    assert told["token"].startswith("the server no longer takes it (401 M_UNKNOWN_TOKEN")
    assert "`hearings matrix login --again`" in told["token"]


async def test_an_encryption_that_does_not_fit_is_wrong(operator: Operator, homeserver: Homeserver) -> None:
    session = operator.signs_in(homeserver, *homeserver.new_user("bot"))

    def said() -> str:
        status, told, wrong = found(operator)
        assert (status, wrong) == (1, ["encryption"])
        return told["encryption"]

    save_session(replace(session, pickle_key="other"), operator.matrix)
    assert said().startswith("wrong pickle key: ")
    save_session(session, operator.matrix)
    store_file(session, operator.matrix).unlink()
    assert "is missing: put back a copy, or sign in as a new device" in said()
    assert list((operator.matrix / CRYPTO).iterdir()) == []
    await close_client(make_client(session, operator.matrix, new=True))
    assert said().startswith("the server shows other keys for the device than its store has; sign in as a new device")


def test_a_device_that_nobody_vouches_for_is_wrong(operator: Operator, homeserver: Homeserver) -> None:
    user_id, password = homeserver.new_user("bot")
    operator.signs_in(homeserver, user_id, password)
    (operator.matrix / KEYS).unlink()
    operator.says("matrix", "login", "--again", "--password-file", "-", stdin=password)
    status, told, wrong = found(operator)
    assert (status, wrong) == (1, ["encryption"])
    assert "has not signed the device" in told["encryption"]
    assert "`hearings matrix login --reset-identity`" in told["encryption"]


async def test_a_server_that_answers_nonsense_is_wrong_and_never_a_traceback(tmp_path: Path) -> None:
    answers: dict[str, tuple[int, Any]] = {"/_matrix/client/versions": (200, {"versions": ["v1.11"]})}
    with stub(answers) as url:
        session = Session(url, "@bot:localhost", "DEVICE", "token-731", "pickle-731")
        save_session(session, tmp_path)
        await close_client(make_client(session, tmp_path, new=True))
        who = {"user_id": "@bot:localhost", "device_id": "DEVICE"}
        for whoami, query, rooms, state in (
            ((200, []), None, None, None),
            ((200, who), (500, "x"), (500, "x"), None),
            ((200, who), (200, {"device_keys": [], "master_keys": 5}), (200, {"joined_rooms": 5}), None),
            ((200, who), (200, {"device_keys": {"@bot:localhost": []}}), (200, {"joined_rooms": ["!r"]}), (500, "x")),
            ((200, who), (200, {}), (200, {"joined_rooms": ["!r", 5]}), (200, {"joined": 5, "name": [], "users": 5})),
        ):
            answers["/_matrix/client/v3/account/whoami"] = whoami
            answers |= {"/_matrix/client/v3/keys/query": query} if query else {}
            answers |= {"/_matrix/client/v3/joined_rooms": rooms} if rooms else {}
            answers |= {"/_matrix/client/v3/rooms/%21r/joined_members": state} if state else {}
            findings = await check_matrix(tmp_path)
            assert any(not finding.well for finding in findings)
            assert "731" not in json.dumps([finding.line() for finding in findings])


@pytest.mark.parametrize("content", ["{", '{"homeserver": "x"}'])
def test_a_sign_in_that_is_none_is_wrong(operator: Operator, content: str) -> None:
    operator.matrix.mkdir(mode=0o700, parents=True)
    (operator.matrix / SESSION).write_text(content)
    (operator.matrix / SESSION).chmod(0o600)
    status, told, wrong = found(operator)
    assert (status, wrong) == (1, ["sign-in"])
    assert "does not hold a sign-in" in told["sign-in"]
