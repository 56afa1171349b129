"""What syncs behind one window: the real scheduler, lanes and connections over a real profile, without the window."""

from __future__ import annotations

import random
import time
from functools import partial
from typing import Self

from desktop.app.farewell import obey
from desktop.app.sync_work import ProfileSyncWork
from desktop.app.syncing import sync_parts
from desktop.app.wire import shipped_wire
from desktop.sync.pacing import Pacing
from desktop.workers.change_feed import ChangeFeed
from desktop.workers.runner import TaskRunner
from desktop.workers.sync_scheduler import SyncScheduler
from tests.journey.office_pc import OfficePc


class LiveWindow:
    """Syncs in a `with` block as if its window were in front."""

    def __init__(self, pc: OfficePc) -> None:
        self.pc = pc
        self.outcomes: list[str] = []
        self.ended = False
        self.pacing = Pacing(time.monotonic, random.Random(7).uniform)
        self.runner = TaskRunner()
        self.feed = ChangeFeed(pc.opened.store.listen)
        parts = sync_parts(pc.opened, shipped_wire())
        self.work = ProfileSyncWork(
            pc.opened.store,
            parts.visits,
            shipped_wire(),
            files=parts.files,
            make_client=parts.make_client,
            make_line=parts.make_line,
            forget_token=parts.forget_token,
            tell_passwords=parts.tell_passwords,
            obey=partial(obey, pc.opened),
            turn_token=parts.turn_token,
        )
        self.scheduler = SyncScheduler(self.runner, self.work, pacing=self.pacing)
        self.scheduler.round_finished.connect(self._note)
        self.feed.changed.connect(self.scheduler.on_changes)

    def __enter__(self) -> Self:
        self.scheduler.set_active(True)
        self.scheduler.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _note(self, outcome: str) -> None:
        self.outcomes.append(outcome)

    def close(self) -> float:
        """As the window closes; the seconds that it took."""
        begun = time.monotonic()
        self.scheduler.stop()
        self.ended = self.runner.close()
        return time.monotonic() - begun

    @property
    def is_live(self) -> bool:
        """Whether the live connection is up."""
        return self.scheduler._live_up  # noqa: SLF001  # nobody but a test has to know
