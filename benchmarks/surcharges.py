"""What signatures, sealing, histories and daily heads add to what travels, and to the time of an act.

Bytes are those of a message or record with the thing less those of the same without it. `history` tells 2,000 letters
of the practice office in parts of 500 rows, zstd 19, with the fields in which a row keeps its story and without them;
`news` is one letter with its disposition, packed with the shipped dictionary. Prints one JSON line.

    python -m benchmarks.surcharges
"""

import random
import statistics
import time
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import Any

import msgspec
import zstandard

from benchmarks.measuring import report
from benchmarks.office_server import office_rows
from benchmarks.wire_dictionary import news
from core.domain.dispositions import Disposition, IssueDisposition, Recipient
from core.domain.ids import PositionId, UserId
from core.domain.letter_changes import LetterChange
from core.domain.letters import IncomingLetter
from core.domain.secrecy import with_keys
from core.protocol.act_signing import Author, act_payload
from core.protocol.codec import encode
from core.protocol.columns import pack_column
from core.protocol.daily_heads import RUNNING_BYTES, DailyHead, HeadsTold, pack_heads
from core.protocol.letter_sealing import letter_place, new_content_key, seal_text, seal_to
from core.protocol.ops import GENESIS, OP_VERSION, PREV_BYTES, Op, pack_act
from core.protocol.person_keys import party_of
from core.protocol.sealing import is_signed
from desktop.app.wire import shipped_wire
from tests.factories import HEAD, SECRETARY, SECTION, user_of
from tests.support.person_keys import TENANT, keys_of, ring_of

LETTERS, DISPOSITIONS, PART = 2_000, 2_989, 500
ROUNDS = 500
MOMENT = datetime(2026, 11, 20, 2, 30, tzinfo=UTC)
STORY: dict[type, tuple[str, ...]] = {IncomingLetter: ("changes",), Recipient: ("read_by", "earlier")}


def main() -> None:
    """Measure and print one JSON line."""
    letters, dispositions, _ = office_rows(LETTERS, DISPOSITIONS)
    report(
        "surcharges",
        {
            "signature": signature(dispositions[0]),
            "sealing": sealing(letters),
            "history": history(letters, dispositions),
            "news": fresh(letters, dispositions),
            "daily_head_bytes": head_bytes(),
        },
    )


def signature(order: Disposition) -> dict[str, Any]:
    """An order with the signature of its author: bytes of the op, milliseconds to sign and to check."""
    act = IssueDisposition(
        disposition_id=order.id,
        letter_id=order.letter_id,
        parent=order.parent,
        recipients=tuple(one.position for one in order.recipients),
        instructions=order.instructions,
        note=order.note,
        due_on=order.due_on,
    )
    author = Author(tenant=TENANT, user=user_of(HEAD), position=HEAD)
    party, wall_ms = party_of(ring_of(HEAD).pairs[0]), int(MOMENT.timestamp() * 1000)

    def sign() -> bytes:
        return party.sign(act_payload(act, author, wall_ms))

    def check() -> None:
        if not is_signed(act_payload(act, author, wall_ms), signed, by=party.sign_public):
            raise RuntimeError("a signature that does not hold")

    signed = sign()
    code, args = pack_act(act)
    op = Op(
        version=OP_VERSION,
        seq=1,
        prev=GENESIS[:PREV_BYTES],
        user=author.user,
        position=author.position,
        act=code,
        args=args,
        check=b"",
        group=0,
        wall_ms=wall_ms,
        offset_ms=0,
        uncertainty_ms=0,
        signature=signed,
    )
    unsigned = [getattr(op, name) for name in Op.__struct_fields__ if name != "signature"]
    return {
        "op_bytes": len(encode(op)) - len(encode(unsigned)),
        "sign_ms": median_ms(sign),
        "check_ms": median_ms(check),
    }


def sealing(letters: Sequence[IncomingLetter]) -> dict[str, Any]:
    """A letter with three readers, and its texts."""
    letter, content = letters[0], new_content_key()
    readers = [keys_of(HEAD), keys_of(SECRETARY), keys_of(SECTION)]
    keys = with_keys((), seal_to(content, letter.id, readers), by=user_of(SECTION), at=MOMENT)
    texts = [one.subject for one in letters if one.subject]
    sealed = [seal_text(text, content, place=letter_place(letter.id, "subject")) for text in texts]
    return {
        "readers": len(readers),
        "letter_bytes": len(encode(msgspec.structs.replace(letter, keys=keys))) - len(encode(letter)),
        "subject_bytes_median": statistics.median(len(text.encode()) for text in texts),
        "sealed_subject_bytes_median": statistics.median(len(text.encode()) for text in sealed),
    }


