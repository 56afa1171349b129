"""What speaks of a letter is found by its letter, and so are the inboxes in which a letter lies."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

STATEMENTS = (
    # An empty list (msgpack): which letters acts that are held already speak of is not known here.
    "ALTER TABLE held_act ADD COLUMN about BLOB NOT NULL DEFAULT x'90'",
    "CREATE INDEX ix_conflict_letter_id ON conflict (letter_id)",
    "CREATE INDEX ix_letter_involved_n ON letter_involved (n)",
)


def upgrade() -> None:
    """Add the column and the indexes."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Only an older program would do without them."""
    op.execute("DROP INDEX ix_letter_involved_n")
    op.execute("DROP INDEX ix_conflict_letter_id")
    op.execute("ALTER TABLE held_act DROP COLUMN about")
