"""What a message asks of the day's programme: which items or which stretch of the clock, and what about them.

A message is taken apart into signs: items named by label ("segment 3", "seg 2", "third panel"), times of day in every
spelling, parts of the day, people who made statements, words of the items' titles, and words that ask for a time, a length,
an order. What no sign accounts for must be little, else the message is about something else. All words of the programme come
from the document.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import time
from enum import StrEnum

from bot import day_signs as signs
from bot.day_clock import CLOCK, COUNTS, HOURS, as_time, clocks, with_clocks
from bot.day_text import asked_of_text
from bot.day_zones import on_the_programme, zone_in
from bot.hearing import Said
from corpus.document import Document, Programme
from corpus.words import STOP, stem, stems, words

#: The ends of a stretch of the day that people leave open.
DAY_BEGINS, DAY_ENDS = time(0), time(23, 59)


class Asked(StrEnum):
    """What can be asked of the day."""

    DAY = "day"
    WHEN = "when"
    LONG = "long"
    LONGEST = "longest"
    WHO = "who"
    AT = "at"
    BETWEEN = "between"
    AFTER = "after"
    BEFORE = "before"
    CONTENT = "content"
    DATE = "date"
    BREAK = "break"
    GAP = "gap"
    TEXT = "text"
    SECTION = "section"
    ZONE = "zone"
    NOW = "now"
    NEXT = "next"
    REMINDER = "reminder"
    NOT_SAID = "not said"


@dataclass(frozen=True, slots=True)
class ScheduleRequest:
    """What is asked of which items (by their places in the programme; -2 for one that is not in it), or of what stretch.

    Attributes:
        about: A topic, a part of the day, a kind of break or an unclear zone, in the person's words; the path of a section.
        numbers: Paragraphs whose items are asked for.
        zone: IANA name of the zone that the person named; "" where none is.
        mine: Whether they ask for times on their own clock.
        words: What they asked, without the zone; only where it must be asked again, or be read on a clock yet unknown.
    """

    asked: Asked
    items: tuple[int, ...] = ()
    start: time | None = None
    end: time | None = None
    about: str = ""
    numbers: tuple[int, ...] = ()
    zone: str = ""
    mine: bool = False
    words: str = ""


#: Words of a message above which it is a story, not a question about the day.
LONGEST_MESSAGE = 30


def recognise_day(said: Said) -> ScheduleRequest | None:
    """A message that asks about the day's programme; None if it is about something else."""
    programme = said.document.programme
    if programme is None or len(said.bare) > 260 or len(said.bare.split()) > LONGEST_MESSAGE:
        return None
    text, label = with_clocks(said.bare), label_word(programme)
    if said.references and (about := asked_of_text(said, label)) is not None:
        return (
            ScheduleRequest(Asked.SECTION, about=about)
            if isinstance(about, str)
            else ScheduleRequest(Asked.TEXT, numbers=about)
        )
    if signs.MINE.search(text) and (found := _of_day(said.document, programme, label, signs.MINE.sub(" ", text))):
        return replace(found, mine=True, words=signs.MINE.sub(" ", text))
    if (named := zone_in(text)) and (found := _of_day(said.document, programme, label, named.text)):
        if len(named.zones) > 1:
            return ScheduleRequest(Asked.ZONE, about=named.typed, words=named.text)
        return in_zone(found, named.text, named.zones[0], said.document)
    return _of_day(said.document, programme, label, text)


def in_zone(found: ScheduleRequest, text: str, zone: str, document: Document) -> ScheduleRequest:
    """A request with a zone beside the programme's own, the times of day in its text taken for that zone's.

    Args:
        text: What was asked, without the zone.
    """
    said = [(as_time(c.hour, c.minute, c.half, None), bool(c.half) or c.hour > 12) for c in clocks(text)]
    here = [on_the_programme(moment, sure, zone, document) for moment, sure in said if moment]
    if not by_the_clock(found) or not here:  # "early in the afternoon" names no time
        return replace(found, zone=zone)
    if found.asked is Asked.BETWEEN and len(here) == 1:  # "after 9 pm", "before 5 pm": one end is open
        if found.end == DAY_ENDS:
            return replace(found, start=here[0], zone=zone)
        if found.start == DAY_BEGINS:
            return replace(found, end=here[0], zone=zone)
    if found.asked is Asked.AT or len(here) < 2:
        return replace(found, start=here[0], zone=zone, asked=Asked.AT)
    return replace(found, start=here[0], end=here[1], zone=zone)


