"""Replies as contents of Matrix messages, held against golden files. UPDATE_GOLDEN=1 writes them anew."""

import base64
import json
import os
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.matrix.render import EVENT_LIMIT, TEXT_LIMIT, Content, edited, related, render, size
from adapters.terminal.ask import reply_to
from bot.render import render_plain
from bot.reply import (
    Block,
    Bullets,
    Choice,
    Choices,
    Copyable,
    File,
    Heading,
    Passage,
    Picture,
    Reply,
    Row,
    Text,
    Timetable,
    Visibility,
)
from corpus.document import Document

GOLDEN = Path(__file__).with_name("golden")
SETTLED = settings(derandomize=True, database=None, deadline=None, max_examples=150)
HOSTILE = (
    "<b>bold</b> *stars* _lines_ `code` @room @ana:example.org </blockquote></p> &amp; <img src=x onerror=alert(1)> "
    'Ana "<script>" O’Neil 🎉 \u202bשלום עליכם\u202c [a](http://b)'
)
#: Of the elements that clients show; https://spec.matrix.org/v1.15/client-server-api/#mroommessage-msgtypes
ALLOWED = {"h4", "p", "br", "strong", "em", "blockquote", "ul", "li", "code", "pre"}
MESSAGES = {
    "paragraph": "para 32",
    "answer": "how much does it cost to send money home?",
    "several": "paras 30-33",
    "section": "section IV.C.2",
    "topic": "topic sending money home",
    "search": "search remitances",
    "timetable": "schedule",
    "outline": "outline",
    "note": "note 1",
    "misprint": "para 2",
    "quote": "quote 22 sentence 2",
    "citation": "cite 32",
    "bibtex": "cite 30-33 bibtex",
    "help": "help cite",
    "not-said": "what is the gdp of mexico?",
    "error-direct": "hlep",
}
PRIVATE = {
    "error-private": "section XII",
    "help-private": "help",
    "small-talk-private": "hello",
    "which-section-private": "section migration",
}


class Shown(HTMLParser):
    """What a client shows, and whether every element is closed where it should be."""

    def __init__(self, formatted: str) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        self.tags: set[str] = set()
        self.open: list[str] = []
        self.feed(formatted)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert attrs == []
        assert tag != "p" or not {"p", "ul"} & set(self.open)
        assert (tag == "li") == (self.open[-1:] == ["ul"])
        self.tags.add(tag)
        if tag == "br":
            self.text += "\n"
        else:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    def handle_decl(self, decl: str) -> None:
        raise AssertionError(decl)


def shown(content: Content) -> Shown:
    found = Shown(content["formatted_body"])
    assert found.tags <= ALLOWED
    return found


def letters(text: str) -> str:
    return "".join(re.findall(r"\w", text))


def hostile_blocks(text: str) -> tuple[Block, ...]:
    """Every type of block with a text wherever a text can stand."""
    quoted = Passage(1, text, text, (text, text, text), 0, 4, text, (1, 2), ((0, 3),), (("1", text, text),), (text,))
    return (
        Heading(text),
        quoted,
        replace(quoted, to_copy=True),
        Text(text),
        Bullets((text, text, text, text), (0, 1, 3, 0)),
        Timetable((Row("10 a.m.", text, text, (text, text)), Row(text, text)), text),
        Copyable(text),
        Copyable(f"{text}\n{text}"),
        Picture("day", (), text),
        File("day.ics", "calendar", (), text),
        Choices((Choice(text.replace(":", ""), text), Choice("Next: paragraph 33", "para 33"))),
    )


def written(contents: list[Content]) -> str:
    """Contents as they are kept in a golden file."""
    lines = []
    for content in contents:
        formatted = re.sub(r"(</(?:p|h4|blockquote|ul|li|pre)>|<ul>)(?=.)", r"\1\n", content["formatted_body"])
        lines += [f"=== {content['msgtype']}", content["body"], "=== formatted", formatted]
    return "\n".join(lines) + "\n"


def assert_golden(name: str, contents: list[Content]) -> None:
    file = GOLDEN / f"{name}.txt"
    if os.environ.get("UPDATE_GOLDEN"):
        file.parent.mkdir(exist_ok=True)
        file.write_text(written(contents), encoding="utf-8")
    assert written(contents) == file.read_text("utf-8")


