"""Who may change what a room has chosen; digests follow the same rule."""

from __future__ import annotations

from bot.commands.command import Rights
from bot.message import Message
from bot.ports import Directory, Store

#: In place of people: everybody who belongs to the account.
ANYONE = "anyone"


async def rights_of(message: Message, store: Store, directory: Directory, may: tuple[str, ...] = ()) -> Rights:
    """The rights of a message's sender: managers and whoever invited the bot; in a direct chat, the person in it.

    Args:
        may: Who may as well, as the platform names them, or `ANYONE`; never guests or people from elsewhere.
    """
    room, sender = message.room, message.sender
    inviter = await store.inviter(room)
    always = message.direct or sender == inviter or await directory.manages(room, sender)
    named = not always and (ANYONE in may or sender in may)
    return Rights(always or (named and await directory.belongs(room, sender)), inviter)
