"""What lies on the desk of a camat on a Monday morning: letters, dispositions, record files, rounds of sync."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec

from core.domain.acting import FieldConflict
from core.domain.attachments import Attachment, MediaType
from core.domain.errors import RefusalCode
from core.domain.ids import BlobHash, DeviceId, RowId, UserId
from core.domain.letters import Urgency
from core.domain.offices import ActingKind, Scope
from core.domain.server_room import ServerRun
from core.protocol.devices import DeviceNote, DeviceState
from core.protocol.messages import OpResult, Outcome
from desktop.services.archives import NewRecordFile
from desktop.services.orders import NewOrder
from desktop.storage.base import SyncMark
from desktop.storage.blob_table import BlobState, FileReason
from desktop.storage.meta import DeviceList, FileFacts, SyncFacts
from desktop.storage.outbox import OpState
from desktop.storage.record_table import Stored
from desktop.storage.server_runs import server_runs
from desktop.storage.sync_log import SyncLogEntry
from tests.desktop.sample_office import (
    CLERK,
    GENERAL,
    GOVERNMENT,
    HEAD,
    NOW,
    OFFICE,
    ORDER,
    SECRETARY,
    TODAY,
    VILLAGES,
    WELFARE,
    SampleOffice,
    sample_scan,
)

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)

WAITING = (
    ("BPBD", "Kewaspadaan Cuaca Ekstrem dan Potensi Bencana", Urgency.IMMEDIATE, None, 4 * DAY),
    ("Pekon Turgak", "Usulan Pembangunan Jalan Usaha Tani Pekon Turgak", Urgency.NORMAL, None, 3 * DAY),
    ("Inspektorat", "Penyampaian Laporan Hasil Pemeriksaan Reguler", Urgency.NORMAL, TODAY, 3 * DAY),
    ("Dinas Kesehatan", "Pelaksanaan Pekan Imunisasi di Wilayah Puskesmas Kenali", Urgency.NORMAL, None, 19 * MINUTE),
)
RECORD_FILES = (
    ("000.1.5", "Undangan rapat kabupaten 2026", "Lemari 1, boks 3", ("Undangan upacara", "Undangan rapat koordinasi")),
    ("000.7.2.3", "Musrenbang kecamatan tahun 2027", "Lemari 2, boks 14", ("Jadwal Musrenbang", "Rekap usulan pekon")),
    ("100.3.4", "Pembinaan administrasi pekon", "Lemari 2, boks 9", ("Laporan keuangan pekon",)),
    ("300.2.1", "Kesiapsiagaan bencana 2026", "", ()),
    ("400.9.1", "Data penerima bantuan sosial", "Lemari 3, boks 1", ("Verifikasi data", "Usulan penerima baru")),
    ("700.1.2", "Hasil pemeriksaan Inspektorat 2026", "Lemari besi", ("Laporan hasil pemeriksaan",)),
    ("800.1.11", "Cuti pegawai", "Lemari 4, boks 2", ("Cuti tahunan", "Cuti besar")),
)
FILE_STOPPED, FILE_DAMAGED = 2, 3
ROUNDS = ((90, "ok", 4200, 118_000), (60, "ok", 96_000, 2100), (30, "ok", 3100, 840), (7, "no_network", 0, 0))


def fill(office: SampleOffice) -> None:
    """Letters, dispositions and record files."""
    fill_dispositions(office)
    scans = (sample_scan(),)
    for sender, subject, urgency, due_on, age in WAITING:
        office.add_letter(sender, subject, urgency=urgency, due_on=due_on, received=NOW - age, scans=scans)
    office.add_letter(
        "Bappeda",
        "Undangan Rapat Koordinasi Musrenbang Kecamatan Tahun 2027",
        number="000.7.2.3/412/III.01/2026",
        urgency=Urgency.URGENT,
        classification="000.7.2.3",
        received=NOW - 6 * MINUTE,
        scans=scans,
    )
    fill_archive(office)


def fill_dispositions(office: SampleOffice) -> None:
    """What the camat sent, what came of it, and what was asked of him."""
    old = office.add_letter(
        "Dinas Sosial", "Verifikasi dan Validasi Data Penerima Bantuan Sosial", received=NOW - 4 * DAY
    )
    first = office.dispose(old, WELFARE, SECRETARY, note="Pakai data bulan lalu", at=NOW - 4 * DAY + HOUR)
    office.read(first, WELFARE, at=NOW - 3 * DAY)
    result = "Data 214 keluarga sudah diverifikasi bersama peratin; 6 tidak layak."
    office.answer(first, result, WELFARE, at=NOW - 2 * DAY)
    office.read(first, SECRETARY, at=NOW - 2 * DAY)
    edict = office.add_letter(
        "Sekretariat Daerah", "Surat Edaran tentang Penegakan Disiplin dan Jam Kerja", received=NOW - 3 * DAY
    )
    everyone = (SECRETARY, GOVERNMENT, VILLAGES)
    office.dispose(edict, *everyone, instructions=(4, 29), due_on=TODAY + 4 * DAY, at=NOW - 2 * DAY)
    for letter in (edict, old):
        office.dispose(letter, HEAD, by=SECRETARY, instructions=(3,), note="Mohon arahan Bapak.", at=NOW - DAY)


def fill_archive(office: SampleOffice) -> None:
    """Record files with the letters in them."""
    files, letters = office.record_files(CLERK), office.letters(CLERK)
    for code, title, location, subjects in RECORD_FILES:
        record_file = files.open(NewRecordFile(classification=code, title=title, location=location))
        for subject in subjects:
            letters.file(office.add_letter("Bappeda", subject, to=None, classification=code), record_file)


def fill_files(office: SampleOffice) -> None:
    """Scans on their way: one that goes up, one that somebody opened, one for the night, one stopped, one damaged."""
    now_ms = int(NOW.timestamp() * 1000)
    wanted = (
        ("Undangan Musyawarah Perencanaan Pembangunan", 8, 420_000, FileReason.OPENED, BlobState.WANTED),
        ("Permohonan data penduduk pekon per triwulan", 3, 1_240_000, FileReason.ADDRESSED, BlobState.TO_SEND),
        ("Penyampaian jadwal posyandu bulan Desember", 2, 186_000, FileReason.ADDRESSED, BlobState.TO_SEND),
        ("Edaran libur nasional dan cuti bersama 2027", 2, 310_000, FileReason.ADDRESSED, BlobState.WANTED),
        ("Laporan realisasi dana desa semester I", 24, 3_900_000, FileReason.NIGHT, BlobState.WANTED),
        ("Berita acara serah terima aset pekon", 5, 640_000, FileReason.NIGHT, BlobState.WANTED),
    )
    for place, (subject, pages, size, reason, state) in enumerate(wanted):
        sha256 = BlobHash(bytes([place + 1]) * 32)
        scan = Attachment(sha256=sha256, size=size, media=MediaType.PDF, pages=pages, name="Pindaian.pdf")
        letter = office.add_letter("Bappeda", subject, scans=(scan,))
        with office.store.begin() as uow:
            moment = now_ms - place * 1000
            uow.blobs.add(sha256, size, state=state, now_ms=moment, reason=reason, letter=letter)
            if place == FILE_STOPPED:
                uow.blobs.pause(sha256, paused=True)
            if place == FILE_DAMAGED:
                uow.blobs.fetch_again(sha256)
    with office.store.begin() as uow:
        uow.meta.write(FileFacts(rate_up=118_000.0, rate_down=122_000.0))


def fill_sync(office: SampleOffice) -> None:
    """A line that was lost, a round that failed, two acts that did not get through."""
    now_ms, minute_ms = int(NOW.timestamp() * 1000), 60_000
    with office.store.begin() as uow:
        for back, outcome, up, down in ROUNDS:
            entry = SyncLogEntry(
                started_ms=now_ms - back * minute_ms,
                seconds=(up + down) / 98_000 + 0.6,
                outcome=outcome,
                bytes_up=up,
                bytes_down=down,
                ops=up // 400,
                rows=down // 160,
            )
            uow.sync_log.add(entry)
        facts = SyncFacts(
            last_success_ms=now_ms - 30 * minute_ms,
            last_problem="no_network",
            offline_since_ms=now_ms - 7 * minute_ms,
        )
        uow.meta.write(facts)
        entries = uow.outbox.listed((OpState.WAITING,), 300)
        for done in entries[12:]:
            uow.outbox.settle(done.id, OpResult(seq=done.seq, outcome=Outcome.ACCEPTED, first_rev=1))
        refused = OpResult(seq=entries[3].seq, outcome=Outcome.REFUSED, code=RefusalCode.FILE_CLOSED.value)
        conflict = FieldConflict(field="subject", stands="Undangan Rapat Koordinasi", wanted="Undangan rapat")
        uow.outbox.settle(entries[3].id, refused)
        for place, field in ((8, "00" * 16), (9, "01" * 16)):
            uow.outbox.settle(entries[place].id, OpResult(seq=0, outcome=Outcome.HELD, first_rev=1, field=field))
        uow.outbox.decide_held("01" * 16, accepted=False, by=3, reason="Sudah dicatat penggantinya")
        uow.outbox.settle(entries[6].id, OpResult(seq=entries[6].seq, outcome=Outcome.CONFLICT, conflicts=(conflict,)))


def fill_orders(office: SampleOffice) -> None:
    """One letter of order that holds, one that is to come, and one that was ended."""
    service = office.orders(SECRETARY)
    for kind, position, acting, first, last, number in (
        (ActingKind.PLH, HEAD, GOVERNMENT, -2, 6, "800/412/IV.03/2026"),
        (ActingKind.PLT, GENERAL, WELFARE, 8, 90, "800/418/IV.03/2026"),
        (ActingKind.PLH, VILLAGES, ORDER, -12, 12, "800/377/IV.03/2026"),
    ):
        service.open(
            NewOrder(
                kind=kind,
                position=position,
                acting=UserId(acting),
                scopes=(Scope.DISPOSE,),
                order_no=number,
                order_date=TODAY - timedelta(days=13),
                first_day=TODAY + timedelta(days=first),
                last_day=TODAY + timedelta(days=last),
            )
        )
    ended = next(one for one in service.listed() if one.order_no.startswith("800/377"))
    service.end(ended.id, "Pejabat sudah kembali")


def fill_devices(office: SampleOffice) -> None:
    """What the server told of the PCs of the office."""

    def note(number: int, name: str, *users: int, ago: timedelta, **changes: Any) -> DeviceNote:
        seen = int((NOW - ago).timestamp() * 1000)
        state = DeviceState(version="0.1.0", free_mb=82_000, unbacked_h=5)
        return DeviceNote(
            device=DeviceId(bytes(15) + bytes([number])),
            name=name,
            users=tuple(UserId(user) for user in users),
            seen_ms=seen,
            told_ms=seen,
            state=msgspec.structs.replace(state, **changes),
        )

    revoked = note(6, "LAPTOP-LAMA", VILLAGES, ago=40 * DAY)
    notes = (
        note(1, "PC-TATA-USAHA", CLERK, GENERAL, ago=4 * MINUTE),
        note(2, "PC-CAMAT", HEAD, ago=12 * MINUTE, unbacked_h=-1),
        note(3, "PC-SEKRETARIS", SECRETARY, ago=2 * HOUR, waiting=14, files=3, unbacked_h=-1),
        note(4, "PC-PELAYANAN", WELFARE, ago=26 * DAY, version="0.0.9"),
        note(5, "PC-PEMERINTAHAN", GOVERNMENT, ago=HOUR, skew_s=5_400, free_mb=900),
        DeviceNote(
            device=DeviceId(bytes(15) + b"\x08"),
            name="",
            users=(),
            seen_ms=int((NOW - 6 * MINUTE).timestamp() * 1000),
            hub_of=int(OFFICE),
        ),
        msgspec.structs.replace(revoked, revoked_ms=int((NOW - DAY).timestamp() * 1000), sealed=81_920),
    )
    asked_ms = int(NOW.timestamp() * 1000)
    with office.store.begin() as uow:
        uow.meta.write(DeviceList(notes=notes, until=asked_ms, asked_ms=asked_ms, whole_ms=asked_ms))
        run = ServerRun(
            id=RowId(bytes(15) + b"\7"), run_by="budi@pesagi", verb="user", about="umum2.contoh", at=NOW - 3 * HOUR
        )
        server_runs.put(uow.connection, [Stored(run, 1, SyncMark.ON_SERVER)])
