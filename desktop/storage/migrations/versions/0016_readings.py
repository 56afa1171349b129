"""Who read a secret letter lies in the letter. Of before nothing is known."""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the column: an empty list for every letter."""
    op.execute("ALTER TABLE letter ADD COLUMN readings BLOB NOT NULL DEFAULT x'90'")


def downgrade() -> None:
    """The server still has them."""
    op.execute("ALTER TABLE letter DROP COLUMN readings")
