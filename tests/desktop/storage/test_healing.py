"""A server from an older copy says how far its chains of this PC go: what it cannot be seen to have is sent again."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import pytest

from core.domain.dispositions import Disposition
from core.domain.letters import IncomingLetter
from core.protocol.codec import to_columns
from core.protocol.messages import Block, Slice
from core.protocol.ops import PREV_BYTES, read_op
from core.protocol.records import KIND_OF, row_key
from desktop.storage.blob_table import BlobState
from desktop.storage.healing import Healing
from desktop.storage.outbox import OpState
from desktop.storage.replica import Replica
from desktop.storage.residue import erase
from desktop.storage.unit_of_work import Store
from tests.desktop.storage.replica_steps import (
    REGISTER,
    accepted,
    amend,
    arrive,
    finish,
    ops,
    perform,
    purge,
    settle,
)
from tests.factories import HEAD, SCAN, SECTION, letter, register
from tests.support.acts import dispose
from tests.support.stores import every

OPS = 4
DISPOSITION = bytes([0xD1] * 16)
STRANGE = b"salinan!"


@pytest.fixture
def worked(store: Store) -> Store:
    """A PC whose four corrections of one letter the server has taken."""
    arrive(store, letter(), 5)
    for number in range(1, OPS + 1):
        perform(store, amend(f"Perihal {number}"))
        settle(store, accepted(number, 100 + number))
    return store


def head_before(store: Store, seq: int) -> bytes:
    """The start of the hash of the op before `seq`."""
    return ops(store)[seq - 2].head[:PREV_BYTES]


def put_back(store: Store, *extents: tuple[int, int, bytes]) -> None:
    with store.begin() as uow:
        Healing(uow).server_was_put_back(extents)


def waiting(store: Store) -> Sequence[tuple[int, int]]:
    return [(entry.epoch, entry.seq) for entry in ops(store) if entry.state == OpState.WAITING]


def test_what_lies_behind_the_end_of_our_chain_waits_again_under_its_numbers(worked: Store) -> None:
    put_back(worked, (1, 3, head_before(worked, 3)))

    assert waiting(worked) == [(1, 3), (1, 4)]


def test_a_server_that_has_lost_nothing_is_sent_nothing(worked: Store) -> None:
    put_back(worked, (1, OPS + 1, head_before(worked, OPS + 1)))

    assert waiting(worked) == []


def test_the_end_is_known_again_by_the_op_behind_it_when_a_backup_holds_the_rest(worked: Store) -> None:
    head = head_before(worked, 3)
    with worked.begin() as uow:
        uow.outbox.prune(102)

    put_back(worked, (1, 3, head))

    assert waiting(worked) == [(1, 3), (1, 4)]


@pytest.mark.parametrize("next_seq", [3, OPS + 1, OPS + 5])
def test_numbers_that_a_copy_of_this_pc_has_filled_prove_nothing(worked: Store, next_seq: int) -> None:
    put_back(worked, (1, next_seq, STRANGE))

    # Under their old numbers first: the server answers with a fork, and a new epoch begins.
    assert waiting(worked) == [(1, seq) for seq in range(1, OPS + 1)]
    assert [one.record.subject for one in every(worked, IncomingLetter)] == [f"Perihal {OPS}"]


def test_a_server_that_knows_nothing_of_this_pc_is_sent_all_of_it(worked: Store) -> None:
    put_back(worked)

    assert waiting(worked) == [(1, seq) for seq in range(1, OPS + 1)]


def test_what_still_waits_though_the_server_has_it_keeps_its_number(store: Store) -> None:
    arrive(store, letter(), 5)
    for number in range(1, OPS + 1):
        perform(store, amend(f"Perihal {number}"))

    # It took the first two; the answer was lost with the power.
    put_back(store, (1, 3, head_before(store, 3)))

    assert waiting(store) == [(1, seq) for seq in range(1, OPS + 1)]


def test_an_op_without_effect_is_kept_until_one_behind_it_is_safe(worked: Store) -> None:
    perform(worked, amend("Perihal yang sama"))
    settle(worked, accepted(OPS + 1, 0))
    with worked.begin() as uow:
        uow.outbox.prune(100 + OPS)

    assert [entry.seq for entry in ops(worked)] == [OPS + 1]

    perform(worked, amend("Perihal akhir"))
    settle(worked, accepted(OPS + 2, 300))
    with worked.begin() as uow:
        uow.outbox.prune(300)

    assert ops(worked) == []


def test_an_op_whose_rows_were_forgotten_asks_for_a_comparison_when_it_is_taken_again(worked: Store) -> None:
    purge(worked, REGISTER)
    finish(worked)
    put_back(worked)
    with worked.begin() as uow:
        uow.meta.write(msgspec.structs.replace(uow.meta.sync(), compare=False))

    settle(worked, *(accepted(seq, 200 + seq) for seq in range(1, OPS + 1)))
    with worked.begin() as uow:
        asked = uow.meta.sync().compare
    assert asked


def test_an_op_of_which_one_row_was_forgotten_asks_for_a_comparison_too(store: Store) -> None:
    arrive(store, letter(), 5)
    perform(store, dispose(DISPOSITION, letter().id, SECTION), position=HEAD)
    settle(store, accepted(1, 100))
    with store.begin() as uow:
        erase(uow, [(KIND_OF[Disposition].code, DISPOSITION)])
    put_back(store)
    with store.begin() as uow:
        uow.meta.write(msgspec.structs.replace(uow.meta.sync(), compare=False))

    settle(store, accepted(1, 200))

    with store.read() as uow:
        assert uow.meta.sync().compare
    # Of the revisions that came with the answer it could not know which one is the letter's.
    assert [one.rev for one in every(store, IncomingLetter)] == [101]


def test_an_act_that_goes_in_another_epoch_names_the_one_in_which_it_was_done(store: Store) -> None:
    perform(store, register())
    with store.begin() as uow:
        Healing(uow).begin_epoch(3)
    perform(store, amend("Rapat"))
    with store.begin() as uow:
        Healing(uow).begin_epoch(4)

    assert [(one.epoch, read_op(one.op).made_in) for one in ops(store)] == [(4, 1), (4, 3)]


def test_a_scan_that_the_older_version_of_a_letter_does_not_name_goes(store: Store) -> None:
    """It was put to the letter after the backup; whoever did it sends that again, and the scan is asked for again."""
    arrive(store, letter(scans=(SCAN,)), 50)
    with store.begin() as uow:
        uow.blobs.add(SCAN.sha256, SCAN.size, state=BlobState.BOTH, now_ms=1)
    older = Block(kind=KIND_OF[IncomingLetter].code, columns=to_columns([letter(scans=())]), revs=[7])

    with store.begin() as uow:
        Replica(uow).apply_slice(Slice(stream=REGISTER, cursor=7, parts=1, which=(0,), blocks=(older,)))

    with store.read() as uow:
        assert uow.blobs.get(SCAN.sha256) is None


def test_the_scan_of_an_own_act_is_offered_again_also_when_the_right_to_its_letter_has_ended(store: Store) -> None:
    perform(store, register(scans=(SCAN,)))
    with store.begin() as uow:
        uow.blobs.add(SCAN.sha256, SCAN.size, state=BlobState.BOTH, now_ms=1)
    settle(store, accepted(1, 12))

    with store.begin() as uow:
        erase(uow, [row_key(letter())])
    put_back(store)

    with store.read() as uow:
        kept = uow.blobs.get(SCAN.sha256)
    assert kept is not None
    assert kept.state is BlobState.TO_SEND
