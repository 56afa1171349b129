"""Which files of letters that came are asked for by themselves, and how much of a file the server has."""

from collections.abc import Collection
from datetime import date

from core.domain.attachments import Attachment
from core.domain.ids import PositionId
from core.domain.letters import IncomingLetter
from core.domain.offices import chairs_at
from core.domain.streams import StreamKind
from core.protocol.messages import Control
from desktop.storage.blob_table import BlobState, FileReason
from desktop.storage.blobs import BlobFiles
from desktop.storage.letters import letters_of, with_scans
from desktop.storage.unit_of_work import UnitOfWork
from desktop.sync.file_policy import wants_thumbnail


def want_files(
    uow: UnitOfWork, files: BlobFiles, letters: Collection[bytes], *, now_ms: int, today: date, news: bool
) -> None:
    """Ask for the scans of letters that are addressed to someone of this PC, and for thumbnails of the newest letters.

    Of letters that are addressed elsewhere the thumbnails come with `news` only: what a new PC learns of the years
    behind it would else drag thousands of them along.
    """
    if not letters:
        return
    mine = inboxes_here(uow)
    # Sorted: nothing that is done here may hang on how a set happens to lie.
    for row_id, involved in with_scans(uow.connection, sorted(letters)):
        addressed = not mine.isdisjoint(involved)
        letter = uow.get(IncomingLetter, row_id) if addressed or news else None
        if letter is None:
            continue
        small = (addressed or news) and wants_thumbnail(letter, today)
        for scan in letter.scans:
            if files.has(scan.sha256):
                continue
            if small and scan.thumbnail and not files.has(scan.thumbnail):
                want_thumbnail(uow, scan, letter=row_id, now_ms=now_ms)
            if addressed:
                uow.blobs.add(scan.sha256, scan.size, state=BlobState.WANTED, now_ms=now_ms, letter=row_id)


def of_new_inboxes(uow: UnitOfWork, control: Control) -> set[bytes]:
    """The letters here of positions whose inbox a reply gives to this PC: the register may have told them already."""
    granted = {grant.key.owner for grant in control.granted if grant.key.kind == StreamKind.INBOX}
    return letters_of(uow.connection, {PositionId(one) for one in granted} - inboxes_here(uow))


def inboxes_here(uow: UnitOfWork) -> set[PositionId]:
    """The positions whose inbox this PC holds: the server's word for who may act here now, whatever the clock says."""
    return {PositionId(key.owner) for key in uow.streams.ids() if key.kind == StreamKind.INBOX}


def want_thumbnail(uow: UnitOfWork, scan: Attachment, *, letter: bytes | None, now_ms: int) -> None:
    """Ask for the thumbnail of a scan."""
    uow.blobs.add(
        scan.thumbnail,
        scan.thumbnail_size,
        state=BlobState.WANTED,
        now_ms=now_ms,
        reason=FileReason.THUMBNAIL,
        letter=letter,
    )


def note_offset(uow: UnitOfWork, sha256: bytes, offset: int) -> None:
    """The server has so many bytes of a file of this PC."""
    row = uow.blobs.get(sha256)
    if row is None or row.state is BlobState.TO_SEAL:  # it was sealed since it was offered
        return
    if offset >= row.size:
        uow.blobs.sent(sha256)
    else:
        uow.blobs.set_state(sha256, BlobState.TO_SEND, have=offset)


def positions_here(uow: UnitOfWork, now_ms: int) -> set[PositionId]:
    """The positions in which the people of this PC may act now."""
    now = uow.meta.moment(now_ms)
    people = [uow.directory.person(user) for user in uow.accounts.users()]
    return {position for person in people if person for position in chairs_at(person, now)}
