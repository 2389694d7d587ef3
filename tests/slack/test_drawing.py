"""What a reply looks like in Slack: every word of the plain rendering, literally, in blocks that Slack takes.

UPDATE_GOLDEN=1 writes the golden files of what a notification and a screen reader give anew.
"""

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.slack.drawing import BLOCK_LIMIT, MESSAGE_LIMIT, choice_of, contents
from adapters.slack.limits import over_limits
from adapters.slack.sharing import offered, shared
from bot.answering import apology, decide
from bot.commands.command import Facts
from bot.errors import BotError
from bot.render import render_plain
from bot.reply import (
    Block,
    Bullets,
    Choice,
    Choices,
    Copyable,
    Heading,
    Passage,
    Reply,
    Row,
    Text,
    Timetable,
    passage,
)
from bot.understanding import understand
from corpus.document import Document
from corpus.errors import CorpusError
from tests.slack.blocks import check_message

GOLDEN = Path(__file__).with_name("golden")
#: Replies whose `text` is kept: what a notification and a screen reader give.
APPROVED = {
    "paragraph": "para 32",
    "quotation": "quote 32 sentence 2",
    "misprint": "para 2",
    "footnote": "para 22",
    "schedule": "schedule",
    "out-of-range": "para 99",
    "long": "paras 30-40 in full",
}
SETTLED = settings(
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=100,
    suppress_health_check=[HealthCheck.too_slow],  # how slow they are made says how busy the machine is
)
HOSTILE = "<!channel> <@U0123> <#C01> *bold* _it_ `code` :smile: &amp; <https://example.org|here> @here"
WORDS = st.text(st.sampled_from("ab é.“<>&*_`~:!@#|\n"), min_size=1, max_size=60).filter(str.strip)
NAMES = st.text(st.sampled_from("<&ab "), max_size=200)
SENTENCES = st.lists(WORDS, min_size=1, max_size=4).map(tuple)
BLOCKS: st.SearchStrategy[Block] = st.one_of(
    st.builds(Heading, WORDS),
    st.builds(Text, WORDS),
    st.builds(Copyable, WORDS),
    st.lists(WORDS, min_size=1, max_size=5).map(lambda items: Bullets(tuple(items))),
    st.builds(
        lambda rows, zone: Timetable(tuple(rows), zone),
        st.lists(st.builds(Row, WORDS, WORDS, WORDS, SENTENCES), min_size=1),
        WORDS,
    ),
    st.builds(
        lambda sentences, answer, to_copy: Passage(
            32,
            "IV.B.2",
            "A title",
            sentences,
            0,
            4,
            "Source, paragraph 32",
            (0, 1) if answer else None,
            to_copy=to_copy,
        ),
        SENTENCES,
        st.booleans(),
        st.booleans(),
    ),
)


def section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "plain_text", "text": text}}


def words_of(value: Any) -> str:
    """All text in blocks, in order."""
    if isinstance(value, list):
        return "\n".join(words_of(item) for item in value)
    if value["type"] == "text":
        return str(value["text"])
    if value["type"] == "section":
        return str(value["text"]["text"])
    return "".join(words_of(item) + "\n" for item in value.get("elements", ()))


def bare(text: str) -> str:
    """Without what only lays out: blanks, and a list's dashes."""
    return re.sub(r"\s*\n *- |\s+", "", "\n" + text)


