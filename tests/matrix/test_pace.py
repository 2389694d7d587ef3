"""A person who asks too much at once is told so politely, once."""

from pathlib import Path

from tests.matrix.homeserver import Homeserver
from tests.matrix.person import Person, running


async def test_the_fourth_message_of_three_gets_a_notice_and_the_fifth_silence(
    homeserver: Homeserver, ana: Person, tmp_path: Path
) -> None:
    with running(homeserver, tmp_path / "bot", LIMITS__PERSON=3) as bot:
        room = await ana.create_room(bot.user, direct=True)
        await ana.joined(room, bot.user)
        asked = [await ana.say(room, f"para {number}") for number in range(1, 6)]
        for number, question in enumerate(asked[:3], 1):
            answer = await ana.answer(room, bot.user, question)
            assert answer["content"]["body"].startswith(f"Paragraph {number},")
        notice = (await ana.answer(room, bot.user, asked[3]))["content"]
        assert notice["msgtype"] == "m.notice"
        assert "at most 3 messages from one person" in notice["body"]
        other = await ana.create_room(bot.user, direct=True)
        await ana.joined(other, bot.user)
        elsewhere = await ana.say(other, "para 9")
        assert (await ana.answer(other, bot.user, elsewhere))["content"]["body"].startswith("Paragraph 9,")
        assert bot.stop() == 0  # after the rest of the room was taken, too
        assert not ana.answers(room, bot.user, asked[4])
