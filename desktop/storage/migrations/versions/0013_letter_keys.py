"""The keys of sealed letters. Letters of before are not sealed."""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the column: an empty list for every letter."""
    op.execute("ALTER TABLE letter ADD COLUMN keys BLOB NOT NULL DEFAULT x'90'")


def downgrade() -> None:
    """The server still has them."""
    op.execute("ALTER TABLE letter DROP COLUMN keys")
