"""What a room chooses and a person's zone: what they say, who may change what, and what is heard."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.answering import apology, decide
from bot.commands.command import Facts, Rights, Shown
from bot.commands.table import COMMANDS
from bot.errors import BotError
from bot.ports import Changed, RoomSettings
from bot.render import render_plain
from bot.reply import Change, Choices, Choose, Hush, OwnZone, Reply, Visibility
from bot.understanding import understand
from bot.zones import Finding, find_zone
from corpus.document import Document

ANA, BEN, CY = "@ana:example.org", "@ben:example.org", "@cy:example.org"
NOW = datetime(2027, 1, 5, 10, 30, 59, tzinfo=UTC)
BY_BEN = Changed(BEN, datetime(2027, 1, 5, 9, 30, tzinfo=UTC))
MAY, MAY_NOT = Rights(may_change=True, inviter=CY), Rights(may_change=False, inviter=CY)


def ask(message: str, facts: Facts) -> Reply:
    try:
        request = understand(message, facts.document)
    except BotError as error:
        return apology(error)
    assert request is not None
    return decide(request, facts)


@pytest.fixture
def direct(document: Document) -> Facts:
    return Facts(document, asker=ANA, direct=True, now=NOW)


@pytest.fixture
def shared(document: Document) -> Facts:
    return Facts(document, asker=ANA, direct=False, now=NOW, rights=MAY)


def chosen(facts: Facts, **settings: Any) -> Facts:
    changed = dict.fromkeys(settings, BY_BEN)
    return replace(facts, settings=RoomSettings(**settings, changed=changed))


def said(reply: Reply) -> str:
    return render_plain(reply)


# -- changes, and who may make them

CHANGES: list[tuple[str, dict[str, Any], Change, str]] = [
    ("expand on", {}, Choose("expand", "on"), "are now quoted without a mention"),
    ("expand off", {"expand": True}, Choose("expand", "off"), "are now quoted only when I am mentioned"),
    ("quiet", {}, Choose("quiet", "on"), "I now answer in this room only when I am mentioned"),
    ("quiet off", {"quiet": True}, Choose("quiet", "off"), "This room is no longer quiet"),
    ("answers reply", {}, Choose("answers", "reply"), "An answer now comes as a reply"),
    ("answers thread", {"answers": "reply"}, Choose("answers", "thread"), "An answer now opens a thread"),
    ("timezone Geneva", {}, Choose("zone", "Europe/Zurich"), "This room’s time zone is now Europe/Zurich."),
    ("timezone off", {"zone": "Europe/Zurich"}, Choose("zone", ""), "This room has no time zone now."),
]


@pytest.mark.parametrize(
    ("message", "before", "change", "words"), CHANGES, ids=lambda v: v if isinstance(v, str) else ""
)
def test_a_change_says_to_everyone_what_holds_now_and_who_made_it(
    message: str, before: dict[str, Any], change: Change, words: str, shared: Facts
) -> None:
    reply = ask(message, chosen(shared, **before))
    assert reply.changes == (change,)
    assert (reply.answered, reply.visibility) == (True, Visibility.EVERYONE)
    assert words in said(reply)
    assert f"Changed by {ANA}." in said(reply)


@pytest.mark.parametrize(
    ("message", "before", "change", "words"), CHANGES, ids=lambda v: v if isinstance(v, str) else ""
)
def test_who_may_not_change_it_is_told_who_may_and_nobody_else_is(
    message: str, before: dict[str, Any], change: Change, words: str, shared: Facts
) -> None:
    reply = ask(message, replace(chosen(shared, **before), rights=MAY_NOT))
    assert (reply.kind, reply.answered, reply.visibility, reply.changes) == ("error", False, Visibility.ASKER, ())
    assert f"this room’s managers can, and whoever invited me ({CY})" in said(reply)
    unknown = ask(message, replace(chosen(shared, **before), rights=Rights(may_change=False)))
    assert "whoever invited me." in said(unknown)


@pytest.mark.parametrize(
    ("message", "instead"),
    [
        (
            "expand on",
            "Ask one of them to write: expand on\n\nWhatever this room has chosen, I quote a paragraph when you",
        ),
        ("quiet", "Ask one of them to write: quiet room\n\nIn a thread anyone may write quiet"),
        ("quiet off", "Ask one of them to write: quiet off"),
        (
            "answers reply",
            "Ask one of them to write: answers reply\n\nIn a thread that you open yourself, I answer there.",
        ),
        ("timezone Geneva", "Ask one of them to write: timezone Geneva\n\nYour own is set in a direct chat with me."),
    ],
)
def test_a_refusal_says_what_the_asker_can_do(message: str, instead: str, shared: Facts) -> None:
    facts = chosen(replace(shared, rights=MAY_NOT), quiet=message == "quiet off")
    assert instead in said(ask(message, facts))


@pytest.mark.parametrize(
    ("message", "settings"),
    [
        ("expand on", {"expand": True}),
        ("quiet", {"quiet": True}),
        ("answers reply", {"answers": "reply"}),
        ("timezone Zurich", {"zone": "Europe/Zurich"}),
    ],
)
def test_what_holds_already_is_said_so_and_not_changed(message: str, settings: dict[str, Any], shared: Facts) -> None:
    reply = ask(message, chosen(shared, **settings))
    assert (reply.answered, reply.changes, reply.visibility) == (True, (), Visibility.ASKER)
    assert "already" in said(reply)
    assert f"Changed by {BEN} on 5 January 2027." in said(reply)


@pytest.mark.parametrize("message", ["expand", "answers", "quiet?", "timezone", "settings"])
def test_anyone_may_ask_how_it_is(message: str, shared: Facts) -> None:
    settings = {"expand": True, "quiet": False, "answers": "reply", "zone": "Europe/Zurich"}
    reply = ask(message, replace(chosen(shared, **settings), rights=MAY_NOT))
    assert (reply.answered, reply.changes, reply.visibility) == (True, (), Visibility.ASKER)
    assert f"changed by {BEN} on 5 January 2027".casefold() in said(reply).casefold()


def test_the_defaults_are_named_as_such(shared: Facts, direct: Facts) -> None:
    assert "opens a thread under its question, by default." in said(ask("answers", shared))
    assert "comes as a reply to its question, outside any thread, by default." in said(ask("answers", direct))
    assert "quoted only when I am mentioned." in said(ask("expand", shared))
    assert "This room has no time zone." in said(ask("timezone", shared))
    assert "hanged by" not in said(ask("settings", shared))


def test_a_setting_that_another_one_hinders_says_so(shared: Facts) -> None:
    assert "no effect until quiet off" in said(ask("expand on", chosen(shared, quiet=True)))
    assert "no effect until quiet off" in said(ask("expand", chosen(shared, quiet=True, expand=True)))
    assert "References in running talk are not quoted meanwhile." in said(ask("quiet", chosen(shared, expand=True)))
    assert "but not while this room is quiet" in said(ask("settings", chosen(shared, quiet=True, expand=True)))


# -- in a thread, in a direct chat, in a terminal


@pytest.mark.parametrize("rights", [MAY, MAY_NOT])
def test_anyone_may_quiet_a_thread(rights: Rights, shared: Facts) -> None:
    reply = ask("quiet", replace(shared, in_thread=True, rights=rights))
    assert reply.changes == (Hush(),)
    assert (reply.answered, reply.visibility) == (True, Visibility.EVERYONE)
    assert f"I answer in this thread only when I am mentioned. Changed by {ANA}." in said(reply)


def test_in_a_thread_the_whole_room_can_be_named(shared: Facts) -> None:
    assert ask("quiet room", replace(shared, in_thread=True)).changes == (Choose("quiet", "on"),)
    assert ask("quiet room", replace(shared, in_thread=True, rights=MAY_NOT)).kind == "error"


def test_quiet_off_in_a_thread_does_not_claim_to_wake_it(shared: Facts) -> None:
    reply = ask("quiet off", replace(shared, in_thread=True))
    assert reply.changes == ()
    assert "If this thread was made quiet, it stays so" in said(reply)


@pytest.mark.parametrize("message", ["expand on", "expand off", "expand", "quiet", "quiet off", "quiet room"])
def test_in_a_direct_chat_there_is_nothing_to_turn_on_or_quiet(message: str, direct: Facts) -> None:
    for facts in (direct, replace(direct, in_thread=True)):
        reply = ask(message, facts)
        assert reply.changes == ()
        assert "direct chat" in said(reply)
        assert "there is nothing to" in said(reply)


def test_a_direct_chat_chooses_where_answers_go_and_names_nobody(direct: Facts) -> None:
    reply = ask("answers thread", direct)
    assert reply.changes == (Choose("answers", "thread"),)
    assert ANA not in said(reply)
    by_me = RoomSettings(answers="thread", changed={"answers": Changed(ANA, NOW)})
    assert "Changed by you on 5 January 2027." in said(ask("answers", replace(direct, settings=by_me)))


@pytest.mark.parametrize(
    ("message", "answered"), [("answers thread", False), ("answers reply", True), ("answers", True)]
)
def test_where_there_are_no_threads_none_is_claimed(message: str, answered: bool, direct: Facts) -> None:
    reply = ask(message, replace(direct, threads=False))
    assert (reply.changes, reply.answered) == ((), answered)
    assert "There are no threads here" in said(reply)
    assert "thread" not in said(ask("settings", replace(direct, threads=False)))


# -- zones


def test_in_a_direct_chat_the_zone_is_the_askers_own(direct: Facts) -> None:
    reply = ask("timezone Geneva", direct)
    assert reply.changes == (OwnZone("Europe/Zurich"),)
    assert "Your time zone is now Europe/Zurich. It is 11.30 a.m. there now." in said(reply)
    assert "timezone off" in said(reply)
    known = ask("timezone", replace(direct, zone="Asia/Kolkata"))
    assert "Your time zone is Asia/Kolkata. It is 4 p.m. there now." in said(known)
    assert "I do not know your time zone." in said(ask("timezone", direct))
    assert ask("timezone off", direct).changes == (OwnZone(""),)


@pytest.mark.parametrize(
    "message", ["timezone", "timezone Geneva", "timezone off", "my timezone is Geneva", "settings", "recent"]
)
def test_nobodys_own_zone_is_shown_in_a_shared_room(message: str, shared: Facts) -> None:
    reply = ask(message, replace(shared, zone="Asia/Kolkata", recent=(Shown(NOW, (32,)),)))
    assert "Kolkata" not in said(reply)
    assert not any(isinstance(change, OwnZone) for change in reply.changes)


def test_the_rooms_zone_says_where_ones_own_is_set(shared: Facts) -> None:
    for facts in (shared, chosen(shared, zone="Europe/Zurich")):
        for message in ("timezone", "timezone Nairobi", "timezone Zurich"):
            assert "own time zone, which nobody else sees, is set in a direct chat with me." in said(
                ask(message, facts)
            )


def test_ones_own_zone_named_in_a_shared_room_changes_nothing_and_is_not_repeated(shared: Facts) -> None:
    for rights in (MAY, MAY_NOT):
        reply = ask("my timezone is New Delhi", replace(shared, rights=rights))
        assert (reply.changes, reply.visibility, reply.answered) == ((), Visibility.ASKER, False)
        assert "in a direct chat with me" in said(reply)
        assert "Delhi" not in said(reply)
        assert "Kolkata" not in said(reply)


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("Europe/Zurich", "Europe/Zurich"),
        ("europe/zurich", "Europe/Zurich"),
        ("EUROPE / ZURICH", "Europe/Zurich"),
        ("America/New York", "America/New_York"),
        ("america/port-au-prince", "America/Port-au-Prince"),
        ("Etc/GMT-2", "Etc/GMT-2"),
        ("new york", "America/New_York"),
        ("New_York", "America/New_York"),
        ("Zürich", "Europe/Zurich"),
        ("Geneva", "Europe/Zurich"),
        ("Genève", "Europe/Zurich"),
        ("Geneva, Switzerland", "Europe/Zurich"),
        ("Geneva time", "Europe/Zurich"),
        ("the Geneva time zone", "Europe/Zurich"),
        ("Bern", "Europe/Zurich"),
        ("Washington, D.C.", "America/New_York"),
        ("Ottawa", "America/Toronto"),
        ("Brasília", "America/Sao_Paulo"),
        ("São Paulo", "America/Sao_Paulo"),
        ("Beijing", "Asia/Shanghai"),
        ("New Delhi", "Asia/Kolkata"),
        ("Mumbai", "Asia/Kolkata"),
        ("Islamabad", "Asia/Karachi"),
        ("Canberra", "Australia/Sydney"),
        ("Abuja", "Africa/Lagos"),
        ("Pretoria", "Africa/Johannesburg"),
        ("Rabat", "Africa/Casablanca"),
        ("The Hague", "Europe/Amsterdam"),
        ("Hanoi", "Asia/Ho_Chi_Minh"),
        ("Addis Ababa", "Africa/Addis_Ababa"),
        ("Kenya", "Africa/Nairobi"),
        ("Kiev", "Europe/Kiev"),
        ("utc", "UTC"),
        ("GMT", "GMT"),
        ("CET", "CET"),
        ("EET", "EET"),
        ("WET", "WET"),
        ("CEST", "CET"),
    ],
)
def test_a_zone_is_known_by_its_name_its_city_and_what_means_one_thing(typed: str, zone: str, direct: Facts) -> None:
    assert ask(f"timezone {typed}", direct).changes == (OwnZone(zone),)


@pytest.mark.parametrize("typed", ["EST", "CST", "IST", "BST", "PST", "Eastern time", "United States", "Congo"])
def test_what_means_several_zones_is_asked_back(typed: str, direct: Facts) -> None:
    reply = ask(f"timezone {typed}", direct)
    assert (reply.kind, reply.answered, reply.changes, reply.visibility) == ("error", False, (), Visibility.ASKER)
    assert "is the time of more than one zone" in said(reply)
    [choices] = [block for block in reply.blocks if isinstance(block, Choices)]
    assert 2 <= len(choices.choices) <= 3
    for choice in choices.choices:
        assert choice.words in said(reply)
        assert ask(choice.words, direct).changes == (OwnZone(choice.words.removeprefix("timezone ")),)


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("Zurch", "Europe/Zurich"),
        ("Europe/Zurih", "Europe/Zurich"),
        ("Nairobbi", "Africa/Nairobi"),
        ("Genava", "Europe/Zurich"),
    ],
)
def test_a_mistyped_zone_is_offered_and_not_guessed(typed: str, zone: str, direct: Facts) -> None:
    reply = ask(f"timezone {typed}", direct)
    assert (reply.kind, reply.changes) == ("error", ())
    assert f"I know no time zone “{typed}”; did you mean timezone {zone}" in said(reply)


@pytest.mark.parametrize("typed", ["blabla", "32", "Atlantis now", "🙂", "UTC+2", "+02:00", "gmt -5"])
def test_what_is_no_zone_says_what_to_write(typed: str, direct: Facts) -> None:
    reply = ask(f"timezone {typed}", direct)
    assert (reply.kind, reply.answered, reply.changes) == ("error", False, ())
    assert typed in said(reply)
    assert "timezone Europe/Zurich or timezone New York" in said(reply)


def test_every_zone_that_is_offered_or_set_exists() -> None:
    from bot import zones

    for zone in [*zones._CITIES.values(), *(zone for several in zones._SEVERAL.values() for zone in several)]:
        assert ZoneInfo(zone)
        assert find_zone(zone).zones == (zone,)
    for name, several in zones._SEVERAL.items():
        assert 2 <= len(several) <= zones.OFFERED, name
        assert find_zone(name).finding is Finding.SEVERAL, name


def test_the_schedule_shows_a_rooms_zone_by_its_name_and_ones_own_in_private(shared: Facts, direct: Facts) -> None:
    room = said(ask("when is segment 3?", chosen(shared, zone="Europe/Zurich")))
    assert "3 p.m. to 4.15 p.m." in room
    assert "In Europe/Zurich:\n\n- Segment 3: 9 p.m. to 10.15 p.m." in room
    assert "your time" not in room.casefold()
    own = said(ask("when is segment 3?", replace(direct, zone="Asia/Kolkata")))
    assert "In your time, Asia/Kolkata:\n\n- Segment 3: 12.30 a.m. to 1.45 a.m. the next day" in own
    assert "In " not in said(ask("when is segment 3?", replace(shared, zone="Asia/Kolkata"))).replace(
        "International", ""
    )


# -- settings and recent


def test_settings_give_each_choice_its_meaning_who_changed_it_and_how_to_change_it(shared: Facts) -> None:
    facts = chosen(shared, expand=True, quiet=False, answers="reply", zone="Europe/Zurich")
    reply = ask("settings", facts)
    assert (reply.kind, reply.visibility, reply.changes) == ("settings", Visibility.ASKER, ())
    by = f"changed by {BEN} on 5 January 2027"
    for line in (
        f"- Expand: on, {by}. References in running talk are quoted without a mention. To change it: expand off",
        f"- Quiet: off, {by}. In a thread that I answered, I go on without a mention",
        "To change it: quiet room; for one thread: quiet",
        f"- Answers: reply, {by}. An answer comes as a reply",
        "To change it: answers thread",
        f"- Time zone of this room: Europe/Zurich, {by}. I give the programme’s times in it too.",
        f"You can change these, as can this room’s managers and whoever invited me ({CY}).",
    ):
        assert line in said(reply)
    assert f"These can be changed by this room’s managers and whoever invited me ({CY})." in said(
        ask("settings", replace(facts, rights=MAY_NOT))
    )


def test_settings_of_a_direct_chat_give_ones_own_zone(direct: Facts) -> None:
    assert "Your time zone: Asia/Kolkata." in said(ask("settings", replace(direct, zone="Asia/Kolkata")))
    assert "Your time zone: not known. To set it: timezone and a city, such as timezone Geneva" in said(
        ask("settings", direct)
    )


def test_the_day_of_a_change_is_the_rooms_day(shared: Facts) -> None:
    late = Changed(BEN, datetime(2027, 1, 5, 23, 30, tzinfo=UTC))
    settings = RoomSettings(expand=True, zone="Asia/Kolkata", changed={"expand": late})
    assert "on 6 January 2027" in said(ask("expand", replace(shared, settings=settings)))


RECENT = (
    Shown(datetime(2027, 1, 5, 9, 30, tzinfo=UTC), (32,), "https://chat.example/m2"),
    Shown(datetime(2027, 1, 4, 23, 15, tzinfo=UTC), (30, 31, 32, 33)),
)


def test_recent_lists_day_time_numbers_and_link_newest_first(shared: Facts) -> None:
    reply = ask("recent", replace(shared, recent=RECENT))
    assert (reply.kind, reply.answered, reply.visibility, reply.paragraphs) == ("recent", True, Visibility.ASKER, ())
    assert "newest first (times in UTC)" in said(reply)
    assert (
        "- 5 January 2027, 9.30 a.m.: paragraph 32 — https://chat.example/m2\n"
        "- 4 January 2027, 11.15 p.m.: paragraphs 30 to 33\n"
    ) in said(reply)
    assert "Paragraph 32: para 32; Paragraph 30: para 30; Paragraph 31: para 31" in said(reply)


def test_recent_is_on_the_clock_that_the_room_or_the_asker_has(shared: Facts, direct: Facts) -> None:
    room = said(ask("recent", chosen(replace(shared, recent=RECENT), zone="Europe/Zurich")))
    assert "(times in Europe/Zurich)" in room
    assert "- 5 January 2027, 12.15 a.m.: paragraphs 30 to 33" in room
    assert "To have the times" not in room
    assert "(times in Asia/Kolkata)" in said(ask("recent", replace(direct, recent=RECENT, zone="Asia/Kolkata")))


def test_recent_of_a_new_room_says_that_nothing_was_shown(shared: Facts) -> None:
    reply = ask("recent", shared)
    assert reply.answered
    assert "No paragraph was shown here yet." in said(reply)


# -- how people say it

HEARD = {
    "expand on": (
        *("Expand on, please", "expand: on", "expand yes", "turn on expand", "turn expand on", "enable expanding"),
        *("expand references", "please start expanding references here", "auto-expand on"),
        *("start quoting references without a mention", "expand on in this room", "set expand to on"),
    ),
    "expand off": (
        *("expand no", "expand: off", "turn expand off", "switch off expand", "disable expanding", "stop expanding"),
        *("please stop expanding references", "stop quoting references without being mentioned", "don't expand"),
        *("don't quote paragraphs unasked", "expand off here please"),
    ),
    "expand": (
        "is expand on?",
        "expand?",
        "Expand.",
        "are you expanding references?",
        "what is expand?",
        "expand here",
    ),
    "quiet": (
        *("be quiet", "Quiet please!", "please be quiet here", "keep quiet", "stay silent", "hush", "mute", "quiet on"),
        *("mute yourself", "silence!", "only answer when mentioned", "answer only when I mention you", "quiet down"),
        *("only speak when spoken to", "don't answer unless asked", "stop answering without a mention"),
        *("don't reply without being mentioned", "quiet in this thread"),
    ),
    "quiet room": ("quiet everywhere", "be quiet in this room", "keep quiet in the channel", "quiet in the whole room"),
    "quiet off": (
        *("quiet no", "unmute", "turn off quiet", "turn quiet off", "stop being quiet", "you can speak again"),
        *("no more quiet", "end quiet", "quiet: off", "answer again"),
    ),
    "quiet?": ("are you quiet?", "is quiet on?", "Quiet?", "is this room quiet?", "are you muted", "is it muted?"),
    "answers thread": (
        *("answers threads", "answers in threads", "answer in a thread", "please answer in threads", "use threads"),
        *("reply in thread", "put your answers in a thread", "answers: thread", "start using threads"),
    ),
    "answers reply": (
        *("answers replies", "answers as a reply", "answer outside threads", "reply in the channel", "no threads"),
        *("don't use threads", "stop answering in threads", "answer in the room please", "answers: reply"),
    ),
    "answers": (
        *("where do your answers go?", "where do answers go", "where do you answer?", "do you answer in threads?"),
        *("answers?", "where will your answers appear?"),
    ),
    "timezone Geneva": (
        *("TimeZone: Geneva", "time zone Geneva", "time-zone geneva", "tz Geneva", "set timezone to Geneva"),
        *("set the time zone to Geneva, please", "our timezone is Geneva", "change the timezone to Geneva"),
        *("timezone = Geneva", "use Geneva time", "timezone is Geneva", "we are on Geneva time"),
    ),
    "timezone": (
        *(
            "time zone",
            "tz",
            "timezone?",
            "what timezone do you have for us?",
            "what's this room's timezone",
            "set timezone",
        ),
        *("show the room's time zone", "what time zone is this room in?", "change the timezone"),
    ),
    "timezone off": (
        *("timezone none", "reset the timezone", "forget the time zone", "remove timezone", "time zone off"),
        *("clear the room's timezone", "set timezone to none"),
    ),
    "settings": (
        *(
            "Settings",
            "show settings",
            "show me the settings of this room",
            "room settings",
            "what are the settings here?",
        ),
        *("how is this room set up?", "what have we set here?", "who changed the settings?", "preferences", "config"),
    ),
    "recent": (
        *(
            "history",
            "what was shown here?",
            "what was shown here",
            "what have you shown us so far?",
            "recent passages",
        ),
        *("what did you quote here recently", "show recent answers", "show history", "show me the last passages"),
        *("what did we look up in this room?", "history of this room", "last answers"),
    ),
}


@pytest.mark.parametrize(("command", "message"), [(c, m) for c, said in HEARD.items() for m in said])
def test_it_is_heard_as_people_say_it(command: str, message: str, document: Document) -> None:
    meant, heard = understand(command, document), understand(message, document)
    assert meant
    assert heard
    assert heard.command is meant.command
    assert str(heard.value).casefold() == str(meant.value).casefold()


@pytest.mark.parametrize(
    "message",
    [
        *(
            "my timezone is Geneva",
            "My time zone is Geneva.",
            "set my timezone to Geneva",
            "change my time zone to Geneva",
        ),
        *("i'm in the Geneva time zone", "I am on Geneva time", "my tz is Geneva", "my timezone: Geneva"),
    ],
)
def test_ones_own_zone_is_heard(message: str, direct: Facts) -> None:
    assert ask(message, direct).changes == (OwnZone("Europe/Zurich"),)


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("expand maybe", "“maybe” is neither on nor off: write expand on or expand off"),
        ("expand of", "“of” is neither on nor off: write expand on or expand off"),
        ("expand banana", "write expand on or expand off; to look for it in the document, search expand banana"),
        ("expand 32", "to read paragraph 32, write para 32"),
        ("quiet banana", "“banana” is neither on nor off: write quiet or quiet off"),
        ("answers banana", "“banana” is neither thread nor reply: write answers thread or answers reply"),
        ("answers tread", "“tread” is neither thread nor reply: write answers thread or answers reply"),
        ("quite", "did you mean quiet?"),
        ("quite off", "did you mean quiet off?"),
        ("qiuet", "did you mean quiet?"),
        ("expnad on", "did you mean expand on?"),
        ("setings", "did you mean settings?"),
        ("timezon Geneva", "did you mean timezone Geneva?"),
        ("recnet", "did you mean recent?"),
    ],
)
def test_what_is_nearly_right_gets_help_and_changes_nothing(message: str, expected: str, shared: Facts) -> None:
    reply = ask(message, shared)
    assert (reply.kind, reply.answered, reply.usage, reply.changes) == ("error", False, True, ())
    assert expected in said(reply)


@pytest.mark.parametrize(
    "message",
    [
        *("can you expand on that?", "expand on remittances", "could you expand on the point about remittances?"),
        *("expanding access to financial services", "how can governments expand legal channels?", "expand it"),
        *("expand on paragraph 32", "who asked for quiet diplomacy?", "silence of the media on migrants"),
        *(
            "what were the answers?",
            "answer the question on remittances",
            "who answered the questions of participants?",
        ),
        *("time zone of the hearings", "what is the time zone?", "what time zone are the times in?"),
        *(
            "timezone of the programme?",
            "which time zone is used in the programme?",
            "what time is lunch?",
            "use less time",
        ),
        *("history of migration", "recent trends in migration", "what was said recently about remittances?"),
        *(
            "the last paragraph",
            "the last two paragraphs",
            "what was shown about gender?",
            "what are the options for return?",
        ),
        *(
            "who set up the forum?",
            "what preferences do migrants have?",
            "recent migration",
            "migrants in school settings",
        ),
        *("when is segment 3 in Geneva time?", "did they speak only when asked?", "don't talk about remittances"),
        *("what time is it in Geneva?", "what have you shown about gender?", "do participants answer for migrants?"),
    ],
)
def test_what_is_asked_of_the_document_stays_a_question_to_it(message: str, document: Document) -> None:
    request = understand(message, document)
    assert request
    assert request.command.name not in {"expand", "quiet", "answers", "timezone", "settings", "recent"}


def test_the_last_command_still_takes_every_question() -> None:
    assert COMMANDS[-1].name == "question"
