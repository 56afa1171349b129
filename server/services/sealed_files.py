"""Which files may not come in the clear: those of letters that are sealed."""

from core.domain.dispositions import Disposition
from core.domain.ids import LetterId
from core.domain.letters import IncomingLetter, is_for_readers
from core.protocol.codec import decode_record
from core.protocol.letter_sealing import FILE_MAGIC, is_sealed_file
from core.protocol.records import KIND_OF
from server.storage.database import TenantStore

_LETTER, _DISPOSITION = KIND_OF[IncomingLetter].code, KIND_OF[Disposition].code


def comes_in_clear(head: bytes) -> bool:
    """Whether a file that begins so is none for readers only; of too few bytes nothing is known."""
    return not is_sealed_file(head) and (len(head) >= len(FILE_MAGIC) or not FILE_MAGIC.startswith(head))


def is_file_for_readers(store: TenantStore, sha256: bytes) -> bool:
    """Whether a file belongs to sealed letters and to no other."""
    rows = store.blobs.rows_with(sha256)
    letters = {letter_id for kind, row_id in rows if (letter_id := _letter_of(store, kind, row_id)) is not None}
    return bool(letters) and all(_is_sealed(store, one) for one in letters)


def _letter_of(store: TenantStore, kind: int, row_id: bytes) -> LetterId | None:
    if kind == _LETTER:
        return LetterId(row_id)
    stored = store.records.get((kind, row_id)) if kind == _DISPOSITION else None
    if stored is None:
        return None
    disposition: Disposition = decode_record(kind, stored.payload)
    return disposition.letter_id


def _is_sealed(store: TenantStore, letter_id: LetterId) -> bool:
    stored = store.records.get((_LETTER, letter_id))
    if stored is None:
        return False
    letter: IncomingLetter = decode_record(_LETTER, stored.payload)
    return is_for_readers(letter)
