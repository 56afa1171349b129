"""A stick between PCs and the server: what lay on it once may come again, late, before something older, or damaged."""

from __future__ import annotations

import random
import shutil
from collections.abc import Sequence
from pathlib import Path

from core.protocol.bundle import SERVER, SUFFIX, BundleFault, BundleTrouble, SectionKind
from core.protocol.bundle_files import Reader
from core.protocol.faults import FaultCode
from core.protocol.frames import Wire
from core.protocol.messages import Data
from desktop.sync.bundle_in import BundleIn
from desktop.sync.bundle_out import BundleOut, bundle_identity
from desktop.system.durability import OfficeDisk
from server.services.bundles import TakenBundle
from server.services.faults import RequestFault
from tests.simulation.pc import Pc
from tests.simulation.server import ServerActor
from tests.simulation.watching import Guard

# A part holds little: a scan that is longer has parts of its own, and each is worth what it holds.
PART_BYTES = 60_000
# Nobody of this PC may come in at the moment.
SHUT_OUT = frozenset({FaultCode.SIGNED_OUT, FaultCode.DEVICE_REVOKED, FaultCode.NOT_FOUND})
# What may be wrong with files of a stick in this world; everything else is a failure of the product.
# A bit that fell in the first bytes of a file makes it none of ours.
TROUBLES = frozenset(
    {
        BundleTrouble.NONE_FOUND,
        BundleTrouble.OTHER_RECIPIENT,
        BundleTrouble.DAMAGED,
        BundleTrouble.NOT_OURS,
        BundleTrouble.REVOKED,
    }
)


class Stick:
    """A folder that is carried about, and all that ever lay in it."""

    def __init__(self, folder: Path) -> None:
        """Empty."""
        self.folder = folder / "stick"
        self._attic = folder / "attic"
        self.folder.mkdir(parents=True)
        self._attic.mkdir()

    def keep(self) -> None:
        """Remember what lies here now, for the day when it comes again."""
        for path in self.folder.iterdir():
            if path.suffix == SUFFIX and not (self._attic / path.name).exists():
                shutil.copyfile(path, self._attic / path.name)

    def places(self, chance: random.Random) -> list[Path]:
        """What is handed over: what lies here, or something of before, in any order, perhaps damaged."""
        if chance.random() < 0.6:
            return [self.folder]
        old = sorted(self._attic.iterdir())
        picked = chance.sample(old, min(len(old), chance.randrange(1, 4)))
        if picked and chance.random() < 0.2:
            picked.append(_damaged(picked[0], self._attic.parent / f"damaged{SUFFIX}", chance))
        return picked or [self.folder]


def _damaged(path: Path, target: Path, chance: random.Random) -> Path:
    content = bytearray(path.read_bytes())
    if chance.random() < 0.5:
        del content[chance.randrange(len(content)) :]
    else:
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    target.write_bytes(content)
    return target


def write_bundle(pc: Pc, stick: Stick, wire: Wire) -> None:
    """What waits at a PC, onto the stick."""
    out = BundleOut(pc.store, pc.files, pc.profile.keys, pc.engine, wire=wire)
    out.write(
        stick.folder,
        disk=OfficeDisk(),
        wall_ms=pc.clock.wall_ms,
        part_bytes=PART_BYTES,
        progress=_quiet,
        stopped=_never,
    )


def take_bundles(pc: Pc, places: Sequence[Path], wire: Wire) -> str:
    """What lies somewhere, into a PC; what there is to tell about it."""
    bundles = BundleIn(pc.store, pc.files, pc.profile.keys, pc.engine, wire=wire, wall_ms=pc.clock.wall_ms)
    try:
        report = bundles.take(places, progress=_quiet, stopped=_never)
    except BundleFault as fault:
        _check(fault.code)
        return fault.code.value
    for _, code in report.troubles:
        _check(code)
    return f"ops={report.ops} rows={report.rows} outdated={report.outdated}"


def hand_over(server: ServerActor, places: Sequence[Path]) -> tuple[TakenBundle, ...]:
    """What lies somewhere, into the server; what was taken of it."""
    try:
        taken = server.handle.bundles.take(places, progress=_quiet, stopped=_never)
    except BundleFault as fault:
        _check(fault.code)
        return ()
    except RequestFault as fault:
        _check(fault.fault.code)
        return ()
    for _, code in taken.troubles:
        _check(code)
    return taken.bundles


def answer(server: ServerActor, taken: TakenBundle, stick: Stick) -> bool:
    """The answer of the server for a PC, onto the stick; whether it may have one."""
    try:
        server.handle.bundles.answer(
            taken.tenant, taken.device, stick.folder, part_bytes=PART_BYTES, progress=_quiet, stopped=_never
        )
    except RequestFault as fault:
        _check(fault.fault.code)
        return False
    return True


def look_through(pc: Pc, stick: Stick, guard: Guard, wire: Wire) -> None:
    """P7: of what was written for a PC just now it may hold every word and file."""
    with pc.store.read() as uow:
        identity = bundle_identity(uow)
    reader = Reader(
        pc.profile.keys,
        me=pc.device,
        tenant=identity.tenant,
        sender_key=lambda head: identity.server_sign if head.sender == SERVER else None,
    )
    for path in sorted(stick.folder.iterdir()):
        try:
            with reader.open(path) as part:
                for section, content in part.sections():
                    if section.kind is SectionKind.FILE:
                        guard.look_at_file(section.sha256)
                        continue
                    frames = wire.reader()
                    for piece in content:
                        guard.look_at([frame for frame in frames.feed(piece) if isinstance(frame, Data)])
        except BundleFault as fault:
            if fault.code is not BundleTrouble.OTHER_RECIPIENT:
                raise AssertionError("an answer that cannot be read") from fault


def _check(code: str) -> None:
    assert code in {*SHUT_OUT, *TROUBLES}, f"a stick was not taken: {code}"


def _quiet(_done: int, _all: int) -> None:
    return


def _never() -> bool:
    return False
