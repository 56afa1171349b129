"""What a PC had sealed that was shut out is taken whatever became of its chain, of its disk and of the server."""

from __future__ import annotations

import msgspec
import pytest

from core.domain.held_acts import HeldAct, WhyHeld
from core.domain.ids import DeviceId, RowId
from core.domain.offices import Role
from core.domain.revoking import OpenSealed, RevokeDevice
from core.protocol.faults import FaultCode
from core.protocol.messages import OpResult, Outcome
from core.protocol.revoking import ORDER_PATH, OrderRequest, RevocationOrder, question_payload, ticket_of
from server.services.faults import RequestFault
from server.services.sealed_work import Incoming
from server.services.tokens import Caller
from tests.server.admitting import Admit
from tests.support.acts import register
from tests.support.device import Join, MadeOp, ScriptedDevice
from tests.support.server import ManualClock, OfficeInTest, RunningServer


@pytest.fixture
def clerk(join: Join, admit: Admit, office: OfficeInTest) -> ScriptedDevice:
    """A PC with three letters that nobody has; it is shut out."""
    device = join("tu")
    for _ in range(3):
        device.act(register(device.new_id()), position=office.positions["tu"])
    admin = admit(Role.OFFICE_ADMIN)
    act = RevokeDevice(device=RowId(device.id), office=office.office, name="PC-TU", reason="Hilang")
    admin.act(act, position=office.positions["OFFICE_ADMIN"])
    assert admin.sync().results[0].outcome == Outcome.ACCEPTED
    return device


def opened(
    server: RunningServer, office: OfficeInTest, device: ScriptedDevice, ops: list[MadeOp], *, epoch: int = 1
) -> tuple[OpResult, ...]:
    """What comes of ops that lay sealed in a bundle; that it is the device's own is proved before."""
    caller = Caller(tenant=office.tenant, device=device.id, user=office.users["tu"], sealed=True)
    return server.handle.sync.receive_sealed(caller, msgspec.structs.replace(device.build(ops=ops), epoch=epoch))


def order_over(device: ScriptedDevice) -> RevocationOrder:
    """What the server signed, as the device is told it."""
    assert device.session is not None
    tenant, now_ms = device.session.tenant, device.clock()
    signature = device.key.sign(question_payload(tenant, device.id, now_ms))
    question = OrderRequest(tenant=tenant, device=device.id, sent_ms=now_ms, signature=signature)
    answer = device.request("POST", ORDER_PATH, device.wire.pack(question))
    order: RevocationOrder = device.wire.unpack(answer.body, RevocationOrder)
    return order


def held_by(join: Join) -> list[HeldAct]:
    return join("sekcam").replica.of(HeldAct)


def test_what_stands_behind_a_gap_of_its_chain_is_held_like_all_the_rest(
    server: RunningServer, office: OfficeInTest, clerk: ScriptedDevice, join: Join
) -> None:
    """A server that was put back has lost what was before it, and nobody can send that again."""
    second, third = clerk.pending[1:]

    results = opened(server, office, clerk, [second, third])

    assert [one.outcome for one in results] == [Outcome.HELD, Outcome.HELD]
    assert [one.why for one in held_by(join)] == [WhyHeld.DEVICE_REVOKED] * 2


def test_what_two_pcs_with_one_disk_had_sealed_is_all_held_and_nothing_twice(
    server: RunningServer, office: OfficeInTest, clerk: ScriptedDevice, join: Join
) -> None:
    first, second, third = clerk.pending
    opened(server, office, clerk, [first])

    opened(server, office, clerk, [second, third], epoch=7)
    again = opened(server, office, clerk, [first, second, third])

    assert len(held_by(join)) == 3
    assert {one.outcome for one in again} <= {Outcome.HELD}
    assert server.handle.audit.audit(office.tenant).problems == ()


def test_a_server_that_was_put_back_knows_the_ticket_that_it_gave(
    server: RunningServer, office: OfficeInTest, clerk: ScriptedDevice, clock: ManualClock
) -> None:
    """It hears of the act anew, at another moment; the PC has erased itself and can ask for nothing."""
    order = order_over(clerk)
    ticket = ticket_of(order)
    server.handle.database.write(lambda unit: unit.of(office.tenant).devices.revoke(clerk.id, now_ms=clock() + 5))

    name = "pesagi-kirim-1.psgb"
    taken = server.handle.sealed.take(office.tenant, clerk.id, name, ticket=ticket, size=9)

    assert taken.path.name == name
    for forged in (order.signature, ticket[:-1] + b"!", ticket[:64]):
        with pytest.raises(RequestFault) as refused:
            server.handle.sealed.take(office.tenant, DeviceId(clerk.id), name, ticket=forged, size=9)
        assert refused.value.fault.code is FaultCode.NOT_FOUND


def test_what_is_opened_in_the_moment_in_which_it_came_is_counted_once(
    server: RunningServer, office: OfficeInTest, clerk: ScriptedDevice, admit: Admit, *, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is opened by a thread of its own, which may look between the file and the note of it."""
    region, service, content = admit(Role.REGION_ADMIN), server.handle.sealed, b"tersegel"
    region.act(OpenSealed(revocation_id=RowId(clerk.id)), position=office.positions["REGION_ADMIN"])
    assert [one.outcome for one in region.sync().results] == [Outcome.ACCEPTED]
    finish = Incoming.finish

    def finish_and_be_looked_at(incoming: Incoming) -> None:
        finish(incoming)
        service.open_due()

    monkeypatch.setattr(Incoming, "finish", finish_and_be_looked_at)
    monkeypatch.setattr(server.handle.bundles, "is_sealed_by", lambda *_file: True)  # it is no bundle at all
    ticket = ticket_of(order_over(clerk))
    incoming = service.take(office.tenant, clerk.id, "pesagi-kirim-1.psgb", ticket=ticket, size=len(content))

    service.append(office.tenant, clerk.id, incoming, offset=0, piece=content)

    row = server.handle.database.read(lambda unit: unit.of(office.tenant).devices.get(clerk.id))
    assert row is not None
    assert row.sealed == len(content)
