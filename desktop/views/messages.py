"""Sentences for codes: first whether anything was lost, then what to do.

The catalogue covers every refusal of the rules, every fault of the surroundings and of the server, and every reason
why a scan cannot be taken. A test holds that none is missing.
"""

from PySide6.QtCore import QCoreApplication

from core.domain.errors import RefusalCode
from desktop.viewmodels.failures import SIGN_IN_REFUSED, UNEXPECTED
from desktop.views.bundle_messages import bundle_sentences
from desktop.views.disposition_messages import disposition_sentences
from desktop.views.entry_messages import entry_sentences
from desktop.views.fault_messages import fault_sentences
from desktop.views.file_messages import file_sentences
from desktop.views.letter_messages import letter_sentences
from desktop.views.number_messages import number_sentences
from desktop.views.people_messages import people_sentences
from desktop.views.secrecy_messages import secrecy_sentences
from desktop.views.server_messages import server_sentences


def sentence_for(code: str) -> str:
    """The sentence a person reads for a code; a code from a newer server gets a general one that names it."""
    groups = (
        _general,
        letter_sentences,
        disposition_sentences,
        secrecy_sentences,
        fault_sentences,
        server_sentences,
        file_sentences,
        _own,
        entry_sentences,
        number_sentences,
        bundle_sentences,
        people_sentences,
    )
    for group in groups:
        sentence = group().get(code)
        if sentence is not None:
            return sentence
    general = QCoreApplication.translate(
        "Messages", "Pekerjaan Anda tetap tersimpan di komputer ini. Hubungi admin dan sebutkan kode {code}."
    )
    return general.format(code=code)


def _general() -> dict[str, str]:
    translate = QCoreApplication.translate
    return {
        RefusalCode.UNKNOWN_HELD: translate(
            "Messages", "Tidak ada yang berubah. Pekerjaan ini tidak menunggu keputusan Anda; sinkronkan dahulu."
        ),
        RefusalCode.ALREADY_DECIDED: translate(
            "Messages", "Tidak ada yang berubah. Pekerjaan ini sudah diputuskan oleh atasan lain."
        ),
        RefusalCode.NOT_ALLOWED: translate(
            "Messages", "Tidak ada yang berubah. Jabatan Anda tidak berwenang melakukan ini."
        ),
        RefusalCode.WRONG_OFFICE: translate("Messages", "Tidak ada yang berubah. Surat ini milik kantor lain."),
        RefusalCode.UNKNOWN_POSITION: translate("Messages", "Jabatan ini sudah tidak ada; pilih jabatan lain."),
        RefusalCode.UNKNOWN_USER: translate("Messages", "Tidak ada yang berubah. Pengguna ini tidak dikenal."),
        RefusalCode.UNKNOWN_ACT: translate(
            "Messages", "Pekerjaan Anda tersimpan di komputer ini. Server belum mengenal jenis pekerjaan ini."
        ),
    }


def _own() -> dict[str, str]:
    translate = QCoreApplication.translate
    return {
        SIGN_IN_REFUSED: translate("Messages", "Kata sandi tidak cocok; coba lagi."),
        UNEXPECTED: translate(
            "Messages",
            "Isian Anda tetap ada, tetapi program mengalami gangguan. Coba lagi; bila berulang, hubungi admin.",
        ),
    }
