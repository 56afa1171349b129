"""Scans are asked for in whatever order replies tell of the letter, its inbox and who holds the position."""

from __future__ import annotations

from pathlib import Path

import msgspec

from core.domain.ids import StreamId
from core.domain.letters import IncomingLetter
from core.domain.offices import Person
from core.domain.streams import DIRECTORY, StreamKey, StreamKind
from core.protocol.codec import to_columns
from core.protocol.messages import Block, Data, Done, Frame, Slice, StreamGrant
from core.protocol.records import KIND_OF
from desktop.storage.blob_table import BlobState
from desktop.storage.unit_of_work import Store
from tests.desktop.storage.replica_steps import amend, perform
from tests.desktop.sync.test_engine import REGISTER, Answers, accepted, control, engine, never
from tests.factories import HEAD, LETTER_ID, REGISTRAR, SCAN, SECTION, letter, person_record
from tests.support.stores import put


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


def test_the_scan_of_an_own_letter_is_asked_for_when_the_same_reply_brings_its_addressee(
    store: Store, tmp_path: Path
) -> None:
    put(store, [letter(scans=(SCAN,), involved=(SECTION,))], rev=7)
    perform(store, amend("Rapat"))
    moved = msgspec.structs.replace(person_record(REGISTRAR), positions=(REGISTRAR, SECTION))
    directory = StreamGrant(stream=StreamId(1), key=DIRECTORY, priority=1)
    person = Block(kind=KIND_OF[Person].code, columns=to_columns([moved]), revs=[41])
    reply: list[Frame] = [
        control(granted=(directory, REGISTER), results=accepted(1)),
        Data(stream=directory.stream, cursor=41, blocks=(person,)),
        Done(),
    ]

    engine(store, tmp_path).run_round(Answers(reply), never)

    with store.read() as uow:
        assert SCAN.sha256 in [one.sha256 for one in uow.blobs.in_state(BlobState.WANTED, 9)]


def test_the_scans_of_a_position_are_asked_for_when_it_comes_to_this_pc_after_its_inbox_did(
    store: Store, tmp_path: Path
) -> None:
    put(store, [letter(scans=(SCAN,), involved=(SECTION,))], rev=7)
    inbox = StreamGrant(stream=StreamId(3), key=StreamKey(kind=StreamKind.INBOX, owner=SECTION), priority=1)
    directory = StreamGrant(stream=StreamId(1), key=DIRECTORY, priority=1)
    told = Block(
        kind=KIND_OF[IncomingLetter].code, columns=to_columns([letter(scans=(SCAN,), involved=(SECTION,))]), revs=[7]
    )
    moved = msgspec.structs.replace(person_record(REGISTRAR), positions=(REGISTRAR, SECTION))
    person = Block(kind=KIND_OF[Person].code, columns=to_columns([moved]), revs=[41])
    first: list[Frame] = [
        control(granted=(directory, inbox, REGISTER)),
        Data(stream=inbox.stream, cursor=9, blocks=(told,)),
        Done(),
    ]
    later: list[Frame] = [control(), Data(stream=directory.stream, cursor=41, blocks=(person,)), Done()]

    engine(store, tmp_path).run_round(Answers(first), never)
    with store.read() as uow:
        assert uow.blobs.get(SCAN.sha256) is None, "nobody here is meant yet"
    engine(store, tmp_path).run_round(Answers(later), never)

    with store.read() as uow:
        assert SCAN.sha256 in [one.sha256 for one in uow.blobs.in_state(BlobState.WANTED, 9)]
