"""Dispositions that were written by hand and entered by another, and the instructions that a position offers."""

from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

# The empty list is one byte of msgpack.
STATEMENTS = (
    "ALTER TABLE disposition ADD COLUMN entered_as INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE disposition ADD COLUMN sheets BLOB NOT NULL DEFAULT x'90'",
    "ALTER TABLE disposition ADD COLUMN confirmed_by INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE disposition ADD COLUMN confirmed_at INTEGER",
    """CREATE TABLE instruction_choice (
        number INTEGER NOT NULL PRIMARY KEY, office INTEGER NOT NULL, chosen BLOB NOT NULL, own BLOB NOT NULL,
        set_by INTEGER NOT NULL, rev INTEGER NOT NULL, mark INTEGER NOT NULL, proof BLOB NOT NULL)""",
)


def upgrade() -> None:
    """Make the columns and the table."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """The server still has them."""
    op.execute("DROP TABLE instruction_choice")
    for column in ("entered_as", "sheets", "confirmed_by", "confirmed_at"):
        op.execute(f"ALTER TABLE disposition DROP COLUMN {column}")
