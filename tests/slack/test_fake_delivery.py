"""What the fake Slack tells the bot, by Socket Mode and by HTTP, and what people can do with its answers."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from tests.slack.fake import FakeSlack, Json, typed
from tests.slack.fake_bots import Answer, Ear, ask, call, door, ear, post

NEXT = {
    "type": "button",
    "text": {"type": "plain_text", "text": "Next: paragraph 33"},
    "value": "33",
    "action_id": "next",
}
ROW = [{"type": "actions", "elements": [NEXT]}]
MODAL: Json = {"type": "modal", "title": {"type": "plain_text", "text": "Digest"}, "blocks": []}


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    with FakeSlack() as made:
        yield made


@pytest.fixture
def ana(slack: FakeSlack) -> str:
    return slack.person("ana")


@pytest.fixture
def general(slack: FakeSlack, ana: str) -> str:
    return slack.channel("general", [ana])


async def calling(slack: FakeSlack, method: str, **args: Any) -> Json:
    """A call that leaves the loop to the bot."""
    return await asyncio.to_thread(call, slack, method, **args)


async def asking(slack: FakeSlack, method: str, **args: Any) -> Answer:
    return await asyncio.to_thread(ask, slack, method, **args)


async def answering(url: str | None, **said: Any) -> Answer:
    """Use a `response_url`."""
    assert url is not None
    return await asyncio.to_thread(post, url, json.dumps(said).encode(), {"Content-Type": "application/json"})


async def told(slack: FakeSlack, bot: Ear, events: int) -> list[Json]:
    """The events that the bot was told once there are so many, all acknowledged."""
    await slack.until(lambda: len(bot.events) >= events and slack.settled)
    return bot.events


# -------------------------------------------------------------------- what people say


async def test_a_mention_comes_as_message_and_as_app_mention(slack: FakeSlack, ana: str, general: str) -> None:
    async with ear(slack) as bot:
        ts = slack.say(general, ana, f"{slack.mention} para 32")
        message, mention = await told(slack, bot, 2)
        assert (message["type"], message["channel_type"]) == ("message", "channel")
        assert (mention["type"], mention["text"]) == ("app_mention", f"{slack.mention} para 32")
        assert message["ts"] == mention["ts"] == ts
        assert message["user"] == ana
        first, second = bot.envelopes
        assert first["payload"]["event_id"] != second["payload"]["event_id"]


async def test_messages_reach_the_bot_from_where_it_is_and_as_subscribed(
    slack: FakeSlack, ana: str, general: str
) -> None:
    closed, elsewhere = slack.channel("closed", [ana], private=True), slack.channel("elsewhere", [ana], bot=False)
    async with ear(slack) as bot:
        slack.say(elsewhere, ana, f"{slack.mention} nobody hears")
        slack.say(closed, ana, "one")
        slack.say(slack.dm(ana), ana, "two")
        slack.subscriptions = {"app_mention"}
        slack.say(general, ana, f"three {slack.mention}")
        slack.subscriptions = {"message.channels", "message.im"}
        slack.grant(["im:history"])
        slack.say(general, ana, "no scope")
        slack.say(slack.dm(ana), ana, "four")
        events = await told(slack, bot, 4)
        assert [(event["text"], event.get("channel_type")) for event in events] == [
            ("one", "group"),
            ("two", "im"),
            (f"three {slack.mention}", None),
            ("four", "im"),
        ]


async def test_replies_name_their_thread_and_other_bots_themselves(slack: FakeSlack, ana: str, general: str) -> None:
    robot = slack.person("robot", bot=True)
    general = slack.channel("theirs", [ana, robot])
    async with ear(slack) as bot:
        root = slack.say(general, ana, "question")
        slack.say(general, robot, "beep", root)
        _, beep = await told(slack, bot, 2)
        assert (beep["thread_ts"], beep["parent_user_id"]) == (root, ana)
        assert beep["bot_id"].startswith("B")
        assert "subtype" not in beep


async def test_the_bot_is_told_of_its_own_messages_too(slack: FakeSlack, general: str) -> None:
    async with ear(slack) as bot:
        posted = await calling(slack, "chat.postMessage", channel=general, text="hello")
        await calling(slack, "chat.update", channel=general, ts=posted["ts"], text="hello again")
        own, changed = await told(slack, bot, 2)
        assert (own["bot_id"], own["user"]) == (slack.bot_id, slack.bot_user)
        assert (changed["subtype"], changed["message"]["bot_id"]) == ("message_changed", slack.bot_id)


async def test_an_edit_is_message_changed_and_a_mention_if_it_now_mentions(
    slack: FakeSlack, ana: str, general: str
) -> None:
    async with ear(slack) as bot:
        ts = slack.say(general, ana, "para 32")
        slack.edit(general, ana, ts, f"{slack.mention} para 33")
        slack.edit(general, ana, ts, f"{slack.mention} para 34")
        slack.unfurl(general, ts)
        _, changed, mention, again, preview = await told(slack, bot, 5)
        assert (changed["subtype"], changed["hidden"], changed["message"]["ts"]) == ("message_changed", True, ts)
        assert (changed["previous_message"]["text"], changed["message"]["edited"]["user"]) == ("para 32", ana)
        assert (mention["type"], mention["ts"], "edited" in mention) == ("app_mention", ts, True)
        assert again["message"]["text"] == f"{slack.mention} para 34"
        assert preview["message"]["text"] == preview["previous_message"]["text"]
        assert preview["message"]["edited"] == again["message"]["edited"]
        with pytest.raises(ValueError, match="no message"):
            slack.edit(general, ana, "1.1", "x")


async def test_a_deletion_is_message_deleted_and_a_roots_a_tombstone(slack: FakeSlack, ana: str, general: str) -> None:
    async with ear(slack) as bot:
        alone = slack.say(general, ana, "oops")
        slack.delete(general, alone)
        root = slack.say(general, ana, "question")
        reply = slack.say(general, ana, "more", root)
        slack.delete(general, root)
        assert [message.get("subtype") for message in slack.messages(general)] == ["tombstone"]
        slack.delete(general, reply)
        assert slack.messages(general) == []
        events = await told(slack, bot, 7)
        assert (events[1]["subtype"], events[1]["deleted_ts"]) == ("message_deleted", alone)
        assert events[1]["previous_message"]["text"] == "oops"
        stone = events[4]
        assert (stone["subtype"], stone["message"]["subtype"], stone["message"]["ts"]) == (
            "message_changed",
            "tombstone",
            root,
        )
        assert stone["previous_message"]["text"] == "question"
        assert [event["deleted_ts"] for event in events[5:]] == [reply, root]


async def test_comings_and_goings_are_told(slack: FakeSlack, ana: str) -> None:
    room, ben = slack.channel("room", [ana], bot=False), slack.person("ben")
    async with ear(slack) as bot:
        slack.join(room, ben)
        slack.invite_bot(room, by=ana)
        slack.leave(room, ben)
        slack.react(room, ana, slack.messages(room)[0]["ts"], "eyes")
        slack.archive(room, ana)
        slack.remove_bot(room)
        slack.open_home(ana)
        slack.open_home(ana, "messages")
        events = await told(slack, bot, 9)
        assert [event["type"] for event in events] == [
            "member_joined_channel",
            "message",
            "member_left_channel",
            "reaction_added",
            "channel_archive",
            "channel_left",
            "member_left_channel",
            "app_home_opened",
            "app_home_opened",
        ]
        assert (events[0]["user"], events[0]["inviter"]) == (slack.bot_user, ana)
        assert events[1]["subtype"] == "channel_join"
        assert [event["tab"] for event in events[-2:]] == ["home", "messages"]
        assert events[-1]["channel"] == slack.dm(ana)


async def test_an_uninstalled_app_is_told_so_and_nothing_more(slack: FakeSlack, ana: str, general: str) -> None:
    other = slack.workspace("Other")
    bea = slack.person("bea", team=other)
    async with ear(slack) as bot:
        slack.uninstall()
        slack.say(general, ana, "anyone?")
        slack.say(slack.channel("theirs", [bea]), bea, "hello")
        slack.revoke_tokens(other)
        events = await told(slack, bot, 4)
        assert [event["type"] for event in events] == ["tokens_revoked", "app_uninstalled", "message", "tokens_revoked"]
        assert events[0]["tokens"]["bot"] == [slack.bot_user]
        teams = [envelope["payload"]["team_id"] for envelope in bot.envelopes]
        assert teams == [slack.team, slack.team, other, other]


def test_people_act_only_where_they_are(slack: FakeSlack, general: str) -> None:
    ben = slack.person("ben")
    with pytest.raises(ValueError, match="is not in"):
        slack.say(general, ben, "hello")
    with pytest.raises(ValueError, match="no person"):
        slack.say(general, "U0NONE", "hello")


# -------------------------------------------------------------------- commands, shortcuts, buttons


async def test_a_command_is_answered_by_its_ack_and_its_response_url(slack: FakeSlack, ana: str) -> None:
    elsewhere = slack.channel("elsewhere", [ana], bot=False)
    async with ear(slack) as bot:
        bot.answer = lambda envelope: {"text": "At once"}
        asked = slack.command(ana, elsewhere, "para 32")
        await slack.until(lambda: asked.acked)
        assert asked.payload["command"] == "/hearings"
        assert bot.envelopes[0]["accepts_response_payload"] is True
        assert (await answering(asked.response_url, text="In private")).body == {"text": "ok"}
        await answering(asked.response_url, text="For all", response_type="in_channel", blocks=ROW)
        assert [reply["text"] for reply in slack.replies_to_command(asked)] == ["At once", "In private", "For all"]
        assert [shown["text"] for shown in slack.ephemerals(ana, elsewhere)] == ["At once", "In private"]
        assert [message["text"] for message in slack.messages(elsewhere)] == ["For all"]


async def test_a_response_url_works_five_times_within_half_an_hour(slack: FakeSlack, ana: str, general: str) -> None:
    async with ear(slack):
        used, late = slack.command(ana, general, "a"), slack.command(ana, general, "b")
        answers = [await answering(used.response_url, text="x") for _ in range(6)]
        assert [(answer.status, answer.body.get("error")) for answer in answers] == [(200, None)] * 5 + [
            (404, "used_url")
        ]
        slack.clock.advance(30 * 60 + 1)
        assert (await answering(late.response_url, text="x")).error == "expired_url"
        assert (await answering(f"{slack.url[:-5]}/response/T0/1", text="x")).status == 404
        assert slack.replies_to_command(late) == []


async def test_what_a_response_url_or_an_ack_brings_is_judged(slack: FakeSlack, ana: str, general: str) -> None:
    bad = [{"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}]
    async with ear(slack) as bot:
        bot.answer = lambda envelope: {"text": "x", "blocks": bad}
        asked = slack.command(ana, general, "para 32")
        await slack.until(lambda: asked.acked)
        assert asked.error == "invalid_command_response"
        assert (await answering(asked.response_url, text="x", blocks=bad)).error == "invalid_blocks"
        assert (await answering(asked.response_url)).error == "no_text"
        assert [found.way for found in slack.rejected] == ["ack", "response_url"]
        slack.fail("response_url", status=500)
        assert (await answering(asked.response_url, text="x")).status == 500


async def test_a_command_that_is_not_acknowledged_fails_before_the_person(
    slack: FakeSlack, ana: str, general: str
) -> None:
    lost = slack.command(ana, general, "a")
    await slack.until(lambda: lost.error == "dispatch_failed")  # nobody was connected
    async with ear(slack) as bot:
        bot.answer = lambda envelope: False
        late = slack.command(ana, general, "b")
        await slack.until(lambda: bot.envelopes)
        slack.clock.advance(3)
        await slack.until(lambda: late.error == "operation_timeout")
        assert (late.acked, len(bot.envelopes)) == (False, 1)


async def test_a_command_carries_ids_where_it_escapes_and_names_where_not(
    slack: FakeSlack, ana: str, general: str
) -> None:
    text = f"<@{ana}> in <#{general}> {typed('a < b')}"
    assert slack.command(ana, general, text).payload["text"] == f"<@{ana}|ana> in <#{general}|general> a &lt; b"
    slack.escapes = False
    assert slack.command(ana, general, text, "/other").payload["text"] == "@ana in #general a < b"
    assert slack.command(ana, slack.dm(ana), "x").payload["channel_name"] == "directmessage"


async def test_a_shortcut_carries_the_message(slack: FakeSlack, ana: str, general: str) -> None:
    async with ear(slack) as bot:
        root = slack.say(general, ana, "see para 32")
        ts = slack.say(general, ana, "and 33", root)
        made = slack.shortcut(ana, general, ts, "find")
        await slack.until(lambda: made.acked)
        payload = bot.envelopes[-1]["payload"]
        assert (payload["type"], payload["callback_id"], payload["message_ts"]) == ("message_action", "find", ts)
        assert (payload["message"]["text"], payload["message"]["thread_ts"]) == ("and 33", root)
        await answering(made.response_url, text="found")
        assert [shown["text"] for shown in slack.ephemerals(ana)] == ["found"]


async def test_a_button_is_pressed_on_a_message(slack: FakeSlack, ana: str, general: str) -> None:
    async with ear(slack) as bot:
        ts = (await calling(slack, "chat.postMessage", channel=general, text="32", blocks=ROW))["ts"]
        (shown,) = slack.messages(general)
        made = slack.click(ana, shown, "Next")
        await slack.until(lambda: made.acked)
        payload = bot.envelopes[-1]["payload"]
        (action,) = payload["actions"]
        assert (action["action_id"], action["value"], action["type"]) == ("next", "33", "button")
        assert payload["container"] == {
            "type": "message",
            "message_ts": ts,
            "channel_id": general,
            "is_ephemeral": False,
        }
        assert payload["message"]["ts"] == ts
        await answering(made.response_url, text="33", replace_original=True, blocks=ROW)
        assert [message["text"] for message in slack.messages(general)] == ["33"]
        await answering(made.response_url, delete_original=True)
        assert slack.messages(general) == []
        old = slack.press(ana, shown, {**NEXT, "block_id": "b", "value": "99"})
        await slack.until(lambda: old.acked)
        assert bot.envelopes[-1]["payload"]["actions"][0]["value"] == "99"


async def test_a_button_that_is_not_there_cannot_be_pressed(slack: FakeSlack, ana: str, general: str) -> None:
    async with ear(slack):
        ts = (await calling(slack, "chat.postMessage", channel=general, text="32", blocks=ROW))["ts"]
        (shown,) = slack.messages(general)
        with pytest.raises(AssertionError, match="Next: paragraph 33"):
            slack.click(ana, shown, "Previous")
        await calling(slack, "chat.update", channel=general, ts=ts, text="the end")
        with pytest.raises(AssertionError, match="no button"):
            slack.click(ana, shown, action_id="next")


async def test_a_button_is_pressed_on_what_one_person_sees(slack: FakeSlack, ana: str, general: str) -> None:
    async with ear(slack) as bot:
        asked = slack.command(ana, general, "para 32")
        await slack.until(lambda: asked.acked)
        await answering(asked.response_url, text="32", blocks=ROW)
        (shown,) = slack.replies_to_command(asked)
        made = slack.click(ana, shown, action_id="next")
        await slack.until(lambda: made.acked)
        payload = bot.envelopes[-1]["payload"]
        assert payload["container"]["is_ephemeral"] is True
        assert "message" not in payload
        with pytest.raises(ValueError, match="alone"):
            slack.click(slack.person("ben"), shown, "Next")
        await answering(made.response_url, text="33", replace_original=True)
        assert [reply["text"] for reply in slack.replies_to_command(asked)] == ["33"]
        assert [reply["text"] for reply in slack.replies_to_command(made)] == ["33"]
        await answering(made.response_url, text="shared", response_type="in_channel", replace_original=False)
        await answering(made.response_url, delete_original=True)
        assert slack.ephemerals(ana) == []
        assert [message["text"] for message in slack.messages(general)] == ["shared"]


# -------------------------------------------------------------------- views


async def test_a_modal_opens_by_a_fresh_trigger_once(slack: FakeSlack, ana: str, general: str) -> None:
    async with ear(slack):
        first, late = slack.command(ana, general, "digest"), slack.command(ana, general, "digest")
        opened = (await calling(slack, "views.open", trigger_id=first.trigger_id, view=MODAL))["view"]
        assert (
            await asking(slack, "views.open", trigger_id=first.trigger_id, view=MODAL)
        ).error == "exchanged_trigger_id"
        slack.clock.advance(3.1)
        assert (await asking(slack, "views.open", trigger_id=late.trigger_id, view=MODAL)).error == "expired_trigger_id"
        assert (await asking(slack, "views.open", trigger_id="1.1.x", view=MODAL)).error == "invalid_trigger_id"
        shown = slack.modal(ana)
        assert shown is not None
        assert shown["id"] == opened["id"]
        await calling(slack, "views.update", view_id=opened["id"], view={**MODAL, "callback_id": "two"})
        shown = slack.modal(ana)
        assert shown is not None
        assert shown["callback_id"] == "two"
        assert (await asking(slack, "views.update", view_id="V0", view=MODAL)).error == "not_found"


async def test_a_modal_is_sent_off_and_its_ack_obeyed(slack: FakeSlack, ana: str, general: str) -> None:
    async with ear(slack) as bot:
        trigger = slack.command(ana, general, "digest").trigger_id
        opened = (await calling(slack, "views.open", trigger_id=trigger, view={**MODAL, "notify_on_close": True}))[
            "view"
        ]
        bot.answer = lambda envelope: {"response_action": "errors", "errors": {"at": "not a time"}}
        values = {"at": {"time": {"type": "timepicker", "selected_time": "09:00"}}}
        wrong = slack.submit(ana, opened, values)
        await slack.until(lambda: wrong.acked)
        assert bot.envelopes[-1]["payload"]["view"]["state"]["values"] == values
        assert slack.modal(ana) is not None
        bot.answer = lambda envelope: {"response_action": "update", "view": {**MODAL, "callback_id": "done"}}
        updated = slack.submit(ana, opened)
        await slack.until(lambda: updated.acked)
        shown = slack.modal(ana)
        assert shown is not None
        assert (shown["id"], shown["callback_id"]) == (opened["id"], "done")
        bot.answer = lambda envelope: None
        sent = slack.submit(ana, shown)
        await slack.until(lambda: sent.acked)
        assert slack.modal(ana) is None
        with pytest.raises(ValueError, match="does not see"):
            slack.submit(ana, shown)


async def test_a_closed_modal_is_told_where_it_asked_for_it(slack: FakeSlack, ana: str, general: str) -> None:
    async with ear(slack) as bot:
        trigger = slack.command(ana, general, "digest").trigger_id
        below = (await calling(slack, "views.open", trigger_id=trigger, view=MODAL))["view"]
        trigger = slack.command(ana, general, "digest").trigger_id
        opened = (await calling(slack, "views.push", trigger_id=trigger, view={**MODAL, "notify_on_close": True}))[
            "view"
        ]
        closed = slack.close(ana, opened)
        assert closed is not None
        await slack.until(lambda: closed.acked)
        assert bot.envelopes[-1]["payload"]["type"] == "view_closed"
        shown = slack.modal(ana)
        assert shown is not None
        assert shown["id"] == below["id"]
        assert slack.close(ana, shown) is None
        assert slack.modal(ana) is None


async def test_a_button_is_pressed_at_home(slack: FakeSlack, ana: str) -> None:
    async with ear(slack) as bot:
        await calling(slack, "views.publish", user_id=ana, view={"type": "home", "blocks": ROW})
        home = slack.home(ana)
        assert home is not None
        made = slack.click(ana, home, "Next")
        await slack.until(lambda: made.acked)
        payload = bot.envelopes[-1]["payload"]
        assert (payload["container"], payload["view"]["type"]) == ({"type": "view", "view_id": home["id"]}, "home")
        assert made.response_url is None
        slack.open_home(ana)
        await slack.until(lambda: bot.events)
        assert bot.events[-1]["view"]["id"] == home["id"]


# -------------------------------------------------------------------- Socket Mode


async def test_each_payload_goes_to_one_connection(slack: FakeSlack, ana: str, general: str) -> None:
    async with ear(slack) as one, ear(slack) as two:
        hello = two.frames[0]
        assert (hello["type"], hello["num_connections"]) == ("hello", 2)
        assert hello["debug_info"]["approximate_connection_time"] > 0
        for number in range(6):
            slack.say(general, ana, f"{number}")
        await slack.until(lambda: slack.settled)
        assert (len(one.events), len(two.events)) == (3, 3)
        assert sorted(event["text"] for event in one.events + two.events) == ["0", "1", "2", "3", "4", "5"]


async def test_an_event_that_is_not_acknowledged_comes_again_three_times(
    slack: FakeSlack, ana: str, general: str
) -> None:
    slack.clock.freeze()
    async with ear(slack) as bot:
        bot.answer = lambda envelope: False
        slack.say(general, ana, "hello")
        for sent, seconds in ((1, 3), (2, 3), (3, 3), (4, 3)):
            await slack.until(lambda sent=sent: len(bot.envelopes) == sent)  # type: ignore[misc]
            slack.clock.advance(seconds)
            await slack.until(lambda sent=sent: len(slack.deliveries[0].reasons) == sent)  # type: ignore[misc]
            slack.clock.advance({2: 60, 3: 300}.get(sent, 0))
        await slack.until(lambda: slack.deliveries[0].state == "failed")
        assert [(made["retry_attempt"], made["retry_reason"]) for made in bot.envelopes] == [
            (0, ""),
            (1, "timeout"),
            (2, "timeout"),
            (3, "timeout"),
        ]
        assert len({made["payload"]["event_id"] for made in bot.envelopes}) == 1
        assert len({made["envelope_id"] for made in bot.envelopes}) == 4


async def test_an_event_waits_for_its_retry_while_nobody_is_connected(slack: FakeSlack, ana: str, general: str) -> None:
    slack.say(general, ana, "hello")
    await slack.until(lambda: slack.deliveries[0].attempts == 2)  # at once, and in vain
    async with ear(slack) as bot:
        assert bot.events == []
        slack.clock.advance(60)
        await slack.until(lambda: slack.deliveries[0].state == "acked")
        assert bot.envelopes[0]["retry_attempt"] == 2


async def test_a_lost_ack_or_a_redelivery_brings_the_same_event_again(slack: FakeSlack, ana: str, general: str) -> None:
    async with ear(slack) as bot:
        slack.lose_ack()
        slack.say(general, ana, "hello")
        await slack.until(lambda: len(bot.events) == 1)
        slack.clock.advance(3)
        await slack.until(lambda: slack.settled)
        first = bot.envelopes[0]["payload"]["event_id"]
        slack.say(general, ana, "more")
        assert slack.redeliver(first) == first
        assert slack.redeliver() == first
        await slack.until(lambda: len(bot.events) == 5 and slack.settled)
        again = [made for made in bot.envelopes if made["payload"]["event_id"] == first]
        assert [made["retry_attempt"] for made in again] == [0, 1, 1, 1]


async def test_connections_are_refreshed_and_cut(slack: FakeSlack, ana: str, general: str) -> None:
    async with ear(slack) as old:
        slack.refresh_sockets()
        await slack.until(lambda: old.frames[-1]["type"] == "disconnect")
        assert old.frames[-1]["reason"] == "refresh_requested"
        async with ear(slack) as new:
            slack.say(general, ana, "hello")
            await slack.until(lambda: new.events)
            assert old.events == []
            slack.clock.advance(10)
            await slack.until(lambda: old.ws.closed)
            assert slack.sockets == 1
            slack.cut_sockets()
            await slack.until(lambda: new.ws.closed)
            assert slack.sockets == 0


async def test_a_ticket_is_for_one_connection_and_ten_are_too_many(slack: FakeSlack) -> None:
    url = (await calling(slack, "apps.connections.open", token=slack.app_token))["url"]
    async with aiohttp.ClientSession() as http:
        async with http.ws_connect(url) as ws:
            await ws.receive_json()
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await http.ws_connect(url)
        open_ = []
        for _ in range(11):
            url = (await calling(slack, "apps.connections.open", token=slack.app_token))["url"]
            open_.append(await http.ws_connect(url))
            said = await open_[-1].receive_json()
        assert said["reason"] == "too_many_websockets"
        for ws in open_:
            await ws.close()


# -------------------------------------------------------------------- HTTP


async def test_http_asks_for_the_challenge_before_anything_else(slack: FakeSlack, ana: str, general: str) -> None:
    async with door(slack) as bot:
        slack.deliver_to(bot.url)
        slack.say(general, ana, f"{slack.mention} hello")
        await slack.until(lambda: len(bot.requests) == 2 and slack.settled)
        assert (bot.challenges, slack.verified) == (1, True)
        headers, said = bot.requests[0]
        assert (said["type"], said["event"]["text"]) == ("event_callback", f"{slack.mention} hello")
        assert "X-Slack-Retry-Num" not in headers
        slack.deliver_to(bot.url.replace("/slack/events", "/nothing"))
        await slack.until(lambda: slack.verified is False)


async def test_http_repeats_with_headers_until_it_is_answered(slack: FakeSlack, ana: str, general: str) -> None:
    async with door(slack) as bot:
        bot.answer = lambda said: web.Response(status=500)
        slack.deliver_to(bot.url, verify=False)
        slack.say(general, ana, "hello")
        await slack.until(lambda: len(bot.requests) == 2)
        await slack.until(lambda: len(slack.deliveries[0].reasons) == 2)
        bot.answer = lambda said: web.Response()
        slack.clock.advance(60)
        await slack.until(lambda: slack.deliveries[0].state == "acked")
        retries = [(fields.get("X-Slack-Retry-Num"), fields.get("X-Slack-Retry-Reason")) for fields, _ in bot.requests]
        assert retries == [(None, None), ("1", "http_error"), ("2", "http_error")]
        assert len({said["event_id"] for _, said in bot.requests}) == 1
        slack.redeliver()
        await slack.until(lambda: len(bot.requests) == 4)
        assert bot.requests[-1][0]["X-Slack-Retry-Num"] == "1"


async def test_http_is_not_repeated_where_the_bot_says_so(slack: FakeSlack, ana: str, general: str) -> None:
    async with door(slack) as bot:
        bot.answer = lambda said: web.Response(status=500, headers={"x-slack-no-retry": "1"})
        slack.deliver_to(bot.url, verify=False)
        slack.say(general, ana, "hello")
        await slack.until(lambda: slack.deliveries[0].state == "failed")
        assert len(bot.requests) == 1


async def test_http_tells_why_it_repeats(slack: FakeSlack, ana: str, general: str) -> None:
    async with door(slack) as bot:
        slack.deliver_to(bot.url, verify=False)
        bot.answer = lambda said: web.Response(status=307, headers={"Location": bot.url})
        slack.say(general, ana, "hello")
        await slack.until(lambda: slack.deliveries[0].reasons)
        assert slack.deliveries[0].reasons[0] == "too_many_redirects"
    slack.say(general, ana, "anyone?")
    await slack.until(lambda: slack.deliveries[1].reasons)
    assert slack.deliveries[1].reasons[0] == "connection_failed"


async def test_http_waits_three_seconds(slack: FakeSlack, ana: str, general: str) -> None:
    came, go = asyncio.Event(), asyncio.Event()

    async def slow(request: web.Request) -> web.Response:
        came.set()
        await go.wait()
        return web.Response()

    app = web.Application()
    app.router.add_post("/", slow)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    slack.clock.freeze()
    slack.deliver_to(f"http://{host}:{port}/", verify=False)
    slack.say(general, ana, "hello")
    await came.wait()
    slack.clock.advance(3)
    await slack.until(lambda: slack.deliveries[0].reasons)
    assert slack.deliveries[0].reasons == ["http_timeout"]
    go.set()
    await slack.until(lambda: slack.deliveries[0].state == "acked")
    await runner.cleanup()


async def test_http_carries_commands_and_buttons_as_forms(slack: FakeSlack, ana: str, general: str) -> None:
    async with door(slack) as bot:
        bot.answer = lambda said: web.json_response({"text": "At once"}) if "command" in said else web.Response()
        slack.deliver_to(bot.url, verify=False)
        asked = slack.command(ana, general, "para 32")
        await slack.until(lambda: asked.acked)
        form = bot.requests[0][1]
        assert (form["command"], form["text"], form["is_enterprise_install"]) == ("/hearings", "para 32", "false")
        assert [reply["text"] for reply in slack.replies_to_command(asked)] == ["At once"]
        await answering(asked.response_url, text="32", blocks=ROW)
        made = slack.click(ana, slack.replies_to_command(asked)[-1], "Next")
        await slack.until(lambda: made.acked)
        assert bot.requests[-1][1]["type"] == "block_actions"
        bot.answer = lambda said: web.Response(status=500)
        broken = slack.command(ana, general, "para 33")
        await slack.until(lambda: broken.error == "dispatch_failed")
        slack.deliver_to(None)
        async with ear(slack) as socket:
            slack.say(general, ana, "hello")
            await slack.until(lambda: socket.events)
