"""Units that are retired, the policy for passwords, and marks of offices and units that were made or changed here."""

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

STATEMENTS = (
    """CREATE TABLE password_rule (
        id BLOB NOT NULL PRIMARY KEY, profile TEXT NOT NULL, set_by INTEGER NOT NULL, set_as INTEGER NOT NULL,
        set_at INTEGER NOT NULL, rev INTEGER NOT NULL, mark INTEGER NOT NULL, proof BLOB NOT NULL) WITHOUT ROWID""",
    "ALTER TABLE unit ADD COLUMN active INTEGER NOT NULL DEFAULT 1",
    "ALTER TABLE unit ADD COLUMN mark INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE office ADD COLUMN mark INTEGER NOT NULL DEFAULT 0",
)


def upgrade() -> None:
    """Make the table and the columns."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """The server still has them."""
    op.execute("DROP TABLE password_rule")
    for table, column in (("unit", "active"), ("unit", "mark"), ("office", "mark")):
        op.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
