"""References to paragraphs and sections in what people write.

A reference is a noun with numbers (`para. 32)`, `paragraphs thirty to 33 and 40`), an ordinal with the noun (`the last
paragraph`), or, where nothing else stands in the message, numbers alone. Dates, times, money, percentages, ordinals,
convention numbers, resolution symbols and other texts' paragraphs are none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from corpus.document import Document, Section
from corpus.patterns import lazy

_UNITS = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
).split()
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety", "fourty", "ninty"]
_ORDINAL_UNITS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
    "fifteenth sixteenth seventeenth eighteenth nineteenth"
).split()
_WORDS = {word: value for value, word in enumerate(_UNITS, 1)}
_WORDS |= {word: value for value, word in enumerate(_ORDINAL_UNITS, 1)}
for _ten in _TENS:
    _worth = {"fourty": 4, "ninty": 9}.get(_ten) or 2 + _TENS.index(_ten)
    _WORDS[_ten] = _worth * 10
    _WORDS[f"{_ten[:-1]}ieth"] = _worth * 10
    for _unit in range(1, 10):
        _WORDS[f"{_ten} {_UNITS[_unit - 1]}"] = _worth * 10 + _unit
        _WORDS[f"{_ten} {_ORDINAL_UNITS[_unit - 1]}"] = _worth * 10 + _unit
_WORDS |= {"zero": 0, "a hundred": 100, "one hundred": 100}

_CARDINAL = (
    rf"(?:(?:{'|'.join(_TENS)})(?:[- ](?:{'|'.join(_UNITS[:9])}))?|(?:a|one)[- ]hundred|zero"
    rf"|{'|'.join(sorted(_UNITS, key=len, reverse=True))})\b"
)
_ORDINAL = (
    rf"(?:\d{{1,3}}(?:st|nd|rd|th)|(?:(?:{'|'.join(_TENS)})[- ])?(?:{'|'.join(_ORDINAL_UNITS)})"
    rf"|(?:{'|'.join(t[:-1] for t in _TENS)})ieth)\b"
)
_NUMBER = rf"(?:\d+|{_CARDINAL})"
_NOUN = r"(?:\bparagraph(?:\(s\)|'?s)?|\bparagr?s?\.?|\bpara(?:\(s\)|'?s)?\.?|\bpars?\.?|\bgrafs?|(?<![¶§])[¶§]{1,3}(?![¶§])|\#)"
_PREFIX = r"(?:\s*(?:numbers?|nos?\.?|nrs?\.?|n°)(?=\s*(?:\d|\w+-|\w+y\b))\s*|\s*:\s*|\s*\#\s*)?"
_TO = r"\s*(?:-+>?|\.{2,3}|\b(?:up to|to|through|thru|until|till)\b)\s*"
_JOINT = (
    r"\s*(?:[,;]\s*(?:and|&|or|plus|then)?\b|\b(?:and then|and also|as well as|and|or|plus|then|with|vs\.?|versus)\b"
    r"|[&+])\s*"
)
_AND = rf"(?:{_JOINT}|\s*/\s*)"

#: What may not follow a number: more of a number, a unit, a date.
_NOT_AFTER = (
    r"(?![.:]?\d|,\d{3}(?!\d)|/\d+/\d|/\d{3}|-\d|\s*%|\s*[°€$£]|(?:st|nd|rd|th)\b|\s*(?:per\s?cent|percent|pct|a\.?m\b|p\.?m\b|o'?clock|dollars?|"
    r"euros?|usd|eur|bn|millions?|billions?|thousand|hundred|years?|yrs?|months?|weeks?|days?|hours?|hrs?|min(?:ute)?s?|"
    r"member states|states|countries|people|participants|representatives|migrants|times|sentences?|words?|"
    r"jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may\s+\d|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|"
    r"dec(?:ember)?)\b)"
)
_RANGE = rf"(?P<a>{_NUMBER})(?:'s)?(?:{_TO}(?:{_NOUN}\s*)?(?P<b>{_NUMBER})(?![.:]?\d))?"
_FIRST = lazy(rf"{_NOUN}{_PREFIX}\s*(?P<sign>(?<=\s)-(?=\d))?-?{_RANGE}{_NOT_AFTER}", re.IGNORECASE)
_NEXT = lazy(rf"{_AND}(?:{_NOUN}{_PREFIX}\s*)?(?:numbers?\s+)?{_RANGE}{_NOT_AFTER}", re.IGNORECASE)
_BLANK_NEXT = lazy(r"\s+(?P<a>\d{1,9})(?P<b>(?!))?(?=\s*(?:$|[.?!,;]|\d|and\b|please\b))", re.IGNORECASE)
_NAMED_AGAIN = lazy(rf"{_AND}{_NOUN}", re.IGNORECASE)
_TYPO = lazy(r"\b(p[a-z]{4,11})\.?\s+(?=\d)", re.IGNORECASE)
_ORDINAL_FIRST = lazy(
    rf"\b(?:(?P<end>first|last|final)\s+(?P<count>{_NUMBER})\s+(?:paragraphs|paras)"
    rf"|(?P<which>{_ORDINAL}|last|final|penultimate|second[- ]last)\s+(?:(?:and|or)\s+(?:the\s+)?(?P<also>{_ORDINAL}|last)\s+)?"
    rf"(?:paragraph|para|par|graf)s?)\b(?:\s+(?:of|in|from)\s+(?P<of>section\s+\S+(?:\s[a-z0-9]\b)*))?",
    re.IGNORECASE,
)
#: After an element of a list whose noun is singular: the list goes on only where the sentence could stop or ask.
_LIST_MAY_END = lazy(
    r"\s*(?:$|[.?!)\]\"':;,-]|(?:please|pls|plz|thanks|thank|and|or|to|through|of|in|from|say|says|said|is|are|do|does|about|"
    r"with|for|as|together|both|then|again|instead|too|vs|versus|mention|cover|which|that|i|you|we|by|side)\b)",
    re.IGNORECASE,
)

_BARE_LEAD = lazy(r"[(\[\"'#¶§\s]*")
_BARE_NEXT = lazy(rf"(?:{_JOINT}|\s+)\#?\s*{_RANGE}", re.IGNORECASE)
_BARE_TAIL = lazy(r"[)\]\"'.?!,;:\s-]*")
_BLANKS_ONLY = lazy(r"\d\s+\d")
_IN_FULL = lazy(r"\b(?:in full|full text|whole text|complete(?:ly)?|entire(?:ly)?)\b", re.IGNORECASE)
_BARE_RANGE = lazy(_RANGE, re.IGNORECASE)
_COURTESY_WORDS = frozenset(
    (
        "please pls plz thanks thank you thx ty cheers hi hello hey bot ok okay so and also now then again just "
        "only the show me us give see read get quote display open view can could would i we let's lets want "
        "need to like have look at go kindly dear all yes sorry oops meant mean instead rather actually um uh "
        "hmm well good morning afternoon"
    ).split()
)
_ABOUT_WORDS = frozenset(
    (
        "what what's whats does do did say says said is in about how of from document summary text hearings "
        "this that full whole entire complete exact verbatim words wording tell bring up fetch find pull print "
        "content contents read aloud it there here which for my a"
    ).split()
)
_POLITE = _COURTESY_WORDS | _ABOUT_WORDS
#: "from 30 to 33", "between 30 and 33"; with a noun also "paragraphs from 70 on".
_FROM_TO = lazy(r"\b(?:from|between)\s+(\d{1,4})\s+(?:and|to|through|until|-)\s+(\d{1,4})\b", re.IGNORECASE)
_NOUN_FROM_TO = lazy(
    rf"(?P<noun>{_NOUN})\s+(?:between|from)\s+(?P<first>\d{{1,4}})\s+(?:and|to|through|until|-)\s+(?P<last>\d{{1,4}})\b",
    re.IGNORECASE,
)
_NOUN_ONWARDS = lazy(
    rf"(?P<noun>{_NOUN})\s+(?:from\s+)?(?P<first>\d{{1,4}})\s*(?:onwards?\b|on\b(?=\s*(?:$|[.?!,]|please))|\+(?!\s*\d)|and up\b|to the end\b)",
    re.IGNORECASE,
)
_WHAT_ABOUT = lazy(r"^(?:(?:and|but|ok|so|now|then)\s+)*(?:what|how)\s+about\s+", re.IGNORECASE)

# Other texts: their name right before or right after the reference.
_OTHER_NOUN = (
    r"(?:compact|resolutions?|conventions?|declarations?|protocols?|treat(?:y|ies)|agreements?|charter|covenant|programme of action|"
    r"plan of action|platform for action|agenda|rules|article|articles|statute|constitution|directive|regulations?|acts?|laws?|letter|"
    r"statement|communiqu[eé]|guidelines|general (?:comment|recommendation)|recommendation|outcome(?: document)?|paper|book|thesis|memo|email|e-mail|"
    r"contract|framework|principles|budget|minutes|judge?ment|ruling|accord|pact|strategy|handbook|manual|gcm|udhr|cedaw|icrmw|"
    r"other (?:document|text|report)|terms of reference|note verbale|press release|press kit|concept note|study|brief|essay|draft|"
    r"sdgs?|doha|cairo|monterrey|geneva|beijing|marrakech|new york declaration)"
)
_SYMBOL = r"(?:[AESX]/[A-Z0-9][\w./-]*|\bC\.?\d{2,3}\b|\b\d{2}/\d{1,3}\b)"
_OTHER_AFTER = lazy(
    rf"\s*[)\]]*\s*,?\s*(?:of|in|from|to|under)\s+(?:(?:the|an?|his|her|their|its|your|my|our|that|another|un|unga|ga|general assembly|security council|"
    rf"human rights council|ecosoc)\s+)*(?:{_SYMBOL}|(?:[\w'.-]+\s+){{0,5}}?{_OTHER_NOUN}\b|(?:[\w'.-]+\s+){{0,4}}?reports?\b)",
    re.IGNORECASE,
)
_OWN_AFTER = lazy(
    r"\s*,?\s*(?:of|in|from)\s+(?:the|this|that|your|our)\s+(?:(?:hearings?|official|un|whole)\s+)*"
    r"(?:document|summary|text|hearings?|report)\b(?!\s+(?:of the secretary|by the secretary|of the special))",
    re.IGNORECASE,
)
_OTHER_BEFORE = lazy(
    rf"(?:{_SYMBOL}|\b{_OTHER_NOUN}(?:\s+(?:on|of|for|against)\s+(?:[\w-]+\s+){{0,4}}?[\w-]+)??(?:\s+(?:no\.?\s*)?\d[\w/-]*)?|\b(?:his|her|their|"
    rf"secretary-general's|sg's|rapporteur's|commission's|\w+'s)\s+report)\s*[,(:\[-]*\s*(?:(?:in|at|under|see|cf\.?|specifically)\s+)?$",
    re.IGNORECASE,
)

_SECTION_NOUN = lazy(
    r"\b(?:sections?|sect?\.|sec\b\.?|secton|secion|sectoin|setion|sectins?|parts?|chapters?|ch\.)\s*", re.IGNORECASE
)
_SECTION_WORD = lazy(
    r"[ivxlc]+\b|\d{1,2}\b|\((?:[a-z]{1,3}|\d)\)|[a-z]\b|(?:one|two|three|four|five|six|seven|eight|nine|ten)\b|"
    r"[ivxlc]{1,5}[a-z]?\d?\b|\d[a-z]\d?\b",
    re.IGNORECASE,
)
_DOTTED = lazy(
    r"(?<![\w./-])(?:[IVXL]+|\d{1,2})\.?[A-Ha-h](?:\.?\(?\d{1,2}\)?)?(?![\w/])|(?<![\w./-])[IVXLivxl]+\.[A-Za-z](?:\.\d{1,2})?\b"
)


_SECTION_JOINT = lazy(
    r"\s*(?:,\s*(?:and\s+)?|\band\b|&|(?P<to>-|\b(?:to|through|until)\b))\s*(?=[IVX]{2,}\b|V\b|I\s*(?:$|[.?!,])|\d\b|[ivx]{2,}\b)"
)
_LABEL_GAP = lazy(r"[.\s]*(?=[A-Za-z0-9(])")
_PROSE = lazy(r"\s+(?!and\b|or\b|to\b|of\b|in\b|please\b|pls\b|is\b|says?\b|about\b|on\b)[a-z']{2,}")
_BARE_LABEL = lazy(r"(?!\d+$)(?:\(?[A-Za-z0-9]{1,5}\)?[.\s]*){1,4}")


#: References that are read in one message.
MOST = 200


@dataclass(frozen=True, slots=True)
class References:
    """What a message refers to.

    Attributes:
        paragraphs: Those that exist, in the order asked for, each once.
        outside: Those that do not, as written.
        sections: In the order asked for.
        no_sections: Labels of sections that do not exist, as written.
        other_text: Whether paragraphs of another text are named.
        whole: Whether nothing but references and courtesy stand in the message.
    """

    paragraphs: tuple[int, ...] = ()
    outside: tuple[str, ...] = ()
    sections: tuple[Section, ...] = ()
    no_sections: tuple[str, ...] = ()
    other_text: bool = False
    whole: bool = False

    def __bool__(self) -> bool:
        return bool(self.paragraphs or self.outside or self.sections or self.no_sections or self.other_text)


NONE = References()


class _Found:
    """References as they are found, with the places they take up in the text."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.numbers: list[tuple[int, list[int]]] = []
        self.outside: list[str] = []
        self.sections: list[Section] = []
        self.no_sections: list[str] = []
        self.spans: list[tuple[int, int]] = []
        self.other_text = False

    def add_range(self, at: int, first: str, last: str | None, *, negative: bool = False) -> None:
        low, high = _value(first), _value(last) if last else None
        if negative:
            self.outside.append(f"-{first}")
            return
        if high is None:
            high = low
        elif high < low:
            low, high = high, low
        document = self.document
        inside = list(range(max(low, document.first), min(high, document.last) + 1))
        if inside:
            self.numbers.append((at, inside))
            if low < document.first:
                self.outside.append(_span(low, document.first - 1))
            if high > document.last:
                self.outside.append(_span(document.last + 1, high))
        else:
            self.outside.append(_shorten(first if last is None or low == high else f"{first} to {last}"))

    def taken(self, start: int) -> bool:
        return any(a <= start < b for a, b in self.spans)

    def result(self, whole: bool) -> References:
        ordered = [n for _, numbers in sorted(self.numbers, key=lambda pair: pair[0]) for n in numbers]
        return References(
            tuple(dict.fromkeys(ordered)),
            tuple(dict.fromkeys(self.outside)),
            tuple(dict.fromkeys(self.sections)),
            tuple(dict.fromkeys(self.no_sections)),
            self.other_text,
            whole,
        )


