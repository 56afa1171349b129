"""Registering, correcting and filing letters."""

from collections.abc import Sequence
from datetime import date

import msgspec

from core.domain.amending import AmendLetter
from core.domain.attaching import AttachScans
from core.domain.attachments import Attachment, kept_scans
from core.domain.books import DEFAULT_BOOK, NumberBook, YearBy
from core.domain.classification import normalize_code
from core.domain.errors import Refusal, RefusalCode
from core.domain.filing import FileLetter
from core.domain.ids import BlobHash, BookId, LetterId, PositionId, RandomBytes, RecordFileId, small_row_id, uuid7
from core.domain.letter_changes import SEALED_FIELDS
from core.domain.letters import Channel, IncomingLetter, SecurityLevel, Urgency, field_text, is_sealed_letter
from core.domain.numbering import next_suffix, series_of
from core.domain.offices import Actor
from core.domain.reclassifying import ReclassifyLetter
from core.domain.registering import LIMITS, RegisterLetter
from core.domain.resealing import UnsealLetter
from core.domain.secrecy import seal_of
from desktop.services.books import BookChoice, books_of
from desktop.services.clock import Clock, local_date, millis
from desktop.services.letter_forms import LetterForms, sealed_scan
from desktop.services.letter_lines import lines_here, names_of_lines
from desktop.services.recasting import closed_again_if_refused, perform_recast
from desktop.services.register import agenda_text
from desktop.services.secrecy import Sealing, Secrecy, sealed_letter_texts
from desktop.services.unnamed_files import delete_unnamed
from desktop.storage.blob_table import BlobState, FileReason
from desktop.storage.blobs import BlobFiles
from desktop.storage.dispositions import dispositions
from desktop.storage.letter_drafts import drop_draft
from desktop.storage.letters import letters
from desktop.storage.number_books import holds_number, suffixes_at
from desktop.storage.replica import Replica
from desktop.storage.scan_items import give_item, give_items
from desktop.storage.undoing import Together, perform_all_undoably, perform_undoably
from desktop.storage.unit_of_work import Store, UnitOfWork


class LetterEntry(msgspec.Struct, frozen=True, kw_only=True):
    """What a person filled in. Scans lie in the folder of files already.

    `insert_after` puts a late letter beside that number (sisipan) instead of taking the next one. `items` are those of
    Pindaian from which scans came.
    """

    received_on: date
    letter_no: str
    letter_date: date | None
    sender: str
    subject: str
    security: SecurityLevel = SecurityLevel.OPEN
    urgency: Urgency = Urgency.NORMAL
    classification: str = ""
    addressee: PositionId | None = None
    due_on: date | None = None
    channel: Channel = Channel.PAPER
    summary: str = ""
    scans: tuple[Attachment, ...] = ()
    book: BookId = DEFAULT_BOOK
    insert_after: int = 0
    event_on: date | None = None
    event_from: str = ""
    event_until: str = ""
    event_place: str = ""
    reply_by: date | None = None
    items: tuple[tuple[BlobHash, int], ...] = ()

    @property
    def is_secret(self) -> bool:
        """Whether its texts are for its readers alone."""
        return self.security >= SecurityLevel.SECRET


class Registered(msgspec.Struct, frozen=True, kw_only=True):
    """A letter that is durably saved; `agenda` is empty if the number is provisional.

    `joined` if what was filled in is one more arrival of a letter that was there.
    """

    letter_id: LetterId
    agenda: str
    joined: bool = False


