"""One letter's whole journey, played in the real windows of two PCs over an emulated office line.

    python -m benchmarks.journey [FOLDER]

A clerk registers a letter while the line is down; when it is back, the camat on another PC disposes it; a kasi
answers. The line is 1 Mbit/s with 300 ms round trip, shared and slow, and is cut twice while the scan travels. Each
step prints its seconds and the bytes of the line; the pictures of every screen lie in FOLDER at the end.
"""

import json
import os
import sys
import tempfile
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPlainTextEdit

from benchmarks.journey_pc import JourneyFailed, Pc, drop, press, settle_app, tap, type_text
from benchmarks.journey_story import Story
from benchmarks.office_server import serving, set_up
from desktop.services.archives import NewRecordFile, RecordFileService
from desktop.services.clock import system_clock
from desktop.services.practice.generator import PracticeGenerator
from desktop.services.practice.records import PracticeLetter
from desktop.services.practice.scan import ScanMaker
from desktop.services.sync_center import SyncOverview
from desktop.viewmodels.disposition_inbox import DispositionInbox
from desktop.views.letter_form import LetterForm
from desktop.widgets.focus_ring import FocusTracker
from desktop.widgets.theme import Theme
from desktop.workers.runner import Lane
from desktop.workers.sweeping import Sweeper
from tests.support.link import OFFICE_LINE, Link


class Scan:
    """An invented letter of two pages, as a clerk has it on the desk: the paper and what stands on it."""

    def __init__(self, folder: Path) -> None:
        """Lay the scanned file into `folder`."""
        generator = PracticeGenerator(3, until=date(2026, 11, 20))
        self.letter: PracticeLetter = next(one for one in generator.letters(900) if is_fit(one))
        self.path = folder / "Pindaian 1.pdf"
        self.path.write_bytes(ScanMaker(generator.vocabulary).make(self.letter, 8))


def is_fit(letter: PracticeLetter) -> bool:
    """A plain invitation of two pages."""
    plain = not letter.nasty and not letter.security and letter.letter_date is not None
    return plain and letter.pages == 2 and letter.subject.startswith("Undangan")  # noqa: PLR2004  # pages


def main(folder: Path) -> int:
    """Play the journey; 0 if every letter and answer arrived."""
    if sys.platform != "win32" and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.png"):
        old.unlink()
    application = QApplication.instance() or QApplication(["pesagi"])
    if not isinstance(application, QApplication):
        raise JourneyFailed("no application")
    Sweeper(application).begin()
    theme = Theme(application)
    theme.install()
    FocusTracker(theme, application)
    story = Story(folder, application=application)
    sys.stdout.write("Perjalanan sepucuk surat: dua komputer, satu server, saluran 1 Mbit/s 300 ms.\n")
    with tempfile.TemporaryDirectory(prefix="pesagi-perjalanan-") as scratch, ExitStack() as stack:
        data = Path(scratch)
        with story.step("Server dipasang: kantor, jabatan, orang, kode sekali pakai"):
            codes = set_up(data / "server")
            port = stack.enter_context(serving(data / "server"))
        lines = [stack.enter_context(Link("127.0.0.1", port, profile=OFFICE_LINE)) for _ in range(2)]
        for link in lines:
            story.watch(link)
        desk, head = (
            Pc(name, data, link, application=application, theme=theme)
            for name, link in zip(("pc-tata-usaha", "pc-camat"), lines, strict=True)
        )
        stack.callback(desk.close)
        stack.callback(head.close)
        play(story, desk, head, codes=codes, scan=Scan(data))
    (folder / "perjalanan.json").write_text(json.dumps(story.lines, indent=1, ensure_ascii=False), encoding="utf-8")
    sys.stdout.write(f"Gambar setiap layar: {folder.resolve()}\n")
    return 0


