"""The keys that the tokens of hubs are bound to. A hub of before has none, and its token alone is enough as it was."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the column."""
    op.add_column("hub", sa.Column("seal_key", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    """An older program would take the tokens without their keys."""
    raise NotImplementedError
