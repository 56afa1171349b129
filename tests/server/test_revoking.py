"""A device is shut out by an act: refused from then on, and told so in words that it can prove."""

from __future__ import annotations

import os
import threading

import pytest

from core.domain.ids import DeviceId, PositionId, RowId
from core.domain.numbering import INCOMING_AGENDA
from core.domain.offices import Role
from core.domain.revoking import Revocation, RevokeDevice
from core.protocol.access import BEARER
from core.protocol.faults import FaultCode
from core.protocol.messages import NumberNeed, Outcome
from core.protocol.revoking import (
    ORDER_PATH,
    SEALED_PATH,
    OrderRequest,
    RevocationOrder,
    order_payload,
    question_payload,
)
from core.protocol.sealing import is_signed
from core.protocol.transfer import LENGTH_HEADER, OFFSET_HEADER
from tests.server.admitting import Admit
from tests.support.acts import register
from tests.support.device import FaultAnswered, HttpAnswer, Join, ScriptedDevice
from tests.support.server import PASSWORD, ManualClock, OfficeInTest, RunningServer, make_office


@pytest.fixture
def admin(admit: Admit) -> ScriptedDevice:
    """The administrator of the office at a PC of his own."""
    return admit(Role.OFFICE_ADMIN)


def revoke(by: ScriptedDevice, device: DeviceId, office: OfficeInTest, position: PositionId) -> tuple[Outcome, str]:
    act = RevokeDevice(device=RowId(device), office=office.office, name="PC-TU", reason="Hilang")
    by.act(act, position=position)
    (result,) = by.sync().results
    return result.outcome, result.code


def fault_of(device: ScriptedDevice) -> FaultCode | None:
    with pytest.raises(FaultAnswered) as answered:
        device.sync()
    return None if answered.value.fault is None else answered.value.fault.code


def asked(device: ScriptedDevice, *, key: ScriptedDevice | None = None) -> HttpAnswer:
    assert device.session is not None
    tenant = device.session.tenant
    signature = (key or device).key.sign(question_payload(tenant, device.id, device.clock()))
    question = OrderRequest(tenant=tenant, device=device.id, sent_ms=device.clock(), signature=signature)
    return device.request("POST", ORDER_PATH, device.wire.pack(question))


def test_a_device_is_refused_from_the_act_on_and_everybody_knows_why(
    admin: ScriptedDevice, join: Join, office: OfficeInTest
) -> None:
    clerk, head = join("tu"), join("camat")

    assert revoke(admin, clerk.id, office, office.positions["OFFICE_ADMIN"]) == (Outcome.ACCEPTED, "")

    assert fault_of(clerk) == FaultCode.DEVICE_REVOKED
    head.sync()
    (known,) = head.replica.of(Revocation)
    assert (bytes(known.id), known.name, known.reason, known.opened_at) == (bytes(clerk.id), "PC-TU", "Hilang", None)


def test_the_numbers_that_it_held_are_void(
    server: RunningServer, admin: ScriptedDevice, join: Join, office: OfficeInTest
) -> None:
    clerk = join("tu")
    clerk.sync(needs=[NumberNeed(office=office.office, year=2026, series=INCOMING_AGENDA, remaining=0)])
    assert clerk.leases

    revoke(admin, clerk.id, office, office.positions["OFFICE_ADMIN"])

    left = server.handle.database.read(lambda unit: unit.of(office.tenant).numbers.open_leases(clerk.id))
    assert list(left) == []


def test_who_was_away_for_weeks_hears_that_the_device_was_shut_out_and_not_that_the_session_is_over(
    admin: ScriptedDevice, join: Join, office: OfficeInTest, clock: ManualClock
) -> None:
    clerk = join("tu")
    revoke(admin, clerk.id, office, office.positions["OFFICE_ADMIN"])
    clock.advance(days=60)

    assert fault_of(clerk) == FaultCode.DEVICE_REVOKED


