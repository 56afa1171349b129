"""Says when work has lain on one disk alone for too long: what that disk takes with it, nobody can bring back."""

from datetime import UTC, date, datetime, timedelta

import msgspec

from desktop.services.clock import Clock, local_date
from desktop.storage.lone_work import LoneWork, lone_work
from desktop.storage.meta import SyncFacts
from desktop.storage.unit_of_work import Store

# An act that waits a day although the line was tried; a scan that waits three days, whatever the line does.
ACTS_AFTER = timedelta(days=1)
SCANS_AFTER = timedelta(days=3)


class LoneWarning(msgspec.Struct, frozen=True, kw_only=True):
    """What lies here alone, and since which local day."""

    acts: int
    scans: int
    since: date


class LoneWorkService:
    """Looks at the store of this PC."""

    def __init__(self, store: Store, clock: Clock) -> None:
        """Over the open store."""
        self._store = store
        self._clock = clock

    def look(self) -> LoneWarning | None:
        """What is to be told now, or None."""
        now = self._clock()
        with self._store.read() as uow:
            identity = uow.meta.identity()
            if identity is None or identity.practice:
                return None
            return warning_of(lone_work(uow, int(now.timestamp() * 1000)), uow.meta.sync(), now)


def warning_of(work: LoneWork, facts: SyncFacts, now: datetime) -> LoneWarning | None:
    """Whether lone work is to be told: with the last visit in order it is on its way, but for scans that stay behind.

    A clock that was set back makes nothing old.
    """
    fails = bool(facts.last_problem) or not facts.last_success_ms
    acts_are_old = fails and _is_old(work.acts_since_ms, now, ACTS_AFTER)
    if not (acts_are_old or _is_old(work.scans_since_ms, now, SCANS_AFTER)):
        return None
    since = min(ms for ms in (work.acts_since_ms, work.scans_since_ms) if ms)
    return LoneWarning(acts=work.acts, scans=work.scans, since=local_date(datetime.fromtimestamp(since / 1000, UTC)))


def _is_old(since_ms: int, now: datetime, after: timedelta) -> bool:
    return bool(since_ms) and now - datetime.fromtimestamp(since_ms / 1000, UTC) >= after
