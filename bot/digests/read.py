"""A digest order in people's words, in any order of its parts: "2 paragraphs every morning at 8.30 Geneva, from 23".

Each part is found and taken out of the text; what is left must be a place (whose clock holds) or words without a meaning
of their own. What is left besides is named, never passed over; and a number that could be a time as well as a paragraph is
asked about. Times of day are read by `bot.day`, references by `bot.references`, zones by `bot.zones`.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.day_clock import as_time, clocks, with_clocks
from bot.digests.order import DEFAULT_TIME, EVERY_DAY, WORKING_DAYS, Order, What, cut, merged, shuffled
from bot.digests.plan import due
from bot.digests.say import in_full
from bot.errors import NotThere, UsageError
from bot.hearing import plain
from bot.references import find_references
from bot.reply import in_words, numbers, paragraphs_word, shortened
from bot.zones import Finding, find_zone
from corpus.document import Document, Section
from corpus.patterns import lazy
from corpus.words import STOP

#: Paragraphs a posting, at most.
MOST_A_POSTING = 10
#: Dates that an order may name lie at most so far ahead.
FARTHEST = timedelta(days=5 * 366)
#: Characters of an order that are read.
LONGEST = 400
#: Stretches without a posting that an order may name.
MOST_SKIPPED = 20
#: Bare hours without "a.m." or "p.m." that may well mean the afternoon.
UNCLEAR_HOURS = range(1, 7)

_EXAMPLE = "daily at 9:00 Geneva, 2 paragraphs"
_COUNTS = {w: n for n, w in enumerate("one two three four five six seven eight nine ten".split(), 1)}
_HOURS = {**_COUNTS, "eleven": 11, "twelve": 12}
_COUNTS |= {"a": 1, "single": 1}
DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

_DAY = (
    r"\b(?:mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday|s)?|thu(?:r(?:s(?:day)?)?)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)"
    r"(?:'?s)?\b\.?"
)
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?)\b\.?"
)
DATE_NAMED = (
    rf"(?:(?P<word>today|tomorrow)\b|(?P<iso>\d{{4}}-\d\d-\d\d)|(?:(?P<of>{_DAY}),?\s+)?(?:the\s+)?"
    rf"(?:(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?(?:\s+of)?\s+(?P<m1>{_MONTH})(?:,?\s+(?P<y1>\d{{4}})\b)?|"
    rf"(?P<m2>{_MONTH})\s+(?:the\s+)?(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,?\s+(?P<y2>\d{{4}})\b)?)|"
    rf"(?P<slashed>\d{{1,2}}[/.]\d{{1,2}}(?:[/.]\d{{2,4}})?(?![\d:]))|(?:(?P<next>next|this|coming)\s+)?(?P<weekday>{_DAY}))"
)
DATE = re.sub(r"\?P<\w+>", "?:", DATE_NAMED)
TO = r"\s*(?:-|\b(?:to|until|till|through|thru)\b)\s*"
_JOINT = r"\s*(?:,\s*(?:and\b)?|\band\b|&|\+)\s*"
_AND = r"\s*(?:,\s*(?:and\b)?|\band\b|&|\+|/)\s*"
_NUMBER = rf"(?:\d{{1,4}}|\b(?:{'|'.join(_COUNTS)})\b)"
_NOUN = r"(?:\b(?:paragraphs?|paras?|pars?|numbers?|nos?)\b\.?|¶+|#)"
_UNIT = r"(?P<unit>(?:week|work|working )?days?|postings?|times?|messages?|mornings?|evenings?|afternoons?|weeks?|go)\b"

_WHOSE = lazy(r"\b(?:my|our|your|the room's|the channel's|local)\s+(?:local\s+)?(?:time(?:\s?-?zone)?|zone)\b")
_TO_US = lazy(r"\b(?:send|post|give|get|show|read|deliver)(?: it)?(?: to)? us\b(?! time)")
_SHIFT = lazy(r"\b(?:utc|gmt)\s*[+-]\s*\d{1,2}(?::?\d\d)?\b")
_EITHER = lazy(
    r"(?<!starting )(?<!from )(?<!skip )(?<!until )(?<!except )(?<![\d./])(?:(?:at|by|around)\s+)?\d{1,4}\s?/\s?\d{1,4}(?![\d/])|"
    r"\b(?:at|by|around)\s+\d{1,2}\s*(?:-|or)\s*\d{1,2}(?![\d:])(?!\s*[ap]\.?m)"
)
_TOPIC = lazy(r"\btopics?\b:?\s*(?P<what>[^|]*)")
_SECTION = lazy(r"(?:\b(?:sections?|chapters?)\b|§)\s*:?\s*(?P<what>[^|]*)")
_MORE_SECTIONS = lazy(r"\s*(?:,|and\b|&|\+|or\b|to\b|-)+\s*(?:sections?\s+)?(?P<label>[ivx]+(?:\.[\w()]+)*)(?![\w.])")
_STARTING = r"\b(?:start(?:ing|s)?|begin(?:ning|s)?|from|as of|as from)"
_ENDING = lazy(rf"\b(?:until|till|up to|ending|through)\s+(?:on\s+)?(?P<date>{DATE})")
_START = lazy(rf"{_STARTING}\s+(?:on\s+|from\s+|with\s+)?(?P<date>{DATE})(?!{TO}{_DAY})")
_WITHOUT = r"\b(?:skip(?:ping)?|except(?: for| on| from)?|excluding|but not|but no|not|no|without|paus(?:e|ing))\s+(?:on\s+|from\s+|between\s+)?(?:the\s+)?"
_SKIPPED = lazy(
    rf"{_WITHOUT}(?:(?P<first>{DATE})(?:(?:{TO}|\s+and\s+)(?P<last>{DATE}))?|(?P<day>\d{{1,2}})(?:st|nd|rd|th)?{TO}(?P<until>{DATE}))"
)
_NOT_ON = lazy(rf"{_WITHOUT}(?:weekends?|(?P<days>(?:{_DAY})(?:{_AND}{_DAY})*)(?!\s*\d)(?!{TO}))")
_NEVER = lazy(
    r"\b(?:(?:every|each) (?:other|second|third|\d+(?:st|nd|rd|th)?|two|three|four) (?:days?|weeks?|months?)|fortnightly|bi-?weekly|"
    r"monthly|(?:every|each|once a|per) month|hourly|every hour|twice daily|(?:twice|thrice|(?:two|three|four|\d+) times) (?:a|per|each) (?:day|week)|yearly)\b"
)
_DAYS = lazy(rf"(?:\b(?:every|each|on|from|only)\s+)*(?P<first>{_DAY}){TO}(?P<last>{_DAY})")
_LISTED = lazy(rf"(?:\b(?:every|each|on|only)\s+)*{_DAY}(?:{_AND}(?:(?:every|each|on)\s+)*{_DAY})*")
_ALL_DAYS = lazy(
    r"\b(?:(?:every|each)(?: single)? day(?: of the week)?|all (?:days|week)|(?:7|seven) days(?: a week)?|(?:also |even )?(?:on |including |incl\.? )?(?:the )?weekends? (?:too|as well|included)|including (?:the )?weekends?)\b"
)
_WEEKDAYS = lazy(r"\b(?:(?:every|each|on|only)\s+)*(?:week-?days?|work(?:ing)?[ -]?days?|business days?)(?:\s+only)?\b")
_WEEKENDS = lazy(r"\b(?:(?:every|each|on|at|only|the)\s+)*weekends?(?:\s+only)?\b")
_WEEKLY = lazy(r"\b(?:weekly|once (?:a|per|each|every) week|(?:every|each) week)\b")
_DAILY = lazy(
    r"\b(?:daily|once (?:a|per|each|every) (?:work(?:ing)? ?)?day|(?:(?:every|each|in the|at)\s+)?(?P<part>morning|afternoon|evening|night)s?)\b"
)
_COUNTED = lazy(
    rf"(?<![\w.:/-])(?P<n>{_NUMBER})\s*(?P<what>pairs?|{_NOUN}|(?=\s(?:a|per|each|at a|in a)\s+{_UNIT.replace('?P<unit>', '?:')})|(?=\s*/\s*day))(?!\s*\d)"
    rf"(?:\s*(?:\ba\b|\bper\b|\beach\b|\bat a\b|\bin a\b|/)\s*{_UNIT})?"
)
_ONE = lazy(rf"\b(?:the\s+)?(?:paragraph|para)\s+(?:a|per|each)\s+{_UNIT}")
_PAIRS = lazy(
    r"\b(?:(?:in|as|by) )?pairs\b(?: of (?:key )?findings\b)?|\bpair(?:ed|wise)\b|\b(?:each|every|the) (?:key )?findings? (?:with|and) (?:its|their|the) (?:detail(?:s|ed)?(?: twins?| paragraphs?)?|twins?)\b"
)
_WHOLE = lazy(
    r"\b(?:(?:the )?(?:whole|entire|full) (?:document|text|thing|summary)|everything|all (?:the )?paragraphs)\b"
)
_HEADINGS = lazy(
    r"\b(?:stop(?:ping|s)?|break(?:ing|s)?|split(?:ting)?|paus(?:e|ing)) (?:at|on|before) (?:the |each |every |new )*(?:headings?|sections?|titles?)\b|"
    r"\b(?:don'?t|do not|never|not) (?:cross|mix|run over|crossing|mixing)(?:ing)? (?:the )?(?:headings?|sections?)\b"
)
_SHUFFLED = lazy(
    r"\b(?:shuffled?|shuffling|random(?:ly|i[sz]ed)?|(?:in )?(?:a )?(?:random|mixed) order|mixed(?: up)?)\b(?: order\b)?"
)
_IN_ORDER = lazy(
    r"\b(?:in (?:the )?(?:document'?s |printed |given |that |this )?order(?: given| of the document)?|unshuffled|not shuffled|in sequence)\b"
)
_ONCE = lazy(
    r"\b(?:once(?: only| through| over)?|one time(?: only)?|then stop|(?:not|no|without|don'?t|do not) repeat(?:ing|s)?|until (?:the end|it is finished|finished)|to the end)\b"
)
_REPEATING = lazy(
    r"\b(?:repeat(?:ing|ed(?:ly)?|s)?|for ?ever|again and again|over and over(?: again)?|(?:in a |on )?loop(?:ing|ed)?|endless(?:ly)?|non-?stop|then (?:start|begin) (?:again|over))\b"
)
_MAKES_UP = lazy(
    r"\b(?:mak(?:e|ing) up(?: for)?|catch(?:ing)? up(?: on| with)?|doubl(?:e|ing) up(?: after)?)(?:\s+(?:the\s+)?(?:missed|lost|skipped)?\s*(?:days?|postings?|ones?))?\b"
)
_FROM = lazy(
    rf"{_STARTING}\s+(?P<at>at\s+)?(?:with\s+|from\s+)?(?P<noun>{_NOUN}\s*)?(?P<n>\d{{1,4}})(?![\d:/]|\.\d|\s*(?:[ap]\.?\s?m\b|o'?clock|h\b)|{TO}{_NOUN}?\s*\d)"
    r"(?:\s*(?:onwards?|on\b|and up\b|to the end\b|\+))?"
)
_ONWARDS = lazy(rf"(?P<noun>{_NOUN}\s*)?(?<![\w:.])(?P<n>\d{{1,4}})\s*(?:onwards?\b|and up\b|to the end\b|\+(?!\s*\d))")
_LIST = lazy(
    rf"(?P<lead>@\s*(?:,|and\b|or\b|&|/)?\s*)?(?:\bfrom\s+)?(?P<noun>{_NOUN}\s*)?(?P<run>\d{{1,4}}(?:(?:{TO}|{_JOINT})(?:{_NOUN}\s*)?\d{{1,4}})*)(?![\w:/]|\.\d)"
)
_LEADING_AT = r"^\s*(?:at|to|:|=)\s+"
#: "nine am", "nine o'clock", "0900": told as others write them.
_SPELLED = lazy(
    rf"\b(?P<hour>{'|'.join(_HOURS)})(?:[\s-]+(?P<half>fifteen|thirty|forty[\s-]?five))?\s*(?P<end>[ap]\.?\s?m\b\.?|o'?\s?clock\b)"
)
_FOUR = lazy(
    r"(?<![\w.:/-])(?P<lead>(?:at|by|around)\s+)?(?P<h>[01]\d|2[0-3])(?P<m>[0-5]\d)(?:\s?(?:h|hrs?|hours)\b)?(?![\w:/-]|\.\d)"
)
_NOTHING = frozenset(
    (
        "digest digests post posted posting postings send sending sent deliver give me please in at on of the a an and with "
        "to for this that channel room chat thread here group paragraph paragraphs para paras each every all day days order by "
        "time times clock o'clock zone from message messages it should be is are then per i we want would like set up make "
        "start starting read reading through sharp exactly uhr now do about document text summary whole only but also so let let's have get @ , ; . - : / & + as "
        "plan hearing hearings default same one stop local"
    ).split()
)


def read_order(text: str, document: Document, now: datetime, zone: str) -> Order:
    """The order that a person's words stand for.

    Args:
        now: The moment, in UTC; dates without a year and the first posting are counted from it.
        zone: The IANA name of the zone that holds where the words name none; "" if none is known.

    Raises:
        UsageError: The words are unclear, contradict themselves, or are not all understood; the message says what to write.
        NotThere: They name what the document has not; the message says what it has.
    """
    if len(text) > LONGEST:
        raise UsageError(
            f"an order has at most {LONGEST} characters, and this one has {len(text)}: write, for example, {_EXAMPLE}"
        )
    return _Reader(text, document).order(now, zone)


def read_time(text: str, document: Document, now: datetime, zone: str) -> tuple[time, str]:
    """The time of day that a person's words name, and the zone on whose clock it is.

    Raises:
        UsageError: They name none, or something besides.
    """
    order = read_order(f"daily at {re.sub(_LEADING_AT, '', text)}", document, now, zone)
    plain_one = read_order("daily at 9:00", document, now, zone or order.zone)
    if replace(order, at=plain_one.at, zone=plain_one.zone, start=plain_one.start) != plain_one:
        raise UsageError("this changes the time and the place alone: write, for example, digest time 10:00 Geneva")
    return order.at, order.zone


class _Reader:
    """The parts of an order as they are found, and the text that is left; "|" stands where a part was, "@" for an hour."""

    def __init__(self, text: str, document: Document) -> None:
        self.document = document
        self.written = plain(text)
        bare = self.written.casefold().replace("|", ",").replace("@", " at ")
        self.text = with_clocks(_FOUR.sub(_colon, _SPELLED.sub(_digits, bare)))
        self.part = ""

    def take(self, pattern: re.Pattern[str], mark: str = "|") -> re.Match[str] | None:
        """The first match of a pattern, taken out of the text."""
        match = pattern.search(self.text)
        if match:
            self.text = f"{self.text[: match.start()]} {mark} {self.text[match.end() :]}"
        return match

    def as_written(self, part: str) -> str:
        """A part of the text with the capitals that the person gave it, short enough to be named."""
        found = re.search(re.escape(part), self.written, re.IGNORECASE)
        return shortened(found[0] if found else part, 40)

    def take_all(self, pattern: re.Pattern[str]) -> list[re.Match[str]]:
        found = []
        while match := self.take(pattern):
            found.append(match)
        return found

    def order(self, now: datetime, zone: str) -> Order:
        """The order; the parts are taken in such a sequence that none takes what belongs to another."""
        if shift := self.take(_SHIFT):
            raise UsageError(
                f"“{shift[0]}” does not say when the clocks change: name a place, for example daily at 9:00 Geneva"
            )
        if either := _EITHER.search(self.text):
            raise UsageError(
                f"“{either[0].strip()}” may be two times, two paragraphs or a date: write, for example, at 9:00, or paragraphs 5 "
                "and 6, or starting 5 January"
            )
        self.take_all(_WHOSE)
        self.take_all(_TO_US)
        topic, section = self._topic(), self._section()
        skipped, ending, start = self._skipped(), self._ending(), self._start()
        days = self._days()
        count, pairs_a_posting = self._count(days)
        begin = self._from()
        at = self._time()
        pairs = bool(self.take_all(_PAIRS)) or pairs_a_posting is not None
        whole = bool(self.take_all(_WHOLE))
        headings = bool(self.take_all(_HEADINGS))
        straight, mixed = bool(self.take_all(_IN_ORDER)), bool(self.take_all(_SHUFFLED))
        makes_up = bool(self.take_all(_MAKES_UP))
        again, once = self._ends()
        listed = self._list()
        zone = self._zone(zone)
        _contradict(straight and mixed, "in order", "shuffled")
        _contradict(again and once, "once through", "repeating")
        _contradict(headings and mixed, "stop at headings", "shuffled")
        _contradict(headings and pairs, "stop at headings", "pairs")
        what = [
            name
            for name, named in (
                (f"topic {topic}", topic),
                (f"section {section.name if section else ''}", section),
                (f"paragraphs {numbers(listed)}", listed),
                ("pairs", pairs),
                ("the whole document", whole),
            )
            if named
        ]
        if len(what) > 1:
            _contradict(True, what[0], what[1])
        _contradict(bool(begin and (listed or pairs)), f"from {begin}", what[0] if what else "")
        today = now.astimezone(ZoneInfo(zone)).date()
        first = _day_of(start, today) if start else today
        if days == "weekly":
            days = frozenset({first.weekday() if start else 0})
        chosen = days if isinstance(days, frozenset) else WORKING_DAYS
        groups = self._postings(topic, section, listed, pairs, begin, count, pairs_a_posting, headings)
        seed = today.toordinal() if mixed else None
        if seed is not None:
            groups = (
                tuple(shuffled(groups, seed))
                if pairs
                else cut(shuffled((n for group in groups for n in group), seed), count, self.document)
            )
        order = Order(
            chosen,
            at,
            zone,
            groups,
            first,
            *self._named(topic, section, listed, pairs),
            count=max(map(len, groups)) if pairs else count,
            repeating=again,
            stops_at_headings=headings,
            seed=seed,
            skipped=merged([stretch(each, today) for each in skipped]),
            until=coming_date(ending["date"], today, ending[0]) if ending else None,
            makes_up=makes_up,
        )
        return _in_time(order, now, named=start is not None)

    # -- which paragraphs

    def _topic(self) -> str:
        match = _TOPIC.search(self.text)
        if not match:
            return ""
        words = match["what"].replace('"', "").split()
        for count in range(len(words), 0, -1):
            if words[count - 1].strip(",.;") in STOP or any(word[-1] in ",;" for word in words[: count - 1]):
                continue
            if topic := self.document.topics.find(" ".join(words[:count]).strip(",.;")):
                self.text = f"{self.text[: match.start()]} | {' '.join(words[count:])} {self.text[match.end() :]}"
                return topic.name
        if not self.document.topics:
            raise NotThere(
                f"this document has no topic list: name a section, or paragraphs, such as from {self.document.middle}"
            )
        typed = shortened(" ".join(words[:4]).partition(",")[0].partition(" at ")[0], 40)
        raise NotThere(f"there is no topic “{typed}”: topics lists all" if typed else "which topic? topics lists all")

    def _section(self) -> Section | None:
        match = _SECTION.search(self.text)
        if not match or re.search(
            r"(?:at|on|before|cross|mix|over|each|every|new)\s+(?:the\s+)?$", self.text[: match.start()]
        ):
            return None
        words = match["what"].split()
        found: Section | None = None
        used = 0
        for count in range(min(len(words), 4), 0, -1):
            label = " ".join(words[:count]).strip(",.;:")
            if all(len(word.strip("(),.;")) <= 12 for word in words[:count]) and (
                found := self.document.section(label)
            ):
                used = count
                break
        if found is None:
            from bot.commands.section import by_title

            for count in range(min(len(words), 12), 0, -1):
                if words[count - 1].strip(",.;") in STOP:
                    continue
                titled = by_title(self.document, " ".join(words[:count]))
                if len(titled) > 1:
                    named = in_words([f"section {each.path}" for each in titled[:3]], "or")
                    raise UsageError(f"more than one section’s title has those words: write {named}; outline shows all")
                if titled:
                    found, used = titled[0], count
                    break
        if found is None:
            typed = shortened(" ".join(words[:2]).strip(",.;").upper(), 40)
            raise NotThere(
                f"there is no section {typed}: outline shows all" if typed else "which section? outline shows all"
            )
        rest = " ".join(words[used:])
        if (more := _MORE_SECTIONS.match(rest)) and self.document.section(more["label"]):
            raise UsageError(
                f"an order has one section: write section {found.path}, or paragraphs, such as {paragraphs_word([found.first, found.last])}"
            )
        self.text = f"{self.text[: match.start()]} | {rest} {self.text[match.end() :]}"
        return found

    def _from(self) -> int:
        """The paragraph with which to begin; 0 where none is named."""
        onwards = self.take(_ONWARDS)
        match = onwards or _FROM.search(self.text)
        if not match:
            return 0
        number = int(match["n"])
        if not onwards:
            if match["at"] and not match["noun"] and number < 24:
                raise _unclear(number, self.document)
            self.take(_FROM)
        self._refuse_outside(str(number) if number not in self.document else "")
        return number

    def _list(self) -> tuple[int, ...]:
        """The paragraphs that are named one by one, in the order named."""
        listed: list[int] = []
        for match in self.take_all(_LIST):
            several = not match["run"].isdecimal()
            if not match["noun"] and (match["lead"] or not several):
                listing = f"paragraphs {match['run']}" if several else ""
                raise _unclear(int(re.findall(r"\d+", match["run"])[0]), self.document, listing)
            found = find_references(f"paragraphs {match['run']}", self.document)
            self._refuse_outside(in_words(found.outside))
            listed += found.paragraphs
        return tuple(dict.fromkeys(listed))

    def _refuse_outside(self, outside: str) -> None:
        if outside:
            document = self.document
            raise NotThere(
                f"there is no paragraph {outside}: the document has paragraphs {document.first} to {document.last}"
            )

    def _postings(
        self,
        topic: str,
        section: Section | None,
        listed: tuple[int, ...],
        pairs: bool,
        begin: int,
        count: int,
        pairs_a_posting: int | None,
        headings: bool,
    ) -> tuple[tuple[int, ...], ...]:
        document = self.document
        if pairs:
            if not document.pairs:
                raise NotThere("this document has no list of pairs: leave out “pairs”")
            if pairs_a_posting is None and count > 1 and count % 2:
                raise UsageError(
                    f"“pairs” are 2 paragraphs each, and “{count} paragraphs” would part one: write 1 pair a day"
                )
            each = pairs_a_posting or max(count // 2, 1)
            if each * 2 > MOST_A_POSTING:
                raise _too_many(each * 2)
            return tuple(
                tuple(n for pair in document.pairs[i : i + each] for n in pair)
                for i in range(0, len(document.pairs), each)
            )
        which: tuple[int, ...] = tuple(range(document.first, document.last + 1))
        if listed:
            which = listed
        elif section:
            which = tuple(range(section.first, section.last + 1))
        elif topic:
            found = document.topics.named(topic)
            which = tuple(sorted(found.paragraphs)) if found else ()
        if begin:
            if (section or topic) and begin not in which:
                name = f"section {section.name}" if section else f"topic {topic}"
                raise NotThere(f"paragraph {begin} is not in {name}, which has {paragraphs_word(which)}")
            which = which[which.index(begin) :]
        return cut(which, count, document, stop_at_headings=headings)

    def _named(self, topic: str, section: Section | None, listed: tuple[int, ...], pairs: bool) -> tuple[What, str]:
        if topic:
            return What.TOPIC, topic
        if section:
            return What.SECTION, section.name
        return (What.NUMBERS if listed else What.PAIRS if pairs else What.DOCUMENT), ""

    # -- how many

    def _count(self, days: frozenset[int] | str) -> tuple[int, int | None]:
        """Paragraphs a posting, and pairs where they are counted."""
        found = [*self.take_all(_COUNTED), *self.take_all(_ONE)]
        counts: set[tuple[int, bool]] = set()
        for match in found:
            groups = match.groupdict()
            written = groups.get("n") or "one"
            number = _COUNTS.get(written) or int(written)
            pairs = (groups.get("what") or "").startswith("pair")
            if (match["unit"] or "").startswith("week") and not (match["unit"] or "").startswith("weekd"):
                if days != "weekly" and (days == "" or len(days) > 1):
                    raise UsageError(
                        f"“{match[0].strip()}” does not say on which day: write {number} paragraphs weekly, or name the days, "
                        "such as mondays and thursdays"
                    )
            if number == 0:
                raise UsageError(
                    f"a posting has at least 1 paragraph: write 1 paragraph, or 2 paragraphs, not {number}"
                )
            if number > MOST_A_POSTING:
                raise _too_many(number)
            counts.add((number, pairs))
        if len(counts) > 1:
            both = sorted(f"{number} {'pairs' if pairs else 'paragraphs'}" for number, pairs in counts)
            _contradict(True, both[0], both[1])
        if not counts:
            return 1, None
        ((number, pairs),) = counts
        return (number * 2, number) if pairs else (number, None)

    def _ends(self) -> tuple[bool, bool]:
        once = bool(self.take_all(_ONCE))
        return bool(self.take_all(_REPEATING)), once

    # -- when

    def _skipped(self) -> list[re.Match[str]]:
        found = []
        kept = _NOT_ON.search(self.text)  # "not on Fridays" is about the week, "not on Friday 25 December" is not
        while match := _SKIPPED.search(self.text):
            if kept and match.start() == kept.start():
                break
            found.append(match)
            self.take(_SKIPPED)
            kept = _NOT_ON.search(self.text)
        if len(found) > MOST_SKIPPED:
            raise UsageError(
                f"an order leaves out at most {MOST_SKIPPED} stretches of days, and this one has {len(found)}"
            )
        return found

    def _ending(self) -> re.Match[str] | None:
        found = self.take_all(_ENDING)
        if len(found) > 1:
            _contradict(True, found[0][0], found[1][0])
        return found[0] if found else None

    def _start(self) -> re.Match[str] | None:
        found = self.take_all(_START)
        if len(found) > 1:
            _contradict(True, found[0][0], found[1][0])
        return found[0] if found else None

    def _days(self) -> frozenset[int] | str:
        """The days of the week, "weekly" where no day is named for it, "" where nothing is said."""
        if never := self.take(_NEVER):
            raise UsageError(
                f"“{never[0]}” is none of the ways in which I post: it is once a day on days of the week; write weekdays, every "
                "day, weekly, or mondays and thursdays"
            )
        said: list[tuple[str, frozenset[int]]] = []
        left_out: frozenset[int] = frozenset()
        for match in self.take_all(_NOT_ON):
            left_out |= _weekdays(match["days"]) if match["days"] else EVERY_DAY - WORKING_DAYS
        for match in self.take_all(_DAYS):
            first, last = weekday_of(match["first"]), weekday_of(match["last"])
            said.append((match[0], frozenset((first + i) % 7 for i in range((last - first) % 7 + 1))))
        if listed := " ".join(match[0] for match in self.take_all(_LISTED)):
            said.append((listed, _weekdays(listed)))
        said += [(match[0], EVERY_DAY) for match in self.take_all(_ALL_DAYS)]
        said += [(match[0], WORKING_DAYS) for match in self.take_all(_WEEKDAYS)]
        said += [(match[0], EVERY_DAY - WORKING_DAYS) for match in self.take_all(_WEEKENDS)]
        weekly = self.take_all(_WEEKLY)
        for match in self.take_all(_DAILY):
            part = match["part"] or ""
            _contradict(bool(self.part and part and part != self.part), self.part, part)
            self.part = part or self.part
            _contradict(bool(weekly), "weekly", match[0])
        for name, days in said[1:]:
            _contradict(days != said[0][1], said[0][0].strip(), name.strip())
        if not said:
            if weekly:
                return "weekly"
            return WORKING_DAYS - left_out if left_out else ""
        days = said[0][1] - left_out
        _contradict(not days, said[0][0].strip(), "no day of these")
        _contradict(bool(weekly) and days in (EVERY_DAY, WORKING_DAYS), "weekly", said[0][0].strip())
        return days

    def _time(self) -> time:
        found: list[tuple[time, str]] = []
        for clock in reversed(clocks(self.text)):
            written = self.text[clock.start : clock.end]
            bare = not re.search(r"\d[:.h]\d\d|[ap]\.?\s?m\b|o'?clock|noon|midday|midnight", written)
            if bare and not re.match(r"(?:at|around|about|by)\b", written):
                continue  # "from 23", "13 and 32"
            after = self.text[clock.end :]
            if re.match(r"\s*/\s*\d|\s*-\s*\d", after):
                raise UsageError(
                    f"“{written}{after.split()[0]}” may be more than one time: write one, such as at {clock.hour}:{clock.minute:02}"
                )
            half = clock.half
            if clock.hour > 12:
                half = half.removesuffix("p")  # "17 p.m."
            elif not half:
                half = {"morning": "a", "afternoon": "p", "evening": "p", "night": "p"}.get(self.part, "")
            at = as_time(clock.hour, clock.minute, half, None)
            if at is None or clock.hour > 23:
                raise UsageError(f"“{written.strip()}” is no time of day: write, for example, at 9:00 or at 4.30 p.m.")
            if not half and clock.hour in UNCLEAR_HOURS and not re.search(r"\b0\d", written):
                raise UsageError(
                    f"“{written.strip()}” may be in the morning or in the afternoon: write at {at:%H:%M} or at "
                    f"{at.hour + 12}:{at.minute:02}"
                )
            night = {"morning": at.hour < 12, "afternoon": 12 <= at.hour < 19, "evening": at.hour >= 16, "night": True}
            _contradict(not night.get(self.part, True), self.part, f"at {at.hour}:{at.minute:02}")
            found.append((at, written.strip()))
            self.text = f"{self.text[: clock.start]} {'@' if bare else '|'} {after}"
        times = {at for at, _ in found}
        if len(times) > 1:
            _contradict(True, f"at {found[-1][1].removeprefix('at ')}", f"at {found[-2][1].removeprefix('at ')}")
        if not times and self.part not in {"", "morning"}:
            raise UsageError(f"at what time in the {self.part}? Write, for example, at 17:00")
        return times.pop() if times else DEFAULT_TIME

    def _zone(self, known: str) -> str:
        """The zone of the place that is left in the text, else the one that is known."""
        named: list[str] = []
        for segment in re.split(r"[|@]", self.text):
            words = segment.split()
            while words and words[0].strip(",.;:()") in (*_NOTHING, ""):
                words.pop(0)
            while words and words[-1].strip(",.;:()") in (*_NOTHING, ""):
                words.pop()
            if words:
                named.append(self._place(" ".join(words).strip(" ,.;:")))
        if len(set(named)) > 1:
            _contradict(True, named[0], named[1])
        zone = named[0] if named else known
        if not zone:
            raise UsageError(
                "I do not know on whose clock: name a place, for example daily at 9:00 Geneva, or set the time zone first: "
                "timezone Geneva"
            )
        return zone

    def _titled(self, title: str) -> Section | None:
        from bot.commands.section import by_title

        titled = by_title(self.document, title)
        return titled[0] if len(titled) == 1 else None

    def _place(self, name: str) -> str:
        if re.match(_WITHOUT, f"{name} "):
            raise UsageError(
                f"“{self.as_written(name)}” names no dates: write, for example, skip 24 December to 2 January"
            )
        found = find_zone(name) if len(name) <= 40 and not re.search(r"\d", name) else None
        if found and found.finding is Finding.SURE:
            return found.zones[0]
        if found and found.finding is Finding.SEVERAL:
            raise UsageError(
                f"“{self.as_written(name)}” is the time of more than one zone: write {in_words(found.zones, 'or')}"
            )
        typed = self.as_written(name)
        topic = self.document.topics.named(name)
        hint = f"; did you mean topic {name}?" if topic else ""
        if not topic and (section := self.document.section(name) or self._titled(name)):
            hint = f"; did you mean section {section.path}?"
        if found and found.finding is Finding.NEAR and not hint:
            hint = f"; did you mean the place {in_words(found.zones, 'or')}?"
        raise UsageError(
            f"I do not understand “{typed}” in this order{hint or ':'} {'W' if hint else 'w'}rite, for example, {_EXAMPLE}; "
            "help digest shows more"
        )


def _digits(match: re.Match[str]) -> str:
    """ "9:30 am" for "nine thirty am"."""
    minutes = {"fifteen": ":15", "thirty": ":30"}.get(match["half"] or "", ":45" if match["half"] else "")
    return f"{_HOURS[match['hour']]}{minutes} {match['end']}"


def _colon(match: re.Match[str]) -> str:
    """ "9:00" for "0900" and "at 1730"; a year stays one."""
    if not match["lead"] and match["h"] in {"19", "20"}:
        return match[0]
    return f"{match['lead'] or ''}{match['h']}:{match['m']}"


def _contradict(wrong: bool, one: str, other: str) -> None:
    if wrong:
        raise UsageError(f"“{one.strip()}” and “{other.strip()}” contradict each other: write one of them")


def _unclear(number: int, document: Document, listing: str = "") -> UsageError:
    at = f"at {number:0{2 if number in UNCLEAR_HOURS else 1}}:00" if number < 24 else ""
    count = f"{number} paragraphs" if 1 < number <= MOST_A_POSTING else ""
    paragraph = f"from {number}" if number in document else ""
    ways = [way for way in (at, count, paragraph, listing) if way]
    if not ways:
        return UsageError(
            f"I do not know what {number} is to be: a time is at 9:00, a paragraph from {document.middle}"
        )
    return UsageError(f"I do not know what {number} is to be: write {in_words(ways, 'or')}")


def _too_many(number: int) -> UsageError:
    return UsageError(
        f"a posting has at most {MOST_A_POSTING} paragraphs, not {number}: write, for example, 2 paragraphs"
    )


def weekday_of(written: str) -> int:
    """The day of the week that a word names, Monday is 0."""
    return next(i for i, name in enumerate(DAY_NAMES) if name[:3].casefold() == written.strip()[:3])


def _weekdays(written: str) -> frozenset[int]:
    return frozenset(weekday_of(match) for match in re.findall(_DAY, written))


def _day_of(match: re.Match[str], today: date) -> date:
    """The date that an order begins on."""
    return coming_date(match["date"], today, match[0])


def coming_date(written: str, today: date, whole: str) -> date:
    """A date in people's words, today or later.

    Raises:
        UsageError: There is no such date, it is past, it is too far away, or it may be two.
    """
    match = re.fullmatch(DATE_NAMED, written.strip())
    assert match
    if match["word"]:
        return today + timedelta(days=match["word"] == "tomorrow")
    if match["slashed"]:
        raise UsageError(f"“{match['slashed']}” may be read in two ways: write the month in letters, such as 5 January")
    if match["weekday"]:
        ahead = (weekday_of(match["weekday"]) - today.weekday()) % 7
        return today + timedelta(days=ahead or (7 if match["next"] == "next" else 0))
    try:
        if match["iso"]:
            found = date.fromisoformat(match["iso"])
        else:
            month = MONTHS.index((match["m1"] or match["m2"])[:3]) + 1
            day, year = int(match["d1"] or match["d2"]), match["y1"] or match["y2"]
            found = _coming(day, month, today) if year is None else date(int(year), month, day)
    except ValueError as error:
        raise UsageError(f"there is no {written.strip().title()}: write a date such as 5 January") from error
    if match["of"] and found.weekday() != weekday_of(match["of"]):
        raise UsageError(
            f"{in_full(found).partition(' ')[2]} is a {found:%A}, not a {DAY_NAMES[weekday_of(match['of'])]}: write one of them"
        )
    if found < today:
        raise UsageError(f"“{whole.strip()}”: {in_full(found)} is past; write a date from today on")
    if found - today > FARTHEST:
        raise UsageError(f"“{whole.strip()}”: {in_full(found)} is too far away; write a date in the next five years")
    return found


def _coming(day: int, month: int, today: date) -> date:
    """A day of a month, this year or the next in which it is still to come."""
    for year in range(today.year, today.year + 5):
        try:
            found = date(year, month, day)
        except ValueError:
            continue
        if found >= today:
            return found
    raise ValueError(f"no day {day} in month {month}")


def stretch(match: re.Match[str], today: date) -> tuple[date, date]:
    """The first and the last day that an order leaves out."""
    if match["day"]:
        last = coming_date(match["until"], today, match[0])
        try:
            first = last.replace(day=int(match["day"]))
        except ValueError as error:
            raise UsageError(
                f"“{match[0].strip()}”: there is no such day: write, for example, skip 24 to 31 December"
            ) from error
    else:
        first = coming_date(match["first"], today, match[0])
        last = coming_date(match["last"], max(first, today), match[0]) if match["last"] else first
    if last < first:
        raise UsageError(
            f"“{match[0].strip()}” ends before it begins: write, for example, skip 24 December to 2 January"
        )
    return first, last


def _in_time(order: Order, now: datetime, *, named: bool) -> Order:
    """The order, begun a day later where today's time has passed.

    Raises:
        UsageError: It was to begin today, in so many words.
    """
    today = now.astimezone(ZoneInfo(order.zone)).date()
    day, at = due(order)
    if day == today and at <= now.astimezone(UTC):
        if named:
            raise UsageError(
                f"{order.at.hour}:{order.at.minute:02} has passed today in {order.zone}: write a later time, or starting tomorrow"
            )
        order = replace(order, start=today + timedelta(days=1))
        day, _ = due(order)
    if order.until and day > order.until:
        raise UsageError(
            f"the first posting would be {in_full(day)}, after {in_full(order.until)}: write a later last date, or other days"
        )
    return order
