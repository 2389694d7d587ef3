"""Labels of headings: I, A, 1, (a). What a label can stand for, and every way in which people spell a path of them."""

from itertools import product

_ROMAN = (("x", 10), ("ix", 9), ("v", 5), ("iv", 4), ("i", 1))
_TENS = (("c", 100), ("xc", 90), ("l", 50), ("xl", 40))

ROMAN, LETTER, ARABIC = "roman", "letter", "arabic"


def roman(value: int) -> str:
    """A number from 1 to 199 as a lower-case roman numeral."""
    numeral = ""
    for sign, worth in (*_TENS, *_ROMAN):
        while value >= worth:
            numeral += sign
            value -= worth
    return numeral


_VALUES = {roman(value): value for value in range(1, 200)}


def readings(label: str) -> list[tuple[str, int]]:
    """What a label can stand for, as (style, value) pairs, likeliest first: "C" is a letter, and roman 100."""
    bare = label.strip("().").casefold()
    if not bare:
        return []
    case = "upper" if label.strip("().").isupper() else "lower"
    if bare.isdecimal():
        return [(ARABIC, int(bare))]
    found = []
    if len(bare) == 1 and "a" <= bare <= "z":
        found.append((f"{case} {LETTER}", ord(bare) - ord("a") + 1))
    if bare in _VALUES:
        found.insert(0 if bare[0] in "ivx" else len(found), (f"{case} {ROMAN}", _VALUES[bare]))
    return found


def spellings(path: str) -> set[str]:
    """Every key under which a path is looked up: letters and digits only, roman numerals also as numbers."""
    choices = []
    for label in path.casefold().split("."):
        bare = label.strip("()")
        choices.append({bare, str(_VALUES[bare])} if bare in _VALUES and bare[0] in "ivx" else {bare})
    return {"".join(choice) for choice in product(*choices)}
