"""A person has the same keys at every PC, and after a forgotten password; only a lost key is followed by another."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.domain.ids import UserId
from core.domain.person_keys import PersonKeys
from core.protocol.person_keys import KeyRing, party_of
from desktop.app.syncing import renew_token
from desktop.app.wire import shipped_wire
from desktop.services.sign_in import SignInService
from tests.journey.cheap_passwords import cheap_passwords
from tests.journey.office_pc import OfficePc
from tests.support.server import PASSWORD, OfficeInTest, RunningServer, running_server

NEW = "gunung pesagi 2262"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RunningServer]:
    with running_server(tmp_path) as running, cheap_passwords():
        yield running


@pytest.fixture
def camat(server: RunningServer, office: OfficeInTest, tmp_path: Path) -> Iterator[OfficePc]:
    with OfficePc(tmp_path / "camat") as pc:
        assert pc.join(server.url, office.codes["camat"]).outcome == "ok"
        yield pc


@pytest.fixture
def head(office: OfficeInTest) -> UserId:
    return office.users["camat"]


def signed_in(pc: OfficePc, user: UserId, password: str = PASSWORD) -> KeyRing:
    """The keys that a person has after signing in."""
    opened = pc.opened
    SignInService(opened.store, opened.locksmith, key=opened.key).sign_in(user, password)
    ring = opened.store.ring_of(user)
    opened.store.forget_rings()
    return ring


def known(pc: OfficePc, user: UserId) -> PersonKeys:
    pc.visit()
    with pc.opened.store.read() as uow:
        return uow.directory.keys_of(user)


def fresh_code(server: RunningServer, office: OfficeInTest, *, reset: bool) -> str:
    return server.handle.admin.new_code(office.tenant, office.users["camat"], reset_password=reset).code


def test_another_pc_of_a_person_has_the_same_keys(
    server: RunningServer, office: OfficeInTest, camat: OfficePc, *, head: UserId, tmp_path: Path
) -> None:
    with OfficePc(tmp_path / "rumah") as other:
        other.join(server.url, fresh_code(server, office, reset=False))

        ring = signed_in(camat, head)
        assert len(ring.pairs) == 1
        assert signed_in(other, head) == ring
        keys = known(other, head)
        assert [key.sign for key in keys.active] == [party_of(ring.pairs[0]).sign_public]
        assert known(camat, head) == keys


def test_private_keys_lie_nowhere_in_the_clear_and_leave_with_their_person(
    server: RunningServer, camat: OfficePc, head: UserId
) -> None:
    pair = signed_in(camat, head).pairs[0]
    assert camat.opened.store.ring_of(head).pairs == ()

    for place in (camat.folder, server.config.data):
        for path in (one for one in place.rglob("*") if one.is_file()):
            content = path.read_bytes()
            assert pair[:32] not in content, path
            assert pair[32:] not in content, path


def test_who_forgot_the_password_gets_the_keys_back_on_the_same_pc(
    server: RunningServer, office: OfficeInTest, camat: OfficePc, head: UserId
) -> None:
    before = signed_in(camat, head)

    camat.join(server.url, fresh_code(server, office, reset=True), password=NEW)

    assert signed_in(camat, head, NEW) == before
    assert len(known(camat, head).keys) == 1


def test_on_another_pc_a_lost_key_is_followed_and_ends_and_both_come_together_later(
    server: RunningServer, office: OfficeInTest, camat: OfficePc, *, head: UserId, tmp_path: Path
) -> None:
    before = signed_in(camat, head)
    with OfficePc(tmp_path / "rumah") as other:
        other.join(server.url, fresh_code(server, office, reset=True), password=NEW)
        after = signed_in(other, head, NEW)
        first, second = known(other, head).keys
        assert [party_of(pair).sign_public for pair in after.pairs] == [second.sign]
        assert (first.until is None, second.until) == (False, None)

        camat.join(server.url, fresh_code(server, office, reset=False), password=NEW)

        assert signed_in(camat, head, NEW) == KeyRing((*after.pairs, *before.pairs))
        renew_token(other.opened, shipped_wire(), head, NEW)
        assert signed_in(other, head, NEW) == signed_in(camat, head, NEW), (
            "what the old key opens can be read there too"
        )


def test_a_pc_from_before_there_were_keys_gets_them_with_the_next_sign_in_by_password(
    camat: OfficePc, head: UserId
) -> None:
    opened = camat.opened
    wrap = opened.locksmith.wraps().of(head)
    assert wrap is not None
    ring = signed_in(camat, head)
    opened.locksmith.admit(head, wrap.username, PASSWORD, key=opened.key)
    assert signed_in(camat, head).pairs == ()
    opened.store.let_sign(head, KeyRing())

    renew_token(opened, shipped_wire(), head, PASSWORD)

    assert opened.store.ring_of(head) == ring
    assert signed_in(camat, head) == ring
