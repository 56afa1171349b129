"""How a position is called when not its holder acts in it: Plt. Camat."""

from collections.abc import Mapping
from types import MappingProxyType

import msgspec

from core.domain.delegations import Delegation
from core.domain.ids import RowId
from core.domain.offices import ActingKind
from desktop.storage.delegations import delegations
from desktop.storage.unit_of_work import UnitOfWork

PREFIX: Mapping[ActingKind, str] = MappingProxyType(
    {ActingKind.PLT: "Plt.", ActingKind.PLH: "Plh.", ActingKind.PJ: "Pj."}
)


def acting_title(title: str, kind: ActingKind | None) -> str:
    """The title with its mark; as it is where the holder acts."""
    return title if kind is None else f"{PREFIX[kind]} {title}"


class ActingNote(msgspec.Struct, frozen=True, kw_only=True):
    """Who acted for whom, and by which letter of order; `replaced` is empty where the position was vacant."""

    acting: str
    replaced: str
    order_no: str


class ActingTitles:
    """Marks titles by the delegations under which something was done, each read once."""

    def __init__(self, uow: UnitOfWork) -> None:
        """Within an open transaction."""
        self._uow = uow
        self._found: dict[RowId, Delegation | None] = {}

    def __call__(self, title: str, under: RowId) -> str:
        """The title of somebody who acted `under` a delegation; unmarked if that is empty or unknown here."""
        found = self._delegation(under)
        return title if found is None else acting_title(title, found.kind)

    def note(self, under: RowId) -> ActingNote | None:
        """Both persons, and the letter of order; None where the holder acted."""
        found = self._delegation(under)
        if found is None:
            return None
        acting, replaced = map(self._uow.directory.person, (found.acting_user, found.replaces))
        return ActingNote(
            acting=acting.name if acting else "",
            replaced=replaced.name if replaced else "",
            order_no=found.order_no,
        )

    def _delegation(self, under: RowId) -> Delegation | None:
        if under and under not in self._found:
            stored = delegations.get(self._uow.connection, under)
            self._found[under] = None if stored is None else stored.record
        return self._found.get(under)
