"""A PC whose clock is wrong: letters are saved, the sync works, and the error is measured and taken into account."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.domain.letters import IncomingLetter
from desktop.services.clock import local_date, system_clock
from desktop.services.register import agenda_text
from desktop.sync.enrolment import device_keys, renew_session
from tests.faults.conftest import Scene
from tests.journey.office_pc import shifted, write_letter
from tests.support.server import PASSWORD

ERRORS = {"three years behind": timedelta(days=-3 * 365), "two days ahead": timedelta(days=2)}
NEAR = timedelta(seconds=20)


@pytest.mark.parametrize("error", ERRORS.values(), ids=ERRORS.keys())
def test_letters_are_saved_and_sent_whatever_the_clock_says(scene: Scene, error: timedelta) -> None:
    scene.clerk.clock = shifted(seconds=error.total_seconds())
    first = write_letter(scene.clerk, "tu", "Sebelum jam dibandingkan")

    scene.clerk.sync()

    with scene.clerk.opened.store.read() as uow:
        sample = uow.meta.clock()
    assert abs(timedelta(milliseconds=sample.offset_ms) + error) < NEAR
    assert sample.uncertainty_ms < NEAR.total_seconds() * 1000
    second = write_letter(scene.clerk, "tu", "Sesudah jam dibandingkan")
    scene.check_whole()
    after = scene.clerk.letter(second.letter_id)
    assert after is not None
    assert abs(after.registered_at - system_clock()) < NEAR, "the moment of an act is told by the clock of the server"
    before = scene.clerk.letter(first.letter_id)
    assert before is not None
    assert before.registered_at <= system_clock() + NEAR, "no act lies in the future, whatever the PC believed"
    assert agenda_text(before.agenda_no)


def test_a_number_for_another_year_comes_from_the_server(scene: Scene) -> None:
    """The PC believes in a year for which it has no numbers: the letter waits for its number, and is not lost."""
    scene.clerk.clock = shifted(days=-3 * 365)
    registered = write_letter(scene.clerk, "tu", "Surat dari tahun yang salah")
    assert registered.agenda == ""

    scene.check_whole()

    letter = scene.clerk.letter(registered.letter_id)
    assert letter is not None
    assert letter.agenda_year == local_date(scene.clerk.clock()).year
    assert letter.agenda_no == 1


def test_a_clock_that_was_set_right_is_measured_anew(scene: Scene) -> None:
    scene.clerk.clock = shifted(days=2)
    scene.clerk.sync()
    scene.clerk.clock = system_clock
    scene.clerk.sync()

    with scene.clerk.opened.store.read() as uow:
        assert abs(timedelta(milliseconds=uow.meta.clock().offset_ms)) < NEAR


def test_a_wrong_clock_does_not_shut_a_person_out(scene: Scene) -> None:
    """A fresh token is given for the password, whatever moment the PC signs it with."""
    with scene.clerk.opened.store.read() as uow:
        identity = uow.meta.identity()
    assert identity is not None
    wrong_ms = int(shifted(days=-3 * 365)().timestamp() * 1000)
    keys, user = device_keys(scene.clerk.opened.vault), scene.office.users["tu"]
    client = scene.clerk.client()

    reply = renew_session(client, keys, identity, user, password=PASSWORD, now_ms=wrong_ms)

    client.close()
    assert reply.token != client.token
    assert reply.user == user


def test_the_order_of_letters_does_not_hang_on_clocks(scene: Scene) -> None:
    """Two PCs, one of them two days ahead, at one register: the same rows, the same order of revisions."""
    scene.clerk.clock = shifted(days=2)
    for turn in range(3):
        write_letter(scene.clerk, "tu", f"Dari TU {turn}")
        write_letter(scene.second, "sekcam", f"Dari sekretaris {turn}")
        scene.clerk.sync()
        scene.second.sync()

    scene.check_whole()

    assert scene.clerk.settled(IncomingLetter) == scene.second.settled(IncomingLetter)
