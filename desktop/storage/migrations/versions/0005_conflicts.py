"""Values that lost are records of their own."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

STATEMENTS = (
    """CREATE TABLE conflict (
        id BLOB NOT NULL PRIMARY KEY, letter_id BLOB NOT NULL, office INTEGER NOT NULL, year INTEGER NOT NULL,
        security INTEGER NOT NULL, field TEXT NOT NULL, base TEXT, stands TEXT NOT NULL, stands_by INTEGER NOT NULL,
        stands_as INTEGER NOT NULL, stands_at INTEGER, wanted TEXT NOT NULL, wanted_by INTEGER NOT NULL,
        wanted_as INTEGER NOT NULL, wanted_at INTEGER NOT NULL, settled TEXT, settled_by INTEGER, settled_as INTEGER,
        settled_at INTEGER, rev INTEGER NOT NULL, mark INTEGER NOT NULL) WITHOUT ROWID""",
    # Of all that ever lost only the undecided are asked for, by the navigation and by every letter that is shown.
    "CREATE INDEX ix_conflict_open ON conflict (letter_id) WHERE settled IS NULL",
)


def upgrade() -> None:
    """Make the table."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """The server still has them."""
    op.execute("DROP TABLE conflict")
