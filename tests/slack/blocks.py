"""What Slack refuses in blocks, texts and views, by its documentation; nothing of the bot's is used here.

Limits without a link of their own are from docs.slack.dev/reference/block-kit/blocks and …/block-elements, at the page of
the block or element. Kinds of blocks that are not in `BLOCKS` (Slack has more) are refused: the bot does not send them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]

#: Source: docs.slack.dev/reference/block-kit/blocks
MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
#: Characters in all blocks of a message together. Slack gives no figure; observed: 13,297 in Markdown alone, 13,172 with a
#: divider besides, so that this is on the safe side for few blocks. Source: slackapi/bolt-js#2509
BLOCKS_CHARACTERS = 13_000
#: A longer text is cut off with a warning. Source: docs.slack.dev/changelog, April 2018
TEXT_CHARACTERS = 40_000
#: `chat.update` refuses a longer text. Source: docs.slack.dev/reference/methods/chat.update, error msg_too_long
UPDATE_TEXT_CHARACTERS = 4_000
#: Source: docs.slack.dev/reference/methods/chat.postMessage, argument markdown_text
MARKDOWN_CHARACTERS = 12_000
#: Source: docs.slack.dev/reference/methods/views.publish, error view_too_large
VIEW_BYTES = 250 * 1024
#: Source: docs.slack.dev/reference/methods/assistant.threads.setSuggestedPrompts
PROMPTS = 4


@dataclass(frozen=True)
class Problem:
    """Something that Slack refuses, and where it stands."""

    pointer: str
    what: str

    def __str__(self) -> str:
        return f"[ERROR] {self.what} [json-pointer:{self.pointer}]"


@dataclass(frozen=True)
class Verdict:
    """The error that Slack answers a payload with, and what it says about it; no error if it takes it."""

    error: str | None = None
    messages: tuple[str, ...] = ()


# ---------------------------------------------------------------- what may stand where


@dataclass(frozen=True)
class Str:
    most: int
    least: int = 0
    pattern: str | None = None


@dataclass(frozen=True)
class Int:
    least: int
    most: int


@dataclass(frozen=True)
class Bool:
    pass


@dataclass(frozen=True)
class Choice:
    of: tuple[str, ...]


@dataclass(frozen=True)
class Text:
    """A text object. Source: docs.slack.dev/reference/block-kit/composition-objects/text-object"""

    most: int
    kinds: tuple[str, ...] = ("plain_text",)


@dataclass(frozen=True)
class Rows:
    of: Spec
    most: int
    least: int = 1


@dataclass(frozen=True)
class Obj:
    must: Mapping[str, Spec]
    may: Mapping[str, Spec]


@dataclass(frozen=True)
class Kinds:
    """An object of one of several types, told apart by `type`."""

    of: Mapping[str, Obj]


Spec = Str | Int | Bool | Choice | Text | Rows | Obj | Kinds

ID = Str(255, 1)
URL = Str(3_000, 1, r"https?://\S+|mailto:\S+")
BOTH = ("plain_text", "mrkdwn")

CONFIRM = Obj(
    {"title": Text(100), "text": Text(300, BOTH), "confirm": Text(30), "deny": Text(30)},
    {"style": Choice(("primary", "danger"))},
)
OPTION = Obj({"text": Text(75, BOTH), "value": Str(150, 1)}, {"description": Text(75, BOTH), "url": URL})
FOCUS: dict[str, Spec] = {"confirm": CONFIRM, "focus_on_load": Bool()}

BUTTON = Obj(
    {"text": Text(75)},
    {
        "action_id": ID,
        "url": URL,
        "value": Str(2_000, 1),
        "style": Choice(("primary", "danger")),
        "confirm": CONFIRM,
        "accessibility_label": Str(75, 1),
    },
)
IMAGE_ELEMENT = Obj(
    {"alt_text": Str(2_000, 1)}, {"image_url": URL, "slack_file": Obj({}, {"id": Str(255, 1), "url": URL})}
)
_SELECT: dict[str, Spec] = {"placeholder": Text(150), "action_id": ID, **FOCUS}
_LISTED: dict[str, Spec] = {"action_id": ID, "initial_option": OPTION, **FOCUS}
#: Elements that send `block_actions`.
INTERACTIVE: dict[str, Obj] = {
    "button": BUTTON,
    "static_select": Obj({"options": Rows(OPTION, 100)}, {**_SELECT, "initial_option": OPTION}),
    "overflow": Obj({"options": Rows(OPTION, 5)}, {"action_id": ID, "confirm": CONFIRM}),
    "users_select": Obj({}, {**_SELECT, "initial_user": Str(255, 1)}),
    "channels_select": Obj({}, {**_SELECT, "initial_channel": Str(255, 1), "response_url_enabled": Bool()}),
    "conversations_select": Obj(
        {}, {**_SELECT, "initial_conversation": Str(255, 1), "default_to_current_conversation": Bool()}
    ),
    "timepicker": Obj({}, {**_SELECT, "initial_time": Str(5, 5, r"([01]\d|2[0-3]):[0-5]\d"), "timezone": Str(255, 1)}),
    "datepicker": Obj({}, {**_SELECT, "initial_date": Str(10, 10, r"\d{4}-\d\d-\d\d")}),
    "radio_buttons": Obj({"options": Rows(OPTION, 10)}, _LISTED),
    "checkboxes": Obj({"options": Rows(OPTION, 10)}, {"action_id": ID, "initial_options": Rows(OPTION, 10), **FOCUS}),
}
INPUTS: dict[str, Obj] = {
    **{kind: spec for kind, spec in INTERACTIVE.items() if kind not in {"button", "overflow"}},
    "plain_text_input": Obj(
        {},
        {
            "action_id": ID,
            "placeholder": Text(150),
            "initial_value": Str(3_000),
            "multiline": Bool(),
            "min_length": Int(0, 3_000),
            "max_length": Int(1, 3_000),
            "focus_on_load": Bool(),
        },
    ),
}

_TIMESTAMP = Int(0, 2**53)
_STYLE = Obj({}, {"bold": Bool(), "italic": Bool(), "strike": Bool(), "code": Bool(), "underline": Bool()})
#: Source: docs.slack.dev/reference/block-kit/blocks/rich-text-block. That a text must not be empty is what Slack answers.
RICH = Kinds(
    {
        "text": Obj({"text": Str(BLOCKS_CHARACTERS, 1)}, {"style": _STYLE}),
        "link": Obj({"url": URL}, {"text": Str(BLOCKS_CHARACTERS, 1), "unsafe": Bool(), "style": _STYLE}),
        "emoji": Obj({"name": Str(100, 1)}, {"unicode": Str(100, 1), "style": _STYLE}),
        "user": Obj({"user_id": ID}, {"style": _STYLE}),
        "usergroup": Obj({"usergroup_id": ID}, {"style": _STYLE}),
        "channel": Obj({"channel_id": ID}, {"style": _STYLE}),
        "broadcast": Obj({"range": Choice(("here", "channel", "everyone"))}, {"style": _STYLE}),
        "date": Obj(
            {"timestamp": _TIMESTAMP, "format": Str(255, 1)}, {"url": URL, "fallback": Str(255, 1), "style": _STYLE}
        ),
    }
)
_BORDER = Int(0, 1)
_PARTS = Rows(RICH, 10_000)
_SECTION = Obj({"elements": _PARTS}, {})
RICH_PARTS = Kinds(
    {
        "rich_text_section": _SECTION,
        "rich_text_list": Obj(
            {"style": Choice(("bullet", "ordered")), "elements": Rows(Kinds({"rich_text_section": _SECTION}), 10_000)},
            {"indent": Int(0, 8), "offset": Int(0, 2**31), "border": _BORDER},
        ),
        "rich_text_preformatted": Obj({"elements": _PARTS}, {"border": _BORDER}),
        "rich_text_quote": Obj({"elements": _PARTS}, {"border": _BORDER}),
    }
)
RICH_TEXT = Obj({"elements": Rows(RICH_PARTS, 10_000)}, {"block_id": ID})

_CELL = Kinds({"raw_text": Obj({"text": Str(BLOCKS_CHARACTERS, 1)}, {}), "rich_text": RICH_TEXT})
_CONTEXT: dict[str, Obj] = {"image": IMAGE_ELEMENT}
BLOCKS: dict[str, Obj] = {
    "actions": Obj({"elements": Rows(Kinds(INTERACTIVE), 25)}, {"block_id": ID}),
    "context": Obj({"elements": Rows(Kinds(_CONTEXT), 10)}, {"block_id": ID}),
    "divider": Obj({}, {"block_id": ID}),
    "header": Obj({"text": Text(150)}, {"block_id": ID}),
    "image": Obj(
        {"alt_text": Str(2_000, 1)},
        {
            "image_url": URL,
            "slack_file": Obj({}, {"id": Str(255, 1), "url": URL}),
            "title": Text(2_000),
            "block_id": ID,
        },
    ),
    "input": Obj(
        {"label": Text(2_000), "element": Kinds(INPUTS)},
        {"hint": Text(2_000), "optional": Bool(), "dispatch_action": Bool(), "block_id": ID},
    ),
    "markdown": Obj({"text": Str(MARKDOWN_CHARACTERS, 1)}, {"block_id": ID}),
    "rich_text": RICH_TEXT,
    "section": Obj(
        {},
        {
            "text": Text(3_000, BOTH),
            "fields": Rows(Text(2_000, BOTH), 10),
            "accessory": Kinds({"image": IMAGE_ELEMENT, **INTERACTIVE}),
            "expand": Bool(),
            "block_id": ID,
        },
    ),
    "table": Obj(
        {"rows": Rows(Rows(_CELL, 20), 100)},
        {
            "column_settings": Rows(Obj({}, {"align": Choice(("left", "center", "right")), "is_wrapped": Bool()}), 20),
            "block_id": ID,
        },
    ),
}
#: Source: docs.slack.dev/reference/views
VIEWS: dict[str, Obj] = {
    "home": Obj(
        {"blocks": Rows(Kinds(BLOCKS), VIEW_BLOCKS, 0)},
        {"private_metadata": Str(3_000), "callback_id": Str(255), "external_id": Str(255)},
    ),
    "modal": Obj(
        {"title": Text(24), "blocks": Rows(Kinds(BLOCKS), VIEW_BLOCKS, 0)},
        {
            "close": Text(24),
            "submit": Text(24),
            "private_metadata": Str(3_000),
            "callback_id": Str(255),
            "external_id": Str(255),
            "clear_on_close": Bool(),
            "notify_on_close": Bool(),
            "submit_disabled": Bool(),
        },
    ),
}
#: Blocks that cannot stand in a message, or not in a view. Source: each block's page, "Available in surfaces"
NOT_IN_MESSAGES = frozenset({"input"})
NOT_IN_VIEWS = frozenset({"markdown", "table"})


# ---------------------------------------------------------------- judging


def check_message(blocks: Any) -> Verdict:
    """Whether Slack takes these as a message's blocks."""
    if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
        return Verdict("invalid_blocks_format")
    found = list(_blocks(blocks, "/blocks", NOT_IN_MESSAGES))
    if len(blocks) > MESSAGE_BLOCKS:
        found.insert(0, Problem("/blocks", f"no more than {MESSAGE_BLOCKS} items allowed"))
    if found:
        return Verdict("invalid_blocks", tuple(map(str, found)))
    if (total := characters(blocks)) > BLOCKS_CHARACTERS:
        return Verdict("msg_blocks_too_long", (f"[ERROR] {total} characters, at most {BLOCKS_CHARACTERS}",))
    return Verdict()


