"""Opening a profile: lock, keys, store, migration, files - and closing them in reverse."""

import os
from pathlib import Path

import msgspec

from desktop.services.clock import system_clock
from desktop.services.locksmith import STORE_KEY, Locksmith
from desktop.storage.blobs import BlobFiles
from desktop.storage.engine import KEY_BYTES
from desktop.storage.opening import open_store
from desktop.storage.unit_of_work import Store
from desktop.system.credentials import FILE, KEYRING, Vault, keyring_available, open_vault
from desktop.system.faults import EnvironmentFault, FaultOf
from desktop.system.profile import Profile, ProfileFacts
from desktop.system.profile_lock import ProfileLock


class OpenProfile(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that belongs to one open profile."""

    profile: Profile
    facts: ProfileFacts
    vault: Vault
    store: Store
    files: BlobFiles
    lock: ProfileLock
    locksmith: Locksmith
    key: bytes

    def close(self) -> None:
        """Close the store and give the profile back."""
        self.store.close()
        self.lock.release()


def open_profile(
    folder: Path,
    *,
    create: bool = False,
    practice: bool = False,
    vault: str = "",
    unattended: bool = False,
    key: bytes | None = None,
) -> OpenProfile:
    """Open the profile in `folder`; with `create` make it if it is none yet.

    `vault` (`keyring` or `file`) and `unattended` matter only when it is made; by default the keyring, but the file in
    practice mode. `key` is the store's key where a password opens it (`locksmith_of`). EnvironmentFault says what
    stands in the way: LOCKED where there is no key without a password.
    """
    profile = Profile(folder=folder)
    facts = profile.read_facts()
    if facts is None and not create:
        raise EnvironmentFault(FaultOf.NOT_ENROLLED)
    if profile.farewell_path.exists():
        raise EnvironmentFault(FaultOf.PC_REVOKED)
    lock = ProfileLock(folder)
    try:
        if facts is None:
            chosen = _choose_vault(vault, practice=practice)
            facts = profile.create(vault=chosen, practice=practice, unattended=unattended)
        secrets = open_vault(profile, facts.vault, facts.id)
        locksmith = Locksmith(profile, secrets, system_clock, unattended=facts.unattended)
        store_key = key or _store_key(profile, secrets, locksmith)
        store = open_store(profile.store_path, store_key, system_clock())
        if create and facts.practice != practice:
            facts = _other_way(profile, facts, store, practice=practice)
        return OpenProfile(
            profile=profile,
            facts=facts,
            vault=secrets,
            store=store,
            files=BlobFiles(profile.files_path, store_key),
            lock=lock,
            locksmith=locksmith,
            key=store_key,
        )
    except BaseException:
        lock.release()
        raise


def _other_way(profile: Profile, facts: ProfileFacts, store: Store, *, practice: bool) -> ProfileFacts:
    """The facts after a set-up was broken off and begins again the other way; a profile in use stays what it is."""
    with store.read() as uow:
        if uow.meta.identity() is not None:
            return facts
    changed = msgspec.structs.replace(facts, practice=practice)
    profile.write_facts(changed)
    return changed


def _choose_vault(wanted: str, *, practice: bool) -> str:
    if wanted:
        return wanted
    if practice:
        return FILE
    if not keyring_available():
        raise EnvironmentFault(FaultOf.KEYRING_MISSING)
    return KEYRING


def locksmith_of(folder: Path) -> Locksmith | None:
    """Who may open the profile in `folder`, if only a password opens it."""
    profile = Profile(folder=folder)
    facts = profile.read_facts()
    if facts is None or facts.practice or not profile.wraps_path.exists():
        return None
    if profile.farewell_path.exists():
        raise EnvironmentFault(FaultOf.PC_REVOKED)
    locksmith = Locksmith(profile, vault_of(profile), system_clock, unattended=facts.unattended)
    return locksmith if locksmith.is_locked else None


def vault_of(profile: Profile) -> Vault:
    """The vault of a profile that was made; NOT_ENROLLED before."""
    facts = profile.read_facts()
    if facts is None:
        raise EnvironmentFault(FaultOf.NOT_ENROLLED)
    return open_vault(profile, facts.vault, facts.id)


def _store_key(profile: Profile, vault: Vault, locksmith: Locksmith) -> bytes:
    key = vault.get(STORE_KEY)
    if key is not None:
        return key
    if locksmith.is_locked:
        raise EnvironmentFault(FaultOf.LOCKED)
    if profile.store_path.exists():
        # A new key would make the old store look damaged; the old one may still be recovered.
        raise EnvironmentFault(FaultOf.KEY_LOST)
    key = os.urandom(KEY_BYTES)
    vault.put(STORE_KEY, key)
    return key
