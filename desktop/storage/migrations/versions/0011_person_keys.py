"""The public keys of people; they come with the next visit."""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

STATEMENTS = (
    "CREATE TABLE person_key (number INTEGER NOT NULL PRIMARY KEY, keys BLOB NOT NULL, rev INTEGER NOT NULL)",
)


def upgrade() -> None:
    """Make the table."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """The server still has them."""
    op.execute("DROP TABLE person_key")
