"""Standing orders for digests, the record of each posting, when a destination may be posted to, who is alive."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

KEY = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """The tables of digests; nothing of the earlier ones changes."""
    op.create_table(
        "subscriptions",
        sa.Column("id", KEY, nullable=False),
        sa.Column("platform", sa.Text, nullable=False),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("room", sa.Text, nullable=False),
        sa.Column("order", sa.Text, nullable=False),
        sa.Column("made", sa.Integer, nullable=False),
        sa.Column("local_date", sa.Text),
        sa.Column("next_date", sa.Text),
        sa.Column("next_due", sa.BigInteger),
        sa.Column("owed", sa.Integer, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("until", sa.Text),
        sa.Column("ordered_by", sa.Text, nullable=False),
        sa.Column("changed_by", sa.Text, nullable=False),
        sa.Column("changed_at", sa.BigInteger, nullable=False),
        sa.Column("before", sa.Text),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_subscriptions"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_subscriptions_platform_next_due_account", "subscriptions", ["platform", "next_due", "account"])
    op.create_index("ix_subscriptions_platform_account_room", "subscriptions", ["platform", "account", "room"])
    op.create_table(
        "postings",
        sa.Column("subscription", KEY, nullable=False, autoincrement=False),
        sa.Column("local_date", sa.Text, nullable=False),
        sa.Column("paragraphs", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("read", sa.Integer, nullable=False),
        sa.Column("of", sa.Integer, nullable=False),
        sa.Column("previous", sa.Integer, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("due", sa.BigInteger, nullable=False),
        sa.Column("at", sa.BigInteger),
        sa.Column("sent", sa.Text, nullable=False),
        sa.Column("error", sa.Text, nullable=False),
        sa.Column("error_at", sa.BigInteger),
        sa.PrimaryKeyConstraint("subscription", "local_date", name="pk_postings"),
        sa.ForeignKeyConstraint(
            ["subscription"], ["subscriptions.id"], name="fk_postings_subscription", ondelete="CASCADE"
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "slots",
        sa.Column("platform", sa.Text, nullable=False),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("next", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("platform", "account", name="pk_slots"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "replicas",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("seen", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_replicas"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Not possible."""
    raise NotImplementedError("an older program cannot keep digests; go back to a backup instead")
