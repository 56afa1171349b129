"""Walks the log of ops and proves it: the chains of the devices, the running hash, and the signed heads over it.

And that nobody who has a key gave or took a right without it. Who may write the database can make hashes that fit; a
person's signature he cannot make, nor the server's word for another key of that person.
"""

from collections.abc import Callable, Iterator

import msgspec

from core.domain.ids import PositionId, TenantId, UserId
from core.domain.person_keys import PersonKey, PersonKeys
from core.domain.signatures import RIGHTS
from core.protocol.act_signing import Author, act_payload
from core.protocol.codec import CodecError, decode, decode_record
from core.protocol.daily_heads import NO_CHAIN, RUNNING_BYTES, head_payload, next_chain
from core.protocol.messages import OpResult, Outcome
from core.protocol.ops import GENESIS, Op, chain, follows
from core.protocol.person_keys import is_vouched
from core.protocol.records import ACT_OF, KIND_OF
from core.protocol.sealing import is_signed
from server.services.covered_ops import is_covered, read_cover, read_logged
from server.services.ledger import running_hash
from server.storage.daily_heads import SignedHead
from server.storage.database import Database, TenantStore
from server.storage.faults import StoreFault
from server.storage.heads import NO_AUDIT
from server.storage.op_log import BY_THE_SERVER, MADE_BYTES, LoggedOp, WalkedOp, Writer

_PART = 500
MOST_PROBLEMS = 100
_KEYS = KIND_OF[PersonKeys].code
_RIGHTS = frozenset(ACT_OF[struct].code for struct in RIGHTS)
_MILLIS = 1000
# What comes of a column that holds something else than was ever written into it.
UNREADABLE = (StoreFault, CodecError, TypeError, ValueError, OverflowError, AttributeError)


class AuditReport(msgspec.Struct, frozen=True, kw_only=True):
    """What the walk found. `problems` name numbers of ops and heads, no letter; the first hundred of them.

    `uncovered` ops were taken before the log kept what ops made: their records are not under the running hash. `sealed`
    ops are of letters that were sealed since: only the readers of these can prove their words.
    """

    tenant: TenantId
    ops: int
    uncovered: int
    heads: int
    problems: tuple[str, ...]
    sealed: int = 0

    @property
    def whole(self) -> bool:
        """Whether everything fits together."""
        return not self.problems


class AuditService:
    """Checks the log of a tenant."""

    def __init__(self, database: Database, *, server_key: bytes) -> None:
        self._database = database
        self._server_key = server_key

    def audit(self, tenant: TenantId, *, progress: Callable[[int], None] = lambda _ops: None) -> AuditReport:
        """Walk the whole log in one state of the database. What cannot be read is a problem, and ends the walk."""
        try:
            return self._database.read(lambda unit: _Walk(unit.of(tenant), self._server_key).run(progress))
        except UNREADABLE as err:
            problem = f"log: unreadable ({type(err).__name__})"
            return AuditReport(tenant=tenant, ops=0, uncovered=0, heads=0, problems=(problem,))


