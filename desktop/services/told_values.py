"""Values of a letter's fields as a person is told them, where the store has a name for what the field holds."""

from core.domain.ids import PositionId
from desktop.storage.unit_of_work import UnitOfWork


def value_told(uow: UnitOfWork, field: str, text: str) -> str:
    """The title of an addressee; every other value as it is kept. What is not known here stays as it is."""
    if field != "addressee" or not text.isdecimal():
        return text
    position = uow.directory.position(PositionId(int(text)))
    return text if position is None else position.title
