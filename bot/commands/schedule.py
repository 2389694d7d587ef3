"""`schedule`, `when is segment 3`, `what was on at 11:20`: the day's programme, as printed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import time
from itertools import pairwise

from bot.commands.command import Command, Fact, Facts
from bot.day import Asked, ScheduleRequest, by_the_clock, in_zone, recognise_day
from bot.day_text import items_reported
from bot.day_words import clock, duration, moment, now_said, spoken_day
from bot.hearing import Said, hear
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
    Visibility,
    in_words,
    paragraphs_word,
    passage,
)
from corpus.document import Document, Item, Programme, Section
from corpus.patterns import lazy

_NAMED = lazy(
    r"(?:the\s+)?(?:full\s+|whole\s+|day'?s\s+)?(?:schedule|programme|program|agenda|timetable)\b(?!s? of action)",
    re.IGNORECASE,
)

#: Minutes between two items from which the gap is worth a word.
LONG_GAP = 30


def parse_schedule(said: Said) -> ScheduleRequest | None:
    """A message that begins with "schedule" or the like."""
    if found := recognise_day(said):
        return found
    return ScheduleRequest(Asked.DAY) if _NAMED.match(said.bare) and len(said.bare.split()) < 5 else None


def answer_schedule(request: ScheduleRequest, facts: Facts) -> Reply:
    """What the programme says, with its times as printed; or that it does not say.

    In a direct chat the times are given in the asker's zone too, in a shared room in the room's, by its name.
    """
    if request.mine:
        zone = facts.zone if facts.direct else facts.settings.zone
        if not zone:
            return _whose_time(request, facts)
        request = in_zone(request, request.words, zone, facts.document)
    reply = _answer(request, facts)
    if request.zone:
        if request.asked is Asked.AT and request.start and (zone := facts.document.zone.value):
            lead = Text(f"By the programme’s own clock ({zone}), that is {clock(request.start)}".rstrip(".") + ".")
            reply = replace(reply, blocks=(lead, *reply.blocks))
        return _in_zone(reply, facts.document, request.zone, f"In {request.zone}:")
    if facts.direct and facts.zone:
        return _in_zone(reply, facts.document, facts.zone, f"In your time, {facts.zone}:")
    if not facts.direct and facts.settings.zone:
        return _in_zone(reply, facts.document, facts.settings.zone, f"In {facts.settings.zone}:")
    return reply


def _in_zone(reply: Reply, document: Document, zone: str, lead: str) -> Reply:
    """The reply with the times of every row in another zone after it, where the document's own zone and day are known."""
    day, own = document.day, document.zone.value
    rows = [row for block in reply.blocks if isinstance(block, Timetable) for row in block.rows]
    if not rows or not own or not day or zone == own or not document.programme:
        return reply
    from datetime import datetime
    from zoneinfo import ZoneInfo

    there, here = ZoneInfo(own), ZoneInfo(zone)
    lines = []
    for item in document.programme.items:
        if item.name in {row.name for row in rows}:
            ends = [datetime.combine(day, moment, there).astimezone(here) for moment in (item.start, item.end)]
            begun = ends[0].date()
            days = {0: "", 1: " the next day", -1: " the day before"}.get(
                (begun - day).days, f" on {spoken_day(begun)}"
            )
            lines.append(f"{item.name}: {clock(ends[0].time())} to {clock(ends[1].time())}{days}")
    in_zone = (Text(lead), Bullets(tuple(lines)))
    last = len(reply.blocks) - isinstance(reply.blocks[-1], Choices)
    return replace(reply, blocks=(*reply.blocks[:last], *in_zone, *reply.blocks[last:]))


