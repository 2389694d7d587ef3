"""How much is answered at once."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot import pace
from bot.message import Message, Room
from bot.pace import Limits, Pace, Verdict
from bot.render import render_plain
from bot.reply import Visibility

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
ROOM, OTHER_ROOM = Room("matrix", "@bot:here", "!room:here"), Room("matrix", "@bot:here", "!other:here")
ANSWER, TELL, PASS_OVER = Verdict.ANSWER, Verdict.TELL, Verdict.PASS_OVER


def message(sender: str = "ana", seconds: float = 0, room: Room = ROOM) -> Message:
    """A message, sent so many seconds after noon."""
    return Message("para 32", sender, room, "$event", sent=NOON + timedelta(seconds=seconds))


def verdicts(counted: Pace, *messages: Message) -> list[Verdict]:
    return [counted.take(each) for each in messages]


def test_a_person_gets_so_many_answers_one_notice_and_then_silence() -> None:
    counted = Pace(Limits(person=3, room=100, seconds=60))
    assert verdicts(counted, *(message(seconds=n) for n in range(6))) == [*[ANSWER] * 3, TELL, PASS_OVER, PASS_OVER]


def test_one_persons_limit_is_not_anothers_nor_that_of_another_room() -> None:
    counted = Pace(Limits(person=1, room=100, seconds=60))
    assert verdicts(counted, message(), message()) == [ANSWER, TELL]
    assert verdicts(counted, message("ben"), message(room=OTHER_ROOM)) == [ANSWER, ANSWER]


def test_a_room_gets_so_many_answers_and_one_notice_whoever_asks() -> None:
    counted = Pace(Limits(person=2, room=3, seconds=60))
    asked = [message("ana"), message("ben"), message("cem"), message("dee"), message("eve"), message("ana")]
    assert verdicts(counted, *asked) == [ANSWER, ANSWER, ANSWER, TELL, PASS_OVER, PASS_OVER]
    assert counted.take(message("dee", room=OTHER_ROOM)) is ANSWER


def test_what_was_not_answered_does_not_count() -> None:
    counted = Pace(Limits(person=1, room=2, seconds=60))
    assert verdicts(counted, *(message("ana") for _ in range(9)))[:3] == [ANSWER, TELL, PASS_OVER]
    assert counted.take(message("ben")) is ANSWER


@pytest.mark.parametrize(("seconds", "verdict"), [(59.9, PASS_OVER), (60, ANSWER), (600, ANSWER)])
def test_after_the_span_there_is_room_again(seconds: float, verdict: Verdict) -> None:
    counted = Pace(Limits(person=1, room=100, seconds=60))
    assert verdicts(counted, message(), message(seconds=1)) == [ANSWER, TELL]
    assert counted.take(message(seconds=seconds)) is verdict


def test_the_span_moves_with_each_answer() -> None:
    counted = Pace(Limits(person=2, room=100, seconds=60))
    asked = [message(seconds=at) for at in (0, 50, 55, 61, 62, 109, 110)]
    assert verdicts(counted, *asked) == [ANSWER, ANSWER, TELL, ANSWER, PASS_OVER, PASS_OVER, ANSWER]


def test_there_is_one_notice_a_span() -> None:
    counted = Pace(Limits(person=1, room=100, seconds=60))
    asked = [message(seconds=at) for at in (0, 1, 2, 60, 61, 62)]
    assert verdicts(counted, *asked) == [ANSWER, TELL, PASS_OVER, ANSWER, TELL, PASS_OVER]


def test_what_waited_while_the_bot_was_away_is_counted_by_when_it_was_sent() -> None:
    counted = Pace(Limits(person=2, room=100, seconds=60))
    backlog = [message(seconds=minute * 60 + at) for minute in range(30) for at in (0, 30)]
    assert verdicts(counted, *backlog) == [ANSWER] * 60
    at_once = [message("ben", seconds=n) for n in range(4)]
    assert verdicts(counted, *at_once) == [ANSWER, ANSWER, TELL, PASS_OVER]


def test_the_longest_silent_are_forgotten_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "COUNTED_AT_MOST", 4)  # the room and three people
    counted = Pace(Limits(person=1, room=1_000, seconds=60))
    assert verdicts(counted, *map(message, ("ana", "ben", "cem"))) == [ANSWER] * 3
    assert verdicts(counted, message("ana"), message("ben")) == [TELL, TELL]  # so that cem is silent the longest
    assert counted.take(message("dee")) is ANSWER
    assert counted.take(message("cem")) is ANSWER  # forgotten; ana is, now
    assert counted.take(message("ben")) is PASS_OVER
    assert counted.take(message("ana")) is ANSWER
    assert counted.take(message("ana", seconds=1)) is TELL  # anew: that she was told was forgotten too


def test_nothing_that_was_written_is_held() -> None:
    counted = Pace(Limits())
    counted.take(replace(message(), text="a secret"))
    assert "secret" not in repr(vars(counted))


@pytest.mark.parametrize(
    ("seconds", "span"), [(1, "a minute"), (60, "a minute"), (300, "5 minutes"), (86_400, "1440 minutes")]
)
def test_the_notice_says_the_limits_to_the_asker_only(seconds: int, span: str) -> None:
    notice = Pace(Limits(person=7, room=9, seconds=seconds)).notice()
    text = render_plain(notice)
    assert "at most 7 messages from one person and 9 in one room" in text
    assert f"in {span}." in text
    assert (notice.visibility, notice.answered) == (Visibility.ASKER, False)