def _span(low: int, high: int) -> str:
    return _shorten(str(low) if low == high else f"{low} to {high}")


def _shorten(written: str) -> str:
    return written if len(written) <= 40 else f"{written[:24]}…"


def _value(written: str) -> int:
    bare = written.casefold()
    if bare[0].isdecimal():
        digits = "".join(filter(str.isdecimal, bare))
        return int(digits) if len(digits) <= 18 else 10**18
    return _WORDS[" ".join(bare.replace("-", " ").split())]


def find_references(text: str, document: Document, *, addressed: bool = True) -> References:
    """The references in a normalised text.

    Args:
        addressed: Whether the message was meant for the bot; if not, only a noun with numbers counts.
    """
    text = _NOUN_FROM_TO.sub(r"\g<noun> \g<first> to \g<last>", text)
    text = _NOUN_ONWARDS.sub(rf"\g<noun> \g<first> to {document.last}", text)
    if addressed and (bare := _bare_numbers(text, document)):
        return bare
    found = _Found(document)
    _nouns(text, found, addressed)
    _ordinals(text, found, addressed)
    if not found.other_text:
        _sections(text, found, addressed)
    if not found.spans:
        return NONE
    return found.result(_is_courtesy(_without(text, found.spans), _POLITE))


def _bare_numbers(text: str, document: Document) -> References | None:
    stripped = _strip_courtesy(_IN_FULL.sub(" ", text))
    if match := re.fullmatch(r"-(\d{1,9})[.?!]*", stripped):
        return References(outside=(f"-{match[1]}",), whole=True)
    parts = _numbers_only(stripped)
    if not parts:
        return None
    body = stripped[parts[0].start("a") : parts[-1].end()]
    if len(parts) == 1 and not body[0].isdecimal() and (value := _value(parts[0]["a"])) < 20 and value in document:
        return None  # "one", "a second": words of talk; "thirty-two" is none
    if _BLANKS_ONLY.search(body) and any(_value(n) not in document for p in parts for n in (p["a"], p["b"]) if n):
        return None  # a telephone number
    found = _Found(document)
    for part in parts:
        found.add_range(part.start(), part["a"], part["b"])
    return found.result(True)