def unescaped(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def asked(text: str, document: Document) -> Reply:
    """What the core answers to a text."""
    try:
        request = understand(text, document)
        assert request is not None
        return decide(request, Facts(document))
    except (BotError, CorpusError) as error:
        return apology(error)


@pytest.mark.parametrize("name", [*APPROVED, "answer"])
def test_a_notification_and_a_screen_reader_give_what_was_approved(name: str, document: Document) -> None:
    answer = Reply("question", (passage(document, 32, 0, 3, answer=(1, 2)),))
    drawn = contents(answer if name == "answer" else asked(APPROVED[name], document))
    said = "\n=== next message\n".join(str(content["text"]) for content in drawn) + "\n"
    file = GOLDEN / f"{name}.txt"
    if os.environ.get("UPDATE_GOLDEN"):
        file.parent.mkdir(exist_ok=True)
        file.write_text(said, encoding="utf-8")
    assert said == file.read_text("utf-8")


@settings(SETTLED)
@given(st.lists(BLOCKS, min_size=1, max_size=60), NAMES)
def test_any_reply_keeps_its_words_in_blocks_that_slack_takes(blocks: list[Block], name: str) -> None:
    choices = Choices(tuple(Choice(f"Paragraph {number}", f"para {number}") for number in range(1, 30)))
    drawn = contents(Reply("paragraph", (*blocks, choices)))
    for content in [*shared(drawn, name), *offered(drawn, "para 32")]:
        assert check_message(content["blocks"]).error is None
        assert over_limits(content) == ""
        assert [block["type"] for block in drawn[-1]["blocks"]].count("actions") == 1
    reply = Reply("paragraph", tuple(blocks))
    drawn = contents(reply)
    for content in drawn:
        verdict = check_message(content["blocks"])
        assert verdict.error is None, verdict.messages
        assert len(content["text"]) <= MESSAGE_LIMIT
        assert len(content["blocks"]) <= BLOCK_LIMIT
    numbers = [f"({index} of {len(drawn)})\n" if len(drawn) > 1 else "" for index in range(1, len(drawn) + 1)]
    said = [unescaped(content["text"]).removeprefix(number) for content, number in zip(drawn, numbers, strict=True)]
    shown = [
        bare(words_of(content["blocks"])).removeprefix(bare(number))
        for content, number in zip(drawn, numbers, strict=True)
    ]
    assert bare("\n".join(said)) == bare("\n".join(shown)) == bare(render_plain(reply))
    if len(drawn) == 1:
        assert said == [render_plain(reply)]
    for one, other in zip(said, shown, strict=True):
        assert bare(one) == other


def test_what_people_wrote_is_never_markup() -> None:
    [content] = contents(Reply("error", (Text(HOSTILE),)))
    assert content["blocks"] == [
        {
            "type": "rich_text",
            "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": HOSTILE}]}],
        }
    ]
    assert "<" not in content["text"]


def test_the_sentence_that_answers_and_the_words_that_matched_are_bold() -> None:
    quoted = Passage(3, "I", "Title", ("One two.", "Three four.", "Five."), 0, 3, "Source", (1, 2), ((4, 7), (21, 25)))
    [content] = contents(Reply("question", (quoted,)))
    quote = content["blocks"][0]["elements"][1]
    assert [(span["text"], "style" in span) for span in quote["elements"]] == [
        ("“", False), ("One ", False), ("two", True), (".", False), ("”", False), ("\n", False),
        ("Answer: ", True), ("“", False), ("Three four.", True), ("”", False), ("\n", False),
        ("“", False), ("Five", True), (".", False), ("”", False),
    ]  # fmt: skip


def element(kind: str, *spans: tuple[str, str]) -> dict[str, Any]:
    elements = [
        {"type": "text", "text": text} | ({"style": {style: True}} if style else {}) for text, style in spans if text
    ]
    return {"type": f"rich_text_{kind}", "elements": elements}


def test_bullets_are_lists_of_their_levels() -> None:
    [content] = contents(Reply("outline", (Bullets(("a", "b", "c", "d", "e"), (0, 1, 1, 12, 0)),)))
    elements = content["blocks"][0]["elements"]
    assert [(one["type"], one["indent"], len(one["elements"])) for one in elements] == [
        ("rich_text_list", 0, 1),
        ("rich_text_list", 1, 2),
        ("rich_text_list", 8, 1),
        ("rich_text_list", 0, 1),
    ]
    assert content["text"].splitlines() == ["- a", "  - b", "  - c", f"{'  ' * 12}- d", "- e"]


def test_notes_and_misprints_stand_under_the_quotation_and_outside_its_marks() -> None:
    quoted = Passage(
        22, "II", "Title", ("One report.",), 0, 1, "Source", notes=(("1", "report", "A note."),), as_printed=("report",)
    )
    [content] = contents(Reply("paragraph", (quoted,)))
    assert content["blocks"][0]["elements"] == [
        element("section", ("Paragraph 22, section II: Title", "bold")),
        element("quote", ("“", ""), ("One report.", ""), ("”", "")),
        element("section", ("Note 1, after “report”: A note.", "italic")),
        element("section", ("[“report”: as printed]", "italic")),
        element("section", ("Source", "italic")),
    ]


def test_a_long_answer_is_drawn_as_richly_as_a_short_one(document: Document) -> None:
    drawn = contents(asked("paras 30-40 in full", document))
    assert len(drawn) > 1
    for content in drawn:
        assert over_limits(content) == ""
        kinds = {one["type"] for block in content["blocks"][1:] for one in block["elements"]}
        assert {"rich_text_section", "rich_text_quote"} <= kinds


def test_a_long_answer_is_cut_between_paragraphs(document: Document) -> None:
    for content in contents(asked("paras 30-40 in full", document)):
        assert re.match(r"\(\d of \d\)\nParagraph \d\d, ", content["text"])


