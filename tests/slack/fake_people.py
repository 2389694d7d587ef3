"""What people do in the fake Slack, and what the bot is told of it."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

from tests.slack import blocks as judge
from tests.slack.fake_delivery import Courier
from tests.slack.fake_world import SLACKBOT, TOMBSTONE_TEXT, Channel, Interaction, Json, Rejected, Team, World

#: What the bot's messages hold that events about them do not carry, as Slack's samples have it.
_NOT_IN_EVENTS = frozenset({"app_id", "reply_users", "channel", "reactions", "root", "files"})


class People:
    """Acts as people do."""

    def __init__(self, world: World, courier: Courier) -> None:
        self.world = world
        self.courier = courier

    # ---------------------------------------------------------------- messages

    def say(self, channel_id: str, user: str, text: str, thread_ts: str | None) -> str:
        channel, person = self._present(channel_id, user)
        if thread_ts is not None and thread_ts not in channel.messages:
            raise ValueError(f"no message {thread_ts} in {channel_id} to reply to")
        message: Json = {
            "type": "message",
            "channel": channel.id,
            "user": user,
            "text": text,
            "ts": self.world.new_ts(),
            "team": channel.team,
            "client_msg_id": f"client-{len(channel.versions) + 1}-{channel.id}",
            "blocks": self.world.rich_text(text),
        }
        if person.bot_id is not None:
            del message["client_msg_id"]
            message["bot_id"] = person.bot_id
        if thread_ts is not None:
            root = channel.messages[thread_ts]
            message["thread_ts"] = root.get("thread_ts", thread_ts)
            message["parent_user_id"] = channel.messages[message["thread_ts"]].get("user", SLACKBOT)
        self.publish(channel, message)
        return str(message["ts"])

    def publish(self, channel: Channel, message: Json) -> None:
        """Put a new message, a person's or the bot's, where it belongs, and tell the bot."""
        channel.put(message)
        if "thread_ts" in message:
            channel.recount(message["thread_ts"])
        self.tell_message(channel, self.event_of(message))
        if self._addresses(channel, message["text"]):
            self._mention(channel, message)

    def _mention(self, channel: Channel, message: Json) -> None:
        keys = ("user", "ts", "client_msg_id", "bot_id", "text", "team", "thread_ts", "blocks", "edited")
        event = {"type": "app_mention", **{key: message[key] for key in keys if key in message}}
        event |= {"channel": channel.id, "event_ts": message["ts"]}
        self.courier.event(self.world.teams[channel.team], event, "app_mention")

    def _addresses(self, channel: Channel, text: str) -> bool:
        bot = self.world.teams[channel.team].bot_user
        return channel.kind != "im" and bot in channel.members and bot in self.world.mentioned(text)

    def event_of(self, message: Json) -> Json:
        """A message as the event of it carries it."""
        shown = {key: value for key, value in message.items() if key not in _NOT_IN_EVENTS}
        for key in ("reply_count", "reply_users_count", "latest_reply", "is_locked", "subscribed"):
            shown.pop(key, None)
        return deepcopy({**shown, "channel": message["channel"], "event_ts": message["ts"]})

    def tell_message(self, channel: Channel, event: Json) -> None:
        team = self.world.teams[channel.team]
        if team.bot_user not in channel.members:
            return
        name = {"channel": "message.channels", "group": "message.groups", "im": "message.im"}[channel.kind]
        self.courier.event(team, {**event, "channel_type": channel.kind}, name)

    def edit(self, channel_id: str, user: str, ts: str, text: str) -> None:
        channel, _ = self._present(channel_id, user)
        old = channel.messages.get(ts)
        if old is None or old.get("user") != user:
            raise ValueError(f"{user} has no message {ts} in {channel_id}")
        new = {**deepcopy(old), "text": text, "blocks": self.world.rich_text(text)}
        new["edited"] = {"user": user, "ts": self.world.new_ts()}
        self.change(channel, new)
        if self._addresses(channel, text) and not self._addresses(channel, old["text"]):
            self._mention(channel, new)

    def change(self, channel: Channel, new: Json) -> None:
        """Put a new version of a message in its place: `message_changed`."""
        old = channel.messages[new["ts"]]
        channel.put(new)
        at = self.world.new_ts()
        event = {
            "type": "message",
            "subtype": "message_changed",
            "channel": channel.id,
            "hidden": True,
            "message": self._inner(new),
            "previous_message": self._inner(old),
            "event_ts": at,
            "ts": at,
        }
        self.tell_message(channel, event)

    def _inner(self, message: Json) -> Json:
        return deepcopy({key: value for key, value in message.items() if key not in _NOT_IN_EVENTS | {"metadata"}})

    def unfurl(self, channel_id: str, ts: str) -> None:
        channel = self.world.channel(channel_id)
        preview = {"id": 1, "fallback": "a page", "title": "a page", "from_url": "https://example.org/"}
        self.change(channel, {**deepcopy(channel.messages[ts]), "attachments": [preview]})

    def delete(self, channel_id: str, ts: str) -> None:
        channel = self.world.channel(channel_id)
        if ts not in channel.messages:
            raise ValueError(f"no message {ts} in {channel_id}")
        old = channel.messages[ts]
        if channel.replies(ts):
            stone = {
                "type": "message",
                "subtype": "tombstone",
                "channel": channel.id,
                "user": SLACKBOT,
                "text": TOMBSTONE_TEXT,
                "hidden": True,
                "ts": ts,
                "thread_ts": ts,
                "parent_user_id": SLACKBOT,
            }
            for key in ("reply_count", "reply_users_count", "latest_reply", "reply_users", "is_locked", "subscribed"):
                stone[key] = old[key]
            self.change(channel, stone)
            return
        self._drop(channel, old)
        root = channel.messages.get(old.get("thread_ts", ts))
        if root is not None:
            channel.recount(root["ts"])
            if root.get("subtype") == "tombstone" and not channel.replies(root["ts"]):
                self._drop(channel, root)

    def _drop(self, channel: Channel, old: Json) -> None:
        channel.drop(old["ts"])
        at = self.world.new_ts()
        event = {
            "type": "message",
            "subtype": "message_deleted",
            "channel": channel.id,
            "hidden": True,
            "deleted_ts": old["ts"],
            "previous_message": self._inner(old),
            "event_ts": at,
            "ts": at,
        }
        self.tell_message(channel, event)

    def react(self, channel_id: str, user: str, ts: str, name: str) -> None:
        channel, _ = self._present(channel_id, user)
        message = channel.messages[ts]
        event = {
            "type": "reaction_added",
            "user": user,
            "reaction": name,
            "item": {"type": "message", "channel": channel.id, "ts": ts},
            "item_user": message.get("user", SLACKBOT),
            "event_ts": self.world.new_ts(),
        }
        team = self.world.teams[channel.team]
        if team.bot_user in channel.members:
            self.courier.event(team, event, "reaction_added")

    # ---------------------------------------------------------------- coming and going

    def invite_bot(self, channel_id: str, by: str | None) -> None:
        channel = self.world.channel(channel_id)
        self._enter(channel, self.world.teams[channel.team].bot_user, by)

    def join(self, channel_id: str, user: str) -> None:
        self.world.person(user)
        self._enter(self.world.channel(channel_id), user, None)

    def _enter(self, channel: Channel, user: str, by: str | None) -> None:
        if user in channel.members:
            raise ValueError(f"{user} is in {channel.id} already")
        channel.members.add(user)
        team = self.world.teams[channel.team]
        event = {"type": "member_joined_channel", **self._membership(channel, user), "event_ts": self.world.new_ts()}
        message = {
            "type": "message",
            "subtype": "channel_join" if channel.kind == "channel" else "group_join",
            "channel": channel.id,
            "user": user,
            "text": f"<@{user}> has joined the channel",
            "ts": self.world.new_ts(),
        }
        if by is not None:
            event["inviter"] = message["inviter"] = by
        if team.bot_user in channel.members:
            self.courier.event(team, event, "member_joined_channel")
        channel.put(message)
        self.tell_message(channel, self.event_of(message))

    def _membership(self, channel: Channel, user: str) -> Json:
        kind = "C" if channel.kind == "channel" else "G"
        return {"user": user, "channel": channel.id, "channel_type": kind, "team": channel.team}

    def leave(self, channel_id: str, user: str) -> None:
        channel, _ = self._present(channel_id, user)
        channel.members.remove(user)
        team = self.world.teams[channel.team]
        event = {"type": "member_left_channel", **self._membership(channel, user), "event_ts": self.world.new_ts()}
        if team.bot_user in channel.members:
            self.courier.event(team, event, "member_left_channel")

    def remove_bot(self, channel_id: str) -> None:
        channel = self.world.channel(channel_id)
        team = self.world.teams[channel.team]
        channel.members.remove(team.bot_user)
        name = "channel_left" if channel.kind == "channel" else "group_left"
        self.courier.event(team, {"type": name, "channel": channel.id, "event_ts": self.world.new_ts()}, name)
        event = {"type": "member_left_channel", **self._membership(channel, team.bot_user)}
        self.courier.event(team, {**event, "event_ts": self.world.new_ts()}, "member_left_channel")

    def archive(self, channel_id: str, user: str) -> None:
        channel = self.world.channel(channel_id)
        channel.archived = True
        team = self.world.teams[channel.team]
        name = "channel_archive" if channel.kind == "channel" else "group_archive"
        event = {"type": name, "channel": channel.id, "user": user, "is_moved": 0, "event_ts": self.world.new_ts()}
        if team.bot_user in channel.members:
            self.courier.event(team, event, name)

    def _present(self, channel_id: str, user: str) -> tuple[Channel, Any]:
        channel, person = self.world.channel(channel_id), self.world.person(user)
        if user not in channel.members:
            raise ValueError(f"{user} is not in {channel_id}; {sorted(channel.members)} are")
        if channel.archived:
            raise ValueError(f"{channel_id} is archived")
        return channel, person

    # ---------------------------------------------------------------- interactions

    def command(self, user: str, channel_id: str, text: str, command: str) -> Interaction:
        channel, person = self._present(channel_id, user)
        team = self.world.teams[channel.team]
        payload: Json = {
            "token": "verification-token",
            "team_id": team.id,
            "team_domain": team.domain,
            "channel_id": channel.id,
            "channel_name": self._name(channel),
            "user_id": user,
            "user_name": person.name,
            "command": command,
            "text": self.world.carried(text),
            "api_app_id": self.world.app_id,
            "is_enterprise_install": False,
        }
        asked = self.world.interaction("command", user, channel.id, payload, answerable=True)

        def acked(ack: Any) -> None:
            if ack:
                asked.error = self.respond(asked, {"text": ack} if isinstance(ack, str) else ack, way="ack") and (
                    "invalid_command_response"
                )

        return self.courier.interact(asked, acked)

    def shortcut(self, user: str, channel_id: str, ts: str, callback_id: str) -> Interaction:
        channel, _ = self._present(channel_id, user)
        message = self._inner(channel.messages[ts])
        payload = {
            **self._from(user, "message_action"),
            "callback_id": callback_id,
            "action_ts": self.world.new_ts(),
            "channel": {"id": channel.id, "name": self._name(channel)},
            "message_ts": ts,
            "message": {
                key: message[key]
                for key in message
                if key not in _COUNTS | {"client_msg_id", "parent_user_id", "edited"}
            },
        }
        return self.courier.interact(
            self.world.interaction("message_action", user, channel.id, payload, answerable=True)
        )

    def click(self, user: str, message: Json, text: str | None, action_id: str | None) -> Interaction:
        if text is None and action_id is None:
            raise ValueError("name the button by its text or its action_id")
        now = self._as_it_stands(message)
        buttons = [
            {**element, "block_id": block["block_id"]}
            for block in now.get("blocks") or ()
            for element in [*block.get("elements", ()), block.get("accessory")]
            if isinstance(element, dict) and element.get("type") == "button"
        ]
        for button in buttons:
            if button["action_id"] == action_id or (text is not None and button["text"]["text"].startswith(text)):
                return self.press(user, message, button)
        there = [(button["text"]["text"], button["action_id"]) for button in buttons]
        raise AssertionError(f"no button {text or action_id!r}; there are {there}")

    def press(self, user: str, message: Json, action: Json) -> Interaction:
        kept = ("action_id", "block_id", "text", "value", "style", "type", "url", "selected_option")
        sent = {key: action[key] for key in kept if key in action} | {"action_ts": self.world.new_ts()}
        if "text" in sent:
            sent["text"] = {"emoji": True, **sent["text"]}
        payload: Json = {**self._from(user, "block_actions"), "api_app_id": self.world.app_id, "actions": [sent]}
        if "ts" not in message:  # a view
            payload["container"] = {"type": "view", "view_id": message["id"]}
            payload["view"] = self._as_it_stands(message)
            return self.courier.interact(self.world.interaction("block_actions", user, None, payload, answerable=False))
        channel, ephemeral = self.world.channel(message["channel"]), "to" in message
        if ephemeral and message["to"] != user:
            raise ValueError(f"{user} does not see what is shown to {message['to']} alone")
        payload["container"] = {
            "type": "message",
            "message_ts": message["ts"],
            "channel_id": channel.id,
            "is_ephemeral": ephemeral,
        }
        if "thread_ts" in message:
            payload["container"]["thread_ts"] = message["thread_ts"]
        payload["channel"] = {"id": channel.id, "name": self._name(channel)}
        if not ephemeral:  # what one person alone sees is not kept by Slack, and so not sent
            shown = self._inner(channel.messages.get(message["ts"], message))
            payload["message"] = {key: shown[key] for key in shown if key not in _COUNTS | {"parent_user_id", "edited"}}
        payload["state"] = {"values": {}}
        made = self.world.interaction("block_actions", user, channel.id, payload, answerable=True)
        made.original = (channel.id, message["ts"])
        return self.courier.interact(made)

    def _as_it_stands(self, message: Json) -> Json:
        if "ts" not in message:
            for view in [*self.world.views.values(), *self.world.homes.values()]:
                if view["id"] == message["id"]:
                    return view
            raise ValueError(f"no view {message['id']}")
        if "to" in message:
            for shown in self.world.ephemerals:
                if shown["ts"] == message["ts"]:
                    return shown
            raise ValueError(f"{message['to']} no longer sees {message['ts']}")
        return self.world.channel(message["channel"]).messages[message["ts"]]

    def _from(self, user: str, kind: str) -> Json:
        person = self.world.person(user)
        team = self.world.teams[person.team]
        who = {"id": user, "username": person.name, "name": person.name, "team_id": team.id}
        if kind == "message_action":
            who = {"id": user, "name": person.name, "team_id": team.id}
        return {
            "type": kind,
            "team": {"id": team.id, "domain": team.domain},
            "enterprise": None,
            "user": who,
            "token": "verification-token",
            "is_enterprise_install": False,
        }

    def _name(self, channel: Channel) -> str:
        return {"channel": channel.name, "group": "privategroup", "im": "directmessage"}[channel.kind]

    # ---------------------------------------------------------------- answers by ack or response_url

    def respond(self, asked: Interaction, said: Any, way: str = "response_url") -> str | None:
        """Do what an answer to an interaction says; the error if it is refused."""
        if not isinstance(said, dict):
            return "invalid_payload"
        blocks = said.get("blocks")
        if isinstance(blocks, str):
            blocks = json.loads(blocks)
        verdict = judge.check_message(blocks) if blocks else judge.Verdict()
        if verdict.error is not None:
            self.world.rejected.append(Rejected(way, verdict.error, verdict.messages, said))
            return verdict.error
        original = asked.original
        if said.get("delete_original"):
            if original is not None:
                self._remove(*original)
            return None
        text = str(said.get("text") or "")
        if not text and not blocks:
            return "no_text"
        assert asked.channel is not None
        args = {**said, "text": text[: judge.TEXT_CHARACTERS], "blocks": blocks}
        channel, team = self.world.channels[asked.channel], self.world.teams[asked.team]
        self.world.note_pings(channel.id, args)
        replaces = said.get("replace_original") and original is not None
        if replaces and original is not None and self._replace(original, args, team):
            asked.answers.append(original)
            return None
        message = self.world.bot_message(team, channel.id, args)
        if said.get("thread_ts"):
            message["thread_ts"] = said["thread_ts"]
        asked.answers.append((channel.id, message["ts"]))
        if said.get("response_type") == "in_channel":
            self.publish(channel, message)
        else:
            self.world.ephemerals.append({**message, "to": asked.user})
        return None

    def _replace(self, original: tuple[str, str], args: Json, team: Team) -> bool:
        """Whether the message was there to be replaced, and was one of the bot's."""
        channel_id, ts = original
        blocks = self.world.with_ids(args["blocks"]) if args["blocks"] else self.world.rich_text(args["text"])
        for shown in self.world.ephemerals:
            if shown["ts"] == ts:
                shown.update(text=args["text"], blocks=blocks)
                return True
        channel = self.world.channels[channel_id]
        old = channel.messages.get(ts)
        if old is None or old.get("bot_id") != team.bot_id:
            return False
        self.change(channel, {**deepcopy(old), "text": args["text"], "blocks": blocks})
        return True

    def _remove(self, channel_id: str, ts: str) -> None:
        kept = [shown for shown in self.world.ephemerals if shown["ts"] != ts]
        if len(kept) < len(self.world.ephemerals):
            self.world.ephemerals = kept
        elif ts in self.world.channels[channel_id].messages:
            self.delete(channel_id, ts)

    # ---------------------------------------------------------------- views

    def open_home(self, user: str, tab: str) -> None:
        channel = self.world.direct(user)
        event: Json = {"type": "app_home_opened", "user": user, "channel": channel.id, "tab": tab}
        if tab == "home" and user in self.world.homes:
            event["view"] = deepcopy(self.world.homes[user])
        team = self.world.teams[channel.team]
        self.courier.event(team, {**event, "event_ts": self.world.new_ts()}, "app_home_opened")

    def submit(self, user: str, view: Json, values: Json | None) -> Interaction:
        stack = self.world.stacks.get(user, [])
        if view["id"] not in stack:
            raise ValueError(f"{user} does not see the view {view['id']}; open are {stack}")
        sent = {**deepcopy(self.world.views[view["id"]]), "state": {"values": values or {}}}
        payload = {
            **self._from(user, "view_submission"),
            "api_app_id": self.world.app_id,
            "view": sent,
            "response_urls": [],
        }
        made = self.world.interaction("view_submission", user, None, payload, answerable=False)

        def acked(ack: Any) -> None:
            said = ack if isinstance(ack, dict) else {}
            match said.get("response_action"):
                case "errors":
                    return
                case "update" | "push":
                    verdict = judge.check_view(said["view"], len(json.dumps(said["view"])))
                    if verdict.error is not None:
                        self.world.rejected.append(Rejected("ack", verdict.error, verdict.messages, said))
                        made.error = verdict.error
                        return
                    if said["response_action"] == "push":
                        self.show(user, self.make_view(self.world.teams[made.team], said["view"]))
                    else:
                        self.world.views[view["id"]] = self.make_view(
                            self.world.teams[made.team], said["view"], self.world.views[view["id"]]
                        )
                case "clear":
                    self.world.stacks.pop(user, None)
                case _:
                    stack.remove(view["id"])

        return self.courier.interact(made, acked)

    def close(self, user: str, view: Json) -> Interaction | None:
        self.world.stacks[user].remove(view["id"])
        kept = self.world.views[view["id"]]
        if not kept.get("notify_on_close"):
            return None
        payload = {
            **self._from(user, "view_closed"),
            "api_app_id": self.world.app_id,
            "view": deepcopy(kept),
            "is_cleared": False,
        }
        made = Interaction("view_closed", user, kept["team_id"], None, payload)
        return self.courier.interact(made)

    def make_view(self, team: Team, given: Json, old: Json | None = None) -> Json:
        """A view as Slack keeps it. Source: docs.slack.dev/reference/views"""
        id_ = old["id"] if old is not None else self.world.new_id("V")
        kept: Json = {
            "id": id_,
            "team_id": team.id,
            "type": given["type"],
            "blocks": self.world.with_ids(given.get("blocks", [])),
            "private_metadata": given.get("private_metadata", ""),
            "callback_id": given.get("callback_id", ""),
            "external_id": given.get("external_id", ""),
            "state": {"values": {}},
            "hash": self.world.new_ts(),
            "clear_on_close": given.get("clear_on_close", False),
            "notify_on_close": given.get("notify_on_close", False),
            "root_view_id": old["root_view_id"] if old is not None else id_,
            "previous_view_id": None,
            "app_id": self.world.app_id,
            "app_installed_team_id": team.id,
            "bot_id": team.bot_id,
        }
        for key in ("title", "submit", "close"):
            if key in given:
                kept[key] = {"emoji": True, **given[key]}
        return kept

    def show(self, user: str, view: Json) -> None:
        """Put a modal on top of what a person sees."""
        self.world.views[view["id"]] = view
        self.world.stacks.setdefault(user, []).append(view["id"])

    # ---------------------------------------------------------------- the app

    def uninstall(self, team_id: str | None) -> None:
        team = self.world.team(team_id)
        team.installed = False
        self._revoked(team)
        self.courier.event(team, {"type": "app_uninstalled"}, "app_uninstalled", always=True)

    def revoke_tokens(self, team_id: str | None) -> None:
        team = self.world.team(team_id)
        team.revoked = True
        self._revoked(team)

    def _revoked(self, team: Team) -> None:
        event = {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [team.bot_user]}}
        self.courier.event(team, event, "tokens_revoked", always=True)


_COUNTS = {"reply_count", "reply_users_count", "latest_reply", "is_locked", "subscribed"}
