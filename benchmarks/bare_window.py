"""The floor of a start: a bare window with one table over one SQLite file, in a process of its own.

Run as `python bare_window.py STORE STARTED`, where STARTED is what `time.monotonic_ns()` said just before the
process was made; that clock is one for the whole system on Linux, macOS and Windows. Prints the seconds from
there to the first painted window and the PSS in bytes (0 where the system does not tell), then ends.

It imports nothing that it could do without: what it takes is what Python, Qt and SQLite take.
"""

import sqlite3
import sys
import time

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, QTimer, Slot
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication, QTableView

ROWS_READ = 1_000

AnyIndex = QModelIndex | QPersistentModelIndex


class Rows(QAbstractTableModel):
    """The newest thousand rows, read once."""

    def __init__(self, store: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        with sqlite3.connect(store) as connection:
            newest = connection.execute("SELECT * FROM letter ORDER BY agenda DESC LIMIT ?", (ROWS_READ,))
            self._rows: list[tuple[object, ...]] = newest.fetchall()
        connection.close()

    def rowCount(self, parent: AnyIndex | None = None) -> int:  # noqa: N802 - the name that Qt calls
        """Say how many rows were read."""
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def columnCount(self, parent: AnyIndex | None = None) -> int:  # noqa: N802 - the name that Qt calls
        """Say how many columns the table of the file has."""
        return 0 if parent is not None and parent.isValid() else len(self._rows[0])

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> str | None:
        """Give the text of a cell."""
        return str(self._rows[index.row()][index.column()]) if role == Qt.ItemDataRole.DisplayRole else None


class Window(QTableView):
    """Says when it has been painted for the first time, and closes the program."""

    def __init__(self, started_ns: int) -> None:
        super().__init__()
        self._started_ns = started_ns
        self._is_painted = False

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - the name that Qt calls
        """Paint, and the first time plan the end."""
        super().paintEvent(event)
        if not self._is_painted:
            self._is_painted = True
            # Not now: the picture reaches the screen after this event.
            QTimer.singleShot(0, self, self._report)

    @Slot()
    def _report(self) -> None:
        seconds = (time.monotonic_ns() - self._started_ns) / 1e9
        print(f"{seconds:.4f} {pss_bytes()}", flush=True)
        QApplication.quit()


def pss_bytes() -> int:
    """Tell the memory of this process, shared pages shared out; 0 where the system does not tell."""
    try:
        with open("/proc/self/smaps_rollup", encoding="ascii") as lines:  # noqa: PTH123 - pathlib takes time to import
            return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
    except OSError:
        return 0


def main() -> int:
    """Open the window over the store named on the command line."""
    application = QApplication(sys.argv[:1])
    window = Window(int(sys.argv[2]))
    model = Rows(sys.argv[1], window)
    window.setModel(model)
    window.resize(1200, 800)
    window.show()
    return application.exec()


if __name__ == "__main__":
    sys.exit(main())