def by_the_clock(found: ScheduleRequest) -> bool:
    """Whether a request goes by times of day that the person named."""
    return found.asked in {Asked.AT, Asked.BETWEEN} and not found.about


def _of_day(document: Document, programme: Programme, label: str, text: str) -> ScheduleRequest | None:
    items = _labelled(programme, label, text)
    if found := _of_now(programme, items, text):
        return found
    if items:
        return _of_items(items, text)
    if (
        signs.PRACTICAL.search(text)
        and not signs.OF_THE_DAY.search(text)
        and not _left(signs.NOT_SAID.sub(" ", signs.PRACTICAL.sub(" ", text)), signs.WHOLE, ("exist", "use"))
    ):
        return ScheduleRequest(Asked.NOT_SAID)
    if (
        signs.NOT_SAID.search(text)
        and signs.OF_THE_DAY.search(text)
        and not _left(signs.NOT_SAID.sub(" ", text), signs.WHOLE)
    ):
        ends = [p for p, word in ((0, "opening"), (len(programme.items) - 1, "closing")) if word in text.casefold()]
        return ScheduleRequest(Asked.NOT_SAID, tuple(ends))
    for found in (
        _of_date(document, text),
        _of_clock(programme, text),
        _of_order(programme, label, text),
        _of_breaks(programme, text),
        _of_people(document, programme, text),
        _of_parts(programme, text),
        _of_subject(document, programme, label, text),
        _of_whole(programme, label, text),
    ):
        if found:
            not_said = (
                found.asked not in {Asked.DATE, Asked.BREAK} and signs.NOT_SAID.search(text) and not _asks_time(text)
            )
            return ScheduleRequest(Asked.NOT_SAID, found.items) if not_said else found
    return None


def _of_now(programme: Programme, items: tuple[int, ...], text: str) -> ScheduleRequest | None:
    """ "what is on now", "next item", "has segment 3 started", "remind me 10 minutes before segment 3"."""
    if -2 in items:
        return None
    named = items or named_items(programme, signs.NOW.sub(" ", signs.NEXT.sub(" ", text)))
    if signs.REMIND.search(text):
        rest = _left(signs.REMIND.sub(" ", text), signs.WHOLE, ["remind", "minut", "alarm", "set", "min"])
        return ScheduleRequest(Asked.REMINDER, named) if named or not rest else None
    now, following = signs.NOW.search(text), signs.NEXT.search(text)
    if not (now or following) or (named and following and not now) or signs.ASKS_WHEN.search(text):
        return None
    left = _left(
        signs.NOW.sub(" ", signs.NEXT.sub(" ", text)),
        signs.WHOLE,
        ("where", "anything", "something", "today", label_word(programme)),
    )
    if left and not named:
        return None
    return ScheduleRequest(Asked.NEXT if following and not now else Asked.NOW, named)


def _asks_time(text: str) -> bool:
    return bool(signs.WHEN.search(text))


def label_word(programme: Programme) -> str:
    """What the document labels its items with, in lower case: "segment"; "item" where it has no labels."""
    return next((item.label.rsplit(" ", 1)[0].casefold() for item in programme.items if item.label), "item")


