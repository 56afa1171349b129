"""Looks for garbage on the thread of the window, and on no other.

By itself Python looks for garbage wherever something is made, on the thread of a lane too. A window that was closed
lies in circles, its parts know what they call and are known by it: found from a lane, widgets would be taken apart
beside the thread that draws, and the program ends without a word, at once or much later.
"""

import gc

from PySide6.QtCore import QObject, QTimer, Slot

EVERY_MS = 500


class Sweeper(QObject):
    """From its beginning on this process looks for garbage when the thread that owns it has nothing else to do."""

    def __init__(self, parent: QObject | None = None) -> None:
        """Nothing changes yet."""
        super().__init__(parent)
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY_MS)
        self._timer.timeout.connect(self._sweep)

    def begin(self) -> None:
        """Python looks for none by itself any more."""
        gc.disable()
        self._timer.start()

    @Slot()
    def _sweep(self) -> None:
        sweep()


def sweep() -> None:
    """What Python would have done by itself since the last time, by the same thresholds (`gc.set_threshold`)."""
    made, young, middle = gc.get_count()
    after, many_young, many_middle = gc.get_threshold()
    if made > after:
        older = young >= many_young
        gc.collect(2 if older and middle >= many_middle else int(older))