def play(story: Story, desk: Pc, head: Pc, *, codes: dict[str, str], scan: Scan) -> None:
    """The three acts."""
    with story.step("PC tata usaha bergabung: petugas tata usaha, lalu kasi PMP di komputer yang sama"):
        desk.enrol(code_of(codes, "tu"))
        desk.enrol(code_of(codes, "pmp"))
    with story.step("PC camat bergabung"):
        head.enrol(code_of(codes, "camat"))
    desk.open()
    story.picture(desk.window, "masuk")
    desk.sign_in("Tata Usaha")
    clerk_registers(story, desk, scan)
    head.open()
    head.sign_in("Camat")
    head.until(lambda: overview(head).last_success is not None, "sinkron pertama camat")
    settle_app(head, 1.0)
    letter_travels(story, desk, head)
    head_disposes(story, desk, head)
    kasi_answers(story, desk, head)


def clerk_registers(story: Story, desk: Pc, scan: Scan) -> None:
    """With the line down."""
    desk.link.down()
    with story.step("Saluran putus; petugas mencatat surat dengan pindaian, nomor agenda keluar setelah tersimpan"):
        register(story, desk, scan)
    story.picture(desk.window, "surat_masuk_luring")
    with story.step("Surat diberkaskan; Arsip menampilkan berkas dan isinya"):
        file_letter(story, desk)
    desk.window.show_place("sync")
    story.picture(desk.window, "pusat_sinkron_antrean")


def letter_travels(story: Story, desk: Pc, head: Pc) -> None:
    """The letter first, its scan after it, over a line that is cut twice."""
    with story.step("Saluran kembali; surat tampil pada camat"):
        third = overview(desk).bytes_waiting // 3
        desk.link.cut_after(third)
        desk.link.up()
        desk.window.show_place("letters")
        ask_sync(desk)
        head.until(lambda: to_decide(head) == 1, "surat pada camat")
    with story.step("Pindaian menyusul; saluran terputus dua kali dan dilanjutkan"):
        desk.until(lambda: desk.link.counters.cuts >= 1, "putus pertama")
        desk.link.cut_after(third)
        desk.until(lambda: retried(desk, cuts=2), "putus kedua")
        desk.until(lambda: retried(desk, cuts=2) and overview(desk).files_waiting == 0, "pindaian terkirim")
        ask_sync(head)
        head.until(lambda: overview(head).files_wanted == 0, "pindaian pada camat")


def retried(desk: Pc, *, cuts: int) -> bool:
    """Press F5 whenever no visit is under way, and tell whether the line was cut so often."""
    ask_sync(desk)
    return desk.link.counters.cuts >= cuts


def head_disposes(story: Story, desk: Pc, head: Pc) -> None:
    """By keyboard."""
    head.window.show_place("dispositions")
    settle_app(head, 1.5)
    story.picture(head.window, "perlu_keputusan_saya")
    with story.step("Camat mendisposisi dengan papan ketik; sampai di PC tata usaha"):
        dispose(head)
        desk.until(lambda: disposed(desk), "disposisi pada PC tata usaha")
    story.picture(head.window, "setelah_disposisi")


def kasi_answers(story: Story, desk: Pc, head: Pc) -> None:
    """On the clerk's PC, as another person."""
    desk.window.switch_wanted.emit()
    settle_app(desk, 0.4)
    desk.sign_in("Pemberdayaan")
    desk.window.show_place("dispositions")
    settle_app(desk, 1.5)
    story.picture(desk.window, "untuk_saya")
    with story.step("Kasi PMP melaporkan hasil; camat melihat surat selesai"):
        answer(desk)
        head.until(lambda: done(head), "jawaban pada camat")
    head.window.show_place("letters")
    story.picture(head.window, "selesai")
    with story.step("Tidak ada yang menunggu, tidak ada yang ditolak"):
        desk.until(lambda: overview(desk).waiting == 0, "antrean kosong")
        check(desk)
        check(head)
    head.window.show_place("sync")
    story.picture(head.window, "pusat_sinkron")


