"""What the store knows of itself: device, chain, clock, and the last sync. One small table of names and values."""

from datetime import UTC, datetime
from typing import Any

import msgspec
from sqlalchemy import Column, LargeBinary, String, Table
from sqlalchemy.engine import Connection

from core.domain.ids import DeviceId, OfficeId, StreamId, TenantId
from core.protocol.codec import decode, encode
from core.protocol.devices import DeviceNote, DeviceState, StreamCount
from core.protocol.ops import GENESIS
from desktop.storage.base import metadata

meta = Table(
    "meta",
    metadata,
    Column("name", String, primary_key=True),
    Column("value", LargeBinary, nullable=False),
)


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """Who this store is. `server` is empty in practice mode, which never syncs.

    `server_sign` and `server_seal` are the server's public keys for bundles on a stick; empty as long as unknown.
    """

    device: DeviceId
    tenant: TenantId
    office: OfficeId
    epoch: int = 1
    server: str = ""
    authority: bytes = b""
    practice: bool = False
    server_sign: bytes = b""
    server_seal: bytes = b""


class Chain(msgspec.Struct, frozen=True, kw_only=True):
    """The end of this device's chain of ops: the next seq and the hash of the last op.

    `waiting` ops of it have no answer yet; -1 where an older program did not count them.
    """

    next_seq: int = 1
    head: bytes = GENESIS
    waiting: int = -1


class ClockSample(msgspec.Struct, frozen=True, kw_only=True):
    """Server time minus the PC's wall clock, and half the round trip in which it was seen (milliseconds)."""

    offset_ms: int = 0
    uncertainty_ms: int = 0


class SyncFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of the server. Times are milliseconds since 1970 on this PC's clock, 0: never.

    `compare` asks for a comparison with the server before its rows are taken again: it was put back, or this PC was.
    `next_feed_epoch` is what the server counts in by now; it becomes `feed_epoch` when all has been compared.
    `told_ms` is the server's own time of its newest answer: an answer from before it came by a slower way.
    """

    feed_epoch: int = 0
    grants: int = 0
    last_success_ms: int = 0
    last_try_ms: int = 0
    last_problem: str = ""
    offline_since_ms: int = 0
    compare: bool = False
    compared_ms: int = 0
    next_feed_epoch: int = 0
    told_ms: int = 0


class FileFacts(msgspec.Struct, frozen=True, kw_only=True):
    """How files go over the line: whether a person stopped them, the hours of the night window, the measured rates.

    Hours are local, 0 to 23; rates are bytes a second, 0: not known. In the window scans that nobody opened come too
    if `night_fetch`, as long as `night_leaves` bytes of the disk stay free; never where the line is `metered`.
    """

    paused: bool = False
    night_from: int = 18
    night_until: int = 6
    rate_up: float = 0.0
    rate_down: float = 0.0
    night_fetch: bool = True
    night_leaves: int = 5_000_000_000
    metered: bool = False


class HubNotes(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of the office's hub: the last op that it holds (`epoch`, `seq`), and when it last was met.

    `grants` is the version of this PC's list of streams that it knew of then, `online` whether it reached the server.
    `server_key` is what the server signs with, where this PC was not told when it joined. `hub` is who it was, since
    when it is the hub of the office by the server's word (`since_ms`), and the address at which it was met. `streams`
    are those of which it handed out rows that were not compared with the server's yet; `altered` counts rows that were
    found to be others, `altered_ms` says when the last was.
    """

    server_key: bytes = b""
    epoch: int = 0
    seq: int = 0
    met_ms: int = 0
    grants: int = 0
    online: bool = False
    hub: bytes = b""
    since_ms: int = 0
    address: str = ""
    streams: tuple[StreamId, ...] = ()
    altered: int = 0
    altered_ms: int = 0


class Estimates(msgspec.Struct, frozen=True, kw_only=True):
    """Rows that here are nearest to what the server made of own acts, until its own follow.

    Of each its kind, its id, and the revision from which on the server's own version is.
    """

    rows: tuple[tuple[int, bytes, int], ...] = ()


