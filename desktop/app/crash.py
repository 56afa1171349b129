"""What happens to errors that nobody expected: noted in the profile's log, without any text of a letter.

The log keeps the kind of the error and where it arose, not its message: messages may quote what a person typed.
"""

import logging
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QObject, Slot

from desktop.system.limits import leave_no_dumps

LOG_BYTES = 500_000


class CrashLog(QObject):
    """Writes unexpected errors to `log/pesagi.log` of a profile."""

    def __init__(self, folder: Path) -> None:
        """For the profile in `folder`; nothing is written before there is something to write."""
        super().__init__()
        self._folder = folder / "log"

    def install(self) -> None:
        """Catch what nobody else catches, and all that is said of errors.

        Nothing of it goes to standard error unless a person reads there: a session of the system keeps that in its own
        journal, and messages quote.
        """
        sys.excepthook = self._on_exception
        logging.getLogger().addHandler(CrashHandler(self))
        leave_no_dumps()

    @Slot(object)
    def on_unexpected(self, error: object) -> None:
        """Background work failed in a way that nobody expected."""
        if isinstance(error, BaseException):
            self.note(error)

    def _on_exception(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        self.note(error)
        if sys.stderr is not None and sys.stderr.isatty():
            sys.__excepthook__(kind, error, trace)

    def note(self, error: BaseException) -> None:
        """Keep the kind of an error and where it arose."""
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


class CrashHandler(logging.Handler):
    """Takes errors that were logged into the crash log, without their messages; the rest is for developers."""

    def __init__(self, log: CrashLog) -> None:
        """For one crash log."""
        super().__init__(logging.WARNING)
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        """Note the error behind a record, if there is one."""
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            self._log.note(error)
