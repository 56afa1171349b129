"""How a person left the lists behind the register: columns and sorting are there again at the next start."""

from collections.abc import Iterable
from functools import partial
from typing import Any

import msgspec
from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtWidgets import QApplication, QWidget

from desktop.app import on_demand
from desktop.app.session_services import SessionServices
from desktop.system.table_choices import TableChoice, TableChoices
from desktop.views.main_window import MainWindow
from desktop.views.workspace import Workspace
from desktop.widgets.record_table import RecordTable
from desktop.widgets.theme import Theme
from desktop.workers.runner import Lane, TaskRunner, untold


class KeptTable(QObject):
    """Watches over one list: what was kept of it is restored, what a person arranges is kept."""

    def __init__(self, table: RecordTable, name: str, choices: TableChoices, runner: TaskRunner, *, user: int) -> None:
        super().__init__(table)
        self._table, self._name, self._choices = table, name, choices
        self._runner, self._user = runner, user
        self._kept = kept = choices.of(user, name)
        self._columns = table.let_arrange()
        self._columns.restore(kept.order, kept.hidden, kept.widths)
        if 0 <= kept.sort < table.model().columnCount() and table.horizontalHeader().sectionsClickable():
            order = Qt.SortOrder.DescendingOrder if kept.descending else Qt.SortOrder.AscendingOrder
            table.show_sort(kept.sort, order)
            table.sort_wanted.emit(kept.sort, order)
        self._columns.changed.connect(self._on_arranged)
        table.sort_wanted.connect(self._on_sorted)

    @Slot()
    def _on_arranged(self) -> None:
        columns = self._columns
        self._keep(
            msgspec.structs.replace(self._kept, order=columns.order, hidden=columns.hidden, widths=columns.widths)
        )

    @Slot(int, object)
    def _on_sorted(self, column: int, order: Qt.SortOrder) -> None:
        descending = order is Qt.SortOrder.DescendingOrder
        self._keep(msgspec.structs.replace(self._kept, sort=column, descending=descending))

    def _keep(self, choice: TableChoice) -> None:
        if choice != self._kept:
            self._kept = choice
            work = untold(partial(self._choices.keep, self._user, self._name, choice))
            self._runner.run(Lane.FILES, work, failed=_nothing)


def keep_tables(
    screens: Iterable[tuple[str, QWidget]], choices: TableChoices, runner: TaskRunner, *, user: int
) -> list[KeptTable]:
    """Remember every list of these screens that nobody remembers yet."""
    return [
        KeptTable(table, f"{key}: {table.accessibleName()}", choices, runner, user=user)
        for key, screen in screens
        for table in screen.findChildren(RecordTable)
        if table.arranged is None and table.model() is not None and table.accessibleName()
    ]


class TableMemory(QObject):
    """All lists of one person's workspace, and *Atur kolom* for the one that is looked at."""

    def __init__(self, parts: SessionServices, window: MainWindow, workspace: Workspace) -> None:
        """The screens stand."""
        super().__init__(parts.owner)
        self._theme: Theme = parts.theme
        self._window, self._workspace = window, workspace
        choices = TableChoices(parts.ground.opened.profile.folder)
        user = parts.session.person.number
        keep_tables(workspace.screens(), choices, parts.ground.runner, user=user)
        window.columns_wanted.connect(self._on_columns)

    @Slot()
    def _on_columns(self) -> None:
        """Arrange the list that has the keyboard, or the first that is shown."""
        shown = [one for one in self._workspace.current.findChildren(RecordTable) if one.isVisible() and one.arranged]
        focused = QApplication.focusWidget()
        table = next((one for one in shown if one is focused), shown[0] if shown else None)
        if table is None:
            self._workspace.show_message(self.tr("Layar ini tidak mempunyai kolom untuk diatur."))
            return
        dialog: Any = on_demand.load(on_demand.COLUMN_DIALOG)(self._theme, table, parent=self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.begin()


def _nothing(_error: Exception) -> None:
    """It lasts until the program ends."""
