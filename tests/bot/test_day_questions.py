"""Questions about the day in people's own words, each judged on what it shows: items, times, refusals, and nothing else."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.answering import apology, decide
from bot.commands.command import Facts
from bot.day import ScheduleRequest
from bot.errors import BotError
from bot.render import render_plain
from bot.reply import Reply, Timetable
from bot.understanding import understand
from corpus.document import Document

QUESTIONS: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "day_questions.yaml").read_text(encoding="utf-8"))
SETS = [name for name in QUESTIONS if name != "decoys"]
NAMES = {"O": "Opening of the hearings", "C": "Closing of the hearings"} | {n: f"Segment {n}" for n in range(1, 5)}
REFUSAL = re.compile(r"The programme (?:does not say|names no)")


def answer(text: str, document: Document) -> tuple[bool, Reply]:
    """Whether a message was taken for a question about the day, and the reply to it."""
    try:
        request = understand(text, document)
    except BotError as error:
        return False, apology(error)
    assert request is not None
    return isinstance(request.value, ScheduleRequest), decide(request, Facts(document))


def faults(case: dict[str, Any], document: Document) -> list[str]:
    """What is wrong with the answer to a question."""
    of_day, reply = answer(case["ask"], document)
    if not of_day:
        return ["not taken for a question about the day"]
    text = render_plain(reply)
    rows = [row for block in reply.blocks if isinstance(block, Timetable) for row in block.rows]
    wrong = []
    if [row.name for row in rows] != [NAMES[item] for item in case["items"]]:
        wrong.append(f"shows {[row.name for row in rows]}")
    wrong += [f"lacks “{words}”" for words in case.get("says", ()) if words.casefold() not in text.casefold()]
    if bool(REFUSAL.search(text) and not reply.answered) != bool(case.get("not_said")) and "no such" not in text:
        if not ("does not say" in case.get("says", ()) and not reply.answered):
            wrong.append("refuses" if REFUSAL.search(text) else "does not refuse")
    programme = document.programme
    assert programme
    printed = {(item.times, item.name, item.title if item.label else "", item.statements) for item in programme.items}
    wrong += [
        f"row “{row.name}” is not as printed"
        for row in rows
        if (row.times, row.name, row.title, row.details) not in printed
    ]
    return wrong


@pytest.mark.parametrize("case", [case for name in SETS for case in QUESTIONS[name]], ids=lambda case: case["ask"])
def test_a_question_about_the_day_shows_the_items_and_times_it_asks_for(
    case: dict[str, Any], document: Document
) -> None:
    assert not faults(case, document)


EVALUATED = [
    entry
    for entry in yaml.safe_load((Path(__file__).parents[1] / "eval" / "questions.yaml").read_text(encoding="utf-8"))
    if entry["kind"] == "schedule"
]


@pytest.mark.parametrize("entry", EVALUATED, ids=lambda entry: entry["id"])
def test_an_evaluation_question_about_the_day_is_answered_with_every_fact(
    entry: dict[str, Any], document: Document
) -> None:
    of_day, reply = answer(entry["text"], document)
    text = render_plain(reply)
    assert of_day
    assert [fact for fact in entry["expect"] if fact not in text] == []


def test_there_are_fifteen_evaluation_questions_about_the_day() -> None:
    assert len(EVALUATED) == 15


@pytest.mark.parametrize("text", QUESTIONS["decoys"])
def test_a_question_about_the_document_is_not_taken_for_one_about_the_day(text: str, document: Document) -> None:
    assert not answer(text, document)[0]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("at 4pm EST", "more than one zone: America/New_York, America/Panama or Australia/Sydney"),
        ("schedule in Kathmandu", "Opening of the hearings: 7.45 p.m. to 8.15 p.m."),
        ("when is segment 4 in St. John's time", "Segment 4: 5.50 p.m. to 7 p.m."),
        ("what was on at 1 a.m. Kathmandu time", "another day"),
    ],
)
def test_a_named_zone_is_answered_in_and_an_ambiguous_one_asked_about(text: str, says: str, document: Document) -> None:
    assert says in render_plain(answer(text, document)[1])


def test_nobodys_own_zone_is_shown_in_a_shared_room(document: Document) -> None:
    request = understand("when is segment 3", document)
    assert request
    shared = decide(request, Facts(document, zone="Asia/Kathmandu", direct=False))
    assert "Kathmandu" in render_plain(decide(request, Facts(document, zone="Asia/Kathmandu")))
    assert "Kathmandu" not in render_plain(shared)
