"""What holds for every rule, whatever is done: pure, repeatable, and the counts of a letter always right."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.acting import Context
from core.domain.dispositions import (
    AnswerDisposition,
    Disposition,
    ReadDisposition,
    RecipientState,
    answer_disposition,
    issue_disposition,
)
from core.domain.errors import Refusal
from core.domain.ids import DispositionId, PositionId
from core.domain.letters import IncomingLetter, LetterStatus
from core.merging.overlay import Overlay
from core.protocol.codec import encode
from core.protocol.records import ACT_OF, ACTS
from tests.factories import (
    ACTS as EXAMPLES,
)
from tests.factories import (
    DISPOSITION_ID,
    HEAD,
    LETTER_ID,
    NOW,
    OTHER_SECTION,
    SECRETARY,
    SECTION,
    actor,
    disposition,
    issue,
    letter,
    record_file,
)
from tests.strategies import anything
from tests.support.records import MemoryRecords

POSITIONS = (HEAD, SECRETARY, SECTION, OTHER_SECTION)
any_act = st.one_of(
    st.sampled_from([kind.struct for kind in ACTS]).flatmap(anything), st.sampled_from(list(EXAMPLES.values()))
)
several = st.lists(st.sampled_from(POSITIONS), min_size=1, max_size=3, unique=True).map(tuple)


def outcome_of(act: Any, position: PositionId, records: MemoryRecords) -> tuple[str, bytes]:
    try:
        decision = ACT_OF[type(act)].decide(act, Context(actor=actor(position), now=NOW, records=records))
    except Refusal as refusal:
        return str(refusal), b""
    except ValueError as err:  # a date that is none; the server refuses such an act
        return str(err), b""
    return "decided", encode((decision.records, decision.conflicts))


@given(act=any_act, position=st.sampled_from(POSITIONS))
def test_a_rule_changes_nothing_by_itself_and_decides_the_same_again(act: Any, position: PositionId) -> None:
    records = MemoryRecords(letter(), disposition(), record_file())
    before = dict(records.rows)

    first = outcome_of(act, position, records)

    assert outcome_of(act, position, records) == first
    assert records.rows == before


@given(order=st.permutations([SECRETARY, SECTION, OTHER_SECTION]), data=st.data())
def test_answers_of_different_recipients_commute(order: list[PositionId], data: st.DataObject) -> None:
    results = {
        one: data.draw(st.text(st.characters(categories=["L"]), min_size=1, max_size=5)) for one in sorted(order)
    }
    ends = []
    for sequence in (sorted(order), order):
        records = MemoryRecords(letter())
        issued = issue_disposition(
            issue(recipients=(SECRETARY, SECTION, OTHER_SECTION)),
            Context(actor=actor(HEAD), now=NOW, records=records),
        )
        for record in issued.records:
            records.put(record)
        for position in sequence:
            act = AnswerDisposition(disposition_id=DISPOSITION_ID, result=results[position])
            for record in answer_disposition(act, Context(actor=actor(position), now=NOW, records=records)).records:
                records.put(record)
        ends.append(records.rows)

    assert ends[0] == ends[1]


steps = st.lists(
    st.one_of(
        st.tuples(st.just("issue"), st.integers(0, 5), st.sampled_from(POSITIONS), several),
        st.tuples(st.sampled_from(["read", "answer"]), st.integers(0, 5), st.sampled_from(POSITIONS), st.just(())),
    ),
    max_size=25,
)


@settings(max_examples=200)
@given(steps=steps)
def test_a_letter_is_done_exactly_when_everybody_has_answered(
    steps: list[tuple[str, int, PositionId, tuple[PositionId, ...]]],
) -> None:
    world = Overlay(MemoryRecords(letter()))
    ids = [DispositionId(bytes([number]) * 16) for number in range(6)]
    for kind, number, position, recipients in steps:
        acts: dict[str, Any] = {
            "issue": issue(disposition_id=ids[number], recipients=recipients),
            "read": ReadDisposition(disposition_id=ids[number]),
            "answer": AnswerDisposition(disposition_id=ids[number], result="Sudah."),
        }
        try:
            world.perform(acts[kind], actor(position), NOW)
        except Refusal:
            continue
        stands = world.get(IncomingLetter, LETTER_ID)
        issued = [one for one in (world.get(Disposition, row) for row in ids) if one]
        owed = [who for one in issued for who in one.recipients if who.state != RecipientState.ANSWERED]
        assert stands is not None
        assert stands.open_answers == len(owed)
        assert (stands.status == LetterStatus.DONE) == (bool(issued) and not owed)
        assert (stands.status == LetterStatus.REGISTERED) == (not issued)
        named = {HEAD, *(who.position for one in issued for who in one.recipients), *(x.from_position for x in issued)}
        assert set(stands.involved) == named
