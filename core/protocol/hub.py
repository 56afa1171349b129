"""What a hub carries: the relay of one office between its PCs and the server.

A hub is trusted with what it may read and with nothing else. What a PC did goes through it as bytes that the device
signed (`Parcel`), the server's answers come back as bytes that the server signed (`Signed`, holding a `Slip`), and what
the hub may hand to which device stands in statements that the server signed and that end by themselves (`Statement`).
Rows travel in the frames, and with the revisions and cursors, of the server: a PC may change between hub and server at
any time and goes on where it stands.

A reply of `/v1/hub` and `/v1/relay` is a four-byte length, one packed message and then, where rows follow, a run of
frames as in a reply of `/v1/sync`.
"""

import hashlib

import msgspec

from core.domain.ids import DeviceId, OfficeId, StreamId, TenantId, UserId
from core.domain.numbering import NumberLease
from core.protocol.messages import NumberNeed, StreamGrant

HUB_PATH = "/v1/hub"
RELAY_PATH = "/v1/relay"
HUB_BLOB_PATH = "/v1/hub/blob/"
RELAY_BLOB_PATH = "/v1/relay/blob/"
HUB_SEGMENT_PATH = "/v1/hub/segment/"
RELAY_SEGMENT_PATH = "/v1/relay/segment/"
HUB_ENROL_PATH = "/v1/relay/enrol"
KEY_PATH = "/v1/key"
# The name in the certificate of every hub: its address in the office may change from day to day.
HUB_NAME = "hub.pesagi.internal"
MAX_PARCELS = 20
# A hub gives out the numbers of a whole office, for weeks without a line if need be.
HUB_BLOCK = 200
LENGTH_BYTES = 4
HAVE_BYTES = 8
# So long a hub stays at one answer, and so often it hears there that the line still holds.
STAY_S = 600
BEAT_S = 50
# The most of a file that one request brings to a hub, or from a hub to its server.
MAX_PIECE = 1024 * 1024
# Under this name hubs announce themselves in the office's network; what they say there proves nothing.
HUB_SERVICE = "_pesagi-hub._tcp.local."
NONCE_BYTES = 16
# An office may be without a line for weeks; a hub that was replaced is not believed where its successor was seen.
APPOINTMENT_LIFE_MS = 60 * 24 * 3600 * 1000
# A statement holds as long as a long weekend without a line, and is renewed when half of its life is over.
STATEMENT_LIFE_MS = 4 * 24 * 3600 * 1000


