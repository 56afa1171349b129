"""What was undone, in words."""

from PySide6.QtCore import QCoreApplication

NAMED = 5


def undone_text(act: str, stays: tuple[str, ...] = (), *, count: int = 1) -> str:
    """What is said when an act, by its name in the registry, was undone; `stays` names letters that stay.

    `count` letters were acted on at once.
    """
    translate = QCoreApplication.translate
    if act == "disposition.issue" and count > 1 and not stays:
        return translate("UndoWords", "Disposisi {count} surat diurungkan.").format(count=count)
    if stays:
        later = translate("UndoWords", "menyusul")
        named = ", ".join(one or later for one in stays[:NAMED])
        more = translate("UndoWords", " dan {count} lagi").format(count=len(stays) - NAMED) if stays[NAMED:] else ""
        text = translate("UndoWords", "Diurungkan. Yang sudah dikerjakan tetap ada: agenda {named}{more}.")
        return text.format(named=named, more=more)
    names = {
        "disposition.issue": translate("UndoWords", "Disposisi diurungkan. Lembarnya terbuka lagi."),
        "disposition.answer": translate("UndoWords", "Laporan diurungkan. Tulisan Anda masih ada."),
        "disposition.withdraw": translate("UndoWords", "Penarikan diurungkan."),
        "disposition.remind": translate("UndoWords", "Pengingat diurungkan."),
        "disposition.confirm": translate("UndoWords", "Pembenaran diurungkan."),
        "letter.attend": translate("UndoWords", "Putusan atas undangan diurungkan."),
        "letter.merge": translate("UndoWords", "Penggabungan diurungkan. Kedua surat berdiri sendiri lagi."),
        "letter.register": translate("UndoWords", "Impor diurungkan. Surat yang dimasukkan tidak ada lagi."),
        "letter.void": translate("UndoWords", "Pencoretan diurungkan. Suratnya berlaku lagi."),
        "letter.file": translate("UndoWords", "Pemberkasan diurungkan."),
        "held_act.accept": translate("UndoWords", "Keputusan Anda diurungkan."),
        "held_act.reject": translate("UndoWords", "Keputusan Anda diurungkan."),
    }
    return names.get(act, translate("UndoWords", "Tindakan terakhir diurungkan."))
