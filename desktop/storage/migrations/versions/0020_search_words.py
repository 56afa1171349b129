"""The words of letters by their skeletons, and searches that people keep."""

from alembic import op
from sqlalchemy import text

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

SHORTEST = 4
# The spellings that were brought together when this was written (core.domain.spelling); terms of the index are small
# letters without accents already.
PAIRS = "oe-u dj-j tj-c nj-ny kh-h ch-h dh-d th-t gh-g bh-b ph-p sj-s sy-s sh-s"
LETTERS = str.maketrans({"y": "i", "o": "u", "f": "p", "v": "p", "q": "k", "z": "j", "x": "ks"})

STATEMENTS = (
    """CREATE TABLE search_word (
        skeleton TEXT NOT NULL, word TEXT NOT NULL, mirror TEXT NOT NULL,
        PRIMARY KEY (skeleton, word)) WITHOUT ROWID""",
    "CREATE INDEX ix_search_word_mirror ON search_word (mirror)",
    # Few letters are anything but open: those are found by their level without a pass over all.
    "CREATE INDEX ix_letter_security_n ON letter (security, n) WHERE security > 0",
    """CREATE TABLE saved_search (
        "user" INTEGER NOT NULL, words TEXT NOT NULL, PRIMARY KEY ("user", words)) WITHOUT ROWID""",
    "CREATE VIRTUAL TABLE temp.letter_vocabulary USING fts5vocab('main', 'letter_search', 'row')",
)


def upgrade() -> None:
    """Make the tables; the words are read off the index, which takes some seconds for a million letters."""
    for statement in STATEMENTS:
        op.execute(statement)
    connection = op.get_bind()
    # Of deleted letters words may still be in the index: only those that a search finds are learnt.
    stands = text("SELECT 1 FROM letter_search WHERE letter_search MATCH :match LIMIT 1")
    terms = connection.execute(text("SELECT term FROM temp.letter_vocabulary")).scalars().all()
    words = [one for one in terms if one.isalpha() and len(one) >= SHORTEST]
    rows = [
        {"skeleton": bones, "word": word, "mirror": bones[::-1]}
        for word in words
        if connection.execute(stands, {"match": f'"{word}"'}).first() is not None
        for bones in (_skeleton(word),)
    ]
    if rows:
        connection.execute(text("INSERT INTO search_word VALUES (:skeleton, :word, :mirror)"), rows)
    op.execute("DROP TABLE temp.letter_vocabulary")


def _skeleton(word: str) -> str:
    found = ""
    while found != word:
        found = word
        for written, meant in (pair.split("-") for pair in PAIRS.split()):
            word = word.replace(written, meant)
        letters = word.translate(LETTERS)
        word = "".join(one for at, one in enumerate(letters) if not at or letters[at - 1] != one)
    return found


def downgrade() -> None:
    """Searches find what is spelled as it was typed."""
    for name in ("search_word", "saved_search"):
        op.execute(f"DROP TABLE {name}")
    op.execute("DROP INDEX ix_letter_security_n")
