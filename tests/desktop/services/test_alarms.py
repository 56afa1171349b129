"""What an administrator should look after, counted, and told in one sentence; of nothing nothing is said."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest
from PySide6.QtWidgets import QApplication

from core.domain.errors import Refusal
from desktop.services.devices import Alarms, Worry, version_of, worries_of
from desktop.views.device_words import alarm_sentence, device_words, moment_text, run_sentence
from tests.desktop.held_samples import held_letter, seat_admin
from tests.desktop.sample_desk import MINUTE, fill_devices
from tests.desktop.sample_office import ADMIN, CLERK, NOW, SampleOffice


def test_worries_sealed_work_held_acts_and_the_last_command_are_counted(office: SampleOffice) -> None:
    fill_devices(office)
    seat_admin(office)
    held_letter(office, "Undangan rapat")

    alarms = office.devices(ADMIN).alarms()

    assert dict(alarms.worries) == {Worry.SILENT: 1, Worry.CLOCK: 1, Worry.OLD: 1, Worry.DISK: 1}
    assert (alarms.sealed, alarms.held) == (1, 1)
    assert alarms.run is not None
    assert alarms.run.run_by == "budi@pesagi"
    assert not alarms.calm
    assert office.devices(ADMIN).administers
    assert not office.devices(CLERK).administers


@pytest.mark.parametrize(("told", "newest", "old"), [("0.9", "0.10", True), ("0.10", "0.9", False), ("?", "0.1", True)])
def test_a_version_is_old_beside_a_newer_one(office: SampleOffice, told: str, newest: str, *, old: bool) -> None:
    fill_devices(office)
    with office.store.read() as uow:
        note = uow.meta.devices().notes[0]
    assert note.state is not None
    note = msgspec.structs.replace(note, state=msgspec.structs.replace(note.state, version=told))

    worries = worries_of(note, office.now + timedelta(minutes=1), newest=version_of(newest))

    assert (Worry.OLD in worries) == old


def test_all_of_it_is_one_sentence_and_nothing_is_none(qapp: QApplication, office: SampleOffice) -> None:
    del qapp
    fill_devices(office)
    alarms = office.devices(ADMIN).alarms()

    assert alarm_sentence(alarms) == (
        "Perlu dilihat: 1 komputer lama tanpa kabar, 1 jam komputer salah, 1 komputer memakai versi lama, "
        "1 disk hampir penuh, 1 pekerjaan tersegel belum dibuka."
    )
    assert run_sentence(alarms).startswith("Perintah terakhir di peladen: user umum2.contoh, oleh budi@pesagi, ")
    assert (alarm_sentence(Alarms()), run_sentence(Alarms()), Alarms().calm) == ("", "", True)


def test_a_hub_is_listed_with_its_office_and_its_last_contact_and_cannot_be_shut_out_from_here(
    office: SampleOffice,
) -> None:
    fill_devices(office)
    service = office.devices(ADMIN)

    hub = next(line for line in service.listed().lines if line.hub)

    assert device_words(hub).cells[0].text == f"Hub {hub.offices[0]}"
    assert device_words(hub).cells[2].text == moment_text(NOW - 6 * MINUTE)
    assert not hub.worries
    with pytest.raises(Refusal, match="unknown_device"):
        service.revoke(hub.device, "Hilang")
