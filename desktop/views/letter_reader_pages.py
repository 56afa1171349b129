"""The pages of the reading pane beside the scan: what was ordered, and what else is known of the letter."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea

from desktop.viewmodels.facts import LetterView
from desktop.views.disposition_trail import DispositionTrail
from desktop.views.letter_words import arrival_text, channel_text
from desktop.widgets.boxes import Column
from desktop.widgets.dates import format_date
from desktop.widgets.detail_grid import DetailGrid
from desktop.widgets.labels import Label
from desktop.widgets.surfaces import Surface
from desktop.widgets.theme import Theme
from desktop.widgets.typography import TextRole


class ScrolledPage(QScrollArea):
    """A page of the pane that may be longer than it."""

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(name)
        inner = Surface(theme)
        self.column = Column(theme, gap=12, margins=(16, 12, 16, 16), parent=inner)
        self.setWidget(inner)


class TrailPage(ScrolledPage):
    """The dispositions of the letter."""

    def __init__(self, theme: Theme, text_of: Callable[[int], str]) -> None:
        super().__init__(theme, "")
        self.setAccessibleName(self.tr("Disposisi surat ini"))
        self._none = Label(theme, role=TextRole.SECONDARY, wrap=True)
        self.trail = DispositionTrail(theme, text_of)
        self.column.add(self._none, self.trail, None)

    def show_letter(self, view: LetterView) -> None:
        """Show the dispositions of another letter."""
        hidden = view.subject is None
        none = self.tr("Surat ini belum didisposisi.")
        self._none.setText(self.tr("Disposisi surat rahasia hanya untuk penerimanya.") if hidden else none)
        self._none.setVisible(not view.dispositions)
        self.trail.show_dispositions(view.dispositions)


class SummaryPage(ScrolledPage):
    """What is known of the letter beyond its register line."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "")
        self.setAccessibleName(self.tr("Isi ringkas dan rincian"))
        self._text = Label(theme, wrap=True, selectable=True)
        self._facts = DetailGrid(theme, columns=1)
        for key, name in (
            ("addressee", self.tr("Diteruskan kepada")),
            ("due_on", self.tr("Tenggat")),
            ("channel", self.tr("Kanal")),
            ("registered_by", self.tr("Dicatat oleh")),
        ):
            self._facts.add_detail(key, name)
        self._came = Label(theme, role=TextRole.BODY_STRONG)
        self._arrivals = Label(theme, wrap=True, selectable=True)
        self.column.add(self._text, self._facts, self._came, self._arrivals, None)

    def show_letter(self, view: LetterView) -> None:
        """Show another letter."""
        letter = view.letter
        summary = letter.summary if view.subject is not None else ""
        self._text.setText(summary or self.tr("Tidak ada isi ringkas."))
        self._text.set_colour("text" if summary else "text_secondary")
        for key, value in (
            ("addressee", view.addressee_title),
            ("due_on", format_date(letter.due_on) if letter.due_on else ""),
            ("channel", channel_text(letter.channel)),
            ("registered_by", view.registered_by),
        ):
            self._facts.set_value(key, value or "—")
        self._came.setText(self.tr("Datang {count} kali").format(count=len(view.arrivals)))
        self._arrivals.setText("\n".join(arrival_text(one) for one in view.arrivals))
        self._came.setVisible(bool(view.arrivals))
        self._arrivals.setVisible(bool(view.arrivals))
