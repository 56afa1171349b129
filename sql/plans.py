"""How a kept statement is run on one kind of database: its text, and where each parameter goes."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy import Executable, LargeBinary
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.dml import UpdateBase

from sql.rows import Processor, Reader, Shape

_LATE = "__[POSTCOMPILE_"
_LIMIT = "LIMIT "
# Texts for lists of different lengths, and for different limits, that are kept for one statement.
_LENGTHS = 40
# Lists longer than this are as long as a multiple of it.
_STEP = 32


class Place:
    """Where the value of one `?` comes from."""

    __slots__ = ("index", "name", "needed", "processor", "value")

    def __init__(
        self, name: str, index: int | None, processor: Processor | None, *, needed: bool = True, value: Any = None
    ) -> None:
        self.name = name
        self.index = index
        self.processor = processor
        self.needed = needed
        self.value = value

    def of(self, given: Mapping[str, Any]) -> Any:
        """The value among the parameters."""
        value = given[self.name] if self.needed or self.name in given else self.value
        if self.index is not None:
            value = value[self.index]
        return value if self.processor is None else self.processor(value)


class Wording:
    """A text and where the value of each `?` comes from. How many rows there may be at the most is written into it.

    SQLite looks at the value of a LIMIT when it plans, and so prepares a statement anew each time one is bound to it:
    70-130 us for what takes 10 to run.
    """

    __slots__ = ("_by_limits", "_limits", "_pieces", "_places", "_text")

    def __init__(self, text: str, places: Sequence[Place]) -> None:
        pieces = text.split("?")
        whole = len(pieces) == len(places) + 1  # no `?` stands in the name of a column or in a text
        limits = [at for at, piece in enumerate(pieces[:-1]) if piece.endswith(_LIMIT)] if whole else []
        self._text = text
        self._limits = [places[at] for at in limits]
        self._places = [place for at, place in enumerate(places) if at not in limits]
        self._by_limits: dict[tuple[int, ...], str] = {}
        # Between the limits: what is behind one of them up to the next.
        cuts = [0, *(at + 1 for at in limits), len(pieces)]
        self._pieces = ["?".join(pieces[start:end]) for start, end in itertools.pairwise(cuts)]

    @property
    def varies(self) -> bool:
        """Whether the text depends on values."""
        return bool(self._limits)

    def filled(self, given: Mapping[str, Any]) -> tuple[str, tuple[Any, ...]]:
        """Text and values for one set of parameters."""
        values = tuple([place.of(given) for place in self._places])
        return self._written(given) if self._limits else self._text, values

    def _written(self, given: Mapping[str, Any]) -> str:
        limits = tuple([int(place.of(given)) for place in self._limits])
        text = self._by_limits.get(limits)
        if text is None:
            if len(self._by_limits) >= _LENGTHS:
                self._by_limits.clear()
            first, *others = self._pieces
            text = first + "".join([f"{limit}{piece}" for limit, piece in zip(limits, others, strict=True)])
            self._by_limits[limits] = text
        return text


class Plan:
    """The text of a statement and the places of its parameters."""

    def __init__(self, compiled: SQLCompiler, readers: Sequence[Reader]) -> None:
        self.readers = readers
        # The names of the columns are the same each time; the driver makes them anew.
        self.shape: Shape | None = None
        self._compiled = compiled
        self._text = compiled.string
        late = _LATE in compiled.string
        self._lists = [name for name, bind in compiled.binds.items() if bind.expanding] if late else []
        self._by_length: dict[tuple[int, ...], Wording] = {}
        self._places = [] if late else [self._place(name) for name in compiled.positiontup or ()]
        self._wording = None if late else Wording(compiled.string, self._places)
        # Most statements hand their parameters on as they are.
        plain = all(place.needed and place.processor is None for place in self._places)
        fixed = self._wording is not None and not self._wording.varies
        self._names = tuple(place.name for place in self._places) if plain and fixed else None
        self._many: tuple[Callable[[Any], Any], list[tuple[int, Processor]]] | None = None
        if len(self._places) > 1 and all(place.needed for place in self._places):
            changed = [(at, one.processor) for at, one in enumerate(self._places) if one.processor is not None]
            self._many = itemgetter(*(place.name for place in self._places)), changed
        self._values = _getter(self._names or ())

    @property
    def varies(self) -> bool:
        """Whether the text depends on the parameters: one stands for any number of values, or for a limit."""
        return self._wording is None or self._wording.varies

    def for_one(self, given: Mapping[str, Any]) -> tuple[str, tuple[Any, ...]]:
        """Text and values for one set of parameters."""
        if self._names is not None:
            return self._text, self._values(given)
        if self._wording is not None:
            return self._wording.filled(given)
        given = {**given, **{name: _filled(self._list(name, given)) for name in self._lists}}
        return self._expanded(given).filled(given)

    def for_many(self, given: Sequence[Mapping[str, Any]]) -> tuple[str, Sequence[Sequence[Any]]]:
        """Text and values for many sets of parameters; the text depends on none of them."""
        if self._many is not None:
            take, changed = self._many
            if not changed:
                return self._text, [take(one) for one in given]
            sets = [list(take(one)) for one in given]
            for at, processor in changed:
                for one in sets:
                    one[at] = processor(one[at])
            return self._text, sets
        return self._text, [tuple([place.of(one) for place in self._places]) for one in given]

    def _place(self, name: str) -> Place:
        bind = self._compiled.binds[name]
        # A value that is written into the statement stands for whoever gives none.
        return Place(name, None, _binder(bind.type, self._compiled.dialect), needed=bind.required, value=bind.value)

    def _list(self, name: str, given: Mapping[str, Any]) -> Any:
        return given[name] if name in given else self._compiled.binds[name].value

    def _expanded(self, given: Mapping[str, Any]) -> Wording:
        lengths = tuple([len(given[name]) for name in self._lists])
        if lengths not in self._by_length:
            if len(self._by_length) >= _LENGTHS:
                self._by_length.clear()
            state = self._compiled.construct_expanded_state(given)
            came_from = {
                one: (name, index) for name, made in state.parameter_expansion.items() for index, one in enumerate(made)
            }
            places = []
            for one in state.positiontup or ():
                if one in came_from:
                    name, index = came_from[one]
                    bind = self._compiled.binds[name]
                    processor = _binder(bind.type, self._compiled.dialect)
                    places.append(Place(name, index, processor, needed=bind.required, value=bind.value))
                else:
                    places.append(self._place(one))
            self._by_length[lengths] = Wording(state.statement, places)
        return self._by_length[lengths]


def _filled(values: Sequence[Any]) -> Sequence[Any]:
    """A list of many values made a little longer by saying its last again, which changes nothing of what is in it.

    So lists of nearly the same length share a text, which SQLAlchemy takes longer to make than SQLite to run it.
    """
    missing = -len(values) % _STEP if len(values) > _STEP else 0
    return [*values, *[values[-1]] * missing] if missing else values


def plan_of(statement: Executable | None, dialect: Dialect, names: tuple[str, ...]) -> Plan | None:
    """The plan of a statement whose parameters have these names; None if SQLAlchemy has to add something to it."""
    changes = isinstance(statement, UpdateBase)
    columns = list(names) if changes and names else None
    compiled = statement.compile(dialect=dialect, column_keys=columns)  # type: ignore[union-attr]  # every one of ours can be
    if (
        not isinstance(compiled, SQLCompiler)
        or compiled.insert_prefetch
        or compiled.update_prefetch
        or not compiled.positional
    ):
        return None
    columns_back = list(getattr(statement, "exported_columns", ()))
    readers = [(place, _reader(column.type, dialect)) for place, column in enumerate(columns_back)]
    return Plan(compiled, [(place, read) for place, read in readers if read is not None])


def _getter(names: tuple[str, ...]) -> Callable[[Mapping[str, Any]], tuple[Any, ...]]:
    if len(names) > 1:
        return itemgetter(*names)
    return lambda given: tuple([given[name] for name in names])


def _binder(of: Any, dialect: Dialect) -> Processor | None:
    # Every driver of ours takes bytes as they are.
    return None if isinstance(of, LargeBinary) else of.dialect_impl(dialect).bind_processor(dialect)


def _reader(of: Any, dialect: Dialect) -> Processor | None:
    return None if isinstance(of, LargeBinary) else of.dialect_impl(dialect).result_processor(dialect, None)
