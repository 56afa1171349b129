"""A stick: a folder that is carried between an office and Diskominfo, and nothing else is."""

from __future__ import annotations

from pathlib import Path

from core.protocol.bundle import PART_BYTES
from desktop.app.bundling import StickPost
from desktop.sync.bundle_reports import InReport, OutReport
from server.services.bundle_answers import Answer
from server.services.bundles import TakenBundles
from tests.journey.office_pc import OfficePc
from tests.support.server import RunningServer


def quiet(_done: int, _all: int) -> None:
    return


def never() -> bool:
    return False


def write(pc: OfficePc, folder: Path, *, part_bytes: int = PART_BYTES) -> OutReport:
    """What waits at a PC, onto the stick."""
    folder.mkdir(exist_ok=True, parents=True)
    return StickPost(pc.opened).write(folder, part_bytes=part_bytes, progress=quiet, stopped=never)


def take(pc: OfficePc, *places: Path) -> InReport:
    """What lies on the stick, into a PC."""
    return StickPost(pc.opened).take(places, progress=quiet, stopped=never)


def hand_over(server: RunningServer, *places: Path) -> TakenBundles:
    """What lies on the stick, into the server."""
    return server.handle.bundles.take(places, progress=quiet, stopped=never)


def answer(server: RunningServer, pc: OfficePc, folder: Path, *, part_bytes: int = PART_BYTES) -> Answer:
    """The server's answer for a PC, onto the stick."""
    folder.mkdir(exist_ok=True, parents=True)
    with pc.opened.store.read() as uow:
        identity = uow.meta.identity()
    assert identity is not None
    return server.handle.bundles.answer(
        identity.tenant, identity.device, folder, part_bytes=part_bytes, progress=quiet, stopped=never
    )


def trip(server: RunningServer, stick: Path, *pcs: OfficePc) -> None:
    """Once to Diskominfo and back with the stick of some PCs."""
    for pc in pcs:
        write(pc, stick)
    hand_over(server, stick)
    for pc in pcs:
        answer(server, pc, stick)
    for pc in pcs:
        take(pc, stick)
