"""What Slack takes in one message or view, checked before anything leaves.

What is drawn is cut to fit (`drawing`); this says where that failed, in words, before Slack does with a code.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

#: Blocks of a message, and of a view.
#: Source: https://docs.slack.dev/reference/block-kit/blocks
MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
#: Characters of all blocks of a message together, as found by others.
#: Source: https://github.com/slackapi/bolt-js/issues/2509
BLOCKS_CHARACTERS = 13_000
#: Characters of a message's text: `chat.update` refuses more, and any answer may be edited.
#: Source: https://docs.slack.dev/reference/methods/chat.update, error msg_too_long
TEXT = 4_000
#: Characters of a section's text.
#: Source: https://docs.slack.dev/reference/block-kit/blocks/section-block
SECTION = 3_000
#: Elements of a row of buttons, and of a context.
#: Source: https://docs.slack.dev/reference/block-kit/blocks/actions-block, …/context-block
ACTIONS = 25
CONTEXT = 10
#: Characters of what a picture shows, in words, where a file is uploaded.
#: Source: https://docs.slack.dev/reference/methods/files.getUploadURLExternal, alt_txt
ALTERNATIVE = 1_000
#: Characters of a button's text, value and name.
#: Source: https://docs.slack.dev/reference/block-kit/block-elements/button-element
LABEL = 75
VALUE = 2_000
ACTION_ID = 255
#: The deepest indent of a list.
#: Source: https://docs.slack.dev/reference/block-kit/blocks/rich-text-block
INDENT = 8


def over_limits(content: Mapping[str, Any]) -> str:
    """Where a message or view is more, or less, than Slack takes: "blocks/3/text: 3,004 characters, at most 3,000".

    Returns:
        The places, joined by semicolons; "" if all is within the limits.
    """
    return "; ".join(_faults(content))


def _faults(content: Mapping[str, Any]) -> Iterator[str]:
    blocks = content.get("blocks") or []
    view = content.get("type") == "home"
    if not view:
        yield from _within("text", len(content.get("text") or ""), 1, TEXT, "characters")
        yield from _within("blocks", sum(map(_characters, blocks)), 0, BLOCKS_CHARACTERS, "characters")
    yield from _within("blocks", len(blocks), 0, VIEW_BLOCKS if view else MESSAGE_BLOCKS, "blocks")
    for index, block in enumerate(blocks):
        yield from _block(f"blocks/{index}", block)


def _block(at: str, block: Mapping[str, Any]) -> Iterator[str]:
    elements = block.get("elements", ())
    match block["type"]:
        case "section":
            yield from _within(f"{at}/text", len(block["text"]["text"]), 1, SECTION, "characters")
        case "actions":
            yield from _within(f"{at}/elements", len(elements), 1, ACTIONS, "buttons")
            for index, button in enumerate(elements):
                where = f"{at}/elements/{index}"
                yield from _within(f"{where}/text", len(button["text"]["text"]), 1, LABEL, "characters")
                yield from _within(f"{where}/value", len(button["value"]), 1, VALUE, "characters")
                yield from _within(f"{where}/action_id", len(button["action_id"]), 1, ACTION_ID, "characters")
        case "context":
            yield from _within(f"{at}/elements", len(elements), 1, CONTEXT, "elements")
        case _:
            yield from _rich(at, block)


def _rich(at: str, element: Mapping[str, Any]) -> Iterator[str]:
    if element["type"] == "text":
        yield from _within(f"{at}/text", len(element["text"]), 1, BLOCKS_CHARACTERS, "characters")
        return
    if element["type"] == "channel":
        return
    inner = element.get("elements", ())
    yield from _within(f"{at}/elements", len(inner), 1, BLOCKS_CHARACTERS, "elements")
    yield from _within(f"{at}/indent", element.get("indent", 0), 0, INDENT, "steps")
    for index, part in enumerate(inner):
        yield from _rich(f"{at}/elements/{index}", part)


def _within(at: str, found: int, least: int, most: int, of: str) -> Iterator[str]:
    if found < least:
        yield f"{at}: {found} {of}, at least {least}"
    elif found > most:
        yield f"{at}: {found:,} {of}, at most {most:,}"


def _characters(value: Any) -> int:
    """The characters of what is read in a block: all that stands under `text`."""
    if isinstance(value, list | tuple):
        return sum(map(_characters, value))
    if not isinstance(value, dict):
        return 0
    return sum(
        len(held) if key == "text" and isinstance(held, str) else _characters(held) for key, held in value.items()
    )