class _Walk:
    def __init__(self, store: TenantStore, server_key: bytes) -> None:
        self._store = store
        self._server_key = server_key
        self._chains: dict[Writer, tuple[int, bytes]] = {}
        self._problems: list[str] = []
        self._running = NO_AUDIT
        self._seq = 0
        self._keys = {record.number: record.keys for record in self._key_records()}

    def run(self, progress: Callable[[int], None]) -> AuditReport:
        heads = self._store.daily_heads.behind(0)
        self._check_heads(heads)
        due = iter(heads)
        head = next(due, None)
        ops = uncovered = sealed = 0
        for walked in self._ops():
            self._check_op(walked)
            ops += 1
            uncovered += walked.logged.made is None
            sealed += is_covered(walked.logged.op)
            while head is not None and head.head.seq <= self._seq:
                fits = head.head.seq == self._seq and head.head.running == self._running[:RUNNING_BYTES]
                if not fits:
                    self._found(f"head {head.head.number}: log")
                head = next(due, None)
            if ops % _PART == 0:
                progress(ops)
        if head is not None:
            self._found(f"head {head.head.number}: beyond the log")
        self._check_ends()
        return AuditReport(
            tenant=self._store.id,
            ops=ops,
            uncovered=uncovered,
            heads=len(heads),
            problems=tuple(self._problems),
            sealed=sealed,
        )

    def _ops(self) -> Iterator[WalkedOp]:
        after = -(2**62)
        while part := self._store.ops.walk(after=after, limit=_PART):
            yield from part
            after = part[-1].logged.seq

    def _check_op(self, walked: WalkedOp) -> None:
        one, writer = walked.logged, walked.writer
        count = len(one.made or b"") // MADE_BYTES
        own = writer == BY_THE_SERVER
        if one.seq - count + own <= self._seq or len(one.made or b"") % MADE_BYTES:
            self._found(f"op {one.seq}: number")
        if own and (one.op or one.result or one.head != GENESIS or one.dev_seq != one.seq or not count):
            self._found(f"op {one.seq}: not the server's own")
        if not own:
            self._check_chain(writer, one)
        # Where the result is covered too, nobody but a reader can work the hash out; what follows still rests on it.
        self._running = one.audit_hash if _hides_result(one.op) else _running(self._running, one)
        if one.audit_hash != self._running:
            self._found(f"op {one.seq}: running hash")
            self._running = one.audit_hash  # what follows is judged by itself
        self._seq = one.seq

    def _check_chain(self, writer: Writer, one: LoggedOp) -> None:
        before_seq, before = self._chains.get(writer, (0, GENESIS))
        self._chains[writer] = (one.dev_seq, one.head)
        try:
            op = read_logged(one.op)
        except CodecError:
            self._found(f"op {one.seq}: unreadable")
            return
        # Of a covered op the hash of then stands in the log alone, under the running hash; its readers can prove it.
        told = is_covered(one.op) or chain(before, one.op) == one.head
        fits = op.seq == one.dev_seq == before_seq + 1 and follows(op, before) and told
        if not fits:
            self._found(f"op {one.seq}: chain of {writer.device.hex()} epoch {writer.epoch}")
        if op.act in _RIGHTS and not is_covered(one.op):
            self._check_person(op, one)

    def _key_records(self) -> Iterator[PersonKeys]:
        for payload in self._store.records.of_kind(_KEYS):
            yield decode_record(_KEYS, payload)

    def _check_person(self, op: Op, one: LoggedOp) -> None:
        """What gives rights, and had an effect, is signed by whoever did it once that person had a key."""
        known = [key for key in self._keys.get(UserId(op.user), ()) if _stood_at(key, one.received_ms)]
        result: OpResult = decode(one.result, OpResult)
        if not known or result.outcome not in (Outcome.ACCEPTED, Outcome.CONFLICT):
            return
        author = Author(tenant=self._store.id, user=UserId(op.user), position=PositionId(op.position))
        payload = act_payload(op.read_act(), author, op.wall_ms)
        if not any(self._signed(payload, op, key) for key in self._keys[author.user]):
            self._found(f"op {one.seq}: signature")

    def _signed(self, payload: bytes, op: Op, key: PersonKey) -> bool:
        return is_signed(payload, op.signature, by=key.sign) and is_vouched(
            self._store.id, UserId(op.user), key, server=self._server_key
        )

    def _check_heads(self, heads: list[SignedHead]) -> None:
        before = NO_CHAIN
        for number, one in enumerate(heads, start=1):
            try:
                expected = next_chain(before, one.head, tenant=self._store.id)
            except OverflowError:
                expected = b""
            if one.head.number != number or expected != one.chain:
                self._found(f"head {one.head.number}: chain")
            elif not is_signed(head_payload(one.chain), one.signature, by=self._server_key):
                self._found(f"head {one.head.number}: signature")
            before = one.chain

    def _check_ends(self) -> None:
        head = self._store.head.read()
        if head.audit_hash != self._running:
            self._found("end: running hash")
        if head.seq < self._seq:
            self._found("end: number")
        for device in self._store.devices.with_own():
            last = self._chains.get(Writer(device=device.id, epoch=device.epoch), (0, GENESIS))
            if (device.next_seq - 1, device.head) != last:
                self._found(f"device {device.id.hex()}: end of its chain")

    def _found(self, problem: str) -> None:
        if len(self._problems) < MOST_PROBLEMS:
            self._problems.append(problem)


def _hides_result(op: bytes) -> bool:
    try:
        return is_covered(op) and bool(read_cover(op).result)
    except CodecError:
        return False


def _running(before: bytes, one: LoggedOp) -> bytes:
    try:
        return running_hash(before, one)
    except OverflowError:  # a number that never was one of ours
        return b""


def _stood_at(key: PersonKey, received_ms: int) -> bool:
    """Whether a key was there when an op came; times of keys are whole seconds."""
    return (int(key.since.timestamp()) + 1) * _MILLIS <= received_ms
