"""Hostile files at the real page process: the program goes on, no answer is late, memory holds, one sentence each."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from desktop.system.page_messages import PageTrouble
from desktop.system.page_renderer import PageRenderer
from desktop.system.page_worker import MEMORY_LIMIT
from desktop.system.typesetter import Typesetter
from desktop.views.messages import sentence_for
from tests.hostile.papers import print_texts
from tests.hostile.photos import hostile_photos, woven
from tests.hostile.samples import hostile_scans, offer, offer_photo, photo_process
from tests.support.scan_files import pdf_bytes

LIMIT_S = 5.0
# What a start of the page process takes beyond its share of the limit, on a machine with other things to do.
STARTS_S = 30.0
WOVEN = frozenset({"HEIC-woven-small", "HEIC-woven-bomb", "HEIC-woven-of-itself", "HEIC-woven-says-much"})
# In every run: one of so many, and those that once were too slow or too large.
EVERY = 40
ALWAYS = frozenset(
    {"stream-bomb-twice-256", "PNG-bomb-30000", "arrays-20000", "xref-prev-itself", "JPEG-says-65535x65535"}
)


def test_no_hostile_file_harms_the_program(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    whole, every = request.config.getoption("--long"), list(hostile_scans())
    assert len({name for name, _ in every}) == len(every) >= 500
    chosen = [one for at, one in enumerate(every) if whole or one[0] in ALWAYS or at % EVERY == 0]
    path, good = tmp_path / "berkas", tmp_path / "surat.pdf"
    good.write_bytes(pdf_bytes(["0 0 10 10 re f"]))

    with PageRenderer(timeout_s=LIMIT_S) as renderer:
        for name, data in chosen:
            path.write_bytes(data)
            outcome = offer(renderer, path, name)
            assert outcome.seconds < LIMIT_S + STARTS_S, name
            assert outcome.peak_bytes <= MEMORY_LIMIT, name
            if outcome.code:
                sentence = sentence_for(outcome.code)
                assert PageTrouble(outcome.code), name
                assert sentence.endswith("."), name
                assert "\n" not in sentence, name
        assert renderer.inspect(good).pages == 1


def test_no_hostile_photo_of_a_phone_harms_the_program(request: pytest.FixtureRequest) -> None:
    """A file that makes a large picture of one small tile, one that is woven of itself, and many that are spoiled."""
    whole, every = request.config.getoption("--long"), list(hostile_photos())
    chosen = [one for at, one in enumerate(every) if whole or at % EVERY == 0 or one[0] in WOVEN]

    with closing(photo_process()) as photos:
        outcomes = {name: offer_photo(photos, data, name) for name, data in chosen}
        after = offer_photo(photos, woven(4, 4), "after all of them")

    assert after.code == "", "what unpacks photos goes on, or is started again"
    assert outcomes["HEIC-woven-bomb"].code == "scan_unreadable"
    assert max(one.peak_bytes for one in outcomes.values()) <= MEMORY_LIMIT
    assert max(one.seconds for one in outcomes.values()) < LIMIT_S + STARTS_S


@pytest.mark.long
def test_hostile_texts_are_printed_and_what_is_printed_is_opened(tmp_path: Path) -> None:
    with Typesetter() as typesetter, PageRenderer(timeout_s=LIMIT_S) as renderer:
        pdf, printing = print_texts(tmp_path, typesetter)
        path = tmp_path / "buku.pdf"
        path.write_bytes(pdf)
        opened = offer(renderer, path, "buku")

    assert printing.peak_bytes <= MEMORY_LIMIT
    assert (opened.code, opened.peak_bytes <= MEMORY_LIMIT) == ("", True)


def test_the_peak_of_a_page_process_is_seen(tmp_path: Path) -> None:
    good = tmp_path / "surat.pdf"
    good.write_bytes(pdf_bytes(["0 0 10 10 re f"]))

    with PageRenderer() as renderer:
        assert 10 * 1024 * 1024 < offer(renderer, good, "good").peak_bytes < MEMORY_LIMIT
