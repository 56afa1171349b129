"""Erases a profile, but for what a PC that was shut out has sealed and where that is to be handed in."""

import shutil

import msgspec

from desktop.system.durability import sync_folder
from desktop.system.faults import EnvironmentFault, FaultOf
from desktop.system.profile import Profile


class LeftBehind(msgspec.Struct, frozen=True, kw_only=True):
    """What a PC that was shut out did not seal, since it is no act: how many of each.

    Unfinished letters, scans in Pindaian, acts that were turned down, and files that could not be read or sealed.
    """

    drafts: int = 0
    scans: int = 0
    refused: int = 0
    files: int = 0


class FarewellNote(msgspec.Struct, frozen=True, kw_only=True):
    """That this PC was shut out and has sealed what waited.

    Where the seal is to be handed in, with which ticket, which `secrets` in the vault go with the store, and what was
    not sealed.
    """

    server: str
    tenant: int
    device: str
    ticket: str
    secrets: tuple[str, ...] = ()
    left: LeftBehind = LeftBehind()


def read_note(profile: Profile) -> FarewellNote | None:
    """The note, or None where there is none."""
    try:
        note: FarewellNote = msgspec.json.decode(profile.farewell_path.read_bytes(), type=FarewellNote)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, msgspec.MsgspecError) as err:
        raise EnvironmentFault(FaultOf.STORE_UNREADABLE, profile.farewell_path.name) from err
    return note


def wipe(profile: Profile) -> None:
    """Remove everything else, keys first; DISK_FAILED if something stays: the next time goes on with it."""
    kept = {
        profile.farewell_path.name,
        profile.sealed_path.name,
        profile.facts_path.name,
        profile.authority_path.name,
        profile.addresses_path.name,
        profile.lock_path.name,
        profile.settings_path.name,
    }
    first = (profile.wraps_path, profile.keys_path, profile.store_path)
    try:
        for path in first:
            path.unlink(missing_ok=True)
        for path in profile.folder.iterdir():
            if path.name in kept:
                continue
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
        sync_folder(profile.folder)
    except OSError as err:
        raise EnvironmentFault(FaultOf.DISK_FAILED, type(err).__name__) from err
