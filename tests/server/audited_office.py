"""Three days of an office on a server, and copies of its folder that are changed behind the server's back."""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.domain.amending import AmendLetter
from core.domain.ids import BlobHash, LetterId, TenantId
from core.domain.offices import Role
from server.services.auditing import AuditReport, AuditService
from server.services.verifying import ServerCheck, ServerVerifyService
from server.storage.blob_files import BlobFiles
from server.storage.database import Database
from server.storage.engine import sqlite_url
from tests.factories import SCAN, issue, register
from tests.support.device import Join, ScriptedDevice
from tests.support.server import (
    PASSWORD,
    ManualClock,
    OfficeInTest,
    RunningServer,
    make_office,
    running_server,
)

DATABASE, BLOBS = "pesagi-server.db", "blobs"


def three_days(server: RunningServer, office: OfficeInTest, join: Join, clock: ManualClock) -> bytes:
    """Letters, orders, refusals, changes of the administrator, and a head each day; the key of the server."""
    clerk, head = join("tu"), join("camat")
    for day in range(3):
        clock.advance(days=1)
        if day:
            title = f"Kasi Baru {day}"
            server.admin.add_position(office.tenant, office.office, title=title, role=Role.STAFF, superior=None)
        _work(clerk, head, office, content=f"%PDF-1.7 pindaian {day}".encode())
        server.handle.daily_heads.make_due()
    assert head.session is not None
    return head.session.bundle_sign


def _work(clerk: ScriptedDevice, head: ScriptedDevice, office: OfficeInTest, *, content: bytes) -> None:
    letter_id, tu = LetterId(clerk.new_id()), office.positions["tu"]
    sha256 = hashlib.sha256(content).digest()
    clerk.upload(sha256, content, size=len(content))
    scan = type(SCAN)(sha256=BlobHash(sha256), size=len(content), media=SCAN.media, pages=1)
    first = register(letter_id=letter_id, agenda_no=0, addressee=office.positions["camat"], scans=(scan,))
    clerk.act(first, position=tu)
    clerk.act(AmendLetter(letter_id=letter_id, changes={"subject": "Rapat"}, base={}), position=tu)
    # Refused: nobody holds this position.
    clerk.act(register(letter_id=clerk.new_id(), agenda_no=0, scans=(), addressee=tu + 999), position=tu)
    clerk.sync()
    head.sync()
    recipients = (office.positions["sekcam"],)
    order = issue(disposition_id=head.new_id(), letter_id=letter_id, recipients=recipients)
    head.act(order, position=office.positions["camat"])
    head.sync()


@dataclass(frozen=True)
class ServerCopy:
    """A copy of a server's folder, at rest."""

    folder: Path
    tenant: TenantId
    key: bytes

    @property
    def blobs(self) -> list[Path]:
        """Every file with a scan."""
        return sorted(path for path in (self.folder / BLOBS).glob("*/??/*") if path.is_file())

    def again(self, folder: Path) -> ServerCopy:
        """A copy of this copy."""
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        shutil.copyfile(self.folder / DATABASE, folder / DATABASE)
        shutil.copytree(self.folder / BLOBS, folder / BLOBS)
        return ServerCopy(folder, self.tenant, self.key)

    def ask(self, statement: str, *values: Any) -> list[Any]:
        """Run a statement on the database, in a transaction of its own."""
        with closing(sqlite3.connect(self.folder / DATABASE)) as connection, connection:
            return connection.execute(statement, values).fetchall()

    def audit(self) -> AuditReport:
        """What `admin audit` finds."""
        return self.check().audit

    def check(self) -> ServerCheck:
        """What `admin verify` finds."""
        database = Database(sqlite_url(self.folder / DATABASE))
        try:
            files = BlobFiles(self.folder / BLOBS)
            audit = AuditService(database, server_key=self.key)
            return ServerVerifyService(database, files, audit).verify(self.tenant)
        finally:
            database.close()


def resting_server(folder: Path) -> ServerCopy:
    """A server that has had three days and stands still."""
    clock = ManualClock()
    with running_server(folder, clock=clock) as server:
        office = make_office(server)

        def join(handle: str) -> ScriptedDevice:
            device = ScriptedDevice(server.url, server.wire, clock=clock)
            device.enrol(office.codes[handle], password=PASSWORD)
            device.sync()
            return device

        key = three_days(server, office, join, clock)
        return copy_of(server, office, key, folder / "rest")


def copy_of(server: RunningServer, office: OfficeInTest, key: bytes, folder: Path) -> ServerCopy:
    """A copy of a server that runs."""
    folder.mkdir(parents=True)
    server.handle.database.copy_to(folder / DATABASE)
    shutil.copytree(server.config.data / BLOBS, folder / BLOBS)
    return ServerCopy(folder, office.tenant, key)
