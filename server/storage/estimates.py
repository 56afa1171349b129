"""What PostgreSQL knows of the tables when it decides how to carry out a statement.

It counts them by itself a minute after they have changed much. Until it has, it believes that a tenant has one device
in two hundred of the table, and puts every device beside every one of a group: fifty times a thousand comparisons for
each group of pushes. A statement that was prepared then stays as it was prepared until the tables are counted.
"""

from sqlalchemy import text
from sqlalchemy.engine import Engine

from server.storage.engine import migrating

_NEVER_COUNTED = text(
    "SELECT quote_ident(relname) FROM pg_class WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace"
    " AND reltuples < 0 AND pg_relation_size(oid) > 0 ORDER BY relname"
)


def count_tables(engine: Engine) -> None:
    """Let the database count those of its tables that have rows and were never counted; SQLite needs none of it."""
    if engine.dialect.name != "postgresql":
        return
    with migrating(engine) as connection:
        for table in connection.execute(_NEVER_COUNTED).scalars().all():
            connection.exec_driver_sql(f"ANALYZE {table}")
