"""Derajat and addressee are corrected like other fields, and whose letter it is follows the address."""

from __future__ import annotations

from typing import Any

import pytest

from core.domain.acting import Context, Decision
from core.domain.amending import AmendLetter, amend_letter, resolve_conflict
from core.domain.conflicts import Conflict, ResolveConflict
from core.domain.dispositions import Disposition, issue_disposition
from core.domain.errors import Refusal, RefusalCode
from core.domain.ids import PositionId
from core.domain.letter_readings import ReadingWay
from core.domain.letters import IncomingLetter, SecurityLevel, Urgency
from core.domain.reading_secrets import NoteReading, note_reading
from core.protocol.records import KIND_OF
from tests.arrival_factory import TWIN_ID, two_arrivals
from tests.change_factory import changed
from tests.conflict_factory import CONFLICT_ID, conflict
from tests.factories import (
    HEAD,
    HEAD_ELSEWHERE,
    LETTER_ID,
    NOW,
    REGISTRAR,
    SECRETARY,
    SECTION,
    TODAY,
    actor,
    disposition,
    issue,
    letter,
)
from tests.support.records import MemoryRecords

CODE = KIND_OF[IncomingLetter].code


def ground(*records: Any, **revisions: int) -> MemoryRecords:
    found = MemoryRecords(*records)
    found.revisions[CODE, LETTER_ID] = revisions
    return found


def amended(records: MemoryRecords, **changes: str) -> Decision:
    act = AmendLetter(letter_id=LETTER_ID, changes=changes, base=dict.fromkeys(changes, 20))
    return amend_letter(act, Context(actor=actor(REGISTRAR), now=NOW, records=records))


def to(addressee: str, *records: Any) -> IncomingLetter:
    """The letter once it is addressed anew."""
    (readdressed,) = amended(ground(*records), addressee=addressee).records
    assert isinstance(readdressed, IncomingLetter)
    return readdressed


def test_derajat_is_corrected_and_the_letter_tells_of_it() -> None:
    (corrected,) = amended(ground(letter(urgency=Urgency.NORMAL)), urgency="2").records

    assert isinstance(corrected, IncomingLetter)
    assert corrected.urgency is Urgency.IMMEDIATE
    assert [(one.field, one.before, one.after) for one in corrected.changes[-1:]] == [("urgency", "0", "2")]


def test_a_letter_that_is_addressed_anew_leaves_the_inbox_of_the_mistake() -> None:
    readdressed = to(str(SECTION), letter(addressee=HEAD, involved=(HEAD,)))

    assert (readdressed.addressee, readdressed.involved) == (SECTION, (SECTION,))
    assert [one.field for one in readdressed.changes[-1:]] == ["addressee"]


def test_whoever_a_disposition_names_keeps_the_letter() -> None:
    sheet = disposition(from_position=HEAD)
    named = (HEAD, *(one.position for one in sheet.recipients))

    readdressed = to("", letter(addressee=HEAD, involved=tuple(sorted(named))), sheet)

    assert (readdressed.addressee, set(readdressed.involved)) == (None, set(named))


def test_whoever_is_named_on_a_line_that_was_merged_into_the_letter_keeps_it() -> None:
    sheet = disposition(letter_id=TWIN_ID, from_position=HEAD)
    named = {HEAD, *(one.position for one in sheet.recipients)}
    arrivals = two_arrivals(REGISTRAR)["arrivals"]

    readdressed = to(str(SECTION), letter(addressee=HEAD, involved=tuple(sorted(named)), arrivals=arrivals), sheet)

    assert set(readdressed.involved) == {*named, SECTION}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"urgency": "3"}, RefusalCode.NOT_ALLOWED),
        ({"urgency": ""}, RefusalCode.NOT_ALLOWED),
        ({"addressee": str(HEAD_ELSEWHERE)}, RefusalCode.UNKNOWN_POSITION),
        ({"addressee": "9999"}, RefusalCode.UNKNOWN_POSITION),
        ({"addressee": "-1"}, RefusalCode.UNKNOWN_POSITION),
        ({"addressee": f"0{HEAD}"}, RefusalCode.UNKNOWN_POSITION),
        ({"addressee": "9" * 5000}, RefusalCode.UNKNOWN_POSITION),
        ({"addressee": "²"}, RefusalCode.UNKNOWN_POSITION),
    ],
)
def test_what_is_no_derajat_and_no_position_of_the_office_is_refused(
    changes: dict[str, str], code: RefusalCode
) -> None:
    with pytest.raises(Refusal) as refused:
        amended(ground(letter(), urgency=21, addressee=21), **changes)

    assert (refused.value.code, refused.value.field) == (code, next(iter(changes)))


