"""Bundles at the server: what devices sent by stick is taken like a request, and answered like one.

The carrier is trusted with nothing. A bundle counts for what its device signed; ops are checked by the same service as
those that come by line, and files by their hash. The newest question of each device is kept, so that it can be answered
later, or once more when a stick got lost.
"""

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from core.domain.ids import DeviceId, TenantId
from core.protocol.bundle import (
    MAX_REQUESTS,
    PART_BYTES,
    SERVER,
    BundleFault,
    BundleTrouble,
    Manifest,
    PartHead,
    Section,
    SectionKind,
    UpMessage,
)
from core.protocol.bundle_files import (
    FoundPart,
    Progress,
    Reader,
    Search,
    Stopped,
    already_verified,
    find_parts,
    missing_parts,
)
from core.protocol.codec import CodecError, decode, encode
from core.protocol.faults import FaultCode
from core.protocol.frames import MAX_MESSAGE, Wire
from core.protocol.messages import Outcome
from core.protocol.sealing import PartyKeys
from server.services.blobs import BlobService
from server.services.bundle_answers import Answer, AnswerMaker, Asked
from server.services.certificates import write_secret
from server.services.covering import sealed_letter_told_by
from server.services.faults import RequestFault
from server.services.grants import read_grants
from server.services.sync import SyncService
from server.services.tokens import Caller, Clock
from server.storage.database import Database, TenantStore
from server.storage.devices import DeviceRow

PIECE = 1024 * 1024
ASKED = "asked"


class TakenBundle(msgspec.Struct, frozen=True, kw_only=True):
    """What a bundle brought: ops that were answered, those of them that were refused, files that were not here yet.

    `put_off` are ops that were written before the server was put back: the PC sends them again when it has heard.
    """

    tenant: TenantId
    device: DeviceId
    name: str
    ops: int
    refused: int
    put_off: int
    scans: int


class TakenBundles(msgspec.Struct, frozen=True, kw_only=True):
    """What was taken, how many parts of it are missing, and which files were left alone and why."""

    bundles: tuple[TakenBundle, ...]
    missing: int
    troubles: tuple[tuple[str, str], ...]


