"""Accounts, the pupils and guardians that they stand for, and refusals."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "login_name",
        sa.Column("login", sa.String(length=120), nullable=False),
        sa.Column("base", sa.String(length=110), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("login", name=op.f("pk_login_name")),
    )
    op.create_index(op.f("ix_login_name_base"), "login_name", ["base"], unique=False)
    op.create_table(
        "account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("academy_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("login", sa.String(length=120), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_name", sa.String(length=100), nullable=False),
        sa.Column("first_name", sa.String(length=100), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("password_changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("email", sa.String(length=320), nullable=True),
        sa.Column("email_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmation_serial", sa.Integer(), nullable=False),
        sa.Column("confirmation_expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("notification_expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first_connection_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_signed_in_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("signed_out_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("language", sa.String(length=5), nullable=True),
        sa.Column("principal_id", sa.Integer(), nullable=True),
        sa.Column("merged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["academy_id"], ["academy.id"], name=op.f("fk_account_academy_id")),
        sa.ForeignKeyConstraint(["login"], ["login_name.login"], name=op.f("fk_account_login")),
        sa.ForeignKeyConstraint(["principal_id"], ["account.id"], name=op.f("fk_account_principal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("login", name=op.f("uq_account_login")),
    )
    op.create_index(op.f("ix_account_email"), "account", ["email"], unique=False)
    op.create_table(
        "guardian",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("academy_id", sa.Integer(), nullable=False),
        sa.Column("personne_id", sa.Integer(), nullable=False),
        sa.Column("last_name", sa.String(length=100), nullable=False),
        sa.Column("first_name", sa.String(length=100), nullable=False),
        sa.Column("usage_name", sa.String(length=100), nullable=False),
        sa.Column("civility", sa.String(length=10), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("mobile", sa.String(length=20), nullable=False),
        sa.Column("postal_code", sa.String(length=10), nullable=False),
        sa.ForeignKeyConstraint(["academy_id"], ["academy.id"], name=op.f("fk_guardian_academy_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guardian")),
        sa.UniqueConstraint("academy_id", "personne_id", name=op.f("uq_guardian_academy_id_personne_id")),
    )
    op.create_table(
        "pupil",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("academy_id", sa.Integer(), nullable=False),
        sa.Column("eleve_id", sa.Integer(), nullable=False),
        sa.Column("last_name", sa.String(length=100), nullable=False),
        sa.Column("first_name", sa.String(length=100), nullable=False),
        sa.Column("birth_date", sa.Date(), nullable=False),
        sa.Column("usage_name", sa.String(length=100), nullable=False),
        sa.Column("ine_hash", sa.String(length=64), nullable=True),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("postal_code", sa.String(length=10), nullable=False),
        sa.ForeignKeyConstraint(["academy_id"], ["academy.id"], name=op.f("fk_pupil_academy_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pupil")),
        sa.UniqueConstraint("academy_id", "eleve_id", name=op.f("uq_pupil_academy_id_eleve_id")),
    )
    op.create_table(
        "child_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("issued_account_id", sa.Integer(), nullable=False),
        sa.Column("pupil_id", sa.Integer(), nullable=False),
        sa.Column("guardian_id", sa.Integer(), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_child_link_account_id")),
        sa.ForeignKeyConstraint(["guardian_id"], ["guardian.id"], name=op.f("fk_child_link_guardian_id")),
        sa.ForeignKeyConstraint(["issued_account_id"], ["account.id"], name=op.f("fk_child_link_issued_account_id")),
        sa.ForeignKeyConstraint(["pupil_id"], ["pupil.id"], name=op.f("fk_child_link_pupil_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_child_link")),
        sa.UniqueConstraint("account_id", "pupil_id", "guardian_id", name=op.f("uq_child_link_account_id_pupil_id_guardian_id")),
    )
    op.create_index(op.f("ix_child_link_issued_account_id"), "child_link", ["issued_account_id"], unique=False)
    op.create_index(
        op.f("ix_child_link_pupil_id_child_link_guardian_id"), "child_link", ["pupil_id", "guardian_id"], unique=False
    )
    op.create_table(
        "enrolment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pupil_id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("class_code", sa.String(length=32), nullable=False),
        sa.Column("mef", sa.String(length=11), nullable=False),
        sa.Column("level", sa.String(length=4), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["pupil_id"], ["pupil.id"], name=op.f("fk_enrolment_pupil_id")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_enrolment_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolment")),
        sa.UniqueConstraint("pupil_id", "school_id", name=op.f("uq_enrolment_pupil_id_school_id")),
    )
    op.create_index(op.f("ix_enrolment_school_id_enrolment_class_code"), "enrolment", ["school_id", "class_code"], unique=False)
    op.create_table(
        "teleservice_refusal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("guardian_id", sa.Integer(), nullable=False),
        sa.Column("pupil_id", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(length=64), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["guardian_id"], ["guardian.id"], name=op.f("fk_teleservice_refusal_guardian_id")),
        sa.ForeignKeyConstraint(["pupil_id"], ["pupil.id"], name=op.f("fk_teleservice_refusal_pupil_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_teleservice_refusal")),
    )
    op.create_index(
        op.f("ix_teleservice_refusal_pupil_id_teleservice_refusal_guardian_id"),
        "teleservice_refusal",
        ["pupil_id", "guardian_id"],
        unique=False,
    )
    op.create_table(
        "guardianship",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("guardian_id", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("kinship", sa.String(length=2), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolment.id"], name=op.f("fk_guardianship_enrolment_id")),
        sa.ForeignKeyConstraint(["guardian_id"], ["guardian.id"], name=op.f("fk_guardianship_guardian_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guardianship")),
        sa.UniqueConstraint("enrolment_id", "guardian_id", name=op.f("uq_guardianship_enrolment_id_guardian_id")),
    )
    op.create_index(op.f("ix_guardianship_guardian_id"), "guardianship", ["guardian_id"], unique=False)


def downgrade() -> None:
    for name in ("guardianship", "teleservice_refusal", "enrolment", "child_link", "pupil", "guardian", "account", "login_name"):
        op.drop_table(name)
