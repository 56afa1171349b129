"""When the server received what was done late lies in letters and dispositions. Of before nothing is known."""

from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

TABLES = ("letter", "disposition")


def upgrade() -> None:
    """Make the columns: an empty list for every row."""
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} ADD COLUMN receipts BLOB NOT NULL DEFAULT x'90'")


def downgrade() -> None:
    """The server still has them."""
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} DROP COLUMN receipts")
