"""The app's own pages in Slack: the App Home, the agent view; and talk under an answer that was shared."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from adapters.slack.home import home, paragraph_of
from adapters.slack.limits import over_limits
from adapters.slack.manifest import scopes
from adapters.slack.rooms import prompts
from corpus.document import Document
from tests.slack.blocks import check_view
from tests.slack.fake import FakeSlack, Json
from tests.slack.running import Running

SECONDS = 15.0
DAY = date(2026, 11, 24)
HOME = {"command": "/hearings", "zone": "Europe/Zurich", "today": DAY}


def words_of(value: Json | list[Json]) -> str:
    """All text of a view, in order."""
    if isinstance(value, list):
        return "\n".join(words_of(item) for item in value)
    if value["type"] == "text":
        return str(value["text"])
    if value["type"] == "button":
        return str(value["text"]["text"])
    inner = value.get("blocks") or value.get("elements") or []
    return ("\n" if value["type"] in {"home", "rich_text", "rich_text_list"} else "").join(words_of(i) for i in inner)


# -- the App Home, as it is drawn


@pytest.mark.parametrize("digests", [0, 1, 30])
def test_slack_takes_the_home(document: Document, digests: int) -> None:
    lines = [("C0123", "Paragraphs 1 to 76, 2 a day")] * digests
    for number in range(document.first, document.last + 1):
        view = home(document, command="/hearings", zone="", today=DAY, number=number, digests=lines)
        assert over_limits(view) == ""
        assert check_view(view, len(json.dumps(view))).error is None


def test_every_document_has_a_home(valleys: Document, harbours: Document) -> None:
    for other in (valleys, harbours):
        view = home(other, command="/hearings", zone="", today=DAY)
        assert other.paragraph(paragraph_of(other, DAY)).text in words_of(view)
        assert ("schedule" in words_of(view)) is (other.programme is not None)


def test_each_day_has_its_paragraph_and_all_have_their_turn(document: Document) -> None:
    count = len(document.paragraphs)
    turns = [paragraph_of(document, DAY + timedelta(days)) for days in range(count + 1)]
    assert sorted(turns[:-1]) == list(range(document.first, document.last + 1))
    assert turns[-1] == turns[0]
    assert all(after - before == 1 or after == document.first for before, after in pairwise(turns))


def test_the_paragraph_of_the_day_stands_there_whole_with_its_number(document: Document) -> None:
    number = paragraph_of(document, DAY)
    said = words_of(home(document, **HOME))  # type: ignore[arg-type]
    assert f"“{document.paragraph(number).text}”" in said
    assert f"The paragraph of Tuesday 24 November 2026\nParagraph {number}, " in said
    assert f"Read on: paragraph {number + 1}" in said
    assert "Today's" not in said


def test_the_home_says_whose_zone_counts(document: Document) -> None:
    assert "Your time zone: Europe/Zurich." in words_of(home(document, **HOME))  # type: ignore[arg-type]
    assert "is not known" in words_of(home(document, command="/hearings", zone="", today=DAY))


def test_digests_are_listed_where_there_are_any(document: Document) -> None:
    assert "Digests" not in words_of(home(document, **HOME))  # type: ignore[arg-type]
    lines = [(f"C{number}", f"digest {number}") for number in range(23)]
    view = home(document, **HOME, digests=lines)  # type: ignore[arg-type]
    assert {"type": "channel", "channel_id": "C19"} in view["blocks"][-1]["elements"][1]["elements"][19]["elements"]
    assert "And 3 more" in words_of(view)


# -- as people meet it


@dataclass
class Talk:
    slack: FakeSlack
    bot: Running
    ana: str
    ben: str
    channel: str
    direct: str

    @property
    def posts(self) -> list[Json]:
        found = [self.slack.message(self.channel, ts) for ts in self.slack.bot_posts(self.channel)]
        return [message for message in found if message]

    def share(self, text: str) -> Json:
        """A private answer, shared in the channel."""
        handle = self.slack.command(self.ana, self.channel, text)
        self.slack.wait(lambda: self.slack.replies_to_command(handle), SECONDS)
        before = len(self.posts)
        self.slack.click(self.ana, self.slack.replies_to_command(handle)[0], "Share in channel")
        self.slack.wait(lambda: len(self.posts) > before, SECONDS)
        shared = self.posts[before]
        self.slack.wait(lambda: self.bot.remembers(str(shared["ts"])), SECONDS)
        return shared

    def follow(self, text: str, root: str, who: str) -> str:
        """What is answered to a message without a mention in a thread."""
        before = len(self.posts)
        self.slack.say(self.channel, who, text, root)
        self.slack.wait(lambda: len(self.posts) > before, SECONDS)
        answer = self.posts[before]
        assert answer["thread_ts"] == root
        return str(answer["text"])


@pytest.fixture
def talk(bot: Running) -> Talk:
    slack = bot.slack
    slack.grant([*scopes(minimal=False), "assistant:write"])
    ana, ben = slack.person("ana", tz="Pacific/Kiritimati"), slack.person("ben")
    return Talk(slack, bot, ana, ben, slack.channel(f"talk-{ana.lower()}", [ana, ben]), slack.dm(ana))


def test_a_new_person_reads_on_in_the_home(talk: Talk, document: Document) -> None:
    slack = talk.slack
    zone = ZoneInfo("Pacific/Kiritimati")  # where it is tomorrow first
    days = {datetime.now(UTC).astimezone(zone).date()}
    slack.open_home(talk.ana, "home")
    slack.wait(lambda: slack.home(talk.ana), SECONDS)
    days.add(datetime.now(UTC).astimezone(zone).date())
    view = slack.home(talk.ana)
    assert view
    [number] = {n for n in (paragraph_of(document, day) for day in days) if f"Paragraph {n}, " in words_of(view)}
    onward = number + 1 if number < document.last else number - 1
    slack.click(talk.ana, view, "Read on" if onward > number else "Previous")
    slack.wait(lambda: f"Paragraph {onward}, " in words_of(slack.home(talk.ana) or {"type": "home"}), SECONDS)
    after = slack.home(talk.ana)
    assert after
    assert f"“{document.paragraph(onward).text}”" in words_of(after)
    slack.click(talk.ana, after, f"Today's: paragraph {number}")
    slack.wait(lambda: f"Paragraph {number}, " in words_of(slack.home(talk.ana) or {"type": "home"}), SECONDS)
    assert slack.bot_posts(talk.direct) == []


def test_the_home_lists_digests_to_those_who_may_change_them(talk: Talk) -> None:
    slack = talk.slack
    admin = slack.person("olga", admin=True)
    slack.join(talk.channel, admin)
    slack.say(talk.channel, admin, f"{slack.mention} digest daily at 9:00 in Europe/Zurich")
    slack.wait(lambda: talk.posts, SECONDS)
    for person in (admin, talk.ben):
        slack.open_home(person, "home")
        slack.wait(lambda: slack.home(person), SECONDS)  # noqa: B023 - used at once
    listed, other = (json.dumps(slack.home(person)) for person in (admin, talk.ben))
    assert "Digests that you may change" in listed
    assert talk.channel in listed
    assert "at 9:00 (Europe/Zurich)" in listed
    assert talk.channel not in other


def test_a_forged_button_of_the_home_does_nothing(talk: Talk) -> None:
    slack = talk.slack
    slack.open_home(talk.ana, "home")
    slack.wait(lambda: slack.home(talk.ana), SECONDS)
    view = slack.home(talk.ana)
    assert view
    for value in ('["para 999", true]', '["topics", false]', "[", '["para ³", true]'):
        slack.press(talk.ana, view, {"type": "button", "action_id": "choice 0", "value": value})
    slack.click(talk.ana, view, "Previous" if "Previous" in words_of(view) else "Read on")
    slack.wait(lambda: "Reading on" in words_of(slack.home(talk.ana) or {"type": "home"}), SECONDS)
    assert "handling an event" not in talk.bot.log


def test_the_messages_offer_what_to_ask(talk: Talk, document: Document) -> None:
    slack = talk.slack
    slack.open_home(talk.ana, "messages")
    slack.wait(lambda: slack.prompts(talk.direct), SECONDS)
    offered = slack.prompts(talk.direct)
    assert offered
    assert offered["prompts"] == prompts(document)
    for asked in prompts(document):
        before = len(slack.bot_posts(talk.direct))
        slack.say(talk.direct, talk.ana, asked["message"])
        slack.wait(lambda: len(slack.bot_posts(talk.direct)) > before, SECONDS)  # noqa: B023 - used at once


def test_a_status_is_shown_while_an_answer_takes_long_and_ends_with_it(talk: Talk) -> None:
    slack = talk.slack
    slack.slow("chat.postMessage", 1.5)
    question = slack.say(talk.direct, talk.ana, "para 32")
    slack.wait(lambda: (talk.direct, question, "") in slack.statuses, SECONDS)
    slack.slow("chat.postMessage", 0)
    mine = [status for channel, thread, status in slack.statuses if (channel, thread) == (talk.direct, question)]
    assert mine == ["is looking it up", ""]


def test_nothing_depends_on_the_agent_view(talk: Talk) -> None:
    slack = talk.slack
    slack.grant(scopes(minimal=False))  # without assistant:write
    slack.fail("assistant.threads.setStatus", status=500)
    slack.open_home(talk.ana, "messages")
    slack.slow("chat.postMessage", 1.0, times=2)
    slack.say(talk.direct, talk.ana, "para 32")
    slack.wait(lambda: len(slack.bot_posts(talk.direct)) == 2, SECONDS)
    assert slack.prompts(talk.direct) is None
    assert slack.calls_of("assistant.threads.setSuggestedPrompts")[-1].error == "missing_scope"


def test_what_was_shared_is_followed_without_a_mention(talk: Talk) -> None:
    shared = talk.share("para 32")
    assert "Paragraph 33" in talk.follow("next", shared["ts"], talk.ben)
    assert "Paragraph 40" in talk.follow("40", shared["ts"], talk.ben)


def test_who_reads_on_under_what_was_shared_goes_on_from_the_page_it_was_turned_to(talk: Talk) -> None:
    shared = talk.share("para 32")
    talk.slack.click(talk.ana, shared, "Next")
    talk.slack.wait(lambda: "Paragraph 33" in talk.posts[-1]["text"], SECONDS)
    assert len(talk.posts) == 1
    assert "Paragraph 34" in talk.follow("next", shared["ts"], talk.ana)
