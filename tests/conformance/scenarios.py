"""The scenarios of scenarios.yaml, read and checked: what is said, and what a person must see.

What a step may hold and what it means is told by the attributes below; anything else in the file is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from corpus.forms import read_yaml

FILE = Path(__file__).with_name("scenarios.yaml")

#: The rows of what people can say, and the lines of what holds everywhere; each has a scenario at least.
ROWS = (
    "paragraphs",
    "quote",
    "moves",
    "sections",
    "topics",
    "search",
    "questions",
    "schedule",
    "cite",
    "notes",
    "settings",
    "digests",
    "references",
)
LINES = (
    "belongs to its question",
    "edit and delete",
    "steady discussion",
    "without a mention",
    "once",
    "joining",
    "no text stored",
    "plain words",
    "hostile text",
    "small talk",
    "too long",
)


class Where(StrEnum):
    """A room of one person and the bot, or one with more people; EITHER is played in both."""

    DIRECT = "direct"
    SHARED = "shared"
    EITHER = "either"


class Act(StrEnum):
    """What is done in a step."""

    SAY = "say"
    EDIT = "edit"
    DELETE = "delete"
    REDELIVER = "redeliver"
    REACT = "react"
    REMOVE = "remove"
    JOIN = "join"


class Need(StrEnum):
    """What a platform must have for a scenario."""

    SHARED = "shared rooms"
    OTHERS = "other people"
    UNADDRESSED = "talk that is not for the bot"
    THREAD = "threads"
    REPLY = "replies"
    EDIT = "edits"
    DELETE = "deletion"
    REDELIVER = "repeated deliveries"
    REACT = "reactions"
    REMOVE = "moderators"
    JOIN = "joining"
    FILES = "files"


#: What the acts need.
NEEDS = {act: Need[act.name] for act in Act if act is not Act.SAY}
#: Who is there: Ana, who invited the bot, and Ben.
ANA, BEN = "ana", "ben"


class ScenarioError(ValueError):
    """A scenario that cannot be played as it is written."""


@dataclass(frozen=True, slots=True)
class Expect:
    """What the bot must put out after a step; and nothing that was there before changes otherwise.

    Attributes:
        silence: Nothing new and nothing changed.
        answered: That something is said; what else is expected says it too.
        paragraphs: The numbers over the quotations, in order.
        whole: Paragraphs that must be there to the last word.
        contains: Words that must be there.
        lacks: Words that must not be.
        kind: The core's name for the reply, judged where a stage knows it.
        private: Whether it is for the asker alone, judged where a platform can tell.
        place: Where the answer stands: "thread" opens one under the question; "same" is in the question's; "reply" is
            outside any; "any" does not matter. "" for "same" where the question is in a thread, else "thread" in a shared
            room and "reply" in a direct chat.
        parts: Whether it takes several messages, numbered.
        edits: The step whose answer is edited into this; its messages and no new ones hold it.
        gone: Steps whose answers go.
        file: What a file is that comes with the words, "image/png" or "text/calendar"; "" for no file.
    """

    silence: bool = False
    answered: bool = False
    paragraphs: tuple[int, ...] | None = None
    whole: tuple[int, ...] = ()
    contains: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    kind: str = ""
    private: bool = False
    place: str = ""
    parts: bool = False
    edits: int = 0
    gone: tuple[int, ...] = ()
    file: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that somebody does.

    Attributes:
        number: Its place in the scenario, from 1.
        text: What is said, or what an edit makes of it.
        times: How often the text is repeated in it.
        by: Who does it.
        addressed: Whether it is said to the bot; in a direct chat everything is.
        target: The step whose message is edited, deleted or delivered again; or whose answer is reacted to or removed.
        thread: The step whose thread it is said in.
        reply: The step to whose answer it is said as a reply.
        sign: What a reaction shows.
    """

    number: int
    act: Act
    expect: Expect
    text: str = ""
    by: str = ANA
    addressed: bool = True
    target: int = 0
    thread: int = 0
    reply: int = 0
    sign: str = ""
    times: int = 1

    @property
    def said(self) -> str:
        """The whole text."""
        return self.text * self.times


