"""What was run at the server, and marks of books of numbers that were made or changed here."""

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

STATEMENTS = (
    """CREATE TABLE server_run (
        id BLOB NOT NULL PRIMARY KEY, run_by TEXT NOT NULL, verb TEXT NOT NULL, about TEXT NOT NULL,
        at INTEGER NOT NULL, rev INTEGER NOT NULL, proof BLOB NOT NULL) WITHOUT ROWID""",
    "ALTER TABLE number_book ADD COLUMN mark INTEGER NOT NULL DEFAULT 0",
)


def upgrade() -> None:
    """Make the table and the column."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """The server still has them."""
    op.execute("DROP TABLE server_run")
    op.execute("ALTER TABLE number_book DROP COLUMN mark")
