"""Pictures and files in Slack: sent once, described, taken back; and in words, with the reason, where they cannot be sent."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from adapters.slack.files import CUT, alternative_of
from adapters.slack.limits import ALTERNATIVE
from adapters.slack.manifest import scopes
from adapters.slack.relay import ALONE, ALONE_ELSEWHERE
from bot.reply import File, Picture
from tests.slack.fake import FakeSlack, Json
from tests.slack.running import Running

SECONDS = 30.0
PNG = b"\x89PNG"
#: Enough of the programme to know it by.
IN_WORDS = "10 a.m.-10.30 a.m.: Opening of the hearings"


@dataclass
class Talk:
    """A channel with a person and the bot, and what is said there."""

    slack: FakeSlack
    bot: Running
    ana: str
    channel: str
    direct: str

    def mention(self, text: str) -> str:
        return self.slack.say(self.channel, self.ana, f"{self.slack.mention} {text}")

    def posts(self, channel: str) -> list[Json]:
        """What the bot wrote, in threads too, as it stands."""
        found = [self.slack.message(channel, ts) for ts in self.slack.bot_posts(channel)]
        return [message for message in found if message]

    def shown(self, channel: str) -> list[Json]:
        """The messages that show files, deleted ones not."""
        return [m for m in self.posts(channel) if any(f.get("mode") == "hosted" for f in m.get("files", ()))]

    def wait_for_file(self, channel: str = "", count: int = 1) -> list[Json]:
        channel = channel or self.channel
        self.slack.wait(lambda: len(self.shown(channel)) >= count, SECONDS)
        return self.shown(channel)

    def wait_for_words(self, words: str, channel: str = "") -> Json:
        def found() -> list[Json]:
            return [message for message in self.posts(channel or self.channel) if words in message["text"]]

        self.slack.wait(found, SECONDS)
        return found()[0]

    def settle(self) -> None:
        """Wait until all before is done: what comes after it in the channel is answered."""
        self.mention("para 76")
        self.wait_for_words("Paragraph 76")


@pytest.fixture
def talk(bot: Running) -> Talk:
    slack = bot.slack
    slack.grant(scopes(minimal=False))
    ana = slack.person("ana")
    return Talk(slack, bot, ana, slack.channel(f"talk-{ana.lower()}", [ana]), slack.dm(ana))


def test_a_picture_follows_its_answer_and_is_described(talk: Talk) -> None:
    question = talk.mention("schedule picture")
    [message] = talk.wait_for_file()
    assert message["thread_ts"] == question
    [file] = message["files"]
    assert file["name"].endswith(".png")
    assert file["title"] == "Programme, 12 July 2006"
    assert file["alt_txt"].startswith("Programme, 12 July 2006")
    [kept] = [kept for kept in talk.slack.files() if kept["id"] == file["id"]]
    assert kept["content"].startswith(PNG)
    lead, _ = talk.posts(talk.channel)
    assert lead["text"].startswith("The programme as a picture.")
    assert "The whole day: schedule" in lead["text"]


def test_a_calendar_file_is_sent_to_who_asks_directly(talk: Talk) -> None:
    talk.slack.say(talk.direct, talk.ana, "schedule ics")
    [message] = talk.wait_for_file(talk.direct)
    [kept] = [kept for kept in talk.slack.files() if kept["id"] == message["files"][0]["id"]]
    assert kept["name"].endswith(".ics")
    assert kept["content"].startswith(b"BEGIN:VCALENDAR")


def test_without_the_permission_it_comes_in_words_and_says_how_to_mend_that(talk: Talk) -> None:
    talk.slack.grant([name for name in scopes(minimal=False) if name != "files:write"])
    talk.mention("schedule picture")
    said = talk.wait_for_words(IN_WORDS)["text"]
    assert "files:write" in said.partition("In words:")[0]
    assert "manifest" in said.partition("In words:")[0]
    assert talk.shown(talk.channel) == []


def test_what_slack_does_not_take_comes_in_words_with_the_reason(talk: Talk) -> None:
    talk.slack.fail("files.completeUploadExternal", "restricted_action")
    talk.mention("schedule ics")
    assert "restricted_action" in talk.wait_for_words(IN_WORDS)["text"]


def test_an_upload_that_fails_is_made_again(talk: Talk) -> None:
    talk.slack.fail("upload", status=503)
    talk.mention("schedule ics")
    assert len(talk.wait_for_file()) == 1


def test_a_reply_that_is_lost_makes_no_second_file(talk: Talk) -> None:
    talk.slack.lose_reply("files.completeUploadExternal")
    talk.mention("schedule ics")
    talk.wait_for_file()
    talk.settle()
    assert len(talk.shown(talk.channel)) == 1
    assert not any(IN_WORDS in message["text"] for message in talk.posts(talk.channel))


def test_a_file_of_which_nobody_can_say_whether_it_is_there_is_not_sent_again(talk: Talk) -> None:
    talk.slack.grant(scopes(minimal=True))
    talk.slack.lose_reply("files.completeUploadExternal")
    talk.mention("schedule ics")
    assert "if it is not here, ask again" in talk.wait_for_words(IN_WORDS)["text"]
    assert len(talk.shown(talk.channel)) == 1


def test_a_command_is_answered_in_words_and_offers_the_file(talk: Talk) -> None:
    handle = talk.slack.command(talk.ana, talk.channel, "schedule ics")
    talk.slack.wait(lambda: talk.slack.replies_to_command(handle), SECONDS)
    [answer] = talk.slack.replies_to_command(handle)
    assert ALONE in answer["text"]
    assert IN_WORDS in answer["text"]
    talk.slack.click(talk.ana, answer, "Send to my DM")
    assert len(talk.wait_for_file(talk.direct)) == 1
    assert talk.posts(talk.channel) == []
    talk.slack.click(talk.ana, answer, "Share in channel")
    assert len(talk.wait_for_file()) == 1
    assert talk.posts(talk.channel)[0]["text"].startswith("Shared by ana")


def test_a_command_in_a_direct_message_says_where_the_file_is_to_be_had(talk: Talk) -> None:
    handle = talk.slack.command(talk.ana, talk.direct, "schedule ics")
    talk.slack.wait(lambda: talk.slack.replies_to_command(handle), SECONDS)
    assert ALONE_ELSEWHERE in talk.slack.replies_to_command(handle)[0]["text"]


def test_a_file_goes_with_its_question(talk: Talk) -> None:
    question = talk.mention("schedule ics")
    talk.wait_for_file()
    talk.settle()
    talk.slack.delete(talk.channel, question)
    talk.slack.wait(lambda: not talk.shown(talk.channel), SECONDS)


def test_a_file_goes_when_its_question_becomes_another(talk: Talk) -> None:
    question = talk.mention("schedule ics")
    [message] = talk.wait_for_file()
    talk.settle()
    talk.slack.edit(talk.channel, talk.ana, question, f"{talk.slack.mention} para 32")
    talk.slack.wait(lambda: not talk.shown(talk.channel), SECONDS)
    said = talk.wait_for_words("Paragraph 32")
    assert said["ts"] < message["ts"]


def test_a_description_that_is_too_long_says_that_it_is_cut() -> None:
    assert alternative_of(Picture("schedule", (), "Short.")) == "Short."
    assert alternative_of(File("day.ics", "calendar", (), "Short.")) == ""
    cut = alternative_of(Picture("schedule", (), "A sentence of it. " * 100))
    assert len(cut) <= ALTERNATIVE
    assert cut.endswith(f"A sentence of it.{CUT}")
