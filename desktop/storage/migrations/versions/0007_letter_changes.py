"""What was changed in a letter lies in the letter. Of what was changed before nothing is known."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column, with no changes (an empty msgpack array)."""
    op.execute("ALTER TABLE letter ADD COLUMN changes BLOB NOT NULL DEFAULT X'90'")


def downgrade() -> None:
    """The server still has them."""
    op.execute("ALTER TABLE letter DROP COLUMN changes")
