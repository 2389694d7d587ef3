"""What people do in Slack and what they see, beyond what every platform has: commands, shortcuts, buttons, sharing, faults."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from adapters.slack.manifest import scopes, subscriptions
from tests.slack.fake import FakeSlack, Interaction, Json
from tests.slack.running import Running, running

SECONDS = 10.0
COST = "how much does it cost to send money home?"


@dataclass
class Talk:
    """A channel with two people and the bot."""

    slack: FakeSlack
    bot: Running
    ana: str
    ben: str
    channel: str

    def mention(self, text: str, thread: str | None = None, who: str = "") -> str:
        return self.slack.say(self.channel, who or self.ana, f"{self.slack.mention} {text}", thread)

    def ask(self, text: str, thread: str | None = None, who: str = "") -> Json:
        """What a mention is answered with: the first message in its thread."""
        before = len(self.posts)
        self.mention(text, thread, who)
        return self.next_post(before)

    def next_post(self, before: int) -> Json:
        self.slack.wait(lambda: len(self.posts) > before, SECONDS)
        message = self.slack.message(self.channel, self.posts[before])
        assert message
        return message

    @property
    def posts(self) -> list[str]:
        return self.slack.bot_posts(self.channel)

    def now(self, message: Json) -> Json:
        """A message as it stands now."""
        found = self.slack.message(message["channel"], message["ts"])
        assert found
        return found

    def command(self, text: str, who: str = "", channel: str = "") -> tuple[Interaction, Json]:
        handle = self.slack.command(who or self.ana, channel or self.channel, text)
        return handle, self.answers(handle)[0]

    def answers(self, handle: Interaction, at_least: int = 1) -> list[Json]:
        self.slack.wait(lambda: len(self.slack.replies_to_command(handle)) >= at_least, SECONDS)
        return self.slack.replies_to_command(handle)

    def whispers(self, at_least: int, who: str = "") -> list[Json]:
        person = who or self.ana
        self.slack.wait(lambda: len(self.slack.ephemerals(person)) >= at_least, SECONDS)
        return self.slack.ephemerals(person)


@pytest.fixture(scope="module", params=["socket", "http"])
def bot(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with FakeSlack() as slack:
        slack.subscriptions = set(subscriptions(minimal=False, several=False))
        slack.grant(scopes(minimal=False))
        with running(slack, tmp_path_factory.mktemp("bot"), http=request.param == "http") as started:
            yield started
        assert slack.rejected == []
        assert slack.pings == []


@pytest.fixture
def talk(bot: Running) -> Talk:
    slack = bot.slack
    ana, ben = slack.person("ana"), slack.person("ben")
    return Talk(slack, bot, ana, ben, slack.channel(f"talk-{ana.lower()}", [ana, ben]))


def buttons(message: Json) -> list[str]:
    return [
        element["text"]["text"]
        for block in message.get("blocks", [])
        for element in block.get("elements", [])
        if element.get("type") == "button"
    ]


# -- commands


def test_a_command_is_answered_to_its_asker_alone(talk: Talk) -> None:
    _, answer = talk.command("para 32")
    assert "remitting money exceeded 20 per cent" in answer["text"]
    assert {"Share in channel", "Send to my DM"} <= set(buttons(answer))
    assert talk.posts == []
    assert talk.slack.ephemerals(talk.ben) == []


def test_a_command_without_words_is_help(talk: Talk) -> None:
    _, answer = talk.command("")
    assert "What you can say" in answer["text"]
    assert "Share in channel" not in buttons(answer)


def test_a_command_moves_nobody_elses_place(talk: Talk) -> None:
    talk.ask("para 10")
    talk.command("para 32")
    _, onward = talk.command("next")
    assert "Paragraph 33" in onward["text"]
    assert "Paragraph 11" in talk.ask("next")["text"]


def test_turning_the_page_of_a_private_answer_takes_its_place(talk: Talk) -> None:
    handle, answer = talk.command("para 32")
    talk.slack.click(talk.ana, answer, "Next")
    talk.slack.wait(lambda: "Paragraph 33" in talk.slack.ephemerals(talk.ana)[-1]["text"], SECONDS)
    assert len(talk.slack.ephemerals(talk.ana)) == 1
    assert talk.posts == []
    assert handle.error is None


def test_a_private_answer_is_shared_and_says_by_whom(talk: Talk) -> None:
    _, answer = talk.command(COST)
    talk.slack.click(talk.ana, answer, "Share in channel")
    shared = talk.next_post(0)
    assert shared["text"].startswith("Shared by ana")
    assert "remitting money exceeded 20 per cent" in shared["text"]
    assert shared.get("thread_ts") in {None, shared["ts"]}
    talk.slack.click(talk.ana, answer, "Share in channel")  # on purpose: shared twice
    talk.slack.wait(lambda: len(talk.posts) == 2, SECONDS)


def test_what_was_shared_after_a_move_is_what_was_seen(talk: Talk) -> None:
    talk.command("para 32")
    _, answer = talk.command("next")
    talk.command("para 50")
    talk.slack.click(talk.ana, answer, "Share in channel")
    assert "Paragraph 33" in talk.next_post(0)["text"]


def test_a_page_turned_under_a_shared_answer_is_turned_in_place_for_who_shared(talk: Talk) -> None:
    _, answer = talk.command("para 32")
    talk.slack.click(talk.ana, answer, "Share in channel")
    shared = talk.next_post(0)
    talk.slack.wait(lambda: talk.bot.remembers(str(shared["ts"])), SECONDS)
    talk.slack.click(talk.ana, shared, "Next")
    talk.slack.wait(lambda: "Paragraph 33" in talk.now(shared)["text"], SECONDS)
    assert len(talk.posts) == 1


def test_where_the_bot_is_no_member_it_says_how_to_invite_it(talk: Talk) -> None:
    elsewhere = talk.slack.channel(f"elsewhere-{talk.ana.lower()}", [talk.ana], bot=False)
    _, answer = talk.command("para 32", channel=elsewhere)
    pressed = talk.slack.click(talk.ana, answer, "Share in channel")
    assert "/invite" in talk.answers(pressed)[-1]["text"]
    assert talk.slack.bot_posts(elsewhere) == []


def test_a_private_answer_is_sent_to_direct_messages(talk: Talk) -> None:
    _, answer = talk.command("para 32")
    talk.slack.click(talk.ana, answer, "Send to my DM")
    direct = talk.slack.dm(talk.ana)
    talk.slack.wait(lambda: talk.slack.bot_posts(direct), SECONDS)
    [sent] = talk.slack.messages(direct)
    assert "Paragraph 32" in sent["text"]


def test_more_than_a_response_url_takes_says_where_the_rest_is(talk: Talk) -> None:
    handle = talk.slack.command(talk.ana, talk.channel, "paras 1-76 in full")
    talk.slack.wait(
        lambda: "do not fit here" in "".join(m["text"] for m in talk.slack.replies_to_command(handle)), SECONDS
    )
    assert handle.uses <= 5
    last = talk.slack.replies_to_command(handle)[-1]
    talk.slack.click(talk.ana, last, "Send to my DM")
    direct = talk.slack.dm(talk.ana)
    talk.slack.wait(lambda: any("Paragraph 76" in m["text"] for m in talk.slack.messages(direct)), SECONDS)


def test_the_slash_commands_settings_ask_for_rights(talk: Talk) -> None:
    _, refused = talk.command("expand on", who=talk.ben)
    assert "You cannot change that here" in refused["text"]


def test_who_changed_a_setting_is_called_by_name(talk: Talk) -> None:
    talk.slack.invite_bot(
        elsewhere := talk.slack.channel(f"mine-{talk.ana.lower()}", [talk.ana], bot=False), by=talk.ana
    )
    talk.slack.wait(lambda: talk.slack.bot_posts(elsewhere), SECONDS)
    _, changed = talk.command("expand on", channel=elsewhere)
    assert "Changed by ana." in changed["text"]
    _, settings = talk.command("settings", channel=elsewhere)
    assert "Expand: on, changed by ana" in settings["text"]
    assert talk.ana not in settings["text"]


# -- the message shortcut


def test_a_shortcut_finds_what_a_message_says(talk: Talk) -> None:
    root = talk.slack.say(talk.channel, talk.ben, "see para 32 on this")
    handle = talk.slack.shortcut(talk.ana, talk.channel, root, "find_in_document")
    assert "Paragraph 32" in talk.answers(handle)[0]["text"]
    assert talk.posts == []


def test_a_shortcut_in_a_thread_is_answered_in_that_thread(talk: Talk) -> None:
    root = talk.slack.say(talk.channel, talk.ben, "something")
    inside = talk.slack.say(talk.channel, talk.ben, "and para 32?", root)
    talk.slack.shortcut(talk.ana, talk.channel, inside, "find_in_document")
    [told] = talk.whispers(1)
    assert told["thread_ts"] == root
    assert "Paragraph 32" in told["text"]


# -- buttons


def test_a_suggestion_that_one_person_was_told_is_answered_to_that_person(talk: Talk) -> None:
    talk.mention("hlep")
    [told] = talk.whispers(1)
    assert "did you mean help?" in told["text"]
    talk.slack.click(talk.ana, told, buttons(told)[0])
    talk.slack.wait(lambda: "What you can say" in talk.slack.ephemerals(talk.ana)[-1]["text"], SECONDS)
    assert len(talk.slack.ephemerals(talk.ana)) == 1


def test_a_page_turns_in_place_after_a_restart(talk: Talk) -> None:
    answer = talk.ask("para 32")
    assert talk.bot.stop() == 0
    talk.bot.start()
    talk.slack.click(talk.ana, answer, "Next")
    talk.slack.wait(lambda: "Paragraph 33" in talk.now(answer)["text"], SECONDS)
    assert len(talk.posts) == 1


def test_a_forged_button_does_nothing(talk: Talk) -> None:
    answer = talk.ask("para 32")
    for action in ("nonsense", "choice", ""):
        talk.slack.press(talk.ana, answer, {"type": "button", "action_id": action or "x", "value": '{"a": ['})
    assert "Paragraph 40" in talk.ask("para 40")["text"]
    assert len(talk.posts) == 2
    assert "Paragraph 32" in talk.now(answer)["text"]


# -- deliveries and faults


def test_a_message_that_comes_as_two_events_is_answered_once(talk: Talk) -> None:
    talk.ask("para 32")
    talk.ask("para 33")
    assert len(talk.posts) == 2
    named = [d.name for d in talk.slack.deliveries if (d.payload.get("event") or {}).get("channel") == talk.channel]
    assert {"message", "app_mention"} <= set(named)


def test_an_event_that_is_repeated_after_a_restart_is_answered_once(talk: Talk) -> None:
    talk.ask("para 32")
    events = [
        d.event_id for d in talk.slack.deliveries if (d.payload.get("event") or {}).get("channel") == talk.channel
    ]
    assert talk.bot.stop() == 0
    talk.bot.start()
    for event in events:
        talk.slack.redeliver(event)
    talk.ask("para 33")
    assert len(talk.posts) == 2


def test_a_reply_that_is_lost_makes_no_second_post(talk: Talk) -> None:
    talk.slack.lose_reply("chat.postMessage")
    answer = talk.ask("para 32")
    talk.slack.click(talk.ana, answer, "Next")  # the post is known: its page turns in place
    talk.slack.wait(lambda: "Paragraph 33" in talk.now(answer)["text"], SECONDS)
    assert len(talk.posts) == 1


def test_an_error_of_slacks_own_is_tried_again(talk: Talk) -> None:
    talk.slack.fail("chat.postMessage", status=503)
    talk.ask("para 32")
    talk.ask("para 33")
    assert len(talk.posts) == 2


def test_a_rate_limit_is_waited_for(talk: Talk) -> None:
    talk.slack.fail("chat.postMessage", status=429, retry_after=1)
    assert "Paragraph 32" in talk.ask("para 32")["text"]
    assert len(talk.posts) == 1


def test_other_bots_and_slacks_own_lines_are_left_alone(talk: Talk) -> None:
    robot = talk.slack.person("robot", bot=True)
    talk.slack.join(talk.channel, robot)
    talk.slack.say(talk.channel, robot, f"{talk.slack.mention} para 32")
    talk.ask("para 33")
    assert len(talk.posts) == 1


def test_a_link_that_is_unfurled_changes_nothing(talk: Talk) -> None:
    question = talk.mention("para 32")
    answer = talk.next_post(0)
    talk.slack.unfurl(talk.channel, question)
    talk.ask("para 33")
    assert len(talk.slack.versions(talk.channel, answer["ts"])) == 1


def test_nothing_is_unfurled(talk: Talk) -> None:
    talk.ask("para 32")
    sent = talk.slack.calls_of("chat.postMessage")[-1].args
    assert [str(sent[name]).lower() for name in ("unfurl_links", "unfurl_media")] in (["false"] * 2, ["0"] * 2)


def test_a_slow_answer_in_one_channel_delays_no_other(talk: Talk) -> None:
    other = talk.slack.channel(f"other-{talk.ana.lower()}", [talk.ana])
    talk.slack.slow("chat.postMessage", 3.0, times=1)
    talk.mention("para 32")
    talk.slack.wait(lambda: talk.slack.calls_of("chat.postMessage")[-1:] and talk.posts, SECONDS)
    talk.slack.say(other, talk.ana, f"{talk.slack.mention} para 33")
    talk.slack.wait(lambda: talk.slack.bot_posts(other), 2.5)


def test_no_text_is_kept(talk: Talk) -> None:
    marker = "zebraquagga"
    talk.mention(f"what about {marker}?")
    talk.command(f"search {marker}")
    talk.ask("para 32")
    kept = talk.bot.kept()
    assert talk.channel in kept
    for text in (marker, "remitting"):
        assert text not in kept
        assert text not in talk.bot.log


# -- the app's own pages


def test_the_home_is_shown_to_whoever_opens_it(talk: Talk) -> None:
    talk.slack.open_home(talk.ana, "home")
    talk.slack.wait(lambda: talk.slack.home(talk.ana), SECONDS)
    home = talk.slack.home(talk.ana)
    assert home
    assert "Europe/Vienna" in json.dumps(home)


def test_the_messages_begin_with_who_the_bot_is_once(talk: Talk) -> None:
    direct = talk.slack.dm(talk.ana)
    talk.slack.open_home(talk.ana, "messages")
    talk.slack.wait(lambda: talk.slack.bot_posts(direct), SECONDS)
    talk.slack.open_home(talk.ana, "messages")
    talk.slack.say(direct, talk.ana, "para 32")
    talk.slack.wait(lambda: len(talk.slack.bot_posts(direct)) >= 2, SECONDS)
    assert ["I quote" in m["text"] for m in talk.slack.messages(direct) if m.get("bot_id")] == [True, False]


def test_a_channel_that_is_left_is_forgotten(talk: Talk) -> None:
    talk.ask("para 32")
    talk.slack.remove_bot(talk.channel)
    talk.slack.invite_bot(talk.channel, by=talk.ana)
    talk.slack.wait(lambda: any("I quote" in m["text"] for m in talk.slack.messages(talk.channel)), SECONDS)
    talk.mention("next")
    assert "Nothing was quoted here yet" in talk.whispers(1)[-1]["text"].replace("nothing", "Nothing")
