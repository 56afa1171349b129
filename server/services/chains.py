"""Checks that a batch of ops continues the chain of its device: nothing left out, nothing twice, nothing altered.

Where it does not, nothing is refused for good: the device is told where the chain stands here, and mends it.
"""

from collections.abc import Sequence

import msgspec

from core.protocol.codec import CodecError, encode
from core.protocol.faults import FaultCode
from core.protocol.messages import MAX_OPS, ChainBreak, ChainState
from core.protocol.ops import GENESIS, PREV_BYTES, Op, batch_payload, chain, follows, read_op
from server.services.batch_signatures import BatchSignatures
from server.services.covered_ops import is_the_op, results_before
from server.services.faults import RequestFault
from server.storage.database import TenantStore
from server.storage.devices import DeviceRow
from server.storage.op_log import LoggedOp, Writer


class ChainedOp(msgspec.Struct, frozen=True, kw_only=True):
    """An op as it came: decoded, its bytes, and the hash of the chain up to and including it."""

    op: Op
    data: bytes
    head: bytes


class Batch(msgspec.Struct, frozen=True, kw_only=True):
    """A checked batch: ops that the server has already, ops that are new to it.

    `chain` says where the chain stands if the ops after the known ones do not continue it; none of them is taken.
    """

    writer: Writer
    known: tuple[LoggedOp, ...]
    fresh: tuple[ChainedOp, ...] = ()
    chain: ChainState | None = None


def read_ops(sent: Sequence[bytes]) -> list[Op]:
    """The ops of a request; TOO_LARGE if they are too many, MALFORMED if they do not follow each other."""
    if len(sent) > MAX_OPS:
        raise RequestFault(FaultCode.TOO_LARGE)
    try:
        ops = [read_op(data) for data in sent]
    except CodecError as err:
        raise RequestFault(FaultCode.MALFORMED) from err
    if any(op.seq != ops[0].seq + place for place, op in enumerate(ops)):
        raise RequestFault(FaultCode.MALFORMED)
    return ops


def in_epoch(device: DeviceRow, epoch: int) -> DeviceRow:
    """The device as it is in `epoch`: a later one begins with an empty chain.

    A device whose chain forked (its disk was put back, or copied to another PC) begins a further epoch, so that
    nothing of what it holds is lost.
    """
    if epoch <= device.epoch:
        return device
    return msgspec.structs.replace(device, epoch=epoch, next_seq=1, head=GENESIS)


def chain_state(device: DeviceRow, *, epoch: int, next_seq: int) -> ChainState | None:
    """Where the chain stands, if a device that is at `epoch` and `next_seq` has fallen behind it; else None.

    A request is always made after the ops that were sent before it, so only a device that was put back, or whose
    copy has been here, can know less than the server. One that has just begun an epoch and made nothing in it has
    nothing to mend: else a PC and its copy would push each other on for ever, a block of numbers each time.
    """
    if (epoch < device.epoch and next_seq > 1) or (epoch == device.epoch and 0 < next_seq < device.next_seq):
        return ChainState(epoch=device.epoch, next_seq=device.next_seq, why=ChainBreak.BEHIND)
    return None


def check_batch(
    store: TenantStore,
    device: DeviceRow,
    *,
    epoch: int,
    ops: Sequence[Op],
    sent: Sequence[bytes],
    signature: bytes,
    signatures: BatchSignatures,
) -> Batch:
    """The batch, parted into what is known and what continues the chain; MALFORMED if the signature is wrong."""
    first = ops[0].seq
    writer = Writer(device=device.id, epoch=epoch)
    # Where nothing is sent a second time, the device's own row says all that has to be known.
    repeated = epoch != device.epoch or first != device.next_seq
    logged = store.ops.between(writer, first=first, last=ops[-1].seq) if repeated else {}
    known: list[LoggedOp] = []
    for op, data in zip(ops, sent, strict=True):
        if op.seq not in logged or not is_the_op(logged[op.seq].op, data):
            break
        known.append(logged[op.seq])
    rest = ops[len(known) :]
    if not rest:
        return Batch(writer=writer, known=tuple(known))
    fresh = _continued(device, epoch=epoch, ops=rest, sent=sent[len(known) :])
    if not fresh:
        gap = epoch == device.epoch and rest[0].seq > device.next_seq
        why = ChainBreak.GAP if gap else ChainBreak.FORK
        chain_now = ChainState(epoch=device.epoch, next_seq=device.next_seq, why=why)
        return Batch(writer=writer, known=tuple(known), chain=chain_now)
    payload = batch_payload(store.id, device.id, epoch, last_seq=ops[-1].seq, head=fresh[-1].head)
    if not signatures.is_good(device.sign_key, signature, payload):
        raise RequestFault(FaultCode.MALFORMED)
    return Batch(writer=writer, known=tuple(known), fresh=fresh)


def rechained(store: TenantStore, device: DeviceRow, ops: Sequence[Op], *, made_in: int) -> Batch:
    """What a device that was shut out had sealed, as an epoch of its own; `device` is in that epoch.

    It cannot mend a chain that does not continue here: its disk was put back or copied, or the server was, and it has
    erased itself. The bundle that brought the ops was signed by it. What the log has of them already is left out.
    """
    writer = Writer(device=device.id, epoch=device.epoch)
    head, fresh = device.head, list[ChainedOp]()
    for op in ops:
        if results_before(store, writer, op):
            continue
        seq = device.next_seq + len(fresh)
        again = msgspec.structs.replace(op, seq=seq, prev=head[:PREV_BYTES], made_in=op.made_in or made_in)
        data = encode(again)
        head = chain(head, data)
        fresh.append(ChainedOp(op=again, data=data, head=head))
    return Batch(writer=writer, known=(), fresh=tuple(fresh))


def _continued(device: DeviceRow, *, epoch: int, ops: Sequence[Op], sent: Sequence[bytes]) -> tuple[ChainedOp, ...]:
    """The ops with the hashes of the chain, or () if they do not continue it."""
    if epoch != device.epoch or ops[0].seq != device.next_seq:
        return ()
    head = device.head
    chained = []
    for op, data in zip(ops, sent, strict=True):
        if not follows(op, head):
            return ()
        head = chain(head, data)
        chained.append(ChainedOp(op=op, data=data, head=head))
    return tuple(chained)
