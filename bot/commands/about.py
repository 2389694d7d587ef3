"""`about`, `privacy`: what this document is and where it comes from; what is kept of what people write."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.commands.command import Command, Facts
from bot.hearing import Said
from bot.reply import Bullets, Choice, Choices, Heading, Reply, Text, Visibility
from corpus.library import checksum
from corpus.patterns import lazy

_ABOUT = lazy(
    r"(?:about(?: (?:this|the) (?:bot|document|summary)| you| yourself)?|source|version|checksum|"
    r"(?:who|what) are you|what(?:'s| is) (?:this|this (?:bot|document)|the document|the source)(?: about)?|what (?:document|text) (?:is (?:this|it)|do you (?:have|know|serve))|"
    r"what is (?:the|this) (?:document|summary|text|paper)(?: (?:called|about))?|which document(?: is (?:this|it)| do you have)?|"
    r"(?:what(?:'s| is| was)|is there|who(?:'s| is| was)|give me)?\s*(?:the |an? )?(?:un )?(?:document|official|doc)?\s*(?:symbol|number|author|title|publisher|source|version|language)(?: (?:of|for) (?:the|this) (?:document|summary|text|doc|hearings))?|"
    r"who (?:wrote|authored|published|made|drafted) (?:this|it|the (?:document|summary|text))|"
    r"(?:the )?(?:source|checksum)(?: of the text)?)[\s?.!]*",
    re.IGNORECASE,
)
_PRIVACY = lazy(
    r"(?:privacy(?: policy)?|gdpr|(?:do|does|did|will) (?:you|it|the bot) (?:store|keep|log|save|record|remember)\b.{0,60}|"
    r"what (?:do|does) (?:you|it|the bot) (?:store|keep|log|save|record|remember)\b.{0,60}|(?:are|is) (?:my|our) (?:messages?|questions?|data)\b.{0,60})[\s?.!]*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class AboutRequest:
    """The document served, and the program."""


@dataclass(frozen=True, slots=True)
class PrivacyRequest:
    """What is kept."""


def recognise_about(said: Said) -> AboutRequest | None:
    """A message that asks what this is."""
    return AboutRequest() if len(said.bare) < 90 and _ABOUT.fullmatch(said.bare) else None


def recognise_privacy(said: Said) -> PrivacyRequest | None:
    """A message that asks what is kept of what people write."""
    return PrivacyRequest() if len(said.bare) < 120 and _PRIVACY.fullmatch(said.bare) else None


def version() -> str:
    """The installed version of the program; "from a checkout" where none is installed."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("hearings-bot")
    except PackageNotFoundError:
        return "from a checkout"


def answer_about(request: AboutRequest, facts: Facts) -> Reply:
    """Title, date, size, source with checksum, what an editor added with its provenance, version."""
    document, edition = facts.document, facts.document.edition
    programme = document.programme
    size = f"{len(document.paragraphs)} paragraphs ({document.first} to {document.last}), {len(document.sections)} sections, "
    size += f"{len(document.notes)} footnote{'' if len(document.notes) == 1 else 's'}"
    if programme:
        size += f", a programme of {len(programme.items)} timed items"
    items = [size]
    if edition.date:
        items.append(f"Day reported: {edition.date.day} {edition.date:%B %Y}")
    items.append(f"Document symbol: {edition.symbol.value or 'none stated in the text'}")
    if edition.title.provenance:
        items.append(f"Title: {edition.title.provenance}")
    if document.zone.value and programme:
        items.append(f"Time zone of the programme: {document.zone.value}. {document.zone.provenance}")
    items.append(f"Text as received, SHA-256 {checksum(document)}")
    items.append(f"Hearings Bot {version()}")
    blocks = (
        Heading(edition.title.value or document.name),
        Text(
            "I quote this document word for word, with paragraph numbers, or say that it does not say. I know no other text."
        ),
        Bullets(tuple(items)),
        Choices(
            (Choice("All sections", "outline"), Choice("What I can do", "help"), Choice("What is kept", "privacy"))
        ),
    )
    return Reply("about", blocks)


def answer_privacy(request: PrivacyRequest, facts: Facts) -> Reply:
    """What is kept, and what never is."""
    return Reply(
        "privacy",
        (
            Heading("What is kept"),
            Bullets(
                (
                    "No text: nothing that you write and nothing that I quote is stored or logged.",
                    (
                        "For a room: its settings, who changed each last and when; who invited me; and which paragraphs were shown "
                        "last, and which come near to the last question, by number, so that “next” and “more” work."
                    ),
                    "For a person: the time zone that they chose, if any; in a direct chat, timezone off forgets it.",
                    (
                        "For a message that I answered: its id, who sent it and when, the ids of my answer and the paragraph numbers in it, "
                        "for 30 days, so that I can follow your edits, take my answer back when you delete the question, and list what was "
                        "shown. As long, in which threads I was asked for quiet."
                    ),
                    (
                        "For a digest: what was ordered, as paragraph numbers, days and a time zone; who ordered it and who changed it last; "
                        "and which paragraphs were posted when, until 90 days after it ends."
                    ),
                    "In the terminal: nothing on disk; the history of what you typed is in memory and ends with the conversation.",
                    "Nothing leaves this machine but the answers: no cloud service is asked.",
                )
            ),
        ),
        visibility=Visibility.ASKER,
    )


ABOUT = Command(
    name="about",
    usage="about",
    summary="What this document is, its source, checksum and version.",
    examples=("about", "what is this document?", "which document do you have?", "who are you?"),
    answer=answer_about,
    recognise=recognise_about,
)
PRIVACY = Command(
    name="privacy",
    usage="privacy",
    summary="What is kept of what people write: no text.",
    examples=("privacy", "do you store my messages?"),
    answer=answer_privacy,
    recognise=recognise_privacy,
)