def _labelled(programme: Programme, label: str, text: str) -> tuple[int, ...]:
    """The items that a message names by label, "segment 3", "seg 2", "3rd segment", "segments 1 and 2"; -2 for none such."""
    short = re.escape(label[:3]) if len(label) > 5 else re.escape(label)
    noun = rf"(?:{re.escape(label)}|{short}(?:\w{{0,6}})?|panel|{re.escape(label[0])}(?=\d))s?\.?"
    count = rf"(?:\d{{1,2}}|{'|'.join(w for w in HOURS)}|i{{1,3}}|iv|v)"
    wanted: list[int] = []
    for match in re.finditer(
        rf"\b{noun}\s*(?:no\.?\s*|number\s*|nr\.?\s*|#\s*)?({count}\b(?!\s*(?:[ap]\.?m|:))(?:\s*(?:,|and|&|or|to|-|vs)\s*{count}\b)*)",
        text,
        re.IGNORECASE,
    ):
        wanted += [COUNTS.get(p.casefold()) or int(p) for p in re.findall(rf"\b{count}\b|\d+", match[1], re.IGNORECASE)]
    ordinal = r"(?:\d(?:st|nd|rd|th)|first|second|third|fourth|fifth|sixth|last|final)"
    for match in re.finditer(
        rf"(?<![\w-])({ordinal})\s+(?:of the\s+)?(?:{noun}|session|slot|panel)\b", text, re.IGNORECASE
    ):
        word = match[1].casefold()
        wanted.append(-1 if word in {"last", "final"} else COUNTS[word])
    labelled = [index for index, item in enumerate(programme.items) if item.label]
    tails = {_tail(programme, i): i for i in labelled}
    if tails and not any(tail in COUNTS or tail.isdecimal() for tail in tails):  # "Panel A"
        return tuple(
            dict.fromkeys(
                tails.get(found[1].casefold(), -2)
                for found in re.finditer(rf"\b{noun}\s+([a-z])\b", text, re.IGNORECASE)
            )
        )
    if signs.LAST_BUT_ONE.search(text) and len(labelled) > 1 and re.search(noun, text, re.IGNORECASE):
        return (labelled[-2],)
    by_number = {
        COUNTS.get(tail) or int(tail): i
        for i in labelled
        if (tail := _tail(programme, i)) in COUNTS or tail.isdecimal()
    }
    return tuple(dict.fromkeys(labelled[-1] if n == -1 else by_number.get(n, -2) for n in wanted)) if labelled else ()


def _tail(programme: Programme, place: int) -> str:
    """What an item's label ends in, in lower case: "3", "iv", "b"."""
    return programme.items[place].label.rsplit(" ", 1)[1].casefold()


def _of_items(items: tuple[int, ...], text: str) -> ScheduleRequest:
    if -2 in items and len(items) == 1:
        return ScheduleRequest(Asked.WHEN, items)
    items = tuple(item for item in items if item >= 0)
    if signs.NOT_SAID.search(text) and not re.search(r"\bwhen\b|\bwhat time\b|\bstart|\bend", text, re.IGNORECASE):
        return ScheduleRequest(Asked.NOT_SAID, items)
    if len(items) == 2 and re.search(r"\b(?:between|gap|break|pause)\b", text, re.IGNORECASE):
        return ScheduleRequest(Asked.GAP, items)
    if signs.LONG.search(text) or signs.LONGEST.search(text):
        return ScheduleRequest(Asked.LONG, items)
    if signs.LAST_BUT_ONE.search(text):
        return ScheduleRequest(Asked.WHEN, items)
    if (signs.AFTER.search(text) or signs.BEFORE.search(text)) and (signs.BREAK.search(text) or clocks(text)):
        return ScheduleRequest(Asked.WHEN, items)
    if re.search(r"\b(?:after|follow(?:s|ed|ing)?)\b", text, re.IGNORECASE) and not signs.CONTENT.search(
        re.sub(r"(?i)\bwhat (?:comes?|came|is|was|follow\w*)\b", "", text)
    ):
        return ScheduleRequest(Asked.AFTER, items)
    if signs.BEFORE.search(text):
        return ScheduleRequest(Asked.BEFORE, items)
    if re.search(r"\bwho\b|\bspeakers?\b|\bspoke\b|\bstatements?\b", text, re.IGNORECASE):
        return ScheduleRequest(Asked.WHO, items)
    if not re.search(
        r"\bwhen\b|\btime\b|\bcontinu\w*|\bsame\b|\bfresh\b|\bmore of\b", text, re.IGNORECASE
    ) and signs.CONTENT.search(text):
        return ScheduleRequest(Asked.CONTENT, items)
    return ScheduleRequest(Asked.WHEN, items)


