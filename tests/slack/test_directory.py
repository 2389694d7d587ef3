"""What Slack's profiles say of people's rights."""

import pytest

from adapters.slack.client import make_client, make_session
from adapters.slack.directory import SlackDirectory
from adapters.slack.workspaces import Workspaces
from bot.message import Room
from tests.slack.fake import FakeSlack


async def test_a_person_whom_slack_does_not_show_is_no_reason_to_warn(caplog: pytest.LogCaptureFixture) -> None:
    with FakeSlack() as slack:
        ana = slack.person("ana")

        async def token(_team: str) -> str:
            return slack.bot_token

        async with make_session() as session:
            workspaces = Workspaces(token, lambda secret: make_client(session, slack.url, secret))
            directory = SlackDirectory(workspaces)
            for _ in range(2):
                assert await directory.name(slack.team, "U0NOBODY") == "U0NOBODY"
            assert len(slack.calls_of("users.info")) == 1
            assert caplog.records == []
            assert await directory.name(slack.team, ana) == "ana"
            slack.grant([])
            assert await directory.name(slack.team, "U0OTHER") == "U0OTHER"
            assert "nobody's zone or rights are known" in caplog.text


@pytest.mark.parametrize(
    ("admin", "guest", "elsewhere", "manages"),
    [
        (True, False, False, True),
        (False, False, False, False),
        (False, True, False, False),
        (True, False, True, False),
    ],
    ids=["admin", "member", "guest", "admin of another workspace"],
)
async def test_admins_of_the_workspace_manage(admin: bool, guest: bool, elsewhere: bool, manages: bool) -> None:
    with FakeSlack() as slack:
        home = slack.workspace("Home")
        team = slack.workspace("Elsewhere") if elsewhere else home
        person = slack.person("bea", admin=admin, guest=guest, team=team)
        slack.channel("shared", [person], team=home)  # else nothing is known of people of other workspaces

        async def token(_team: str) -> str:
            return slack.token_of(home)

        async with make_session() as session:
            workspaces = Workspaces(token, lambda secret: make_client(session, slack.url, secret))
            directory = SlackDirectory(workspaces)
            assert await directory.name(home, person) == "bea"
            assert await directory.manages(Room("slack", home, "C1"), person) is manages
