"""The hand-overs of a position lie in the position. Of before nothing is known."""

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the column: an empty list for every position."""
    op.execute("ALTER TABLE position ADD COLUMN handed BLOB NOT NULL DEFAULT x'90'")


def downgrade() -> None:
    """The server still has them."""
    op.execute("ALTER TABLE position DROP COLUMN handed")
