"""A PC of an office without its window: a real profile, a real store, the real sync, and whoever sits there."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Self

import msgspec

from core.domain.attachments import Attachment
from core.domain.ids import DeviceId, LetterId, PositionId, UserId
from core.domain.letters import IncomingLetter
from core.domain.offices import Actor, actor_of
from desktop.app.opening import OpenProfile, open_profile
from desktop.app.syncing import join_office, sync_parts
from desktop.app.wire import shipped_wire
from desktop.services.archives import RecordFileService
from desktop.services.attachments import AttachmentService
from desktop.services.clock import Clock, local_date, millis, system_clock
from desktop.services.dispositions import DispositionService, Order
from desktop.services.letters import LetterEntry, LetterService, Registered
from desktop.services.register import RegisterService
from desktop.services.sign_in import SignInPerson, SignInService
from desktop.services.sync_center import QueueItem, SyncCenterService, SyncOverview
from desktop.services.verifying import VerifyReport, VerifyService
from desktop.storage.base import SyncMark
from desktop.storage.record_table import Stored
from desktop.sync.client import SyncClient
from desktop.sync.engine import SyncEngine
from desktop.sync.enrolment import device_keys
from desktop.sync.rounds import OK, VisitReport, Visits
from desktop.sync.transfer import Transfers
from desktop.system.credentials import FILE
from desktop.system.page_renderer import PageRenderer
from tests.support.server import PASSWORD
from tests.support.stores import every

MOST_VISITS = 12


class NoNames:
    """Stands where the catalogue of classification codes stands; nothing here shows the name of a code."""

    def name_of(self, code: str) -> str:
        del code
        return ""


@dataclass
class Seat:
    """One person of a PC, with what that person can do there."""

    actor: Actor
    letters: LetterService
    register: RegisterService
    dispositions: DispositionService
    files: RecordFileService

    def lines(self) -> list[Any]:
        """The register as this person sees it, newest first."""
        query = self.register.query()
        starts = self.register.outline(query).starts
        return [row for start in starts for row in self.register.page(query, start)]


class OfficePc:
    """One PC; opened at once, closed by `close` or at the end of a `with` block."""

    def __init__(self, folder: Path, *, clock: Clock = system_clock, key: bytes | None = None) -> None:
        """A new profile needs no password; `key` opens one that does."""
        self.folder = folder
        self.clock = clock
        self.opened: OpenProfile = open_profile(folder, create=True, vault=FILE, unattended=True, key=key)
        self._passwords: dict[UserId, str] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self.opened.close()

    def restart(self) -> None:
        """As after closing the program and opening it again."""
        self.opened.close()
        self.opened = open_profile(self.folder)

    def join(self, address: str, code: str, *, password: str = PASSWORD) -> VisitReport:
        """Let one more person in; the same call as of the first start."""
        known = {one.user for one in self.opened.locksmith.wraps().people}
        report = join_office(
            self.opened, shipped_wire(), address=address, code=code, password=password, device_name="PC uji"
        )
        people = self.opened.locksmith.wraps().people
        self._passwords.update({UserId(one.user): password for one in people if one.user not in known})
        return report

    @property
    def device(self) -> DeviceId:
        """Its name at the server."""
        with self.opened.store.read() as uow:
            identity = uow.meta.identity()
        assert identity is not None
        return identity.device

    def move_server(self, url: str) -> None:
        """The server is reached by another address from now on."""
        with self.opened.store.begin() as uow:
            identity = uow.meta.identity()
            assert identity is not None
            uow.meta.write(msgspec.structs.replace(identity, server=url))

    def visit(self, *, url: str = "") -> VisitReport:
        """One visit to the server, on a connection of its own; `url` may lead over a slow or broken line."""
        client = self.client(url=url)
        try:
            return self.visits().visit(client, lambda: False)
        finally:
            client.close()

    def sync(self, *, url: str = "") -> None:
        """Visits until nothing waits here and all that is new is here; each of them has to succeed."""
        for _ in range(MOST_VISITS):
            report = self.visit(url=url)
            assert report.outcome == OK, report
            facts = self.overview()
            if not (facts.waiting or facts.files_waiting or facts.files_wanted or report.rows or report.ops):
                return
        raise AssertionError(f"still not in step: {self.overview()}")

    def client(self, *, url: str = "") -> SyncClient:
        """A client as the window makes it; `url` leads it elsewhere."""
        client = sync_parts(self.opened, shipped_wire()).make_client()
        if not url:
            return client
        client.close()
        other = SyncClient(url, shipped_wire())
        other.access = client.access
        return other

    def visits(self) -> Visits:
        """Visits as the window makes them, by the clock of this PC."""
        if self.clock is system_clock:
            return sync_parts(self.opened, shipped_wire()).visits
        opened = self.opened

        def wall_ms() -> int:
            return millis(self.clock())

        engine = SyncEngine(opened.store, opened.files, device_keys(opened.vault), wall_ms, today=self.today)
        return Visits(opened.store, engine, Transfers(opened.store, opened.files, step=lambda _name: None), wall_ms)

    def today(self) -> date:
        """The calendar day that this PC believes in."""
        return local_date(self.clock())

    def seat(self, handle: str, *, signs_in: bool = True) -> Seat:
        """The person whose user name begins with `handle`, with the services of a signed-in session."""
        store = self.opened.store
        with store.read() as uow:
            people = [uow.directory.person(user) for user in uow.accounts.users()]
            person = next(one for one in people if one is not None and one.username.startswith(handle))
            position = uow.directory.position(person.positions[0])
        assert position is not None
        actor = actor_of(person, position)
        locksmith = self.opened.locksmith
        if signs_in and not store.ring_of(person.number).pairs and locksmith.knows(person.number):
            password = self._passwords.get(person.number, PASSWORD)
            store.let_sign(person.number, locksmith.unlock(person.number, password).ring)
        return Seat(
            actor=actor,
            letters=LetterService(store, actor, self.clock, os.urandom, files=self.opened.files),
            register=RegisterService(store, actor, self.clock, NoNames()),
            dispositions=DispositionService(store, actor, self.clock, os.urandom, files=self.opened.files),
            files=RecordFileService(store, actor, self.clock, os.urandom),
        )

    def letter(self, letter_id: LetterId) -> IncomingLetter | None:
        """The letter as it lies in the store of this PC."""
        with self.opened.store.read() as uow:
            return uow.get(IncomingLetter, letter_id)

    def rows(self, struct: type[Any]) -> list[Stored[Any]]:
        """Everything of one kind in the store."""
        return every(self.opened.store, struct)

    def settled(self, struct: type[Any]) -> dict[bytes, tuple[Any, int]]:
        """Records and revisions of one kind; nothing of them may still wait."""
        rows = self.rows(struct)
        assert [one.record.id for one in rows if one.mark != SyncMark.ON_SERVER] == []
        return {one.record.id: (one.record, one.rev) for one in rows}

    def overview(self) -> SyncOverview:
        """The figures of the status bar."""
        return SyncCenterService(self.opened.store).overview()

    def tray(self) -> tuple[QueueItem, ...]:
        """What the server refused."""
        return SyncCenterService(self.opened.store).tray()

    def forget_token(self, client: SyncClient) -> None:
        """As the window does when the server asks to sign in again."""
        sync_parts(self.opened, shipped_wire()).forget_token(client)

    def signing_in(self) -> tuple[SignInPerson, ...]:
        """Who stands on the sign-in page."""
        return SignInService(self.opened.store).people()

    def verify(self) -> VerifyReport:
        """Periksa data."""
        return VerifyService(self.opened.store, self.opened.files).verify()

    def take_scan(self, path: Path) -> Attachment:
        """Lay a file on the desk, through the real page process."""
        with PageRenderer(timeout_s=20.0) as pages:
            return AttachmentService(self.opened.store, self.opened.files, pages, self.clock).take(path)


def entry(today: date, subject: str, **changes: Any) -> LetterEntry:
    """A letter that a clerk has before him."""
    fields: dict[str, Any] = {
        "received_on": today,
        "letter_no": "400.9/117/2026",
        "letter_date": today,
        "sender": "Dinas Sosial Kabupaten Lampung Barat",
        "subject": subject,
    }
    return LetterEntry(**{**fields, **changes})


def write_letter(pc: OfficePc, handle: str, subject: str, **changes: Any) -> Registered:
    """Register a letter at a PC."""
    return pc.seat(handle).letters.register(entry(pc.today(), subject, **changes))


def order(letter_id: LetterId, *recipients: PositionId, **changes: Any) -> Order:
    """A disposition as a head fills it in."""
    fields: dict[str, Any] = {"instructions": (1,), "note": "Tindak lanjuti sesuai ketentuan"}
    return Order(letter_id=letter_id, recipients=recipients, **{**fields, **changes})


def shifted(**difference: float) -> Callable[[], datetime]:
    """The clock of a PC that goes wrong by so much (`days`, `hours`, ...)."""
    delta = timedelta(**difference)
    return lambda: system_clock() + delta
