"""The five steps of the README's and the guide's Slack section, as written, against the fake."""

import json
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.slack.fake import FakeSlack
from tests.slack.running import ROOT, environment

PAGES = {"README.md": "In Slack", "docs/slack.md": "From nothing to an answer"}


@pytest.mark.parametrize("page", PAGES)
def test_five_steps_lead_from_nothing_to_an_answer(page: str, tmp_path: Path) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    section = re.search(rf"^## {PAGES[page]}\n(.*?)^## ", text, re.MULTILINE | re.DOTALL)
    assert section
    steps = re.findall(r"^\d\. (.*?)(?=^\d\. |\Z)", section[1] + "\n", re.MULTILINE | re.DOTALL)
    assert len(steps) == 5
    install, manifest = re.findall(r"`([^`]+)`", steps[0])
    assert re.search(rf"^{install.removeprefix('make ')}: ", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    program = str(Path(sys.executable).with_name("hearings"))
    plain = {key: value for key, value in environment(tmp_path).items() if not key.startswith("HEARINGS")}
    with FakeSlack() as slack:
        made = subprocess.run(
            manifest.replace(".venv/bin/hearings", program).split(),
            cwd=tmp_path,
            env=plain,
            capture_output=True,
            check=True,
            timeout=60,
        )
        app = json.loads(made.stdout)
        assert app["settings"]["socket_mode_enabled"] is True
        slack.subscriptions = set(app["settings"]["event_subscriptions"]["bot_events"])
        slack.grant(app["oauth_config"]["scopes"]["bot"])
        assert "connections:write" in steps[2]
        commands = [line.strip() for line in steps[3].splitlines() if line.startswith("       ")]
        script = "\n".join(commands).replace("xoxb-…", slack.bot_token).replace("xapp-…", slack.app_token)
        script = script.replace(".venv/bin/hearings", f"exec {program}")
        bot = subprocess.Popen(
            ["/bin/sh", "-c", script], cwd=tmp_path, env=plain | {"HEARINGS__SLACK__BASE_URL": slack.url}
        )
        try:
            slack.wait(lambda: slack.sockets, 30)
            invite, question = re.findall(r"`([^`]+)`", steps[4])[:2]
            assert invite == f"/invite @{app['features']['bot_user']['display_name']}"
            ana = slack.person("ana")
            channel = slack.channel("talk", [ana], bot=False)
            slack.invite_bot(channel, by=ana)
            asked = slack.say(channel, ana, question.replace("@hearings", slack.mention))
            answer = slack.wait(lambda: slack.messages(channel, asked)[1:], 15)[0]
            assert answer["text"].startswith("Paragraph 32")
        finally:
            bot.send_signal(signal.SIGTERM)
            assert bot.wait(10) == 0
