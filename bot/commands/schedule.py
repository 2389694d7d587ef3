"""`schedule`, `when is segment 3`, `what was on at 11:20`: the day's programme, as printed.

A question about the day is taken apart into what it is about (items, a stretch of the clock) and what is asked of it. All
words of the programme come from the document; "segment" is whatever the document labels its items with.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time

from bot.commands.command import Command, Facts
from bot.hearing import Said
from bot.reply import (
    Block,
    Bullets,
    Choice,
    Choices,
    Heading,
    Reply,
    Row,
    Text,
    Timetable,
    in_words,
    paragraphs_word,
    passage,
)
from corpus.document import Document, Item, Programme, Section
from corpus.patterns import lazy
from corpus.words import stems

# What can be asked.
DAY, WHEN, LONG, WHO, AT, AFTER, BEFORE, SAID, DATE, BREAK, NOT_SAID, BETWEEN = (
    "day",
    "when",
    "long",
    "who",
    "at",
    "after",
    "before",
    "said",
    "date",
    "break",
    "not said",
    "between",
)


@dataclass(frozen=True, slots=True)
class ScheduleRequest:
    """What is asked of which items (their places in the programme), or of which stretch of the clock."""

    asked: str
    items: tuple[int, ...] = ()
    start: time | None = None
    end: time | None = None
    about: str = ""


_NAMED = lazy(
    r"(?:the\s+)?(?:full\s+|whole\s+|day'?s\s+)?(?:schedule|programme|program|agenda|timetable|itinerary|run of show)\b",
    re.IGNORECASE,
)
_ASKS_DAY = lazy(
    r"\b(?:schedule|programme|program|agenda|timetable)\b.*\b(?:day|hearings|look|please|today|overview)\b|"
    r"\b(?:show|give|what(?:'s| is| was)|see|send|share|get|full|whole)\b.{0,20}\b(?:schedule|programme|agenda|timetable)\b(?!\s+of action)|"
    r"\ball\b.{0,20}\b{label}s\b|\b{label}s\b.{0,30}\btimes?\b|\bwhat (?:are|were) the {label}s\b|\bhow many {label}s\b|\blist (?:of )?(?:the |all )?{label}s\b",
    re.IGNORECASE,
)
_WORDS_NUMBERS = {
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "first": 1,
    "second": 2,
    "third": 3,
    "fourth": 4,
    "fifth": 5,
    "sixth": 6,
}
_CLOCK = lazy(
    r"(?<![\d./])(?:(?P<h>\d{1,2})(?:[:.h](?P<m>\d{2}))?\s*(?P<half>[ap])\.?\s?m\b\.?|(?P<h2>\d{1,2})[:.h](?P<m2>[0-5]\d)(?![\d%])|"
    r"(?P<word>noon|midday|midnight)|(?<=at )(?P<h3>\d{1,2})(?:\s*o'?clock)?(?![\d.:/%]|\s*(?:per|dollars|euros|states|%))\b|(?P<h4>\d{1,2})\s*o'?clock)",
    re.IGNORECASE,
)
_BETWEEN = lazy(
    r"\b(?:between|from)\s+(\d{1,2}(?:[:.]\d{2})?\s*(?:[ap]\.?m\.?)?)\s*(?:and|to|until|till|-)\s*(\d{1,2}(?:[:.]\d{2})?\s*(?:[ap]\.?m\b\.?)?)",
    re.IGNORECASE,
)
_HOW_LONG = lazy(r"\b(?:how long|how much time|how many (?:minutes|hours)|duration|length)\b", re.IGNORECASE)
_WHO = lazy(
    r"\bwho(?:'s|s)?\b.*\b(?:open(?:s|ed|ing)?|clos(?:e|es|ed|ing)|sp(?:eak|eaks|oke|eaking)|start(?:s|ed)?|kick(?:s|ed)? (?:it |things )?off|gave|gives|made|makes|"
    r"statements?|remarks|speech(?:es)?|first|last|talks?|talked|talking|address(?:es|ed)?|on stage|on the floor|wrap(?:s|ped)? up)\b|\bspeakers?\b|\bwhose (?:statement|speech)",
    re.IGNORECASE,
)
_OPENING = lazy(
    r"\b(?:open(?:s|ed|ing|er)?|kick(?:s|ed|ing)?[ -]?off|first thing|first half[ -]?hour|first speaker|sp(?:eak|oke) first|(?:very )?beginning|start of the day|starts? the day|inaugurat\w+)\b",
    re.IGNORECASE,
)
_CLOSING = lazy(
    r"\b(?:clos(?:e|es|ed|ing)|wrap(?:s|ped|ping)?[ -]?up|last thing|last speaker|sp(?:eak|oke) last|final (?:statement|remarks|item)|end of the day|the end)\b",
    re.IGNORECASE,
)
_STARTS = lazy(
    r"\b(?:what time|when|at what hour|how early)\b.*\b(?:start(?:s|ed|ing)?|begin(?:s|ning)?|began|open(?:s|ed|ing)?|kick(?:s|ed|ing)?[ -]?off|get going|got going|get started|doors)\b|"
    r"\b(?:start|kick-?off|opening|begin\w*) time\b",
    re.IGNORECASE,
)
_ENDS = lazy(
    r"\b(?:what time|when|until when|till when|how late)\b.*\b(?:end(?:s|ed|ing)?|finish(?:es|ed)?|over|clos(?:e|es|ed|ing)|wrap(?:s|ped)?(?: up)?|go home|done|conclude[sd]?|finishing)\b|"
    r"\b(?:end|finish(?:ing)?|closing) time\b",
    re.IGNORECASE,
)
_WHOLE_DAY = lazy(
    r"\b(?:it|this|that|day|hearings?|things|we|they|everything|all|whole|event|meeting|everyone|people|programme|i|the (?:thing|event))\b",
    re.IGNORECASE,
)
_LUNCH = lazy(r"\b(?:lunch(?:time|break)?|break(?:s|time)?|coffee|recess|pause|intermission|interval)\b", re.IGNORECASE)
_BREAK_ASKED = lazy(
    r"\b(?:when|what time|how long|was there|is there|any|do we|did they|were there|long|time|minutes?)\b|^(?:the )?(?:lunch|coffee)?\s?(?:break)?s?\??$",
    re.IGNORECASE,
)
_PART = lazy(
    r"\b(?:(?P<morning>morning|forenoon|before (?:the )?lunch|a\.m\. (?:session|meeting))|(?P<afternoon>af?te?r?noon|aftrnoon|after (?:the )?lunch|p\.m\. (?:session|meeting))|(?P<evening>evening|night))\b",
    re.IGNORECASE,
)
_PART_ASKED = lazy(
    r"\b(?:what|who|when|which|session|meeting|on|free|catch|happen\w*|schedule|programme|anything|attend|see|only|there)\b",
    re.IGNORECASE,
)
_DATE = lazy(
    r"\b(?:what|which) (?:date|day|year|month)\b.*\b(?:hearings?|this|it|that|event|meeting|happen\w*|take place|took place|held)\b|\b(?:what|which) (?:date|day|year)(?: (?:was|is) (?:it|this|that))?[\s?.!]*$|"
    r"\bdate of (?:the )?(?:hearings?|event|meeting|day)\b|\bwhen (?:was|were|is|are|did) (?:this|it|that|the (?:hearings?|event|day|whole thing))(?: (?:held|happen\w*|take place|on|organi[sz]ed|all))*[\s?.!]*$",
    re.IGNORECASE,
)
_WHEN = lazy(
    r"\b(?:when(?:'s|s)?|what time|which time|at what (?:time|point)|time|what hour|how late|how early)\b",
    re.IGNORECASE,
)
_DISCUSSED = lazy(
    r"\b(?:when|what time|at what (?:time|point)|(?:in )?(?:which|what) (?:{label}|part of the day|slot|session))\b.*?\b(?:discuss(?:ed|ing)?|talk(?:ed|ing)?(?: about)?|"
    r"cover(?:ed|ing)?|address(?:ed)?|deal(?:t)? with|get to|got to|come up|came up|debated?|raised?|treat(?:ed)?|on|about|take up|took up|for)\b\s*(?P<what>.*)",
    re.IGNORECASE,
)
_LENGTH_OF = lazy(
    r"\b(?:how long|how much time)\b.*?\b(?:for|on|about|was|is|were|did|does|to)\b\s+(?P<what>.*)", re.IGNORECASE
)
_AFTER = lazy(
    r"\b(?:(?:right|straight|directly|immediately)\s+)?(?:after|follow(?:s|ed|ing)?)\b\s*(?P<what>.*)", re.IGNORECASE
)
_BEFORE = lazy(
    r"\b(?:(?:right|straight|directly|just)\s+)?(?:before|preced(?:es|ed|ing)|ahead of)\b\s*(?P<what>.*)", re.IGNORECASE
)
_ORDER = lazy(
    r"\b(?:what(?:'s|s| is| was| comes?| came| happen\w*| follow\w*)?|which|who|anything|next)\b", re.IGNORECASE
)
_SAID = lazy(
    r"\b(?:what (?:did|does|do|was|were|is)|outcome|summary|result|conclusions?|main points?|gist|recap|content)\b.*\b(?:sa(?:y|id|ys)|discuss(?:ed)?|about|conclude[sd]?|agreed?|come out|came out|raised?|cover(?:ed)?|report(?:ed)?|points?|gist|recap)\b",
    re.IGNORECASE,
)
_WHERE = lazy(
    r"\b(?:which room|what room|room|where|venue|location|livestream|stream(?:ed)?|webcast|interpretation|interpreters?|languages?|moderat(?:or|ors|ed)|chair(?:ed|s|person)?|panel?lists?|"
    r"link|zoom|dial|dress code|parking|registration)\b",
    re.IGNORECASE,
)
_SAME = lazy(r"\b(?:same|fresh|new|continu\w*|more of|different|repeat)\b", re.IGNORECASE)
_STATEMENT = lazy(
    r"\b(?:did|does|do|will|when|what time|was|is|where)\b.*?\b(?:the\s+)?(?P<who>[\w' -]{4,90}?)\s+(?:speak|spoke|speaks|talk|talks|make|made|give|gave|address(?:ed)?|on|statement|speaking|opening|closing)\b",
    re.IGNORECASE,
)
_TITLE_NOISE = frozenset(
    stems(
        "segment seg session slot panel part bit discussion debate time when long how start begin end talk discuss cover right come after before "
        "comes got happen get day hearings much minute hour one topic about hearing item programme block"
    )
)


def _label_word(programme: Programme) -> str:
    for item in programme.items:
        if item.label:
            return item.label.rsplit(" ", 1)[0].casefold()
    return "item"


def _patterned(pattern: re.Pattern[str], label: str, text: str) -> re.Match[str] | None:
    return re.compile(
        pattern.pattern.replace("{label}", f"(?:{re.escape(label)}|seg|segment|session)"), re.IGNORECASE
    ).search(text)


def parse_schedule(said: Said) -> ScheduleRequest | None:
    """A message that begins with "schedule" or the like."""
    if not said.document.programme:
        return ScheduleRequest(DAY)
    if len(said.bare.split()) > 2 and (found := recognise_schedule(said)):
        return found
    return (
        ScheduleRequest(DAY)
        if _NAMED.match(said.bare) and not re.match(r"\w+ of action", said.bare, re.IGNORECASE)
        else None
    )


def recognise_schedule(said: Said) -> ScheduleRequest | None:
    """A message that asks about the day's programme."""
    programme = said.document.programme
    text = said.bare
    if programme is None or len(text) > 240:
        return None
    label = _label_word(programme)
    items = _labelled(programme, label, text)
    if items:
        return _about_items(items, programme, text)
    if _patterned(_ASKS_DAY, label, text):
        return ScheduleRequest(DAY)
    if _DATE.search(text) and said.document.edition.date:
        return ScheduleRequest(DATE)
    return (
        _about_order(programme, label, text)
        or _about_clock(programme, text)
        or _about_parts(said.document, programme, label, text)
    )


