"""The paper process: fills the forms of `resources/papers` with data and answers with PDFs.

A process of its own, because the typesetter is a library of 80 MB in another language that no office PC should hold in
memory before it prints, and because a form that never ends must not hold up the program. It writes no file and opens
none but the forms and fonts that are shipped. Started as the page process is (`page_process`).
"""

from typing import Final, Literal

import typst

from desktop.system.page_messages import (
    PageTrouble,
    Reply,
    Troubled,
    Typeset,
    Typesetted,
    read_typeset,
)
from desktop.system.worker_pipes import Pipes, served
from resources.loading import path_of

MEMORY_LIMIT: Final = 2048 * 1024 * 1024
# The program kills this process before; this is for a program that was itself killed meanwhile.
ORPHAN_SECONDS: Final = 150
FORMS: Final = "papers"
FONTS: Final = "fonts"
# A PDF that archives take (ISO 19005-2). Where it cannot be one - a letter in a script that the fonts lack - an
# ordinary one is better than none.
STANDARD: Final = "a-2b"


def main() -> int:
    """Serve requests until the pipe ends."""
    return served(_serve, memory_bytes=MEMORY_LIMIT)


class Printer:
    """Fills forms. Only the shipped fonts are used, so that a paper is the same on every PC."""

    def __init__(self) -> None:
        forms = path_of(FORMS)
        fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(path_of(FONTS))])
        # Forms use no packages; were one to ask for one, it would not be looked for outside.
        self._compiler = typst.Compiler(
            root=str(forms), font_paths=fonts, package_path=str(forms), package_cache_path=str(forms)
        )
        self._forms = forms

    def answer(self, request: Typeset) -> Reply:
        """The PDF, or why there is none."""
        if not request.form.isidentifier():
            return Troubled(trouble=PageTrouble.FAILED, detail="no such form")
        try:
            inputs = {"data": request.data.decode()}
            return Typesetted(pdf=self._fill(str(self._forms / f"{request.form}.typ"), inputs))
        except typst.TypstError as err:
            return Troubled(trouble=PageTrouble.FAILED, detail=f"{request.form}: {err.message}")
        except (MemoryError, ValueError) as err:
            return Troubled(trouble=PageTrouble.FAILED, detail=type(err).__name__)

    def _fill(self, form: str, inputs: dict[str, str]) -> bytes:
        try:
            return self._compile(form, inputs, STANDARD)
        except typst.TypstError:
            return self._compile(form, inputs, "1.7")

    def _compile(self, form: str, inputs: dict[str, str], standard: Literal["a-2b", "1.7"]) -> bytes:
        # Tags for screen readers would make a book of a year ten times as large.
        made = self._compiler.compile(form, format="pdf", sys_inputs=inputs, pdf_standards=standard, pdf_tags=False)
        if not isinstance(made, bytes):
            raise TypeError("a PDF is one piece")
        return made


def _serve(pipes: Pipes) -> None:
    pipes.answer_each(read_typeset, Printer().answer, orphan_seconds=ORPHAN_SECONDS)


if __name__ == "__main__":
    raise SystemExit(main())
