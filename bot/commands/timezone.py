"""`timezone Europe/Zurich`, `timezone Geneva`, `timezone off`, `timezone`: whose clock times are given on.

In a direct chat it is the asker's own zone, in a shared room the room's; nobody's own zone is shown in a shared room.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.choosing import credit, refused, since
from bot.commands.command import Command, Fact, Facts
from bot.day_words import clock
from bot.hearing import Said
from bot.reply import Choice, Choices, Choose, OwnZone, Reply, Text, Visibility, in_words, shortened
from corpus.patterns import lazy

_ZONE = r"(?:time\s?-?\s?zones?|tz)"
_OWNER = r"(?:(?P<own>my|mine)|our|your|(?:the |this )?(?:room|channel|group)(?:'s)?)"
_NAMED = lazy(
    rf"(?:(?:please )?(?P<verb>set|change|switch|make|use|put|update|turn|reset|clear|remove|forget|delete|unset|show|tell me|what(?:'s| is))\s+)?(?:me\s+)?"
    rf"(?:(?P<whose>{_OWNER})\s+)?(?:the\s+)?(?:(?:own|local|current)\s+)?{_ZONE}(?:\s+(?:of|for|in) (?:(?:this|the|our) (?:room|channel|group)|(?P<me>me)))?(?P<rest>(?:[\s:=?.!].*)?)",
    re.IGNORECASE,
)
_STATE = lazy(
    rf"(?:(?:what|which) {_ZONE} (?:am i (?:in|on)|are we (?:in|on)|do you (?:use|have|know)(?: for (?:me|us|this (?:room|channel)))?|is (?:set|used)(?: here)?|is (?:this|the) (?:room|channel|group) (?:in|on|set to))|"
    rf"do you know (?:my|our) {_ZONE})[\s?.!]*",
    re.IGNORECASE,
)
_CLOCK = lazy(
    r"(?:(?P<own>i'm|i am)|we're|we are|use|switch to|set (?:it|the clock|my clock|times?) to) (?:(?:in|on|at) )?(?:the )?(?P<zone>[^\d?]{2,40}?) time(?:\s?-?zone)?[\s.!]*",
    re.IGNORECASE,
)
_JOINT = lazy(r"^[\s:=]+(?:(?:is|to|as|be|should be|->)\s+)?", re.IGNORECASE)
_OFF = frozenset(
    ("off", "none", "no", "reset", "clear", "remove", "forget", "delete", "default", "unset", "nothing", "back", "auto")
)
_FORGET = frozenset(("reset", "clear", "remove", "forget", "delete", "unset"))
#: Words after which something else is asked: the zone of the day, not the asker's.
_OTHER = lazy(
    r"^(?:of|for|was|were|did|do|does|used|difference|are|at|during|in (?:the|which)|the (?:hearings?|meetings?|programme|document|un|united|schedule|times?)|conversion|converter|issues?|problems?|and|or|not|where|when)\b",
    re.IGNORECASE,
)
#: Words that a zone's name may have.
LONGEST = 6


@dataclass(frozen=True, slots=True)
class TimezoneRequest:
    """What the zone is to be.

    Attributes:
        zone: As the person names it; "" to forget it, None to know which it is.
        own: Whether they say that it is their own.
    """

    zone: str | None
    own: bool = False


def recognise_timezone(said: Said) -> TimezoneRequest | None:
    """A message that names a zone, or asks which one is known."""
    if len(said.bare) > 100 or not ("zone" in said.lower or "tz" in said.lower or " time" in said.lower):
        return None
    if _STATE.fullmatch(said.bare):
        return TimezoneRequest(None)
    if (clock := _CLOCK.fullmatch(said.bare)) and _is_zone(clock["zone"]):
        return TimezoneRequest(clock["zone"], clock["own"] is not None)
    if not (found := _NAMED.fullmatch(said.bare)):
        return None
    own = found["own"] is not None or found["me"] is not None
    verb = (found["verb"] or "").casefold()
    asks = verb in {"show", "tell me", "what's", "what is"}
    name = _JOINT.sub("", found["rest"]).strip(" .!?") if found["rest"] else ""
    if name.casefold() in {"here", "set to", "now", "please", "again", "used here"}:
        name = ""
    if asks:
        return TimezoneRequest(None, own) if not name and (found["whose"] or found["me"]) else None
    if (name.casefold() in _OFF) or (verb in _FORGET and not name):
        return TimezoneRequest("", own)
    if not name:
        bare = said.first in {"timezone", "tz"} or (said.first.startswith("time") and not found["rest"])
        return TimezoneRequest(None, own) if bare or verb or found["whose"] else None
    if _OTHER.match(name) or len(name.split()) > LONGEST or said.bare.endswith("?"):
        return None
    return TimezoneRequest(name, own)


def _is_zone(name: str) -> bool:
    """Whether a name is surely a zone's: "use New York time", but not "use less time"."""
    from bot.zones import Finding, find_zone

    return find_zone(name).finding in {Finding.SURE, Finding.SEVERAL}


