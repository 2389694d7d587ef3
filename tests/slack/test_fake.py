"""The fake Slack's Web API and what people see in it."""

from __future__ import annotations

import json
import urllib.parse
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from slack_sdk import WebClient

from tests.slack.fake import FakeSlack, Json, typed
from tests.slack.fake_bots import Answer, ask, call, post

BUTTON = {"type": "button", "text": {"type": "plain_text", "text": "Next: paragraph 33"}, "value": "33"}
ROW = [{"type": "actions", "elements": [BUTTON]}]


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    with FakeSlack() as made:
        yield made


@pytest.fixture
def ana(slack: FakeSlack) -> str:
    return slack.person("ana", tz="Europe/Zurich", admin=True)


@pytest.fixture
def general(slack: FakeSlack, ana: str) -> str:
    return slack.channel("general", [ana])


def say(slack: FakeSlack, channel: str, text: str = "hello", **args: Any) -> str:
    return str(call(slack, "chat.postMessage", channel=channel, text=text, **args)["ts"])


# -------------------------------------------------------------------- how it is called


def test_it_listens_on_the_machine_itself_and_its_base_url_ends_in_api(slack: FakeSlack) -> None:
    assert slack.url.startswith("http://127.0.0.1:")
    assert slack.url.endswith("/api/")
    assert post(slack.url + "api.test", None, {}).body == {"ok": True}


def test_arguments_come_as_json_a_form_a_query_or_a_multipart_form(slack: FakeSlack, general: str) -> None:
    blocks = json.dumps([{"type": "divider"}])
    key = {"Authorization": f"Bearer {slack.bot_token}"}
    args = {"channel": general, "text": "hello", "blocks": blocks}
    form = urllib.parse.urlencode(args)
    parts = (
        "".join(f'--x\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n' for k, v in args.items())
        + "--x--\r\n"
    )
    url = slack.url + "chat.postMessage"
    answers = [
        post(
            url,
            json.dumps({**args, "blocks": json.loads(blocks)}).encode(),
            {**key, "Content-Type": "application/json"},
        ),
        post(url, json.dumps(args).encode(), {**key, "Content-Type": "application/json"}),
        post(url, form.encode(), {**key, "Content-Type": "application/x-www-form-urlencoded"}),
        post(f"{url}?{form}", None, key),
        post(f"{url}?{form}&token={slack.bot_token}", None, {}),
        post(url, parts.encode(), {**key, "Content-Type": "multipart/form-data; boundary=x"}),
    ]
    for answer in answers:
        assert answer.body["message"]["blocks"][0]["type"] == "divider", answer
    assert [made.by for made in slack.calls] == ["POST", "POST", "POST", "GET", "GET", "POST"]
    assert {made.token for made in slack.calls} == {slack.bot_token}
    assert all(made.args["text"] == "hello" for made in slack.calls)


def test_slacks_own_client_can_use_it(slack: FakeSlack, general: str, ana: str) -> None:
    client = WebClient(slack.bot_token, base_url=slack.url)
    ts = client.chat_postMessage(channel=general, text="hello")["ts"]
    assert client.conversations_replies(channel=general, ts=ts)["messages"][0]["text"] == "hello"
    assert client.users_info(user=ana)["user"]["tz"] == "Europe/Zurich"
    file = client.files_upload_v2(channel=general, content=b"1,2\n", filename="t.csv", title="t", alt_txt="numbers")[
        "file"
    ]
    assert [(kept["id"], kept["content"], kept["alt_txt"]) for kept in slack.files()] == [
        (file["id"], b"1,2\n", "numbers")
    ]
    assert slack.messages(general)[-1]["files"][0]["id"] == file["id"]


def test_methods_can_be_used_from_several_threads(slack: FakeSlack, ana: str, general: str) -> None:
    with ThreadPoolExecutor(8) as threads:
        said = list(threads.map(lambda number: slack.say(general, ana, f"{number}"), range(40)))
    assert len(set(said)) == 40
    assert [message["ts"] for message in slack.messages(general)] == sorted(said)