class StickNotes(msgspec.Struct, frozen=True, kw_only=True):
    """What lies on the stick that was written last: the ops of `epoch` up to `seq`, the scans taken in by `scans_ms`.

    All times are milliseconds of this PC's clock. It is a second copy until the server answers, not more.
    """

    epoch: int = 0
    seq: int = 0
    scans_ms: int = 0
    written_ms: int = 0


class Residue(msgspec.Struct, frozen=True, kw_only=True):
    """What is still to be erased of rows to which the right ended (`desktop.storage.residue`).

    `words`: in the search index, whose rewriting has begun if `merging`; `log`: in the write-ahead log.
    """

    words: bool = False
    merging: bool = False
    log: bool = False


class UndoHold(msgspec.Struct, frozen=True, kw_only=True):
    """What a person did last, not sent yet because it may still be undone; `entry` 0: nothing.

    `entry` is its number in the outbox. Before it the chain ended with `before`. It is held back until `until_ms` by
    this PC's clock, but not before `made_ms`: a clock that was set back holds nothing. A step of many acts names all
    its entries, from and to, in `spans`; `entry` is the first of them then.
    """

    entry: int = 0
    user: int = 0
    made_ms: int = 0
    until_ms: int = 0
    before: Chain = Chain()
    spans: tuple[tuple[int, int], ...] = ()

    def entries(self) -> set[int]:
        """The numbers of all that is undone together."""
        return {one for low, high in self.spans for one in range(low, high + 1)} or {self.entry}

    def is_over(self, now_ms: int) -> bool:
        """Whether the time to undo is over at a time of this PC's clock."""
        return not self.made_ms <= now_ms < self.until_ms


class Proving(msgspec.Struct, frozen=True, kw_only=True):
    """Whether every row was proved once: from then on one that is not is damaged."""

    done: bool = False


class CheckNotes(msgspec.Struct, frozen=True, kw_only=True):
    """What the last whole Periksa data found, and when (milliseconds since 1970 on this PC's clock)."""

    at_ms: int = 0
    data_broken: bool = False
    files_bad: int = 0


class HeadNotes(msgspec.Struct, frozen=True, kw_only=True):
    """Whether the server's last answer did not continue the daily heads that are here."""

    doubted: bool = False


class TokenTurns(msgspec.Struct, frozen=True, kw_only=True):
    """When the token of each person was last turned, in milliseconds on this PC's clock."""

    turned: tuple[tuple[int, int], ...] = ()


class SessionNotes(msgspec.Struct, frozen=True, kw_only=True):
    """When the session of each person ends, however much it is used: by the server's clock, as it told."""

    ends: tuple[tuple[int, int], ...] = ()


class WaitingPassword(msgspec.Struct, frozen=True, kw_only=True):
    """A password that was changed here, as the hash of which the server is still to be told.

    `wraps` are the person's pairs of keys by their public parts, wrapped by that password for the person's other PCs;
    `own` is the person's signature over all of it.
    """

    user: int
    chosen: str
    at_ms: int
    wraps: tuple[tuple[bytes, bytes], ...] = ()
    own: bytes = b""


class WaitingPasswords(msgspec.Struct, frozen=True, kw_only=True):
    """Those that wait for a line."""

    waiting: tuple[WaitingPassword, ...] = ()


class ToldState(msgspec.Struct, frozen=True, kw_only=True):
    """What the server was told last of this PC, and when by this PC's clock."""

    state: DeviceState | None = None
    at_ms: int = 0


class DeviceList(msgspec.Struct, frozen=True, kw_only=True):
    """What the server told of the PCs that are administered from here.

    `until` is the server's moment of it; `asked_ms` and `whole_ms` are when it was asked, and asked for all of them, by
    this PC's clock.
    """

    notes: tuple[DeviceNote, ...] = ()
    streams: tuple[StreamCount, ...] = ()
    until: int = 0
    asked_ms: int = 0
    whole_ms: int = 0


_STRUCTS: dict[type[Any], str] = {
    Identity: "identity",
    Chain: "chain",
    ClockSample: "clock",
    SyncFacts: "sync",
    FileFacts: "files",
    HubNotes: "hub",
    Estimates: "estimates",
    StickNotes: "stick",
    Residue: "residue",
    CheckNotes: "check",
    HeadNotes: "heads",
    WaitingPasswords: "passwords",
    TokenTurns: "token_turns",
    SessionNotes: "sessions",
    Proving: "proving",
    UndoHold: "undo",
    ToldState: "told_state",
    DeviceList: "devices",
}


