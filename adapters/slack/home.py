"""The App Home: what can be asked, whoever looks and their time zone, today's paragraph, and the digests they look after.

Source: https://docs.slack.dev/surfaces/app-home
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp
from slack_sdk.errors import SlackApiError

from adapters.slack.client import code_of
from adapters.slack.directory import SlackDirectory
from adapters.slack.drawing import buttons, choice_of
from adapters.slack.hearing import HomePress
from adapters.slack.limits import VIEW_BLOCKS, over_limits
from adapters.slack.pieces import pieces_of, rich
from adapters.slack.workspaces import Workspace
from bot.message import Room
from bot.ports import Store
from bot.reply import Block, Bullets, Choice, Heading, Text, passage
from corpus.document import Document

log = logging.getLogger(__name__)

PLATFORM = "slack"
#: Digests that are listed; the others are counted.
DIGESTS_AT_MOST = 20
#: A channel, and what is posted there.
Line = tuple[str, str]


class Home:
    """Shows the App Home to whoever opens it, and turns its page.

    Args:
        command: The slash command's name.
    """

    def __init__(self, document: Document, store: Store, directory: SlackDirectory, command: str) -> None:
        self._document = document
        self._store = store
        self._directory = directory
        self._command = command

    async def show(self, workspace: Workspace, user: str, number: int | None = None) -> None:
        """Show it to a person.

        Args:
            number: The paragraph in it; None for the one of today.
        """
        room = Room(PLATFORM, workspace.team, user)
        zone = await self._store.zone(room, user) or await self._directory.zone(room, user) or ""
        view = home(
            self._document,
            command=self._command,
            zone=zone,
            today=datetime.now(ZoneInfo(zone) if zone else UTC).date(),
            number=number,
            digests=await self._digests(workspace, user),
        )
        if found := over_limits(view):
            log.warning("the App Home could not be shown (over Slack's limits: %s)", found)
            return
        try:
            await workspace.client.views_publish(user_id=user, view=view)
        except SlackApiError as error:
            log.warning("the App Home could not be shown (%s)", code_of(error))
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            log.warning("the App Home could not be shown (%s)", type(error).__name__)

    async def turn(self, workspace: Workspace, press: HomePress) -> None:
        """Show whoever pressed a button the paragraph that it names."""
        choice = choice_of(press.action, press.value)
        number = choice.words.removeprefix("para ") if choice else ""
        if number.isdecimal() and int(number) in self._document:
            await self.show(workspace, press.sender, int(number))

    async def _digests(self, workspace: Workspace, user: str) -> list[Line]:
        """The digests that somebody ordered, or whose channel is theirs to manage."""
        from bot.digests.say import short
        from bot.digests.subscriptions import State

        found = await self._store.digests.of_account(PLATFORM, workspace.team)
        running = [each for each in found if each.state in {State.ACTIVE, State.PAUSED}]
        manages = {room: await self._directory.manages(room, user) for room in {each.room for each in running}}
        return [
            (each.room.id, f"{short(each.order)}{', paused' if each.state is State.PAUSED else ''}")
            for each in running
            if manages[each.room] or each.ordered_by == user
        ]


def paragraph_of(document: Document, day: date) -> int:
    """The paragraph of a day: the same for everybody, the next one tomorrow, and after the last the first again."""
    return document.first + day.toordinal() % len(document.paragraphs)


def home(
    document: Document,
    *,
    command: str,
    zone: str,
    today: date,
    number: int | None = None,
    digests: Sequence[Line] = (),
) -> dict[str, Any]:
    """The App Home as a view.

    Args:
        command: The slash command's name.
        zone: The time zone of whoever looks, as an IANA name; "" where it is not known.
        today: The date there.
        number: The paragraph to show; None for the one of today.
        digests: Those that whoever looks may change.
    """
    name = document.edition.short_title or document.name
    of_today = paragraph_of(document, today)
    shown = of_today if number is None else number
    about: list[Block] = [
        Heading(f"I quote the {name[:1].lower()}{name[1:]} word for word, with paragraph numbers."),
        Bullets(
            (
                f"Here, under Messages, write for example “para {document.middle}”, “topics”, or a question.",
                f"In a channel, mention me, and I answer in a thread; or use {command}, and only you see the answer.",
                "In a thread, choose Find in the document, in a message's menu.",
                *(
                    ["For the day's programme, write “schedule”, “schedule picture” or “schedule ics”."]
                    if document.programme
                    else []
                ),
                "“help” lists all that I answer, and “help digest” says how a channel gets some paragraphs a day.",
                "“about” says where the text comes from, and “privacy” what I keep.",
            )
        ),
        Text(f"Your time zone: {zone}. To change it, write “timezone” and a city to me.")
        if zone
        else Text("Your time zone is not known, so dates are those of UTC. Write “timezone” and a city to me."),
    ]
    day = f"{today:%A} {today.day} {today:%B %Y}"
    title = f"The paragraph of {day}" if shown == of_today else "Reading on"
    reading: list[Block] = [Heading(title), passage(document, shown)]
    blocks = [*rich(pieces_of(about), VIEW_BLOCKS), *rich(pieces_of(reading), VIEW_BLOCKS)]
    blocks += buttons(_ways(document, shown, of_today))
    return {"type": "home", "blocks": [*blocks, *_digests(digests)]}


def _ways(document: Document, shown: int, of_today: int) -> list[Choice]:
    ways = []
    if shown > document.first:
        ways.append(Choice(f"Previous: paragraph {shown - 1}", f"para {shown - 1}", turns=True))
    if shown < document.last:
        ways.append(Choice(f"Read on: paragraph {shown + 1}", f"para {shown + 1}", turns=True))
    if shown != of_today:
        ways.append(Choice(f"Today's: paragraph {of_today}", f"para {of_today}", turns=True))
    return ways


def _digests(lines: Sequence[Line]) -> list[dict[str, Any]]:
    """The digests of channels; nothing where there are none."""
    if not lines:
        return []
    left = len(lines) - DIGESTS_AT_MOST
    title = _section({"type": "text", "text": "Digests that you may change", "style": {"bold": True}})
    items = [
        _section({"type": "channel", "channel_id": channel}, {"type": "text", "text": f": {said}"})
        for channel, said in lines[:DIGESTS_AT_MOST]
    ]
    listed = {"type": "rich_text_list", "style": "bullet", "indent": 0, "elements": items}
    more = (
        [_section({"type": "text", "text": f"And {left} more; digest, in a channel, lists its own."})]
        if left > 0
        else []
    )
    return [{"type": "rich_text", "elements": [title, listed, *more]}]


def _section(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "rich_text_section", "elements": list(elements)}
