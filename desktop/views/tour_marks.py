"""What the short tour points at, and what it says there."""

from PySide6.QtCore import QCoreApplication

from desktop.views.workspace import Workspace
from desktop.widgets.coach import CoachMark


def tour_marks(workspace: Workspace, *, registers: bool, practice: bool) -> tuple[CoachMark, ...]:
    """The marks over a workspace, for whoever `registers` letters or does not, in the order they are shown."""
    translate = QCoreApplication.translate
    if registers:
        register = translate(
            "Tour",
            "Buku agenda kantor Anda. Ctrl+N membuka formulir surat baru, Ctrl+Enter menyimpannya; tanpa tetikus, "
            "juga saat jaringan putus.",
        )
    else:
        register = translate(
            "Tour", "Surat yang boleh Anda baca. Panah memilih surat, Enter membuka pindaiannya, Esc kembali ke daftar."
        )
    strip = translate(
        "Tour",
        "Di kiri: tersimpan di komputer ini. Di kanan: yang menunggu kirim dan sinkron terakhir. Yang sudah tersimpan "
        "aman, juga sebelum terkirim.",
    )
    if practice:
        strip = translate(
            "Tour",
            "Di kiri: tersimpan di komputer ini. Di kantor, di kanan tampil yang menunggu kirim dan sinkron terakhir; "
            "latihan tidak mengirim apa pun.",
        )
    return (
        CoachMark(
            translate("Tour", "Ke mana saja"),
            translate("Tour", "Bilah ini membawa Anda ke setiap layar; Alt+1, Alt+2, dan seterusnya juga."),
            workspace.nav,
        ),
        CoachMark(translate("Tour", "Surat Masuk"), register, workspace.current),
        CoachMark(
            translate("Tour", "Disposisi"),
            translate(
                "Tour",
                "Yang menunggu Anda ada di sini. D mulai, angka memilih penerima dan instruksi, Ctrl+Enter mengirim.",
            ),
            workspace.nav.item("dispositions"),
        ),
        CoachMark(
            translate("Tour", "Cari di mana saja"),
            translate("Tour", "Ctrl+K menemukan surat, disposisi, orang, dan perintah dari layar mana pun."),
            None,
        ),
        CoachMark(translate("Tour", "Keadaan data Anda"), strip, workspace.strip),
    )
