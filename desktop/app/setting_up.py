"""What the first start does to this PC: an invented office, a real one, or a person more on a PC that has one."""

import platform
from datetime import date
from pathlib import Path

from core.domain.ids import UserId
from desktop.app import on_demand
from desktop.app.opening import OpenProfile, open_profile
from desktop.services.clock import local_date, system_clock
from desktop.system.faults import EnvironmentFault, FaultOf
from desktop.viewmodels.first_start import Progress


class SetUp:
    """Works on one profile folder; each method is called on a background thread."""

    def __init__(self, folder: Path) -> None:
        """The folder may not exist yet."""
        self._folder = folder

    def practise(self, progress: Progress) -> None:
        """Make the invented office; ALREADY_JOINED if there is a real one here."""
        opened = open_profile(self._folder, create=True, practice=True)
        try:
            with opened.store.read() as uow:
                if uow.meta.identity() is not None:
                    raise EnvironmentFault(FaultOf.ALREADY_JOINED)
            on_demand.load(on_demand.SEED_PRACTICE)(opened.store, opened.files, today=today(), progress=progress)
        finally:
            opened.close()

    def join(self, address: str, code: str, password: str) -> None:
        """Join a real office; EnvironmentFault says why not."""
        opened = open_profile(self._folder, create=True)
        try:
            _join(opened, address, code, password=password)
        finally:
            opened.close()

    def recover(self, opened: OpenProfile | None, words: str, user: UserId, password: str) -> None:
        """Let a person of this PC in with a new password, by the words of its recovery sheet."""
        on_demand.load(on_demand.RECOVER)(self._folder, opened, words, user, password)

    def add(self, opened: OpenProfile | None, code: str, password: str) -> None:
        """Let a person with a code use this PC, whose store is open or locked."""
        if opened is None:
            on_demand.load(on_demand.COME_BACK)(
                self._folder, _wire(), code=code, password=password, device_name=_device_name()
            )
            return
        with opened.store.read() as uow:
            identity = uow.meta.identity()
        _join(opened, identity.server if identity else "", code, password=password)


def _join(opened: OpenProfile, address: str, code: str, *, password: str) -> None:
    on_demand.load(on_demand.JOIN_OFFICE)(
        opened, _wire(), address=address, code=code, password=password, device_name=_device_name()
    )


def _wire() -> object:
    return on_demand.load(on_demand.SHIPPED_WIRE)()


def _device_name() -> str:
    return platform.node() or "PC"


def today() -> date:
    """The calendar day here."""
    return local_date(system_clock())
