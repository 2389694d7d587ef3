"""What the fake Slack takes and refuses in blocks and views; each limit at its edge."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.slack import blocks as judge
from tests.slack.blocks import BLOCKS, INPUTS, INTERACTIVE, RICH, RICH_PARTS, Obj, check_message, check_view, pings
from tests.slack.fake import Json
from tests.slack.test_fake_samples import SAMPLES


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def section(text: str) -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def button(**more: Any) -> Json:
    return {"type": "button", "text": plain("Next"), **more}


def rich(*parts: Json) -> Json:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(parts)}]}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


PICTURE = {"type": "image", "image_url": "https://example.org/a.png", "alt_text": "the day"}
OPTION = {"text": plain("one"), "value": "1"}

GOOD: list[Json] = [
    section("x" * 3_000),
    {"type": "section", "fields": [plain("a")] * 10},
    {**section("a"), "accessory": button()},
    {"type": "header", "text": plain("x" * 150)},
    {"type": "divider"},
    {"type": "context", "elements": [plain("a"), {"type": "mrkdwn", "text": "b"}, PICTURE]},
    PICTURE,
    {"type": "markdown", "text": "x" * 12_000},
    rich(
        {"type": "text", "text": "*as it stands*", "style": {"bold": True}},
        {"type": "link", "url": "https://example.org"},
    ),
    {
        "type": "rich_text",
        "elements": [
            {"type": "rich_text_quote", "elements": [{"type": "text", "text": "a"}], "border": 1},
            {
                "type": "rich_text_list",
                "style": "bullet",
                "indent": 0,
                "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "a"}]}],
            },
            {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "a"}]},
        ],
    },
    actions(*[button(action_id=f"{number}", value="x" * 2_000) for number in range(25)]),
    actions(button(style="primary", accessibility_label="x" * 75, url="https://example.org")),
    actions({"type": "static_select", "placeholder": plain("which"), "options": [OPTION] * 100}),
    {"type": "table", "rows": [[{"type": "raw_text", "text": "a"}] * 20] * 100},
]

BAD: list[tuple[Json, str, str]] = [
    (section("x" * 3_001), "/text/text", "must be less than 3001 characters"),
    (section(""), "/text/text", "must be more than 0 characters"),
    ({"type": "section"}, "", "missing required field: text"),
    ({"type": "section", "text": {"type": "markdown", "text": "a"}}, "/text/type", "must be one of plain_text, mrkdwn"),
    ({"type": "section", "fields": [plain("a")] * 11}, "/fields", "no more than 10 items allowed"),
    ({"type": "section", "fields": [plain("x" * 2_001)]}, "/fields/0/text", "must be less than 2001 characters"),
    ({**section("a"), "note": "b"}, "", "invalid additional property: note"),
    ({**section("a"), "block_id": "x" * 256}, "/block_id", "must be less than 256 characters"),
    ({"type": "header", "text": plain("x" * 151)}, "/text/text", "must be less than 151 characters"),
    ({"type": "header", "text": {"type": "mrkdwn", "text": "a"}}, "/text/type", "must be one of plain_text"),
    ({"type": "markdown", "text": "x" * 12_001}, "/text", "must be less than 12001 characters"),
    ({"type": "context", "elements": [plain("a")] * 11}, "/elements", "no more than 10 items allowed"),
    ({"type": "context", "elements": [button()]}, "/elements/0/type", "unsupported type: button"),
    ({"type": "context", "elements": []}, "/elements", "must have at least 1 items"),
    ({"type": "image", "image_url": "https://example.org"}, "", "missing required field: alt_text"),
    ({"type": "image", "alt_text": "a"}, "", "must have exactly one of image_url and slack_file"),
    ({**PICTURE, "image_url": "file:///etc"}, "/image_url", "does not match the format"),
    (actions(*[button(action_id=f"{n}") for n in range(26)]), "/elements", "no more than 25 items allowed"),
    (actions(button(action_id="a"), button(action_id="a")), "/elements/1/action_id", "action_id a already exists"),
    (actions(button(value="x" * 2_001)), "/elements/0/value", "must be less than 2001 characters"),
    (actions(button(text=plain("x" * 76))), "/elements/0/text/text", "must be less than 76 characters"),
    (actions(button(url="https://e.org/" + "x" * 3_000)), "/elements/0/url", "must be less than 3001 characters"),
    (actions(button(style="loud")), "/elements/0/style", "must be one of primary, danger"),
    (actions(button(value=33)), "/elements/0/value", "must be a string"),
    (actions({"type": "overflow", "options": [OPTION] * 6}), "/elements/0/options", "no more than 5 items allowed"),
    (
        actions({"type": "timepicker", "initial_time": "9:00"}),
        "/elements/0/initial_time",
        "must be more than 4 characters",
    ),
    (rich({"type": "text", "text": ""}), "/elements/0/elements/0/text", "must be more than 0 characters"),
    (rich({"type": "text", "text": "a", "bold": True}), "/elements/0/elements/0", "invalid additional property: bold"),
    (rich({"type": "mrkdwn", "text": "a"}), "/elements/0/elements/0/type", "unsupported type: mrkdwn"),
    ({"type": "table", "rows": [[{"type": "raw_text", "text": "a"}] * 21]}, "/rows/0", "no more than 20 items allowed"),
    ({"type": "table", "rows": [[{"type": "raw_text", "text": "a"}]] * 101}, "/rows", "no more than 100 items allowed"),
    (
        {"type": "input", "label": plain("a"), "element": {"type": "plain_text_input"}},
        "/type",
        "unsupported type: input",
    ),
    ({"type": "banner"}, "/type", "unsupported type: banner"),
]


@pytest.mark.parametrize("block", GOOD, ids=lambda block: block["type"])
def test_good_blocks_are_taken(block: Json) -> None:
    assert check_message([block]) == judge.Verdict()


@pytest.mark.parametrize(
    ("block", "where", "what"), BAD, ids=lambda given: given[:30] if isinstance(given, str) else ""
)
def test_bad_blocks_are_refused_with_their_place(block: Json, where: str, what: str) -> None:
    verdict = check_message([{"type": "divider"}, block])
    assert verdict.error == "invalid_blocks"
    assert f"[ERROR] {what} [json-pointer:/blocks/1{where}]" in verdict.messages


def test_a_message_takes_fifty_blocks_of_different_ids_and_about_thirteen_thousand_characters() -> None:
    assert check_message([{"type": "divider"}] * 50).error is None
    assert check_message([{"type": "divider"}] * 51).messages == (
        "[ERROR] no more than 50 items allowed [json-pointer:/blocks]",
    )
    named = {"type": "divider", "block_id": "a"}
    assert check_message([named, named]).messages == (
        "[ERROR] block_id a already exists [json-pointer:/blocks/1/block_id]",
    )
    assert check_message([section("x" * 2_600)] * 5).error is None
    assert check_message([section("x" * 2_600)] * 5 + [section("x")]).error == "msg_blocks_too_long"
    unreadable: list[Any] = ["[]", {}, ["divider"], [None]]
    for no_blocks in unreadable:
        assert check_message(no_blocks).error == "invalid_blocks_format"


def test_views_have_limits_of_their_own() -> None:
    home: Json = {"type": "home", "blocks": [{"type": "divider"}] * 100}
    modal: Json = {"type": "modal", "title": plain("x" * 24), "blocks": []}
    asking = {"type": "input", "label": plain("a"), "element": {"type": "plain_text_input"}}
    assert check_view(home, 10).error is check_view(modal, 10).error is None
    assert check_view({**modal, "blocks": [asking], "submit": plain("Send")}, 10).error is None
    assert check_view(home, 256_001).error == "view_too_large"
    for view, message in (
        ({**home, "blocks": home["blocks"] * 2}, "no more than 100 items allowed [json-pointer:/view/blocks]"),
        ({**home, "title": plain("a")}, "invalid additional property: title [json-pointer:/view]"),
        (
            {**home, "private_metadata": "x" * 3_001},
            "must be less than 3001 characters [json-pointer:/view/private_metadata]",
        ),
        ({**modal, "title": plain("x" * 25)}, "must be less than 25 characters [json-pointer:/view/title/text]"),
        ({"type": "modal", "blocks": []}, "missing required field: title [json-pointer:/view]"),
        ({**modal, "blocks": [asking]}, "missing required field: submit [json-pointer:/view]"),
        (
            {**home, "blocks": [{"type": "markdown", "text": "a"}]},
            "unsupported type: markdown [json-pointer:/view/blocks/0/type]",
        ),
        ({"type": "page"}, "unsupported type: page [json-pointer:/view/type]"),
        ("home", "must be an object [json-pointer:/view]"),
    ):
        verdict = check_view(view, 10)
        assert (verdict.error, verdict.messages) == ("invalid_arguments", (f"[ERROR] {message}",))


def test_markup_that_notifies_people_is_found_where_it_is_markup() -> None:
    hostile = "<!channel> <@U01|ana> <!subteam^S1> <!here|here>"
    assert len(pings({"text": hostile})) == 4
    assert len(pings({"blocks": [section(hostile)]})) == 4
    assert len(pings({"markdown_text": hostile})) == 4
    literal = [{"type": "header", "text": plain(hostile)}, rich({"type": "text", "text": hostile})]
    assert pings({"text": "&lt;!channel&gt; @channel", "blocks": literal}) == []
    assert pings({"text": "@channel", "parse": "full"}) == ["@channel"]
    assert pings({"blocks": [rich({"type": "broadcast", "range": "here"}, {"type": "user", "user_id": "U1"})]}) == [
        "@here",
        "<@U1>",
    ]


@pytest.mark.skipif(not SAMPLES.is_dir(), reason=f"Slack's samples are not at {SAMPLES}")
def test_what_blocks_may_hold_is_what_slacks_samples_hold() -> None:
    seen: dict[str, set[str]] = {}

    def look(value: Any) -> None:
        if isinstance(value, list):
            for item in value:
                look(item)
        if isinstance(value, dict):
            if isinstance(value.get("type"), str):
                seen.setdefault(value["type"], set()).update(value)
            for item in value.values():
                look(item)

    for name in ("api/chat.postMessage.json", "api/views.open.json", "events/Message.json"):
        look(json.loads((SAMPLES / name).read_text()))
    known: dict[str, Obj] = {**BLOCKS, **INTERACTIVE, **INPUTS, **RICH_PARTS.of, **RICH.of}
    compared = {kind: spec for kind, spec in known.items() if kind in seen}
    extra = {kind: {*spec.must, *spec.may} - seen[kind] for kind, spec in compared.items()}
    assert {kind: keys for kind, keys in extra.items() if keys} == {}
    assert {"section", "context", "image", "rich_text", "rich_text_section", "text", "static_select"} <= set(compared)
