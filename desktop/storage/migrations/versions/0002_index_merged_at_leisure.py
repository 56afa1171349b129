"""A clerk's write no longer merges the search index. Existing rows and their index stay as they are."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

STATEMENTS = (
    # Measured at 1,000,000 letters: each 64th letter waited 90 ms for a merge that the upkeep does in small steps.
    "INSERT INTO letter_search (letter_search, rank) VALUES ('automerge', 0)",
    # Where no upkeep comes (the verbs without a window): the bound on the parts that a search has to ask.
    "INSERT INTO letter_search (letter_search, rank) VALUES ('crisismerge', 64)",
)


def upgrade() -> None:
    """Set when the index merges its parts."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Let each write merge again."""
    op.execute("INSERT INTO letter_search (letter_search, rank) VALUES ('automerge', 4)")
    op.execute("INSERT INTO letter_search (letter_search, rank) VALUES ('crisismerge', 16)")
