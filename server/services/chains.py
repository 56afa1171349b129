"""Checks that a batch of ops continues the chain of its device: nothing left out, nothing twice, nothing altered."""

from collections.abc import Sequence

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from core.protocol.codec import CodecError
from core.protocol.faults import FaultCode
from core.protocol.messages import MAX_OPS
from core.protocol.ops import GENESIS, Op, batch_payload, chain, follows, read_op
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
    """A checked batch: ops that the server has already, and ops that are new to it."""

    writer: Writer
    known: tuple[LoggedOp, ...]
    fresh: tuple[ChainedOp, ...]


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


def check_epoch(device: DeviceRow, epoch: int) -> DeviceRow:
    """The device as it is in `epoch`: the present one, or the next one, which begins with an empty chain.

    A device whose chain forked (its disk was put back, or copied to another PC) begins the next epoch, so that
    nothing of what it holds is lost. Any other epoch is a FORK, whose number is the epoch to begin.
    """
    if epoch == device.epoch:
        return device
    if epoch == device.epoch + 1:
        return msgspec.structs.replace(device, epoch=epoch, next_seq=1, head=GENESIS)
    raise RequestFault(FaultCode.FORK, device.epoch + 1)


def check_batch(
    store: TenantStore, device: DeviceRow, *, ops: Sequence[Op], sent: Sequence[bytes], signature: bytes
) -> Batch:
    """The batch, if it continues the chain: else GAP (with the expected number), FORK or MALFORMED."""
    first = ops[0].seq
    if first > device.next_seq:
        raise RequestFault(FaultCode.GAP, device.next_seq)
    writer = Writer(device=device.id, epoch=device.epoch)
    logged = store.ops.between(writer, first=first - 1, last=ops[-1].seq)
    head = GENESIS if first == 1 else logged[first - 1].head
    chained = []
    for op, data in zip(ops, sent, strict=True):
        if not follows(op, head):
            raise RequestFault(FaultCode.FORK, device.epoch + 1)
        head = chain(head, data)
        chained.append(ChainedOp(op=op, data=data, head=head))
    payload = batch_payload(store.id, device.id, device.epoch, last_seq=ops[-1].seq, head=head)
    _check_signature(device, payload=payload, signature=signature)
    known = []
    for one in chained[: max(0, device.next_seq - first)]:
        if logged[one.op.seq].op != one.data:
            raise RequestFault(FaultCode.FORK, device.epoch + 1)
        known.append(logged[one.op.seq])
    return Batch(writer=writer, known=tuple(known), fresh=tuple(chained[len(known) :]))


def _check_signature(device: DeviceRow, *, payload: bytes, signature: bytes) -> None:
    try:
        Ed25519PublicKey.from_public_bytes(device.sign_key).verify(signature, payload)
    except InvalidSignature as err:
        raise RequestFault(FaultCode.MALFORMED) from err