def test_tokens_are_told_apart(slack: FakeSlack) -> None:
    assert ask(slack, "auth.test", token="").error == "not_authed"
    assert ask(slack, "auth.test", token="xoxb-other").error == "invalid_auth"
    assert ask(slack, "users.list", token=slack.app_token).error == "not_allowed_token_type"
    assert ask(slack, "apps.connections.open").error == "not_allowed_token_type"
    assert call(slack, "auth.test", token=slack.app_token)["app_id"] == slack.app_id
    assert call(slack, "auth.test")["user_id"] == slack.bot_user
    assert ask(slack, "chat.unheardOf").error == "unknown_method"


def test_scopes_are_missed_and_named(slack: FakeSlack, ana: str, general: str) -> None:
    slack.grant(["users:read"])
    refused = ask(slack, "chat.postMessage", channel=general, text="hello")
    assert (refused.body["error"], refused.body["needed"], refused.body["provided"]) == (
        "missing_scope",
        "chat:write",
        "users:read",
    )
    for method, args in (
        ("conversations.history", {"channel": general}),
        ("conversations.replies", {"channel": general, "ts": "1.1"}),
        ("conversations.info", {"channel": general}),
        ("conversations.list", {}),
        ("conversations.open", {"users": ana}),
        ("files.getUploadURLExternal", {"filename": "a", "length": 1}),
        ("reactions.add", {"channel": general, "timestamp": "1.1", "name": "eyes"}),
        ("team.info", {}),
    ):
        assert ask(slack, method, **args).error == "missing_scope", method
    assert ask(slack, "users.info", user=ana).headers["x-oauth-scopes"] == "users:read"
    with pytest.raises(ValueError, match="no scopes"):
        slack.grant(["chat:wrote"])


# -------------------------------------------------------------------- messages


def test_posting_is_for_members(slack: FakeSlack, ana: str) -> None:
    open_, closed = slack.channel("open", [ana], bot=False), slack.channel("closed", [ana], private=True, bot=False)
    assert ask(slack, "chat.postMessage", channel=open_, text="x").error == "not_in_channel"
    assert ask(slack, "chat.postMessage", channel=closed, text="x").error == "channel_not_found"
    assert ask(slack, "chat.postMessage", channel="C0NONE", text="x").error == "channel_not_found"
    slack.invite_bot(open_)
    slack.invite_bot(closed)
    assert say(slack, open_) < say(slack, closed)
    slack.remove_bot(open_)
    assert ask(slack, "chat.postMessage", channel=open_, text="x").error == "not_in_channel"
    slack.archive(closed, ana)
    assert ask(slack, "chat.postMessage", channel=closed, text="x").error == "is_archived"


def test_chat_write_public_posts_where_the_bot_is_no_member(slack: FakeSlack, ana: str) -> None:
    elsewhere = slack.channel("elsewhere", [ana], bot=False)
    slack.grant(["chat:write", "chat:write.public"])
    assert say(slack, elsewhere)


def test_a_persons_id_stands_for_their_conversation(slack: FakeSlack, ana: str) -> None:
    posted = call(slack, "chat.postMessage", channel=ana, text="psst")
    assert posted["channel"] == slack.dm(ana)
    assert posted["channel"].startswith("D")
    assert call(slack, "conversations.open", users=ana)["channel"]["id"] == slack.dm(ana)
    assert call(slack, "conversations.open", users=ana, return_im=True)["channel"]["user"] == ana
    assert ask(slack, "conversations.open", users="U0NONE").error == "user_not_found"


def test_a_text_is_needed_and_cut_off_at_forty_thousand_with_a_warning(slack: FakeSlack, general: str) -> None:
    assert ask(slack, "chat.postMessage", channel=general, text=" ").error == "no_text"
    assert ask(slack, "chat.postMessage", channel=general, blocks=[]).error == "no_text"
    assert "warning" not in call(slack, "chat.postMessage", channel=general, text="x" * 40_000)
    cut = call(slack, "chat.postMessage", channel=general, text="x" * 40_001)
    assert cut["warning"] == "message_truncated"
    assert len(slack.messages(general)[-1]["text"]) == 40_000