def _of_date(document: Document, text: str) -> ScheduleRequest | None:
    if (
        document.day
        and signs.DATE.search(text)
        and signs.HELD.search(text)
        and not _left(signs.DATE.sub(" ", text), signs.WHOLE)
    ):
        return ScheduleRequest(Asked.DATE)
    return None


def _left(text: str, *known: Iterable[str]) -> set[str]:
    """The stems of a text that speak neither about a programme nor are among some known ones."""
    gone = {stem(word) for group in known for word in group}
    return {
        term
        for word in words(signs.RIGHT_THERE.sub(" ", text))
        if word not in STOP and (term := stem(word)) not in signs.noise() and term not in gone
    }


def _clocks(programme: Programme, text: str) -> list[time]:
    moments = (as_time(clock.hour, clock.minute, clock.half, programme) for clock in clocks(text))
    return [moment for moment in moments if moment]


def _of_clock(programme: Programme, text: str) -> ScheduleRequest | None:
    moments = _clocks(programme, text)
    if not moments:
        return None
    if signs.REMAINS.search(text) and len(moments) == 1:
        return ScheduleRequest(Asked.BETWEEN, start=moments[0], end=DAY_ENDS)
    left = _left(
        CLOCK.sub(" ", text),
        signs.WHOLE,
        (
            "am pm approx noon still arrive arrived make made free catch hap hapened anybody main room there "
            "only joined join come"
        ).split(),
    )
    if len(left) > 1 or (left and not signs.ON.search(text)):
        return None
    if (
        len(moments) > 1
        and (signs.RANGE.search(text) or re.search(r"\d\s*(?:-|to|until|till)\s*\d", text))
        and moments[0] < moments[1]
    ):
        return ScheduleRequest(Asked.BETWEEN, start=moments[0], end=moments[1])
    if (missed := signs.MISSED.search(text)) and len(moments) == 1:
        span = (moments[0], DAY_ENDS) if missed["left"] else (DAY_BEGINS, moments[0])
        return ScheduleRequest(Asked.BETWEEN, start=span[0], end=span[1])
    if re.search(r"\bbefore\s+\S*\d", text, re.IGNORECASE):
        return ScheduleRequest(Asked.BETWEEN, start=DAY_BEGINS, end=moments[0])
    if re.search(r"\b(?:after|from|since)\s+\S*\d", text, re.IGNORECASE) and not re.search(
        r"\bat\b", text, re.IGNORECASE
    ):
        return ScheduleRequest(Asked.BETWEEN, start=moments[0], end=DAY_ENDS)
    return ScheduleRequest(Asked.AT, start=moments[0])


def _of_order(programme: Programme, label: str, text: str) -> ScheduleRequest | None:
    """ "what comes right after the human rights slot", "before the closing", "in what order"."""
    for asked, pattern in ((Asked.AFTER, signs.AFTER), (Asked.BEFORE, signs.BEFORE)):
        match = pattern.search(text)
        if (
            match
            and asked is Asked.AFTER
            and re.match(r"(?:the\s+)?(?:lunch|break)", match["what"], re.IGNORECASE)
            and signs.WHEN_BACK.search(text)
        ):
            return ScheduleRequest(Asked.BREAK, about="lunch")
        if match and not signs.PART.search(text) and (items := named_items(programme, match["what"])):
            return ScheduleRequest(asked, items)
    if signs.ORDER.search(text) and (
        re.search(
            rf"\b(?:topics?|{re.escape(label)}s?|sessions?|items?|themes?|subjects?|taken|day|programme|things)\b",
            text,
            re.IGNORECASE,
        )
        or named_items(programme, text, some=True)
    ):
        return ScheduleRequest(Asked.DAY)
    return None


