"""Tempat sampah: what a person threw away on purpose - drafts and scans - and can have back for 30 days.

Letters are never in it: what is in the book is struck through, never deleted. A person sees their own drafts, of
secret ones no more than is kept of them while they are written; scans belong to whoever may see Pindaian.
"""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from enum import IntEnum

import msgspec

from core.domain.ids import BlobHash, UserId
from core.domain.offices import Actor
from core.protocol.codec import CodecError, decode
from desktop.services.clock import Clock, millis
from desktop.services.letters import LetterEntry
from desktop.services.unnamed_files import condemn_unnamed, discard_unnamed
from desktop.storage.blobs import BlobFiles
from desktop.storage.letter_drafts import keep_draft, kept_draft
from desktop.storage.scan_items import ItemState, put_items, remove_items, thrown_items
from desktop.storage.thrown_drafts import ThrownDraft, drafts_thrown_before, forget_draft, thrown_drafts
from desktop.storage.unit_of_work import Store, UnitOfWork

KEPT = timedelta(days=30)


class ThrownKind(IntEnum):
    """What was thrown away."""

    DRAFT = 1
    SCAN = 2


class Thrown(msgspec.Struct, frozen=True, kw_only=True):
    """One thing in the trash, as a person looks for it; `subject` is empty for a secret draft and for scans."""

    kind: ThrownKind
    number: int
    name: str
    subject: str
    pages: int
    secret: bool
    who: str
    at: datetime

    @property
    def until(self) -> datetime:
        """When it goes by itself."""
        return self.at + KEPT


class FormInUse(Exception):  # no error of the program: the person has another letter in the form
    """A draft cannot come back while another one stands in the form. Nothing has changed."""


class TrashService:
    """The trash of this PC, as a signed-in person in a position sees it."""

    def __init__(self, store: Store, files: BlobFiles, actor: Actor, clock: Clock) -> None:
        """Over the open store and its files."""
        self._store = store
        self._files = files
        self._actor = actor
        self._clock = clock

    def thrown(self) -> tuple[Thrown, ...]:
        """What lies in it, the latest first; what its time has passed is not shown any more."""
        since = self._clock() - KEPT
        with self._store.read() as uow:
            drafts = thrown_drafts(uow.connection, self._actor.user, self._actor.position)
            found = [_thrown_draft(uow, one) for one in drafts]
            found += [
                Thrown(
                    kind=ThrownKind.SCAN,
                    number=one.item.id,
                    name=one.item.name,
                    subject="",
                    pages=len(one.item.pages),
                    secret=False,
                    who=_name(uow, one.user),
                    at=_moment(one.thrown_ms),
                )
                for one in thrown_items(uow.connection)
            ]
        return tuple(sorted((one for one in found if one.at >= since), key=lambda one: one.at, reverse=True))

    def restore(self, one: Thrown) -> LetterEntry | None:
        """Put it back where it was: a scan into Pindaian, at its place; a draft becomes the one that is kept.

        The entry of a draft, for the form. Raises FormInUse when another draft is kept. None for a scan, and for what
        is not there any more.
        """
        with self._store.begin() as uow:
            if one.kind is ThrownKind.SCAN:
                if any(there.item.id == one.number for there in thrown_items(uow.connection)):
                    put_items(uow.connection, [one.number], ItemState.OPEN, now_ms=millis(self._clock()))
                return None
            draft = self._draft(uow, one.number)
            entry = None if draft is None else _entry(draft)
            if draft is None or entry is None:
                return None
            whose = self._actor.user, self._actor.position
            if kept_draft(uow.connection, *whose) is not None:
                raise FormInUse
            keep_draft(uow.connection, *whose, draft.content)
            forget_draft(uow.connection, draft.id)
        return entry

    def delete(self, one: Thrown, *, in_form: Collection[bytes] = ()) -> None:
        """Forget it, with those of its files that nothing else has; `in_form` are those of the letter being entered."""
        with self._store.begin() as uow:
            files: set[bytes] = set()
            if one.kind is ThrownKind.SCAN:
                there = [it.item for it in thrown_items(uow.connection) if it.item.id == one.number]
                remove_items(uow.connection, [it.id for it in there])
                files = {page.sha256 for it in there for page in it.pages}
            else:
                draft = self._draft(uow, one.number)
                if draft is not None:
                    forget_draft(uow.connection, draft.id)
                    files = _files_of(draft)
            files -= set(in_form)
            condemn_unnamed(uow, files)
        discard_unnamed(self._store, self._files, files)

    def _draft(self, uow: UnitOfWork, number: int) -> ThrownDraft | None:
        mine = thrown_drafts(uow.connection, self._actor.user, self._actor.position)
        return next((one for one in mine if one.id == number), None)


def empty_old(store: Store, files: BlobFiles, now: datetime) -> int:
    """Forget what everybody threw away more than 30 days ago, with its files; how many things there were."""
    before_ms = millis(now - KEPT)
    with store.read() as uow:
        if not drafts_thrown_before(uow.connection, before_ms) and not thrown_items(
            uow.connection, before_ms=before_ms
        ):
            return 0
    with store.begin() as uow:
        drafts = drafts_thrown_before(uow.connection, before_ms)
        items = [one.item for one in thrown_items(uow.connection, before_ms=before_ms)]
        for draft in drafts:
            forget_draft(uow.connection, draft.id)
        remove_items(uow.connection, [item.id for item in items])
        gone: set[bytes] = {page.sha256 for item in items for page in item.pages}
        gone = gone.union(*(_files_of(draft) for draft in drafts))
        condemn_unnamed(uow, gone)
    discard_unnamed(store, files, gone)
    return len(drafts) + len(items)


def _thrown_draft(uow: UnitOfWork, draft: ThrownDraft) -> Thrown:
    entry = _entry(draft)
    return Thrown(
        kind=ThrownKind.DRAFT,
        number=draft.id,
        name="" if entry is None else entry.sender,
        subject="" if entry is None else entry.subject,
        pages=0 if entry is None else sum(scan.pages for scan in entry.scans),
        secret=entry is not None and entry.is_secret,
        who=_name(uow, draft.user),
        at=_moment(draft.thrown_ms),
    )


def _entry(draft: ThrownDraft) -> LetterEntry | None:
    """What stood in it; None for what an older or newer program kept and this one cannot read."""
    try:
        entry: LetterEntry = decode(draft.content, LetterEntry)
    except CodecError:
        return None
    return entry


def _files_of(draft: ThrownDraft) -> set[bytes]:
    entry = _entry(draft)
    scans = () if entry is None else entry.scans
    named = {scan.sha256 for scan in scans} | {scan.thumbnail for scan in scans}
    return {bytes(sha256) for sha256 in named - {BlobHash(b"")}}


def _name(uow: UnitOfWork, user: UserId) -> str:
    person = uow.directory.person(user) if user else None
    return "" if person is None else person.name


def _moment(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)
