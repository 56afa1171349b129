"""The lists of the disposition screen, and a letter on its way through them."""

from __future__ import annotations

import pytest
from msgspec import structs

from core.domain.dispositions import Disposition
from core.domain.errors import Refusal, RefusalCode
from core.domain.ids import BlobHash, LetterId
from core.domain.letters import LetterStatus
from desktop.services.dispositions import Order, Waiting
from desktop.services.following_up import FollowUpService
from desktop.storage.base import SyncMark
from desktop.storage.blob_table import BlobState
from desktop.storage.unit_of_work import Store
from tests.factories import (
    ARCHIVIST,
    HEAD,
    LETTER_ID,
    OTHER_SECTION,
    REGISTRAR,
    SCAN,
    SECRETARY,
    SECTION,
    actor,
    disposition,
    letter,
)
from tests.support.desks import Desk, entry, lease
from tests.support.stores import put

OTHER_SCAN = structs.replace(SCAN, sha256=BlobHash(b"\x07" * 32), thumbnail=BlobHash(b""))


def order(letter_id: LetterId = LETTER_ID, **changes: object) -> Order:
    wanted = {"recipients": (SECRETARY, SECTION), "instructions": (2,), "note": " Wakili saya. "} | changes
    return Order(letter_id=letter_id, **wanted)  # type: ignore[arg-type]  # fields of an order


def test_a_letter_goes_from_the_desk_to_the_head_to_the_section_and_back(store: Store) -> None:
    lease(store, 412, 420)
    clerk, head, section = (Desk(store, position) for position in (REGISTRAR, HEAD, SECTION))

    registered = clerk.letters.register(entry())
    assert [one.id for one in head.dispositions.to_decide()] == [registered.letter_id]
    assert head.dispositions.waiting() == Waiting(to_decide=1, for_me=0)

    issued = head.dispositions.issue(order(registered.letter_id, recipients=(SECTION,)))
    assert head.dispositions.to_decide() == ()
    (mine,) = section.dispositions.for_me()
    assert (mine.disposition.id, mine.from_title, mine.to_titles) == (issued, "Camat", ("Kasi Pemerintahan",))
    assert mine.letter is not None
    assert (mine.letter.id, mine.mark) == (registered.letter_id, SyncMark.WAITING)
    assert mine.disposition.note == "Wakili saya."

    section.dispositions.read(issued)
    section.dispositions.answer(issued, " Sudah dihadiri. ")
    assert section.dispositions.for_me() == ()
    (done,) = section.dispositions.for_me(answered=True)
    assert done.disposition.recipients[0].result == "Sudah dihadiri."
    (sent,) = head.dispositions.sent()
    assert sent.letter is not None
    assert sent.letter.status == LetterStatus.DONE


def test_the_counters_count_what_the_lists_show(store: Store) -> None:
    for _ in range(3):
        Desk(store, REGISTRAR).letters.register(entry())
    head, section = Desk(store, HEAD), Desk(store, SECTION)
    for one in head.dispositions.to_decide()[:2]:
        head.dispositions.issue(order(one.id))

    assert head.dispositions.waiting() == Waiting(to_decide=1, for_me=0)
    assert section.dispositions.waiting() == Waiting(to_decide=0, for_me=2)
    assert len(section.dispositions.for_me()) == 2
    assert len(head.dispositions.sent()) == 2


def test_letters_to_decide_are_those_addressed_to_me_that_nobody_disposed(store: Store) -> None:
    others = [
        letter(id=LetterId(b"\x01" * 16), addressee=SECRETARY),
        letter(id=LetterId(b"\x02" * 16), status=LetterStatus.DISPOSED),
        letter(id=LetterId(b"\x03" * 16), addressee=None),
    ]
    put(store, [letter(), *others])

    assert [one.id for one in Desk(store, HEAD).dispositions.to_decide()] == [LETTER_ID]


def test_a_disposition_is_listed_although_its_letter_has_not_arrived(store: Store) -> None:
    put(store, [disposition()])

    (mine,) = Desk(store, SECRETARY).dispositions.for_me()
    assert mine.letter is None
    assert mine.disposition == disposition()


def test_everybody_of_the_office_but_oneself_can_be_given_a_letter(store: Store) -> None:
    offered = [one.number for one in Desk(store, HEAD).dispositions.possible_recipients()]

    assert offered[:3] == [SECRETARY, REGISTRAR, SECTION]
    assert HEAD not in offered
    assert {OTHER_SECTION, ARCHIVIST} <= set(offered)


def test_a_refused_disposition_changes_nothing(store: Store) -> None:
    put(store, [letter()])
    head = Desk(store, HEAD)

    with pytest.raises(Refusal) as refused:
        head.dispositions.issue(order(recipients=()))

    assert (refused.value.code, refused.value.field) == (RefusalCode.NO_RECIPIENT, "recipients")
    assert head.dispositions.sent() == ()
    assert [one.status for one in head.dispositions.to_decide()] == [LetterStatus.REGISTERED]


def test_leaders_decide_and_others_do_not(store: Store) -> None:
    decides = {
        position: Desk(store, position).dispositions.decides for position in (HEAD, SECRETARY, SECTION, REGISTRAR)
    }

    assert decides == {HEAD: True, SECRETARY: True, SECTION: False, REGISTRAR: False}


def test_the_files_of_a_report_and_of_a_written_sheet_are_sent(store: Store) -> None:
    put(store, [letter()])
    secretary, section = Desk(store, SECRETARY), Desk(store, SECTION)
    given = secretary.dispositions.issue(order(recipients=(SECTION,), on_behalf=HEAD, sheets=(SCAN,)))
    section.dispositions.answer(given, "Sudah", files=(OTHER_SCAN,))

    with store.read() as uow:
        waiting = {one.sha256 for one in uow.blobs.in_state(BlobState.TO_SEND, 10)}
        sheet = uow.get(Disposition, given)
    assert {SCAN.sha256, OTHER_SCAN.sha256} <= waiting
    assert sheet is not None
    assert set(sheet.files) == {SCAN, OTHER_SCAN}
    assert [one.disposition.id for one in Desk(store, HEAD).dispositions.sent()] == [given]
    assert [one.number for one in secretary.dispositions.leaders()] == [HEAD]


def test_what_was_withdrawn_unread_is_in_no_list_of_who_was_named(store: Store) -> None:
    put(store, [letter()])
    head, section = Desk(store, HEAD), Desk(store, SECTION)
    given = head.dispositions.issue(order(recipients=(SECTION,)))
    following = FollowUpService(store, actor(HEAD), section.clock)

    assert following.remind(given, [SECTION])
    assert not following.remind(given, [SECTION])
    following.withdraw(given, [SECTION])

    assert section.dispositions.for_me() == section.dispositions.for_me(answered=True) == ()
    assert [one.id for one in head.dispositions.to_decide()] == [LETTER_ID]
