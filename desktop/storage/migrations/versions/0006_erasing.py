"""Which letters refer to which file, and which files are to be removed. Existing letters are looked through once."""

import msgspec
from alembic import op
from sqlalchemy import text

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

STATEMENTS = (
    "CREATE TABLE letter_scan (start BLOB NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (start, n)) WITHOUT ROWID",
    "CREATE TABLE condemned (sha256 BLOB NOT NULL PRIMARY KEY) WITHOUT ROWID",
)
_PART = 1000


def upgrade() -> None:
    """Make the tables and enter the scans of the letters that are here."""
    for statement in STATEMENTS:
        op.execute(statement)
    connection = op.get_bind()
    after = -1
    while True:
        letters = connection.execute(
            text("SELECT n, scans FROM letter WHERE n > :after AND length(scans) > 1 ORDER BY n LIMIT :part"),
            {"after": after, "part": _PART},
        ).all()
        if not letters:
            return
        rows = [{"start": sha256[:8], "n": n} for n, scans in letters for sha256 in _files(scans)]
        connection.execute(text("INSERT OR IGNORE INTO letter_scan (start, n) VALUES (:start, :n)"), rows)
        after = letters[-1].n


def _files(scans: bytes) -> list[bytes]:
    """The hashes of all scans and thumbnails: a scan is an array of its hash, size, kind, pages, name, thumbnail..."""
    found = []
    for scan in msgspec.msgpack.decode(scans):
        found += [sha256 for sha256 in (scan[0], *scan[5:6]) if sha256]
    return found


def downgrade() -> None:
    """Forget both."""
    op.execute("DROP TABLE letter_scan")
    op.execute("DROP TABLE condemned")
