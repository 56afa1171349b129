"""Files that were still to be sent when their letter was sealed: each goes in some form, and none waits for ever."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
import pytest

from core.domain.attaching import AttachScans
from core.domain.attachments import Attachment
from core.domain.ids import BlobHash, LetterId
from core.domain.letters import IncomingLetter, SecurityLevel
from desktop.storage.base import SyncMark
from desktop.storage.blob_table import BlobState
from desktop.storage.files_to_seal import give_up_safe, letters_held
from desktop.storage.healing import Healing
from desktop.storage.hiding import put_rows
from desktop.storage.record_table import Stored
from desktop.storage.unit_of_work import Store
from tests.desktop.storage.replica_steps import (
    INBOX,
    REGISTER,
    accepted,
    arrive,
    finish,
    grant_streams,
    leave,
    perform,
    settle,
)
from tests.factories import HEAD, LETTER_ID, SCAN, letter, user_of
from tests.secrecy_factory import sealed_key

OTHER_ID = LetterId(bytes(reversed(LETTER_ID)))
LETTER = 5
TEXTS = {"subject": "tersegel-1:c3ViamVjdA==", "summary": "tersegel-1:c3VtbWFyeQ=="}
PLAIN = msgspec.structs.replace(SCAN, thumbnail=BlobHash(b""), thumbnail_size=0)
NAMELESS = msgspec.structs.replace(PLAIN, sha256=BlobHash(bytes(32)), name="")


def secret(scans: Iterable[Attachment], *, sealed: bool, letter_id: LetterId = LETTER_ID) -> IncomingLetter:
    """A secret letter whose key its readers have, in the clear or sealed."""
    keys = (sealed_key(user_of(HEAD)),)
    texts = TEXTS if sealed else {}
    return letter(id=letter_id, security=SecurityLevel.SECRET, keys=keys, scans=tuple(scans), agenda_no=0, **texts)


def store_rows(store: Store, *records: IncomingLetter, rev: int) -> None:
    with store.begin() as uow:
        put_rows(uow, LETTER, [Stored(one, rev, SyncMark.ON_SERVER) for one in records])


def to_send(store: Store, scan: Attachment, letter_id: LetterId) -> None:
    with store.begin() as uow:
        uow.blobs.add(scan.sha256, scan.size, state=BlobState.TO_SEND, now_ms=1, letter=letter_id)


def state_of(store: Store, scan: Attachment) -> BlobState | None:
    with store.read() as uow:
        row = uow.blobs.get(scan.sha256)
    return None if row is None else row.state


def back_up(store: Store, durable: int) -> None:
    """The server says that its backup holds all up to there."""
    with store.begin() as uow:
        uow.blobs.call_safe(uow.outbox.prune(durable))
        give_up_safe(uow, durable)


@pytest.fixture
def scanned(store: Store) -> Store:
    """A secret letter in the clear, with one scan that was never sealed and one that was; both are to be sent."""
    store_rows(store, secret((PLAIN, NAMELESS), sealed=False), rev=1)
    to_send(store, PLAIN, LETTER_ID)
    to_send(store, NAMELESS, LETTER_ID)
    return store


@pytest.fixture
def attached(store: Store) -> Store:
    """A scan was attached here and is to be sent; meanwhile its letter was sealed, as the server has it."""
    grant_streams(store)
    arrive(store, letter(scans=()), 5)
    perform(store, AttachScans(letter_id=LETTER_ID, scans=(PLAIN,)))
    to_send(store, PLAIN, LETTER_ID)
    settle(store, accepted(1, 6))
    store_rows(store, secret((PLAIN,), sealed=True), rev=7)
    return store


def test_only_what_is_in_the_clear_waits_to_be_sealed(scanned: Store) -> None:
    store_rows(scanned, secret((PLAIN, NAMELESS), sealed=True), rev=2)

    assert state_of(scanned, PLAIN) is BlobState.TO_SEAL
    assert state_of(scanned, NAMELESS) is BlobState.TO_SEND


def test_what_its_letter_names_no_more_goes_for_another_letter_that_is_in_the_clear(scanned: Store) -> None:
    store_rows(scanned, letter(id=OTHER_ID, scans=(PLAIN,)), rev=2)
    store_rows(scanned, secret((PLAIN, NAMELESS), sealed=True), rev=3)
    assert state_of(scanned, PLAIN) is BlobState.TO_SEAL

    store_rows(scanned, secret((NAMELESS,), sealed=True), rev=4)

    assert state_of(scanned, PLAIN) is BlobState.TO_SEND
    with scanned.read() as uow:
        row = uow.blobs.get(PLAIN.sha256)
    assert row is not None
    assert row.letter == OTHER_ID


def test_what_another_sealed_letter_names_waits_for_the_seal_of_that_one(scanned: Store) -> None:
    store_rows(scanned, secret((PLAIN,), sealed=True, letter_id=OTHER_ID), rev=2)
    store_rows(scanned, secret((PLAIN, NAMELESS), sealed=True), rev=3)

    store_rows(scanned, secret((NAMELESS,), sealed=True), rev=4)

    with scanned.read() as uow:
        assert letters_held(uow) == {OTHER_ID}
    assert state_of(scanned, PLAIN) is BlobState.TO_SEAL


def test_what_nobody_names_any_more_is_not_sent_and_stays_until_a_backup_holds_the_seal(scanned: Store) -> None:
    """A server that is put back to before the seal, whoever gave it, may refuse it and know of no other form."""
    store_rows(scanned, secret((PLAIN, NAMELESS), sealed=True), rev=2)
    store_rows(scanned, secret((NAMELESS,), sealed=True), rev=3)

    back_up(scanned, 2)
    assert state_of(scanned, PLAIN) is BlobState.TO_SEAL
    store_rows(scanned, secret((PLAIN, NAMELESS), sealed=False), rev=4)
    assert state_of(scanned, PLAIN) is BlobState.TO_SEND, "as it is put back"

    store_rows(scanned, secret((PLAIN, NAMELESS), sealed=True), rev=5)
    store_rows(scanned, secret((NAMELESS,), sealed=True), rev=6)
    back_up(scanned, 6)
    assert state_of(scanned, PLAIN) is None


def test_nothing_is_given_up_while_what_is_here_may_be_what_the_server_has_lost(scanned: Store) -> None:
    store_rows(scanned, secret((PLAIN,), sealed=True), rev=2)
    store_rows(scanned, secret((NAMELESS,), sealed=True), rev=3)
    with scanned.begin() as uow:
        Healing(uow).server_was_put_back(())

    back_up(scanned, 1_000)

    assert state_of(scanned, PLAIN) is BlobState.TO_SEAL


def test_what_an_own_act_named_stays_as_long_as_the_act_may_go_again(attached: Store) -> None:
    store_rows(attached, secret((NAMELESS,), sealed=True), rev=8)
    with attached.begin() as uow:
        give_up_safe(uow, 8)
    assert state_of(attached, PLAIN) is BlobState.TO_SEAL

    back_up(attached, 8)
    assert state_of(attached, PLAIN) is None


def test_a_file_stays_for_whoever_has_the_right_to_its_letter_no_more(attached: Store) -> None:
    """Nobody can tell whether the letter names it yet: the server has never seen it."""
    leave(attached, REGISTER, INBOX)
    finish(attached)
    with attached.read() as uow:
        assert uow.get(IncomingLetter, LETTER_ID) is None

    back_up(attached, 11)

    assert state_of(attached, PLAIN) is BlobState.TO_SEAL