class Signed(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """Bytes with the server's Ed25519 signature over the payload of what it holds, named below."""

    body: bytes
    signature: bytes


class Statement(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """What a hub may hand to a device until `expires_ms`: the streams that the device holds at the server.

    `grants` is the version of their list as the server tells it the device; 0 of a server that did not say it.
    `granted` is that list, by the streams of this `feed_epoch`, as it stood at `made_ms` by the server's clock: with it
    the device need not ask the server what it may hold. Empty of a server that did not say it.
    """

    tenant: TenantId
    hub: bytes
    device: DeviceId
    sign_key: bytes
    streams: tuple[StreamId, ...]
    version: int
    expires_ms: int
    grants: int = 0
    granted: tuple[StreamGrant, ...] = ()
    feed_epoch: int = 0
    made_ms: int = 0


class DirectoryWord(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """What all rows of the directory say at `cursor`: a digest over them as records of a shape (`contents`).

    A hub hands out the rows and this word of the server's; who takes them adds them to what is there, and compares.
    """

    tenant: TenantId
    feed_epoch: int
    cursor: int
    shape: bytes
    digest: bytes


class Slip(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """The server's answer to a parcel: an encoded `Control`, or the code of the fault that it was met with.

    `head` is the hash of the device's chain up to `last_seq` as the server holds it: a PC that was put back since, and
    gave the same numbers to other ops, knows by it that the answer is not for these. Empty from older servers, and
    where no op was taken.
    """

    tenant: TenantId
    device: DeviceId
    epoch: int
    last_seq: int
    control: bytes = b""
    fault: str = ""
    head: bytes = b""


class Parcel(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """A request of a device as it goes through a hub: `body` is an encoded `SyncRequest`, which the hub does not read.

    `signature` is the device's Ed25519 over `parcel_payload`. `last_seq` is the number of the last op inside (0: none).
    """

    device: DeviceId
    user: UserId
    epoch: int
    last_seq: int
    body: bytes
    signature: bytes


class HubRequest(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """What a PC sends to its hub. `proof` is the device's Ed25519 over `proof_payload`.

    `taken` is the number of the last slip that the PC has stored; `cursors` are its cursors at the server. `numbered`
    are the highest numbers that the PC was ever given, one for each of `needs`: a hub that was put back from an older
    copy goes on behind them. `grants` is the version of the list of streams that the PC has; -1 of one that takes the
    list from the server alone.
    """

    protocol: int
    device: DeviceId
    proof: bytes
    feed_epoch: int
    cursors: tuple[tuple[StreamId, int], ...] = ()
    parcel: Parcel | None = None
    taken: int = 0
    hold: int = 0
    needs: tuple[NumberNeed, ...] = ()
    numbered: tuple[int, ...] = ()
    grants: int = -1


class HubReply(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """What a hub answers before the rows.

    `held` is (epoch, number) of the last op of the device that lies at the hub or went through it; `slips` are the
    answers of the server, numbered by the hub; `online` says that the hub is in touch with the server; `withheld` that
    the device holds streams that the hub does not carry: those are to be fetched from the server itself. `grants` is
    the version of the device's list of streams; `statement` brings the list to who has another one. `directory` is the
    server's word for rows of the directory that follow.
    """

    feed_epoch: int
    online: bool
    held: tuple[int, int] = (0, 0)
    slips: tuple[tuple[int, Signed], ...] = ()
    withheld: bool = False
    grants: int = 0
    leases: tuple[NumberLease, ...] = ()
    statement: Signed | None = None
    directory: Signed | None = None


class Appointment(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """Names the hub of an office until `expires_ms`: who signs with `sign_key` is it. Of two, the later one counts."""

    tenant: TenantId
    office: OfficeId
    hub: bytes
    sign_key: bytes
    since_ms: int
    expires_ms: int


class HubFacts(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """Who a hub is; it may be asked by anyone in the office.

    `appointment` is the server's; `proof` is the hub's signature over `hub_payload` with the number that the one who
    asks has thought up.
    """

    tenant: TenantId
    office: OfficeId
    hub: bytes
    appointment: Signed | None = None
    proof: bytes = b""


class KnownStatement(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """A statement that a hub holds."""

    device: DeviceId
    version: int
    expires_ms: int


class RelayRequest(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """What a hub sends to the server: parcels as they came, cursors of its copy, the statements it holds.

    Without `rows` no rows are wanted, without `vouch` no statements. With `segments` the hub takes segments; `loading`
    are those that it fetches. `sign_key` is what it proves itself with, `appointed_ms` the end of its appointment.
    With `stay` the answer need not end with its rows: for so many seconds what is new follows behind it.
    """

    protocol: int
    schema: int
    feed_epoch: int
    grants: int
    cursors: tuple[tuple[StreamId, int], ...] = ()
    parcels: tuple[Parcel, ...] = ()
    known: tuple[KnownStatement, ...] = ()
    needs: tuple[NumberNeed, ...] = ()
    hold: int = 0
    rows: bool = True
    vouch: bool = True
    segments: bool = False
    loading: tuple[bytes, ...] = ()
    sign_key: bytes = b""
    appointed_ms: int = 0
    stay: int = 0


class HubSegment(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """A segment that the hub shall fetch: its family, and (stream, cursor, rows) of each of its streams."""

    sha256: bytes
    size: int
    kind: int
    owner: int
    level: int
    streams: tuple[tuple[StreamId, int, int], ...]


class RelayReply(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """What the server answers a hub before the rows. `granted` is filled when the streams of the hub changed.

    `segments` are those to be fetched; what the hub is fetching and finds no more there is void. `stays` of the first
    head says that further answers follow, each with head and frames, and now and then an empty head, so that both sides
    know that the line is there. All that follows that head stands in pieces, each behind its length. `directory` comes
    with rows of the directory.
    """

    feed_epoch: int
    now_ms: int
    grants: int
    granted: tuple[StreamGrant, ...] = ()
    slips: tuple[Signed, ...] = ()
    statements: tuple[Signed, ...] = ()
    gone: tuple[DeviceId, ...] = ()
    leases: tuple[NumberLease, ...] = ()
    segments: tuple[HubSegment, ...] = ()
    appointment: Signed | None = None
    stays: bool = False
    directory: Signed | None = None


class HubEnrolRequest(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """Take up the place of an office's hub with a one-time code; `tls_key` (DER) is what a certificate is made for.

    `seal_key` is the hub's X25519 key: its token is worth nothing without it (`core.protocol.access`).
    """

    protocol: int
    code: str
    tls_key: bytes = b""
    seal_key: bytes = b""


class HubEnrolReply(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """What a hub needs to work; `seal_key` is the server's, with which the token is proved."""

    tenant: TenantId
    office: OfficeId
    hub: bytes
    token: str
    server_key: bytes
    certificate: bytes = b""
    seal_key: bytes = b""


def write_have(have: int) -> bytes:
    """The answer to a piece of a file: how much of it is here."""
    return have.to_bytes(HAVE_BYTES, "big")


def read_have(body: bytes) -> int:
    """How much there is by such an answer; -1 if it is none."""
    return int.from_bytes(body, "big") if len(body) == HAVE_BYTES else -1


def slip_payload(body: bytes) -> bytes:
    """What the server signs of a slip."""
    return b"pesagi-slip-1" + hashlib.sha256(body).digest()


def statement_payload(body: bytes) -> bytes:
    """What the server signs of a statement."""
    return b"pesagi-statement-1" + hashlib.sha256(body).digest()


def directory_payload(body: bytes) -> bytes:
    """What the server signs of its word for the directory."""
    return b"pesagi-directory-1" + hashlib.sha256(body).digest()


def appointment_payload(body: bytes) -> bytes:
    """What the server signs of an appointment."""
    return b"pesagi-appointment-1" + hashlib.sha256(body).digest()


def hub_payload(hub: bytes, nonce: bytes) -> bytes:
    """What a hub signs for who wants to know whether it is the one."""
    return b"pesagi-this-hub-1" + hub + nonce


def parcel_payload(tenant: TenantId, parcel: Parcel) -> bytes:
    """What the device signs of a parcel."""
    numbers = tenant.to_bytes(4, "big") + parcel.user.to_bytes(4, "big") + parcel.epoch.to_bytes(4, "big")
    last = parcel.last_seq.to_bytes(8, "big")
    return b"pesagi-parcel-1" + numbers + last + parcel.device + hashlib.sha256(parcel.body).digest()


def proof_payload(tenant: TenantId, hub: bytes, device: DeviceId) -> bytes:
    """What the device signs to be known at one hub; it opens nothing anywhere else."""
    return b"pesagi-hub-1" + tenant.to_bytes(4, "big") + hub + device
