"""The fake Slack's responses, events and payloads against Slack's own samples, which nobody on this project wrote.

Every key that the fake sends must be in the sample with a value of the same type, and what a bot reads must be sent. The
samples stay where they are: without them these tests are skipped.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from tests.slack.fake import FakeSlack, Interaction, Json
from tests.slack.fake_bots import Ear, ask, call, ear, post
from tests.slack.test_fake_delivery import calling

SAMPLES = Path(__file__).parents[2].parent / "shared" / "slack-samples"

pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason=f"Slack's samples are not at {SAMPLES}")

#: What senders choose freely, so that no sample can say what stands there.
FREE = frozenset({"blocks", "attachments", "event_payload", "values"})
#: What Slack documents and its samples lack: where, key, and the page that has it.
DOCUMENTED = {
    ("api/chat.postMessage.json", "warning"): "docs.slack.dev/apis/web-api, evaluating responses",
    ("api/chat.postMessage.json.response_metadata", "warnings"): "docs.slack.dev/apis/web-api, evaluating responses",
    (
        "app-backend/ViewSubmissionPayload.json",
        "response_urls",
    ): "docs.slack.dev/reference/interaction-payloads/view-interactions-payload",
}
BUTTON = {"type": "button", "text": {"type": "plain_text", "text": "Next"}, "value": "2", "style": "primary"}
ROW = [{"type": "actions", "elements": [BUTTON]}]


def sample(name: str) -> Json:
    loaded: Json = json.loads((SAMPLES / name).read_text())
    return loaded


def differences(sent: Any, shape: Any, at: str) -> list[str]:
    """Where something that was sent does not fit a sample; null fits everywhere, as keys do that are left out."""
    if sent is None:
        return []
    if isinstance(shape, dict) and isinstance(sent, dict):
        found = []
        for key, value in sent.items():
            if key in FREE or (at, key) in DOCUMENTED:
                continue
            if key not in shape:
                found.append(f"{at}.{key} is not in the sample")
            else:
                found += differences(value, shape[key], f"{at}.{key}")
        return found
    if isinstance(shape, list) and isinstance(sent, list):
        return [line for item in sent if shape for line in differences(item, shape[0], f"{at}[]")]
    if type(sent) is not type(shape):
        return [f"{at} is {type(sent).__name__}, in the sample {type(shape).__name__}"]
    return []


def must_fit(sent: Json, name: str, *read: str) -> None:
    """Hold what was sent against a sample; `read` are the paths, with dots, that a bot reads."""
    assert differences(sent, sample(name), name) == []
    for path in read:
        found: Any = sent
        for key in path.split("."):
            found = found[int(key)] if isinstance(found, list) else found[key]
        assert found not in (None, ""), path


@pytest_asyncio.fixture
async def bot() -> AsyncIterator[tuple[FakeSlack, Ear]]:
    with FakeSlack() as slack:
        async with ear(slack) as made:
            yield slack, made


def test_a_difference_is_found() -> None:
    shape = {"a": "", "b": [{"c": 1}], "d": {"e": False}}
    assert differences({"a": "x", "b": [{"c": 2}, {"c": 3}], "d": {"e": True}, "blocks": 1}, shape, "") == []
    sent = {"a": 1, "b": [{"c": 2}, {"x": 3}], "d": {"e": 1}, "f": ""}
    assert differences(sent, shape, "") == [
        ".a is int, in the sample str",
        ".b[].x is not in the sample",
        ".d.e is int, in the sample bool",
        ".f is not in the sample",
    ]


def test_responses_fit_slacks() -> None:
    with FakeSlack() as slack:
        ana = slack.person("ana")
        general = slack.channel("general", [ana])
        elsewhere = slack.channel("elsewhere", [ana], bot=False)
        must_fit(call(slack, "auth.test"), "api/auth.test.json", "user_id", "team_id", "bot_id", "url", "team", "user")
        must_fit(call(slack, "auth.test", token=slack.app_token), "api/auth.test.json", "app_id")
        opened = call(slack, "apps.connections.open", token=slack.app_token)
        must_fit(opened, "api/apps.connections.open.json", "url")
        metadata = {"event_type": "digest", "event_payload": {"key": "k"}}
        root = slack.say(general, ana, "question")
        posted = call(
            slack, "chat.postMessage", channel=general, text="32", blocks=ROW, metadata=metadata, thread_ts=root
        )
        read = ("ts", "channel", "message.text", "message.ts", "message.bot_id", "message.thread_ts", "message.user")
        must_fit(posted, "api/chat.postMessage.json", *read)
        cut = call(slack, "chat.postMessage", channel=general, text="x" * 40_001)
        must_fit(cut, "api/chat.postMessage.json", "warning", "response_metadata.warnings.0")
        must_fit(ask(slack, "chat.postMessage", channel="C0", text="x").body, "api/chat.postMessage.json", "error")
        divided = [{"type": "divider"}] * 51
        refused = ask(slack, "chat.postMessage", channel=general, text="x", blocks=divided).body
        must_fit(refused, "api/chat.postMessage.json", "error", "response_metadata.messages.0")
        for blocks in (ROW, None):
            updated = call(slack, "chat.update", channel=general, ts=posted["ts"], text="33", blocks=blocks)
            must_fit(updated, "api/chat.update.json", "ts", "channel", "text", "message.text")
        call(slack, "reactions.add", channel=general, timestamp=root, name="eyes")
        history = call(slack, "conversations.history", channel=general, limit=1, include_all_metadata=True)
        must_fit(
            history, "api/conversations.history.json", "messages.0.ts", "has_more", "response_metadata.next_cursor"
        )
        history = call(slack, "conversations.history", channel=general, include_all_metadata=True)
        must_fit(history, "api/conversations.history.json", "messages.1.reply_count", "messages.1.reply_users.0")
        replies = call(slack, "conversations.replies", channel=general, ts=root, include_all_metadata=True)
        must_fit(replies, "api/conversations.history.json", "messages.1.thread_ts", "messages.1.metadata.event_type")
        link = call(slack, "chat.getPermalink", channel=general, message_ts=root)
        must_fit(link, "api/chat.getPermalink.json", "permalink", "channel")
        ephemeral = call(slack, "chat.postEphemeral", channel=general, user=ana, text="psst")
        must_fit(ephemeral, "api/chat.postEphemeral.json", "message_ts")
        must_fit(call(slack, "chat.delete", channel=general, ts=posted["ts"]), "api/chat.delete.json", "ts", "channel")
        info = call(slack, "conversations.info", channel=general, include_num_members=True)
        must_fit(
            info,
            "api/conversations.info.json",
            "channel.id",
            "channel.name",
            "channel.is_private",
            "channel.num_members",
        )
        direct = call(slack, "conversations.open", users=ana, return_im=True)
        must_fit(direct, "api/conversations.open.json", "channel.id", "channel.user")
        must_fit(
            call(slack, "conversations.open", users=ana), "api/conversations.open.json", "channel.id", "already_open"
        )
        types = "public_channel,private_channel,im"
        must_fit(
            call(slack, "conversations.list", types=types),
            "api/conversations.list.json",
            "channels.0.id",
            "channels.0.name",
        )
        must_fit(call(slack, "users.conversations", types=types), "api/users.conversations.json", "channels.0.id")
        must_fit(call(slack, "conversations.join", channel=elsewhere), "api/conversations.join.json", "channel.id")
        must_fit(call(slack, "conversations.join", channel=elsewhere), "api/conversations.join.json", "warning")
        user = call(slack, "users.info", user=ana)
        must_fit(
            user, "api/users.info.json", "user.id", "user.tz", "user.tz_offset", "user.is_admin", "user.is_restricted"
        )
        must_fit(call(slack, "users.info", user=slack.bot_user), "api/users.info.json", "user.is_bot")
        must_fit(call(slack, "reactions.add", channel=general, timestamp=root, name="ok"), "api/reactions.add.json")
        prompts = [{"title": "A paragraph", "message": "para 32"}]
        set_ = call(slack, "assistant.threads.setSuggestedPrompts", channel_id=slack.dm(ana), prompts=prompts)
        must_fit(set_, "api/assistant.threads.setSuggestedPrompts.json")
        status = call(slack, "assistant.threads.setStatus", channel_id=general, thread_ts=root, status="looks")
        must_fit(status, "api/assistant.threads.setStatus.json")
        to = {"channel": general, "thread_ts": root, "recipient_team_id": slack.team, "recipient_user_id": ana}
        stream = call(slack, "chat.startStream", **to)
        must_fit(stream, "api/chat.startStream.json", "ts", "channel")
        grown = call(slack, "chat.appendStream", channel=general, ts=stream["ts"], markdown_text="a")
        must_fit(grown, "api/chat.appendStream.json", "ts")
        must_fit(call(slack, "chat.stopStream", channel=general, ts=stream["ts"]), "api/chat.stopStream.json")
        slack.grant(["users:read"])
        must_fit(
            ask(slack, "chat.postMessage", channel=general, text="x").body,
            "api/chat.postMessage.json",
            "needed",
            "provided",
        )


def test_files_views_and_the_installation_fit_slacks() -> None:
    with FakeSlack() as slack:
        ana = slack.person("ana")
        general = slack.channel("general", [ana])
        announced = call(slack, "files.getUploadURLExternal", filename="day.png", length=3, alt_txt="the day")
        must_fit(announced, "api/files.getUploadURLExternal.json", "upload_url", "file_id")
        post(announced["upload_url"], b"png", {})
        done = call(slack, "files.completeUploadExternal", files=[{"id": announced["file_id"]}], channel_id=general)
        must_fit(done, "api/files.completeUploadExternal.json", "files.0.id", "files.0.permalink")
        must_fit(
            call(slack, "conversations.history", channel=general),
            "api/conversations.history.json",
            "messages.0.files.0.id",
        )
        published = call(slack, "views.publish", user_id=ana, view={"type": "home", "blocks": ROW})
        must_fit(published, "api/views.publish.json", "view.id", "view.hash", "view.type")
        title = {"type": "plain_text", "text": "Digest"}
        modal = {
            "type": "modal",
            "title": title,
            "submit": title,
            "close": title,
            "blocks": ROW,
            "notify_on_close": True,
        }
        trigger = slack.command(ana, general, "digest").trigger_id
        opened = call(slack, "views.open", trigger_id=trigger, view=modal)
        must_fit(opened, "api/views.open.json", "view.id", "view.root_view_id")
        updated = call(slack, "views.update", view_id=opened["view"]["id"], view=modal)
        must_fit(updated, "api/views.update.json", "view.id")
        query = f"client_id={slack.client_id}&scope=chat:write&redirect_uri={slack.url}api.test"
        post(f"{slack.authorize_url}?{query}", None, {})
        keys = {"client_id": slack.client_id, "client_secret": slack.client_secret}
        access = call(slack, "oauth.v2.access", token="", **keys, code=slack.calls_of("api.test")[-1].args["code"])
        must_fit(
            access,
            "api/oauth.v2.access.json",
            "access_token",
            "bot_user_id",
            "team.id",
            "scope",
            "app_id",
            "authed_user.id",
        )
        must_fit({"ok": True, **call(slack, "api.test")}, "api/api.test.json")


ENVELOPE = ("event_id", "team_id", "api_app_id", "event_time", "authorizations.0.user_id")


async def test_events_fit_slacks(bot: tuple[FakeSlack, Ear]) -> None:
    slack, heard = bot
    ana, robot = slack.person("ana"), slack.person("robot", bot=True)
    general = slack.channel("general", [ana, robot])
    root = slack.say(general, ana, f"{slack.mention} para 32")
    reply = slack.say(general, robot, f"{slack.mention} beep", root)
    slack.edit(general, ana, root, f"{slack.mention} para 33")
    slack.react(general, ana, root, "eyes")
    await calling(slack, "chat.postMessage", channel=general, text="33", blocks=ROW, thread_ts=root)
    slack.delete(general, root)
    slack.delete(general, reply)
    other = slack.channel("other", [ana], bot=False)
    slack.invite_bot(other, by=ana)
    slack.join(other, robot)
    slack.leave(other, robot)
    slack.archive(other, ana)
    await calling(slack, "views.publish", user_id=ana, view={"type": "home", "blocks": ROW})
    slack.open_home(ana)
    slack.uninstall()
    await slack.until(lambda: slack.settled)
    payloads = [made["payload"] for made in heard.envelopes]

    def each(name: str, subtype: str | None, file: str, *read: str) -> None:
        found = [made for made in payloads if (made["event"]["type"], made["event"].get("subtype")) == (name, subtype)]
        assert found, (name, subtype)
        for made in found:
            must_fit(made, f"events/{file}.json", *ENVELOPE, *read)

    each("message", None, "Message", "event.ts", "event.channel", "event.user", "event.text", "event.channel_type")
    each("app_mention", None, "AppMention", "event.ts", "event.channel", "event.user", "event.text", "event.event_ts")
    changed = (
        "event.message.ts",
        "event.message.text",
        "event.previous_message.text",
        "event.channel",
        "event.message.user",
    )
    each("message", "message_changed", "MessageChanged", *changed)
    each(
        "message", "message_deleted", "MessageDeleted", "event.deleted_ts", "event.previous_message.ts", "event.channel"
    )
    each("message", "channel_join", "MessageChannelJoin", "event.user", "event.channel")
    each(
        "reaction_added",
        None,
        "ReactionAdded",
        "event.item.ts",
        "event.item.channel",
        "event.reaction",
        "event.item_user",
    )
    each("member_joined_channel", None, "MemberJoinedChannel", "event.user", "event.channel", "event.team")
    each("member_left_channel", None, "MemberLeftChannel", "event.user", "event.channel")
    each("channel_archive", None, "ChannelArchive", "event.channel")
    each("app_home_opened", None, "AppHomeOpened", "event.user", "event.channel", "event.tab", "event.view.id")
    each("app_uninstalled", None, "AppUninstalled")
    each("tokens_revoked", None, "TokensRevoked", "event.tokens.bot.0")


async def test_payloads_fit_slacks(bot: tuple[FakeSlack, Ear]) -> None:
    slack, heard = bot
    ana = slack.person("ana")
    general = slack.channel("general", [ana])

    async def sent(made: Interaction) -> Json:
        await slack.until(lambda: made.acked)
        payload: Json = [said for said in heard.envelopes if said["type"] != "events_api"][-1]["payload"]
        return payload

    command = slack.command(ana, general, "para 32")
    read = ("team_id", "channel_id", "user_id", "command", "text", "response_url", "trigger_id", "api_app_id")
    must_fit(await sent(command), "app-backend/SlashCommandPayload.json", *read)
    title = {"type": "plain_text", "text": "Digest"}
    modal = {"type": "modal", "title": title, "blocks": [], "notify_on_close": True}
    opened = await calling(slack, "views.open", trigger_id=command.trigger_id, view=modal)
    root = slack.say(general, ana, "see 32")
    await calling(slack, "chat.postMessage", channel=general, text="32", blocks=ROW, thread_ts=root)
    shortcut = await sent(slack.shortcut(ana, general, root, "find"))
    seen = (
        "callback_id",
        "trigger_id",
        "message_ts",
        "response_url",
        "message.text",
        "message.ts",
        "user.id",
        "team.id",
    )
    must_fit(shortcut, "app-backend/MessageShortcutPayload.json", *seen)
    shown = slack.messages(general, root)[-1]
    clicked = await sent(slack.click(ana, shown, "Next"))
    pressed = (
        "actions.0.action_id",
        "actions.0.value",
        "container.message_ts",
        "container.channel_id",
        "message.text",
        "user.id",
    )
    must_fit(
        clicked, "app-backend/BlockActionPayload.json", *pressed, "message.bot_id", "message.thread_ts", "response_url"
    )
    submitted = await sent(slack.submit(ana, opened["view"]))
    must_fit(submitted, "app-backend/ViewSubmissionPayload.json", "view.id", "view.hash", "user.id", "team.id")
    again = slack.command(ana, general, "digest")
    opened = await calling(slack, "views.open", trigger_id=again.trigger_id, view=modal)
    closed = slack.close(ana, opened["view"])
    assert closed is not None
    payload = await sent(closed)
    must_fit(payload, "app-backend/ViewClosedPayload.json", "view.id", "user.id")
