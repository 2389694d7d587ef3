"""`digest list`: the digests of all rooms that the asker manages."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.commands.command import Command, Fact, Facts
from bot.hearing import Said
from bot.reply import Bullets, Heading, Reply, Text, Visibility
from corpus.patterns import lazy

_LIST = lazy(
    r"(?:(?:show|see|give|me|the|all|our|every|in|of)\s+)*(?:list|all|overview|everywhere|rooms|channels|(?:this|the|our|all)\s+(?:workspaces?|rooms?|channels?|server))"
    r"(?:\s+(?:digests?|of|all|the|them|here|in|this|our|workspace|rooms?|channels?))*",
    re.IGNORECASE,
)
#: Digests that are listed; more are counted.
LISTED = 100


@dataclass(frozen=True, slots=True)
class ListRequest:
    """All digests that the asker may know of."""


def parse_list(said: Said) -> ListRequest | None:
    """A message that begins with "digest" and asks for all of them."""
    return ListRequest() if _LIST.fullmatch(said.rest.strip(" .!?")) else None


def answer_list(request: ListRequest, facts: Facts) -> Reply:
    """Each digest with its room, its order and what comes next; only of rooms that the asker manages or ordered it in."""
    from bot.digests.say import coming, short
    from bot.digests.subscriptions import State

    assert facts.now
    going = [each for each in facts.digests.elsewhere if each.state in {State.ACTIVE, State.PAUSED}]
    if not going:
        text = "There is no digest in any room that you manage, and you have ordered none. To order one: digest daily at 9:00 Geneva"
        return Reply("digest", (Text(text),), visibility=Visibility.ASKER)
    lines = [
        f"{'Here' if each.room == facts.room else each.room.id}: {short(each.order)}. {coming(each, facts.now, to_the_end=False)}"
        for each in going
    ]
    count = f"{len(going)} digest{'' if len(going) == 1 else 's'}"
    heading = f"{count} in the rooms that you manage or ordered one in"
    more = (Text(f"The first {LISTED} of them:"),) if len(going) > LISTED else ()
    return Reply("digest", (Heading(heading), *more, Bullets(tuple(lines[:LISTED]))), visibility=Visibility.ASKER)


DIGEST_LIST = Command(
    name="digest-list",
    usage="digest list",
    summary="The digests of all rooms that you manage.",
    examples=("digest list", "digests in all rooms"),
    answer=answer_list,
    words=("digest", "digests"),
    parse=parse_list,
    needs=frozenset({Fact.NOW, Fact.DIGESTS, Fact.ALL_DIGESTS}),
)
