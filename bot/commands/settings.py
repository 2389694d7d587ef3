"""`settings`: what this room has chosen, what it means, who changed it, and how to change it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.choosing import last_change
from bot.commands.answers import THREAD, where_now
from bot.commands.command import Command, Fact, Facts
from bot.hearing import Said
from bot.reply import Block, Bullets, Choice, Choices, Heading, Reply, Text, Visibility
from corpus.patterns import lazy

_SETTINGS = lazy(
    r"(?:(?:show|list|see|view|open|check|change|what are|what(?:'s| is))\s+)?(?:(?:me|us)\s+)?(?:(?:the|this|our|your|my|all|current|room'?s?|channel'?s?|bot'?s?)\s+){0,4}"
    r"(?:settings?|preferences|configuration|config)(?:\s+(?:here|now|(?:of|for|in) (?:this|the|our) (?:room|channel|chat|group)|do (?:we|you) have))*[\s?.!]*|"
    r"what (?:is|have we|has this room|did we) (?:set|chosen|turned on|choose)(?: up)?(?: here| in this (?:room|channel))?[\s?.!]*|"
    r"how (?:are you|is (?:this|the) (?:room|channel|bot)|is the bot) (?:set(?: up)?|configured)(?: here| in this (?:room|channel))?[\s?.!]*|"
    r"who (?:changed|set|turned on) (?:the |these |this room's )?settings?[\s?.!]*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class SettingsRequest:
    """All settings of the room."""


def recognise_settings(said: Said) -> SettingsRequest | None:
    """A message that asks what the room has chosen."""
    return SettingsRequest() if len(said.bare) < 80 and _SETTINGS.fullmatch(said.bare) else None


def answer_settings(request: SettingsRequest, facts: Facts) -> Reply:
    """Every setting on its line; in a direct chat the asker's own zone too."""
    more = Choices((Choice("What is kept", "privacy"), Choice("What I can do", "help")))
    if facts.direct:
        blocks: tuple[Block, ...] = (Heading("What is set in this chat"), Bullets(_direct(facts)), more)
    else:
        blocks = (Heading("What this room has chosen"), Bullets(_shared(facts)), Text(_who(facts)), more)
    return Reply("settings", blocks, visibility=Visibility.ASKER)


def _direct(facts: Facts) -> tuple[str, ...]:
    lines = ["Without a mention: I answer everything that you write here. There is nothing to change"]
    if facts.threads:
        lines.append(_answers(facts))
    if facts.zone:
        lines.append(
            f"Your time zone: {facts.zone}. In direct chats I give the programme’s times in it too. To change it: "
            "timezone and a city, or timezone off"
        )
    else:
        lines.append("Your time zone: not known. To set it: timezone and a city, such as timezone Geneva")
    return tuple(lines)


def _shared(facts: Facts) -> tuple[str, ...]:
    settings = facts.settings
    if settings.expand:
        meaning = "References in running talk are quoted without a mention"
        meaning += ", but not while this room is quiet" if settings.quiet else ""
        expand = f"on{last_change(facts, 'expand')}. {meaning}. To change it: expand off"
    else:
        expand = f"off{last_change(facts, 'expand')}. References in running talk are quoted only when I am mentioned. To change it: expand on"
    if settings.quiet:
        quiet = f"on{last_change(facts, 'quiet')}. I answer only when I am mentioned, also in threads. To change it: quiet off"
    else:
        quiet = (
            f"off{last_change(facts, 'quiet')}. In a thread that I answered, I go on without a mention from a paragraph "
            "number or a word such as next. To change it: quiet room; for one thread: quiet"
        )
    if settings.zone:
        zone = f"{settings.zone}{last_change(facts, 'zone')}. I give the programme’s times in it too. To change it: timezone and a city, or timezone off"
    else:
        zone = f"none{last_change(facts, 'zone')}. I give times as the document prints them. To change it: timezone and a city, such as timezone Geneva"
    return (f"Expand: {expand}", f"Quiet: {quiet}", _answers(facts), f"Time zone of this room: {zone}")


def _answers(facts: Facts) -> str:
    chosen = last_change(facts, "answers") or ("" if facts.settings.answers else ", by default")
    if where_now(facts.settings, direct=facts.direct) == THREAD:
        return f"Answers: thread{chosen}. An answer opens a thread under its question. To change it: answers reply"
    return (
        f"Answers: reply{chosen}. An answer comes as a reply, outside any thread; a question in a thread is answered there. "
        "To change it: answers thread"
    )


def _who(facts: Facts) -> str:
    inviter = f" ({facts.rights.inviter})" if facts.rights.inviter else ""
    who = f"this room’s managers and whoever invited me{inviter}"
    return f"You can change these, as can {who}." if facts.rights.may_change else f"These can be changed by {who}."


SETTINGS = Command(
    name="settings",
    usage="settings",
    summary="What this room has chosen, who changed it, and how to change it.",
    examples=("settings", "what are the settings here?", "show settings", "how is this room set up?"),
    answer=answer_settings,
    words=("settings",),
    parse=recognise_settings,
    recognise=recognise_settings,
    needs=frozenset({Fact.SETTINGS, Fact.RIGHTS, Fact.ZONE}),
)