def history(letters: Sequence[IncomingLetter], dispositions: Sequence[Disposition]) -> dict[str, Any]:
    """Rows that nobody changed, with room for a story and without; and a changed subject before compression."""
    with_story = sum(size_in_parts(rows, story=True) for rows in (letters, dispositions))
    without = sum(size_in_parts(rows, story=False) for rows in (letters, dispositions))
    changed = [
        msgspec.structs.replace(one, changes=(change_of(other, one),))
        for one, other in zip(letters, reversed(letters), strict=True)
    ]
    raw = [len(encode(new)) - len(encode(old)) for new, old in zip(changed, letters, strict=True)]
    return {
        "letters": len(letters),
        "dispositions": len(dispositions),
        "ratio": round(with_story / without, 5),
        "bytes": with_story,
        "bytes_without_story": without,
        "changed_subject_bytes_median": statistics.median(raw),
    }


def fresh(letters: Sequence[IncomingLetter], dispositions: Sequence[Disposition]) -> dict[str, Any]:
    """A letter and its disposition as a PC hears of them, on average."""
    wire, by_id = shipped_wire(), {one.id: one for one in letters}
    sizes: dict[bool, list[int]] = {True: [], False: []}
    for number, order in enumerate(dispositions[:ROUNDS]):
        rows = {one.id: one for one in (by_id[order.letter_id], order)}
        frames = news([by_id[order.letter_id]], [order], random.Random(number))
        for story, found in sizes.items():
            told = [told_with(frame, tuple(rows.values()), story=story) for frame in frames]
            found.append(len(wire.whole(told)))
    return {"bytes": round(statistics.mean(sizes[True])), "bytes_without_story": round(statistics.mean(sizes[False]))}


def told_with(frame: Any, rows: tuple[Any, ...], *, story: bool) -> Any:
    """A frame with the columns of these rows, one block each, where it brings any."""
    blocks = getattr(frame, "blocks", ())
    if not any(block.columns for block in blocks):
        return frame
    fresh_blocks = tuple(
        msgspec.structs.replace(block, columns=columns([row], story=story))
        for block, row in zip(blocks, rows, strict=True)
    )
    return msgspec.structs.replace(frame, blocks=fresh_blocks)


def head_bytes() -> int:
    """One daily head for a PC that holds the one before."""
    head = DailyHead(number=2, day=300, seq=40_000, running=bytes(RUNNING_BYTES))
    return len(pack_heads(HeadsTold(heads=(head,), signature=bytes(64))))


def change_of(other: IncomingLetter, letter: IncomingLetter) -> LetterChange:
    """Another subject that the letter had before."""
    by, position = letter.registered_by, PositionId(letter.involved[0] if letter.involved else 1)
    return LetterChange(
        field="subject", before=other.subject, after=letter.subject, by=UserId(by), position=position, at=MOMENT
    )


def size_in_parts(rows: Sequence[Any], *, story: bool) -> int:
    """Bytes of rows of one kind after compression."""
    parts = [rows[start : start + PART] for start in range(0, len(rows), PART)]
    packer = zstandard.ZstdCompressor(level=19)
    return sum(len(packer.compress(encode(columns(part, story=story)))) for part in parts)


def columns(rows: Sequence[Any], *, story: bool) -> list[Any]:
    """Rows of one kind field by field, as they travel, or as they would without what tells their story."""
    told = [plain(row, story=story) for row in rows]
    return [pack_column(list(column)) for column in zip(*told, strict=True)]


def plain(record: Any, *, story: bool) -> list[Any]:
    """The fields of a record, of its recipients too."""
    left_out = () if story else STORY.get(type(record), ())
    values = [getattr(record, name) for name in record.__struct_fields__ if name not in left_out]
    return [_plain_value(value, story=story) for value in values]


def _plain_value(value: Any, *, story: bool) -> Any:
    if isinstance(value, tuple) and value and isinstance(value[0], Recipient):
        return [plain(one, story=story) for one in value]
    return msgspec.to_builtins(value, builtin_types=(bytes, datetime, date))


def median_ms(work: Callable[[], object]) -> float:
    """The milliseconds that work takes."""
    times = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        work()
        times.append(time.perf_counter() - begun)
    return round(statistics.median(times) * 1000, 3)


if __name__ == "__main__":
    main()
