"""Acts that are held for a superior to decide; and of own ops, who decided over them. Rows stay as they are."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

STATEMENTS = (
    """CREATE TABLE held_act (
        id BLOB NOT NULL PRIMARY KEY, office INTEGER NOT NULL, position INTEGER NOT NULL, "user" INTEGER NOT NULL,
        device BLOB NOT NULL, why INTEGER NOT NULL, security INTEGER NOT NULL, received_at INTEGER NOT NULL,
        ops BLOB NOT NULL, would BLOB NOT NULL, reviewers BLOB NOT NULL, numbers BLOB NOT NULL, files BLOB NOT NULL,
        state INTEGER NOT NULL, decided_by INTEGER NOT NULL, decided_as INTEGER NOT NULL, decided_at INTEGER,
        reason TEXT NOT NULL, rev INTEGER NOT NULL, mark INTEGER NOT NULL)""",
    "CREATE INDEX ix_held_act_state ON held_act (state)",
    "ALTER TABLE outbox ADD COLUMN decided_by INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE outbox ADD COLUMN reason TEXT NOT NULL DEFAULT ''",
)


def upgrade() -> None:
    """Make the table and the columns."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Take them away again; what was decided is still at the server."""
    op.execute("DROP TABLE held_act")
    op.execute("ALTER TABLE outbox DROP COLUMN decided_by")
    op.execute("ALTER TABLE outbox DROP COLUMN reason")
