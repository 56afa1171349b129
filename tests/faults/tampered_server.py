"""Edits of a server's database and files behind its back."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from random import Random

from tests.faults.tampered_pc import bend, other
from tests.server.audited_office import DATABASE, ServerCopy

# Table -> columns that are changed. What lies beyond the log is told in docs/adr/0029.
LOG = {
    "op_log": (
        *("tenant", "device", "epoch", "dev_seq", "seq", "op", "head", "result", "received_ms", "audit_hash", "made"),
    ),
    "daily_head": ("number", "day", "seq", "running", "chain", "signature"),
    "tenant_head": ("audit_hash",),
}
ROWS = {
    "record": ("tenant", "kind", "id", "rev", "payload", "field_revs"),
    "feed": ("tenant", "stream", "kind", "row_id", "seq", "gone"),
}
# A row that is taken away; of the log any but the newest head, which is signed again.
GONE = ("op_log", "record", "feed")


def edit_log(copy: ServerCopy, random: Random) -> str:
    """Change the log, or the heads over it."""
    return _edit(copy, random, LOG)


def edit_records(copy: ServerCopy, random: Random) -> str:
    """Change a record, or the feed of what lives."""
    return _edit(copy, random, ROWS)


def edit_scans(copy: ServerCopy, random: Random) -> str:
    """Change a file, or take it away."""
    return bend(random.choice(copy.blobs), random)


def _edit(copy: ServerCopy, random: Random, columns: Mapping[str, tuple[str, ...]]) -> str:
    with closing(sqlite3.connect(copy.folder / DATABASE)) as connection:
        connection.row_factory = sqlite3.Row
        while True:
            table = random.choice(sorted(columns))
            lives = " WHERE NOT gone" if table == "feed" else ""
            row = random.choice(connection.execute(f"SELECT * FROM {table}{lives}").fetchall())  # noqa: S608  # tables of our own
            keys = [one["name"] for one in connection.execute(f"PRAGMA table_info({table})") if one["pk"]]
            where = " AND ".join(f'"{key}" IS ?' for key in keys)
            values = [row[key] for key in keys]
            try:
                with connection:
                    if table in GONE and random.random() < 0.15:
                        connection.execute(f"DELETE FROM {table} WHERE {where}", values)  # noqa: S608  # tables of our own
                        return f"delete {table} {values}"
                    name = random.choice(columns[table])
                    new = other(row[name], random)
                    connection.execute(f'UPDATE {table} SET "{name}" = ? WHERE {where}', [new, *values])  # noqa: S608  # tables of our own
            except sqlite3.Error:
                continue  # the table itself refuses it: another one
            return f"{table}.{name} {row[name]!r} -> {new!r}"


EDITS = (edit_log, edit_log, edit_records, edit_records, edit_scans)
