"""Invented persons: names with titles as officials write them, and service numbers that nobody has."""

from random import Random
from typing import Final

from desktop.services.practice.vocabulary import Names

POOL: Final = 2000
ONE_NAME_ONLY: Final = 0.08
TITLE_BEFORE: Final = 0.15
# A service number is birth date, month of appointment, sex, serial; no serial is 000, so nobody has this number.
_NOBODY: Final = "000"


class NamePool:
    """Draws names from a pool that is the same for the same seed."""

    def __init__(self, names: Names, seed: int) -> None:
        chance = Random(f"names {seed}")  # noqa: S311 - invents data, protects nothing
        self._pool = tuple(_invent(names, chance) for _ in range(POOL))

    def draw(self, chance: Random) -> str:
        """Draw a name with its titles."""
        return self._pool[int(chance.random() * POOL)]


def invented_nip(chance: Random) -> str:
    """Invent a service number as it is printed: `19750812 200012 1 000`."""
    born = chance.randrange(1966, 2000)
    birth = f"{born}{chance.randrange(1, 13):02}{chance.randrange(1, 29):02}"
    start = f"{born + chance.randrange(22, 27)}{chance.choice(('01', '03', '04', '12'))}"
    return f"{birth} {start} {chance.randrange(1, 3)} {_NOBODY}"


def _invent(names: Names, chance: Random) -> str:
    first_names, titles = chance.choice(
        ((names.male, names.before_male), (names.female, names.before_female)),
    )
    first = chance.choice(first_names)
    if chance.random() < ONE_NAME_ONLY:
        return first
    name = f"{first} {chance.choice(names.family)}"
    if chance.random() < TITLE_BEFORE:
        name = f"{chance.choice(titles)} {name}"
    degrees = chance.choices((0, 1, 2), (3, 5, 2))[0]
    return ", ".join([name, *chance.sample(names.after, degrees)])
