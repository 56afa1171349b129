from __future__ import annotations

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, Qt
from PySide6.QtGui import QColor, QImage, QImageWriter
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.widgets.buttons import IconButton
from desktop.widgets.page_image import PageImage
from desktop.widgets.page_view import PageState, PageView
from desktop.widgets.theme import Appearance, Theme
from desktop.widgets.thumbnail_strip import Thumbnail, ThumbnailStrip
from tests.desktop.widgets.conftest import Stage


def page(width: int = 600, height: int = 900) -> QImage:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor("#FFFFFF"))
    return image


def png_of(image: QImage) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    assert QImageWriter(buffer, QByteArray(b"PNG")).write(image)
    return bytes(buffer.data().data())


def view_of(theme: Theme, stage: Stage, *, pages: int = 3, at: int = 2) -> tuple[PageView, PageImage]:
    view = PageView(theme)
    stage.show(view, width=400, height=500)
    view.show_image(page(), page=at, pages=pages)
    view.image_view().setFocus()
    return view, view.image_view()


def test_a_page_given_as_png_is_shown(theme: Theme, stage: Stage) -> None:
    view = PageView(theme)
    stage.show(view, width=400, height=500)
    assert view.state() is PageState.EMPTY

    view.show_png(png_of(page()), page=1, pages=1)

    assert view.state() is PageState.PAGE
    assert view.page() == 1
    assert view.image_view().accessibleName() == "Halaman pindaian 1 dari 1"


def test_bytes_that_are_no_picture_give_a_sentence_and_no_crash(theme: Theme, stage: Stage) -> None:
    view = PageView(theme)
    stage.show(view, width=400, height=500)

    for data in (b"", b"%PDF-1.7", png_of(page())[:60]):
        view.show_png(data)
        assert view.state() is PageState.ERROR
        assert view.page() == 0


def test_keys_ask_for_the_pages_beside(theme: Theme, stage: Stage, qtbot: QtBot) -> None:
    view, image = view_of(theme, stage)

    with qtbot.waitSignal(view.page_wanted) as wanted:
        stage.press(image, Qt.Key.Key_PageDown)
    assert wanted.args == [3]

    with qtbot.waitSignal(view.page_wanted) as wanted:
        stage.press(image, Qt.Key.Key_PageUp)
    assert wanted.args == [1]


def test_there_is_nothing_behind_the_last_page(theme: Theme, stage: Stage, qtbot: QtBot) -> None:
    view, image = view_of(theme, stage, pages=2, at=2)

    with qtbot.assertNotEmitted(view.page_wanted):
        stage.press(image, Qt.Key.Key_PageDown)


def test_keys_zoom_and_fit(theme: Theme, stage: Stage) -> None:
    view, image = view_of(theme, stage)

    stage.press(image, Qt.Key.Key_Plus, Qt.Key.Key_Plus)
    assert image.zoom() > 1.5
    assert image.horizontalScrollBar().maximum() > 0

    stage.press(image, Qt.Key.Key_0)
    assert image.zoom() == 1
    assert image.horizontalScrollBar().maximum() == 0

    for _ in range(40):
        view.zoom_out()
    assert image.zoom() == 0.25


def test_a_page_is_turned_by_quarters(theme: Theme, stage: Stage, qtbot: QtBot) -> None:
    view, image = view_of(theme, stage)

    with qtbot.waitSignal(view.turned) as turned:
        stage.press(image, Qt.Key.Key_R)

    assert turned.args == [90]
    assert image.verticalScrollBar().maximum() == 0

    for _ in range(3):
        view.turn_right()
    assert image.turn() == 0


def test_another_page_starts_at_its_top(theme: Theme, stage: Stage) -> None:
    view, image = view_of(theme, stage)
    view.show_image(page(600, 1800), page=2, pages=3)
    image.verticalScrollBar().setValue(80)
    assert image.verticalScrollBar().value() == 80

    view.show_image(page(), page=3, pages=3)

    assert image.verticalScrollBar().value() == 0


def test_the_buttons_hide_nothing_of_a_fitted_page(theme: Theme, stage: Stage) -> None:
    view, _ = view_of(theme, stage, pages=1, at=1)
    tools = view.findChildren(IconButton)[0].parent()
    assert isinstance(tools, QWidget)
    shown = view.grab().toImage()
    middle = 100

    right = max(x for x in range(view.width()) if shown.pixelColor(x, view.height() - 200).name() == "#ffffff")

    assert right < tools.x()
    assert shown.pixelColor(middle, view.height() - 200).name() == "#ffffff"


def test_paper_is_toned_down_in_the_dark(theme: Theme, stage: Stage) -> None:
    view, _ = view_of(theme, stage)
    theme.set_appearance(Appearance.DARK)

    assert view.grab().toImage().pixelColor(150, 250).name() == "#f3f1ec"


def test_an_error_offers_its_action(theme: Theme, stage: Stage, qtbot: QtBot) -> None:
    view = PageView(theme)
    stage.show(view, width=400, height=300)
    view.show_error("Pindaian belum diunduh.", action="Unduh 1,2 MB")
    button = next(button for button in view.findChildren(QWidget) if getattr(button, "text", str)() == "Unduh 1,2 MB")

    with qtbot.waitSignal(view.action_triggered):
        stage.click(button)


def test_every_button_of_the_preview_has_a_name(theme: Theme, stage: Stage) -> None:
    view, _ = view_of(theme, stage)

    assert all(button.accessibleName() for button in view.findChildren(IconButton))


def test_thumbnails_turn_pages(theme: Theme, stage: Stage, qtbot: QtBot) -> None:
    strip = ThumbnailStrip(theme)
    strip.set_page_count(3)
    strip.set_images([page(60, 90)])
    stage.show(strip)
    pages = strip.findChildren(Thumbnail)

    with qtbot.waitSignal(strip.page_chosen) as chosen:
        stage.click(pages[1])
    assert chosen.args == [2]

    with qtbot.waitSignal(strip.page_chosen) as chosen:
        stage.press(pages[1], Qt.Key.Key_Right)
    assert chosen.args == [3]
    assert pages[2].accessibleName() == "Halaman 3"
