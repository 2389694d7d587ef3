"""The tables: ids, numbers, settings and moments, nothing that a person wrote and none of the document's text.

A moment is a whole number of milliseconds since 1970 in UTC. `kept` is when a row was last written; what belongs to a
message goes some time after that. A room that ends takes its rows along; a room that moves changes its name alone.

A change here needs a migration beside it; see `migrations/`.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

#: A number that the database gives; SQLite does so to an INTEGER alone.
KEY = BigInteger().with_variant(Integer, "sqlite")


def _in_room(*, primary: bool = False) -> Column[int]:
    return Column("room", KEY, ForeignKey("rooms.key", ondelete="CASCADE"), primary_key=primary, nullable=False)


rooms = Table(
    "rooms",
    metadata,
    Column("key", KEY, primary_key=True),
    Column("platform", Text, nullable=False),
    Column("account", Text, nullable=False),
    Column("id", Text, nullable=False),
    Column("inviter", Text, nullable=False),  # "": not known
    UniqueConstraint("platform", "account", "id"),
)

answers = Table(
    "answers",
    metadata,
    Column("key", KEY, primary_key=True),
    _in_room(),
    Column("message", Text, nullable=False),
    Column("thread", Text, nullable=False),  # "": none
    Column("sender", Text, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("visibility", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("delivered", Boolean, nullable=False),
    Column("numbers", Text, nullable=False),  # "32,33"
    Column(
        "before", Text
    ),  # a place: "32,33", first and last, then all that was shown; ";13.0,57.1" what else may answer
    Column("after", Text),
    Column("contested", Boolean, nullable=False),
    Column("replied", Boolean, nullable=False),
    Column("withdrawn", Boolean, nullable=False),
    Column("removed", Boolean, nullable=False),
    Column("kept", BigInteger, nullable=False),
    UniqueConstraint("room", "message"),
)
Index(None, answers.c.room, answers.c.thread)
# Of uncontested answers alone. The migration says so; said here, it would load every PostgreSQL driver at each start.
Index("ix_answers_uncontested", answers.c.room, answers.c.sender)

#: The messages that an answer became.
parts = Table(
    "parts",
    metadata,
    Column("answer", KEY, ForeignKey("answers.key", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("sent", Text, nullable=False),
    Index(None, "sent"),
    sqlite_with_rowid=False,
)

#: Where the room (thread "") and its threads stand; `place` is empty where a thread was only hushed.
places = Table(
    "places",
    metadata,
    _in_room(primary=True),
    Column("thread", Text, primary_key=True),
    Column("place", Text),
    Column("hushed", Boolean, nullable=False),
    Column("kept", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

presses = Table(
    "presses",
    metadata,
    _in_room(primary=True),
    Column("delivery", Text, primary_key=True),
    Column("kept", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

settings = Table(
    "settings",
    metadata,
    _in_room(primary=True),
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
    Column("changed_by", Text, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

#: The time zones that people have chosen for themselves.
zones = Table(
    "zones",
    metadata,
    Column("platform", Text, primary_key=True),
    Column("account", Text, primary_key=True),
    Column("person", Text, primary_key=True),
    Column("zone", Text, nullable=False),
    sqlite_with_rowid=False,
)

#: How far an adapter has come, such as where in Matrix a sync goes on.
marks = Table(
    "marks",
    metadata,
    Column("platform", Text, primary_key=True),
    Column("account", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
    sqlite_with_rowid=False,
)

#: Standing orders for digests. A room that the bot leaves keeps its own, paused, so they do not hang on `rooms`.
subscriptions = Table(
    "subscriptions",
    metadata,
    Column("id", KEY, primary_key=True),
    Column("platform", Text, nullable=False),
    Column("account", Text, nullable=False),
    Column("room", Text, nullable=False),
    Column("order", Text, nullable=False),
    Column("made", Integer, nullable=False),
    Column("local_date", Text),  # 2026-11-24
    Column("next_date", Text),
    Column("next_due", BigInteger),  # empty: nothing comes by itself
    Column("owed", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("reason", Text),
    Column("until", Text),
    Column("ordered_by", Text, nullable=False),
    Column("changed_by", Text, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
    Column("before", Text),
    Column("version", Integer, nullable=False),
    Index(None, "platform", "next_due", "account"),
    Index(None, "platform", "account", "room"),
    sqlite_autoincrement=True,  # a number is never used again
)

#: One posting for each subscription and local date, whatever happens.
postings = Table(
    "postings",
    metadata,
    Column(
        "subscription", KEY, ForeignKey("subscriptions.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    ),
    Column("local_date", Text, primary_key=True),
    Column("paragraphs", Text, nullable=False),  # "32,33"
    Column("state", Text, nullable=False),
    Column("read", Integer, nullable=False),
    Column("of", Integer, nullable=False),
    Column("previous", Integer, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("due", BigInteger, nullable=False),
    Column("at", BigInteger),
    Column("sent", Text, nullable=False),
    Column("error", Text, nullable=False),
    Column("error_at", BigInteger),
    sqlite_with_rowid=False,
)

#: When a destination, an account of a platform, may be posted to again.
slots = Table(
    "slots",
    metadata,
    Column("platform", Text, primary_key=True),
    Column("account", Text, primary_key=True),
    Column("next", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

#: When each program that posts digests was last alive, by the name that it keeps over a restart.
replicas = Table(
    "replicas",
    metadata,
    Column("name", Text, primary_key=True),
    Column("seen", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