def test_blocks_are_judged_and_what_is_refused_is_kept(slack: FakeSlack, general: str) -> None:
    long = [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3_001}}]
    refused = ask(slack, "chat.postMessage", channel=general, text="t", blocks=long)
    assert refused.error == "invalid_blocks"
    assert refused.body["response_metadata"]["messages"] == [
        "[ERROR] must be less than 3001 characters [json-pointer:/blocks/0/text/text]"
    ]
    assert ask(slack, "chat.postMessage", channel=general, blocks="[{").error == "invalid_blocks_format"
    many = [{"type": "markdown", "text": "x" * 7_000}] * 2
    assert ask(slack, "chat.postMessage", channel=general, blocks=many).error == "msg_blocks_too_long"
    assert [(found.way, found.error) for found in slack.rejected] == [
        ("chat.postMessage", "invalid_blocks"),
        ("chat.postMessage", "invalid_blocks_format"),
        ("chat.postMessage", "msg_blocks_too_long"),
    ]
    assert slack.messages(general) == []
    markdown = {"channel": general, "markdown_text": "**x**"}
    assert ask(slack, "chat.postMessage", **markdown, text="x").error == "markdown_text_conflict"
    assert call(slack, "chat.postMessage", **markdown)["message"]["blocks"][0]["type"] == "markdown"


def test_the_bots_messages_are_changed_and_deleted_by_the_bot_alone(slack: FakeSlack, ana: str, general: str) -> None:
    ts, hers = say(slack, general, blocks=ROW), slack.say(general, ana, "hello")
    assert ask(slack, "chat.update", channel=general, ts=hers, text="x").error == "cant_update_message"
    assert ask(slack, "chat.update", channel=general, ts="1.1", text="x").error == "message_not_found"
    assert ask(slack, "chat.update", channel=general, ts=ts, text="x" * 4_001).error == "msg_too_long"
    assert call(slack, "chat.update", channel=general, ts=ts, text="two", blocks=ROW)["text"] == "two"
    kept = slack.message(general, ts)
    assert kept is not None
    assert "edited" not in kept
    assert kept["blocks"][0]["type"] == "actions"
    call(slack, "chat.update", channel=general, ts=ts, text="three")
    kept = slack.message(general, ts)
    assert kept is not None
    assert kept["edited"]["user"] == slack.bot_user
    assert kept["blocks"][0]["type"] == "rich_text"
    assert ask(slack, "chat.delete", channel=general, ts=hers).error == "cant_delete_message"
    call(slack, "chat.delete", channel=general, ts=ts)
    assert ask(slack, "chat.delete", channel=general, ts=ts).error == "message_not_found"
    assert [version and version["text"] for version in slack.versions(general, ts)] == ["hello", "two", "three", None]
    assert slack.bot_posts(general) == [ts]
    assert slack.message(general, ts) is None


def test_threads_stand_apart_and_their_roots_count_replies(slack: FakeSlack, ana: str, general: str) -> None:
    root = slack.say(general, ana, "question")
    reply = say(slack, general, "answer", thread_ts=root)
    deeper = slack.say(general, ana, "thanks", reply)
    assert [message["ts"] for message in slack.messages(general)] == [root]
    assert [message["ts"] for message in slack.messages(general, root)] == [root, reply, deeper]
    shown = call(slack, "conversations.replies", channel=general, ts=reply)["messages"]
    assert (shown[0]["reply_count"], shown[0]["latest_reply"], shown[0]["reply_users"]) == (
        2,
        deeper,
        [slack.bot_user, ana],
    )
    assert shown[1]["parent_user_id"] == ana
    assert ask(slack, "conversations.replies", channel=general, ts="1.1").error == "thread_not_found"
    link = call(slack, "chat.getPermalink", channel=general, message_ts=reply)["permalink"]
    assert link.endswith(f"/archives/{general}/p{reply.replace('.', '')}?thread_ts={root}&cid={general}")
    assert ask(slack, "chat.getPermalink", channel=general, message_ts="1.1").error == "message_not_found"


def test_a_reply_may_be_shown_in_the_channel_too(slack: FakeSlack, ana: str, general: str) -> None:
    root = slack.say(general, ana, "question")
    reply = say(slack, general, "answer", thread_ts=root, reply_broadcast=True)
    assert [message["ts"] for message in slack.messages(general)] == [root, reply]
    assert slack.messages(general)[1]["subtype"] == "thread_broadcast"


