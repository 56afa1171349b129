"""Hostile files at the real page process: the program goes on, no answer is late, memory holds, one sentence each."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.system.page_messages import PageTrouble
from desktop.system.page_renderer import PageRenderer
from desktop.system.page_worker import MEMORY_LIMIT
from desktop.views.messages import sentence_for
from tests.hostile.samples import offer, samples
from tests.support.scan_files import pdf_bytes

LIMIT_S = 5.0
# Two starts of the page process on a machine with other things to do.
STARTS_S = 60.0
# In every run: one of so many, and those that once were too slow or too large.
EVERY = 40
ALWAYS = frozenset(
    {"stream-bomb-twice-256", "PNG-bomb-30000", "arrays-20000", "xref-prev-itself", "JPEG-says-65535x65535"}
)


def test_no_hostile_file_harms_the_program(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    whole, every = request.config.getoption("--long"), list(samples())
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


def test_the_peak_of_a_page_process_is_seen(tmp_path: Path) -> None:
    good = tmp_path / "surat.pdf"
    good.write_bytes(pdf_bytes(["0 0 10 10 re f"]))

    with PageRenderer() as renderer:
        assert 10 * 1024 * 1024 < offer(renderer, good, "good").peak_bytes < MEMORY_LIMIT
