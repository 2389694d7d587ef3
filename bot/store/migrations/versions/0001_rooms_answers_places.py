"""Rooms, what was answered in them, where they stand, what they have chosen; people's zones; adapters' marks."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

KEY = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """The first tables."""
    op.create_table(
        "rooms",
        sa.Column("key", KEY, nullable=False),
        sa.Column("platform", sa.Text, nullable=False),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("inviter", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_rooms"),
        sa.UniqueConstraint("platform", "account", "id", name="uq_rooms_platform_account_id"),
    )
    op.create_table(
        "answers",
        sa.Column("key", KEY, nullable=False),
        sa.Column("room", KEY, nullable=False),
        sa.Column("message", sa.Text, nullable=False),
        sa.Column("thread", sa.Text, nullable=False),
        sa.Column("sender", sa.Text, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("visibility", sa.Text, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("delivered", sa.Boolean, nullable=False),
        sa.Column("numbers", sa.Text, nullable=False),
        sa.Column("before", sa.Text),
        sa.Column("after", sa.Text),
        sa.Column("contested", sa.Boolean, nullable=False),
        sa.Column("replied", sa.Boolean, nullable=False),
        sa.Column("withdrawn", sa.Boolean, nullable=False),
        sa.Column("removed", sa.Boolean, nullable=False),
        sa.Column("kept", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_answers"),
        sa.ForeignKeyConstraint(["room"], ["rooms.key"], name="fk_answers_room", ondelete="CASCADE"),
        sa.UniqueConstraint("room", "message", name="uq_answers_room_message"),
    )
    op.create_index("ix_answers_room_thread", "answers", ["room", "thread"])
    op.create_index(
        "ix_answers_uncontested",
        "answers",
        ["room", "sender"],
        sqlite_where=sa.text("contested = 0"),
        postgresql_where=sa.text("NOT contested"),
    )
    op.create_table(
        "parts",
        sa.Column("answer", KEY, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("sent", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("answer", "position", name="pk_parts"),
        sa.ForeignKeyConstraint(["answer"], ["answers.key"], name="fk_parts_answer", ondelete="CASCADE"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_parts_sent", "parts", ["sent"])
    op.create_table(
        "places",
        sa.Column("room", KEY, nullable=False),
        sa.Column("thread", sa.Text, nullable=False),
        sa.Column("place", sa.Text),
        sa.Column("hushed", sa.Boolean, nullable=False),
        sa.Column("kept", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("room", "thread", name="pk_places"),
        sa.ForeignKeyConstraint(["room"], ["rooms.key"], name="fk_places_room", ondelete="CASCADE"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "presses",
        sa.Column("room", KEY, nullable=False),
        sa.Column("delivery", sa.Text, nullable=False),
        sa.Column("kept", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("room", "delivery", name="pk_presses"),
        sa.ForeignKeyConstraint(["room"], ["rooms.key"], name="fk_presses_room", ondelete="CASCADE"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "settings",
        sa.Column("room", KEY, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.Column("changed_by", sa.Text, nullable=False),
        sa.Column("changed_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("room", "name", name="pk_settings"),
        sa.ForeignKeyConstraint(["room"], ["rooms.key"], name="fk_settings_room", ondelete="CASCADE"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "zones",
        sa.Column("platform", sa.Text, nullable=False),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("zone", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("platform", "account", "person", name="pk_zones"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "marks",
        sa.Column("platform", sa.Text, nullable=False),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("platform", "account", "name", name="pk_marks"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Not possible."""
    raise NotImplementedError("the first tables are all there is; delete the database instead")
