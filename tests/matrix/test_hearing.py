"""What incoming events say, from the events of today's clients, of old ones and of whoever sends anything else."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.matrix.hearing import Incoming, read_event, read_reaction
from bot.bot import Turn

ME = "@hearings:example.org"
NAMES = ("Hearings Bot", "Квота [бот]")
PREFIXES = ("!hearings", "!h")
AT = 1_790_000_000_123
ROOT, QUESTION = "$root", "$question"
SETTLED = settings(derandomize=True, database=None, deadline=None, max_examples=300)
PILL = '<a href="https://matrix.to/#/@hearings:example.org">Hearings Bot</a>'


def event(body: Any, relation: Any = None, **content: Any) -> dict[str, Any]:
    """A message as clients of today send it, that mentions nobody."""
    said = {"msgtype": "m.text", "body": body, "m.mentions": {}, **content}
    if relation is not None:
        said["m.relates_to"] = relation
    return {
        "type": "m.room.message",
        "sender": "@ana:example.org",
        "event_id": "$event",
        "origin_server_ts": AT,
        "content": said,
    }


def mentioning(body: str, relation: Any = None, **content: Any) -> dict[str, Any]:
    return event(body, relation, **{"m.mentions": {"user_ids": [ME]}, **content})


def old(body: str, relation: Any = None, **content: Any) -> dict[str, Any]:
    """A message of a client that knows no `m.mentions`."""
    made = event(body, relation, **content)
    del made["content"]["m.mentions"]
    return made


def html(formatted: str) -> dict[str, str]:
    return {"format": "org.matrix.custom.html", "formatted_body": formatted}


def heard(said: Any, *, direct: bool = False) -> Incoming | None:
    return read_event(said, me=ME, my_names=NAMES, prefixes=PREFIXES, direct=direct)


def understood(said: Any, *, direct: bool = False) -> tuple[str, bool]:
    incoming = heard(said, direct=direct)
    assert incoming
    return incoming.text, incoming.addressed


# -- whose and which


def test_a_message_is_read_with_its_sender_and_moment() -> None:
    assert heard(event("para 32")) == Incoming(
        "para 32", "@ana:example.org", "$event", datetime(2026, 9, 21, 14, 13, 20, 123_000, UTC), addressed=False
    )


@pytest.mark.parametrize(
    "change",
    [
        {"sender": ME},
        {"type": "m.sticker"},
        {"type": "m.room.encrypted"},
        {"content": {"msgtype": "m.notice", "body": "para 32"}},
        {"content": {"msgtype": "m.image", "body": "para 32"}},
        {"content": {}},
        {"content": {"msgtype": "m.text"}},
        {"content": {"msgtype": "m.text", "body": ["para 32"]}},
        {"content": {"msgtype": ["m.text"], "body": "para 32"}},
        {"content": None},
        {"sender": None},
        {"event_id": 3},
        {"origin_server_ts": "yesterday"},
        {"origin_server_ts": -1},
        {"origin_server_ts": 10**20},
        {"origin_server_ts": True},
    ],
    ids=repr,
)
def test_nothing_is_heard_in_what_is_no_message_of_a_person(change: dict[str, Any]) -> None:
    assert heard({**event("para 32"), **change}, direct=True) is None


def test_an_emote_is_a_message_too() -> None:
    assert understood(mentioning("asks Hearings Bot: para 32", msgtype="m.emote"))[1]


# -- for the bot


@pytest.mark.parametrize("body", ["para 32", "Hearings Bot", "the hearings say", "hearings: para 32", "h 32", "!help"])
def test_where_nobody_is_mentioned_names_in_the_text_are_only_words(body: str) -> None:
    assert understood(event(body)) == (body, False)


@pytest.mark.parametrize("mentions", [{"user_ids": ["@ben:example.org"]}, {"user_ids": ME}, {"room": True}, [ME], None])
def test_mentions_of_others_or_of_no_sense_are_not_for_the_bot(mentions: Any) -> None:
    assert not understood(event("Hearings Bot: para 32", **{"m.mentions": mentions}))[1]


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("Hearings Bot: para 32", "para 32"),
        ("hearings bot, para 32", "para 32"),
        ("@Hearings Bot para 32", "para 32"),
        ("Hearings Bot para 32", "para 32"),
        ("Квота [бот]: para 32", "para 32"),
        ("@hearings:example.org para 32", "para 32"),
        ("@hearings:example.org: para 32", "para 32"),
        ("hearings: para 32", "para 32"),
        ("@hearings para 32", "para 32"),
        ("para 32 @hearings:example.org", "para 32"),
        ("para 32, @Hearings Bot?", "para 32, ?"),
        ("what about women, Hearings Bot?", "what about women, ?"),
        ("could Hearings Bot show para 32", "could show para 32"),
        ("Hearings Bot: what did the hearings say?", "what did the hearings say?"),
        ("Hearings Bot\npara 32\npara 33", "para 32\npara 33"),
        ("Hearings Bot", ""),
        ("para 32", "para 32"),
    ],
)
def test_a_mention_is_for_the_bot_and_is_taken_out_wherever_it_stands(body: str, text: str) -> None:
    assert understood(mentioning(body)) == (text, True)


def test_a_mention_is_taken_out_as_it_is_written() -> None:
    pill = f"<p>could {PILL.replace('Hearings Bot', 'the <b>Quoter</b> &amp; Co')} show para 32</p>"
    assert understood(mentioning("could the Quoter & Co show para 32", **html(pill))) == ("could show para 32", True)


@pytest.mark.parametrize(
    "link",
    [
        "https://matrix.to/#/@hearings:example.org",
        "https://matrix.to/#/%40hearings%3Aexample.org",
        "https://matrix.to/#/@hearings:example.org?via=example.org&amp;via=x",
        "matrix:u/hearings:example.org",
    ],
)
def test_old_clients_mention_by_a_pill(link: str) -> None:
    formatted = f"<a class='pill' href='{link}'>Bot</a>: para 32"
    assert understood(old("Bot: para 32", **html(formatted))) == ("para 32", True)


@pytest.mark.parametrize(
    "link", ["https://matrix.to/#/@hearings:example.org.evil", "https://matrix.to/#/@ben:example.org", "https://x/@y"]
)
def test_a_pill_of_somebody_else_is_no_mention(link: str) -> None:
    assert not understood(old("Bot: para 32", **html(f'<a href="{link}">Bot</a>: para 32')))[1]


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("hearings: para 32", "para 32"),
        ("Hearings, para 32", "para 32"),
        ("HEARINGS BOT : para 32", "para 32"),
        ("Квота [бот]: para 32", "para 32"),
        ("@hearings para 32", "para 32"),
        ("para 32, @hearings bot", "para 32,"),
        ("tell me, @Hearings Bot, of women", "tell me, of women"),
        ("@hearings:example.org: para 32", "para 32"),
        ("para 32, @hearings:example.org", "para 32,"),
    ],
)
def test_old_clients_mention_by_a_marked_name_in_the_text(body: str, text: str) -> None:
    assert understood(old(body)) == (text, True)


@pytest.mark.parametrize(
    "body",
    [
        "hearing: para 32",
        "rehearings",
        "hearings_bot",
        "@hearings:elsewhere.org para 32",
        "@hearings:example.org.uk para 32",
        "mail hearings@example.org",
        "see https://example.org/hearings/32",
        "хКвота [бот]",
        "@hearingsbot para 32",
    ],
)
def test_a_part_of_a_word_or_of_another_name_is_no_mention(body: str) -> None:
    assert understood(old(body)) == (body, False)


@pytest.mark.parametrize(
    "body",
    [
        "the hearings were long",
        "hearings were held in June",
        "Hearings",
        "Hearings Bot para 32",
        "para 32, hearings bot",
        "para 32, hearings: long",
        "what did they say at the hearings, in short?",
        '"hearings: a summary" is its title',
        "(hearings, 12 July)",
        "pre-hearings: para 32",
    ],
)
def test_a_name_that_nothing_marks_is_only_a_word(body: str) -> None:
    assert understood(old(body)) == (body, False)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("!hearings para 32", "para 32"),
        ("!H para 32", "para 32"),
        ("!h: para 32", "para 32"),
        ("!Hearings:para 32", "para 32"),
        ("  !hearings\npara 32", "para 32"),
        ("!hearings", ""),
        ("!h", ""),
    ],
)
def test_a_prefix_is_for_the_bot(body: str, text: str) -> None:
    assert understood(event(body)) == (text, True)


@pytest.mark.parametrize("body", ["!help", "!hearingsx 3", "!h32", "so !h 32", "hearings 32"])
def test_what_only_looks_like_a_prefix_is_not(body: str) -> None:
    assert understood(event(body)) == (body, False)


@pytest.mark.parametrize(
    ("said", "text"),
    [
        (event("para 32"), "para 32"),
        (old("what did the hearings say?"), "what did the hearings say?"),
        (event("what did the hearings say?"), "what did the hearings say?"),
        (event("Hearings Bot: para 32"), "para 32"),
        (mentioning("Hearings Bot para 32"), "para 32"),
        (event("!h para 32"), "para 32"),
    ],
)
def test_in_a_direct_chat_everything_is_for_the_bot(said: dict[str, Any], text: str) -> None:
    assert understood(said, direct=True) == (text, True)


# -- what it belongs to

FALLBACK = "> <@hearings:example.org> Paragraph 32\n> it says\n\n"


def reply(to: str = "$answer", **more: Any) -> dict[str, Any]:
    return {"m.in_reply_to": {"event_id": to}, **more}


@pytest.mark.parametrize("fallback", [FALLBACK, FALLBACK.replace("> <", "> * <"), "> <@ben:x> a\n>\n> b\n\n", ""])
def test_what_old_clients_quote_above_a_reply_is_not_said(fallback: str) -> None:
    incoming = heard(event(f"{fallback}para 33\n> mine", reply()))
    assert incoming
    assert (incoming.text, incoming.reply_to, incoming.thread) == ("para 33\n> mine", "$answer", None)


def test_the_name_of_the_bot_in_what_is_quoted_is_no_mention() -> None:
    formatted = f"<mx-reply><blockquote>{PILL} Paragraph 32</blockquote></mx-reply>quite so"
    assert understood(old(f"{FALLBACK}quite so", reply(), **html(formatted))) == ("quite so", False)
    assert understood(old(f"{FALLBACK}quite so", reply(), **html("<mx-reply>" + PILL)))[1] is False


def test_a_quotation_that_somebody_wrote_is_theirs() -> None:
    assert understood(event(f"{FALLBACK}para 33"))[0] == f"{FALLBACK}para 33"


def test_a_reply_that_mentions_the_bot_keeps_its_words() -> None:
    assert understood(mentioning("what did the hearings say of women?", reply())) == (
        "what did the hearings say of women?",
        True,
    )
    assert understood(mentioning("Hearings Bot para 33", reply())) == ("para 33", True)


@pytest.mark.parametrize(
    ("relation", "thread", "reply_to"),
    [
        ({"rel_type": "m.thread", "event_id": ROOT}, ROOT, None),
        ({"rel_type": "m.thread", "event_id": ROOT, "is_falling_back": True, **reply()}, ROOT, None),
        ({"rel_type": "m.thread", "event_id": ROOT, "is_falling_back": False, **reply()}, ROOT, "$answer"),
        ({"rel_type": "m.thread", "event_id": ROOT, **reply()}, ROOT, "$answer"),
        (reply(), None, "$answer"),
        ({"rel_type": "m.thread", "event_id": 5}, None, None),
        ({"rel_type": ["m.thread"], "event_id": ROOT}, None, None),
        ({"m.in_reply_to": "$answer"}, None, None),
        ("m.thread", None, None),
    ],
)
def test_threads_and_replies_are_told_apart(relation: Any, thread: str | None, reply_to: str | None) -> None:
    incoming = heard(event("para 32", relation))
    assert incoming
    assert (incoming.thread, incoming.reply_to) == (thread, reply_to)


def edit(new: Any, target: Any = QUESTION, **content: Any) -> dict[str, Any]:
    return event("* something else", {"rel_type": "m.replace", "event_id": target}, **{"m.new_content": new, **content})


def test_an_edit_says_what_its_new_content_says() -> None:
    new = {"msgtype": "m.text", "body": "Hearings Bot: para 33", "m.mentions": {"user_ids": [ME]}}
    incoming = heard(edit(new))
    assert incoming
    assert (incoming.text, incoming.addressed, incoming.edit_of) == ("para 33", True, QUESTION)
    assert (incoming.version, incoming.event_id, incoming.thread, incoming.reply_to) == (AT, "$event", None, None)


def test_who_was_mentioned_outside_the_new_content_does_not_count() -> None:
    new = {"msgtype": "m.text", "body": "never mind", "m.mentions": {}}
    assert understood(edit(new, **{"m.mentions": {"user_ids": [ME]}})) == ("never mind", False)


@pytest.mark.parametrize("new", [None, "para 33", {}, {"msgtype": "m.notice", "body": "para 33"}, {"body": "para 33"}])
def test_an_edit_without_a_message_is_none(new: Any) -> None:
    assert heard(edit(new), direct=True) is None


def test_an_edit_of_nothing_is_none() -> None:
    assert heard(edit({"msgtype": "m.text", "body": "para 33"}, {"event_id": QUESTION}), direct=True) is None


# -- reactions


def reaction(key: Any, target: Any = "$answer", rel_type: Any = "m.annotation") -> dict[str, Any]:
    content = {"m.relates_to": {"rel_type": rel_type, "event_id": target, "key": key}}
    return {**event(""), "type": "m.reaction", "content": content}


@pytest.mark.parametrize("key", ["▶", "▶️", "▶\ufe0e", "➡", "➡️"])
def test_a_sign_to_the_right_turns_to_the_next_page(key: str) -> None:
    assert read_reaction(reaction(key)) == ("$answer", Turn.NEXT)


@pytest.mark.parametrize("key", ["◀", "◀️", "⬅", "⬅️"])
def test_a_sign_to_the_left_turns_to_the_page_before(key: str) -> None:
    assert read_reaction(reaction(key)) == ("$answer", Turn.PREVIOUS)


@pytest.mark.parametrize(
    "said",
    [
        reaction("👍"),
        reaction("▶▶"),
        reaction(""),
        reaction(["▶"]),
        reaction("▶", 3),
        reaction("▶", rel_type="m.thread"),
        {**reaction("▶"), "type": "m.room.message"},
        {**reaction("▶"), "sender": None},
        {**reaction("▶"), "event_id": None},
        event("▶"),
        {},
        None,
    ],
    ids=repr,
)
def test_any_other_reaction_turns_nothing(said: Any) -> None:
    assert read_reaction(said) is None


# -- whatever is sent

KEYS = st.sampled_from(
    "body msgtype m.relates_to m.new_content m.mentions user_ids formatted_body format m.in_reply_to event_id rel_type "
    "is_falling_back key content sender type origin_server_ts".split()
)
TYPES = ["m.text", "m.replace", "m.thread", "m.annotation", "m.room.message", "org.matrix.custom.html"]
WORDS = st.sampled_from(
    [*TYPES, ME, "▶", PILL, "> <@a:b> c\n\nd", "<mx-reply>", "hearings: 3", "!h 3", "$event", "\ud800", "@", ":"]
) | st.text(max_size=20)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | WORDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS | WORDS, inner, max_size=6),
    max_leaves=30,
)


@SETTLED
@given(said=JSON, direct=st.booleans())
def test_whatever_an_event_is_nothing_breaks(said: Any, direct: bool) -> None:
    assert isinstance(heard(said, direct=direct), Incoming | None)
    read_reaction(said)


@SETTLED
@given(content=st.dictionaries(KEYS, JSON, max_size=8), body=WORDS, relation=JSON, direct=st.booleans())
def test_whatever_a_message_holds_nothing_breaks(
    content: dict[str, Any], body: str, relation: Any, direct: bool
) -> None:
    said = event(body, relation)
    said["content"] |= content
    assert isinstance(heard(said, direct=direct), Incoming | None)
    said["content"] |= {"msgtype": "m.text", "body": body}
    assert isinstance(heard(said, direct=direct), Incoming | None)


@pytest.mark.parametrize(
    "body", ["<a href=" * 8_000, "<mx-reply>" * 6_000, "> " * 30_000, "hearings" * 8_000, "@" * 60_000, "\n" * 60_000]
)
def test_a_message_made_to_be_slow_is_read_at_once(body: str) -> None:
    said = old(body, reply(), **html('<a href="' + body))
    assert heard(said)
