"""Builds what a visit to the server needs from an open profile, and the first visit of a new PC."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Protocol

from core.domain.ids import DeviceId, UserId
from core.protocol.enrolment import CodeMalformed
from core.protocol.faults import FaultCode
from core.protocol.frames import Wire
from core.protocol.messages import SessionReply
from core.protocol.person_keys import KeyOffer, KeyRing
from desktop.app.opening import OpenProfile, locksmith_of, open_profile, vault_of
from desktop.app.passes import Passes
from desktop.app.person_keys import settle_keys
from desktop.app.version import VERSION
from desktop.app.wire import shipped_wire
from desktop.services.clock import WIB, local_date, millis, system_clock
from desktop.services.sign_in import SignInService
from desktop.storage.meta import Identity
from desktop.sync.client import SyncClient
from desktop.sync.device_reports import DeviceReports
from desktop.sync.engine import Step, SyncEngine, no_step
from desktop.sync.enrolment import (
    Enrolment,
    device_keys,
    note_bundle_keys,
    note_session,
    renew_session,
    reopen,
    server_address,
    token_name,
)
from desktop.sync.file_visits import FileVisits
from desktop.sync.hub_client import HubClient
from desktop.sync.hub_rounds import HubRounds
from desktop.sync.live_client import LiveLine
from desktop.sync.nearby import HubNearby
from desktop.sync.night_scans import NightScans
from desktop.sync.password_news import PasswordNews
from desktop.sync.reaching import AddressBook
from desktop.sync.rounds import OK, VisitReport, Visits
from desktop.sync.server_fault import ServerFault
from desktop.sync.small_files import SmallFiles
from desktop.sync.transfer import Transfers
from desktop.system.durability import free_bytes
from desktop.system.faults import EnvironmentFault, FaultOf
from desktop.system.profile import Profile
from desktop.system.settings import HUB_OFF, read_settings
from desktop.workers.read_ahead import read_ahead


def wall_ms() -> int:
    """The PC's wall clock in milliseconds."""
    return millis(system_clock())


def today() -> date:
    """The calendar day here."""
    return local_date(system_clock())


def hour() -> int:
    """The hour of the day here, 0 to 23."""
    return system_clock().astimezone(WIB).hour


@dataclass(frozen=True, kw_only=True)
class SyncParts:
    """Visits, the making of clients and live lines for them, and the end of a token that the server takes no more."""

    visits: Visits
    files: FileVisits
    make_client: Callable[[], SyncClient]
    make_line: Callable[[], LiveLine]
    forget_token: Callable[[SyncClient], None]
    tell_passwords: Callable[[], bool]
    turn_token: Callable[[SyncClient], None]


class HubAddresses(Protocol):
    """Where hubs announce themselves."""

    def addresses(self, tenant: int, office: int) -> Sequence[str]:
        """The addresses of what says that it is the hub of an office; nothing of it is proved."""


def sync_parts(
    opened: OpenProfile,
    wire: Wire,
    *,
    step: Step = no_step,
    search: HubAddresses | None = None,
    user: Callable[[], UserId | None] = lambda: None,
) -> SyncParts:
    """Everything for visits; NOT_ENROLLED before the PC joined an office. Without `search` a hub is met by address.

    The session of `user`, who sits there, goes before those of others: whether it still holds shows at once.
    """
    identity = enrolled_identity(opened)
    reports = DeviceReports(VERSION, lambda: free_bytes(opened.profile.folder))
    engine = SyncEngine(
        opened.store, opened.files, device_keys(opened.vault), wall_ms, today=today, step=step, reports=reports
    )
    transfers = Transfers(opened.store, opened.files, step=step)
    visits = Visits(opened.store, engine, transfers, wall_ms, ahead=read_ahead)
    visits.hub = hub_nearby(opened, engine, wire, search=search)

    small = SmallFiles(opened.store, opened.files)
    night = NightScans(opened.store, opened.files, wall_ms)
    files = FileVisits(opened.store, transfers, hour=hour, small=small, night=night)
    files.hub = visits.hub

    book = AddressBook(opened.profile.addresses_path)
    passes = Passes(opened)

    def make_client() -> SyncClient:
        return client_with(passes.of(user()).token)

    def client_with(token: str) -> SyncClient:
        authority = opened.profile.authority_path if identity.authority else None
        return SyncClient(identity.server, wire, authority=authority, access=passes.with_token(token), book=book)

    def tell_passwords() -> bool:
        news = PasswordNews(opened.store, opened.vault, device_keys(opened.vault), wall_ms=wall_ms)
        return news.tell(client_with)

    def make_line() -> LiveLine:
        authority = opened.profile.authority_path if identity.authority else None
        return LiveLine(identity.server, access=passes.of(user()), authority=authority, book=book)

    return SyncParts(
        visits=visits,
        files=files,
        make_client=make_client,
        make_line=make_line,
        forget_token=passes.forget,
        tell_passwords=tell_passwords,
        turn_token=lambda client: passes.turn(client, wire),
    )