def _numbers_only(text: str) -> list[re.Match[str]]:
    """The numbers and ranges of a text that holds nothing else but what joins and surrounds them; else none."""
    lead = _BARE_LEAD.match(text)
    part = _BARE_RANGE.match(text, lead.end() if lead else 0)
    parts: list[re.Match[str]] = []
    end = 0
    while part:
        parts.append(part)
        end = part.end()
        part = _BARE_NEXT.match(text, end)
    tail = _BARE_TAIL.match(text, end)
    return parts if parts and tail and tail.end() == len(text) else []


def _as_range(match: re.Match[str]) -> str:
    """ "30 to 33" for "between 30 and 33"; what may be two hours, "between 2 and 4", stays."""
    hours = match[0][0] in "bB" and int(match[1]) <= 12 and int(match[2]) <= 12
    return match[0] if hours else f"{match[1]} to {match[2]}"


def _strip_courtesy(text: str) -> str:
    words = _FROM_TO.sub(_as_range, _WHAT_ABOUT.sub("", text)).split()
    start, end = 0, len(words)
    while start < end and words[start].strip(",.!?:;").casefold() in _COURTESY_WORDS:
        start += 1
    while end > start and words[end - 1].strip(",.!?:;").casefold() in _COURTESY_WORDS:
        end -= 1
    return " ".join(words[start:end])


