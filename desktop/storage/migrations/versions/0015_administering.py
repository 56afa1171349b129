"""One-time codes that were given out, and people and positions that were made or changed here."""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

STATEMENTS = (
    """CREATE TABLE code_issue (
        id BLOB NOT NULL PRIMARY KEY, office INTEGER NOT NULL, "user" INTEGER NOT NULL, resets INTEGER NOT NULL,
        issued_by INTEGER NOT NULL, issued_as INTEGER NOT NULL, issued_at INTEGER NOT NULL, expires_at INTEGER NOT NULL,
        rev INTEGER NOT NULL, mark INTEGER NOT NULL, proof BLOB NOT NULL) WITHOUT ROWID""",
    "ALTER TABLE person ADD COLUMN mark INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE position ADD COLUMN mark INTEGER NOT NULL DEFAULT 0",
)


def upgrade() -> None:
    """Make the table and the columns."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """The server still has them."""
    op.execute("DROP TABLE code_issue")
    op.execute("ALTER TABLE person DROP COLUMN mark")
    op.execute("ALTER TABLE position DROP COLUMN mark")
