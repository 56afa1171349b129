"""The letter that somebody is entering is kept."""

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.execute(
        """CREATE TABLE letter_draft (
        "user" INTEGER NOT NULL, position INTEGER NOT NULL, content BLOB NOT NULL,
        PRIMARY KEY ("user", position)) WITHOUT ROWID"""
    )


def downgrade() -> None:
    """What was being entered is lost."""
    op.execute("DROP TABLE letter_draft")
