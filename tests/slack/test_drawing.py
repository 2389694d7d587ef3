"""What a reply looks like in Slack: every word of the plain rendering, literally, in blocks that Slack takes."""

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.slack.drawing import BLOCK_LIMIT, MESSAGE_LIMIT, choice_of, contents
from adapters.slack.limits import over_limits
from adapters.slack.sharing import offered, shared
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
)
from tests.slack.blocks import check_message

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


@settings(max_examples=100)
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
    if len(drawn) == 1:
        assert unescaped(drawn[0]["text"]) == render_plain(reply)
        assert bare(words_of(drawn[0]["blocks"])) == bare(render_plain(reply))


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
    passage = Passage(3, "I", "Title", ("One two.", "Three four.", "Five."), 0, 3, "Source", (1, 2), ((4, 7), (21, 25)))
    [content] = contents(Reply("question", (passage,)))
    quote = content["blocks"][0]["elements"][1]
    assert [(span["text"], "style" in span) for span in quote["elements"]] == [
        ("“", False), ("One ", False), ("two", True), (".", False), ("”", False), ("\n", False),
        ("Answer: ", True), ("“", False), ("Three four.", True), ("”", False), ("\n", False),
        ("“", False), ("Five", True), (".", False), ("”", False),
    ]  # fmt: skip


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
