"""PCs that are shut out: each seals what it has not sent, erases itself, and hands in, by the program's code."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

from core.domain.ids import DeviceId
from core.protocol.access import Bearer
from core.protocol.transfer import LENGTH_HEADER, OFFSET_HEADER
from desktop.app import farewell
from desktop.system.faults import EnvironmentFault, FaultOf
from desktop.system.profile import Profile
from tests.simulation import pc_checks
from tests.simulation.cabinet import PcCabinet, PcVault
from tests.simulation.call import Reply
from tests.simulation.client import SimulatedClient
from tests.simulation.link import Carrier
from tests.simulation.office import wire
from tests.simulation.pc import Pc

_TAKEN = 204


@dataclass(frozen=True)
class Gone:
    """A PC that has erased itself: what it had told its people, and what lies sealed in its folder."""

    name: str
    device: DeviceId
    folder: Path
    carrier: Carrier
    told: tuple[bytes, ...]
    shown: frozenset[bytes]


class FarewellLine(SimulatedClient):
    """Stands for the `SyncClient` that asks for the order, and for the `SealedLine` that hands in."""

    def send(self, path: str, body: bytes, *, hold: int = 0) -> Iterator[bytes]:
        """One POST."""
        del hold
        yield from self._body(self._letter("POST", path, body))

    def hand_in(self, path: str, piece: bytes, *, offset: int, size: int) -> None:
        """Send a piece."""
        headers = ((OFFSET_HEADER, str(offset)), (LENGTH_HEADER, str(size)))
        head, *_ = self._replies(self._letter("PATCH", path, piece, *headers))
        if not isinstance(head, Reply) or head.status != _TAKEN:
            raise EnvironmentFault(FaultOf.PORTAL)

    def close(self) -> None:
        """There is no connection to drop."""


def has_sealed(pc: Pc) -> bool:
    """Whether a PC is past the point of no return."""
    return Profile(folder=pc.folder).farewell_path.exists()


def obey(pc: Pc, step: Callable[[str], None]) -> bool:
    """Ask for the server's word, and seal if it is given; whether the PC has to be erased now."""
    assert isinstance(pc.cabinet, PcCabinet)
    with _over(pc, pc.carrier):
        return farewell.obey(pc.cabinet.profile, step=step)


def leave(pc: Pc) -> Gone:
    """Erase a PC that has sealed its work."""
    gone = Gone(
        name=pc.name,
        device=pc.device,
        folder=pc.folder,
        carrier=pc.carrier,
        told=tuple(pc.told),
        shown=frozenset(pc_checks.shown_as_refused(pc)),
    )
    pc.close(for_good=True)
    with _over(pc, pc.carrier):
        assert farewell.finish(pc.folder)
    return gone


def hand_in(gone: Gone) -> int:
    """Hand in what lies sealed; how many files are left."""

    def line(_server: str, _wire: Any, *, access: Bearer, **_about: Any) -> FarewellLine:
        return FarewellLine(gone.carrier, wire(), access)

    with mock.patch.object(farewell, "SealedLine", line), mock.patch.object(farewell, "shipped_wire", wire):
        return farewell.hand_in_sealed(gone.folder, lambda: False)


@contextmanager
def _over(pc: Pc, carrier: Carrier) -> Iterator[None]:
    """The program's end of a PC, over the line, the clock and the keyring of this one."""
    places = {
        "client_for": lambda *_about: FarewellLine(carrier, wire()),
        "shipped_wire": wire,
        "wall_ms": pc.clock.wall_ms,
        "today": pc.clock.today,
        "vault_of": lambda _profile: PcVault(pc),
        "system_clock": pc.clock.moment,
    }
    with ExitStack() as stack:
        for name, stand_in in places.items():
            stack.enter_context(mock.patch.object(farewell, name, stand_in))
        yield
