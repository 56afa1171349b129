"""The event of an invitation above its scan: when, where, who goes, what meets, and the three decisions."""

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from core.domain.attendance import Part
from core.domain.ids import PositionId
from desktop.viewmodels.event_desk import EventDesk
from desktop.views.decision_words import clash_text, decision_text
from desktop.views.event_words import part_look, part_text, short_event_text
from desktop.widgets.badges import Pill
from desktop.widgets.banner import Banner
from desktop.widgets.boxes import Column, Row
from desktop.widgets.buttons import Button
from desktop.widgets.combo_box import ComboBox
from desktop.widgets.labels import IconLabel, Label
from desktop.widgets.surfaces import Edge, Surface
from desktop.widgets.theme import Theme, Tone
from desktop.widgets.typography import TextRole


class EventCard(Surface):
    """Shown while the letter has an event."""

    def __init__(self, theme: Theme, desk: EventDesk, *, parent: QWidget | None = None) -> None:
        super().__init__(theme, edges=Edge.TOP, parent=parent)
        self._desk = desk
        self._compact = False
        self._when = Label(theme, role=TextRole.BODY_STRONG, wrap=True)
        self._pill = Pill(theme)
        head = Row(theme, gap=8)
        head.add(IconLabel(theme, "calendar-event", size=18), self._when, self._pill)
        head.setStretch(1, 1)
        self._decided = Label(theme, role=TextRole.CAPTION, wrap=True)
        self._clash = Banner(theme, card=True)
        self._for = ComboBox(theme)
        self._for.setAccessibleName(self.tr("Keputusan untuk jabatan"))
        self.attend = Button(theme, self.tr("Hadir sendiri"), key_hint="H")
        self.delegate = Button(theme, self.tr("Wakilkan…"), key_hint="W")
        self.stay_away = Button(theme, self.tr("Tidak hadir"), key_hint="T")
        self._buttons = QWidget()
        row = Row(theme, gap=8, parent=self._buttons)
        row.add(self.attend, self.delegate, self.stay_away, None)
        column = Column(theme, gap=6, margins=(16, 10, 16, 10), parent=self)
        column.add(head, self._decided, self._clash, self._for, self._buttons)
        self.attend.clicked.connect(desk.attend)
        self.delegate.clicked.connect(desk.ask_delegate)
        self.stay_away.clicked.connect(desk.stay_away)
        self._for.activated.connect(self._on_chair)
        desk.changed.connect(self._show)
        desk.busy_changed.connect(self._show)
        self._show()

    @Slot(bool)
    def set_compact(self, compact: bool) -> None:  # noqa: FBT001  # a slot
        """Be one line where there is little height: the decisions are in the menu then, and on their keys."""
        if compact != self._compact:
            self._compact = compact
            self._show()

    @Slot()
    def _show(self) -> None:
        desk, view = self._desk, self._desk.view
        self.setVisible(view is not None)
        if view is None:
            return
        self._when.setText(short_event_text(view.time, view.place))
        tone, icon = part_look(view.part)
        text = part_text(view.part)
        if self._compact and desk.meets:
            text, tone, icon = self.tr("Bertabrakan"), Tone.DANGER, "alert-triangle"
        self._pill.set_pill(text, tone, icon=icon)
        self._pill.setVisible(view.part is not Part.NONE)
        self._decided.setText("\n".join(decision_text(one) for one in view.decided))
        self._decided.setVisible(bool(view.decided) and not self._compact)
        self._clash.set_message("\n".join(clash_text(one) for one in desk.meets), Tone.WARNING)
        self._clash.setVisible(bool(desk.meets) and not self._compact)
        self._show_chairs()
        for button in (self.attend, self.delegate, self.stay_away):
            button.setEnabled(desk.chair is not None and not desk.busy)
        self._buttons.setVisible(desk.chair is not None and not self._compact)

    def _show_chairs(self) -> None:
        desk = self._desk
        text = self.tr("Untuk {title}")
        self._for.set_choices([(str(one.position), text.format(title=one.title)) for one in desk.chairs])
        if desk.chair is not None:
            self._for.select(str(desk.chair.position))
        self._for.setVisible(len(desk.chairs) > 1 and not self._compact)

    @Slot()
    def _on_chair(self) -> None:
        key = self._for.current_key()
        if key:
            self._desk.choose_chair(PositionId(int(key)))