def _labelled(programme: Programme, label: str, text: str) -> tuple[int, ...]:
    """The items that a message names by label: "segment 3", "seg 2", "3rd segment", "segments 1 and 2"."""
    noun = rf"(?:{re.escape(label)}|seg)s?\.?"
    wanted: list[int] = []
    numbers = rf"(?:\d{{1,2}}|{'|'.join(_WORDS_NUMBERS)})"
    for match in re.finditer(
        rf"\b{noun}\s*(?:no\.?\s*|number\s*|#\s*)?({numbers}\b(?:\s*(?:,|and|&|or|to|-)\s*{numbers}\b)*)",
        text,
        re.IGNORECASE,
    ):
        wanted += [_number(part) for part in re.findall(numbers, match[1], re.IGNORECASE)]
    for match in re.finditer(
        rf"\b(\d(?:st|nd|rd|th)|{'|'.join(_WORDS_NUMBERS)}|last|final)\s+(?:{noun}|session|slot)\b", text, re.IGNORECASE
    ):
        word = match[1].casefold()
        if word in {"last", "final"}:
            wanted.append(-1)
        elif word in _WORDS_NUMBERS and word not in {"one", "two", "three", "four", "five", "six"}:
            wanted.append(_WORDS_NUMBERS[word])
        elif word[0].isdecimal():
            wanted.append(int(word[0]))
    labelled = [index for index, item in enumerate(programme.items) if item.label]
    by_number = {_number(programme.items[index].label.rsplit(" ", 1)[1]): index for index in labelled}
    found = [labelled[-1] if number == -1 else by_number.get(number, -2) for number in wanted if labelled]
    return tuple(dict.fromkeys(found))


