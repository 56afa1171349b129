"""The tables of the server. The tenant (the region) is the first column of every key.

`tenant_head.seq` numbers everything that happens in a tenant, without gaps: a transaction takes its numbers last,
by an update of that one row, so a reader that sees number n sees all below n. Times are milliseconds since 1970.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
METADATA = MetaData(naming_convention=NAMES)


def _key(name: str, kind: type[Integer | BigInteger | LargeBinary | Text] = Integer) -> Column[object]:
    return Column(name, kind, primary_key=True, autoincrement=False, nullable=False)


TENANT = Table(
    "tenant",
    METADATA,
    _key("id"),
    Column("name", Text, nullable=False),
    Column("region", Text, nullable=False),
    # Changed by whoever puts an older copy of the database back: cursors of before are then not trusted.
    Column("feed_epoch", BigInteger, nullable=False),
)

TENANT_HEAD = Table(
    "tenant_head",
    METADATA,
    _key("tenant"),
    Column("seq", BigInteger, nullable=False),
    Column("audit_hash", LargeBinary, nullable=False),
    # The number up to which nothing can be lost any more: the last finished backup, or what a standby has.
    Column("durable", BigInteger, nullable=False),
    # Every change above this number stands in the log with what it made; below it, only what ops did.
    Column("logged_from", BigInteger, nullable=False, server_default="0"),
    ForeignKeyConstraint(["tenant"], ["tenant.id"]),
)

STREAM = Table(
    "stream",
    METADATA,
    _key("tenant"),
    _key("id"),
    Column("kind", Integer, nullable=False),
    Column("owner", Integer, nullable=False),
    Column("level", Integer, nullable=False),
    Column("year", Integer, nullable=False),
    # The number of the newest feed row: tells "nothing new" without looking at the feed.
    Column("last", BigInteger, nullable=False),
    UniqueConstraint("tenant", "kind", "owner", "level", "year"),
    ForeignKeyConstraint(["tenant"], ["tenant.id"]),
)

RECORD = Table(
    "record",
    METADATA,
    _key("tenant"),
    _key("kind"),
    _key("id", LargeBinary),
    Column("rev", BigInteger, nullable=False),
    Column("payload", LargeBinary, nullable=False),
    # msgpack map, field -> the revision that last changed it; a field that never changed since birth is absent.
    Column("field_revs", LargeBinary, nullable=False),
)

# Which records speak of a letter: they are as secret as it, and move with it.
ABOUT = Table(
    "about",
    METADATA,
    _key("tenant"),
    _key("letter", LargeBinary),
    _key("kind"),
    _key("row_id", LargeBinary),
    sqlite_with_rowid=False,
)

FEED = Table(
    "feed",
    METADATA,
    _key("tenant"),
    _key("stream"),
    _key("kind"),
    _key("row_id", LargeBinary),
    Column("seq", BigInteger, nullable=False),
    Column("gone", Boolean(create_constraint=False), nullable=False),
    Index(None, "tenant", "stream", "seq"),
    sqlite_with_rowid=False,
)

OP_LOG = Table(
    "op_log",
    METADATA,
    _key("tenant"),
    _key("device", LargeBinary),
    _key("epoch"),
    _key("dev_seq", BigInteger),
    Column("seq", BigInteger, nullable=False),
    Column("op", LargeBinary, nullable=False),
    Column("head", LargeBinary, nullable=False),
    Column("result", LargeBinary, nullable=False),
    Column("received_ms", BigInteger, nullable=False),
    Column("audit_hash", LargeBinary, nullable=False),
    # Sixteen bytes for each record that came of it, in the order of their numbers; NULL before these were kept.
    Column("made", LargeBinary, nullable=True),
    Index(None, "tenant", "seq", unique=True),
)

# What was signed of the log, once a day (`core.protocol.daily_heads`).
DAILY_HEAD = Table(
    "daily_head",
    METADATA,
    _key("tenant"),
    _key("number"),
    Column("day", Integer, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("running", LargeBinary, nullable=False),
    Column("chain", LargeBinary, nullable=False),
    Column("signature", LargeBinary, nullable=False),
    ForeignKeyConstraint(["tenant"], ["tenant.id"]),
)

NUMBER = Table(
    "number",
    METADATA,
    _key("tenant"),
    _key("office"),
    _key("year"),
    _key("series", Text),
    _key("number"),
    _key("suffix", Text),
    Column("kind", Integer, nullable=False),
    Column("row_id", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)

NUMBER_SERIES = Table(
    "number_series",
    METADATA,
    _key("tenant"),
    _key("office"),
    _key("year"),
    _key("series", Text),
    # The greatest number given out in any way: leased, assigned, or claimed by an imported book.
    Column("highest", Integer, nullable=False),
    Column("fence", Integer, nullable=False),
    # The device that gives out the numbers (a hub), empty where the server does, and the fence of its appointment.
    Column("holder", LargeBinary, nullable=False),
    Column("since", Integer, nullable=False),
)

LEASE = Table(
    "lease",
    METADATA,
    _key("tenant"),
    _key("office"),
    _key("year"),
    _key("series", Text),
    _key("low"),
    Column("high", Integer, nullable=False),
    Column("fence", Integer, nullable=False),
    Column("device", LargeBinary, nullable=False),
    Column("epoch", Integer, nullable=False),
    # How often it was handed out: a block is handed out again while a lost reply may be the reason for asking.
    Column("handed", Integer, nullable=False),
    Column("granted_ms", BigInteger, nullable=False),
    # What was not used of it was returned or voided: nothing more is expected of this block.
    Column("closed", Boolean(create_constraint=False), nullable=False),
    Index(None, "tenant", "device"),
)

DEVICE = Table(
    "device",
    METADATA,
    _key("tenant"),
    _key("id", LargeBinary),
    Column("epoch", Integer, nullable=False),
    Column("next_seq", BigInteger, nullable=False),
    Column("head", LargeBinary, nullable=False),
    Column("sign_key", LargeBinary, nullable=False),
    Column("seal_key", LargeBinary, nullable=False),
    Column("name", Text, nullable=False),
    Column("revoked_ms", BigInteger, nullable=True),
    Column("last_seen_ms", BigInteger, nullable=False),
    Column("state", LargeBinary, nullable=True),
    Column("told_ms", BigInteger, nullable=False, server_default="0"),
    Column("sealed", BigInteger, nullable=False, server_default="0"),
    Column("sealed_ms", BigInteger, nullable=False, server_default="0"),
    Column("opened_ms", BigInteger, nullable=False, server_default="0"),
    ForeignKeyConstraint(["tenant"], ["tenant.id"]),
    Index(None, "id"),
)

ACCOUNT = Table(
    "account",
    METADATA,
    _key("tenant"),
    _key("user"),
    Column("username", Text, nullable=False),
    Column("password_hash", Text, nullable=True),
    Column("key_wraps", LargeBinary, nullable=True),
    # When the password was chosen; 0: not known.
    Column("password_ms", BigInteger, nullable=False, server_default="0"),
    UniqueConstraint("tenant", "username"),
    ForeignKeyConstraint(["tenant"], ["tenant.id"]),
)

DEVICE_USER = Table(
    "device_user",
    METADATA,
    _key("tenant"),
    _key("device", LargeBinary),
    _key("user"),
    Column("token_hash", LargeBinary, nullable=False, unique=True),
    Column("token_expires_ms", BigInteger, nullable=False),
    # The first token of the session that this one is a successor of, and since when this one is in use.
    Column("family", LargeBinary, nullable=True),
    Column("shown_ms", BigInteger, nullable=True),
    # When the password was given for the session: however much it is used, it ends some time after.
    Column("began_ms", BigInteger, nullable=False, server_default="0"),
    ForeignKeyConstraint(["tenant", "device"], ["device.tenant", "device.id"]),
    ForeignKeyConstraint(["tenant", "user"], ["account.tenant", "account.user"]),
)

# Tokens that have a successor; one that is shown all the same is held by somebody else.
TURNED_TOKEN = Table(
    "turned_token",
    METADATA,
    _key("tenant"),
    _key("token_hash", LargeBinary),
    Column("device", LargeBinary, nullable=False),
    Column("user", Integer, nullable=False),
    Column("turned_ms", BigInteger, nullable=False),
)

# Wrong passwords in a row, of a person or of a device; none is heard before `until_ms`.
GUESS = Table(
    "guess",
    METADATA,
    _key("tenant"),
    _key("who", LargeBinary),
    Column("wrong", Integer, nullable=False),
    Column("until_ms", BigInteger, nullable=False),
)

# Signatures over requests that let somebody in: each does so once.
USED_SIGNATURE = Table(
    "used_signature",
    METADATA,
    _key("tenant"),
    _key("sha256", LargeBinary),
    Column("used_ms", BigInteger, nullable=False),
)

# What the administrator has to know: an old token was shown, and the sessions of its person on the device ended.
ALARM = Table(
    "alarm",
    METADATA,
    _key("tenant"),
    _key("number"),
    Column("at_ms", BigInteger, nullable=False),
    Column("device", LargeBinary, nullable=False),
    Column("user", Integer, nullable=False),
)

ENROL_CODE = Table(
    "enrol_code",
    METADATA,
    _key("tenant"),
    _key("code_hash", LargeBinary),
    Column("user", Integer, nullable=False),
    Column("expires_ms", BigInteger, nullable=False),
    Column("used_ms", BigInteger, nullable=True),
    Column("device", LargeBinary, nullable=True),
    ForeignKeyConstraint(["tenant", "user"], ["account.tenant", "account.user"]),
    Index(None, "code_hash"),
)

BLOB = Table(
    "blob",
    METADATA,
    _key("tenant"),
    _key("sha256", LargeBinary),
    Column("size", BigInteger, nullable=False),
    # Bytes that are on the disk for good.
    Column("have", BigInteger, nullable=False),
    Column("completed_ms", BigInteger, nullable=True),
)

BLOB_REF = Table(
    "blob_ref",
    METADATA,
    _key("tenant"),
    _key("sha256", LargeBinary),
    _key("kind"),
    _key("row_id", LargeBinary),
    sqlite_with_rowid=False,
)

SEGMENT = Table(
    "segment",
    METADATA,
    _key("tenant"),
    _key("sha256", LargeBinary),
    Column("kind", Integer, nullable=False),
    Column("owner", Integer, nullable=False),
    Column("level", Integer, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("made_ms", BigInteger, nullable=False),
    # msgpack array of (stream, the number up to which it is known, rows).
    Column("streams", LargeBinary, nullable=False),
    # Since when a newer one is offered in its place; PCs that fetch it already may go on for some days.
    Column("replaced_ms", BigInteger, nullable=True),
    Index(None, "tenant", "kind", "owner"),
)

HUB = Table(
    "hub",
    METADATA,
    _key("tenant"),
    _key("id", LargeBinary),
    Column("office", Integer, nullable=False),
    Column("code_hash", LargeBinary, nullable=False),
    Column("code_expires_ms", BigInteger, nullable=False),
    Column("token_hash", LargeBinary, nullable=True),
    Column("revoked_ms", BigInteger, nullable=True),
    Column("last_seen_ms", BigInteger, nullable=False),
    # The key that its token is bound to; none of a hub that came before there were any.
    Column("seal_key", LargeBinary, nullable=True),
    # When it was last in touch; `last_seen_ms` is when it was let in, which its appointment says.
    Column("contact_ms", BigInteger, nullable=False, server_default="0"),
    ForeignKeyConstraint(["tenant"], ["tenant.id"]),
)

# What a hub keeps beside its copy of the feed: parcels, slips, statements, blocks of numbers. Empty on the server.
HUB_ITEM = Table(
    "hub_item",
    METADATA,
    _key("tenant"),
    _key("kind"),
    _key("owner", LargeBinary),
    _key("number", BigInteger),
    Column("body", LargeBinary, nullable=False),
)
