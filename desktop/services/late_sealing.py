"""Sealing what a secret letter still has in the clear on this PC, without being asked.

A letter was sealed by somebody who did not have all of its files: a scan waited to be sent here, or lay on another PC.
Who is signed in seals what he may: a reader under the key of the letter, who may raise letters for its readers.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress

from core.domain.errors import Refusal
from core.domain.ids import LetterId
from core.domain.letters import IncomingLetter, is_for_readers, is_sealed_letter
from core.domain.offices import Actor
from core.domain.permissions import Power, has_power
from core.domain.recasting import has_clear_scans
from core.domain.resealing import SealLetter
from core.protocol.letter_sealing import MAGIC_BYTES, PEOPLE_MAGIC
from desktop.services.clock import Clock, millis
from desktop.services.letter_forms import LetterForms
from desktop.services.recasting import perform_recast
from desktop.services.secrecy import Secrecy
from desktop.storage.blob_table import BlobState, FileReason
from desktop.storage.blobs import BlobFiles
from desktop.storage.dispositions import dispositions
from desktop.storage.files_to_seal import letters_held
from desktop.storage.letters import letters_for_readers
from desktop.storage.unit_of_work import Store, UnitOfWork
from desktop.system.faults import EnvironmentFault, FaultOf


class LateSealing:
    """Works for one signed-in person."""

    def __init__(
        self, store: Store, actor: Actor, clock: Clock, files: BlobFiles, *, unsigned_too: bool = False
    ) -> None:
        """Over the open store and its files. `unsigned_too`: also where the person is not here to sign it."""
        self._unsigned_too = unsigned_too
        self._store = store
        self._actor = actor
        self._clock = clock
        self._files = files
        self._forms = LetterForms(store, actor, clock, files)

    def seal(self, among: Collection[LetterId] | None = None) -> set[LetterId]:
        """Seal what is here, of the letters `among` and those of which files are held back; None: of all.

        The answer names those that are not done with: a reader's PC asks for files that it lacks, and what somebody
        changed meanwhile is tried once more the next time.
        """
        with self._store.read() as uow:
            sealed = letters_for_readers(uow.connection, among)
            wanted = letters_held(uow) | {one for one in sealed if self._shows_clear(uow, one)}
            if among is not None:  # few: of all, to look into each file would take too long
                wanted |= {one for one in sealed if self._is_for_people(uow, one)}
        for letter_id in sorted(wanted):
            self._seal(letter_id)
        with self._store.read() as uow:
            return {one for one in wanted if self._shows_clear(uow, one)}

    def _shows_clear(self, uow: UnitOfWork, letter_id: LetterId) -> bool:
        letter = uow.get(IncomingLetter, letter_id)
        if letter is None or not is_for_readers(letter):
            return False
        sheets = (one.record for one in dispositions.of_letter(uow.connection, letter_id))
        return has_clear_scans(letter) or any(file.name for one in sheets for file in one.files)

    def _is_for_people(self, uow: UnitOfWork, letter_id: LetterId) -> bool:
        """Whether a scan here was sealed by somebody who is no reader: whoever comes later could not open it."""
        letter = uow.get(IncomingLetter, letter_id)
        return letter is not None and any(self._begins(one.sha256) == PEOPLE_MAGIC for one in letter.scans)

    def _begins(self, sha256: bytes) -> bytes:
        if not self._files.verify(sha256):
            return b""
        with self._files.content(sha256) as content:
            return content.read(MAGIC_BYTES)

    def _seal(self, letter_id: LetterId) -> None:
        with suppress(Refusal), _letting_damaged_be():
            act = self._act(letter_id)
            if act is not None:
                with self._store.begin() as uow:
                    perform_recast(uow, act, self._actor, self._clock(), unsigned_too=self._unsigned_too)

    def _act(self, letter_id: LetterId) -> SealLetter | None:
        with self._store.read() as uow:
            letter, person = uow.get(IncomingLetter, letter_id), uow.directory.person(self._actor.user)
            if letter is None or not is_sealed_letter(letter):
                return None
            if person is None or not person.active:
                return None  # it would be refused, and tried anew after each visit
            reads = any(one.user == self._actor.user for one in letter.keys) and bool(Secrecy(uow).content_of(letter))
        if reads:
            self._ask_for(letter)
            return self._forms.sealed(letter_id, files_too=True)
        if has_power(self._actor, Power.RAISE_SECURITY) and letter.office == self._actor.office:
            return self._forms.scans_for_readers(letter_id)
        return None

    def _ask_for(self, letter: IncomingLetter) -> None:
        with self._store.begin() as uow:
            sheets = dispositions.of_letter(uow.connection, letter.id)
            files = (*letter.scans, *(file for one in sheets for file in one.record.files))
            for file in files:
                if file.name and not self._files.has(file.sha256) and uow.blobs.get(file.sha256) is None:
                    uow.blobs.add(
                        file.sha256,
                        file.size,
                        state=BlobState.WANTED,
                        now_ms=millis(self._clock()),
                        reason=FileReason.ADDRESSED,
                        letter=letter.id,
                    )


@contextmanager
def _letting_damaged_be() -> Iterator[None]:
    """A file that cannot be read any more keeps no other letter from being sealed."""
    try:
        yield
    except EnvironmentFault as fault:
        if fault.code is not FaultOf.FILE_DAMAGED:
            raise