def test_the_order_is_given_to_the_device_alone_and_proves_itself(
    admin: ScriptedDevice, join: Join, office: OfficeInTest
) -> None:
    clerk, other = join("tu"), join("camat")
    before = asked(clerk)
    revoke(admin, clerk.id, office, office.positions["OFFICE_ADMIN"])

    forged, unmoved, answer = asked(clerk, key=other), asked(other), asked(clerk)

    assert clerk.session is not None
    order: RevocationOrder = clerk.wire.unpack(answer.body, RevocationOrder)
    payload = order_payload(clerk.session.tenant, clerk.id, clerk.clock())
    assert [one.fault.code for one in (before, forged, unmoved) if one.fault] == [FaultCode.NOT_FOUND] * 3
    assert (order.device, order.revoked_ms) == (clerk.id, clerk.clock())
    assert is_signed(payload, order.signature, by=clerk.session.bundle_sign)


def test_sealed_work_is_taken_of_the_device_that_was_shut_out_alone_and_as_it_sealed_it(
    admin: ScriptedDevice, join: Join, office: OfficeInTest
) -> None:
    clerk, other = join("tu"), join("camat")
    revoke(admin, clerk.id, office, office.positions["OFFICE_ADMIN"])
    ticket = clerk.wire.unpack(asked(clerk).body, RevocationOrder).signature
    forged = b"PSGB" + os.urandom(200)

    def handed_in(device: DeviceId, shown: bytes, name: str = "pesagi-kirim-20261129-00000001.psgb") -> HttpAnswer:
        assert clerk.session is not None
        path = f"{SEALED_PATH}/{clerk.session.tenant}/{device.hex()}/{name}"
        length = {OFFSET_HEADER: "0", LENGTH_HEADER: str(len(forged)), "Authorization": f"{BEARER}{shown.hex()}"}
        return clerk.request("PATCH", path, forged, headers=length)

    answers = [
        handed_in(other.id, ticket),
        handed_in(clerk.id, os.urandom(len(ticket))),
        handed_in(clerk.id, ticket, "..%2f..%2fpesagi-server.db"),
        handed_in(clerk.id, ticket),
    ]

    assert [one.fault.code for one in answers if one.fault] == [FaultCode.NOT_FOUND] * 3 + [FaultCode.WRONG_HASH]


def test_nobody_shuts_out_the_pc_in_use_an_unknown_one_or_one_of_another_office(
    server: RunningServer, admin: ScriptedDevice, office: OfficeInTest, clock: ManualClock
) -> None:
    place = office.positions["OFFICE_ADMIN"]
    other = make_office(server, name="Batu Brak", tenant=office.tenant)
    elsewhere = ScriptedDevice(server.url, server.wire, clock=clock)
    elsewhere.enrol(other.codes["tu"], password=PASSWORD)

    assert revoke(admin, admin.id, office, place) == (Outcome.REFUSED, "not_for_oneself")
    assert revoke(admin, DeviceId(os.urandom(16)), office, place) == (Outcome.REFUSED, "unknown_device")
    assert revoke(admin, elsewhere.id, office, place) == (Outcome.REFUSED, "wrong_office")
    elsewhere.sync()


def test_a_pc_on_which_the_region_is_administered_is_shut_out_by_its_like_alone(
    admin: ScriptedDevice, office: OfficeInTest, admit: Admit
) -> None:
    region = admit(Role.REGION_ADMIN)

    assert revoke(admin, region.id, office, office.positions["OFFICE_ADMIN"]) == (Outcome.REFUSED, "not_allowed")
    assert revoke(region, admin.id, office, office.positions["REGION_ADMIN"]) == (Outcome.ACCEPTED, "")


def test_ops_that_come_at_the_very_moment_are_taken_whole_or_not_at_all(
    admin: ScriptedDevice, join: Join, office: OfficeInTest
) -> None:
    clerk = join("tu")
    for _ in range(40):
        clerk.act(register(clerk.new_id()), position=office.positions["tu"])
    admin.act(
        RevokeDevice(device=RowId(clerk.id), office=office.office, name="PC-TU", reason="Hilang"),
        position=office.positions["OFFICE_ADMIN"],
    )
    answers: list[object] = []

    def send() -> None:
        try:
            answers.append(len(clerk.sync().results))
        except FaultAnswered as answered:
            answers.append(answered.fault and answered.fault.code)

    sending = threading.Thread(target=send)
    sending.start()
    admin.sync()
    sending.join()

    assert answers in ([40], [FaultCode.DEVICE_REVOKED])
    assert fault_of(clerk) == FaultCode.DEVICE_REVOKED
