"""Reads and judges what several devices of one tenant sent, each by itself, in memory, before anything is written.

A batch that looks at something an earlier one of the group has changed is put off to the next group, since the
revisions that it has to be judged by do not exist yet.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from core.domain.ids import DeviceId, OfficeId, small_row_id
from core.domain.letters import IncomingLetter
from core.domain.offices import Office, Position
from core.domain.server_room import operator_of
from core.protocol.faults import FaultCode
from core.protocol.messages import SyncRequest
from core.protocol.ops import Op
from core.protocol.records import KIND_OF
from server.services.batch_signatures import BatchEnd, BatchSignatures
from server.services.chains import Batch, check_batch, in_epoch, rechained
from server.services.faults import RequestFault
from server.services.ground import Ground, Reading
from server.services.ledger import Entry
from server.services.push import Authors, decide_batch, foreseen_records, foreseen_years, readable_acts
from server.services.revoking import devices_to_revoke
from server.services.seats import Seats
from server.services.storable import MAX_INTEGER
from server.services.tokens import Caller
from server.storage.database import TenantStore
from server.storage.devices import ChainEnd, DeviceRow, DeviceToken
from server.storage.faults import StoreFault, StoreTrouble
from server.storage.records import RowKey

_POSITION = KIND_OF[Position].code
_LETTER = KIND_OF[IncomingLetter].code
_OFFICE = KIND_OF[Office].code


class Arrival(msgspec.Struct, frozen=True, kw_only=True):
    """A request that changes something, and its ops with their acts; None is an act that cannot be read.

    `late`: the answer goes by stick.
    """

    caller: Caller
    request: SyncRequest
    acts: tuple[tuple[Op, Any | None], ...] = ()
    late: bool = False

    @property
    def ops(self) -> list[Op]:
        """The ops alone."""
        return [op for op, _ in self.acts]


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """The verdict over one arrival: its batch, if it brought one, with an entry for each op that is new."""

    arrival: Arrival
    device: DeviceRow
    batch: Batch | None
    entries: list[Entry]
    end: BatchEnd | None = None


def arrival_of(caller: Caller, request: SyncRequest, ops: Iterable[Op], *, late: bool = False) -> Arrival:
    """The arrival of a request whose ops were read."""
    return Arrival(caller=caller, request=request, acts=tuple(readable_acts(ops)), late=late)


class GroupWork:
    """The reading and judging of one group."""

    def __init__(
        self,
        store: TenantStore,
        arrivals: Sequence[Arrival],
        *,
        now_ms: int,
        trusting: bool,
        signatures: BatchSignatures,
        seats: Seats,
    ) -> None:
        """Lock, and ask for what can be foreseen; to be made in a `together` of the transaction.

        With `trusting`, numbers that new records claim are believed to be free; where one is not, the transaction
        fails, and is to be run again without. `seats` tell who sat where the last time: it decides only what is asked
        at once.
        """
        self.store = store
        self.now_ms = now_ms
        self._signatures = signatures
        self.tokens: dict[DeviceId, list[DeviceToken]] = {}
        self._ops = [op for arrival in arrivals for op in arrival.ops]
        self._devices: dict[DeviceId, DeviceRow] = {}
        self._changed: set[RowKey] = set()
        self._served: set[DeviceId] = set()
        self._numbers = store.held_numbers(trusting=trusting)
        self.reading = Reading(store, held=True, numbers=self._numbers)
        names = {arrival.caller.device for arrival in arrivals}
        # Whoever is to be shut out is locked with the others: after the tenant's head no device may be.
        self._asked_devices = store.devices.ask_locked(names | devices_to_revoke(self._ops))
        self._asked_head = store.head.ask_lock()
        self._asked_tokens = store.devices.ask_tokens(names)
        self._acts = [pair for arrival in arrivals for pair in arrival.acts]
        known = seats.of(store.id, names)
        offices = self._foreseen_offices = {int(seat.position): seat.office for seat in known}
        self._since_year = datetime.fromtimestamp(now_ms // 1000, UTC).year - 1
        foreseen = foreseen_records(self._acts) | foreseen_years(self._acts, offices=offices)
        self._asked_records = self.reading.ask(foreseen)
        self._asked_numbers = self._numbers.ask(set(offices.values()), since_year=self._since_year)
        positions = {seat.position for seat in known}
        self._asked_streams = store.streams.hold(positions=positions, offices=set(offices.values()))

    def begin(self) -> None:
        """Take the answers, and ask for what follows from them."""
        self._devices = self._asked_devices()
        self._asked_head()
        self.tokens = self._asked_tokens()
        self._asked_records()
        self._asked_numbers()
        self._asked_streams()
        offices = self._offices(self._ops)
        if offices.items() <= self._foreseen_offices.items():
            return
        with self.store.together():
            years = self.reading.ask(foreseen_years(self._acts, offices=offices))
            numbers = self._numbers.ask(set(offices.values()), since_year=self._since_year)
        years()
        numbers()

    def decide(self, arrival: Arrival) -> Judged | RequestFault | StoreFault | None:
        """The verdict over one arrival, or the fault it is answered with, or None: not in this transaction."""
        if arrival.caller.device in self._served:
            return None
        self._served.add(arrival.caller.device)
        savepoint = self.reading.numbers.savepoint()
        try:
            decided = self._decide(arrival)
        except RequestFault as fault:
            self.reading.numbers.return_to(savepoint)
            return fault
        except StoreFault as fault:
            if fault.trouble != StoreTrouble.DAMAGED:
                raise
            self.reading.numbers.return_to(savepoint)
            return fault
        if decided is None:
            self.reading.numbers.return_to(savepoint)
        return decided

    def _decide(self, arrival: Arrival) -> Judged | None:
        device = self._admitted(arrival)
        if not arrival.acts:
            return Judged(arrival=arrival, device=device, batch=None, entries=[])
        request = arrival.request
        batch = check_batch(
            self.store,
            device,
            epoch=request.epoch,
            ops=arrival.ops,
            sent=request.ops,
            signature=request.signature,
            signatures=self._signatures,
        )
        acts = {op.seq: act for op, act in arrival.acts if act is not None}
        if arrival.caller.sealed and (batch.chain is not None or any(one.op.made_in for one in batch.fresh)):
            device = in_epoch(device, device.epoch + 1)
            batch = rechained(self.store, device, arrival.ops[len(batch.known) :], made_in=request.epoch)
            acts = {}
        ground = Ground(self.store, batch.writer, reading=self.reading)
        users = frozenset(token.user for token in self.tokens[device.id])
        operator = operator_of(self._first_office()) if arrival.caller.operator else None
        authors = Authors(users=users, sealed=arrival.caller.sealed, operator=operator)
        entries = decide_batch(ground, batch=batch, authors=authors, now_ms=self.now_ms, acts=acts)
        changed = _touched(entries)
        if not self._changed.isdisjoint(changed | ground.seen):
            return None
        self._changed |= changed
        end = _batch_end(device, batch) if entries else None
        return Judged(arrival=arrival, device=device, batch=batch, entries=entries, end=end)

    def _admitted(self, arrival: Arrival) -> DeviceRow:
        caller = arrival.caller
        device = self._devices.get(caller.device)
        if device is None:
            raise RequestFault(FaultCode.SIGNED_OUT)
        if device.revoked_ms is not None and not caller.sealed:
            raise RequestFault(FaultCode.DEVICE_REVOKED)
        if not caller.is_let_in(self.tokens[caller.device], now_ms=self.now_ms):
            raise RequestFault(FaultCode.SIGNED_OUT)
        return in_epoch(device, arrival.request.epoch)

    def _first_office(self) -> OfficeId:
        """The office that was made first: the operator's, where an act names none."""
        first = self.store.records.first_id(_OFFICE)
        return OfficeId(0 if first is None else int.from_bytes(first, "big"))

    def _offices(self, ops: Sequence[Op]) -> dict[int, OfficeId]:
        """The office of each position that acts."""
        numbers = {int(op.position) for op in ops if 0 <= op.position <= MAX_INTEGER}
        positions = {number: self.reading.record((_POSITION, small_row_id(number))) for number in numbers}
        return {number: position.office for number, position in positions.items() if position is not None}


def _touched(entries: Iterable[Entry]) -> set[RowKey]:
    """The records that change, and the letters that they speak of: what a letter has beside it changes with them."""
    touched: set[RowKey] = set()
    for entry in entries:
        for one in (*entry.records, *entry.kept):
            touched.add(one.key)
            if one.about:
                touched.update((_LETTER, letter) for letter in one.about)
    return touched


def _batch_end(device: DeviceRow, batch: Batch) -> BatchEnd:
    last = batch.fresh[-1]
    chain = ChainEnd(device=device.id, epoch=device.epoch, next_seq=last.op.seq + 1, head=last.head)
    return BatchEnd(sign_key=device.sign_key, chain=chain)
