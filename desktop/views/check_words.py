"""What a check of the data found: one sentence, and the details under it."""

from PySide6.QtCore import QCoreApplication

from desktop.viewmodels.check_facts import CheckStep, VerifyReport
from desktop.widgets.dates import format_date
from desktop.widgets.figures import format_count

# The number and the start of the chain: enough to be told over the telephone.
HEAD_SHOWN = 24


def check_sentence(report: VerifyReport) -> str:
    """Whether everything is whole, and if not what to do."""
    translate = QCoreApplication.translate
    if report.stopped:
        return translate("DataCheck", "Pemeriksaan dihentikan. Belum ada yang dapat dikatakan tentang data ini.")
    if report.whole:
        return translate("DataCheck", "Semua {letters} surat dan {files} berkas utuh.").format(
            letters=format_count(report.letters), files=format_count(report.files)
        )
    if not report.problems:
        return translate(
            "DataCheck",
            "Semua {letters} surat utuh, tetapi {bad} dari {files} berkas pindaian hilang atau rusak. "
            "Yang sudah ada di server diambil lagi saat dibuka; jangan hapus apa pun.",
        ).format(
            letters=format_count(report.letters),
            bad=format_count(report.files_missing + report.files_damaged),
            files=format_count(report.files),
        )
    return translate(
        "DataCheck", "Ada data yang tidak utuh. Jangan hapus apa pun; hubungi Diskominfo dengan hasil pemeriksaan ini."
    )


def log_sentence(report: VerifyReport) -> str:
    """Whether the server's log continues what this PC has seen; empty if it does."""
    translate = QCoreApplication.translate
    if report.log_broken is None:
        return ""
    day = format_date(report.log_broken)
    if report.log_restored:
        return translate(
            "DataCheck",
            "Sejak {day} catatan server dimulai lagi: server dipulihkan dari cadangan. Keduanya disimpan di sini.",
        ).format(day=day)
    return translate(
        "DataCheck",
        "Sejak {day} catatan server tidak menyambung dengan yang pernah diterima komputer ini. Keduanya disimpan "
        "di sini. Data Anda aman; beri tahu Diskominfo.",
    ).format(day=day)


def check_details(report: VerifyReport) -> str:
    """What was looked at and what was found, line by line, for whoever helps."""
    translate = QCoreApplication.translate
    lines = [
        translate("DataCheck", "Berkas pindaian: {files}, hilang {missing}, rusak {damaged}.").format(
            files=format_count(report.files),
            missing=format_count(report.files_missing),
            damaged=format_count(report.files_damaged),
        ),
        translate("DataCheck", "Kepala harian server yang disimpan: {heads}.").format(heads=format_count(report.heads)),
    ]
    if report.head:
        lines.append(translate("DataCheck", "Kepala terakhir: {head}").format(head=report.head[:HEAD_SHOWN]))
    if report.problems:
        lines.append(translate("DataCheck", "Temuan:"))
        lines += report.problems
    return "\n".join(lines)


def step_sentence(step: CheckStep | None) -> str:
    """How far the check is."""
    translate = QCoreApplication.translate
    if step is None:
        return translate("DataCheck", "Memeriksa halaman penyimpanan…")
    if step.all_files:
        return translate("DataCheck", "Memeriksa berkas {done} dari {all}…").format(
            done=format_count(step.files), all=format_count(step.all_files)
        )
    return translate("DataCheck", "Memeriksa data: {rows} catatan…").format(rows=format_count(step.rows))