class LetterService:
    """The acts on letters of one signed-in person."""

    def __init__(
        self, store: Store, actor: Actor, clock: Clock, random_bytes: RandomBytes, *, files: BlobFiles | None = None
    ) -> None:
        """Over the open store; without its `files` no scan of a secret letter can be sealed."""
        self._files = files
        self._store = store
        self._actor = actor
        self._clock = clock
        self._random = random_bytes
        self._forms = LetterForms(store, actor, clock, files)

    def next_agenda(self, book: BookId = DEFAULT_BOOK) -> str:
        """The agenda number that the next letter will get; empty if it will be provisional."""
        year = local_date(self._clock()).year
        office = self._actor.office
        with self._store.read() as uow:
            number = uow.leases.peek(office, year, series_of(book))
            while number and holds_number(uow.connection, office, book, year, number=number):
                number = uow.leases.peek(office, year, series_of(book), above=number)
        return agenda_text(number)

    def books(self) -> tuple[BookChoice, ...]:
        """The books that a letter can be entered into, the agenda book first."""
        with self._store.read() as uow:
            return books_of(uow, self._actor.office, active=True)

    def register(self, entry: LetterEntry) -> Registered:
        """Enter a letter; when this returns it is on disk with its number. Refusal or EnvironmentFault: nothing is.

        The person's draft goes with it: after a crash either the draft is there or the letter, never both.
        """
        now = self._clock()
        letter_id = LetterId(uuid7(millis(now), self._random))
        scans = kept_scans(entry.scans, secret=entry.is_secret)
        taken = entry.scans
        sealing = self._sealing(letter_id, entry)
        if sealing is not None:
            if scans and self._files is None:
                raise Refusal(RefusalCode.NO_READER, "scans")
            if self._files is not None:
                scans = tuple(sealed_scan(self._files, scan, letter_id, sealing.content) for scan in scans)
            entry = _sealed_entry(entry, letter_id, sealing)
        with self._store.begin() as uow:
            year = self._year(uow, entry)
            number, suffix = self._take_number(uow, entry, year)
            act = RegisterLetter(
                letter_id=letter_id,
                agenda_year=year,
                agenda_no=number,
                received_on=entry.received_on,
                letter_no=entry.letter_no.strip(),
                letter_date=entry.letter_date,
                sender=entry.sender.strip(),
                subject=entry.subject.strip(),
                security=entry.security,
                urgency=entry.urgency,
                classification=normalize_code(entry.classification),
                addressee=entry.addressee,
                due_on=entry.due_on,
                channel=entry.channel,
                summary=entry.summary.strip(),
                scans=scans,
                book=entry.book,
                agenda_suffix=suffix,
                keys=sealing.keys if sealing is not None else (),
                event_on=entry.event_on,
                event_from=entry.event_from,
                event_until=entry.event_until,
                event_place=entry.event_place.strip(),
                reply_by=entry.reply_by,
            )
            Replica(uow).perform(act, self._actor, now)
            drop_draft(uow.connection, self._actor.user, self._actor.position)
            _send(uow, letter_id, scans, now_ms=millis(now))
            give_items(uow.connection, entry.items, zip(taken, scans, strict=True), now_ms=millis(now))
        if sealing is not None:
            self._forget_plain(taken)
        return Registered(letter_id=letter_id, agenda=agenda_text(number, suffix))

    def amend(
        self,
        letter_id: LetterId,
        changes: dict[str, str],
        *,
        seen: int | None = None,
        had: IncomingLetter | None = None,
    ) -> None:
        """Correct fields (as text, dates in ISO 8601, levels and positions by their number).

        `seen` is the revision that the person had on the screen, `had` the letter as it was there: what somebody else
        changed since then is not overwritten unseen. None stands for what is here now.
        """
        with self._store.begin() as uow:
            stored = letters.get(uow.connection, letter_id)
            here = stored.rev if stored else 0
            shown = had if had is not None else (stored.record if stored else None)
            known = {} if shown is None else {field: field_text(shown, field) for field in changes}
            seal, texts = b"", [field for field in SEALED_FIELDS if field in changes]
            if stored is not None and is_sealed_letter(stored.record) and texts:
                # What a person had on the screen was opened; the rules compare what is stored.
                known |= {field: field_text(stored.record, field) for field in texts}
                seal = seal_of(stored.record.keys)
                changes = sealed_letter_texts(letter_id, changes, Secrecy(uow).required(stored.record))
            act = AmendLetter(
                letter_id=letter_id,
                changes=changes,
                base=dict.fromkeys(changes, here if seen is None else seen),
                seen=known,
                seal=seal,
            )
            Replica(uow).perform(act, self._actor, self._clock())
            if changes.get("addressee"):
                self._open_to_addressee(uow, letter_id)

    def _open_to_addressee(self, uow: UnitOfWork, letter_id: LetterId) -> None:
        """Let a new addressee into a sealed letter; who cannot open it himself leaves that to one of its readers."""
        stored, secrecy = letters.get(uow.connection, letter_id), Secrecy(uow, self._clock())
        if stored is None or not stored.record.keys or secrecy.content_of(stored.record) is None:
            return
        act = secrecy.letting_in(stored.record, self._actor)
        if act.keys:
            Replica(uow).perform(act, self._actor, self._clock())

    def attach(self, letter_id: LetterId, scans: Sequence[Attachment], *, item: int = 0) -> None:
        """Add scans to a letter; when this returns that is on disk. Refusal or EnvironmentFault: nothing is.

        Scans for a sealed letter are sealed with its key, which takes a reader of it: SEALED_FOR_OTHERS. The `item` of
        Pindaian is done then, and is kept until the server has not refused it.
        """
        with self._store.read() as uow:
            stored = letters.get(uow.connection, letter_id)
            if stored is None:
                raise Refusal(RefusalCode.UNKNOWN_LETTER)
            letter = stored.record
            content = Secrecy(uow).required(letter) if letter.keys else None
        kept = kept_scans(tuple(scans), secret=letter.is_secret)
        if content is not None:
            if self._files is None:
                raise Refusal(RefusalCode.NO_READER, "scans")
            kept = tuple(sealed_scan(self._files, scan, letter_id, content) for scan in kept)
        seal = seal_of(letter.keys)
        act = AttachScans(letter_id=letter_id, scans=kept, sealed=content is not None, base=stored.rev, seal=seal)
        with self._store.begin() as uow:
            now = self._clock()
            Replica(uow).perform(act, self._actor, now)
            _send(uow, letter_id, kept, now_ms=millis(now))
            if item:
                give_item(uow.connection, item, kept[0].sha256, now_ms=millis(now))
        if content is not None:
            self._forget_plain(scans)

    def reclassify(
        self, letter_id: LetterId, security: SecurityLevel, *, seen: int | None = None, had: SecurityLevel | None = None
    ) -> None:
        """Give a letter another level, and with it what speaks of it.

        `seen` is the revision that the person had on the screen, `had` the level as it was there; None stands for what
        is here now. What becomes secret is sealed to its readers, where there are keys. What is to be secret no more is
        put into the clear by one of them, with the same act or not at all: SEALED_FOR_OTHERS, SCAN_MISSING.
        """
        lines, openings = names_of_lines(self._store, letter_id), list[UnsealLetter]()
        with closed_again_if_refused(self._store, self._files, openings):
            for line in lines if security < SecurityLevel.SECRET else ():
                openings += filter(None, (self._forms.cleared(line),))
            group = int.from_bytes(self._random(3), "big") + 1 if openings else 0
            with self._store.begin() as uow:
                stored = letters.get(uow.connection, letter_id)
                here = (stored.rev, stored.record.security) if stored else (0, SecurityLevel.OPEN)
                act = ReclassifyLetter(
                    letter_id=letter_id,
                    security=security,
                    seen=here[1] if had is None else had,
                    base=here[0] if seen is None else seen,
                )
                for opening in openings:
                    perform_recast(uow, opening, self._actor, self._clock(), group=group)
                Replica(uow).perform(act, self._actor, self._clock(), group=group)
        for line in lines if security >= SecurityLevel.SECRET else ():
            self._seal_if_anybody_reads(line)

    def seal(self, letter_id: LetterId, *, files_too: bool = False) -> None:
        """Seal what is in the clear of a secret letter; a reader's PC asks for files that have to be sealed yet.

        It became secret, is from before there were keys, or who wrote had not heard of the seal. Of its lines those go
        with it that this person may seal.
        """
        self._seal_line(letter_id, files_too=files_too)
        for line in names_of_lines(self._store, letter_id)[1:]:
            self._seal_if_anybody_reads(line, files_too=files_too)

    def _seal_line(self, letter_id: LetterId, *, files_too: bool = False) -> None:
        act = self._forms.sealed(letter_id, files_too=files_too)
        if act is not None:
            with self._store.begin() as uow:
                perform_recast(uow, act, self._actor, self._clock())
                self._want_unsealed(uow, letter_id)

    def file(self, letter_id: LetterId, record_file: RecordFileId | None) -> None:
        """Put a letter into a record file, or take it out."""
        with self._store.begin() as uow:
            act = FileLetter(letter_id=letter_id, record_file=record_file)
            perform_undoably(uow, act, self._actor, self._clock())

    def file_all(self, letter_ids: Sequence[LetterId], record_file: RecordFileId | None) -> Together:
        """File several letters as one step that can be undone; those that were there already do not count. Refusal."""
        acts = [FileLetter(letter_id=one, record_file=record_file) for one in letter_ids]
        with self._store.begin() as uow:
            return perform_all_undoably(uow, acts, self._actor, self._clock())

    def _seal_if_anybody_reads(self, letter_id: LetterId, *, files_too: bool = False) -> None:
        """As `seal`; where no reader has a key yet, or it is for others to seal, the level alone protects it."""
        try:
            self._seal_line(letter_id, files_too=files_too)
        except Refusal as refusal:
            if refusal.code not in (RefusalCode.NO_READER, RefusalCode.SEALED_FOR_OTHERS, RefusalCode.NOT_ALLOWED):
                raise

    def let_in(self, letter_id: LetterId) -> None:
        """Let the readers of a sealed letter in who came after it was sealed; Refusal if this person cannot open it."""
        self.seal(letter_id, files_too=True)
        with self._store.begin() as uow:
            stored, now = letters.get(uow.connection, letter_id), self._clock()
            if stored is None:
                raise Refusal(RefusalCode.UNKNOWN_LETTER)
            for line in lines_here(uow, stored.record):
                if line.id == letter_id or Secrecy(uow).content_of(line) is not None:
                    Replica(uow).perform(Secrecy(uow, now).letting_in(line, self._actor), self._actor, now)

    def _sealing(self, letter_id: LetterId, entry: LetterEntry) -> Sealing | None:
        """What seals a letter that is being entered, if it is secret."""
        if not entry.is_secret:
            return None
        with self._store.read() as uow:
            secrecy = Secrecy(uow, self._clock())
            if not secrecy.seals(self._actor):
                return None
            addressed = () if entry.addressee is None else (entry.addressee,)
            try:
                return secrecy.begin(letter_id, self._actor.office, addressed)
            except Refusal:
                if entry.subject.strip() or entry.summary.strip() or entry.scans:
                    raise
                return None  # of an envelope there is nothing to seal

    def _want_unsealed(self, uow: UnitOfWork, letter_id: LetterId) -> None:
        """Ask for files that are not here and lie in the clear: one of the readers seals them once they are."""
        stored = letters.get(uow.connection, letter_id)
        if stored is None or self._files is None or Secrecy(uow).content_of(stored.record) is None:
            return
        sheets = dispositions.of_letter(uow.connection, letter_id)
        for file in (*stored.record.scans, *(file for one in sheets for file in one.record.files)):
            if file.name and not self._files.has(file.sha256):
                now = millis(self._clock())
                state, reason = BlobState.WANTED, FileReason.OPENED
                uow.blobs.add(file.sha256, file.size, state=state, now_ms=now, reason=reason, letter=letter_id)

    def _forget_plain(self, scans: Sequence[Attachment]) -> None:
        """Remove what was taken in of a secret letter before it was known to be one, unless something else has it."""
        if self._files is not None:
            delete_unnamed(self._store, self._files, {scan.sha256 for scan in scans})

    def _year(self, uow: UnitOfWork, entry: LetterEntry) -> int:
        """The year in whose book the letter is entered."""
        book = uow.get(NumberBook, small_row_id(entry.book)) if entry.book else None
        if book is not None and book.year_by == YearBy.ENTERED:
            return local_date(self._clock()).year
        return entry.received_on.year

    def _take_number(self, uow: UnitOfWork, entry: LetterEntry, year: int) -> tuple[int, str]:
        """The next leased number that no imported letter holds, 0 if none is left; or a number to be inserted."""
        office = self._actor.office
        if entry.insert_after:
            taken = suffixes_at(uow.connection, office, entry.book, year, number=entry.insert_after)
            return entry.insert_after, next_suffix(taken)
        while number := uow.leases.take(office, year, series_of(entry.book)):
            if not holds_number(uow.connection, office, entry.book, year, number=number):
                return number, ""
        return 0, ""

    @staticmethod
    def differences(letter: IncomingLetter, wanted: dict[str, str]) -> dict[str, str]:
        """The fields of `wanted` that differ from the letter."""
        return {field: text for field, text in wanted.items() if field_text(letter, field) != text}


def _send(uow: UnitOfWork, letter_id: LetterId, scans: Sequence[Attachment], *, now_ms: int) -> None:
    """Note scans of a letter, and their small pictures, as to be sent."""
    for scan in scans:
        if scan.thumbnail:
            uow.blobs.add(
                scan.thumbnail,
                scan.thumbnail_size,
                state=BlobState.TO_SEND,
                now_ms=now_ms,
                reason=FileReason.THUMBNAIL,
                letter=letter_id,
            )
        uow.blobs.add(scan.sha256, scan.size, state=BlobState.TO_SEND, now_ms=now_ms, letter=letter_id)


def _sealed_entry(entry: LetterEntry, letter_id: LetterId, sealing: Sealing) -> LetterEntry:
    """What was filled in, with the texts sealed that are for readers alone."""
    texts = {"subject": entry.subject.strip(), "summary": entry.summary.strip()}
    for field, text in texts.items():
        if len(text) > LIMITS[field]:
            raise Refusal(RefusalCode.TEXT_TOO_LONG, field)
    return msgspec.structs.replace(entry, **sealed_letter_texts(letter_id, texts, sealing.content))
