"""That sessions at the server were ended from here."""

from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.execute(
        """CREATE TABLE session_end (
        id BLOB NOT NULL PRIMARY KEY, "user" INTEGER NOT NULL, ended_by INTEGER NOT NULL, ended_as INTEGER NOT NULL,
        ended_at INTEGER NOT NULL, rev INTEGER NOT NULL, mark INTEGER NOT NULL, proof BLOB NOT NULL) WITHOUT ROWID"""
    )


def downgrade() -> None:
    """The server still has them."""
    op.execute("DROP TABLE session_end")
