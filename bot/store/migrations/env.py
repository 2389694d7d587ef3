"""What Alembic runs: the migrations, inside the transaction that `bot/store/schema.py` has begun."""

from alembic import context

from bot.store.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
