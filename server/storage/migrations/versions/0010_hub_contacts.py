"""When hubs were last in touch, beside when they were let in. Of hubs of before no more than that is known."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the column."""
    op.add_column("hub", sa.Column("contact_ms", sa.BigInteger(), nullable=False, server_default="0"))
    hub = sa.table("hub", sa.column("contact_ms", sa.BigInteger()), sa.column("last_seen_ms", sa.BigInteger()))
    op.execute(hub.update().values(contact_ms=hub.c.last_seen_ms))


def downgrade() -> None:
    """Nobody tells of it again."""
    op.drop_column("hub", "contact_ms")
