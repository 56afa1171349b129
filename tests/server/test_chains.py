"""A chain of ops that does not go on here: the device is told where it stands, and nothing is lost or taken twice."""

from __future__ import annotations

from core.domain.filing import FileLetter
from core.domain.ids import LetterId, RecordFileId
from core.domain.letters import IncomingLetter
from core.protocol.messages import ChainBreak, ChainState, Outcome
from core.protocol.ops import GENESIS
from tests.server.holding import send_again
from tests.support.acts import open_file, register
from tests.support.device import Join, ScriptedDevice
from tests.support.server import OfficeInTest


def write(device: ScriptedDevice, office: OfficeInTest, count: int = 1) -> None:
    for _ in range(count):
        device.act(register(device.new_id()), position=office.positions["tu"])


def letters_at(device: ScriptedDevice) -> int:
    device.sync()
    return len(device.replica.of(IncomingLetter))


def test_the_same_number_with_other_bytes_is_a_fork_and_nothing_is_kept(join: Join, office: OfficeInTest) -> None:
    clerk = join("tu")
    write(clerk, office)
    clerk.sync()
    clerk.next_seq, clerk.head = 1, GENESIS
    write(clerk, office)

    reply = clerk.sync()

    assert reply.control.chain == ChainState(epoch=1, next_seq=2, why=ChainBreak.FORK)
    assert reply.results == ()
    assert letters_at(join("camat")) == 1


def test_ops_from_before_the_fork_get_their_results_and_are_not_taken_again(join: Join, office: OfficeInTest) -> None:
    clerk = join("tu")
    write(clerk, office, count=2)
    before = list(clerk.pending)
    clerk.ask(clerk.build())
    write(clerk, office)
    clerk.ask(clerk.build())  # seq 3 as one copy of the PC made it
    clerk.pending, clerk.next_seq, clerk.head = before, 3, before[-1].head
    write(clerk, office)  # seq 3 as the other copy made it

    reply = clerk.sync()

    assert [result.seq for result in reply.results] == [1, 2]
    assert reply.control.chain == ChainState(epoch=1, next_seq=4, why=ChainBreak.FORK)
    assert letters_at(join("camat")) == 3


def test_an_op_that_does_not_follow_what_the_server_has_is_a_fork(join: Join, office: OfficeInTest) -> None:
    clerk = join("tu")
    write(clerk, office)
    clerk.sync()
    clerk.head = bytes(32)
    write(clerk, office)

    assert clerk.sync().control.chain == ChainState(epoch=1, next_seq=2, why=ChainBreak.FORK)


def test_after_a_fork_the_next_epoch_brings_everything(join: Join, office: OfficeInTest) -> None:
    clerk = join("tu")
    write(clerk, office)
    clerk.sync()
    clerk.next_seq, clerk.head = 1, GENESIS
    write(clerk, office)
    clerk.sync()
    waiting, clerk.pending = clerk.pending, []

    clerk.epoch, clerk.next_seq, clerk.head = 2, 1, GENESIS
    for made in waiting:
        clerk.append(made.data, records=made.records)
    accepted = clerk.sync()

    assert [result.outcome for result in accepted.results] == [Outcome.ACCEPTED]
    assert accepted.control.chain is None
    assert letters_at(join("camat")) == 2
    clerk.epoch = 1
    assert clerk.sync().control.chain == ChainState(epoch=2, next_seq=2, why=ChainBreak.BEHIND)


def test_a_gap_is_told_with_the_number_that_is_missing(join: Join, office: OfficeInTest) -> None:
    clerk = join("tu")
    write(clerk, office, count=3)

    gap = clerk.ask(clerk.build(ops=clerk.pending[1:]))

    assert gap.control.chain == ChainState(epoch=1, next_seq=1, why=ChainBreak.GAP)
    assert gap.results == ()
    assert len(clerk.sync().results) == 3


def test_a_device_that_was_put_back_is_told_before_it_makes_its_first_op(join: Join, office: OfficeInTest) -> None:
    clerk = join("tu")
    write(clerk, office, count=3)
    clerk.sync()

    reply = clerk.ask(clerk.build(next_seq=2))

    assert reply.control.chain == ChainState(epoch=1, next_seq=4, why=ChainBreak.BEHIND)


def test_a_device_that_goes_on_is_told_nothing_of_its_chain(join: Join, office: OfficeInTest) -> None:
    clerk = join("tu")
    write(clerk, office, count=2)

    assert clerk.sync().control.chain is None
    assert clerk.sync().control.chain is None


def test_a_copy_that_has_begun_an_epoch_and_made_nothing_is_left_alone(join: Join, office: OfficeInTest) -> None:
    clerk = join("tu")
    clerk.epoch = 3
    write(clerk, office)
    clerk.sync()
    clerk.epoch, clerk.next_seq, clerk.head = 2, 1, GENESIS

    assert clerk.sync().control.chain is None


def test_a_letter_that_was_put_elsewhere_since_stays_there_when_a_mended_pc_files_it_again(
    join: Join, office: OfficeInTest
) -> None:
    clerk, archivist = join("tu"), join("arsip")
    letter, first, second = (clerk.new_id() for _ in range(3))
    for act in (register(letter), open_file(first), open_file(second, "Bantuan pangan 2026")):
        clerk.act(act, position=office.positions["tu"])
    filed = FileLetter(letter_id=LetterId(letter), record_file=RecordFileId(first))
    made = clerk.act(filed, position=office.positions["tu"])
    clerk.sync()
    archivist.sync()
    moved = FileLetter(letter_id=LetterId(letter), record_file=RecordFileId(second))
    archivist.act(moved, position=office.positions["arsip"])
    archivist.sync()

    send_again(clerk, made, epoch=2)
    (result,) = clerk.sync().results

    assert (result.outcome, result.first_rev) == (Outcome.ACCEPTED, 0)
    assert [one.record_file for one in clerk.replica.of(IncomingLetter)] == [second]
