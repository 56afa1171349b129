"""The server's own keys for bundles: made once, told to every device when it is let in.

They lie beside the certificate authority and go into the same backup: with others every PC would refuse what the server
writes, and nobody could read what they wrote for it.
"""

import os
from pathlib import Path

from core.protocol.sealing import SEED_BYTES, PartyKeys
from server.services.certificates import write_secret

SIGN_FILE = "bundle-sign.key"
SEAL_FILE = "bundle-seal.key"


def ensure_bundle_keys(folder: Path) -> PartyKeys:
    """The keys in `folder`, made if there are none; each a file of 32 bytes, readable by its owner alone."""
    folder.mkdir(parents=True, exist_ok=True)
    return PartyKeys(_seed(folder / SIGN_FILE), _seed(folder / SEAL_FILE))


def _seed(path: Path) -> bytes:
    if not path.exists():
        write_secret(path, os.urandom(SEED_BYTES))
    return path.read_bytes()
