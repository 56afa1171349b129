"""How the server logs: one line an event, with time, level and place, and whatever is in it as plain text.

Faults of files and of the network carry names that others chose; a line break in one must not begin a line of its own,
nor a sign for the terminal reach a terminal.
"""

import logging
import sys
import time

FORMAT = "%(asctime)sZ %(levelname)s %(name)s: %(message)s"


class OneLine(logging.Formatter):
    """Times in UTC; line breaks and signs that cannot be printed as escapes."""

    def __init__(self) -> None:
        super().__init__(FORMAT, "%Y-%m-%dT%H:%M:%S")
        self.converter = time.gmtime

    def format(self, record: logging.LogRecord) -> str:
        """The line; what follows of a traceback is on the same one."""
        return plain(super().format(record))


def plain(text: str) -> str:
    """The text on one line; a sign that cannot be printed, such as a line break, as its escape."""
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in text)


def log_plainly() -> None:
    """Let the whole program log so, to standard error, from warnings on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(OneLine())
    root = logging.getLogger()
    for before in list(root.handlers):
        if isinstance(before.formatter, OneLine):
            root.removeHandler(before)
    root.addHandler(handler)
