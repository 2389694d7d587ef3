"""The one table of commands: help, the documentation and the platforms' menus are made from it.

The order is the order of understanding: the first command that recognises a message answers it.
"""

from bot.commands.about import ABOUT, PRIVACY
from bot.commands.answers import ANSWERS
from bot.commands.calendar import CALENDAR
from bot.commands.check import CHECK
from bot.commands.cite import CITE
from bot.commands.command import Command
from bot.commands.compare import COMPARE
from bot.commands.digest import DIGEST
from bot.commands.digest_list import DIGEST_LIST
from bot.commands.digest_past import DIGEST_PAST
from bot.commands.document import DOCUMENT
from bot.commands.expand import EXPAND
from bot.commands.help import HELP
from bot.commands.map import MAP
from bot.commands.more import MORE
from bot.commands.move import MOVE
from bot.commands.note import NOTE
from bot.commands.outline import OUTLINE
from bot.commands.paragraph import PARAGRAPH
from bot.commands.picture import PICTURE
from bot.commands.question import QUESTION
from bot.commands.quiet import QUIET
from bot.commands.quote import QUOTE
from bot.commands.recent import RECENT
from bot.commands.schedule import SCHEDULE
from bot.commands.search import SEARCH
from bot.commands.section import SECTION
from bot.commands.settings import SETTINGS
from bot.commands.smalltalk import SMALLTALK
from bot.commands.timezone import TIMEZONE
from bot.commands.topic import TOPIC

COMMANDS: tuple[Command, ...] = (
    PICTURE,
    CALENDAR,
    MAP,
    TIMEZONE,
    QUIET,
    EXPAND,
    ANSWERS,
    SETTINGS,
    RECENT,
    DIGEST_PAST,
    DIGEST_LIST,
    DIGEST,
    MORE,
    DOCUMENT,
    SMALLTALK,
    CHECK,
    COMPARE,
    QUOTE,
    CITE,
    PARAGRAPH,
    MOVE,
    SECTION,
    OUTLINE,
    NOTE,
    HELP,
    ABOUT,
    PRIVACY,
    SCHEDULE,
    TOPIC,
    SEARCH,
    QUESTION,
)

#: In the order in which people are shown them.
SHOWN: tuple[Command, ...] = (
    PARAGRAPH,
    MOVE,
    SECTION,
    OUTLINE,
    QUESTION,
    MORE,
    TOPIC,
    MAP,
    SEARCH,
    SCHEDULE,
    PICTURE,
    CALENDAR,
    QUOTE,
    CITE,
    CHECK,
    COMPARE,
    NOTE,
    RECENT,
    DIGEST,
    DIGEST_PAST,
    DIGEST_LIST,
    TIMEZONE,
    SETTINGS,
    EXPAND,
    QUIET,
    ANSWERS,
    HELP,
    DOCUMENT,
    ABOUT,
    PRIVACY,
)
