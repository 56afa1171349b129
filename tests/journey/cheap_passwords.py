"""Passwords that cost little: a test that lets people in has other things to show than how long argon2 takes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import pytest
from argon2 import PasswordHasher

from desktop.services import sign_in
from desktop.system import key_wraps, pair_wraps

MEMORY_KIB = 64


@contextmanager
def cheap_passwords() -> Iterator[None]:
    """The PC hashes passwords by the same function with small parameters."""
    with pytest.MonkeyPatch.context() as patch:
        cheap = partial(PasswordHasher, time_cost=1, memory_cost=MEMORY_KIB, parallelism=1)
        patch.setattr(sign_in, "PasswordHasher", cheap)
        cost = key_wraps.Cost(memory_kib=MEMORY_KIB, passes=1, lanes=1)
        for module in (key_wraps, pair_wraps):  # each knows the function by its own name
            patch.setattr(module, "default_cost", lambda: cost)
        yield
