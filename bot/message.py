"""What a person wrote, as an adapter hands it to the core."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

EPOCH = datetime.fromtimestamp(0, UTC)


@dataclass(frozen=True, slots=True)
class Room:
    """Where people talk: a Slack channel or direct message, a Matrix room, a terminal.

    Attributes:
        platform: "slack", "matrix" or "terminal".
        account: Whose eyes and mouth: a workspace, the bot's user, the terminal.
        id: The platform's own name for it.
    """

    platform: str
    account: str
    id: str


@dataclass(frozen=True, slots=True)
class Message:
    """A message that somebody sent.

    Attributes:
        text: What they wrote, without the mention of the bot or the prefix.
        sender: Who, as the platform names them.
        id: The message, unique in its room; an edit keeps it.
        thread: The root message of the thread it stands in; None outside any.
        version: 0 as first sent; an edit's is higher.
        delivery: The platform's name for this delivery, the same when it is repeated; "" if it has none.
        sent: When, in UTC.
        addressed: Whether it was meant for the bot: a mention, a prefix, a direct chat.
        direct: Whether nobody else is in the room.
        reply_to: The message that it replies to; None if it replies to none.
    """

    text: str
    sender: str
    room: Room
    id: str
    thread: str | None = None
    version: int = 0
    delivery: str = ""
    sent: datetime = EPOCH
    addressed: bool = True
    direct: bool = False
    reply_to: str | None = None
