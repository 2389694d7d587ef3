"""The fake Slack's Web API, `response_url`s, uploads and installation; and the faults that tests ask for.

Errors are those of each method's page at docs.slack.dev/reference/methods.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from tests.slack import blocks as judge
from tests.slack.fake_delivery import Courier
from tests.slack.fake_people import People
from tests.slack.fake_world import (
    RESPONSE_URL_SECONDS,
    RESPONSE_URL_USES,
    SCOPES,
    SLACKBOT,
    TRIGGER_SECONDS,
    Call,
    Channel,
    Json,
    Rejected,
    Team,
    World,
)

#: A channel takes a message a second. Source: docs.slack.dev/apis/web-api/rate-limits
CHANNEL_SECONDS = 1.0
#: Where `history_limit` is 15, each of the two methods may be called once in so long. Source: docs.slack.dev/reference/methods/
#: conversations.history
HISTORY_SECONDS = 60.0
LIMITED_HISTORY = 15
#: Source: docs.slack.dev/reference/methods/files.getUploadURLExternal
ALT_CHARACTERS = 1_000

#: The scopes of which a method needs one; methods that are not here need none, or it hangs on the conversation.
NEEDED: dict[str, tuple[str, ...]] = {
    "chat.postMessage": ("chat:write",),
    "chat.update": ("chat:write",),
    "chat.delete": ("chat:write",),
    "chat.postEphemeral": ("chat:write",),
    "chat.startStream": ("chat:write",),
    "chat.appendStream": ("chat:write",),
    "chat.stopStream": ("chat:write",),
    "conversations.open": ("im:write",),
    "conversations.join": ("channels:join",),
    "users.info": ("users:read",),
    "users.list": ("users:read",),
    "files.getUploadURLExternal": ("files:write",),
    "files.completeUploadExternal": ("files:write",),
    "files.delete": ("files:write",),
    "reactions.add": ("reactions:write",),
    "assistant.threads.setSuggestedPrompts": ("assistant:write",),
    "assistant.threads.setStatus": ("chat:write", "assistant:write"),
    "team.info": ("team:read",),
}
#: Arguments that are JSON where a form or a query carries them.
_JSON_ARGS = ("blocks", "attachments", "metadata", "view", "prompts", "files", "loading_messages", "chunks")


class Refusal(Exception):
    def __init__(self, error: str, **extra: Any) -> None:
        super().__init__(error)
        self.error = error
        self.extra = extra


@dataclass
class Fault:
    error: str | None = None
    status: int | None = None
    retry_after: int | None = None
    times: int = 1


@dataclass
class Slowness:
    seconds: float
    times: int | None


class WebApi:
    """Answers the bot's calls."""

    def __init__(self, world: World, courier: Courier) -> None:
        self.world = world
        self.courier = courier
        self.people = People(world, courier)
        self._faults: dict[str, list[Fault]] = {}
        self._lost: dict[str, int] = {}
        self._slow: dict[str, Slowness] = {}
        self._posted: dict[str, float] = {}
        self._read: dict[str, float] = {}
        self._streams: dict[str, str] = {}
        self._methods: dict[str, Callable[[Team, Json], Json]] = {
            "assistant.threads.setStatus": self._set_status,
            "assistant.threads.setSuggestedPrompts": self._set_prompts,
            "auth.revoke": self._revoke,
            "chat.appendStream": self._append_stream,
            "chat.delete": self._delete,
            "chat.getPermalink": self._permalink,
            "chat.postEphemeral": self._post_ephemeral,
            "chat.postMessage": self._post_message,
            "chat.startStream": self._start_stream,
            "chat.stopStream": self._stop_stream,
            "chat.update": self._update,
            "conversations.history": self._history,
            "conversations.info": self._info,
            "conversations.join": self._join,
            "conversations.list": self._list,
            "conversations.members": self._members,
            "conversations.open": self._open,
            "conversations.replies": self._replies,
            "files.completeUploadExternal": self._complete_upload,
            "files.delete": self._delete_file,
            "files.getUploadURLExternal": self._upload_url,
            "reactions.add": self._react,
            "team.info": self._team_info,
            "users.conversations": self._own_list,
            "users.info": self._user_info,
            "users.list": self._users,
            "views.open": self._open_view,
            "views.publish": self._publish,
            "views.push": self._open_view,
            "views.update": self._update_view,
        }

    def routes(self, app: web.Application) -> None:
        app.router.add_route("*", "/api/{method}", self._api)
        app.router.add_post("/response/{team}/{number}", self._response_url)
        app.router.add_post("/upload/{file}", self._upload)
        app.router.add_get("/oauth/v2/authorize", self._authorize)

    # ---------------------------------------------------------------- faults

    def fail(self, method: str, error: str | None, status: int | None, times: int, retry_after: int | None) -> None:
        if error is None and status is None:
            raise ValueError("say how it is to fail: by an error's name, an HTTP status, or both")
        self._known(method)
        self._faults.setdefault(method, []).append(Fault(error, status, retry_after, times))

    def lose_reply(self, method: str, times: int) -> None:
        self._known(method)
        self._lost[method] = self._lost.get(method, 0) + times

    def slow(self, method: str, seconds: float, times: int | None) -> None:
        self._known(method)
        self._slow[method] = Slowness(seconds, times)

    def _known(self, method: str) -> None:
        known = {
            *self._methods,
            "auth.test",
            "apps.connections.open",
            "oauth.v2.access",
            "api.test",
            "response_url",
            "upload",
        }
        if method not in known:
            raise ValueError(f"the fake has no method {method}; it has {sorted(known)}")

    def _fault(self, method: str) -> web.Response | None:
        left = self._faults.get(method)
        if not left:
            return None
        fault = left[0]
        fault.times -= 1
        if fault.times <= 0:
            left.pop(0)
        if fault.status == 429:
            return self._limited(fault.retry_after or 1)
        if fault.error is not None:
            return web.json_response({"ok": False, "error": fault.error}, status=fault.status or 200)
        return web.Response(status=fault.status or 500, text="a fault that the test asked for")

    def _limited(self, seconds: int) -> web.Response:
        """Source: docs.slack.dev/apis/web-api/rate-limits"""
        headers = {"Retry-After": str(seconds)}
        return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=headers)

    async def _after(self, request: web.Request, method: str) -> bool:
        """Wait where a method is to be slow; whether its reply is to be lost, which cuts the connection."""
        slow = self._slow.get(method)
        if slow is not None and slow.times != 0:
            if slow.times is not None:
                slow.times -= 1
            await self.world.clock.sleep(slow.seconds)
        if self._lost.get(method, 0) > 0:
            self._lost[method] -= 1
            if request.transport is not None:
                request.transport.abort()
            return True
        return False

    # ---------------------------------------------------------------- a call

    async def _api(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        broken = None
        try:
            args = await self._args(request)
        except Refusal as refusal:
            args, broken = {}, refusal
        given = str(args.pop("token", ""))
        token = request.headers.get("Authorization", "").removeprefix("Bearer ").strip() or given
        call = Call(method, args, token, self.world.clock.now(), request.method)
        self.world.calls.append(call)
        if (fault := self._fault(method)) is not None:
            call.status = fault.status
            call.error = (
                json.loads(fault.text or "{}").get("error") if fault.content_type == "application/json" else "fault"
            )
            return fault
        headers: Json = {}
        try:
            if broken is not None:
                raise broken
            if (wait := self._must_wait(method, args)) is not None:
                call.status, call.error = 429, "ratelimited"
                return self._limited(wait)
            answer = {"ok": True, **self._answer(method, token, args, request)}
            team = next((team for team in self.world.teams.values() if team.bot_token == token), None)
            if team is not None:
                headers["x-oauth-scopes"] = ",".join(sorted(team.scopes))
        except Refusal as refusal:
            call.error = refusal.error
            answer = {"ok": False, "error": refusal.error, **refusal.extra}
            if refusal.error in {
                "invalid_blocks",
                "invalid_blocks_format",
                "msg_blocks_too_long",
                "view_too_large",
            } or (refusal.error == "invalid_arguments" and "view" in args):
                said = refusal.extra.get("response_metadata", {}).get("messages", ())
                self.world.rejected.append(Rejected(method, refusal.error, tuple(said), args))
        call.lost = await self._after(request, method)
        return web.json_response(answer, headers=headers)

    async def _args(self, request: web.Request) -> Json:
        """The arguments, whether a query, a form, a multipart form or JSON carries them. Source: docs.slack.dev/apis/web-api"""
        args: Json = dict(request.query)
        if request.method == "POST":
            if request.content_type == "application/json":
                try:
                    body = json.loads(await request.text() or "{}")
                except ValueError:
                    raise Refusal("invalid_json") from None
                if not isinstance(body, dict):
                    raise Refusal("json_not_object")
                args.update(body)
            else:
                args.update({key: value for key, value in (await request.post()).items() if isinstance(value, str)})
        for key in _JSON_ARGS:
            if isinstance(args.get(key), str) and args[key]:
                try:
                    args[key] = json.loads(args[key])
                except ValueError:
                    if key == "blocks":
                        raise Refusal("invalid_blocks_format") from None
                    raise Refusal("invalid_arguments") from None
        return args

    def _must_wait(self, method: str, args: Json) -> int | None:
        """The seconds to wait where a rate limit is reached; None where none is."""
        now = self.world.clock.now()
        if method in {"chat.postMessage", "chat.startStream"} and self.world.rate_limited:
            channel = str(args.get("channel"))
            if now - self._posted.get(channel, 0.0) < CHANNEL_SECONDS:
                return 1
            self._posted[channel] = now
        if method in {"conversations.history", "conversations.replies"} and self.world.history_limit == LIMITED_HISTORY:
            left = self._read.get(method, 0.0) + HISTORY_SECONDS - now
            if left > 0:
                return int(left) + 1
            self._read[method] = now
        return None

    def _answer(self, method: str, token: str, args: Json, request: web.Request) -> Json:
        if method == "api.test":
            return {}
        if method == "oauth.v2.access":
            return self._access(args, request)
        if not token:
            raise Refusal("not_authed")
        if token == self.world.app_token:
            if method == "apps.connections.open":
                return {"url": self.courier.ticket()}
            if method == "auth.test":
                return {"app_name": "hearings", "app_id": self.world.app_id}
            raise Refusal("not_allowed_token_type")
        team = next((team for team in self.world.teams.values() if team.bot_token == token), None)
        if team is None:
            raise Refusal("invalid_auth")
        if not team.installed:
            raise Refusal("account_inactive")
        if team.revoked:
            raise Refusal("token_revoked")
        if method == "apps.connections.open":
            raise Refusal("not_allowed_token_type")
        if method == "auth.test":
            return {
                "url": f"https://{team.domain}.slack.example/",
                "team": team.name,
                "user": "hearings",
                "team_id": team.id,
                "user_id": team.bot_user,
                "bot_id": team.bot_id,
                "is_enterprise_install": False,
            }
        if method not in self._methods:
            raise Refusal("unknown_method", req_method=method)
        if needed := NEEDED.get(method):
            self._needs(team, *needed)
        return self._methods[method](team, args)

    def _needs(self, team: Team, *one_of: str) -> None:
        if not team.scopes & set(one_of):
            raise Refusal("missing_scope", needed=",".join(one_of), provided=",".join(sorted(team.scopes)))

    def _channel(self, team: Team, args: Json, key: str = "channel") -> Channel:
        """The conversation that is meant, if the bot can see it."""
        channel = self.world.channels.get(str(args.get(key)))
        if channel is None or channel.team != team.id:
            raise Refusal("channel_not_found")
        if channel.kind != "channel" and team.bot_user not in channel.members:
            raise Refusal("channel_not_found")
        return channel

    def _member(self, team: Team, channel: Channel) -> Channel:
        if team.bot_user not in channel.members:
            raise Refusal("not_in_channel")
        return channel

    # ---------------------------------------------------------------- chat

    def _content(self, args: Json, *, old: Json | None = None) -> Json:
        """The text, blocks and metadata of a message, and a warning if the text was cut; refused as Slack refuses them."""
        text, blocks, markdown = args.get("text"), args.get("blocks"), args.get("markdown_text")
        if markdown:
            if text or blocks:
                raise Refusal("markdown_text_conflict")
            if len(markdown) > judge.MARKDOWN_CHARACTERS:
                raise Refusal("msg_too_long")
            blocks, text = [{"type": "markdown", "text": markdown}], markdown
        if blocks not in (None, ""):
            self._judge(judge.check_message(blocks))
        if text is not None and not isinstance(text, str):
            raise Refusal("invalid_arguments")
        if not blocks and not (text or "").strip() and not args.get("attachments"):
            raise Refusal("no_text")
        content: Json = {"text": text or (old or {}).get("text", "") if old else text or "", "blocks": blocks}
        if len(content["text"]) > judge.TEXT_CHARACTERS:
            content["text"] = content["text"][: judge.TEXT_CHARACTERS]
            content["cut"] = True
        metadata = args.get("metadata")
        if metadata is not None:
            if not isinstance(metadata, dict) or (metadata and not {"event_type", "event_payload"} <= set(metadata)):
                raise Refusal("invalid_metadata_format")
            content["metadata"] = metadata
        return content

    def _judge(self, verdict: judge.Verdict) -> None:
        if verdict.error is not None:
            messages = list(verdict.messages)
            raise Refusal(verdict.error, **({"response_metadata": {"messages": messages}} if messages else {}))

    def _warned(self, answer: Json, content: Json) -> Json:
        if content.get("cut"):
            return {**answer, "warning": "message_truncated", "response_metadata": {"warnings": ["message_truncated"]}}
        return answer

    def _into_thread(self, channel: Channel, message: Json, args: Json) -> None:
        thread = args.get("thread_ts")
        if not thread:
            return
        root = channel.messages.get(str(thread))
        if root is None:  # Slack takes any thread_ts, and shows such a message nowhere near a root
            message["thread_ts"] = str(thread)
            return
        message["thread_ts"] = root.get("thread_ts", root["ts"])
        message["parent_user_id"] = channel.messages.get(message["thread_ts"], root).get("user", SLACKBOT)

    def _target(self, team: Team, args: Json) -> Channel:
        """Where to post; a person's id stands for their conversation with the bot."""
        person = self.world.people.get(str(args.get("channel")))
        if person is not None and person.team == team.id:
            return self.world.direct(person.id)
        channel = self._channel(team, args)
        if channel.kind != "channel" or "chat:write.public" not in team.scopes:
            self._member(team, channel)
        if channel.archived:
            raise Refusal("is_archived")
        return channel

    def _post_message(self, team: Team, args: Json) -> Json:
        channel = self._target(team, args)
        content = self._content(args)
        message = self.world.bot_message(team, channel.id, content)
        self._into_thread(channel, message, args)
        if args.get("reply_broadcast") in (True, "true", "1") and "thread_ts" in message:
            message["subtype"] = "thread_broadcast"
            message["root"] = {}
        self.people.publish(channel, message)
        self.world.note_pings(channel.id, args)
        answer = {"channel": channel.id, "ts": message["ts"], "message": self._shown(message)}
        return self._warned(answer, content)

    def _shown(self, message: Json, *, metadata: bool = True) -> Json:
        """A message as the Web API shows it."""
        shown = {key: value for key, value in message.items() if key != "channel" and (metadata or key != "metadata")}
        return deepcopy(shown)

    def _post_ephemeral(self, team: Team, args: Json) -> Json:
        channel = self._member(team, self._channel(team, args))
        if channel.archived:
            raise Refusal("is_archived")
        if args.get("user") not in channel.members:
            raise Refusal("user_not_in_channel")
        content = self._content(args)
        message = self.world.bot_message(team, channel.id, content)
        self._into_thread(channel, message, args)
        self.world.ephemerals.append({**message, "to": args["user"]})
        self.world.note_pings(channel.id, args)
        return {"message_ts": message["ts"]}

    def _own(self, team: Team, args: Json, error: str) -> tuple[Channel, Json]:
        channel = self._channel(team, args)
        message = channel.messages.get(str(args.get("ts")))
        if message is None:
            raise Refusal("message_not_found")
        if message.get("bot_id") != team.bot_id:
            raise Refusal(error)
        return channel, message

    def _update(self, team: Team, args: Json) -> Json:
        channel, old = self._own(team, args, "cant_update_message")
        if channel.archived:
            raise Refusal("is_inactive")
        if len(str(args.get("text") or "")) > judge.UPDATE_TEXT_CHARACTERS:
            raise Refusal("msg_too_long")
        content = self._content(args, old=old)
        new = deepcopy(old)
        new["text"] = content["text"]
        if content["blocks"]:
            new["blocks"] = self.world.with_ids(content["blocks"])
        else:  # the text takes the place of the blocks
            new["blocks"] = self.world.rich_text(content["text"])
            new["edited"] = {"user": team.bot_user, "ts": self.world.new_ts()}
        if "metadata" in content:
            new["metadata"] = content["metadata"]
            if not content["metadata"]:
                del new["metadata"]
        self.people.change(channel, new)
        self.world.note_pings(channel.id, args)
        shown = {key: value for key, value in self._shown(new).items() if key in _UPDATED}
        return {"channel": channel.id, "ts": new["ts"], "text": new["text"], "message": shown}

    def _delete(self, team: Team, args: Json) -> Json:
        channel, message = self._own(team, args, "cant_delete_message")
        self.people.delete(channel.id, message["ts"])
        return {"channel": channel.id, "ts": message["ts"]}

    def _permalink(self, team: Team, args: Json) -> Json:
        channel = self._channel(team, args)
        ts = str(args.get("message_ts"))
        if ts not in channel.messages:
            raise Refusal("message_not_found")
        link = f"https://{team.domain}.slack.example/archives/{channel.id}/p{ts.replace('.', '')}"
        root = channel.messages[ts].get("thread_ts", ts)
        if root != ts:
            link += f"?thread_ts={root}&cid={channel.id}"
        return {"channel": channel.id, "permalink": link}

    # ---------------------------------------------------------------- streams

    def _start_stream(self, team: Team, args: Json) -> Json:
        channel = self._target(team, args)
        if not args.get("thread_ts"):
            raise Refusal("invalid_arguments")
        if channel.kind != "im":
            for key in ("recipient_team_id", "recipient_user_id"):
                if not args.get(key):
                    raise Refusal(f"missing_{key}")
        text = self._streamed(args)
        blocks = [{"type": "markdown", "text": text}] if text else None
        message = self.world.bot_message(team, channel.id, {"text": text, "blocks": blocks})
        self._into_thread(channel, message, args)
        self.people.publish(channel, message)
        self._streams[message["ts"]] = text
        return {"channel": channel.id, "ts": message["ts"]}

    def _streamed(self, args: Json) -> str:
        text = str(args.get("markdown_text") or "")
        if len(text) > judge.MARKDOWN_CHARACTERS:
            raise Refusal("msg_too_long")
        return text

    def _append_stream(self, team: Team, args: Json) -> Json:
        return self._grow(team, args)

    def _stop_stream(self, team: Team, args: Json) -> Json:
        self._grow(team, args)
        del self._streams[str(args["ts"])]
        return {}

    def _grow(self, team: Team, args: Json) -> Json:
        channel, message = self._own(team, args, "message_not_owned_by_app")
        ts = message["ts"]
        if ts not in self._streams:
            raise Refusal("message_not_in_streaming_state")
        self._streams[ts] += self._streamed(args)
        blocks = [{"type": "markdown", "text": self._streams[ts]}] if self._streams[ts] else []
        blocks += args.get("blocks") or []
        self._judge(judge.check_message(blocks))
        self.people.change(
            channel, {**deepcopy(message), "text": self._streams[ts], "blocks": self.world.with_ids(blocks)}
        )
        return {"channel": channel.id, "ts": ts}

    # ---------------------------------------------------------------- conversations

    def _info(self, team: Team, args: Json) -> Json:
        channel = self._channel(team, args)
        self._needs(team, f"{channel.scope}:read")
        shown = self.world.channel_json(channel)
        if args.get("include_num_members") in (True, "true", "1"):
            shown["num_members"] = len(channel.members)
        return {"channel": shown}

    def _join(self, team: Team, args: Json) -> Json:
        channel = self._channel(team, args)
        if channel.kind != "channel":
            raise Refusal("method_not_supported_for_channel_type")
        if channel.archived:
            raise Refusal("is_archived")
        if team.bot_user in channel.members:
            warning = {"warning": "already_in_channel", "response_metadata": {"warnings": ["already_in_channel"]}}
            return {"channel": self.world.channel_json(channel), **warning}
        self.people.invite_bot(channel.id, None)
        return {"channel": self.world.channel_json(channel)}

    def _open(self, team: Team, args: Json) -> Json:
        if args.get("channel"):
            return {"channel": {"id": self._channel(team, args).id}}
        users = args.get("users") or ""
        named = users if isinstance(users, list) else [user for user in str(users).split(",") if user]
        if not named:
            raise Refusal("users_list_not_supplied")
        if len(named) > 1:
            raise Refusal("invalid_user_combination")  # the fake has no group conversations
        person = self.world.people.get(named[0])
        if person is None or person.team != team.id:
            raise Refusal("user_not_found")
        if person.bot_id is not None:
            raise Refusal("cannot_dm_bot")
        there = any(channel.user == person.id for channel in self.world.channels.values())
        channel = self.world.direct(person.id)
        again = {"no_op": True, "already_open": True} if there else {}
        full = args.get("return_im") in (True, "true", "1")
        return {**again, "channel": self.world.channel_json(channel) if full else {"id": channel.id}}

    def _kinds(self, team: Team, args: Json) -> set[str]:
        names = {"public_channel": "channel", "private_channel": "group", "im": "im", "mpim": "mpim"}
        wanted = [name.strip() for name in str(args.get("types") or "public_channel").split(",")]
        if not set(wanted) <= set(names):
            raise Refusal("invalid_types")
        scopes = {"channel": "channels:read", "group": "groups:read", "im": "im:read", "mpim": "mpim:read"}
        kinds = {names[name] for name in wanted}
        for kind in sorted(kinds):
            self._needs(team, scopes[kind])
        return kinds

    def _list(self, team: Team, args: Json) -> Json:
        kinds = self._kinds(team, args)
        archived = args.get("exclude_archived") not in (True, "true", "1")
        found = [
            channel
            for channel in self.world.channels.values()
            if channel.team == team.id
            and channel.kind in kinds
            and (archived or not channel.archived)
            and (channel.kind == "channel" or team.bot_user in channel.members)
        ]
        page, cursor = self._page(found, args, most=1000, usual=100)
        shown = [self.world.channel_json(channel) for channel in page]
        for channel, json_ in zip(page, shown, strict=True):
            if channel.kind != "im":
                json_["num_members"] = len(channel.members)
        return {"channels": shown, "response_metadata": {"next_cursor": cursor}}

    def _own_list(self, team: Team, args: Json) -> Json:
        kinds = self._kinds(team, args)
        found = [
            channel
            for channel in self.world.channels.values()
            if channel.team == team.id and channel.kind in kinds and team.bot_user in channel.members
        ]
        page, cursor = self._page(found, args, most=999, usual=100)
        shown = [self.world.channel_json(channel) for channel in page]
        for json_ in shown:
            json_.pop("is_member", None)
        return {"channels": shown, "response_metadata": {"next_cursor": cursor}}

    def _members(self, team: Team, args: Json) -> Json:
        channel = self._channel(team, args)
        self._needs(team, f"{channel.scope}:read")
        page, cursor = self._page(sorted(channel.members), args, most=1000, usual=100)
        return {"members": page, "response_metadata": {"next_cursor": cursor}}

    def _page(self, found: list[Any], args: Json, *, most: int, usual: int) -> tuple[list[Any], str]:
        """A page of what was found, and the cursor of the next; "" at the end."""
        limit = self._limit(args, most=most, usual=usual)
        start = 0
        if args.get("cursor"):
            try:
                start = int(base64.urlsafe_b64decode(str(args["cursor"])).removeprefix(b"next:"))
            except ValueError:
                raise Refusal("invalid_cursor") from None
        end = start + limit
        return found[start:end], base64.urlsafe_b64encode(b"next:%d" % end).decode() if end < len(found) else ""

    def _limit(self, args: Json, *, most: int, usual: int) -> int:
        try:
            return max(1, min(int(args.get("limit") or usual), most))
        except ValueError:
            raise Refusal("invalid_limit") from None

    def _history(self, team: Team, args: Json) -> Json:
        channel = self._channel(team, args)
        self._needs(team, f"{channel.scope}:history")
        self._member(team, channel)
        newest_first = list(reversed(self._between(channel.timeline(None), args)))
        return self._messages(newest_first, args)

    def _replies(self, team: Team, args: Json) -> Json:
        channel = self._channel(team, args)
        self._needs(team, f"{channel.scope}:history")
        self._member(team, channel)
        ts = str(args.get("ts"))
        asked = channel.messages.get(ts)
        if asked is None:
            raise Refusal("thread_not_found")
        thread = channel.timeline(asked.get("thread_ts", ts))
        root = [message for message in thread if message["ts"] == asked.get("thread_ts", ts)]
        rest = [message for message in self._between(thread, args) if message not in root]
        return self._messages(root + rest, args)

    def _between(self, messages: list[Json], args: Json) -> list[Json]:
        oldest, latest = str(args.get("oldest") or "0"), str(args.get("latest") or "9999999999.999999")
        try:
            low, high = float(oldest), float(latest)
        except ValueError:
            raise Refusal("invalid_ts_oldest") from None
        inclusive = args.get("inclusive") in (True, "true", "1")
        return [
            message
            for message in messages
            if low < float(message["ts"]) < high or (inclusive and message["ts"] in {oldest, latest})
        ]

    def _messages(self, found: list[Json], args: Json) -> Json:
        page, cursor = self._page(found, args, most=self.world.history_limit, usual=min(100, self.world.history_limit))
        metadata = args.get("include_all_metadata") in (True, "true", "1")
        answer: Json = {
            "messages": [self._shown(message, metadata=metadata) for message in page],
            "has_more": bool(cursor),
        }
        if cursor:
            answer["response_metadata"] = {"next_cursor": cursor}
        return answer

    def _react(self, team: Team, args: Json) -> Json:
        channel = self._member(team, self._channel(team, args))
        message = channel.messages.get(str(args.get("timestamp")))
        if message is None:
            raise Refusal("message_not_found")
        reactions = message.setdefault("reactions", [])
        for reaction in reactions:
            if reaction["name"] == args.get("name"):
                if team.bot_user in reaction["users"]:
                    raise Refusal("already_reacted")
                reaction["users"].append(team.bot_user)
                reaction["count"] += 1
                return {}
        reactions.append({"name": str(args.get("name")), "users": [team.bot_user], "count": 1})
        return {}

    # ---------------------------------------------------------------- people and teams

    def _user_info(self, team: Team, args: Json) -> Json:
        user = str(args.get("user"))
        person = self.world.people.get(user)
        shared = any(channel.team == team.id and user in channel.members for channel in self.world.channels.values())
        if user != team.bot_user and (person is None or (person.team != team.id and not shared)):
            raise Refusal("user_not_found")
        return {"user": self.world.user_json(user)}

    def _users(self, team: Team, args: Json) -> Json:
        people = [person.id for person in self.world.people.values() if person.team == team.id]
        page, cursor = self._page([team.bot_user, *people], args, most=1000, usual=1000)
        shown = [self.world.user_json(user) for user in page]
        return {"members": shown, "cache_ts": int(self.world.clock.now()), "response_metadata": {"next_cursor": cursor}}

    def _team_info(self, team: Team, args: Json) -> Json:
        return {"team": {"id": team.id, "name": team.name, "domain": team.domain, "email_domain": "", "icon": {}}}

    def _revoke(self, team: Team, args: Json) -> Json:
        self.people.revoke_tokens(team.id)
        return {"revoked": True}

    # ---------------------------------------------------------------- views and the assistant

    def _view(self, args: Json, kind: str) -> Json:
        view = args.get("view")
        self._judge(judge.check_view(view, len(json.dumps(view))))
        assert isinstance(view, dict)
        if view["type"] != kind:
            raise Refusal("invalid_arguments", response_metadata={"messages": [f"[ERROR] must be a {kind} view"]})
        return view

    def _publish(self, team: Team, args: Json) -> Json:
        person = self.world.people.get(str(args.get("user_id")))
        if person is None or person.team != team.id:
            raise Refusal("invalid_arguments", response_metadata={"messages": ["[ERROR] no such user_id"]})
        old = self.world.homes.get(person.id)
        if args.get("hash") and old is not None and args["hash"] != old["hash"]:
            raise Refusal("hash_conflict")
        view = self.people.make_view(team, self._view(args, "home"), old)
        self.world.homes[person.id] = view
        self.world.note_pings(person.id, view)
        return {"view": deepcopy(view)}

    def _open_view(self, team: Team, args: Json) -> Json:
        trigger = self.world.triggers.get(str(args.get("trigger_id")))
        if trigger is None or trigger.team != team.id:
            raise Refusal("invalid_trigger_id")
        if trigger.used:
            raise Refusal("exchanged_trigger_id")
        if self.world.clock.now() - trigger.at > TRIGGER_SECONDS:
            raise Refusal("expired_trigger_id")
        given = self._view(args, "modal")
        trigger.used = True
        view = self.people.make_view(team, given)
        self.people.show(trigger.user, view)
        return {"view": deepcopy(view)}

    def _update_view(self, team: Team, args: Json) -> Json:
        wanted = str(args.get("view_id") or args.get("external_id"))
        views = {**self.world.views, **{view["id"]: view for view in self.world.homes.values()}}
        old = next((view for view in views.values() if wanted in {view["id"], view["external_id"]}), None)
        if old is None or old["team_id"] != team.id:
            raise Refusal("not_found")
        if args.get("hash") and args["hash"] != old["hash"]:
            raise Refusal("hash_conflict")
        new = self.people.make_view(team, self._view(args, old["type"]), old)
        if old["id"] in self.world.views:
            self.world.views[old["id"]] = new
        else:
            self.world.homes = {
                user: new if view["id"] == old["id"] else view for user, view in self.world.homes.items()
            }
        return {"view": deepcopy(new)}

    def _set_status(self, team: Team, args: Json) -> Json:
        channel = self._channel(team, args, "channel_id")
        if not args.get("thread_ts") or str(args["thread_ts"]) not in channel.messages:
            raise Refusal("invalid_thread_ts")
        self.world.statuses.append((channel.id, str(args["thread_ts"]), str(args.get("status", ""))))
        return {}

    def _set_prompts(self, team: Team, args: Json) -> Json:
        channel = self._channel(team, args, "channel_id")
        prompts = args.get("prompts")
        if not isinstance(prompts, list) or not 1 <= len(prompts) <= judge.PROMPTS:
            raise Refusal("invalid_arguments")
        if not all(isinstance(prompt, dict) and prompt.get("title") and prompt.get("message") for prompt in prompts):
            raise Refusal("invalid_arguments")
        if not args.get("thread_ts"):  # with one, an app with an agent view sets nothing, and is not told
            self.world.prompts[channel.id] = args
        return {}

    # ---------------------------------------------------------------- files

    def _upload_url(self, team: Team, args: Json) -> Json:
        if not args.get("filename") or not args.get("length"):
            raise Refusal("missing_argument")
        if len(str(args.get("alt_txt") or "")) > ALT_CHARACTERS:
            raise Refusal("alt_txt_too_large")
        id_ = self.world.new_id("F")
        now = int(self.world.clock.now())
        name = str(args["filename"])
        self.world.files[id_] = {
            "id": id_,
            "created": now,
            "timestamp": now,
            "name": name,
            "title": name,
            "filetype": name.rpartition(".")[2],
            "user": team.bot_user,
            "user_team": team.id,
            "editable": False,
            "size": int(args["length"]),
            "mode": "hosted",
            "is_external": False,
            "is_public": False,
            "channels": [],
            "groups": [],
            "ims": [],
            "permalink": f"https://{team.domain}.slack.example/files/{team.bot_user}/{id_}/{name}",
            "content": None,
            "complete": False,
            **({"alt_txt": str(args["alt_txt"])} if args.get("alt_txt") else {}),
        }
        return {"upload_url": f"{self.world.url}/upload/{id_}", "file_id": id_}

    async def _upload(self, request: web.Request) -> web.Response:
        file = self.world.files.get(request.match_info["file"])
        if file is None:
            return web.Response(status=404)
        if (fault := self._fault("upload")) is not None:
            return fault
        if request.content_type.startswith("multipart/"):
            content = b""
            for part in (await request.post()).values():
                content = part.file.read() if isinstance(part, web.FileField) else str(part).encode()
        else:
            content = await request.read()
        if len(content) != file["size"]:
            return web.Response(status=400, text=f"{len(content)} bytes came, {file['size']} were announced")
        file["content"] = content
        await self._after(request, "upload")
        return web.Response(text=f"OK - {len(content)}")

    def _complete_upload(self, team: Team, args: Json) -> Json:
        named = args.get("files")
        if not isinstance(named, list) or not named:
            raise Refusal("invalid_arguments")
        files = [self.world.files.get(str(entry.get("id"))) for entry in named]
        if any(file is None or file["content"] is None or file["user_team"] != team.id for file in files):
            raise Refusal("file_not_found")
        into = str(args.get("channels") or args.get("channel_id") or "")
        channels = [self._member(team, self._channel(team, {"channel": id_})) for id_ in into.split(",") if id_]
        found: list[Json] = []
        for entry, file in zip(named, files, strict=True):
            assert file is not None
            file.update(complete=True, title=entry.get("title") or file["title"])
            found.append({key: value for key, value in file.items() if key not in {"content", "complete"}})
        for channel in channels:
            lists = {"channel": "channels", "group": "groups", "im": "ims"}[channel.kind]
            for file, shown in zip(files, found, strict=True):
                assert file is not None
                file[lists].append(channel.id)
                shown[lists] = list(file[lists])
            text = str(args.get("initial_comment") or "")
            message = self.world.bot_message(team, channel.id, {"text": text})
            message |= {"files": deepcopy(found), "upload": True, "display_as_bot": False}
            self._into_thread(channel, message, args)
            self.people.publish(channel, message)
            self.world.note_pings(channel.id, {"text": text})
        return {"files": deepcopy(found)}

    def _delete_file(self, team: Team, args: Json) -> Json:
        """Delete a file; what showed it stays, with a stone in its place."""
        file = self.world.files.get(str(args.get("file")))
        if file is None or not file["complete"] or file["user_team"] != team.id:
            raise Refusal("file_not_found")
        del self.world.files[file["id"]]
        for channel in self.world.channels.values():
            for message in list(channel.messages.values()):
                if any(held["id"] == file["id"] for held in message.get("files", ())):
                    stones = [
                        {"id": held["id"], "mode": "tombstone"} if held["id"] == file["id"] else held
                        for held in message["files"]
                    ]
                    self.people.change(channel, {**deepcopy(message), "files": stones})
        return {}

    # ---------------------------------------------------------------- response_url

    async def _response_url(self, request: web.Request) -> web.StreamResponse:
        asked = self.world.interactions.get("{team}/{number}".format_map(request.match_info))
        if asked is None:
            return web.json_response({"ok": False, "error": "invalid_url"}, status=404)
        if (fault := self._fault("response_url")) is not None:
            return fault
        if self.world.clock.now() - asked.at > RESPONSE_URL_SECONDS:
            return web.json_response({"ok": False, "error": "expired_url"}, status=404)
        if asked.uses >= RESPONSE_URL_USES:
            return web.json_response({"ok": False, "error": "used_url"}, status=404)
        asked.uses += 1
        try:
            said = json.loads(await request.text())
        except ValueError:
            return web.Response(status=400, text="invalid_payload")
        error = self.people.respond(asked, said)
        await self._after(request, "response_url")
        return web.Response(text="ok") if error is None else web.json_response({"ok": False, "error": error})

    # ---------------------------------------------------------------- installation

    async def _authorize(self, request: web.Request) -> web.StreamResponse:
        """Source: docs.slack.dev/authentication/installing-with-oauth"""
        asked = request.query
        if asked.get("client_id") != self.world.client_id:
            return web.Response(status=400, text="invalid_client_id")
        teams = self.world.teams.values()
        wanted = asked.get("team") or next((team.id for team in teams if not team.installed), self.world.home.id)
        code = f"code-{len(self.world.codes) + 1}"
        self.world.codes[code] = {
            "team": wanted,
            "scopes": [scope for scope in asked.get("scope", "").split(",") if scope],
            "redirect_uri": asked.get("redirect_uri", ""),
        }
        back = {"code": code, "state": asked.get("state", "")}
        if not asked.get("redirect_uri"):
            return web.Response(status=400, text="bad_redirect_uri")
        raise self._redirect(f"{asked['redirect_uri']}?{urlencode(back)}")

    def _redirect(self, to: str) -> web.HTTPFound:
        return web.HTTPFound(to)

    def _access(self, args: Json, request: web.Request) -> Json:
        client, secret = str(args.get("client_id") or ""), str(args.get("client_secret") or "")
        basic = request.headers.get("Authorization", "")
        if basic.startswith("Basic "):
            client, _, secret = base64.b64decode(basic.removeprefix("Basic ")).decode().partition(":")
        if client != self.world.client_id:
            raise Refusal("invalid_client_id")
        if secret != self.world.client_secret:
            raise Refusal("bad_client_secret")
        asked = self.world.codes.pop(str(args.get("code")), None)
        if asked is None:
            raise Refusal("invalid_code")
        if args.get("redirect_uri") and args["redirect_uri"] != asked["redirect_uri"]:
            raise Refusal("bad_redirect_uri")
        if not asked["scopes"]:
            raise Refusal("no_scopes")
        if unknown := set(asked["scopes"]) - SCOPES:
            raise Refusal("invalid_scope", needed=",".join(sorted(unknown)))
        team = self.world.teams[asked["team"]]
        team.installed, team.revoked, team.scopes = True, False, set(asked["scopes"])
        team.bot_token = f"xoxb-test-{self.world.new_id('token')}"
        people = [person for person in self.world.people.values() if person.team == team.id]
        person = next((person for person in people if person.admin), people[0] if people else None)
        return {
            "app_id": self.world.app_id,
            "authed_user": {"id": person.id if person is not None else SLACKBOT},
            "scope": ",".join(sorted(team.scopes)),
            "token_type": "bot",
            "access_token": team.bot_token,
            "bot_user_id": team.bot_user,
            "team": {"id": team.id, "name": team.name},
            "enterprise": None,
            "is_enterprise_install": False,
        }


#: What `chat.update` shows of the message, as Slack's sample has it.
_UPDATED = frozenset(
    "bot_id type text user team bot_profile edited app_id metadata blocks files upload display_as_bot".split()
)
