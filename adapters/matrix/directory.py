"""What Matrix knows of people and rooms, as the core asks for it."""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from nio import AsyncClient

from adapters.matrix.rest import Rest, Unreachable, path
from adapters.matrix.sync import Event
from bot.message import Room

#: Power level from which somebody manages a room: the default for kicking, banning and changing its state.
#: Source: https://spec.matrix.org/v1.15/client-server-api/#mroompower_levels
MANAGER = 50
#: Room versions in which a room's creators have no power of their own.
#: Source: https://spec.matrix.org/v1.16/rooms/v12/, "creators"
WITHOUT_CREATORS = frozenset(map(str, range(1, 12)))
#: Seconds for which a profile's time zone is believed.
BELIEVED_SECONDS = 3_600
#: Profiles that are kept at a time.
PROFILES_AT_MOST = 10_000
#: Seconds that an answer waits for a profile.
PROFILE_SECONDS = 5
#: The field of a profile that holds a time zone, and its name before it was in the specification.
#: Source: https://spec.matrix.org/v1.16/client-server-api/#mtz, MSC4175
ZONE_FIELDS = ("m.tz", "us.cloke.msc4175.tz")


class MatrixDirectory:
    """The Directory port on a homeserver."""

    def __init__(self, client: AsyncClient, rest: Rest) -> None:
        self._client = client
        self._rest = rest
        self._zones: dict[str, tuple[float, str | None]] = {}
        self._creators: dict[str, frozenset[str]] = {}
        self._levels: dict[str, dict[str, Any]] = {}

    async def zone(self, room: Room, person: str) -> str | None:
        """The zone in a person's profile, where their server keeps one."""
        at, zone = self._zones.get(person, (-BELIEVED_SECONDS, None))
        if time.monotonic() - at >= BELIEVED_SECONDS:
            zone = await self._profile_zone(person)
            if len(self._zones) >= PROFILES_AT_MOST:
                self._zones.clear()
            self._zones[person] = (time.monotonic(), zone)
        return zone

    async def _profile_zone(self, person: str) -> str | None:
        try:
            profile = await self._rest.get(path("v3", "profile", person), seconds=PROFILE_SECONDS)
        except Unreachable:
            return None
        for field in ZONE_FIELDS:
            zone = profile.data.get(field)
            if isinstance(zone, str) and _exists(zone):
                return zone
        return None

    async def manages(self, room: Room, person: str) -> bool:
        """Whether a person has power level 50 or more, or created a room whose creators stand above all levels."""
        if person in self._creators.get(room.id, ()):
            return True
        levels = self._levels.get(room.id, {})
        users = levels.get("users")
        level = users.get(person) if isinstance(users, dict) else None
        if level is None:
            level = levels.get("users_default")
        return isinstance(level, int) and level >= MANAGER

    def managers(self, room: Room) -> list[str]:
        """Those who manage a room by name, without the bot."""
        users = self._levels.get(room.id, {}).get("users")
        high = (
            [person for person, level in users.items() if isinstance(level, int) and level >= MANAGER]
            if isinstance(users, dict)
            else []
        )
        return sorted({*high, *self._creators.get(room.id, ())} - {self._client.user_id})

    async def belongs(self, room: Room, person: str) -> bool:
        """Whether a person's server is the bot's own."""
        return person.partition(":")[2] == str(self._client.user_id).partition(":")[2]

    def link(self, room: Room, sent: str) -> str:
        """A link that every client opens.

        Source: https://spec.matrix.org/v1.15/appendices/#matrixto-navigation.
        """
        server = self._client.user_id.partition(":")[2]
        return f"https://matrix.to/#/{quote(room.id, safe='!:')}/{quote(sent, safe='$')}?via={quote(server, safe=':')}"

    def learn(self, room: str, event: Event) -> None:
        """Learn who manages a room from its state; nio would add to the power levels that it knows and take none away."""
        content = event.get("content")
        if not isinstance(content, dict) or event.get("state_key") != "":
            return
        if event.get("type") == "m.room.power_levels":
            self._levels[room] = content
        elif event.get("type") == "m.room.create":
            also = content.get("additional_creators")
            creators = [str(event.get("sender")), *map(str, also if isinstance(also, list) else [])]
            if str(content.get("room_version", "1")) not in WITHOUT_CREATORS:
                self._creators[room] = frozenset(creators)

    def forget(self, room: str) -> None:
        """Forget a room that the bot left."""
        self._levels.pop(room, None)
        self._creators.pop(room, None)


def _exists(zone: str) -> bool:
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        return False
    return True
