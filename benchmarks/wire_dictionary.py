"""Trains the dictionary that both sides ship, on the messages of an invented office, and prints what it is worth.

    python -m benchmarks.wire_dictionary [FILE]

Without FILE it only prints figures. A dictionary that was shipped is never changed: another one is another flag of the
wire. Training messages and measured messages come from different seeds.
"""

import random
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import zstandard

from benchmarks.measuring import report
from core.domain.dispositions import AnswerDisposition, Disposition, IssueDisposition
from core.domain.ids import DispositionId, PositionId, StreamId, UserId
from core.domain.letters import IncomingLetter
from core.domain.registering import RegisterLetter
from core.protocol.codec import check_of, encode, to_columns
from core.protocol.frames import Wire
from core.protocol.messages import Block, Control, Data, Done, OpResult, SyncRequest
from core.protocol.ops import Op, pack_act
from core.protocol.records import row_key
from desktop.services.practice.generator import PracticeGenerator
from desktop.services.practice.mapping import directory_records, letter_records

SIZE = 24 * 1024
TRAINING_SEEDS = (101, 102, 103)
MEASURED_SEED = 104
LETTERS = 1500
NOW_MS = 1_795_400_000_000


def main(arguments: list[str]) -> None:
    """Train, measure, and write if asked to."""
    samples: list[bytes | bytearray | memoryview] = [message for seed in TRAINING_SEEDS for message in messages(seed)]
    dictionary = zstandard.train_dictionary(SIZE, samples, level=12).as_bytes()
    if arguments:
        Path(arguments[0]).write_bytes(dictionary)
    figures: dict[str, Any] = {"dictionary_bytes": len(dictionary), "samples": len(samples)}
    for name, wire in (("without", Wire(b"")), ("with", Wire(dictionary))):
        figures[name] = {kind: average(wire, kind) for kind in ("issue", "news")}
    report("wire_dictionary", figures)


def average(wire: Wire, kind: str) -> int:
    """The mean bytes of one kind of message."""
    sizes = []
    rng = random.Random(MEASURED_SEED)
    for record, dispositions in office_rows(MEASURED_SEED, 400):
        if not dispositions:
            continue
        if kind == "issue":
            sizes.append(len(wire.pack(request([issue_op(dispositions[0], rng)], rng))))
        else:
            writer = wire.writer()
            body = b"".join(writer.frame(frame) for frame in news([record], [dispositions[0]], rng))
            sizes.append(len(body))
    return round(sum(sizes) / len(sizes))


def messages(seed: int) -> Iterator[bytes]:
    """Requests and replies as they are before compression."""
    rng = random.Random(seed)
    pending: list[IncomingLetter] = []
    for record, dispositions in office_rows(seed, LETTERS):
        yield encode(request([register_op(record, rng)], rng))
        pending.append(record)
        for disposition in dispositions:
            yield encode(request([issue_op(disposition, rng)], rng))
            yield from frames(news([record], [disposition], rng))
            for recipient in disposition.recipients:
                if recipient.result:
                    act = AnswerDisposition(disposition_id=disposition.id, result=recipient.result)
                    op = op_of(act, recipient.position, recipient.answered_by or UserId(1), rng, check=rng.randbytes(4))
                    yield encode(request([op], rng))
        if len(pending) == 12:  # noqa: PLR2004  # a morning's letters
            yield from frames(news(pending, [], rng))
            pending = []


def frames(several: list[Any]) -> Iterator[bytes]:
    """The content of a reply with its length fields."""
    raw = [encode(frame) for frame in several]
    yield b"".join(len(one).to_bytes(4, "big") + one for one in raw)


def office_rows(seed: int, count: int) -> Iterator[tuple[IncomingLetter, tuple[Disposition, ...]]]:
    """Letters with their dispositions."""
    generator = PracticeGenerator(seed, until=date(2026, 11, 20))
    directory = directory_records(generator.office())
    for letter in generator.letters(count):
        yield letter_records(letter, generator.dispositions(letter), directory, agenda_no=letter.index % 900 + 1)


def register_op(letter: IncomingLetter, rng: random.Random) -> bytes:
    """The op that registers a letter."""
    values = {name: getattr(letter, name) for name in RegisterLetter.__struct_fields__ if name != "letter_id"}
    act = RegisterLetter(letter_id=letter.id, **values)
    return op_of(act, PositionId(10), letter.registered_by, rng, check=check_of([letter]))


def issue_op(disposition: Disposition, rng: random.Random) -> bytes:
    """The op that issues a disposition."""
    act = IssueDisposition(
        disposition_id=DispositionId(disposition.id),
        letter_id=disposition.letter_id,
        parent=disposition.parent,
        recipients=tuple(one.position for one in disposition.recipients),
        instructions=disposition.instructions,
        note=disposition.note,
        due_on=disposition.due_on,
    )
    return op_of(act, disposition.from_position, disposition.from_user, rng, check=check_of([disposition]))


def op_of(act: Any, position: PositionId, user: UserId, rng: random.Random, *, check: bytes) -> bytes:
    """An op with invented links."""
    code, args = pack_act(act)
    op = Op(
        version=1,
        seq=rng.randrange(1, 4000),
        prev=rng.randbytes(8),
        user=user,
        position=position,
        act=code,
        args=args,
        check=check,
        group=0,
        wall_ms=NOW_MS + rng.randrange(10**9),
        offset_ms=rng.randrange(-3000, 3000),
        uncertainty_ms=rng.randrange(1, 400),
    )
    return encode(op)


def request(ops: list[bytes], rng: random.Random) -> SyncRequest:
    """A request with a few streams."""
    cursors = tuple((StreamId(stream), rng.randrange(1, 60_000)) for stream in range(1, rng.randrange(3, 8)))
    return SyncRequest(
        protocol=1,
        schema=1,
        epoch=1,
        feed_epoch=1,
        sent_ms=NOW_MS + rng.randrange(10**9),
        grants=rng.randrange(2**32),
        ops=tuple(ops),
        signature=rng.randbytes(64),
        cursors=cursors,
    )


def news(letters: list[IncomingLetter], dispositions: list[Disposition], rng: random.Random) -> list[Any]:
    """A reply that brings rows."""
    seq = rng.randrange(1, 60_000)
    control = Control(
        feed_epoch=1,
        now_ms=NOW_MS + rng.randrange(10**9),
        grants=rng.randrange(2**32),
        results=(OpResult(seq=rng.randrange(1, 4000), first_rev=seq),) if rng.random() < 0.5 else (),  # noqa: PLR2004
        durable=seq,
    )
    blocks = [
        Block(kind=row_key(several[0])[0], columns=to_columns(several), revs=[seq + 1] + [1] * (len(several) - 1))
        for several in (letters, dispositions)
        if several
    ]
    sent_already = tuple(msgspec.structs.replace(block, columns=[], revs=[]) for block in blocks)
    return [
        control,
        Data(stream=StreamId(2), cursor=seq + 3, blocks=tuple(blocks)),
        Data(stream=StreamId(5), cursor=seq + 3, blocks=sent_already),
        Done(),
    ]


if __name__ == "__main__":
    main(sys.argv[1:])
