"""The private keys of people, wrapped by their passwords, for their other PCs. Existing people have none yet."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the column."""
    op.add_column("account", sa.Column("key_wraps", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    """Take it away; the PCs still have the keys."""
    op.drop_column("account", "key_wraps")
