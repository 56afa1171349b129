"""Invitations with the time and place of their events, who goes there, and by when a letter wants an answer."""

from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

# The empty list is one byte of msgpack.
COLUMNS = (
    ("event_on", "INTEGER"),
    ("event_from", "TEXT NOT NULL DEFAULT ''"),
    ("event_until", "TEXT NOT NULL DEFAULT ''"),
    ("event_place", "TEXT NOT NULL DEFAULT ''"),
    ("attendance", "BLOB NOT NULL DEFAULT x'90'"),
    ("reply_by", "INTEGER"),
    ("reply_asked", "INTEGER NOT NULL DEFAULT 0"),
    ("reply_no", "TEXT NOT NULL DEFAULT ''"),
    ("reply_reason", "TEXT NOT NULL DEFAULT ''"),
)


def upgrade() -> None:
    """Make the columns, and what finds the few letters that have them."""
    for name, kind in COLUMNS:
        op.execute(f"ALTER TABLE letter ADD COLUMN {name} {kind}")
    for name in ("event_on", "reply_by"):
        op.execute(f"CREATE INDEX ix_letter_{name} ON letter ({name}) WHERE {name} IS NOT NULL")


def downgrade() -> None:
    """The server still has them."""
    for name in ("event_on", "reply_by"):
        op.execute(f"DROP INDEX ix_letter_{name}")
    for name, _kind in COLUMNS:
        op.execute(f"ALTER TABLE letter DROP COLUMN {name}")
