"""Bundles: a round of sync as files on a stick, for an office that has no line.

The way up carries the requests of a device and the files that wait; the way down the reply - the very frames of
`POST /v1/sync` - and files. A bundle is one or more parts, since FAT32 ends at 4 GiB and sticks are pulled out. Each
part stands alone: it repeats the signed manifest of the whole bundle, so that half a copy is worth what it holds.

    part    = magic | length | head | sealed key | sealed chunks
    content = length | manifest | signature | section after section

The head is all that can be read without the key. The manifest names every section of every part with its SHA-256.
"""

import hashlib
from collections.abc import Sequence
from enum import IntEnum, StrEnum

import msgspec

from core.domain.attachments import HASH_BYTES
from core.domain.ids import DeviceId, StreamId, TenantId
from core.protocol.codec import CodecError, decode, encode
from core.protocol.messages import SyncRequest
from core.protocol.transfer import MAX_BLOB

MAGIC = b"PSGB1"
VERSION = 1
SUFFIX = ".psgb"
ID_BYTES = 16
SERVER = DeviceId(bytes(ID_BYTES))
PART_BYTES = 1024 * 1024 * 1024
MAX_MANIFEST = 4 * 1024 * 1024
MAX_FILES = 20_000
MAX_REQUESTS = 50
MAX_PARTS = 9_999
MAX_SECTION = 1 << 40


class BundleTrouble(StrEnum):
    """Why a bundle was not written or not taken."""

    NOT_OURS = "bundle_not_ours"
    OTHER_VERSION = "bundle_other_version"
    OTHER_TENANT = "bundle_other_tenant"
    OTHER_RECIPIENT = "bundle_other_recipient"
    DAMAGED = "bundle_damaged"
    FORGED = "bundle_forged"
    REVOKED = "bundle_revoked"
    NO_KEYS = "bundle_no_keys"
    NONE_FOUND = "bundle_none_found"
    STOPPED = "bundle_stopped"
    STICK_FULL = "stick_full"
    STICK_READ_ONLY = "stick_read_only"
    STICK_FAILED = "stick_failed"
    STICK_ALTERED = "stick_altered"


class BundleFault(Exception):
    """A bundle that cannot be written or taken; `detail` helps support and holds no letter text."""

    def __init__(self, code: BundleTrouble, detail: str = "") -> None:
        """A fault with its code."""
        super().__init__(f"{code.value}: {detail}" if detail else code.value)
        self.code = code
        self.detail = detail


class PartHead(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """What can be read of a part without the key; `part` counts from 1. `SERVER` stands for the server."""

    version: int
    tenant: TenantId
    sender: DeviceId
    recipient: DeviceId
    bundle: bytes
    part: int
    parts: int


class SectionKind(IntEnum):
    """What a section holds."""

    MESSAGE = 0  # up: a packed UpMessage; down: the bytes of a reply to `POST /v1/sync`
    FILE = 1  # a file, named by its SHA-256


class Section(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """A run of bytes in a part."""

    kind: SectionKind
    sha256: bytes
    size: int


class OpSpan(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """Ops of one request: their numbers, and the hash of the device's chain after the last."""

    first: int
    last: int
    head: bytes


class Manifest(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """What a bundle holds, for whom, and what it builds on.

    `epoch`, `next_seq`, `spans` and `cursors` are those of the device when it asked, on the way down of the requests
    that are answered: rows of a stream may be taken by a device that has read at least up to the cursor named here.
    `answers` is the bundle that is answered, empty on the way up; `compares` says that the requests compare every
    stream that the device holds.
    """

    protocol: int
    tenant: TenantId
    sender: DeviceId
    recipient: DeviceId
    recipient_key: bytes
    bundle: bytes
    made_ms: int
    parts: tuple[tuple[Section, ...], ...]
    epoch: int
    next_seq: int
    spans: tuple[OpSpan, ...] = ()
    cursors: tuple[tuple[StreamId, int], ...] = ()
    answers: bytes = b""
    compares: bool = False


class UpMessage(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """What a device asks: its requests in order, the files that it wants and those that it has."""

    requests: tuple[SyncRequest, ...]
    wants: tuple[bytes, ...] = ()
    have: tuple[bytes, ...] = ()


def plan_parts(sections: Sequence[Section], part_bytes: int) -> tuple[tuple[Section, ...], ...]:
    """The sections in order, as many in a part as fit in `part_bytes`; a section is never split, each part has one."""
    parts: list[tuple[Section, ...]] = []
    part: list[Section] = []
    size = 0
    for section in sections:
        if part and size + section.size > part_bytes:
            parts.append(tuple(part))
            part, size = [], 0
        part.append(section)
        size += section.size
    return (*parts, tuple(part))


def section_of(kind: SectionKind, content: bytes) -> Section:
    """The section that holds these bytes."""
    return Section(kind=kind, sha256=hashlib.sha256(content).digest(), size=len(content))


def signing_payload(manifest: bytes) -> bytes:
    """What the sender signs for a manifest, given its bytes."""
    return b"pesagi-bundle-1" + manifest


def write_head(head: PartHead) -> bytes:
    """The bytes that a part begins with."""
    data = encode(head)
    return MAGIC + len(data).to_bytes(2, "big") + data


def read_manifest(data: bytes, head: PartHead) -> Manifest:
    """The manifest in `data`; BundleFault unless it is a sound one of the part with this head."""
    try:
        manifest: Manifest = decode(data, Manifest)
    except CodecError as err:
        raise BundleFault(BundleTrouble.DAMAGED, "manifest") from err
    named = (manifest.tenant, manifest.sender, manifest.recipient, manifest.bundle, len(manifest.parts))
    sections = [section for part in manifest.parts for section in part]
    if named != (head.tenant, head.sender, head.recipient, head.bundle, head.parts) or not sections:
        raise BundleFault(BundleTrouble.DAMAGED, "manifest of another part")
    if not all(_is_sound(section) for section in sections) or len(sections) > MAX_FILES + 1:
        raise BundleFault(BundleTrouble.DAMAGED, "sections")
    return manifest


def is_sound_head(head: PartHead) -> bool:
    """Whether the fields of a head can be meant."""
    ids = (head.sender, head.recipient, head.bundle)
    return all(len(one) == ID_BYTES for one in ids) and 1 <= head.part <= head.parts <= MAX_PARTS


def _is_sound(section: Section) -> bool:
    most = MAX_BLOB if section.kind is SectionKind.FILE else MAX_SECTION
    return len(section.sha256) == HASH_BYTES and 0 < section.size <= most