Fact = (
    Identity
    | Chain
    | ClockSample
    | SyncFacts
    | FileFacts
    | HubNotes
    | Estimates
    | StickNotes
    | Residue
    | CheckNotes
    | HeadNotes
    | WaitingPasswords
    | TokenTurns
    | SessionNotes
    | Proving
    | UndoHold
    | ToldState
    | DeviceList
)


# As text: every act reads seven facts and writes two, and SQLAlchemy takes longer over each than SQLite.
_VALUE = "SELECT value FROM meta WHERE name = ?"
_PUT = "INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value"


class Meta:
    """Reads and writes the facts of the store over one connection, each fact once."""

    def __init__(self, connection: Connection) -> None:
        """Over an open transaction, and no longer than it: what was read in it stays so until it is written here."""
        self._connection = connection
        self._known: dict[type[Any], Any] = {}

    def identity(self) -> Identity | None:
        """Who this store is, or None before it joined an office."""
        identity: Identity | None = self._read(Identity)
        return identity

    def chain(self) -> Chain:
        """The end of the chain of ops."""
        return self._read(Chain) or Chain()

    def clock(self) -> ClockSample:
        """The best known clock offset."""
        return self._read(ClockSample) or ClockSample()

    def moment(self, wall_ms: int) -> datetime:
        """A time of this PC's clock by the server's clock, as far as it is known; aware, in whole seconds."""
        return datetime.fromtimestamp(max(0, wall_ms + self.clock().offset_ms) // 1000, UTC)

    def sync(self) -> SyncFacts:
        """What is known of the server."""
        return self._read(SyncFacts) or SyncFacts()

    def files(self) -> FileFacts:
        """How files go over the line."""
        return self._read(FileFacts) or FileFacts()

    def hub(self) -> HubNotes:
        """What is known of the office's hub."""
        return self._read(HubNotes) or HubNotes()

    def estimates(self) -> Estimates:
        """Which rows the server is still to send its own version of."""
        return self._read(Estimates) or Estimates()

    def stick(self) -> StickNotes:
        """What lies on the stick that was written last."""
        return self._read(StickNotes) or StickNotes()

    def residue(self) -> Residue:
        """What is still to be erased."""
        return self._read(Residue) or Residue()

    def proving(self) -> Proving:
        """Whether every row was proved once."""
        return self._read(Proving) or Proving()

    def undo(self) -> UndoHold:
        """What may still be undone."""
        return self._read(UndoHold) or UndoHold()

    def check(self) -> CheckNotes:
        """What the last check found; nothing before the first."""
        return self._read(CheckNotes) or CheckNotes()

    def heads(self) -> HeadNotes:
        """What is known of the daily heads beside themselves."""
        return self._read(HeadNotes) or HeadNotes()

    def token_turns(self) -> TokenTurns:
        """When tokens were turned."""
        return self._read(TokenTurns) or TokenTurns()

    def sessions(self) -> SessionNotes:
        """When sessions end."""
        return self._read(SessionNotes) or SessionNotes()

    def passwords(self) -> WaitingPasswords:
        """The passwords of which the server is still to be told."""
        return self._read(WaitingPasswords) or WaitingPasswords()

    def told_state(self) -> ToldState:
        """What the server was told last of this PC."""
        return self._read(ToldState) or ToldState()

    def devices(self) -> DeviceList:
        """The PCs that are administered from here."""
        return self._read(DeviceList) or DeviceList()

    def write(self, fact: Fact) -> None:
        """Store one fact in the place of its type."""
        self._connection.exec_driver_sql(_PUT, (_STRUCTS[type(fact)], encode(fact)))
        self._known[type(fact)] = fact

    def _read(self, struct: type[Any]) -> Any:
        try:
            return self._known[struct]
        except KeyError:
            value = self._connection.exec_driver_sql(_VALUE, (_STRUCTS[struct],)).scalar_one_or_none()
            fact = self._known[struct] = None if value is None else decode(value, struct)
            return fact
