"""The record files of the invented office: what is done lies in a berkas by its classification code."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime

import msgspec

from core.domain.archives import RecordFile
from core.domain.ids import ROW_ID_BYTES, RecordFileId
from core.domain.letters import IncomingLetter, LetterStatus
from desktop.services.classification import ClassificationCatalogue
from desktop.services.practice.mapping import OFFICE, PracticeDirectory

FILES = 9
SHELVES = ("Lemari 1, boks 2", "Lemari 1, boks 3", "Lemari 2, boks 1", "Rak B, boks 7", "")


def filed(letters: Iterable[IncomingLetter], directory: PracticeDirectory) -> Iterator[IncomingLetter | RecordFile]:
    """The record files of the most used codes, then every letter, filed where it is done and its code has a file."""
    every = list(letters)
    catalogue = ClassificationCatalogue.load()
    done = [one for one in every if one.status == LetterStatus.DONE and catalogue.lookup(one.classification)]
    counted = Counter((one.classification, one.agenda_year) for one in done)
    places: dict[tuple[str, int], RecordFileId] = {}
    for number, ((code, year), _) in enumerate(counted.most_common(FILES)):
        opened_on = min(one.received_on for one in done if (one.classification, one.agenda_year) == (code, year))
        made = RecordFile(
            id=RecordFileId(hashlib.sha256(f"berkas-{code}-{year}".encode()).digest()[:ROW_ID_BYTES]),
            office=OFFICE,
            classification=code,
            title=f"{catalogue.lookup(code)} Tahun {year}",
            year=year,
            location=SHELVES[number % len(SHELVES)],
            opened_on=opened_on,
            closed_on=None,
            opened_by=directory.registrar.number,
            opened_at=_morning(opened_on),
        )
        places[code, year] = made.id
        yield made
    for one in every:
        place = places.get((one.classification, one.agenda_year)) if one.status == LetterStatus.DONE else None
        yield msgspec.structs.replace(one, record_file=place) if place else one


def _morning(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 2, tzinfo=UTC)