def test_a_quotation_longer_than_a_message_is_cut_at_a_sentence() -> None:
    sentences = tuple(f"Sentence {number} has some words more." for number in range(300))
    drawn = contents(Reply("paragraph", (Passage(9, "I", "Title", sentences, 0, 300, "Source, paragraph 9", (7, 8)),)))
    assert len(drawn) > 1
    for content in drawn[:-1]:
        quote = content["blocks"][-1]["elements"][-1]
        assert quote["type"] == "rich_text_quote"
        assert quote["elements"][-1]["text"].rstrip().endswith("more.")
    said = "".join(unescaped(content["text"]).partition("\n")[2] for content in drawn)
    for sentence in sentences:
        assert sentence in said
    assert '"style": {"bold": true}' in json.dumps(drawn[0])


def test_a_heading_stays_with_what_it_names() -> None:
    text = Text("A sentence of some words. " * 100)
    drawn = contents(Reply("x", (text, Heading("A heading"), Text("Other words. " * 150))))
    assert [content["text"].count("A heading") for content in drawn] == [0, 1]


def test_more_blocks_than_a_message_takes_lose_nothing() -> None:
    reply = Reply("x", tuple(Text(f"line {number}") for number in range(80)))
    [content] = contents(reply)
    assert len(content["blocks"]) == BLOCK_LIMIT
    assert bare(words_of(content["blocks"])) == bare(render_plain(reply))


@pytest.mark.parametrize("length", [5_000, 60_000])
def test_what_is_too_long_is_cut_and_numbered_and_nothing_is_lost(length: int) -> None:
    text = ("A sentence of & some <words>. " * (length // 30)).strip()
    drawn = contents(Reply("paragraph", (Text(text), Choices((Choice("Next: paragraph 33", "para 33", turns=True),)))))
    bodies = [unescaped(content["text"]) for content in drawn]
    assert all(body.startswith(f"({number} of {len(drawn)})\n") for number, body in enumerate(bodies, 1))
    assert "".join(body.partition("\n")[2] for body in bodies).replace(" ", "").startswith(text.replace(" ", ""))
    assert [content for content in drawn if content["blocks"][-1]["type"] == "actions"] == [drawn[-1]]
    assert all(check_message(content["blocks"]).error is None for content in drawn)


def test_a_button_comes_back_as_its_choice() -> None:
    [content] = contents(
        Reply("paragraph", (Text("x"), Choices((Choice("Next: paragraph 33", "para 33", turns=True),))))
    )
    [button] = content["blocks"][-1]["elements"]
    assert choice_of(button["action_id"], button["value"]) == Choice("", "para 33", turns=True)


def test_stray_characters_are_left_out() -> None:
    [content] = contents(Reply("error", (Text("a\x00b\ud800c\td"),)))
    assert content["text"] == words_of(content["blocks"]).strip() == "abc\td"


ROW = {"type": "button", "action_id": "a", "text": {"type": "plain_text", "text": "x"}, "value": "x"}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"text": "x" * 4_001}, "text: 4,001 characters, at most 4,000"),
        ({"text": ""}, "text: 0 characters, at least 1"),
        ({"text": "x", "blocks": [section("x")] * 51}, "blocks: 51 blocks, at most 50"),
        ({"text": "x", "blocks": [section("x" * 3_001)]}, "blocks/0/text: 3,001 characters, at most 3,000"),
        ({"text": "x", "blocks": [section("x" * 2_900)] * 5}, "blocks: 14,500 characters, at most 13,000"),
        (
            {"text": "x", "blocks": [{"type": "actions", "elements": [ROW] * 26}]},
            "blocks/0/elements: 26 buttons, at most 25",
        ),
        (
            {"text": "x", "blocks": [{"type": "actions", "elements": [ROW | {"value": "x" * 2_001}]}]},
            "blocks/0/elements/0/value: 2,001 characters, at most 2,000",
        ),
        ({"text": "x", "blocks": [{"type": "rich_text", "elements": []}]}, "blocks/0/elements: 0 elements, at least 1"),
        ({"type": "home", "blocks": [section("x")] * 101}, "blocks: 101 blocks, at most 100"),
    ],
)
def test_what_slack_would_refuse_is_named_before_it_leaves(content: dict[str, Any], said: str) -> None:
    assert over_limits(content) == said


def test_what_slack_takes_is_not_held_back() -> None:
    content = {
        "text": "x" * 4_000,
        "blocks": [section("x" * 3_000), *[section("x")] * 48, {"type": "actions", "elements": [ROW] * 25}],
    }
    assert over_limits(content) == ""