def _without(text: str, spans: list[tuple[int, int]]) -> str:
    kept, at = [], 0
    for start, end in sorted(spans):
        kept.append(text[at:start])
        at = max(at, end)
    kept.append(text[at:])
    return " ".join(kept)


def _is_courtesy(text: str, words: frozenset[str]) -> bool:
    return all(word in words for word in re.findall(r"[\w']+", text.casefold()))


def _nouns(text: str, found: _Found, addressed: bool) -> None:
    signs, sign_from = addressed, 0  # before a "#" or "§" stands only courtesy, or another reference
    for match in islice(_first_matches(text), MOST):
        if found.taken(match.start()):
            continue
        noun = match[0]
        if noun[0] in "#§":
            signs = signs and _is_courtesy(text[sign_from : match.start()], _POLITE)
            if not signs:
                continue
        parts, end = [match], match.end()
        plural = bool(re.match(r"(?:paragraphs|paras|pars|grafs|¶¶|§§)", noun, re.IGNORECASE)) or noun[0] == "#"
        while following := _NEXT.match(text, end) or (plural and _blank_between(text, end, found.document)):
            if _NAMED_AGAIN.match(text, end) or not (plural or _LIST_MAY_END.match(text, following.end())):
                break
            parts.append(following)
            end = following.end()
        found.spans.append((match.start(), end))
        sign_from = end
        if _belongs_elsewhere(text, match.start(), end):
            found.other_text = True
            continue
        for part in parts:
            to = part["b"]
            if to and not plural and _value(to) < _value(part["a"]) and not _LIST_MAY_END.match(text, part.end()):
                to = None  # "I gave para 32 to 3 students"
            found.add_range(part.start(), part["a"], to, negative=part is match and bool(match["sign"]))


