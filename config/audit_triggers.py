"""The SQL that makes the audit trail append-only: migrations run it, and `create_all` does too.

It stops faults and honest mistakes. Who owns the database can drop a trigger; `flask audit verify` is for that.
"""

from sqlalchemy import DDL, Table, event

from config.audit import AuditRow
from config.audit_seals import AuditSeal

REFUSAL = "the audit trail is append-only"
FUNCTION_BODY = f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$"
REFUSED = "BEFORE UPDATE OR DELETE OR TRUNCATE"
TABLES = (AuditRow.__tablename__, AuditSeal.__tablename__)


def create_statements(dialect: str, table: str) -> tuple[str, ...]:
    """What makes one table of the trail append-only, for `postgresql` or `sqlite`."""
    if dialect == "postgresql":
        return (
            f"CREATE OR REPLACE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS {FUNCTION_BODY}",
            f"CREATE TRIGGER {table}_append_only {REFUSED} ON {table} FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only()",
        )
    return tuple(
        f"CREATE TRIGGER {table}_no_{action} BEFORE {action} ON {table} BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        for action in ("update", "delete")
    )


def drop_statements(dialect: str, table: str) -> tuple[str, ...]:
    """What takes it back, for a downgrade and for tests that tamper."""
    if dialect == "postgresql":
        return (f"DROP TRIGGER IF EXISTS {table}_append_only ON {table}",)
    return tuple(f"DROP TRIGGER IF EXISTS {table}_no_{action}" for action in ("update", "delete"))


def _attach(table: Table) -> None:
    for dialect in ("postgresql", "sqlite"):
        for statement in create_statements(dialect, table.name):
            event.listen(table, "after_create", DDL(statement).execute_if(dialect=dialect))  # type: ignore[no-untyped-call]  # SQLAlchemy's own gap


for _name in TABLES:
    _attach(AuditRow.metadata.tables[_name])
