"""Time zones as people name them: by IANA name, city, country or abbreviation.

What has more than one meaning is never guessed: the meanings are offered instead. The lists are those of the tzdata
package, and read only when a zone is looked up.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

#: Zones offered at most.
OFFERED = 3
#: Of 100: how alike a mistyped name must be to be offered, and how much less alike than the best one it may be.
ALIKE, WITHIN = 75, 8

#: Cities, countries and abbreviations that are no zone's name, or are more than one, with the zone whose clock they keep.
_CITIES = {
    "geneva": "Europe/Zurich",
    "geneve": "Europe/Zurich",
    "genf": "Europe/Zurich",
    "bern": "Europe/Zurich",
    "berne": "Europe/Zurich",
    "the hague": "Europe/Amsterdam",
    "hague": "Europe/Amsterdam",
    "bonn": "Europe/Berlin",
    "strasbourg": "Europe/Paris",
    "new york city": "America/New_York",
    "nyc": "America/New_York",
    "washington": "America/New_York",
    "washington dc": "America/New_York",
    "washington d.c": "America/New_York",
    "ottawa": "America/Toronto",
    "brasilia": "America/Sao_Paulo",
    "beijing": "Asia/Shanghai",
    "delhi": "Asia/Kolkata",
    "new delhi": "Asia/Kolkata",
    "mumbai": "Asia/Kolkata",
    "islamabad": "Asia/Karachi",
    "hanoi": "Asia/Ho_Chi_Minh",
    "ankara": "Europe/Istanbul",
    "abu dhabi": "Asia/Dubai",
    "canberra": "Australia/Sydney",
    "wellington": "Pacific/Auckland",
    "abuja": "Africa/Lagos",
    "pretoria": "Africa/Johannesburg",
    "cape town": "Africa/Johannesburg",
    "rabat": "Africa/Casablanca",
    "addis": "Africa/Addis_Ababa",
    "germany": "Europe/Berlin",
    "china": "Asia/Shanghai",
    "new zealand": "Pacific/Auckland",
    "uk": "Europe/London",
    "britain": "Europe/London",
    "england": "Europe/London",
    "utc": "UTC",
    "z": "UTC",
    "gmt": "GMT",
    "cet": "CET",
    "cest": "CET",
    "eet": "EET",
    "eest": "EET",
    "wet": "WET",
    "central european": "CET",
    "eastern european": "EET",
    "western european": "WET",
    "coordinated universal": "UTC",
    "greenwich mean": "GMT",
    "eat": "Africa/Nairobi",
    "sast": "Africa/Johannesburg",
    "jst": "Asia/Tokyo",
}
#: Abbreviations of more than one zone, and names of several.
_SEVERAL = {
    "est": ("America/New_York", "America/Panama", "Australia/Sydney"),
    "edt": ("America/New_York", "America/Toronto"),
    "et": ("America/New_York", "America/Toronto"),
    "eastern": ("America/New_York", "America/Toronto", "Australia/Sydney"),
    "cst": ("America/Chicago", "Asia/Shanghai", "America/Havana"),
    "cdt": ("America/Chicago", "America/Havana"),
    "ct": ("America/Chicago", "America/Winnipeg"),
    "central": ("America/Chicago", "America/Winnipeg", "Australia/Adelaide"),
    "mst": ("America/Denver", "America/Phoenix"),
    "mdt": ("America/Denver", "America/Edmonton"),
    "mt": ("America/Denver", "America/Edmonton"),
    "mountain": ("America/Denver", "America/Edmonton"),
    "pst": ("America/Los_Angeles", "Asia/Manila"),
    "pdt": ("America/Los_Angeles", "America/Vancouver"),
    "pt": ("America/Los_Angeles", "America/Vancouver"),
    "pacific": ("America/Los_Angeles", "America/Vancouver"),
    "ist": ("Asia/Kolkata", "Europe/Dublin", "Asia/Jerusalem"),
    "bst": ("Europe/London", "Asia/Dhaka"),
    "ast": ("America/Halifax", "Asia/Riyadh"),
    "gst": ("Asia/Dubai", "Atlantic/South_Georgia"),
    "ect": ("America/Guayaquil", "Europe/Paris"),
    "amt": ("America/Manaus", "Asia/Yerevan"),
    "wst": ("Australia/Perth", "Pacific/Apia"),
    "usa": ("America/New_York", "America/Chicago", "America/Los_Angeles"),
    "us": ("America/New_York", "America/Chicago", "America/Los_Angeles"),
    "united states": ("America/New_York", "America/Chicago", "America/Los_Angeles"),
    "canada": ("America/Toronto", "America/Winnipeg", "America/Vancouver"),
    "australia": ("Australia/Sydney", "Australia/Adelaide", "Australia/Perth"),
    "brazil": ("America/Sao_Paulo", "America/Manaus", "America/Rio_Branco"),
    "russia": ("Europe/Moscow", "Asia/Yekaterinburg", "Asia/Vladivostok"),
    "mexico": ("America/Mexico_City", "America/Cancun", "America/Tijuana"),
    "spain": ("Europe/Madrid", "Atlantic/Canary"),
    "portugal": ("Europe/Lisbon", "Atlantic/Azores"),
}
_OFFSET = re.compile(r"(?:utc|gmt|z)?\s*[+-]\s*\d{1,2}(?:[:.]?\d\d)?(?:\s*h(?:ours?|rs?)?)?(?:\s*(?:utc|gmt))?")
_ROUND = re.compile(r"^(?:in|the|on|at)\s+|\s+(?:standard |daylight |local |summer )?time(?:\s?-?zone)?$")


class Finding(StrEnum):
    """What came of looking a zone up."""

    SURE = "sure"
    SEVERAL = "several"
    NEAR = "near"
    OFFSET = "offset"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Found:
    """What a name stands for.

    Attributes:
        zones: IANA names: the one that is sure, or those that are offered.
    """

    finding: Finding
    zones: tuple[str, ...] = ()


def find_zone(said: str) -> Found:
    """The zone that a person names, or the ones that they may mean."""
    name = _folded(said, keep_hyphens=True)
    while (shorter := _ROUND.sub("", name)) != name and shorter:
        name = shorter
    if _OFFSET.fullmatch(name):
        return Found(Finding.OFFSET)
    if name.startswith("etc/") and (zone := _lists()[0].get(name)):
        return Found(Finding.SURE, (zone,))
    name = _folded(name)
    for candidate in dict.fromkeys((name, name.partition(",")[0].strip(), name.partition("(")[0].strip())):
        if zones := _named(candidate):
            return Found(Finding.SURE if len(zones) == 1 else Finding.SEVERAL, zones[:OFFERED])
    near = _nearest(name)
    return Found(Finding.NEAR, near) if near else Found(Finding.UNKNOWN)


def zones_named(said: str) -> tuple[str, ...]:
    """The zones that a name surely stands for, several where it has more than one meaning; empty where it is no zone's."""
    name = _folded(said)
    return (_named(name) or _named(re.sub(r"['.]", "", name)))[:OFFERED]


