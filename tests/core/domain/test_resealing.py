"""Sealing and unsealing change the form of what people wrote, and nothing that somebody changed meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from core.domain.acting import Context, Decision
from core.domain.amending import AmendLetter, amend_letter, resolve_conflict
from core.domain.conflicts import Conflict, ResolveConflict
from core.domain.dispositions import (
    AnswerDisposition,
    Disposition,
    Recipient,
    RecipientState,
    answer_disposition,
    issue_disposition,
)
from core.domain.errors import Refusal, RefusalCode
from core.domain.ids import BlobHash, DispositionId, RowId
from core.domain.letter_changes import SEALED_FIELDS
from core.domain.letters import IncomingLetter, SecurityLevel
from core.domain.recasting import ConflictTexts, NoteTexts, ResultTexts, has_clear_texts
from core.domain.resealing import ResealLetter, SealLetter, UnsealLetter, reseal_letter, seal_letter, unseal_letter
from core.domain.secrecy import SEALED_KEY_BYTES, SealedKey, seal_of
from tests.conflict_factory import conflict
from tests.factories import (
    DISPOSITION_ID,
    HEAD,
    LETTER_ID,
    NOW,
    SCAN,
    SECRETARY,
    SECTION,
    actor,
    disposition,
    issue,
    letter,
    user_of,
)
from tests.secrecy_factory import sealed_key
from tests.support.records import MemoryRecords

SEALED = "tersegel-1:AAAA"
OTHER_SHEET = DispositionId(RowId(b"\x5a" * 16))
PLAIN = letter(security=SecurityLevel.SECRET, involved=(HEAD, SECTION))
SHEET = disposition(
    security=SecurityLevel.SECRET,
    note="Hadiri",
    recipients=(Recipient(position=SECTION, state=RecipientState.ANSWERED, result="Sudah"),),
)
NOTE = NoteTexts(
    disposition_id=DISPOSITION_ID, base=5, note=SEALED, results=(ResultTexts(position=SECTION, result=SEALED),)
)


UNNAMED = msgspec.structs.replace(SCAN, name="", thumbnail=b"", thumbnail_size=0)


class Records(MemoryRecords):
    """Records of a server, at which fields changed at the given revisions."""

    def __init__(self, *records: Any, revs: dict[type[Any], dict[str, int]] | None = None) -> None:
        super().__init__(*records)
        self._revs = revs or {}

    def field_revisions(self, record_type: type[Any], row_id: bytes) -> dict[str, int]:
        del row_id
        return self._revs.get(record_type, {})


def seal(**changes: Any) -> SealLetter:
    act = SealLetter(
        letter_id=LETTER_ID,
        base=5,
        keys=(sealed_key(user_of(HEAD)),),
        subject=SEALED,
        summary=SEALED,
        scans=(SCAN,),
        notes=(NOTE,),
    )
    return msgspec.structs.replace(act, **changes)


def sealed_world() -> tuple[IncomingLetter, Disposition]:
    decision = seal_letter(seal(), Context(actor=actor(SECRETARY), now=NOW, records=Records(PLAIN, SHEET)))
    made, sheet = decision.records
    assert isinstance(made, IncomingLetter)
    assert isinstance(sheet, Disposition)
    return made, sheet


def unseal(**changes: Any) -> UnsealLetter:
    results = (ResultTexts(position=SECTION, result="Sudah"),)
    note = NoteTexts(disposition_id=DISPOSITION_ID, base=9, note="Hadiri", results=results)
    act = UnsealLetter(
        letter_id=LETTER_ID, base=9, subject=PLAIN.subject, summary=PLAIN.summary, scans=(SCAN,), notes=(note,)
    )
    return msgspec.structs.replace(act, **changes)


def test_sealing_covers_the_letter_and_what_its_dispositions_say() -> None:
    made, sheet = sealed_world()

    assert (made.subject, made.summary) == (SEALED, SEALED)
    assert [one.user for one in made.keys] == [user_of(HEAD)]
    assert (sheet.note, sheet.recipients[0].result, sheet.recast) == (SEALED, SEALED, True)


def test_a_note_that_somebody_changed_meanwhile_stays_as_it_is_to_be_sealed_again() -> None:
    records = Records(PLAIN, SHEET, revs={Disposition: {"recipients": 6}})

    decision = seal_letter(seal(), Context(actor=actor(SECRETARY), now=NOW, records=records))

    assert [type(one) for one in decision.records] == [IncomingLetter]
    again = Records(*decision.records, SHEET, revs={Disposition: {"recipients": 6}})
    note = msgspec.structs.replace(NOTE, base=6)
    later = seal_letter(seal(keys=(), notes=(note,)), Context(actor=actor(SECRETARY), now=NOW, records=again))
    assert [type(one) for one in later.records] == [Disposition]


def test_what_lost_in_a_sealed_field_is_sealed_and_opened_with_it() -> None:
    lost = conflict(security=SecurityLevel.SECRET, base="Rapat", settled="Rapat teknis")
    texts = ConflictTexts(conflict_id=lost.id, rev=5, base=SEALED, stands=SEALED, wanted=SEALED, settled=SEALED)
    records = Records(PLAIN, SHEET, lost)

    made, sheet, covered = seal_letter(
        seal(conflicts=(texts,)), Context(actor=actor(SECRETARY), now=NOW, records=records)
    ).records

    assert isinstance(covered, Conflict)
    assert (covered.base, covered.stands, covered.wanted, covered.settled) == (SEALED,) * 4
    world = Context(actor=actor(HEAD), now=NOW, records=Records(made, sheet, covered))
    with pytest.raises(Refusal, match="seal_outdated"):
        unseal_letter(unseal(), world)
    back = ConflictTexts(
        conflict_id=lost.id, rev=9, base=lost.base, stands=lost.stands, wanted=lost.wanted, settled=lost.settled
    )
    assert unseal_letter(unseal(conflicts=(back,)), world).records[2] == lost


def test_a_conflict_that_was_settled_meanwhile_or_is_of_another_field_stays_as_it_is() -> None:
    lost = conflict(security=SecurityLevel.SECRET, settled="Rapat teknis")
    texts = ConflictTexts(conflict_id=lost.id, rev=5, base=None, stands=SEALED, wanted=SEALED, settled=SEALED)
    act = seal(conflicts=(texts,))

    late = Records(PLAIN, SHEET, lost, revs={Conflict: {"settled": 6}})
    assert len(seal_letter(act, Context(actor=actor(SECRETARY), now=NOW, records=late)).records) == 2
    other = Records(PLAIN, SHEET, msgspec.structs.replace(lost, field="sender"))
    assert len(seal_letter(act, Context(actor=actor(SECRETARY), now=NOW, records=other)).records) == 2


def test_files_and_the_reasons_of_withdrawals_get_the_other_form_too() -> None:
    sealed_file = msgspec.structs.replace(SCAN, sha256=BlobHash(b"\x05" * 32), name="", thumbnail=BlobHash(b""))
    sealed_file = msgspec.structs.replace(sealed_file, thumbnail_size=0)
    told = Recipient(position=SECTION, result="Sudah", files=(SCAN,), withdrawn_reason="Salah alamat")
    sheet = msgspec.structs.replace(SHEET, recipients=(told,), sheets=(SCAN,))
    result = ResultTexts(position=SECTION, result=SEALED, files=(sealed_file,), reason=SEALED)
    note = msgspec.structs.replace(NOTE, results=(result,), sheets=(sealed_file,))

    made, covered = seal_letter(
        seal(notes=(note,)), Context(actor=actor(SECRETARY), now=NOW, records=Records(PLAIN, sheet))
    ).records

    assert isinstance(covered, Disposition)
    assert (covered.sheets, covered.recipients[0].files) == ((sealed_file,), (sealed_file,))
    assert covered.recipients[0].withdrawn_reason == SEALED
    assert not has_clear_texts(covered)
    world = Context(actor=actor(HEAD), now=NOW, records=Records(made, covered))
    without_files = ResultTexts(position=SECTION, result="Sudah", reason="Salah alamat")
    some = msgspec.structs.replace(NOTE, base=9, note="Hadiri", results=(without_files,))
    with pytest.raises(Refusal, match="seal_outdated"):
        unseal_letter(unseal(notes=(some,)), world)


def test_a_letter_that_somebody_changed_meanwhile_has_to_be_looked_at_again() -> None:
    records = Records(PLAIN, SHEET, revs={IncomingLetter: {"subject": 6}})

    with pytest.raises(Refusal, match="seal_outdated"):
        seal_letter(seal(), Context(actor=actor(SECRETARY), now=NOW, records=records))


def test_a_reader_puts_all_of_it_into_the_clear_and_its_keys_go() -> None:
    opened, sheet = unseal_letter(
        unseal(), Context(actor=actor(HEAD), now=NOW, records=Records(*sealed_world()))
    ).records

    assert isinstance(opened, IncomingLetter)
    assert isinstance(sheet, Disposition)
    assert (opened.subject, opened.keys, sheet.note, sheet.recipients[0].result) == (
        PLAIN.subject,
        (),
        "Hadiri",
        "Sudah",
    )


@pytest.mark.parametrize(
    ("changes", "refused"), [({"subject": SEALED}, "seal_malformed"), ({"notes": ()}, "seal_outdated")]
)
def test_nothing_is_left_under_a_seal_that_nobody_could_open_any_more(changes: dict[str, Any], refused: str) -> None:
    with pytest.raises(Refusal, match=refused):
        unseal_letter(unseal(**changes), Context(actor=actor(HEAD), now=NOW, records=Records(*sealed_world())))


def test_who_is_no_reader_opens_no_seal() -> None:
    with pytest.raises(Refusal, match="sealed_for_others"):
        unseal_letter(unseal(), Context(actor=actor(SECRETARY), now=NOW, records=Records(*sealed_world())))


@pytest.mark.parametrize(("known", "taken"), [(7, True), (8, False), (None, False)])
def test_a_note_in_the_clear_counts_only_from_whom_could_not_know_of_the_seal(
    known: int | None, *, taken: bool
) -> None:
    made, _ = sealed_world()
    records = Records(made, revs={IncomingLetter: {"keys": 8}})
    act = issue(recipients=(SECTION,), note="Segera hadiri")
    context = Context(actor=actor(HEAD), now=NOW, records=records, known=known)

    if taken:
        assert issue_disposition(act, context).records[0].note == "Segera hadiri"  # type: ignore[attr-defined]  # the order
    else:
        with pytest.raises(Refusal, match="text_not_sealed"):
            issue_disposition(act, context)


def test_what_was_sealed_under_another_key_meanwhile_is_refused_and_not_stored_for_nobody_to_open() -> None:
    made, sheet = sealed_world()
    world = Context(actor=actor(HEAD), now=NOW + timedelta(minutes=1), records=Records(made, sheet))
    other = sealed_key(user_of(HEAD))

    with pytest.raises(Refusal) as no_seal:
        seal_letter(seal(keys=(other,), notes=()), world)
    with pytest.raises(Refusal) as no_order:
        issue_disposition(issue(disposition_id=OTHER_SHEET, note=SEALED, keys=(other,)), world)
    assert no_seal.value.code is no_order.value.code is RefusalCode.SEAL_CHANGED
    further = sealed_key(user_of(SECTION))
    _, disposed = issue_disposition(issue(disposition_id=OTHER_SHEET, note=SEALED, keys=(further,)), world).records
    assert isinstance(disposed, IncomingLetter)
    assert [one.user for one in disposed.keys] == [user_of(HEAD), user_of(SECTION)]


SEALED_ONCE_MORE: list[tuple[Callable[[Any, Context], Any], Any]] = [
    (issue_disposition, issue(disposition_id=OTHER_SHEET, note=SEALED)),
    (issue_disposition, issue(disposition_id=OTHER_SHEET, note="", sheets=(UNNAMED,))),
    (issue_disposition, issue(disposition_id=OTHER_SHEET, note="", keys=(sealed_key(user_of(SECTION)),))),
    (answer_disposition, AnswerDisposition(disposition_id=DISPOSITION_ID, result=SEALED)),
    (reseal_letter, ResealLetter(letter_id=LETTER_ID, keys=(sealed_key(user_of(SECTION)),))),
    (seal_letter, seal(keys=())),
]


@pytest.mark.parametrize(("decide", "act"), SEALED_ONCE_MORE)
def test_what_was_sealed_before_somebody_opened_the_letter_and_sealed_it_anew_is_refused(
    decide: Callable[[Any, Context], Any], act: Any
) -> None:
    made, sheet = sealed_world()
    place = SECTION if isinstance(act, AnswerDisposition) else HEAD
    context = Context(actor=actor(place), now=NOW + timedelta(minutes=1), records=Records(made, sheet))

    with pytest.raises(Refusal) as no:
        decide(msgspec.structs.replace(act, seal=b"another "), context)

    assert no.value.code is RefusalCode.SEAL_CHANGED
    decide(msgspec.structs.replace(act, seal=seal_of(made.keys)), context)
    decide(act, context)  # an older program names no seal


def test_an_order_that_says_nothing_under_a_seal_stands_though_the_letter_was_sealed_anew() -> None:
    made, sheet = sealed_world()
    context = Context(actor=actor(HEAD), now=NOW, records=Records(made, sheet))

    assert issue_disposition(issue(disposition_id=OTHER_SHEET, note="", seal=b"another "), context).records


def test_a_sealed_note_is_not_taken_where_the_seal_was_opened_meanwhile() -> None:
    records = Records(msgspec.structs.replace(PLAIN, security=SecurityLevel.OPEN))

    with pytest.raises(Refusal) as no:
        issue_disposition(issue(note=SEALED), Context(actor=actor(HEAD), now=NOW, records=records))

    assert no.value.code is RefusalCode.SEAL_CHANGED


@pytest.mark.parametrize("base", [8, 2])
def test_a_sealed_correction_is_not_taken_where_the_seal_was_opened_meanwhile_even_if_it_loses(base: int) -> None:
    opened = msgspec.structs.replace(PLAIN, security=SecurityLevel.OPEN)
    context = Context(actor=actor(SECRETARY), now=NOW, records=Records(opened, revs={IncomingLetter: {"subject": 8}}))

    with pytest.raises(Refusal) as no:
        amend_letter(AmendLetter(letter_id=LETTER_ID, changes={"subject": SEALED}, base={"subject": base}), context)

    assert no.value.code is RefusalCode.SEAL_CHANGED


def test_a_correction_is_taken_under_the_seal_of_the_letter_and_under_no_other() -> None:
    key = sealed_key(user_of(HEAD))
    record = msgspec.structs.replace(PLAIN, subject=SEALED, keys=(key, sealed_key(user_of(SECTION))))
    context = Context(actor=actor(SECRETARY), now=NOW, records=Records(record, revs={IncomingLetter: {"subject": 8}}))

    def correct(*keys: SealedKey) -> Decision:
        changes, seen = {"subject": "tersegel-1:BBBB"}, {"subject": SEALED}
        act = AmendLetter(letter_id=LETTER_ID, changes=changes, base={"subject": 5}, seen=seen, seal=seal_of(keys))
        return amend_letter(act, context)

    assert correct(key).records
    with pytest.raises(Refusal) as no:
        correct(msgspec.structs.replace(key, sealed=bytes(SEALED_KEY_BYTES)))
    assert no.value.code is RefusalCode.SEAL_CHANGED


@pytest.mark.parametrize("order", [("subject", "summary"), ("summary", "subject")])
def test_a_correction_in_the_clear_is_refused_for_the_same_text_by_whoever_judges_it(order: tuple[str, str]) -> None:
    """PC and server, each of which would walk over a set in an order of its own."""
    key = sealed_key(user_of(HEAD))
    record = msgspec.structs.replace(PLAIN, subject=SEALED, summary="", keys=(key,))
    act = AmendLetter(letter_id=LETTER_ID, changes=dict.fromkeys(order, "Selisih kas"), base={}, seal=seal_of((key,)))

    with pytest.raises(Refusal) as no:
        amend_letter(act, Context(actor=actor(SECRETARY), now=NOW, records=Records(record)))

    assert (no.value.code, no.value.field) == (RefusalCode.TEXT_NOT_SEALED, "subject")
    assert isinstance(SEALED_FIELDS, tuple)


def emptying(kind: type[AmendLetter | ResolveConflict], *, seen: str, seal: bytes) -> Decision:
    """A sealed subject is emptied by somebody who saw it in this form, after another had written it anew."""
    record = msgspec.structs.replace(PLAIN, subject="tersegel-1:BBBB", summary="", keys=(sealed_key(user_of(HEAD)),))
    context = Context(actor=actor(SECRETARY), now=NOW, records=Records(record, revs={IncomingLetter: {"subject": 8}}))
    if kind is AmendLetter:
        act = AmendLetter(
            letter_id=LETTER_ID, changes={"subject": ""}, base={"subject": 5}, seen={"subject": seen}, seal=seal
        )
        return amend_letter(act, context)
    resolving = ResolveConflict(
        conflict_id=RowId(bytes(16)), letter_id=LETTER_ID, field="subject", value="", base=5, seen=seen, seal=seal
    )
    return resolve_conflict(resolving, context)


@pytest.mark.parametrize("kind", [AmendLetter, ResolveConflict])
def test_what_an_author_saw_who_empties_a_text_is_kept_under_the_seal_of_the_letter_alone(
    kind: type[AmendLetter | ResolveConflict],
) -> None:
    seal = seal_of((sealed_key(user_of(HEAD)),))

    (kept,) = emptying(kind, seen=SEALED, seal=seal).kept
    refused = []
    for seen, under in ((SEALED, bytes(8)), ("Selisih kas", seal), ("Selisih kas", b"")):
        with pytest.raises(Refusal) as no:
            emptying(kind, seen=seen, seal=under)
        refused.append(no.value.code)

    assert isinstance(kept, Conflict)
    assert (kept.base, kept.wanted) == (SEALED, "")
    assert refused == [RefusalCode.SEAL_CHANGED, RefusalCode.TEXT_NOT_SEALED, RefusalCode.TEXT_NOT_SEALED]
