"""Words, stems and what carries no meaning: how the text and questions about it are cut into terms."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

from corpus.patterns import lazy

#: A word, with apostrophes and dots inside it.
WORD = lazy(r"[^\W_]+(?:['’.][^\W_]+)*")

#: Words that ask or join and name nothing in any document.
STOP = frozenset(
    (
        "a about above between after again all also am an and any anybody anyone anything are as at be because "
        "been before being but by can cannot cant could did didnt do does doesnt doing dont done down each "
        "either else ever every for from further get gets getting give given go goes going got had has have "
        "having he her here hers him his how i if im in into is isnt it its itself just know let lets like lot "
        "make makes many may maybe me might mine more most much must my no nor not now of off on once one only "
        "or other our out over own part please quite really s said same say says saying see seem she should "
        "shouldnt so some somebody someone something still such t take tell than that thats the their them then "
        "there theres these they thing things think this those though through to too under until up us use very "
        "want wanted was wasnt way we well were what whats whatever when where which while who whom whos whose "
        "why will with within without wont would wouldnt yet you your u r ur n y abt wat wut wld cld shud pls "
        "plz ok okay hey hi hello thanks thx text document doc paper summary paragraph paragraphs para paras outline mention "
        "mentions mentioned somewhere exactly actually anyway bit bits stuff kind sort called tbh btw fyi re ie "
        "eg etc vs versus"
    ).split()
)


def words(text: str) -> list[str]:
    """The words of a text in lower case; "migrants'" and "don't" lose their apostrophes, "p.m." its dots."""
    return [bare(word) for word in WORD.findall(text.casefold())]


def bare(word: str) -> str:
    """A word without the apostrophes and dots inside it."""
    return word if word.isalnum() else re.sub(r"['’.]", "", word)


def stems(text: str) -> list[str]:
    """The stems of the words that carry meaning, in order."""
    return [stem(word) for word in words(text) if word not in STOP]


@lru_cache(maxsize=1)
def _stemmer() -> object:
    import Stemmer

    return Stemmer.Stemmer("english")


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """A word's stem (Snowball, English); British spellings become American ones first."""
    return str(_stemmer().stemWord(_american(word)))  # type: ignore[attr-defined]


def _american(word: str) -> str:
    if len(word) > 5:
        word = re.sub(r"is(e|ed|es|ing|ation|ations)$", r"iz\1", word) if not word.startswith(_KEEP_S) else word
        word = (
            re.sub(r"our(s|ed|ing|er|ers|able)?$", r"or\1", word)
            if word.startswith(("labour", "favour", "honour", "behav", "neighb", "colour"))
            else word
        )
    return {"programmes": "program", "programme": "program", "centres": "center", "centre": "center"}.get(word, word)


_KEEP_S = (
    "rais",
    "advis",
    "exercis",
    "enterpris",
    "surpris",
    "promis",
    "compris",
    "expertis",
    "otherwis",
    "precis",
    "premis",
    "franchis",
    "televis",
    "revis",
    "supervis",
    "disguis",
    "prais",
    "rais",
    "nois",
    "caus",
    "clos",
    "purpos",
    "diseas",
    "increas",
)

#: How people shorten words when they type.
SHORTHAND = {
    "ppl": "people",
    "peeps": "people",
    "govt": "government",
    "govts": "governments",
    "gov": "government",
    "gvt": "government",
    "gvts": "governments",
    "orgs": "organizations",
    "org": "organization",
    "intl": "international",
    "nat": "national",
    "dev": "development",
    "devt": "development",
    "mig": "migration",
    "yr": "year",
    "yrs": "years",
    "hr": "human rights",
    "temp": "temporary",
    "reps": "representatives",
    "rep": "representative",
    "recs": "recommendations",
    "info": "information",
    "stats": "statistics",
    "uni": "university",
    "docs": "doctors",
    "mins": "ministers",
    "edu": "education",
    "coop": "cooperation",
    "collab": "collaboration",
    "recomm": "recommendation",
    "pov": "poverty",
    "regs": "regulations",
    "mum": "mother",
    "mums": "mothers",
    "dad": "father",
    "kiddos": "kids",
    "cos": "because",
    "cuz": "because",
    "bc": "because",
    "btwn": "between",
    "esp": "especially",
    "shud": "should",
    "wiv": "with",
    "diff": "different",
    "num": "number",
    "nr": "number",
    "pct": "percent",
    "resp": "responsibility",
    "rly": "really",
    "smth": "something",
    "sb": "somebody",
    "whos": "who",
    "whats": "what",
    "wat": "what",
    "wut": "what",
    "approx": "about",
    "fam": "family",
    "fams": "families",
    "abroad": "abroad",
}


def expand(typed: list[str]) -> list[str]:
    """Words with people's shorthand written out."""
    return [long for word in typed for long in SHORTHAND.get(word, word).split()]


def terms_of(text: str) -> list[str]:
    """The stems that carry meaning, shorthand written out, in order."""
    return [stem(word) for word in expand(words(text)) if word not in STOP]


def form(read: list[str]) -> frozenset[str]:
    """How something is said: the stems, the small words as they are, and each two that stand together, "" at the ends."""
    parts = ["", *(word if word in STOP else stem(word) for word in read), ""]
    return frozenset(parts[1:-1]).union(f"{first} {second}" for first, second in pairwise(parts))
