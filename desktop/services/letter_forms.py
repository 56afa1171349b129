"""What a letter says in its other form: sealed, when it becomes secret; in the clear, when it is to be secret no more.

Scans are files of their own in each form. One that is not on this PC cannot be sealed here, and stays as it is until
somebody seals it who has it; to put a letter into the clear all of its scans have to be here.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from functools import partial

import msgspec

from core.domain.attachments import Attachment
from core.domain.conflicts import Conflict
from core.domain.dispositions import Disposition
from core.domain.errors import Refusal, RefusalCode
from core.domain.ids import BlobHash, LetterId, UserId
from core.domain.letter_changes import SEALED_FIELDS
from core.domain.letters import IncomingLetter, is_in_clear, is_sealed_letter
from core.domain.offices import Actor
from core.domain.person_keys import PersonKeys
from core.domain.recasting import (
    ConflictTexts,
    NoteTexts,
    ResultTexts,
    has_clear_scans,
    has_clear_texts,
    has_sealed_texts,
)
from core.domain.resealing import SealLetter, UnsealLetter
from core.domain.secrecy import is_sealed, seal_of
from core.protocol.letter_sealing import (
    MAGIC_BYTES,
    PEOPLE_MAGIC,
    is_sealed_file,
    letter_place,
    note_place,
    open_file,
    open_text,
    reason_place,
    result_place,
    seal_file,
    seal_file_to,
    seal_text,
)
from core.protocol.person_keys import KeyRing
from core.protocol.sealing import SealBroken
from desktop.services.clock import Clock
from desktop.services.secrecy import Secrecy, sealed_letter_texts
from desktop.services.unnamed_files import delete_unnamed
from desktop.storage.blobs import CHUNK, BlobFiles
from desktop.storage.conflicts import conflicts
from desktop.storage.dispositions import dispositions
from desktop.storage.letters import letters
from desktop.storage.record_table import Stored
from desktop.storage.unit_of_work import Store, UnitOfWork
from desktop.system.faults import EnvironmentFault, FaultOf

Form = Callable[[str, bytes], str]
FileForm = Callable[[Attachment], Attachment]


class LetterForms:
    """Makes the acts that change the form of letters; performs none."""

    def __init__(self, store: Store, actor: Actor, clock: Clock, files: BlobFiles | None) -> None:
        """Over the open store; without its `files` scans stay as they are."""
        self._store = store
        self._actor = actor
        self._clock = clock
        self._files = files

    def sealed(self, letter_id: LetterId, *, files_too: bool = False) -> SealLetter | None:
        """The act that seals what is in the clear of a secret letter; None where nothing is, or nothing is sealed here.

        NO_READER if none of its readers has a key; SEALED_FOR_OTHERS if it is sealed in part and this person is none.
        `files_too`: files may lie here in the clear though the letter does not show it.
        """
        with self._store.read() as uow:
            stored, secrecy = letters.get(uow.connection, letter_id), Secrecy(uow, self._clock())
            if stored is None or not stored.record.is_secret or not secrecy.seals(self._actor):
                return None
            letter = stored.record
            sheets = [one for one in dispositions.of_letter(uow.connection, letter_id) if has_clear_texts(one.record)]
            lost = [one for one in _lost(uow, letter_id) if has_clear_texts(one.record)]
            if is_sealed_letter(letter) and not (sheets or lost or has_clear_scans(letter) or files_too):
                return None
            sealing, rings = secrecy.start(letter), dict(uow.rings)
        scans = self._in_form(letter.scans, partial(self._own_scan, letter_id, sealing.content, rings))
        if files_too and scans == letter.scans and not (sheets or lost) and not is_in_clear(letter):
            return None
        return SealLetter(
            letter_id=letter_id,
            base=stored.rev,
            keys=sealing.keys,
            scans=scans,
            notes=tuple(
                self._recast(
                    one,
                    partial(_seal, content=sealing.content),
                    partial(self._sealed_scan, letter_id, sealing.content),
                )
                for one in sheets
            ),
            conflicts=tuple(_recast_conflict(one, partial(_seal, content=sealing.content)) for one in lost),
            seal=seal_of(letter.keys or sealing.keys),
            **sealed_letter_texts(letter_id, _plain_texts(letter), sealing.content),
        )

    def scans_for_readers(self, letter_id: LetterId) -> SealLetter | None:
        """The act that seals scans which are here for readers of whom this person is none; None: none is in clear."""
        with self._store.read() as uow:
            stored = letters.get(uow.connection, letter_id)
            if stored is None or self._files is None or not stored.record.keys or is_in_clear(stored.record):
                return None
            letter, files = stored.record, self._files
            readers = Secrecy(uow).let_in(letter)
        scans = tuple(_scan_for(files, one, letter_id, readers) for one in letter.scans)
        if scans == letter.scans or not readers:
            return None
        return SealLetter(
            letter_id=letter_id,
            base=stored.rev,
            keys=(),
            subject=letter.subject,
            summary=letter.summary,
            scans=scans,
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
            content, rings = Secrecy(uow).required(letter), dict(uow.rings)
            sheets = dispositions.of_letter(uow.connection, letter_id)
            lost = [one for one in _lost(uow, letter_id) if has_sealed_texts(one.record)]
        texts = {
            field: open_text(text, content, place=letter_place(letter_id, field))
            for field, text in _plain_texts(letter).items()
        }
        opened = partial(self._opened_scan, letter_id, content, rings)
        return UnsealLetter(
            letter_id=letter_id,
            base=stored.rev,
            scans=self._in_form(letter.scans, opened),
            notes=tuple(self._recast(one, partial(_open, content=content), opened) for one in sheets),
            conflicts=tuple(_recast_conflict(one, partial(_open, content=content)) for one in lost),
            **texts,
        )

    @staticmethod
    def _in_form(files: Iterable[Attachment], form: FileForm) -> tuple[Attachment, ...]:
        return tuple(form(one) for one in files)

    def _recast(self, stored: Stored[Disposition], form: Form, file_form: FileForm) -> NoteTexts:
        one = stored.record
        results = tuple(
            ResultTexts(
                position=each.position,
                result=form(each.result, place),
                earlier=tuple(form(before.result, place) for before in each.earlier),
                files=self._in_form(each.files, file_form),
                earlier_files=tuple(self._in_form(before.files, file_form) for before in each.earlier),
                reason=form(each.withdrawn_reason, reason_place(one.id, each.position)),
            )
            for each in one.recipients
            for place in (result_place(one.id, each.position),)
        )
        return NoteTexts(
            disposition_id=one.id,
            base=stored.rev,
            note=form(one.note, note_place(one.id)),
            results=results,
            sheets=self._in_form(one.sheets, file_form),
        )

    def _sealed_scan(self, letter_id: LetterId, content: bytes, scan: Attachment) -> Attachment:
        return scan if self._files is None else sealed_scan(self._files, scan, letter_id, content)

    def _own_scan(
        self, letter_id: LetterId, content: bytes, rings: Mapping[UserId, KeyRing], scan: Attachment
    ) -> Attachment:
        """A scan under the key of the letter; one that somebody sealed who is no reader comes under it too."""
        if self._files is None or not self._files.has(scan.sha256):
            return scan
        with self._files.content(scan.sha256) as stored:
            if stored.read(MAGIC_BYTES) != PEOPLE_MAGIC:
                return self._sealed_scan(letter_id, content, scan)
        opened = self._opened_scan(letter_id, content, rings, scan)
        made = self._sealed_scan(letter_id, content, opened)
        delete_unnamed(self._store, self._files, {opened.sha256})
        return made

    def _opened_scan(
        self, letter_id: LetterId, content: bytes, rings: Mapping[UserId, KeyRing], scan: Attachment
    ) -> Attachment:
        if self._files is None or not self._files.has(scan.sha256):
            raise Refusal(RefusalCode.SCAN_MISSING, "scans")
        with self._files.content(scan.sha256) as stored:
            data = stored.read()
        if not is_sealed_file(data):
            return scan
        try:
            sha256, size = self._files.add_bytes(open_file(data, content, letter_id=letter_id, rings=rings))
        except SealBroken as err:
            raise EnvironmentFault(FaultOf.FILE_DAMAGED, "sealed scan") from err
        return msgspec.structs.replace(scan, sha256=BlobHash(sha256), size=size)


def sealed_scan(files: BlobFiles, scan: Attachment, letter_id: LetterId, content: bytes) -> Attachment:
    """The scan as a file that readers alone can open, among the files; what it was called is not told.

    One that is not here, or is sealed, stays as it is.
    """
    return _in_sealed_file(files, scan, partial(seal_file, content=content, letter_id=letter_id))


def _scan_for(files: BlobFiles, scan: Attachment, letter_id: LetterId, readers: Collection[PersonKeys]) -> Attachment:
    """As `sealed_scan`, for `readers` of whom this person is none."""
    return _in_sealed_file(files, scan, partial(seal_file_to, readers=readers, letter_id=letter_id))


def _in_sealed_file(
    files: BlobFiles, scan: Attachment, seal: Callable[[Iterable[bytes]], Iterable[bytes]]
) -> Attachment:
    if not files.has(scan.sha256):
        return scan
    with files.content(scan.sha256) as stored:
        if is_sealed_file(stored.read(MAGIC_BYTES)):
            return scan
        stored.seek(0)
        sealed = b"".join(seal(iter(partial(stored.read, CHUNK), b"")))
    sha256, size = files.add_bytes(sealed)
    return msgspec.structs.replace(scan, sha256=BlobHash(sha256), size=size, name="")


def files_of(act: SealLetter | UnsealLetter) -> tuple[Attachment, ...]:
    """All files that an act names in their new form."""
    results = [one for note in act.notes for one in note.results]
    return (
        *act.scans,
        *(sheet for note in act.notes for sheet in note.sheets),
        *(file for one in results for file in (*one.files, *(old for several in one.earlier_files for old in several))),
    )


def _plain_texts(letter: IncomingLetter) -> dict[str, str]:
    return {"subject": letter.subject, "summary": letter.summary}


def _seal(text: str, place: bytes, *, content: bytes) -> str:
    return text if is_sealed(text) else seal_text(text, content, place=place)


def _open(text: str, place: bytes, *, content: bytes) -> str:
    return open_text(text, content, place=place)


def _lost(uow: UnitOfWork, letter_id: LetterId) -> list[Stored[Conflict]]:
    """What lost in the fields that are sealed."""
    found = (conflicts.get(uow.connection, one.id) for one in conflicts.of_letter(uow.connection, letter_id))
    return [one for one in found if one is not None and one.record.field in SEALED_FIELDS]


def _recast_conflict(stored: Stored[Conflict], form: Form) -> ConflictTexts:
    """The values in the form of the field that they are values of: one that is taken stands there as it is."""
    one = stored.record
    place = letter_place(one.letter_id, one.field)
    return ConflictTexts(
        conflict_id=one.id,
        rev=stored.rev,
        base=None if one.base is None else form(one.base, place),
        stands=form(one.stands, place),
        wanted=form(one.wanted, place),
        settled=None if one.settled is None else form(one.settled, place),
    )
