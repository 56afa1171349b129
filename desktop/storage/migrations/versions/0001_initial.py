"""The first schema. There are no existing rows."""

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

STATEMENTS = (
    """CREATE TABLE meta (name TEXT NOT NULL PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID""",
    """CREATE TABLE account (
        "user" INTEGER NOT NULL PRIMARY KEY, username TEXT NOT NULL UNIQUE, password_hash TEXT NOT NULL)""",
    """CREATE TABLE office (
        number INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL, short_name TEXT NOT NULL, region TEXT NOT NULL,
        code TEXT NOT NULL, rev INTEGER NOT NULL)""",
    """CREATE TABLE unit (
        number INTEGER NOT NULL PRIMARY KEY, office INTEGER NOT NULL, name TEXT NOT NULL, parent INTEGER,
        rev INTEGER NOT NULL)""",
    """CREATE TABLE position (
        number INTEGER NOT NULL PRIMARY KEY, office INTEGER NOT NULL, unit INTEGER, title TEXT NOT NULL,
        role INTEGER NOT NULL, "order" INTEGER NOT NULL, superior INTEGER, rev INTEGER NOT NULL)""",
    """CREATE TABLE person (
        number INTEGER NOT NULL PRIMARY KEY, username TEXT NOT NULL, name TEXT NOT NULL, positions BLOB NOT NULL,
        active INTEGER NOT NULL, rev INTEGER NOT NULL)""",
    # n rises with the day of receipt (day << 24 | serial): lists and search go newest first along the row id.
    """CREATE TABLE letter (
        n INTEGER NOT NULL PRIMARY KEY, id BLOB NOT NULL UNIQUE, office INTEGER NOT NULL,
        agenda_year INTEGER NOT NULL, agenda_no INTEGER NOT NULL, received_on INTEGER NOT NULL,
        letter_no TEXT NOT NULL, letter_date INTEGER, sender TEXT NOT NULL, subject TEXT NOT NULL,
        security INTEGER NOT NULL, urgency INTEGER NOT NULL, classification TEXT NOT NULL, addressee INTEGER,
        due_on INTEGER, channel INTEGER NOT NULL, summary TEXT NOT NULL, scans BLOB NOT NULL, status INTEGER NOT NULL,
        record_file BLOB, involved BLOB NOT NULL, open_answers INTEGER NOT NULL, registered_by INTEGER NOT NULL,
        registered_at INTEGER NOT NULL, book INTEGER NOT NULL, agenda_suffix TEXT NOT NULL, rev INTEGER NOT NULL,
        mark INTEGER NOT NULL)""",
    "CREATE INDEX ix_letter_agenda_year_agenda_no_n ON letter (agenda_year, agenda_no, n)",
    "CREATE INDEX ix_letter_sender_n ON letter (sender, n)",
    "CREATE INDEX ix_letter_status_n ON letter (status, n)",
    "CREATE INDEX ix_letter_letter_no ON letter (letter_no)",
    "CREATE INDEX ix_letter_record_file ON letter (record_file) WHERE record_file IS NOT NULL",
    "CREATE INDEX ix_letter_due_on ON letter (due_on) WHERE due_on IS NOT NULL AND status < 4",
    "CREATE INDEX ix_letter_mark ON letter (mark) WHERE mark > 0",
    # How many letters each day has: the total and the place of any row without counting or OFFSET.
    """CREATE TABLE letter_day (
        day INTEGER NOT NULL PRIMARY KEY, letters INTEGER NOT NULL, last_serial INTEGER NOT NULL)""",
    """CREATE TABLE letter_involved (
        position INTEGER NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (position, n)) WITHOUT ROWID""",
    """CREATE VIRTUAL TABLE letter_search USING fts5(
        letter_no, sender, subject, summary, content='', contentless_delete=1, detail='column',
        prefix='2 3', tokenize="unicode61 remove_diacritics 2")""",
    """CREATE TABLE disposition (
        n INTEGER NOT NULL PRIMARY KEY, id BLOB NOT NULL UNIQUE, letter_id BLOB NOT NULL, office INTEGER NOT NULL,
        year INTEGER NOT NULL, security INTEGER NOT NULL, parent BLOB, from_position INTEGER NOT NULL,
        from_user INTEGER NOT NULL, recipients BLOB NOT NULL, instructions BLOB NOT NULL, note TEXT NOT NULL,
        due_on INTEGER, issued_at INTEGER NOT NULL, rev INTEGER NOT NULL, mark INTEGER NOT NULL)""",
    "CREATE INDEX ix_disposition_letter_id ON disposition (letter_id)",
    "CREATE INDEX ix_disposition_from_position ON disposition (from_position)",
    """CREATE TABLE disposition_recipient (
        position INTEGER NOT NULL, n INTEGER NOT NULL, state INTEGER NOT NULL,
        PRIMARY KEY (position, n)) WITHOUT ROWID""",
    "CREATE INDEX ix_disposition_recipient_position_state_n ON disposition_recipient (position, state, n)",
    """CREATE TABLE record_file (
        id BLOB NOT NULL PRIMARY KEY, office INTEGER NOT NULL, classification TEXT NOT NULL, title TEXT NOT NULL,
        year INTEGER NOT NULL, location TEXT NOT NULL, opened_on INTEGER NOT NULL, closed_on INTEGER,
        opened_by INTEGER NOT NULL, opened_at INTEGER NOT NULL, rev INTEGER NOT NULL, mark INTEGER NOT NULL)""",
    "CREATE INDEX ix_record_file_classification_title ON record_file (classification, title)",
    """CREATE TABLE number_book (
        number INTEGER NOT NULL PRIMARY KEY, office INTEGER NOT NULL, name TEXT NOT NULL, template TEXT NOT NULL,
        year_by INTEGER NOT NULL, active INTEGER NOT NULL, rev INTEGER NOT NULL)""",
    """CREATE TABLE book_year (
        id BLOB NOT NULL PRIMARY KEY, office INTEGER NOT NULL, book INTEGER NOT NULL, year INTEGER NOT NULL,
        closed_at INTEGER NOT NULL, closed_by INTEGER NOT NULL, rev INTEGER NOT NULL, mark INTEGER NOT NULL)""",
    """CREATE TABLE number_fate (
        id BLOB NOT NULL PRIMARY KEY, office INTEGER NOT NULL, book INTEGER NOT NULL, year INTEGER NOT NULL,
        low INTEGER NOT NULL, high INTEGER NOT NULL, suffix TEXT NOT NULL, fate INTEGER NOT NULL,
        cause INTEGER NOT NULL, reason TEXT NOT NULL, letter BLOB, "by" INTEGER NOT NULL, at INTEGER NOT NULL,
        rev INTEGER NOT NULL, mark INTEGER NOT NULL)""",
    "CREATE INDEX ix_number_fate_year_book ON number_fate (year, book)",
    """CREATE TABLE outbox (
        id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, epoch INTEGER NOT NULL, seq INTEGER NOT NULL, op BLOB NOT NULL,
        head BLOB NOT NULL, act INTEGER NOT NULL, "user" INTEGER NOT NULL, position INTEGER NOT NULL,
        state INTEGER NOT NULL, code TEXT NOT NULL,
        field TEXT NOT NULL, conflicts BLOB NOT NULL, made_ms INTEGER NOT NULL, settled_seq INTEGER NOT NULL)""",
    "CREATE INDEX ix_outbox_state ON outbox (state)",
    "CREATE UNIQUE INDEX ix_outbox_epoch_seq ON outbox (epoch, seq)",
    """CREATE TABLE touch (
        entry INTEGER NOT NULL, place INTEGER NOT NULL, kind INTEGER NOT NULL, row_id BLOB NOT NULL,
        payload BLOB NOT NULL, waiting INTEGER NOT NULL, PRIMARY KEY (entry, place)) WITHOUT ROWID""",
    "CREATE INDEX ix_touch_kind_row_id ON touch (kind, row_id) WHERE waiting IS 1",
    """CREATE TABLE shadow (
        kind INTEGER NOT NULL, row_id BLOB NOT NULL, payload BLOB NOT NULL, rev INTEGER NOT NULL,
        PRIMARY KEY (kind, row_id)) WITHOUT ROWID""",
    """CREATE TABLE stream (
        id INTEGER NOT NULL PRIMARY KEY, kind INTEGER NOT NULL, owner INTEGER NOT NULL, level INTEGER NOT NULL,
        year INTEGER NOT NULL, priority INTEGER NOT NULL, cursor INTEGER NOT NULL)""",
    """CREATE TABLE member (
        stream INTEGER NOT NULL, kind INTEGER NOT NULL, row_id BLOB NOT NULL,
        PRIMARY KEY (kind, row_id, stream)) WITHOUT ROWID""",
    "CREATE INDEX ix_member_stream ON member (stream)",
    """CREATE TABLE orphan (
        kind INTEGER NOT NULL, row_id BLOB NOT NULL, PRIMARY KEY (kind, row_id)) WITHOUT ROWID""",
    """CREATE TABLE blob (
        sha256 BLOB NOT NULL PRIMARY KEY, size INTEGER NOT NULL, state INTEGER NOT NULL, have INTEGER NOT NULL,
        added_ms INTEGER NOT NULL, reason INTEGER NOT NULL) WITHOUT ROWID""",
    "CREATE INDEX ix_blob_state ON blob (state)",
    """CREATE TABLE segment (
        sha256 BLOB NOT NULL PRIMARY KEY, place INTEGER NOT NULL, size INTEGER NOT NULL, rows INTEGER NOT NULL,
        streams BLOB NOT NULL, parts INTEGER NOT NULL) WITHOUT ROWID""",
    """CREATE TABLE segment_bytes (
        sha256 BLOB NOT NULL, start INTEGER NOT NULL, data BLOB NOT NULL, PRIMARY KEY (sha256, start))""",
    """CREATE TABLE lease (
        office INTEGER NOT NULL, year INTEGER NOT NULL, series TEXT NOT NULL, low INTEGER NOT NULL,
        high INTEGER NOT NULL, next INTEGER NOT NULL, fence INTEGER NOT NULL, granted INTEGER NOT NULL,
        PRIMARY KEY (office, year, series, low)) WITHOUT ROWID""",
    """CREATE TABLE sync_log (
        n INTEGER NOT NULL PRIMARY KEY, started_ms INTEGER NOT NULL, seconds REAL NOT NULL, outcome TEXT NOT NULL,
        bytes_up INTEGER NOT NULL, bytes_down INTEGER NOT NULL, ops INTEGER NOT NULL, rows INTEGER NOT NULL)""",
)


def upgrade() -> None:
    """Make every table."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """There is nothing before the first schema."""
    raise NotImplementedError
