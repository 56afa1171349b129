"""Joining an office from the first page, against a real server: what fails is said, and can be tried again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.domain.letters import IncomingLetter
from core.protocol.records import KIND_OF
from desktop.app.opening import open_profile
from desktop.system.faults import EnvironmentFault
from desktop.views.first_start import FirstStartView
from desktop.views.sign_in import SignInView
from desktop.widgets.fields import Field
from tests.desktop.app.conftest import ProgramInTest, StartProgram
from tests.faults.strange_server import LOGIN_PAGE, strange_server
from tests.journey.office_pc import OfficePc, write_letter
from tests.support.link import Link, LinkProfile
from tests.support.server import PASSWORD, ManualClock, OfficeInTest, RunningServer, running_server

ALREADY_JOINED = "Tidak ada yang berubah. Komputer ini sudah didaftarkan ke kantor; pilih Gabung dengan kantor."
KEPT = "Isian Anda tetap ada."
CLERK = "Petugas Tata Usaha"
# The answer that lets the PC in has passed, of that which tells of the keys of its person only the beginning.
IN_WHAT_TELLS_OF_KEYS = 300
# What lets the PC in and tells of the keys of its person has passed, of the first visit only the beginning.
BEFORE_ANYTHING_CAME = 1_000
FAST = LinkProfile(up_bps=None, down_bps=None, rtt_s=0.0)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def server(tmp_path: Path, clock: ManualClock) -> Iterator[RunningServer]:
    with running_server(tmp_path, clock=clock) as running:
        yield running


@pytest.fixture
def program(start_program: StartProgram) -> ProgramInTest:
    """The program at its first start."""
    return start_program()


def errors(program: ProgramInTest) -> list[str]:
    """What is said on the page, in the banner or beside a field."""
    page = program.page(FirstStartView)
    return program.said() + [field.error() for field in page.fields.values() if field.error()]


def typed(program: ProgramInTest) -> tuple[str, str, str]:
    page = program.page(FirstStartView)
    return page.address.text(), page.code.text(), page.password.text()


def works_here(program: ProgramInTest) -> bool:
    """Sign in as the clerk, after which the register stands."""
    program.until(lambda: program.shows(SignInView))
    program.settle()
    program.sign_in(CLERK, PASSWORD)
    return program.program.desk is not None


def test_a_good_code_leads_to_the_sign_in_page(
    program: ProgramInTest, server: RunningServer, office: OfficeInTest
) -> None:
    program.join(server.url, office.codes["tu"], PASSWORD)

    assert works_here(program)
    assert "LATIHAN" not in program.window.windowTitle()


def test_the_same_page_takes_the_right_code_after_a_wrong_one(
    program: ProgramInTest, server: RunningServer, office: OfficeInTest
) -> None:
    program.join(server.url, "7K3M-9QWX-2ABC", PASSWORD)

    assert errors(program) == [f"{KEPT} Kode itu tidak dikenal; periksa penulisannya."]
    assert typed(program) == (server.url, "7K3M-9QWX-2ABC", PASSWORD)
    program.join(server.url, "bukan kode!", PASSWORD)
    assert errors(program) == [f"{KEPT} Kode itu tidak dikenal; periksa penulisannya."]
    program.join(server.url, office.codes["tu"], PASSWORD)
    assert works_here(program)


def test_a_code_that_has_ended_is_said(
    program: ProgramInTest, server: RunningServer, *, office: OfficeInTest, clock: ManualClock
) -> None:
    clock.advance(days=15)

    program.join(server.url, office.codes["tu"], PASSWORD)

    assert errors(program) == [f"{KEPT} Kode itu sudah kedaluwarsa; minta kode baru."]
    assert typed(program) == (server.url, office.codes["tu"], PASSWORD)


def test_a_code_that_another_pc_has_used_is_said(
    program: ProgramInTest, server: RunningServer, *, office: OfficeInTest, tmp_path: Path
) -> None:
    with OfficePc(tmp_path / "lain") as other:
        other.join(server.url, office.codes["tu"])

    program.join(server.url, office.codes["tu"], PASSWORD)

    assert errors(program) == [f"{KEPT} Kode itu sudah dipakai; minta kode baru."]


def test_a_person_who_has_a_password_already_gives_that_one(
    program: ProgramInTest, server: RunningServer, *, office: OfficeInTest, tmp_path: Path
) -> None:
    with OfficePc(tmp_path / "lain") as other:
        other.join(server.url, office.codes["tu"])
    code = server.admin.new_code(office.tenant, office.users["tu"]).code

    program.join(server.url, code, "kata sandi yang lain")

    assert errors(program) == ["Kata sandi tidak cocok; coba lagi."]
    assert typed(program)[1] == code
    program.join(server.url, code, PASSWORD)
    assert works_here(program)


@pytest.mark.parametrize(
    ("status", "body", "sentence"),
    [
        (200, LOGIN_PAGE, f"{KEPT} Jaringan meminta masuk lebih dahulu; buka peramban dan masuk."),
        (500, b"Internal Server Error", f"{KEPT} Server sedang sibuk; coba lagi beberapa menit lagi."),
    ],
)
def test_whatever_answers_in_the_place_of_the_server_is_said(
    program: ProgramInTest, status: int, body: bytes, sentence: str
) -> None:
    with strange_server(status, body) as strange:
        program.join(strange.url, "AAAA-AAAA-AAAA", PASSWORD)

    assert errors(program) == [sentence]
    assert typed(program) == (strange.url, "AAAA-AAAA-AAAA", PASSWORD)


@pytest.mark.parametrize("address", ["http://127.0.0.1:9", "bukan alamat", "ftp://kantor"])
def test_a_server_that_does_not_answer_is_said(program: ProgramInTest, address: str) -> None:
    program.join(address, "AAAA-AAAA-AAAA", PASSWORD)

    assert errors(program) == [f"{KEPT} Server tidak terjangkau; periksa jaringan dan alamatnya."]


def test_a_line_that_is_cut_while_keys_are_told_keeps_nobody_out(
    start_program: StartProgram, server: RunningServer, office: OfficeInTest
) -> None:
    program = start_program()
    with Link("127.0.0.1", server.port, profile=FAST) as link:
        link.cut_after(IN_WHAT_TELLS_OF_KEYS, "down")
        program.join(link.url, office.codes["tu"], PASSWORD)

        assert link.counters.cuts == 1
        assert works_here(program)


def test_joining_goes_on_where_the_line_was_cut(
    start_program: StartProgram, server: RunningServer, office: OfficeInTest
) -> None:
    """The server let the PC in, and then the line went before anything of the office had come."""
    program = start_program()
    with Link("127.0.0.1", server.port, profile=FAST) as link:
        link.cut_after(BEFORE_ANYTHING_CAME, "down")
        program.join(link.url, office.codes["tu"], PASSWORD)
        assert link.counters.cuts == 1
        assert errors(program) == [f"{KEPT} Server tidak terjangkau; periksa jaringan dan alamatnya."]
        program.close()

        again = start_program()
        assert again.shows(FirstStartView), again.labels()
        again.page(FirstStartView).go.click()
        again.settle()
        assert errors(again) == [ALREADY_JOINED], "a practice office would stand on the data of the real one"
        again.join(link.url, office.codes["tu"], PASSWORD)

        assert works_here(again)


def test_a_joined_pc_whose_line_was_cut_catches_up_by_itself(
    start_program: StartProgram, server: RunningServer, *, office: OfficeInTest, tmp_path: Path
) -> None:
    """What the command line fetched later is enough: the code is not asked for again."""
    folder = tmp_path / "profil"
    with Link("127.0.0.1", server.port, profile=FAST) as link:
        with OfficePc(folder) as pc:
            link.cut_after(BEFORE_ANYTHING_CAME, "down")
            assert pc.join(link.url, office.codes["tu"]).outcome == "no_network"
            pc.sync()

        program = start_program(folder)

        assert works_here(program)


def test_a_practice_profile_joins_no_office(
    start_program: StartProgram, server: RunningServer, *, office: OfficeInTest, tmp_path: Path
) -> None:
    first = start_program()
    first.practise()
    first.close()
    with OfficePc(tmp_path / "profil") as pc, pytest.raises(EnvironmentFault, match="practice_profile"):
        pc.join(server.url, office.codes["tu"])

    with OfficePc(tmp_path / "lain") as other:
        assert other.join(server.url, office.codes["tu"]).outcome == "ok", "the code was not used up"


def test_after_a_broken_practice_the_pc_joins_and_syncs(
    start_program: StartProgram, server: RunningServer, *, office: OfficeInTest, tmp_path: Path
) -> None:
    """Whoever changes his mind at the first page works in the office, not in its practice."""
    folder = tmp_path / "profil"
    open_profile(folder, create=True, practice=True).close()
    program = start_program(folder)

    program.join(server.url, office.codes["tu"], PASSWORD)

    assert works_here(program)
    with OfficePc(tmp_path / "lain") as other:
        other.join(server.url, office.codes["sekcam"])
        write_letter(other, "sekcam", "Untuk kantor")
        other.sync()
        opened = program.program.opened
        assert opened is not None
        assert not opened.facts.practice

        def arrived() -> bool:
            with opened.store.read() as uow:
                return len(list(uow.table(KIND_OF[IncomingLetter].code).every(uow.connection))) == 1

        program.until(arrived)


def test_a_wrong_password_at_sign_in_is_said_and_the_next_try_counts(
    program: ProgramInTest, server: RunningServer, office: OfficeInTest
) -> None:
    program.join(server.url, office.codes["tu"], PASSWORD)
    program.until(lambda: program.shows(SignInView))
    program.settle()

    program.sign_in(CLERK, "kata sandi salah")

    said = [field.error() for field in program.page(SignInView).findChildren(Field)]
    assert said == ["Kata sandi tidak cocok; coba lagi."]
    assert program.program.desk is None
    program.sign_in(CLERK, PASSWORD)
    assert program.program.desk is not None
