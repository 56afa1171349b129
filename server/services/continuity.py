"""Backups, what they make safe, and coming back from one.

What a PC has sent stays on that PC until the server says that it cannot lose it any more: until a backup that holds
it is finished. So a server that is put back from last night's copy is given the day again by the PCs; nobody types
anything twice.
"""

from collections.abc import Callable
from pathlib import Path

import msgspec

from core.domain.ids import TenantId
from core.protocol.bundle import SUFFIX
from server.services.certificates import write_secret
from server.services.number_fates import skip_after_restore
from server.services.tokens import Clock
from server.storage.blob_files import BlobFiles, sync_folder
from server.storage.copying import copy_named, copy_sealed
from server.storage.database import Database, UnitOfWork

DATABASE_COPY = "pesagi-server.db"
BLOBS_COPY = "blobs"
AUTHORITY_COPY = "tls"
SEALED_COPY = "sealed"
# Numbers of letters that were given out between the backup and the loss are known to the PCs alone, some of which
# may not be heard of for weeks: so many of each series are passed over rather than given out twice. If a copy is put
# back again, only the operator knows that numbers beyond those were given out since: so many more each time.
PASSED_OVER = 500
# Revisions that were given out after the backup lie on PCs with other content: none of them may be given out again,
# also if the same backup is put back twice. So they go on from the clock - a hundred a second since the year 2026 - and
# at least so many higher. A backup made within three hours of an earlier loss is ahead of the clock: then the clock
# says how much higher.
REVISIONS_LEFT_OUT = 1_000_000
_BEGINNING_MS = 1_767_225_600_000
_CENTISECOND_MS = 10


class BackupReport(msgspec.Struct, frozen=True, kw_only=True):
    """A finished backup: up to which number each region is in it, and how many files were added to it.

    `files_damaged` are not what they are named for; an earlier backup may have them whole, and keeps them so.
    """

    safe_up_to: dict[int, int]
    files_added: int
    bytes_added: int
    files_damaged: tuple[str, ...] = ()


class PutBack(msgspec.Struct, frozen=True, kw_only=True):
    """A region that counts anew."""

    tenant: TenantId
    feed_epoch: int
    series_passed_over: int


class ContinuityService:
    """The operator's means against loss."""

    def __init__(self, database: Database, blobs: BlobFiles, clock: Clock, *, authority: Path, sealed: Path) -> None:
        """`authority` is the folder with the server's certificate authority: without it every PC refuses the server.

        `sealed` is where the work of PCs lies that were shut out: nobody else has it any more.
        """
        self._database = database
        self._blobs = blobs
        self._clock = clock
        self._authority = authority
        self._sealed = sealed

    def back_up(self, folder: Path) -> BackupReport:
        """Copy database and files into `folder`, adding to an earlier backup there; StoreFault, OSError.

        Only when all of it has been read again and lies on the disk is it called safe.
        """
        folder.mkdir(parents=True, exist_ok=True)
        heads = self._heads()
        self._database.copy_to(folder / DATABASE_COPY)
        added, size, damaged = self._copy_files(folder / BLOBS_COPY)
        self._copy_authority(folder / AUTHORITY_COPY)
        more, more_size = self._copy_sealed(folder / SEALED_COPY)
        sync_folder(folder)
        for tenant, seq in heads.items():
            self.call_safe(TenantId(tenant), seq)
        return BackupReport(
            safe_up_to=heads, files_added=added + more, bytes_added=size + more_size, files_damaged=damaged
        )

    def call_safe(self, tenant: TenantId, seq: int | None = None) -> int:
        """Note that everything up to `seq` (None: up to now) lies in a backup or on a standby; the number noted."""

        def work(unit: UnitOfWork) -> int:
            head = unit.of(tenant).head
            head.set_durable(head.read().seq if seq is None else seq)
            return head.read().durable

        return self._database.write(work)

    def put_back(
        self, *, times: int = 1, note: Callable[[UnitOfWork, TenantId], object] = lambda _unit, _tenant: None
    ) -> tuple[PutBack, ...]:
        """Say that this database is an older copy of itself: PCs compare, and send again what it has lost.

        `times`: how often this same copy has been put back by now. `note` writes down in each region that it was said.
        """
        margin = PASSED_OVER * times

        def work(unit: UnitOfWork) -> tuple[PutBack, ...]:
            now = (self._clock() - _BEGINNING_MS) // _CENTISECOND_MS
            for row in unit.tenants.all():
                head = unit.of(row.id).head
                behind = now - head.read().seq
                ahead = REVISIONS_LEFT_OUT + now % REVISIONS_LEFT_OUT
                head.skip(behind if behind >= REVISIONS_LEFT_OUT else ahead)
            done = tuple(
                PutBack(
                    tenant=row.id,
                    feed_epoch=unit.tenants.begin_feed_epoch(row.id, at_least=now),
                    series_passed_over=skip_after_restore(unit.of(row.id), margin=margin, now_ms=self._clock()),
                )
                for row in unit.tenants.all()
            )
            for one in done:
                note(unit, one.tenant)
            return done

        return self._database.write(work)

    def _heads(self) -> dict[int, int]:
        return self._database.read(
            lambda unit: {int(row.id): unit.of(row.id).head.read().seq for row in unit.tenants.all()}
        )

    def _copy_authority(self, target: Path) -> None:
        if self._authority.is_dir():
            target.mkdir(mode=0o700, exist_ok=True)
            for source in self._authority.iterdir():
                write_secret(target / source.name, source.read_bytes())
            sync_folder(target)

    def _copy_sealed(self, target: Path) -> tuple[int, int]:
        """(how many were copied, their bytes); what is not whole yet its PC still has."""
        sources = sorted(self._sealed.glob(f"*/*{SUFFIX}"))
        sizes = [copy_sealed(source, target / source.parent.name / source.name) for source in sources]
        if sources:
            sync_folder(target)
        return sum(1 for size in sizes if size), sum(sizes)

    def _copy_files(self, target: Path) -> tuple[int, int, tuple[str, ...]]:
        """(how many were copied, their bytes, the names of those that are damaged here)."""
        added = size = 0
        damaged = []
        for source, name in self._blobs.complete():
            copy = target / name
            # What an older program copied may have been cut by a fallen plug.
            if copy.exists() and copy.stat().st_size == source.stat().st_size:
                continue
            if not copy_named(source, copy, bytes.fromhex(source.name)):
                damaged.append(source.name)
                continue
            added += 1
            size += copy.stat().st_size
        for folder in target.glob("*"):
            sync_folder(folder)
        if target.is_dir():
            sync_folder(target)
        return added, size, tuple(damaged)