def answer_timezone(request: TimezoneRequest, facts: Facts) -> Reply:
    """The zone that holds now, with the time there; or what to write where the name is none or several."""
    if request.zone is None:
        return _own_state(facts) if facts.direct else _room_state(facts)
    if request.own and not facts.direct:
        text = (
            "Your own time zone is set in a direct chat with me, where nobody else sees it: write timezone and its name "
            "there. For this room’s, write it here without “my”."
        )
        return Reply("error", (Text(text),), answered=False, visibility=Visibility.ASKER)
    if not facts.direct and not facts.rights.may_change:
        return refused(facts, f"timezone {_typed(request.zone) or 'off'}", "Your own is set in a direct chat with me.")
    if not request.zone:
        return _forgotten(facts)
    from bot.zones import Finding, find_zone

    found = find_zone(request.zone)
    if found.finding is not Finding.SURE:
        return _unclear(request.zone, found.finding, found.zones)
    [zone] = found.zones
    uses = " I give the programme’s times in it too, beside its own." if facts.document.programme else ""
    if facts.direct:
        text = f"Your time zone is now {zone}.{_there(facts, zone)}{uses} In a shared room I never show it."
        return Reply("timezone", (Text(text), Text("To forget it: timezone off")), changes=(OwnZone(zone),))
    if zone == facts.settings.zone:
        text = f"This room’s time zone is already {zone}.{since(facts, 'zone')}{_there(facts, zone)}"
        return Reply("timezone", (Text(text), Text(_OWN)), visibility=Visibility.ASKER)
    text = f"This room’s time zone is now {zone}.{_there(facts, zone)}{uses}{credit(facts)}"
    return Reply("timezone", (Text(text), Text(_OWN)), changes=(Choose("zone", zone),))


_OWN = "One’s own time zone, which nobody else sees, is set in a direct chat with me."


def _there(facts: Facts, zone: str) -> str:
    """The time in a zone now, written as these documents write it; "" where it is not known."""
    if facts.now is None:
        return ""
    from zoneinfo import ZoneInfo

    now = facts.now.astimezone(ZoneInfo(zone)).time().replace(second=0, microsecond=0)
    return f" It is {clock(now)} there now."


def _own_state(facts: Facts) -> Reply:
    if not facts.zone:
        text = "I do not know your time zone. To tell me, write its name or a city: timezone Europe/Zurich or timezone Geneva"
        return Reply("timezone", (Text(text),), visibility=Visibility.ASKER)
    text = f"Your time zone is {facts.zone}.{_there(facts, facts.zone)} In a shared room I never show it."
    change = Text("To change it, write a zone’s name or a city, such as timezone New York; to forget it: timezone off")
    return Reply("timezone", (Text(text), change), visibility=Visibility.ASKER)


def _room_state(facts: Facts) -> Reply:
    zone = facts.settings.zone
    if zone:
        text = f"This room’s time zone is {zone}.{since(facts, 'zone')}{_there(facts, zone)}"
        change = "To change it, write a zone’s name or a city, such as timezone New York; to have none: timezone off"
    else:
        text = f"This room has no time zone.{since(facts, 'zone')}"
        change = "To set one, write its name or a city: timezone Europe/Zurich or timezone Geneva"
    settled = (Text(text), Text(change), Text(_OWN), Choices((Choice("All settings", "settings"),)))
    return Reply("timezone", settled, visibility=Visibility.ASKER)


def _forgotten(facts: Facts) -> Reply:
    if facts.direct:
        text = "The time zone that you chose is forgotten; I go by your profile’s, if it has one. To set it again: timezone Europe/Zurich"
        return Reply("timezone", (Text(text),), changes=(OwnZone(""),))
    if not facts.settings.zone:
        return _room_state(facts)
    text = f"This room has no time zone now.{credit(facts)}"
    return Reply(
        "timezone", (Text(text), Text("To set it again: timezone Europe/Zurich")), changes=(Choose("zone", ""),)
    )


def _unclear(said: str, finding: str, zones: tuple[str, ...]) -> Reply:
    typed = _typed(said)
    write = "Write a zone’s name, or a city: timezone Europe/Zurich or timezone New York"
    offered = in_words([f"timezone {zone}" for zone in zones], "or")
    text = {
        "several": f"“{typed}” is the time of more than one zone. Write the one that you mean: {offered}",
        "near": f"I know no time zone “{typed}”; did you mean {offered}?",
        "offset": f"“{typed}” does not say when the clocks change, so I need a place. {write}",
        "unknown": f"I know no time zone “{typed}”. {write}",
    }[finding]
    choices = (Choices(tuple(Choice(zone, f"timezone {zone}") for zone in zones)),) if zones else ()
    blocks = (Text(text), *choices)
    return Reply("error", blocks, answered=False, visibility=Visibility.ASKER, usage=True)


def _typed(said: str) -> str:
    return shortened(said, 40)


TIMEZONE = Command(
    name="timezone",
    usage="timezone Europe/Zurich · timezone Geneva · timezone off · timezone",
    summary="Your time zone in a direct chat, the room's in a shared one.",
    examples=(
        "timezone Europe/Zurich",
        "timezone Geneva",
        "timezone New York",
        "my time zone is Asia/Kolkata",
        "timezone",
        "timezone off",
    ),
    answer=answer_timezone,
    words=("timezone", "tz"),
    parse=recognise_timezone,
    recognise=recognise_timezone,
    needs=frozenset({Fact.NOW, Fact.ZONE, Fact.SETTINGS, Fact.RIGHTS}),
)
