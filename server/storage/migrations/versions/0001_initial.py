"""The first schema. There are no existing rows."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

INT = sa.Integer()
BIG = sa.BigInteger()
BYTES = sa.LargeBinary()
TEXT = sa.Text()

TENANT = ("tenant", INT)

Columns = list[tuple[str, sa.types.TypeEngine[Any]]]

# table -> (columns of the key, columns that must be filled, columns that may be empty)
COLUMNS: dict[str, tuple[Columns, Columns, Columns]] = {
    "tenant": ([("id", INT)], [("name", TEXT), ("region", TEXT), ("feed_epoch", BIG)], []),
    "tenant_head": ([TENANT], [("seq", BIG), ("audit_hash", BYTES), ("durable", BIG)], []),
    "stream": (
        [TENANT, ("id", INT)],
        [("kind", INT), ("owner", INT), ("level", INT), ("year", INT), ("last", BIG)],
        [],
    ),
    "record": (
        [TENANT, ("kind", INT), ("id", BYTES)],
        [("rev", BIG), ("payload", BYTES), ("field_revs", BYTES)],
        [],
    ),
    "feed": (
        [TENANT, ("stream", INT), ("kind", INT), ("row_id", BYTES)],
        [("seq", BIG), ("gone", sa.Boolean(create_constraint=False))],
        [],
    ),
    "op_log": (
        [TENANT, ("device", BYTES), ("epoch", INT), ("dev_seq", BIG)],
        [
            ("seq", BIG),
            ("op", BYTES),
            ("head", BYTES),
            ("result", BYTES),
            ("received_ms", BIG),
            ("audit_hash", BYTES),
        ],
        [],
    ),
    "number": (
        [TENANT, ("office", INT), ("year", INT), ("series", TEXT), ("number", INT), ("suffix", TEXT)],
        [("kind", INT), ("row_id", BYTES)],
        [],
    ),
    "number_series": (
        [TENANT, ("office", INT), ("year", INT), ("series", TEXT)],
        [("highest", INT), ("fence", INT), ("holder", BYTES), ("since", INT)],
        [],
    ),
    "lease": (
        [TENANT, ("office", INT), ("year", INT), ("series", TEXT), ("low", INT)],
        [
            ("high", INT),
            ("fence", INT),
            ("device", BYTES),
            ("epoch", INT),
            ("handed", INT),
            ("granted_ms", BIG),
            ("closed", sa.Boolean(create_constraint=False)),
        ],
        [],
    ),
    "device": (
        [TENANT, ("id", BYTES)],
        [
            ("epoch", INT),
            ("next_seq", BIG),
            ("head", BYTES),
            ("sign_key", BYTES),
            ("seal_key", BYTES),
            ("name", TEXT),
            ("last_seen_ms", BIG),
        ],
        [("revoked_ms", BIG)],
    ),
    "account": ([TENANT, ("user", INT)], [("username", TEXT)], [("password_hash", TEXT)]),
    "device_user": (
        [TENANT, ("device", BYTES), ("user", INT)],
        [("token_hash", BYTES), ("token_expires_ms", BIG)],
        [],
    ),
    "enrol_code": (
        [TENANT, ("code_hash", BYTES)],
        [("user", INT), ("expires_ms", BIG)],
        [("used_ms", BIG), ("device", BYTES)],
    ),
    "blob": ([TENANT, ("sha256", BYTES)], [("size", BIG), ("have", BIG)], [("completed_ms", BIG)]),
    "blob_ref": ([TENANT, ("sha256", BYTES), ("kind", INT), ("row_id", BYTES)], [], []),
    "segment": (
        [TENANT, ("sha256", BYTES)],
        [("kind", INT), ("owner", INT), ("level", INT), ("size", BIG), ("made_ms", BIG), ("streams", BYTES)],
        [("replaced_ms", BIG)],
    ),
    "hub": (
        [TENANT, ("id", BYTES)],
        [("office", INT), ("code_hash", BYTES), ("code_expires_ms", BIG), ("last_seen_ms", BIG)],
        [("token_hash", BYTES), ("revoked_ms", BIG)],
    ),
    "hub_item": ([TENANT, ("kind", INT), ("owner", BYTES), ("number", BIG)], [("body", BYTES)], []),
}

FOREIGN_KEYS = {
    "tenant_head": [(["tenant"], ["tenant.id"])],
    "stream": [(["tenant"], ["tenant.id"])],
    "device": [(["tenant"], ["tenant.id"])],
    "account": [(["tenant"], ["tenant.id"])],
    "device_user": [
        (["tenant", "device"], ["device.tenant", "device.id"]),
        (["tenant", "user"], ["account.tenant", "account.user"]),
    ],
    "enrol_code": [(["tenant", "user"], ["account.tenant", "account.user"])],
    "hub": [(["tenant"], ["tenant.id"])],
}

UNIQUE = {
    "stream": ["tenant", "kind", "owner", "level", "year"],
    "account": ["tenant", "username"],
    "device_user": ["token_hash"],
}

INDEXES = {
    "feed": (["tenant", "stream", "seq"], False),
    "op_log": (["tenant", "seq"], True),
    "lease": (["tenant", "device"], False),
    "device": (["id"], False),
    "enrol_code": (["code_hash"], False),
    "segment": (["tenant", "kind", "owner"], False),
}

# Small rows that are always found by their key: SQLite keeps them in the key's own tree.
WITHOUT_ROWID = {"feed", "number", "blob_ref"}


def upgrade() -> None:
    """Make every table."""
    for table, (key, filled, optional) in COLUMNS.items():
        columns: list[sa.Column[Any]] = [
            sa.Column(name, kind, nullable=nullable, autoincrement=False)
            for group, nullable in ((key, False), (filled, False), (optional, True))
            for name, kind in group
        ]
        constraints: list[sa.schema.SchemaItem] = [
            sa.PrimaryKeyConstraint(*(name for name, _ in key), name=f"pk_{table}")
        ]
        if table in UNIQUE:
            constraints.append(sa.UniqueConstraint(*UNIQUE[table], name=f"uq_{table}_{'_'.join(UNIQUE[table])}"))
        for own, others in FOREIGN_KEYS.get(table, []):
            constraints.append(sa.ForeignKeyConstraint(own, others, name=f"fk_{table}_{'_'.join(own)}"))
        op.create_table(table, *columns, *constraints, sqlite_with_rowid=table not in WITHOUT_ROWID)
    for table, (names, unique) in INDEXES.items():
        op.create_index(f"ix_{table}_{'_'.join(names)}", table, names, unique=unique)


def downgrade() -> None:
    """There is nothing before the first schema."""
    raise NotImplementedError
