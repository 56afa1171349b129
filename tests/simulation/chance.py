"""Time and chance: every PC has a clock of its own, and all that is random comes from the seed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from unittest import mock

from desktop.services.clock import local_date

BEGIN_MS = int(datetime(2026, 3, 16, 2, 30, tzinfo=UTC).timestamp() * 1000)


@dataclass
class TrueTime:
    """The one true time, in milliseconds; the server's clock follows it, wrong by `server_ms`."""

    now_ms: int = BEGIN_MS
    server_ms: int = 0

    def pass_by(self, ms: int) -> None:
        self.now_ms += ms

    def of_server(self) -> int:
        return self.now_ms + self.server_ms


@dataclass
class OfficeClock:
    """The clock of one PC, wrong by `skew_ms`."""

    time: TrueTime
    skew_ms: int = 0

    def wall_ms(self) -> int:
        return max(0, self.time.now_ms + self.skew_ms)

    def moment(self) -> datetime:
        return datetime.fromtimestamp(self.wall_ms() // 1000, UTC)

    def today(self) -> date:
        return local_date(self.moment())


@dataclass
class Source:
    """Where the product's own random bytes come from while the simulator runs."""

    chance: random.Random = field(default_factory=lambda: random.Random(0))

    def randbytes(self, count: int) -> bytes:
        return self.chance.randbytes(count)

    def randbits(self, count: int) -> int:
        return self.chance.getrandbits(count)


@contextmanager
def chance_from(source: Source) -> Iterator[None]:
    """Tokens, codes, salts and names of temporary files come from the seed too."""
    with (
        mock.patch("os.urandom", source.randbytes),
        mock.patch("secrets.token_bytes", source.randbytes),
        mock.patch("secrets.randbits", source.randbits),
    ):
        yield
