"""Orders carry the signature of whoever gave them, and everybody sees what it proves."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from core.domain.dispositions import Disposition
from core.domain.errors import Refusal
from core.domain.ids import DispositionId, PositionId
from core.domain.person_keys import PersonKeys
from core.protocol.ops import read_op
from core.protocol.person_keys import KeyRing
from desktop.services.dispositions import Order
from desktop.services.register import DispositionView
from desktop.services.signatures import Standing
from desktop.services.verifying import VerifyReport, VerifyService
from desktop.storage.base import SyncMark
from desktop.storage.blobs import BlobFiles
from desktop.storage.unit_of_work import Store
from tests.factories import HEAD, LETTER_ID, NOW, SECRETARY, SECTION, letter, person_record, user_of
from tests.support.desks import Desk
from tests.support.person_keys import give_keys, keys_of, ring_of
from tests.support.stores import KEY, every, put


@pytest.fixture
def office(store: Store) -> Store:
    """The head and a section have keys and are signed in; a letter waits."""
    give_keys(store, HEAD, SECTION)
    put(store, [letter()])
    for position in (HEAD, SECTION):
        store.let_sign(user_of(position), ring_of(position))
    return store


def dispose(store: Store) -> DispositionId:
    order = Order(letter_id=LETTER_ID, recipients=(SECTION,), instructions=(2,), note="Wakili saya.")
    return Desk(store, HEAD).dispositions.issue(order)


def shown(store: Store, position: PositionId = SECTION) -> DispositionView:
    view = Desk(store, position).register.letter(LETTER_ID)
    assert view is not None
    return view.dispositions[0]


def verified(store: Store, tmp_path: Path) -> VerifyReport:
    return VerifyService(store, BlobFiles(tmp_path / "berkas", KEY, reserve=0)).verify()


def test_an_order_and_its_answer_are_shown_as_proved(office: Store, tmp_path: Path) -> None:
    made = dispose(office)
    Desk(office, SECTION).dispositions.answer(made, "Sudah dihadiri.")

    view = shown(office)
    name = person_record(HEAD).name
    assert (view.signature.standing, view.signature.name, view.signature.at) == (Standing.VALID, name, NOW)
    assert [(position, one.standing) for position, one in view.answers.items()] == [(SECTION, Standing.VALID)]
    report = verified(office, tmp_path)
    assert (report.whole, report.orders, report.provable) == (True, 2, 2)


def test_an_order_that_was_altered_in_the_store_is_seen(office: Store, tmp_path: Path) -> None:
    dispose(office)
    order = every(office, Disposition)[0].record
    put(office, [msgspec.structs.replace(order, note="Jangan wakili saya.")], rev=0, mark=SyncMark.WAITING)

    assert shown(office).signature.standing is Standing.WRONG
    report = verified(office, tmp_path)
    assert (report.whole, report.provable, report.problems) == (False, 0, ("signatures 1",))


def test_who_has_a_key_gives_no_order_without_it_and_nothing_is_half_saved(office: Store) -> None:
    office.forget_rings()

    with pytest.raises(Refusal, match="signature_missing"):
        dispose(office)

    assert every(office, Disposition) == []
    with office.read() as uow:
        assert uow.outbox.waiting(1) == ()


def test_who_has_no_key_yet_works_as_before_and_that_shows_only_where_one_was_due(store: Store) -> None:
    put(store, [letter()])
    dispose(store)
    assert (shown(store).signature.standing, shown(store).signature.missing) == (Standing.NONE, False)

    put(store, [keys_of(HEAD)])  # as if somebody had taken the signature away
    assert shown(store).signature.missing


def test_a_key_that_ended_signs_no_more_and_the_one_after_it_does(office: Store) -> None:
    ended, fresh = keys_of(HEAD, until=NOW).keys[0], keys_of(SECRETARY).keys[0]
    put(office, [PersonKeys(number=user_of(HEAD), keys=(ended, fresh))])

    with pytest.raises(Refusal, match="signature_missing"):
        dispose(office)

    office.let_sign(user_of(HEAD), KeyRing((*ring_of(HEAD).pairs, *ring_of(SECRETARY).pairs)))
    dispose(office)
    with office.read() as uow:
        assert len(read_op(uow.outbox.waiting(1)[0].op).signature) == 64