def named_items(programme: Programme, what: str, *, some: bool = False) -> tuple[int, ...]:
    """Items by words of their titles; "the opening" and "the closing" by their place.

    Args:
        some: Whether some of the words are enough, at least two of them.
    """
    last = len(programme.items) - 1
    if re.search(r"\bopening\b", what, re.IGNORECASE):
        return (0,)
    if re.search(r"\bclosing\b", what, re.IGNORECASE):
        return (last,)
    wanted = {term for term in stems(signs.RIGHT_THERE.sub(" ", what)) if term not in signs.noise()}
    titles = [frozenset(stems(item.title)) for item in programme.items]
    if not any(_tells(term, titles) for term in wanted):
        return ()
    if some:
        best = max(len(wanted & title) for title in titles)
        return tuple(i for i, title in enumerate(titles) if len(wanted & title) == best) if best >= 2 else ()
    return tuple(i for i, title in enumerate(titles) if wanted <= title)


def _tells(term: str, titles: Sequence[frozenset[str]]) -> bool:
    """Whether a word is in the titles of one subject only; a subject that goes on after a break counts once."""
    holding = [title for title in titles if term in title]
    return bool(holding) and all(min(holding, key=len) <= title for title in holding)


def _of_breaks(programme: Programme, text: str) -> ScheduleRequest | None:
    if (
        signs.BETWEEN_MEETINGS.search(text)
        and len(programme.meetings) > 1
        and not _left(signs.BREAK.sub(" ", signs.BETWEEN_MEETINGS.sub(" ", text)), signs.WHOLE)
    ):
        first, second = programme.meetings[:2]
        ends = [i for i, item in enumerate(programme.items) if item.meeting == first][-1:]
        starts = [i for i, item in enumerate(programme.items) if item.meeting == second][:1]
        return ScheduleRequest(Asked.GAP, (*ends, *starts)) if ends and starts else None
    match = signs.BREAK.search(text)
    if match and (part := signs.PART.search(text)) and "lunch" not in part[0].casefold():
        text = text.replace(part[0], " ")
    if not match or signs.PART.search(text) or len(text.split()) > 14:
        return None
    if _left(
        signs.BREAK.sub(" ", text),
        signs.WHOLE,
        ["meetings", "eat", "have", "had", "allow", "midday", "lol", "name", "stop"],
    ):
        return ScheduleRequest(Asked.NOT_SAID) if signs.NOT_SAID.search(text) and len(text.split()) < 9 else None
    word = match[0].casefold()
    return ScheduleRequest(
        Asked.BREAK,
        about="lunch"
        if word in {"ate", "eat", "meal", "meals"}
        else word.removesuffix("s")
        if word != "recess"
        else word,
    )


def _names_another(programme: Programme, text: str) -> bool:
    """Whether a text asks for a statement by an office that stands in a speaker's title and is no speaker's own."""
    if not re.search(r"\b(?:statements?|speech|spe(?:ak|aks)|spoke)\b", text, re.IGNORECASE):
        return False
    titles = {term for item in programme.items for statement in item.statements for term in stems(statement)}
    wanted = {term for term in stems(text) if term not in signs.noise()} - {
        "himself",
        "herself",
        "person",
        "deliver",
        "make",
    }
    return len(wanted) >= 2 and wanted <= titles


