"""The tables are put behind row-level security. Rows stay as they are.

Nothing is to be done here: whoever runs migrations raises the walls after them (`server/storage/walls.py`), around the
tables of then.
"""

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Let the walls be raised."""


def downgrade() -> None:
    """An older program would not say for whom it works, and see nothing."""
    raise NotImplementedError
