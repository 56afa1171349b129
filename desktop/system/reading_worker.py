"""The reading process: tells what is written on pages of scans (Tesseract, with its data for Indonesian).

A process of its own: reading a page takes a second or two of a processor, and what reads stranger's files is given
little. Started as the page process is, with the lowest priority: whoever works at the PC comes first.
"""

import os
import sys
from typing import BinaryIO, Final

import tesserocr

from desktop.system.limits import step_back
from desktop.system.page_cleaning import legible
from desktop.system.page_messages import PageRequest, PageTrouble, Read, Reply, TextRead, Troubled
from desktop.system.page_worker import serve
from desktop.system.paper_pages import paper_page
from resources.loading import path_of

MEMORY_LIMIT: Final = 1024 * 1024 * 1024
LANGUAGE: Final = "ind"
MOST_SIGNS: Final = 200_000


class Reader:
    """Reads pages; the data of the language is loaded once."""

    def __init__(self) -> None:
        self._api = tesserocr.PyTessBaseAPI(
            path=str(path_of("ocr")), lang=LANGUAGE, psm=tesserocr.PSM.AUTO, oem=tesserocr.OEM.LSTM_ONLY
        )

    def answer(self, request: PageRequest, content: BinaryIO) -> Reply:
        """The text of a page."""
        if not isinstance(request, Read):
            return Troubled(trouble=PageTrouble.FAILED, detail="the reading process only reads")
        page = paper_page(content, request.media, request.page)
        self._api.SetImage(legible(page.image))
        self._api.SetSourceResolution(round(page.image.width * 72 / page.across))
        try:
            return TextRead(text=self._api.GetUTF8Text()[:MOST_SIGNS])
        except RuntimeError as err:
            return Troubled(trouble=PageTrouble.FAILED, detail=type(err).__name__)
        finally:
            self._api.Clear()


def main() -> int:
    """Serve requests until the pipe ends."""
    # One thread: a second one would take the processor from whoever works here, and hardly help.
    os.environ["OMP_THREAD_LIMIT"] = "1"
    step_back()
    return serve(Reader().answer, memory_bytes=MEMORY_LIMIT)


if __name__ == "__main__":
    sys.exit(main())
