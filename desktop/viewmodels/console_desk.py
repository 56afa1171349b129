"""What the pages of the admin console show beside people and positions: PCs, units, offices, who receives what."""

import msgspec
from PySide6.QtCore import QObject, Signal

from core.domain.books import NumberBook, YearBy
from core.domain.held_acts import HeldAct
from core.domain.ids import BookId, DeviceId, UnitId
from core.domain.offices import Office, Person, Position, Unit
from core.domain.revoking import Revocation
from core.domain.server_room import ServerRun
from core.domain.structuring import PasswordRule
from desktop.services.administering import NewCode
from desktop.services.devices import Alarms, DeviceFacts, DeviceLine, DeviceService
from desktop.services.structuring import AccessRow, BookRow, NewOffice, OfficeRow, StructureService, UnitRow
from desktop.viewmodels.admin_desk import AdminDesk
from desktop.viewmodels.row_list import RowList
from desktop.workers.change_feed import ChangeFeed
from desktop.workers.runner import TaskRunner

COLUMNS = 6
TOUCHED = (Person, Position, Office, Unit, Revocation, NumberBook, PasswordRule, HeldAct, ServerRun)


class ConsoleServices(msgspec.Struct, frozen=True, kw_only=True):
    """What the pages work with."""

    devices: DeviceService
    structure: StructureService


class ConsoleFacts(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the pages show, read at once."""

    devices: DeviceFacts = DeviceFacts()
    alarms: Alarms = Alarms()
    units: tuple[UnitRow, ...] = ()
    books: tuple[BookRow, ...] = ()
    offices: tuple[OfficeRow, ...] = ()
    access: tuple[AccessRow, ...] = ()
    password_profile: str = ""


class ConsoleDesk(AdminDesk):
    """The desk of PCs, units, offices and streams.

    Signals: those of an AdminDesk, and `code_issued(object)` with a NewCode.
    """

    code_issued = Signal(object)

    def __init__(
        self, services: ConsoleServices, runner: TaskRunner, *, feed: ChangeFeed, parent: QObject | None = None
    ) -> None:
        """Nothing is read before the first `refresh`."""
        super().__init__(runner, feed=feed, touched=TOUCHED, parent=parent)
        self._services = services
        self.facts = ConsoleFacts()
        self.devices: RowList[DeviceLine] = RowList(_device_key, columns=COLUMNS, parent=self)
        self.units: RowList[UnitRow] = RowList(_unit_key, columns=COLUMNS, parent=self)
        self.books: RowList[BookRow] = RowList(_book_key, columns=COLUMNS, parent=self)
        self.offices: RowList[OfficeRow] = RowList(_office_key, columns=COLUMNS, parent=self)
        self.access: RowList[AccessRow] = RowList(_access_key, columns=COLUMNS, parent=self)

    @property
    def of_region(self) -> bool:
        """Whether the region is administered here."""
        return self._services.structure.of_region

    def set_unit(self, unit: UnitId | None, name: str, *, parent: UnitId | None, active: bool = True) -> None:
        """Make or change a unit; `done("set_unit")` or `refused` follows."""
        self._run("set_unit", lambda: self._services.structure.set_unit(unit, name, parent=parent, active=active))

    def add_book(self, name: str, year_by: YearBy, template: str) -> None:
        """Make a book of numbers; `done("set_book")` or `refused` follows."""
        self._run("set_book", lambda: self._services.structure.add_book(name, year_by, template))

    def change_book(self, book: BookId, name: str, *, active: bool, template: str | None = None) -> None:
        """Change a book of numbers; `done("set_book")` or `refused` follows."""
        structure = self._services.structure
        self._run("set_book", lambda: structure.change_book(book, name, active=active, template=template))

    def add_office(self, wanted: NewOffice) -> None:
        """Make an office; `done("add_office")` with `code_issued`, or `refused` follows."""
        self._run("add_office", lambda: self._services.structure.add_office(wanted))

    def set_password_profile(self, profile: str) -> None:
        """Let a policy for passwords hold; `done("set_password_profile")` or `refused` follows."""
        self._run("set_password_profile", lambda: self._services.structure.set_password_profile(profile))

    def revoke_device(self, device: DeviceId, reason: str) -> None:
        """Shut a PC out; `done("revoke_device")` or `refused` follows."""
        self._run("revoke_device", lambda: self._services.devices.revoke(device, reason))

    def open_sealed(self, device: DeviceId) -> None:
        """Let its sealed work be opened; `done("open_sealed")` or `refused` follows."""
        self._run("open_sealed", lambda: self._services.devices.open_sealed(device))

    def _read(self) -> ConsoleFacts:
        structure = self._services.structure
        return ConsoleFacts(
            devices=self._services.devices.listed(),
            alarms=self._services.devices.alarms(),
            units=structure.units(),
            books=structure.books(),
            offices=structure.offices(),
            access=structure.access(),
            password_profile=structure.password_profile(),
        )

    def _take(self, facts: ConsoleFacts) -> None:
        self.facts = facts
        self.devices.replace(facts.devices.lines)
        self.units.replace(facts.units)
        self.books.replace(facts.books)
        self.offices.replace(facts.offices)
        self.access.replace(facts.access)

    def _take_result(self, value: object) -> None:
        if isinstance(value, NewCode):
            self.code_issued.emit(value)


def _unit_key(row: UnitRow) -> int:
    return row.unit


def _book_key(row: BookRow) -> int:
    return row.book


def _office_key(row: OfficeRow) -> int:
    return row.office


def _access_key(row: AccessRow) -> int:
    return row.position


def _device_key(line: DeviceLine) -> bytes:
    return bytes(line.device)
