"""Signing in without a network: the password proves the person, and nothing else lets anybody in."""

from __future__ import annotations

import msgspec
import pytest

from core.domain.ids import PositionId, UserId
from desktop.services.locksmith import SignInRefused
from desktop.services.sign_in import SignInService
from desktop.storage.meta import meta
from desktop.storage.unit_of_work import Store
from tests.factories import HEAD, OFFICE, REGISTRAR, SECRETARY, SECTION, actor, person_record, user_of
from tests.support.stores import IDENTITY, put

PASSWORD = "kopi robusta 27"


@pytest.fixture
def service(store: Store) -> SignInService:
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


def test_a_proof_does_not_hold_the_password(service: SignInService) -> None:
    assert PASSWORD not in service.hash_password(PASSWORD)
    assert service.hash_password(PASSWORD) != service.hash_password(PASSWORD)
