"""The app manifest: what Slack must know of the app, made from the listeners and commands that there are.

Source: https://docs.slack.dev/reference/app-manifest
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from adapters.slack.app import ENDS, EVENTS, EVENTS_PATH, SHORTCUT
from adapters.slack.oauth import REDIRECT_PATH
from adapters.slack.rooms import prompts
from corpus.document import Document

#: Where the manifest is pasted.
CREATE_URL = "https://api.slack.com/apps?new_app=1"
#: The longest texts of a manifest, in characters.
#: Source: https://docs.slack.dev/reference/app-manifest
NAME_AT_MOST = 35
DESCRIPTION_AT_MOST = 140


@dataclass(frozen=True, slots=True)
class Scope:
    """A permission: what it is for, what is lost without it, and whether it reads what people write in channels."""

    name: str
    reason: str
    lost: str
    history: bool = False
    optional: bool = False


#: The fewest permissions with which everything works.
SCOPES = (
    Scope("app_mentions:read", "to hear when it is mentioned", "mentions are not answered"),
    Scope("chat:write", "to answer, and to update and delete its answers", "nothing is answered but slash commands"),
    Scope("commands", "the slash command and the message shortcut", "neither is there"),
    Scope("im:history", "to hear direct messages, their edits and deletions", "direct messages are not answered"),
    Scope("im:write", "to send somebody an answer as a direct message", "“Send to my DM” does not work"),
    Scope(
        "files:write",
        "to send pictures and calendar files, and to take them back",
        "what would be a picture or a file comes in words",
    ),
    Scope(
        "users:read",
        "people's time zones, names and whether they are admins",
        "nobody's zone is known; only whoever invited the bot can set up a channel",
    ),
    Scope("channels:read", "to know when it joins or leaves a public channel", "it does not introduce itself there"),
    Scope("groups:read", "the same for private channels", "it does not introduce itself there"),
    Scope(
        "channels:history",
        "edits, deletions, follow-ups without a mention and `expand on` in public channels; and to make sure that no "
        "answer is posted twice",
        "none of these in public channels; an answer whose fate is not known is not posted again",
        history=True,
    ),
    Scope("groups:history", "the same in private channels", "the same, in private channels", history=True),
    Scope("mpim:history", "the same in group messages", "group messages are not heard", history=True),
    Scope(
        "assistant:write",
        "suggested prompts, and the note that it is at work, where the workspace has the agent view",
        "neither is shown",
        optional=True,
    ),
)
#: What a subscription is called for each kind of conversation that an event of the type `message` comes from.
MESSAGES = {"message.im": False, "message.channels": True, "message.groups": True, "message.mpim": True}


def scopes(*, minimal: bool) -> list[str]:
    """The names of the permissions that the bot asks for."""
    return [scope.name for scope in SCOPES if not scope.optional and not (minimal and scope.history)]


def subscriptions(*, minimal: bool, several: bool) -> list[str]:
    """The events that Slack is to send.

    Args:
        several: Whether the app is for several workspaces, which may take it away.
    """
    messages = [name for name, history in MESSAGES.items() if not (minimal and history)]
    others = [kind for kind in EVENTS if kind != "message"]
    return sorted([*messages, *others, *(ENDS if several else ())])


def manifest(
    document: Document,
    *,
    command: str,
    minimal: bool = False,
    url: str | None = None,
    install_url: str | None = None,
) -> dict[str, Any]:
    """The manifest.

    Args:
        command: The slash command's name, with its slash.
        minimal: Whether to do without reading what people write in channels.
        url: Where Slack reaches the bot over HTTP, without a path; None for Socket Mode.
        install_url: Where people install it themselves, without a path; None for one workspace.
    """
    title = document.edition.short_title or document.name
    about = f"Quotes the {title[:1].lower()}{title[1:]} word for word, with paragraph numbers."
    events = f"{url.rstrip('/')}{EVENTS_PATH}" if url else None
    request = {"request_url": events} if events else {}
    slash = {
        "command": command,
        "description": "Quote the document",
        "usage_hint": f"para {document.middle} | topics | a question | help",
        "should_escape": True,
    }
    oauth: dict[str, Any] = {"scopes": {"bot": scopes(minimal=minimal)}}
    optional = [scope.name for scope in SCOPES if scope.optional]
    oauth["scopes"]["bot"] += optional
    oauth["scopes"]["bot_optional"] = optional
    if install_url:
        oauth["redirect_urls"] = [f"{install_url.rstrip('/')}{REDIRECT_PATH}"]
    return {
        "_metadata": {"major_version": 2, "minor_version": 1},
        "display_information": {"name": "Hearings", "description": about[:DESCRIPTION_AT_MOST]},
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": "hearings", "always_online": True},
            "agent_view": {"agent_description": about[:DESCRIPTION_AT_MOST], "suggested_prompts": prompts(document)},
            "slash_commands": [{**slash, "url": events} if events else slash],
            "shortcuts": [
                {
                    "name": "Find in the document",
                    "type": "message",
                    "callback_id": SHORTCUT,
                    "description": "What the document says to this; only you see it",
                }
            ],
        },
        "oauth_config": oauth,
        "settings": {
            "event_subscriptions": {
                **request,
                "bot_events": subscriptions(minimal=minimal, several=install_url is not None),
            },
            "interactivity": {"is_enabled": True, **request},
            "org_deploy_enabled": False,
            "socket_mode_enabled": url is None,
            "token_rotation_enabled": False,
        },
    }


def table(*, minimal: bool = False) -> str:
    """What each permission is for, as a Markdown table."""
    rows = ["| scope | what for | without it |", "| --- | --- | --- |"]
    for scope in SCOPES:
        if not (minimal and scope.history):
            name = f"`{scope.name}`{' (optional)' if scope.optional else ''}"
            rows.append(f"| {name} | {scope.reason} | {scope.lost} |")
    return "\n".join(rows)
