"""The words, tones and marks of one line of the register."""

from typing import NamedTuple

from PySide6.QtCore import QCoreApplication

from core.domain.letters import SecurityLevel
from desktop.services.register import LetterRow, RowState, SyncMark


class StateWords(NamedTuple):
    """A state as a word, with the names of its tone and its mark."""

    text: str
    tone: str
    mark: str


class MarkWords(NamedTuple):
    """Where a row stands between this PC and the server: an icon, its tone and what it means."""

    icon: str
    tone: str
    text: str


def state_words(state: RowState) -> StateWords:
    """How a state is shown."""
    translate = QCoreApplication.translate
    match state:
        case RowState.UNDISPOSED:
            return StateWords(translate("LetterRow", "Belum didisposisi"), "WARNING", "RING")
        case RowState.DISPOSED:
            return StateWords(translate("LetterRow", "Didisposisi"), "INFO", "DOT")
        case RowState.FOLLOWED_UP:
            return StateWords(translate("LetterRow", "Ditindaklanjuti"), "INFO", "DOT")
        case RowState.DONE:
            return StateWords(translate("LetterRow", "Selesai"), "SUCCESS", "SQUARE")
        case RowState.DUE:
            return StateWords(translate("LetterRow", "Jatuh tempo"), "DANGER", "SQUARE")
        case RowState.VOID:
            return StateWords(translate("LetterRow", "Dibatalkan"), "NEUTRAL", "RING")


def mark_words(mark: SyncMark) -> MarkWords:
    """How a sync mark is shown."""
    translate = QCoreApplication.translate
    match mark:
        case SyncMark.WAITING:
            return MarkWords("cloud-upload", "INFO", translate("LetterRow", "Menunggu kirim"))
        case SyncMark.AT_HUB:
            return MarkWords("building", "INFO", translate("LetterRow", "Di hub kantor"))
        case SyncMark.REFUSED:
            return MarkWords("cloud-exclamation", "DANGER", translate("LetterRow", "Tidak diterima server"))
        case SyncMark.ON_SERVER:
            return MarkWords("cloud-check", "", translate("LetterRow", "Sudah di server"))


def secrecy_words(row: LetterRow) -> MarkWords | None:
    """The padlock before the subject of a secret letter, wherever the letter stands on its way; None of others."""
    if row.security < SecurityLevel.SECRET:
        return None
    return MarkWords("lock", "WARNING", QCoreApplication.translate("LetterRow", "Surat rahasia"))


def subject_text(subject: str | None) -> str:
    """The subject as it is listed: nothing of a secret one."""
    return subject or QCoreApplication.translate("LetterRow", "— Rahasia —")


def row_sentence(row: LetterRow, place: int) -> str:
    """What a screen reader says for a line, counted from 1."""
    translate = QCoreApplication.translate
    agenda = row.agenda or translate("LetterRow", "nomor menyusul")
    sentence = translate("LetterRow", "Baris {place}, agenda {agenda}, dari {sender}, {subject}, {state}")
    words = sentence.format(
        place=place,
        agenda=agenda,
        sender=row.sender,
        subject=subject_text(row.subject),
        state=state_words(row.state).text.lower(),
    )
    secrecy = secrecy_words(row)
    return words if secrecy is None else f"{words}, {secrecy.text.lower()}"
