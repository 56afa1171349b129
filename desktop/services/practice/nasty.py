"""The odd letters that real agenda books hold, and that every screen, search and sync must bear.

Each step turns an ordinary letter into an odd one. Steps of one name belong together: the later ones repeat the
letter of the first, as it came by another way, from another sender, or with another date.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Final

from desktop.services.practice.dates import ROMAN, written_with_weekday
from desktop.services.practice.records import PracticeLetter
from desktop.services.practice.vocabulary import Sender, Vocabulary

LONG_SUBJECT: Final = 300
# Where the odd letters stand: densely at the beginning, so that a small practice office has them all.
FIRST_AT: Final = 6
DENSE_EVERY: Final = 8
LATER_EVERY: Final = 100

Step = Callable[[PracticeLetter, PracticeLetter], PracticeLetter]


class NastyLetters:
    """Turns letters at fixed places of the stream into odd ones; one object for one stream."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._senders = {one.key: one for one in vocabulary.senders}
        self._steps = self._all_steps()
        self._first: PracticeLetter | None = None
        self._dense_until = FIRST_AT + DENSE_EVERY * len(self._steps)

    @property
    def names(self) -> frozenset[str]:
        """The names of all oddities."""
        return frozenset(name for name, _ in self._steps)

    def step_at(self, index: int) -> int | None:
        """Tell which step turns the letter at `index`, or None for a letter that stays as it is."""
        if index < self._dense_until:
            number, rest = divmod(index - FIRST_AT, DENSE_EVERY)
            return number if rest == 0 and number >= 0 else None
        number, rest = divmod(index - self._dense_until, LATER_EVERY)
        return number % len(self._steps) if rest == 0 else None

    def turn(self, letter: PracticeLetter, step: int) -> PracticeLetter:
        """Give the odd letter that stands in the place of `letter`."""
        name, make = self._steps[step]
        if self._first is None or self._first.nasty != name:
            self._first = replace(letter, nasty=name)
        odd = replace(make(letter, self._first), nasty=name)
        if self._first.index == letter.index:
            self._first = odd
        return odd

    def _from(self, letter: PracticeLetter, key: str, **changes: object) -> PracticeLetter:
        sender = self._senders[key]
        return replace(letter, origin=sender, sender=sender.name, **changes)  # type: ignore[arg-type]

    def _all_steps(self) -> tuple[tuple[str, Step], ...]:
        talang = self._senders["pekon_talang_gemilau"]
        return (
            ("number_long", _number_long),
            ("number_missing", lambda letter, _: self._number_missing(letter)),
            ("number_odd", _number_odd),
            ("erratum", _same),
            ("erratum", _erratum),
            ("number_shared", _same),
            ("number_shared", self._number_shared),
            ("date_far", lambda letter, _: _dated_years_off(letter, 1)),
            ("date_far", lambda letter, _: _dated_years_off(letter, -100)),
            ("late_invitation", _late_invitation),
            ("subject_capitals", _subject_capitals),
            ("spelling", lambda letter, _: _spelled(letter, talang, name="Pekon Talang Gemilau")),
            ("spelling", lambda letter, _: _spelled(letter, talang, name="Pekon Tlg. Gemilau")),
            ("spelling", lambda letter, _: _spelled(letter, talang, name="Pekon Talanggemilau")),
            ("old_code", _old_code),
            ("foreign_code", lambda letter, _: self._foreign_code(letter)),
            ("secret_no_subject", _secret_no_subject),
            ("three_ways", lambda letter, _: replace(letter, channel="whatsapp")),
            ("three_ways", lambda letter, first: _again(letter, first, channel="paper")),
            ("three_ways", lambda letter, first: _again(letter, first, channel="srikandi")),
            ("eleven_recipients", lambda letter, _: replace(letter, levels=1)),
            ("five_levels", lambda letter, _: replace(letter, levels=5)),
            ("inserted_number", lambda letter, _: self._numbered(letter, "125a")),
            *(("counter_rollover", self._numbering(number)) for number in ("999", "1000", "9999", "10000")),
            ("other_language", lambda letter, _: _titled(letter, "Undangan Nemui Nyimah dan Sakai Sambayan")),
            ("other_language", lambda letter, _: _titled(letter, "دعوة لحضور حفل المولد النبوي الشريف")),
            ("other_language", lambda letter, _: _titled(letter, "Invitation: Community Forestry Workshop")),
            ("odd_names", lambda letter, _: _person_of(letter, "Nur'aini binti Ja'far")),
            ("odd_names", lambda letter, _: _person_of(letter, "Tukinem")),
        )

    def _number_missing(self, letter: PracticeLetter) -> PracticeLetter:
        subject = "Permohonan Perbaikan Jembatan Gantung"
        return self._from(_plain(letter), "warga", letter_no="", subject=subject, classification="600.1.9")

    def _number_shared(self, letter: PracticeLetter, first: PracticeLetter) -> PracticeLetter:
        other = "dinsos" if first.origin.key != "dinsos" else "dinkes"
        return self._from(letter, other, letter_no=first.letter_no)

    def _foreign_code(self, letter: PracticeLetter) -> PracticeLetter:
        # At the ministry 900.1.13.1 was put on a letter about village funds; here it means regional taxes.
        number = f"900.1.13.1/{12000 + letter.index}/KEUDA"
        subject = "Percepatan Penyaluran Dana Desa"
        return self._from(_plain(letter), "kemendagri", letter_no=number, subject=subject, classification="400.10.2.4")

    def _numbered(self, letter: PracticeLetter, number: str) -> PracticeLetter:
        code, subject = "800.1.4.4", f"Penyampaian Sasaran Kinerja Pegawai (SKP) Tahun {letter.received_on.year}"
        letter_no = f"{code}/{number}/III.03/{letter.received_on.year}"
        return self._from(_plain(letter), "bkpsdm", letter_no=letter_no, subject=subject, classification=code)

    def _numbering(self, number: str) -> Step:
        return lambda letter, _: self._numbered(letter, number)


