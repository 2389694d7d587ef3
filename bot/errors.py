"""What a person can get wrong. Every message says what was found, what was expected and what to do."""


class BotError(Exception):
    """The root of this folder's errors."""


class UsageError(BotError):
    """A message that names a command and cannot be followed; the message shows how to write it."""


class NotThere(BotError):
    """A message that refers to what the document has not; the message says what it has."""


class MessageTooLong(BotError):
    """A message longer than the bot reads."""


class StoreError(BotError):
    """A store that cannot be opened, or belongs to a bot that runs; the message says what to do about it."""
