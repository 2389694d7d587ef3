"""What Slack's profiles say of people's rights."""

import pytest

from adapters.slack.client import make_client, make_session
from adapters.slack.directory import SlackDirectory
from adapters.slack.workspaces import Workspaces
from bot.message import Room
from tests.slack.fake import FakeSlack


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
