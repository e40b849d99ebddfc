"""How Alembic runs a step: on the connection that `config/migrations` hands over, inside its transaction.

Types are written into steps as the database has them, so that a step means the same when the code has moved on.
"""

from typing import Any, Literal

from alembic import context
from sqlalchemy import Enum

from config.database import Base, UtcDateTime
from config.migrations import of_the_models


def write_type(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Write our types by what they are in the database; the others as Alembic does."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, Enum):
        return f"sa.String(length={item.length})"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    compare_type=True,
    compare_server_default=True,
    include_name=of_the_models,
    render_item=write_type,
    # SQLite cannot alter a column in place: Alembic copies the table.
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