def _number(word: str) -> int:
    return _WORDS_NUMBERS.get(word.casefold()) or (int(word) if word.isdecimal() else 0)


def _about_items(items: tuple[int, ...], programme: Programme, text: str) -> ScheduleRequest:
    if -2 in items:
        return ScheduleRequest(WHEN, items)
    if _WHERE.search(text) and not _WHEN.search(text):
        return ScheduleRequest(NOT_SAID, items)
    if (after := _AFTER.search(text)) and _ORDER.search(text[: after.start()] or "what") and not _SAID.search(text):
        return ScheduleRequest(AFTER, items)
    if (before := _BEFORE.search(text)) and _ORDER.search(text[: before.start()] or "what"):
        return ScheduleRequest(BEFORE, items)
    if _HOW_LONG.search(text):
        return ScheduleRequest(LONG, items)
    if _WHO.search(text):
        return ScheduleRequest(WHO, items)
    if not _WHEN.search(text) and not _SAME.search(text) and _SAID.search(text):
        return ScheduleRequest(SAID, items)
    return ScheduleRequest(WHEN, items)


def _about_order(programme: Programme, label: str, text: str) -> ScheduleRequest | None:
    """ "what comes right after the human rights slot", "before the closing"."""
    for asked, pattern in ((AFTER, _AFTER), (BEFORE, _BEFORE)):
        match = pattern.search(text)
        if match and _ORDER.search(text[: match.start()] or "what"):
            if items := _items_named(programme, match["what"]):
                return ScheduleRequest(asked, items)
    return None


