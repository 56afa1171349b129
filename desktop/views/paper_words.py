"""The names of forms and of sizes of paper."""

from PySide6.QtCore import QCoreApplication

from desktop.viewmodels.facts import PAPER_SIZES, Form


def form_text(form: Form) -> str:
    """What a form is called."""
    translate = QCoreApplication.translate
    return {Form.DISPOSITION_SHEET: translate("PaperWords", "Lembar disposisi")}[form]


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
