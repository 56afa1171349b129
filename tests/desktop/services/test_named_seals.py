"""Whatever is sealed for a letter names the seal that it is under, so that it is not taken under another one."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from core.domain.amending import AmendLetter
from core.domain.attaching import AttachScans
from core.domain.attachments import Attachment, MediaType
from core.domain.conflicts import ResolveConflict
from core.domain.dispositions import AnswerDisposition, IssueDisposition
from core.domain.ids import BlobHash, RowId
from core.domain.letters import IncomingLetter
from core.domain.resealing import ResealLetter
from core.domain.secrecy import is_sealed, seal_of
from core.protocol.ops import read_op
from desktop.services.dispositions import Order
from desktop.services.letters import LetterService
from desktop.services.sealed_acts import sealed_act
from desktop.storage.blobs import BlobFiles
from desktop.storage.unit_of_work import Store
from tests.desktop.services.test_secrecy import NOTE, RESULT, SUBJECT, SUMMARY, register, sign_in, waiting
from tests.factories import HEAD, NOW, REGISTRAR, SECRETARY, SECTION, actor
from tests.support.desks import lease
from tests.support.person_keys import give_keys, keys_of
from tests.support.stores import KEY, every, put


@pytest.fixture
def office(store: Store) -> Store:
    give_keys(store, HEAD, REGISTRAR, SECTION)
    lease(store, 1, 50)
    return store


def test_order_answer_correction_and_who_is_let_in_come_under_the_name_of_the_seal(
    office: Store, tmp_path: Path
) -> None:
    letter_id = register(office, BlobFiles(tmp_path / "berkas", KEY, reserve=0))
    order = Order(letter_id=letter_id, recipients=(SECTION,), instructions=(2,), note=NOTE)
    made = sign_in(office, HEAD).dispositions.issue(order)
    sign_in(office, SECTION).dispositions.answer(made, RESULT)
    put(office, [keys_of(SECRETARY)])
    sign_in(office, HEAD).letters.let_in(letter_id)
    sign_in(office, SECRETARY).letters.amend(letter_id, {"subject": "Pemeriksaan kas"})

    acts = [read_op(one.op).read_act() for one in waiting(office)][1:]

    keys = every(office, IncomingLetter)[0].record.keys
    assert [type(act) for act in acts] == [IssueDisposition, AnswerDisposition, ResealLetter, AmendLetter]
    assert [act.seal for act in acts] == [seal_of(keys)] * 4


def test_scans_that_are_attached_come_under_the_name_of_the_seal(office: Store, tmp_path: Path) -> None:
    files = BlobFiles(tmp_path / "berkas", KEY, reserve=0)
    letter_id = register(office, files)
    put(office, [keys_of(SECRETARY)])
    sign_in(office, HEAD).letters.let_in(letter_id)
    sign_in(office, SECRETARY)
    sha256, size = files.add_bytes(b"%PDF-1.7 lampiran")
    scan = Attachment(sha256=BlobHash(sha256), size=size, media=MediaType.PDF, pages=1, name="lampiran.pdf")

    LetterService(office, actor(SECRETARY), lambda: NOW, lambda count: bytes(range(count)), files=files).attach(
        letter_id, (scan,)
    )

    act = read_op(waiting(office)[-1].op).read_act()
    assert isinstance(act, AttachScans)
    assert act.seal == seal_of(every(office, IncomingLetter)[0].record.keys) != b""


def test_what_its_author_had_sealed_is_not_sealed_again_by_whoever_accepts_it(office: Store, tmp_path: Path) -> None:
    letter_id = register(office, BlobFiles(tmp_path / "berkas", KEY, reserve=0))
    put(office, [keys_of(SECRETARY)])
    sign_in(office, HEAD).letters.let_in(letter_id)
    sign_in(office, SECRETARY).letters.amend(letter_id, {"subject": "Pemeriksaan kas"})
    act = read_op(waiting(office)[-1].op).read_act()

    with office.read() as uow:
        assert sealed_act(uow, act, position=SECRETARY) == act
        bare = sealed_act(uow, msgspec.structs.replace(act, changes={"subject": "Kas"}, seal=b""), position=SECRETARY)

    assert bare.seal == act.seal
    assert is_sealed(bare.changes["subject"])


def test_a_decision_over_a_conflict_that_is_sealed_where_it_is_accepted_names_the_seal_too(
    office: Store, tmp_path: Path
) -> None:
    letter_id = register(office, BlobFiles(tmp_path / "berkas", KEY, reserve=0))
    act = ResolveConflict(
        conflict_id=RowId(bytes(16)), letter_id=letter_id, field="subject", value=SUBJECT, base=1, seen=SUMMARY
    )
    sign_in(office, HEAD)

    with office.read() as uow:
        sealed = sealed_act(uow, act, position=HEAD)

    assert is_sealed(sealed.value)
    assert is_sealed(sealed.seen)
    assert sealed.seal == seal_of(every(office, IncomingLetter)[0].record.keys)
