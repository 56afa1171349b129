"""The signatures of people over their orders. Rows of before have none, and need none."""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

TABLES = ("disposition", "held_act")


def upgrade() -> None:
    """Make the columns."""
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} ADD COLUMN signature BLOB NOT NULL DEFAULT x''")
        op.execute(f"ALTER TABLE {table} ADD COLUMN signed_ms INTEGER NOT NULL DEFAULT 0")


def downgrade() -> None:
    """The server still has them."""
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} DROP COLUMN signature")
        op.execute(f"ALTER TABLE {table} DROP COLUMN signed_ms")