def _items_named(programme: Programme, what: str) -> tuple[int, ...]:
    """Items by words of their titles; "the opening" and "the closing" by their place."""
    if re.search(r"\bopening\b", what, re.IGNORECASE):
        return (0,)
    if re.search(r"\bclosing\b", what, re.IGNORECASE):
        return (len(programme.items) - 1,)
    wanted = set(stems(what)) - _TITLE_NOISE
    if not wanted:
        return ()
    found = []
    for index, item in enumerate(programme.items):
        held = set(stems(item.title))
        if wanted <= held:
            found.append(index)
    return tuple(found)


def _clock(match: re.Match[str], programme: Programme) -> time | None:
    word = match["word"]
    if word:
        return time(0) if word.casefold() == "midnight" else time(12)
    hour = int(match["h"] or match["h2"] or match["h3"] or match["h4"])
    minute = int(match["m"] or match["m2"] or 0)
    half = (match["half"] or "").casefold()
    return _as_time(hour, minute, half, programme)


def _as_time(hour: int, minute: int, half: str, programme: Programme) -> time | None:
    """A time of day; without "a.m." or "p.m.", the one of the two that lies within the day's programme."""
    if minute > 59 or hour > 24 or (half and not 1 <= hour <= 12):
        return None
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    elif (
        hour < 12
        and time(hour, minute) < programme.items[0].start
        and time(hour + 12, minute) <= programme.items[-1].end
    ):
        hour += 12
    return time(hour % 24, minute)


def _about_clock(programme: Programme, text: str) -> ScheduleRequest | None:
    if match := _BETWEEN.search(text):
        ends = []
        for written in match.groups():
            parts = re.match(r"(\d{1,2})(?:[:.](\d{2}))?\s*([ap])?", written, re.IGNORECASE)
            assert parts
            ends.append(_as_time(int(parts[1]), int(parts[2] or 0), (parts[3] or "").casefold(), programme))
        clocked = re.search(r"[:.]\d\d|[ap]\.?m", match[0], re.IGNORECASE) or re.search(
            r"\b(?:on|happen\w*|programme|going on|what was|anything|break)\b", text, re.IGNORECASE
        )
        if ends[0] and ends[1] and ends[0] < ends[1] and clocked:
            return ScheduleRequest(BETWEEN, start=ends[0], end=ends[1])
    matches = list(_CLOCK.finditer(text))
    if not matches or len(text.split()) > 16:
        return None
    rest = _CLOCK.sub(" ", text)
    bare = not re.search(r"[a-z]{2,}", re.sub(r"\b(?:at|around|about)\b", "", rest, flags=re.IGNORECASE))
    if not bare and not re.search(
        r"\b(?:what(?:'s|s)?|anything|who(?:'s)?|on|happen\w*|is there|something|which|going|at|by|was|were)\b",
        rest,
        re.IGNORECASE,
    ):
        return None
    moment = _clock(matches[0], programme)
    if moment is None:
        return None
    return ScheduleRequest(AT, start=moment)


