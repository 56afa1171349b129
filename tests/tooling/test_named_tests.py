"""Every test that the documents of security name is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NAMED = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")


@pytest.mark.parametrize("document", ["docs/security.md", "docs/asvs.md"])
def test_what_shows_a_claim_exists(document: str) -> None:
    named = NAMED.findall((ROOT / document).read_text(encoding="utf-8"))

    assert len(named) > 30
    for place, function in named:
        path = ROOT / place
        assert path.is_file(), f"{document} names {place}"
        if function:
            assert f"def {function}(" in path.read_text(encoding="utf-8"), f"{document} names {place}::{function}"
