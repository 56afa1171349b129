"""A secret letter: whoever registers it need not read it, and nobody reads it but those it is sealed to."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from core.domain.amending import AmendLetter
from core.domain.attachments import Attachment, MediaType
from core.domain.dispositions import Disposition
from core.domain.errors import Refusal
from core.domain.ids import BlobHash, LetterId, PositionId
from core.domain.letters import IncomingLetter, SecurityLevel
from desktop.services.attachments import AttachmentService
from desktop.services.dispositions import Order
from desktop.services.letters import LetterService
from desktop.services.register import LetterView, RegisterService
from desktop.services.secrecy import Secrecy
from desktop.services.signatures import SignatureReader, Standing
from desktop.storage.blob_table import BlobState
from desktop.storage.blobs import BlobFiles
from desktop.storage.outbox import OutboxEntry
from desktop.storage.replica import Replica
from desktop.storage.scan_items import add_item, open_items
from desktop.storage.unit_of_work import Store
from desktop.system.page_renderer import PageImage, Source
from desktop.system.scan_item import ItemPage, Origin
from tests.desktop.storage.replica_steps import accepted, refused, settle
from tests.factories import HEAD, NOW, REGISTRAR, SECRETARY, SECTION, actor, letter, person_record, user_of
from tests.order_factory import order_record, right
from tests.support.desks import Desk, Names, entry, lease
from tests.support.person_keys import give_keys, keys_of, ring_of
from tests.support.stores import KEY, every, put

SUBJECT, SUMMARY, NOTE, RESULT = "Pemeriksaan bendahara", "Dugaan selisih kas", "Panggil diam-diam", "Sudah dipanggil"
DAY = timedelta(days=1)
SCAN = b"%PDF-1.7 isi surat yang sangat peka"
WORDS = [text.encode() for text in (SUBJECT, SUMMARY, NOTE, RESULT)] + [SCAN]


@pytest.fixture
def files(tmp_path: Path) -> BlobFiles:
    return BlobFiles(tmp_path / "berkas", KEY, reserve=0)


@pytest.fixture
def office(store: Store) -> Store:
    """Everybody but the secretary has a key; whoever acts signs in for that."""
    give_keys(store, HEAD, REGISTRAR, SECTION)
    lease(store, 1, 50)
    return store


def sign_in(store: Store, position: PositionId) -> Desk:
    store.forget_rings()
    store.let_sign(user_of(position), ring_of(position))
    return Desk(store, position)


def register(store: Store, files: BlobFiles, **changes: object) -> LetterId:
    sign_in(store, REGISTRAR)
    sha256, size = files.add_bytes(SCAN)
    scan = Attachment(sha256=BlobHash(sha256), size=size, media=MediaType.PDF, pages=1, name="selisih kas.pdf")
    whole = entry(subject=SUBJECT, summary=SUMMARY, security=SecurityLevel.SECRET, scans=(scan,))
    service = LetterService(store, actor(REGISTRAR), lambda: NOW, lambda count: bytes(range(count)), files=files)
    return service.register(msgspec.structs.replace(whole, **changes)).letter_id


def view(store: Store, position: PositionId, letter_id: LetterId) -> LetterView:
    found = sign_in(store, position).register.letter(letter_id)
    assert found is not None
    return found


def waiting(store: Store) -> tuple[OutboxEntry, ...]:
    with store.read() as uow:
        return uow.outbox.waiting(50)


def test_the_addressee_reads_it_and_whoever_registered_it_does_not(office: Store, files: BlobFiles) -> None:
    letter_id = register(office, files)

    for_head, for_clerk = view(office, HEAD, letter_id), view(office, REGISTRAR, letter_id)

    assert (for_head.subject, for_head.letter.summary, for_head.scan_visible) == (SUBJECT, SUMMARY, True)
    assert (for_clerk.subject, for_clerk.letter.summary, for_clerk.scan_visible) == (None, "", False)
    assert [row.subject for row in sign_in(office, HEAD).rows()] == [None], "a list never shows what is sealed"


def test_nothing_of_it_lies_in_rows_or_ops_or_files_in_the_clear(office: Store, files: BlobFiles) -> None:
    letter_id = register(office, files)
    order = Order(letter_id=letter_id, recipients=(SECTION,), instructions=(2,), note=NOTE)
    made = sign_in(office, HEAD).dispositions.issue(order)
    sign_in(office, SECTION).dispositions.answer(made, RESULT)

    letter = every(office, IncomingLetter)[0].record
    stored = [
        msgspec.msgpack.encode(one.record) for kind in (IncomingLetter, Disposition) for one in every(office, kind)
    ]
    stored += [one.op for one in waiting(office)]
    with files.content(letter.scans[0].sha256) as content:
        stored.append(content.read())
    assert [word for word in WORDS for data in stored if word in data] == []
    assert (letter.scans[0].name, letter.scans[0].thumbnail) == ("", b"")
    with office.read() as uow:
        row = uow.blobs.get(letter.scans[0].sha256)
    assert row is not None
    assert row.state is BlobState.TO_SEND
    assert [
        path for path in (files.path(BlobHash(letter.scans[0].sha256)).parents[1]).rglob("*") if path.is_file()
    ] == [files.path(letter.scans[0].sha256)], "what was taken in before is gone"


class Pages:
    """Shows what it was given."""

    def __init__(self) -> None:
        self.seen: list[bytes] = []

    def render(self, source: Source, *, page: int, width: int, rotate: int = 0) -> PageImage:
        del page, rotate
        assert not isinstance(source, Path)
        with source() as content:
            self.seen.append(content.read())
        return PageImage(width=width, height=1, rgb=b"")


def test_a_scan_opens_for_readers_alone(office: Store, files: BlobFiles) -> None:
    letter_id = register(office, files)
    scan = every(office, IncomingLetter)[0].record.scans[0]
    pages = Pages()

    def service(position: PositionId) -> AttachmentService:
        sign_in(office, position)
        return AttachmentService(office, files, pages, lambda: NOW, reader=actor(position))  # type: ignore[arg-type]  # the one method that is asked

    service(HEAD).page(scan, page=0, width=10, letter=letter_id)
    with pytest.raises(Refusal, match="sealed_for_others"):
        service(REGISTRAR).page(scan, page=0, width=10, letter=letter_id)

    assert pages.seen == [SCAN]
    readings = every(office, IncomingLetter)[0].record.readings
    assert [one.user for one in readings] == [user_of(HEAD)], "a look at the scan is a reading"


def test_a_disposition_lets_its_recipients_in_and_is_as_provable_as_any(office: Store, files: BlobFiles) -> None:
    letter_id = register(office, files)
    order = Order(letter_id=letter_id, recipients=(SECTION,), instructions=(2,), note=NOTE)
    made = sign_in(office, HEAD).dispositions.issue(order)
    section = sign_in(office, SECTION)
    assert [one.disposition.note for one in section.dispositions.for_me()] == [""], "a list is no reading"
    assert view(office, SECTION, letter_id).dispositions[0].disposition.note == NOTE
    assert [one.disposition.note for one in section.dispositions.for_me()] == [NOTE]
    section.dispositions.answer(made, RESULT)

    seen = view(office, HEAD, letter_id)

    assert view(office, SECTION, letter_id).subject == SUBJECT
    assert (seen.dispositions[0].disposition.note, seen.dispositions[0].signature.standing) == (NOTE, Standing.VALID)
    assert seen.dispositions[0].disposition.recipients[0].result == RESULT
    assert seen.dispositions[0].answers[SECTION].standing is Standing.VALID
    who = {(key.user, key.by) for key in every(office, IncomingLetter)[0].record.keys}
    assert who == {(user_of(HEAD), user_of(REGISTRAR)), (user_of(SECTION), user_of(HEAD))}


def test_who_comes_later_is_let_in_by_an_act_of_a_reader_and_by_nothing_else(office: Store, files: BlobFiles) -> None:
    letter_id = register(office, files)
    put(office, [keys_of(SECRETARY)])
    assert view(office, SECRETARY, letter_id).subject is None
    with pytest.raises(Refusal, match="sealed_for_others"):
        sign_in(office, SECRETARY).letters.let_in(letter_id)
    assert view(office, HEAD, letter_id).not_let_in == 1

    sign_in(office, HEAD).letters.let_in(letter_id)

    assert view(office, SECRETARY, letter_id).subject == SUBJECT
    assert view(office, HEAD, letter_id).not_let_in == 0
    fresh = every(office, IncomingLetter)[0].record.keys[-1]
    assert (fresh.user, fresh.by, fresh.at) == (user_of(SECRETARY), user_of(HEAD), NOW)


def test_nothing_is_sealed_to_a_key_that_the_server_does_not_stand_for(office: Store, files: BlobFiles) -> None:
    forged = keys_of(SECRETARY).keys[0]
    put(office, [msgspec.structs.replace(keys_of(SECRETARY), keys=(msgspec.structs.replace(forged, statement=b""),))])

    register(office, files)

    assert {key.user for key in every(office, IncomingLetter)[0].record.keys} == {user_of(HEAD)}


def test_where_no_reader_has_a_key_nothing_is_stored(store: Store, files: BlobFiles) -> None:
    put(store, [keys_of(REGISTRAR)])

    with pytest.raises(Refusal, match="no_reader"):
        register(store, files)

    assert every(store, IncomingLetter) == []
    register(store, files, subject="", summary="", scans=())
    assert [one.record.keys for one in every(store, IncomingLetter)] == [()], "but for the envelope alone"


def test_a_reader_corrects_it_and_nobody_puts_it_into_the_clear(office: Store, files: BlobFiles) -> None:
    put(office, [keys_of(SECRETARY)])
    letter_id = register(office, files)
    desk = sign_in(office, SECRETARY)
    seen = view(office, SECRETARY, letter_id)
    desk.letters.amend(letter_id, {"subject": "Pemeriksaan kas"}, seen=seen.rev, had=seen.letter)
    assert view(office, HEAD, letter_id).subject == "Pemeriksaan kas"
    changes = view(office, HEAD, letter_id).letter.changes
    assert [(one.field, one.before, one.after) for one in changes] == [("subject", SUBJECT, "Pemeriksaan kas")]

    with pytest.raises(Refusal, match="sealed_for_others"):
        sign_in(office, REGISTRAR).letters.amend(letter_id, {"subject": "Terbuka"})
    plain = AmendLetter(letter_id=letter_id, changes={"subject": "Terbuka"}, base={"subject": 0})
    with office.begin() as uow, pytest.raises(Refusal, match="text_not_sealed"):
        Replica(uow).perform(plain, actor(SECRETARY), NOW)
    sign_in(office, REGISTRAR).letters.amend(letter_id, {"letter_no": "R-1/2026"})
    assert view(office, HEAD, letter_id).letter.letter_no == "R-1/2026"


def test_a_letter_that_becomes_secret_is_sealed_with_what_it_tells_of_its_changes(
    office: Store, files: BlobFiles
) -> None:
    letter_id = register(office, files, security=SecurityLevel.RESTRICTED)
    before = every(office, IncomingLetter)[0].record.scans[0]
    service = LetterService(office, actor(REGISTRAR), lambda: NOW, lambda count: bytes(range(count)), files=files)
    service.amend(letter_id, {"subject": SUBJECT + " lama"})

    service.reclassify(letter_id, SecurityLevel.SECRET)
    service.reclassify(letter_id, SecurityLevel.TOP_SECRET)

    letter = every(office, IncomingLetter)[0].record
    assert [word for word in WORDS if word in msgspec.msgpack.encode(letter)] == []
    assert letter.scans[0].sha256 != before.sha256
    assert {key.user for key in letter.keys} == {user_of(HEAD)}
    assert view(office, HEAD, letter_id).subject == SUBJECT + " lama"
    assert view(office, REGISTRAR, letter_id).subject is None
    with office.read() as uow:
        gone = uow.connection.exec_driver_sql("SELECT sha256 FROM condemned").scalars().all()
    assert bytes(before.sha256) in gone or uow_sends(office, before.sha256)
    put(office, [keys_of(SECRETARY)])
    with pytest.raises(Refusal, match="sealed_for_others"):
        sign_in(office, SECRETARY).letters.reclassify(letter_id, SecurityLevel.OPEN)


def head_service(store: Store, files: BlobFiles) -> LetterService:
    sign_in(store, HEAD)
    return LetterService(store, actor(HEAD), lambda: NOW, lambda count: bytes(range(count)), files=files)


def test_raising_seals_notes_and_results_too_and_its_readers_can_still_prove_the_orders(
    office: Store, files: BlobFiles
) -> None:
    letter_id = register(office, files, security=SecurityLevel.OPEN)
    order = Order(letter_id=letter_id, recipients=(SECTION,), instructions=(2,), note=NOTE)
    made = sign_in(office, HEAD).dispositions.issue(order)
    sign_in(office, SECTION).dispositions.answer(made, RESULT + " awal")
    sign_in(office, SECTION).dispositions.answer(made, RESULT)

    sign_in(office, REGISTRAR)
    LetterService(office, actor(REGISTRAR), lambda: NOW, lambda count: bytes(range(count)), files=files).reclassify(
        letter_id, SecurityLevel.SECRET
    )

    stored = [
        msgspec.msgpack.encode(one.record) for kind in (IncomingLetter, Disposition) for one in every(office, kind)
    ]
    assert [word for word in WORDS for data in stored if word in data] == []
    seen = view(office, HEAD, letter_id).dispositions[0]
    assert (seen.disposition.note, seen.disposition.recipients[0].result) == (NOTE, RESULT)
    assert seen.disposition.recipients[0].earlier[0].result == RESULT + " awal"
    assert (seen.signature.standing, seen.answers[SECTION].standing) == (Standing.VALID, Standing.VALID)
    with office.read() as uow:
        assert SignatureReader(uow).count().wrong == 0, "whoever cannot open it sees no forgery in it"


def test_a_reader_who_makes_it_less_strict_puts_all_of_it_into_the_clear_again(office: Store, files: BlobFiles) -> None:
    letter_id = register(office, files, security=SecurityLevel.OPEN)
    before = every(office, IncomingLetter)[0].record
    order = Order(letter_id=letter_id, recipients=(SECTION,), instructions=(2,), note=NOTE)
    sign_in(office, HEAD).dispositions.issue(order)
    head_service(office, files).reclassify(letter_id, SecurityLevel.SECRET)
    assert every(office, IncomingLetter)[0].record.keys

    head_service(office, files).reclassify(letter_id, SecurityLevel.OPEN)

    after = every(office, IncomingLetter)[0].record
    assert (after.subject, after.summary, after.keys) == (before.subject, before.summary, ())
    assert [scan.sha256 for scan in after.scans] == [scan.sha256 for scan in before.scans], "the very bytes"
    assert view(office, REGISTRAR, letter_id).dispositions[0].disposition.note == NOTE
    assert view(office, REGISTRAR, letter_id).dispositions[0].signature.standing is Standing.VALID


def test_a_letter_whose_scan_is_elsewhere_is_not_made_less_strict_here(
    office: Store, files: BlobFiles, tmp_path: Path
) -> None:
    letter_id = register(office, files)

    with pytest.raises(Refusal, match="scan_missing"):
        head_service(office, BlobFiles(tmp_path / "lain", KEY, reserve=0)).reclassify(letter_id, SecurityLevel.OPEN)

    assert every(office, IncomingLetter)[0].record.security == SecurityLevel.SECRET


def test_who_acts_for_the_head_is_let_in_by_a_reader_and_reads_only_while_the_order_holds(
    office: Store, files: BlobFiles
) -> None:
    letter_id = register(office, files)
    order = order_record(
        position=HEAD, replaces=user_of(HEAD), acting_user=user_of(SECTION), starts_at=NOW, ends_at=NOW + DAY
    )
    under = right(position=HEAD, starts_at=NOW, ends_at=NOW + DAY)
    put(office, [order, msgspec.structs.replace(person_record(SECTION), acting=(under,))])
    acting = msgspec.structs.replace(actor(HEAD), user=user_of(SECTION), under=under)
    assert view(office, HEAD, letter_id).not_let_in == 1

    sign_in(office, HEAD).letters.let_in(letter_id)

    sign_in(office, SECTION)
    seen = RegisterService(office, acting, lambda: NOW, Names()).letter(letter_id)
    assert seen is not None
    assert seen.subject == SUBJECT
    (key,) = (one for one in every(office, IncomingLetter)[0].record.keys if one.user == user_of(SECTION))
    assert (key.by, key.at) == (user_of(HEAD), NOW)
    with office.read() as uow:
        letter = uow.get(IncomingLetter, letter_id)
        assert letter is not None
        late = Secrecy(uow, NOW + 2 * DAY).not_let_in(msgspec.structs.replace(letter, keys=letter.keys[:1]))
    assert late == (), "when the order has ended nobody is asked to let him in"
    with pytest.raises(Refusal):
        RegisterService(office, acting, lambda: NOW + 2 * DAY, Names()).letter(letter_id)


def uow_sends(store: Store, sha256: bytes) -> bool:
    """Whether a file still has to go to the server, which then has it in the clear for ever."""
    with store.read() as uow:
        row = uow.blobs.get(sha256)
    return row is not None and row.state is BlobState.TO_SEND


def test_a_secret_letter_from_before_there_were_keys_is_sealed_by_whoever_reads_it(office: Store) -> None:
    old = letter(security=SecurityLevel.SECRET, subject=SUBJECT, summary=SUMMARY, scans=())
    put(office, [old])
    seen = view(office, HEAD, old.id)
    assert (seen.subject, seen.not_let_in) == (SUBJECT, 1)
    order = Order(letter_id=old.id, recipients=(SECTION,), instructions=(2,), note=NOTE)
    sign_in(office, HEAD).dispositions.issue(order)

    sign_in(office, HEAD).letters.let_in(old.id)

    stored = every(office, IncomingLetter)[0].record
    assert [word for word in WORDS if word in msgspec.msgpack.encode(stored)] == []
    assert view(office, SECTION, old.id).subject == SUBJECT
    assert view(office, HEAD, old.id).dispositions[0].disposition.note == NOTE


def test_a_scan_for_a_sealed_letter_comes_back_as_it_was_when_it_is_refused(office: Store, files: BlobFiles) -> None:
    put(office, [keys_of(SECRETARY)])
    letter_id = register(office, files, addressee=SECRETARY)
    settle(office, accepted(1, 70))
    sha256, size = files.add_bytes(b"%PDF-1.7 lampiran")
    page = ItemPage(sha256=BlobHash(sha256), size=size, media=MediaType.PDF, page=0, pages=1)
    with office.begin() as uow:
        item = add_item(uow.connection, (page,), name="lampiran.pdf", origin=Origin.SCANNER, now_ms=1)
    sign_in(office, SECRETARY)
    reader = LetterService(office, actor(SECRETARY), lambda: NOW, lambda count: bytes(range(count)), files=files)
    scan = Attachment(sha256=page.sha256, size=size, media=MediaType.PDF, pages=1, name="lampiran.pdf")

    reader.attach(letter_id, (scan,), item=item.id)
    settle(office, refused(2))

    with office.read() as uow:
        assert open_items(uow.connection) == (item,)
    assert files.verify(sha256)


def test_the_scan_of_a_sealed_letter_comes_back_as_it_was_when_its_registration_is_refused(
    office: Store, files: BlobFiles
) -> None:
    sha256, size = files.add_bytes(SCAN)
    page = ItemPage(sha256=BlobHash(sha256), size=size, media=MediaType.PDF, page=0, pages=1)
    with office.begin() as uow:
        item = add_item(uow.connection, (page,), name="selisih kas.pdf", origin=Origin.SCANNER, now_ms=1)

    register(office, files, items=((page.sha256, item.id),))
    with office.read() as uow:
        assert open_items(uow.connection) == ()
    settle(office, refused(1))

    with office.read() as uow:
        assert open_items(uow.connection) == (item,)
    assert files.verify(sha256)
