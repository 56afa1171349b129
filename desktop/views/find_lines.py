"""The lines of the search over everything, from what was found."""

from collections.abc import Sequence
from enum import Enum

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QAction, QKeySequence
from shiboken6 import isValid

from core.domain.spelling import skeleton
from desktop.viewmodels.facts import FoundScan, LetterRow
from desktop.viewmodels.finder import Found
from desktop.viewmodels.screen_facts import FoundDisposition, FoundPerson
from desktop.widgets.dates import format_date
from desktop.widgets.find_list import FindLine

MOST_COMMANDS = 6
MOST_LETTERS_AMONG_ALL = 8
MOST_SCANS_AMONG_ALL = 5


class FindScope(Enum):
    """What is shown of all that was found."""

    ALL = "all"
    LETTERS = "letters"
    DISPOSITIONS = "dispositions"
    PEOPLE = "people"
    COMMANDS = "commands"


def lines_of(found: Found, scope: FindScope) -> list[FindLine]:
    """Groups with their headings; a group without a line has none."""
    translate = QCoreApplication.translate
    lines: list[FindLine] = []
    everything = scope is FindScope.ALL
    if found.saved and everything:
        lines.append(FindLine(text=translate("FindLines", "Pencarian tersimpan (Ctrl+Delete menghapus)")))
        lines += [FindLine(text=words, key=f"saved {words}", icon="search") for words in found.saved]
    if found.letters and scope in {FindScope.ALL, FindScope.LETTERS}:
        lines.append(FindLine(text=translate("FindLines", "Surat")))
        shown = found.letters[:MOST_LETTERS_AMONG_ALL] if everything else found.letters
        lines += [_letter(one) for one in shown]
        lines.append(
            FindLine(
                text=translate("FindLines", "Tampilkan dalam daftar Surat Masuk"),
                key=f"list {found.typed}",
                icon="list",
            )
        )
    if found.scans and scope in {FindScope.ALL, FindScope.LETTERS}:
        lines.append(FindLine(text=translate("FindLines", "Dalam pindaian")))
        lines += [_scan(one) for one in (found.scans[:MOST_SCANS_AMONG_ALL] if everything else found.scans)]
    if found.dispositions and scope in {FindScope.ALL, FindScope.DISPOSITIONS}:
        lines.append(FindLine(text=translate("FindLines", "Disposisi")))
        lines += [_disposition(one) for one in found.dispositions]
    if found.people and scope in {FindScope.ALL, FindScope.PEOPLE}:
        lines.append(FindLine(text=translate("FindLines", "Orang: surat yang ditujukan kepadanya")))
        lines += [_person(one) for one in found.people]
    return lines


def command_lines(commands: Sequence[QAction], typed: str, scope: FindScope) -> list[FindLine]:
    """Commands whose words begin as typed; without words all of them, but only where commands are asked for."""
    if scope not in {FindScope.ALL, FindScope.COMMANDS}:
        return []
    wanted = [skeleton(word) for word in typed.split()]
    if not wanted and scope is FindScope.ALL:
        return []
    lines = []
    for number, action in enumerate(commands):
        if not isValid(action):  # the menus were filled anew meanwhile
            continue
        text = bare_text(action)
        words = [skeleton(word) for word in text.split()]
        if action.isEnabled() and all(any(word.startswith(start) for word in words) for start in wanted):
            lines.append(FindLine(text=text, key=f"command {number}", aside=_keys(action), icon="keyboard"))
    if not lines:
        return []
    shown = lines if scope is FindScope.COMMANDS else lines[:MOST_COMMANDS]
    return [FindLine(text=QCoreApplication.translate("FindLines", "Perintah")), *shown]


def bare_text(action: QAction) -> str:
    """The text of an action without its mnemonic."""
    text = action.text().split("\t", maxsplit=1)[0]
    return text.replace("&&", "\0").replace("&", "").replace("\0", "&")


def _keys(action: QAction) -> str:
    if "\t" in action.text():
        return action.text().split("\t", maxsplit=1)[1]
    return action.shortcut().toString(QKeySequence.SequenceFormat.PortableText).replace("Return", "Enter")


def _letter(row: LetterRow) -> FindLine:
    translate = QCoreApplication.translate
    parts = [row.sender, row.letter_no, format_date(row.received_on)]
    return FindLine(
        text=row.subject if row.subject is not None else translate("FindLines", "— Rahasia —"),
        key=f"letter {row.id.hex()}",
        note=" · ".join(part for part in parts if part),
        aside=row.agenda,
        icon="lock" if row.subject is None else "mail",
    )


def _scan(one: FoundScan) -> FindLine:
    row = one.row
    named = " · ".join(part for part in (row.subject or "", row.sender) if part)
    return FindLine(
        text=one.words or named,
        key=f"letter {row.id.hex()}",
        note=f"{named} · {format_date(row.received_on)}" if named else format_date(row.received_on),
        aside=row.agenda,
        icon="scan",
    )


def _disposition(one: FoundDisposition) -> FindLine:
    translate = QCoreApplication.translate
    ways = translate("FindLines", "{sender} kepada {recipients}").format(
        sender=one.from_title, recipients=", ".join(one.to_titles)
    )
    return FindLine(
        text=one.text, key=f"sheet {one.letter_id.hex()}", note=f"{ways} · {one.subject}", icon="arrow-ramp-right"
    )


def _person(one: FoundPerson) -> FindLine:
    return FindLine(text=one.name, key=f'person kepada:"{one.title}" ', note=one.title, icon="user")
