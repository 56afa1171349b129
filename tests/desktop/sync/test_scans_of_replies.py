"""Scans are asked for in whatever order replies tell of the letter, its inbox and who holds the position."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import msgspec

from core.domain.ids import RowId, StreamId
from core.domain.letters import IncomingLetter
from core.domain.offices import Acting, ActingKind, Scope
from core.domain.streams import StreamKey, StreamKind
from core.protocol.codec import to_columns
from core.protocol.messages import Block, Data, Done, Frame, Slice, StreamGrant
from core.protocol.records import KIND_OF
from desktop.storage.blob_table import BlobState
from desktop.storage.unit_of_work import Store
from tests.desktop.storage.replica_steps import amend, perform
from tests.desktop.sync.test_engine import REGISTER, Answers, accepted, control, engine, never
from tests.factories import HEAD, LETTER_ID, NOW, REGISTRAR, SCAN, SECTION, letter, person_record
from tests.support.stores import put

INBOX = StreamGrant(stream=StreamId(3), key=StreamKey(kind=StreamKind.INBOX, owner=SECTION), priority=1)


def test_a_scan_is_asked_for_when_comparing_brings_its_letter_to_an_inbox(store: Store, tmp_path: Path) -> None:
    put(store, [letter(scans=(SCAN,), involved=(HEAD,))], rev=7)  # came by the register, when nobody here was meant
    inbox = StreamGrant(stream=StreamId(3), key=StreamKey(kind=StreamKind.INBOX, owner=HEAD), priority=1)
    known = Block(
        kind=KIND_OF[IncomingLetter].code, columns=to_columns([letter(scans=(SCAN,), involved=(HEAD,))]), revs=[7]
    )
    reply: list[Frame] = [
        control(granted=(inbox, REGISTER)),
        Slice(stream=inbox.stream, cursor=7, parts=1, which=(0,), blocks=(known,)),
        Done(),
    ]

    engine(store, tmp_path).run_round(Answers(reply), never)

    with store.read() as uow:
        wanted = uow.blobs.get(SCAN.sha256)
    assert wanted is not None
    assert (wanted.state, wanted.letter) == (BlobState.WANTED, LETTER_ID)


def test_the_scan_of_an_own_letter_is_asked_for_when_the_same_reply_brings_the_inbox_of_its_addressee(
    store: Store, tmp_path: Path
) -> None:
    put(store, [letter(scans=(SCAN,), involved=(SECTION,))], rev=7)
    perform(store, amend("Rapat"))
    reply: list[Frame] = [control(granted=(INBOX, REGISTER), results=accepted(1)), Done()]

    engine(store, tmp_path).run_round(Answers(reply), never)

    assert is_wanted(store)


def test_scans_are_asked_for_when_an_inbox_comes_for_letters_that_are_here(store: Store, tmp_path: Path) -> None:
    put(store, [letter(scans=(SCAN,), involved=(SECTION,))], rev=7)

    engine(store, tmp_path).run_round(Answers([control(granted=(INBOX, REGISTER)), Done()]), never)

    assert is_wanted(store)


def test_scans_are_asked_for_where_the_clock_says_that_nobody_here_acts_in_the_position_yet(
    store: Store, tmp_path: Path
) -> None:
    begins = NOW + timedelta(days=900)
    acting = Acting(
        delegation=RowId(bytes(16)),
        position=SECTION,
        kind=ActingKind.PLT,
        scopes=(Scope.DISPOSE,),
        starts_at=begins,
        ends_at=begins + timedelta(days=9),
    )
    put(store, [msgspec.structs.replace(person_record(REGISTRAR), acting=(acting,))], rev=3)
    told = Block(
        kind=KIND_OF[IncomingLetter].code, columns=to_columns([letter(scans=(SCAN,), involved=(SECTION,))]), revs=[7]
    )
    reply: list[Frame] = [
        control(granted=(INBOX,)),
        Data(stream=INBOX.stream, cursor=9, blocks=(told,)),
        Done(),
    ]

    engine(store, tmp_path).run_round(Answers(reply), never)

    assert is_wanted(store)


def is_wanted(store: Store) -> bool:
    with store.read() as uow:
        return SCAN.sha256 in [one.sha256 for one in uow.blobs.in_state(BlobState.WANTED, 9)]
