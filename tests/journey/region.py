"""A region with sixty letters, what an administrator may do to it, and what a PC must hold of it in the end."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import msgspec

from core.domain.dispositions import Disposition, Recipient
from core.domain.ids import StreamId, uuid7
from core.domain.letters import IncomingLetter, SecurityLevel
from core.protocol.codec import decode_record
from core.protocol.records import KIND_OF
from desktop.storage.streams import member, orphan
from server.services.ground import Ground
from server.services.ledger import Entry, write_entries
from server.services.snapshots import SnapshotMaker
from server.services.storable import all_storable
from server.storage.database import TenantStore
from server.storage.segment_files import SegmentFiles
from server.storage.segments import SegmentRow
from server.storage.snapshot_rows import LiveRow
from tests import factories
from tests.journey.conftest import Kantor
from tests.journey.office_pc import OfficePc

LETTERS, YEARS = 60, (2025, 2026)
KINDS = (IncomingLetter, Disposition)
DAY_ONE = date(2025, 1, 1)


@dataclass
class Region:
    """The office with sixty letters, each with a disposition, and what an administrator may do to it."""

    kantor: Kantor

    def fill(self, *, security: SecurityLevel = SecurityLevel.OPEN, count: int = LETTERS) -> None:
        """Letters of two years, addressed to the head and disposed to one section each."""
        office = self.kantor.office
        head, section = office.positions["camat"], office.positions["kesos"]
        records: list[Any] = []
        for number in range(count):
            year = YEARS[number * len(YEARS) // count]
            letter = factories.letter(
                id=uuid7(1_735_700_000_000 + number * 86_400_000, os.urandom),
                office=office.office,
                agenda_year=year,
                agenda_no=number + 1 + 1_000 * security,
                received_on=DAY_ONE + timedelta(days=number),
                subject=f"Perihal {number} {os.urandom(40).hex()}",
                security=security,
                addressee=head,
                involved=(head, section),
                scans=(),
                registered_by=office.users["tu"],
            )
            sheet = factories.disposition(
                id=uuid7(1_735_700_500_000 + number * 86_400_000, os.urandom),
                letter_id=letter.id,
                office=office.office,
                year=year,
                security=security,
                from_position=head,
                from_user=office.users["camat"],
                recipients=(Recipient(position=section),),
            )
            records += [letter, sheet]
        self.write(*records)

    def write(self, *records: Any) -> None:
        """Change records as the server's own write path does."""

        def work(store: TenantStore) -> None:
            write_entries(store, Ground(store, None), entries=[Entry(records=all_storable(records))], now_ms=1)

        self.kantor.server.handle.database.write(lambda unit: work(unit.of(self.kantor.office.tenant)))

    def ask(self, work: Callable[[TenantStore], Any]) -> Any:
        """Something that the database knows."""
        return self.kantor.server.handle.database.read(lambda unit: work(unit.of(self.kantor.office.tenant)))

    def maker(self, *, now_ms: int = 1_000) -> SnapshotMaker:
        """The maker of segments, for whom sixty letters are enough."""
        server = self.kantor.server
        files = SegmentFiles(server.config.data / "segments")
        return SnapshotMaker(server.handle.database, files, lambda: now_ms, min_rows=40)

    def segments(self) -> list[SegmentRow]:
        """All that is known of segments."""
        found: list[SegmentRow] = self.ask(lambda store: store.segments.all())
        return found

    def letters(self) -> list[IncomingLetter]:
        """Every letter of the region, the oldest first."""
        kind = KIND_OF[IncomingLetter].code
        return [decode_record(kind, payload) for payload in self.ask(lambda store: store.records.of_kind(kind))]

    def live(self, stream: StreamId) -> list[LiveRow]:
        """The rows that lie in a stream."""
        found: list[LiveRow] = self.ask(lambda store: list(store.snapshot_rows.live(stream)))
        return found

    def reclassify(self, letter: IncomingLetter) -> None:
        """Raise the secrecy of a letter and of its disposition: they leave their stream."""
        kind = KIND_OF[Disposition].code
        sheets = [decode_record(kind, payload) for payload in self.ask(lambda store: store.records.of_kind(kind))]
        mine = [one for one in sheets if one.letter_id == letter.id]
        secret = SecurityLevel.SECRET
        self.write(*(msgspec.structs.replace(one, security=secret) for one in (letter, *mine)))

    def check(self, pc: OfficePc) -> None:
        """The PC holds the rows of its streams, in the streams where they lie, and nothing else."""
        with pc.opened.store.read() as uow:
            assert uow.segments.loading() == ()
            assert uow.connection.execute(orphan.select()).first() is None
            held = [number for number, _ in uow.streams.cursors()]
            here: dict[StreamId, set[tuple[int, bytes]]] = {number: set() for number in held}
            for row in uow.connection.execute(member.select()):
                here[StreamId(row.stream)].add((row.kind, row.row_id))
        wanted: dict[tuple[int, bytes], tuple[Any, int]] = {}
        for number in held:
            live = self.live(number)
            records = [(one.kind, decode_record(one.kind, one.payload), one.rev) for one in live]
            assert here[number] == {(kind, record.id) for kind, record, _ in records}, number
            wanted.update({(kind, record.id): (record, rev) for kind, record, rev in records})
        for struct in KINDS:
            kind = KIND_OF[struct].code
            expected = {key[1]: value for key, value in wanted.items() if key[0] == kind}
            assert pc.settled(struct) == expected
