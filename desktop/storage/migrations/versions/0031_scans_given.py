"""Under which file an act names a scan of Pindaian that it gave to a letter."""

from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.execute("CREATE TABLE scan_given (item INTEGER NOT NULL PRIMARY KEY, sha256 BLOB NOT NULL)")


def downgrade() -> None:
    """A scan that comes back is a new item then."""
    op.execute("DROP TABLE scan_given")
