"""What a reader opens to make a letter less strict lies in the clear only if the letter is."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.domain.errors import Refusal
from core.domain.letters import IncomingLetter, SecurityLevel
from desktop.services.dispositions import Order
from desktop.services.letters import LetterService
from desktop.storage.blobs import BlobFiles
from desktop.storage.unit_of_work import Store
from tests.desktop.services.test_secrecy import NOTE, head_service, register, sign_in
from tests.factories import HEAD, NOW, REGISTRAR, SECTION, actor
from tests.support.desks import lease
from tests.support.person_keys import give_keys
from tests.support.stores import KEY, every


@pytest.fixture
def files(tmp_path: Path) -> BlobFiles:
    return BlobFiles(tmp_path / "berkas", KEY, reserve=0)


@pytest.fixture
def office(store: Store) -> Store:
    give_keys(store, HEAD, REGISTRAR, SECTION)
    lease(store, 1, 50)
    return store


def test_what_was_opened_for_an_act_that_is_refused_lies_in_the_clear_no_more(office: Store, files: BlobFiles) -> None:
    letter_id = register(office, files, security=SecurityLevel.OPEN)
    before = every(office, IncomingLetter)[0].record
    head_service(office, files).reclassify(letter_id, SecurityLevel.SECRET)
    order = Order(letter_id=letter_id, recipients=(SECTION,), instructions=(2,), note=NOTE)
    sign_in(office, HEAD).dispositions.issue(order)
    with office.begin() as uow:
        for scan in before.scans:
            uow.blobs.forget(scan.sha256)
            files.delete(scan.sha256)
    sign_in(office, SECTION)
    section = LetterService(office, actor(SECTION), lambda: NOW, lambda count: bytes(range(count)), files=files)

    with pytest.raises(Refusal, match="not_allowed"):
        section.reclassify(letter_id, SecurityLevel.OPEN)

    assert [scan for scan in before.scans if files.has(scan.sha256)] == []
