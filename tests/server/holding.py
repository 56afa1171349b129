"""Taking positions from people whose work is under way, and deciding over what is held."""

from __future__ import annotations

from typing import Any

import msgspec

from core.domain.held_acts import HeldAct
from core.domain.numbering import INCOMING_AGENDA, NumberLease
from core.protocol.codec import decode, encode
from core.protocol.messages import NumberNeed, Outcome
from core.protocol.ops import GENESIS, PREV_BYTES, Op
from tests.support.device import MadeOp, ScriptedDevice
from tests.support.server import OfficeInTest, RunningServer

NOW_YEAR = 2026


def take_position(server: RunningServer, office: OfficeInTest, handle: str, *, to: str | None = None) -> None:
    """The person holds the position no more, but another one of the office."""
    held = [] if to is None else [office.positions[to]]
    server.admin.change_person(office.tenant, office.users[handle], positions=held)


def leased(device: ScriptedDevice, office: OfficeInTest, year: int = NOW_YEAR) -> NumberLease:
    """A block of numbers of the agenda."""
    need = NumberNeed(office=office.office, year=year, series=INCOMING_AGENDA, remaining=0)
    (lease,) = device.sync(needs=[need]).control.leases
    return lease


def send_again(device: ScriptedDevice, made: MadeOp, *, epoch: int) -> None:
    """What a PC does whose disk was put back: the op waits again, as the first of another epoch."""
    before, device.epoch, device.next_seq, device.head = device.epoch, epoch, 1, GENESIS
    op: Op = decode(made.data, Op)
    device.append(encode(msgspec.structs.replace(op, seq=1, prev=GENESIS[:PREV_BYTES], made_in=before)))


def one_held(device: ScriptedDevice) -> HeldAct:
    (held,) = device.replica.of(HeldAct)
    return held


def outcome(device: ScriptedDevice) -> tuple[Outcome, str]:
    """What the one op that waited came to."""
    (result,) = device.sync().results
    return result.outcome, result.code


def decide(device: ScriptedDevice, office: OfficeInTest, act: Any, *, as_: str = "sekcam") -> tuple[Outcome, str]:
    device.act(act, position=office.positions[as_])
    return outcome(device)
