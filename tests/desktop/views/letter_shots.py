"""Renders the frame, sign-in, first start, Surat Masuk and the form to PNG files, to be looked at.

QT_QPA_PLATFORM=offscreen python -m tests.desktop.views.letter_shots OUTDIR [NAME ...]
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication

from core.domain.letters import SecurityLevel, Urgency
from core.domain.offices import actor_of
from desktop.services.classification import ClassificationCatalogue
from desktop.services.finding import FindService
from desktop.services.instructions import InstructionList
from desktop.services.practice.seeding import seed_practice
from desktop.services.sign_in import Session, SignInService
from desktop.storage.blobs import BlobFiles
from desktop.storage.engine import open_engine
from desktop.storage.unit_of_work import Store
from desktop.storage.upgrade import upgrade_store
from desktop.viewmodels.finder import Finder
from desktop.viewmodels.first_start import FirstStart
from desktop.viewmodels.sign_in import SignIn
from desktop.views.find_palette import FindPalette
from desktop.views.first_start import FirstStartView
from desktop.views.letter_events import LetterEvents
from desktop.views.letter_form import LetterForm
from desktop.views.letters_screen import LettersScreen
from desktop.views.main_window import MainWindow
from desktop.views.screen import Place
from desktop.views.sign_in import SignInView
from desktop.views.workspace import WorkspaceParts
from desktop.widgets.focus_ring import FocusTracker
from desktop.widgets.theme import Appearance, Theme
from desktop.workers.runner import TaskRunner
from tests.desktop.letter_desk import LetterDesk, make_desk
from tests.support.stores import KEY

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 3, 50, tzinfo=UTC)
PATIENCE = 20.0
SIZES = {"": (1366, 728, 100), "_150": (1366, 728, 150), "_130": (1366, 728, 130), "_1100": (1100, 700, 100)}


class Studio(QObject):
    """Composes the program over a practice store and takes pictures."""

    def __init__(self, app: QApplication, folder: Path, *, out: Path) -> None:
        super().__init__(app)
        self.app, self.folder, self.out = app, folder, out
        self.theme = Theme(app)
        self.theme.install()
        FocusTracker(self.theme, app)
        path = folder / "kantor.db"
        engine = open_engine(path, os.urandom(32))
        upgrade_store(engine, path, NOW)
        self.store = Store(engine)
        seed_practice(self.store, BlobFiles(folder / "berkas", KEY, reserve=0), today=TODAY, with_scans=6)
        self.window = MainWindow(self.theme, version="0.1.0")
        self.desk: LetterDesk | None = None
        self.desks: list[LetterDesk] = []

    def sign_in(self, role: str) -> Session:
        service = SignInService(self.store)
        person = next(one for one in service.people() if role in one.title)
        return service.sign_in(person.user, "")

    def workspace(self, role: str) -> LettersScreen:
        session = self.sign_in(role)
        self.desk = make_desk(
            self.store,
            self.folder / "berkas",
            actor=actor_of(session.person, session.position),
            clock=lambda: NOW,
            random=os.urandom,
            catalogue=ClassificationCatalogue.load(),
            parent=self,
        )
        desk = self.desk
        self.desks.append(desk)
        screen = LettersScreen(
            self.theme,
            desk.letters,
            reader=desk.reader,
            editor=desk.editor,
            reply=desk.reply,
            text_of=InstructionList.load().text_of,
            make_form=partial(LetterForm, self.theme, desk.editor),
            sends=not session.practice,
        )
        LetterEvents(self.theme, desk.events, reader=desk.reader, screen=screen)
        parts = WorkspaceParts(
            office=session.office.name,
            office_short=session.office.short_name,
            region=session.office.region,
            person=session.person.name,
            position=session.position.title,
            practice=session.practice,
            places=(Place(key="letters", icon="inbox", screen=screen),),
            status=desk.status,
        )
        self.window.show_workspace(parts)
        desk.status.load()
        self.window.show()
        self.settle()
        return screen

    def settle(self, until: Callable[[], bool] = lambda: True) -> None:
        deadline = time.monotonic() + PATIENCE
        quiet = 0
        while time.monotonic() < deadline and (quiet < 12 or not until()):
            self.app.processEvents()
            busy = self.desk is not None and self.desk.runner.busy
            quiet = 0 if busy else quiet + 1
            time.sleep(0.02)

    def shoot(self, name: str) -> None:
        for appearance, look in ((Appearance.LIGHT, "terang"), (Appearance.DARK, "gelap")):
            self.theme.set_appearance(appearance)
            self.settle()
            self.window.grab().save(str(self.out / f"{name}_{look}.png"))
        self.theme.set_appearance(Appearance.LIGHT)

    def close(self) -> None:
        for desk in self.desks:
            desk.runner.close()
            desk.pages.close()
        self.store.close()

    def fit(self, width: int, height: int, *, scale: int) -> None:
        self.theme.set_scale(scale)
        self.window.resize(width, height)
        self.settle()


def first_start(studio: Studio) -> None:
    start = FirstStart(TaskRunner(studio), start_practice=print, join=print, parent=studio)
    view = FirstStartView(studio.theme, start)
    studio.window.show_front(view)
    studio.window.show()
    view.focus_first()
    studio.shoot("awal")
    view.join.click()
    view.address.setText("https://pesagi.contohraya.go.id")
    view.code.setText("K7PM-42QX")
    view.password.setText("rahasia")
    view.go.click()
    studio.shoot("gabung")


def sign_in(studio: Studio) -> None:
    view_model = SignIn(SignInService(studio.store), TaskRunner(studio), parent=studio)
    studio.window.show_front(SignInView(studio.theme, view_model, office="Kantor Kecamatan Contoh", practice=True))
    studio.window.show()
    studio.settle(lambda: bool(view_model.people))
    studio.shoot("masuk")


def register(studio: Studio) -> None:
    screen = studio.workspace("Tata Usaha")
    for suffix, (width, height, scale) in SIZES.items():
        studio.fit(width, height, scale=scale)
        studio.shoot(f"surat_masuk{suffix}")
        if scale == 150:
            screen.register.opened.emit()
            studio.shoot(f"baca{suffix}")
            screen.reading.back_wanted.emit()
    studio.fit(*SIZES[""][:2], scale=100)
    for tab in ("dispositions", "summary", "scan"):
        screen.reading.show_tab(tab)
        studio.shoot(f"tab_{tab}")
    action = studio.window.findChild(QAction, "shortcuts")
    assert action is not None
    action.trigger()
    studio.shoot("pintasan")


def history(studio: Studio) -> None:
    screen = studio.workspace("Tata Usaha")
    studio.fit(*SIZES[""][:2], scale=100)
    desk = studio.desk
    assert desk is not None
    assert desk.reader.view is not None
    letter_id = desk.reader.view.letter.id
    desk.service.amend(letter_id, {"subject": "Undangan rapat koordinasi Musrenbang", "due_on": "2026-12-01"})
    screen.reading.show_tab("history")
    studio.settle(lambda: bool(desk.reader.history.lines))
    studio.shoot("riwayat")


def head(studio: Studio) -> None:
    studio.workspace("Camat")
    studio.shoot("pimpinan")


def form(studio: Studio) -> None:
    screen = studio.workspace("Tata Usaha")
    screen.open_new()
    studio.settle()
    shown = screen.findChild(LetterForm)
    assert shown is not None
    fill(studio, shown)
    for suffix, (width, height, scale) in SIZES.items():
        studio.fit(width, height, scale=scale)
        studio.shoot(f"form_surat{suffix}")
    studio.fit(*SIZES[""][:2], scale=100)
    shown.fields.origin.setText("")
    shown.save()
    studio.settle()
    studio.shoot("form_ditolak")
    shown.fields.origin.setText("Bappeda")
    shown.save_and_next()
    studio.settle()
    studio.shoot("tersimpan")


def entering(studio: Studio) -> None:
    """A pile is entered, and one of its letters is in the register already; a code is offered."""
    screen = studio.workspace("Tata Usaha")
    assert studio.desk is not None
    row = studio.desk.letters.table.letter_at(3)
    assert row is not None
    screen.open_new()
    studio.settle()
    form = screen.findChild(LetterForm)
    assert form is not None
    form.switch_batch()
    form.fields.letter_no.setText(row.letter_no)
    form.fields.origin.setText(row.sender)
    form.fields.subject.setText("Permohonan cuti tahunan a.n. Siti Aminah")
    studio.settle(form.twin_card.isVisible)
    for suffix, (width, height, scale) in SIZES.items():
        studio.fit(width, height, scale=scale)
        form.fields.subject.setFocus()
        form.fields.classification.setFocus(Qt.FocusReason.TabFocusReason)
        studio.shoot(f"beruntun{suffix}")
    studio.fit(*SIZES[""][:2], scale=100)
    form.fields.subject.setFocus()
    form.fields.classification.setFocus(Qt.FocusReason.TabFocusReason)
    studio.settle()
    studio.window.grab().save(str(studio.out / "usulan_kode.png"))


def finding(studio: Studio) -> None:
    """The search over everything: what it finds, and what it offers before anything is typed."""
    studio.workspace("Tata Usaha")
    assert studio.desk is not None
    session = studio.sign_in("Tata Usaha")
    service = FindService(studio.store, actor_of(session.person, session.position))
    service.save("dari:bappeda sifat:segera")
    finder = Finder(studio.desk.register, service, studio.desk.runner, studio)
    for suffix, (width, height, scale) in SIZES.items():
        studio.fit(width, height, scale=scale)
        studio.window.lay_over(
            lambda page: FindPalette(studio.theme, finder, commands=studio.window.commands(), parent=page)
        )
        palette = studio.window.findChildren(FindPalette)[-1]
        studio.shoot(f"cari_kosong{suffix}")
        palette.field.setText("rapat")
        studio.settle(lambda: bool(finder.last.dispositions))
        studio.shoot(f"cari{suffix}")
        palette.field.setText("zzzz")
        studio.settle(lambda: finder.last.typed == "zzzz")
        studio.shoot(f"cari_nihil{suffix}")


SHOTS = {
    "first": first_start,
    "signin": sign_in,
    "list": register,
    "history": history,
    "head": head,
    "form": form,
    "entering": entering,
    "finding": finding,
}


def main() -> int:
    out = Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    app = QApplication([])
    with tempfile.TemporaryDirectory() as folder:
        studio = Studio(app, Path(folder), out=out)
        for name in sys.argv[2:] or SHOTS:
            SHOTS[name](studio)
        studio.close()
    return 0


def fill(studio: Studio, form: LetterForm) -> None:
    fields = form.fields
    fields.letter_no.setText("000.7.2.3/412/III.01/2026")
    fields.letter_date.set_value(date(2026, 11, 18))
    fields.origin.setText("Bappeda")
    fields.subject.setText("Undangan Rapat Koordinasi Musrenbang Kecamatan Tahun 2027")
    fields.classification.setText("000.7.2.3")
    fields.urgency.select(str(int(Urgency.URGENT)))
    fields.security.select(str(int(SecurityLevel.OPEN)))
    fields.due_on.set_value(date(2026, 11, 25))
    scan = next(path for path in (studio.folder / "berkas").rglob("*") if path.is_file())
    copy = studio.folder / "Pindaian 1.pdf"
    copy.write_bytes(scan.read_bytes())
    assert studio.desk is not None
    studio.desk.editor.intake.take([copy])
    studio.settle()
    fields.subject.setFocus()


if __name__ == "__main__":
    sys.exit(main())