def _same(letter: PracticeLetter, _: PracticeLetter) -> PracticeLetter:
    return letter


def _again(letter: PracticeLetter, first: PracticeLetter, *, channel: str) -> PracticeLetter:
    return replace(first, index=letter.index, received_on=letter.received_on, channel=channel)


def _erratum(letter: PracticeLetter, first: PracticeLetter) -> PracticeLetter:
    dated = None if first.letter_date is None else first.letter_date + timedelta(days=2)
    subject = f"Ralat: {first.subject}"
    return replace(first, index=letter.index, received_on=letter.received_on, letter_date=dated, subject=subject)


def _number_long(letter: PracticeLetter, _: PracticeLetter) -> PracticeLetter:
    month, year = ROMAN[letter.received_on.month - 1], letter.received_on.year
    number = f"{letter.classification}/0412/Pan.Pel-HUT.RI/Kec.Ulu-Kenanga/Kab.Rimba-Serunai/{month}/{year}"
    return replace(letter, letter_no=number)


def _number_odd(letter: PracticeLetter, _: PracticeLetter) -> PracticeLetter:
    return replace(letter, letter_no=f"{letter.classification}./3553/ III.03 //{letter.received_on.year}.")


def _dated_years_off(letter: PracticeLetter, years: int) -> PracticeLetter:
    day = letter.received_on
    return replace(letter, letter_date=day.replace(year=day.year + years, day=min(day.day, 28)))


def _late_invitation(letter: PracticeLetter, _: PracticeLetter) -> PracticeLetter:
    event = letter.received_on - timedelta(days=31)
    return replace(
        letter,
        kind="Undangan",
        classification="000.1.5",
        letter_no=letter.letter_no.replace(letter.classification, "000.1.5"),
        subject="Undangan Rapat Koordinasi Evaluasi PAD",
        letter_date=event - timedelta(days=7),
        event_on=event,
        due_on=event,
        summary=f"{written_with_weekday(event)}, pukul 09.00 WIB di Aula Bappeda.",
    )


def _subject_capitals(letter: PracticeLetter, _: PracticeLetter) -> PracticeLetter:
    words = (
        f"{letter.subject} dalam rangka penyelenggaraan pemerintahan, pelaksanaan pembangunan, pembinaan "
        "kemasyarakatan, serta pemberdayaan perangkat kecamatan dan pekon di wilayah Kabupaten Rimba Serunai yang "
        "dilaksanakan secara bertahap, terpadu, berkelanjutan dan dapat dipertanggungjawabkan sesuai dengan "
        "ketentuan peraturan perundang-undangan yang berlaku pada tahun anggaran berjalan"
    ).upper()
    return replace(letter, subject=words[:LONG_SUBJECT].ljust(LONG_SUBJECT, "N"))


def _spelled(letter: PracticeLetter, sender: Sender, *, name: str) -> PracticeLetter:
    day, code = letter.received_on, "600.1.8"
    return replace(
        _plain(letter),
        origin=sender,
        sender=name,
        letter_no=sender.number.format(
            code=code, no=letter.index, year=day.year, month=day.month, roman=ROMAN[day.month - 1]
        ),
        subject=f"Usulan Pembangunan Jalan Usaha Tani {name}",
        classification=code,
    )


def _plain(letter: PracticeLetter) -> PracticeLetter:
    """The letter without an event that its new subject would not fit."""
    return replace(letter, kind="Surat Dinas", event_on=None, summary="")


def _old_code(letter: PracticeLetter, _: PracticeLetter) -> PracticeLetter:
    number = f"005/{letter.index + 100}/III.01/{letter.received_on.year}"
    return replace(letter, letter_no=number, classification="005", subject="Undangan Rapat Koordinasi")


def _secret_no_subject(letter: PracticeLetter, _: PracticeLetter) -> PracticeLetter:
    return replace(_plain(letter), security=2, subject="")


def _titled(letter: PracticeLetter, subject: str) -> PracticeLetter:
    return replace(letter, subject=subject)


def _person_of(letter: PracticeLetter, name: str) -> PracticeLetter:
    return replace(
        _plain(letter),
        sender=name,
        letter_no="",
        subject=f"Permohonan Izin Belajar a.n. {name}",
        classification="800.1.4.1",
    )
