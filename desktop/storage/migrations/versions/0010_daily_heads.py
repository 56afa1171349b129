"""The daily heads of the server, kept for ever."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.execute(
        """CREATE TABLE daily_head (
            line INTEGER NOT NULL, number INTEGER NOT NULL, day INTEGER NOT NULL, seq INTEGER NOT NULL,
            running BLOB NOT NULL, chain BLOB NOT NULL, signature BLOB NOT NULL, feed_epoch INTEGER NOT NULL,
            told_ms INTEGER NOT NULL, PRIMARY KEY (line, number)) WITHOUT ROWID"""
    )


def downgrade() -> None:
    """The server still has those that it stands by."""
    op.execute("DROP TABLE daily_head")
