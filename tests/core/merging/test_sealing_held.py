"""What is held about a secret letter is for its readers; who accepts it gives it the form that the letter has."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from core.domain.acting import Context
from core.domain.dispositions import AnswerDisposition, Disposition
from core.domain.errors import Refusal
from core.domain.held_acts import AcceptHeld, HeldAct, WhyHeld, accept_held
from core.domain.ids import LetterId, PositionId
from core.domain.joining import JoinArrival, MergeLetters
from core.domain.letters import Channel, IncomingLetter, LetterStatus, SecurityLevel
from core.domain.reclassifying import ReclassifyLetter, reclassify_letter
from core.merging.holding_back import Ended, hold_back
from core.merging.overlay import Overlay
from core.merging.sealing_held import opened_held, sealed_held
from core.protocol.codec import encode
from core.protocol.ops import pack_act
from tests.factories import (
    DEVICE_ID,
    DISPOSITION_ID,
    HEAD,
    HELD_ID,
    LETTER_ID,
    NOW,
    REGISTRAR,
    SECRETARY,
    SECTION,
    actor,
    disposition,
    held_act,
    letter,
    person_record,
    position_record,
    user_of,
)
from tests.op_factory import op_bytes
from tests.secrecy_factory import sealed_key
from tests.support.person_keys import keys_of, ring_of
from tests.support.records import MemoryRecords

OTHER_ID = LetterId(bytes.fromhex("0198c0de000070008000000000000009"))
SEALED = "tersegel-1:AAAA"
KEYS = (sealed_key(user_of(HEAD)),)
SECRET = letter(security=SecurityLevel.SECRET, subject=SEALED, summary=SEALED, keys=KEYS, involved=(SECTION,))
SHEET = disposition(security=SecurityLevel.SECRET)


def answered(result: str, **changes: Any) -> bytes:
    act = AnswerDisposition(disposition_id=DISPOSITION_ID, result=result)
    return op_bytes(act, SECTION, NOW, seq=4, **{"signature": b"\x01" * 64, **changes})


def held(**changes: Any) -> HeldAct:
    whole = held_act(
        position=SECTION,
        user=user_of(SECTION),
        security=SecurityLevel.SECRET,
        ops=(answered("Sudah disita"),),
        would=((5, b"Sudah disita"),),
        numbers=(),
        files=(),
    )
    return msgspec.structs.replace(whole, **changes)


def records(*more: Any) -> MemoryRecords:
    return MemoryRecords(SECRET, SHEET, keys_of(HEAD), keys_of(SECTION), *more)


def test_it_is_sealed_to_the_readers_of_its_letter_and_to_nobody_else() -> None:
    sealed = sealed_held(held(), records())

    assert b"disita" not in encode(sealed)
    assert [key.user for key in sealed.keys] == [user_of(HEAD)]
    assert opened_held(sealed, [(user_of(HEAD), ring_of(HEAD))]) == held().ops
    assert opened_held(sealed, [(user_of(SECTION), ring_of(SECTION))]) is None
    assert sealed_held(sealed, records()) is sealed


@pytest.mark.parametrize(
    ("readers", "told"), [((SECTION,), {HEAD, SECTION}), ((HEAD, SECTION), {HEAD})], ids=["none in common", "one"]
)
def test_what_is_held_about_two_letters_is_for_who_reads_both_and_never_left_in_the_clear(
    readers: tuple[PositionId, ...], told: set[PositionId]
) -> None:
    keys = tuple(sealed_key(user_of(one)) for one in readers)
    other = msgspec.structs.replace(SECRET, id=OTHER_ID, keys=keys)

    sealed = sealed_held(held(about=(LETTER_ID, OTHER_ID)), records(other))

    assert b"disita" not in encode(sealed)
    assert {key.user for key in sealed.keys} == {user_of(one) for one in told}


def held_back(act: Any, *world: Any) -> HeldAct:
    """What is held of an act of the registrar, who holds his position no more."""
    code, args = pack_act(act)
    ended = Ended(
        person=person_record(REGISTRAR), place=position_record(REGISTRAR), why=WhyHeld.POSITION_TAKEN, device=DEVICE_ID
    )
    op = answered("", act=code, args=args, user=user_of(REGISTRAR), position=REGISTRAR)
    return hold_back(MemoryRecords(*world), [op], ended, colleagues=(), received=NOW)


def test_the_letter_into_which_another_one_would_be_merged_is_one_that_is_spoken_of() -> None:
    assert held_back(MergeLetters(letter_id=OTHER_ID, into=LETTER_ID)).about == (OTHER_ID, LETTER_ID)


def test_so_is_the_letter_that_carries_the_arrivals_of_the_one_that_is_named() -> None:
    merged = letter(id=OTHER_ID, status=LetterStatus.VOID, merged_into=LETTER_ID)
    arrival = JoinArrival(
        arrival_id=HELD_ID, letter_id=OTHER_ID, received_on=NOW.date(), channel=Channel.EMAIL, scans=()
    )

    assert held_back(arrival, merged, letter()).about == (OTHER_ID, LETTER_ID)


@pytest.mark.parametrize("changes", [{"keys": ()}, {"subject": "Undangan"}, {"security": SecurityLevel.OPEN}])
def test_what_is_held_about_a_letter_in_the_clear_stays_so(changes: dict[str, Any]) -> None:
    about = msgspec.structs.replace(SECRET, **changes)

    assert sealed_held(held(), MemoryRecords(about, keys_of(HEAD))) == held()


def accept(act: AcceptHeld, world: MemoryRecords) -> tuple[Any, ...]:
    context = Context(actor=actor(HEAD), now=NOW, records=world, kept=Overlay(world).kept)
    return accept_held(act, context).records


def test_a_superior_performs_it_with_the_texts_as_the_letter_has_them() -> None:
    sealed = sealed_held(held(), records())
    act = AcceptHeld(held_id=sealed.id, ops=(answered(SEALED, signature=b""),))

    made = accept(act, records(sealed))

    (sheet,) = [one for one in made if isinstance(one, Disposition)]
    own = sheet.recipient(SECTION)
    assert own is not None
    assert own.result == SEALED


@pytest.mark.parametrize(
    ("ops", "code"),
    [
        ((), "sealed_for_others"),
        ((answered(SEALED), answered(SEALED)), "seal_malformed"),
        ((answered(SEALED, position=PositionId(SECRETARY)),), "seal_malformed"),
        ((answered(SEALED, act=1),), "seal_malformed"),
        ((answered(SEALED, wall_ms=7),), "seal_malformed"),
        ((b"\x00",), "seal_malformed"),
        ((answered("Sudah disita"),), "text_not_sealed"),
    ],
)
def test_nothing_of_another_making_is_performed_in_its_place(ops: tuple[bytes, ...], code: str) -> None:
    sealed = sealed_held(held(), records())

    with pytest.raises(Refusal, match=code):
        accept(AcceptHeld(held_id=sealed.id, ops=ops), records(sealed))


def test_who_may_not_read_what_is_secret_decides_no_more_over_it() -> None:
    open_letter = letter(involved=(SECTION,))
    waiting = held(security=SecurityLevel.OPEN, reviewers=(SECRETARY, HEAD, SECTION))
    act = ReclassifyLetter(letter_id=LETTER_ID, security=SecurityLevel.SECRET, seen=SecurityLevel.OPEN, base=0)
    world = MemoryRecords(open_letter, waiting, position_record(HEAD))

    made = reclassify_letter(act, Context(actor=actor(SECRETARY), now=NOW, records=world)).records

    (moved,) = [one for one in made if isinstance(one, HeldAct)]
    assert (moved.security, SECTION in moved.reviewers, HEAD in moved.reviewers) == (SecurityLevel.SECRET, True, True)
    other = msgspec.structs.replace(waiting, position=HEAD)
    world = MemoryRecords(open_letter, other)
    made = reclassify_letter(act, Context(actor=actor(SECRETARY), now=NOW, records=world)).records
    (moved,) = [one for one in made if isinstance(one, HeldAct)]
    assert moved.reviewers == (SECRETARY, HEAD)
    assert isinstance(made[0], IncomingLetter)
