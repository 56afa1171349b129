"""What happens to errors that nobody expected: noted in the profile's log, without any text of a letter.

The log keeps the kind of the error and where it arose, not its message: messages may quote what a person typed.
"""

import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QObject, Slot

LOG_BYTES = 500_000


class CrashLog(QObject):
    """Writes unexpected errors to `log/pesagi.log` of a profile."""

    def __init__(self, folder: Path) -> None:
        """For the profile in `folder`; nothing is written before there is something to write."""
        super().__init__()
        self._folder = folder / "log"

    def install(self) -> None:
        """Catch what nobody else catches."""
        sys.excepthook = self._on_exception

    @Slot(object)
    def on_unexpected(self, error: object) -> None:
        """Background work failed in a way that nobody expected."""
        if isinstance(error, BaseException):
            self._note(error)

    def _on_exception(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        self._note(error)
        sys.__excepthook__(kind, error, trace)

    def _note(self, error: BaseException) -> None:
        places = [
            f"{Path(frame.filename).name}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(error.__traceback__)
        ]
        line = f"{type(error).__name__} <- " + " <- ".join(reversed(places))
        path = self._folder / "pesagi.log"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            if path.exists() and path.stat().st_size > LOG_BYTES:
                path.replace(path.with_name("pesagi.lama.log"))
            with path.open("a", encoding="utf-8") as log:
                log.write(f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ} {line}\n")
        except OSError:
            return  # a full disk must not make it worse
