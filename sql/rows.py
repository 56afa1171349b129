"""The rows of a statement that was run directly, all of them, with what of SQLAlchemy's results the stores use."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache, partial
from operator import itemgetter
from typing import Any

from sqlalchemy.exc import MultipleResultsFound, NoResultFound

Processor = Callable[[Any], Any]
Line = tuple[Any, ...]
# The place of a column, and what makes its value of what the database has.
Reader = tuple[int, Processor]


class Shape:
    """The names of the columns of a row, and what makes one of a line: a tuple whose values have these names too."""

    __slots__ = ("names", "row")

    def __init__(self, names: tuple[str, ...]) -> None:
        self.names = names
        places: dict[str, Any] = {name: property(itemgetter(at)) for at, name in enumerate(names)}
        mapping = property(lambda line: dict(zip(names, line, strict=True)))
        made = type("Row", (tuple,), {**places, "__slots__": (), "_mapping": mapping})
        self.row: Callable[[Line], Any] = partial(tuple.__new__, made)


@lru_cache(maxsize=2000)
def shape_of(names: tuple[str, ...]) -> Shape:
    """One for each list of names."""
    return Shape(names)


class Rows:
    """Rows, read already: they outlive the transaction."""

    __slots__ = ("_data", "_shape", "number", "rowcount")

    def __init__(
        self,
        data: list[Line],
        shape: Shape,
        *,
        readers: Sequence[Reader],
        rowcount: int,
        number: int | None,
    ) -> None:
        """`readers` convert what the database has at some places; `number` is the row id that an INSERT was given."""
        self._data = [_converted(line, readers) for line in data] if readers else data
        self._shape = shape
        self.rowcount = rowcount
        self.number = number

    @property
    def inserted_primary_key(self) -> tuple[int | None]:
        """The key of the row that was inserted, of a table that numbers its rows."""
        return (self.number,)

    def _row(self, line: Line) -> Any:
        return self._shape.row(line)

    def __iter__(self) -> Iterator[Any]:
        return map(self._shape.row, self._data)

    def all(self) -> list[Any]:
        """Every row."""
        return list(self)

    def fetchall(self) -> list[Any]:
        """Every row, as a driver calls it."""
        return list(self)

    def first(self) -> Any:
        """The first row, if there is any."""
        return self._row(self._data[0]) if self._data else None

    def one_or_none(self) -> Any:
        """The only row, if there is one."""
        line = _only(self._data)
        return None if line is None else self._row(line)

    def one(self) -> Any:
        """The only row."""
        return self._row(_must(self._data))

    def scalar(self) -> Any:
        """The first value of the first row, or None."""
        return self._data[0][0] if self._data else None

    def scalar_one(self) -> Any:
        """The first value of the only row."""
        return _must(self._data)[0]

    def scalar_one_or_none(self) -> Any:
        """The first value of the only row, or None if there is no row."""
        line = _only(self._data)
        return None if line is None else line[0]

    def scalars(self) -> Values:
        """The first value of every row."""
        return Values([line[0] for line in self._data])

    def mappings(self) -> Values:
        """Every row as a mapping from the names of its columns."""
        names = self._shape.names
        return Values([dict(zip(names, line, strict=True)) for line in self._data])


class Values:
    """One value of each row."""

    __slots__ = ("_values",)

    def __init__(self, values: list[Any]) -> None:
        self._values = values

    def __iter__(self) -> Iterator[Any]:
        return iter(self._values)

    def all(self) -> list[Any]:
        """Every one."""
        return list(self._values)

    def first(self) -> Any:
        """The first, or None."""
        return self._values[0] if self._values else None

    def one(self) -> Any:
        """The only one."""
        return _must(self._values)

    def one_or_none(self) -> Any:
        """The only one, or None if there is none."""
        return _only(self._values)


def _converted(line: Line, readers: Sequence[Reader]) -> Line:
    values = list(line)
    for place, read in readers:
        values[place] = read(values[place])
    return tuple(values)


def _only(found: list[Any]) -> Any:
    if len(found) > 1:
        raise MultipleResultsFound("Multiple rows were found when one or none was required")
    return found[0] if found else None


def _must(found: list[Any]) -> Any:
    if not found:
        raise NoResultFound("No row was found when one was required")
    return _only(found)
