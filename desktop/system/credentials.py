"""Secrets: the store's key, the device's private keys, tokens.

They lie in the keyring of the operating system. Where there is none (a headless machine, a practice profile) a file
in the profile stands in, readable by its owner only: `--vault file`, as docs/operations.md explains. Every secret is
short, because the Windows Credential Manager takes at most 1,280 characters.
"""

import base64
import importlib
import json
from pathlib import Path
from typing import Any, Protocol

import msgspec

from desktop.system.faults import EnvironmentFault, FaultOf
from desktop.system.profile import Profile, write_whole

SERVICE = "Pesagi"
MAX_CHARACTERS = 1200
KEYRING = "keyring"
FILE = "file"


class Vault(Protocol):
    """Keeps secrets by name."""

    def get(self, name: str) -> bytes | None:
        """The secret, or None."""

    def put(self, name: str, secret: bytes) -> None:
        """Keep a secret."""

    def delete(self, name: str) -> None:
        """Forget a secret if it exists."""


class KeyringVault:
    """Secrets in the keyring of the operating system."""

    def __init__(self, profile_id: str) -> None:
        """Names are kept apart by profile. KEYRING_MISSING where the system has none."""
        # Loaded by name: finding a backend takes longer than opening the store, and a file vault never needs it.
        self._keyring: Any = importlib.import_module("keyring")
        self._errors: Any = importlib.import_module("keyring.errors")
        self._profile = profile_id
        if not usable_backend(self._keyring):
            raise EnvironmentFault(FaultOf.KEYRING_MISSING)

    def get(self, name: str) -> bytes | None:
        """The secret, or None."""
        try:
            text = self._keyring.get_password(SERVICE, f"{self._profile}/{name}")
        except self._errors.KeyringError as err:
            raise EnvironmentFault(FaultOf.KEYRING_MISSING, type(err).__name__) from err
        return None if text is None else _secret(text)

    def put(self, name: str, secret: bytes) -> None:
        """Keep a secret."""
        text = base64.b64encode(secret).decode()
        if len(text) > MAX_CHARACTERS:
            message = f"secret {name} has {len(text)} characters"
            raise ValueError(message)
        try:
            self._keyring.set_password(SERVICE, f"{self._profile}/{name}", text)
        except self._errors.KeyringError as err:
            raise EnvironmentFault(FaultOf.KEYRING_MISSING, type(err).__name__) from err

    def delete(self, name: str) -> None:
        """Forget a secret if it exists."""
        if self.get(name) is not None:
            self._keyring.delete_password(SERVICE, f"{self._profile}/{name}")


class FileVault:
    """Secrets in a file of the profile, for its owner only."""

    def __init__(self, path: Path) -> None:
        """The file is made with the first secret."""
        self._path = path

    def get(self, name: str) -> bytes | None:
        """The secret, or None."""
        text = self._read().get(name)
        return None if text is None else _secret(text)

    def put(self, name: str, secret: bytes) -> None:
        """Keep a secret."""
        self._write({**self._read(), name: base64.b64encode(secret).decode()})

    def delete(self, name: str) -> None:
        """Forget a secret if it exists."""
        left = self._read()
        if left.pop(name, None) is not None:
            self._write(left)

    def _read(self) -> dict[str, str]:
        try:
            loaded: dict[str, str] = msgspec.json.decode(self._path.read_bytes(), type=dict[str, str])
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, msgspec.MsgspecError) as err:
            raise EnvironmentFault(FaultOf.KEY_LOST, "kunci.json") from err
        return loaded

    def _write(self, secrets: dict[str, str]) -> None:
        try:
            write_whole(self._path, json.dumps(secrets).encode(), private=True)
        except OSError as err:
            raise EnvironmentFault(FaultOf.DISK_FAILED, type(err).__name__) from err


def _secret(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError as err:
        raise EnvironmentFault(FaultOf.KEY_LOST, "not base64") from err


def open_vault(profile: Profile, kind: str, profile_id: str) -> Vault:
    """The vault of a profile."""
    return FileVault(profile.keys_path) if kind == FILE else KeyringVault(profile_id)


def keyring_available() -> bool:
    """Whether the operating system offers a keyring to this process."""
    return usable_backend(importlib.import_module("keyring"))


def usable_backend(keyring_module: Any) -> bool:
    """Whether the chosen backend keeps secrets at all: the stand-ins `fail` and `null` have no priority."""
    return float(getattr(keyring_module.get_keyring(), "priority", 0)) > 0
