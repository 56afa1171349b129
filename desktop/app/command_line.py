"""The verbs without a window: for scheduled tasks, for support, for tests.

Every verb takes `--profile DIR`, prints plain Indonesian for people and one JSON object with `--json`, and returns 0
only for success: 3 a fault of the surroundings, 4 the server said no, 5 something is not whole, 6 a rule said no.
"""

import argparse
import json
import platform
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from core.domain.errors import Refusal
from core.domain.ids import UserId
from core.domain.offices import Actor, actor_of
from core.domain.permissions import Power, has_power
from core.protocol.bundle import BundleFault
from core.protocol.enrolment import CodeMalformed
from core.protocol.faults import FaultCode
from desktop.app.bundling import StickPost
from desktop.app.farewell import finish, hand_in_sealed, obey, what_was_left
from desktop.app.opening import OpenProfile, locksmith_of, open_profile
from desktop.app.syncing import come_back, join_office, renew_token, settle_join, sync_parts
from desktop.app.wire import shipped_wire
from desktop.services.clock import system_clock
from desktop.services.exporting import ExportService
from desktop.services.importing import ImportService
from desktop.services.locksmith import Locksmith, SignInRefused, TooManyTries
from desktop.services.verifying import VerifyService
from desktop.sync.enrolment import MIN_PASSWORD
from desktop.sync.rounds import OK, REVOKED, SIGNED_OUT
from desktop.sync.server_fault import ServerFault
from desktop.system.faults import EnvironmentFault, FaultOf
from desktop.system.limits import leave_no_dumps
from desktop.system.profile import default_folder
from desktop.viewmodels.failures import SIGN_IN_REFUSED
from desktop.views.bundle_messages import left_alone_sentence, missing_sentence, taken_sentence, written_sentence
from desktop.views.check_words import check_sentence, log_sentence
from desktop.views.joining_messages import joining_sentence
from desktop.views.messages import sentence_for
from desktop.views.parting_words import left_text