def check_view(view: Any, size: int) -> Verdict:
    """Whether Slack takes this as a view of so many bytes."""
    if size > VIEW_BYTES:
        return Verdict("view_too_large")
    if not isinstance(view, dict):
        return Verdict("invalid_arguments", ("[ERROR] must be an object [json-pointer:/view]",))
    given = {key: value for key, value in view.items() if key != "type"}
    spec = VIEWS.get(view.get("type", ""))
    if spec is None:
        return Verdict(
            "invalid_arguments", (f"[ERROR] unsupported type: {view.get('type')} [json-pointer:/view/type]",)
        )
    found = list(_walk(given, spec, "/view"))
    blocks = given.get("blocks")
    if isinstance(blocks, list):
        found += [problem for problem in _blocks(blocks, "/view/blocks", NOT_IN_VIEWS) if problem not in found]
        inputs = any(isinstance(block, dict) and block.get("type") == "input" for block in blocks)
        if inputs and view["type"] == "modal" and "submit" not in view:
            found.append(Problem("/view", "missing required field: submit"))
    return Verdict("invalid_arguments", tuple(map(str, found))) if found else Verdict()


def _blocks(blocks: list[Any], at: str, misplaced: frozenset[str]) -> Iterator[Problem]:
    ids: set[str] = set()
    for number, block in enumerate(blocks):
        here = f"{at}/{number}"
        yield from _walk(block, Kinds(BLOCKS), here)
        if not isinstance(block, dict):
            continue
        kind = block.get("type")
        if kind in misplaced:
            yield Problem(f"{here}/type", f"unsupported type: {kind}")
        if kind == "section" and not block.get("text") and not block.get("fields"):
            yield Problem(here, "missing required field: text")
        if kind == "image" and ("image_url" in block) == ("slack_file" in block):
            yield Problem(here, "must have exactly one of image_url and slack_file")
        id_ = block.get("block_id")
        if isinstance(id_, str):
            if id_ in ids:
                yield Problem(f"{here}/block_id", f"block_id {id_} already exists")
            ids.add(id_)
        yield from _actions(block, here)


