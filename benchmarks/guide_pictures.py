"""Makes the pictures of the user guide: the real program over a practice profile, on one fixed day.

    QT_QPA_PLATFORM=offscreen python -m benchmarks.guide_pictures [FOLDER [PAGE ...]]

FOLDER is docs/pictures unless another is named; PAGE is one of `PAGES`, all of them by default. Every moment that the
program asks for stands still, so that the same program makes the same pictures on any day. What only a joined PC can
show is taken with a server on loopback.
"""

import os
import sys
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from unittest import mock

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication

from benchmarks.guide_extras import draw_sheet, shoot_marks, shoot_scans, shoot_tour
from benchmarks.guide_seat import AFTERNOON, Seat, StandingMoment
from benchmarks.held_letter import hold_letter
from benchmarks.journey_pc import PASSWORD, JourneyFailed, drop, press, settle, tap, type_text
from benchmarks.office_server import serving, set_up
from core.domain.attachments import Attachment
from core.domain.ids import LetterId
from core.domain.letters import SecurityLevel, Urgency
from desktop.app.opening import open_profile
from desktop.app.syncing import join_office
from desktop.app.wire import shipped_wire
from desktop.services import clock
from desktop.services.letters import LetterEntry
from desktop.services.practice.generator import PracticeGenerator
from desktop.services.practice.records import PracticeLetter
from desktop.services.practice.scan import ScanMaker
from desktop.services.register import LetterRow, RegisterService, RowState
from desktop.viewmodels.sign_in import SignIn
from desktop.views.agenda_screen import AgendaScreen
from desktop.views.data_check_dialog import DataCheckDialog
from desktop.views.first_start import FirstStartView
from desktop.views.letter_form import LetterForm
from desktop.views.letter_reader import LetterReaderPane
from desktop.views.letters_screen import LettersScreen
from desktop.views.number_dialog import NumberDialog
from desktop.views.paper_dialog import PaperDialog
from desktop.views.sign_in import SignInView
from desktop.views.void_number_dialog import VoidNumberDialog
from desktop.widgets.combo_box import ComboBox
from desktop.widgets.focus_ring import FocusTracker
from desktop.widgets.line_edits import LineEdit
from desktop.widgets.tab_strip import Tab
from desktop.widgets.theme import Appearance, Theme
from desktop.workers.sweeping import Sweeper

TODAY = date(2026, 11, 23)
MORNING = datetime(2026, 11, 23, 1, 12, tzinfo=UTC)
TOAST_S = 6.0  # a message of the program has gone by then
# In this order: the practice profile comes with the first, the joined PCs with `sync`.
PAGES = (
    *("beginning", "clerk", "head", "agenda", "staff", "history", "management"),
    *("marks", "scans", "tour", "recovery", "sync", "secret", "decisions"),
)
PICTURES = Path(__file__).resolve().parents[1] / "docs" / "pictures"


