"""The server's own keys: one signs whatever it vouches for, one opens what is sealed to it. Made once, told to all.

They lie beside the certificate authority and go into the same backup: with others every PC would refuse what the server
writes, and nobody could read what they wrote for it. What is signed says what it is (`core.protocol`), so that no
signature can stand for another kind of message.
"""

import os
from pathlib import Path

from core.protocol.sealing import SEED_BYTES, PartyKeys
from server.services.certificates import write_secret

SIGN_FILE = "signing.key"
SEAL_FILE = "bundle-seal.key"
# What is done by commands at the server is signed with a key of its own: it vouches for nothing.
CONSOLE_FILE = "console.key"
# Until there was one key for everything: this one every PC knows, so it became the one ...
BUNDLES_ALONE_FILE = "bundle-sign.key"
# ... and this one signed for hubs, which ask for the key anew at each start.
HUBS_ALONE_FILE = "statements.key"


def ensure_server_keys(folder: Path) -> PartyKeys:
    """The keys in `folder`, made if there are none; each a file of 32 bytes, readable by its owner alone."""
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / SIGN_FILE).exists() and (folder / BUNDLES_ALONE_FILE).exists():
        (folder / BUNDLES_ALONE_FILE).replace(folder / SIGN_FILE)
    keys = PartyKeys(_seed(folder / SIGN_FILE), _seed(folder / SEAL_FILE))
    for name in (BUNDLES_ALONE_FILE, HUBS_ALONE_FILE):
        (folder / name).unlink(missing_ok=True)
    return keys


def ensure_console_keys(folder: Path) -> PartyKeys:
    """The keys of the operator's desk, made if there are none; a file of 32 bytes, readable by its owner alone."""
    folder.mkdir(parents=True, exist_ok=True)
    seed = _seed(folder / CONSOLE_FILE)
    return PartyKeys(seed, seed)


def _seed(path: Path) -> bytes:
    if not path.exists():
        write_secret(path, os.urandom(SEED_BYTES))
    return path.read_bytes()
