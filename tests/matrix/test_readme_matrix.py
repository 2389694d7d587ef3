"""The README's way from an account to an answer in an encrypted room, as written."""

import re
import sys
from pathlib import Path

import pexpect
import pytest

from tests.matrix.homeserver import Homeserver
from tests.matrix.person import environment, person

ROOT = Path(__file__).parents[2]
PAGES = ("README.md", "docs/matrix.md")


def commands(page: str) -> list[str]:
    text = (ROOT / page).read_text(encoding="utf-8")
    section = re.search(r"^## (?:In Matrix|From an account to an answer)\n(.*?)^## ", text, re.MULTILINE | re.DOTALL)
    assert section
    return re.findall(r"^    (.*)$", section[1], re.MULTILINE)


@pytest.mark.parametrize("page", PAGES)
async def test_a_new_user_gets_an_answer_in_an_encrypted_room(
    page: str, homeserver: Homeserver, tmp_path: Path
) -> None:
    install, login, run = commands(page)
    assert re.search(
        rf"^{install.removeprefix('make ')}: ", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE
    )
    user, password = homeserver.new_user("readme")
    variables = {key: value for key, value in environment(tmp_path).items() if not key.startswith("HEARINGS")}

    def as_written(command: str) -> str:
        program = str(Path(sys.executable).with_name("hearings"))
        return (
            command.replace(".venv/bin/hearings", program)
            .replace("https://matrix.example.org", homeserver.url)
            .replace("@hearings:example.org", user)
        )

    signing_in = pexpect.spawn(as_written(login), cwd=str(tmp_path), env=variables, timeout=30)
    signing_in.expect("Password: ")
    signing_in.sendline(password)
    signing_in.expect("It is cross-signed")
    signing_in.expect(pexpect.EOF)
    signing_in.close()
    assert signing_in.exitstatus == 0
    bot = pexpect.spawn(as_written(run), cwd=str(tmp_path), env=variables, timeout=30)
    try:
        async with person(homeserver, tmp_path, "new") as new:
            room = await new.create_room(user, encrypted=True, direct=True)
            await new.joined(room, user)
            answer = await new.answer(room, user, await new.say(room, "para 32"))
            assert answer["encrypted"]
            assert answer["content"]["body"].startswith("Paragraph 32")
    finally:
        bot.kill(15)
        bot.expect(pexpect.EOF)
        bot.close()
