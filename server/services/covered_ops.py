"""The form in which the log keeps an op of a letter that was sealed since (`server.services.covering` makes it)."""

import hashlib

import msgspec

from core.domain.ids import LetterId
from core.domain.secrecy import SealedKey
from core.protocol.codec import decode, encode
from core.protocol.messages import OpResult
from core.protocol.ops import Op, content_of, read_op
from server.storage.database import TenantStore
from server.storage.op_log import Writer

COVER = b"PSGL1"


class CoveredOp(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """An op in the log that its letter's readers alone can open.

    `shell` is the op without its arguments, `mark` the SHA-256 of `salt` and the op, `body` the op itself under a key
    that is sealed to the readers in `keys`. `result` is the result of then under the same key, where it named values
    that lost; beside the op it stands without them.
    """

    shell: Op
    letter: LetterId
    salt: bytes
    mark: bytes
    keys: tuple[SealedKey, ...]
    body: bytes
    result: bytes = b""


def is_covered(data: bytes) -> bool:
    """Whether an op of the log is for readers only."""
    return data.startswith(COVER)


def read_cover(data: bytes) -> CoveredOp:
    """What covers an op; CodecError."""
    cover: CoveredOp = decode(data[len(COVER) :], CoveredOp)
    return cover


def read_logged(data: bytes) -> Op:
    """The op that the log holds; of a covered one what is told of it, without its arguments. CodecError."""
    return read_cover(data).shell if is_covered(data) else read_op(data)


def is_the_op(logged: bytes, sent: bytes) -> bool:
    """Whether what is sent is the op that the log holds, covered or not."""
    if not is_covered(logged):
        return logged == sent
    cover = read_cover(logged)
    return cover.mark == mark_of(cover.salt, sent)


def results_before(store: TenantStore, writer: Writer, op: Op) -> list[OpResult]:
    """What became of an op that comes once more, each time that it came in an epoch of its device before `writer`'s.

    The moment at which it was made stands in both forms of the log alike, and in hardly any other op.
    """
    found = store.ops.earlier_with(writer, encode(op.wall_ms))
    return [decode(result, OpResult) for data, result in found if _does_the_same(data, op)]


def _does_the_same(logged: bytes, op: Op) -> bool:
    """Whether an op does what one of the log did, covered or not, though it comes under another number."""
    if not is_covered(logged):
        return content_of(read_op(logged)) == content_of(op)
    cover = read_cover(logged)
    then = msgspec.structs.replace(cover.shell, args=op.args)
    return content_of(then) == content_of(op) and cover.mark == mark_of(cover.salt, encode(then))


def write_cover(cover: CoveredOp) -> bytes:
    """The inverse of `read_cover`."""
    return COVER + encode(cover)


def mark_of(salt: bytes, op: bytes) -> bytes:
    """What tells the op again, without telling anything of it to who cannot guess all of it."""
    return hashlib.sha256(salt + op).digest()
