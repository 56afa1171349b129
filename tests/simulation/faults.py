"""Mistakes that a careful person could make in engine, store or server: the simulator has to find each of them.

Each is a patch that puts one mistake into the product for as long as it lasts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from types import MappingProxyType
from typing import Any
from unittest import mock

import msgspec

from core.protocol.codec import decode
from core.protocol.messages import Data, OpResult, Outcome
from core.protocol.ops import read_op
from desktop.storage import residue
from desktop.storage.healing import Healing
from desktop.storage.leases import Leases
from desktop.storage.outbox import OpState, Outbox
from desktop.storage.replica import Replica
from desktop.storage.settling import settle_ops
from desktop.storage.streams import Streams
from desktop.storage.unit_of_work import UnitOfWork
from desktop.sync import engine
from desktop.sync.admission import Admission
from desktop.sync.engine import SyncEngine
from desktop.sync.transfer import Transfers
from server.services import judging, push
from server.services.blobs import BlobService
from server.services.chains import ChainedOp
from server.services.ground import Ground
from server.services.pull import Pull
from server.storage.devices import ChainEnd, DeviceTable
from server.storage.numbers import NumberTable, SeriesState
from server.storage.op_log import OpLog, Writer
from server.storage.tables import OP_LOG
from tests.simulation.hub_faults import HUB_MISTAKES
from tests.simulation.patching import Mistake, function, method

_EVERYTHING = 2**62


# -- the server --------------------------------------------------------------------------------------------------


def _cursor_ahead(original: Callable[..., Data], *args: Any) -> Data:
    """A cursor from a sequence: it has run ahead of what others are still writing."""
    page = original(*args)
    return msgspec.structs.replace(page, cursor=page.cursor + 3)


def _head_forgotten(original: Callable[..., None], self: DeviceTable, chains: Sequence[ChainEnd]) -> None:
    """The chain's end is stored once and never again."""
    kept = [(end, self.get(end.device)) for end in chains]
    original(
        self,
        [end if row is None or row.next_seq == 1 else msgspec.structs.replace(end, head=row.head) for end, row in kept],
    )


def _refused_unlogged(original: Callable[..., None], self: OpLog, ops: Sequence[tuple[Writer, Any]]) -> None:
    """A refused op does not take its number: it was refused, after all."""
    original(self, [pair for pair in ops if not _is_refusal(pair[1].result)])


def _is_refusal(result: bytes) -> bool:
    # What the administrator did is logged without an answer.
    return bool(result) and decode(result, OpResult).outcome == Outcome.REFUSED


def _each_alone(ops: Any) -> Iterator[list[Any]]:
    yield from ([one] for one in ops)


def _taken_again(original: Callable[..., Any], store: Any, *args: Any, **named: Any) -> Any:
    """A repeat is decided again instead of being recognised."""
    batch = original(store, *args, **named)
    known = {line.dev_seq for line in batch.known}
    if not known or batch.fresh:
        return batch
    again = tuple(ChainedOp(op=read_op(line.op), data=line.op, head=line.head) for line in batch.known)
    store.ops._connection.execute(  # noqa: SLF001  # as above
        _delete_ops(store, batch.writer, known)
    )
    return msgspec.structs.replace(batch, known=(), fresh=again)


def _delete_ops(store: Any, writer: Any, seqs: set[int]) -> Any:
    table = OP_LOG
    return table.delete().where(
        table.c.tenant == store.id,
        table.c.device == writer.device,
        table.c.epoch == writer.epoch,
        table.c.dev_seq.in_(sorted(seqs)),
    )


def _held_and_forgotten(original: Callable[..., list[Any]], *args: Any, **named: Any) -> list[Any]:
    """The device is told that it is held; nobody ever sees it."""
    return [msgspec.structs.replace(one, records=()) for one in original(*args, **named)]


def _everything_granted(_stream: Any, _positions: Any) -> bool:
    return True


def _anybody_reads(original: Callable[..., int], self: BlobService, caller: Any, sha256: bytes) -> int:
    """Whoever knows the hash of a file is given it."""
    size = self._files.complete_size(caller.tenant, sha256)  # a mistake may
    return original(self, caller, sha256) if size is None else size


def _lease_uncounted(original: Callable[..., None], self: NumberTable, key: Any, state: SeriesState) -> None:
    """A block is given out, and only its first number is counted."""
    before = self.state(key)
    leased = state.fence > before.fence
    original(self, key, msgspec.structs.replace(state, highest=before.highest + 1) if leased else state)


def _loser_dropped(original: Callable[..., Any], *args: Any, **named: Any) -> Any:
    """What loses is told to its author, and that is that."""
    return [msgspec.structs.replace(entry, kept=()) for entry in original(*args, **named)]


def _last_one_wins(_original: Callable[..., Any], *_args: Any) -> dict[str, int]:
    return {}


# -- the PC ------------------------------------------------------------------------------------------------------


@contextmanager
def _cursor_first() -> Iterator[None]:
    """The cursor is stored, and then the rows."""
    take, admits = SyncEngine._take_data, Admission.admits  # noqa: SLF001  # a mistake may

    def instead(self: SyncEngine, data: Data, *about: Any, **named: Any) -> None:
        with self._store.begin() as uow:  # a mistake may
            if not admits(named["admission"], uow, data):
                return
            uow.streams.advance(data.stream, data.cursor)
        with (
            mock.patch.object(Admission, "admits", return_value=True),
            mock.patch("desktop.sync.engine.is_overtaken", return_value=False),
        ):
            take(self, data, *about, **named)

    with mock.patch.object(SyncEngine, "_take_data", instead):
        yield


