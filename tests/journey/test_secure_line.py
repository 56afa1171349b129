"""The same journey over TLS: the code of a person tells the server from everything else that may answer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.domain.letters import IncomingLetter
from core.protocol.enrolment import fingerprint, print_code, read_code
from desktop.sync.rounds import OK
from desktop.system.faults import EnvironmentFault, FaultOf
from server.services.certificates import ensure_authority
from tests.journey.office_pc import OfficePc, write_letter
from tests.support.server import RunningServer, make_office, running_server


@pytest.fixture
def secure(tmp_path: Path) -> Iterator[RunningServer]:
    with running_server(tmp_path, tls=True) as running:
        yield running


def test_the_journey_works_over_tls(secure: RunningServer, tmp_path: Path) -> None:
    office = make_office(secure)
    with OfficePc(tmp_path / "tu") as desk, OfficePc(tmp_path / "camat") as head:
        bare = secure.url.removeprefix("https://")
        assert desk.join(bare, office.codes["tu"]).outcome == OK, "the code says that the line is secured"
        assert head.join(secure.url, office.codes["camat"]).outcome == OK
        assert desk.opened.profile.authority_path.read_bytes().startswith(b"-----BEGIN CERTIFICATE")
        write_letter(desk, "tu", "Surat", addressee=office.positions["camat"])
        desk.sync()
        head.sync()

        assert head.settled(IncomingLetter) == desk.settled(IncomingLetter)
        desk.restart()
        assert desk.visit().outcome == OK, "the pinned authority outlives the program"


def test_a_code_of_another_server_is_not_sent(secure: RunningServer, tmp_path: Path) -> None:
    office = make_office(secure)
    stranger = ensure_authority(tmp_path / "lain", datetime.now(UTC))
    code, _ = read_code(office.codes["tu"])
    forged = print_code(code, fingerprint(stranger.der))
    with OfficePc(tmp_path / "pc") as pc:
        with pytest.raises(EnvironmentFault) as fault:
            pc.join(secure.url, forged)
        with pc.opened.store.read() as uow:
            assert uow.meta.identity() is None

        assert fault.value.code is FaultOf.WRONG_AUTHORITY
        assert not pc.opened.profile.authority_path.exists()
        assert pc.join(secure.url, office.codes["tu"]).outcome == OK, "the code was not used up"


def test_an_impostor_with_another_certificate_gets_nothing(secure: RunningServer, tmp_path: Path) -> None:
    office = make_office(secure)
    with OfficePc(tmp_path / "pc") as pc, running_server(tmp_path / "palsu", tls=True) as impostor:
        pc.join(secure.url, office.codes["tu"])
        write_letter(pc, "tu", "Surat yang menunggu")
        pc.move_server(impostor.url)

        report = pc.visit()

        assert (report.outcome, report.bytes_down) == ("certificate", 0)
        assert pc.overview().waiting == 1
        pc.move_server(secure.url)
        pc.sync()
