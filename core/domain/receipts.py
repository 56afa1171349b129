"""When the server received what was done, where that was not within the minute, and what the clock of the PC showed.

The receipt lies in the record that tells of the act, beside the letter's other history, so that it is wherever the
record is. Only the authority knows it; the PC that made the op is told with the result, and adds the same.
"""

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import Any

import msgspec

from core.domain.ids import UserId

# A record keeps its newest ones; the log of the server has the time of every op.
KEPT_RECEIPTS = 60


class Receipt(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """Of what `by` did at `at` (by the server's clock, as far as the PC knew): received `late_s` seconds after that.

    The clock of the PC was `behind_s` seconds behind the server's.
    """

    at: datetime
    by: UserId
    late_s: int = 0
    behind_s: int = 0

    @property
    def tells(self) -> bool:
        """Whether there is anything to be told: most acts reach the server at once, from clocks that agree."""
        return bool(self.late_s or self.behind_s)


def with_receipt(records: tuple[Any, ...], receipt: Receipt) -> tuple[Any, ...]:
    """What an act made, the first record with its receipt, if it is one that keeps receipts and there is one.

    An act that is received anew, by a server that was put back to what it held before, has its last receipt alone.
    """
    if not records or not keeps_receipts(records[0]):
        return records
    before = records[0].receipts
    if not before and not receipt.tells:
        return records
    others = tuple(one for one in before if (one.at, one.by) != (receipt.at, receipt.by))
    receipts = (*others, receipt)[-KEPT_RECEIPTS:] if receipt.tells else others
    if receipts == before:
        return records
    return (msgspec.structs.replace(records[0], receipts=receipts), *records[1:])


def without_receipts(record: Any) -> Any:
    """The record as its author's PC can make it, who does not know yet when the server will receive it."""
    if not keeps_receipts(record) or not record.receipts:
        return record
    return msgspec.structs.replace(record, receipts=())


def hold_receipts(records: Iterable[Any]) -> bool:
    """Whether any of the records holds a receipt."""
    return any(keeps_receipts(one) and one.receipts for one in records)


def keeps_receipts(record: Any) -> bool:
    """Whether records of this kind keep receipts."""
    struct: type[msgspec.Struct] = type(record)
    return _keep_receipts(struct)


def receipt_of(receipts: Iterable[Receipt], at: datetime, by: UserId | None) -> Receipt | None:
    """The receipt of what somebody did at that moment."""
    return next((one for one in receipts if (one.at, one.by) == (at, by)), None)


@cache
def _keep_receipts(struct: type[msgspec.Struct]) -> bool:
    # Asked several times with every act, and a letter has forty fields.
    return "receipts" in struct.__struct_fields__
