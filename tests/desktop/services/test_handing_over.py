"""When a position is handed over, what lies open in it is counted, both are told, and the successor can read."""

from __future__ import annotations

from datetime import timedelta

from core.domain.dispositions import Recipient
from core.domain.ids import LetterId, PositionId
from core.domain.letters import IncomingLetter, LetterStatus, SecurityLevel
from core.domain.offices import OpenItems, Person
from desktop.services.handing_over import DutyRow, HandOverService
from desktop.storage.unit_of_work import Store
from desktop.views.duty_words import open_text
from tests.factories import (
    ARCHIVIST,
    HEAD,
    NOW,
    OFFICE_ADMIN,
    REGISTRAR,
    SECTION,
    actor,
    disposition,
    letter,
    user_of,
)
from tests.support.desks import Desk, entry, lease
from tests.support.person_keys import give_keys, ring_of
from tests.support.stores import every, put


def service(store: Store, position: PositionId) -> HandOverService:
    return HandOverService(store, actor(position), lambda: NOW)


def duty(store: Store, position: PositionId, *, seen_by: PositionId = HEAD) -> DutyRow:
    return next(row for row in service(store, seen_by).duties() if row.position == position)


def test_what_lies_open_in_each_position_is_counted_where_its_letters_can_be_seen(store: Store) -> None:
    put(
        store,
        [
            letter(),
            letter(id=LetterId(bytes(16)), agenda_no=413, involved=(HEAD, SECTION)),
            disposition(letter_id=LetterId(bytes(16)), recipients=(Recipient(position=SECTION),)),
        ],
    )

    assert duty(store, HEAD).items == OpenItems(to_decide=2, to_answer=0, in_hand=2, to_reseal=0)
    assert duty(store, SECTION).items == OpenItems(to_decide=0, to_answer=1, in_hand=1, to_reseal=0)
    assert duty(store, SECTION).holder == f"Pemegang {SECTION}"
    assert duty(store, SECTION, seen_by=OFFICE_ADMIN).items is None, "an administrator sees no letters"
    assert duty(store, SECTION, seen_by=OFFICE_ADMIN).open == ()


def test_the_letters_that_lie_open_are_named_what_is_due_first_and_of_a_secret_one_no_word(store: Store) -> None:
    base = {"involved": (HEAD, SECTION)}
    put(
        store,
        [
            letter(id=LetterId(b"a" * 16), agenda_no=501, subject="Nanti saja", due_on=None, **base),
            letter(id=LetterId(b"b" * 16), agenda_no=502, subject="Besok", due_on=NOW.date(), **base),
            letter(
                id=LetterId(b"c" * 16),
                agenda_no=503,
                subject="Kata",
                due_on=None,
                security=SecurityLevel.SECRET,
                **base,
            ),
            letter(id=LetterId(b"d" * 16), agenda_no=504, subject="Selesai", status=LetterStatus.DONE, **base),
        ],
    )

    found = duty(store, SECTION).open

    assert [(one.agenda_no, one.subject, one.secret) for one in found] == [
        (502, "Besok", False),
        (501, "Nanti saja", False),
        (503, "", True),
    ]
    text = open_text(duty(store, SECTION))
    assert text.split("\n\n") == ["0502 · tenggat 16 Mar 2026\nBesok", "0501\nNanti saja", "0503\nSurat rahasia"]


def test_both_are_told_for_two_weeks_and_the_position_keeps_it(store: Store) -> None:
    put(store, [letter(involved=(HEAD, SECTION))])

    service(store, HEAD).hand_over(SECTION, user_of(SECTION), user_of(REGISTRAR))

    for who in (SECTION, REGISTRAR):
        (told,) = service(store, who).told()
        assert (told.leaving, told.successor, told.by) == tuple(f"Pemegang {one}" for one in (SECTION, REGISTRAR, HEAD))
        assert told.items == OpenItems(to_decide=0, to_answer=0, in_hand=1, to_reseal=0)
    assert service(store, ARCHIVIST).told() == ()
    assert HandOverService(store, actor(SECTION), lambda: NOW + timedelta(days=15)).told() == ()
    row = duty(store, SECTION)
    assert row.last is not None
    assert (row.holder, row.last.successor) == (f"Pemegang {REGISTRAR}",) * 2
    held = {one.record.number: one.record.positions for one in every(store, Person)}
    assert (held[user_of(SECTION)], held[user_of(REGISTRAR)]) == ((), (REGISTRAR, SECTION))


def test_the_successor_is_let_into_the_secret_letters_that_whoever_hands_over_can_open(store: Store) -> None:
    give_keys(store, HEAD, REGISTRAR, SECTION, ARCHIVIST)
    lease(store, 1, 5)
    store.let_sign(user_of(HEAD), ring_of(HEAD))
    for level in (SecurityLevel.SECRET, SecurityLevel.OPEN):
        Desk(store, REGISTRAR).letters.register(entry(security=level, addressee=SECTION))
    assert duty(store, SECTION).items == OpenItems(to_decide=2, to_answer=0, in_hand=2, to_reseal=1)

    assert service(store, HEAD).hand_over(SECTION, user_of(SECTION), user_of(ARCHIVIST)) == 1

    (sealed,) = (one.record for one in every(store, IncomingLetter) if one.record.is_secret)
    (key,) = (one for one in sealed.keys if one.user == user_of(ARCHIVIST))
    assert (key.by, key.at) == (user_of(HEAD), NOW)
