"""Files under way: stopped one by one, damaged, for which letter; a reason of their own for thumbnails."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

STATEMENTS = (
    "ALTER TABLE blob ADD COLUMN paused INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE blob ADD COLUMN damaged INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE blob ADD COLUMN letter BLOB",
    # Thumbnails go before what is addressed to somebody, and behind what a person opened.
    "UPDATE blob SET reason = reason + 1 WHERE reason >= 1",
    # Only of files that have to go somewhere a person asks for which letter.
    """UPDATE blob SET letter = (SELECT id FROM letter WHERE instr(letter.scans, blob.sha256) > 0 LIMIT 1)
        WHERE state <> 2""",
)


def upgrade() -> None:
    """Add the columns."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """A store goes forward only; a copy of before lies beside it."""
    raise NotImplementedError