def test_ephemerals_are_for_one_member(slack: FakeSlack, ana: str, general: str) -> None:
    ben = slack.person("ben")
    assert ask(slack, "chat.postEphemeral", channel=general, user=ben, text="x").error == "user_not_in_channel"
    ts = call(slack, "chat.postEphemeral", channel=general, user=ana, text="psst")["message_ts"]
    assert [(shown["ts"], shown["text"]) for shown in slack.ephemerals(ana, general)] == [(ts, "psst")]
    assert slack.ephemerals(ben) == []
    assert slack.messages(general) == []
    assert ask(slack, "chat.update", channel=general, ts=ts, text="x").error == "message_not_found"


def test_what_notifies_people_is_kept(slack: FakeSlack, ana: str, general: str) -> None:
    plain = [{"type": "section", "text": {"type": "plain_text", "text": "<!here>"}}]
    say(slack, general, typed("<!channel> <@U0A>"), blocks=plain)
    assert slack.pings == []
    say(slack, general, "<!channel>")
    say(slack, general, "@ana", link_names=True)
    say(slack, general, blocks=[{"type": "section", "text": {"type": "mrkdwn", "text": f"<@{ana}>"}}])
    assert slack.pings == [(general, "<!channel>"), (general, "@ana"), (general, f"<@{ana}>")]


# -------------------------------------------------------------------- reading


def test_history_is_read_in_pages_from_new_to_old(slack: FakeSlack, ana: str, general: str) -> None:
    said = [slack.say(general, ana, f"{number}") for number in range(5)]
    found: list[str] = []
    cursor, pages = "", 0
    while pages == 0 or cursor:
        page = call(slack, "conversations.history", channel=general, limit=2, cursor=cursor)
        assert page["has_more"] == bool(page.get("response_metadata"))
        cursor = page.get("response_metadata", {}).get("next_cursor", "")
        found += [message["ts"] for message in page["messages"]]
        pages += 1
    assert (pages, found) == (3, said[::-1])
    assert ask(slack, "conversations.history", channel=general, cursor="???").error == "invalid_cursor"
    some = call(slack, "conversations.history", channel=general, oldest=said[1], latest=said[3])["messages"]
    assert [message["ts"] for message in some] == [said[2]]
    some = call(slack, "conversations.history", channel=general, oldest=said[1], latest=said[3], inclusive=True)[
        "messages"
    ]
    assert [message["ts"] for message in some] == [said[3], said[2], said[1]]


def test_history_may_be_cut_to_fifteen_once_a_minute(slack: FakeSlack, ana: str, general: str) -> None:
    for number in range(20):
        slack.say(general, ana, f"{number}")
    slack.history_limit = 15
    first = call(slack, "conversations.history", channel=general, limit=200)
    assert (len(first["messages"]), first["has_more"]) == (15, True)
    limited = ask(slack, "conversations.history", channel=general)
    assert (limited.status, limited.error) == (429, "ratelimited")
    assert 0 < int(limited.headers["Retry-After"]) <= 60
    slack.clock.advance(60)
    assert call(slack, "conversations.history", channel=general)["messages"]


def test_metadata_comes_back_where_it_is_asked_for(slack: FakeSlack, general: str) -> None:
    metadata = {"event_type": "digest", "event_payload": {"key": "k"}}
    say(slack, general, metadata=metadata)
    assert "metadata" not in call(slack, "conversations.history", channel=general)["messages"][0]
    shown = call(slack, "conversations.history", channel=general, include_all_metadata=True)["messages"][0]
    assert shown["metadata"] == metadata
    assert (
        ask(slack, "chat.postMessage", channel=general, text="x", metadata={"a": 1}).error == "invalid_metadata_format"
    )


