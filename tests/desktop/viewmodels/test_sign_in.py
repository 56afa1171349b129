"""Who sits at this PC."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from core.domain.ids import UserId
from desktop.services.sign_in import SignInService
from desktop.viewmodels.sign_in import SignIn
from desktop.workers.runner import TaskRunner
from tests.desktop.sample_office import SampleOffice
from tests.journey.cheap_passwords import cheap_passwords

PATIENCE_MS = 10_000
CLERK_USER, HEAD_USER = UserId(1), UserId(2)


@pytest.fixture
def sign_in(kecamatan: SampleOffice) -> Iterator[SignIn]:
    with cheap_passwords():
        service = SignInService(kecamatan.store)
    with kecamatan.store.begin() as uow:
        uow.accounts.put(CLERK_USER, "u1", service.hash_password("kata sandi petugas"))
        uow.accounts.put(HEAD_USER, "u2", service.hash_password("kata sandi camat"))
    owner = QObject()
    runner = TaskRunner(owner)
    yield SignIn(service, runner, parent=owner)
    runner.close()


def test_everyone_who_may_sign_in_is_listed(sign_in: SignIn, qtbot: QtBot) -> None:
    with qtbot.waitSignal(sign_in.people_changed, timeout=PATIENCE_MS):
        sign_in.load()

    assert [(one.name, one.title) for one in sign_in.people] == [
        ("Nama 1", "Petugas Tata Usaha"),
        ("Nama 2", "Camat"),
    ]
    assert all(one.needs_password for one in sign_in.people)


def test_the_right_password_opens_a_session(sign_in: SignIn, qtbot: QtBot) -> None:
    with qtbot.waitSignal(sign_in.signed_in, timeout=PATIENCE_MS) as signed_in:
        sign_in.sign_in(HEAD_USER, "kata sandi camat")

    assert signed_in.args is not None
    session = signed_in.args[0]
    assert (session.position.title, session.office.short_name) == ("Camat", "Kec. Contoh")
    assert not sign_in.busy


def test_a_wrong_password_is_refused_and_can_be_tried_again(sign_in: SignIn, qtbot: QtBot) -> None:
    with qtbot.waitSignal(sign_in.refused, timeout=PATIENCE_MS) as refused:
        sign_in.sign_in(CLERK_USER, "kata sandi camat")

    assert refused.args == ["sign_in_refused"]
    with qtbot.waitSignal(sign_in.signed_in, timeout=PATIENCE_MS):
        sign_in.sign_in(CLERK_USER, "kata sandi petugas")


def test_someone_unknown_to_this_pc_is_refused(sign_in: SignIn, qtbot: QtBot) -> None:
    with qtbot.waitSignal(sign_in.refused, timeout=PATIENCE_MS):
        sign_in.sign_in(UserId(3), "")
