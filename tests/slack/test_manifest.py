"""The manifest: valid for Slack, and of one mind with what the bot listens to."""

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from aiohttp import ClientSession

from adapters.slack import app as app_module
from adapters.slack.app import ENDS, EVENTS, SHORTCUT, Intake, make_app
from adapters.slack.client import make_client
from adapters.slack.manifest import MESSAGES, SCOPES, manifest, scopes, subscriptions, table
from adapters.slack.queues import Queues
from adapters.slack.workspaces import Workspaces
from corpus.document import Document
from tests.slack.running import ROOT, hearings

SCHEMA = ROOT.parent / "shared" / "slack-samples" / "manifest.schema.2.0.0.json"
URL = "https://bot.example.org"
WAYS: list[dict[str, Any]] = [
    {},
    {"minimal": True},
    {"url": URL},
    {"url": URL, "install_url": URL},
    {"minimal": True, "install_url": URL},
]


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_slack_takes_it(way: dict[str, Any], document: Document) -> None:
    if not SCHEMA.exists():
        pytest.skip("Slack's manifest schema is not here")
    jsonschema.validate(manifest(document, command="/hearings", **way), json.loads(SCHEMA.read_text("utf-8")))


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_every_document_fits(way: dict[str, Any], valleys: Document, harbours: Document) -> None:
    for other in (valleys, harbours):
        about = manifest(other, command="/hearings", **way)["display_information"]["description"]
        assert 0 < len(about) <= 140


class _Recorded:
    """Stands for a Bolt app, and remembers what is registered with it."""

    def __init__(self) -> None:
        self.registered: dict[str, list[Any]] = {"event": [], "command": [], "shortcut": [], "action": [], "error": []}

    def __getattr__(self, kind: str) -> Any:
        def register(what: Any) -> Any:
            self.registered[kind].append(what)
            return lambda listener: listener

        return register


@pytest.mark.parametrize("several", [False, True])
def test_what_is_subscribed_is_listened_to_and_nothing_else(several: bool, document: Document) -> None:
    async def ended(team: str) -> None: ...

    recorded = _Recorded()
    intake = Intake(None, None, None, Queues(), ended if several else None)  # type: ignore[arg-type]
    intake.listen(recorded, "/ask")  # type: ignore[arg-type]
    made = manifest(document, command="/ask", install_url=URL if several else None)
    subscribed = {name.partition(".")[0] for name in made["settings"]["event_subscriptions"]["bot_events"]}
    assert subscribed == set(recorded.registered["event"])
    assert [one["command"] for one in made["features"]["slash_commands"]] == recorded.registered["command"]
    assert (
        [one["callback_id"] for one in made["features"]["shortcuts"]] == recorded.registered["shortcut"] == [SHORTCUT]
    )
    assert made["settings"]["interactivity"]["is_enabled"] is bool(recorded.registered["action"])


def test_a_method_that_is_called_has_its_scope() -> None:
    """Slack's methods and the scope of each, as its method pages say; those without need none."""
    needs = {
        "chat_postMessage": "chat:write",
        "chat_postEphemeral": "chat:write",
        "chat_update": "chat:write",
        "chat_delete": "chat:write",
        "conversations_open": "im:write",
        "conversations_history": "channels:history",
        "conversations_replies": "channels:history",
        "users_info": "users:read",
        "users_list": "users:read",
        "files_getUploadURLExternal": "files:write",
        "files_completeUploadExternal": "files:write",
        "files_delete": "files:write",
        "assistant_threads_setStatus": "assistant:write",
        "assistant_threads_setSuggestedPrompts": "assistant:write",
        "views_publish": "",
        "auth_test": "",
        "apps_connections_open": "",
    }
    folder = Path(app_module.__file__).parent
    source = "\n".join(file.read_text("utf-8") for file in folder.glob("*.py"))
    called = set(re.findall(r"client\.([a-z]+_[a-zA-Z_]+)\(", source))
    assert called == set(needs)
    asked = {scope.name for scope in SCOPES}
    assert {needs[method] for method in called} - {""} <= asked


def test_minimal_reads_no_channel() -> None:
    assert not [name for name in scopes(minimal=True) if name.endswith(":history") and name != "im:history"]
    assert [name for name in subscriptions(minimal=True, several=False) if name.startswith("message.")] == [
        "message.im"
    ]
    assert set(subscriptions(minimal=False, several=True)) == {*EVENTS, *MESSAGES, *ENDS} - {"message"}
    assert "channels:history" in scopes(minimal=False)


def test_the_table_names_every_scope_once(document: Document) -> None:
    bot = manifest(document, command="/hearings")["oauth_config"]["scopes"]["bot"]
    assert re.findall(r"^\| `([a-z_:]+)`", table(), re.MULTILINE) == bot
    assert "channels:history" not in table(minimal=True)


def test_the_guide_holds_the_table() -> None:
    assert table() in (ROOT / "docs" / "slack.md").read_text("utf-8")


def test_http_names_one_address_everywhere(document: Document) -> None:
    made = manifest(document, command="/hearings", url=f"{URL}/", install_url=URL)
    events = f"{URL}/slack/events"
    assert made["settings"]["event_subscriptions"]["request_url"] == events
    assert made["settings"]["interactivity"]["request_url"] == events
    assert made["features"]["slash_commands"][0]["url"] == events
    assert made["oauth_config"]["redirect_urls"] == [f"{URL}/slack/oauth_redirect"]
    assert made["settings"]["socket_mode_enabled"] is False


async def test_the_environment_switches_nothing_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """The SDK would take tokens from there, and an OAuth flow nobody asked for."""
    from adapters.slack.client import forget_environment

    for name in (
        "SLACK_BOT_TOKEN",
        "SLACK_SIGNING_SECRET",
        "SLACK_CLIENT_ID",
        "SLACK_CLIENT_SECRET",
        "SLACK_APP_TOKEN",
    ):
        monkeypatch.setenv(name, "from-elsewhere")
    forget_environment()

    async def token(team: str) -> str | None:
        return None

    async with ClientSession() as session:
        client = make_client(session, "http://127.0.0.1:9/api/", None)
        app = make_app(client, Workspaces(token, lambda secret: client), "signing")
        assert app.oauth_flow is None
        assert app.client.token is None


def test_the_command_prints_it(tmp_path: Path, document: Document) -> None:
    printed = hearings(tmp_path, "slack", "manifest", "--minimal", "--command", "ask")
    assert printed.returncode == 0, printed.stderr
    assert json.loads(printed.stdout) == manifest(document, command="/ask", minimal=True)
    assert hearings(tmp_path, "slack", "manifest", SLACK__MODE="http").returncode == 2
    assert hearings(tmp_path, "slack", "manifest", "--http", "http://bot.example.org").returncode == 2
    scopes_printed = hearings(tmp_path, "slack", "manifest", "--scopes")
    assert scopes_printed.stdout.strip() == table()
