"""Scans that come later: behind those that are there, once, in the form that the letter is in."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from core.domain.acting import Context
from core.domain.attaching import AttachScans, attach_scans
from core.domain.attachments import MAX_SCANS, Attachment, MediaType
from core.domain.errors import Refusal, RefusalCode
from core.domain.ids import BlobHash, PositionId
from core.domain.letters import IncomingLetter, LetterStatus, SecurityLevel
from core.domain.secrecy import seal_of
from core.protocol.records import KIND_OF
from tests.arrival_factory import two_arrivals
from tests.factories import ARCHIVIST, LETTER_ID, NOW, REGISTRAR, SECRETARY, actor, letter, user_of
from tests.secrecy_factory import sealed_key
from tests.support.records import MemoryRecords

CODE = KIND_OF[IncomingLetter].code


def scan(number: int, **changes: Any) -> Attachment:
    plain = Attachment(sha256=BlobHash(bytes([number]) * 32), size=9, media=MediaType.PDF, pages=1)
    return msgspec.structs.replace(plain, **changes)


def attached(
    to: IncomingLetter, *scans: Attachment, by: PositionId = REGISTRAR, revised: int = 0, **act: Any
) -> IncomingLetter | None:
    """The letter once the scans are attached, or None where that was no act."""
    records = MemoryRecords(to)
    records.revisions[CODE, LETTER_ID] = {"subject": revised}
    done = attach_scans(
        AttachScans(letter_id=LETTER_ID, scans=scans, **act), Context(actor=actor(by), now=NOW, records=records)
    )
    changed: list[IncomingLetter] = list(done.records)  # type: ignore[arg-type]  # letters alone
    return changed[0] if changed else None


def test_scans_come_behind_those_of_the_letter_and_the_letter_tells_of_it() -> None:
    found = attached(letter(scans=(scan(1),)), scan(2), scan(3))

    assert found is not None
    assert found.scans == (scan(1), scan(2), scan(3))
    assert [(one.field, one.before, one.after) for one in found.changes] == [("scans", "1", "3")]


def test_what_the_letter_has_is_no_act_and_a_scan_given_twice_comes_once() -> None:
    assert attached(letter(scans=(scan(1),)), scan(1)) is None
    found = attached(letter(scans=(scan(1),)), scan(2), scan(1), scan(2))
    assert found is not None
    assert found.scans == (scan(1), scan(2))


def test_two_who_attach_at_the_same_time_both_succeed() -> None:
    first = attached(letter(scans=()), scan(1))
    assert first is not None
    second = attached(first, scan(2))
    assert second is not None
    assert second.scans == (scan(1), scan(2))


def test_they_come_before_those_of_the_other_arrivals_which_are_counted_from_the_end() -> None:
    arrival, _ = two_arrivals(SECRETARY)["arrivals"]
    found = attached(letter(scans=(scan(1), scan(2)), arrivals=(msgspec.structs.replace(arrival, scans=1),)), scan(3))
    assert found is not None
    assert found.scans == (scan(1), scan(3), scan(2))


def test_a_secret_letter_keeps_no_small_picture() -> None:
    small = scan(1, thumbnail=BlobHash(b"\x09" * 32), thumbnail_size=100)
    found = attached(letter(scans=(), security=SecurityLevel.SECRET), small)
    assert found is not None
    assert found.scans == (scan(1),)


SEALED: dict[str, Any] = {"security": SecurityLevel.SECRET, "keys": (sealed_key(user_of(SECRETARY)),), "scans": ()}


def test_a_reader_adds_what_is_sealed_to_a_sealed_letter() -> None:
    found = attached(letter(**SEALED), scan(1), by=SECRETARY, sealed=True)
    assert found is not None
    assert found.scans == (scan(1),)


def test_who_names_the_seal_adds_also_where_only_the_subject_changed_meanwhile() -> None:
    found = attached(
        letter(**SEALED), scan(1), by=SECRETARY, sealed=True, base=4, revised=5, seal=seal_of(SEALED["keys"])
    )
    assert found is not None
    assert found.scans == (scan(1),)


@pytest.mark.parametrize(
    ("to", "code", "how"),
    [
        (letter(**SEALED), RefusalCode.SEALED_FOR_OTHERS, {"sealed": True}),
        (letter(**SEALED), RefusalCode.SEAL_CHANGED, {"by": SECRETARY}),
        (letter(**SEALED), RefusalCode.SEAL_CHANGED, {"by": SECRETARY, "sealed": True, "base": 4, "revised": 5}),
        (letter(**SEALED), RefusalCode.SEAL_CHANGED, {"by": SECRETARY, "sealed": True, "seal": b"\x07" * 8}),
        (letter(), RefusalCode.SEAL_CHANGED, {"sealed": True}),
        (letter(status=LetterStatus.VOID), RefusalCode.LETTER_VOID, {}),
        (letter(), RefusalCode.NOT_ALLOWED, {"by": ARCHIVIST}),
        (letter(scans=tuple(scan(n) for n in range(2, 2 + MAX_SCANS))), RefusalCode.TOO_MANY_SCANS, {}),
    ],
)
def test_what_cannot_be_attached_is_refused(to: IncomingLetter, code: RefusalCode, how: dict[str, Any]) -> None:
    with pytest.raises(Refusal) as refused:
        attached(to, scan(1), **how)
    assert refused.value.code == code


def test_a_scan_without_a_whole_hash_is_refused() -> None:
    with pytest.raises(Refusal):
        attached(letter(), scan(1, sha256=BlobHash(b"short")))