def test_conversations_and_people_are_listed(slack: FakeSlack, ana: str, general: str) -> None:
    closed = slack.channel("closed", [ana], private=True)
    hidden = slack.channel("hidden", [ana], private=True, bot=False)
    elsewhere = slack.channel("elsewhere", [ana], bot=False)
    dm = slack.dm(ana)

    def listed(method: str, types: str) -> list[str]:
        return [found["id"] for found in call(slack, method, types=types)["channels"]]

    assert listed("conversations.list", "public_channel") == [general, elsewhere]
    assert listed("conversations.list", "private_channel,im") == [closed, dm]
    assert listed("users.conversations", "public_channel,private_channel,im") == [general, closed, dm]
    assert ask(slack, "conversations.list", types="secret").error == "invalid_types"
    assert ask(slack, "conversations.info", channel=hidden).error == "channel_not_found"
    info = call(slack, "conversations.info", channel=general, include_num_members=True)["channel"]
    assert (info["name"], info["is_member"], info["is_private"], info["num_members"]) == ("general", True, False, 2)
    assert set(call(slack, "conversations.members", channel=general)["members"]) == {ana, slack.bot_user}
    assert {found["id"] for found in call(slack, "users.list")["members"]} == {ana, slack.bot_user}
    assert call(slack, "conversations.join", channel=elsewhere)["channel"]["is_member"] is True
    assert call(slack, "team.info")["team"]["id"] == slack.team


def test_a_profile_says_zone_and_rights(slack: FakeSlack, ana: str) -> None:
    ben = slack.person("ben", tz=None, guest=True)
    shown = call(slack, "users.info", user=ana)["user"]
    assert (shown["tz"], shown["is_admin"], shown["is_restricted"]) == ("Europe/Zurich", True, False)
    assert shown["tz_offset"] in {3_600, 7_200}
    shown = call(slack, "users.info", user=ben)["user"]
    assert ("tz" in shown, shown["is_admin"], shown["is_restricted"]) == (False, False, True)
    slack.set_zone(ana, "Asia/Tokyo")
    assert call(slack, "users.info", user=ana)["user"]["tz_offset"] == 9 * 3_600
    assert ask(slack, "users.info", user="U0NONE").error == "user_not_found"


def test_reactions_are_added_once(slack: FakeSlack, ana: str, general: str) -> None:
    ts = slack.say(general, ana, "hello")
    call(slack, "reactions.add", channel=general, timestamp=ts, name="eyes")
    assert ask(slack, "reactions.add", channel=general, timestamp=ts, name="eyes").error == "already_reacted"
    assert ask(slack, "reactions.add", channel=general, timestamp="1.1", name="eyes").error == "message_not_found"
    assert slack.messages(general)[0]["reactions"] == [{"name": "eyes", "users": [slack.bot_user], "count": 1}]


# -------------------------------------------------------------------- views, the assistant, streams, files


def test_a_home_is_published_and_judged(slack: FakeSlack, ana: str) -> None:
    home: Json = {"type": "home", "blocks": [{"type": "header", "text": {"type": "plain_text", "text": "Hello"}}]}
    first = call(slack, "views.publish", user_id=ana, view=home)["view"]
    shown = slack.home(ana)
    assert shown is not None
    assert (shown["id"], shown["blocks"][0]["text"]["text"]) == (first["id"], "Hello")
    again = ask(slack, "views.publish", user_id=ana, view=home, hash="old")
    assert again.error == "hash_conflict"
    assert call(slack, "views.publish", user_id=ana, view=home, hash=first["hash"])["view"]["id"] == first["id"]
    home["blocks"][0]["text"]["text"] = "x" * 151
    assert ask(slack, "views.publish", user_id=ana, view=home).error == "invalid_arguments"
    assert [found.way for found in slack.rejected] == ["views.publish"]
    assert slack.home("U0NONE") is None


def test_the_assistant_takes_four_prompts_and_a_status(slack: FakeSlack, ana: str) -> None:
    dm = slack.dm(ana)
    ts = slack.say(dm, ana, "hello")
    prompt = {"title": "A paragraph", "message": "para 32"}
    call(slack, "assistant.threads.setSuggestedPrompts", channel_id=dm, prompts=[prompt] * 4)
    kept = slack.prompts(dm)
    assert kept is not None
    assert len(kept["prompts"]) == 4
    assert ask(slack, "assistant.threads.setSuggestedPrompts", channel_id=dm, prompts=[prompt] * 5).error
    call(slack, "assistant.threads.setSuggestedPrompts", channel_id=dm, prompts=[prompt], thread_ts=ts)
    assert slack.prompts(dm) == kept  # with a thread, nothing is set
    call(slack, "assistant.threads.setStatus", channel_id=dm, thread_ts=ts, status="is looking")
    assert slack.statuses == [(dm, ts, "is looking")]
    assert ask(slack, "assistant.threads.setStatus", channel_id=dm, status="x").error == "invalid_thread_ts"


