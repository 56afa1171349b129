"""What a live connection carries: read as it was written, and nothing else is read at all."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.protocol.brevity import Moved, ToldOp
from core.protocol.codec import CodecError
from core.protocol.faults import Fault, FaultCode
from core.protocol.frames import Wire
from core.protocol.live import LiveFrame, LiveRequest, Settled, read_reason, write_reason
from core.protocol.messages import Control, Data, Done
from tests.wire_factories import MESSAGES

WIRE = Wire(b"")
RUN: tuple[LiveFrame, ...] = (
    MESSAGES[Control],
    MESSAGES[Settled],
    MESSAGES[ToldOp],
    MESSAGES[Moved],
    MESSAGES[Data],
    Done(more=True),
)


def test_a_run_of_frames_and_a_request_come_back_as_they_went() -> None:
    assert WIRE.expand(WIRE.squeeze(RUN), tuple[LiveFrame, ...]) == RUN
    assert WIRE.expand(WIRE.squeeze(MESSAGES[LiveRequest]), LiveRequest) == MESSAGES[LiveRequest]


@given(st.binary(max_size=300))
def test_bytes_that_are_no_message_are_refused(data: bytes) -> None:
    for as_type in (LiveRequest, tuple[LiveFrame, ...]):
        with contextlib.suppress(CodecError):
            WIRE.expand(data, as_type)


@given(st.integers(0, 10_000), st.integers(0, 255))
def test_a_message_with_one_wrong_byte_is_read_or_refused(place: int, value: int) -> None:
    data = bytearray(WIRE.squeeze(RUN))
    data[place % len(data)] = value
    with contextlib.suppress(CodecError):
        WIRE.expand(bytes(data), tuple[LiveFrame, ...])


def test_a_message_that_grows_without_measure_is_refused() -> None:
    with pytest.raises(CodecError):
        WIRE.expand(WIRE.squeeze(bytes(40 * 1024 * 1024)), bytes)


@pytest.mark.parametrize("code", list(FaultCode))
def test_a_fault_is_told_in_the_reason_of_a_close(code: FaultCode) -> None:
    fault = Fault(code=code, number=30)

    assert read_reason(write_reason(fault)) == fault
    assert len(write_reason(fault).encode()) <= 123


@pytest.mark.parametrize("reason", ["", "going away", "busy", "busy:", "busy:-1", "unheard_of:1"])
def test_another_reason_is_no_fault(reason: str) -> None:
    assert read_reason(reason) is None


def test_only_what_asks_for_something_is_answered() -> None:
    asked: LiveRequest = MESSAGES[LiveRequest]

    assert asked.is_answered
    assert not LiveRequest(cursors=asked.cursors).is_answered
