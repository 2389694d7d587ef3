"""Plays a scenario on a platform and judges what a person there sees.

A platform is a `Stage`. To be sure that the bot has nothing more to say to a step, the runner says a sentinel after it,
in the same room and, where the step stood in a thread, in the same thread: as answers of a room come in order, the
sentinel's comes last. It quotes nothing, so that it moves no place, and is said by whoever acted, so that it makes no
answer of theirs anybody else's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Protocol

from icalendar import Calendar

from corpus.document import Document
from tests.conformance.scenarios import Act, Need, Scenario, Step, Where

#: A sentinel asks for a paragraph that no document has, and the answer says its number.
SENTINEL_FROM = 90_000
_SENTINEL = re.compile(r"\bno paragraph 9\d{4}\b")
_NUMBERED = re.compile(r"\A\((\d+) of (\d+)\)\s+")
_TITLE = re.compile(r"^Paragraph (\d+)(?:, section [^\n]*)?: [^\n]*$", re.MULTILINE)
_QUOTED = re.compile(r"^(?:Answer: )?“(.*)”$")


@dataclass(frozen=True, slots=True)
class Shown:
    """A message of the bot's, as people see it now.

    Attributes:
        id: The same after an edit.
        text: In plain words: Matrix's `body`, Slack's `text`.
        thread: The root of its thread; None outside any.
        reply_to: The message that it says it replies to; None if it says nothing of the kind.
        private: Whether the asker alone sees it or, where the platform has nothing of the kind, it is written as what
            stands for that; None where a platform cannot tell.
        edited: How often it was edited.
        gone: Whether it was taken away; then `text` does not count.
        kind: The core's name for the reply; "" where it is not known.
        file: What the file is that it carries, by what somebody who opens it gets; "" where it carries none.
    """

    id: str
    text: str
    thread: str | None = None
    reply_to: str | None = None
    private: bool | None = None
    edited: int = 0
    gone: bool = False
    kind: str = ""
    file: str = ""


def file_kind(data: bytes) -> str:
    """What a file is, once it has been opened: "image/png" or "text/calendar".

    Raises:
        AssertionError: It is neither, or not whole.
    """
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        assert data.endswith(b"IEND\xaeB`\x82"), "the picture is cut off"
        return "image/png"
    assert Calendar.from_ical(data).walk("VEVENT"), "the calendar holds no event"
    return "text/calendar"


class Stage(Protocol):
    """A platform with the bot on it.

    Messages are named by whatever strings the platform has for them. Rate limits are to be out of the way.

    Attributes:
        gaps: What the platform has not; scenarios that need it are not played.
        relates: Whether an answer says which message it replies to.
        quiet: Whether nothing more is to come in a room once `enter` is through.
    """

    gaps: frozenset[Need]
    relates: bool
    quiet: bool

    async def enter(self, where: Where) -> None:
        """Make a new room, direct (Ana and the bot) or shared (Ana, who invites the bot, and Ben), and wait for the bot."""

    async def say(
        self, who: str, text: str, *, addressed: bool, thread: str | None = None, reply_to: str | None = None
    ) -> str:
        """Say something in the room; its id.

        Args:
            addressed: Whether to mention the bot; in a direct chat that is not needed.
        """

    async def edit(self, who: str, message: str, text: str, *, addressed: bool) -> None:
        """Change a message that the same person said."""

    async def delete(self, who: str, message: str) -> None:
        """Delete a message that the same person said."""

    async def remove(self, shown: str) -> None:
        """Take one of the bot's messages away, as Ana, who manages the room."""

    async def redeliver(self, message: str) -> None:
        """Hand the bot once more the very event that a message came with."""

    async def react(self, who: str, shown: str, sign: str) -> None:
        """Set a sign to one of the bot's messages."""

    async def shown(self, until: Callable[[Sequence[Shown]], bool]) -> Sequence[Shown]:
        """The bot's messages in the room in order, each once and as it stands now, as soon as `until` holds for them.

        Raises:
            TimeoutError: It does not within the stage's deadline; the message tells what was shown.
        """