def _of_people(document: Document, programme: Programme, text: str) -> ScheduleRequest | None:
    last = len(programme.items) - 1
    speakers = _speaking(programme, text)
    if not speakers and _names_another(programme, text):
        return ScheduleRequest(Asked.NOT_SAID)
    if speakers and (signs.SPEAKS.search(text) or signs.WHEN.search(text)):
        if signs.IDENTITY.search(text):
            return ScheduleRequest(Asked.NOT_SAID, speakers)
        return ScheduleRequest(
            Asked.WHO, (last,) if signs.CLOSING.search(text) or signs.AT_THE_END.search(text) else speakers
        )
    if not signs.WHO.search(text) or not signs.SPEAKS.search(text):
        return None
    if part := signs.PART.search(text):
        morning = bool(part["morning"])
        spoke = tuple(
            i for i, item in enumerate(programme.items) if item.statements and (item.start < time(12, 30)) == morning
        )
        return (
            ScheduleRequest(Asked.WHO, spoke)
            if spoke and not _left(signs.PART.sub(" ", text), signs.WHOLE, ("make", "gave"))
            else None
        )
    left = _left(
        text, signs.WHOLE, ["make", "made", "give", "gave", "remark", "wrap", "kick", "begin", "stage", "minute"]
    )
    if left and any(term in paragraph.text.casefold() for term in left for paragraph in document.paragraphs):
        return None  # "who closed the borders"
    asked = Asked.NOT_SAID if signs.LONG.search(text) else Asked.WHO  # how long each spoke, no programme says
    if signs.OPENING.search(text) and len(left) <= 1:
        return ScheduleRequest(asked, (0,))
    if signs.CLOSING.search(text) and len(left) <= 1:
        return ScheduleRequest(asked, (last,))
    if re.search(r"\bspeakers?\b|\bstatements?\b|\bspeech(?:es)?\b|\bspoke\b", text, re.IGNORECASE) and not left:
        return ScheduleRequest(Asked.WHO, tuple(i for i, item in enumerate(programme.items) if item.statements))
    return None


def _speaking(programme: Programme, text: str) -> tuple[int, ...]:
    """The items with a statement by somebody whom the text names by two words of the title at least."""
    text = re.sub(r"\bSG\b", "Secretary-General", text)
    text = re.sub(r"(?i)\bspecial rep\b", "Special Representative", text)
    every = [statement for item in programme.items for statement in item.statements]
    for statement in every:
        initials = "".join(re.findall(r"\b[A-Z]", re.sub(r"^\w+ by", "", statement)))
        for short in re.findall(r"\b[A-Z]{3,}\b", text):
            if initials.startswith(short) or initials.endswith(short):  # "DSG", "SRSG", "PGA"
                text = text.replace(short, re.sub(r"^\w+ by (?:the )?", "", statement))
    wanted = {term for term in stems(text) if term not in signs.noise()}
    others = [frozenset(stems(statement)) for statement in dict.fromkeys(every)]
    found = []
    for index, item in enumerate(programme.items):
        for statement in item.statements:
            title = [term for term in stems(statement) if term not in signs.noise()]
            own = title[:1] if sum(title[1] in other for other in others) > 1 else title[:2]
            if wanted & set(own) and len(wanted & set(title)) >= 2 and len(wanted - set(title)) <= 1:
                found.append(index)
                break
    return tuple(found)


