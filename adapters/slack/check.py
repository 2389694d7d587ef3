"""What is well and what is wrong in Slack. Everything is read; it works beside a running bot."""

from __future__ import annotations

import aiohttp
from slack_sdk.errors import SlackApiError

from adapters.check import Finding
from adapters.slack.client import code_of, make_client, make_session
from adapters.slack.manifest import SCOPES
from adapters.slack.options import Options, faults
from adapters.slack.workspaces import NoWorkspace, Workspaces

NOT_SET_UP = "not set up; `hearings slack manifest` begins it, and the README goes on"


async def check_slack(options: Options) -> list[Finding]:
    """The settings, the tokens and the permissions; one line where nobody has set up Slack."""
    if not options.set_up:
        return [Finding("Slack", NOT_SET_UP)]
    if found := faults(options):
        return [Finding("Slack settings", "; ".join(found), well=False)]
    findings = [Finding("Slack settings", f"mode {options.mode}")]
    async with make_session() as session:
        if options.mode == "socket":
            findings.append(await _socket(session, options))
        if options.bot_token:
            findings += await _workspace(session, options)
        else:
            findings.append(Finding("Slack workspaces", "each is asked when it is first seen"))
    return findings


async def _socket(session: aiohttp.ClientSession, options: Options) -> Finding:
    client = make_client(session, options.base_url, None)
    try:
        await client.apps_connections_open(app_token=options.app_token)
    except SlackApiError as error:
        mend = "make one with the scope connections:write under Basic Information, App-Level Tokens"
        return Finding("Slack app token", f"Slack does not take it ({code_of(error)}); {mend}", well=False)
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        return Finding("Slack app token", f"Slack cannot be reached ({type(error).__name__})", well=False)
    return Finding("Slack app token", "valid")


async def _workspace(session: aiohttp.ClientSession, options: Options) -> list[Finding]:
    async def token(_team: str) -> str | None:
        return None

    workspaces = Workspaces(token, lambda secret: make_client(session, options.base_url, secret))
    try:
        workspace = await workspaces.learn(options.bot_token)
    except NoWorkspace as error:
        return [Finding("Slack bot token", str(error), well=False)]
    found = Finding("Slack bot token", f"{workspace.name or workspace.team}, as {workspace.me}")
    return [found, _permissions(workspace.granted, minimal=options.minimal)]


def _permissions(granted: frozenset[str] | None, *, minimal: bool) -> Finding:
    """What the token may do."""
    if granted is None:
        return Finding("Slack permissions", "Slack does not say which")
    wanted = [scope for scope in SCOPES if not scope.optional and not (minimal and scope.history)]
    missing = [scope for scope in wanted if scope.name not in granted]
    if not missing:
        return Finding("Slack permissions", f"all {len(wanted)} that are needed")
    said_of = "; ".join(f"{scope.name} is missing: {scope.lost}" for scope in missing)
    mend = "paste the manifest (`hearings slack manifest`) into the app's settings, and install it again"
    return Finding("Slack permissions", f"{said_of}; {mend}", well=False)
