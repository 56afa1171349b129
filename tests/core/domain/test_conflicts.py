"""A value that loses is kept where both sides see it, until one of them decides."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.acting import Change, Context, Decision
from core.domain.amending import AmendLetter, amend_letter, resolve_conflict
from core.domain.conflicts import Conflict, ResolveConflict
from core.domain.errors import Refusal, RefusalCode
from core.domain.ids import PositionId
from core.domain.letters import IncomingLetter, LetterStatus, SecurityLevel, field_text
from core.domain.streams import StreamKey, StreamKind, conflict_streams, letter_streams
from core.protocol.records import ACT_OF, KIND_OF, row_key
from tests.change_factory import unnoted
from tests.conflict_factory import CONFLICT_ID, conflict
from tests.factories import (
    HEAD_ELSEWHERE,
    LETTER_ID,
    NOW,
    OFFICE,
    REGISTRAR,
    SECRETARY,
    SECTION,
    actor,
    letter,
    user_of,
)
from tests.support.records import MemoryRecords

LETTER = KIND_OF[IncomingLetter].code


def ground(*records: Any, **revisions: int) -> MemoryRecords:
    found = MemoryRecords(*records)
    found.revisions[LETTER, LETTER_ID] = revisions
    for name in revisions:
        found.changes[LETTER, LETTER_ID, name] = Change(user=user_of(REGISTRAR), position=REGISTRAR, at=NOW)
    return found


def amended(records: MemoryRecords, changes: dict[str, str], base: int = 20, *, by: PositionId = SECRETARY) -> Decision:
    seen = dict.fromkeys(changes, "Dulu")
    act = AmendLetter(letter_id=LETTER_ID, changes=changes, base=dict.fromkeys(changes, base), seen=seen)
    return amend_letter(act, Context(actor=actor(by), now=NOW, records=records))


def resolved(records: MemoryRecords, value: str | None, *, base: int = 30, by: PositionId = SECRETARY) -> Decision:
    act = ResolveConflict(
        conflict_id=CONFLICT_ID, letter_id=LETTER_ID, field="subject", value=value, base=base, seen=letter().subject
    )
    return resolve_conflict(act, Context(actor=actor(by), now=NOW, records=records))


def refusal(*arguments: Any, **named: Any) -> tuple[RefusalCode, str]:
    with pytest.raises(Refusal) as caught:
        resolved(*arguments, **named)
    return caught.value.code, caught.value.field


def test_a_value_that_loses_is_kept_with_both_authors_and_what_both_had_seen() -> None:
    decision = amended(ground(letter(), subject=21), {"subject": "Rapat", "sender": "Bappeda"})

    (kept,) = decision.kept
    assert isinstance(kept, Conflict)
    assert kept == msgspec.structs.replace(
        conflict(id=kept.id, base="Dulu", stands=letter().subject, wanted="Rapat"), wanted_at=NOW
    )
    assert [one.sender for one in decision.records if isinstance(one, IncomingLetter)] == ["Bappeda"]


def test_the_same_value_is_no_conflict() -> None:
    assert amended(ground(letter(), subject=21), {"subject": letter().subject}) == Decision(records=())


def test_who_saw_what_stands_loses_to_nobody_at_whatever_number_it_was_written() -> None:
    act = AmendLetter(
        letter_id=LETTER_ID, changes={"subject": "Rapat"}, base={"subject": 20}, seen={"subject": letter().subject}
    )

    decision = amend_letter(act, Context(actor=actor(SECRETARY), now=NOW, records=ground(letter(), subject=21)))

    assert decision.conflicts == decision.kept == ()
    assert [one.subject for one in decision.records if isinstance(one, IncomingLetter)] == ["Rapat"]


def test_an_op_that_comes_again_keeps_nothing_twice() -> None:
    records = ground(letter(), subject=21)
    (kept,) = amended(records, {"subject": "Rapat"}).kept
    records.put(kept)

    again = amended(records, {"subject": "Rapat"})

    assert again.kept == ()
    assert [one.wanted for one in again.conflicts] == ["Rapat"]


def test_the_name_of_a_conflict_tells_people_and_values_apart() -> None:
    records = ground(letter(), subject=21, summary=21)
    several = [
        amended(records, {"subject": "A"}),
        amended(records, {"subject": "B"}),
        amended(records, {"summary": "A"}),
        amended(records, {"subject": "A"}, base=19),
        amended(records, {"subject": "A"}, by=REGISTRAR),
    ]

    assert len({row_key(one.kept[0]) for one in several}) == len(several)


def test_what_loses_is_judged_like_what_is_applied() -> None:
    with pytest.raises(Refusal) as caught:
        amended(ground(letter(), due_on=21), {"due_on": "besok", "subject": "Rapat"})

    assert (caught.value.code, caught.value.field) == (RefusalCode.DATE_MALFORMED, "due_on")


@pytest.mark.parametrize("security", SecurityLevel)
def test_a_conflict_lies_in_no_stream_in_which_its_letter_does_not_lie(security: SecurityLevel) -> None:
    whole = letter(security=security)
    (kept,) = amended(ground(whole, subject=21), {"subject": "Rapat"}).kept
    assert isinstance(kept, Conflict)

    assert conflict_streams(kept) == (
        StreamKey(kind=StreamKind.REGISTER, owner=OFFICE, level=security, year=whole.agenda_year),
    )
    assert set(conflict_streams(kept)) <= set(letter_streams(whole))


def test_to_keep_what_stands_settles_the_conflict_and_leaves_the_letter() -> None:
    (settled,) = resolved(ground(letter(), conflict()), None).records

    assert settled == conflict(
        settled=letter().subject, settled_by=user_of(SECRETARY), settled_as=SECRETARY, settled_at=NOW
    )


@pytest.mark.parametrize("value", [conflict().wanted, "Sesuatu yang lain"])
def test_another_value_corrects_the_letter_and_settles_the_conflict(value: str) -> None:
    corrected, settled = resolved(ground(letter(), conflict(), subject=30), value).records

    assert unnoted(corrected) == letter(subject=value)
    assert isinstance(settled, Conflict)
    assert (settled.settled, settled.is_open) == (value, False)


def test_a_decision_that_loses_itself_settles_nothing_and_is_kept() -> None:
    records = ground(letter(), conflict(), subject=31)

    mine = resolved(records, conflict().wanted)
    other = resolved(records, "Sesuatu yang lain")

    assert (mine.records, mine.kept) == ((), ())  # the open conflict keeps that very value
    assert [one.wanted for one in mine.conflicts] == [conflict().wanted]
    assert other.records == ()
    assert [one.wanted for one in other.kept if isinstance(one, Conflict)] == ["Sesuatu yang lain"]


def test_the_same_decision_again_is_no_act_and_another_one_is_refused() -> None:
    settled = ground(letter(subject="Rapat"), conflict(settled="Rapat", settled_by=user_of(REGISTRAR)))

    assert resolved(settled, "Rapat") == Decision(records=())
    assert refusal(settled, "Bukan rapat") == (RefusalCode.CONFLICT_SETTLED, "subject")
    assert refusal(settled, None) == (RefusalCode.CONFLICT_SETTLED, "subject")


def test_a_decision_on_a_conflict_that_is_not_there_any_more_stands_as_a_correction() -> None:
    (corrected,) = resolved(ground(letter()), "Rapat").records

    assert unnoted(corrected) == letter(subject="Rapat")
    assert resolved(ground(letter()), None) == Decision(records=())


def test_only_who_may_correct_the_letter_decides() -> None:
    records = ground(letter(involved=(SECTION,)), conflict())

    assert refusal(records, None, by=SECTION) == (RefusalCode.NOT_ALLOWED, "")
    assert refusal(records, None, by=HEAD_ELSEWHERE) == (RefusalCode.UNKNOWN_LETTER, "")
    assert refusal(ground(letter(status=LetterStatus.VOID), conflict()), None)[0] == RefusalCode.LETTER_VOID
    assert refusal(ground(letter(), conflict(field="summary")), None)[0] == RefusalCode.UNKNOWN_CONFLICT


# -- three authors, any order ------------------------------------------------------------------------------------

# The secretary works on two PCs: that is two authors, of one name.
AUTHORS = (REGISTRAR, SECRETARY, SECRETARY)
FIELDS = ("subject", "summary")


@dataclass
class Authority(MemoryRecords):
    """Decides as the server does: what an author changed himself he had seen."""

    rev: int = 20
    writers: dict[tuple[str, int], int] = field(default_factory=dict)
    stood: set[tuple[str, str]] = field(default_factory=set)
    asking: int = 0

    def __post_init__(self) -> None:
        MemoryRecords.__init__(self, letter())
        self.note()

    def letter(self) -> IncomingLetter:
        found = self.get(IncomingLetter, LETTER_ID)
        assert found is not None
        return found

    def note(self) -> None:
        self.stood |= {(name, field_text(self.letter(), name)) for name in FIELDS}

    def field_revisions(self, record_type: type[Any], row_id: bytes) -> dict[str, int]:
        del record_type, row_id
        return {name: rev for (name, rev), writer in self.last().items() if writer != self.asking}

    def last(self) -> dict[tuple[str, int], int]:
        newest: dict[str, int] = {}
        for name, rev in self.writers:
            newest[name] = max(newest.get(name, 0), rev)
        return {(name, rev): self.writers[name, rev] for name, rev in newest.items()}

    def take(self, who: int, act: Any) -> bool:
        """Whether the act was accepted."""
        self.asking = who
        before = self.letter()
        context = Context(actor=actor(AUTHORS[who]), now=NOW, records=self)
        try:
            decision = ACT_OF[type(act)].decide(act, context)
        except Refusal:
            return False
        for record in (*decision.records, *decision.kept):
            self.rev += 1
            self.put(record)
            if isinstance(record, IncomingLetter):
                changed = [name for name in FIELDS if getattr(before, name) != getattr(record, name)]
                self.writers.update(dict.fromkeys(((name, self.rev) for name in changed), who))
        self.note()
        return True

    def conflicts(self) -> list[Conflict]:
        return [one for one in self.rows.values() if isinstance(one, Conflict)]


steps = st.lists(
    st.tuples(
        st.sampled_from(["look", "write", "write", "send", "resolve"]),
        st.integers(0, 2),
        st.sampled_from(FIELDS),
        st.sampled_from(["A", "B", "C", "D"]),
    ),
    max_size=40,
)


class Scene:
    """Three authors before one server, each with the letter as he last looked at it and with acts that wait."""

    def __init__(self) -> None:
        self.server = Authority()
        self.seen = [(self.server.letter(), self.server.rev)] * 3
        self.queues: list[list[Any]] = [[], [], []]
        self.log: list[tuple[int, Any]] = []

    def step(self, what: str, who: int, name: str, value: str) -> None:
        shown, rev = self.seen[who]
        if what == "look":
            self.seen[who] = (self.server.letter(), self.server.rev)
        elif what == "write":
            base, had = {name: rev}, {name: field_text(shown, name)}
            self.queues[who].append(AmendLetter(letter_id=LETTER_ID, changes={name: value}, base=base, seen=had))
        elif what == "send":
            self.send(who)
        elif self.server.conflicts():
            self.resolve(who, value)

    def resolve(self, who: int, value: str) -> None:
        shown, rev = self.seen[who]
        several = sorted(self.server.conflicts(), key=lambda found: found.id)
        one = several[ord(value) % len(several)]
        act = ResolveConflict(
            conflict_id=one.id,
            letter_id=LETTER_ID,
            field=one.field,
            value={"A": None, "B": one.wanted}.get(value, value),
            base=rev,
            seen=field_text(shown, one.field),
        )
        self.queues[who].append(act)

    def send(self, who: int) -> None:
        self.log += [(who, act) for act in self.queues[who] if self.server.take(who, act)]
        self.queues[who].clear()


def wishes(act: Any) -> set[tuple[str, str]]:
    """What an author wrote; to keep what stands is no wish for a value."""
    if isinstance(act, AmendLetter):
        return set(act.changes.items())
    return set() if act.value is None else {(act.field, act.value)}


@settings(max_examples=300)
@given(steps=steps)
def test_of_three_authors_in_any_order_no_value_is_lost_and_all_arrive_at_the_same(
    steps: list[tuple[str, int, str, str]],
) -> None:
    scene = Scene()
    for step in steps:
        scene.step(*step)
    for who in range(3):
        scene.send(who)

    server = scene.server
    kept = {(one.field, one.wanted) for one in server.conflicts()}
    for _, act in scene.log:
        assert wishes(act) <= kept | server.stood
    for one in server.conflicts():
        assert one.wanted != one.stands
        assert (one.field, one.stands) in server.stood
    # Whoever follows the log arrives at the same.
    again = Authority()
    assert all(again.take(who, act) for who, act in scene.log)
    assert again.rows == server.rows


@settings(max_examples=200)
@given(steps=steps)
def test_acts_that_come_a_second_time_keep_nothing_twice(steps: list[tuple[str, int, str, str]]) -> None:
    scene = Scene()
    for step in steps:
        scene.step(*step)
    corrections = [(who, act) for who, act in scene.log if isinstance(act, AmendLetter)]

    for who, act in corrections:
        scene.server.take(who, act)
    settled = scene.server.conflicts()
    for who, act in corrections:
        scene.server.take(who, act)

    assert scene.server.conflicts() == settled
    assert len({(one.field, one.wanted, one.wanted_as) for one in settled}) <= len(settled)
