"""The office's list of instructions ("dengan hormat harap"), by the numbers that dispositions carry.

The first sixteen are those of a list in use, 17 to 19 stand on the printed sheet, the rest is everyday wording.
A number is never given another text: dispositions that were issued keep their meaning.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Self

import msgspec

from core.domain.offices import Role
from resources.loading import read_bytes

RESOURCE = "instructions/instruksi.json"


class Instruction(msgspec.Struct, frozen=True, kw_only=True):
    """One instruction."""

    number: int
    text: str


class _Document(msgspec.Struct, frozen=True, kw_only=True):
    instructions: tuple[Instruction, ...]
    usual: dict[str, tuple[int, ...]]


class InstructionList:
    """All instructions in the order of their numbers; iterating gives them one by one."""

    def __init__(self, entries: tuple[Instruction, ...], usual: Mapping[str, tuple[int, ...]]) -> None:
        """`usual` names, by the name of a role, the few numbers that are offered first."""
        self._entries = entries
        self._texts = {one.number: one.text for one in entries}
        self._usual = usual

    @classmethod
    def load(cls) -> Self:
        """Read the list that is shipped with the program."""
        document = msgspec.json.decode(read_bytes(RESOURCE), type=_Document)
        return cls(document.instructions, document.usual)

    def learn(self, own: Iterable[Instruction]) -> None:
        """Know the words of instructions that positions of the office added."""
        self._texts |= {one.number: one.text for one in own}

    def number_of(self, text: str, among: Iterable[int]) -> int | None:
        """The number among these that has this text, whatever its capitals."""
        wanted = " ".join(text.split()).casefold()
        return next((number for number in among if self._texts.get(number, "").casefold() == wanted), None)

    def __iter__(self) -> Iterator[Instruction]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def text_of(self, number: int) -> str:
        """The text of a number; of one this PC does not know yet, the number itself."""
        return self._texts.get(number, str(number))

    def usual_for(self, role: Role) -> tuple[Instruction, ...]:
        """The instructions that a position of this role gives most; the whole list where none are named."""
        numbers = self._usual.get(role.name)
        if numbers is None:
            return self._entries
        return tuple(Instruction(number=number, text=self.text_of(number)) for number in numbers)