FAULT, SERVER_NO, NOT_WHOLE, RULE_NO = 3, 4, 5, 6
WATCH_S = 60


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What a verb says: the exit code, a sentence, and the figures."""

    code: int
    text: str
    figures: dict[str, Any]


def main(arguments: Sequence[str]) -> int:
    """Run a verb; the exit code."""
    leave_no_dumps()
    options = _parser().parse_args(arguments)
    run: Callable[[argparse.Namespace], Answer] = options.run
    try:
        answer = run(options)
    except SignInRefused as err:
        answer = _not_opened(err)
    except (EnvironmentFault, ServerFault, Refusal, CodeMalformed, BundleFault) as err:
        code = {ServerFault: SERVER_NO, CodeMalformed: SERVER_NO, Refusal: RULE_NO}.get(type(err), FAULT)
        name = FaultCode.CODE_UNKNOWN.value if isinstance(err, CodeMalformed) else err.code.value
        answer = Answer(code=code, text=_sentence(run, name), figures={"error": name})
    _say(answer, as_json=options.json)
    return answer.code


def enrol(options: argparse.Namespace) -> Answer:
    """Join an office, or let a person with a fresh code use a PC that joined: a new one, or who forgot the password."""
    password = options.password or sys.stdin.readline().rstrip("\n")
    if len(password) < MIN_PASSWORD:
        return Answer(code=RULE_NO, text=_WEAK, figures={"error": "weak_password"})
    if locksmith_of(options.profile) is not None:
        name = platform.node() or "PC"
        come_back(options.profile, shipped_wire(), code=options.code, password=password, device_name=name)
        return Answer(code=0, text=_LET_IN, figures={})
    opened = open_profile(options.profile, create=True, vault=options.vault, unattended=options.unattended)
    try:
        report = join_office(
            opened,
            shipped_wire(),
            address=options.server,
            code=options.code,
            password=password,
            device_name=platform.node() or "PC",
        )
        with opened.store.read() as uow:
            identity = uow.meta.identity()
            office = uow.directory.office(identity.office) if identity else None
    finally:
        opened.close()
    name = office.name if office else ""
    text = f"Komputer ini sudah bergabung dengan {name}." if name else _JOINED_LATER
    return Answer(code=0, text=text, figures={"office": name, **msgspec.to_builtins(report)})


def sync(options: argparse.Namespace) -> Answer:
    """One visit to the server, or visits until interrupted."""
    if finish(options.profile):
        return _parting(options.profile)
    opened = _opened(options)
    try:
        parts = sync_parts(opened, shipped_wire())
        client = parts.make_client()
        try:
            while True:
                report = parts.visits.visit(client, _never)
                if report.outcome == OK:
                    settle_join(opened)
                    _seal_old_files(opened)
                    parts.tell_passwords()
                    parts.turn_token(client)
                elif report.outcome in (SIGNED_OUT, REVOKED) and obey(opened):
                    break
                elif report.outcome == SIGNED_OUT and client.token:
                    parts.forget_token(client)
                    client.close()
                    client = parts.make_client()
                answer = _sync_answer(report)
                if not options.watch:
                    return answer
                _say(answer, as_json=options.json)
                time.sleep(min(WATCH_S, report.next_s))
        except KeyboardInterrupt:
            return Answer(code=0, text="Sinkron dihentikan. Data di komputer ini aman.", figures={})
        finally:
            client.close()
    finally:
        opened.close()
    finish(options.profile)
    return _parting(options.profile)


def sign_in(options: argparse.Namespace) -> Answer:
    """Begin a fresh session at the server, by the password on standard input; an unattended PC has no other way."""
    password, closed = sys.stdin.readline().rstrip("\n"), locksmith_of(options.profile)
    key = None if closed is None else closed.open(_meant(closed, options.signed_as), password)
    opened = open_profile(options.profile, key=key)
    try:
        renew_token(opened, shipped_wire(), _meant(opened.locksmith, options.signed_as), password)
    finally:
        opened.close()
    return Answer(code=0, text="Server sudah memberi sesi baru; sinkron berjalan lagi.", figures={})


def _parting(folder: Path) -> Answer:
    """Hand in what a PC that was shut out has sealed, and say so."""
    left, lost = hand_in_sealed(folder, _never), what_was_left(folder)
    text = " ".join(filter(None, (sentence_for(FaultOf.PC_REVOKED), left_text(lost))))
    return Answer(code=FAULT, text=text, figures={"sealed_left": left, "left_behind": msgspec.to_builtins(lost)})


def import_book(options: argparse.Namespace) -> Answer:
    """Take an agenda book in."""
    opened = _opened(options)
    try:
        actor = _actor(opened, Power.IMPORT, options.user)
        started = time.monotonic()
        report = ImportService(opened.store, actor, system_clock).agenda_book(options.file)
        seconds = round(time.monotonic() - started, 2)
    finally:
        opened.close()
    text = f"{report.added} surat dimasukkan, {report.known} sudah ada, {report.refused} baris tidak dapat dimasukkan."
    return Answer(code=0, text=text, figures={**msgspec.to_builtins(report), "seconds": seconds})


def export(options: argparse.Namespace) -> Answer:
    """Write everything out."""
    opened = _opened(options)
    try:
        report = ExportService(opened.store, opened.files).export(options.folder)
    finally:
        opened.close()
    total = sum(report.records.values())
    return Answer(
        code=0,
        text=f"{total} catatan dan {report.files} pindaian disalin ke {report.folder}.",
        figures=msgspec.to_builtins(report),
    )


def verify(options: argparse.Namespace) -> Answer:
    """Check that everything is whole."""
    opened = _opened(options)
    try:
        report = VerifyService(opened.store, opened.files, system_clock).verify()
    finally:
        opened.close()
    text = "\n".join(one for one in (check_sentence(report), log_sentence(report)) if one)
    if report.orders:
        text += f"\n{report.provable} dari {report.orders} disposisi dan laporan dapat dibuktikan dengan tanda tangan."
    return Answer(code=0 if report.whole else NOT_WHOLE, text=text, figures=msgspec.to_builtins(report))


def bundle_out(options: argparse.Namespace) -> Answer:
    """Write what waits to a stick."""
    opened = _opened(options)
    try:
        report = StickPost(opened).write(options.folder, progress=_quiet, stopped=_never)
    finally:
        opened.close()
    text = written_sentence(
        ops=report.ops, scans=report.scans, size=report.bytes, left_out=report.left_out, more=report.more
    )
    return Answer(code=0, text=text, figures=msgspec.to_builtins(report))


def bundle_in(options: argparse.Namespace) -> Answer:
    """Take what came with a stick."""
    opened = _opened(options)
    try:
        report = StickPost(opened).take(options.places, progress=_quiet, stopped=_never)
    finally:
        opened.close()
    said = [taken_sentence(ops=report.ops, refused=report.refused, rows=report.rows, scans=report.scans)]
    said += [left_alone_sentence(name, code) for name, code in report.troubles]
    said += [missing_sentence(report.missing)] if report.missing else []
    whole = not (report.troubles or report.missing)
    return Answer(code=0 if whole else NOT_WHOLE, text="\n".join(said), figures=msgspec.to_builtins(report))


def _seal_old_files(opened: OpenProfile) -> None:
    """What the window does bit by bit, on a PC where none may ever be opened."""
    while opened.files.seal_one():
        pass


class _WhoIsMeant(SignInRefused):
    """Several people can open the data, and nobody was named."""


def _opened(options: argparse.Namespace) -> OpenProfile:
    """The profile, opened with the password on standard input where only a password opens it."""
    locksmith = locksmith_of(options.profile)
    if locksmith is None:
        return open_profile(options.profile)
    return open_profile(options.profile, key=_key(locksmith, options.signed_as))


def _key(locksmith: Locksmith, username: str) -> bytes:
    user = _meant(locksmith, username)
    password = sys.stdin.readline().rstrip("\n")
    if not password:
        raise EnvironmentFault(FaultOf.LOCKED)
    return locksmith.open(user, password)


def _meant(locksmith: Locksmith, username: str) -> UserId:
    """Who is meant by a name, or by none where there is one person alone; SignInRefused."""
    people = {one.username: UserId(one.user) for one in locksmith.wraps().people}
    chosen = [user for name, user in people.items() if username in ("", name)]
    if not chosen:
        raise SignInRefused
    if len(chosen) > 1:
        raise _WhoIsMeant(", ".join(sorted(people)))
    return chosen[0]


def _not_opened(refused: SignInRefused) -> Answer:
    if isinstance(refused, TooManyTries):
        text, code = _WAIT.format(seconds=refused.seconds), "too_many_tries"
    elif isinstance(refused, _WhoIsMeant):
        text, code = _WHO.format(names=refused), "who_is_meant"
    else:
        text, code = sentence_for(SIGN_IN_REFUSED), SIGN_IN_REFUSED
    return Answer(code=FAULT, text=text, figures={"error": code})


def _sync_answer(report: Any) -> Answer:
    if report.outcome == OK:
        text = (
            f"Sinkron selesai: {report.ops} pekerjaan terkirim, {report.rows} catatan diterima, "
            f"{report.seconds:.1f} detik."
        )
        return Answer(code=0, text=text, figures=msgspec.to_builtins(report))
    return Answer(code=FAULT, text=sentence_for(report.outcome), figures=msgspec.to_builtins(report))


def _sentence(run: Callable[[argparse.Namespace], Answer], code: str) -> str:
    """The sentence for a code, where a verb can say it better than a form."""
    if run is enrol:
        return joining_sentence(code)
    if run is import_book and code in (FaultOf.FILE_UNREADABLE, FaultOf.FILE_MISSING):
        return _NO_BOOK
    if run is export and code == FaultOf.DISK_FAILED:
        return _NO_FOLDER
    return sentence_for(code)


def _actor(opened: OpenProfile, power: Power, username: str) -> Actor:
    """The person of this PC who may do it: the named one, or the first who can."""
    with opened.store.read() as uow:
        people = [uow.directory.person(user) for user in uow.accounts.users()]
        for person in people:
            if person is None or (username and person.username != username):
                continue
            for number in person.positions:
                position = uow.directory.position(number)
                if position is not None and has_power(actor_of(person, position), power):
                    return actor_of(person, position)
    raise EnvironmentFault(FaultOf.NOBODY_MAY)


def _say(answer: Answer, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps({"ok": answer.code == 0, "message": answer.text, **answer.figures}, ensure_ascii=False))
    else:
        print(answer.text)


def _never() -> bool:
    return False


def _quiet(_done: int, _all: int) -> None:
    return


def _parser() -> argparse.ArgumentParser:
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--profile", type=Path, default=default_folder(), help="folder profil")
    shared.add_argument("--json", action="store_true", help="jawaban sebagai JSON")
    shared.add_argument(
        "--as",
        dest="signed_as",
        default="",
        metavar="NAMA",
        help="nama pengguna yang membuka data; kata sandinya dibaca dari masukan standar",
    )
    parser = argparse.ArgumentParser(prog="pesagi", description="Pesagi tanpa jendela")
    verbs = parser.add_subparsers(required=True)
    verb = verbs.add_parser("enrol", parents=[shared], help="bergabung dengan kantor")
    verb.add_argument("--server", required=True, help="alamat server")
    verb.add_argument("--code", required=True, help="kode sekali pakai")
    verb.add_argument("--password", default="", help="kata sandi baru; tanpa ini dibaca dari masukan standar")
    verb.add_argument("--vault", choices=["keyring", "file"], default="", help="tempat kunci")
    verb.add_argument("--unattended", action="store_true", help="perintah berikutnya tidak menanyakan kata sandi")
    verb.set_defaults(run=enrol)
    verb = verbs.add_parser("sync", parents=[shared], help="sinkron sekali")
    verb.add_argument("--watch", action="store_true", help="terus sampai dihentikan")
    verb.set_defaults(run=sync)
    verb = verbs.add_parser("sign-in", parents=[shared], help="masuk lagi ke server dengan kata sandi")
    verb.set_defaults(run=sign_in)
    verb = verbs.add_parser("import", parents=[shared], help="memasukkan buku agenda CSV atau XLSX")
    verb.add_argument("file", type=Path)
    verb.add_argument("--user", default="", help="nama pengguna yang memasukkan")
    verb.set_defaults(run=import_book)
    verb = verbs.add_parser("export", parents=[shared], help="menyalin semua data ke format terbuka")
    verb.add_argument("folder", type=Path)
    verb.set_defaults(run=export)
    verb = verbs.add_parser("verify", parents=[shared], help="memeriksa keutuhan data")
    verb.set_defaults(run=verify)
    ways = verbs.add_parser("bundle", help="kiriman lewat flash disk").add_subparsers(required=True)
    verb = ways.add_parser("out", parents=[shared], help="menulis kiriman untuk server")
    verb.add_argument("folder", type=Path)
    verb.set_defaults(run=bundle_out)
    verb = ways.add_parser("in", parents=[shared], help="memasukkan kiriman dari server")
    verb.add_argument("places", type=Path, nargs="+", help="berkas atau folder")
    verb.set_defaults(run=bundle_in)
    return parser


_WEAK = "Belum ada yang diubah. Kata sandi paling sedikit 12 karakter."
_WAIT = "Data tetap aman. Terlalu banyak kata sandi keliru; coba lagi dalam {seconds} detik."
_WHO = "Tidak ada yang dibuka. Sebutkan pengguna yang membukanya dengan --as: {names}."
_LET_IN = "Pengguna itu sekarang dapat masuk di komputer ini dengan kata sandi barunya."
_JOINED_LATER = "Komputer ini sudah terdaftar. Data kantor menyusul pada sinkron berikutnya."
_NO_BOOK = "Tidak ada yang dimasukkan. Berkas harus CSV; baris pertamanya memuat kolom asal surat dan perihal."
_NO_FOLDER = "Salinan tidak dibuat; data tetap utuh. Folder tujuan harus baru atau kosong, dan dapat ditulis."