def _named(name: str) -> tuple[str, ...]:
    if name in _SEVERAL:
        return _SEVERAL[name]
    if name in _CITIES:
        return (_CITIES[name],)
    names, cities, countries, others = _lists()
    if name in names:
        return (names[name],)
    return cities.get(name) or countries.get(name) or others.get(name) or ()


def _nearest(name: str) -> tuple[str, ...]:
    from rapidfuzz import fuzz, process

    names, cities, countries, _ = _lists()
    known = {key: (zone,) for key, zone in {**names, **_CITIES}.items() if len(key) > 4} | countries | cities
    near = process.extract(name, list(known), scorer=fuzz.ratio, score_cutoff=ALIKE, limit=8)
    zones = (zone for key, score, _ in near if score >= near[0][1] - WITHIN for zone in known[key])
    return tuple(dict.fromkeys(zones))[:OFFERED]


def _folded(text: str, *, keep_hyphens: bool = False) -> str:
    """In lower case, without accents, its words parted by single spaces."""
    bare = "".join(ch for ch in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(ch))
    parted = re.sub(r"[\s_]+" if keep_hyphens else r"[\s_-]+", " ", bare.replace("’", "'"))
    return re.sub(r"\s*/\s*", "/", parted).strip(" .,;:!?\"'()")


@cache
def _lists() -> tuple[
    dict[str, str], dict[str, tuple[str, ...]], dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]
]:
    """Full names with their region; cities; countries; and the last words of all other names, each with its zones."""
    from importlib.resources import files

    data = files("tzdata")
    zones = [zone for zone in data.joinpath("zones").read_text("utf-8").split() if zone != "Factory"]
    places = [line.split("\t") for line in _rows(data.joinpath("zoneinfo", "zone.tab").read_text("utf-8"))]
    codes = dict(line.split("\t", 1) for line in _rows(data.joinpath("zoneinfo", "iso3166.tab").read_text("utf-8")))
    names = {_folded(zone): zone for zone in zones if "/" in zone and not zone.startswith("Etc/")}
    names |= {zone.casefold(): zone for zone in zones if zone.startswith("Etc/")}
    cities = _grouped((place[2].rpartition("/")[2], place[2]) for place in places)
    countries = _grouped((re.sub(r"\s*\(.*", "", codes[place[0]]), place[2]) for place in places if place[0] in codes)
    others = _grouped((zone.rpartition("/")[2], zone) for zone in zones if not zone.startswith("Etc/"))
    return names, cities, countries, others


def _rows(table: str) -> list[str]:
    return [line for line in table.splitlines() if line and not line.startswith("#")]


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    grouped: dict[str, list[str]] = {}
    for name, zone in pairs:
        grouped.setdefault(_folded(name), []).append(zone)
    return {name: tuple(which) for name, which in grouped.items()}
