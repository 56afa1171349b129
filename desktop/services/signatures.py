"""What the signatures of people prove, as far as this PC can tell."""

from collections.abc import Iterable
from datetime import UTC, datetime

import msgspec

from core.domain.dispositions import Disposition
from core.domain.ids import PositionId, UserId
from core.domain.person_keys import PersonKeys
from core.protocol.act_signing import Prover, Standing
from desktop.storage.dispositions import dispositions
from desktop.storage.unit_of_work import UnitOfWork

_MILLIS = 1000


class SignatureView(msgspec.Struct, frozen=True, kw_only=True):
    """A signature as it is shown: what it proves, whose it is, and when it was made by the signer's PC.

    `missing`: there is none, although the person had a key by then.
    """

    standing: Standing = Standing.NONE
    name: str = ""
    at: datetime | None = None
    missing: bool = False


NO_SIGNATURE = SignatureView()


class SignatureCount(msgspec.Struct, frozen=True, kw_only=True):
    """How many orders and answers lie here, how many of them are provable, how many carry what does not fit them."""

    orders: int = 0
    provable: int = 0
    wrong: int = 0


class SignatureReader:
    """Reads signatures within one unit of work."""

    def __init__(self, uow: UnitOfWork) -> None:
        """A store without an identity proves nothing."""
        self._uow = uow
        identity = uow.meta.identity()
        self._prover = None if identity is None else Prover(identity.tenant, identity.server_sign)
        self._keys: dict[UserId, PersonKeys] = {}

    def order(self, order: Disposition, opened: Disposition | None = None) -> SignatureView:
        """The signature of whoever gave the order; `opened` is the order as a reader of it sees it.

        What was sealed after it was signed only a reader can prove.
        """
        keys = self._keys_of(order.from_user)
        standing = Standing.NONE if self._prover is None else self._prover.order(order, keys)
        if standing is Standing.RECAST and opened is not None and self._prover is not None:
            standing = self._prover.order(opened, keys)
        return self._view(standing, keys, made=order.issued_at, signed_ms=order.signed_ms)

    def answers(self, order: Disposition, opened: Disposition | None = None) -> dict[PositionId, SignatureView]:
        """The signatures of the answers, by the position that answered; `opened` as in `order`."""
        found = {}
        for one in order.recipients:
            if one.answered_by is not None and one.answered_at is not None:
                keys = self._keys_of(one.answered_by)
                standing = Standing.NONE if self._prover is None else self._prover.answer(order, one, keys)
                shown = None if opened is None else opened.recipient(one.position)
                if standing is Standing.RECAST and shown is not None and self._prover is not None:
                    standing = self._prover.answer(order, shown, keys)
                found[one.position] = self._view(standing, keys, made=one.answered_at, signed_ms=one.signed_ms)
        return found

    def count(self) -> SignatureCount:
        """All orders and answers of this PC."""
        standings: list[Standing] = []
        for order in dispositions.every(self._uow.connection):
            standings.append(self.order(order).standing)
            standings.extend(view.standing for view in self.answers(order).values())
        return _counted(standings)

    def _keys_of(self, user: UserId) -> PersonKeys:
        if user not in self._keys:
            self._keys[user] = self._uow.directory.keys_of(user)
        return self._keys[user]

    def _view(self, standing: Standing, keys: PersonKeys, *, made: datetime, signed_ms: int) -> SignatureView:
        if standing is Standing.NONE:
            return SignatureView(missing=any(key.since <= made for key in keys.keys))
        person = self._uow.directory.person(keys.number)
        return SignatureView(standing=standing, name=person.name if person else "", at=_moment(signed_ms))


def _counted(standings: Iterable[Standing]) -> SignatureCount:
    counted = list(standings)
    return SignatureCount(
        orders=len(counted), provable=counted.count(Standing.VALID), wrong=counted.count(Standing.WRONG)
    )


def _moment(signed_ms: int) -> datetime | None:
    try:
        return datetime.fromtimestamp(signed_ms // _MILLIS, UTC)
    except (OverflowError, ValueError, OSError):
        return None


__all__ = ["NO_SIGNATURE", "SignatureCount", "SignatureReader", "SignatureView", "Standing"]