def register(story: Story, desk: Pc, scan: Scan) -> None:
    """Fill the form by keyboard, lay the scan on it, save, and wait for the number."""
    window = desk.window
    desk.come_forward()
    tap(Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    desk.until(lambda: window.findChild(LetterForm) is not None, "formulir")
    form = window.findChild(LetterForm)
    settle_app(desk, 0.3)
    drop(form, scan.path)
    letter = scan.letter
    dated = f"{letter.letter_date:%d%m%Y}"
    for text in (letter.letter_no, dated, letter.sender, letter.subject):
        type_text(text)
        tap(Qt.Key.Key_Tab)
        settle_app(desk, 0.15)
    type_text(letter.classification)
    settle_app(desk, 1.2)
    story.picture(window, "formulir_surat")
    tap(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    desk.until(lambda: letters(desk) == 1, "surat tersimpan")
    settle_app(desk, 1.0)


def file_letter(story: Story, desk: Pc) -> None:
    """Open a berkas for the letter and file it, by the services of the signed-in clerk."""
    parts = desk.parts
    files = RecordFileService(desk.store, parts.session.actor, system_clock, os.urandom)
    wanted = NewRecordFile(
        classification="000.7.1.4", title="Musrenbang Kecamatan Tahun 2027", location="Lemari 2, boks 4"
    )
    parts.letters.file(newest(desk).id, files.open(wanted))
    desk.window.show_place("archive")
    settle_app(desk, 1.0)
    story.picture(desk.window, "arsip")


def dispose(head: Pc) -> None:
    """D, a recipient, Enter, two instructions, Ctrl+Enter."""
    head.come_forward()
    head.until(lambda: is_opened(head), "surat terbuka")
    press("D")
    settle_app(head, 0.2)
    press("4")
    tap(Qt.Key.Key_Return)
    for digit in "13":
        press(digit)
    tap(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    head.until(lambda: to_decide(head) == 0, "disposisi tersimpan")


def answer(desk: Pc) -> None:
    """Type the result and send it."""
    desk.come_forward()
    desk.until(lambda: is_opened(desk), "disposisi terbuka")
    press("D")
    desk.until(lambda: isinstance(desk.application.focusWidget(), QPlainTextEdit), "isian laporan")
    type_text("Rapat dihadiri, bahan paparan sepuluh pekon terlampir.")
    tap(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    desk.until(lambda: done(desk), "laporan tersimpan")


def is_opened(pc: Pc) -> bool:
    """Whether a letter of the inbox is open, with all that is said of it."""
    program = pc.program
    if program is None or program.desk is None or program.runner.works_in(Lane.STORE):
        return False
    inbox = program.desk.findChild(DispositionInbox)
    return inbox is not None and inbox.entry is not None


def ask_sync(pc: Pc) -> None:
    """F5."""
    pc.window.sync_wanted.emit()


def overview(pc: Pc) -> SyncOverview:
    """The figures of the status strip."""
    return pc.parts.center.overview()


def to_decide(pc: Pc) -> int:
    """Letters that wait for the signed-in head."""
    with pc.store.read() as uow:
        return int(uow.connection.exec_driver_sql("SELECT count(*) FROM letter WHERE status = 1").scalar_one())


def letters(pc: Pc) -> int:
    """Letters on a PC."""
    with pc.store.read() as uow:
        return int(uow.connection.exec_driver_sql("SELECT count(*) FROM letter").scalar_one())


def disposed(pc: Pc) -> bool:
    """Whether the disposition has reached a PC."""
    with pc.store.read() as uow:
        return int(uow.connection.exec_driver_sql("SELECT count(*) FROM disposition").scalar_one()) == 1


def done(pc: Pc) -> bool:
    """Whether the letter is done on a PC."""
    with pc.store.read() as uow:
        return int(uow.connection.exec_driver_sql("SELECT status FROM letter").scalar_one()) == 4  # noqa: PLR2004  # DONE


def newest(pc: Pc) -> Any:
    """The newest line of the register."""
    parts = pc.parts
    query = parts.register.query()
    return parts.register.page(query, parts.register.outline(query).starts[0])[0]


def check(pc: Pc) -> None:
    """Nothing waits, nothing was refused."""
    facts = overview(pc)
    if facts.waiting or facts.refused or facts.files_waiting:
        raise JourneyFailed(f"{pc.name}: {facts}")


def code_of(codes: dict[str, str], name: str) -> str:
    """The code of the person whose username begins so."""
    return next(code for username, code in codes.items() if username.startswith(name))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path("build") / "perjalanan"))
