"""What is in the fake Slack: workspaces, people, conversations, messages; and the shapes in which Slack shows them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from tests.slack import blocks as judge
from tests.slack.fake_clock import Clock

Json = dict[str, Any]

#: The scopes that a bot can be granted here.
SCOPES = frozenset(
    "app_mentions:read assistant:write channels:history channels:join channels:read chat:write chat:write.public commands "
    "files:write groups:history groups:read groups:write im:history im:read im:write mpim:history mpim:read reactions:read "
    "reactions:write team:read users:read".split()
)

#: The events that an app can subscribe to here, and the scopes of which it needs one.
#: Source: docs.slack.dev/reference/events
EVENTS: dict[str, tuple[str, ...]] = {
    "app_home_opened": (),
    "app_mention": ("app_mentions:read",),
    "app_uninstalled": (),
    "channel_archive": ("channels:read",),
    "channel_left": ("channels:read",),
    "group_archive": ("groups:read",),
    "group_left": ("groups:read",),
    "member_joined_channel": ("channels:read", "groups:read"),
    "member_left_channel": ("channels:read", "groups:read"),
    "message.channels": ("channels:history",),
    "message.groups": ("groups:history",),
    "message.im": ("im:history",),
    "reaction_added": ("reactions:read",),
    "tokens_revoked": (),
}

#: A `response_url` works so often and so long. Source: docs.slack.dev/interactivity/handling-user-interaction
RESPONSE_URL_USES = 5
RESPONSE_URL_SECONDS = 30 * 60
#: A trigger id works so long, in seconds, and once. Source: the same.
TRIGGER_SECONDS = 3.0

SLACKBOT = "USLACKBOT"
TOMBSTONE_TEXT = "This message was deleted."

_MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")
_ROOM = re.compile(r"<#([CG][A-Z0-9]+)(?:\|[^>]*)?>")


def typed(text: str) -> str:
    """What Slack carries when a person types this: `&`, `<` and `>` escaped."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def untyped(text: str) -> str:
    """What a person typed for Slack to carry this."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


@dataclass
class Team:
    id: str
    name: str
    bot_user: str
    bot_id: str
    bot_token: str
    scopes: set[str]
    installed: bool = True
    revoked: bool = False

    @property
    def domain(self) -> str:
        return re.sub(r"[^a-z0-9]+", "-", self.name.lower()).strip("-")


@dataclass
class Person:
    id: str
    name: str
    team: str
    tz: str | None
    admin: bool = False
    guest: bool = False
    bot_id: str | None = None


@dataclass
class Channel:
    """A conversation; its messages by ts, and every version that each of them ever had."""

    id: str
    name: str
    team: str
    kind: str  # "channel", "group" or "im", as `channel_type` of events says it
    members: set[str]
    created: int
    user: str | None = None  # the person of an "im"
    archived: bool = False
    messages: dict[str, Json] = field(default_factory=dict)
    versions: dict[str, list[Json | None]] = field(default_factory=dict)

    @property
    def scope(self) -> str:
        """The first part of the scopes that rule this kind of conversation."""
        return {"channel": "channels", "group": "groups", "im": "im"}[self.kind]

    def put(self, message: Json) -> None:
        ts = message["ts"]
        self.messages[ts] = message
        self.versions.setdefault(ts, []).append(deepcopy(message))

    def drop(self, ts: str) -> None:
        del self.messages[ts]
        self.versions[ts].append(None)

    def replies(self, root: str) -> list[Json]:
        return [m for ts, m in sorted(self.messages.items()) if m.get("thread_ts") == root and ts != root]

    def timeline(self, thread_ts: str | None) -> list[Json]:
        if thread_ts is None:
            found = [m for ts, m in sorted(self.messages.items()) if m.get("thread_ts", ts) == ts or "root" in m]
        else:
            root = self.messages.get(thread_ts)
            found = ([root] if root is not None else []) + self.replies(thread_ts)
        return deepcopy(found)

    def posts_of(self, world: World) -> list[str]:
        bot = world.teams[self.team].bot_user
        return sorted(ts for ts, kept in self.versions.items() if kept[0] is not None and kept[0].get("user") == bot)

    def recount(self, root_ts: str) -> None:
        """Bring the counts of replies on a thread's root up to date."""
        root = self.messages.get(root_ts)
        if root is None:
            return
        replies = self.replies(root_ts)
        people = list(dict.fromkeys(reply["user"] for reply in replies if "user" in reply))
        for key in ("reply_count", "reply_users_count", "latest_reply", "reply_users", "is_locked", "subscribed"):
            root.pop(key, None)
        if replies:
            root["thread_ts"] = root_ts
            root.update(
                reply_count=len(replies),
                reply_users_count=len(people),
                latest_reply=replies[-1]["ts"],
                reply_users=people,
                is_locked=False,
                subscribed=False,
            )
        elif root.get("subtype") != "tombstone":
            root.pop("thread_ts", None)


