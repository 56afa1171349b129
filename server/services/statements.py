"""The server's signing key: with it the server vouches for what others carry."""

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from core.protocol.hub import Signed, signed_payload
from server.services.certificates import write_secret

KEY_FILE = "statements.key"


class Signer:
    """Signs with the key in a folder, which is made when there is none."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._key: Ed25519PrivateKey | None = None

    @property
    def public(self) -> bytes:
        """What others check signatures with, 32 bytes."""
        return self._opened().public_key().public_bytes_raw()

    def sign(self, body: bytes) -> Signed:
        """The bytes with the server's signature."""
        return Signed(body=body, signature=self._opened().sign(signed_payload(body)))

    def _opened(self) -> Ed25519PrivateKey:
        if self._key is None:
            self._key = Ed25519PrivateKey.from_private_bytes(_seed(self._folder / KEY_FILE))
        return self._key


def _seed(path: Path) -> bytes:
    """The key's bytes, made when there are none."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        write_secret(path, Ed25519PrivateKey.generate().private_bytes_raw())
    return path.read_bytes()
