"""What an exchange tells of the server's clock: it is met halfway between sending and receiving."""

from desktop.storage.meta import ClockSample
from desktop.storage.unit_of_work import UnitOfWork


def learn_time(uow: UnitOfWork, server_ms: int, *, sent_ms: int, received_ms: int) -> None:
    """Keep the offset that one exchange tells, if it tells it better than what is known."""
    sample = ClockSample(
        offset_ms=server_ms - (sent_ms + received_ms) // 2,
        uncertainty_ms=max(1, (received_ms - sent_ms) // 2),
    )
    known = uow.meta.clock()
    # A better sample replaces a worse one; a jump of the wall clock makes the old one worthless.
    jumped = abs(sample.offset_ms - known.offset_ms) > sample.uncertainty_ms + known.uncertainty_ms
    if known.uncertainty_ms == 0 or jumped or sample.uncertainty_ms <= known.uncertainty_ms:
        uow.meta.write(sample)