def _answer(request: ScheduleRequest, facts: Facts) -> Reply:
    document, programme = facts.document, facts.document.programme
    if programme is None:
        return Reply("schedule", (Text("This document has no programme."),), answered=False)
    items = programme.items
    if -2 in request.items:
        labels = [item.label for item in items if item.label]
        text = f"The programme has no such item; it has {in_words(labels)}."
        blocks = (Text(text), Choices((Choice("The whole day", "schedule"),)))
        return Reply("error", blocks, answered=False, visibility=Visibility.ASKER)
    chosen = [items[i] for i in request.items]
    match request.asked:
        case Asked.DATE:
            return _date(document)
        case Asked.AT:
            if request.start is None:
                return _other_day(document, items, request.zone)
            return _at(document, items, request.start)
        case Asked.BETWEEN:
            assert request.start is not None
            assert request.end
            return _between(document, items, request.start, request.end, request.about)
        case Asked.BREAK:
            return _break(document, items, request.about)
        case Asked.AFTER | Asked.BEFORE:
            return _neighbour(document, items, request.items, after=request.asked is Asked.AFTER)
        case Asked.LONG:
            return _long(document, items, chosen, request.about)
        case Asked.LONGEST:
            return _longest(document, items)
        case Asked.WHO:
            return _who(document, chosen)
        case Asked.CONTENT:
            return _content(document, chosen)
        case Asked.GAP:
            return _gap(document, items, request.items)
        case Asked.TEXT:
            return _discussed(document, items, request.numbers)
        case Asked.SECTION:
            return _reporting(document, items, request.about)
        case Asked.ZONE:
            return _which_zone(request, document)
        case Asked.NOW | Asked.NEXT:
            said, shown = now_said(document, chosen or items, facts.now, following=request.asked is Asked.NEXT)
            return _reply([Text(said), *([_table(document, shown)] if shown else [])], shown, document)
        case Asked.REMINDER:
            return _no_reminder(document, chosen, facts)
        case Asked.NOT_SAID:
            text = "The programme does not say: it gives times, titles and statements, no rooms, chairs, panellists or languages."
            return Reply("not_said", (Text(text), *([_table(document, chosen)] if chosen else [])), answered=False)
        case Asked.WHEN:
            return _when(document, chosen, request.about)
        case Asked.DAY:
            return _day(document, programme)


def _line(text: str) -> Text:
    """A sentence with one full stop, also where it ends in "p.m."."""
    return Text(text if text.endswith(".") else f"{text}.")


def _row(item: Item) -> Row:
    return Row(item.times, item.name, item.title if item.label else "", item.statements)


def _table(document: Document, items: Sequence[Item]) -> Timetable:
    return Timetable(tuple(map(_row, items)), zone_of(document))


def zone_of(document: Document) -> str:
    """Whose clock the programme's times are on; "" where the document does not say and no editor has."""
    zone = document.zone.value
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
            sentences.append(f"{in_words(together)} are reported together in section {section.spoken} ({numbers}).")
        else:
            sentences.append(f"{names[0]} is reported in section {section.spoken} ({numbers}).")
        choices.append(Choice(f"Section {path}", f"section {path}"))
    return " ".join(sentences), choices


def _start(item: Item) -> str:
    return re.split(r"\s?[-–—]\s?", item.times, maxsplit=1)[0]


def _end(item: Item) -> str:
    return re.split(r"\s?[-–—]\s?", item.times, maxsplit=1)[1]


def _minutes(start: time, end: time) -> int:
    return (end.hour - start.hour) * 60 + end.minute - start.minute


def _day(document: Document, programme: Programme) -> Reply:
    when = f", {spoken_day(document.day)}" if document.day else ""
    blocks: list[Block] = [Heading(f"Programme{when}")]
    outside = tuple(item for item in programme.items if item.meeting is None)
    for meeting in programme.meetings:
        blocks.append(Heading(f"{meeting.title}, {meeting.times}"))
        blocks.append(_table(document, [item for item in programme.items if item.meeting == meeting]))
    if outside:
        blocks.append(_table(document, outside))
    paths = dict.fromkeys(path for _, path in document.edition.reported_in)
    choices = tuple(Choice(f"Section {path}", f"section {path}") for path in paths)
    return Reply("schedule", (*blocks, *((Choices(choices),) if choices else ())))


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


def _long(document: Document, items: Sequence[Item], chosen: Sequence[Item], about: str) -> Reply:
    if about:
        chosen = [item for item in items if item.meeting and about in item.meeting.title.casefold()]
        meeting = chosen[0].meeting if chosen else None
        if meeting:
            text = f"{meeting.title}: {duration(_minutes(meeting.start, meeting.end))}, {meeting.times}"
            return _reply([_line(text), _table(document, chosen)], chosen, document)
    if not chosen:
        on = sum(_minutes(item.start, item.end) for item in items)
        spans = {item.meeting: item for item in items if item.meeting}
        lines = [f"From {_start(items[0])} to {_end(items[-1])}; the timed items take {duration(on)} in all."]
        lines += [f"{m.title}: {m.times} ({duration(_minutes(m.start, m.end))})." for m in spans if m]
        return _reply([Text(" ".join(lines))], [], document)
    said = [
        f"{item.name}: from {_start(item)} to {_end(item)}, {duration(_minutes(item.start, item.end))}."
        for item in chosen
    ]
    if len(chosen) > 1:
        said.append(f"Together: {duration(sum(_minutes(item.start, item.end) for item in chosen))}.")
    return _reply([Text(" ".join(said)), _table(document, chosen)], chosen, document)