async def play(scenario: Scenario, stage: Stage, document: Document) -> None:
    """Play a scenario from a new room on.

    Raises:
        AssertionError: Something else is seen than must be; the message names the step.
    """
    await _Play(scenario, stage, document).run()


def words(text: str) -> str:
    """A text on one line."""
    return " ".join(text.split())


def quotations(text: str) -> list[tuple[int, str]]:
    """What stands quoted under the title of a paragraph: its number, and the words."""
    found: list[tuple[int, str]] = []
    for title in _TITLE.finditer(text):
        for line in text[title.end() :].lstrip("\n").split("\n"):
            quoted = _QUOTED.match(line)
            if not quoted:
                break
            found.append((int(title[1]), quoted[1]))
    return found


class _Play:
    def __init__(self, scenario: Scenario, stage: Stage, document: Document) -> None:
        self.scenario = scenario
        self.stage = stage
        self.document = document
        self.messages: dict[int, str] = {}  # by step
        self.threads: dict[int, str] = {}  # the root of the thread that a step's message stands in or may open
        self.answers: dict[int, list[str]] = {}
        self.seen: dict[str, Shown] = {}
        self.sentinels = count(SENTINEL_FROM)
        self.sentinel_ids: set[str] = set()

    async def run(self) -> None:
        await self.stage.enter(self.scenario.where)
        if self.scenario.steps[0].act is not Act.JOIN and not self.stage.quiet:
            self.seen = await self._settled(self.scenario.steps[0], thread=None)
        for step in self.scenario.steps:
            thread = await self._act(step)
            now = await self._settled(step, thread)
            try:
                self._judge(step, now)
            except AssertionError as error:
                changed = [shown for shown in now.values() if shown != self.seen.get(shown.id)]
                raise AssertionError(
                    f"{self.scenario.name}, step {step.number}: {error}\n{step}\nnew or changed: {changed}"
                ) from None
            self.seen = now

    async def _act(self, step: Step) -> str | None:
        """Do what the step says; the thread that it was done in."""
        stage, target = self.stage, step.target
        match step.act:
            case Act.SAY:
                thread = self.threads[step.thread] if step.thread else None
                reply_to = self.answers[step.reply][-1] if step.reply else None
                said = await stage.say(step.by, step.said, addressed=step.addressed, thread=thread, reply_to=reply_to)
                self.messages[step.number] = said
                self.threads[step.number] = thread or said
                return thread
            case Act.EDIT:
                await stage.edit(step.by, self.messages[target], step.said, addressed=step.addressed)
            case Act.DELETE:
                await stage.delete(step.by, self.messages[target])
            case Act.REDELIVER:
                await stage.redeliver(self.messages[target])
            case Act.REACT:
                await stage.react(step.by, self.answers[target][-1], step.sign)
            case Act.REMOVE:
                await stage.remove(self.answers[target][-1])
            case Act.JOIN:
                pass
        return None

    async def _settled(self, step: Step, thread: str | None) -> dict[str, Shown]:
        """The bot's messages once it has answered a sentinel, without those to sentinels."""
        number = next(self.sentinels)
        await self.stage.say(step.by, f"para {number}", addressed=True, thread=thread)
        answered = re.compile(rf"\bno paragraph {number}\b")
        shown = await self.stage.shown(lambda all_: any(answered.search(one.text) for one in all_))
        return {one.id: one for one in shown if not _SENTINEL.search(one.text)}

    # -- what is seen

    def _judge(self, step: Step, now: dict[str, Shown]) -> None:
        expect = step.expect
        new = [shown for shown in now.values() if shown.id not in self.seen]
        changed = [shown for shown in now.values() if shown.id in self.seen and shown != self.seen[shown.id]]
        assert now.keys() >= self.seen.keys(), "what was shown is not known any more"
        gone = {shown.id for shown in changed if shown.gone}
        must_go = {sent for number in expect.gone for sent in self.answers[number]}
        if step.act is Act.REMOVE:
            must_go.add(self.answers[step.target][-1])
        edited = [shown for shown in changed if not shown.gone]
        if expect.edits:
            before = self.answers[expect.edits]
            answer = [shown for shown in now.values() if shown.id in before and not shown.gone]
            assert new == [] or len(new) + len(before) > 1, "a new message came where one was to be edited"
            assert edited, "nothing was edited"
            assert {shown.id for shown in edited} <= set(before), "another message was edited"
            assert all(shown.edited for shown in edited), "a message changed without an edit"
            must_go |= gone & set(before)  # parts that are no longer needed
            answer += new
        else:
            assert edited == [], "what was shown has changed"
            answer = new
        assert gone == must_go, f"gone are {gone}, and not {must_go}"
        if step.act is Act.SAY or answer:
            self.answers[step.number] = [shown.id for shown in answer]
        if expect.edits:
            self.answers[expect.edits] = [shown.id for shown in answer]
        if expect.silence or (expect.gone and not answer) or (step.act is Act.REMOVE and not answer):
            assert answer == [], "something was said"
            return
        assert answer, "nothing was said"
        self._judge_text(step, answer)
        self._judge_place(step, answer)

    def _judge_text(self, step: Step, answer: list[Shown]) -> None:
        expect = step.expect
        files = [shown.file for shown in answer if shown.file]
        assert files == ([expect.file] if expect.file else []), f"files came: {files}"
        answer = [shown for shown in answer if not shown.file] or answer
        parts = [_NUMBERED.match(shown.text) for shown in answer]
        if expect.parts or len(answer) > 1:
            numbers = [(int(part[1]), int(part[2])) for part in parts if part]
            assert numbers == [(index, len(answer)) for index in range(1, len(answer) + 1)], "parts are not numbered"
            assert len(answer) > 1 or not expect.parts, "it came in one part"
        text = "\n\n".join(_NUMBERED.sub("", shown.text) for shown in answer)
        flowing = words(text)
        found = quotations(text)
        for number, quoted in found:
            assert quoted in self.document.paragraph(number).text, f"paragraph {number} does not say {quoted!r}"
        if expect.paragraphs is not None:
            shown_numbers = tuple(dict.fromkeys(int(title[1]) for title in _TITLE.finditer(text)))
            assert shown_numbers == expect.paragraphs, f"shown are paragraphs {shown_numbers}"
            if len(answer) == 1:
                assert {number for number, _ in found} == set(expect.paragraphs), "a paragraph is named and not quoted"
        for number in expect.whole:
            assert words(self.document.paragraph(number).text) in flowing, f"paragraph {number} is not whole"
        for wanted in expect.contains:
            assert wanted in flowing, f"{wanted!r} is not there"
        for unwanted in expect.lacks:
            assert unwanted not in flowing, f"{unwanted!r} is there"
        assert all(shown.kind in {"", expect.kind} for shown in answer) or not expect.kind, f"it is no {expect.kind}"

    def _judge_place(self, step: Step, answer: list[Shown]) -> None:
        expect = step.expect
        if self.scenario.where is Where.SHARED:
            wrong = [shown for shown in answer if shown.private not in {None, expect.private}]
            assert wrong == [], "all can see it" if expect.private else "the asker alone can see it"
        if step.act is not Act.SAY:
            return
        question = self.messages[step.number]
        assert not self.stage.relates or all(shown.reply_to == question for shown in answer), "it replies to none"
        if expect.private or expect.place == "any":
            return  # where a private reply stands is the platform's affair
        opens = self.scenario.where is Where.SHARED
        default = "same" if step.thread else "thread" if opens else "reply"
        place = {"thread": question, "same": self.threads[step.number], "reply": None}[expect.place or default]
        assert {shown.thread for shown in answer} == {place}, f"it does not stand in the thread {place}"
