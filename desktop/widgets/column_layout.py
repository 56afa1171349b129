"""The columns of a table as a person arranges them: order, width, which are shown."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QHeaderView

from desktop.widgets.theme import Theme

SOON_MS = 400
NARROWEST, WIDEST = 36, 2000


class ColumnLayout(QObject):
    """Arranges the sections of a head by their numbers; those of `fixed` stay where they are and as they are.

    Signals: `changed()` soon after a person arranged something; `let_go()` when a person wishes no widths any more,
    and the table shall give its own.
    """

    changed = Signal()
    let_go = Signal()

    def __init__(
        self, theme: Theme, header: QHeaderView, *, painted: int, fixed: Sequence[int], stretched: int
    ) -> None:
        """The first `painted` columns are those of the table, and what the model has beyond them stays hidden.

        `stretched` takes what is left, and is always shown.
        """
        super().__init__(header)
        self._theme = theme
        self._header = header
        self._painted = painted
        self._fixed = frozenset(fixed)
        self._stretched = stretched
        self._widths: dict[int, int] = {}
        self._arranging = False
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(SOON_MS)
        self._soon.timeout.connect(self.changed)
        header.setSectionsMovable(True)
        header.setFirstSectionMovable(0 not in self._fixed)
        header.sectionMoved.connect(self._on_moved)
        header.sectionResized.connect(self._on_resized)

    @property
    def order(self) -> tuple[int, ...]:
        """The columns from left to right, hidden ones too."""
        return tuple(self._header.logicalIndex(place) for place in self._known())

    @property
    def hidden(self) -> tuple[int, ...]:
        """The columns that are not shown."""
        return tuple(at for at in self._known() if self._header.isSectionHidden(at))

    @property
    def widths(self) -> dict[int, int]:
        """The widths that a person gave, in pixels at 100 %."""
        return dict(self._widths)

    def may_hide(self, column: int) -> bool:
        """Whether a column may be left out, and given another width."""
        return column not in self._fixed and column != self._stretched

    def restore(self, order: Sequence[int], hidden: Sequence[int], widths: Mapping[int, int]) -> None:
        """Arrange as it was kept; what does not fit this table is passed over."""
        self._arranging = True
        known = self._known()
        order = [column for column in order if column in known]
        if sorted(order) == list(known):
            for place, column in enumerate(order):
                self._header.moveSection(self._header.visualIndex(column), place)
        for column in known:
            self._header.setSectionHidden(column, column in hidden and self.may_hide(column))
        self._widths = {at: width for at, width in widths.items() if at in known and NARROWEST <= width <= WIDEST}
        self._arranging = False
        self.apply_widths()

    def rest(self) -> None:
        """The table gives its columns widths of its own now, until `apply_widths`: they are nobody's wish."""
        self._arranging = True

    def apply_widths(self) -> None:
        """Give the columns the widths that a person chose, in the size of the theme."""
        self._arranging = True
        for column, width in self._widths.items():
            if self.may_hide(column):
                self._header.resizeSection(column, self._theme.px(width))
        self._arranging = False

    def show_column(self, column: int, *, shown: bool) -> None:
        """Show a column or leave it out."""
        if self.may_hide(column):
            self._header.setSectionHidden(column, not shown)
            self._soon.start()

    def move_column(self, column: int, by: int) -> None:
        """Move a column to the left (-1) or to the right (1), but not before one that stays."""
        place = self._header.visualIndex(column)
        target = place + by
        if column in self._fixed or not len(self._fixed) <= target < len(self._known()):
            return
        self._header.moveSection(place, target)

    def reset(self) -> None:
        """As at first."""
        self.restore(self._known(), (), {})
        self.let_go.emit()
        self._soon.start()

    def _known(self) -> range:
        return range(min(self._header.count(), self._painted))

    @Slot()
    def _on_moved(self) -> None:
        if not self._arranging:
            self._soon.start()

    @Slot(int, int, int)
    def _on_resized(self, column: int, _before: int, width: int) -> None:
        # The window moves the stretched one; a hidden one has no width.
        if self._arranging or not width or not self.may_hide(column):
            return
        self._widths[column] = max(NARROWEST, round(width * 100 / self._theme.scale))
        self._soon.start()
