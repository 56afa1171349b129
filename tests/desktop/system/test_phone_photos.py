"""Photos of phones: a process of its own makes a JPEG of them, upright and without what the phone wrote into it."""

from __future__ import annotations

import io
from functools import partial
from pathlib import Path

import pytest
from PIL import Image, ImageStat

from core.domain.attachments import MediaType
from desktop.services.attachments import look_at
from desktop.system.page_messages import PageTrouble
from desktop.system.page_renderer import PageRenderer, ScanUnusable
from tests.support.phone_photo import PHOTO


def test_a_photo_of_a_phone_is_taken_in_as_a_picture_that_everybody_can_open(tmp_path: Path) -> None:
    path = tmp_path / "=1+1 $(id) \u202egpj.heic"
    path.write_bytes(PHOTO)

    with PageRenderer(timeout_s=20.0) as pages:
        looked_at = look_at(path, pages)
        picture = Image.open(io.BytesIO(looked_at.jpeg))

        assert (looked_at.name, looked_at.facts.media, looked_at.facts.pages) == (
            "=1+1 $(id) \u202egpj.jpg",
            MediaType.JPEG,
            1,
        )
        assert picture.size == (64, 96)
        assert not picture.getexif()
        grey = picture.convert("L")
        upper, lower = (ImageStat.Stat(grey.crop(box)).mean[0] for box in ((9, 9, 55, 39), (9, 57, 55, 87)))
        assert upper < 128 < lower  # red above, white below
        for spoiled in (PHOTO[:300], PHOTO[:40] + b"\xff" * 400):
            with pytest.raises(ScanUnusable) as refused:
                pages.develop(partial(io.BytesIO, spoiled))
            assert refused.value.code is PageTrouble.UNREADABLE
