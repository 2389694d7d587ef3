"""What the bot says once when it joins a room: what it answers, three examples, who sets it up."""

from __future__ import annotations

from bot.reply import Reply, Text
from corpus.document import Document


def introduce(document: Document, *, address: str, inviter: str, direct: bool) -> Reply:
    """One short notice.

    Args:
        address: How to speak to the bot in a shared room: "mention me, or begin with !hearings".
        inviter: Who invited the bot, as the platform names them; "" if it is not known.
    """
    name = document.edition.short_title or document.name
    examples = [f"para {document.middle}", "topics", "schedule" if document.programme else "outline"]
    how = "Write to me" if direct else f"To ask me, {address}"
    who = "Managers of this room" + (f", and {inviter}, who invited me," if inviter else "")
    setting = "" if direct else f" {who} can set me up: settings."
    text = (
        f"I quote the {name[:1].lower()}{name[1:]} word for word, with paragraph numbers. "
        f"{how}, for example: {', '.join(examples)}; or ask a question. help lists all.{setting}"
    )
    return Reply("introduction", (Text(text),))
