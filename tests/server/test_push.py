"""Ops arrive once, in order, with a verdict each; nothing is lost and nothing is taken twice."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from core.domain.dispositions import Disposition
from core.domain.letters import IncomingLetter
from core.domain.offices import Person
from core.protocol.codec import decode
from core.protocol.faults import FaultCode
from core.protocol.messages import Outcome
from core.protocol.ops import GENESIS, Op, chain
from server.services.ledger import running_hash
from server.storage.heads import NO_AUDIT
from server.storage.op_log import LoggedOp, Writer
from tests.support.acts import answer, dispose, open_file, register
from tests.support.device import FaultAnswered, Join, ScriptedDevice
from tests.support.server import OfficeInTest, RunningServer


def refused_with(device: ScriptedDevice, **changes: Any) -> tuple[FaultCode, int]:
    with pytest.raises(FaultAnswered) as caught:
        device.sync(**changes)
    assert caught.value.fault is not None
    return caught.value.fault.code, caught.value.fault.number


def log_of(server: RunningServer, office: OfficeInTest, device: ScriptedDevice) -> list[LoggedOp]:
    writer = Writer(device=device.id, epoch=device.epoch)
    logged = server.handle.database.read(lambda unit: unit.of(office.tenant).ops.between(writer, first=1, last=10_000))
    return [logged[seq] for seq in sorted(logged)]


def letters_at(device: ScriptedDevice) -> list[IncomingLetter]:
    device.sync()
    return device.replica.of(IncomingLetter)


def test_one_letter_goes_from_the_clerk_to_the_head_to_the_staff_and_back(join: Join, office: OfficeInTest) -> None:
    clerk, head, staff = join("tu"), join("camat"), join("kesos")
    letter_id, disposition_id = clerk.new_id(), head.new_id()

    clerk.act(register(letter_id, addressee=office.positions["camat"]), position=office.positions["tu"])
    clerk.sync()
    assert [letter.id for letter in letters_at(head)] == [letter_id]
    assert letters_at(staff) == []

    head.act(dispose(disposition_id, letter_id, office.positions["kesos"]), position=office.positions["camat"])
    head.sync()
    assert [letter.id for letter in letters_at(staff)] == [letter_id]

    staff.act(answer(disposition_id), position=office.positions["kesos"])
    staff.sync()
    head.sync()
    clerk.sync()

    for device in (head, clerk, staff):
        assert [one.result for one in device.replica.of(Disposition)[0].recipients] == ["Sudah dilaksanakan"]
        assert device.replica.rows == {key: row for key, row in head.replica.rows.items() if key in device.replica.rows}


def test_a_request_whose_reply_was_lost_gets_the_same_results_and_changes_nothing(
    join: Join, office: OfficeInTest
) -> None:
    clerk, other = join("tu"), join("camat")
    for _ in range(3):
        clerk.act(register(clerk.new_id()), position=office.positions["tu"])
    request = clerk.build()

    first, again = clerk.ask(request), clerk.ask(request)

    assert again.results == first.results
    assert again.control.durable == first.control.durable
    assert len(letters_at(other)) == 3


def test_what_is_new_behind_what_is_known_is_taken(join: Join, office: OfficeInTest) -> None:
    clerk = join("tu")
    clerk.act(register(clerk.new_id()), position=office.positions["tu"])
    lost = clerk.ask(clerk.build())
    clerk.act(register(clerk.new_id()), position=office.positions["tu"])

    both = clerk.sync()

    assert both.results[0] == lost.results[0]
    assert [result.seq for result in both.results] == [1, 2]
    assert [result.outcome for result in both.results] == [Outcome.ACCEPTED] * 2


def test_a_batch_with_another_signature_is_not_taken(join: Join, office: OfficeInTest) -> None:
    clerk, stranger = join("tu"), join("camat")
    clerk.act(register(clerk.new_id()), position=office.positions["tu"])
    forged = stranger.key.sign(b"anything")

    assert refused_with(clerk, signature=forged) == (FaultCode.MALFORMED, 0)
    assert refused_with(clerk, signature=b"") == (FaultCode.MALFORMED, 0)
    assert letters_at(stranger) == []


def test_ops_that_do_not_follow_each_other_are_malformed(join: Join, office: OfficeInTest) -> None:
    clerk = join("tu")
    for _ in range(3):
        clerk.act(register(clerk.new_id()), position=office.positions["tu"])

    assert refused_with(clerk, ops=clerk.pending[::2]) == (FaultCode.MALFORMED, 0)


def test_what_both_sides_made_alike_is_not_sent_back_but_the_cursor_passes_it(join: Join, office: OfficeInTest) -> None:
    clerk = join("tu")
    letter_id = clerk.new_id()
    clerk.act(register(letter_id, agenda_no=12), position=office.positions["tu"])

    reply = clerk.sync()
    after = clerk.sync()

    assert reply.results[0].same
    assert reply.rows() == []
    assert after.data == ()
    assert clerk.replica.get(IncomingLetter, letter_id) is not None


def test_what_the_server_made_otherwise_is_sent_back(join: Join, office: OfficeInTest) -> None:
    clerk = join("tu")
    clerk.act(register(clerk.new_id(), agenda_no=0), position=office.positions["tu"])

    reply = clerk.sync()

    assert not reply.results[0].same
    assert [letter.agenda_no for letter in reply.rows()] == [1]


def test_a_pc_that_was_put_back_from_a_backup_gets_its_own_letters_again(join: Join, office: OfficeInTest) -> None:
    clerk = join("tu")
    backup = (dict(clerk.replica.cursors), dict(clerk.replica.streams), clerk.grants)
    clerk.act(register(clerk.new_id(), agenda_no=12), position=office.positions["tu"])
    clerk.sync()

    clerk.replica.rows.clear()
    clerk.replica.members.clear()
    clerk.replica.cursors, clerk.replica.streams, clerk.grants = backup

    assert [letter.agenda_no for letter in letters_at(clerk)] == [12]


def test_the_log_keeps_every_op_and_its_audit_hash_can_be_proved(
    server: RunningServer, join: Join, office: OfficeInTest
) -> None:
    clerk, secretary = join("tu"), join("sekcam")
    for device, handle in ((clerk, "tu"), (secretary, "sekcam"), (clerk, "tu")):
        device.act(register(device.new_id()), position=office.positions[handle])
        device.act(open_file(device.new_id(), title=" "), position=office.positions[handle])
        device.sync()

    walked = server.handle.database.read(lambda unit: unit.of(office.tenant).ops.walk(after=0, limit=100))
    audit = NO_AUDIT
    heads: dict[int, bytes] = {}
    for one in (each.logged for each in walked):
        if one.op:
            op: Op = decode(one.op, Op)
            heads[op.user] = chain(heads.get(op.user, GENESIS), one.op)
            assert one.head == heads[op.user]
        audit = running_hash(audit, one)
        assert one.audit_hash == audit
    assert sum(bool(each.logged.op) for each in walked) == 6 + 1  # and the note that the office was set up
    head = server.handle.database.read(lambda unit: unit.of(office.tenant).head.read())
    assert head.audit_hash == audit


def test_numbers_leave_no_gap(server: RunningServer, join: Join, office: OfficeInTest) -> None:
    clerk = join("tu")
    before = server.handle.database.read(lambda unit: unit.of(office.tenant).head.read()).seq
    for _ in range(4):
        clerk.act(register(clerk.new_id()), position=office.positions["tu"])
    clerk.act(open_file(clerk.new_id(), title=" "), position=office.positions["tu"])
    reply = clerk.sync()

    taken = {log.seq for log in log_of(server, office, clerk)}
    taken |= {result.first_rev for result in reply.results if result.first_rev}

    after = server.handle.database.read(lambda unit: unit.of(office.tenant).head.read()).seq
    assert taken == set(range(before + 1, after + 1))


def test_a_request_that_is_too_large_or_not_ours_is_turned_away(join: Join) -> None:
    clerk = join("tu")
    for _ in range(201):
        clerk.append(b"x")
    request = clerk.build()
    too_many = msgspec.structs.replace(request, ops=tuple(made.data for made in clerk.pending))
    html = b"<html><body>Silakan masuk ke jaringan</body></html>"

    assert refused_with(clerk, ops=(), protocol=2) == (FaultCode.TOO_OLD, 0)
    assert refused_with(clerk, ops=(), schema=2) == (FaultCode.TOO_OLD, 0)
    assert refused_with(clerk) == (FaultCode.MALFORMED, 0)
    with pytest.raises(FaultAnswered) as caught:
        clerk.ask(too_many)
    assert caught.value.status == 413
    assert clerk.request("POST", "/v1/sync", html, token=clerk.token).status == 400
    large = clerk.request("POST", "/v1/sync", bytes(4 * 1024 * 1024 + 1), token=clerk.token)
    assert large.status == 413
    assert clerk.request("POST", "/v1/sync", b"", token="A" * 22).status == 401
    assert clerk.request("POST", "/v1/sync", b"").status == 401


def test_a_person_made_by_the_administrator_reaches_every_pc(
    server: RunningServer, join: Join, office: OfficeInTest
) -> None:
    clerk = join("tu")
    server.admin.add_person(office.tenant, username="baru", name="Pegawai Baru", positions=[office.positions["kesos"]])

    clerk.sync()

    assert "Pegawai Baru" in {person.name for person in clerk.replica.of(Person)}
