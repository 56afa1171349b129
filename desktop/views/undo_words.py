"""What was undone, in words."""

from PySide6.QtCore import QCoreApplication


def undone_text(act: str) -> str:
    """What is said when an act, by its name in the registry, was undone."""
    translate = QCoreApplication.translate
    names = {
        "disposition.issue": translate("UndoWords", "Disposisi diurungkan. Lembarnya terbuka lagi."),
        "disposition.answer": translate("UndoWords", "Laporan diurungkan. Tulisan Anda masih ada."),
        "disposition.withdraw": translate("UndoWords", "Penarikan diurungkan."),
        "disposition.remind": translate("UndoWords", "Pengingat diurungkan."),
        "disposition.confirm": translate("UndoWords", "Pembenaran diurungkan."),
        "letter.merge": translate("UndoWords", "Penggabungan diurungkan. Kedua surat berdiri sendiri lagi."),
        "letter.file": translate("UndoWords", "Pemberkasan diurungkan."),
        "held_act.accept": translate("UndoWords", "Keputusan Anda diurungkan."),
        "held_act.reject": translate("UndoWords", "Keputusan Anda diurungkan."),
    }
    return names.get(act, translate("UndoWords", "Tindakan terakhir diurungkan."))
