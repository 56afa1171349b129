"""What a person signs of an act, and how anybody with the directory checks it, also years later.

The signature says who did what through which position and when; not the number of the op nor its place in a chain,
which change when a PC is mended. Trailing fields that hold their default are left out, so that an act which gains a
field later is signed as before. What is needed to check an order stands in its record.
"""

import hashlib
from enum import Enum
from functools import cache
from typing import Any

import msgspec

from core.domain.dispositions import AnswerDisposition, Disposition, IssueDisposition, Recipient, RecipientState
from core.domain.ids import PositionId, TenantId, UserId
from core.domain.person_keys import PersonKey, PersonKeys
from core.protocol.codec import encode
from core.protocol.person_keys import is_vouched
from core.protocol.records import ACT_OF
from core.protocol.sealing import is_signed

_MILLIS = 1000


class Standing(Enum):
    """What a signature proves."""

    NONE = "none"  # there is none
    VALID = "valid"
    UNKNOWN = "unknown"  # the keys of the person are not here, or nobody vouches for them
    ENDED = "ended"  # the key had ended by then: somebody who did not know yet, or somebody else
    WRONG = "wrong"  # it is not of this person, or not over this act
    RECAST = "recast"  # it is over what was sealed, or put into the clear, since: who reads both forms could tell


class Author(msgspec.Struct, frozen=True, kw_only=True):
    """Who acts: a person of a region through a position."""

    tenant: TenantId
    user: UserId
    position: PositionId


def act_payload(act: Any, author: Author, wall_ms: int) -> bytes:
    """What the person signs (Ed25519)."""
    numbers = author.tenant.to_bytes(4, "big") + author.user.to_bytes(4, "big") + author.position.to_bytes(4, "big")
    moment = wall_ms.to_bytes(8, "big", signed=True)
    code = ACT_OF[type(act)].code.to_bytes(2, "big")
    return b"pesagi-act-1" + numbers + moment + code + hashlib.sha256(_canonical(act)).digest()


def signing_key(keys: PersonKeys, payload: bytes, signature: bytes) -> PersonKey | None:
    """The key of the person that signed this, whether it still stands or not."""
    return next((key for key in keys.keys if is_signed(payload, signature, by=key.sign)), None)


class Prover:
    """Checks the signatures of orders and answers of one region, by the server's public key."""

    def __init__(self, tenant: TenantId, server: bytes) -> None:
        """Whether somebody vouches for a key is asked once."""
        self._tenant = tenant
        self._server = server
        self._vouched: dict[tuple[UserId, PersonKey], bool] = {}

    def order(self, order: Disposition, keys: PersonKeys) -> Standing:
        """What the signature of an order proves; `keys` are those of `from_user`."""
        act = IssueDisposition(
            disposition_id=order.id,
            letter_id=order.letter_id,
            parent=order.parent,
            recipients=tuple(one.position for one in order.recipients),
            instructions=order.instructions,
            note=order.note,
            due_on=order.due_on,
            on_behalf=order.from_position if order.entered_as else PositionId(0),
            sheets=order.sheets,
        )
        return _softened(order, self._standing(act, order, keys, position=order.entered_as or order.from_position))

    def answer(self, order: Disposition, answer: Recipient, keys: PersonKeys) -> Standing:
        """What the signature of a recipient's answer proves; `keys` are those of `answered_by`."""
        done = answer.state == RecipientState.ANSWERED
        act = AnswerDisposition(disposition_id=order.id, result=answer.result, files=answer.files, done=done)
        return _softened(order, self._standing(act, answer, keys, position=answer.position))

    def _standing(
        self, act: Any, signed: Disposition | Recipient, keys: PersonKeys, *, position: PositionId
    ) -> Standing:
        if not signed.signature:
            return Standing.NONE
        if not keys.keys:
            return Standing.UNKNOWN
        author = Author(tenant=self._tenant, user=keys.number, position=position)
        try:
            key = signing_key(keys, act_payload(act, author, signed.signed_ms), signed.signature)
        except OverflowError:  # numbers that nobody has
            return Standing.WRONG
        if key is None:
            return Standing.WRONG
        if not _stood(key, signed.signed_ms):
            return Standing.ENDED
        return Standing.VALID if self._is_vouched(keys.number, key) else Standing.UNKNOWN

    def _is_vouched(self, user: UserId, key: PersonKey) -> bool:
        known = self._vouched.get((user, key))
        if known is None:
            known = self._vouched[user, key] = is_vouched(self._tenant, user, key, server=self._server)
        return known


def _softened(order: Disposition, standing: Standing) -> Standing:
    """What does not fit the words of an order that got another form since is no sign of a forgery."""
    return Standing.RECAST if standing is Standing.WRONG and order.recast else standing


def _stood(key: PersonKey, at_ms: int) -> bool:
    """Whether a key stood at a time. Not since when: a server that was put back may have learned of it anew."""
    return key.until is None or at_ms <= int(key.until.timestamp()) * _MILLIS


@cache
def _fields(kind: type[Any]) -> tuple[msgspec.structs.FieldInfo, ...]:
    # To ask for them takes as long as a signature.
    return msgspec.structs.fields(kind)


def _canonical(act: Any) -> bytes:
    if isinstance(act, IssueDisposition):
        # Who is let into a secret letter is no part of the order; the record of the order does not say it either.
        act = msgspec.structs.replace(act, keys=())
    if getattr(act, "seal", b""):
        # Nor is it under which seal its letter was then.
        act = msgspec.structs.replace(act, seal=b"")
    fields = _fields(act.__class__)
    values = [getattr(act, field.name) for field in fields]
    while values and not fields[len(values) - 1].required and values[-1] == fields[len(values) - 1].default:
        values.pop()
    return encode(values)
