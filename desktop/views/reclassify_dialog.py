"""Ubah sifat surat: the levels that a person may give a letter, and what follows from the chosen one."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from core.domain.letters import SecurityLevel
from desktop.viewmodels.facts import LetterView
from desktop.viewmodels.letter_reclassifying import Consequence, LetterReclassifying
from desktop.viewmodels.letter_row_texts import subject_text
from desktop.views.act_dialog import ActDialog
from desktop.views.letter_words import security_text
from desktop.widgets.banner import Banner
from desktop.widgets.choice_chips import ChoiceGrid
from desktop.widgets.theme import Theme, Tone

WIDTH = 520


class ReclassifyDialog(ActDialog):
    """Gives a letter another level.

    Signals: `reclassified(str)` with a sentence after the commit.
    """

    reclassified = Signal(str)

    def __init__(self, theme: Theme, reclassifying: LetterReclassifying, *, parent: QWidget | None = None) -> None:
        super().__init__(theme, reclassifying, icon="shield-lock", width=WIDTH, parent=parent)
        self._set_head(self.tr("Ubah sifat surat"))
        self._reclassifying = reclassifying
        self._levels = ChoiceGrid(theme, columns=2, single=True)
        self._consequence = Banner(theme, card=True)
        self._lay_out(self._levels, self._consequence, confirm=self.tr("Ubah sifat"))
        self._levels.confirmed.connect(self.confirm)
        self._levels.selection_changed.connect(self._on_chosen)
        reclassifying.done.connect(self._on_done)

    def show_letter(self, view: LetterView) -> None:
        """Open the dialog for a letter as the person sees it."""
        self._reclassifying.show_letter(view)
        self._sheet.set_text(view.letter.sender if view.letter.is_secret else subject_text(view.subject))
        self._levels.set_choices([(level.name, security_text(level)) for level in self._reclassifying.levels])
        self._levels.select([self._reclassifying.present.name])
        self._refusals.clear()
        self._on_chosen()
        self.open()
        self._levels.focus_first()

    @Slot()
    def confirm(self) -> None:
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
        self._confirm.setEnabled(consequence is not Consequence.NONE and not self._reclassifying.busy)

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

    @Slot(bool)
    def _on_busy(self, _busy: bool) -> None:  # noqa: FBT001 - the signature of the signal
        self._on_chosen()
