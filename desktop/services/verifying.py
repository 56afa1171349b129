"""Periksa data: whether everything that this PC should have is here, whole and unchanged."""

import msgspec

from desktop.services.signatures import SignatureCount, SignatureReader
from desktop.storage.blobs import BlobFiles
from desktop.storage.checking import chain_problems, count_problems, page_problems
from desktop.storage.unit_of_work import Store


class VerifyReport(msgspec.Struct, frozen=True, kw_only=True):
    """What the check found. Problems are for support and name no letter.

    Of `orders` and answers, so many are `provable` by the signature of a person. One that carries a signature which
    does not fit it makes the data not whole; one without is from before its author had a key.
    """

    whole: bool
    problems: tuple[str, ...]
    files: int
    files_missing: int
    files_damaged: int
    orders: int = 0
    provable: int = 0


class VerifyService:
    """Checks the store and its files."""

    def __init__(self, store: Store, files: BlobFiles) -> None:
        """Over the open store and its files."""
        self._store = store
        self._files = files

    def verify(self) -> VerifyReport:
        """Check everything; takes about a second for each 100 MB."""
        with self._store.read() as uow:
            problems = page_problems(uow.connection)
            if not problems:
                problems = (*count_problems(uow.connection), *chain_problems(uow.connection))
            hashes = list(uow.blobs.hashes()) if not problems else []
            signatures = SignatureReader(uow).count() if not problems else SignatureCount()
        if signatures.wrong:
            problems = (*problems, f"signatures {signatures.wrong}")
        missing = damaged = 0
        for sha256 in hashes:
            if not self._files.has(sha256):
                missing += 1
            elif not self._files.verify(sha256):
                damaged += 1
        whole = not problems and not missing and not damaged
        return VerifyReport(
            whole=whole,
            problems=problems,
            files=len(hashes),
            files_missing=missing,
            files_damaged=damaged,
            orders=signatures.orders,
            provable=signatures.provable,
        )
