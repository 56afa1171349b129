"""Each row proves that it is as it was written. Those that are here already are proved by the first check (empty)."""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

TABLES = (
    *("office", "unit", "position", "person", "letter", "disposition", "record_file", "number_book", "book_year"),
    *("number_fate", "held_act", "conflict", "outbox", "stream", "shadow", "delegation", "daily_head", "person_key"),
)


def upgrade() -> None:
    """Add the column to each of them."""
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} ADD COLUMN proof BLOB NOT NULL DEFAULT X''")


def downgrade() -> None:
    """Take it away again."""
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} DROP COLUMN proof")
