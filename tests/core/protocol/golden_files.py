"""The golden files: one of everything that crosses the wire, as bytes and as text, kept for ever.

A file that exists is never written again: bytes like these lie on servers and in the outboxes of PCs. When a struct
gains a field, its newest file no longer equals what the program writes; then

    python -m tests.core.protocol.golden_files

adds the next number beside it (`record.letter.2.json`), and both are read from then on.
"""

from __future__ import annotations

import json
from datetime import date, datetime
from enum import Enum
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from core.domain.errors import RefusalCode
from core.domain.letters import Channel, LetterStatus, SecurityLevel, Urgency
from core.domain.offices import Role
from core.domain.streams import StreamKind
from core.protocol.codec import decode, encode
from core.protocol.faults import FAULT_MAGIC, STATUS, Fault, FaultCode, read_fault, write_fault
from core.protocol.frames import Wire, decode_frame
from core.protocol.messages import Control, Data, Done, Outcome, Slice, SyncRequest
from core.protocol.ops import Op, read_op
from core.protocol.records import ACTS, KINDS
from tests import factories, wire_factories

FOLDER = Path(__file__).parents[2] / "protocol" / "golden"
_FRAMES = (Control, Data, Done, Slice)


class Subject(NamedTuple):
    """One thing on the wire: its name, an example, and the way to bytes and back."""

    name: str
    example: Any
    write: Any
    read: Any


def subjects() -> list[Subject]:
    """Everything on the wire, by name."""
    found = [_plain(f"record.{kind.name}", factories.RECORDS[kind.struct]) for kind in KINDS]
    found += [_plain(f"act.{act.name}", factories.ACTS[act.struct]) for act in ACTS]
    for struct, example in wire_factories.MESSAGES.items():
        if struct is Fault:
            found += [
                Subject(f"fault.{code}", Fault(code=code, number=7), write_fault, read_fault) for code in FaultCode
            ]
        elif struct is Op:
            found.append(Subject("op", example, encode, read_op))
        elif struct in _FRAMES:
            found.append(Subject(f"frame.{struct.__name__.lower()}", example, encode, decode_frame))
        else:
            found.append(_plain(f"message.{struct.__name__.lower()}", example))
    return sorted(found)


def packed_subject() -> Subject:
    """A whole message in its envelope, without a dictionary. Other versions of zstd may pack it otherwise."""
    wire = Wire(b"")
    example = wire_factories.MESSAGES[SyncRequest]
    return Subject("packed.syncrequest", example, wire.pack, lambda data: wire.unpack(data, SyncRequest))


def codes() -> dict[str, dict[str, Any]]:
    """Every number and word that stands for something on the wire."""
    enums = (Role, StreamKind, SecurityLevel, Urgency, Channel, LetterStatus, Outcome, RefusalCode, FaultCode)
    return {
        "kinds": {kind.name: kind.code for kind in KINDS},
        "acts": {act.name: act.code for act in ACTS},
        "http": {code.value: status for code, status in STATUS.items()},
        "fault_magic": {"hex": FAULT_MAGIC.hex()},
        **{enum.__name__: {member.name: member.value for member in enum} for enum in enums},
    }


def readable(value: Any) -> Any:
    """A value as JSON that a person can read: fields by name, bytes in hexadecimal."""
    if isinstance(value, msgspec.Struct):
        return {field: readable(getattr(value, field)) for field in value.__struct_fields__}
    if isinstance(value, list | tuple):
        return [readable(one) for one in value]
    if isinstance(value, bytes | msgspec.Raw):
        return bytes(value).hex()
    if isinstance(value, Enum):
        return value.name
    return value.isoformat() if isinstance(value, date | datetime) else value


def numbered(name: str) -> list[Path]:
    """The files of one subject, oldest first."""
    found = FOLDER.glob(f"{name}.*.json")
    return sorted(
        (path for path in found if _number(path) and path.name == f"{name}.{_number(path)}.json"), key=_number
    )


def newest(name: str) -> Path:
    """The last file of one subject; where there is none, the first that will be."""
    return numbered(name)[-1] if numbered(name) else FOLDER / f"{name}.1.json"


def write_missing() -> list[Path]:
    """Write what has no file yet or is written otherwise now; what exists is left alone."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    written = []
    for subject in [*subjects(), packed_subject()]:
        data = subject.write(subject.example)
        path = newest(subject.name)
        if path.is_file():
            if subject.name.startswith("packed.") or json.loads(path.read_text(encoding="utf-8"))["hex"] == data.hex():
                continue
            path = path.with_name(f"{subject.name}.{_number(path) + 1}.json")
        content = {"what": subject.name, "hex": data.hex(), "value": readable(subject.example)}
        _write_new(path, content)
        written.append(path)
    if not (FOLDER / "codes.json").is_file():
        _write_new(FOLDER / "codes.json", codes())
        written.append(FOLDER / "codes.json")
    return written


def _plain(name: str, example: Any) -> Subject:
    return Subject(name, example, encode, lambda data: decode(data, type(example)))


def _number(path: Path) -> int:
    last = path.stem.rpartition(".")[2]
    return int(last) if last.isdecimal() else 0


def _write_new(path: Path, content: Any) -> None:
    with path.open("x", encoding="utf-8", newline="\n") as writer:
        json.dump(content, writer, indent=1, ensure_ascii=False)
        writer.write("\n")


if __name__ == "__main__":
    for made in write_missing():
        print(made.name)  # noqa: T201  # a script reports what it made
