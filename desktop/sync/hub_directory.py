"""Whether rows of the directory that a hub hands out are the server's: it signed what all of them say together."""

from collections.abc import Sequence

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from core.domain.ids import StreamId
from core.protocol.codec import CodecError, decode, encode
from core.protocol.contents import record_shape, rows_digest
from core.protocol.hub import DirectoryWord, Signed, directory_payload
from core.protocol.messages import Data
from core.protocol.rows import read_rows
from desktop.storage.healing import Healing
from desktop.storage.unit_of_work import Store


def is_the_servers(store: Store, signed: Signed | None, frames: Sequence[Data], *, server_key: bytes) -> bool:
    """Whether what is here and the frames together are what the server signed.

    No where there is no such word, it is of another version of the program, or not for these rows: then the server is
    asked itself.
    """
    try:
        word = _word(signed, server_key)
        if word is None or not frames:
            return False
        with store.read() as uow:
            identity, facts = uow.meta.identity(), uow.meta.sync()
            rows = Healing(uow).rows_of(StreamId(frames[0].stream))
        if identity is None or (word.tenant, word.feed_epoch) != (identity.tenant, facts.feed_epoch):
            return False
        for frame in frames:
            for block, told in read_rows(frame.blocks):
                for row in told:
                    if row.rev > rows.get((block.kind, row.record.id), (0, b""))[0]:
                        rows[block.kind, row.record.id] = (row.rev, encode(row.record))
            for block in frame.blocks:
                for row_id in block.gone:
                    rows.pop((block.kind, row_id), None)
        return rows_digest((*key, *told) for key, told in rows.items()) == word.digest
    except CodecError:
        return False


def _word(signed: Signed | None, server_key: bytes) -> DirectoryWord | None:
    if signed is None:
        return None
    try:
        Ed25519PublicKey.from_public_bytes(server_key).verify(signed.signature, directory_payload(signed.body))
    except (InvalidSignature, ValueError):
        return None
    word: DirectoryWord = decode(signed.body, DirectoryWord)
    return word if word.shape == record_shape() else None
