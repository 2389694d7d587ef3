"""The workspaces that the bot is in: who it is there, and the client that speaks for it."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

import aiohttp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.errors import AdapterError
from adapters.slack.client import code_of

log = logging.getLogger(__name__)


class NoWorkspace(AdapterError):
    """A token that Slack does not take, or a Slack that cannot be reached."""


@dataclass(frozen=True, slots=True)
class Workspace:
    """A workspace.

    Attributes:
        me: The bot's user id there.
        bot: Its id among the workspace's bots.
        url: Where the workspace is, such as https://example.slack.com/.
        granted: The token's permissions, as Slack named them when it was first used; None if it did not.
    """

    team: str
    me: str
    bot: str
    url: str
    name: str
    client: AsyncWebClient
    granted: frozenset[str] | None = None

    def authorized(self) -> AuthorizeResult:
        """The same, as Bolt asks for it."""
        return AuthorizeResult(
            enterprise_id=None, team_id=self.team, bot_user_id=self.me, bot_id=self.bot, bot_token=self.client.token
        )


class Workspaces:
    """Knows each workspace once its token was seen.

    Args:
        token: The token of a workspace, or None where the bot is not installed.
        make_client: A client with a token.
    """

    def __init__(
        self, token: Callable[[str], Awaitable[str | None]], make_client: Callable[[str], AsyncWebClient]
    ) -> None:
        self._token = token
        self._make_client = make_client
        self._known: dict[str, Workspace] = {}

    async def find(self, team: str) -> Workspace | None:
        """A workspace; None where the bot is not installed.

        Raises:
            NoWorkspace: Its token is no longer taken.
        """
        if known := self._known.get(team):
            return known
        token = await self._token(team)
        return await self.learn(token) if token else None

    async def learn(self, token: str) -> Workspace:
        """The workspace of a token.

        Raises:
            NoWorkspace: Slack does not take it, or cannot be reached.
        """
        client = self._make_client(token)
        try:
            said = await client.auth_test()
        except SlackApiError as error:
            mend = "; make a new one under OAuth & Permissions" if code_of(error) in WRONG_TOKEN else ""
            raise NoWorkspace(f"Slack does not take the bot token ({code_of(error)}){mend}") from None
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise NoWorkspace(f"Slack cannot be reached at {client.base_url} ({type(error).__name__})") from None
        found = Workspace(
            str(said["team_id"]),
            str(said["user_id"]),
            str(said.get("bot_id") or ""),
            str(said.get("url") or ""),
            str(said.get("team") or ""),
            client,
            _granted(said.headers),
        )
        self._known[found.team] = found
        return found

    def known(self, team: str) -> Workspace | None:
        """A workspace that was seen."""
        return self._known.get(team)

    def forget(self, team: str) -> None:
        """Forget a workspace whose token ended; the next look finds the new one."""
        self._known.pop(team, None)


def _granted(headers: Mapping[str, str]) -> frozenset[str] | None:
    """The permissions that a header of every answer names.

    Source: https://docs.slack.dev/authentication/tokens#determining_which_scopes_you_have
    """
    named = next((value for name, value in headers.items() if name.lower() == "x-oauth-scopes"), None)
    return None if named is None else frozenset(name.strip() for name in named.split(","))


#: What Slack says of tokens that will not do again.
#: Source: https://docs.slack.dev/reference/methods/auth.test, "Errors"
WRONG_TOKEN = frozenset({"invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive"})