@dataclass(frozen=True, slots=True)
class Scenario:
    """A conversation.

    Attributes:
        shows: The rows and lines that it is an example of.
        where: Never EITHER once it is a case to be played.
    """

    name: str
    shows: tuple[str, ...]
    where: Where
    steps: tuple[Step, ...]

    @property
    def needs(self) -> frozenset[Need]:
        """What a platform must have for it."""
        needs = {NEEDS[step.act] for step in self.steps if step.act in NEEDS}
        if self.where is Where.SHARED:
            needs.add(Need.SHARED)
        for step in self.steps:
            if step.by != ANA:
                needs.add(Need.OTHERS)
            if not step.addressed:
                needs.add(Need.UNADDRESSED)
            if step.thread:
                needs.add(Need.THREAD)
            if step.reply:
                needs.add(Need.REPLY)
            if step.expect.file:
                needs.add(Need.FILES)
        return frozenset(needs)


@cache
def load_scenarios(file: Path = FILE) -> tuple[Scenario, ...]:
    """Every scenario as it is played: those for either kind of room once in each.

    Raises:
        ScenarioError: One cannot be played, or a row or line has none; the message names it.
    """
    written = [_scenario(raw) for raw in read_yaml(file)]
    names = [scenario.name for scenario in written]
    if twice := {name for name in names if names.count(name) > 1}:
        raise ScenarioError(f"more than one scenario is named {sorted(twice)}")
    shown = {shows for scenario in written for shows in scenario.shows}
    if missing := [name for name in (*ROWS, *LINES) if name not in shown]:
        raise ScenarioError(f"no scenario shows {missing}")
    cases: list[Scenario] = []
    for scenario in written:
        if scenario.where is Where.EITHER:
            for where in (Where.DIRECT, Where.SHARED):
                cases.append(replace(scenario, name=f"{scenario.name} ({where})", where=where))
        else:
            cases.append(scenario)
    return tuple(cases)


def _scenario(raw: Mapping[str, Any]) -> Scenario:
    name = str(raw.get("name"))
    if unknown := set(raw) - {"name", "shows", "where", "steps"}:
        raise ScenarioError(f"{name}: {sorted(unknown)} means nothing")
    shows = _several(raw["shows"])
    if unknown := set(shows) - {*ROWS, *LINES}:
        raise ScenarioError(f"{name}: {sorted(unknown)} is no row or line")
    try:
        steps = tuple(_step(step, number) for number, step in enumerate(raw["steps"], 1))
        scenario = Scenario(name, shows, Where(raw.get("where", "either")), steps)
    except (ValueError, TypeError, KeyError) as error:
        raise ScenarioError(f"{name}: {error}") from error
    for step in steps:
        _check(scenario, step)
    return scenario


def _step(raw: Mapping[str, Any], number: int) -> Step:
    acts = [act for act in Act if act in raw]
    if len(acts) != 1:
        raise ScenarioError(f"step {number} does {acts}; expected one act")
    act = acts[0]
    given = {key: value for key, value in raw.items() if key not in {act, "expect"}}
    match act:
        case Act.SAY:
            given["text"] = raw[act]
        case Act.JOIN:
            pass
        case _:
            given["target"] = raw[act]
    known = {field.name: field for field in fields(Expect)}
    expected: dict[str, Any] = {}
    for key, value in (raw.get("expect") or {}).items():
        if key not in known:
            raise ScenarioError(f"step {number} expects {key}, which means nothing")
        expected[key] = _several(value) if key in {"paragraphs", "whole", "contains", "lacks", "gone"} else value
    return Step(number, act, Expect(**expected), **given)


def _check(scenario: Scenario, step: Step) -> None:
    def demand(holds: bool, what: str) -> None:
        if not holds:
            raise ScenarioError(f"{scenario.name}, step {step.number}: {what}")

    expect = step.expect
    said = {other.number for other in scenario.steps[: step.number - 1] if other.act is Act.SAY}
    demand(expect != Expect(), "expects nothing")
    demand(not expect.silence or expect == Expect(silence=True), "expects silence and more")
    demand(expect.place in {"", "thread", "same", "reply", "any"}, f"{expect.place!r} is no place")
    demand(step.by in {ANA, BEN}, f"nobody is called {step.by}")
    demand(not step.target or step.target in said or step.act in {Act.REACT, Act.REMOVE}, "its target was not said")
    demand({step.thread, step.reply} <= {*range(step.number)}, "it goes on from a later step")
    demand((step.act is Act.JOIN) <= (step.number == 1), "joining comes first")
    demand((step.act is Act.REACT) == bool(step.sign), "a reaction has a sign, and nothing else has")
    demand(step.act in {Act.SAY, Act.EDIT} or not step.text, "only what is said or edited has a text")
    demand(scenario.where is Where.SHARED or (step.addressed and step.by == ANA), "only in a shared room are others")


def _several(value: Any) -> tuple[Any, ...]:
    return tuple(value) if isinstance(value, list) else (value,)
