"""Which dispositions were sealed, or put into the clear, after they were signed. Of before there are none."""

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the column."""
    op.execute("ALTER TABLE disposition ADD COLUMN recast INTEGER NOT NULL DEFAULT 0")


def downgrade() -> None:
    """The server still has them."""
    op.execute("ALTER TABLE disposition DROP COLUMN recast")
