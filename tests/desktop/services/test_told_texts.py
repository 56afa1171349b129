"""What leaves the window: notices of the desktop, and texts for a messenger."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from core.domain.ids import LetterId
from core.domain.letters import SecurityLevel
from core.domain.notices import NoticeKind
from desktop.services.notices import Notice
from desktop.storage.unit_of_work import Store
from desktop.system.notice_file import NoticeChoice, NoticeFile
from desktop.views.notice_words import desktop_text
from desktop.views.share_words import share_text
from tests.agenda_factory import EVENT
from tests.factories import HEAD, LETTER_ID, NOW, disposition, letter
from tests.support.desks import Desk
from tests.support.stores import put


def notice(**changes: Any) -> Notice:
    plain = Notice(
        key="a",
        kind=NoticeKind.ASSIGNED,
        letter=LetterId(LETTER_ID),
        at=NOW,
        subject="Undangan rapat",
        security=SecurityLevel.OPEN,
        who="Camat",
    )
    return msgspec.structs.replace(plain, **changes)


def shared(store: Store, **changes: Any) -> str:
    put(store, [letter(**{**EVENT, **changes}), disposition(security=changes.get("security", SecurityLevel.OPEN))])
    view = Desk(store, HEAD).register.letter(LETTER_ID)
    assert view is not None
    return share_text(view, lambda number: f"*instruksi*\n{number}")


@pytest.mark.parametrize("level", list(SecurityLevel)[1:])
def test_outside_the_window_nothing_names_a_letter_that_is_not_open(store: Store, level: SecurityLevel) -> None:
    place = {"event_place": ""} if level >= SecurityLevel.SECRET else {}

    assert "rapat" not in " ".join(desktop_text([notice(security=level)]))
    assert "Camat" not in " ".join(desktop_text([notice(security=level)]))
    assert shared(store, security=level, **place) == ""


def test_an_open_letter_is_named_and_several_are_told_as_one() -> None:
    assert desktop_text([notice()]) == ("Disposisi baru", "Camat · Undangan rapat")
    title, text = desktop_text([notice(), notice(key="b"), notice(key="c", kind=NoticeKind.OVERDUE, day=NOW.date())])
    assert title == "3 pemberitahuan baru"
    assert "rapat" not in text


def test_the_text_for_a_messenger_says_what_the_sheet_says(store: Store) -> None:
    text = shared(store, subject="Undangan *rapat* _koordinasi_")

    assert text.splitlines()[0] == "*Undangan rapat koordinasi*"
    for said in ("Acara: Kamis, 19 Maret 2026 · 09.00–11.30 · Aula Bappeda", "instruksi 2", "Tenggat: 18 Mar 2026"):
        assert said in text


def test_what_was_seen_and_chosen_is_remembered_on_the_pc(tmp_path: Any) -> None:
    file = NoticeFile(tmp_path)
    file.keep_seen("1:2", {"a", "b"})
    file.choose(NoticeChoice(quiet_from="20:00"))
    (tmp_path / "rusak").mkdir()
    (tmp_path / "rusak" / "pemberitahuan.json").write_text("{", encoding="utf-8")

    assert NoticeFile(tmp_path).seen("1:2") == {"a", "b"}
    assert NoticeFile(tmp_path).choice().quiet_from == "20:00"
    assert NoticeFile(tmp_path / "rusak").choice() == NoticeChoice()
