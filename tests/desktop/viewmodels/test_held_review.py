"""What waits for a superior's decision: listed, performed in the own name, or rejected with a reason."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from core.domain.held_acts import HeldAct, HeldState, WhyHeld
from core.domain.letters import IncomingLetter, SecurityLevel
from core.domain.number_fates import NumberFate
from core.protocol.records import KIND_OF
from desktop.viewmodels.held_review import HeldReview
from tests.desktop.held_samples import held_letter, hold
from tests.desktop.sample_office import CLERK, HEAD, NOW, SECRETARY, SampleOffice
from tests.desktop.sample_screens import ScreensAt
from tests.support.acts import dispose, register


def load(qtbot: QtBot, review: HeldReview) -> None:
    with qtbot.waitSignal(review.changed):
        review.refresh()


def held_now(office: SampleOffice, held: HeldAct) -> HeldAct:
    with office.store.read() as uow:
        stored = uow.get(HeldAct, held.id)
    assert stored is not None
    return stored


def test_what_waits_is_told_with_its_author_and_its_numbers(
    qtbot: QtBot, screens_at: ScreensAt, office: SampleOffice
) -> None:
    held_letter(office, "Undangan musrenbang", agenda_no=412)
    review = screens_at(HEAD).review

    load(qtbot, review)

    (item,) = review.items.rows()
    assert (item.acts, item.about, item.numbers) == (("letter.register",), "Undangan musrenbang", ("0412",))
    assert (item.author, item.position, item.why) == ("Nama 1", "Petugas Tata Usaha", WhyHeld.POSITION_TAKEN)
    assert item.received_at == NOW


def test_of_a_secret_letter_only_the_sender_is_told(qtbot: QtBot, screens_at: ScreensAt, office: SampleOffice) -> None:
    held_letter(office, "Hasil pemeriksaan khusus", sender="Inspektorat", security=SecurityLevel.SECRET)
    review = screens_at(HEAD).review

    load(qtbot, review)

    assert review.items.rows()[0].about == "Inspektorat"


def test_the_author_and_others_have_nothing_to_decide(
    qtbot: QtBot, screens_at: ScreensAt, office: SampleOffice
) -> None:
    held_letter(office, "Undangan musrenbang")
    clerk, secretary = screens_at(CLERK).review, screens_at(SECRETARY).review

    load(qtbot, clerk)
    load(qtbot, secretary)  # the office has a head, and the clerk's chair no superior

    assert (clerk.items.rowCount(), secretary.items.rowCount()) == (0, 0)
    assert (clerk.decides, secretary.decides) == (False, True)


def test_accepting_registers_the_letter_in_the_name_of_whoever_accepts(
    qtbot: QtBot, screens_at: ScreensAt, office: SampleOffice
) -> None:
    held = held_letter(office, "Undangan musrenbang", agenda_no=412)
    review = screens_at(HEAD).review
    load(qtbot, review)

    with qtbot.waitSignal(review.accepted):
        review.accept(review.items.rows()[0])

    qtbot.waitUntil(lambda: review.items.rowCount() == 0)
    with office.store.read() as uow:
        (letter,) = uow.table(KIND_OF[IncomingLetter].code).every(uow.connection)
    assert (letter.agenda_no, letter.registered_by) == (412, HEAD)
    assert held_now(office, held).state == HeldState.ACCEPTED


def test_rejecting_takes_a_reason(qtbot: QtBot, screens_at: ScreensAt, office: SampleOffice) -> None:
    held = held_letter(office, "Undangan musrenbang", agenda_no=412)
    review = screens_at(HEAD).review
    load(qtbot, review)
    item = review.items.rows()[0]

    with qtbot.waitSignal(review.refused) as refused:
        review.reject(item, "  ")
    with qtbot.waitSignal(review.rejected):
        review.reject(item, "Sudah dicatat penggantinya")

    qtbot.waitUntil(lambda: review.items.rowCount() == 0)
    now = held_now(office, held)
    assert refused.args == ["reason_missing", "reason"]
    assert (now.state, now.reason) == (HeldState.REJECTED, "Sudah dicatat penggantinya")
    with office.store.read() as uow:
        fates = list(uow.table(KIND_OF[NumberFate].code).every(uow.connection))
    assert [(one.low, one.high, one.by) for one in fates] == [(412, 412, HEAD)]


def test_what_the_rules_refuse_stays_and_says_why(qtbot: QtBot, screens_at: ScreensAt, office: SampleOffice) -> None:
    letter_id = office.add_letter("Bappeda", "Undangan rapat")
    held = hold(office, dispose(office.random(16), letter_id, HEAD))  # no clerk may do this
    review = screens_at(HEAD).review
    load(qtbot, review)

    with qtbot.waitSignal(review.refused) as refused:
        review.accept(review.items.rows()[0])

    assert refused.args == ["not_allowed", ""]
    assert held_now(office, held).state == HeldState.WAITING
    assert review.items.rowCount() == 1


def test_acts_that_belong_together_are_one_entry(qtbot: QtBot, screens_at: ScreensAt, office: SampleOffice) -> None:
    first = register(office.random(16), subject="Surat pertama", received_on=NOW.date())
    hold(office, first, register(office.random(16), subject="Surat kedua", received_on=NOW.date()))
    review = screens_at(HEAD).review

    load(qtbot, review)

    (item,) = review.items.rows()
    assert (item.acts, item.about) == (("letter.register", "letter.register"), "Surat pertama")
