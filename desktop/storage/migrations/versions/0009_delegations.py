"""Who acts in a position that is another's, by which letter of order, and what was done so."""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

STATEMENTS = (
    """CREATE TABLE delegation (
        id BLOB NOT NULL PRIMARY KEY, office INTEGER NOT NULL, kind INTEGER NOT NULL, position INTEGER NOT NULL,
        replaces INTEGER NOT NULL, acting_user INTEGER NOT NULL, acting_position INTEGER NOT NULL, scopes BLOB NOT NULL,
        order_no TEXT NOT NULL, order_date INTEGER NOT NULL, starts_at INTEGER NOT NULL, ends_at INTEGER NOT NULL,
        made_by INTEGER NOT NULL, made_as INTEGER NOT NULL, made_at INTEGER NOT NULL, cut_at INTEGER,
        cut_by INTEGER NOT NULL, cut_as INTEGER NOT NULL, cut_reason TEXT NOT NULL, rev INTEGER NOT NULL,
        mark INTEGER NOT NULL) WITHOUT ROWID""",
    "CREATE INDEX ix_delegation_office_starts_at ON delegation (office, starts_at)",
    # An empty array of MessagePack: nobody acted for anybody before.
    "ALTER TABLE person ADD COLUMN acting BLOB NOT NULL DEFAULT x'90'",
    "ALTER TABLE disposition ADD COLUMN under BLOB NOT NULL DEFAULT x''",
    # In which of several positions a person worked last at this PC; 0: in the first.
    "ALTER TABLE account ADD COLUMN chair INTEGER NOT NULL DEFAULT 0",
)


def upgrade() -> None:
    """Make the table and the columns."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """The server still has them."""
    op.execute("DROP TABLE delegation")
    op.execute("ALTER TABLE person DROP COLUMN acting")
    op.execute("ALTER TABLE disposition DROP COLUMN under")
    op.execute("ALTER TABLE account DROP COLUMN chair")
