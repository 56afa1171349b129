"""Scans that came in and belong to no letter yet."""

from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.execute(
        """CREATE TABLE scan_item (
            id INTEGER NOT NULL PRIMARY KEY, place INTEGER NOT NULL, state INTEGER NOT NULL, added_ms INTEGER NOT NULL,
            changed_ms INTEGER NOT NULL, name TEXT NOT NULL, origin INTEGER NOT NULL, pages BLOB NOT NULL)"""
    )


def downgrade() -> None:
    """What lies in it is lost, though its files stay."""
    op.execute("DROP TABLE scan_item")
