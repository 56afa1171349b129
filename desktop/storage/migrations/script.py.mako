"""${message}

What it does to existing rows: SAY IT HERE. Never import today's tables; a migration must mean the same for ever.
"""

from alembic import op

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    """SAY WHAT."""


def downgrade() -> None:
    """SAY WHAT."""
