"""`expand on`, `expand off`, `expand`: whether references in running talk are quoted without a mention."""

from __future__ import annotations

from dataclasses import dataclass

from bot.choosing import OFF, ON, credit, order, refuse_nonsense, refused, since
from bot.commands.command import Command, Fact, Facts
from bot.errors import UsageError
from bot.hearing import Said
from bot.reply import Choice, Choices, Choose, Reply, Text, Visibility

_WHAT = r"(?:auto[- ]?)?expan(?:d|ding|sion)(?: (?:the |our |all )?(?:references|mentions|paragraph (?:references|numbers)))?"
_UNASKED = (
    r"(?:without (?:a |any |being )?(?:mentions?|mentioned|mentioning you|asking|being asked)|automatically|unasked)"
)
_QUOTING = rf"quot(?:e|ing) (?:(?:the |our |all )?(?:references|paragraphs|mentions)(?: in (?:our |the |running )?(?:talk|chat|conversations?|messages))? )?{_UNASKED}"
_ORDERS = (
    (
        None,
        order(rf"(?:auto[- ]?)?expand|(?:is|are you|do you|does it|what(?:'s| is)) {_WHAT}(?: (?:on|off))?"),
    ),
    (
        False,
        order(
            rf"{_WHAT}[\s:=]+(?:{OFF})|(?:turn|switch) off {_WHAT}|(?:turn|switch) {_WHAT} off|(?:disable|stop|end|no) {_WHAT}|"
            rf"set {_WHAT} (?:to )?(?:{OFF})|(?:stop|don't|do not|never) (?:{_QUOTING}|expand(?: references)?)"
        ),
    ),
    (
        True,
        order(
            rf"{_WHAT}[\s:=]+(?:{ON})|(?:turn|switch) on {_WHAT}|(?:turn|switch) {_WHAT} on|(?:enable|start) {_WHAT}|"
            rf"set {_WHAT} (?:to )?(?:{ON})|(?:auto[- ]?)?expand (?:the |our |all )?references|(?:start )?{_QUOTING}"
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class ExpandRequest:
    """On or off; None to know which it is."""

    on: bool | None


def recognise_expand(said: Said) -> ExpandRequest | None:
    """A message that turns quoting without a mention on or off, or asks about it."""
    if len(said.bare) > 100 or not ("expan" in said.lower or "quot" in said.lower):
        return None
    for on, pattern in _ORDERS:
        if pattern.fullmatch(said.bare):
            return ExpandRequest(on)
    return None


def parse_expand(said: Said) -> ExpandRequest | None:
    """A message that begins with "expand".

    Raises:
        UsageError: What follows is neither on nor off, nor anything that the document knows.
    """
    if found := recognise_expand(said):
        return found
    if said.rest.isdecimal():
        raise UsageError(f"expand goes with on or off; to read paragraph {said.rest}, write para {said.rest}")
    refuse_nonsense(said, "expand", "neither on nor off", "expand on or expand off")
    return None


def answer_expand(request: ExpandRequest, facts: Facts) -> Reply:
    """What holds now. Only managers and whoever invited the bot change it."""
    if facts.direct:
        return Reply(
            "expand",
            (Text("I answer everything in a direct chat, without a mention: there is nothing to turn on or off."),),
        )
    settings = facts.settings
    example = f"“as paragraph {facts.document.middle} says”"
    meaning = {
        True: f"References in running talk, such as {example}, are {{}}quoted without a mention",
        False: f"References in running talk, such as {example}, are {{}}quoted only when I am mentioned",
    }
    other = {True: "To turn it off: expand off", False: "To turn it on: expand on"}
    hindered = " As this room is quiet, that has no effect until quiet off." if settings.quiet else ""
    if request.on in (None, settings.expand):
        already = "" if request.on is None else "already "
        text = (
            meaning[settings.expand].format(already) + f".{since(facts, 'expand')}{hindered if settings.expand else ''}"
        )
        settled = (Text(text), Text(other[settings.expand]), Choices((Choice("All settings", "settings"),)))
        return Reply("expand", settled, visibility=Visibility.ASKER)
    on = request.on is True
    if not facts.rights.may_change:
        instead = "Whatever this room has chosen, I quote a paragraph when you mention me with its number."
        return refused(facts, f"expand {'on' if on else 'off'}", instead)
    text = meaning[on].format("now ") + f".{hindered if on else ''}{credit(facts)}"
    return Reply("expand", (Text(text), Text(other[on])), changes=(Choose("expand", "on" if on else "off"),))


EXPAND = Command(
    name="expand",
    usage="expand on · expand off · expand",
    summary="Whether references in a room's talk are quoted without a mention.",
    examples=("expand on", "expand off", "expand", "turn on expand", "stop expanding"),
    answer=answer_expand,
    words=("expand",),
    parse=parse_expand,
    recognise=recognise_expand,
    needs=frozenset({Fact.SETTINGS, Fact.RIGHTS}),
)
