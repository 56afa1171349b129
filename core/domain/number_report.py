"""The account of a book of numbers: every number of a year with its fate, and the gaps with their reasons.

Pure: the server accounts for a book with all that was leased; a PC with the letters, fates and leases that it holds,
so that a number it knows nothing of may be with another PC.
"""

from collections.abc import Iterable, Sequence
from enum import Enum
from itertools import pairwise

import msgspec

from core.domain.ids import DeviceId
from core.domain.number_fates import Fate, NumberFate


class NumberState(Enum):
    """What a number stands for."""

    ISSUED = "issued"  # a letter holds it
    STRUCK = "struck"  # a letter holds it that was entered by mistake
    VOID = "void"
    RETURNED = "returned"
    OPEN = "open"  # in the lease of a PC
    SKIPPED = "skipped"  # never given out: the book went on with a greater number, as imported books do
    UNKNOWN = "unknown"  # not known here: another PC may hold it


class OpenRange(msgspec.Struct, frozen=True, kw_only=True):
    """Numbers in the lease of a PC."""

    low: int
    high: int
    device: DeviceId


class Span(msgspec.Struct, frozen=True, kw_only=True):
    """Neighbouring numbers with one fate; `fate` where it was recorded, `device` where a lease holds them."""

    low: int
    high: int
    state: NumberState
    fate: NumberFate | None = None
    device: DeviceId | None = None

    @property
    def is_gap(self) -> bool:
        """Whether no valid letter stands under these numbers."""
        return self.state is not NumberState.ISSUED


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """A year of a book: `spans` cover 1 to `highest` without hole or overlap, in order.

    `inserted` names the numbers with a suffix (sisipan) and whether the letter was struck through.
    """

    highest: int
    issued: int
    spans: tuple[Span, ...]
    inserted: tuple[tuple[int, str, bool], ...]

    @property
    def gaps(self) -> tuple[Span, ...]:
        """The numbers under which no valid letter stands."""
        return tuple(span for span in self.spans if span.is_gap)


def account_for(
    issued: Iterable[tuple[int, str]],
    fates: Sequence[NumberFate],
    leases: Sequence[OpenRange],
    *,
    highest: int = 0,
    complete: bool,
) -> Account:
    """The account of a book: `issued` are the numbers of letters, `highest` the greatest ever given out.

    With `complete`, what is in no lease and has no fate was never given out; else it is not known here.
    """
    pairs = sorted(set(issued))
    plain = [number for number, suffix in pairs if not suffix]
    struck = {(fate.low, fate.suffix): fate for fate in fates if fate.letter is not None}
    others = [fate for fate in fates if fate.letter is None and not fate.suffix]
    top = max([highest, *plain, *(fate.high for fate in others)], default=0)
    spans: list[Span] = []
    after = 0
    for number in [*plain, top + 1]:
        if number - 1 > after:
            spans.extend(_fill(after + 1, number - 1, others, leases, complete=complete))
        if number <= top:
            fate = struck.get((number, ""))
            one = Span(low=number, high=number, state=NumberState.STRUCK if fate else NumberState.ISSUED, fate=fate)
            _append(spans, one)
        after = number
    return Account(
        highest=top,
        issued=sum(span.high - span.low + 1 for span in spans if not span.is_gap),
        spans=tuple(spans),
        inserted=tuple((number, suffix, (number, suffix) in struck) for number, suffix in pairs if suffix),
    )


def _append(spans: list[Span], span: Span) -> None:
    """Add a span, as part of the one before it where both are valid letters."""
    if spans and not span.is_gap and not spans[-1].is_gap:
        span = msgspec.structs.replace(spans.pop(), high=span.high)
    spans.append(span)


def _fill(
    low: int, high: int, fates: Sequence[NumberFate], leases: Sequence[OpenRange], *, complete: bool
) -> list[Span]:
    """The spans of numbers that no letter holds."""
    near = [fate for fate in fates if fate.low <= high and fate.high >= low]
    open_ = [lease for lease in leases if lease.low <= high and lease.high >= low]
    edges = {low, high + 1}
    for begin, end in [*((one.low, one.high) for one in near), *((one.low, one.high) for one in open_)]:
        edges.update(edge for edge in (begin, end + 1) if low < edge <= high)
    cuts = sorted(edges)
    return [_span(begin, end - 1, near, open_, complete=complete) for begin, end in pairwise(cuts)]


def _span(low: int, high: int, fates: Sequence[NumberFate], leases: Sequence[OpenRange], *, complete: bool) -> Span:
    """One span whose numbers all lie in the same fates and leases. What a person voided comes before the rest."""
    here = sorted((fate for fate in fates if fate.low <= low <= fate.high), key=_weight)
    if here:
        state = NumberState.VOID if here[0].fate == Fate.VOID else NumberState.RETURNED
        return Span(low=low, high=high, state=state, fate=here[0])
    for lease in leases:
        if lease.low <= low <= lease.high:
            return Span(low=low, high=high, state=NumberState.OPEN, device=lease.device)
    return Span(low=low, high=high, state=NumberState.SKIPPED if complete else NumberState.UNKNOWN)


def _weight(fate: NumberFate) -> tuple[int, int, int]:
    """What was said of few numbers tells more than what was said of many."""
    return int(fate.fate), fate.high - fate.low, int(fate.cause)
