"""What an incoming event says: pure, from the event as Slack gives it, whatever is in it.

Slack writes people, channels and links in a message's text as `<@U1>`, `<#C1|general>`, `<https://…|label>`, and escapes
`&`, `<` and `>`; here the text becomes what its reader saw.
Source: https://docs.slack.dev/messaging/formatting-message-text
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.message import EPOCH

#: Kinds of messages that people write, beside those without a subtype.
#: Source: https://docs.slack.dev/reference/events/message
SPOKEN = frozenset({None, "thread_broadcast", "file_share", "me_message"})
#: What stands in the place of a thread's first message that was deleted while it has replies.
TOMBSTONE = "tombstone"
#: Slack's own messenger, whose messages have no bot id.
SLACKBOT = "USLACKBOT"

_ENTITY = re.compile(r"<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>")
_TS = re.compile(r"(\d{1,11})\.(\d{6})")


@dataclass(frozen=True, slots=True)
class Incoming:
    """A message of a channel, or an edit of one.

    Attributes:
        text: What it says as its reader sees it, without the bot's name.
        ts: Its id, unique in its channel.
        thread: The root of its thread; None outside any.
        addressed: Whether it is meant for the bot.
        version: 0 for a new message; an edit's is higher the later it was made.
    """

    text: str
    sender: str
    channel: str
    ts: str
    thread: str | None
    addressed: bool
    direct: bool
    version: int
    sent: datetime


@dataclass(frozen=True, slots=True)
class Gone:
    """A message that was deleted; `own` if it was the bot's."""

    channel: str
    ts: str
    own: bool


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button that somebody pressed.

    Attributes:
        on: The message that carries it.
        thread: The root of the thread that this stands in; None outside any.
        private: Whether the asker alone sees that message.
        delivery: The same when the press is delivered again.
    """

    action: str
    value: str
    sender: str
    channel: str
    on: str
    thread: str | None
    private: bool
    direct: bool
    response_url: str
    delivery: str


@dataclass(frozen=True, slots=True)
class HomePress:
    """A button of the App Home that somebody pressed."""

    action: str
    value: str
    sender: str


def read_message(event: Any, *, me: str, my_bot: str) -> Incoming | Gone | None:
    """What an event of the kinds `message` and `app_mention` says; None where nobody asked or took back anything.

    Args:
        me: The bot's user id.
        my_bot: The bot's id among the workspace's bots.
    """
    event = _dict(event)
    channel, subtype = _text(event.get("channel")), event.get("subtype")
    if not channel:
        return None
    if subtype == "message_changed":
        said, before = _dict(event.get("message")), _dict(event.get("previous_message"))
        if said.get("subtype") == TOMBSTONE:
            ts = _text(said.get("ts"))
            return Gone(channel, ts, own=_is_own(before, me, my_bot)) if ts else None
        if not _dict(said.get("edited")) or said.get("text") == before.get("text"):
            return None  # Slack unfurled a link, or counted replies
        return _read(said, channel, event, me=me)
    if subtype == "message_deleted":
        ts = _text(event.get("deleted_ts"))
        return Gone(channel, ts, own=_is_own(_dict(event.get("previous_message")), me, my_bot)) if ts else None
    return _read(event, channel, event, me=me)


def _read(said: dict[str, Any], channel: str, event: dict[str, Any], *, me: str) -> Incoming | None:
    sender, ts, text = _text(said.get("user")), _text(said.get("ts")), said.get("text")
    subtype, thread = said.get("subtype"), _text(said.get("thread_ts"))
    if not (isinstance(subtype, str) or subtype is None) or subtype not in SPOKEN or not isinstance(text, str):
        return None
    sent = moment(ts) if ts else None
    if not sender or not ts or sent is None or sender in {me, SLACKBOT} or said.get("bot_id"):
        return None
    edited = _text(_dict(said.get("edited")).get("ts"))
    direct = event.get("channel_type") == "im" or channel.startswith("D")
    bare, named = without_name(text, me)
    return Incoming(
        plain(bare),
        sender,
        channel,
        ts,
        thread if thread != ts else None,
        addressed=named or direct,
        direct=direct,
        version=number(edited) if edited else 0,
        sent=sent,
    )


def read_press(body: Any) -> Pressed | None:
    """What a `block_actions` payload says; None where nothing can be made of it."""
    body = _dict(body)
    actions = body.get("actions")
    action = _dict(actions[0]) if isinstance(actions, list) and actions else {}
    container, message = _dict(body.get("container")), _dict(body.get("message"))
    sender = _text(_dict(body.get("user")).get("id"))
    channel = _text(_dict(body.get("channel")).get("id")) or _text(container.get("channel_id"))
    on = _text(container.get("message_ts")) or _text(message.get("ts"))
    thread = _text(container.get("thread_ts")) or _text(message.get("thread_ts"))
    name, value, at = _text(action.get("action_id")), _text(action.get("value")), _text(action.get("action_ts"))
    if not (name and value and sender and channel and on):
        return None
    return Pressed(
        name,
        value,
        sender,
        channel,
        on,
        thread if thread != on else None,
        private=container.get("is_ephemeral") is True,
        direct=channel.startswith("D"),
        response_url=_text(body.get("response_url")) or "",
        delivery=f"{at or body.get('trigger_id')}/{sender}/{name}",
    )


def read_home_press(body: Any) -> HomePress | None:
    """What a `block_actions` payload of the App Home says; None for one of a message, and where nothing can be made of it."""
    body = _dict(body)
    actions = body.get("actions")
    action = _dict(actions[0]) if isinstance(actions, list) and actions else {}
    sender, of_view = _text(_dict(body.get("user")).get("id")), _dict(body.get("container")).get("type") == "view"
    name, value = _text(action.get("action_id")), _text(action.get("value"))
    return HomePress(name, value, sender) if of_view and sender and name and value else None


def without_name(text: str, me: str) -> tuple[str, bool]:
    """A text as Slack writes it without the bot's name, and whether it stood there."""
    name = re.compile(rf"<@{re.escape(me)}(?:\|[^<>]*)?>[:,]?")
    bare = name.sub(" ", text)
    return (re.sub(r"[^\S\n]{2,}", " ", bare).strip(), True) if bare != text else (text, False)


def plain(text: str) -> str:
    """A text as its reader sees it."""
    return html.unescape(_ENTITY.sub(_entity, text)).strip()


def _entity(found: re.Match[str]) -> str:
    sign, name, label = found[1], found[2], found[3]
    if sign == "!":
        return label or f"@{name.partition('^')[0]}"
    if sign:
        return f"{sign}{label or name}"
    return label or name.removeprefix("mailto:")


def moment(ts: str) -> datetime | None:
    """When a message was sent, in UTC; None where its id says no moment."""
    found = _TS.fullmatch(ts)
    return EPOCH + timedelta(seconds=int(found[1]), microseconds=int(found[2])) if found else None


def number(ts: str) -> int:
    """A moment as Slack writes it as a number that grows with it; 0 where it is none."""
    found = _TS.fullmatch(ts)
    return int(found[1]) * 1_000_000 + int(found[2]) if found else 0


def _is_own(said: dict[str, Any], me: str, my_bot: str) -> bool:
    return said.get("user") == me or (bool(my_bot) and said.get("bot_id") == my_bot)


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str | None:
    """A text that says something; None for anything else."""
    return value if isinstance(value, str) and value else None
