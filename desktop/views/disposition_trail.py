"""The dispositions of a letter one after the other: who asked whom for what, and what came of it."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from core.domain.attachments import Attachment
from core.domain.dispositions import Disposition, Recipient, RecipientState
from core.domain.ids import DispositionId, PositionId
from desktop.viewmodels.facts import NO_SIGNATURE, ActingNote, DispositionView, SignatureView, in_chain
from desktop.viewmodels.local_time import local
from desktop.views.signature_words import signature_text, signature_tone
from desktop.widgets.badges import StatusText
from desktop.widgets.boxes import Column, Row
from desktop.widgets.buttons import Button, ButtonKind
from desktop.widgets.dates import format_date, format_moment
from desktop.widgets.labels import ElidedLabel, Label
from desktop.widgets.painting import Mark
from desktop.widgets.surfaces import Edge, Surface
from desktop.widgets.theme import Theme, Tone
from desktop.widgets.typography import TextRole

InstructionTexts = Callable[[int], str]
"""Gives the words of an instruction by its number."""


# A chain of more levels stays at this one.
DEEPEST = 5


class DispositionTrail(QWidget):
    """A card for each disposition; what was passed on stands below what it was passed on from, and further in.

    Signals: `files_wanted(object)` with the files of an answer or the sheets of an order that somebody wants to see.
    """

    files_wanted = Signal(object)

    def __init__(self, theme: Theme, text_of: InstructionTexts, *, parent: QWidget | None = None) -> None:
        """Nothing is shown at first."""
        super().__init__(parent)
        self._theme = theme
        self._text_of = text_of
        self._column = Column(theme, gap=8, parent=self)
        self._cards: list[QWidget] = []
        self._shown: tuple[DispositionView, ...] = ()
        self._at_work: set[tuple[DispositionId | None, PositionId]] = set()

    def show_dispositions(self, dispositions: Sequence[DispositionView]) -> None:
        """Show these; the same ones again change nothing."""
        if tuple(dispositions) == self._shown:
            return
        self._shown = tuple(dispositions)
        for card in self._cards:
            self._column.removeWidget(card)
            card.hide()
            card.deleteLater()
        self._at_work = {(one.disposition.parent, one.disposition.from_position) for one in self._shown}
        self._cards = [self._placed(one, place.count(".")) for place, one in in_chain(self._shown)]
        for card in self._cards:
            self._column.addWidget(card)
            # Now and not a moment later, as the layout would: else the pane flickers empty in between.
            card.show()

    def _placed(self, view: DispositionView, depth: int) -> QWidget:
        """The card within a line for each level above it."""
        card = self._card(view)
        for _ in range(min(depth, DEEPEST)):
            level = Surface(self._theme, edges=Edge.LEFT)
            column = Column(self._theme, gap=0, margins=(10, 0, 0, 0), parent=level)
            column.add(card)
            card = level
        return card

    def _card(self, view: DispositionView) -> QWidget:
        theme, disposition = self._theme, view.disposition
        card = Surface(theme, card=True)
        column = Column(theme, gap=6, margins=(12, 8, 12, 10), parent=card)
        head = Row(theme)
        moment = Label(theme, format_moment(local(disposition.issued_at)), role=TextRole.CAPTION, tabular=True)
        head.add(ElidedLabel(theme, view.from_title, role=TextRole.BODY_STRONG), moment)
        head.setStretch(0, 1)
        column.add(head)
        if view.acting is not None:
            column.add(Label(theme, self._acting(view.acting), role=TextRole.CAPTION, wrap=True))
        if disposition.entered_as:
            column.add(Label(theme, self._entered(view), role=TextRole.CAPTION, wrap=True))
            self._offer_files(column, disposition.sheets, self.tr("Lihat lembar yang ditulis"))
        for text in self._asked(disposition):
            column.add(Label(theme, text, wrap=True, selectable=True))
        if disposition.due_on is not None:
            due = self.tr("Tenggat {date}").format(date=format_date(disposition.due_on))
            column.add(Label(theme, due, role=TextRole.SECONDARY, tabular=True))
        self._sign(column, view.signature)
        for recipient in disposition.recipients:
            title = view.titles.get(recipient.position, "")
            column.add(self._recipient(title, recipient, view))
        return card

    def _entered(self, view: DispositionView) -> str:
        """Who wrote it and who entered it."""
        by = view.titles.get(view.disposition.entered_as, "") or self.tr("petugas")
        confirmed = view.disposition.confirmed_at
        if confirmed is None:
            return self.tr("Ditulis tangan; dicatatkan oleh {title}. Belum dibenarkan.").format(title=by)
        text = self.tr("Ditulis tangan; dicatatkan oleh {title}, dibenarkan {moment}.")
        return text.format(title=by, moment=format_moment(local(confirmed)))

    def _offer_files(self, column: Column, files: tuple[Attachment, ...], text: str) -> None:
        if files:
            button = Button(self._theme, text, kind=ButtonKind.LINK, icon="paperclip")
            button.setProperty("files", files)
            button.clicked.connect(self._on_files)
            row = Row(self._theme)
            row.add(button, None)
            column.add(row)

    @Slot()
    def _on_files(self) -> None:
        self.files_wanted.emit(self.sender().property("files"))

    def _acting(self, note: ActingNote) -> str:
        """Both persons, and the letter of order."""
        if note.replaced:
            text = self.tr("{acting}, menggantikan {replaced} · surat perintah {order}")
            return text.format(acting=note.acting, replaced=note.replaced, order=note.order_no)
        return self.tr("{acting} · surat perintah {order}").format(acting=note.acting, order=note.order_no)

    def _sign(self, column: Column, signature: SignatureView) -> None:
        """Say in small print what the signature over the lines above proves."""
        text = signature_text(signature)
        if text:
            label = Label(self._theme, text, role=TextRole.CAPTION, tabular=True, wrap=True)
            tone = signature_tone(signature)
            if tone is not None:
                label.set_tone(tone)
            column.add(label)

    def _asked(self, disposition: Disposition) -> list[str]:
        asked = " · ".join(self._text_of(number) for number in disposition.instructions)
        note = self.tr("“{note}”").format(note=disposition.note) if disposition.note else ""
        return [text for text in (asked, note) if text]

    def _recipient(self, title: str, recipient: Recipient, view: DispositionView) -> QWidget:
        theme = self._theme
        block = QWidget()
        column = Column(theme, gap=2, parent=block)
        row = Row(theme)
        name = ElidedLabel(theme, self.tr("kepada {title}").format(title=title), colour="text_secondary")
        row.add(name, self._state(recipient, passed_on=(view.disposition.id, recipient.position) in self._at_work))
        row.setStretch(0, 1)
        column.add(row)
        for text in _besides(self, recipient):
            column.add(Label(theme, text, role=TextRole.CAPTION, wrap=True))
        if recipient.result:
            column.add(Label(theme, recipient.result, wrap=True, selectable=True))
        count = len(recipient.files)
        self._offer_files(column, recipient.files, self.tr("Lihat {count} berkas").format(count=count))
        if recipient.answered_at is not None:
            self._sign(column, view.answers.get(recipient.position, NO_SIGNATURE))
        return block

    def _state(self, recipient: Recipient, *, passed_on: bool) -> StatusText:
        if recipient.state is RecipientState.WITHDRAWN and recipient.withdrawn_at is not None:
            text = self.tr("ditarik {moment}").format(moment=format_moment(local(recipient.withdrawn_at)))
            return StatusText(self._theme, text, tone=Tone.NEUTRAL, mark=Mark.RING)
        if recipient.state is RecipientState.ANSWERED and recipient.answered_at is not None:
            text = self.tr("selesai {moment}").format(moment=format_moment(local(recipient.answered_at)))
            return StatusText(self._theme, text, tone=Tone.SUCCESS, mark=Mark.SQUARE)
        if recipient.answered_at is not None:
            text = self.tr("dikerjakan {moment}").format(moment=format_moment(local(recipient.answered_at)))
            return StatusText(self._theme, text, tone=Tone.INFO, mark=Mark.DOT)
        if recipient.state is RecipientState.READ and recipient.read_at is not None:
            read = self.tr("diteruskan, dibaca {moment}") if passed_on else self.tr("dibaca {moment}")
            text = read.format(moment=format_moment(local(recipient.read_at)))
            return StatusText(self._theme, text, tone=Tone.INFO, mark=Mark.DOT)
        return StatusText(self._theme, self.tr("belum dibaca"), tone=Tone.WARNING, mark=Mark.RING)


def _besides(trail: QWidget, recipient: Recipient) -> list[str]:
    """What else became of it: reminders, and why it was withdrawn."""
    found = []
    if recipient.reminders and recipient.reminded_at is not None:
        text = trail.tr("Diingatkan {count} kali, terakhir {moment}")
        found.append(text.format(count=recipient.reminders, moment=format_moment(local(recipient.reminded_at))))
    if recipient.withdrawn_reason:
        found.append(trail.tr("Ditarik karena: {reason}").format(reason=recipient.withdrawn_reason))
    return found
