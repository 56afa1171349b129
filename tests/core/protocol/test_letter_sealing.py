"""What a secret letter says is opened by its readers, in its place, and by nobody else."""

from __future__ import annotations

from contextlib import suppress

import pytest

from core.domain.ids import DispositionId, LetterId
from core.domain.secrecy import SealedKey
from core.protocol.codec import decode
from core.protocol.letter_sealing import (
    PEOPLE_MAGIC,
    letter_place,
    new_content_key,
    note_place,
    open_content,
    open_file,
    open_text,
    seal_file,
    seal_file_to,
    seal_text,
    seal_to,
)
from core.protocol.person_keys import KeyRing
from core.protocol.sealing import CHUNK, SealBroken
from tests.factories import HEAD, LETTER_ID, NOW, SECTION, user_of
from tests.support.person_keys import keys_of, ring_of

CONTENT = new_content_key()
OTHER_LETTER = LetterId(bytes(16))
SUBJECT = "Pemeriksaan bendahara"


def test_the_key_of_a_letter_opens_for_those_it_was_sealed_to() -> None:
    keys = seal_to(CONTENT, LETTER_ID, [keys_of(HEAD)])

    def opened(position: int, letter_id: LetterId = LETTER_ID, *, user: int = HEAD) -> bytes | None:
        return open_content(keys, letter_id, user=user_of(user), ring=ring_of(position))  # type: ignore[arg-type]

    assert opened(HEAD) == CONTENT
    assert opened(SECTION) is None
    assert opened(HEAD, OTHER_LETTER) is None
    assert opened(HEAD, user=SECTION) is None
    assert open_content(keys, LETTER_ID, user=user_of(HEAD), ring=KeyRing()) is None


def test_nothing_is_sealed_to_a_key_that_ended() -> None:
    assert seal_to(CONTENT, LETTER_ID, [keys_of(HEAD, until=NOW)]) == ()


def test_a_text_opens_in_its_place_only_and_no_two_look_alike() -> None:
    place = letter_place(LETTER_ID, "subject")
    sealed = seal_text(SUBJECT, CONTENT, place=place)

    assert open_text(sealed, CONTENT, place=place) == SUBJECT
    assert sealed != seal_text(SUBJECT, CONTENT, place=place)
    assert SUBJECT[:6] not in sealed
    places = (letter_place(LETTER_ID, "summary"), letter_place(OTHER_LETTER, "subject"), note_place(DispositionId(b"")))
    for other in places:
        with pytest.raises(SealBroken):
            open_text(sealed, CONTENT, place=other)
    for broken in (sealed[:-4], sealed + "!", sealed[:30] + "A" + sealed[31:], "tersegel-1:"):
        with pytest.raises(SealBroken):
            open_text(broken, new_content_key(), place=place)
    assert seal_text("", CONTENT, place=place) == ""


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 2 * CHUNK + 7])
def test_a_scan_opens_whole_or_not_at_all(size: int) -> None:
    plain = bytes(size % 251 for size in range(size))
    sealed = b"".join(seal_file([plain[:100], plain[100:]], CONTENT, letter_id=LETTER_ID))

    assert open_file(sealed, CONTENT, letter_id=LETTER_ID) == plain
    for broken in (sealed[:-1], sealed + b"x", sealed[: len(sealed) // 2]):
        with pytest.raises(SealBroken):
            open_file(broken, CONTENT, letter_id=LETTER_ID)
    with pytest.raises(SealBroken):
        open_file(sealed, CONTENT, letter_id=OTHER_LETTER)
    with pytest.raises(SealBroken):
        open_file(sealed, new_content_key(), letter_id=LETTER_ID)


def test_a_scan_that_was_sealed_by_who_cannot_open_it_opens_for_its_readers_alone_whatever_is_done_to_it() -> None:
    plain = bytes(range(256)) * 300
    sealed = b"".join(seal_file_to([plain], [keys_of(HEAD)], letter_id=LETTER_ID))
    head, clerk = {user_of(HEAD): ring_of(HEAD)}, {user_of(SECTION): ring_of(SECTION)}

    assert open_file(sealed, CONTENT, letter_id=LETTER_ID, rings=head) == plain
    for rings, letter_id in ((clerk, LETTER_ID), ({}, LETTER_ID), (head, OTHER_LETTER)):
        with pytest.raises(SealBroken):
            open_file(sealed, CONTENT, letter_id=letter_id, rings=rings)
    where = [*range(5, 140, 7), len(sealed) // 2, len(sealed) - 1]
    broken = [sealed[:at] + bytes([sealed[at] ^ 0x55]) + sealed[at + 1 :] for at in where]
    for one in (*broken, *(sealed[:at] for at in where), PEOPLE_MAGIC, PEOPLE_MAGIC + b"\xff" * 60, sealed + b"\0"):
        with suppress(SealBroken):  # the names of keys are bound to nothing, and say nothing
            assert open_file(one, CONTENT, letter_id=LETTER_ID, rings=head) == plain
    (key,) = decode(sealed[9 : 9 + int.from_bytes(sealed[5:9], "big")], tuple[SealedKey, ...])
    assert open_content([key], LETTER_ID, user=user_of(HEAD), ring=ring_of(HEAD)) is None, "no key of the letter"
