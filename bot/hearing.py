"""What a message says once signs, invisible characters and courtesy are out of the way.

People paste from word processors, phones and other alphabets: dashes, quotes and full-width digits are made plain;
control, zero-width and direction characters go; marks of emphasis go. Nothing here is ever shown back as a quotation.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

from bot.references import References, find_references
from corpus.document import Document
from corpus.patterns import lazy

#: Characters of a message that are read; longer ones are pasted texts. Slack cuts a message at 40,000.
READ_AT_MOST = 8_000
#: Characters that a word may have; what is longer is cut.
LONGEST_WORD = 100

_PLAIN = str.maketrans(
    {
        **dict.fromkeys("‐‑‒–—―−﹘﹣－⁃", "-"),
        **dict.fromkeys("‘’‛ʼ´′", "'"),
        **dict.fromkeys("“”„‟«»″", '"'),
        "…": "...",
        "№": "No ",
        "\u00a0": " ",
        "\u3000": " ",
    }
)
_MARKS = lazy(r"\*+|~{2,}|(?<![\w])_+|_+(?![\w])|^\s*>+\s?", re.MULTILINE)
_LIST_LINES = lazy(
    r"(?<=\d)[^\S\n]*\n\s*(?:[-•]\s+|\d{1,2}[.)]\s+(?=\D))?(?=#?\d|para)|^\d{1,2}[.)]\s+(?=para)", re.IGNORECASE
)
_SPACES = lazy(r"\s+")
_GREETING = lazy(
    r"^(?:(?:hi|hello|hey|hiya|dear|good (?:morning|afternoon|evening)|yo)(?: there| all| bot| team| folks)*[\s,.!:-]+)+",
    re.IGNORECASE,
)
_ASKING = lazy(
    r"^(?:(?:please|pls|plz|kindly|ok|okay|so|now|and|then|just|well|sorry)[\s,]+|"
    r"(?:can|could|would|will) (?:you|u|someone|anyone|we)(?: (?:please|pls|kindly))?\s+|"
    r"(?:i(?:'d| would) like|i want|i need|i wanna|let'?s)(?: you)?(?: to)?\s+(?=(?:see|read|have|get|quote|cite|search|find|show)\b)|"
    r"can i (?:please )?(?:see|have|get|read) )+",
    re.IGNORECASE,
)
_THANKS = lazy(
    r"[\s,.!-]*\b(?:please|pls|plz|thanks|thank you|thank u|thx|ty|cheers|many thanks)(?: (?:a lot|so much|in advance|very much))?[\s.!]*$",
    re.IGNORECASE,
)


def plain(text: str) -> str:
    """A text with its signs made plain, on one line."""
    if "`" in text:
        text = text.replace("`", "")
    if text.isascii() and text.isprintable():
        bare = text
    else:
        bare = unicodedata.normalize("NFKC", text.translate(_PLAIN)).translate(_PLAIN)
        bare = "".join(
            ch
            if (_kind := unicodedata.category(ch))[0] != "C"
            else (ch if ch in "\t\n" else " " if ch in "\r\v\f" else "")
            for ch in bare
        )
    if "\n" in bare:
        bare = _LIST_LINES.sub(", ", bare)
    if "*" in bare or "_" in bare or ">" in bare or "~" in bare:
        bare = _MARKS.sub("", bare)
    return _SPACES.sub(" ", bare).strip()


@dataclass(frozen=True)
class Said:
    """A message ready to be understood.

    Attributes:
        text: Made plain, whole.
        bare: Without greeting, asking and thanks round it.
        first: Its first word, in lower case.
        rest: What follows that word.
        typed: As it was written, lines and signs and all.
    """

    text: str
    bare: str
    first: str
    rest: str
    document: Document
    addressed: bool = True
    typed: str = field(default="", repr=False)
    _cache: list[References] = field(default_factory=list, repr=False, compare=False)

    @property
    def lower(self) -> str:
        return self.bare.casefold()

    @property
    def references(self) -> References:
        """The references in it, found once."""
        if not self._cache:
            self._cache.append(find_references(self.text, self.document, addressed=self.addressed))
        return self._cache[0]


def hear(text: str, document: Document, *, addressed: bool = True) -> Said:
    """A message made ready; what is too long is cut at the last whole word that is read."""
    whole = plain(text[: READ_AT_MOST * 2])
    if len(whole) > READ_AT_MOST:
        cut = whole.rfind(" ", READ_AT_MOST - LONGEST_WORD, READ_AT_MOST)
        whole = whole[: cut if cut > 0 else READ_AT_MOST]
    bare = whole[1:] if whole[:1] in {"/", "!"} and whole[1:2].isalpha() else whole
    if len(bare) <= 400:
        bare = _ASKING.sub("", _GREETING.sub("", bare))
        bare = _THANKS.sub("", bare) or bare
    first, _, rest = bare.partition(" ")
    return Said(
        whole, bare, first.strip(",.:;!?\"'()/").casefold(), rest.strip(), document, addressed, text[:READ_AT_MOST]
    )
