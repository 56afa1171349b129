"""Which notices were seen on this PC, and when it keeps quiet; kept in `pemberitahuan.json`.

The keys name rows by their random ids, and nothing of what they say.
"""

from collections.abc import Collection
from pathlib import Path

import msgspec

from desktop.system.kept_json import keep, read_kept

FILE = "pemberitahuan.json"


class NoticeChoice(msgspec.Struct, frozen=True, kw_only=True):
    """What a person chose: whether the desktop shows notices at all, and the quiet hours."""

    shown: bool = True
    quiet_from: str = "17:00"
    quiet_until: str = "07:00"
    quiet_weekends: bool = True


class _Kept(msgspec.Struct, frozen=True, kw_only=True):
    choice: NoticeChoice = NoticeChoice()
    seen: dict[str, list[str]] = {}


class NoticeFile:
    """Of one profile. What cannot be read is as if nothing had been seen or chosen."""

    def __init__(self, folder: Path) -> None:
        """In `folder`."""
        self._path = folder / FILE

    def choice(self) -> NoticeChoice:
        """What was chosen."""
        return self._read().choice

    def choose(self, choice: NoticeChoice) -> None:
        """Remember it."""
        keep(self._path, msgspec.structs.replace(self._read(), choice=choice))

    def seen(self, whose: str) -> frozenset[str]:
        """The keys that somebody has seen."""
        return frozenset(self._read().seen.get(whose, ()))

    def keep_seen(self, whose: str, keys: Collection[str]) -> None:
        """Remember these, and no others of the person: what there is no notice of any more is forgotten."""
        kept = self._read()
        keep(self._path, msgspec.structs.replace(kept, seen={**kept.seen, whose: sorted(keys)}))

    def _read(self) -> _Kept:
        return read_kept(self._path, _Kept)