def _about_parts(document: Document, programme: Programme, label: str, text: str) -> ScheduleRequest | None:
    last = len(programme.items) - 1
    if _LUNCH.search(text) and _BREAK_ASKED.search(text) and len(text.split()) < 12 and not _PART.search(text):
        return ScheduleRequest(BREAK, about=_LUNCH.search(text)[0].casefold())  # type: ignore[index]
    if _WHO.search(text):
        if _OPENING.search(text):
            return ScheduleRequest(WHO, (0,))
        if _CLOSING.search(text):
            return ScheduleRequest(WHO, (last,))
        if (
            re.search(r"\bspeakers?\b|\b(?:made|gave|makes|gives)\b.*\bstatements?\b", text, re.IGNORECASE)
            and len(text.split()) < 9
        ):
            return ScheduleRequest(WHO, tuple(i for i, item in enumerate(programme.items) if item.statements))
    if (match := _STATEMENT.search(text)) and (items := _speaks(programme, match["who"])):
        return ScheduleRequest(WHO, items)
    if _HOW_LONG.search(text):
        if re.search(
            r"\b(?:in all|in total|altogether|whole (?:day|thing)|the (?:hearings|day)|it (?:all )?(?:last|take|go on)|overall)\b",
            text,
            re.IGNORECASE,
        ):
            return ScheduleRequest(LONG)
        if _OPENING.search(text) or _CLOSING.search(text):
            return ScheduleRequest(LONG, (0,) if _OPENING.search(text) else (last,))
        if (match := _LENGTH_OF.search(text)) and (
            items := _items_named(programme, match["what"]) or _by_any_word(programme, match["what"])
        ):
            return ScheduleRequest(LONG, items)
    part = _PART.search(text)
    if part and _PART_ASKED.search(text) and len(text.split()) < 14:
        noon = time(12, 30)
        if part["morning"]:
            return ScheduleRequest(BETWEEN, start=time(0), end=noon, about="morning")
        if part["afternoon"]:
            return ScheduleRequest(BETWEEN, start=time(13), end=time(18), about="afternoon")
        return ScheduleRequest(BETWEEN, start=time(18), end=time(23, 59), about="evening")
    if _STARTS.search(text) and (items := _when_of(programme, text, (0,))):
        return ScheduleRequest(WHEN, items)
    if _ENDS.search(text) and (items := _when_of(programme, text, (last,))):
        return ScheduleRequest(WHEN, items)
    if (
        re.search(r"\b(?:opening|closing) (?:session|statements?|remarks|of the hearings)\b", text, re.IGNORECASE)
        and len(text.split()) < 8
    ):
        return ScheduleRequest(WHEN, (0,) if "opening" in text.casefold() else (last,))
    if match := _patterned(_DISCUSSED, label, text):
        what = match["what"]
        if items := _items_named(programme, what):
            return ScheduleRequest(WHEN, items)
        if items := _reporting(document, programme, what):
            return ScheduleRequest(WHEN, items, about=what.strip(" ?.!"))
    elif _WHEN.search(text) and (match := re.search(r"\b(?:is|was|are|were|'s)\b\s+(?P<what>.*)", text, re.IGNORECASE)):
        if items := _items_named(programme, match["what"]):
            return ScheduleRequest(WHEN, items)
    return None


def _when_of(programme: Programme, text: str, whole_day: tuple[int, ...]) -> tuple[int, ...]:
    """Which items a "when does … start" is about: those named by their titles, the whole day, or none of the programme."""
    stripped = (_ENDS if whole_day != (0,) else _STARTS).sub(" ", text)
    named = re.search(
        r"\b(?:does|do|did|will|is|was)\b\s+(?:the\s+)?(?P<what>.*?)\s+\b(?:start|begin|open|kick|end|finish|over|close|wrap)",
        text,
        re.IGNORECASE,
    )
    if named and (items := _items_named(programme, named["what"])):
        return items
    loose = set(stems(named["what"] if named else stripped)) - _TITLE_NOISE
    return whole_day if _WHOLE_DAY.search(text) and len(loose) <= 1 else ()


