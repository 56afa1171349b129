"""What one person should see first: how much waits where, what came last, how the months went."""

from datetime import date, timedelta

import msgspec

from core.domain.attendance import BUSY
from core.domain.offices import Actor
from core.domain.permissions import Power, has_power
from desktop.services.agenda import AgendaItem, AgendaService
from desktop.services.devices import Alarms, DeviceService
from desktop.services.register import LetterRow, RegisterService
from desktop.services.sync_center import SyncCenterService
from desktop.storage import disposition_list, letter_counts, letter_list
from desktop.storage.letter_counts import MonthCount
from desktop.storage.letter_list import LetterFilter
from desktop.storage.unit_of_work import Store

# As many as a window of 1920 x 1080 has room for; a smaller one shows fewer.
LATEST = 24
MONTHS = 12


class HomeCounts(msgspec.Struct, frozen=True, kw_only=True):
    """The counters. `oldest_days`: how long the oldest letter has waited to be disposed; None if none waits."""

    today: int
    undisposed: int
    oldest_days: int | None
    due: int
    overdue: int
    to_decide: int
    for_me: int
    unread: int
    waiting: int
    files_waiting: int
    refused: int


class HomeFacts(msgspec.Struct, frozen=True, kw_only=True):
    """All of the first page."""

    day: date
    counts: HomeCounts
    latest: tuple[LetterRow, ...]
    months: tuple[MonthCount, ...]
    alarms: Alarms = Alarms()
    events: tuple[AgendaItem, ...] = ()


class HomeService:
    """Reads the first page of one signed-in person."""

    def __init__(
        self,
        store: Store,
        actor: Actor,
        register: RegisterService,
        center: SyncCenterService,
        *,
        devices: DeviceService | None = None,
        agenda: AgendaService | None = None,
    ) -> None:
        """Over the open store; `devices` of a person who may look after PCs, `agenda` of one who has events."""
        self._agenda = agenda
        self._devices = devices
        self._center = center
        self._store = store
        self._actor = actor
        self._register = register

    @property
    def decides(self) -> bool:
        """Whether letters come to this person for a first decision."""
        return has_power(self._actor, Power.DISPOSE) and has_power(self._actor, Power.READ_REGISTER)

    def look(self) -> HomeFacts:
        """All of it, as it is now."""
        query = self._register.query()
        outline = self._register.outline(query)
        latest = self._register.page(query, outline.starts[0])[:LATEST] if outline.starts else ()
        events = () if self._agenda is None else self._agenda.between(self._actor.position, query.today, query.today)
        looked_after = self._devices is not None and self._devices.administers
        return HomeFacts(
            day=query.today,
            counts=self._counts(),
            latest=latest,
            months=self._months(query.today),
            events=tuple(one for one in events if one.part in BUSY),
            alarms=self._devices.alarms() if self._devices is not None and looked_after else Alarms(),
        )

    def _counts(self) -> HomeCounts:
        query, position = self._register.query(), self._actor.position
        due = msgspec.structs.replace(query, only=LetterFilter.DUE)
        late = msgspec.structs.replace(due, today=query.today - timedelta(days=1))
        undisposed = msgspec.structs.replace(query, only=LetterFilter.UNDISPOSED)
        overview = self._center.overview()
        with self._store.read() as uow:
            connection = uow.connection
            oldest = letter_counts.oldest(connection, query, LetterFilter.UNDISPOSED)
            return HomeCounts(
                today=letter_counts.received_on(connection, query, query.today),
                undisposed=letter_list.count(connection, undisposed),
                oldest_days=None if oldest is None else (query.today - oldest).days,
                due=letter_list.count(connection, due),
                overdue=letter_list.count(connection, late),
                to_decide=disposition_list.count_to_decide(connection, position),
                for_me=disposition_list.count_received(connection, position),
                unread=disposition_list.count_unread(connection, position),
                waiting=overview.waiting,
                files_waiting=overview.files_waiting,
                refused=overview.refused,
            )

    def _months(self, today: date) -> tuple[MonthCount, ...]:
        """The last twelve months, this one the last."""
        whole = today.year * 12 + today.month - 1
        firsts = [date(at // 12, at % 12 + 1, 1) for at in range(whole - MONTHS + 1, whole + 1)]
        with self._store.read() as uow:
            return letter_counts.by_month(uow.connection, self._register.query(), firsts)
