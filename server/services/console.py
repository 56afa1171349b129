"""The operator's desk: what a command at the server changes, it changes by ops of a device of the server's own.

The device lies in each region, is used by nobody else and cannot connect: it has no token. Its ops are signed with the
key in the server's folder of keys, continue a chain, and are decided by the same rules and taken by the same path as
those of any PC. Each command begins with a note of who ran it, and stands or falls as a whole.
"""

from collections.abc import Callable, Collection, Sequence
from typing import Any, TypeVar

import msgspec

from core.domain.errors import RefusalCode
from core.domain.ids import DeviceId, RowId, TenantId, uuid7
from core.domain.server_room import (
    MAX_ABOUT,
    MAX_RUN_BY,
    SERVER_ROOM,
    SERVER_ROOM_DEVICE,
    SERVER_ROOM_POSITION,
    NoteServerRun,
    ServerRun,
)
from core.domain.streams import StreamKey
from core.protocol.codec import encode
from core.protocol.messages import PROTOCOL, SCHEMA, Outcome, SyncRequest
from core.protocol.ops import OP_VERSION, PREV_BYTES, Op, batch_payload, chain, pack_act
from core.protocol.sealing import PartyKeys
from server.services.announcer import Announcer
from server.services.batch_signatures import BatchSignatures
from server.services.desk import Desk, DirectoryError
from server.services.grants import topic_of
from server.services.groups import Taken, take_group
from server.services.judging import Arrival, GroupWork, arrival_of
from server.services.seats import Seats
from server.services.tokens import Caller, Clock
from server.storage.database import Database, TenantStore, UnitOfWork
from server.storage.devices import DeviceRow, new_device
from server.storage.streams import FeedChange

ResultT = TypeVar("ResultT")
Plan = Callable[[Desk], Sequence[Any]]
DEVICE_NAME = "Ruang peladen"
RandomBytes = Callable[[int], bytes]


class Command(msgspec.Struct, frozen=True, kw_only=True):
    """What is run: the verb, about what, and the devices that it shuts out, which have to be locked first."""

    verb: str
    about: str = ""
    devices: tuple[DeviceId, ...] = ()


