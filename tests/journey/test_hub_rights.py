"""What a hub hands to whom: rows, scans and segments, to those for whom the server has signed it, and nothing else."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from benchmarks.hub import make_segments
from benchmarks.office_server import fill, office_rows
from core.domain.ids import DeviceId
from core.domain.letters import SecurityLevel
from core.protocol.faults import FaultCode
from core.protocol.hub import HubRequest, proof_payload
from core.protocol.messages import PROTOCOL, Data
from desktop.app.syncing import sync_parts
from desktop.app.wire import shipped_wire
from desktop.storage.blob_table import BlobState
from desktop.sync.enrolment import device_keys
from desktop.sync.hub_client import HubClient
from desktop.sync.server_fault import ServerFault
from desktop.system.settings import Settings, write_settings
from tests.journey.office_pc import OfficePc, write_letter
from tests.support.hub import RunningHub, running_hub
from tests.support.line import LinkProfile
from tests.support.link import Link
from tests.support.scan_files import left_half, pdf_bytes
from tests.support.server import OfficeInTest, RunningServer, make_office, running_server

SCAN_BYTES = 100_000
QUICK = LinkProfile(up_bps=None, down_bps=None, rtt_s=0.0)


@dataclass
class Place:
    """An office with a hub, and the line between hub and server."""

    server: RunningServer
    office: OfficeInTest
    hub: RunningHub
    wan: Link
    folder: Path
    stack: ExitStack

    def pc(self, handle: str) -> OfficePc:
        """A PC of this person that visits by the hub."""
        made = self.stack.enter_context(OfficePc(self.folder / f"pc-{handle}"))
        write_settings(made.folder, Settings(hub=self.hub.url))
        made.join(self.wan.url, self.office.codes[handle])
        self.hub.knows(made.device)
        return made

    def client(self, pc: OfficePc) -> HubClient:
        """A line to the hub that shows who this PC is."""
        client = self.stack.enter_context(closing(HubClient(self.hub.url, shipped_wire())))
        device, proof = self.proof(pc)
        client.show(device, proof)
        return client

    def proof(self, pc: OfficePc) -> tuple[DeviceId, bytes]:
        facts = self.hub.handle.facts
        payload = proof_payload(facts.tenant, facts.hub, pc.device)
        return pc.device, device_keys(pc.opened.vault).sign(payload)

    def feed_epoch(self) -> int:
        tenant = self.hub.handle.facts.tenant
        row = self.hub.handle.database.read(lambda unit: unit.tenants.get(tenant))
        assert row is not None
        return row.feed_epoch

    def client_of_nobody(self) -> HubClient:
        return HubClient(self.hub.url, shipped_wire())


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with (
        running_server(tmp_path) as server,
        Link("127.0.0.1", server.port, profile=QUICK) as wan,
        ExitStack() as stack,
    ):
        office = make_office(server)
        with running_hub(tmp_path / "hub", server, office, upstream=wan.url) as hub:
            hub.in_touch()
            with stack:
                yield Place(server=server, office=office, hub=hub, wan=wan, folder=tmp_path, stack=stack)


def scan_file(folder: Path) -> Path:
    path = folder / "surat.pdf"
    path.write_bytes(pdf_bytes([f"{left_half('0 0 0')}\n%{'0' * SCAN_BYTES}"]))
    return path


def leave_files(pc: OfficePc) -> None:
    """The lane of files while the server cannot be reached."""
    parts = sync_parts(pc.opened, shipped_wire())
    with closing(parts.make_client()) as client:
        parts.files.visit(client, lambda: False, urged=lambda: False, watch=lambda _progress: None)


def sending(pc: OfficePc) -> set[bytes]:
    with pc.opened.store.read() as uow:
        return {row.sha256 for row in uow.blobs.in_state(BlobState.TO_SEND, 10)}


def content_of(client: HubClient, sha256: bytes) -> bytes:
    return b"".join(client.download(sha256, 0))


def test_a_scan_crosses_the_line_once_for_all_who_may_see_it(place: Place, tmp_path: Path) -> None:
    desk, head, secretary = place.pc("tu"), place.pc("camat"), place.pc("sekcam")
    scan = desk.take_scan(scan_file(tmp_path))
    for handle in ("camat", "sekcam"):
        write_letter(desk, "tu", f"Untuk {handle}", addressee=place.office.positions[handle], scans=(scan,))
    desk.sync()
    place.hub.filled(place.server)

    before = place.wan.counters.down
    head.sync()
    first = place.wan.counters.down - before
    secretary.sync()

    assert first > scan.size
    assert place.wan.counters.down - before - first < scan.size
    for pc in (head, secretary):
        assert pc.opened.files.has(scan.sha256)


def test_the_lane_of_files_goes_by_the_hub_too(place: Place, tmp_path: Path) -> None:
    desk, head, secretary = place.pc("tu"), place.pc("camat"), place.pc("sekcam")
    scan = desk.take_scan(scan_file(tmp_path))
    for handle in ("camat", "sekcam"):
        write_letter(desk, "tu", f"Untuk {handle}", addressee=place.office.positions[handle], scans=(scan,))
    desk.sync()
    place.hub.filled(place.server)
    secretary.sync()

    before = place.wan.counters.down
    parts = sync_parts(head.opened, shipped_wire())
    with closing(parts.make_client()) as client:
        parts.visits.visit(client, lambda: False, files=False)
        assert not head.opened.files.has(scan.sha256)
        parts.files.visit(client, lambda: False, urged=lambda: False, watch=lambda _progress: None)

    assert head.opened.files.has(scan.sha256)
    assert place.wan.counters.down - before < scan.size // 2


def test_without_a_line_a_scan_waits_at_the_hub_and_crosses_the_line_once(place: Place, tmp_path: Path) -> None:
    desk = place.pc("tu")
    scan = desk.take_scan(scan_file(tmp_path))
    place.wan.down()
    place.hub.in_touch(online=False)
    write_letter(desk, "tu", "Undangan", addressee=place.office.positions["camat"], scans=(scan,))
    desk.visit()
    before = place.wan.counters.up
    leave_files(desk)
    leave_files(desk)  # what lies there is not brought again
    lying = place.hub.handle.uploads.waiting()
    assert lying.keys() >= {scan.sha256}
    assert sending(desk) == lying.keys(), "what the server did not say it has stays with its author too"

    place.hub.stop()
    place.wan.up()
    place.hub.start()
    place.hub.brought()

    row = place.server.handle.database.read(lambda unit: unit.of(place.office.tenant).blobs.get(scan.sha256))
    assert row is not None
    assert row.completed_ms is not None
    assert place.wan.counters.up - before < 1.05 * sum(one.size for one in lying.values()) + 30_000
    sent = place.wan.counters.up
    desk.sync()
    assert sending(desk) == set()
    assert place.wan.counters.up - sent < scan.size // 2


def test_a_hub_takes_no_piece_of_a_file_from_strangers_and_none_that_is_not_what_it_says(place: Place) -> None:
    desk = place.pc("tu")
    client = place.client(desk)
    content = b"pindaian" * 1000
    name = hashlib.sha256(content).digest()

    assert client.leave(name, size=len(content), start=0, data=content[:3000]) == 3000
    assert client.leave(name, size=len(content), start=1000, data=content[1000:]) == 3000
    with pytest.raises(ServerFault) as damaged:
        client.leave(name, size=len(content), start=3000, data=bytes(len(content) - 3000))
    assert damaged.value.code is FaultCode.WRONG_HASH
    assert client.leave(name, size=len(content), start=0, data=b"") == 0
    with pytest.raises(ServerFault) as refused:
        place.client_of_nobody().leave(name, size=len(content), start=0, data=content)
    assert refused.value.code is FaultCode.SIGNED_OUT


def test_who_may_not_read_a_letter_gets_no_byte_of_its_scan(place: Place, tmp_path: Path) -> None:
    desk, head, staff = place.pc("tu"), place.pc("camat"), place.pc("kesos")
    scan = desk.take_scan(scan_file(tmp_path))
    write_letter(desk, "tu", "Untuk camat", addressee=place.office.positions["camat"], scans=(scan,))
    desk.sync()
    place.hub.filled(place.server)

    assert content_of(place.client(head), scan.sha256) == (tmp_path / "surat.pdf").read_bytes()
    with pytest.raises(ServerFault) as refused:
        content_of(place.client(staff), scan.sha256)
    assert refused.value.code == FaultCode.NOT_FOUND


def test_who_may_not_read_the_register_gets_no_row_of_it(place: Place) -> None:
    desk, staff = place.pc("tu"), place.pc("kesos")
    write_letter(desk, "tu", "Untuk camat", addressee=place.office.positions["camat"])
    desk.sync()
    place.hub.filled(place.server)

    def rows(pc: OfficePc) -> list[Data]:
        device, proof = place.proof(pc)
        request = HubRequest(protocol=PROTOCOL, device=device, proof=proof, feed_epoch=place.feed_epoch())
        _, frames = place.client(pc).exchange(request)
        return [frame for frame in frames if isinstance(frame, Data)]

    assert any("Untuk camat" in repr(frame) for frame in rows(desk))
    assert not any("Untuk camat" in repr(frame) for frame in rows(staff))


@pytest.mark.parametrize("what", ["a stranger's device", "a proof by another key"])
def test_who_is_not_known_gets_nothing(place: Place, tmp_path: Path, what: str) -> None:
    desk = place.pc("tu")
    scan = desk.take_scan(scan_file(tmp_path))
    write_letter(desk, "tu", "Untuk camat", addressee=place.office.positions["camat"], scans=(scan,))
    desk.sync()
    place.hub.filled(place.server)
    device, facts = place.proof(desk)[0], place.hub.handle.facts
    stranger = DeviceId(bytes(16)) if what == "a stranger's device" else device
    forged = Ed25519PrivateKey.generate().sign(proof_payload(facts.tenant, facts.hub, stranger))

    with closing(place.client_of_nobody()) as client:
        client.show(stranger, forged)
        request = HubRequest(protocol=PROTOCOL, device=stranger, proof=forged, feed_epoch=place.feed_epoch())
        for ask in (
            lambda: client.exchange(request),
            lambda: content_of(client, scan.sha256),
            lambda: b"".join(client.fetch_segment(scan.sha256, 0)),
        ):
            with pytest.raises(ServerFault) as refused:
                ask()
            assert refused.value.code == FaultCode.SIGNED_OUT


def test_a_segment_at_the_hub_is_for_those_who_may_hold_all_its_streams(tmp_path: Path) -> None:
    letters, dispositions, _ = office_rows(200, 300)
    open_letters = [one for one in letters if one.security < SecurityLevel.SECRET]
    with running_server(tmp_path / "server") as server, ExitStack() as stack:
        office = make_office(server)
        fill(server.config.data, open_letters, [one for one in dispositions if one.security < SecurityLevel.SECRET])
        make_segments(server, min_rows=100)
        wan = stack.enter_context(Link("127.0.0.1", server.port, profile=QUICK))
        hub = stack.enter_context(running_hub(tmp_path / "hub", server, office, upstream=wan.url))
        hub.filled(server)
        place = Place(server=server, office=office, hub=hub, wan=wan, folder=tmp_path, stack=stack)
        desk, staff = place.pc("tu"), place.pc("kesos")
        (path, *_) = sorted((tmp_path / "hub" / "segments").glob("*/*"))
        sha256 = bytes.fromhex(path.name)

        assert b"".join(place.client(desk).fetch_segment(sha256, 7)) == path.read_bytes()[7:]
        with pytest.raises(ServerFault) as refused:
            b"".join(place.client(staff).fetch_segment(sha256, 0))
        assert refused.value.code == FaultCode.NOT_FOUND