def _actions(block: Json, at: str) -> Iterator[Problem]:
    """Within a block, each `action_id` stands once. Source: docs.slack.dev/reference/block-kit/block-elements"""
    ids: set[str] = set()
    elements = block.get("elements")
    for number, element in enumerate(elements if isinstance(elements, list) else []):
        id_ = element.get("action_id") if isinstance(element, dict) else None
        if isinstance(id_, str):
            if id_ in ids:
                yield Problem(f"{at}/elements/{number}/action_id", f"action_id {id_} already exists")
            ids.add(id_)


def _walk(value: Any, spec: Spec, at: str) -> Iterator[Problem]:
    match spec:
        case Bool():
            if not isinstance(value, bool):
                yield Problem(at, "must be a boolean")
        case Int(least, most):
            if not isinstance(value, int) or isinstance(value, bool):
                yield Problem(at, "must be an integer")
            elif not least <= value <= most:
                yield Problem(at, f"must be between {least} and {most}")
        case Choice(of):
            if value not in of:
                yield Problem(at, f"must be one of {', '.join(of)}")
        case Str():
            yield from _string(value, spec, at)
        case Text(most, kinds):
            yield from _text(value, most, kinds, at)
        case Rows(of, most, least):
            if not isinstance(value, list):
                yield Problem(at, "must be an array")
                return
            if len(value) > most:
                yield Problem(at, f"no more than {most} items allowed")
            if len(value) < least:
                yield Problem(at, f"must have at least {least} items")
            for number, item in enumerate(value):
                yield from _walk(item, of, f"{at}/{number}")
        case Kinds(of):
            yield from _kind(value, of, at)
        case Obj(must, may):
            if not isinstance(value, dict):
                yield Problem(at, "must be an object")
                return
            for key in must:
                if key not in value:
                    yield Problem(at, f"missing required field: {key}")
            for key, item in value.items():
                inner = must.get(key) or may.get(key)
                if inner is None:
                    yield Problem(at, f"invalid additional property: {key}")
                else:
                    yield from _walk(item, inner, f"{at}/{key}")


