"""Schools, the académie that owns them, and their staff."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "academy",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("sender", sa.String(length=320), nullable=False),
        sa.Column("preset", sa.String(length=32), nullable=False),
        sa.Column("policy_overrides", sa.JSON(), nullable=False),
        sa.Column("theme", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_academy")),
        sa.UniqueConstraint("code", name=op.f("uq_academy_code")),
    )
    op.create_table(
        "staff_member",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("last_signed_in_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("signed_out_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_member")),
        sa.UniqueConstraint("email", name=op.f("uq_staff_member_email")),
    )
    op.create_table(
        "school",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("academy_id", sa.Integer(), nullable=False),
        sa.Column("uai", sa.String(length=8), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("degree", sa.Integer(), nullable=False),
        sa.Column("city", sa.String(length=100), nullable=False),
        sa.Column("phone", sa.String(length=32), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("portal_url", sa.String(length=500), nullable=True),
        sa.Column("message", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["academy_id"], ["academy.id"], name=op.f("fk_school_academy_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_school")),
        sa.UniqueConstraint("uai", name=op.f("uq_school_uai")),
    )
    op.create_index(op.f("ix_school_academy_id"), "school", ["academy_id"], unique=False)
    op.create_table(
        "staff_role",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=True),
        sa.Column("academy_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["academy_id"], ["academy.id"], name=op.f("fk_staff_role_academy_id")),
        sa.ForeignKeyConstraint(["member_id"], ["staff_member.id"], name=op.f("fk_staff_role_member_id")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_staff_role_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_role")),
        sa.UniqueConstraint(
            "member_id", "role", "school_id", "academy_id", name=op.f("uq_staff_role_member_id_role_school_id_academy_id")
        ),
    )
    op.create_index(op.f("ix_staff_role_member_id"), "staff_role", ["member_id"], unique=False)


def downgrade() -> None:
    for name in ("staff_role", "school", "staff_member", "academy"):
        op.drop_table(name)