def _middle(start: time, end: time) -> time:
    minutes = (start.hour * 60 + start.minute + end.hour * 60 + end.minute) // 2
    return time(minutes // 60, minutes % 60)


def _of_parts(programme: Programme, text: str) -> ScheduleRequest | None:
    parts = {name for match in signs.PART.finditer(text) for name, found in match.groupdict().items() if found}
    if not parts or _left(
        signs.PART.sub(" ", text),
        signs.WHOLE,
        ("wrap hrs only free catch available attend hapened wat miss join joined could would").split(),
    ):
        return None
    if len(parts) > 1:
        return ScheduleRequest(Asked.DAY)
    part = parts.pop()
    half = re.search(r"\b(early|late)(?:r|st)?\b", text, re.IGNORECASE)
    held = next((m for m in programme.meetings if part in m.title.casefold()), None)
    if half and held:
        middle = _middle(held.start, held.end)
        early = half[1].casefold() == "early"
        return ScheduleRequest(Asked.BETWEEN, start=held.start if early else middle, end=middle if early else held.end)
    if signs.LONG.search(text):
        return ScheduleRequest(Asked.LONG, about=part)
    spans = {"morning": (DAY_BEGINS, time(12, 30)), "afternoon": (time(13), time(18)), "evening": (time(18), DAY_ENDS)}
    return ScheduleRequest(Asked.BETWEEN, start=spans[part][0], end=spans[part][1], about=part)


def _of_subject(document: Document, programme: Programme, label: str, text: str) -> ScheduleRequest | None:
    """ "which segment covers best practices", "when did they discuss remittances", "policy responses session when"."""
    asks_item = re.search(
        rf"\b(?:which|what|the|in)\s+(?:of the\s+)?(?:part of the day|slots?|sessions?|panels?|{re.escape(label)}s?|time)\b|\b(?:slot|session|panel|{re.escape(label)})\b",
        text,
        re.IGNORECASE,
    )
    if not (asks_item or signs.WHEN.search(text) or signs.LONG.search(text)):
        return None
    asked = Asked.LONG if signs.LONG.search(text) else Asked.WHEN
    if items := named_items(programme, _subject(text)):
        return ScheduleRequest(asked, items)
    if (
        (asks_item or signs.LONG.search(text))
        and (items := named_items(programme, _subject(text), some=True))
        and len(_left(text, *(words(programme.items[i].title) for i in items))) <= (1 if asks_item else 0)
    ):
        return ScheduleRequest(asked, items)
    if re.search(
        rf"\b(?:when|what time|(?:which|what|in) (?:part|{re.escape(label)}|session|slot|panel))\b", text, re.IGNORECASE
    ):
        patterns = (
            (signs.TALKED_OF, signs.TALKED_ON, signs.WAS_TALKED) if asks_item else (signs.TALKED_OF, signs.WAS_TALKED)
        )
        for pattern in patterns:
            found = pattern.search(text)
            what = found["what"].strip(" ?.!") if found else ""
            if what and (items := _reporting(document, programme, what)):
                return ScheduleRequest(Asked.WHEN, items, about=what)
    return None


def _subject(text: str) -> str:
    return signs.WHEN.sub(" ", signs.LONG.sub(" ", text))


def _reporting(document: Document, programme: Programme, what: str) -> tuple[int, ...]:
    """The items whose section treats a topic most, by the editor's table of which section reports which item."""
    what = re.sub(r"^(?:the|about|on)\s+", "", what, flags=re.IGNORECASE)
    topic = document.topics.find(what) or document.topics.find(what.partition(" of ")[2])
    if topic is None:
        return ()
    reported = dict(document.edition.reported_in)
    for number in topic.paragraphs:
        sections = {
            i: document.section(reported[item.name]) for i, item in enumerate(programme.items) if item.name in reported
        }
        if found := tuple(i for i, section in sections.items() if section and number in section):
            return found
    return ()


def _of_whole(programme: Programme, label: str, text: str) -> ScheduleRequest | None:
    """The day as a whole: the schedule, its start and end, its length, how many segments."""
    plural = re.search(
        rf"\b(?:{re.escape(label)}s|{re.escape(label[:3])}s|meetings|sessions|slots|items|statements|speeches)\b",
        text,
        re.IGNORECASE,
    )
    left = _left(
        text,
        signs.WHOLE,
        (
            "send share today tomorrow overview summari many number copy attach publish print year programm "
            "mani divid split structur"
        ).split(),
    )
    last = len(programme.items) - 1
    if signs.LONGEST.search(text) and re.search(r"\bopening\b", text) and re.search(r"\bclosing\b", text):
        return ScheduleRequest(Asked.LONG, (0, last))
    if (
        signs.LONGEST.search(text)
        and re.search(rf"\b(?:{re.escape(label)}|{re.escape(label[:3])}|item|session|slot)s?\b", text, re.IGNORECASE)
        and not _left(signs.LONGEST.sub(" ", text), signs.WHOLE)
    ):
        return ScheduleRequest(Asked.LONGEST)
    each = plural or re.search(
        rf"\b(?:each|every) (?:of the )?(?:{re.escape(label)}|item|session|slot)", text, re.IGNORECASE
    )
    if each and signs.EACH_LENGTH.search(text) and not (left - {"equal", "same", "get", "equally"}):
        return ScheduleRequest(Asked.LONGEST)
    if (nth := signs.NTH_ITEM.search(text)) and not left and COUNTS[nth[1].casefold()] <= len(programme.items):
        return ScheduleRequest(Asked.WHEN, (COUNTS[nth[1].casefold()] - 1,))
    if left or signs.OTHER_PROGRAMME.search(text):
        if re.match(r"(?:the\s+)?(?:full|whole|entire) (?:schedule|programme|agenda)\b", text, re.IGNORECASE):
            return ScheduleRequest(Asked.DAY)
        if len(left) > 1 or not signs.NAMED.search(text) or signs.OTHER_PROGRAMME.search(text):
            return None
        return (
            ScheduleRequest(Asked.DAY)
            if re.search(r"\bcontinued\b|\b(?:on|in|what|show|see) the\b", text, re.IGNORECASE)
            else None
        )
    if signs.LONG.search(text):
        if signs.OPENING.search(text) or signs.CLOSING.search(text):
            if re.search(r"\b(?:statements?|speech|speeches|remarks)\b", text, re.IGNORECASE):
                return ScheduleRequest(Asked.NOT_SAID, (0,) if signs.OPENING.search(text) else (last,))
            return ScheduleRequest(Asked.LONG, (0,) if signs.OPENING.search(text) else (last,))
        return ScheduleRequest(Asked.LONG) if _whole_day(text) else None
    if signs.NAMED.search(text) or (
        plural and re.search(r"\b(?:how many|which|what|all|times?|list|when|number|were|are)\b", text, re.IGNORECASE)
    ):
        if signs.OPENING.search(text) and re.search(r"\bfirst\b", text, re.IGNORECASE):
            return ScheduleRequest(Asked.WHEN, (0,))
        if signs.CLOSING.search(text) and re.search(r"\blast\b", text, re.IGNORECASE):
            return ScheduleRequest(Asked.WHEN, (last,))
        return ScheduleRequest(Asked.DAY)
    if re.search(r"\bwhat\b.*\b(?:first|last)[\s?.!]*$", text, re.IGNORECASE):
        return ScheduleRequest(Asked.WHEN, (0,) if "first" in text.casefold() else (last,))
    if re.search(r"\b(?:last|final) (?:item|thing|bit|part|one)\b", text, re.IGNORECASE):
        return ScheduleRequest(Asked.WHEN, (last,))
    if re.search(r"\bfirst (?:item|thing|bit|part|one)\b", text, re.IGNORECASE):
        return ScheduleRequest(Asked.WHEN, (0,))
    if (
        re.search(
            r"\b(?:opening|closing)(?: (?:session|statements?|remarks|of the hearings|time|hours?))?\b",
            text,
            re.IGNORECASE,
        )
        and len(text.split()) < 8
    ):
        return ScheduleRequest(Asked.WHEN, (0,) if "opening" in text.casefold() else (last,))
    if re.search(r"\b(?:total|altogether|in all)\b", text, re.IGNORECASE) and re.search(
        r"\b(?:time|length|hours|long)\b", text, re.IGNORECASE
    ):
        return ScheduleRequest(Asked.LONG)
    if signs.WHEN.search(text):
        starts, ends = signs.STARTS.search(text), signs.ENDS.search(text)
        if starts and ends:
            return ScheduleRequest(Asked.WHEN, (0, last))
        if starts or ends:
            return ScheduleRequest(Asked.WHEN, (0,) if starts else (last,))
    if re.search(r"\ball in one day\b|\bone day or\b|\b(?:all on|in) the same day\b", text, re.IGNORECASE):
        return ScheduleRequest(Asked.DAY)
    return None


def _whole_day(text: str) -> bool:
    return any(word in signs.WHOLE for word in words(text))
