"""Commands of the administrator that concern numbers: books, and the account of every number of a year."""

import argparse
from collections.abc import Callable
from typing import Any, NamedTuple

from core.domain.books import DEFAULT_BOOK, DEFAULT_TEMPLATE, YearBy
from core.domain.errors import Refusal
from core.domain.ids import BookId, DeviceId, OfficeId, TenantId
from core.domain.number_fates import FateCause
from core.domain.number_report import NumberState, Span
from core.domain.number_template import TemplateRefusal
from core.domain.numbering import format_agenda
from server.services.desk import DirectoryError
from server.services.number_books import BookAccount, NumberBookService

STATES = {
    NumberState.ISSUED: "dipakai surat",
    NumberState.STRUCK: "surat dibatalkan",
    NumberState.VOID: "dibatalkan",
    NumberState.RETURNED: "dikembalikan",
    NumberState.OPEN: "jatah komputer, belum dipakai",
    NumberState.SKIPPED: "dilewati, tidak pernah diberikan",
    NumberState.UNKNOWN: "belum diketahui",
}
CAUSES = {
    FateCause.BY_HAND: "oleh petugas",
    FateCause.YEAR_END: "buku tahun itu ditutup",
    FateCause.DEVICE_RETIRED: "komputer tidak dipakai lagi",
    FateCause.NEW_EPOCH: "komputer dipulihkan atau disalin",
    FateCause.REFUSED: "suratnya ditolak",
    FateCause.AUTHORITY_MOVED: "pemberi nomor diganti",
    FateCause.MERGED: "digabung ke surat lain",
    FateCause.SERVER_RESTORED: "peladen dipulihkan dari cadangan",
}


class Answer(NamedTuple):
    """What a command says: to programs and to people."""

    value: Any
    text: str


Command = Callable[[argparse.Namespace, NumberBookService, TenantId], Answer]


def add_number_commands(
    admin: Any, shared: argparse.ArgumentParser, answering: Callable[[Command], Callable[[argparse.Namespace], int]]
) -> None:
    """Add the commands; `answering` makes of each what the command line runs."""
    report = admin.add_parser("numbers", parents=[shared], help="periksa nomor satu tahun")
    making = admin.add_parser("book", parents=[shared], help="tambah buku nomor, atau nonaktifkan")
    holder = admin.add_parser("number-holder", parents=[shared], help="tetapkan pemberi nomor")
    for parser in (report, holder):
        parser.add_argument("--year", type=int, required=True)
        parser.add_argument("--book", type=int, default=DEFAULT_BOOK, help="nomor buku; 0 agenda surat masuk")
    for parser in (report, making, holder):
        parser.add_argument("--office", type=int, required=True)
    making.add_argument("--name", help="nama buku")
    making.add_argument("--template", default=DEFAULT_TEMPLATE, help="pola nomor, misalnya {kode}/{urut:3}/{tahun}")
    making.add_argument("--year-by", choices=[one.name.lower() for one in YearBy], default="received")
    making.add_argument("--deactivate", type=int, help="nomor buku yang tidak ditawarkan lagi")
    holder.add_argument("--device", default="", help="nomor perangkat; kosong: peladen")
    report.set_defaults(run=answering(numbers))
    making.set_defaults(run=answering(book))
    holder.set_defaults(run=answering(number_holder))


def numbers(options: argparse.Namespace, service: NumberBookService, tenant: TenantId) -> Answer:
    """Account for every number of a year of a book."""
    found = service.account(tenant, OfficeId(options.office), options.year, book=BookId(options.book))
    account = found.account
    head = f"Nomor {found.year}, buku {found.book}: {account.issued} dipakai sampai {account.highest}."
    lines = [head, *(_line(span, found) for span in account.gaps)]
    lines += [
        f"  {format_agenda(number, suffix)}  sisipan{' (dibatalkan)' if struck else ''}"
        for number, suffix, struck in account.inserted
    ]
    if not account.gaps:
        lines.append("Tidak ada nomor yang kosong.")
    value = {
        "office": found.office,
        "book": found.book,
        "year": found.year,
        "closed_at": None if found.closed_at is None else found.closed_at.isoformat(),
        "highest": account.highest,
        "issued": account.issued,
        "spans": [_plain(span, found) for span in account.spans],
        "inserted": [{"number": number, "suffix": suffix, "struck": one} for number, suffix, one in account.inserted],
    }
    return Answer(value, "\n".join(lines))


def book(options: argparse.Namespace, service: NumberBookService, tenant: TenantId) -> Answer:
    """Make a book, or offer one no more."""
    if options.deactivate is not None:
        made = service.set_active(tenant, BookId(options.deactivate), active=False)
        return Answer({"book": made.number, "active": made.active}, f"Buku {made.number} tidak ditawarkan lagi.")
    year_by = YearBy[options.year_by.upper()]
    try:
        made = service.add_book(
            tenant, OfficeId(options.office), name=options.name or "", template=options.template, year_by=year_by
        )
    except TemplateRefusal as refusal:
        raise DirectoryError("bad_book", f"{refusal.code}, huruf ke-{refusal.position + 1}") from refusal
    except Refusal as refusal:
        raise DirectoryError("bad_book", str(refusal)) from refusal
    return Answer({"book": made.number, "name": made.name}, f"Buku {made.number}: {made.name}")


def number_holder(options: argparse.Namespace, service: NumberBookService, tenant: TenantId) -> Answer:
    """Say who gives out the numbers of a year of a book."""
    try:
        holder = DeviceId(bytes.fromhex(options.device))
    except ValueError as err:
        raise DirectoryError("unknown_device", options.device) from err
    fence = service.appoint(tenant, OfficeId(options.office), options.year, book=BookId(options.book), holder=holder)
    return Answer({"fence": fence}, f"Pemberi nomor ditetapkan; pagar {fence}.")


def _line(span: Span, found: BookAccount) -> str:
    numbers_ = (
        format_agenda(span.low) if span.low == span.high else f"{format_agenda(span.low)}-{format_agenda(span.high)}"
    )
    words = [STATES[span.state]]
    if span.fate is not None:
        words.append(span.fate.reason or CAUSES[span.fate.cause])
        words.append(found.people.get(span.fate.by, ""))
    if span.device is not None:
        words.append(found.devices.get(span.device, span.device.hex()))
    return f"  {numbers_}  " + "; ".join(word for word in words if word)


def _plain(span: Span, found: BookAccount) -> dict[str, Any]:
    fate = span.fate
    return {
        "low": span.low,
        "high": span.high,
        "state": span.state.value,
        "cause": None if fate is None else fate.cause.name.lower(),
        "reason": "" if fate is None else fate.reason,
        "by": "" if fate is None else found.people.get(fate.by, ""),
        "at": None if fate is None else fate.at.isoformat(),
        "device": None if span.device is None else span.device.hex(),
    }
