"""What must hold of what is sealed: nothing of it is lost, its readers open it, and nobody else finds a word of it."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Collection, Iterator
from contextlib import closing
from pathlib import Path

from core.domain.attaching import AttachScans
from core.domain.conflicts import Conflict
from core.domain.dispositions import AnswerDisposition, Disposition, IssueDisposition
from core.domain.following_up import WithdrawDisposition
from core.domain.held_acts import HeldAct
from core.domain.joining import JoinArrival
from core.domain.letters import IncomingLetter, is_in_clear
from core.domain.registering import RegisterLetter
from core.domain.replying import EndReply
from core.domain.secrecy import KEY_NAME_BYTES, is_sealed
from core.protocol.person_keys import party_of
from core.protocol.records import ACT_OF, KIND_OF
from core.protocol.sealing import SealBroken
from desktop.services.secrecy import Secrecy
from tests.simulation.opening import Opener
from tests.simulation.pc import Pc
from tests.simulation.pc_checks import CANARY
from tests.simulation.truth import Logged, Truth

_LETTER, _DISPOSITION = KIND_OF[IncomingLetter].code, KIND_OF[Disposition].code
_TELL_BESIDES = tuple(
    ACT_OF[act].code
    for act in (
        RegisterLetter,
        JoinArrival,
        AttachScans,
        IssueDisposition,
        AnswerDisposition,
        WithdrawDisposition,
        EndReply,
    )
)


def everything_opens(truth: Truth, opener: Opener) -> None:
    """Nothing that was sealed is lost: all of it opens with some pair that somebody has, or had."""
    for row in truth.rows.values():
        if isinstance(row.record, IncomingLetter) and row.record.keys:
            content = opener.learn_keys(row.record.id, row.record.keys)
            keys = [(one.user, one.key.hex(), one.by) for one in row.record.keys]
            assert content is not None, f"nobody can open letter {row.record.id.hex()}, sealed to {keys}"
            opener.stand[row.record.id] = content
    try:
        for row in truth.rows.values():
            try:
                for _ in opener.texts(row.record):
                    pass
            except SealBroken as err:
                raise AssertionError(f"no reader can open {row.record}") from err
            if isinstance(row.record, HeldAct):
                opener.held(row.record)
    finally:
        opener.stand.clear()


def sealed_words(truth: Truth, opener: Opener) -> set[bytes]:
    """The words of a letter that is sealed now which stand in no row in the clear; what is held is no such row."""
    clear: set[bytes] = set()
    found: set[bytes] = set()
    for row in truth.rows.values():
        if not isinstance(row.record, HeldAct):
            clear.update(CANARY.findall(repr(row.record).encode()))
        sealed = _letter_of(truth, row.record)
        if sealed is not None and is_sealed_now(sealed):
            for stands, text in opener.texts(row.record):
                if is_sealed(stands):
                    found.update(CANARY.findall(text.encode()))
    for line in truth.log:
        found.update(CANARY.findall("".join(_told_besides(truth, line)).encode()))
    return found - clear


def _told_besides(truth: Truth, line: Logged) -> Iterator[str]:
    """What an act says that no sealed letter has in any form: names of files, and reasons."""
    if line.op.act not in _TELL_BESIDES:
        return
    act = line.op.read_act()
    row = truth.rows.get((_DISPOSITION, bytes(getattr(act, "disposition_id", b""))))
    letter_id = getattr(act, "letter_id", None if row is None else row.record.letter_id)
    row = None if letter_id is None else truth.rows.get((_LETTER, bytes(letter_id)))
    if row is not None and is_sealed_now(row.record):
        files = (getattr(act, name, ()) for name in ("scans", "sheets", "files"))
        yield from (file.name for several in files for file in several)
        yield getattr(act, "reason", "")


def is_sealed_now(letter: IncomingLetter) -> bool:
    """Whether what a letter says is for its readers alone."""
    return letter.is_secret and bool(letter.keys) and not is_in_clear(letter)


def _letter_of(truth: Truth, record: object) -> IncomingLetter | None:
    if isinstance(record, IncomingLetter):
        return record
    if isinstance(record, Disposition | Conflict):
        row = truth.rows.get((_LETTER, bytes(record.letter_id)))
        return None if row is None else row.record
    return None


def nowhere_in_the_clear(folder: Path, words: Collection[bytes], whose: str) -> None:
    """No file of a machine holds a word of what is sealed, not even where it was before."""
    for database in folder.glob("*.db"):  # as a stop does: what was overwritten stands in a log until it is begun anew
        with closing(sqlite3.connect(database)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    for place, _, names in os.walk(folder):
        for name in names:
            content = Path(place, name).read_bytes()
            found = set(CANARY.findall(content)) & set(words)
            assert not found, f"{whose} holds {sorted(found)[:3]} of a sealed letter in {name}"


def readers_can_open(pc: Pc, truth: Truth) -> None:
    """Whoever has signed in here opens each letter here that is sealed to a key of hers, and all that speaks of it."""
    assert pc.cabinet is not None
    for user in pc.users():
        ring = pc.cabinet.ring_of(user)
        names = {party_of(pair).seal_public[:KEY_NAME_BYTES] for pair in ring.pairs}
        if not names:
            continue
        pc.cabinet.sit_down(user)
        with pc.store.read() as uow:
            for kind, row_id in truth.rows:
                here = uow.get(IncomingLetter, row_id) if kind == _LETTER else None
                # A PC whose people are let in no more may not have heard yet that a letter was sealed.
                if here is None or not any(one.user == user and one.key in names for one in here.keys):
                    continue
                assert Secrecy(uow).content_of(here) is not None, (
                    f"{pc.name}: {user} cannot open {row_id.hex()}, which is sealed to her"
                )
