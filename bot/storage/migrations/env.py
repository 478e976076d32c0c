"""Runs migrations on the connection that bot.storage.migrate hands over."""

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=None,
    # Both databases take back schema changes with the transaction they were made in.
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