class BundleService:
    """Takes bundles of devices, and writes bundles for them."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        *,
        sync: SyncService,
        blobs: BlobService,
        keys: PartyKeys,
        wire: Wire,
        folder: Path,
    ) -> None:
        """`folder` is the server's own, for what has to be remembered between two sticks."""
        self._database = database
        self._sync = sync
        self._blobs = blobs
        self._keys = keys
        self._wire = wire
        self._folder = folder
        self._folder.mkdir(parents=True, exist_ok=True)
        self._answers = AnswerMaker(database, clock, sync=sync, blobs=blobs, keys=keys)

    def take(self, places: Sequence[Path], *, progress: Progress, stopped: Stopped) -> TakenBundles:
        """Take the bundles in files or folders; BundleFault if there is none that can be taken: nothing was changed.

        One that is sound but asks for what cannot be served holds up no other; RequestFault if it is the only one.
        """
        reader = Reader(self._keys, me=SERVER, tenant=None, sender_key=self._sender_key)
        found = find_parts(places, reader, progress, stopped)
        if not found.parts:
            path, code = found.troubles[0]
            raise BundleFault(code, path.name)
        taken: list[TakenBundle] = []
        troubles = [(path.name, code.value) for path, code in found.troubles]
        by_bundle = _by_bundle(found)
        for place, parts in enumerate(by_bundle.values()):
            progress(place, len(by_bundle))
            try:
                taken.append(self._take(reader, parts, stopped))
            except RequestFault as err:
                if len(by_bundle) == 1:
                    raise
                troubles.append((parts[0].path.name, err.fault.code.value))
        return TakenBundles(bundles=tuple(taken), missing=missing_parts(found.parts), troubles=tuple(troubles))

    def is_sealed_by(self, path: Path, tenant: TenantId, device: DeviceId) -> bool:
        """Whether a file is a sound bundle of this device, which may have been shut out."""
        reader = Reader(self._keys, me=SERVER, tenant=tenant, sender_key=self._any_key)
        try:
            return reader.verify(path).head.sender == device
        except BundleFault:
            return False

    def take_sealed(self, folder: Path) -> TakenBundles:
        """Take what a device that was shut out had sealed: its files, and its ops for those who decide over them."""
        reader = Reader(self._keys, me=SERVER, tenant=None, sender_key=self._any_key)
        found = find_parts([folder], reader, _quiet, _go_on)
        taken = [self._take(reader, parts, _go_on, sealed=True) for parts in _by_bundle(found).values()]
        troubles = tuple((path.name, code.value) for path, code in found.troubles)
        return TakenBundles(bundles=tuple(taken), missing=missing_parts(found.parts), troubles=troubles)

    def answer(
        self,
        tenant: TenantId,
        device: DeviceId,
        folder: Path,
        *,
        part_bytes: int = PART_BYTES,
        progress: Progress,
        stopped: Stopped,
    ) -> Answer:
        """Write a bundle for a device: the answer to what it asked last by stick, or all that it may have."""
        row = self._device(tenant, device)
        if row is None:
            raise RequestFault(FaultCode.NOT_FOUND)
        caller = self._caller(tenant, row)
        with tempfile.TemporaryFile(dir=self._folder) as spool:
            return self._answers.write(
                caller,
                row,
                self._last_asked(tenant, device),
                out=self._answers.stick(folder, progress=progress, stopped=stopped),
                part_bytes=part_bytes,
                spool=spool,
                writer=self._wire.writer(),
            )

    def forget_sealed(self, tenant: TenantId) -> int:
        """Forget questions that say in the clear what was sealed since; how many. Who asked is told all there is."""
        forgotten = 0
        for path in sorted((self._folder / ASKED).glob(f"{tenant}-*")):
            asked = _read_asked(path)
            ops = [data for request in asked.message.requests for data in request.ops] if asked else []
            if self._database.read(lambda unit, ops=ops: _tells_of_sealed(unit.of(tenant), ops)):  # type: ignore[misc]  # bound for the loop
                path.unlink(missing_ok=True)
                forgotten += 1
        return forgotten

    def _take(
        self, reader: Reader, parts: Sequence[FoundPart], stopped: Stopped, *, sealed: bool = False
    ) -> TakenBundle:
        manifest = parts[0].manifest
        message = self._message(reader, parts[0]) if parts[0].head.part == 1 else None
        row = self._device(manifest.tenant, manifest.sender)
        assert row is not None  # noqa: S101  # its key has just verified the bundle
        caller = self._sealed_caller(manifest.tenant, row) if sealed else self._caller(manifest.tenant, row)
        scans = 0
        for part in parts:
            with already_verified(), reader.open(part.path) as opened:
                if opened.manifest != part.manifest:
                    raise BundleFault(BundleTrouble.STICK_ALTERED)
                for section, content in opened.sections():
                    if stopped():
                        raise BundleFault(BundleTrouble.STOPPED)
                    if section.kind is SectionKind.FILE:
                        scans += self._store(manifest.tenant, section, content)
        ops = refused = put_off = 0
        for request in message.requests if message else ():
            if sealed:
                results = self._sync.receive_sealed(caller, request)
            else:
                control = self._sync.receive(caller, request).control
                results = control.results
                put_off += len(request.ops) if request.heard not in (0, control.feed_epoch) else 0
            ops += len(results)
            refused += sum(result.outcome is Outcome.REFUSED for result in results)
        if message is not None and not sealed:
            self._remember(manifest, message)
        return TakenBundle(
            tenant=manifest.tenant,
            device=manifest.sender,
            name=row.name,
            ops=ops,
            refused=refused,
            put_off=put_off,
            scans=scans,
        )

    def _message(self, reader: Reader, part: FoundPart) -> UpMessage:
        with reader.open(part.path) as opened:
            section, content = next(opened.sections())
            if section.kind is not SectionKind.MESSAGE or section.size > MAX_MESSAGE:
                raise BundleFault(BundleTrouble.DAMAGED, "message")
            try:
                message: UpMessage = self._wire.unpack(b"".join(content), UpMessage)
            except CodecError as err:
                raise BundleFault(BundleTrouble.OTHER_VERSION, "message") from err
        # Those that compare streams come on top of those that carry ops.
        if not 0 < len(message.requests) <= 2 * MAX_REQUESTS:
            raise BundleFault(BundleTrouble.DAMAGED, "requests")
        return message

    def _store(self, tenant: TenantId, section: Section, content: Iterator[bytes]) -> bool:
        """Take a file; whether it was not here yet. It goes on where a line broke off."""
        try:
            upload = self._blobs.begin(tenant, section.sha256, offset=0, size=section.size)
        except RequestFault as err:
            if err.fault.code is not FaultCode.WRONG_OFFSET:
                raise
            upload = self._blobs.begin(tenant, section.sha256, offset=err.fault.number, size=section.size)
        try:
            if upload.complete:
                return False
            waiting, skip = bytearray(), upload.have
            for piece in content:
                waiting += piece[skip:]
                skip = max(0, skip - len(piece))
                if len(waiting) >= PIECE:
                    self._blobs.append(upload, bytes(waiting))
                    waiting.clear()
            if waiting:
                self._blobs.append(upload, bytes(waiting))
            self._blobs.finish(upload)
        except RequestFault as err:
            # What a line had left here was not the beginning of this file: it is gone, and asked for again.
            # Nor is taken what came in the clear of a letter that was sealed since: the PC seals it first.
            if err.fault.code not in (FaultCode.WRONG_HASH, FaultCode.SEALED):
                raise
            for _rest in content:
                pass
            return False
        finally:
            self._blobs.end(upload)
        return True

    def _sender_key(self, head: PartHead) -> bytes | None:
        known = self._database.read(lambda unit: unit.tenants.get(head.tenant))
        if known is None:
            raise BundleFault(BundleTrouble.OTHER_TENANT)
        row = self._device(head.tenant, head.sender)
        if row is not None and row.revoked_ms is not None:
            raise BundleFault(BundleTrouble.REVOKED)
        return None if row is None else row.sign_key

    def _any_key(self, head: PartHead) -> bytes | None:
        row = self._device(head.tenant, head.sender)
        return None if row is None else row.sign_key

    def _device(self, tenant: TenantId, device: DeviceId) -> DeviceRow | None:
        return self._database.read(lambda unit: unit.of(tenant).devices.get(device))

    def _caller(self, tenant: TenantId, row: DeviceRow) -> Caller:
        """The device with any of its active users: each op names its own, and is judged as that one's."""
        users = self._database.read(lambda unit: read_grants(unit.of(tenant), row.id).users)
        if not users:
            raise RequestFault(FaultCode.SIGNED_OUT)
        return Caller(tenant=tenant, device=row.id, user=min(users))

    def _sealed_caller(self, tenant: TenantId, row: DeviceRow) -> Caller:
        users = self._database.read(lambda unit: unit.of(tenant).devices.users(row.id))
        return Caller(tenant=tenant, device=row.id, user=min(users), sealed=True)

    def _remember(self, manifest: Manifest, message: UpMessage) -> None:
        last = self._last_asked(manifest.tenant, manifest.sender)
        if last is None or _rank(manifest) >= _rank(last.manifest):
            path = self._asked_path(manifest.tenant, manifest.sender)
            path.parent.mkdir(exist_ok=True)
            write_secret(path, encode(Asked(manifest=manifest, message=message)))

    def _last_asked(self, tenant: TenantId, device: DeviceId) -> Asked | None:
        return _read_asked(self._asked_path(tenant, device))

    def _asked_path(self, tenant: TenantId, device: DeviceId) -> Path:
        return self._folder / ASKED / f"{tenant}-{device.hex()}"


def _read_asked(path: Path) -> Asked | None:
    try:
        asked: Asked = decode(path.read_bytes(), Asked)
    except (FileNotFoundError, CodecError):
        return None  # nothing was asked, or by a program that wrote it otherwise: all is told anew
    return asked


def _tells_of_sealed(store: TenantStore, ops: Sequence[bytes]) -> bool:
    return any(sealed_letter_told_by(store, data) is not None for data in ops)


def _rank(manifest: Manifest) -> tuple[int, int, int]:
    """Which of two questions is the later one: a device's clock may go wrong, its chain only grows."""
    return manifest.epoch, manifest.next_seq, manifest.made_ms


def _by_bundle(found: Search) -> dict[bytes, list[FoundPart]]:
    by_bundle: dict[bytes, list[FoundPart]] = {}
    for part in found.parts:
        by_bundle.setdefault(part.head.bundle, []).append(part)
    return by_bundle


def _quiet(_done: int, _all: int) -> None:
    """Nobody watches."""


def _go_on() -> bool:
    return False
