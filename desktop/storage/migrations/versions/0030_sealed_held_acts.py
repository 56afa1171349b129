"""Held acts about a letter that was sealed are sealed to its readers."""

from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

# The empty list is one byte of msgpack.
COLUMNS = ("sealed", "keys")


def upgrade() -> None:
    """Make the columns."""
    for column in COLUMNS:
        op.execute(f"ALTER TABLE held_act ADD COLUMN {column} BLOB NOT NULL DEFAULT x'90'")


def downgrade() -> None:
    """The server still has them."""
    for column in COLUMNS:
        op.execute(f"ALTER TABLE held_act DROP COLUMN {column}")