# -- how it looks


@pytest.mark.parametrize("name", MESSAGES)
def test_a_reply_is_drawn_as_it_was_approved(name: str, document: Document) -> None:
    reply = reply_to(MESSAGES[name], document)
    [content] = contents = render(reply, private=False)
    assert content["body"] == render_plain(reply)
    assert letters(shown(content).text) == letters(content["body"])
    assert_golden(name, contents)


@pytest.mark.parametrize("name", PRIVATE)
def test_a_private_reply_in_a_shared_room_is_a_short_notice(name: str, document: Document) -> None:
    reply = reply_to(PRIVATE[name], document)
    [content] = contents = render(reply, private=True)
    assert content["msgtype"] == "m.notice"
    assert letters(content["body"]) == letters(shown(content).text) == letters(render_plain(reply))
    assert "\n\n" not in content["body"]
    assert ("\n" in content["body"]) == any(isinstance(block, Bullets) for block in reply.blocks)
    assert_golden(name, contents)


def test_hostile_text_is_shown_literally_and_pings_nobody() -> None:
    reply = Reply("help", hostile_blocks(HOSTILE))
    [content] = contents = render(reply, private=False)
    assert content["body"] == render_plain(reply)
    assert content["m.mentions"] == {}
    found = shown(content)
    assert found.text.count(HOSTILE) == content["body"].count(HOSTILE) + 1  # the section: "IV.B.2" is spoken "IV B 2"
    assert letters(found.text) == letters(content["body"])
    assert_golden("hostile", contents)


def test_every_golden_file_has_its_reply() -> None:
    assert {file.stem for file in GOLDEN.iterdir()} == {*MESSAGES, *PRIVATE, "hostile"}


def test_the_whole_of_a_private_reply_is_one_line_whatever_its_lines() -> None:
    blocks = (Text("one\n two\n\nthree"), Choices((Choice("What I can do", "help"),)))
    [content] = render(Reply("error", blocks, visibility=Visibility.ASKER), private=True)
    assert content["body"] == "one two three What I can do: help"
    assert content["formatted_body"] == "one two three What I can do: <code>help</code>"


@pytest.mark.parametrize(
    ("kind", "visibility", "msgtype"),
    [
        ("paragraph", Visibility.EVERYONE, "m.text"),
        ("error", Visibility.EVERYONE, "m.notice"),
        ("help", Visibility.ASKER, "m.notice"),
        ("not_said", Visibility.EVERYONE, "m.text"),
    ],
)
def test_answers_are_text_and_the_rest_are_notices(kind: str, visibility: Visibility, msgtype: str) -> None:
    [content] = render(Reply(kind, (Text("so"),), visibility=visibility), private=False)
    assert content["msgtype"] == msgtype


def test_matching_words_and_answers_stand_out(document: Document) -> None:
    [search] = render(reply_to('search "trade unions"', document), private=False)
    assert search["formatted_body"].count("<strong>trade unions</strong>") == 5
    [answer] = render(reply_to(MESSAGES["answer"], document), private=False)
    assert "<blockquote><strong>Answer:</strong> “It was observed" in answer["formatted_body"]


def test_what_no_event_may_hold_is_left_out() -> None:
    [content] = render(Reply("help", (Text("a\x00b\ud800c\x1b[1md\r\te\nf"),)), private=False)
    assert content["body"] == "abc[1md\te\nf"
    json.dumps(content, ensure_ascii=False).encode()


# -- what is too long


def parts_of(contents: list[Content]) -> tuple[list[str], list[Shown]]:
    """The bodies and formatted bodies without their numbers, which are checked."""
    if len(contents) == 1:
        return [contents[0]["body"]], [shown(contents[0])]
    bodies, formatted = [], []
    for index, content in enumerate(contents, 1):
        number = f"({index} of {len(contents)})"
        assert content["body"].startswith(f"{number}\n")
        found = shown(content)
        assert content["formatted_body"].startswith(f"<p><em>{number}</em></p>")
        found.text = found.text.removeprefix(number)
        bodies.append(content["body"].removeprefix(f"{number}\n"))
        formatted.append(found)
    return bodies, formatted