def _by_any_word(programme: Programme, what: str) -> tuple[int, ...]:
    wanted = set(stems(what)) - _TITLE_NOISE
    scores = [len(wanted & set(stems(item.title))) for item in programme.items]
    best = max(scores)
    return tuple(i for i, score in enumerate(scores) if score == best) if best >= 2 else ()


def _speaks(programme: Programme, who: str) -> tuple[int, ...]:
    wanted = {term for term in stems(who) if term not in {"statement", "speak", "acting"}}
    if not wanted:
        return ()
    return tuple(
        i
        for i, item in enumerate(programme.items)
        if any(wanted <= set(stems(s)) and len(wanted) >= 2 for s in item.statements)
    )


def _reporting(document: Document, programme: Programme, what: str) -> tuple[int, ...]:
    """The items whose section treats a topic most, by the editor's table of which section reports which item."""
    topic = document.topics.find(re.sub(r"^(?:the|about|on)\s+", "", what.strip(" ?.!"), flags=re.IGNORECASE))
    if topic is None:
        return ()
    reported = dict(document.edition.reported_in)
    for number in topic.paragraphs:
        found = []
        for index, item in enumerate(programme.items):
            section = document.section(reported[item.name]) if item.name in reported else None
            if section and number in section:
                found.append(index)
        if found:
            return tuple(found)
    return ()


# -- answers


def answer_schedule(request: ScheduleRequest, facts: Facts) -> Reply:
    """What the programme says, with its times as printed; or that it does not say."""
    document, programme = facts.document, facts.document.programme
    if programme is None:
        return Reply("schedule", (Text("This document has no programme."),), answered=False)
    items = programme.items
    if -2 in request.items:
        labels = [item.label for item in items if item.label]
        return Reply("error", (Text(f"The programme has no such item; it has {in_words(labels)}."),), answered=False)
    chosen = [items[i] for i in request.items]
    match request.asked:
        case "date":
            return _date(document)
        case "at":
            assert request.start
            return _at(document, items, request.start)
        case "between":
            assert request.start
            assert request.end
            return _between(document, items, request.start, request.end, request.about)
        case "break":
            return _break(document, items, request.about)
        case "after" | "before":
            return _neighbour(document, items, request.items, after=request.asked == AFTER)
        case "long":
            return _long(document, items, chosen)
        case "who":
            return _who(document, chosen)
        case "said":
            return _said(document, chosen)
        case "not said":
            text = "The programme does not say: it gives times, titles and statements, no rooms, names of panellists or languages."
            return Reply("not_said", (Text(text), _table(document, chosen)), answered=False)
        case "when":
            return _when(document, chosen, request.about)
        case _:
            return _day(document, programme)


def _row(item: Item) -> Row:
    return Row(item.times, item.name, item.title if item.label else "", item.statements)


def _table(document: Document, items: Sequence[Item]) -> Timetable:
    return Timetable(tuple(map(_row, items)), zone_of(document))


def zone_of(document: Document) -> str:
    """Whose clock the programme's times are on; "" where the document does not say and no editor has."""
    zone = document.edition.zone.value
    return (
        f"times as printed, {zone.rpartition('/')[2].replace('_', ' ')} time ({zone})" if zone else "times as printed"
    )


def _reply(blocks: Sequence[Block], items: Sequence[Item], document: Document) -> Reply:
    links, choices = _links(document, items)
    return Reply(
        "schedule",
        (*blocks, *([Text(links)] if links else []), Choices((*choices, Choice("The whole day", "schedule")))),
    )


def _links(document: Document, items: Sequence[Item]) -> tuple[str, list[Choice]]:
    """Which section reports the items, in a sentence and as choices."""
    reported = dict(document.edition.reported_in)
    by_section: dict[str, list[str]] = {}
    for item in items:
        if path := reported.get(item.name):
            by_section.setdefault(path, []).append(item.name)
    sentences, choices = [], []
    for path, names in by_section.items():
        section = document.section(path)
        if section is None:
            continue
        together = [name for name, other in reported.items() if other == path]
        numbers = paragraphs_word(range(section.first, section.last + 1))
        if len(together) > 1:
            sentences.append(f"{in_words(together)} are reported together in section {path} ({numbers}).")
        else:
            sentences.append(f"{names[0]} is reported in section {path} ({numbers}).")
        choices.append(Choice(f"Section {path}", f"section {path}"))
    return " ".join(sentences), choices


def _start(item: Item) -> str:
    return re.split(r"\s?[-–—]\s?", item.times, maxsplit=1)[0]


def _end(item: Item) -> str:
    return re.split(r"\s?[-–—]\s?", item.times, maxsplit=1)[1]


