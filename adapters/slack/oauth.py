"""Several workspaces: people install the app themselves, and their tokens are kept in the bot's own database.

The SDK's store for SQLAlchemy needs an asynchronous driver for each kind of database, and keeps some thirty columns, among
them who installed the app and people's own tokens. The bot needs one token a workspace; so that is kept here, and run in a
thread, since it is read only when a workspace is seen for the first time.

The two tables are made here and not by the store's migrations: the store knows no platform, and who serves one workspace
has no use for them. They are as plain as can be; where they have to change, they get other names and their rows carried over.
Source: https://docs.slack.dev/authentication/installing-with-oauth
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections.abc import Sequence

from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_sdk.oauth.installation_store import Installation
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import BigInteger, Column, ColumnElement, Engine, MetaData, Table, Text, delete, insert, select

log = logging.getLogger(__name__)

#: Seconds that a person has between opening the install page and coming back from Slack.
STATE_SECONDS = 600
INSTALL_PATH = "/slack/install"
REDIRECT_PATH = "/slack/oauth_redirect"

_metadata = MetaData()
#: The bot's token in each workspace that installed it, by the app's client id.
_installations = Table(
    "slack_installations",
    _metadata,
    Column("client_id", Text, primary_key=True),
    Column("team", Text, primary_key=True),
    Column("bot_token", Text, nullable=False),
)
#: What ties a person's way back from Slack to their way there, and until when, in seconds since 1970.
_states = Table(
    "slack_oauth_states",
    _metadata,
    Column("state", Text, primary_key=True),
    Column("until", BigInteger, nullable=False),
)


class Installations(AsyncInstallationStore):
    """Who installed the app."""

    def __init__(self, engine: Engine, client_id: str) -> None:
        self._engine = engine
        self._client_id = client_id

    @property
    def logger(self) -> logging.Logger:
        """The log."""
        return log

    async def token(self, team: str) -> str | None:
        """The bot's token in a workspace; None where it is not installed."""
        found = select(_installations.c.bot_token).where(*self._of(team))

        def job() -> str | None:
            with self._engine.connect() as connection:
                token: str | None = connection.execute(found).scalar()
                return token

        return await asyncio.to_thread(job)

    async def ended(self, team: str) -> None:
        """Forget a workspace that took the app away."""

        def job() -> None:
            with self._engine.begin() as connection:
                connection.execute(delete(_installations).where(*self._of(team)))

        await asyncio.to_thread(job)
        log.info("%s: the app was taken away, and its token is forgotten", team)

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    async def async_save(self, installation: Installation) -> None:
        """Remember a workspace's token, in place of an earlier one."""
        team, token = installation.team_id or "", installation.bot_token or ""
        row = {"client_id": self._client_id, "team": team, "bot_token": token}

        def job() -> None:
            with self._engine.begin() as connection:
                connection.execute(delete(_installations).where(*self._of(team)))
                connection.execute(insert(_installations), row)

        await asyncio.to_thread(job)
        log.info("%s: installed", team)

    def _of(self, team: str) -> tuple[ColumnElement[bool], ...]:
        return _installations.c.client_id == self._client_id, _installations.c.team == team


class States(AsyncOAuthStateStore):
    """What ties people's ways back from Slack to their ways there; each serves once."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @property
    def logger(self) -> logging.Logger:
        """The log."""
        return log

    async def async_issue(self, *args: object, **kwargs: object) -> str:
        """A new one."""
        state, now = secrets.token_urlsafe(24), int(time.time())

        def job() -> None:
            with self._engine.begin() as connection:
                connection.execute(delete(_states).where(_states.c.until < now))
                connection.execute(insert(_states), {"state": state, "until": now + STATE_SECONDS})

        await asyncio.to_thread(job)
        return state

    async def async_consume(self, state: str) -> bool:
        """Whether it was issued, is not too old, and was not taken before."""
        now = int(time.time())
        known = delete(_states).where(_states.c.state == state, _states.c.until >= now)

        def job() -> bool:
            with self._engine.begin() as connection:
                return connection.execute(known).rowcount == 1

        return await asyncio.to_thread(job)


def make_tables(engine: Engine) -> None:
    """Make what is missing of the tables."""
    _metadata.create_all(engine, checkfirst=True)


def make_flow(
    client: AsyncWebClient,
    installations: Installations,
    states: States,
    client_id: str,
    client_secret: str,
    scopes: Sequence[str],
    authorization_url: str,
) -> AsyncOAuthFlow:
    """The way of a person who installs the app, at INSTALL_PATH and back at REDIRECT_PATH.

    Args:
        authorization_url: Where Slack asks them whether they will.
    """
    settings = AsyncOAuthSettings(
        client_id=client_id,
        client_secret=client_secret,
        scopes=list(scopes),
        install_path=INSTALL_PATH,
        redirect_uri_path=REDIRECT_PATH,
        installation_store=installations,
        state_store=states,
        state_expiration_seconds=STATE_SECONDS,
        authorization_url=authorization_url,
    )
    return AsyncOAuthFlow(client=client, logger=log, settings=settings)
