"""An order is provable years later by its record and the public directory; what was changed in it is not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from core.domain.dispositions import AnswerDisposition, Disposition, Recipient
from core.domain.ids import DispositionId, LetterId, TenantId
from core.domain.person_keys import PersonKeys
from core.protocol.act_signing import Author, Prover, Standing, act_payload
from tests.factories import HEAD, NOW, OTHER_SECTION, REGISTRAR, SECTION, disposition, issue, user_of
from tests.support.person_keys import SERVER, TENANT, keys_of, signed

AT_MS = int(NOW.timestamp() * 1000) + 123
PROVER = Prover(TENANT, SERVER.sign_public)
ORDER = signed(issue(), HEAD, at_ms=AT_MS)
ANSWER = signed(AnswerDisposition(disposition_id=disposition().id, result="Sudah dihadiri."), SECTION, at_ms=AT_MS)


def order(**changes: Any) -> Disposition:
    answered = msgspec.structs.replace(disposition().recipients[1], signature=ANSWER.signature, signed_ms=ANSWER.at_ms)
    recipients = (disposition().recipients[0], answered)
    whole = disposition(signature=ORDER.signature, signed_ms=ORDER.at_ms, recipients=recipients)
    return msgspec.structs.replace(whole, **changes)


def test_an_order_and_its_answer_are_provable_by_the_directory_alone() -> None:
    assert PROVER.order(order(), keys_of(HEAD)) is Standing.VALID
    assert PROVER.answer(order(), order().recipients[1], keys_of(SECTION)) is Standing.VALID


def test_under_which_seal_its_letter_was_then_is_no_part_of_what_is_signed() -> None:
    named = signed(issue(seal=b"then    "), HEAD, at_ms=AT_MS)
    answered = AnswerDisposition(disposition_id=disposition().id, result="Sudah dihadiri.", seal=b"then    ")

    assert named == ORDER
    assert signed(answered, SECTION, at_ms=AT_MS) == ANSWER


def test_reading_and_answering_leave_the_order_provable() -> None:
    read = tuple(msgspec.structs.replace(one, read_at=NOW, result="x") for one in order().recipients)

    assert PROVER.order(order(recipients=read), keys_of(HEAD)) is Standing.VALID


@pytest.mark.parametrize(
    "changes",
    [
        {"note": "Wakili saya, segera."},
        {"letter_id": LetterId(bytes(16))},
        {"id": DispositionId(bytes(16))},
        {"instructions": (2,)},
        {"due_on": None},
        {"parent": DispositionId(bytes(16))},
        {"recipients": (Recipient(position=SECTION),)},
        {"recipients": (*order().recipients, Recipient(position=OTHER_SECTION))},
        {"from_position": REGISTRAR},
        {"signed_ms": AT_MS + 1},
        {"signed_ms": 2**70},
        {"signature": bytes(64)},
        {"signature": b"short"},
    ],
)
def test_what_was_changed_in_an_order_is_not_what_was_signed(changes: dict[str, Any]) -> None:
    assert PROVER.order(order(**changes), keys_of(HEAD)) is Standing.WRONG


def test_another_persons_key_or_another_region_proves_nothing() -> None:
    others = msgspec.structs.replace(keys_of(SECTION), number=user_of(HEAD))

    assert PROVER.order(order(), others) is Standing.WRONG
    assert Prover(TenantId(2), SERVER.sign_public).order(order(), keys_of(HEAD)) is Standing.WRONG
    changed = msgspec.structs.replace(order().recipients[1], result="Belum dihadiri.")
    assert PROVER.answer(order(), changed, keys_of(SECTION)) is Standing.WRONG


def test_without_a_key_that_somebody_vouches_for_nothing_is_said() -> None:
    assert PROVER.order(order(), PersonKeys(number=user_of(HEAD), keys=())) is Standing.UNKNOWN
    assert Prover(TENANT, bytes(32)).order(order(), keys_of(HEAD)) is Standing.UNKNOWN
    assert PROVER.order(disposition(), keys_of(HEAD)) is Standing.NONE


def test_a_key_that_ended_proves_what_was_signed_before_and_nothing_after() -> None:
    assert PROVER.order(order(), keys_of(HEAD, until=NOW + timedelta(days=1))) is Standing.VALID
    assert PROVER.order(order(), keys_of(HEAD, until=NOW - timedelta(days=1))) is Standing.ENDED


def test_a_field_that_an_act_gains_later_leaves_its_signature_as_it_was() -> None:
    class WithMore(AnswerDisposition, frozen=True, kw_only=True, array_like=True):
        more: bytes = b""

    plain = AnswerDisposition(disposition_id=disposition().id, result="Sudah.")
    fields = msgspec.structs.asdict(plain)
    author = Author(tenant=TENANT, user=user_of(SECTION), position=SECTION)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("core.protocol.act_signing.ACT_OF", _Registry())
        before = act_payload(plain, author, AT_MS)
        assert act_payload(WithMore(**fields), author, AT_MS) == before
        assert act_payload(WithMore(**fields, more=b"x"), author, AT_MS) != before


class _Registry:
    """Every act is the answer."""

    code = 7

    def __getitem__(self, _act: object) -> _Registry:
        return self
