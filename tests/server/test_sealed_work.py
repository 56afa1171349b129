"""What a PC had sealed that was shut out is taken whatever became of its chain, of its disk and of the server."""

from __future__ import annotations

import msgspec
import pytest

from core.domain.held_acts import HeldAct, WhyHeld
from core.domain.ids import DeviceId, RowId
from core.domain.offices import Role
from core.domain.revoking import RevokeDevice
from core.protocol.faults import FaultCode
from core.protocol.messages import OpResult, Outcome
from core.protocol.revoking import ORDER_PATH, OrderRequest, RevocationOrder, question_payload, ticket_of
from server.services.faults import RequestFault
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
    question = OrderRequest(tenant=office.tenant, device=clerk.id, sent_ms=clock(), signature=b"")
    signature = clerk.key.sign(question_payload(office.tenant, clerk.id, clock()))
    asked = clerk.wire.pack(msgspec.structs.replace(question, signature=signature))
    order: RevocationOrder = clerk.wire.unpack(clerk.request("POST", ORDER_PATH, asked).body, RevocationOrder)
    ticket = ticket_of(order)
    server.handle.database.write(lambda unit: unit.of(office.tenant).devices.revoke(clerk.id, now_ms=clock() + 5))

    name = "pesagi-kirim-1.psgb"
    taken = server.handle.sealed.take(office.tenant, clerk.id, name, ticket=ticket, size=9)

    assert taken.path.name == name
    for forged in (order.signature, ticket[:-1] + b"!", ticket[:64]):
        with pytest.raises(RequestFault) as refused:
            server.handle.sealed.take(office.tenant, DeviceId(clerk.id), name, ticket=forged, size=9)
        assert refused.value.fault.code is FaultCode.NOT_FOUND