def _no_purge(_original: Callable[..., Any], self: Replica, stream: Any) -> set[Any]:
    """The stream is forgotten, its rows are not."""
    self._uow.streams.forget(stream)  # a mistake may
    return set()


def _files_stay() -> AbstractContextManager[Any]:
    """The rows of a letter are erased, its files are not."""
    return mock.patch.object(residue, "condemn_unless_needed", return_value=None)


def _grants_only_added(original: Callable[..., tuple[Any, ...]], self: Streams, granted: Any) -> tuple[Any, ...]:
    original(self, granted)
    return ()


def _sent_before_its_end(original: Callable[..., Any], self: Transfers, client: Any, row: Any, *rest: Any) -> Any:
    self._settle(row.sha256)  # a mistake may
    return original(self, client, row, *rest)


@contextmanager
def _answers_first() -> Iterator[None]:
    """Ops are marked as answered when the answer comes, and their rows are settled when the reply is complete."""
    finish = Replica.finish_round
    kept: list[tuple[tuple[OpResult, ...], int]] = []

    def mark(uow: UnitOfWork, results: Sequence[OpResult], *, epoch: int) -> set[Any]:
        kept.clear()
        outbox = uow.outbox
        entries = outbox.of_epoch(epoch, [one.seq for one in results])
        waiting = [one for one in results if one.seq in entries and entries[one.seq].state == OpState.WAITING]
        for one in waiting:
            outbox.settle(entries[one.seq].id, one)
        kept.append((tuple(waiting), epoch))
        return set()

    def settle_at_last(self: Replica) -> set[Any]:
        for results, epoch in kept:
            for entry in self._uow.outbox.of_epoch(epoch, [one.seq for one in results]).values():
                self._uow.outbox.reopen(entry.id)
            settle_ops(self._uow, results, epoch=epoch)
        kept.clear()
        return finish(self)

    with mock.patch.object(engine, "settle_ops", mark), mock.patch.object(Replica, "finish_round", settle_at_last):
        yield


def _refusal_dropped(original: Callable[..., None], self: Outbox, number: int, result: OpResult) -> None:
    """A refusal is taken for an answer like any other."""
    quiet = result.outcome == Outcome.REFUSED
    original(self, number, msgspec.structs.replace(result, outcome=Outcome.ACCEPTED) if quiet else result)


def _number_alone(original: Callable[..., Any], store: Any, device: Any, **named: Any) -> Any:
    """A repeat is recognised by its number, whatever it says."""
    ops, epoch = named["ops"], named["epoch"]
    writer = Writer(device=device.id, epoch=epoch)
    logged = store.ops.between(writer, first=ops[0].seq, last=ops[-1].seq)
    sent = [logged[op.seq].op if op.seq in logged else data for op, data in zip(ops, named["sent"], strict=True)]
    return original(store, device, **{**named, "sent": sent})


def _blocks_kept(_original: Callable[..., None], _self: Leases) -> None:
    """A PC that begins a new epoch goes on with the numbers that it had."""


def _server_believed(original: Callable[..., None], self: Healing, extents: Any) -> None:
    """A server that counts anew has lost nothing."""
    del extents
    with mock.patch.object(Healing, "_is_ours", return_value=True):
        original(self, [(epoch, 1_000_000, b"") for epoch in range(1, 100)])


def _pruned_at_once(original: Callable[..., None], self: Outbox, durable: int) -> None:
    """What the server took is safe."""
    del durable
    original(self, _EVERYTHING)


def _never_compared(_original: Callable[..., None], _self: Healing) -> None:
    """After a wound the cursors are trusted as before."""


MISTAKES: Mapping[str, Mistake] = MappingProxyType(
    {
        "cursor from a sequence": method(Pull, "_page", _cursor_ahead),
        "end of the chain not stored": method(DeviceTable, "advance", _head_forgotten),
        "refused ops take no number": method(OpLog, "add", _refused_unlogged),
        "a group falls apart": lambda: mock.patch("server.services.push._runs", _each_alone),
        "what is held is forgotten": lambda: function(push, "_held", _held_and_forgotten),
        "a repeat is decided again": lambda: function(judging, "check_batch", _taken_again),
        "every stream is granted": lambda: mock.patch("server.services.grants.may_hold", _everything_granted),
        "whoever knows a hash reads the file": method(BlobService, "readable_size", _anybody_reads),
        "a block of numbers for two": method(NumberTable, "set_state", _lease_uncounted),
        "the last one wins": method(Ground, "field_revisions", _last_one_wins),
        "the loser is only told": lambda: function(judging, "decide_batch", _loser_dropped),
        "cursor before the frame": _cursor_first,
        "revoked without purge": method(Replica, "purge", _no_purge),
        "revoked without its files": _files_stay,
        "revoked streams stay": method(Streams, "grant", _grants_only_added),
        "sent before its end": method(Transfers, "_send", _sent_before_its_end),
        "answers before their rows": _answers_first,
        "a refusal is swallowed": method(Outbox, "settle", _refusal_dropped),
        "a repeat is known by its number alone": lambda: function(judging, "check_batch", _number_alone),
        "a mended PC keeps its blocks of numbers": method(Leases, "give_up", _blocks_kept),
        "a server from an older copy is believed": method(Healing, "server_was_put_back", _server_believed),
        "accepted ops are forgotten at once": method(Outbox, "prune", _pruned_at_once),
        "nothing is compared after a wound": method(Healing, "ask_to_compare", _never_compared),
        **HUB_MISTAKES,
    }
)
