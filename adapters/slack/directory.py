"""What Slack knows of people and messages, as the core asks for it."""

from __future__ import annotations

import logging
import time
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp
from slack_sdk.errors import SlackApiError

from adapters.slack.client import code_of
from adapters.slack.workspaces import Workspaces
from bot.message import Room

log = logging.getLogger(__name__)

#: Seconds for which a profile is believed.
BELIEVED_SECONDS = 3_600
#: Profiles that are kept at a time.
PROFILES_AT_MOST = 10_000
#: What Slack says of one person whom it does not show; others' profiles can be read all the same.
#: Source: https://docs.slack.dev/reference/methods/users.info, "Errors"
NOBODY = frozenset({"user_not_found", "user_not_visible"})


class SlackDirectory:
    """The Directory port in Slack."""

    def __init__(self, workspaces: Workspaces) -> None:
        self._workspaces = workspaces
        self._profiles: dict[tuple[str, str], tuple[float, dict[str, Any]]] = {}
        self._told: set[str] = set()

    async def zone(self, room: Room, person: str) -> str | None:
        """The time zone in a person's profile."""
        zone = (await self._profile(room.account, person)).get("tz")
        return zone if isinstance(zone, str) and _exists(zone) else None

    async def manages(self, room: Room, person: str) -> bool:
        """Whether a person is an admin or owner of the workspace; guests and people of other workspaces never are."""
        profile = await self._profile(room.account, person)
        if profile.get("is_restricted") or profile.get("is_ultra_restricted"):
            return False
        if profile.get("team_id", room.account) != room.account:  # in a channel that two workspaces share
            return False
        return any(profile.get(key) is True for key in ("is_admin", "is_owner", "is_primary_owner"))

    async def belongs(self, room: Room, person: str) -> bool:
        """Whether a person is a member of the workspace, and no guest."""
        profile = await self._profile(room.account, person)
        guest = profile.get("is_restricted") or profile.get("is_ultra_restricted") or profile.get("is_stranger")
        return bool(profile) and not guest and profile.get("team_id", room.account) == room.account

    async def name(self, account: str, person: str) -> str:
        """What a person is called; their id where that is not known."""
        user = await self._profile(account, person)
        found = user.get("profile")
        about: dict[str, Any] = found if isinstance(found, dict) else {}
        names = (about.get("display_name"), about.get("real_name"), user.get("real_name"), user.get("name"))
        return next((name for name in names if isinstance(name, str) and name.strip()), person)

    def link(self, room: Room, sent: str) -> str:
        """A link to a message, as `chat.getPermalink` gives it for one outside threads.

        Source: https://docs.slack.dev/reference/methods/chat.getPermalink
        """
        workspace = self._workspaces.known(room.account)
        if workspace is None or not workspace.url:
            return ""
        return f"{workspace.url.rstrip('/')}/archives/{room.id}/p{sent.replace('.', '')}"

    async def _profile(self, team: str, person: str) -> dict[str, Any]:
        """A person as `users.info` gives them; nothing where that is not known."""
        at, profile = self._profiles.get((team, person), (-float(BELIEVED_SECONDS), {}))
        if time.monotonic() - at < BELIEVED_SECONDS:
            return profile
        workspace = await self._workspaces.find(team)
        if workspace is None:
            return {}
        try:
            said = await workspace.client.users_info(user=person)
        except SlackApiError as error:
            if code_of(error) in NOBODY:
                return self._believe(team, person, {})
            if code_of(error) not in self._told:
                self._told.add(code_of(error))
                log.warning("people's profiles cannot be read (%s); nobody's zone or rights are known", code_of(error))
            return {}
        except (aiohttp.ClientError, TimeoutError, OSError):
            return profile
        user = said.get("user")
        return self._believe(team, person, user if isinstance(user, dict) else {})

    def _believe(self, team: str, person: str, profile: dict[str, Any]) -> dict[str, Any]:
        if len(self._profiles) >= PROFILES_AT_MOST:
            self._profiles.clear()
        self._profiles[team, person] = (time.monotonic(), profile)
        return profile


def _exists(zone: str) -> bool:
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        return False
    return True