def hub_nearby(opened: OpenProfile, engine: SyncEngine, wire: Wire, *, search: HubAddresses | None) -> HubNearby:
    """The hub of the office, at the address that the settings of this PC name, or where `search` finds it."""
    identity = enrolled_identity(opened)
    authority = opened.profile.authority_path if identity.authority else None

    def addresses() -> Sequence[str]:
        chosen = read_settings(opened.profile.folder).hub
        if chosen == HUB_OFF:
            return ()
        if chosen:
            return (server_address(chosen, secure=authority is not None),)
        return () if search is None else search.addresses(identity.tenant, identity.office)

    def make(address: str) -> HubClient:
        return HubClient(address, wire, authority=authority)

    rounds = HubRounds(opened.store, engine, device_keys(opened.vault), wall_ms)
    return HubNearby(rounds, addresses=addresses, make=make, user=lambda: first_signed_in(opened))


def first_signed_in(opened: OpenProfile) -> UserId | None:
    """The first person of this PC who has a token."""
    with opened.store.read() as uow:
        users = uow.accounts.users()
    return next((user for user in users if opened.vault.get(token_name(user)) is not None), None)


def enrolled_identity(opened: OpenProfile) -> Identity:
    """Who this PC is, once it joined an office that has a server."""
    with opened.store.read() as uow:
        identity = uow.meta.identity()
    if identity is None or identity.practice or not identity.server:
        raise EnvironmentFault(FaultOf.NOT_ENROLLED)
    return identity


def client_for(
    opened: OpenProfile,
    identity: Identity,
    wire: Wire,
    *,
    book: AddressBook | None = None,
    first: UserId | None = None,
) -> SyncClient:
    """A client with the token of `first`, else of the first person of this PC who has one."""
    book = book or AddressBook(opened.profile.addresses_path)
    authority = opened.profile.authority_path if identity.authority else None
    return SyncClient(identity.server, wire, authority=authority, access=Passes(opened).of(first), book=book)


def join_office(
    opened: OpenProfile, wire: Wire, *, address: str, code: str, password: str, device_name: str
) -> VisitReport:
    """Enrol and fetch what is needed to begin; what the code allowed is kept even if the line drops now.

    Big streams come as segments with the visits that follow, newest first, while people work.
    """
    enrolment = Enrolment(opened.store, opened.vault, wire, opened.profile.authority_path)
    escrows = opened.locksmith.ring_escrows()
    reply = enrolment.join(address, code, password, device_name, ring_escrows=escrows)
    username = f"#{reply.user}"
    opened.locksmith.admit(reply.user, username, password, key=opened.key)
    enrolment.add_account(reply.user, username, "")
    opened.store.let_sign(reply.user, KeyRing())  # who just gave the password, until somebody is asked to sign in
    bring_keys(opened, wire, reply, password=password)
    parts = sync_parts(opened, wire)
    client = parts.make_client()
    try:
        report = parts.visits.visit(client, lambda: False, segments=False)
        if report.outcome == OK:
            finish_join(opened, enrolment, reply.user)
            lock_up(opened)
            # Only now does this PC know its positions, and may ask for the numbers that they give out.
            parts.visits.visit(client, lambda: False, segments=False)
    finally:
        client.close()
    return report


def come_back(folder: Path, wire: Wire, *, code: str, password: str, device_name: str) -> None:
    """Let a person with a fresh code into a locked profile: who forgot the password, or who is new on this PC.

    The server opens the deposited key for this PC; everything that lies in the store, sent or not, is as it was.
    """
    locksmith = locksmith_of(folder)
    escrow = locksmith.wraps().escrow if locksmith is not None else None
    if locksmith is None or escrow is None:
        raise EnvironmentFault(FaultOf.KEY_LOST, "no escrow")
    profile = Profile(folder=folder)
    keys = device_keys(vault_of(profile))
    client = SyncClient(escrow.server, wire, authority=profile.authority_path if escrow.pinned else None)
    try:
        reply, key = reopen(
            client,
            keys,
            DeviceId(escrow.device),
            typed_code=code,
            password=password,
            name=device_name,
            escrow=escrow.sealed,
            ring_escrows=locksmith.ring_escrows(),
        )
    finally:
        client.close()
    opened = open_profile(folder, key=key)
    try:
        opened.vault.put(token_name(reply.user), reply.token.encode())
        opened.locksmith.admit(reply.user, f"#{reply.user}", password, key=key)
        opened.locksmith.end_try(reply.user)
        note_bundle_keys(opened.store, reply)
        enrolment = Enrolment(opened.store, opened.vault, wire, profile.authority_path)
        enrolment.add_account(reply.user, f"#{reply.user}", "")
        bring_keys(opened, wire, reply, password=password)
        finish_join(opened, enrolment, reply.user)
        lock_up(opened)
    finally:
        opened.close()


