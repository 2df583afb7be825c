"""Alembic's entry: run the revisions on the connection handed over by `portal.migrations.upgrade`."""

from alembic import context

import portal.alert_tables
import portal.loyalty_tables
import portal.plan_tables
import portal.upload_tables  # noqa: F401 - its tables belong to the metadata
from portal.models import Record

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Record.metadata,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
