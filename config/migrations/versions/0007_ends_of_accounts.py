"""How accounts end: invalidated, warned, erased; and the same last mark for pupils and adults."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

COLUMNS = (
    ("account", "invalidated_at"),
    ("account", "first_warning_at"),
    ("account", "last_warning_at"),
    ("account", "erased_at"),
    ("pupil", "erased_at"),
    ("guardian", "erased_at"),
)


def upgrade() -> None:
    for table, column in COLUMNS:
        op.add_column(table, sa.Column(column, sa.DateTime(timezone=True), nullable=True))
    op.create_index(op.f("ix_child_link_guardian_id"), "child_link", ["guardian_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_child_link_guardian_id"), "child_link")
    for table, column in reversed(COLUMNS):
        op.drop_column(table, column)
