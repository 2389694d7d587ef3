"""Right words that a document need not hold, and that are never taken for mistyped ones.

Names of countries and cities come from the tables of the tz database, common English words from `english.txt`.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from pathlib import Path

#: Names in common use that the tables do not list.
_ALSO = "america american britain british england english holland scotland scottish wales welsh persia burma swaziland geneva york europe asia".split()


@cache
def names() -> frozenset[str]:
    """The words of the names, in lower case."""
    tables = files("tzdata") / "zoneinfo"
    countries = [line.split("\t")[1] for line in _lines(tables / "iso3166.tab")]
    cities = [line.split("\t")[2].rpartition("/")[2].replace("_", " ") for line in _lines(tables / "zone.tab")]
    found = {word for name in (*countries, *cities) for word in re.findall(r"[^\W\d_]{3,}", name.casefold())}
    return frozenset(found | set(_ALSO))


def _lines(table: object) -> list[str]:
    text: str = table.read_text(encoding="utf-8")  # type: ignore[attr-defined]
    return [line for line in text.splitlines() if line and not line.startswith("#")]


@cache
def english() -> frozenset[str]:
    """Common English words of four letters or more, in lower case."""
    return frozenset((Path(__file__).parent / "english.txt").read_text(encoding="ascii").split())
