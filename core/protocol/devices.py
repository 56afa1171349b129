"""What a PC tells of itself by the way, and what the PC of an administrator hears of the others.

It travels as one field at the end of a request that is sent anyway, at most once an hour and only if there is
something new to it (`is_worth_telling`); the answer goes to PCs on which an administrator works, and to no others.
"""

import msgspec

from core.domain.ids import DeviceId, UserId

HOUR_MS = 3600 * 1000
# What does not change is told again after so long, so that an old word can be told from a fresh one.
AT_LEAST_EVERY_MS = 24 * HOUR_MS
MAX_VERSION = 40
MAX_COUNT = 2**31 - 1
# Nothing is kept here that no backup of the server holds, or the server never spoke of one.
ALL_KEPT = -1
EVERYTHING = 0
NOTHING = -1
_SKEW_S = 60


class DeviceState(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """How a PC is: its program, ops and files that were still waiting behind this request, its clock and its disk.

    `skew_s` is how far its clock is ahead of the server's; `unbacked_h` how many hours ago the oldest op was made that
    no backup of the server holds yet, or ALL_KEPT.
    """

    version: str
    waiting: int = 0
    files: int = 0
    skew_s: int = 0
    free_mb: int = 0
    unbacked_h: int = ALL_KEPT


class Aside(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """What a request says by the way. `since` asks for the PCs that changed after that moment of the server's clock."""

    state: DeviceState | None = None
    since: int = NOTHING


class DeviceNote(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """A PC as the server knows it: who may use it, when it was last in touch, and what it told of itself when.

    `revoked_ms` is 0 as long as it is let in. Of a PC that was shut out, `sealed` counts the bytes of the work that it
    left sealed with the server, and `opened` says whether that was let into quarantine. `hub_of` is the office of which
    it is the hub; 0 for a PC of people.
    """

    device: DeviceId
    name: str
    users: tuple[UserId, ...]
    seen_ms: int
    told_ms: int = 0
    state: DeviceState | None = None
    revoked_ms: int = 0
    sealed: int = 0
    opened: bool = False
    hub_of: int = 0


class StreamCount(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """How many records lie in the inbox of a position, or at one level in the registers of an office, of all years."""

    kind: int
    owner: int
    level: int
    rows: int


class DevicesTold(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """The PCs of an administrator: all if `whole`, else those that changed; `until` is what to ask from next.

    With all of them comes how much lies in the streams of the office.
    """

    until: int
    whole: bool
    notes: tuple[DeviceNote, ...] = ()
    streams: tuple[StreamCount, ...] = ()


def is_sound(state: DeviceState) -> bool:
    """Whether a state can be kept: it is a PC's own word, and no more than that."""
    counts = (state.waiting, state.files, state.free_mb, state.unbacked_h + 1)
    return (
        len(state.version) <= MAX_VERSION
        and all(0 <= count <= MAX_COUNT for count in counts)
        and abs(state.skew_s) <= MAX_COUNT
    )


def is_worth_telling(state: DeviceState, told: DeviceState | None, *, since_ms: int) -> bool:
    """Whether to tell a state, `since_ms` after `told` was told."""
    if told is None or not 0 <= since_ms < AT_LEAST_EVERY_MS:
        return True
    return since_ms >= HOUR_MS and _differs(state, told)


def _differs(one: DeviceState, other: DeviceState) -> bool:
    """Whether an administrator would want to know: hours pass by themselves, and every disk fills a little."""
    if one.version != other.version or (one.unbacked_h < 0) != (other.unbacked_h < 0):
        return True
    if bool(one.waiting) != bool(other.waiting) or bool(one.files) != bool(other.files):
        return True
    return abs(one.skew_s - other.skew_s) > _SKEW_S or abs(one.free_mb - other.free_mb) * 5 > other.free_mb
