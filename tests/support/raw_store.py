"""What really lies in a store's files, past the database: every page decrypted, free ones and those of the log too."""

from __future__ import annotations

from pathlib import Path

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

PAGE, RESERVE, IV, SALT = 4096, 80, 16, 16
LOG_HEAD, FRAME_HEAD = 32, 24


def _open(page: bytes, key: bytes, *, first: bool) -> bytes:
    """SQLCipher 4: AES-256-CBC, the vector at the start of the reserved bytes; the first page begins with the salt."""
    vector = page[PAGE - RESERVE : PAGE - RESERVE + IV]
    sealed = page[SALT if first else 0 : PAGE - RESERVE]
    opener = Cipher(algorithms.AES(key), modes.CBC(vector)).decryptor()
    return opener.update(sealed) + opener.finalize()


def decrypted_pages(path: Path, key: bytes) -> bytes:
    """Every page of the store at `path` and of its write-ahead log, one after the other."""
    store = path.read_bytes()
    pages = [_open(store[at : at + PAGE], key, first=at == 0) for at in range(0, len(store), PAGE)]
    log = path.with_name(path.name + "-wal")
    frames = log.read_bytes() if log.exists() else b""
    for at in range(LOG_HEAD, len(frames), FRAME_HEAD + PAGE):
        number = int.from_bytes(frames[at : at + 4], "big")
        page = frames[at + FRAME_HEAD : at + FRAME_HEAD + PAGE]
        pages.append(_open(page, key, first=number == 1))
    return b"".join(pages)