def _blank_between(text: str, at: int, document: Document) -> re.Match[str] | None:
    """ "paras 32 33": a number after a blank only, if the document has it."""
    following = _BLANK_NEXT.match(text, at)
    return following if following and _value(following["a"]) in document else None


def _first_matches(text: str) -> Iterator[re.Match[str]]:
    yield from _FIRST.finditer(text)
    for typo in _TYPO.finditer(text):
        if _is_typo(typo[1]):
            mended = text[: typo.start()] + "para" + " " * (typo.end() - typo.start() - 4) + text[typo.end() :]
            if match := _FIRST.match(mended, typo.start()):
                yield match


def _is_typo(word: str) -> bool:
    bare = word.casefold()
    if bare.startswith(("para", "pargr", "parra")) is False and not bare.startswith(("pra", "par", "pag", "pg")):
        return False
    from rapidfuzz.distance import OSA

    if len(bare) < 7:
        return OSA.distance(bare, "paras") <= 1 and bare not in {"parts", "pairs", "parks", "paris", "pages"}
    return min(OSA.distance(bare, "paragraph"), OSA.distance(bare, "paragraphs")) <= 2


def _belongs_elsewhere(text: str, start: int, end: int) -> bool:
    if _OTHER_BEFORE.search(text[max(0, start - 80) : start]):
        return True
    if _OWN_AFTER.match(text, end):
        return False
    after = _OTHER_AFTER.match(text, end)
    return bool(after) and not re.search(r"\bparagraph|\bsection\b", after[0] if after else "")


