"""Somebody who types and types, in a process of its own that is killed. Prints how much was on disk first."""

from __future__ import annotations

import sys
from pathlib import Path

import msgspec
from PySide6.QtCore import QCoreApplication, QObject, QTimer, Slot

from core.domain.ids import OfficeId, PositionId, UserId
from core.domain.offices import Actor, Role
from desktop.services.drafts import DraftService
from desktop.services.letters import LetterEntry
from desktop.storage.opening import open_store
from desktop.viewmodels.draft_keeper import DraftKeeper
from desktop.workers.runner import TaskRunner
from tests.desktop.sample_office import NOW, TODAY
from tests.support.stores import KEY

ACTOR = Actor(user=UserId(1), position=PositionId(1), office=OfficeId(1), role=Role.REGISTRAR)
BLANK = LetterEntry(received_on=TODAY, letter_no="", letter_date=None, sender="", subject="")
KEY_MS = 20


class Typist(QObject):
    """Types a letter of the alphabet every few milliseconds, and never stops."""

    def __init__(self, keeper: DraftKeeper, drafts: DraftService) -> None:
        super().__init__()
        self._keeper, self._drafts = keeper, drafts
        self._typed = ""
        self._timer = QTimer(self)
        self._timer.setInterval(KEY_MS)
        self._timer.timeout.connect(self._press)
        self._timer.start()
        keeper.kept.connect(self._on_kept)

    @Slot()
    def _press(self) -> None:
        self._typed += "a"
        self._keeper.note(msgspec.structs.replace(BLANK, subject=self._typed))

    @Slot(bool)
    def _on_kept(self, _whole: bool) -> None:  # noqa: FBT001 - the signature of the signal
        kept = self._drafts.kept()
        if kept is not None:
            print(len(kept.subject), flush=True)  # noqa: T201 - what the test reads


def main(path: Path) -> None:
    """Type until killed."""
    app = QCoreApplication([])
    drafts = DraftService(open_store(path, KEY, NOW), ACTOR)
    typist = Typist(DraftKeeper(drafts, TaskRunner(app), parent=app), drafts)
    app.exec()
    del typist


if __name__ == "__main__":
    main(Path(sys.argv[1]))
