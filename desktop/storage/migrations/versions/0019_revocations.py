"""PCs that were shut out. None is known here yet; the next comparison with the server brings them."""

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.execute(
        """CREATE TABLE revocation (
        id BLOB NOT NULL PRIMARY KEY, office INTEGER NOT NULL, name TEXT NOT NULL, reason TEXT NOT NULL,
        revoked_by INTEGER NOT NULL, revoked_as INTEGER NOT NULL, revoked_at INTEGER NOT NULL,
        opened_by INTEGER NOT NULL, opened_at INTEGER,
        rev INTEGER NOT NULL, mark INTEGER NOT NULL, proof BLOB NOT NULL) WITHOUT ROWID"""
    )


def downgrade() -> None:
    """The server still has them."""
    op.execute("DROP TABLE revocation")
