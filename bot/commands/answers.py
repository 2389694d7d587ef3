"""`answers thread`, `answers reply`, `answers`: where an answer to a message outside any thread goes."""

from __future__ import annotations

from dataclasses import dataclass

from bot.choosing import credit, order, refuse_nonsense, refused, since
from bot.commands.command import Command, Fact, Facts
from bot.hearing import Said
from bot.ports import RoomSettings
from bot.reply import Choice, Choices, Choose, Reply, Text, Visibility

THREAD, REPLY = "thread", "reply"

_ANSWER = r"(?:(?:put|give|post|send|write|keep) (?:your |the |all )?)?(?:answer|repl(?:y|ie)|respon[ds]e?)(?:s|ing)?(?: to (?:me|us))?"
_ORDERS = (
    (
        REPLY,
        order(
            rf"answers?[\s:=]+(?:(?:as|in|with|by|to)\s+)?(?:an? |the )?(?:repl(?:y|ies)|room|channel|timeline|main (?:room|channel|timeline))|"
            rf"{_ANSWER} (?:as (?:an? )?(?:normal |plain )?(?:reply|replies|messages?)|outside (?:of )?(?:the |a )?threads?|in the (?:main )?(?:room|channel|timeline)|without (?:a )?threads?|directly(?: in the (?:room|channel))?)|"
            r"(?:no|no more|stop(?: using| opening)?|don't (?:use|open)|do not (?:use|open)|without) threads?(?: for (?:your )?answers)?|"
            rf"(?:stop|don't|do not) {_ANSWER} in (?:a |the )?threads?"
        ),
    ),
    (
        THREAD,
        order(
            rf"answers?[\s:=]+(?:(?:as|in|into|with|by|to|inside)\s+)?(?:an? |the |their own |its own )?threads?|{_ANSWER} (?:in|into|inside|with|as) (?:an? |the |their own |its own )?threads?|"
            r"(?:use|open|start(?: using)?) (?:a )?threads?(?: for (?:your )?answers)?"
        ),
    ),
    (
        "",
        order(
            rf"answers|where (?:do|will|are) (?:(?:your|the) )?(?:answers|replies)(?: (?:go|appear|come|posted|given))?|where (?:do|will) you (?:answer|reply)|do you {_ANSWER} in (?:a |the )?threads?"
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class AnswersRequest:
    """THREAD or REPLY; "" to know which it is."""

    where: str


def recognise_answers(said: Said) -> AnswersRequest | None:
    """A message that says where answers go, or asks it."""
    if len(said.bare) > 80 or not any(key in said.lower for key in ("answer", "thread", "repl", "respon")):
        return None
    for where, pattern in _ORDERS:
        if pattern.fullmatch(said.bare):
            return AnswersRequest(where)
    return None


def parse_answers(said: Said) -> AnswersRequest | None:
    """A message that begins with "answers".

    Raises:
        UsageError: What follows is neither thread nor reply, nor anything that the document knows.
    """
    if found := recognise_answers(said):
        return found
    if said.first == "answers":
        refuse_nonsense(said, "answers", "neither thread nor reply", "answers thread or answers reply")
    return None


def where_now(settings: RoomSettings, *, direct: bool) -> str:
    """THREAD or REPLY: what the room has chosen, else a thread in shared rooms and a reply in direct chats."""
    return settings.answers or (REPLY if direct else THREAD)


def answer_answers(request: AnswersRequest, facts: Facts) -> Reply:
    """What holds now. Only managers and whoever invited the bot change it."""
    if not facts.threads:
        text = "There are no threads here: every answer follows its question, and there is nothing to choose."
        return Reply("answers", (Text(text),), answered=request.where != THREAD)
    settings = facts.settings
    now = where_now(settings, direct=facts.direct)
    meaning = {
        THREAD: "An answer {}opens a thread under its question",
        REPLY: "An answer {}comes as a reply to its question, outside any thread",
    }
    other = {THREAD: "To have replies instead: answers reply", REPLY: "To have threads instead: answers thread"}
    in_thread = " A question in a thread is answered in that thread."
    if request.where in ("", now):
        already = "already " if request.where else ""
        text = meaning[now].format(already) + ("" if settings.answers else ", by default") + "."
        settled = (
            Text(text + in_thread + since(facts, "answers")),
            Text(other[now]),
            Choices((Choice("All settings", "settings"),)),
        )
        return Reply("answers", settled, visibility=Visibility.ASKER)
    if not facts.rights.may_change:
        return refused(facts, f"answers {request.where}", "In a thread that you open yourself, I answer there.")
    text = meaning[request.where].format("now ") + f".{in_thread}{credit(facts)}"
    return Reply("answers", (Text(text), Text(other[request.where])), changes=(Choose("answers", request.where),))


ANSWERS = Command(
    name="answers",
    usage="answers thread · answers reply · answers",
    summary="Whether an answer opens a thread or comes as a reply.",
    examples=("answers thread", "answers reply", "answers", "answer in threads", "where do answers go?"),
    answer=answer_answers,
    words=("answers", "answer"),
    parse=parse_answers,
    recognise=recognise_answers,
    needs=frozenset({Fact.SETTINGS, Fact.RIGHTS}),
)
