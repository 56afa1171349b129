"""Row-level security: PostgreSQL itself keeps the tenants apart, whatever a statement forgets to ask.

Every table has a policy: its rows are there for a transaction that has said for which tenant it works (`app.tenant`),
and for no other. Who knocks does not know the tenant yet: a hash that is shown (`app.door`) opens the one row that
bears it. The names of the tenants are there for who asks for the list (`app.list`). All three end with the transaction.

The policies hold for the owner of the tables too, so one role is enough, if it is neither superuser nor let through by
BYPASSRLS. SQLite has no such thing.
"""

from collections.abc import Mapping
from types import MappingProxyType

from sqlalchemy import inspect, text
from sqlalchemy.engine import Connection

from core.domain.ids import TenantId
from server.storage.tables import METADATA, TENANT
from server.storage.together import send_text

# As scalar queries these are asked once a statement, and not once a row.
_MINE = "(SELECT NULLIF(current_setting('app.tenant', true), '')::integer)"
_DOOR = "(SELECT decode(NULLIF(current_setting('app.door', true), ''), 'hex'))"
_LIST = "(SELECT current_setting('app.list', true) = 'tenants')"

_DOORS: Mapping[str, str] = MappingProxyType(
    {
        "tenant": _LIST,
        "device_user": f"token_hash = {_DOOR} OR device = {_DOOR}",
        "device": f"id = {_DOOR} OR EXISTS (SELECT 1 FROM device_user u"  # noqa: S608  # our own names
        f" WHERE u.tenant = device.tenant AND u.device = device.id AND u.token_hash = {_DOOR})",
        "enrol_code": f"code_hash = {_DOOR}",
        "turned_token": f"token_hash = {_DOOR}",
        "hub": f"token_hash = {_DOOR} OR code_hash = {_DOOR}",
    }
)


class Walls:
    """What one transaction may see: says to the database for whom it works."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._standing = connection.dialect.name == "postgresql"
        self._inside: TenantId | None = None

    def enter(self, tenant: TenantId) -> None:
        """Work for this tenant from here on."""
        if self._standing and self._inside != tenant:
            self._say("app.tenant", str(int(tenant)))
            self._inside = tenant

    def knock(self, shown: bytes) -> None:
        """Look for the row that bears this hash, or this id of a device, in any tenant."""
        if self._standing:
            self._say("app.door", shown.hex())

    def look_round(self) -> None:
        """Look at the list of the tenants."""
        if self._standing:
            self._say("app.list", "tenants")

    def _say(self, setting: str, value: str) -> None:
        send_text(self._connection, "SELECT set_config(%s, %s, true)", (setting, value))


def raise_walls(connection: Connection) -> None:
    """Put every table behind its policy, as the owner of the tables."""
    here = set(inspect(connection).get_table_names())
    for table in METADATA.sorted_tables:
        if table.name not in here:
            continue
        column = "id" if table is TENANT else "tenant"
        name = f'"{table.name}"'
        mine = f"{column} = {_MINE}"
        statements = [
            f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY",
            f"ALTER TABLE {name} FORCE ROW LEVEL SECURITY",
            f"DROP POLICY IF EXISTS of_tenant ON {name}",
            f"CREATE POLICY of_tenant ON {name} USING ({mine}) WITH CHECK ({mine})",
            f"DROP POLICY IF EXISTS door ON {name}",
        ]
        if table.name in _DOORS:
            statements.append(f"CREATE POLICY door ON {name} FOR SELECT USING ({_DOORS[table.name]})")
        for statement in statements:
            connection.exec_driver_sql(statement)


def lower_walls(connection: Connection) -> None:
    """Let the owner of the tables pass, for a migration; to be raised again in the same transaction."""
    standing = text(
        "SELECT relname FROM pg_class WHERE relforcerowsecurity AND relnamespace = current_schema()::regnamespace"
    )
    for name in connection.execute(standing).scalars().all():
        connection.exec_driver_sql(f'ALTER TABLE "{name}" NO FORCE ROW LEVEL SECURITY')


def let_in(connection: Connection, role: str) -> None:
    """Let a role that does not own the tables work with their rows, as the owner."""
    quoted = '"' + role.replace('"', '""') + '"'
    connection.exec_driver_sql(
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {_schema(connection)} TO {quoted}"
    )


def passes_through(connection: Connection) -> bool:
    """Whether the role of this connection is let through every wall: a superuser, or one with BYPASSRLS."""
    asked = text("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
    return bool(connection.execute(asked).scalar_one())


def _schema(connection: Connection) -> str:
    name = str(connection.execute(text("SELECT current_schema()")).scalar_one())
    return '"' + name.replace('"', '""') + '"'
