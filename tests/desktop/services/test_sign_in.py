"""Signing in without a network: the password proves the person, and nothing else lets anybody in."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from core.domain.errors import Refusal, RefusalCode
from core.domain.ids import PositionId, UserId
from desktop.services.locksmith import SignInRefused
from desktop.services.sign_in import SignInService
from desktop.storage.meta import meta
from desktop.storage.replica import Replica
from desktop.storage.unit_of_work import Store
from tests.factories import (
    HEAD,
    NOW,
    OFFICE,
    REGISTRAR,
    SECRETARY,
    SECTION,
    actor,
    issue,
    letter,
    person_record,
    user_of,
)
from tests.journey.cheap_passwords import cheap_passwords
from tests.number_factory import FATE_ID
from tests.order_factory import right
from tests.support.stores import IDENTITY, put

PASSWORD = "kopi robusta 27"


@pytest.fixture
def service(store: Store) -> SignInService:
    with cheap_passwords():
        service = SignInService(store)
    with store.begin() as uow:
        uow.accounts.put(user_of(REGISTRAR), "u71", service.hash_password(PASSWORD))
    return service


def practice(store: Store) -> None:
    with store.begin() as uow:
        uow.meta.write(msgspec.structs.replace(IDENTITY, practice=True, server=""))


def change_person(store: Store, position: PositionId, **changes: object) -> None:
    put(store, [msgspec.structs.replace(person_record(position), **changes)], rev=2)


def test_the_right_password_opens_a_session(service: SignInService) -> None:
    session = service.sign_in(user_of(REGISTRAR), PASSWORD)

    assert session.actor == actor(REGISTRAR)
    assert (session.person, session.office.number, session.practice) == (person_record(REGISTRAR), OFFICE, False)


@pytest.mark.parametrize("password", ["", PASSWORD.upper(), PASSWORD + " ", "x" * 10_000])
def test_a_wrong_password_is_refused(service: SignInService, password: str) -> None:
    with pytest.raises(SignInRefused):
        service.sign_in(user_of(REGISTRAR), password)


def test_who_is_not_known_on_this_pc_is_refused(service: SignInService) -> None:
    with pytest.raises(SignInRefused):
        service.sign_in(UserId(999), PASSWORD)


def test_who_has_no_proof_yet_is_refused_outside_of_practice(service: SignInService) -> None:
    with pytest.raises(SignInRefused):
        service.sign_in(user_of(HEAD), "")


@pytest.mark.parametrize("proof", ["rubbish", "$argon2id$v=19$m=65536,t=3,p=4$rubbish", "$argon2id$", "\x00"])
def test_a_damaged_proof_lets_nobody_in(store: Store, service: SignInService, proof: str) -> None:
    with store.begin() as uow:
        uow.accounts.put(user_of(REGISTRAR), "u71", proof)

    with pytest.raises(SignInRefused):
        service.sign_in(user_of(REGISTRAR), PASSWORD)


@pytest.mark.parametrize("changes", [{"active": False}, {"positions": ()}, {"positions": (PositionId(999),)}])
def test_who_left_the_office_is_refused_and_not_listed(
    store: Store, service: SignInService, changes: dict[str, object]
) -> None:
    change_person(store, REGISTRAR, **changes)

    with pytest.raises(SignInRefused):
        service.sign_in(user_of(REGISTRAR), PASSWORD)
    assert user_of(REGISTRAR) not in [one.user for one in service.people()]


def test_a_store_that_joined_no_office_signs_nobody_in(store: Store, service: SignInService) -> None:
    with store.begin() as uow:
        uow.connection.execute(meta.delete())

    with pytest.raises(SignInRefused):
        service.sign_in(user_of(REGISTRAR), PASSWORD)


def test_practice_needs_no_password_where_none_was_set(store: Store, service: SignInService) -> None:
    practice(store)

    assert service.sign_in(user_of(HEAD), "").practice
    with pytest.raises(SignInRefused):
        service.sign_in(user_of(REGISTRAR), "wrong")


def test_those_who_may_sign_in_are_listed_in_the_order_of_the_office(service: SignInService) -> None:
    listed = service.people()

    assert [one.user for one in listed] == [user_of(number) for number in (HEAD, SECRETARY, REGISTRAR, SECTION)]
    assert [one.needs_password for one in listed] == [False, False, True, False]
    assert listed[0].title == "Camat"


def test_a_proof_costs_who_guesses_and_does_not_hold_the_password(store: Store) -> None:
    """At the full cost, which the other tests here do without."""
    service = SignInService(store)
    with store.begin() as uow:
        uow.accounts.put(user_of(REGISTRAR), "u71", proof := service.hash_password(PASSWORD))

    assert proof.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert PASSWORD not in proof
    assert proof != service.hash_password(PASSWORD)
    assert service.sign_in(user_of(REGISTRAR), PASSWORD).actor == actor(REGISTRAR)


ACTING = right(starts_at=NOW - timedelta(days=1), ends_at=NOW + timedelta(days=6))


def of_several(store: Store) -> SignInService:
    """The Kasi Pemerintahan, who acts for the head for some days, at a PC whose clock stands."""
    change_person(store, SECTION, acting=(ACTING,))
    service = SignInService(store, clock=lambda: NOW)
    with store.begin() as uow:
        uow.accounts.put(user_of(SECTION), "u74", "")
    return service


def test_who_acts_for_another_chooses_the_chair_and_it_is_remembered(store: Store) -> None:
    service = of_several(store)

    first = service.session_of(user_of(SECTION))
    service.take_chair(user_of(SECTION), HEAD)
    again = service.session_of(user_of(SECTION))

    assert [one.title for one in first.chairs] == ["Kasi Pemerintahan", "Plh. Camat"]
    assert (first.actor.position, first.actor.under) == (SECTION, None)
    assert (again.title, again.actor.position, again.actor.under) == ("Plh. Camat", HEAD, ACTING)
    assert {one.user: one.title for one in service.people()}[user_of(SECTION)] == "Plh. Camat"


def test_a_chair_whose_order_is_over_is_offered_no_more_and_the_own_one_comes_back(store: Store) -> None:
    of_several(store).take_chair(user_of(SECTION), HEAD)
    later = SignInService(store, clock=lambda: ACTING.ends_at)

    assert later.session_of(user_of(SECTION)).actor.position == SECTION
    with pytest.raises(Refusal):
        later.take_chair(user_of(SECTION), HEAD)


def test_a_chair_that_was_never_given_is_not_taken(store: Store) -> None:
    service = of_several(store)

    with pytest.raises(Refusal):
        service.take_chair(user_of(SECTION), SECRETARY)


def test_who_stays_signed_in_beyond_the_last_day_is_refused_by_the_rule(store: Store) -> None:
    session = of_several(store).take_chair(user_of(SECTION), HEAD)
    put(store, [letter()])

    with store.begin() as uow:
        done = Replica(uow).perform(issue(recipients=(SECRETARY,)), session.actor, NOW)
    with store.begin() as uow, pytest.raises(Refusal) as refused:
        Replica(uow).perform(issue(disposition_id=FATE_ID), session.actor, ACTING.ends_at)

    assert done
    assert refused.value.code == RefusalCode.DELEGATION_OVER
