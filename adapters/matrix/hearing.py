"""What an incoming event says: pure, from the event as the homeserver gives it, whatever is in it.

Who is meant is read as clients of today say it (`m.mentions`), else as old clients and bridges do: a pill, the bot's id
or "@name" anywhere, or "name:" or "name," at the beginning. A name alone is none of these, as it may be an ordinary word:
a bot called hearings has no part in "the hearings were long".
Source: https://spec.matrix.org/v1.15/client-server-api/#user-and-room-mentions
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from urllib.parse import unquote

from bot.bot import Turn
from bot.message import EPOCH

#: What people write themselves; `m.notice` is for bots, which do not answer each other.
SPOKEN = frozenset({"m.text", "m.emote"})
#: Signs that turn the page, without the selectors of their look.
TURNS = {
    **dict.fromkeys("▶➡→", Turn.NEXT),
    **dict.fromkeys("◀⬅←", Turn.PREVIOUS),
}
_SELECTORS = re.compile("[\ufe0e\ufe0f]")

#: The last moment that a date can hold, in milliseconds since 1970.
LATEST = 253_402_300_799_999

_FALLBACK = re.compile(r"> (?:\* )?<@[^>\n]{1,255}>")
_ANCHOR = re.compile(
    r"""<a\s[^<>]{0,99}?href\s*=\s*(?:"([^"<>]{1,999})"|'([^'<>]{1,999})')[^<>]{0,99}>(.{0,300}?)</a>""",
    re.IGNORECASE | re.DOTALL,
)
_LINK = re.compile(r"(?:https?://matrix\.to/#/@|matrix:u/)([^/?#]+)", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")
_BLANKS = re.compile(r"[^\S\n]{2,}")


@dataclass(frozen=True, slots=True)
class Incoming:
    """A message of a room, or an edit of one.

    Attributes:
        text: What it says, without what it replies to and without the bot's name or prefix.
        addressed: Whether it is meant for the bot.
        sent: When, in UTC, by the clock of the sender's homeserver.
        thread: The root of its thread; None outside any, and for edits, which do not say.
        reply_to: The message that it replies to; None where that is only said for clients that know no threads.
        edit_of: The message that it is the new version of; None for a new message.
        version: 0 for a new message; an edit's is higher the later it was made.
        root: Whether a thread may begin at it: it has no relation to another event.
    """

    text: str
    sender: str
    event_id: str
    sent: datetime
    addressed: bool
    thread: str | None = None
    reply_to: str | None = None
    edit_of: str | None = None
    version: int = 0
    root: bool = True


def read_event(
    event: Any, *, me: str, my_names: Sequence[str], prefixes: Sequence[str], direct: bool
) -> Incoming | None:
    """What an event says; None for all but messages that people wrote, and for those that no homeserver would let pass.

    Args:
        me: The bot's user id.
        my_names: Its display names, here and elsewhere.
        prefixes: What a message for it may begin with, such as "!hearings".
        direct: Whether nobody else is in the room, so that every message is for the bot.
    """
    event = _dict(event)
    content, sender, event_id = _dict(event.get("content")), _text(event.get("sender")), _text(event.get("event_id"))
    millis = event.get("origin_server_ts")
    if event.get("type") != "m.room.message" or not sender or not event_id or sender == me:
        return None
    if not isinstance(millis, int) or isinstance(millis, bool) or not 0 <= millis <= LATEST:
        return None
    relation = _dict(content.get("m.relates_to"))
    in_reply_to = _text(_dict(relation.get("m.in_reply_to")).get("event_id"))
    said, edit_of, thread, reply_to = content, None, None, in_reply_to
    match relation.get("rel_type"):
        case "m.replace":
            said, edit_of, reply_to = _dict(content.get("m.new_content")), _text(relation.get("event_id")), None
            if not edit_of:
                return None
        case "m.thread":
            thread = _text(relation.get("event_id"))
            if thread and relation.get("is_falling_back") is True:
                reply_to = None
        case _:
            pass
    body = said.get("body")
    if not _one_of(said.get("msgtype"), SPOKEN) or not isinstance(body, str):
        return None
    written = (_without_fallback(body) if in_reply_to or edit_of else body).strip()
    names = tuple(dict.fromkeys(name for name in (*my_names, me[1:].partition(":")[0]) if name.strip()))
    if found := _prefix(tuple(prefixes)).match(written):
        text, addressed = written[found.end() :], True
    else:
        text, addressed = _heard(said, written, me, names, direct=direct, replies=bool(reply_to or edit_of))
    return Incoming(
        text.strip(),
        sender,
        event_id,
        EPOCH + timedelta(milliseconds=millis),
        addressed,
        thread,
        reply_to,
        edit_of,
        version=millis if edit_of else 0,
        root=relation.get("rel_type") in (None, "m.replace"),
    )


def read_reaction(event: Any) -> tuple[str, Turn] | None:
    """The message that somebody set a turning sign to, and where that turns the page; None for all other reactions."""
    event = _dict(event)
    relation = _dict(_dict(event.get("content")).get("m.relates_to"))
    target, key = _text(relation.get("event_id")), _text(relation.get("key"))
    if event.get("type") != "m.reaction" or relation.get("rel_type") != "m.annotation" or not target or not key:
        return None
    if not _text(event.get("sender")) or not _text(event.get("event_id")):
        return None
    turn = TURNS.get(_SELECTORS.sub("", key))
    return (target, turn) if turn else None


def read_redaction(event: Any) -> str | None:
    """The message that somebody took back; None for all other events."""
    event = _dict(event)
    if event.get("type") != "m.room.redaction":
        return None
    return _text(event.get("redacts")) or _text(_dict(event.get("content")).get("redacts"))


def thread_of(event: Any) -> str | None:
    """The root of the thread that an event stands in; None outside any."""
    relation = _dict(_dict(_dict(event).get("content")).get("m.relates_to"))
    return _text(relation.get("event_id")) if relation.get("rel_type") == "m.thread" else None


def _heard(
    said: dict[str, Any], text: str, me: str, names: tuple[str, ...], *, direct: bool, replies: bool
) -> tuple[str, bool]:
    """The text without the bot's name, and whether it is meant for the bot."""
    pills = _pills(said, me)
    if "m.mentions" in said:
        meant = _one_of(me, _list(_dict(said["m.mentions"]).get("user_ids")))
    else:
        # In a direct chat nobody needs naming: there a name in the text is a word of the question.
        meant = bool(pills) or (not direct and _marked_name(me, names).search(text) is not None)
    if not (meant or direct):
        return text, False
    bare = _marked_name(me, names).sub(" ", text)
    for pill in filter(None, pills):
        bare = re.sub(rf"(?<!\w)@?{re.escape(pill)}(?!\w)[:,]?", " ", bare, count=1)
    if bare == text and meant:
        # A reply mentions whom it replies to, and need not name them.
        bare = _without_plain_name(text, me, names, first_only=replies)
    return (text if bare == text else _BLANKS.sub(" ", bare).strip().lstrip(":,")), True


def _without_plain_name(text: str, me: str, names: tuple[str, ...], *, first_only: bool) -> str:
    """A text without a name that nothing marks as one: where it begins or ends the text, else where it stands first."""
    found = list(_name(me, names).finditer(text))
    ends = [name for name in found if name.end() == len(text.rstrip(" .?!"))]
    begins = [name for name in found if name.start() == 0]
    for name in begins if first_only else (*begins, *ends, *found):
        return f"{text[: name.start()]} {text[name.end() :]}"
    return text


def _without_fallback(body: str) -> str:
    """A reply without the quotation that old clients put above it: lines that begin with ">", then an empty one."""
    if not _FALLBACK.match(body):
        return body
    lines = body.split("\n")
    first = next((index for index, line in enumerate(lines) if not line.startswith(">")), len(lines))
    return "\n".join(lines[first:]).lstrip("\n")


def _pills(said: dict[str, Any], me: str) -> list[str]:
    """How the links to the bot in a message are written, outside what it replies to."""
    formatted = said.get("formatted_body")
    if not isinstance(formatted, str) or said.get("format") != "org.matrix.custom.html":
        return []
    if formatted.lstrip()[:10].lower() == "<mx-reply>":
        formatted = formatted.partition("</mx-reply>")[2]
    pills = []
    for double, single, written in _ANCHOR.findall(formatted):
        link = _LINK.match(unquote(html.unescape(double or single)))
        if link and link[1] == me[1:]:
            pills.append(html.unescape(_TAG.sub("", written)).strip())
    return pills


@lru_cache(64)
def _prefix(prefixes: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?:{_any_of(prefixes)})(?:\s*:|(?=\s)|$)", re.IGNORECASE)


@lru_cache(64)
def _marked_name(me: str, names: tuple[str, ...]) -> re.Pattern[str]:
    """The bot's id, or a name after "@", anywhere; a name before a colon or comma at the beginning."""
    any_name = _any_of(names)
    at = rf"(?<![\w@]){re.escape(me)}(?![\w-]|[.:]\w)|(?<![\w@])@(?:{any_name})(?!\w|[.:-]\w)"
    return re.compile(rf"(?:{at})[:,]?|\A(?:{any_name})\s*[:,]", re.IGNORECASE)


@lru_cache(64)
def _name(me: str, names: tuple[str, ...]) -> re.Pattern[str]:
    """The bot's id or a name, between the borders of words; another user's id or an address is none."""
    return re.compile(
        rf"{_marked_name(me, names).pattern}|(?<![\w@./-])(?:{_any_of(names)})(?!\w|[.@/-]\w)", re.IGNORECASE
    )


def _any_of(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)) or r"(?!)"


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: Any) -> str | None:
    """A text that says something; None for anything else."""
    return value if isinstance(value, str) and value else None


def _one_of(value: Any, among: Iterable[Any]) -> bool:
    return isinstance(value, str) and value in among
