"""Starting, stopping, losing the socket, and what is said where something is wrong."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.slack.manifest import scopes, subscriptions
from tests.slack.fake import FakeSlack
from tests.slack.running import Running, environment, hearings, running, settings_for

SECONDS = 15.0


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    with FakeSlack() as started:
        started.subscriptions = set(subscriptions(minimal=False, several=False))
        started.grant(scopes(minimal=False))
        yield started


@pytest.fixture
def bot(slack: FakeSlack, tmp_path: Path) -> Iterator[Running]:
    with running(slack, tmp_path) as started:
        yield started


def answered(slack: FakeSlack, words: str) -> str:
    """What a new person in a new channel is answered."""
    person = slack.person("ana")
    channel = slack.channel(f"talk-{person.lower()}", [person])
    slack.say(channel, person, f"{slack.mention} {words}")
    slack.wait(lambda: slack.bot_posts(channel), SECONDS)
    message = slack.message(channel, slack.bot_posts(channel)[0])
    assert message
    return str(message["text"])


def test_it_ends_well_when_told_to(bot: Running) -> None:
    assert bot.stop() == 0
    assert "stopping" in bot.log


@pytest.mark.parametrize("how", ["warning", "refresh_requested", "cut"])
def test_a_socket_that_ends_is_opened_anew(bot: Running, slack: FakeSlack, how: str) -> None:
    before = slack.connections
    if how == "cut":
        slack.cut_sockets()
    else:
        slack.refresh_sockets(how)  # type: ignore[arg-type]
    # what is sent into the gap comes again after a minute: the client closes the old socket before it opens the new one
    slack.wait(lambda: slack.connections > before and slack.sockets == 1, 30)
    assert "Paragraph 32" in answered(slack, "para 32")


def test_an_acknowledgement_that_is_lost_makes_no_second_answer(bot: Running, slack: FakeSlack) -> None:
    person = slack.person("ana")
    channel = slack.channel("talk", [person])
    slack.lose_ack(2)
    slack.say(channel, person, f"{slack.mention} para 32")
    slack.wait(lambda: slack.bot_posts(channel), SECONDS)
    slack.clock.advance(400)
    slack.wait(lambda: slack.settled, SECONDS)
    assert "Paragraph 33" in answered(slack, "para 33")
    assert len(slack.bot_posts(channel)) == 1


def test_what_was_said_while_it_was_away_is_answered_once_when_slack_says_it_again(
    bot: Running, slack: FakeSlack
) -> None:
    person = slack.person("ana")
    channel = slack.channel("talk", [person])
    bot.kill()
    slack.wait(lambda: slack.sockets == 0, SECONDS)
    slack.say(channel, person, f"{slack.mention} para 32")
    bot.start()
    slack.clock.advance(61)
    slack.wait(lambda: slack.bot_posts(channel), SECONDS)
    slack.clock.advance(400)
    slack.wait(lambda: slack.settled, SECONDS)
    assert len(slack.bot_posts(channel)) == 1


@pytest.mark.parametrize(
    ("held", "words", "count"),
    [("chat.postMessage", "para 32", 1), ("files.completeUploadExternal", "schedule ics", 2)],
)
def test_killed_between_a_post_and_its_record_it_posts_nothing_again(
    bot: Running, slack: FakeSlack, held: str, words: str, count: int
) -> None:
    person = slack.person("ana")
    channel = slack.channel("talk", [person])
    slack.slow(held, 3_600.0)  # it is carried out, and its reply is held
    question = slack.say(channel, person, f"{slack.mention} {words}")
    slack.wait(lambda: len(slack.bot_posts(channel)) == count, SECONDS)
    bot.kill()
    slack.slow(held, 0)
    slack.wait(lambda: slack.sockets == 0, SECONDS)
    bot.start()
    events = {d.event_id for d in slack.deliveries if (d.payload.get("event") or {}).get("ts") == question}
    for event in events:
        slack.redeliver(event)
    slack.wait(lambda: all(again.state == "acked" for again in slack.deliveries[-len(events) :]), SECONDS)
    posts = slack.bot_posts(channel)
    slack.say(channel, person, f"{slack.mention} para 33")
    slack.wait(lambda: len(slack.bot_posts(channel)) > count, SECONDS)
    *before, last = slack.bot_posts(channel)
    assert before == posts
    assert len(posts) == count
    answer, after = slack.message(channel, posts[0]), slack.message(channel, last)
    assert answer
    assert after
    assert answer["thread_ts"] == question
    assert "Paragraph 33" in after["text"]


def test_without_the_history_a_lost_reply_is_left_and_said(slack: FakeSlack, tmp_path: Path) -> None:
    slack.subscriptions = set(subscriptions(minimal=True, several=False))
    slack.grant(scopes(minimal=True))
    with running(slack, tmp_path, SLACK__MINIMAL="true") as bot:
        person = slack.person("ana")
        channel = slack.channel("talk", [person])
        slack.lose_reply("chat.postMessage")
        slack.say(channel, person, f"{slack.mention} para 32")
        slack.wait(lambda: "not posted again" in bot.log, SECONDS)
        assert "Paragraph 33" in answered(slack, "para 33")
        assert len(slack.bot_posts(channel)) == 1


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"SLACK__BOT_TOKEN": ""}, r"slack\.bot_token is missing"),
        ({"SLACK__BOT_TOKEN": "xoxp-test"}, r"slack\.bot_token is no bot token"),
        ({"SLACK__APP_TOKEN": ""}, r"slack\.app_token is missing"),
        ({"SLACK__MODE": "http"}, r"slack\.signing_secret is missing"),
        ({"SLACK__CLIENT_ID": "1.2"}, r"only one of slack\.client_id and slack\.client_secret"),
        ({"SLACK__CLIENT_ID": "1.2", "SLACK__CLIENT_SECRET": "test"}, r"both slack\.bot_token and slack\.client_id"),
        ({"SLACK__BASE_URL": "http://127.0.0.1:9/api/"}, r"cannot be reached"),
        ({"SLACK__BOT_TOKEN": "xoxb-other"}, r"does not take the bot token \(invalid_auth\)"),
        ({"SLACK__APP_TOKEN": "xapp-other"}, r"opens no socket \(\w+\)"),
    ],
    ids=str,
)
def test_what_is_wrong_is_said_in_one_line(
    slack: FakeSlack, tmp_path: Path, settings: dict[str, str], said: str
) -> None:
    given = {**settings_for(slack), **settings}
    done = hearings(tmp_path, "slack", "run", **given)
    assert done.returncode == 1
    assert re.search(said, done.stderr), done.stderr
    lines = [line for line in done.stderr.splitlines() if line.startswith("hearings: ")]
    assert len(lines) == 1
    assert "Traceback" not in done.stderr


def test_check_says_that_all_is_well_and_what_is_not(slack: FakeSlack, tmp_path: Path) -> None:
    well = hearings(tmp_path, "slack", "check", **settings_for(slack))
    assert well.returncode == 0, well.stdout
    assert "Test Workspace" in well.stdout
    assert "Slack permissions: all" in well.stdout
    assert len(slack.calls_of("auth.test")) == 1
    wrong = hearings(tmp_path, "slack", "check", **{**settings_for(slack), "SLACK__BOT_TOKEN": "xoxb-other"})
    assert wrong.returncode == 1
    assert "invalid_auth" in wrong.stdout


def test_a_scope_that_is_missing_is_named_with_what_is_lost(slack: FakeSlack, tmp_path: Path) -> None:
    slack.grant([name for name in scopes(minimal=False) if name != "users:read"])
    found = hearings(tmp_path, "slack", "check", **settings_for(slack))
    assert found.returncode == 1
    assert "users:read is missing: nobody's zone is known" in found.stdout


def test_a_platform_that_nobody_set_up_is_not_wrong(slack: FakeSlack, tmp_path: Path) -> None:
    alone = hearings(tmp_path, "slack", "check")
    assert alone.returncode == 0
    assert "Slack: not set up" in alone.stdout
    (tmp_path / "data").mkdir()
    both = hearings(tmp_path, "check", **settings_for(slack))
    assert "Matrix: not set up" in both.stdout
    assert both.returncode == 0, both.stdout


def test_no_token_is_in_the_log(bot: Running, slack: FakeSlack) -> None:
    answered(slack, "para 32")
    assert bot.stop() == 0
    for secret in (slack.bot_token, slack.app_token):
        assert secret not in bot.log


def test_tokens_of_the_sdks_environment_are_not_taken(slack: FakeSlack, tmp_path: Path) -> None:
    bot = Running(
        slack,
        tmp_path,
        environment(tmp_path, **settings_for(slack))
        | {"SLACK_CLIENT_ID": "1", "SLACK_CLIENT_SECRET": "2", "SLACK_BOT_TOKEN": "x"},
    )
    bot.start()
    try:
        assert "Paragraph 32" in answered(slack, "para 32")
    finally:
        assert bot.stop() == 0
