"""Every role, act, class and office against the pure rules: what the table allows is done, and nothing else is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import product
from typing import Any, NamedTuple

import msgspec
import pytest

from core.domain.acting import Context
from core.domain.administering import MoveUser, RenameUser, SuspendUser
from core.domain.attendance import Attending
from core.domain.attending import AttendEvent
from core.domain.delegations import EndDelegation
from core.domain.dispositions import Recipient
from core.domain.errors import Refusal
from core.domain.following_up import RemindRecipients, WithdrawDisposition
from core.domain.handing_over import HandOver
from core.domain.held_acts import AcceptHeld, RejectHeld
from core.domain.ids import RowId
from core.domain.instruction_lists import SetInstructions
from core.domain.letters import IncomingLetter, SecurityLevel, register_visible, subject_visible
from core.domain.offices import Role, actor_of
from core.domain.permissions import POWERS, SCOPES, Power
from core.domain.reclassifying import ReclassifyLetter
from core.domain.sessions import EndSessions
from core.domain.streams import letter_streams, may_hold
from core.merging.overlay import Overlay
from core.protocol.records import ACT_OF, ACTS
from tests import factories
from tests.admin_factory import add_user_act, issue_code_act, open_position_act
from tests.arrival_factory import TWIN_ID
from tests.conflict_factory import conflict
from tests.device_factory import revocation, revoke_act, unit_act
from tests.factories import (
    ELSEWHERE,
    HEAD,
    HEAD_ELSEWHERE,
    NOW,
    OFFICE,
    actor,
    disposition,
    held_act,
    issue,
    letter,
    open_file,
    record_file,
    register,
    user_of,
)
from tests.number_factory import set_book_act
from tests.order_factory import DELEGATION_ID, order_act, order_record, right
from tests.permission_table import ROLES, TABLE, cell, expected
from tests.support.records import MemoryRecords

PLACES = {
    Role.REGISTRAR: factories.REGISTRAR,
    Role.SECRETARY: factories.SECRETARY,
    Role.HEAD: factories.HEAD,
    Role.STAFF: factories.SECTION,
    Role.ARCHIVIST: factories.ARCHIVIST,
    Role.OFFICE_ADMIN: factories.OFFICE_ADMIN,
    Role.REGION_ADMIN: factories.REGION_ADMIN,
    Role.INSPECTOR: factories.INSPECTOR,
}
NEW = RowId(bytes.fromhex("0198c0de0000700080000000000000aa"))
# Allowed to whoever holds a key of the letter, whatever the role; their own tests show that.
GOES_BY_KEYS = {"letter.reseal", "letter.seal"}
READING = {"see the line", "hold the row", "read the subject"}
# What nobody hands over to who acts for him.
NEVER_HANDED_OVER = {Power.IMPORT, Power.EXPORT, Power.DELEGATE, Power.ADMINISTER}


class Case(NamedTuple):
    """One square of the matrix."""

    role: Role
    level: SecurityLevel
    involved: bool
    elsewhere: bool


def cases() -> Iterator[Case]:
    for role, level, involved, elsewhere in product(ROLES, SecurityLevel, (False, True), (False, True)):
        if not (involved and elsewhere):
            yield Case(role, level, involved, elsewhere)


def world(case: Case) -> MemoryRecords:
    """A letter of the class with all that can be about it, in the own office or in the other one."""
    place = PLACES[case.role]
    office = ELSEWHERE if case.elsewhere else OFFICE
    head = HEAD_ELSEWHERE if case.elsewhere else HEAD
    involved = (place,) if case.involved else (factories.OTHER_SECTION,)
    made_by = factories.OTHER_SECTION  # nobody decides over what was done in the own name
    order = order_record(office=office, position=head, replaces=user_of(head), acting_user=user_of(made_by))
    return MemoryRecords(
        letter(
            office=office,
            security=case.level,
            involved=involved,
            event_on=NOW.date(),
            reply_by=NOW.date(),
            reply_asked=head,
        ),
        letter(id=TWIN_ID, office=office, security=case.level, involved=involved, agenda_no=900),
        disposition(
            office=office,
            security=case.level,
            recipients=tuple(Recipient(position=one) for one in involved),
            entered_as=factories.SECRETARY,
        ),
        record_file(office=office),
        held_act(office=office, security=case.level, reviewers=involved, user=user_of(made_by), ops=()),
        conflict(office=office, security=case.level),
        revocation(office=office, opened_at=None),
        order,
    )


def act_of(name: str, case: Case) -> Any:
    """The act as this person would do it, right in all but the question whether he may."""
    place = PLACES[case.role]
    head = HEAD_ELSEWHERE if case.elsewhere else HEAD
    to = HEAD if place != HEAD else factories.SECRETARY
    acting = factories.OTHER_SECTION
    named = (place,) if case.involved else (factories.OTHER_SECTION,)
    special = {
        "letter.register": register(letter_id=NEW, security=case.level, addressee=None, agenda_no=0),
        "letter.reclassify": ReclassifyLetter(
            letter_id=factories.LETTER_ID, security=SecurityLevel.TOP_SECRET, seen=case.level, base=0
        ),
        "letter.attend": AttendEvent(letter_id=factories.LETTER_ID, how=Attending.COMES),
        "record_file.open": open_file(record_file_id=NEW),
        "disposition.issue": issue(disposition_id=NEW, recipients=(to,)),
        "held_act.accept": AcceptHeld(held_id=factories.HELD_ID),
        "held_act.reject": RejectHeld(held_id=factories.HELD_ID, reason="Sudah dicatat"),
        "delegation.open": order_act(
            delegation_id=NEW, position=head, replaces=user_of(head), acting_user=user_of(acting)
        ),
        "position.open": open_position_act(office=ELSEWHERE if case.elsewhere else OFFICE, superior=None),
        "position.hand_over": HandOver(
            position=HEAD_ELSEWHERE if case.elsewhere else factories.OTHER_SECTION,
            leaving=user_of(HEAD_ELSEWHERE if case.elsewhere else factories.OTHER_SECTION),
            successor=user_of(factories.SECTION if place != factories.SECTION else factories.ARCHIVIST),
        ),
        "user.add": add_user_act(positions=(head,)),
        "user.move": MoveUser(user=user_of(HEAD_ELSEWHERE if case.elsewhere else acting), positions=()),
        "user.suspend": SuspendUser(user=user_of(HEAD_ELSEWHERE if case.elsewhere else acting), active=False),
        "user.rename": RenameUser(user=user_of(HEAD_ELSEWHERE if case.elsewhere else acting), name="Ratu"),
        "book.set": set_book_act(office=ELSEWHERE if case.elsewhere else OFFICE),
        "sessions.end": EndSessions(end_id=NEW, user=user_of(HEAD_ELSEWHERE if case.elsewhere else to)),
        "code.issue": issue_code_act(user=user_of(HEAD_ELSEWHERE if case.elsewhere else acting)),
        "disposition.withdraw": WithdrawDisposition(disposition_id=factories.DISPOSITION_ID, recipients=named),
        "disposition.remind": RemindRecipients(disposition_id=factories.DISPOSITION_ID, recipients=named),
        "instructions.set": SetInstructions(position=HEAD_ELSEWHERE if case.elsewhere else acting, chosen=(2, 7)),
        "unit.set": unit_act(office=ELSEWHERE if case.elsewhere else OFFICE),
        "device.revoke": revoke_act(office=ELSEWHERE if case.elsewhere else OFFICE, device=NEW),
        "delegation.end": EndDelegation(delegation_id=DELEGATION_ID, reason="Selesai"),
    }
    if name in special:
        return special[name]
    struct = next(act.struct for act in ACTS if act.name == name)
    plain = factories.ACTS[struct]
    special_fields: dict[str, dict[str, Any]] = {
        "disposition.answer": {"files": ()},
        "number.void": {"fate_id": NEW, "book": 0},
        "number.return": {"fate_id": NEW},
        "letter.void": {"fate_id": NEW},
        "letter.join": {"scans": ()},
        "letter.amend": {"changes": {"sender": "Dinas Sosial"}, "base": {}, "seen": {}},
    }
    return msgspec.structs.replace(plain, **special_fields.get(name, {}))


def is_done(name: str, case: Case) -> bool:
    records = world(case)
    person = actor(PLACES[case.role])
    found = records.get(IncomingLetter, factories.LETTER_ID)
    if name == "see the line":
        return register_visible(person, found)  # type: ignore[arg-type]  # it is there
    if name == "hold the row":
        held = [factories.position_record(PLACES[case.role])]
        return any(may_hold(stream, held) for stream in letter_streams(found))  # type: ignore[arg-type]  # as above
    if name == "read the subject":
        return register_visible(person, found) and subject_visible(person, found)  # type: ignore[arg-type]  # as above
    act = act_of(name, case)
    context = Context(actor=person, now=NOW, records=records, kept=Overlay(records).kept)
    try:
        ACT_OF[type(act)].decide(act, context)
    except Refusal:
        return False
    return True


# Acts that make something new do so in the actor's own office, and name nothing of another one.
OF_ONES_OWN = {"letter.register", "record_file.open", "number.void", "number.return", "book_year.close"}


@pytest.mark.parametrize("what", TABLE)
def test_the_rules_allow_what_the_table_says_and_nothing_else(what: str) -> None:
    wrong = []
    for case in cases():
        if case.elsewhere and what in OF_ONES_OWN:
            continue
        secret = case.level >= SecurityLevel.SECRET
        allowed = expected(what, case.role, secret=secret, involved=case.involved, elsewhere=case.elsewhere)
        if is_done(what, case) != allowed:
            wrong.append((case, "refused" if allowed else "done"))

    assert wrong == []


def test_every_act_stands_in_the_table_with_a_cell_for_every_role() -> None:
    acts = {act.name for act in ACTS}

    assert acts - TABLE.keys() == GOES_BY_KEYS
    assert {len(row.split()) for row in TABLE.values()} == {len(ROLES)} == {len(Role)}
    assert {cell(what, role) for what in TABLE for role in ROLES} <= {"x", "i", "o", ".", "R"}


def test_every_power_is_handed_over_by_some_order_or_by_none() -> None:
    handed = frozenset().union(*SCOPES.values())

    assert handed | NEVER_HANDED_OVER == set(Power) == frozenset().union(*POWERS.values())
    assert handed & NEVER_HANDED_OVER == set()


def test_who_acts_by_an_order_can_do_no_more_than_the_holder() -> None:
    for scope, role in product(SCOPES, ROLES):
        person = msgspec.structs.replace(
            actor_of(factories.person_record(factories.OTHER_SECTION), factories.position_record(PLACES[role])),
            under=right(position=PLACES[role], scopes=(scope,), ends_at=NOW + timedelta(days=1)),
        )
        for name in TABLE.keys() - READING:
            case = Case(role, SecurityLevel.OPEN, involved=True, elsewhere=False)
            records = world(case)
            context = Context(actor=person, now=NOW, records=records, kept=Overlay(records).kept)
            act = act_of(name, case)
            try:
                ACT_OF[type(act)].decide(act, context)
            except Refusal:
                continue
            assert cell(name, role) != ".", (scope, role, name)
