"""What every command says that changes what a room has chosen: who may, who did, and when."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from bot.commands.command import Facts
from bot.errors import UsageError
from bot.hearing import Said
from bot.reply import Reply, Text, Visibility, shortened
from corpus.patterns import lazy
from corpus.words import stem

#: Patterns of what turns something on and off, and of what may stand behind an order without a meaning of its own.
ON = r"on|yes|yeah|yep|true|enabled?|start|always"
OFF = r"off|no|nope|false|disabled?|stop|never"
_HERE = r"(?:[\s,]+(?:here|now|again|too|please|in this thread|(?:in|for) (?:this|the|our) (?:whole )?(?:room|channel|chat|group)))*[\s?.!]*"

#: Words that point to what was said before, and words that decide nothing.
_POINTING = frozenset("it this that them these those all more further everything again here".split())
_UNDECIDED = frozenset(("maybe", "perhaps", "sometimes"))


def order(pattern: str) -> re.Pattern[str]:
    """A pattern for whole messages, with "here", "in this room" and the like behind it; capitals do not matter."""
    return lazy(rf"(?:{pattern}){_HERE}", re.IGNORECASE)


def refused(facts: Facts, words: str, instead: str = "") -> Reply:
    """What somebody is told who may not change what the room has chosen.

    Args:
        words: What somebody who may would write.
        instead: What the asker can do themselves.
    """
    inviter = f" ({facts.rights.inviter})" if facts.rights.inviter else ""
    text = (
        f"You cannot change that here: this room’s managers can, and whoever invited me{inviter}. "
        f"Ask one of them to write: {words}"
    )
    blocks = (Text(text), *((Text(instead),) if instead else ()))
    return Reply("error", blocks, answered=False, visibility=Visibility.ASKER)


def credit(facts: Facts) -> str:
    """Who makes a change, for all to see; "" where nobody else is in the room."""
    return "" if facts.direct or not facts.asker else f" Changed by {facts.asker}."


def last_change(facts: Facts, setting: str) -> str:
    """ ", changed by @ana:example.org on 5 January 2027"; "" where nobody has changed it."""
    changed = facts.settings.changed.get(setting)
    if changed is None:
        return ""
    who = "you" if facts.direct and changed.by == facts.asker else changed.by
    return f", changed by {who} on {day(local(changed.at, facts))}"


def since(facts: Facts, setting: str) -> str:
    """The same as a sentence, with a space before it."""
    changed = last_change(facts, setting)
    return f" C{changed[3:]}." if changed else ""


def local(moment: datetime, facts: Facts) -> datetime:
    """A moment on the asker's clock in a direct chat, else on the room's; in UTC where that is not known."""
    zone = facts.zone if facts.direct else facts.settings.zone
    if not zone:
        return moment.astimezone(UTC)
    from zoneinfo import ZoneInfo

    return moment.astimezone(ZoneInfo(zone))


def day(moment: datetime) -> str:
    """ "5 January 2027"."""
    return f"{moment.day} {moment:%B %Y}"


def refuse_nonsense(said: Said, command: str, expected: str, to_do: str) -> None:
    """Refuse a command that is followed by one word which neither it nor the document knows.

    Args:
        expected: What the word is not: "neither on nor off".
        to_do: What to write instead.

    Raises:
        UsageError: It is.
    """
    word = said.rest.strip(" .,:;!?\"'").casefold()
    if not word.isalpha() or word in _POINTING or said.bare.endswith("?"):
        return
    if word not in _UNDECIDED and said.document.answers.holds(stem(word)):
        return
    raise UsageError(
        f"“{shortened(word)}” is {expected}: write {to_do}; to look for it in the document, search {command} {shortened(word)}"
    )
