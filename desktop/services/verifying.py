"""Periksa data: whether everything that this PC should have is here, whole and as it was written."""

from collections.abc import Callable
from contextlib import suppress
from datetime import date
from itertools import pairwise

import msgspec

from core.protocol.daily_heads import day_of
from desktop.services.clock import Clock, millis
from desktop.services.signatures import SignatureCount, SignatureReader
from desktop.storage.blobs import BlobFiles
from desktop.storage.checking import chain_problems, count_problems, page_problems
from desktop.storage.letters import count_letters
from desktop.storage.meta import CheckNotes
from desktop.storage.proving import (
    entry_problems,
    head_problems,
    mark_problems,
    place_problems,
    prove_old_rows,
    readable,
    row_problems,
)
from desktop.storage.unit_of_work import Store, UnitOfWork
from desktop.system.faults import EnvironmentFault

MOST_PROBLEMS = 100
_NOTIFY_EVERY = 20

Progress = Callable[["CheckStep"], None]
Stopped = Callable[[], bool]


class CheckStep(msgspec.Struct, frozen=True, kw_only=True):
    """How far a check is: `rows` looked at, `files` of `all_files` looked at."""

    rows: int = 0
    files: int = 0
    all_files: int = 0


class VerifyReport(msgspec.Struct, frozen=True, kw_only=True):
    """What the check found. Problems are for support and name no letter; the first hundred of them.

    `head` is the server's newest daily head that is here, as `admin audit --known` takes it. `log_broken` is the day of
    the first head that did not continue those before it; `log_restored` says that the server had counted anew by then.
    `stopped`: somebody ended the check before it was through.

    Of `orders` and answers, so many are `provable` by the signature of a person. One that carries a signature which
    does not fit it makes the data not whole; one without is from before its author had a key.
    """

    whole: bool
    problems: tuple[str, ...]
    files: int
    files_missing: int
    files_damaged: int
    orders: int = 0
    provable: int = 0
    letters: int = 0
    heads: int = 0
    head: str = ""
    log_broken: date | None = None
    log_restored: bool = False
    stopped: bool = False


class _Stopped(Exception):
    """Somebody ended the check."""


class VerifyService:
    """Checks the store and its files."""

    def __init__(self, store: Store, files: BlobFiles, clock: Clock | None = None) -> None:
        """Over the open store and its files; with a `clock` Pusat Sinkron is told what was found."""
        self._clock = clock
        self._store = store
        self._files = files

    def verify(self, *, progress: Progress = lambda _step: None, stopped: Stopped = lambda: False) -> VerifyReport:
        """Check everything; takes about a second for each 100 MB. Work on the store goes on meanwhile."""
        report = VerifyReport(whole=True, problems=(), files=0, files_missing=0, files_damaged=0)
        try:
            report = self._check_store(report, progress, stopped)
            report = self._check_files(report, progress, stopped)
            self._note(report)
            return report
        except _Stopped:
            return msgspec.structs.replace(report, whole=False, stopped=True)

    def _note(self, report: VerifyReport) -> None:
        """Keep what was found; a store that takes nothing any more says so by itself."""
        if self._clock is None:
            return
        notes = CheckNotes(
            at_ms=millis(self._clock()),
            data_broken=bool(report.problems),
            files_bad=report.files_missing + report.files_damaged,
        )
        with suppress(EnvironmentFault), self._store.begin() as uow:
            uow.meta.write(notes)

    def _check_store(self, report: VerifyReport, progress: Progress, stopped: Stopped) -> VerifyReport:
        with self._store.read() as uow:
            problems = page_problems(uow.connection)
        if problems:
            return msgspec.structs.replace(report, whole=False, problems=problems)
        while self._prove_some():
            _go_on(stopped)

        def count(rows: int) -> None:
            _go_on(stopped)
            progress(CheckStep(rows=rows))

        with self._store.read() as uow:
            connection = uow.connection
            found = tuple(
                problem
                for problems_of in (
                    lambda: count_problems(connection),
                    lambda: chain_problems(connection),
                    lambda: row_problems(connection, count),
                    lambda: place_problems(connection),
                    lambda: mark_problems(connection),
                    lambda: entry_problems(uow),
                    lambda: head_problems(uow),
                )
                for problem in readable(problems_of)
            )
            signatures = SignatureReader(uow).count() if not found else SignatureCount()
            if signatures.wrong:
                found = (*found, f"signatures {signatures.wrong}")
            signed = msgspec.structs.replace(report, orders=signatures.orders, provable=signatures.provable)
            return _with_heads(uow, signed, found)

    def _prove_some(self) -> bool:
        with self._store.begin() as uow:
            return prove_old_rows(uow)

    def _check_files(self, report: VerifyReport, progress: Progress, stopped: Stopped) -> VerifyReport:
        if report.problems and not report.letters:
            return report
        with self._store.read() as uow:
            hashes = list(uow.blobs.hashes())
        missing = damaged = 0
        for place, sha256 in enumerate(hashes, start=1):
            if not self._files.has(sha256):
                missing += 1
            elif not self._files.verify(sha256):
                damaged += 1
            _go_on(stopped)
            if place % _NOTIFY_EVERY == 0:
                progress(CheckStep(files=place, all_files=len(hashes)))
        whole = report.whole and not missing and not damaged
        return msgspec.structs.replace(
            report, whole=whole, files=len(hashes), files_missing=missing, files_damaged=damaged
        )


def _with_heads(uow: UnitOfWork, report: VerifyReport, found: tuple[str, ...]) -> VerifyReport:
    heads = uow.daily_heads.all()
    newest = heads[-1] if heads else None
    breaks = [(before, after) for before, after in pairwise(heads) if before.line != after.line]
    letters = count_letters(uow.connection)
    return msgspec.structs.replace(
        report,
        whole=not found,
        problems=found[:MOST_PROBLEMS],
        letters=letters,
        heads=len(heads),
        head="" if newest is None else f"{newest.head.number}:{newest.chain.hex()}",
        log_broken=day_of(breaks[0][1].head.day) if breaks else None,
        log_restored=bool(breaks) and breaks[0][0].feed_epoch != breaks[0][1].feed_epoch,
    )


def _go_on(stopped: Stopped) -> None:
    if stopped():
        raise _Stopped
