"""A disposition that I sent: what I asked, and how far each recipient has come."""

from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from desktop.viewmodels.facts import DispositionView, LetterView, SyncMark
from desktop.viewmodels.inbox_entries import InboxEntry
from desktop.views.disposition_trail import DispositionTrail, InstructionTexts
from desktop.views.pane_scroll import PaneScroll
from desktop.widgets.boxes import Column, Row
from desktop.widgets.buttons import Button
from desktop.widgets.labels import Label
from desktop.widgets.surfaces import Edge, Surface
from desktop.widgets.theme import Theme
from desktop.widgets.typography import TextRole


class SentPanel(Surface):
    """Shows a disposition of mine and what others made of it.

    Signals: `files_wanted(object)` as of the trail.
    """

    files_wanted = Signal(object)

    def __init__(self, theme: Theme, text_of: InstructionTexts, *, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent=parent)
        self._theme = theme
        self._offered: list[tuple[QAction, Button]] = []
        self._own = DispositionTrail(theme, text_of)
        self._others_title = Label(theme, self.tr("Disposisi lain pada surat ini"), role=TextRole.CAPTION_STRONG)
        self._others = DispositionTrail(theme, text_of)
        body = Surface(theme)
        inner = Column(theme, gap=8, margins=(16, 12, 16, 12), parent=body)
        own_title = Label(theme, self.tr("Disposisi Anda"), role=TextRole.CAPTION_STRONG)
        inner.add(own_title, self._own, self._others_title, self._others, None)
        self._foot = Surface(theme, edges=Edge.TOP)
        self._buttons = Row(theme, gap=8, margins=(16, 10, 16, 12), parent=self._foot)
        self._foot.hide()
        column = Column(theme, gap=0, parent=self)
        column.add(PaneScroll(body), self._foot)
        column.setStretch(0, 1)
        for trail in (self._own, self._others):
            trail.files_wanted.connect(self.files_wanted)

    def offer(self, actions: Sequence[tuple[QAction, str, str]]) -> None:
        """Put actions, each with an icon and its words, into the foot; they are shown while they can be done."""
        for action, icon, text in actions:
            keys = action.shortcut().toString()
            button = Button(self._theme, text, icon=icon, key_hint=keys)
            button.clicked.connect(action.trigger)
            self._offered.append((action, button))
            self._buttons.add(button)
            action.changed.connect(self._on_actions)
        self._buttons.add(None)
        self._on_actions()

    @Slot()
    def _on_actions(self) -> None:
        for action, button in self._offered:
            button.setVisible(action.isEnabled())
        self._foot.setVisible(any(action.isEnabled() for action, _ in self._offered))

    def show_entry(self, entry: InboxEntry, letter: LetterView | None) -> None:
        """Show a disposition with the others on its letter, as far as they are here."""
        own, others = split_chain(entry, letter)
        self._own.show_dispositions(own)
        self._others.show_dispositions(others)
        self._others_title.setVisible(bool(others))


def split_chain(entry: InboxEntry, letter: LetterView | None) -> tuple[list[DispositionView], list[DispositionView]]:
    """The disposition of a card, and the others on its letter as far as they are here."""
    own = entry.disposition
    if own is None:
        return [], []
    chain = letter.dispositions if letter is not None else ()
    mine = [one for one in chain if one.disposition.id == own.id]
    if not mine:
        # The letter itself has not come yet: the card holds all that is known.
        titles = {to.position: title for to, title in zip(own.recipients, entry.to, strict=True)}
        mine = [DispositionView(disposition=own, from_title=entry.who, titles=titles, mark=SyncMark.ON_SERVER)]
    return mine, [one for one in chain if one.disposition.id != own.id]
