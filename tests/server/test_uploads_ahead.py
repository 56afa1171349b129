"""What of a file is given before the server said where it goes on: in its place at the end, or not there at all."""

from __future__ import annotations

import pytest

from core.protocol.faults import Fault, FaultCode, read_fault
from core.protocol.transfer import COUNT_WIDTH, LENGTH_HEADER, Ahead, blob_path
from tests.server.test_blobs import NAME, SCAN, attach, counted, fault_of, offset_of
from tests.support.device import Join
from tests.support.server import OfficeInTest


def test_what_goes_ahead_of_the_answer_stands_where_it_belongs(join: Join, office: OfficeInTest) -> None:
    clerk = join("tu")
    attach(clerk, office)
    clerk.upload(NAME, SCAN[:70_000], size=len(SCAN))
    early = Ahead(start=100_000, count=20_000)

    body = SCAN[100_000:120_000] + SCAN[70_000:100_000] + SCAN[120_000:]
    status, counts, rest = counted(clerk, body, ahead=early)

    assert (status, counts[0], counts[-1], rest) == (200, 70_000, len(SCAN), b"")
    assert counts == sorted(set(counts))
    assert clerk.download(NAME).body == SCAN


def test_what_goes_ahead_and_is_here_already_counts_once(join: Join, office: OfficeInTest) -> None:
    """The hub of the office, or another PC, brought the file on meanwhile."""
    clerk = join("tu")
    attach(clerk, office)
    clerk.upload(NAME, SCAN[:110_000], size=len(SCAN))

    body = SCAN[100_000:120_000] + SCAN[120_000:]
    status, counts, rest = counted(clerk, body, ahead=Ahead(start=100_000, count=20_000))

    assert (status, counts[0], counts[-1], rest) == (200, 110_000, len(SCAN), b"")
    assert clerk.download(NAME).body == SCAN
    assert counted(clerk, SCAN[:20_000], ahead=Ahead(start=0, count=20_000)) == (200, [len(SCAN)], b"")


def test_what_went_ahead_is_nothing_without_what_lies_before_it(join: Join, office: OfficeInTest) -> None:
    clerk = join("tu")
    attach(clerk, office)
    early = Ahead(start=100_000, count=20_000)

    _, counts, rest = counted(clerk, SCAN[100_000:120_000] + SCAN[:90_000], ahead=early)

    assert counts[-1] == 110_000, "so many bytes came"
    assert read_fault(rest[COUNT_WIDTH:]) == Fault(code=FaultCode.WRONG_OFFSET, number=90_000)
    assert offset_of(clerk) == 90_000


@pytest.mark.parametrize("length", ["", "x", "300000 1", "300000 1 0", "300000 290000 20000", "300000 0 24577"])
def test_a_length_that_says_what_cannot_be_is_refused(join: Join, length: str) -> None:
    clerk = join("tu")

    headers = {LENGTH_HEADER: length}
    answer = clerk.request("POST", blob_path(NAME), SCAN[:100], token=clerk.token, headers=headers)

    assert fault_of(answer) == (FaultCode.MALFORMED, 0)
    assert offset_of(clerk) == 0
