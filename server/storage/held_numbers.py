"""The numbers of a tenant while its head is locked: nobody else changes them, so what was read once holds.

Series are read and stored together, and a number that a new record claims is not looked up: two that hold the same
number fail the transaction, which is then run again with `trusting` off, and finds out whose number it is.
"""

from collections.abc import Collection, Sequence

from sqlalchemy.engine import Connection

from core.domain.ids import OfficeId, TenantId
from core.domain.numbering import NumberClaim
from server.storage.numbers import NumberTable, SeriesKey, SeriesState
from server.storage.records import RowKey
from server.storage.together import Answer


class HeldNumbers(NumberTable):
    """`NumberTable` for one transaction that locked the head before it read anything."""

    def __init__(self, connection: Connection, tenant: TenantId, *, trusting: bool) -> None:
        super().__init__(connection, tenant)
        self._trusting = trusting
        self._states: dict[SeriesKey, SeriesState] = {}
        self._changed: dict[SeriesKey, SeriesState] = {}
        self._read_of: set[OfficeId] = set()
        self._since_year = 0

    def ask(self, offices: Collection[OfficeId], *, since_year: int) -> Answer[None]:
        """Read the series of these offices in one go; of years before that year they are read when asked for."""
        states = self.ask_states(offices, since_year=since_year)

        def answer() -> None:
            self._states.update(states())
            self._read_of.update(offices)
            self._since_year = since_year

        return answer

    def holder(self, claim: NumberClaim) -> RowKey | None:
        """The row that holds a number, or None if it is free or is trusted to be."""
        return None if self._trusting else super().holder(claim)

    def state(self, key: SeriesKey) -> SeriesState:
        """Where a series stands; a new one stands at 0."""
        if key not in self._states:
            foreseen = key.office in self._read_of and key.year >= self._since_year
            self._states[key] = SeriesState() if foreseen else super().state(key)
        return self._states[key]

    def set_state(self, key: SeriesKey, state: SeriesState) -> None:
        """Note where a series stands; stored with the claims."""
        self._changed[key] = state
        self._states[key] = state

    def claim(self, claims: Sequence[tuple[NumberClaim, RowKey]]) -> None:
        """Store the series, and enter numbers for rows."""
        self.set_states(self._changed)
        self._changed = {}
        super().claim(claims)
