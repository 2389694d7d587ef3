"""What events say: pure, whatever is in them."""

from typing import Any

import pytest

from adapters.slack.hearing import Gone, Incoming, plain, read_message, read_press

ME, MY_BOT = "UBOT", "BBOT"
TS, LATER = "1700000000.000100", "1700000001.000200"


def message(**fields: Any) -> dict[str, Any]:
    return {
        "type": "message",
        "channel": "C1",
        "channel_type": "channel",
        "user": "U1",
        "text": "x",
        "ts": TS,
        **fields,
    }


def heard(**fields: Any) -> Incoming | Gone | None:
    return read_message(message(**fields), me=ME, my_bot=MY_BOT)


@pytest.mark.parametrize(
    ("text", "bare", "addressed"),
    [
        ("<@UBOT> para 32", "para 32", True),
        ("<@UBOT|hearings>: para 32", "para 32", True),
        ("what of <@UBOT>, then", "what of then", True),
        ("<@UBOTHER> para 32", "@UBOTHER para 32", False),
        ("para 32", "para 32", False),
        ("search &lt;b&gt; &amp;amp;", "search <b> &amp;", False),
        ("<!channel> <!subteam^S1|@group> <#C2|general>", "@channel @group #general", False),
        ("<https://example.org|there> <mailto:a@example.org>", "there a@example.org", False),
    ],
)
def test_a_text_is_what_its_reader_saw(text: str, bare: str, addressed: bool) -> None:
    found = heard(text=text)
    assert isinstance(found, Incoming)
    assert (found.text, found.addressed) == (bare, addressed)


def test_a_direct_message_is_for_the_bot() -> None:
    found = heard(channel="D1", channel_type="im")
    assert isinstance(found, Incoming)
    assert found.direct
    assert found.addressed


def test_a_group_message_is_a_shared_room() -> None:
    found = heard(channel="G1", channel_type="mpim")
    assert isinstance(found, Incoming)
    assert not found.direct


@pytest.mark.parametrize(
    "fields",
    [
        {"user": ME},
        {"user": "USLACKBOT"},
        {"bot_id": "B2"},
        {"subtype": "bot_message"},
        {"subtype": "channel_join"},
        {"subtype": "channel_topic"},
        {"user": None},
        {"text": None},
        {"ts": "now"},
        {"subtype": ["x"]},
        {"channel": 3},
    ],
)
def test_what_no_person_wrote_is_left_alone(fields: dict[str, Any]) -> None:
    assert heard(**fields) is None


@pytest.mark.parametrize("subtype", ["thread_broadcast", "file_share", "me_message"])
def test_what_people_write_in_other_ways_is_heard(subtype: str) -> None:
    assert isinstance(heard(subtype=subtype, thread_ts=LATER), Incoming)


def test_the_root_of_a_thread_stands_in_none() -> None:
    root, reply = heard(thread_ts=TS), heard(thread_ts=LATER)
    assert isinstance(root, Incoming)
    assert isinstance(reply, Incoming)
    assert (root.thread, reply.thread) == (None, LATER)


def changed(new: dict[str, Any], old: dict[str, Any]) -> Incoming | Gone | None:
    event = {"type": "message", "subtype": "message_changed", "channel": "C1", "ts": LATER, "message": new}
    return read_message({**event, "previous_message": old}, me=ME, my_bot=MY_BOT)


def test_an_edit_is_newer_than_what_it_changes() -> None:
    edits = [changed(message(text="y", edited={"user": "U1", "ts": at}), message()) for at in (TS, LATER)]
    assert all(isinstance(edit, Incoming) for edit in edits)
    versions = [edit.version for edit in edits if isinstance(edit, Incoming)]
    assert 0 < versions[0] < versions[1]


def test_an_unfurled_link_is_no_edit() -> None:
    assert changed(message(), message()) is None
    edited = {"edited": {"user": "U1", "ts": LATER}}
    assert changed(message(**edited), message(**edited)) is None


def test_a_deletion_says_whose_it_was() -> None:
    event = {"type": "message", "subtype": "message_deleted", "channel": "C1", "deleted_ts": TS}
    for previous, own in (({"user": "U1"}, False), ({"user": ME}, True), ({"bot_id": MY_BOT}, True), (None, False)):
        found = read_message({**event, "previous_message": previous}, me=ME, my_bot=MY_BOT)
        assert found == Gone("C1", TS, own)


def test_a_tombstone_is_a_deletion() -> None:
    assert changed(message(subtype="tombstone", user="USLACKBOT"), message()) == Gone("C1", TS, own=False)


def test_a_press_says_where_it_was_made() -> None:
    body = {
        "user": {"id": "U1"},
        "channel": {"id": "C1"},
        "container": {"message_ts": LATER, "thread_ts": TS, "is_ephemeral": True},
        "actions": [{"action_id": "choice 0", "value": "[]", "action_ts": "5.1"}],
        "response_url": "https://hooks.slack.com/x",
    }
    found = read_press(body)
    assert found
    assert (found.on, found.thread, found.private, found.delivery) == (LATER, TS, True, "5.1/U1/choice 0")


@pytest.mark.parametrize("nonsense", [None, [], {}, {"actions": []}, {"actions": [None]}, {"actions": [{"value": 3}]}])
def test_nonsense_says_nothing(nonsense: Any) -> None:
    assert read_press(nonsense) is None
    assert read_message(nonsense, me=ME, my_bot=MY_BOT) is None


def test_plain_is_undone_once() -> None:
    assert plain("&amp;lt;!channel&amp;gt;") == "&lt;!channel&gt;"
