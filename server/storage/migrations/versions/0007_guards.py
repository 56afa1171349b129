"""What keeps guessers and repeaters out: wrong tries, signatures that were used, tokens that were turned, alarms.

A token of before belongs to a family of its own, and counts as not shown yet.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables and columns."""
    _table("guess", _key("who", sa.LargeBinary()), wrong=sa.Integer(), until_ms=sa.BigInteger())
    _table("used_signature", _key("sha256", sa.LargeBinary()), used_ms=sa.BigInteger())
    token = _key("token_hash", sa.LargeBinary())
    _table("turned_token", token, device=sa.LargeBinary(), user=sa.Integer(), turned_ms=sa.BigInteger())
    number = _key("number", sa.Integer())
    _table("alarm", number, at_ms=sa.BigInteger(), device=sa.LargeBinary(), user=sa.Integer())
    op.add_column("device_user", sa.Column("family", sa.LargeBinary(), nullable=True))
    op.add_column("device_user", sa.Column("shown_ms", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    """An older program would count no guess that was made before."""
    raise NotImplementedError


def _key(name: str, kind: Any) -> sa.Column[Any]:
    return sa.Column(name, kind, autoincrement=False, nullable=False)


def _table(name: str, key: sa.Column[Any], **columns: Any) -> None:
    op.create_table(
        name,
        _key("tenant", sa.Integer()),
        key,
        *(sa.Column(column, kind, nullable=False) for column, kind in columns.items()),
        sa.PrimaryKeyConstraint("tenant", key.name, name=f"pk_{name}"),
    )
