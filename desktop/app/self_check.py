"""`--self-check`: whether every part of this program, as it was built and installed, really works here.

Opens an encrypted store and migrates it, loads a font and an icon, draws a page of a PDF in the page process, and
finds what a keyring would need. One JSON line; 0 only if all of it worked.
"""

import json
import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QApplication

from desktop.app.wire import shipped_wire
from desktop.services.clock import system_clock
from desktop.storage.engine import KEY_BYTES
from desktop.storage.opening import open_store
from desktop.system.credentials import keyring_available
from desktop.system.page_renderer import PageRenderer
from desktop.system.typesetter import Typesetter
from desktop.widgets.icons import brand_icon
from resources.loading import names_in, read_bytes

SMALLEST_PDF = b"""%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 100]>>endobj
trailer<</Root 1 0 R>>
%%EOF
"""


def main(_arguments: Sequence[str]) -> int:
    """Check every part; the exit code."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QApplication(["pesagi"])
    checks: dict[str, Callable[[], object]] = {
        "store": _check_store,
        "font": _check_font,
        "icon": lambda: not brand_icon().isNull(),
        "page": _check_page,
        "paper": _check_paper,
        "wire": lambda: len(shipped_wire().pack("halo")) > 0,
        "keyring": _check_keyring,
    }
    found: dict[str, str] = {}
    for name, check in checks.items():
        try:
            found[name] = "ok" if check() else "failed"
        except Exception as err:  # noqa: BLE001  # the check reports whatever is wrong, and goes on
            found[name] = f"{type(err).__name__}: {err}"[:200]
    application.quit()
    print(json.dumps({"self_check": found}))  # noqa: T201  # its answer
    sys.stdout.flush()
    return 0 if all(state == "ok" for state in found.values()) else 1


def _check_store() -> bool:
    with tempfile.TemporaryDirectory(prefix="pesagi-") as folder:
        path = Path(folder) / "uji.db"
        store = open_store(path, os.urandom(KEY_BYTES), system_clock())
        with store.read() as uow:
            empty = uow.meta.identity() is None
        store.close()
        return empty and not path.read_bytes().startswith(b"SQLite")


def _check_font() -> bool:
    names = [name for ending in (".otf", ".ttf") for name in names_in("fonts", suffix=ending)]
    loaded = [QFontDatabase.addApplicationFontFromData(read_bytes(f"fonts/{name}")) for name in names]
    return bool(loaded) and all(number >= 0 for number in loaded)


def _check_page() -> bool:
    with tempfile.TemporaryDirectory(prefix="pesagi-") as folder, PageRenderer(timeout_s=20.0) as pages:
        path = Path(folder) / "uji.pdf"
        path.write_bytes(SMALLEST_PDF)
        image = pages.render(path, page=0, width=200)
        return len(image.rgb) == image.width * image.height * 3


def _check_paper() -> bool:
    with Typesetter(timeout_s=20.0) as typesetter:
        return typesetter.typeset("uji", b"{}").startswith(b"%PDF-")


def _check_keyring() -> bool:
    # Whether this machine offers a keyring is its own affair; that the question can be asked is ours.
    return keyring_available() in (True, False)
