"""Ubah sifat surat: the levels that a person may give a letter, and what follows from the chosen one."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from core.domain.letters import SecurityLevel
from desktop.viewmodels.facts import LetterView
from desktop.viewmodels.letter_reclassifying import Consequence, LetterReclassifying
from desktop.viewmodels.letter_row_texts import subject_text
from desktop.views.letter_words import security_text
from desktop.views.messages import sentence_for
from desktop.widgets.banner import Banner
from desktop.widgets.buttons import Button, ButtonKind
from desktop.widgets.choice_chips import ChoiceGrid
from desktop.widgets.sheet import Sheet, SheetDialog
from desktop.widgets.theme import Theme, Tone

WIDTH = 520


class ReclassifyDialog(SheetDialog):
    """Gives a letter another level.

    Signals: `reclassified(str)` with a sentence after the commit.
    """

    reclassified = Signal(str)

    def __init__(self, theme: Theme, reclassifying: LetterReclassifying, *, parent: QWidget | None = None) -> None:
        self._sheet = Sheet(theme, "", icon="shield-lock", width=WIDTH, card=False)
        super().__init__(theme, self._sheet, parent=parent)
        self._sheet.set_title(self.tr("Ubah sifat surat"))
        self.setWindowTitle(self.tr("Ubah sifat surat"))
        self._reclassifying = reclassifying
        self._levels = ChoiceGrid(theme, columns=2, single=True)
        self._consequence = Banner(theme, card=True)
        self._trouble = Banner(theme, tone=Tone.DANGER, card=True)
        self._trouble.hide()
        self._sheet.body.add(self._levels, self._consequence, self._trouble)
        cancel = Button(theme, self.tr("Kembali"), kind=ButtonKind.QUIET, key_hint=self.tr("Esc"))
        self._give = Button(theme, self.tr("Ubah sifat"), kind=ButtonKind.PRIMARY, key_hint=self.tr("↵"))
        self._sheet.add_button(cancel)
        self._sheet.add_button(self._give)
        cancel.clicked.connect(self.reject)
        self._give.clicked.connect(self.give)
        self._levels.confirmed.connect(self.give)
        self._levels.selection_changed.connect(self._on_chosen)
        reclassifying.done.connect(self._on_done)
        reclassifying.refused.connect(self._on_refused)
        reclassifying.busy_changed.connect(self._on_busy)

    def show_letter(self, view: LetterView) -> None:
        """Open the dialog for a letter as the person sees it."""
        self._reclassifying.show_letter(view)
        self._sheet.set_text(view.letter.sender if view.letter.is_secret else subject_text(view.subject))
        self._levels.set_choices([(level.name, security_text(level)) for level in self._reclassifying.levels])
        self._levels.select([self._reclassifying.present.name])
        self._trouble.hide()
        self._on_chosen()
        self.open()
        self._levels.focus_first()

    @Slot()
    def give(self) -> None:
        """Give the letter the chosen level."""
        self._reclassifying.give(self._chosen())

    def _chosen(self) -> SecurityLevel:
        keys = self._levels.selected()
        return SecurityLevel[keys[0]] if keys else self._reclassifying.present

    @Slot()
    def _on_chosen(self) -> None:
        consequence = self._reclassifying.consequence_of(self._chosen())
        opens = consequence is Consequence.REACHES_PCS
        self._consequence.set_message(self._sentence(consequence), Tone.WARNING if opens else Tone.INFO)
        self._give.setEnabled(consequence is not Consequence.NONE and not self._reclassifying.busy)

    def _sentence(self, consequence: Consequence) -> str:
        return {
            Consequence.NONE: self.tr("Ini sifatnya sekarang. Disposisi dan pindaian selalu mengikuti sifat suratnya."),
            Consequence.SAME_READERS: self.tr("Yang dapat membaca surat ini tetap sama."),
            Consequence.LEAVES_PCS: self.tr(
                "Surat ini, disposisi, dan pindaiannya akan hilang dari PC yang tidak berhak begitu PC itu terhubung. "
                "Isinya disegel: hanya pimpinan, sekretaris, dan yang dituju yang dapat membukanya."
            ),
            Consequence.REACHES_PCS: self.tr(
                "Surat ini, disposisi, dan pindaiannya akan terbuka bagi semua yang membaca buku agenda kantor. "
                "Segelnya dibuka. Yang sudah terbaca tidak dapat ditarik kembali."
            ),
        }[consequence]

    @Slot(object)
    def _on_done(self, level: SecurityLevel) -> None:
        self.accept()
        self.reclassified.emit(self.tr("Sifat surat sekarang: {level}.").format(level=security_text(level)))

    @Slot(str, str)
    def _on_refused(self, code: str, _field: str) -> None:
        self._trouble.set_message(sentence_for(code), Tone.DANGER)
        self._trouble.show()

    @Slot(bool)
    def _on_busy(self, _busy: bool) -> None:  # noqa: FBT001 - the signature of the signal
        self._on_chosen()
