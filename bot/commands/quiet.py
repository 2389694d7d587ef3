"""`quiet`, `quiet off`: nothing without a mention, in one thread or in the whole room."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.choosing import OFF, ON, credit, order, refuse_nonsense, refused, since
from bot.commands.command import Command, Fact, Facts
from bot.errors import UsageError
from bot.hearing import Said
from bot.reply import Choice, Choices, Choose, Hush, Reply, Text, Visibility

_SPOKEN_TO = (
    r"(?:when|if|unless|once) (?:(?:you(?:'re| are)|i(?:'m| am)|it(?:'s| is)) )?(?:not )?(?:mentioned|asked|addressed|tagged|spoken to|called)|"
    r"(?:when|if|unless) (?:we|i|someone|somebody|people) (?:mention|tag|ask|call|address|@)s? you|without (?:a |any |being )?(?:mentions?|mentioned|asked|tagged)"
)
_SPEAK = r"(?:answer|speak|reply|respond|talk|post)(?:ing)?"
_ROOM = r"(?:(?:\s+(?:in|for))?(?:\s+(?:the|this|our))?(?:\s+(?:whole|entire))?\s+(?:room|channel|group)|\s+everywhere)"
_ON = order(
    rf"(?:(?:be|keep|stay|go|remain) (?:quiet|silent)|quiet(?:[\s:=]+(?:{ON})|,? down|,? bot)?|(?:turn|switch) on quiet|(?:turn|switch) quiet on|enable quiet|"
    rf"mute(?: yourself)?|hush|silence|only {_SPEAK} (?:here )?(?:{_SPOKEN_TO})|{_SPEAK} only (?:here )?(?:{_SPOKEN_TO})|"
    rf"(?:stop|don't|do not|never|no) {_SPEAK} (?:here )?(?:{_SPOKEN_TO}))(?P<room>{_ROOM})?"
)
_OFF = order(
    rf"(?:quiet(?:{_ROOM})?[\s:=]+(?:{OFF}|over|end)|(?:turn|switch) off quiet|(?:turn|switch) quiet off|(?:disable|end|no more|stop|not|un-?) ?quiet|un-?mute(?: yourself)?|"
    rf"(?:stop|don't|do not) (?:be|being) quiet(?: any ?more)?|(?:you (?:can|may) )?{_SPEAK} (?:again|freely)(?: without (?:a )?mention)?)"
)
_STATE = order(
    r"(?:quiet\s*\?|(?:are you|is this (?:room|channel|thread)|is it) (?:quiet|muted|silent)|is quiet (?:on|off))[\s?.!]*"
)
_SLIPS = frozenset(("quite", "quit", "qiuet", "queit", "quiett"))
_KEYS = ("quiet", "silen", "mute", "hush", "mention", "spoken", "speak", "talk", "tag", "answer", "asked", "unless")


@dataclass(frozen=True, slots=True)
class QuietRequest:
    """On or off; None to know which it is.

    Attributes:
        room: Whether the whole room is meant, also where it is said in a thread.
    """

    on: bool | None
    room: bool = False


def recognise_quiet(said: Said) -> QuietRequest | None:
    """A message that asks for quiet, ends it, or asks about it.

    Raises:
        UsageError: It is "quite" or the like, which is offered as quiet and never guessed; or what follows "quiet" is
            neither on nor off, nor anything that the document knows.
    """
    if said.first in _SLIPS and said.rest.casefold().strip(" .!") in {"", "on", "off"}:
        meant = f"quiet {said.rest.casefold()}".strip(" .!")
        raise UsageError(f"I know no command “{said.first}”; did you mean {meant}? help lists all")
    if len(said.bare) > 90 or not any(key in said.lower for key in _KEYS):
        return None
    if _STATE.fullmatch(said.bare):
        return QuietRequest(None)
    for on, pattern in ((False, _OFF), (True, _ON)):
        if found := pattern.fullmatch(said.bare):
            return QuietRequest(on, on and (found["room"] is not None or _names_room(said)))
    if said.first == "quiet":
        refuse_nonsense(said, "quiet", "neither on nor off", "quiet or quiet off")
    return None


def _names_room(said: Said) -> bool:
    return re.search(r"\b(?:room|channel|group)\b", said.lower) is not None


def answer_quiet(request: QuietRequest, facts: Facts) -> Reply:
    """What holds now. A thread is anyone's to quiet; the room is for managers and whoever invited the bot."""
    if facts.direct:
        return Reply(
            "quiet",
            (
                Text(
                    "In a direct chat I answer everything that you write, and nothing else: there is nothing to quiet."
                ),
            ),
        )
    if request.on and facts.in_thread and not request.room:
        text = f"I answer in this thread only when I am mentioned.{credit(facts)}"
        return Reply("quiet", (Text(text), Text("For the whole room: quiet room")), changes=(Hush(),))
    return _in_the_room(request, facts)


def _in_the_room(request: QuietRequest, facts: Facts) -> Reply:
    settings = facts.settings
    going_on = (
        "in a thread that I answered, I go on without a mention from a paragraph number or a word such as next, until "
        "somebody writes quiet there."
    )
    if request.on is False and facts.in_thread:
        going_on += " If this thread was made quiet, it stays so: mention me here."
    other = {True: Text("To end it: quiet off"), False: Text("For the whole room: quiet room")}
    if request.on in (None, settings.quiet):
        already = "already " if request.on else ""
        quiet = f"I {already}answer in this room only when I am mentioned, also in threads."
        text = (quiet if settings.quiet else f"This room is not quiet: {going_on}") + since(facts, "quiet")
        blocks = (Text(text), other[settings.quiet], Choices((Choice("All settings", "settings"),)))
        return Reply("quiet", blocks, visibility=Visibility.ASKER)
    if not facts.rights.may_change:
        if request.on:
            return refused(facts, "quiet room", "In a thread anyone may write quiet, and it holds for that thread.")
        return refused(facts, "quiet off")
    if request.on:
        text = "I now answer in this room only when I am mentioned, also in threads."
        text += " References in running talk are not quoted meanwhile." if settings.expand else ""
        return Reply("quiet", (Text(text + credit(facts)), other[True]), changes=(Choose("quiet", "on"),))
    text = f"This room is no longer quiet: {going_on}{credit(facts)}"
    return Reply("quiet", (Text(text), other[False]), changes=(Choose("quiet", "off"),))


QUIET = Command(
    name="quiet",
    usage="quiet · quiet off",
    summary="No answer without a mention: in a thread, or in the whole room.",
    examples=("quiet", "quiet off", "quiet room", "be quiet", "only answer when mentioned"),
    answer=answer_quiet,
    recognise=recognise_quiet,
    needs=frozenset({Fact.SETTINGS, Fact.RIGHTS}),
)
