"""Reading a page in the reading process."""

from __future__ import annotations

import io
from functools import partial

import pytest

from desktop.services.letter_parsing import proposal_of
from desktop.system.page_renderer import READING_WORKER, PageRenderer, RenderFailed
from tests.support.paper import scanned, written


def test_a_page_that_lay_askew_under_a_stamp_is_read() -> None:
    with PageRenderer(timeout_s=120.0, worker=READING_WORKER) as reader:
        text = reader.read(partial(io.BytesIO, written(scanned(angle=0.8, stamped=True))), page=0)

    assert proposal_of(text).letter_no == "005/118/IV.02/2026"
    assert text.count("Undangan rapat koordinasi") >= 8


def test_the_process_that_draws_does_not_read() -> None:
    with PageRenderer(timeout_s=60.0) as pages, pytest.raises(RenderFailed):
        pages.read(partial(io.BytesIO, written(scanned())), page=0)
