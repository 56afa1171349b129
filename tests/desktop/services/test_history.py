"""Riwayat: what became of a letter, as each person may read it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from core.domain.dispositions import Recipient
from core.domain.held_acts import HeldState
from core.domain.ids import PositionId
from core.domain.letters import LetterStatus, SecurityLevel
from core.domain.receipts import Receipt
from desktop.services.history import Event, HistoryLine, HistoryService
from desktop.storage.unit_of_work import Store
from tests.change_factory import amended_answer, changed
from tests.conflict_factory import conflict
from tests.desk_factory import withdrawn
from tests.factories import (
    HEAD,
    LETTER_ID,
    NOW,
    OFFICE_ADMIN,
    RECORD_FILE_ID,
    REGISTRAR,
    SECRETARY,
    SECTION,
    actor,
    disposition,
    held_act,
    letter,
    record_file,
    user_of,
)
from tests.number_factory import number_fate
from tests.support.desks import Desk
from tests.support.stores import put

LATER = NOW + timedelta(hours=1)


def history(store: Store, position: PositionId = SECRETARY) -> tuple[HistoryLine, ...]:
    return HistoryService(store, actor(position), lambda: NOW).of_letter(LETTER_ID)


def answer_at(moment: datetime) -> Recipient:
    return Recipient(position=SECTION, answered_at=moment, answered_by=user_of(SECTION), result="Sudah.")


def events(store: Store, position: PositionId = SECRETARY) -> list[Event]:
    return [line.event for line in history(store, position)]


def test_the_newest_comes_first_and_the_registration_last(store: Store) -> None:
    moved = changed(field="record_file", before="", after=RECORD_FILE_ID.hex(), at=LATER)
    put(store, [letter(changes=(changed(at=NOW + timedelta(minutes=1)), moved)), record_file()])

    filed, amended, registered = history(store)

    assert (filed.event, filed.after) == (Event.FILED, record_file().title)
    assert (amended.event, amended.field, amended.before) == (Event.CHANGED, "subject", "Undangan")
    assert amended.person == f"Pemegang {REGISTRAR}"
    assert amended.position
    assert (registered.event, registered.count) == (Event.REGISTERED, 1)


def test_a_wrong_clock_of_the_author_is_told_beside_the_time_of_the_server(store: Store) -> None:
    put(store, [letter(changes=(changed(at=LATER, behind_s=720),))])

    line = history(store)[0]

    assert (line.at, line.pc_at) == (LATER, LATER - timedelta(minutes=12))


def test_an_addressee_is_told_by_the_title_of_the_position(store: Store) -> None:
    put(store, [letter(changes=(changed(field="addressee", before=str(HEAD), after=str(SECRETARY)),))])
    with store.read() as uow:
        titles = [place.title for number in (HEAD, SECRETARY) if (place := uow.directory.position(number))]

    line = history(store)[0]

    assert [line.before, line.after] == titles


def test_what_the_server_heard_late_says_when_it_came_and_what_the_clock_showed(store: Store) -> None:
    registered = Receipt(at=NOW, by=user_of(REGISTRAR), late_s=7200, behind_s=-300)
    answered = Receipt(at=LATER, by=user_of(SECTION), late_s=60)
    put(store, [letter(receipts=(registered,)), disposition(recipients=(answer_at(LATER),), receipts=(answered,))])

    told = {line.event: (line.received, line.pc_at) for line in history(store)}

    assert told[Event.REGISTERED] == (NOW + timedelta(hours=2), NOW + timedelta(minutes=5))
    assert told[Event.ANSWERED] == (LATER + timedelta(minutes=1), None)
    assert told[Event.DISPOSED] == (None, None)


def test_scans_that_were_attached_later_are_told_apart_from_those_of_the_registration(store: Store) -> None:
    scans = letter().scans * 3
    put(store, [letter(scans=scans, changes=(changed(field="scans", before="1", after="3"),))])

    attached, registered = history(store)

    assert (attached.event, attached.count) == (Event.ATTACHED, 2)
    assert registered.count == 1


def test_reading_and_every_answer_to_a_disposition_are_told(store: Store) -> None:
    put(store, [letter(involved=(HEAD, SECTION)), disposition(recipients=(amended_answer(),))])

    lines = [line for line in history(store) if line.event in (Event.DISPOSED, Event.READ, Event.ANSWERED)]

    assert [(line.event, line.before, line.after) for line in reversed(lines)] == [
        (Event.DISPOSED, "", lines[-1].after),
        (Event.READ, "", ""),
        (Event.ANSWERED, "", "Akan hadir."),
        (Event.ANSWERED, "Akan hadir.", "Sudah dihadiri."),
    ]


def test_what_lost_what_was_struck_and_what_was_held_is_told(store: Store) -> None:
    decided = held_act(ops=(b"xx" + LETTER_ID,), state=HeldState.ACCEPTED, decided_by=user_of(HEAD), decided_at=LATER)
    settled = conflict(settled="A", settled_by=user_of(HEAD), settled_as=HEAD, settled_at=LATER)
    put(store, [letter(status=LetterStatus.VOID), number_fate(), decided, settled])

    assert set(events(store)) == {
        Event.REGISTERED,
        Event.STRUCK,
        Event.LOST,
        Event.SETTLED,
        Event.HELD_ACCEPTED,
    }


def test_values_of_a_secret_letter_follow_its_access(store: Store) -> None:
    secret = letter(security=SecurityLevel.SECRET, involved=(HEAD,), changes=(changed(),))
    put(store, [secret, disposition(security=SecurityLevel.SECRET), conflict(security=SecurityLevel.SECRET)])

    open_to_head, closed = history(store, HEAD), history(store, REGISTRAR)

    assert "Undangan" in {line.before for line in open_to_head}
    assert Event.DISPOSED in {line.event for line in open_to_head}
    assert {line.event for line in closed} == {Event.REGISTERED, Event.CHANGED, Event.LOST, Event.OPENED}, (
        "who opened it is told to all who see the line"
    )
    valued = [line for line in closed if line.event in (Event.CHANGED, Event.LOST)]
    assert all(line.sealed and not line.before + line.after for line in valued)


def test_why_a_letter_is_not_answered_is_not_told_of_a_secret_one_to_those_who_may_not_read_it(store: Store) -> None:
    before, after = (changed(field="reply_reason", before="", after=text) for text in ("Cukup dihadiri", ""))
    put(store, [letter(security=SecurityLevel.SECRET, involved=(HEAD,), changes=(before, after))])

    told = {at: [one for one in history(store, at) if one.event is Event.REPLY_DROPPED] for at in (HEAD, REGISTRAR)}

    assert sorted(line.after for line in told[HEAD]) == ["", "Cukup dihadiri"]
    assert [line.after for line in told[REGISTRAR]] == ["", ""]


@pytest.mark.parametrize("position", [SECTION, OFFICE_ADMIN])
def test_whoever_may_not_see_the_letter_is_told_nothing(store: Store, position: PositionId) -> None:
    put(store, [letter(involved=())])

    assert history(store, position) == ()


def test_own_work_that_waits_says_so_until_the_server_has_it(store: Store) -> None:
    put(store, [letter()])
    Desk(store, REGISTRAR).letters.amend(LETTER_ID, {"subject": "Rapat"})

    amended, registered = history(store)

    assert (amended.before, amended.after, amended.waiting) == (letter().subject, "Rapat", True)
    assert not registered.waiting


def test_who_entered_a_written_order_and_who_withdrew_one_are_told(store: Store) -> None:
    withdrawn_from = withdrawn(SECTION, user_of(HEAD), LATER)
    sheet = disposition(from_user=user_of(SECRETARY), entered_as=SECRETARY, recipients=(withdrawn_from,))
    put(store, [letter(), sheet])

    lines = {line.event: line for line in history(store)}

    entered, gone = lines[Event.ENTERED], lines[Event.WITHDRAWN]
    assert (entered.position, entered.before) == ("Sekretaris Kecamatan", "Camat")
    assert (gone.before, gone.after) == ("Kasi Pemerintahan", "Salah alamat")
