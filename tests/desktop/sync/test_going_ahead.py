"""What goes with the question after a cut: never a byte that may have arrived, and no more than a try has room for."""

from __future__ import annotations

import io

from core.protocol.transfer import AHEAD_BYTES, COUNT_BYTES, Ahead
from desktop.sync.going_ahead import GoingAhead, OutgoingFile

SCAN, OTHER = b"a" * 32, b"b" * 32
SIZE, WINDOW = 1_000_000, 48 * 1024


def cut(going: GoingAhead, have: int, sent: int, *, sha256: bytes = SCAN) -> Ahead | None:
    """One try that began where the server had `have` bytes and broke when all before `sent` was given."""
    planned = going.plan(sha256, SIZE, window=WINDOW)
    going.began(have)
    going.ended(sent)
    return planned


def a_line_that_is_cut() -> GoingAhead:
    """Each 64 kB, of which 30 kB were lost on the way."""
    going = GoingAhead()
    cut(going, 0, 94_000)
    cut(going, 64_000, 158_000)
    return going


def test_the_first_cut_of_a_line_is_asked_about() -> None:
    going = GoingAhead()

    assert cut(going, 0, 94_000) is None
    assert cut(going, 64_000, 158_000) is None, "what a try brings over is not known yet"


def test_later_ones_bring_what_was_never_sent() -> None:
    assert cut(a_line_that_is_cut(), 128_000, 222_000) == Ahead(start=158_000, count=AHEAD_BYTES)


def test_no_more_goes_ahead_than_a_try_has_room_for_behind_what_was_lost() -> None:
    going = GoingAhead()
    cut(going, 0, 66_000)
    cut(going, 40_000, 112_000)

    assert cut(going, 80_000, 120_000) == Ahead(start=112_000, count=COUNT_BYTES)

    cut(going, 100_000, 190_000)
    assert cut(going, 110_000, 180_000) is None, "a try brought 20 kB, and 90 kB were under way"


def test_a_question_that_was_cut_is_asked_again_without_anything() -> None:
    going = a_line_that_is_cut()

    assert going.plan(SCAN, SIZE, window=WINDOW) is not None
    assert going.plan(SCAN, SIZE, window=WINDOW) is None


def test_nothing_of_a_file_goes_ahead_that_was_not_begun() -> None:
    going = a_line_that_is_cut()

    assert cut(going, 0, 94_000, sha256=OTHER) is None
    assert cut(going, 64_000, 158_000, sha256=OTHER) is not None, "but its first cut finds the line known"


def test_the_end_of_a_file_that_was_sent_whole_is_asked_for() -> None:
    going = a_line_that_is_cut()
    cut(going, 128_000, SIZE)

    assert going.plan(SCAN, SIZE, window=WINDOW) is None


def test_a_server_that_takes_nothing_ahead_is_given_nothing_any_more() -> None:
    going = a_line_that_is_cut()
    going.refused()

    assert cut(going, 128_000, 222_000) is None


def test_a_file_goes_round_what_went_ahead() -> None:
    content = bytes(range(250)) * 200
    file = OutgoingFile(SCAN, len(content), io.BytesIO(content), Ahead(start=20_000, count=16_384))
    opening = file.opening()
    file.go_on(11_000)
    sent = b""

    file.counted(11_000 + 16_384)
    assert file.have == 11_000, "what stands alone is not the file yet"
    while file.piece:
        sent += file.take()
    file.counted(36_384)

    assert opening == b"4000\r\n" + content[20_000:36_384] + b"\r\n"
    assert sent == content[11_000:20_000] + content[36_384:]
    assert file.have == 36_384
