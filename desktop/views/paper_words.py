"""The names of forms and of sizes of paper."""

from PySide6.QtCore import QCoreApplication

from desktop.viewmodels.screen_facts import PAPER_SIZES, Form


def form_text(form: Form) -> str:
    """What a form is called."""
    translate = QCoreApplication.translate
    return {
        Form.DISPOSITION_SHEET: translate("PaperWords", "Lembar disposisi"),
        Form.RECEIPT: translate("PaperWords", "Tanda terima"),
        Form.CONTROL_CARD: translate("PaperWords", "Kartu kendali"),
        Form.AGENDA_BOOK: translate("PaperWords", "Buku agenda surat masuk"),
        Form.DISPATCH_BOOK: translate("PaperWords", "Buku ekspedisi"),
        Form.ROUTING_SLIP: translate("PaperWords", "Lembar pengantar"),
        Form.AGENDA: translate("PaperWords", "Agenda kegiatan"),
        Form.SUMMARY: translate("PaperWords", "Rekap bulanan"),
    }[form]


def size_text(size: str) -> str:
    """What a size of paper is called, with its millimetres."""
    translate = QCoreApplication.translate
    name = {
        "a4": translate("PaperWords", "A4"),
        "f4": translate("PaperWords", "F4 (folio)"),
        "half_folio": translate("PaperWords", "Setengah folio"),
        "a5": translate("PaperWords", "A5"),
    }[size]
    width, height = PAPER_SIZES[size]
    return translate("PaperWords", "{name}, {width} × {height} mm").format(name=name, width=width, height=height)
