"""The end of a PC that was shut out: it seals what it has not sent, then erases itself, and hands the seal in.

    order proved -> held-back scans sealed to readers, what is in no backup waits again -> no more acts
    -> sealed, read back -> note written -> keys, store and files erased -> handed in

The note is the point of no return. Without it everything is as before, and sealing begins anew at the next visit; with
it whoever opens the profile next goes on erasing. What is sealed opens with the server's key alone.
"""

import shutil
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

import msgspec

from core.domain.ids import DeviceId, TenantId
from core.protocol.access import Bearer
from core.protocol.bundle import SUFFIX, BundleFault
from core.protocol.revoking import sealed_folder, ticket_of
from desktop.app.opening import OpenProfile, vault_of
from desktop.app.syncing import client_for, enrolled_identity, today, wall_ms
from desktop.app.wire import shipped_wire
from desktop.services.clock import system_clock
from desktop.services.locksmith import DEVICE_SHARE, STORE_KEY
from desktop.services.parting import left_behind, let_wait_again, seal_held_back
from desktop.storage.meta import Identity
from desktop.sync.bundle_out import BundleOut
from desktop.sync.engine import Step, SyncEngine, no_step
from desktop.sync.enrolment import SEAL_KEY, SIGN_KEY, device_keys, token_name
from desktop.sync.reaching import AddressBook
from desktop.sync.revocation import HANDED_IN, SealedLine, ask_order, hand_in
from desktop.sync.server_fault import ServerFault
from desktop.system.durability import OfficeDisk, sync_folder
from desktop.system.faults import EnvironmentFault
from desktop.system.profile import Profile, write_whole
from desktop.system.profile_lock import ProfileLock
from desktop.system.profile_wiping import FarewellNote, LeftBehind, read_note, wipe

PART_BYTES = 64 * 1024 * 1024


def obey(opened: OpenProfile, *, step: Step = no_step) -> bool:
    """If the server's word is that this PC was shut out: seal what waits; whether the PC has to be erased now.

    Nothing is changed where it was not, nobody says so credibly, or what waits cannot be sealed.
    """
    identity = enrolled_identity(opened)
    wire = shipped_wire()
    client = client_for(opened, identity, wire)
    try:
        order = ask_order(client, wire, identity, keys=device_keys(opened.vault), wall_ms=wall_ms())
    finally:
        client.close()
    if order is None:
        return False
    try:
        seal_held_back(opened.store, opened.files, system_clock)
        unsealed = let_wait_again(opened.store, opened.files)
    except EnvironmentFault:
        return False
    opened.store.shut()
    step("shut")
    folder = opened.profile.sealed_path
    try:
        left = left_behind(opened.store)
        unreadable = _seal(opened, folder)
        step("sealed")
        _write_note(
            opened,
            identity,
            ticket=ticket_of(order),
            left=msgspec.structs.replace(left, files=unsealed + unreadable),
        )
    except (BundleFault, EnvironmentFault, OSError):
        opened.store.let_act()
        return False
    step("noted")
    return True


def finish(folder: Path) -> bool:
    """Erase what is left of a PC that sealed its work; whether there was such a one. The profile must not be open."""
    profile = Profile(folder=folder)
    note = read_note(profile)
    if note is None:
        return False
    lock = ProfileLock(folder)
    try:
        with suppress(EnvironmentFault):
            vault = vault_of(profile)
            for name in note.secrets:
                vault.delete(name)
        wipe(profile)
    finally:
        lock.release()
    return True


def what_was_left(folder: Path) -> LeftBehind:
    """What a PC that was shut out did not seal; nothing is known of it before there is a note."""
    note = None
    with suppress(EnvironmentFault):
        note = read_note(Profile(folder=folder))
    return LeftBehind() if note is None else note.left


def hand_in_sealed(folder: Path, cancelled: Callable[[], bool]) -> int:
    """Hand in what lies sealed here; how many files are left, where the line does not allow more now.

    What was handed in before is shown again: the server may have been put back since, and has nobody else to ask.
    """
    profile = Profile(folder=folder)
    note = read_note(profile)
    if note is None:
        return 0
    waiting = sorted(profile.sealed_path.glob(f"*{SUFFIX}"))
    paths = [*waiting, *sorted(profile.sealed_path.glob(f"*{HANDED_IN}"))]
    if not paths:
        return 0
    client = SealedLine(
        note.server,
        shipped_wire(),
        authority=profile.authority_path if profile.authority_path.exists() else None,
        access=Bearer(note.ticket),
        book=AddressBook(profile.addresses_path),
    )
    place = sealed_folder(TenantId(note.tenant), DeviceId(bytes.fromhex(note.device)))
    try:
        return hand_in(client, place, paths, cancelled)
    except (ServerFault, EnvironmentFault, OSError):
        return len(list(profile.sealed_path.glob(f"*{SUFFIX}")))
    finally:
        client.close()


def _seal(opened: OpenProfile, folder: Path) -> int:
    """Write everything that waits, as many bundles as it takes; each is read back before it counts.

    How many files could not be read any more.
    """
    shutil.rmtree(folder, ignore_errors=True)  # of a sealing that was broken off
    folder.mkdir()
    keys = device_keys(opened.vault)
    engine = SyncEngine(opened.store, opened.files, keys, wall_ms, today=today)
    out = BundleOut(opened.store, opened.files, keys, engine, wire=shipped_wire())
    begun_ms, count, after, more, unreadable = wall_ms(), 0, 0, True, 0
    sealed: frozenset[bytes] = frozenset()
    while more:
        made_ms = begun_ms + count  # they are taken in this order
        report = out.write(
            folder,
            disk=OfficeDisk(),
            wall_ms=partial(int, made_ms),
            part_bytes=PART_BYTES,
            progress=lambda _done, _all: None,
            stopped=lambda: False,
            after=after,
            without=sealed,
        )
        after, sealed, more, count = report.last, sealed | report.hashes, report.more, count + 1
        unreadable += report.left_out
    sync_folder(folder)
    return unreadable


def _write_note(opened: OpenProfile, identity: Identity, *, ticket: bytes, left: LeftBehind) -> None:
    with opened.store.read() as uow:
        users = uow.accounts.users()
    note = FarewellNote(
        server=identity.server,
        tenant=identity.tenant,
        device=identity.device.hex(),
        ticket=ticket.hex(),
        secrets=(STORE_KEY, DEVICE_SHARE, SIGN_KEY, SEAL_KEY, *(token_name(user) for user in users)),
        left=left,
    )
    write_whole(opened.profile.farewell_path, msgspec.json.encode(note), private=True)