def _minutes(start: time, end: time) -> int:
    return (end.hour - start.hour) * 60 + end.minute - start.minute


def duration(minutes: int) -> str:
    """ "1 hour 10 minutes"."""
    hours, rest = divmod(minutes, 60)
    parts = [f"{hours} hour{'' if hours == 1 else 's'}"] if hours else []
    parts += [f"{rest} minute{'' if rest == 1 else 's'}"] if rest or not hours else []
    return " ".join(parts)


def clock(moment: time) -> str:
    """A time as these documents print it: "4.20 p.m.", "noon"."""
    if moment == time(12):
        return "noon"
    if moment == time(0):
        return "midnight"
    minutes = f".{moment.minute:02}" if moment.minute else ""
    return f"{moment.hour % 12 or 12}{minutes} {'a' if moment.hour < 12 else 'p'}.m."


def _day(document: Document, programme: Programme) -> Reply:
    day = document.edition.date
    when = f", {day.day} {day:%B %Y}" if day else ""
    blocks: list[Block] = [Heading(f"Programme{when}")]
    outside = tuple(item for item in programme.items if item.meeting is None)
    for meeting in programme.meetings:
        blocks.append(Heading(f"{meeting.title}, {meeting.times}"))
        blocks.append(_table(document, [item for item in programme.items if item.meeting == meeting]))
    if outside:
        blocks.append(_table(document, outside))
    return Reply(
        "schedule",
        (
            *blocks,
            Choices(
                tuple(
                    Choice(f"Section {p}", f"section {p}")
                    for p in dict.fromkeys(dict(document.edition.reported_in).values())
                )
            ),
        ),
    )


def _when(document: Document, items: Sequence[Item], about: str) -> Reply:
    lead = []
    if about:
        verb = "is" if len(items) == 1 else "are"
        lead.append(
            Text(f"“{about}”: {in_words([i.name for i in items])} {verb} reported in the section that treats it most.")
        )
    for item in items:
        meeting = f", in the {item.meeting.title[0].lower() + item.meeting.title[1:]}" if item.meeting else ""
        lead.append(
            Text(f"{item.name}: {_start(item)} to {_end(item)} ({duration(_minutes(item.start, item.end))}){meeting}.")
        )
    return _reply([*lead, _table(document, items)], items, document)


def _long(document: Document, items: Sequence[Item], chosen: Sequence[Item]) -> Reply:
    if not chosen:
        on = sum(_minutes(item.start, item.end) for item in items)
        text = f"From {_start(items[0])} to {_end(items[-1])}; the timed items take {duration(on)} in all."
        return _reply([Text(text)], [], document)
    lines: list[Block] = [
        Text(f"{item.name}: {duration(_minutes(item.start, item.end))}, from {_start(item)} to {_end(item)}.")
        for item in chosen
    ]
    return _reply([*lines, _table(document, chosen)], chosen, document)


def _who(document: Document, chosen: Sequence[Item]) -> Reply:
    silent = [item for item in chosen if not item.statements]
    if len(silent) == len(chosen):
        text = f"The programme does not say who spoke in {in_words([item.name for item in silent])}."
        return Reply("not_said", (Text(text), _table(document, chosen)), answered=False)
    spoke = [item for item in chosen if item.statements]
    lines: list[Block] = [Text(f"{item.name} ({item.times}): {in_words(item.statements)}.") for item in spoke]
    return _reply([*lines, _table(document, spoke)], spoke, document)


def _at(document: Document, items: Sequence[Item], moment: time) -> Reply:
    now = [item for item in items if item.start <= moment < item.end]
    if now:
        return _reply(
            [Text(f"At {clock(moment)}: {in_words([item.name for item in now])}."), _table(document, now)],
            now,
            document,
        )
    return _nothing_on(document, items, moment, moment, f"at {clock(moment)}")


def _nothing_on(document: Document, items: Sequence[Item], start: time, end: time, when: str) -> Reply:
    before = [item for item in items if item.end <= start]
    after = [item for item in items if item.start >= end]
    if before and after:
        why = f"it shows no item from {_end(before[-1])} to {_start(after[0])}"
    elif after:
        why = f"the first item begins at {_start(after[0])}"
    else:
        why = f"the last item ends at {_end(items[-1])}"
    near = [*before[-1:], *after[:1]]
    return _reply([Text(f"Nothing is on the programme {when}: {why}."), _table(document, near)], [], document)


