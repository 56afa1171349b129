"""Whatever of a file goes ahead, and however the body is cut into pieces: the file comes out as it is."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from core.protocol.transfer import Ahead
from server.web.in_order import InOrder

FILE = bytes(range(256)) * 2


@given(st.data())
def test_a_file_comes_out_in_order_and_nothing_of_it_twice(data: st.DataObject) -> None:
    have = data.draw(st.integers(0, len(FILE)))
    start = data.draw(st.integers(0, len(FILE) - 1))
    early = Ahead(start=start, count=data.draw(st.integers(1, len(FILE) - start)))
    gap = FILE[have : early.start]
    body = FILE[early.start : early.end] + gap + FILE[max(have, early.end) :]
    order, came, arrived = InOrder(have, early), b"", 0

    while body:
        count = data.draw(st.integers(1, len(body)))
        piece, body = body[:count], body[count:]
        arrived += count
        came += order.take(piece)
        assert FILE.startswith(FILE[:have] + came), "a gap is never passed over"
        assert len(came) + order.aside + early.known(have) >= arrived, "nothing is lost"

    assert FILE[:have] + came == FILE
    assert order.aside == 0


def test_a_body_of_which_nothing_goes_ahead_passes_as_it_is() -> None:
    order = InOrder()

    assert order.take(FILE[:100]) + order.take(FILE[100:]) == FILE
