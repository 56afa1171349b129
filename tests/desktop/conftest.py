"""An office in a store of its own, the desk of each of its people, and one theme for all views."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.domain.ids import PositionId
from desktop.services.classification import ClassificationCatalogue
from desktop.widgets.theme import Appearance, Theme
from tests.desktop.letter_desk import LetterDesk, make_desk
from tests.desktop.sample_office import CLERK, SampleOffice, make_office, whole_catalogue
from tests.desktop.sample_screens import Screens, ScreensAt

PATIENCE_MS = 15_000
DeskOf = Callable[[PositionId], LetterDesk]


@pytest.fixture(autouse=True)
def tables_are_prepared(prepared: None) -> None:
    """Begin with prepared tables."""


@pytest.fixture(scope="session")
def shared_catalogue() -> ClassificationCatalogue:
    return whole_catalogue()


@pytest.fixture
def kecamatan(tmp_path: Path) -> SampleOffice:
    return make_office(tmp_path)


@pytest.fixture
def desk_of(
    kecamatan: SampleOffice, tmp_path: Path, qapp: QApplication, shared_catalogue: ClassificationCatalogue
) -> Iterator[DeskOf]:
    """Make the desk of a position; whatever was made is put away again."""
    owner = QObject()
    made: list[LetterDesk] = []

    def make(position: PositionId) -> LetterDesk:
        desk = make_desk(
            kecamatan.store,
            tmp_path / "berkas",
            actor=kecamatan.actor(position),
            clock=kecamatan.clock,
            random=kecamatan.random,
            catalogue=shared_catalogue,
            parent=owner,
        )
        made.append(desk)
        return desk

    yield make
    for desk in made:
        desk.close()
    owner.deleteLater()
    qapp.sendPostedEvents()


@pytest.fixture
def desk(desk_of: DeskOf) -> LetterDesk:
    """The desk of the clerk."""
    return desk_of(CLERK)


@pytest.fixture
def settle(qtbot: QtBot) -> Callable[[LetterDesk], None]:
    """Wait until nothing of a desk is under way any more."""

    def wait(desk: LetterDesk) -> None:
        qtbot.waitUntil(lambda: not desk.runner.busy, timeout=PATIENCE_MS)

    return wait


@pytest.fixture(scope="session")
def view_theme_of_session(qapp: QApplication) -> Iterator[Theme]:
    theme = Theme(qapp)
    theme.install()
    yield theme
    qapp.setStyleSheet("")


@pytest.fixture
def view_theme(view_theme_of_session: Theme) -> Theme:
    """The usual look, whatever the test before has chosen."""
    theme = view_theme_of_session
    if theme.scale != 100:
        theme.set_scale(100)
    if theme.appearance is not Appearance.LIGHT:
        theme.set_appearance(Appearance.LIGHT)
    return theme


@pytest.fixture
def office(kecamatan: SampleOffice) -> Iterator[SampleOffice]:
    """The office of tests that use `screens_at`; its store is closed at the end."""
    yield kecamatan
    kecamatan.store.close()


@pytest.fixture
def screens_at(office: SampleOffice, view_theme: Theme) -> Iterator[ScreensAt]:
    """Make the view-models and screens of a position; their threads end with the test."""
    made: list[Screens] = []

    def make(position: PositionId, *, read_after_ms: int = 1000) -> Screens:
        screens = Screens(view_theme, office, position, read_after_ms=read_after_ms)
        made.append(screens)
        return screens

    yield make
    for screens in made:
        assert screens.runner.close()
        screens.owner.deleteLater()