def _longest(document: Document, items: Sequence[Item]) -> Reply:
    ordered = sorted((item for item in items if item.label), key=lambda item: -_minutes(item.start, item.end)) or list(
        items
    )
    lines = tuple(f"{item.name}: {duration(_minutes(item.start, item.end))}, {item.times}" for item in ordered)
    return _reply([Text("By length, the longest first:"), Bullets(lines)], [], document)


def _who(document: Document, chosen: Sequence[Item]) -> Reply:
    silent = [item for item in chosen if not item.statements]
    if len(silent) == len(chosen):
        text = f"The programme does not say who spoke in {in_words([item.name for item in silent])}."
        return Reply("not_said", (Text(text), _table(document, chosen)), answered=False)
    spoke = [item for item in chosen if item.statements]
    lines: list[Block] = [
        Text(f"{item.name} ({item.times}), {_count(len(item.statements), 'statement')}: {in_words(item.statements)}.")
        for item in spoke
    ]
    return _reply([*lines, _table(document, spoke)], spoke, document)


def _at(document: Document, items: Sequence[Item], moment: time) -> Reply:
    now = [item for item in items if item.start <= moment < item.end]
    if now:
        return _reply(
            [_line(f"At {clock(moment)}: {in_words([item.name for item in now])}"), _table(document, now)],
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
    return _reply([_line(f"Nothing is on the programme {when}: {why}"), _table(document, near)], [], document)


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
        [_line(f"On the programme {when}: {in_words([item.name for item in on])}"), _table(document, on)], on, document
    )


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _break(document: Document, items: Sequence[Item], word: str) -> Reply:
    """The gaps between items: the longest one for lunch, all for a break; the programme itself names neither."""
    gaps = [(_minutes(a.end, b.start), a, b) for a, b in pairwise(items) if a.end < b.start]
    named = f"The programme names no {word}"
    if not gaps or word in {"coffee", "tea"}:
        return Reply("not_said", (Text(f"{named}."), *_gap_lines(gaps)), answered=False)
    if not word.startswith("lunch"):
        return _reply([Text(f"{named}."), *_gap_lines(gaps)], [], document)
    longest = max(gaps, key=lambda gap: gap[0])
    return _reply([Text(f"{named}."), *_gap_lines([longest]), _table(document, longest[1:])], [], document)


def _gap(document: Document, items: Sequence[Item], named: tuple[int, ...]) -> Reply:
    before, after = items[min(named)], items[max(named)]
    minutes = _minutes(before.end, after.start)
    on = [item.name for item in items[min(named) + 1 : max(named)]]
    between = f"; {in_words(on)} {'is' if len(on) == 1 else 'are'} in between" if on else ""
    text = (
        f"Between {before.name} and {after.name}: from {_end(before)} to {_start(after)} ({duration(minutes)}){between}"
    )
    return _reply([_line(text), _table(document, (before, after))], [], document)


def _discussed(document: Document, items: Sequence[Item], numbers: tuple[int, ...]) -> Reply:
    """In which items the paragraphs were discussed, by the sections that report them."""
    lines, chosen = [], []
    for number in numbers:
        section, found = document.paragraph(number).section, items_reported(document, number)
        top = section.above()[0] if section.above() else section
        where = f"{paragraphs_word([number]).capitalize()} is in section {top.spoken}"
        if found:
            names = in_words([items[i].name for i in found])
            lines.append(f"{where}, which reports {names}{'' if len(found) == 1 else ' together'}.")
        else:
            lines.append(f"{where}, which reports no item of the programme.")
        chosen += [i for i in found if i not in chosen]
    shown = [items[i] for i in sorted(chosen)]
    blocks: list[Block] = [Text(" ".join(lines)), *([_table(document, shown)] if shown else [])]
    choices = tuple(Choice(f"Paragraph {number}", f"para {number}") for number in numbers[:3])
    return Reply("schedule", (*blocks, Choices((*choices, Choice("The whole day", "schedule")))))


def _reporting(document: Document, items: Sequence[Item], path: str) -> Reply:
    section = document.section(path)
    assert section
    found = [items[i] for i in items_reported(document, section.first)]
    if not found:
        text = f"Section {section.spoken} reports no item of the programme."
        return Reply("schedule", (Text(text), Choices((Choice("The whole day", "schedule"),))))
    return _reply([_table(document, found)], found, document)


