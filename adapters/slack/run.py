"""The bot in Slack, from its start to its end."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial

import aiohttp
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_sdk.errors import SlackApiError
from sqlalchemy.exc import SQLAlchemyError

from adapters.errors import AdapterError
from adapters.slack.app import EVENTS_PATH, Ended, Intake, make_app
from adapters.slack.client import code_of, forget_environment, make_client, make_session
from adapters.slack.deliver import Sender
from adapters.slack.directory import SlackDirectory
from adapters.slack.files import Files
from adapters.slack.home import PLATFORM, Home
from adapters.slack.manifest import scopes
from adapters.slack.oauth import INSTALL_PATH, REDIRECT_PATH, Installations, States, make_flow, make_tables
from adapters.slack.options import Options, insist_on_set_up
from adapters.slack.postings import SlackPoster
from adapters.slack.queues import Queues
from adapters.slack.relay import Relay
from adapters.slack.rooms import Rooms
from adapters.slack.workspaces import Workspaces
from bot.bot import Bot
from bot.digests.send import Poster
from bot.drawing.make import Maker
from bot.pace import Limits
from bot.store.database import engine_for
from bot.store.sql import SqlStore
from corpus.document import Document

log = logging.getLogger(__name__)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

#: Seconds that answers under way get when the bot is told to stop.
FINISH_SECONDS = 3.0
#: The largest request that is read; Slack's are far smaller.
REQUEST_AT_MOST = 1_000_000
#: Seconds between pings of the socket; four without an answer, and it is opened anew.
PING_SECONDS = 10


class CannotStart(AdapterError):
    """Slack does not take what the bot was given, or the port is taken."""


async def run_slack(
    document: Document,
    store: SqlStore,
    database_url: str,
    options: Options,
    limits: Limits | None,
    posters: dict[str, Poster],
    stop: asyncio.Event,
) -> None:
    """Answer in Slack, and let digests be posted there, until told to stop.

    Args:
        posters: Where it puts what posts, while it is connected.

    Raises:
        NotSetUp: Tokens or secrets are missing.
        NoWorkspace: Slack does not take the bot token, or cannot be reached.
        CannotStart: Slack does not take the app-level token, or the port is taken.
    """
    insist_on_set_up(options)
    forget_environment()
    logging.getLogger("slack_bolt").setLevel(logging.ERROR)  # its warnings tell programmers of events nobody takes
    async with make_session() as session:
        await _run(session, document, store, database_url, options, limits, posters, stop)


async def _taken_away(installations: Installations, store: SqlStore, team: str) -> None:
    """Forget a workspace that took the app away, and its digests."""
    await installations.ended(team)
    await store.digests.forget_account(PLATFORM, team)


async def _run(
    session: aiohttp.ClientSession,
    document: Document,
    store: SqlStore,
    database_url: str,
    options: Options,
    limits: Limits | None,
    posters: dict[str, Poster],
    stop: asyncio.Event,
) -> None:
    client = make_client(session, options.base_url, None)
    flow: AsyncOAuthFlow | None = None
    ended: Ended | None = None
    let_go: Callable[[], None] | None = None
    if options.several_workspaces:
        installations, states = await asyncio.to_thread(_stores, database_url, options.client_id)
        asks = f"{options.base_url.rstrip('/').removesuffix('/api')}/oauth/v2/authorize"
        wanted = scopes(minimal=options.minimal)
        flow = make_flow(client, installations, states, options.client_id, options.client_secret, wanted, asks)
        token, let_go = installations.token, installations.close
        ended = partial(_taken_away, installations, store)
    else:

        async def token(team: str) -> str | None:
            return options.bot_token

    workspaces = Workspaces(token, lambda secret: make_client(session, options.base_url, secret))
    name = "several workspaces"
    if not options.several_workspaces:
        workspace = await workspaces.learn(options.bot_token)
        name = f"{workspace.name or workspace.team} as {workspace.me}"
    directory = SlackDirectory(workspaces)
    bot = Bot(document, store, directory, lambda: datetime.now(UTC), limits, digests=options.digests, may=options.may)
    sender = Sender(session)
    home = Home(document, store, directory, options.command)
    relay = Relay(bot, store, sender, directory, Files(sender, Maker(document)), home)
    rooms = Rooms(bot, store, relay, directory, home, options.command)
    queues = Queues()
    app = make_app(client, workspaces, options.signing_secret)
    intake = Intake(relay, rooms, workspaces, queues, ended)
    intake.listen(app, options.command)
    poster = SlackPoster(session, options.base_url, workspaces)
    try:
        async with _serving(app if options.mode == "http" else None, flow, options) as address:
            if options.mode == "http":
                posters[PLATFORM] = poster
                log.info("ready: in %s, at %s", name, address)
                await stop.wait()
            else:
                async with _socket(app, options.app_token):
                    posters[PLATFORM] = poster
                    log.info("ready: in %s, by a socket%s", name, f", installing at {address}" if address else "")
                    await stop.wait()
            log.info("stopping")
    finally:
        posters.pop(PLATFORM, None)
        await queues.close(FINISH_SECONDS)
        if let_go:
            await asyncio.to_thread(let_go)


def _stores(url: str, client_id: str) -> tuple[Installations, States]:
    """Where installations are kept, with their tables.

    Raises:
        CannotStart: The database does not take them.
    """
    engine = engine_for(url)
    try:
        make_tables(engine)
    except SQLAlchemyError as error:
        engine.dispose()
        raise CannotStart(f"the tables for installations cannot be made ({type(error).__name__})") from None
    return Installations(engine, client_id), States(engine)


@asynccontextmanager
async def _socket(app: AsyncApp, app_token: str) -> AsyncIterator[None]:
    """A socket to Slack, opened anew whenever it ends.

    Raises:
        CannotStart: Slack does not take the token.
    """
    handler = AsyncSocketModeHandler(app, app_token, ping_interval=PING_SECONDS)
    socket = handler.client
    try:
        try:
            opened = await socket.web_client.apps_connections_open(app_token=app_token)
        except SlackApiError as error:
            mend = "expected an app-level token with the scope connections:write"
            raise CannotStart(f"Slack opens no socket ({code_of(error)}); {mend}, as slack.app_token") from None
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise CannotStart(f"Slack cannot be reached ({type(error).__name__})") from None
        socket.wss_uri = str(opened["url"])
        await socket.connect()  # type: ignore[no-untyped-call]
        yield
    finally:
        await socket.close()  # type: ignore[no-untyped-call]


@asynccontextmanager
async def _serving(app: AsyncApp | None, flow: AsyncOAuthFlow | None, options: Options) -> AsyncIterator[str]:
    """A server for Slack's requests and for people who install; its URL, or "" where nothing is to be served.

    Raises:
        CannotStart: The port cannot be listened on.
    """
    if app is None and flow is None:
        yield ""
        return
    server = web.Application(client_max_size=REQUEST_AT_MOST)
    if app is not None:
        server.router.add_post(EVENTS_PATH, _taking(app))
    if flow is not None:
        server.router.add_get(INSTALL_PATH, _installing(flow))
        server.router.add_get(REDIRECT_PATH, _returning(flow))
    runner = web.AppRunner(server, access_log=None, handle_signals=False)
    await runner.setup()
    try:
        site = web.TCPSite(runner, options.host, options.port)
        try:
            await site.start()
        except OSError as error:
            where = f"{options.host}:{options.port}"
            raise CannotStart(
                f"{where} cannot be listened on ({error.strerror}); set slack.host and slack.port"
            ) from None
        host, port = runner.addresses[0][:2]
        yield f"http://{host}:{port}"
    finally:
        await runner.cleanup()


def _taking(app: AsyncApp) -> Handler:
    async def take(request: web.Request) -> web.StreamResponse:
        return await to_aiohttp_response(await app.async_dispatch(await to_bolt_request(request)))

    return take


def _installing(flow: AsyncOAuthFlow) -> Handler:
    async def install(request: web.Request) -> web.StreamResponse:
        return await to_aiohttp_response(await flow.handle_installation(await to_bolt_request(request)))

    return install


def _returning(flow: AsyncOAuthFlow) -> Handler:
    async def returned(request: web.Request) -> web.StreamResponse:
        return await to_aiohttp_response(await flow.handle_callback(await to_bolt_request(request)))

    return returned
