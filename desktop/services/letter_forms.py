"""What a letter says in its other form: sealed, when it becomes secret; in the clear, when it is to be secret no more.

Scans are files of their own in each form. One that is not on this PC cannot be sealed here, and stays as it is until
somebody seals it who has it; to put a letter into the clear all of its scans have to be here.
"""

from collections.abc import Callable
from functools import partial

import msgspec

from core.domain.attachments import Attachment
from core.domain.dispositions import Disposition
from core.domain.errors import Refusal, RefusalCode
from core.domain.ids import BlobHash, LetterId
from core.domain.letters import IncomingLetter, is_in_clear
from core.domain.offices import Actor
from core.domain.resealing import NoteTexts, ResultTexts, SealLetter, UnsealLetter, has_clear_texts
from core.domain.secrecy import is_sealed
from core.protocol.letter_sealing import (
    FILE_MAGIC,
    letter_place,
    note_place,
    open_file,
    open_text,
    result_place,
    seal_file,
    seal_text,
)
from core.protocol.sealing import SealBroken
from desktop.services.clock import Clock
from desktop.services.secrecy import Secrecy, sealed_letter_texts
from desktop.storage.blobs import CHUNK, BlobFiles
from desktop.storage.dispositions import dispositions
from desktop.storage.letters import letters
from desktop.storage.record_table import Stored
from desktop.storage.unit_of_work import Store
from desktop.system.faults import EnvironmentFault, FaultOf


class LetterForms:
    """Makes the acts that change the form of letters; performs none."""

    def __init__(self, store: Store, actor: Actor, clock: Clock, files: BlobFiles | None) -> None:
        """Over the open store; without its `files` scans stay as they are."""
        self._store = store
        self._actor = actor
        self._clock = clock
        self._files = files

    def sealed(self, letter_id: LetterId) -> SealLetter | None:
        """The act that seals what is in the clear of a secret letter; None where nothing is, or nothing is sealed here.

        NO_READER if none of its readers has a key; SEALED_FOR_OTHERS if it is sealed in part and this person is none.
        """
        with self._store.read() as uow:
            stored, secrecy = letters.get(uow.connection, letter_id), Secrecy(uow, self._clock())
            if stored is None or not stored.record.is_secret or not secrecy.seals(self._actor):
                return None
            letter = stored.record
            sheets = [one for one in dispositions.of_letter(uow.connection, letter_id) if has_clear_texts(one.record)]
            if letter.keys and not is_in_clear(letter) and not sheets:
                return None
            sealing = secrecy.start(letter)
        scans = letter.scans
        if self._files is not None:
            scans = tuple(sealed_scan(self._files, one, letter_id, sealing.content) for one in scans)
        return SealLetter(
            letter_id=letter_id,
            base=stored.rev,
            keys=sealing.keys,
            scans=scans,
            notes=tuple(_recast(one, partial(_seal, content=sealing.content)) for one in sheets),
            **sealed_letter_texts(letter_id, _plain_texts(letter), sealing.content),
        )

    def cleared(self, letter_id: LetterId) -> UnsealLetter | None:
        """The act that puts a sealed letter into the clear; None where it is not sealed.

        SEALED_FOR_OTHERS if this person cannot open it, SCAN_MISSING if a scan is not here.
        """
        with self._store.read() as uow:
            stored = letters.get(uow.connection, letter_id)
            if stored is None or not stored.record.keys:
                return None
            letter = stored.record
            content = Secrecy(uow).required(letter)
            sheets = dispositions.of_letter(uow.connection, letter_id)
        texts = {
            field: open_text(text, content, place=letter_place(letter_id, field))
            for field, text in _plain_texts(letter).items()
        }
        return UnsealLetter(
            letter_id=letter_id,
            base=stored.rev,
            scans=tuple(self._opened_scan(one, letter_id, content) for one in letter.scans),
            notes=tuple(_recast(one, partial(_open, content=content)) for one in sheets),
            **texts,
        )

    def _opened_scan(self, scan: Attachment, letter_id: LetterId, content: bytes) -> Attachment:
        if self._files is None or not self._files.has(scan.sha256):
            raise Refusal(RefusalCode.SCAN_MISSING, "scans")
        with self._files.content(scan.sha256) as stored:
            data = stored.read()
        if not data.startswith(FILE_MAGIC):
            return scan
        try:
            sha256, size = self._files.add_bytes(open_file(data, content, letter_id=letter_id))
        except SealBroken as err:
            raise EnvironmentFault(FaultOf.FILE_DAMAGED, "sealed scan") from err
        return msgspec.structs.replace(scan, sha256=BlobHash(sha256), size=size)


def sealed_scan(files: BlobFiles, scan: Attachment, letter_id: LetterId, content: bytes) -> Attachment:
    """The scan as a file that readers alone can open, among the files; what it was called is not told.

    One that is not here, or is sealed, stays as it is.
    """
    if not files.has(scan.sha256):
        return scan
    with files.content(scan.sha256) as stored:
        if stored.read(len(FILE_MAGIC)) == FILE_MAGIC:
            return scan
        stored.seek(0)
        chunks = iter(partial(stored.read, CHUNK), b"")
        sealed = b"".join(seal_file(chunks, content, letter_id=letter_id))
    sha256, size = files.add_bytes(sealed)
    return msgspec.structs.replace(scan, sha256=BlobHash(sha256), size=size, name="")


def _plain_texts(letter: IncomingLetter) -> dict[str, str]:
    return {"subject": letter.subject, "summary": letter.summary}


def _seal(text: str, place: bytes, *, content: bytes) -> str:
    return text if is_sealed(text) else seal_text(text, content, place=place)


def _open(text: str, place: bytes, *, content: bytes) -> str:
    return open_text(text, content, place=place)


def _recast(stored: Stored[Disposition], form: Callable[[str, bytes], str]) -> NoteTexts:
    one = stored.record
    results = tuple(
        ResultTexts(
            position=each.position,
            result=form(each.result, place),
            earlier=tuple(form(before.result, place) for before in each.earlier),
        )
        for each in one.recipients
        for place in (result_place(one.id, each.position),)
    )
    return NoteTexts(disposition_id=one.id, base=stored.rev, note=form(one.note, note_place(one.id)), results=results)
