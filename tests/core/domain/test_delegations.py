"""Letters of order: who may act for whom, for how long, and within which scope."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest

from core.domain.acting import Context
from core.domain.delegations import Delegation, EndDelegation, end_delegation, open_delegation
from core.domain.dispositions import (
    AnswerDisposition,
    Disposition,
    ReadDisposition,
    Recipient,
    answer_disposition,
    issue_disposition,
    read_disposition,
)
from core.domain.errors import Refusal, RefusalCode
from core.domain.held_acts import AcceptHeld, WhyHeld, accept_held, why_held
from core.domain.ids import PositionId, UserId
from core.domain.offices import ActingKind, Actor, Person, Scope, actor_at, chairs_at
from core.domain.permissions import Power, has_power
from core.domain.registering import register_letter
from tests import factories
from tests.factories import (
    HEAD,
    HEAD_ELSEWHERE,
    NOW,
    OFFICE_ADMIN,
    REGION_ADMIN,
    REGISTRAR,
    SECRETARY,
    SECTION,
    actor,
    person_record,
    position_record,
    user_of,
)
from tests.number_factory import FATE_ID
from tests.order_factory import DELEGATION_ID, order_act, right
from tests.support.records import MemoryRecords

HOUR = timedelta(hours=1)


def opened(*, by: PositionId = SECRETARY, records: MemoryRecords | None = None, **changes: Any) -> tuple[Any, ...]:
    act = order_act(**changes)
    return open_delegation(act, Context(actor=actor(by), now=NOW, records=records or MemoryRecords())).records


def refused(**changes: Any) -> RefusalCode:
    with pytest.raises(Refusal) as error:
        opened(**changes)
    return error.value.code


def acting(*scopes: Scope, position: PositionId = HEAD) -> Actor:
    person = msgspec.structs.replace(person_record(SECTION), acting=(right(scopes=scopes, position=position),))
    found = actor_at(person, position_record(position), NOW)
    assert found is not None
    return found


def test_an_order_is_recorded_and_its_person_carries_the_right() -> None:
    delegation, person = opened()

    assert isinstance(delegation, Delegation)
    assert isinstance(person, Person)
    assert (delegation.replaces, delegation.acting_user, delegation.made_by) == (
        user_of(HEAD),
        user_of(SECTION),
        user_of(SECRETARY),
    )
    assert [one.delegation for one in person.acting] == [delegation.id]
    assert (delegation.office, delegation.order_no) == (factories.OFFICE, "800/12/IV.03/2026")


@pytest.mark.parametrize("by", [SECRETARY, OFFICE_ADMIN, REGION_ADMIN])
def test_those_who_keep_the_order_of_the_office_record_it(by: PositionId) -> None:
    assert len(opened(by=by)) == 2


def test_the_admin_of_the_region_records_it_for_every_office() -> None:
    there: dict[str, Any] = {"position": HEAD_ELSEWHERE, "replaces": user_of(HEAD_ELSEWHERE)}

    assert len(opened(by=REGION_ADMIN, **there)) == 2
    assert refused(by=OFFICE_ADMIN, **there) == RefusalCode.WRONG_OFFICE


def test_others_do_not_and_nobody_lets_himself_act_for_another() -> None:
    assert refused(by=REGISTRAR) == RefusalCode.NOT_ALLOWED
    assert refused(by=SECRETARY, acting_user=user_of(SECRETARY)) == RefusalCode.NOT_FOR_ONESELF


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"acting_user": user_of(HEAD)}, RefusalCode.HOLDS_POSITION),
        ({"acting_user": UserId(9_999)}, RefusalCode.UNKNOWN_USER),
        ({"acting_user": UserId(-1)}, RefusalCode.UNKNOWN_USER),
        ({"replaces": UserId(0)}, RefusalCode.UNKNOWN_USER),
        ({"replaces": user_of(REGISTRAR)}, RefusalCode.UNKNOWN_USER),
        ({"position": PositionId(9_999)}, RefusalCode.UNKNOWN_POSITION),
        ({"order_no": "  "}, RefusalCode.ORDER_MISSING),
        ({"order_no": "9" * 201}, RefusalCode.TEXT_TOO_LONG),
        ({"scopes": ()}, RefusalCode.SCOPE_MISSING),
        ({"scopes": (Scope.DISPOSE, Scope.DISPOSE)}, RefusalCode.SCOPE_MISSING),
        ({"ends_at": NOW}, RefusalCode.DELEGATION_DATES),
        ({"starts_at": NOW + 7 * 24 * HOUR}, RefusalCode.DELEGATION_DATES),
        ({"ends_at": NOW + timedelta(days=400)}, RefusalCode.DELEGATION_DATES),
        ({"ends_at": datetime(2026, 12, 1)}, RefusalCode.DELEGATION_DATES),  # noqa: DTZ001  # what a bad program sends
    ],
)
def test_an_order_without_sense_is_refused(changes: dict[str, Any], code: RefusalCode) -> None:
    assert refused(**changes) == code


def test_a_vacant_position_has_nobody_to_replace() -> None:
    delegation = opened(kind=ActingKind.PLT, replaces=UserId(0))[0]

    assert delegation.replaces == 0


def test_the_same_act_again_changes_nothing() -> None:
    records = MemoryRecords(*opened())

    assert opened(records=records) == ()


def test_the_right_holds_from_its_first_moment_until_before_its_last() -> None:
    person = msgspec.structs.replace(person_record(SECTION), acting=(right(),))
    place, order = position_record(HEAD), right()

    held = [actor_at(person, place, at) is not None for at in (order.starts_at, order.ends_at - HOUR)]
    not_held = [actor_at(person, place, at) for at in (order.starts_at - HOUR, order.ends_at)]

    assert held == [True, True]
    assert not_held == [None, None]
    assert chairs_at(person, NOW) == (SECTION, HEAD)
    assert chairs_at(person, order.ends_at) == (SECTION,)


def test_ending_it_ends_the_right_at_once_and_keeps_what_was() -> None:
    records = MemoryRecords(*opened())
    act = EndDelegation(delegation_id=DELEGATION_ID, reason="Pejabat kembali")

    done: Any = end_delegation(act, Context(actor=actor(HEAD), now=NOW, records=records)).records
    ended, person = done

    assert (ended.cut_by, ended.cut_at, ended.ends_at) == (user_of(HEAD), NOW, right().ends_at)
    assert actor_at(person, position_record(HEAD), NOW) is None
    assert actor_at(person, position_record(HEAD), NOW - HOUR) is not None


@pytest.mark.parametrize(
    ("by", "at", "reason", "code"),
    [
        (SECTION, NOW, "Selesai", RefusalCode.NOT_ALLOWED),
        (HEAD, NOW, " ", RefusalCode.REASON_MISSING),
        (HEAD, right().ends_at, "Selesai", RefusalCode.DELEGATION_OVER),
    ],
)
def test_an_order_is_not_ended_by_others_without_reason_or_twice(
    by: PositionId, at: datetime, reason: str, code: RefusalCode
) -> None:
    records = MemoryRecords(*opened())
    act = EndDelegation(delegation_id=DELEGATION_ID, reason=reason)

    with pytest.raises(Refusal) as error:
        end_delegation(act, Context(actor=actor(by), now=at, records=records))

    assert error.value.code == code


def test_who_acts_has_the_powers_of_the_position_within_the_scope_and_no_others() -> None:
    disposing, numbering = acting(Scope.DISPOSE), acting(Scope.NUMBER, position=SECRETARY)

    assert has_power(disposing, Power.DISPOSE)
    assert has_power(disposing, Power.READ_SECRET)
    assert not has_power(disposing, Power.REGISTER_LETTER)  # the head himself has it not
    assert not has_power(disposing, Power.EXPORT)  # never handed over
    assert not has_power(disposing, Power.DELEGATE)
    assert has_power(numbering, Power.REGISTER_LETTER)
    assert not has_power(numbering, Power.DISPOSE)
    assert not has_power(numbering, Power.READ_SECRET)


def test_what_is_issued_and_answered_under_an_order_names_it() -> None:
    records = MemoryRecords(factories.letter())
    context = Context(actor=acting(Scope.DISPOSE), now=NOW, records=records)

    issued = issue_disposition(factories.issue(recipients=(SECRETARY,)), context).records[0]
    records.put(factories.disposition(recipients=(Recipient(position=HEAD),)))
    answered: Any = answer_disposition(
        AnswerDisposition(disposition_id=factories.DISPOSITION_ID, result="Hadir"),
        msgspec.structs.replace(context, records=records),
    ).records[0]

    assert isinstance(issued, Disposition)
    assert (issued.under, issued.from_position, issued.from_user) == (
        DELEGATION_ID,
        HEAD,
        user_of(SECTION),
    )
    assert (answered.recipients[0].under, answered.recipients[0].answered_by) == (
        DELEGATION_ID,
        user_of(SECTION),
    )


def test_outside_of_the_scope_nothing_is_done() -> None:
    inbox = factories.disposition(recipients=(Recipient(position=SECRETARY),))
    records = MemoryRecords(factories.letter(), inbox, factories.held_act(reviewers=(SECRETARY,)))
    context = Context(actor=acting(Scope.NUMBER, position=SECRETARY), now=NOW, records=records)
    answer = AnswerDisposition(disposition_id=factories.DISPOSITION_ID, result="Hadir")
    new_letter = factories.register(letter_id=FATE_ID)

    done: Any = register_letter(new_letter, context)
    tries: tuple[tuple[Any, Any], ...] = (
        (issue_disposition, factories.issue(recipients=(HEAD,))),
        (answer_disposition, answer),
        (read_disposition, factories.ACTS[ReadDisposition]),
        (accept_held, AcceptHeld(held_id=factories.HELD_ID)),
    )
    for rule, act in tries:
        with pytest.raises(Refusal) as error:
            rule(act, context)
        assert error.value.code == RefusalCode.NOT_ALLOWED

    assert done.records[0].registered_by == user_of(SECTION)


def test_an_act_is_held_if_the_order_was_ended_while_its_pc_could_not_know() -> None:
    cut = msgspec.structs.replace(person_record(SECTION), acting=(right(cut_at=NOW - HOUR),))
    changed = {"acting": 40}

    assert why_held(cut, HEAD, NOW, changed=changed, known=39) == WhyHeld.ACTING_ENDED
    assert why_held(cut, HEAD, NOW, changed=changed, known=40) is None
    assert why_held(cut, HEAD, right().ends_at, changed=changed, known=39) is None  # its day was known
