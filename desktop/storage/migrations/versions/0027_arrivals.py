"""The arrivals of a letter lie in it, and a line that was merged names its letter."""

from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the columns: no letter came twice, none is merged."""
    op.execute("ALTER TABLE letter ADD COLUMN arrivals BLOB NOT NULL DEFAULT x'90'")
    op.execute("ALTER TABLE letter ADD COLUMN merged_into BLOB")


def downgrade() -> None:
    """The server still has them."""
    op.execute("ALTER TABLE letter DROP COLUMN merged_into")
    op.execute("ALTER TABLE letter DROP COLUMN arrivals")
