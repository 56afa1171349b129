"""How many numbers a PC uses, counted from the ops it sent: what decides how large its next block is."""

from collections import Counter

from core.domain.ids import DeviceId
from core.domain.numbering import block_size, series_of
from core.domain.registering import RegisterLetter
from core.protocol.codec import CodecError
from core.protocol.records import ACT_OF
from server.services.covered_ops import is_covered, read_logged
from server.storage.database import TenantStore

# So many of its newest ops are looked at, of so many days: what a PC did last year says nothing of today.
NEWEST_OPS = 2000
DAYS = 60
_DAY_MS = 24 * 3600 * 1000
_REGISTER = ACT_OF[RegisterLetter].code


def usual_block(store: TenantStore, device: DeviceId, series: str, *, now_ms: int) -> int:
    """The block size for a PC: by its daily use of a series, and by how long its ops had to wait for a line."""
    used: Counter[int] = Counter()
    days_away = 0
    for data, received_ms in store.ops.newest(device, count=NEWEST_OPS):
        if received_ms < now_ms - DAYS * _DAY_MS:
            break
        try:
            op = read_logged(data)
            act = op.read_act() if op.act == _REGISTER and not is_covered(data) else None
        except CodecError:
            continue  # it was refused; nobody can say what it was
        if isinstance(act, RegisterLetter) and series_of(act.book) == series:
            used[op.corrected_ms // _DAY_MS] += 1
            days_away = max(days_away, min(DAYS, (received_ms - op.corrected_ms) // _DAY_MS))
    return block_size(list(used.values()), days_away)