def test_an_address_that_loses_moves_nothing_and_is_kept() -> None:
    decision = amended(ground(letter(), addressee=21), addressee=str(SECTION), urgency="0")

    (corrected,) = decision.records
    (kept,) = decision.kept
    assert isinstance(corrected, IncomingLetter)
    assert isinstance(kept, Conflict)
    assert (corrected.addressee, corrected.involved) == (letter().addressee, letter().involved)
    assert (kept.field, kept.stands, kept.wanted) == ("addressee", str(HEAD), str(SECTION))


def test_a_decision_for_the_address_that_lost_moves_the_letter() -> None:
    lost = conflict(field="addressee", base=str(HEAD), stands=str(SECRETARY), wanted=str(SECTION))
    records = ground(letter(addressee=SECRETARY, involved=(SECRETARY,)), lost, addressee=30)
    act = ResolveConflict(
        conflict_id=CONFLICT_ID,
        letter_id=LETTER_ID,
        field="addressee",
        value=str(SECTION),
        base=30,
        seen=str(SECRETARY),
    )

    moved, settled = resolve_conflict(act, Context(actor=actor(SECRETARY), now=NOW, records=records)).records

    assert isinstance(moved, IncomingLetter)
    assert isinstance(settled, Conflict)
    assert (moved.involved, settled.settled) == ((SECTION,), str(SECTION))


def late(known: int | None, *, by: PositionId = SECTION, **letter_changes: Any) -> tuple[Context, MemoryRecords]:
    """Somebody who had heard of everything up to `known`, of a letter that went from SECTION to HEAD at 21."""
    readdressed = changed(field="addressee", before=str(SECTION), after=str(HEAD))
    records = ground(letter(addressee=HEAD, involved=(HEAD,), changes=(readdressed,), **letter_changes), addressee=21)
    return Context(actor=actor(by), now=NOW, records=records, known=known), records


def test_what_the_former_addressee_did_before_he_could_know_counts() -> None:
    context, _ = late(20)

    sheet, moved = issue_disposition(issue(recipients=(SECRETARY,)), context).records

    assert isinstance(sheet, Disposition)
    assert isinstance(moved, IncomingLetter)
    assert SECTION in moved.involved
    assert to("", moved, sheet).involved == tuple(sorted({SECTION, SECRETARY}))


def test_that_he_read_a_secret_letter_before_he_could_know_is_on_record() -> None:
    context, _ = late(20, security=SecurityLevel.SECRET)
    act = NoteReading(letter_id=LETTER_ID, day=TODAY, way=ReadingWay.OPENED)

    (noted,) = note_reading(act, context).records

    assert isinstance(noted, IncomingLetter)
    assert [one.position for one in noted.readings] == [SECTION]


@pytest.mark.parametrize(("known", "by"), [(21, SECTION), (None, SECTION), (20, PositionId(SECTION + 1000))])
def test_whoever_knew_or_never_was_addressed_is_refused(known: int | None, by: PositionId) -> None:
    context, _ = late(known, by=by) if by == SECTION else late(known)
    if by != SECTION:
        context = Context(actor=actor(HEAD_ELSEWHERE), now=NOW, records=context.records, known=known)

    with pytest.raises(Refusal) as refused:
        issue_disposition(issue(recipients=(SECRETARY,)), context)

    assert refused.value.code == RefusalCode.UNKNOWN_LETTER