def assert_whole(reply: Reply, contents: list[Content], limit: int) -> None:
    bodies, formatted = parts_of(contents)
    assert "".join("".join(body.split()) for body in bodies) == "".join(render_plain(reply).split())
    assert [letters(body) for body in bodies] == [letters(part.text) for part in formatted]
    assert all(size(content["body"], content["formatted_body"]) <= limit for content in contents)


PROSE = st.lists(
    st.sampled_from(
        [
            "The hearings",
            "para 32",
            "were held.",
            "“Why?”",
            "10.30 a.m.",
            "<b>",
            "&amp;",
            "</p>",
            "👍",
            "w" * 70,
            "\n\n",
        ]
    ),
    min_size=1,
    max_size=25,
).map(" ".join)


@SETTLED
@given(text=PROSE, limit=st.integers(700, 4_000))
def test_long_replies_are_split_at_the_same_place_and_nothing_is_lost(text: str, limit: int) -> None:
    reply = Reply("section", hostile_blocks(text))
    assert_whole(reply, render(reply, private=False, limit=limit), limit)


@pytest.mark.parametrize("message", ["paras 1-76 in full", "section IV in full", "topics", "paras 1-76"])
def test_the_longest_answers_fit_whole(message: str, document: Document) -> None:
    reply = reply_to(message, document)
    assert_whole(reply, render(reply, private=False), TEXT_LIMIT)


def test_parts_end_with_a_block_where_blocks_are_short(document: Document) -> None:
    bodies, _ = parts_of(render(reply_to("paras 1-76 in full", document), private=False))
    assert len(bodies) > 1
    assert all(re.search(r"paragraph \d+\Z", body) for body in bodies[:-1])


def test_a_list_cut_in_two_goes_on_as_a_list() -> None:
    contents = render(Reply("help", (Bullets(tuple(f"item {n}" for n in range(200))),)), private=False, limit=2_000)
    assert len(contents) > 2
    assert all(content["formatted_body"].partition("</p>")[2].startswith("<ul><li>") for content in contents)


def test_words_without_an_end_are_cut_anywhere() -> None:
    reply = Reply("help", (Text("x" * 30_000),))
    contents = render(reply, private=False, limit=5_000)
    assert_whole(reply, contents, 5_000)


@pytest.mark.parametrize("text", ["“", "x", "👍", "<", "\n", '"'])
def test_the_largest_part_fits_an_event_as_an_encrypted_edit(text: str) -> None:
    contents = render(Reply("help", (Text(f"{text} word. " * 9_000),)), private=False)
    for content in contents:
        payload: dict[str, Any] = {
            "type": "m.room.message",
            "room_id": "!" + "r" * 254,
            "content": related(edited(content, "$" + "e" * 43), event_id="$" + "q" * 43, thread="$" + "t" * 43),
        }
        sealed = base64.b64encode(json.dumps(payload).encode())
        assert len(sealed) < EVENT_LIMIT - 4_000  # ids, keys, hashes, signatures and the events before come to less


# -- what it relates to

CONTENT: Content = {
    "msgtype": "m.text",
    "body": "Paragraph 33",
    "format": "org.matrix.custom.html",
    "formatted_body": "<p>Paragraph 33</p>",
    "m.mentions": {},
}


def test_an_edit_holds_the_content_and_says_so_to_old_clients() -> None:
    assert edited(CONTENT, "$answer") == {
        "msgtype": "m.text",
        "body": "* Paragraph 33",
        "m.mentions": {},
        "m.new_content": CONTENT,
        "m.relates_to": {"rel_type": "m.replace", "event_id": "$answer"},
    }


def test_an_answer_outside_a_thread_is_a_reply() -> None:
    content = related(CONTENT, event_id="$question", thread=None)
    assert content == {**CONTENT, "m.relates_to": {"m.in_reply_to": {"event_id": "$question"}}}
    assert "m.relates_to" not in CONTENT


@pytest.mark.parametrize(("thread", "falls_back"), [("$root", False), ("$question", True)])
def test_an_answer_in_a_thread_names_its_root_and_its_question(thread: str, falls_back: bool) -> None:
    assert related(CONTENT, event_id="$question", thread=thread)["m.relates_to"] == {
        "rel_type": "m.thread",
        "event_id": thread,
        "is_falling_back": falls_back,
        "m.in_reply_to": {"event_id": "$question"},
    }