@dataclass
class Call:
    """A call of the Web API. `error` and `status` are what it was answered with; `lost` if the reply was cut off."""

    method: str
    args: Json
    token: str
    at: float
    by: str
    error: str | None = None
    status: int = 200
    lost: bool = False


@dataclass(frozen=True)
class Rejected:
    """A payload that was refused, the way it came (a method, `response_url`, `ack`), and why."""

    way: str
    error: str
    messages: tuple[str, ...]
    args: Json


@dataclass
class Interaction:
    """Something that a person did and that the bot acknowledges; it fills up while the bot answers.

    Attributes:
        kind: `command`, `message_action`, `block_actions`, `view_submission` or `view_closed`.
        payload: What the bot was sent.
        acked: Whether it was acknowledged in time.
        ack: What the acknowledgement carried: a dictionary, a text, None for nothing.
        error: What the person is shown instead: `operation_timeout` (no acknowledgement within 3 s), `dispatch_failed`
            (nobody to send it to, or an HTTP error), `invalid_command_response` (Slack could not show the ack).
        answers: Where the answers by ack and `response_url` stand: conversation and ts.
        uses: How often its `response_url` was used.
    """

    kind: str
    user: str
    team: str
    channel: str | None
    payload: Json
    response_url: str | None = None
    trigger_id: str | None = None
    at: float = 0.0
    acked: bool = False
    ack: Any = None
    error: str | None = None
    original: tuple[str, str] | None = None
    answers: list[tuple[str, str]] = field(default_factory=list)
    uses: int = 0


@dataclass
class Trigger:
    user: str
    team: str
    at: float
    used: bool = False


