"""Invented records for the gallery and the tests: nothing here is about a real office or person."""

from __future__ import annotations

from PySide6.QtCore import QAbstractListModel, QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from desktop.widgets.item_roles import DEFAULT_ROLES

Index = QModelIndex | QPersistentModelIndex
HEADERS = ("", "Agenda", "Diterima", "Asal", "Perihal", "Status")
STATES = {
    "belum": ("Belum didisposisi", "WARNING", "RING"),
    "disposisi": ("Didisposisi", "INFO", "DOT"),
    "tempo": ("Jatuh tempo hari ini", "DANGER", "SQUARE"),
    "selesai": ("Selesai", "SUCCESS", "SQUARE"),
    "lanjut": ("Ditindaklanjuti", "INFO", "DOT"),
    "pimpinan": ("Pada pimpinan", "WARNING", "RING"),
}
LETTERS = (
    ("cloud-upload", "0412", "23 Nov 2026", "Bappeda", "Undangan Rapat Koordinasi Musrenbang Kecamatan", "belum"),
    (
        "cloud-upload",
        "0411",
        "23 Nov 2026",
        "Dinas Kesehatan",
        "Pelaksanaan Pekan Imunisasi di Wilayah Kenali",
        "belum",
    ),
    ("cloud-upload", "0410", "23 Nov 2026", "BKPSDM", "Penyampaian Sasaran Kinerja Pegawai (SKP) 2026", "disposisi"),
    ("cloud-check", "0409", "20 Nov 2026", "Pekon Turgak", "Usulan Pembangunan Jalan Usaha Tani Pekon", "disposisi"),
    ("cloud-check", "0408", "20 Nov 2026", "Inspektorat", "Penyampaian Laporan Hasil Pemeriksaan Reguler", "tempo"),
    ("cloud-check", "0407", "20 Nov 2026", "Diskominfo", "Peningkatan Kewaspadaan Keamanan Informasi", "selesai"),
    ("cloud-check", "0406", "19 Nov 2026", "Dinas Sosial", "Verifikasi dan Validasi Data Penerima Bantuan", "lanjut"),
    ("cloud-check", "0405", "19 Nov 2026", "Sekretariat Daerah", "Surat Edaran tentang Penegakan Disiplin", "selesai"),
    ("cloud-check", "0404", "19 Nov 2026", "BPBD", "Kewaspadaan Cuaca Ekstrem dan Potensi Bencana", "disposisi"),
    ("cloud-check", "0403", "18 Nov 2026", "Polsek Belalau", "Permohonan Bantuan Pengamanan Festival", "selesai"),
    ("cloud-check", "0402", "18 Nov 2026", "Dinas PMP", "Penyampaian Laporan Keuangan Pekon Triwulan III", "lanjut"),
    ("cloud-check", "0401", "18 Nov 2026", "SDN 2 Kenali", "Permohonan Izin Penggunaan Lapangan Kecamatan", "selesai"),
    ("cloud-check", "0400", "17 Nov 2026", "Satpol PP", "Pembinaan Satlinmas Pekon se-Kecamatan", "selesai"),
    ("cloud-check", "0399", "17 Nov 2026", "Dinas Dukcapil", "Pelayanan Perekaman KTP-el Keliling di Pekon", "selesai"),
    (
        "cloud-check",
        "0398",
        "17 Nov 2026",
        "Dinas Perkebunan",
        "Bantuan Bibit dan Peremajaan Kopi Robusta",
        "disposisi",
    ),
    ("cloud-check", "0397", "16 Nov 2026", "BPS", "Dukungan Pelaksanaan Survei Pertanian", "selesai"),
    ("lock", "0396", "16 Nov 2026", "(tertutup)", "— Rahasia —", "pimpinan"),
    ("cloud-check", "0395", "16 Nov 2026", "KUA Belalau", "Rembuk Percepatan Penurunan Stunting", "selesai"),
    ("cloud-x", "0394", "15 Nov 2026", "PMI Kabupaten", "Permohonan Dukungan Kegiatan Donor Darah", "selesai"),
    ("cloud-check", "0393", "15 Nov 2026", "Puskesmas Kenali", "Jadwal Posyandu Bulan Desember", "selesai"),
)


class LetterTable(QAbstractTableModel):
    """A register of letters with every role a record table asks for."""

    def __init__(self, rows: tuple[tuple[str, ...], ...] = LETTERS, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows = rows

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802 - Qt's signature
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802 - Qt's signature
        return 0 if parent.isValid() else len(HEADERS)

    def headerData(  # noqa: N802 - Qt's name
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> str | None:
        if role == Qt.ItemDataRole.DisplayRole and orientation is Qt.Orientation.Horizontal:
            return HEADERS[section]
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        icon, agenda, received, sender, subject, key = self.rows[index.row()]
        state, tone, mark = STATES[key]
        column = index.column()
        icon_tone = {"cloud-upload": "INFO", "lock": "GOLD", "cloud-x": "DANGER"}.get(icon, "NEUTRAL")
        values: dict[int, object] = {
            int(Qt.ItemDataRole.DisplayRole): ("", agenda, received, sender, subject, state)[column],
            DEFAULT_ROLES.icon: icon if column == 0 else None,
            DEFAULT_ROLES.tone: {0: icon_tone, 5: tone}.get(column),
            DEFAULT_ROLES.mark: mark if column == 5 else None,
            DEFAULT_ROLES.emphasis: index.row() < 2,
            DEFAULT_ROLES.accessible: f"Agenda {agenda}, {received}, dari {sender}, perihal {subject}, {state}",
        }
        return values.get(int(role))


class CardModel(QAbstractListModel):
    """The same letters as cards."""

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802 - Qt's signature
        return 0 if parent.isValid() else 5

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = index.row()
        _icon, agenda, _received, sender, subject, _key = LETTERS[row * 2]
        state, tone, mark = (
            ("Segera", "WARNING", "RING"),
            ("Biasa", "NEUTRAL", "RING"),
            ("Jatuh tempo hari ini", "DANGER", "SQUARE"),
            ("Biasa", "NEUTRAL", "RING"),
            ("Sangat segera", "DANGER", "SQUARE"),
        )[row]
        values = {
            int(Qt.ItemDataRole.DisplayRole): subject + (" Tahun 2027 di Aula Kantor Camat" if row == 0 else ""),
            DEFAULT_ROLES.sender: sender,
            DEFAULT_ROLES.moment: ("10.44", "10.31", "20 Nov", "20 Nov", "19 Nov")[row],
            DEFAULT_ROLES.state: state,
            DEFAULT_ROLES.tone: tone,
            DEFAULT_ROLES.mark: mark,
            DEFAULT_ROLES.emphasis: row < 2,
            DEFAULT_ROLES.accessible: f"Dari {sender}, {subject}, {state}, agenda {agenda}",
        }
        return values.get(role)