def come_back_or_say_why(folder: Path, wire: Wire, *, code: str, password: str, device_name: str) -> None:
    """As `come_back`, with what the server said no to as SERVER_SAID_NO and its code as the detail."""
    with _said_why():
        come_back(folder, wire, code=code, password=password, device_name=device_name)


def join_or_say_why(
    opened: OpenProfile, wire: Wire, *, address: str, code: str, password: str, device_name: str
) -> None:
    """Join for a person who waits for it: EnvironmentFault unless the office's data is here in the end.

    What the server itself said no to is SERVER_SAID_NO with its code as the detail. To join again with the same code
    goes on where a lost line or a power cut ended the first attempt.
    """
    with _said_why():
        report = join_office(opened, wire, address=address, code=code, password=password, device_name=device_name)
    if report.outcome in set(FaultOf):
        raise EnvironmentFault(FaultOf(report.outcome), "first visit")
    if report.outcome != OK:
        raise EnvironmentFault(FaultOf.SERVER_SAID_NO, report.outcome)


@contextmanager
def _said_why() -> Iterator[None]:
    try:
        yield
    except CodeMalformed as err:
        raise EnvironmentFault(FaultOf.SERVER_SAID_NO, FaultCode.CODE_UNKNOWN.value) from err
    except ServerFault as err:
        raise EnvironmentFault(FaultOf.SERVER_SAID_NO, err.code.value) from err


def settle_join(opened: OpenProfile) -> bool:
    """Finish a join whose first visit was cut, if its data has come since; whether somebody can work here now."""
    enrolment = Enrolment(opened.store, opened.vault, shipped_wire(), opened.profile.authority_path)
    with opened.store.read() as uow:
        identity = uow.meta.identity()
        if identity is None or identity.office:
            return identity is not None
        users = uow.accounts.users()
    for user in users:
        finish_join(opened, enrolment, user)
    with opened.store.read() as uow:
        identity = uow.meta.identity()
    if identity is None or not identity.office:
        return False
    lock_up(opened)
    return True


def lock_up(opened: OpenProfile) -> None:
    """Let only passwords open the store from now on."""
    SignInService(opened.store, opened.locksmith, key=opened.key).lock_up()


def finish_join(opened: OpenProfile, enrolment: Enrolment, user: UserId) -> None:
    """Note what the directory says of the person, once it is here."""
    with opened.store.read() as uow:
        person = uow.directory.person(user)
        position = uow.directory.position(person.positions[0]) if person and person.positions else None
    if person is not None:
        enrolment.add_account(user, person.username, "")
    if position is not None:
        enrolment.set_office(position.office)


def renew_token(opened: OpenProfile, wire: Wire, user: UserId, password: str) -> SessionReply:
    """A fresh token, after the server asked to sign in again or for a person whose keys are not here yet."""
    reply = _open_session(opened, wire, user, password=password)
    opened.vault.put(token_name(user), reply.token.encode())
    note_bundle_keys(opened.store, reply)
    bring_keys(opened, wire, reply, password=password)
    return reply


def bring_keys(opened: OpenProfile, wire: Wire, reply: SessionReply, *, password: str) -> None:
    """Let this PC have the keys of whoever got `reply`, and know how old session and password are.

    Where the line drops now, the next sign-in goes on.
    """
    note_session(opened.store, reply)
    with opened.store.read() as uow:
        offset_ms = uow.meta.clock().offset_ms
    if reply.password_ms:
        opened.locksmith.learn_age(reply.user, reply.password_ms - offset_ms)

    def open_session(offers: tuple[KeyOffer, ...]) -> SessionReply:
        return _open_session(opened, wire, reply.user, password=password, offers=offers)

    wrap = opened.locksmith.wraps().of(reply.user)
    with suppress(ServerFault, EnvironmentFault):
        settle_keys(
            opened,
            reply,
            device=enrolled_identity(opened).device,
            username=wrap.username if wrap is not None else f"#{reply.user}",
            password=password,
            open_session=open_session,
        )


def _open_session(
    opened: OpenProfile, wire: Wire, user: UserId, *, password: str, offers: tuple[KeyOffer, ...] = ()
) -> SessionReply:
    identity, keys = enrolled_identity(opened), device_keys(opened.vault)
    # Without a token: the password and the device prove who asks.
    authority = opened.profile.authority_path if identity.authority else None
    client = SyncClient(identity.server, wire, authority=authority, book=AddressBook(opened.profile.addresses_path))
    try:
        return renew_session(client, keys, identity, user, password=password, now_ms=wall_ms(), offers=offers)
    finally:
        client.close()


__all__ = [
    "OK",
    "SyncParts",
    "client_for",
    "come_back",
    "come_back_or_say_why",
    "enrolled_identity",
    "join_office",
    "join_or_say_why",
    "renew_token",
    "settle_join",
    "sync_parts",
    "wall_ms",
]