class World:
    """All state; touched by the fake's own loop alone."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.url = ""
        self.app_id = "A0FAKE0001"
        self.app_token = "xapp-test"
        self.signing_secret = "signing-secret-of-a-test"
        self.client_id = "1.1"
        self.client_secret = "client-secret-of-a-test"
        self.subscriptions = set(EVENTS)
        self.rate_limited = False
        self.history_limit = 999
        self.escapes = True
        self.teams: dict[str, Team] = {}
        self.people: dict[str, Person] = {}
        self.channels: dict[str, Channel] = {}
        self.ephemerals: list[Json] = []
        self.homes: dict[str, Json] = {}
        self.views: dict[str, Json] = {}
        self.stacks: dict[str, list[str]] = {}
        self.files: dict[str, Json] = {}
        self.prompts: dict[str, Json] = {}
        self.statuses: list[tuple[str, str | None, str]] = []
        self.calls: list[Call] = []
        self.rejected: list[Rejected] = []
        self.pings: list[tuple[str, str]] = []
        self.interactions: dict[str, Interaction] = {}
        self.triggers: dict[str, Trigger] = {}
        self.codes: dict[str, Json] = {}
        self._count = count(1)
        self._last_ts = 0
        self.home = self.add_team("Test Workspace")

    # ---------------------------------------------------------------- making

    def new_id(self, letter: str) -> str:
        return f"{letter}0FAKE{next(self._count):04d}"

    def new_ts(self) -> str:
        self._last_ts = max(int(self.clock.now() * 1_000_000), self._last_ts + 1)
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def add_team(self, name: str, *, installed: bool = True) -> Team:
        id_ = self.new_id("T")
        token = f"xoxb-test-{next(self._count)}"
        team = Team(
            id_, name, self.new_id("U"), self.new_id("B"), token, set(SCOPES - {"chat:write.public"}), installed
        )
        self.teams[id_] = team
        return team

    def add_person(
        self,
        name: str,
        tz: str | None,
        *,
        admin: bool = False,
        guest: bool = False,
        bot: bool = False,
        team: str | None = None,
    ) -> Person:
        bot_id = self.new_id("B") if bot else None
        made = Person(self.new_id("U"), name, self.team(team).id, tz, admin, guest, bot_id)
        self.people[made.id] = made
        return made

    def add_channel(self, name: str, members: Iterable[str], *, private: bool, bot: bool, team: str | None) -> Channel:
        everybody = set(members)
        at = team or next((self.people[user].team for user in everybody if user in self.people), None)
        of = self.team(at)
        if bot:
            everybody.add(of.bot_user)
        kind = "group" if private else "channel"
        made = Channel(self.new_id("C"), name, of.id, kind, everybody, int(self.clock.now()))
        self.channels[made.id] = made
        return made

    def direct(self, user: str) -> Channel:
        """The conversation of a person and the bot."""
        for channel in self.channels.values():
            if channel.kind == "im" and channel.user == user:
                return channel
        team = self.teams[self.person(user).team]
        made = Channel(
            self.new_id("D"), "directmessage", team.id, "im", {user, team.bot_user}, int(self.clock.now()), user=user
        )
        self.channels[made.id] = made
        return made

    def set_zone(self, user: str, tz: str) -> None:
        self.person(user).tz = tz

    def grant(self, team: str | None, scopes: Iterable[str]) -> None:
        wanted = set(scopes)
        if unknown := wanted - SCOPES:
            raise ValueError(f"the fake knows no scopes {sorted(unknown)}; it knows {sorted(SCOPES)}")
        self.team(team).scopes = wanted

    # ---------------------------------------------------------------- finding

    def team(self, id_: str | None) -> Team:
        return self.home if id_ is None else self.teams[id_]

    def person(self, user: str) -> Person:
        if user not in self.people:
            raise ValueError(f"no person {user}; there are {sorted(self.people)}")
        return self.people[user]

    def channel(self, id_: str) -> Channel:
        if id_ not in self.channels:
            raise ValueError(f"no conversation {id_}; there are {sorted(self.channels)}")
        return self.channels[id_]

    def mentioned(self, text: str) -> set[str]:
        return set(_MENTION.findall(text))

    def ephemerals_of(self, user: str, channel: str | None) -> list[Json]:
        return [
            deepcopy(shown)
            for shown in self.ephemerals
            if shown["to"] == user and (channel is None or shown["channel"] == channel)
        ]

    def answers_to(self, interaction: Interaction) -> list[Json]:
        found: list[Json] = []
        for channel, ts in dict.fromkeys(interaction.answers):
            found += [deepcopy(shown) for shown in self.ephemerals if shown["ts"] == ts]
            if ts in self.channels[channel].messages:
                found.append(deepcopy(self.channels[channel].messages[ts]))
        return found

    def modal_of(self, user: str) -> Json | None:
        stack = self.stacks.get(user)
        return deepcopy(self.views[stack[-1]]) if stack else None

    # ---------------------------------------------------------------- shapes

    def bot_profile(self, team: Team) -> Json:
        icon = f"{self.url}/icon.png"
        return {
            "id": team.bot_id,
            "app_id": self.app_id,
            "name": "hearings",
            "icons": {"image_36": icon, "image_48": icon, "image_72": icon},
            "deleted": False,
            "updated": 1_750_000_000,
            "team_id": team.id,
        }

    def bot_message(self, team: Team, channel: str, args: Json) -> Json:
        """A message of the bot's, as it is stored."""
        message: Json = {
            "type": "message",
            "channel": channel,
            "user": team.bot_user,
            "bot_id": team.bot_id,
            "app_id": self.app_id,
            "team": team.id,
            "bot_profile": self.bot_profile(team),
            "text": args["text"],
            "ts": self.new_ts(),
        }
        message["blocks"] = self.with_ids(args["blocks"]) if args.get("blocks") else self.rich_text(args["text"])
        if args.get("metadata"):
            message["metadata"] = args["metadata"]
        return message

    def with_ids(self, blocks: list[Json]) -> list[Json]:
        """Blocks with the block ids, and buttons with the action ids, that Slack gives those that have none."""
        made = deepcopy(blocks)
        for block in made:
            block.setdefault("block_id", f"b{next(self._count)}")
            for element in [*block.get("elements", ()), block.get("accessory"), block.get("element")]:
                if isinstance(element, dict) and element.get("type") in judge.INTERACTIVE:
                    element.setdefault("action_id", f"a{next(self._count)}")
        return made

    def rich_text(self, text: str) -> list[Json]:
        """The block that Slack makes of a text."""
        parts: list[Json] = []
        at = 0
        for match in _MENTION.finditer(text):
            if match.start() > at:
                parts.append({"type": "text", "text": untyped(text[at : match.start()])})
            parts.append({"type": "user", "user_id": match[1]})
            at = match.end()
        if at < len(text):
            parts.append({"type": "text", "text": untyped(text[at:])})
        section = {"type": "rich_text_section", "elements": parts}
        return [{"type": "rich_text", "block_id": f"b{next(self._count)}", "elements": [section]}]

    def channel_json(self, channel: Channel) -> Json:
        team = self.teams[channel.team]
        shown: Json = {
            "id": channel.id,
            "created": channel.created,
            "is_archived": channel.archived,
            "is_im": channel.kind == "im",
            "is_org_shared": False,
            "context_team_id": channel.team,
            "updated": channel.created * 1000,
        }
        if channel.kind == "im":
            return {**shown, "user": channel.user, "priority": 0}
        nothing = {"value": "", "creator": "", "last_set": 0}
        return {
            **shown,
            "name": channel.name,
            "name_normalized": channel.name,
            "is_channel": channel.kind == "channel",
            "is_group": channel.kind == "group",
            "is_mpim": False,
            "is_private": channel.kind == "group",
            "is_general": False,
            "is_shared": False,
            "is_ext_shared": False,
            "is_pending_ext_shared": False,
            "is_member": team.bot_user in channel.members,
            "unlinked": 0,
            "creator": next(iter(sorted(channel.members)), ""),
            "shared_team_ids": [channel.team],
            "pending_shared": [],
            "pending_connected_team_ids": [],
            "previous_names": [],
            "topic": dict(nothing),
            "purpose": dict(nothing),
        }

    def user_json(self, user: str) -> Json:
        """A person or a bot, as `users.info` shows them; no zone if the profile has none."""
        for team in self.teams.values():
            if team.bot_user == user:
                return self._user_json(Person(user, "hearings", team.id, "America/Los_Angeles", bot_id=team.bot_id))
        return self._user_json(self.people[user])

    def _user_json(self, person: Person) -> Json:
        zone: Json = {}
        if person.tz is not None:
            at = datetime.fromtimestamp(self.clock.now(), UTC).astimezone(ZoneInfo(person.tz))
            offset = at.utcoffset()
            assert offset is not None
            zone = {"tz": person.tz, "tz_label": at.tzname() or "", "tz_offset": int(offset.total_seconds())}
        profile: Json = {
            "real_name": person.name.title(),
            "real_name_normalized": person.name.title(),
            "display_name": person.name,
            "display_name_normalized": person.name,
            "team": person.team,
        }
        if person.bot_id is not None:
            profile["bot_id"] = person.bot_id
        return {
            "id": person.id,
            "team_id": person.team,
            "name": person.name,
            "deleted": False,
            "real_name": person.name.title(),
            **zone,
            "profile": profile,
            "is_admin": person.admin,
            "is_owner": False,
            "is_primary_owner": False,
            "is_restricted": person.guest,
            "is_ultra_restricted": False,
            "is_bot": person.bot_id is not None,
            "is_app_user": False,
            "updated": 1_750_000_000,
        }

    def carried(self, text: str) -> str:
        """A command's text as it arrives: with `should_escape`, ids and names; without, names as typed."""
        if self.escapes:
            text = _MENTION.sub(lambda found: f"<@{found[1]}|{self._name(found[1])}>", text)
            return _ROOM.sub(lambda found: f"<#{found[1]}|{self.channel(found[1]).name}>", text)
        text = _MENTION.sub(lambda found: f"@{self._name(found[1])}", text)
        return untyped(_ROOM.sub(lambda found: f"#{self.channel(found[1]).name}", text))

    def _name(self, user: str) -> str:
        return str(self.user_json(user)["name"])

    # ---------------------------------------------------------------- interactions

    def interaction(self, kind: str, user: str, channel: str | None, payload: Json, *, answerable: bool) -> Interaction:
        """An interaction with a trigger id and, if it can be answered so, a `response_url`, both in its payload."""
        now = self.clock.now()
        number = next(self._count)
        team = self.teams[self.person(user).team]
        made = Interaction(kind, user, team.id, channel, payload, at=now)
        made.trigger_id = payload["trigger_id"] = f"{number}.{number}.trigger"
        self.triggers[made.trigger_id] = Trigger(user, team.id, now)
        if answerable:
            key = f"{team.id}/{number}"
            made.response_url = payload["response_url"] = f"{self.url}/response/{key}"
            self.interactions[key] = made
        return made

    def note_pings(self, channel: str, args: Json) -> None:
        self.pings += [(channel, found) for found in judge.pings(args)]