class Guide:
    """Goes through the guide page by page."""

    def __init__(self, application: QApplication, folder: Path, *, scratch: Path) -> None:
        self._application = application
        self._folder = folder
        self._profile = scratch / "latihan"
        self._theme = Theme(application)
        self._theme.install()
        FocusTracker(self._theme, application)
        self._generator = PracticeGenerator(7, until=TODAY)
        self._paper = [one for one in self._generator.letters(900) if is_plain(one)][-1]
        self._scan = scratch / "Pindaian undangan.pdf"
        self._scan.write_bytes(ScanMaker(self._generator.vocabulary).make(self._paper, 8))
        self._joined = scratch / "kantor"
        self._of_secretary = scratch / "sekretaris"
        self._server = scratch / "server"

    def beginning(self) -> None:
        """First start, joining, signing in."""
        with self._seat(self._profile) as seat:
            view = seat.window.findChild(FirstStartView)
            view.focus_first()
            seat.shoot(self._folder / "mulai.png")
            view.join.click()
            for edit, text in (
                (view.address, "pesagi.rimbaserunai.example"),
                (view.code, "7K3M-9QWX-2ABC-F4D1-8YZP"),
                (view.password, PASSWORD),
                (view.repeated, PASSWORD),
            ):
                edit.setText(text)
            seat.shoot(self._folder / "gabung.png")
            view.practise.click()
            view.go.click()
            seat.rest(lambda: bool(people_of(seat)))
            seat.shoot(self._folder / "masuk.png")

    def clerk(self) -> None:
        """The register, the form, the number, the archive."""
        with self._seat(self._profile, sign_in_as="tu") as seat:
            seat.show("home")
            seat.shoot(self._folder / "beranda.png")
            seat.shoot(self._folder / "beranda_gelap.png", appearance=Appearance.DARK)
            seat.show("letters")
            seat.shoot(self._folder / "surat_masuk.png")
            seat.shoot(self._folder / "surat_masuk_gelap.png", appearance=Appearance.DARK)
            self._fill_form(seat)
            seat.shoot(self._folder / "formulir_surat.png")
            tap(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
            seat.rest()
            # The strip goes by itself; on a busy machine it would have gone before the picture.
            notice = seat.window.findChild(LettersScreen).notice
            notice.show_number(notice.number())
            seat.shoot(self._folder / "surat_tersimpan.png")
            settle(self._application, TOAST_S)
            seat.show("archive")
            seat.shoot(self._folder / "arsip.png")
            seat.show("letters")
            seat.window.findChild(QAction, "letter_numbers").trigger()
            seat.rest(lambda: seat.window.findChild(NumberDialog) is not None)
            dialog = seat.window.findChild(NumberDialog)
            dialog.findChildren(ComboBox)[0].select(str(TODAY.year - 1))
            seat.rest()
            voiding = dialog.findChild(VoidNumberDialog)
            voiding.begin(0)
            for line, text in zip(voiding.findChildren(LineEdit), ("40", "Salah cap pada surat"), strict=True):
                line.setText(text)
            voiding.confirm()
            seat.rest()
            seat.shoot(self._folder / "periksa_nomor.png", dialog=dialog)
            dialog.close()
            self._shoot_papers(seat)

    def _shoot_papers(self, seat: Seat) -> None:
        """Lembar disposisi and rekap, as they are looked at before they are printed."""
        for action, form, name in (("letter_sheet", "", "cetak_lembar"), ("letter_books", "rekap", "cetak_rekap")):
            seat.window.findChild(QAction, action).trigger()
            dialog = seat.window.findChild(PaperDialog)
            seat.rest()
            if form:
                box = dialog.findChildren(ComboBox)[0]
                box.select(form)
                box.activated.emit(box.currentIndex())
                seat.rest()
            seat.shoot(self._folder / f"{name}.png", dialog=dialog)
            dialog.close()

    def head(self) -> None:
        """A letter that waits for a decision, with a sheet half filled in."""
        with self._seat(self._profile, sign_in_as="camat") as seat:
            seat.show("dispositions")
            press("D")
            settle(self._application, 0.2)
            for keys in ("25", "\r", "13"):
                press(keys) if keys != "\r" else tap(Qt.Key.Key_Return)
            seat.shoot(self._folder / "disposisi.png")
            seat.shoot(self._folder / "disposisi_gelap.png", appearance=Appearance.DARK)

    def history(self) -> None:
        """What became of a letter, after a mistake in it was put right; and whether the data of the PC is whole."""
        with self._seat(self._profile, sign_in_as="tu") as seat:
            seat.show("letters")
            letter = self._answered(seat)
            subject = (letter.subject or "").removesuffix(".") + " (perbaikan)"
            seat.desk.parts.letters.amend(letter.id, {"subject": subject})
            self._read(seat, letter.id, "history")
            seat.shoot(self._folder / "riwayat.png")
            seat.window.check_wanted.emit()
            seat.rest(lambda: seat.window.findChild(DataCheckDialog) is not None)
            dialog = seat.window.findChild(DataCheckDialog)
            seat.rest()
            seat.shoot(self._folder / "periksa_data.png", dialog=dialog)
            dialog.close()

    def management(self) -> None:
        """The people of the office, as its administrator sees them."""
        with self._seat(self._profile, sign_in_as="admin") as seat:
            seat.show("people", letters=False)
            seat.shoot(self._folder / "pengelolaan.png")

    def marks(self) -> None:
        """Several letters that are marked."""
        with self._seat(self._profile, sign_in_as="tu") as seat:
            shoot_marks(seat, self._folder / "surat_ditandai.png")

    def scans(self) -> None:
        """Pindaian and its trash."""
        maker, letters = ScanMaker(self._generator.vocabulary), [*filter(is_plain, self._generator.letters(900))]
        files = [self._scan.with_name(f"Pindaian {number}.pdf") for number in range(1, 4)]
        for file, letter in zip(files, letters[-4:], strict=False):
            file.write_bytes(maker.make(letter, 8))
        with self._seat(self._profile, sign_in_as="tu") as seat:
            shoot_scans(seat, files, self._folder / "pindaian.png", self._folder / "tempat_sampah.png")

    def tour(self) -> None:
        """What leads a person round the window."""
        with self._seat(self._profile, sign_in_as="tu") as seat:
            shoot_tour(seat, self._folder / "tur.png")

    def recovery(self) -> None:
        """The sheet for the safe, with words that open nothing."""
        draw_sheet(self._folder / "lembar_pemulihan.png", MORNING)

    def agenda(self) -> None:
        """The events of a week, two of them at the same time."""
        with self._seat(self._profile, sign_in_as="camat") as seat:
            seat.show("agenda")
            seat.rest(lambda: seat.window.findChild(AgendaScreen) is not None)
            seat.window.findChild(AgendaScreen).show_tab("week")
            seat.rest()
            seat.shoot(self._folder / "agenda.png")

    def staff(self) -> None:
        """What was given to a section, with a report begun."""
        with self._seat(self._profile, sign_in_as="kasi.pmp") as seat:
            seat.show("dispositions")
            press("D")
            settle(self._application, 0.2)
            type_text("Sudah disampaikan kepada semua seksi dalam apel pagi.")
            seat.shoot(self._folder / "untuk_saya.png")

    def sync(self) -> None:
        """A joined PC: everything sent in the morning, three letters waiting in the afternoon."""
        StandingMoment.moment = MORNING
        codes = set_up(self._server)
        with serving(self._server) as port:
            for profile, username, name in (
                (self._joined, "tu", "PC Tata Usaha"),
                (self._of_secretary, "sekcam", "PC Sekretaris"),
            ):
                opened = open_profile(profile, create=True, vault="file")
                join_office(
                    opened,
                    shipped_wire(),
                    address=f"http://127.0.0.1:{port}",
                    code=next(code for user, code in codes.items() if user.startswith(f"{username}.")),
                    password=PASSWORD,
                    device_name=name,
                )
                opened.close()
        StandingMoment.moment = AFTERNOON
        with self._seat(self._joined) as seat:
            self._sign_in(seat)
            self._register(seat)
            seat.show("sync")
            seat.rest(lambda: seat.desk.parts.center.overview().offline_since is not None)
            seat.shoot(self._folder / "sinkron_luring.png")

    def secret(self) -> None:
        """A letter that is sealed to its readers, before one of them; the PC of `sync` that has keys."""
        with self._seat(self._of_secretary) as seat:
            self._sign_in(seat)
            parts = seat.desk.parts
            found = parts.letters.register(
                LetterEntry(
                    received_on=TODAY,
                    letter_no="R.700.1.2.1/014/III.05/2026",
                    letter_date=date(2026, 11, 20),
                    sender="Inspektorat Kabupaten Rimba Serunai",
                    subject="Hasil Pemeriksaan Kas Bendahara Pengeluaran Triwulan III",
                    summary="Diminta tanggapan tertulis dalam tujuh hari kerja.",
                    security=SecurityLevel.SECRET,
                    urgency=Urgency.URGENT,
                    addressee=parts.session.position.superior,
                    scans=(parts.attachments.take(self._scan),),
                )
            )
            seat.show("letters")
            self._read(seat, found.letter_id, "summary")
            seat.shoot(self._folder / "surat_rahasia.png")

    def decisions(self) -> None:
        """What the head has to decide: a letter of a clerk whose position was given to somebody else."""
        StandingMoment.moment = AFTERNOON
        opened = open_profile(self._profile)
        with opened.store.begin() as uow:
            hold_letter(uow, self._paper, made=MORNING, arrived=AFTERNOON)
        opened.close()
        with self._seat(self._profile, sign_in_as="camat") as seat:
            seat.show("sync")
            tabs = seat.window.findChildren(Tab)
            seat.rest(lambda: any(tab.text() == "Keputusan Anda (1)" for tab in tabs))
            next(tab for tab in tabs if tab.text().startswith("Keputusan")).click()
            seat.rest()
            seat.shoot(self._folder / "keputusan_anda.png")

    @contextmanager
    def _seat(self, profile: Path, *, sign_in_as: str = "") -> Iterator[Seat]:
        seat = Seat(self._application, self._theme, profile, sign_in_as=sign_in_as)
        try:
            yield seat
        finally:
            seat.close()

    def _sign_in(self, seat: Seat) -> None:
        """The only person of a joined PC, by password."""
        view = seat.window.findChild(SignInView)
        seat.rest(lambda: bool(people_of(seat)))
        view.password.setText(PASSWORD)
        view.password.setFocus()
        tap(Qt.Key.Key_Return)
        seat.rest(lambda: seat.desk is not None)

    def _read(self, seat: Seat, letter_id: LetterId, tab: str) -> None:
        """Open a letter of the register at a page of the reading pane."""
        seat.window.findChild(LettersScreen).show_letter(letter_id)
        seat.rest()
        seat.window.findChild(LetterReaderPane).show_tab(tab)
        seat.rest()

    def _answered(self, seat: Seat) -> LetterRow:
        """The newest letter that everybody answered."""
        register: RegisterService = seat.desk.parts.register
        query = register.query()
        pages = (register.page(query, start) for start in register.outline(query).starts)
        return next(row for page in pages for row in page if row.state is RowState.DONE and row.subject)

    def _fill_form(self, seat: Seat) -> None:
        tap(Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
        seat.rest(lambda: seat.window.findChild(LetterForm) is not None)
        paper = self._paper
        drop(seat.window.findChild(LetterForm), self._scan)
        seat.rest()
        for text in (paper.letter_no, f"{paper.letter_date:%d%m%Y}", paper.sender, paper.subject):
            type_text(text)
            tap(Qt.Key.Key_Tab)
            settle(self._application, 0.2)
        type_text(paper.classification)
        seat.rest()
        tap(Qt.Key.Key_Tab)

    def _register(self, seat: Seat) -> None:
        """Three letters of that morning; the first with its scan."""
        parts = seat.desk.parts
        scan: Attachment = parts.attachments.take(self._scan)
        listed = [one for one in self._generator.letters(60) if not one.nasty and not one.security][-2:]
        for place, letter in enumerate((self._paper, *listed)):
            parts.letters.register(
                LetterEntry(
                    received_on=TODAY,
                    letter_no=letter.letter_no,
                    letter_date=letter.letter_date,
                    sender=letter.sender,
                    subject=letter.subject,
                    scans=() if place else (scan,),
                )
            )


def is_plain(letter: PracticeLetter) -> bool:
    """An invitation of two pages without anything odd about it."""
    plain = not letter.nasty and not letter.security and letter.letter_date is not None
    return plain and letter.pages == 2 and letter.subject.startswith("Undangan")  # noqa: PLR2004  # pages


def people_of(seat: Seat) -> tuple[object, ...]:
    """Who stands on the sign-in page."""
    models = seat.window.findChildren(SignIn)
    return models[-1].people if models else ()


def main(folder: Path, wanted: Collection[str] = ()) -> int:
    """Make every picture, or those of the pages that are wanted; 0 when they are there."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    folder.mkdir(parents=True, exist_ok=True)
    application = QApplication.instance() or QApplication(["pesagi"])
    if not isinstance(application, QApplication):
        raise JourneyFailed("no application")
    Sweeper(application).begin()
    application.setCursorFlashTime(0)  # a blinking cursor would be in some pictures and not in others
    with (
        tempfile.TemporaryDirectory(prefix="pesagi-gambar-") as scratch,
        mock.patch.object(clock, "datetime", StandingMoment),
    ):
        guide = Guide(application, folder, scratch=Path(scratch))
        for page in PAGES:
            if not wanted or page in wanted:
                getattr(guide, page)()
    for picture in sorted(folder.glob("*.png")):
        print(f"{picture.stat().st_size:>7} B  {picture.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else PICTURES, sys.argv[2:]))