def _which_zone(request: ScheduleRequest, document: Document) -> Reply:
    """What an ambiguous zone may stand for, each with the question to ask again; nothing is guessed."""
    from bot.zones import zones_named

    zones = zones_named(request.about)
    text = f"“{request.about}” is the time of more than one zone: {in_words(zones, 'or')}. Ask again with the one that you mean."
    lead = _again(request.words, zones[0], document).removesuffix(zones[0])
    choices = Choices(tuple(Choice(zone, f"{lead}{zone}") for zone in zones))
    return Reply("error", (Text(text), choices), answered=False, visibility=Visibility.ASKER)


def _again(words: str, zone: str, document: Document) -> str:
    """A question with a zone's name in place of an unclear one; the whole day where it would not be understood so."""
    asked = f"{' '.join(words.split()).rstrip(' ?.!,')} in {zone}"
    found = recognise_day(hear(asked, document))
    return asked if found and found.zone == zone else f"schedule in {zone}"


def _whose_time(request: ScheduleRequest, facts: Facts) -> Reply:
    """What to write where the asker's clock is not known; the programme's own times where they do not depend on it."""
    document = facts.document
    asked = _again(request.words, document.zone.value or "Europe/Zurich", document)
    named = f"or name the zone, as in: {asked}"
    if facts.direct:
        text = f"I do not know your time zone. Write timezone and its name or a city, such as timezone Geneva, and ask again; {named}"
    else:
        text = f"In a shared room I show nobody’s own time, and this room has no time zone. Ask me in a direct chat, {named}"
    if by_the_clock(request):
        return Reply("error", (Text(text),), answered=False, visibility=Visibility.ASKER, usage=True)
    reply = _answer(request, facts)
    return replace(reply, blocks=(Text(text), *reply.blocks))


def _no_reminder(document: Document, chosen: Sequence[Item], facts: Facts) -> Reply:
    """That there are no reminders, and what there is instead."""
    day, zone, now = document.day, document.zone.value, facts.now
    ends = (chosen or document.programme.items if document.programme else chosen)[-1:]
    over = bool(day and zone and now and ends and now >= moment(day, zone, ends[0].end))
    when = f"on {spoken_day(day)}, " if day else ""
    lines = [f"{item.name}{' took place' if over else ' is'} {when}{item.times}".rstrip(".") + "." for item in chosen]
    if over:
        lines.append("It is over, so there is nothing to remind you of.")
    else:
        lines.append("I cannot remind you; a calendar can: schedule ics gives the programme as a file for yours.")
    choices = Choices((Choice("As a calendar file", "schedule ics"), Choice("The whole day", "schedule")))
    return Reply("not_said", (Text(" ".join(lines)), choices), answered=False, visibility=Visibility.ASKER)


def _other_day(document: Document, items: Sequence[Item], zone: str) -> Reply:
    text = f"At that time in {zone}, it was another day where the programme’s times are printed: nothing is on the programme"
    return _reply([_line(text), _table(document, [items[0], items[-1]])], [], document)


def _gap_lines(gaps: Sequence[tuple[int, Item, Item]]) -> list[Text]:
    parts = [f"from {_end(before)} to {_start(after)} ({duration(minutes)})" for minutes, before, after in gaps]
    return [Text(f"It shows no item {in_words(parts)}.")] if parts else []


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
    pause = f" The programme shows no item in the {duration(gap)} between them." if gap >= LONG_GAP else ""
    text = f"{side.capitalize()} {anchor.name} comes {item.name}, {item.times}{'' if item.times.endswith('.') else '.'}{pause}"
    return _reply([Text(text), _table(document, [item])], [item], document)


def _content(document: Document, chosen: Sequence[Item]) -> Reply:
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
        blocks.append(Heading(f"Section {section.spoken}: {section.title}"))
        items = tuple(f"{s.printed}{s.title} ({paragraphs_word(range(s.first, s.last + 1))})" for s in inside)
        blocks.append(Bullets(items, tuple(s.level - section.level - 1 for s in inside)))
    return _reply(blocks, chosen, document)


def _date(document: Document) -> Reply:
    day = document.day
    assert day
    printed = spoken_day(day)
    blocks: list[Block] = [Text(f"{printed}, a {day:%A}.")]
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
    recognise=recognise_day,
    needs=frozenset({Fact.ZONE, Fact.SETTINGS, Fact.NOW}),
)
