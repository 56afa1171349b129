"""The messages of `POST /v1/sync`, `/v1/enrol` and `/v1/session`.

One request carries what the device did and what it knows; one reply carries the results, what is new, and leases of
numbers, so that a round is one round trip. A reply is a run of frames: Control, any number of Data, Done.
"""

import hashlib
from enum import IntEnum
from typing import Any

import msgspec

from core.domain.acting import FieldConflict
from core.domain.ids import DeviceId, OfficeId, StreamId, TenantId, UserId
from core.domain.numbering import NumberLease
from core.domain.streams import StreamKey
from core.protocol.daily_heads import ASK_NOTHING
from core.protocol.devices import Aside, DevicesTold
from core.protocol.person_keys import KeptKey, KeyOffer, PersonEscrow

PROTOCOL = 1
SCHEMA = 1
MAX_OPS = 200
MAX_HOLD_S = 50
MAX_HELD_ASKED = 32
# More streams than all offices of a region have in ten years.
MAX_CURSORS = 20_000
# What a device thinks up so that no two of its signatures over requests are the same.
NONCE_BYTES = 8


class NumberNeed(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """How many numbers of a series the device still has."""

    office: OfficeId
    year: int
    series: str
    remaining: int


class StreamCheck(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """What a device holds of a stream, as `digests.stream_digest` sums it."""

    stream: StreamId
    count: int
    total: bytes


class StreamBuckets(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """What a device holds of a stream that differs, bucket by bucket (`digests.bucket_sums`).

    With a `shape` the sums are over what the rows say, as records of this shape (`core.protocol.contents`).
    """

    stream: StreamId
    sums: bytes
    shape: bytes = b""


class SyncRequest(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """What a device sends.

    `ops` are op bytes in device order without gaps; `signature` is Ed25519 over `ops.batch_payload` (empty without
    ops). `cursors` holds (stream, cursor) for every stream held; `grants` is the grant version last seen; `offers`
    names (hash, size) of files the device wants to upload; `hold` is how many seconds the server may wait for news.
    `next_seq` is the number that the device's next op will have: smaller than the server's, it tells a device that was
    put back. `checks` and `buckets` ask whether streams are the same on both sides. `segments` says that the device
    takes segments, and `loading` gives the hashes of those it is fetching. `held` names held acts whose end the device
    wants to know. `head` is the number of the last daily head that it holds, 0 for none, -1 if it asks for none.
    `heard` is the feed epoch that the server named last (0: none yet): a server that was put back since takes nothing
    of the request. It may be one of before that comes late, and its author had another answer. `aside` is what the
    device tells of itself, and asks about others, by the way (`core.protocol.devices`). `dialect` opens a live
    connection (`core.protocol.live`).
    """

    protocol: int
    schema: int
    epoch: int
    feed_epoch: int
    sent_ms: int
    grants: int
    ops: tuple[bytes, ...] = ()
    signature: bytes = b""
    cursors: tuple[tuple[StreamId, int], ...] = ()
    offers: tuple[tuple[bytes, int], ...] = ()
    needs: tuple[NumberNeed, ...] = ()
    hold: int = 0
    next_seq: int = 0
    checks: tuple[StreamCheck, ...] = ()
    buckets: tuple[StreamBuckets, ...] = ()
    segments: bool = False
    loading: tuple[bytes, ...] = ()
    held: tuple[bytes, ...] = ()
    head: int = ASK_NOTHING
    heard: int = 0
    aside: Aside | None = None
    dialect: int = 0


class Outcome(IntEnum):
    """What became of an op."""

    ACCEPTED = 0
    REFUSED = 1
    CONFLICT = 2  # accepted as far as possible; the fields that lost are listed
    HELD = 3  # kept for a superior to decide, since the right to it had ended; `field` is the row id of it, in hex


class OpResult(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """The result of one op.

    The records that the op changed have the revisions `first_rev`, `first_rev + 1`, ... in the order of the rule's
    decision; 0: it changed none. `same` says that the server arrived at the very records that the op's check announced;
    otherwise they follow as data. Records that keep what lost are not among them and always follow as data. `late_s`
    says how many seconds after it was made the op was received (`core.domain.receipts`). The check says nothing of
    receipts. So where the records hold any of other acts, `whole` is four bytes of the hash of the records with all of
    their receipts; without it they hold none but that of this op.
    """

    seq: int
    outcome: Outcome = Outcome.ACCEPTED
    first_rev: int = 0
    same: bool = True
    code: str = ""
    field: str = ""
    conflicts: tuple[FieldConflict, ...] = ()
    late_s: int = 0
    whole: bytes = b""


class StreamGrant(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """A stream that the device may receive."""

    stream: StreamId
    key: StreamKey
    priority: int


class ChainBreak(IntEnum):
    """How what a device sends fails to continue its chain."""

    FORK = 1  # the server has another op under the same number, or the op does not follow what the server has
    GAP = 2  # ops are missing in between
    BEHIND = 3  # the server has more of the chain than the device knows of: its disk was put back


class ChainState(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """Where the server's copy of the device's chain of ops stands: its epoch and the number it expects next.

    Told only when a request does not continue it.
    """

    epoch: int
    next_seq: int
    why: ChainBreak


class StreamChecked(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """The answer to a check: with `same`, the device has all of the stream up to `cursor`."""

    stream: StreamId
    cursor: int
    same: bool


class Segment(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """A file of rows made beforehand (`core.protocol.segments`), to be fetched in place of the data of its streams.

    `newest`: nothing has come to its streams since it was made.
    """

    sha256: bytes
    size: int
    rows: int
    streams: tuple[StreamId, ...]
    newest: bool = False


class Verdict(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """What was decided over a held act: by whom, and the reason if it was rejected."""

    held_id: bytes
    accepted: bool
    by: UserId
    reason: str = ""


class Control(msgspec.Struct, frozen=True, kw_only=True, array_like=True, tag=0):
    """The first frame. `granted` is the whole list of streams, filled only when the grant version changed.

    A server that was put back from an older copy counts in another `feed_epoch`. To a device that comes with one of
    before it sends no rows, but `extents`: (epoch, next number, start of the last hash) of every chain of ops that it
    has of this device.

    `segments` are all that the device shall fetch. One that the request named as loading and that is missing here holds
    good no more: what came of it is dropped, and its streams are read from their beginning. `heads` are the daily heads
    that the device asked for, as `core.protocol.daily_heads` packs them; `devices` answers an administrator who asked.
    """

    feed_epoch: int
    now_ms: int
    grants: int
    results: tuple[OpResult, ...] = ()
    granted: tuple[StreamGrant, ...] = ()
    leases: tuple[NumberLease, ...] = ()
    offsets: tuple[tuple[bytes, int], ...] = ()
    durable: int = 0
    next_s: int = 300
    chain: ChainState | None = None
    extents: tuple[tuple[int, int, bytes], ...] = ()
    checked: tuple[StreamChecked, ...] = ()
    segments: tuple[Segment, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    heads: bytes = b""
    devices: DevicesTold | None = None


class Block(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """Rows of one kind; `revs` are differences, each from the one before.

    A row that this reply sent already is not named again: the record says itself in which streams it lies.
    """

    kind: int
    columns: list[Any] = []
    revs: list[int] = []
    gone: list[bytes] = []


class Data(msgspec.Struct, frozen=True, kw_only=True, array_like=True, tag=1):
    """What is new in one stream up to `cursor`; applied and stored with its cursor in one transaction."""

    stream: StreamId
    cursor: int
    blocks: tuple[Block, ...] = ()


class Slice(msgspec.Struct, frozen=True, kw_only=True, array_like=True, tag=3):
    """All that a stream holds in some of its buckets (`which`, out of `parts`): rows not named here do not lie in it.

    The rows of the last slice bring the stream up to `cursor`; the slices before it carry 0.
    """

    stream: StreamId
    cursor: int
    parts: int
    which: tuple[int, ...]
    blocks: tuple[Block, ...] = ()


class Done(msgspec.Struct, frozen=True, kw_only=True, array_like=True, tag=2):
    """The last frame. `more` asks the client to come again at once."""

    more: bool = False


Frame = Control | Data | Done | Slice


class EnrolRequest(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """Join an office: a one-time code, the device's public keys, and the password the person chose.

    `escrow` is the sealed key of a store that nobody can open any more; the reply hands it back as `opened`.
    `ring_escrows` are the sealed key rings of the people of this PC; that of the person is handed back as `ring`.
    `signature` is Ed25519 by the device over `enrol_payload` of all this with the `nonce`; each is taken once.
    """

    protocol: int
    code: str
    device: DeviceId
    sign_key: bytes
    seal_key: bytes
    device_name: str
    password: str
    escrow: bytes = b""
    ring_escrows: tuple[PersonEscrow, ...] = ()
    nonce: bytes = b""
    signature: bytes = b""


class SessionRequest(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """Sign in again on an enrolled device; `signature` is Ed25519 over `session_payload`.

    `offers` are pairs of keys of the person that the server does not know yet, or knows without a wrap that opens with
    this password. `nonce` are bytes thought up for this request: each signature is taken once.
    """

    protocol: int
    device: DeviceId
    user: UserId
    password: str
    sent_ms: int
    signature: bytes
    offers: tuple[KeyOffer, ...] = ()
    nonce: bytes = b""


class SessionReply(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """What a device needs to go on: who it is, the token, and the state of its op chain on the server.

    `bundle_sign` and `bundle_seal` are the public keys of the server for bundles that travel on a stick: the one signs
    what it writes, to the other is sealed what it alone may read. `keys` are the pairs of keys of the person.

    By the server's clock: `ends_ms` is when the session ends however much it is used (0: nothing new), `password_ms`
    when the password was chosen (0: not known).
    """

    tenant: TenantId
    user: UserId
    token: str
    epoch: int
    next_seq: int
    head: bytes
    feed_epoch: int
    bundle_sign: bytes = b""
    bundle_seal: bytes = b""
    opened: bytes = b""
    ring: bytes = b""
    keys: tuple[KeptKey, ...] = ()
    ends_ms: int = 0
    password_ms: int = 0


class PasswordRequest(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """A password that its person changed on this device, told over a session of the two.

    `chosen` is its argon2id hash in PHC form, made on the device: the password itself waits nowhere for a line.
    `wraps` are the pairs of the person's keys that lie on this device, each by its public part, wrapped by the new
    password for the person's other PCs. `signature` is Ed25519 over `password_payload` by the device, `own` over
    `own_password_payload` by a key of the person, which takes the old password: whoever shares the PC has its keys.
    """

    protocol: int
    device: DeviceId
    user: UserId
    chosen: str
    sent_ms: int
    signature: bytes
    wraps: tuple[tuple[bytes, bytes], ...] = ()
    own: bytes = b""


def own_password_payload(user: UserId, chosen: str, *, wraps: tuple[tuple[bytes, bytes], ...]) -> bytes:
    """What the person signs who changes the own password."""
    told = hashlib.sha256(msgspec.msgpack.encode((chosen, wraps))).digest()
    return b"pesagi-own-password-1" + user.to_bytes(4, "big") + told


def password_payload(
    device: DeviceId, user: UserId, chosen: str, *, wraps: tuple[tuple[bytes, bytes], ...], sent_ms: int
) -> bytes:
    """What the device signs to tell of a password."""
    told = hashlib.sha256(msgspec.msgpack.encode((chosen, wraps))).digest()
    return b"pesagi-password-1" + device + user.to_bytes(4, "big") + sent_ms.to_bytes(8, "big") + told


def session_payload(device: DeviceId, user: UserId, sent_ms: int, *, nonce: bytes = b"") -> bytes:
    """What the device signs to open a session."""
    return b"pesagi-session-1" + device + user.to_bytes(4, "big") + sent_ms.to_bytes(8, "big") + nonce


def enrol_payload(request: EnrolRequest) -> bytes:
    """What the device signs to join; the signature itself is left out."""
    said = msgspec.msgpack.encode(msgspec.structs.replace(request, signature=b""))
    return b"pesagi-enrol-1" + hashlib.sha256(said).digest()
