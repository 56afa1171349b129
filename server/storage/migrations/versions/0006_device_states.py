"""What PCs tell of themselves, for their administrators, and what those that were shut out left sealed. Nothing yet."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the columns."""
    op.add_column("device", sa.Column("state", sa.LargeBinary(), nullable=True))
    for name in ("told_ms", "sealed", "sealed_ms", "opened_ms"):
        op.add_column("device", sa.Column(name, sa.BigInteger(), nullable=False, server_default="0"))


def downgrade() -> None:
    """Take them away; the PCs tell it again."""
    for name in ("opened_ms", "sealed_ms", "sealed", "told_ms", "state"):
        op.drop_column("device", name)
