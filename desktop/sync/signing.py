"""The device's own keys: Ed25519 to sign what it sends, X25519 for what is sealed to it."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

KEY_BYTES = 32


class DeviceKeys:
    """The private keys, as 32 bytes each; they never leave the keyring but in here."""

    def __init__(self, sign_seed: bytes, seal_seed: bytes) -> None:
        """From the secrets of the keyring."""
        self._sign = Ed25519PrivateKey.from_private_bytes(sign_seed)
        self._seal = X25519PrivateKey.from_private_bytes(seal_seed)

    @property
    def sign_public(self) -> bytes:
        """The public key that the server checks signatures with."""
        return self._sign.public_key().public_bytes_raw()

    @property
    def seal_public(self) -> bytes:
        """The public key that secrets are sealed to."""
        return self._seal.public_key().public_bytes_raw()

    def sign(self, payload: bytes) -> bytes:
        """An Ed25519 signature, 64 bytes."""
        return self._sign.sign(payload)
