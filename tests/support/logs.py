"""A warning in the log that a test did not announce fails the test."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

import pytest

OUR_LOGGERS = ("core", "desktop", "server")


class ExpectLog(Protocol):
    """Announce a record before it is written: `expect_log("desktop.storage", containing="newer")`."""

    def __call__(self, logger: str, *, containing: str = "") -> None: ...


@dataclass
class LogWatch(logging.Handler):
    """Collects records of level WARNING and above, and matches them with what was announced."""

    records: list[logging.LogRecord] = field(default_factory=list)
    expected: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(logging.WARNING)

    def __hash__(self) -> int:
        return id(self)

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)

    def expect(self, logger: str, *, containing: str = "") -> None:
        self.expected.append((logger, containing))

    def complaints(self) -> list[str]:
        """List each record that nobody announced, and each announcement that nothing answered."""
        matches = [
            (record, [wanted for wanted in self.expected if is_match(record, wanted)]) for record in self.records
        ]
        seen = {wanted for _, found in matches for wanted in found}
        surprising = [
            f"unexpected {record.levelname} from {record.name}: {record.getMessage()}"
            for record, found in matches
            if not found
        ]
        return surprising + [f"announced but not logged: {wanted}" for wanted in self.expected if wanted not in seen]


def is_match(record: logging.LogRecord, wanted: tuple[str, str]) -> bool:
    """Tell whether a record comes from the logger (or one below it) and holds the text."""
    logger, text = wanted
    return (record.name == logger or record.name.startswith(f"{logger}.")) and text in record.getMessage()


@pytest.fixture(autouse=True)
def log_watch() -> Iterator[LogWatch]:
    """Watch the loggers of the program; fail the test at its end if there is a complaint."""
    watch = LogWatch()
    for name in OUR_LOGGERS:
        logging.getLogger(name).addHandler(watch)
    yield watch
    for name in OUR_LOGGERS:
        logging.getLogger(name).removeHandler(watch)
    if complaints := watch.complaints():
        pytest.fail("\n".join(complaints))


@pytest.fixture
def expect_log(log_watch: LogWatch) -> ExpectLog:
    """Give a test the means to announce a warning that belongs to what it shows."""
    return log_watch.expect
