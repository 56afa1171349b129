"""A date typed with as few digits as it takes, or picked from a calendar."""

from datetime import date

from PySide6.QtCore import QDate, QLocale, QPoint, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent, QTextCharFormat
from PySide6.QtWidgets import QCalendarWidget, QFrame, QToolButton, QWidget

from desktop.widgets.boxes import Column
from desktop.widgets.dates import Leaning, format_date, parse_date
from desktop.widgets.line_edits import LineEdit
from desktop.widgets.theme import Theme
from desktop.widgets.tokens import MEASURES
from desktop.widgets.typography import TextRole

CALENDAR_WIDTH = 288
CALENDAR_HEIGHT = 236


class DateField(LineEdit):
    """Understands `18112026`, `18/11`, `18`, `kemarin` and `3 hari lagi`; shows `18 Nov 2026` when it is left.

    Up and Down move by a day, Alt+Down opens the calendar.
    Signals: `date_changed(object)` with a date or None, whenever what was typed means something else.
    """

    date_changed = Signal(object)

    def __init__(
        self,
        theme: Theme,
        *,
        today: date,
        leaning: Leaning = Leaning.SAME,
        placeholder: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(theme, placeholder=placeholder, tabular=True, parent=parent)
        self._today = today
        self._leaning = leaning
        self._date: date | None = None
        self._calendar: _CalendarPopup | None = None
        self.add_button("calendar", self.tr("Pilih dari kalender")).clicked.connect(self.open_calendar)
        self.textChanged.connect(self._on_typed)

    def value(self) -> date | None:
        """Give the date, or None while the field is empty or not understood."""
        return self._date

    def set_value(self, value: date | None) -> None:
        """Show another date, or none."""
        self.setText("" if value is None else format_date(value))
        self._take(value)

    def set_today(self, today: date) -> None:
        """Tell the field that the day has changed."""
        self._today = today

    def is_understood(self) -> bool:
        """Tell whether the field is empty or holds a date."""
        return self._date is not None or not self.text().strip()

    @Slot()
    def open_calendar(self) -> None:
        """Show the calendar under the field."""
        if self._calendar is None:
            self._calendar = _CalendarPopup(self._theme, self)
            self._calendar.picked.connect(self._on_picked)
        self._calendar.show_for(self, self._date or self._today)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Write the date out in full."""
        super().focusOutEvent(event)
        if self._date is not None:
            self.setText(format_date(self._date))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move by a day with Up and Down; open the calendar with Alt+Down."""
        alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        if event.key() == Qt.Key.Key_Down and alt:
            self.open_calendar()
            return
        steps = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}
        if event.key() in steps and not self.isReadOnly():
            self._step(steps[Qt.Key(event.key())])
            return
        super().keyPressEvent(event)

    def _step(self, days: int) -> None:
        start = self._date or self._today
        try:
            self.set_value(date.fromordinal(start.toordinal() + days))
        except ValueError:
            # The first or the last day the calendar knows: stay there.
            return

    @Slot(str)
    def _on_typed(self, text: str) -> None:
        self._take(parse_date(text, self._today, leaning=self._leaning))

    @Slot(object)
    def _on_picked(self, value: date) -> None:
        self.set_value(value)
        self.setFocus(Qt.FocusReason.PopupFocusReason)

    def _take(self, value: date | None) -> None:
        if value != self._date:
            self._date = value
            self.date_changed.emit(value)


class _CalendarPopup(QFrame):
    """The calendar as a popup; Monday first, Indonesian names, no week numbers."""

    picked = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self._theme = theme
        self._calendar = QCalendarWidget(self)
        self._calendar.setLocale(QLocale(QLocale.Language.Indonesian, QLocale.Country.Indonesia))
        self._calendar.setFirstDayOfWeek(Qt.DayOfWeek.Monday)
        self._calendar.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
        self._calendar.setHorizontalHeaderFormat(QCalendarWidget.HorizontalHeaderFormat.ShortDayNames)
        self._calendar.activated.connect(self._on_activated)
        self._calendar.clicked.connect(self._on_activated)
        column = Column(theme, gap=0, margins=(1, 1, 1, 1), parent=self)
        column.add(self._calendar)
        self.setObjectName("popupCard")
        self._arrows: tuple[tuple[QToolButton, str], ...] = tuple(
            (button, icon)
            for name, icon in (("qt_calendar_prevmonth", "chevron-left"), ("qt_calendar_nextmonth", "chevron-right"))
            for button in self._calendar.findChildren(QToolButton, name)
        )
        self._restyle()
        theme.changed.connect(self._restyle)

    def show_for(self, field: QWidget, value: date) -> None:
        """Open under `field` with `value` marked."""
        self._calendar.setSelectedDate(QDate(value.year, value.month, value.day))
        self.adjustSize()
        self.move(field.mapToGlobal(QPoint(0, field.height() + self._theme.px(4))))
        self.show()
        self._calendar.setFocus(Qt.FocusReason.PopupFocusReason)

    @Slot(QDate)
    def _on_activated(self, day: QDate) -> None:
        self.hide()
        self.picked.emit(date(day.year(), day.month(), day.day()))

    @Slot()
    def _restyle(self) -> None:
        # Qt paints Saturdays and Sundays in pure red by default, which is no colour of this look.
        weekend = QTextCharFormat()
        weekend.setForeground(self._theme.colour("text_secondary"))
        head = QTextCharFormat()
        head.setForeground(self._theme.colour("text_secondary"))
        head.setBackground(self._theme.colour("surface"))
        self._calendar.setHeaderTextFormat(head)
        for day in (Qt.DayOfWeek.Saturday, Qt.DayOfWeek.Sunday):
            self._calendar.setWeekdayTextFormat(day, weekend)
        # Qt's own arrows are black in every look.
        side = self._theme.px(MEASURES.icon)
        for button, icon in self._arrows:
            button.setIcon(self._theme.icon(icon, "text"))
            button.setIconSize(QSize(side, side))
        self._calendar.setMinimumSize(self._theme.px(CALENDAR_WIDTH), self._theme.px(CALENDAR_HEIGHT))
        self._calendar.setFont(self._theme.font(TextRole.BODY, tabular=True))
