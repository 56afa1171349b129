"""Sifat: who may change it, what moves with it, and who wins when several change it without knowing of each other."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.acting import Context
from core.domain.attachments import kept_scans
from core.domain.conflicts import Conflict
from core.domain.dispositions import Disposition
from core.domain.errors import Refusal, RefusalCode
from core.domain.held_acts import HeldAct
from core.domain.ids import DispositionId, PositionId
from core.domain.letters import IncomingLetter, LetterStatus, SecurityLevel
from core.domain.reclassifying import ReclassifyLetter, reclassify_letter
from core.domain.streams import letter_streams, may_hold
from core.merging.overlay import Overlay
from core.protocol.records import KIND_OF, KINDS, RecordKind, row_key
from tests.change_factory import changed, unnoted
from tests.conflict_factory import conflict
from tests.factories import (
    ARCHIVIST,
    HEAD,
    HEAD_ELSEWHERE,
    INSPECTOR,
    LETTER_ID,
    NOW,
    REGISTRAR,
    SCAN,
    SECRETARY,
    SECTION,
    actor,
    disposition,
    held_act,
    issue,
    letter,
    position_record,
    user_of,
)
from tests.support.records import MemoryRecords

OPEN, RESTRICTED, SECRET, TOP_SECRET = SecurityLevel
CODE = KIND_OF[IncomingLetter].code


def ground(*records: Any, changed_at: int = 0) -> MemoryRecords:
    found = MemoryRecords(*records)
    if changed_at:
        found.revisions[CODE, LETTER_ID] = {"security": changed_at}
    return found


def to(security: SecurityLevel, *, seen: SecurityLevel, base: int = 10) -> ReclassifyLetter:
    return ReclassifyLetter(letter_id=LETTER_ID, security=security, seen=seen, base=base)


def decided(act: ReclassifyLetter, records: MemoryRecords, by: PositionId = SECRETARY) -> tuple[Any, ...]:
    return reclassify_letter(act, Context(actor=actor(by), now=NOW, records=records)).records


def refusal(act: ReclassifyLetter, records: MemoryRecords, by: PositionId = SECRETARY) -> RefusalCode:
    with pytest.raises(Refusal) as refused:
        decided(act, records, by)
    return refused.value.code


@pytest.mark.parametrize("by", [REGISTRAR, SECRETARY, HEAD])
def test_whoever_writes_the_register_or_leads_makes_a_letter_stricter(by: PositionId) -> None:
    (moved,) = decided(to(SECRET, seen=OPEN), ground(letter()), by)

    assert unnoted(moved) == letter(security=SECRET, scans=kept_scans(letter().scans, secret=True), changes=())
    assert moved.changes == (
        *letter().changes,
        changed(field="security", before="0", after="2", by=user_of(by), position=by),
    )


@pytest.mark.parametrize("by", [SECRETARY, HEAD])
def test_whoever_leads_makes_a_letter_less_strict(by: PositionId) -> None:
    (moved,) = decided(to(OPEN, seen=SECRET), ground(letter(security=SECRET)), by)

    assert unnoted(moved) == unnoted(letter())


def test_nobody_else_changes_it() -> None:
    assert refusal(to(OPEN, seen=SECRET), ground(letter(security=SECRET)), REGISTRAR) == RefusalCode.NOT_ALLOWED
    for by in (ARCHIVIST, INSPECTOR):
        assert refusal(to(SECRET, seen=OPEN), ground(letter()), by) == RefusalCode.NOT_ALLOWED
    involved = ground(letter(involved=(SECTION,)))
    assert refusal(to(SECRET, seen=OPEN), involved, SECTION) == RefusalCode.NOT_ALLOWED
    assert refusal(to(SECRET, seen=OPEN), ground(letter()), HEAD_ELSEWHERE) == RefusalCode.UNKNOWN_LETTER


def test_what_speaks_of_the_letter_moves_with_it_and_nothing_else_does() -> None:
    other = DispositionId(b"\x77" * 16)
    elsewhere = disposition(id=other, letter_id=b"\x66" * 16)
    records = ground(letter(), disposition(), conflict(), held_act(), elsewhere)

    moved = decided(to(SECRET, seen=OPEN), records)

    assert [row_key(one) for one in moved] == [
        (5, LETTER_ID),
        *sorted(row_key(one) for one in (disposition(), conflict(), held_act())),
    ]
    assert {one.security for one in moved} == {SECRET}
    assert not any(scan.thumbnail for scan in moved[0].scans)


def test_what_is_held_stays_as_strict_as_it_was() -> None:
    records = ground(letter(security=TOP_SECRET), disposition(security=TOP_SECRET), held_act(security=TOP_SECRET))

    moved = decided(to(RESTRICTED, seen=TOP_SECRET), records)

    assert [(type(one), one.security) for one in moved] == [(IncomingLetter, RESTRICTED), (Disposition, RESTRICTED)]


@pytest.mark.parametrize("kind", KINDS, ids=[kind.name for kind in KINDS])
def test_every_record_with_a_level_says_of_which_letters_it_has_it(kind: RecordKind) -> None:
    examples: dict[type[Any], Any] = {Disposition: disposition(), Conflict: conflict(), HeldAct: held_act()}
    example = examples.get(kind.struct)

    assert ("security" in kind.struct.__struct_fields__ and kind.struct is not IncomingLetter) == (example is not None)
    if example is not None:
        assert kind.about(example) == (LETTER_ID,)


def test_a_letter_without_a_subject_stays_secret() -> None:
    records = ground(letter(security=SECRET, subject=""))

    assert refusal(to(OPEN, seen=SECRET), records) == RefusalCode.SUBJECT_MISSING


def test_a_letter_that_is_struck_through_can_still_be_made_secret() -> None:
    (moved,) = decided(to(SECRET, seen=OPEN), ground(letter(status=LetterStatus.VOID, scans=(SCAN,))))

    assert moved.security == SECRET


def test_a_lowering_holds_only_for_whoever_knows_the_newest_change() -> None:
    records = ground(letter(security=SECRET), changed_at=11)

    assert refusal(to(OPEN, seen=SECRET, base=10), records) == RefusalCode.SECURITY_CHANGED
    (moved,) = decided(to(OPEN, seen=SECRET, base=11), records)
    assert moved.security == OPEN


def test_a_lowering_upon_a_change_that_the_authority_has_not_confirmed_waits() -> None:
    world = Overlay(ground(letter()))
    world.perform(to(SECRET, seen=OPEN), actor(SECRETARY), NOW)

    with pytest.raises(Refusal) as refused:
        world.perform(to(OPEN, seen=SECRET), actor(SECRETARY), NOW)

    assert refused.value.code == RefusalCode.SECURITY_WAITS


def test_a_raise_that_comes_to_a_stricter_letter_moves_nothing_and_counts() -> None:
    context = Context(actor=actor(REGISTRAR), now=NOW, records=ground(letter(security=SECRET)))

    decision = reclassify_letter(to(RESTRICTED, seen=OPEN), context)

    assert (decision.records, decision.renewed) == ((letter(security=SECRET),), ("security",))


def test_the_secret_register_is_for_the_pcs_of_those_who_may_list_it() -> None:
    streams = [letter_streams(letter(security=level))[0] for level in SecurityLevel]

    for by in (REGISTRAR, SECRETARY, HEAD):
        assert all(may_hold(stream, [position_record(by)]) for stream in streams)
    for by in (ARCHIVIST, INSPECTOR):
        assert [may_hold(stream, [position_record(by)]) for stream in streams] == [True, True, False, False]


# -- several authors, any order ----------------------------------------------------------------------------------

AUTHORS = (REGISTRAR, SECRETARY, HEAD)


@dataclass
class Authority(MemoryRecords):
    """Decides as the server does, and notes which levels were asked for since the last lowering, and when."""

    rev: int = 20
    arrivals: int = 0
    asked: list[tuple[int, SecurityLevel]] = field(default_factory=list)

    def __post_init__(self) -> None:
        MemoryRecords.__init__(self, letter(security=RESTRICTED))

    @property
    def level(self) -> SecurityLevel:
        found = self.get(IncomingLetter, LETTER_ID)
        assert found is not None
        return found.security

    def take(self, who: int, act: Any, *, knowing: int = 0) -> None:
        """Decide an act of somebody whose PC knew the first `knowing` of all that came."""
        before = self.level
        self.arrivals += 1
        world = Overlay(self)
        try:
            decision = world.perform(act, actor(AUTHORS[who]), NOW)
        except Refusal:
            return
        for place, record in enumerate(decision.records):
            self.rev += 1
            known = self.rows.get(row_key(record))
            names = () if place else decision.renewed
            if known is not None and known.security != getattr(record, "security", None):
                names = ("security",)
            self.revisions.setdefault(row_key(record), {}).update(dict.fromkeys(names, self.rev))
            self.put(record)
        if not isinstance(act, ReclassifyLetter):
            return
        if self.level < before:
            assert all(came <= knowing for came, _ in self.asked), "lowered by somebody who did not know all"
            self.asked.clear()
        if act.security > act.seen:
            self.asked.append((self.arrivals, act.security))


class Scene:
    """Three people, each with what the PC knew of the server when it last looked, and with acts that wait."""

    def __init__(self) -> None:
        self.server = Authority()
        self.known = [(self.server.level, self.server.rev, 0)] * 3
        self.queues: list[list[tuple[Any, int]]] = [[], [], []]
        self.sheets = 0

    def step(self, what: str, who: int, level: SecurityLevel) -> None:
        if what == "look":
            self.send(who)
            self.known[who] = (self.server.level, self.server.rev, self.server.arrivals)
        elif what == "send":
            self.send(who)
        elif what == "dispose" and AUTHORS[who] != REGISTRAR:
            self.sheets += 1
            sheet = issue(disposition_id=DispositionId(bytes([self.sheets]) * 16), recipients=(SECTION,))
            self.queues[who].append((sheet, 0))
        elif what == "change":
            own = [act.security for act, _ in self.queues[who] if isinstance(act, ReclassifyLetter)]
            seen, base, knowing = self.known[who]
            self.queues[who].append((to(level, seen=own[-1] if own else seen, base=base), knowing))

    def send(self, who: int) -> None:
        for act, knowing in self.queues[who]:
            self.server.take(who, act, knowing=knowing)
        self.queues[who].clear()


steps = st.lists(
    st.tuples(
        st.sampled_from(["look", "change", "change", "dispose", "send"]),
        st.integers(0, 2),
        st.sampled_from(list(SecurityLevel)),
    ),
    max_size=40,
)


@settings(max_examples=300)
@given(steps=steps)
def test_in_whatever_order_they_come_the_strictest_stands_until_somebody_who_knew_lowers_it(
    steps: list[tuple[str, int, SecurityLevel]],
) -> None:
    scene = Scene()
    for step in steps:
        scene.step(*step)
    for who in range(3):
        scene.send(who)

    server = scene.server
    assert all(server.level >= level for _, level in server.asked)
    sheets = [one for one in server.rows.values() if isinstance(one, Disposition)]
    assert all(one.security == server.level for one in sheets)
    assert len(sheets) == scene.sheets


@given(order=st.permutations([0, 1, 2]), levels=st.tuples(*[st.sampled_from(list(SecurityLevel))] * 3))
def test_of_acts_that_know_nothing_of_each_other_the_order_decides_nothing(
    order: list[int], levels: tuple[SecurityLevel, ...]
) -> None:
    ends = set()
    for sequence in ([0, 1, 2], order):
        server = Authority()
        for who in sequence:
            server.take(who, to(levels[who], seen=RESTRICTED, base=20))
        ends.add(server.level if max(levels) > RESTRICTED else RESTRICTED)

    assert len(ends) == 1
    assert ends.pop() == max(*levels, RESTRICTED)