def _ordinals(text: str, found: _Found, addressed: bool) -> None:
    document = found.document
    for match in _ORDINAL_FIRST.finditer(text):
        if not addressed and not (match["which"] or "")[:1].isdecimal():
            continue
        if found.taken(match.start()) or _belongs_elsewhere(text, match.start(), match.end()):
            found.other_text |= not found.taken(match.start())
            found.spans.append(match.span())
            continue
        low, high = document.first, document.last
        if match["of"]:
            label = re.sub(r"(?i)^section\s+", "", match["of"]).strip(" .?!,")
            inside = document.section(label)
            if inside is None:
                found.no_sections.append(label.upper())
                found.spans.append(match.span())
                continue
            low, high = inside.first, inside.last
        elif re.match(
            r"\s+(?:of|in)\s+(?:it|each|that|this|the (?:section|segment|annex|email|page|chapter))\b",
            text[match.end() :],
        ):
            continue
        size = high - low + 1
        if match["count"]:
            count = min(_value(match["count"]), size)
            start = low if match["end"].casefold() == "first" else high - count + 1
            if count:
                found.add_range(match.start(), str(start), str(start + count - 1))
        else:
            for which in filter(None, (match["which"], match["also"])):
                word = which.casefold()
                if word in {"last", "final"}:
                    number = high
                elif word in {"penultimate", "second last", "second-last"}:
                    number = high - 1
                else:
                    position = _value(word)
                    number = position if position in document and not match["of"] else low + position - 1
                if match["of"] and not low <= number <= high:
                    found.outside.append(f"{which} in {match['of']}")
                elif number in document:
                    found.add_range(match.start(), str(number), None)
                else:
                    found.outside.append(str(number))
        found.spans.append(match.span())


def _sections(text: str, found: _Found, addressed: bool) -> None:
    document = found.document
    for match in _SECTION_NOUN.finditer(text):
        end, until = match.end(), None
        while True:
            label, after = _label_at(text, end, document)
            if label is None or (match[0][:2].casefold() in {"pa", "ch"} and label[0].isdecimal()):
                break
            if _belongs_elsewhere(text, match.start(), after):
                found.other_text = True
                found.spans.append((match.start(), after))
                break
            section = document.section(label)
            if section and until:
                found.sections += [s for s in document.sections if _between(until, s, section)]
            elif section:
                found.sections.append(section)
            else:
                found.no_sections.append(label)
            found.spans.append((match.start(), after))
            joint = _SECTION_JOINT.match(text, after)
            if not joint:
                break
            until = section if joint["to"] else None
            end = joint.end()
    if not addressed:
        return
    bare = _strip_courtesy(text).strip(" .?!,;:()[]\"'")
    if (
        not found.spans
        and _BARE_LABEL.fullmatch(bare)
        and re.search(r"[.\s\d(]|^[ivx]{2,}$|^[VX]$", bare, re.IGNORECASE)
        and (section := document.section(bare))
    ):
        found.sections.append(section)
        found.spans.append((0, len(text)))
        return
    for match in _DOTTED.finditer(text):
        section = document.section(match[0])
        if section and section.level > 1 and not found.taken(match.start()):
            found.sections.append(section)
            found.spans.append(match.span())


def _between(first: Section, section: Section, last: Section) -> bool:
    """Whether a section lies after one sibling and no later than another."""
    return section.parent == first.parent == last.parent and first.line < section.line <= last.line


def _label_at(text: str, start: int, document: Document) -> tuple[str | None, int]:
    """The longest label of a section that begins at a place, and where it ends; else a label that no section has."""
    words: list[tuple[str, int]] = []
    at = start
    while len(words) < 4 and (match := _SECTION_WORD.match(text, at)):
        word = match[0].casefold()
        words.append((str(_WORDS[word]) if word in _WORDS else match[0], match.end()))
        gap = _LABEL_GAP.match(text, match.end())
        if not gap or (not gap[0] and text[match.end()] != "("):
            break
        at = gap.end()
    while words and words[-1][0] in {"a", "A", "i", "I"} and _PROSE.match(text, words[-1][1]):
        words.pop()  # "section I wanted", "section IV a few"
    for count in range(len(words), 0, -1):
        label = ".".join(word for word, _ in words[:count])
        if document.section(label):
            if count < len(words) and text[words[count - 1][1]] in ".(":
                break  # "IV.B.9": what is written as one label is one
            return label, words[count - 1][1]
    if words and re.fullmatch(r"\d+|[IVXL]+|[ivxl]{2,}", words[0][0]):
        return ".".join(word for word, _ in words).upper(), words[-1][1]
    return None, start