def _between(document: Document, items: Sequence[Item], start: time, end: time, about: str) -> Reply:
    if about:
        meetings = {item.meeting for item in items if item.meeting and about in item.meeting.title.casefold()}
        on = (
            [item for item in items if item.meeting in meetings]
            if meetings
            else [i for i in items if start <= i.start < end]
        )
    else:
        on = [item for item in items if item.start < end and item.end > start]
    when = f"in the {about}" if about else f"between {clock(start)} and {clock(end)}"
    if not on:
        return _nothing_on(document, items, start, end, when)
    return _reply(
        [Text(f"On the programme {when}: {in_words([item.name for item in on])}."), _table(document, on)], on, document
    )


def _break(document: Document, items: Sequence[Item], word: str) -> Reply:
    gaps = [(_minutes(a.end, b.start), a, b) for a, b in itertools.pairwise(items) if a.end < b.start]
    if not gaps:
        return Reply("not_said", (Text("The programme shows no gap between its items."),), answered=False)
    longest = max(gaps, key=lambda gap: gap[0])
    if word.startswith("lunch"):
        shown, said = [longest], "The programme names no lunch. "
    else:
        shown, said = gaps, "The programme names no break. "
    parts = [f"from {_end(a)} to {_start(b)} ({duration(minutes)})" for minutes, a, b in shown]
    near = list(dict.fromkeys(item for _, a, b in shown for item in (a, b)))
    return _reply(
        [Text(f"{said}It shows no item {in_words(parts)}."), _table(document, near if len(shown) == 1 else [])]
        if len(shown) == 1
        else [Text(f"{said}It shows no item {in_words(parts)}.")],
        [],
        document,
    )


def _neighbour(document: Document, items: Sequence[Item], named: tuple[int, ...], *, after: bool) -> Reply:
    place = max(named) + 1 if after else min(named) - 1
    anchor = items[max(named) if after else min(named)]
    side = "after" if after else "before"
    if not 0 <= place < len(items):
        edge = "last" if after else "first"
        return _reply(
            [
                Text(f"Nothing comes {side} {anchor.name}: it is the {edge} item of the programme."),
                _table(document, [anchor]),
            ],
            [],
            document,
        )
    item = items[place]
    gap = _minutes(anchor.end, item.start) if after else _minutes(item.end, anchor.start)
    pause = f" The programme shows no item in the {duration(gap)} between them." if gap >= 30 else ""
    return _reply(
        [
            Text(
                f"{side.capitalize()} {anchor.name} comes {item.name}, {item.times}.".replace(
                    "comes", "comes" if after else "was"
                )
                + pause
            ),
            _table(document, [item]),
        ],
        [item],
        document,
    )


def _said(document: Document, chosen: Sequence[Item]) -> Reply:
    reported = dict(document.edition.reported_in)
    sections: list[Section] = []
    for item in chosen:
        section = document.section(reported.get(item.name, ""))
        if section and section not in sections:
            sections.append(section)
    if not sections:
        return _when(document, chosen, "")
    blocks: list[Block] = []
    for section in sections:
        inside = [
            s
            for s in document.sections
            if s.line > section.line and s.first >= section.first and s.last <= section.last and s.level > section.level
        ]
        blocks.append(Heading(f"Section {section.path}: {section.title}"))
        items = tuple(
            f"{s.label + '. ' if s.label else ''}{s.title} ({paragraphs_word(range(s.first, s.last + 1))})"
            for s in inside
        )
        blocks.append(Bullets(items, tuple(s.level - section.level - 1 for s in inside)))
    return _reply(blocks, chosen, document)


def _date(document: Document) -> Reply:
    day = document.edition.date
    assert day
    printed = f"{day.day} {day:%B %Y}"
    blocks: list[Block] = [Text(f"{printed}.")]
    for paragraph in document.paragraphs:
        if printed in paragraph.text:
            at = document.sentence_at(paragraph.number, paragraph.text.index(printed) + 1)
            blocks.append(passage(document, paragraph.number, at, at + 1, (at, at + 1)))
            break
    return _reply(blocks, [], document)


SCHEDULE = Command(
    name="schedule",
    usage="schedule · when is segment 3 · what was on at 11:20",
    summary="The day's programme, its times, order and statements.",
    examples=(
        "schedule",
        "when is segment 3?",
        "what was on at 11:20",
        "how long was lunch",
        "who opened",
        "what did segment 2 say",
        "what came after segment 2",
    ),
    answer=answer_schedule,
    words=("schedule", "programme", "program", "agenda", "timetable"),
    parse=parse_schedule,
    recognise=recognise_schedule,
)
