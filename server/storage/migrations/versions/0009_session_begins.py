"""When sessions began, so that they can end however much they are used, and how old passwords are.

Sessions that are under way begin now: nobody is put out by an update. Of passwords of before nothing is known (0).
"""

import time

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the columns."""
    op.add_column("device_user", sa.Column("began_ms", sa.BigInteger(), nullable=False, server_default="0"))
    op.add_column("account", sa.Column("password_ms", sa.BigInteger(), nullable=False, server_default="0"))
    device_user = sa.table("device_user", sa.column("began_ms", sa.BigInteger()))
    op.execute(device_user.update().values(began_ms=int(time.time() * 1000)))


def downgrade() -> None:
    """Sessions last by use alone again."""
    op.drop_column("account", "password_ms")
    op.drop_column("device_user", "began_ms")
