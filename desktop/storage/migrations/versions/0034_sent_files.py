"""Which files were sent from here, and after which entry of the outbox: no backup may hold them yet."""

from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the column: of what was sent before, nothing is known, and it goes with the right as it did."""
    op.execute("ALTER TABLE blob ADD COLUMN sent_behind INTEGER")
    op.execute("UPDATE blob SET sent_behind = 4611686018427387904 WHERE state IN (1, 4)")  # still to be sent
    op.execute("CREATE INDEX ix_blob_sent_behind ON blob (sent_behind) WHERE sent_behind IS NOT NULL")


def downgrade() -> None:
    """The server has the files."""
    op.execute("DROP INDEX ix_blob_sent_behind")
    op.execute("ALTER TABLE blob DROP COLUMN sent_behind")
