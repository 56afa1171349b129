"""Sentences for what stands in the way of joining an office: nothing was sent yet, so nothing is promised."""

from PySide6.QtCore import QCoreApplication

from core.protocol.faults import FaultCode
from desktop.system.faults import FaultOf
from desktop.views.messages import sentence_for


def joining_sentence(code: str) -> str:
    """The sentence for a code on the page of the first start."""
    return _while_joining().get(code) or sentence_for(code)


def _while_joining() -> dict[str, str]:
    translate = QCoreApplication.translate
    later = translate("JoiningMessages", "Isian Anda tetap ada. Server sedang sibuk; coba lagi beberapa menit lagi.")
    return {
        FaultOf.NO_NETWORK: translate(
            "JoiningMessages", "Isian Anda tetap ada. Server tidak terjangkau; periksa jaringan dan alamatnya."
        ),
        FaultOf.TIMED_OUT: later,
        FaultOf.SERVER_FAILED: later,
        FaultCode.BUSY: later,
        FaultCode.TOO_MANY: later,
        FaultOf.PORTAL: translate(
            "JoiningMessages", "Isian Anda tetap ada. Jaringan meminta masuk lebih dahulu; buka peramban dan masuk."
        ),
        FaultOf.CERTIFICATE: translate(
            "JoiningMessages", "Belum ada yang dikirim. Sertifikat server tidak dapat dipercaya; hubungi Diskominfo."
        ),
        FaultOf.CERTIFICATE_DATE: translate(
            "JoiningMessages",
            "Belum ada yang dikirim. Periksa tanggal komputer; bila sudah benar, hubungi Diskominfo.",
        ),
        FaultOf.WRONG_AUTHORITY: translate(
            "JoiningMessages", "Belum ada yang dikirim. Yang menjawab bukan server kantor Anda; periksa alamatnya."
        ),
        FaultOf.SERVER_SAID_NO: translate(
            "JoiningMessages", "Isian Anda tetap ada. Server tidak menerima pendaftaran ini; hubungi admin kantor."
        ),
    }
