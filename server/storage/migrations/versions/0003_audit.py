"""What ops made goes into the running hash, and where that stands is signed once a day. Older ops stay as they are."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column and the table."""
    op.add_column("op_log", sa.Column("made", sa.LargeBinary(), nullable=True))
    op.add_column("tenant_head", sa.Column("logged_from", sa.BigInteger(), nullable=False, server_default="0"))
    op.execute("UPDATE tenant_head SET logged_from = seq")
    op.create_table(
        "daily_head",
        sa.Column("tenant", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("number", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("running", sa.LargeBinary(), nullable=False),
        sa.Column("chain", sa.LargeBinary(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "number", name="pk_daily_head"),
        sa.ForeignKeyConstraint(["tenant"], ["tenant.id"], name="fk_daily_head_tenant"),
    )


def downgrade() -> None:
    """PCs keep the heads that they were told."""
    op.drop_table("daily_head")
    op.drop_column("op_log", "made")
    op.drop_column("tenant_head", "logged_from")
