"""From a message to the command that answers it."""

from dataclasses import replace
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.answering import decide
from bot.commands.command import Command, Digests, Facts
from bot.commands.table import COMMANDS, SHOWN
from bot.digests.change import By, ordered
from bot.digests.order import WORKING_DAYS, Order
from bot.errors import UsageError
from bot.message import Room
from bot.render import render_plain
from bot.reply import Place
from bot.understanding import understand
from corpus.document import Document

#: When the questions are asked; a plan of a digest counts from it.
NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)

MESSAGES: list[dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("references.yaml").read_text("utf-8"))
NO_REFERENCE = [
    message["text"]
    for message in MESSAGES
    if not any(message.get(key) for key in ("paragraphs", "section", "outside", "outside_range", "other_text"))
]
ADDRESSED_ONLY = [
    *(
        "32",
        "32 and 33 please",
        "#32",
        "§ 32",
        "3-5",
        "IV.B.2",
        "ii",
        "next",
        "the whole section",
        "the last paragraph",
    ),
    *(
        "quote 30 times that",
        "topic gender",
        "help",
        "hello",
        "schedule",
        "who opened the hearings?",
        "remittances",
        "",
    ),
]


def name_of(message: str, document: Document, *, addressed: bool = True) -> str:
    try:
        request = understand(message, document, addressed=addressed)
    except UsageError:
        return "usage"
    return request.command.name if request else "none"


@pytest.mark.parametrize(
    ("command", "example"),
    [(c, example) for c in COMMANDS for example in c.examples],
    ids=lambda v: getattr(v, "name", v),
)
def test_every_example_reaches_its_command_and_is_answered(command: Command, example: str, document: Document) -> None:
    request = understand(example, document)
    assert request is not None
    assert request.command is command
    order = Order(WORKING_DAYS, time(9), "UTC", ((20,), (21,)), NOW.date())
    here = replace(ordered(Room("terminal", "a", "r"), order, By("ana", NOW)), id=1)
    facts = Facts(
        document, place=Place(32, 32, further=((13, 0),)), now=NOW, digests=Digests(posted=True, here=(here,))
    )
    assert decide(request, facts).answered is not command.hidden


@pytest.mark.parametrize(
    ("command", "usage"),
    [(c, usage) for c in COMMANDS for usage in c.usage.split(" · ")],
    ids=lambda v: getattr(v, "name", v),
)
def test_every_usage_that_help_shows_reaches_its_command(command: Command, usage: str, document: Document) -> None:
    assert name_of(usage, document) == command.name


@pytest.mark.parametrize("message", NO_REFERENCE)
def test_what_is_no_reference_is_never_answered_as_paragraphs(message: str, document: Document) -> None:
    assert name_of(message, document) not in {"paragraph", "section", "quote", "move", "cite"}


@pytest.mark.parametrize("message", ADDRESSED_ONLY)
def test_without_a_mention_only_references_with_their_noun_count(message: str, document: Document) -> None:
    assert name_of(message, document, addressed=False) == "none"


@pytest.mark.parametrize(
    ("message", "command"),
    [(message["text"], "paragraph") for message in MESSAGES if not message.get("addressed", True)]
    + [("as section IV.B says, it helps", "section"), ("section iv b 2 and para 3", "paragraph")],
)
def test_a_noun_with_numbers_counts_without_a_mention(message: str, command: str, document: Document) -> None:
    assert name_of(message, document, addressed=False) == command


@pytest.mark.parametrize("message", ["para 99", "para 12 of the Global Compact", "section XII", "para 0 and para -3"])
def test_without_a_mention_nothing_is_said_of_what_the_document_has_not(message: str, document: Document) -> None:
    assert name_of(message, document, addressed=False) == "none"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("hlep", "help"),
        ("serach migrants", "search migrants"),
        ("topci remittances", "topic remittances"),
        ("quoet 32", "quote 32"),
        ("ciet 32", "cite 32"),
        ("outlin", "outline"),
        ("prevoius", "previous"),
        ("privcy", "privacy"),
        ("schedul", "schedule"),
        ("shedule", "schedule"),
        ("sechdule", "schedule"),
        ("quot 32", "quote 32"),
        ("serach unicorns", "search unicorns"),
    ],
)
def test_a_mistyped_command_is_offered_and_not_guessed(typed: str, meant: str, document: Document) -> None:
    with pytest.raises(UsageError, match=f"did you mean {meant}"):
        understand(typed, document)


@pytest.mark.parametrize(
    "message",
    ["quote -3", "quote 5 (b)", "cite 32 apa", "cite 3.5", "cite 32 sentence 2", "cite -3", "cite 3-", "quote note 1"],
)
def test_quote_and_cite_with_a_number_are_never_taken_for_a_question(message: str, document: Document) -> None:
    assert name_of(message, document) in {"quote", "cite", "note", "paragraph", "usage"}


@pytest.mark.parametrize("message", ["para 32 sentence 2", "32 sentence 2", "first sentence of 32", "sentence 2 of 32"])
def test_a_sentence_of_a_paragraph_is_found_however_it_is_asked_for(message: str, document: Document) -> None:
    request = understand(message, document)
    assert request is not None
    assert decide(request, Facts(document)).paragraphs == (32,)


@pytest.mark.parametrize(
    "message",
    [
        *("merci beaucoup pour votre aide", "bonjour", "hola", "guten Tag", "danke schön", "送钱回家要多少钱"),
        *(
            "Combien coûte l'envoi d'argent ?",
            "¿Cuánto cuesta enviar dinero a casa?",
            "quanto costa inviare denaro a casa",
        ),
        *("Wie viel kostet es, Geld nach Hause zu schicken?", "Сколько стоит перевод", "كم تكلفة إرسال المال"),
        *(
            "thanks a lot!",
            "thank you for the paragraph",
            "how are you?",
            "lol",
            "bye",
            "ok",
            "translate it into Arabic",
        ),
        *("rewrite para 32", "summarize the document", "write me a poem about migrants"),
    ],
)
def test_small_talk_and_other_languages_get_a_friendly_line(message: str, document: Document) -> None:
    assert name_of(message, document) == "smalltalk"


@pytest.mark.parametrize(
    ("message", "command"),
    [
        ("/help", "help"),
        ("!help", "help"),
        ("/outline", "outline"),
        ("outline IV", "outline"),
        ("help quote 32", "help"),
    ],
)
def test_a_command_is_heard_behind_its_sign_and_before_more_words(
    message: str, command: str, document: Document
) -> None:
    assert name_of(message, document) in {command, "section"}


@pytest.mark.parametrize("message", ["paras from 70 on", "outline IV", "topik list", "para of the day"])
def test_the_word_of_a_command_is_never_read_as_another_word(message: str, document: Document) -> None:
    try:
        request = understand(message, document)
    except UsageError:
        return
    assert request is not None
    assert "Reading “" not in render_plain(decide(request, Facts(document)))


def test_people_are_shown_every_command_that_is_not_hidden() -> None:
    assert set(SHOWN) == {command for command in COMMANDS if not command.hidden}
    assert len(SHOWN) == len(set(SHOWN))