def test_a_stream_grows_until_it_is_stopped(slack: FakeSlack, ana: str, general: str) -> None:
    root = slack.say(general, ana, "question")
    to = {"channel": general, "thread_ts": root, "recipient_team_id": slack.team, "recipient_user_id": ana}
    assert ask(slack, "chat.startStream", channel=general, thread_ts=root).error == "missing_recipient_team_id"
    ts = call(slack, "chat.startStream", **to, markdown_text="a")["ts"]
    call(slack, "chat.appendStream", channel=general, ts=ts, markdown_text="b")
    call(slack, "chat.stopStream", channel=general, ts=ts, markdown_text="c")
    assert slack.messages(general, root)[-1]["text"] == "abc"
    refused = ask(slack, "chat.appendStream", channel=general, ts=ts, markdown_text="d")
    assert refused.error == "message_not_in_streaming_state"


def test_a_file_is_announced_sent_and_completed(slack: FakeSlack, ana: str, general: str) -> None:
    announced = call(slack, "files.getUploadURLExternal", filename="day.png", length=3, alt_txt="the day")
    assert ask(slack, "files.completeUploadExternal", files=[{"id": announced["file_id"]}]).error == "file_not_found"
    assert post(announced["upload_url"], b"too long", {}).status == 400
    assert post(announced["upload_url"], b"png", {}).status == 200
    assert slack.files() == []
    root = slack.say(general, ana, "schedule picture")
    done: Json = {"files": [{"id": announced["file_id"], "title": "The day"}], "channel_id": general, "thread_ts": root}
    call(slack, "files.completeUploadExternal", **done, initial_comment="The day, drawn")
    assert [(file["title"], file["content"], file["channels"]) for file in slack.files()] == [
        ("The day", b"png", [general])
    ]
    assert slack.messages(general, root)[-1]["text"] == "The day, drawn"
    elsewhere = slack.channel("elsewhere", [ana], bot=False)
    refused = ask(slack, "files.completeUploadExternal", files=done["files"], channel_id=elsewhere)
    assert refused.error == "not_in_channel"
    call(slack, "files.delete", file=announced["file_id"])
    assert slack.files() == []
    assert slack.messages(general, root)[-1]["files"] == [{"id": announced["file_id"], "mode": "tombstone"}]
    assert ask(slack, "files.delete", file=announced["file_id"]).error == "file_not_found"


def test_an_upload_fails_as_often_as_told(slack: FakeSlack) -> None:
    announced = call(slack, "files.getUploadURLExternal", filename="day.png", length=3)
    slack.fail("upload", status=503)
    assert [post(announced["upload_url"], b"png", {}).status for _ in range(2)] == [503, 200]


# -------------------------------------------------------------------- limits and faults


def test_a_channel_takes_one_message_a_second_where_that_is_on(slack: FakeSlack, ana: str, general: str) -> None:
    other = slack.channel("other", [ana])
    slack.rate_limited = True
    say(slack, general)
    limited = ask(slack, "chat.postMessage", channel=general, text="x")
    assert (limited.status, limited.error, limited.headers["Retry-After"]) == (429, "ratelimited", "1")
    say(slack, other)
    slack.clock.advance(1)
    say(slack, general)
    assert [made.status for made in slack.calls_of("chat.postMessage")] == [200, 429, 200, 200]


def test_calls_fail_as_often_as_told(slack: FakeSlack, general: str) -> None:
    slack.fail("chat.postMessage", "fatal_error", times=2)
    slack.fail("chat.postMessage", status=503)
    slack.fail("chat.postMessage", status=429, retry_after=30)
    answers = [ask(slack, "chat.postMessage", channel=general, text="x") for _ in range(5)]
    assert [(answer.status, answer.error) for answer in answers] == [
        (200, "fatal_error"),
        (200, "fatal_error"),
        (503, None),
        (429, "ratelimited"),
        (200, None),
    ]
    assert answers[3].headers["Retry-After"] == "30"
    assert len(slack.messages(general)) == 1
    with pytest.raises(ValueError, match="no method"):
        slack.fail("chat.postMassage", "fatal_error")