def _string(value: Any, spec: Str, at: str) -> Iterator[Problem]:
    if not isinstance(value, str):
        yield Problem(at, "must be a string")
    elif len(value) > spec.most:
        yield Problem(at, f"must be less than {spec.most + 1} characters")
    elif len(value) < spec.least:
        yield Problem(at, f"must be more than {spec.least - 1} characters")
    elif spec.pattern is not None and not re.fullmatch(spec.pattern, value):
        yield Problem(at, "does not match the format")


def _text(value: Any, most: int, kinds: tuple[str, ...], at: str) -> Iterator[Problem]:
    if not isinstance(value, dict):
        yield Problem(at, "must be an object")
        return
    kind = value.get("type")
    if kind not in kinds:
        yield Problem(f"{at}/type", f"must be one of {', '.join(kinds)}")
        return
    extra: dict[str, Spec] = {"emoji": Bool()} if kind == "plain_text" else {"verbatim": Bool()}
    given = {key: item for key, item in value.items() if key != "type"}
    yield from _walk(given, Obj({"text": Str(most, 1)}, extra), at)


def _kind(value: Any, of: Mapping[str, Obj], at: str) -> Iterator[Problem]:
    if not isinstance(value, dict):
        yield Problem(at, "must be an object")
        return
    kind = value.get("type")
    if (
        of is _CONTEXT and kind in BOTH
    ):  # a context block mixes images with text objects, which have no limit of their own
        yield from _text(value, 3_000, BOTH, at)
        return
    if not isinstance(kind, str) or kind not in of:
        yield Problem(f"{at}/type", f"unsupported type: {kind}")
        return
    yield from _walk({key: item for key, item in value.items() if key != "type"}, of[kind], at)


