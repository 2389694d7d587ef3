"""The suite itself: a platform with a fault is found out, and a scenario that cannot be played is refused."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from corpus.document import Document
from tests.conformance.runner import Shown, play, quotations
from tests.conformance.scenarios import FILE, Scenario, ScenarioError, load_scenarios
from tests.conformance.test_core import ModelStage

SCENARIOS = load_scenarios()


class FaultyStage(ModelStage):
    """A platform on which what is shown is altered."""

    fault: Callable[[Shown], Sequence[Shown]]

    async def shown(self, until: Callable[[Sequence[Shown]], bool]) -> Sequence[Shown]:
        return [altered for one in await super().shown(until) for altered in self.fault(one)]


#: What may go wrong, and what it does to a message of the bot's.
FAULTS: dict[str, Callable[[Shown], Sequence[Shown]]] = {
    "a word is changed": lambda one: [replace(one, text=one.text.replace("remitting", "sending"))],
    "a word is lost": lambda one: [replace(one, text=one.text.replace(" migrants", ""))],
    "it is said twice": lambda one: [one, replace(one, id=f"{one.id} again")],
    "it is never said": lambda one: [one] if "paragraph 9" in one.text else [],
    "threads are lost": lambda one: [replace(one, thread=None)],
    "relations are lost": lambda one: [replace(one, reply_to=None)],
    "all see what is private": lambda one: [replace(one, private=False)],
    "nobody sees what is public": lambda one: [replace(one, private=True)],
    "edits are not shown as such": lambda one: [replace(one, edited=0)],
    "edits come as new messages": lambda one: [replace(one, id=f"{one.id} anew") if one.edited else one],
    "nothing is taken back": lambda one: [replace(one, gone=False)],
    "parts have no numbers": lambda one: [replace(one, text=one.text.partition(")\n")[2] or one.text)],
    "the first part is lost": lambda one: [] if one.text.startswith("(1 of ") else [one],
    "markup is escaped in the plain text": lambda one: [replace(one, text=one.text.replace("<", "&lt;"))],
}


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_fault_of_a_platform_is_found(fault: str, document: Document) -> None:
    for scenario in SCENARIOS:
        if not await _plays(scenario, fault, document):
            return
    pytest.fail("every scenario plays")


async def _plays(scenario: Scenario, fault: str, document: Document) -> bool:
    stage = FaultyStage(document)
    stage.fault = FAULTS[fault]
    try:
        await play(scenario, stage, document)
    except AssertionError:
        return False
    return True


def test_quotations_are_found_under_their_titles() -> None:
    text = (
        "Paragraph 3, section I: Introduction\n“One.”\nAnswer: “Two.”\nSentences 1 to 2 of 3; the whole: para 3\n\n"
        "Paragraph 4: Untitled\n“Three “and” four.”\n[“four”: as printed]"
    )
    assert quotations(text) == [(3, "One."), (3, "Two."), (4, "Three “and” four.")]


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"shows": "the moon"}, "no row or line"),
        ({"where": "nowhere"}, "nowhere"),
        ({"when": "now"}, "means nothing"),
        ({"steps": [{"say": "para 3"}]}, "expects nothing"),
        ({"steps": [{"say": "para 3", "expect": {"laughter": True}}]}, "means nothing"),
        ({"steps": [{"say": "para 3", "edit": 1, "expect": {"silence": True}}]}, "expected one act"),
        ({"steps": [{"say": "para 3", "expect": {"silence": True, "contains": "x"}}]}, "silence and more"),
        ({"steps": [{"edit": 2, "text": "x", "expect": {"silence": True}}]}, "not said"),
        ({"steps": [{"say": "x", "thread": 3, "expect": {"silence": True}}]}, "later step"),
        ({"steps": [{"say": "x", "by": "ben", "expect": {"silence": True}}]}, "only in a shared room"),
        ({"steps": [{"say": "x", "by": "eve", "expect": {"silence": True}}]}, "nobody is called eve"),
    ],
)
def test_a_scenario_that_cannot_be_played_is_refused(change: dict[str, object], complaint: str, tmp_path: Path) -> None:
    scenario = {"name": "odd", "shows": "once", "steps": [{"say": "para 3", "expect": {"paragraphs": 3}}]}
    file = tmp_path / "scenarios.yaml"
    file.write_text(yaml.safe_dump([*yaml.safe_load(FILE.read_text("utf-8")), {**scenario, **change}]))
    with pytest.raises(ScenarioError, match=complaint):
        load_scenarios(file)


def test_a_row_without_a_scenario_is_missed(tmp_path: Path) -> None:
    file = tmp_path / "scenarios.yaml"
    file.write_text("[]")
    with pytest.raises(ScenarioError, match="no scenario shows"):
        load_scenarios(file)
