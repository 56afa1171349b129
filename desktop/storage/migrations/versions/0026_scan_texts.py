"""What is written on the scans of letters, and an index to find it by."""

from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

STATEMENTS = (
    # `n` is the place of the newest letter that has the scan: newest scans are read first.
    """CREATE TABLE scan_text (
        sha256 BLOB NOT NULL PRIMARY KEY, state INTEGER NOT NULL, n INTEGER NOT NULL, pages INTEGER NOT NULL,
        done INTEGER NOT NULL, text BLOB NOT NULL)""",
    "CREATE INDEX ix_scan_text_waiting ON scan_text (n, pages, done) WHERE state = 0",
    # One row a letter, at its place. Nobody asks where in a text a word stands: without that it is a third as large.
    """CREATE VIRTUAL TABLE scan_search USING fts5(
        text, content='', contentless_delete=1, detail='none', prefix='3', tokenize="unicode61 remove_diacritics 2")""",
)


def upgrade() -> None:
    """Make the tables; they are filled in the background, from the scans that are here."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """What was read of scans is lost; it can be read again."""
    for name in ("scan_search", "scan_text"):
        op.execute(f"DROP TABLE {name}")
