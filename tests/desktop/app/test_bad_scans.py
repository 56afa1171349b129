"""A file that cannot be a scan, and a disk that is full: one sentence, the form as it was, nothing half saved."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from pytestqt.qtbot import QtBot
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine

from core.domain.letters import IncomingLetter
from desktop.services.clock import local_date
from desktop.services.letters import LetterEntry
from desktop.storage.blobs import BlobFiles
from desktop.storage.checking import count_problems, page_problems
from desktop.system.faults import EnvironmentFault, FaultOf
from desktop.views.letter_form import LetterForm
from desktop.widgets.banner import Banner
from desktop.widgets.theme import Theme
from tests.desktop.letter_desk import LetterDesk
from tests.desktop.sample_office import CLERK, SampleOffice
from tests.support.scan_files import bomb_png, left_half, locked_pdf, pdf_bytes, sparse_file
from tests.support.stores import KEY, every

PATIENCE_MS = 20_000
MIB = 1024 * 1024
TYPED = {
    "letter_no": "400.9/117/2026",
    "sender": "Dinas Sosial",
    "subject": "Undangan rapat koordinasi",
    "summary": "Rapat hari Senin, membawa data penerima. " * 90,
}
KEPT = "Isian Anda tetap ada."
DISK_FULL = "Belum tersimpan karena ruang disk hampir habis; isian Anda tetap ada. Kosongkan ruang lalu coba lagi."
SERIES = "agenda-masuk"
MOST_LETTERS = 300


def damaged(path: Path) -> None:
    path.write_bytes(pdf_bytes([left_half("1 0 0")])[:300])


def rubbish(path: Path) -> None:
    path.write_bytes(b"%PDF-1.7\n" + bytes(range(256)) * 40)


def locked(path: Path) -> None:
    path.write_bytes(locked_pdf("rahasia"))


def empty(path: Path) -> None:
    path.write_bytes(b"")


def huge(path: Path) -> None:
    sparse_file(path, 300 * MIB)


def word_file(path: Path) -> None:
    path.write_bytes(b"PK\x03\x04" + b"word/document.xml" * 40)


def page_of_html(path: Path) -> None:
    path.write_bytes(b"<!DOCTYPE html><title>Tidak ditemukan</title>")


def bomb(path: Path) -> None:
    path.write_bytes(bomb_png(9_000))


BAD = (
    (damaged, f"{KEPT} Berkas itu rusak dan tidak dapat dibuka; pindai ulang."),
    (rubbish, f"{KEPT} Berkas itu rusak dan tidak dapat dibuka; pindai ulang."),
    (locked, f"{KEPT} PDF itu terkunci kata sandi; minta salinan tanpa kata sandi."),
    (empty, f"{KEPT} Berkas itu kosong (0 bita); pindai ulang."),
    (huge, f"{KEPT} Berkas itu terlalu besar (batasnya 100 MB); perkecil lalu pilih lagi."),
    (word_file, f"{KEPT} Berkas itu bukan PDF, JPEG, PNG, atau HEIC; pilih berkas lain."),
    (page_of_html, f"{KEPT} Berkas itu bukan PDF, JPEG, PNG, atau HEIC; pilih berkas lain."),
    (bomb, f"{KEPT} Berkas itu terlalu besar (batasnya 100 MB); perkecil lalu pilih lagi."),
)


class FilledForm:
    """The form with a letter typed into it, in front of a clerk."""

    def __init__(self, qtbot: QtBot, theme: Theme, *, desk: LetterDesk) -> None:
        self.qtbot, self.desk = qtbot, desk
        desk.editor.start_new()
        self.settle()
        self.form = LetterForm(theme, desk.editor)
        qtbot.addWidget(self.form)
        self.form.show()
        fields = self.form.fields
        fields.letter_no.setText(TYPED["letter_no"])
        fields.origin.setText(TYPED["sender"])
        fields.subject.setText(TYPED["subject"])
        fields.summary.setPlainText(TYPED["summary"])
        self.settle()

    def settle(self) -> None:
        self.qtbot.waitUntil(lambda: not self.desk.runner.busy, timeout=PATIENCE_MS)

    def drop(self, path: Path) -> None:
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(path))])
        buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        self.form.dropEvent(QDropEvent(QPointF(9, 9), Qt.DropAction.CopyAction, data, buttons, keys))
        self.settle()

    def save(self) -> None:
        self.form.save()
        self.settle()

    def said(self) -> list[str]:
        """The sentences that stand on the form."""
        return [banner.text() for banner in self.form.findChildren(Banner) if banner.isVisible() and banner.text()]

    def typed(self) -> dict[str, str]:
        """What the fields show."""
        fields = self.form.fields
        return {
            "letter_no": fields.letter_no.text(),
            "sender": fields.origin.text(),
            "subject": fields.subject.text(),
            "summary": fields.summary.toPlainText(),
        }

    def saved(self) -> list[IncomingLetter]:
        return [one.record for one in every(self.desk.store, IncomingLetter)]

    def leftovers(self) -> list[str]:
        """Files that were taken in, or begun, in the folder of scans."""
        folder = self.desk.files.path(bytes(32)).parent.parent
        return [path.name for path in folder.rglob("*") if path.is_file()]

    def queue(self) -> tuple[int, int]:
        """The next number of the chain of acts, and the next agenda number."""
        with self.desk.store.read() as uow:
            return uow.meta.chain().next_seq, uow.leases.peek(self.desk.register.positions()[0].office, 2026, SERIES)


@pytest.fixture
def filled(qtbot: QtBot, view_theme: Theme, desk: LetterDesk) -> FilledForm:
    return FilledForm(qtbot, view_theme, desk=desk)


@pytest.mark.parametrize(("make", "sentence"), BAD, ids=[make.__name__ for make, _ in BAD])
def test_a_file_that_cannot_be_a_scan_is_refused_in_one_sentence(
    filled: FilledForm, tmp_path: Path, make: Callable[[Path], None], sentence: str
) -> None:
    path = tmp_path / "Pindaian 1.pdf"  # the name promises what the content does not keep
    make(path)

    filled.drop(path)

    assert filled.said() == [sentence]
    assert filled.typed() == TYPED
    assert filled.desk.editor.draft.scans == ()
    assert (filled.leftovers(), filled.saved()) == ([], [])
    good = tmp_path / "Pindaian 2.pdf"
    good.write_bytes(pdf_bytes([left_half("0 0 1")]))
    filled.drop(good)
    filled.save()
    assert [(one.subject, len(one.scans)) for one in filled.saved()] == [(TYPED["subject"], 1)]


def test_a_file_that_has_gone_is_refused(filled: FilledForm, tmp_path: Path) -> None:
    filled.desk.editor.intake.take([tmp_path / "dicabut.pdf"])
    filled.settle()

    assert filled.said() == [f"{KEPT} Berkas itu tidak ditemukan; mungkin sudah dipindahkan."]
    assert filled.typed() == TYPED


def test_a_scan_does_not_take_the_last_room_on_the_disk(
    filled: FilledForm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "Pindaian 1.pdf"
    path.write_bytes(pdf_bytes([left_half("1 0 0")]))
    with monkeypatch.context() as patch:
        # The program keeps this much free: more than any disk has.
        patch.setattr(filled.desk.files, "_reserve", 1 << 60)
        filled.drop(path)

    assert filled.said() == [DISK_FULL]
    assert filled.typed() == TYPED
    assert (filled.leftovers(), filled.saved()) == ([], [])
    filled.drop(path)
    filled.save()
    assert len(filled.saved()) == 1


class FullDisk:
    """Lets no file of a store grow any more: what SQLite then says is what it says of a full disk."""

    def __init__(self) -> None:
        self._limit = ""

    def fill(self, office: SampleOffice) -> int:
        """Leave no room, and use up what was left inside the file; how many letters that took."""
        self._limit = "(SELECT page_count FROM pragma_page_count())"
        service = office.letters(CLERK)
        for number in range(MOST_LETTERS):
            try:
                service.register(_entry(office, f"Surat {number}"))
            except EnvironmentFault as err:
                if err.code is not FaultOf.DISK_FULL:
                    raise
                return number
        raise AssertionError("the store did not fill up")

    def empty(self) -> None:
        """Somebody has made room."""
        self._limit = "1073741823"

    def on_begin(self, connection: Connection) -> None:
        if self._limit:
            limit = connection.exec_driver_sql(f"SELECT {self._limit}").scalar_one()
            connection.exec_driver_sql(f"PRAGMA max_page_count = {limit}")


def _entry(office: SampleOffice, subject: str) -> LetterEntry:
    today = local_date(office.clock())
    return LetterEntry(received_on=today, letter_no="", letter_date=None, sender="Bappeda", subject=subject)


@pytest.fixture
def disk() -> Iterator[FullDisk]:
    made = FullDisk()
    event.listen(Engine, "begin", made.on_begin)
    yield made
    event.remove(Engine, "begin", made.on_begin)


def test_a_full_disk_while_a_letter_is_saved_leaves_nothing_half_saved(
    filled: FilledForm, kecamatan: SampleOffice, disk: FullDisk
) -> None:
    saved = disk.fill(kecamatan)
    before = filled.queue()

    filled.save()

    assert filled.said() == [DISK_FULL]
    assert filled.typed() == TYPED
    assert len(filled.saved()) == saved
    assert filled.queue() == before, "neither an act nor an agenda number was used up"
    with kecamatan.store.read() as uow:
        assert (page_problems(uow.connection), count_problems(uow.connection)) == ((), ())


def test_the_letter_is_saved_as_soon_as_there_is_room(
    filled: FilledForm, kecamatan: SampleOffice, *, disk: FullDisk, tmp_path: Path
) -> None:
    path = tmp_path / "Pindaian 1.pdf"
    path.write_bytes(pdf_bytes([left_half("1 0 0")]))
    filled.drop(path)
    saved = disk.fill(kecamatan)
    filled.save()
    assert filled.typed() == TYPED
    disk.empty()

    filled.save()

    newest = filled.saved()[-1]
    assert len(filled.saved()) == saved + 1
    assert (newest.subject, newest.agenda_no, len(newest.scans)) == (TYPED["subject"], 401 + saved, 1)


def test_the_reserve_is_real() -> None:
    """What the tests above turn up stands at a sensible size in the program."""
    assert BlobFiles(Path(), KEY)._reserve == 200 * MIB  # noqa: SLF001 - a constant of the program
