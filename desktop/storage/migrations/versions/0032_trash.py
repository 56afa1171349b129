"""What was thrown away is kept for a while: drafts, and by whom a scan was thrown away."""

from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table and the column."""
    op.execute(
        """CREATE TABLE thrown_draft (
            id INTEGER NOT NULL PRIMARY KEY, "user" INTEGER NOT NULL, position INTEGER NOT NULL,
            thrown_ms INTEGER NOT NULL, content BLOB NOT NULL)"""
    )
    op.execute("ALTER TABLE scan_item ADD COLUMN thrown_by INTEGER NOT NULL DEFAULT 0")


def downgrade() -> None:
    """What lies in the trash is lost."""
    op.execute("DROP TABLE thrown_draft")
    op.execute("ALTER TABLE scan_item DROP COLUMN thrown_by")
