"""The yardsticks measure the limit, and not our own clumsiness."""

from __future__ import annotations

import json
import random
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
import zstandard

from benchmarks.yardsticks import (
    computed_seconds,
    download_seconds,
    make_bare_store,
    measure_bare_window,
    zstd19_dump,
)
from tests.support.link import LinkProfile

LINE = LinkProfile(up_bps=1e6, down_bps=1e6, rtt_s=0.1)


def test_the_dump_holds_each_row_as_a_line_and_is_packed_as_tight_as_level_19_packs() -> None:
    rows = [{"perihal": "Undangan rapat – Liwa", "nomor": number} for number in range(500)]
    packed = zstd19_dump(rows)
    text = zstandard.ZstdDecompressor().decompress(packed)
    assert [json.loads(line) for line in text.splitlines()] == rows
    assert "– Liwa".encode() in text
    assert len(packed) == len(zstandard.ZstdCompressor(level=19).compress(text))
    assert len(packed) < len(text) / 10


def test_a_download_takes_its_bytes_and_two_round_trips() -> None:
    payload = random.Random(1).randbytes(64 * 1024)
    download = download_seconds(payload, LINE)
    assert len(payload) < download.down_bytes < len(payload) + 100
    assert 0 < download.up_bytes < 100
    assert download.total_bytes == download.up_bytes + download.down_bytes
    assert download.computed_seconds == computed_seconds(len(payload), LINE) == pytest.approx(0.724, abs=0.001)
    assert download.seconds == pytest.approx(download.computed_seconds, abs=0.05)


def test_a_download_over_a_line_that_breaks_is_no_yardstick() -> None:
    broken = LinkProfile(up_bps=None, down_bps=None, rtt_s=0.0, cut_every_bytes=1000)
    with pytest.raises(ConnectionError):
        download_seconds(bytes(5000), broken)


def test_the_bare_store_has_the_rows_it_should(tmp_path: Path) -> None:
    make_bare_store(tmp_path / "letters.sqlite", rows=2000)
    with closing(sqlite3.connect(tmp_path / "letters.sqlite")) as connection:
        count, newest = connection.execute("SELECT count(*), max(agenda) FROM letter").fetchone()
        row = connection.execute("SELECT * FROM letter WHERE agenda = 2000").fetchone()
    assert (count, newest) == (2000, 2000)
    assert len(row) == 8
    assert all(row)


def test_the_bare_window_opens_and_tells_its_figures() -> None:
    figures = measure_bare_window(2, store_rows=2000)
    assert figures["runs"] == 2
    assert len(figures["seconds"]) == 2
    assert 0.02 < figures["seconds"][0] < 60
    assert min(figures["seconds"]) <= figures["median_seconds"] <= max(figures["seconds"])
    assert figures["pss_bytes"] is None or 10_000_000 < figures["pss_bytes"] < 1_000_000_000
