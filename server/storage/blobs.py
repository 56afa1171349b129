"""What is known of files: how much of each is here, and which rows refer to it. The bytes lie in `blob_files`."""

from collections.abc import Collection, Sequence
from typing import Any

import msgspec
from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.sql import Delete, Select, Update

from core.domain.ids import TenantId
from server.storage.records import RowKey
from server.storage.statements import append, chunks, upsert
from server.storage.tables import BLOB, BLOB_REF
from server.storage.together import send
from sql.direct import kept


class BlobRow(msgspec.Struct, frozen=True, kw_only=True):
    """One file: its size, the bytes that are on the disk for good, and when it was complete."""

    sha256: bytes
    size: int
    have: int
    completed_ms: int | None


@kept
def _no_longer() -> Delete:
    return delete(BLOB_REF).where(
        *(BLOB_REF.c[name] == bindparam(f"of_{name}") for name in ("tenant", "sha256", "kind", "row_id"))
    )


@kept
def _some() -> Select[Any]:
    mine = (BLOB.c.tenant == bindparam("tenant"), BLOB.c.sha256.in_(bindparam("hashes", expanding=True)))
    return select(BLOB.c.sha256, BLOB.c.size, BLOB.c.have, BLOB.c.completed_ms).where(*mine)


@kept
def _rows_with() -> Select[Any]:
    mine = (BLOB_REF.c.tenant == bindparam("tenant"), BLOB_REF.c.sha256 == bindparam("of"))
    return select(BLOB_REF.c.kind, BLOB_REF.c.row_id).where(*mine)


@kept
def _change(names: tuple[str, ...]) -> Update:
    mine = (BLOB.c.tenant == bindparam("in_tenant"), BLOB.c.sha256 == bindparam("of"))
    return update(BLOB).where(*mine).values({name: bindparam(f"new_{name}") for name in names})


class BlobTable:
    """The files of one tenant."""

    def __init__(self, connection: Connection, tenant: TenantId) -> None:
        self._connection = connection
        self._tenant = tenant

    def some(self, hashes: Collection[bytes]) -> dict[bytes, BlobRow]:
        """Those of the files that are known."""
        found: dict[bytes, BlobRow] = {}
        for wanted in chunks(sorted(set(hashes))):
            rows = self._connection.execute(_some(), {"tenant": self._tenant, "hashes": list(wanted)})
            found.update({row["sha256"]: BlobRow(**row) for row in rows.mappings()})
        return found

    def get(self, sha256: bytes) -> BlobRow | None:
        """The file, or None."""
        return self.some([sha256]).get(sha256)

    def complete_ones(self) -> list[BlobRow]:
        """Every file that is here as a whole."""
        mine = select(BLOB.c.sha256, BLOB.c.size, BLOB.c.have, BLOB.c.completed_ms)
        rows = self._connection.execute(
            mine.where(BLOB.c.tenant == self._tenant, BLOB.c.completed_ms.isnot(None)).order_by(BLOB.c.sha256)
        )
        return [BlobRow(**row) for row in rows.mappings()]

    def start(self, sha256: bytes, *, size: int) -> None:
        """Note that a file begins to arrive; drops what was noted of an attempt that is not complete."""
        row = {"tenant": self._tenant, "sha256": sha256, "size": size, "have": 0, "completed_ms": None}
        upsert(self._connection, BLOB, rows=[row], changing=("size", "have", "completed_ms"))

    def grow(self, sha256: bytes, *, have: int) -> None:
        """Note how much of a file is on the disk."""
        self._change(sha256, have=have)

    def complete(self, sha256: bytes, *, size: int, now_ms: int) -> None:
        """Note that all of a file is here and its hash is right."""
        self._change(sha256, size=size, have=size, completed_ms=now_ms)

    def forget(self, sha256: bytes) -> None:
        """Note that nothing of a file is here."""
        self._connection.execute(delete(BLOB).where(BLOB.c.tenant == self._tenant, BLOB.c.sha256 == sha256))

    def forget_unreferred(self, hashes: Collection[bytes]) -> None:
        """Note that nothing is here of those of the files to which no row refers."""
        for sha256 in sorted(hashes):
            if not self.rows_with(sha256):
                self.forget(sha256)

    def begun(self) -> list[bytes]:
        """The files of which a part is here."""
        begun = (BLOB.c.tenant == self._tenant, BLOB.c.completed_ms.is_(None), BLOB.c.have > 0)
        return [bytes(one) for one in self._connection.execute(select(BLOB.c.sha256).where(*begun)).scalars()]

    def known(self) -> set[bytes]:
        """Every file of which something is here, or is arriving."""
        rows = self._connection.execute(select(BLOB.c.sha256).where(BLOB.c.tenant == self._tenant))
        return {bytes(row.sha256) for row in rows}

    def rows_with(self, sha256: bytes) -> list[RowKey]:
        """The rows that refer to a file."""
        rows = self._connection.execute(_rows_with(), {"tenant": self._tenant, "of": sha256})
        return [(row.kind, row.row_id) for row in rows]

    def refer(self, *, added: Sequence[tuple[bytes, RowKey]], removed: Sequence[tuple[bytes, RowKey]]) -> None:
        """Note which rows begin and which cease to refer to files."""
        for sha256, (kind, row_id) in removed:
            values = {"of_tenant": self._tenant, "of_sha256": sha256, "of_kind": kind, "of_row_id": row_id}
            send(self._connection, _no_longer(), values)
        rows = [
            {"tenant": self._tenant, "sha256": sha256, "kind": kind, "row_id": row_id}
            for sha256, (kind, row_id) in added
        ]
        append(self._connection, BLOB_REF, rows=rows)

    def _change(self, sha256: bytes, **values: int) -> None:
        named = {f"new_{name}": value for name, value in values.items()}
        self._connection.execute(_change(tuple(values)), {"in_tenant": self._tenant, "of": sha256, **named})