# ---------------------------------------------------------------- what is shown


def characters(value: Any) -> int:
    """How many characters of text blocks show: all that stands under a key `text`, `alt_text` or `label`."""
    if isinstance(value, list):
        return sum(map(characters, value))
    if isinstance(value, dict):
        return sum(
            len(item) if key in {"text", "alt_text", "label"} and isinstance(item, str) else characters(item)
            for key, item in value.items()
        )
    return 0


#: What notifies people in a text. Source: docs.slack.dev/messaging/formatting-message-text
_PING = re.compile(r"<(?:!(?:here|channel|everyone|subteam\^)|@[UW][A-Z0-9]+)[^>]*>")
#: What notifies people where Slack is asked to find names by itself (`link_names`, `parse: full`).
_NAME = re.compile(r"(?<!\w)@[\w.-]+")


def pings(args: Json) -> list[str]:
    """The markup by which a message's arguments notify people, in `text`, in mrkdwn, Markdown and rich text."""
    found = _PING.findall(str(args.get("text") or "")) + _PING.findall(str(args.get("markdown_text") or ""))
    if args.get("parse") == "full" or str(args.get("link_names", "")).lower() in {"1", "true"}:
        found += _NAME.findall(str(args.get("text") or ""))
    return found + list(_pings(args.get("blocks") or []))


def _pings(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _pings(item)
    if not isinstance(value, dict):
        return
    match value.get("type"):
        case "mrkdwn" | "markdown":
            yield from _PING.findall(str(value.get("text", "")))
        case "broadcast":
            yield f"@{value.get('range')}"
        case "user":
            yield f"<@{value.get('user_id')}>"
        case "usergroup":
            yield f"<!subteam^{value.get('usergroup_id')}>"
    for item in value.values():
        yield from _pings(item)
