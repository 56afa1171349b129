"""No test touches the credential store of the operating system: each gets an empty one in memory."""

from __future__ import annotations

import keyring
import keyring.backend
import keyring.errors
import pytest


class MemoryKeyring(keyring.backend.KeyringBackend):
    """A credential store that works like a real one and forgets everything with the test."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # keyring leaves its constructor untyped
        self._secrets: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self._secrets.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._secrets[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if self._secrets.pop((service, username), None) is None:
            raise keyring.errors.PasswordDeleteError(f"no such credential: {service}, {username}")


@pytest.fixture(autouse=True)
def memory_keyring() -> MemoryKeyring:
    """Put an empty store in memory in place of the real one, which is never even looked for."""
    store = MemoryKeyring()
    keyring.set_keyring(store)
    return store