def test_a_reply_is_lost_after_the_message_was_posted(slack: FakeSlack, general: str) -> None:
    slack.lose_reply("chat.postMessage")
    with pytest.raises(ConnectionError):
        say(slack, general)
    assert [message["text"] for message in slack.messages(general)] == ["hello"]
    assert slack.calls[-1].lost
    say(slack, general)
    assert len(slack.messages(general)) == 2


def test_a_slow_method_answers_when_the_clock_says_so(slack: FakeSlack, general: str) -> None:
    slack.slow("chat.postMessage", 1_000)
    with ThreadPoolExecutor(1) as threads:
        slow = threads.submit(say, slack, general)
        slack.wait(lambda: slack.messages(general))
        assert not slow.done()
        slack.clock.advance(1_000)
        assert slow.result(5)
    slack.slow("chat.postMessage", 0)
    say(slack, general)


def test_waiting_in_vain_tells_what_the_bot_did(slack: FakeSlack) -> None:
    call(slack, "users.list")
    with pytest.raises(TimeoutError, match=r"users\.list ok"):
        slack.wait(lambda: slack.messages(slack.channel("empty")), seconds=0.01)


# -------------------------------------------------------------------- workspaces and installation


def install(slack: FakeSlack, scope: str, team: str = "") -> Answer:
    """Send a person through the installation; what the code was exchanged for."""
    query = {
        "client_id": slack.client_id,
        "scope": scope,
        "state": "s",
        "redirect_uri": slack.url + "api.test",
        "team": team,
    }
    landed = post(f"{slack.authorize_url}?{urllib.parse.urlencode(query)}", None, {})
    assert landed.body == {"ok": True}
    sent = slack.calls_of("api.test")[-1].args
    assert sent["state"] == "s"
    exchange = {"client_id": slack.client_id, "client_secret": slack.client_secret, "code": sent["code"]}
    return ask(slack, "oauth.v2.access", token="", **exchange)


def test_the_app_is_installed_in_one_more_workspace(slack: FakeSlack) -> None:
    other = slack.workspace("Other", installed=False)
    bea = slack.person("bea", team=other, admin=True)
    old = slack.token_of(other)
    assert ask(slack, "auth.test", token=old).error == "account_inactive"
    installed = install(slack, "chat:write,users:read").body
    assert (installed["team"]["id"], installed["scope"], installed["authed_user"]["id"]) == (
        other,
        "chat:write,users:read",
        bea,
    )
    assert installed["bot_user_id"] == slack.bot_user_of(other)
    assert call(slack, "auth.test", token=installed["access_token"])["team_id"] == other
    assert ask(slack, "auth.test", token=old).error == "invalid_auth"
    room = slack.channel("theirs", [bea])
    assert ask(slack, "chat.postMessage", channel=room, text="x").error == "channel_not_found"
    assert call(slack, "chat.postMessage", token=installed["access_token"], channel=room, text="x")
    assert ask(slack, "users.info", user=bea).error == "user_not_found"


def test_an_installation_needs_scopes_and_a_code_that_is_used_once(slack: FakeSlack) -> None:
    assert install(slack, "").error == "no_scopes"
    assert install(slack, "chat:wrote").error == "invalid_scope"
    assert install(slack, "chat:write", slack.team).body["ok"] is True
    keys = {"client_id": slack.client_id, "client_secret": slack.client_secret}
    assert ask(slack, "oauth.v2.access", token="", **keys, code="code-3").error == "invalid_code"
    assert (
        ask(slack, "oauth.v2.access", token="", **keys | {"client_secret": "x"}, code="c").error == "bad_client_secret"
    )


def test_a_token_dies_with_the_installation(slack: FakeSlack) -> None:
    call(slack, "auth.revoke")
    assert ask(slack, "auth.test").error == "token_revoked"
    slack.uninstall()
    assert ask(slack, "auth.test").error == "account_inactive"