class ServerConsole:
    """Runs commands of the operator. `run_by` is how the operating system calls him."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        *,
        keys: PartyKeys,
        announcer: Announcer,
        run_by: str,
        random_bytes: RandomBytes,
    ) -> None:
        """`keys` are the console's own, not those that the server vouches with."""
        self._database = database
        self._clock = clock
        self._keys = keys
        self._announcer = announcer
        self._run_by = run_by[:MAX_RUN_BY]
        self.random_bytes = random_bytes

    def run(
        self,
        tenant: TenantId,
        command: Command,
        *,
        plan: Plan = lambda _desk: (),
        then: Callable[[TenantStore], ResultT],
    ) -> ResultT:
        """Perform the acts that `plan` finds, then `then` in the same transaction; DirectoryError if one is refused.

        `plan` sees the directory as it stands with the tenant's head locked, so the numbers that it gives are free.
        """

        def work(unit: UnitOfWork) -> tuple[ResultT, tuple[FeedChange, ...]]:
            store = unit.of(tenant)
            changes = self.within(unit, tenant, command, plan=plan)
            return then(store), changes

        result, changes = self._database.write(work)
        self.tell(tenant, changes)
        return result

    def within(
        self, unit: UnitOfWork, tenant: TenantId, command: Command, *, plan: Plan = lambda _desk: ()
    ) -> tuple[FeedChange, ...]:
        """As `run`, in a transaction that is open; what changed in the feed, for `tell` when it is durable."""
        store, region = unit.of(tenant), unit.tenants.get(tenant)
        if region is None:
            raise DirectoryError("unknown_tenant", str(tenant))
        now_ms = self._clock()
        device = self._device(store, {SERVER_ROOM_DEVICE, *command.devices}, now_ms=now_ms)
        store.head.lock()
        acts = (self._note(command, now_ms=now_ms), *plan(Desk(store)))
        arrival = self._arrival(store, device, acts, now_ms=now_ms)
        with unit.together():
            work = GroupWork(
                store, [arrival], now_ms=now_ms, trusting=False, signatures=BatchSignatures(), seats=Seats()
            )
        (taken,) = take_group(work, [arrival], feed_epoch=region.feed_epoch).outcomes
        if not isinstance(taken, Taken):
            raise taken or DirectoryError("refused", "")
        for result in taken.results:
            if result.outcome != Outcome.ACCEPTED:
                raise DirectoryError("refused", f"{RefusalCode(result.code).name.lower()} {result.field}".strip())
        return taken.changes

    def runs(self, tenant: TenantId) -> list[ServerRun]:
        """What was run at the server, the oldest first."""
        found = self._database.read(lambda unit: Desk(unit.of(tenant)).all(ServerRun))
        return sorted(found, key=lambda run: (run.at, run.id))

    def tell(self, tenant: TenantId, changes: Collection[FeedChange]) -> None:
        """Let those hear of the changes who wait for news."""
        newest: dict[StreamKey, int] = {}
        for change in changes:
            newest[change.stream] = max(change.seq, newest.get(change.stream, 0))
        self._announcer.tell(tenant, newest)
        self._announcer.announce(tenant, {topic_of(stream) for stream in newest}, except_device=None)

    def _device(self, store: TenantStore, devices: Collection[DeviceId], *, now_ms: int) -> DeviceRow:
        """The console's device, locked with the others; made at the first command. It follows the key in the folder."""
        if store.devices.get(SERVER_ROOM_DEVICE) is None:
            store.devices.add(
                new_device(
                    SERVER_ROOM_DEVICE, sign_key=self._keys.sign_public, seal_key=b"", name=DEVICE_NAME, now_ms=now_ms
                )
            )
        row = store.devices.ask_locked(devices)()[SERVER_ROOM_DEVICE]
        if row.sign_key != self._keys.sign_public:
            store.devices.set_sign_key(SERVER_ROOM_DEVICE, self._keys.sign_public)
        return row

    def _note(self, command: Command, *, now_ms: int) -> NoteServerRun:
        return NoteServerRun(
            run_id=RowId(uuid7(now_ms, self.random_bytes)),
            run_by=self._run_by,
            verb=command.verb,
            about=" ".join(command.about.split())[:MAX_ABOUT],
        )

    def _arrival(self, store: TenantStore, device: DeviceRow, acts: Sequence[Any], *, now_ms: int) -> Arrival:
        """The acts as one batch of ops that stand or fall together, as a PC would send them."""
        known, head = store.head.read().seq, device.head
        ops: list[Op] = []
        sent: list[bytes] = []
        for seq, act in enumerate(acts, start=device.next_seq):
            code, args = pack_act(act)
            op = Op(
                version=OP_VERSION,
                seq=seq,
                prev=head[:PREV_BYTES],
                user=SERVER_ROOM,
                position=SERVER_ROOM_POSITION,
                act=code,
                args=args,
                check=b"",
                group=device.next_seq,
                wall_ms=now_ms,
                offset_ms=0,
                uncertainty_ms=0,
                known=known,
            )
            ops.append(op)
            sent.append(encode(op))
            head = chain(head, sent[-1])
        payload = batch_payload(store.id, device.id, device.epoch, last_seq=ops[-1].seq, head=head)
        request = SyncRequest(
            protocol=PROTOCOL,
            schema=SCHEMA,
            epoch=device.epoch,
            feed_epoch=0,
            sent_ms=now_ms,
            grants=0,
            ops=tuple(sent),
            signature=self._keys.sign(payload),
        )
        caller = Caller(tenant=store.id, device=device.id, user=SERVER_ROOM, operator=True)
        return arrival_of(caller, request, ops)
