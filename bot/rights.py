"""Who may change what a room has chosen; digests follow the same rule."""

from __future__ import annotations

from bot.commands.command import Rights
from bot.message import Message
from bot.ports import Directory, Store


async def rights_of(message: Message, store: Store, directory: Directory) -> Rights:
    """The rights of a message's sender: managers and whoever invited the bot; in a direct chat, the person in it."""
    inviter = await store.inviter(message.room)
    may = message.direct or message.sender == inviter or await directory.manages(message.room, message.sender)
    return Rights(may, inviter)
