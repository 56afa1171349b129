"""Starts the upkeep of a window's store: loaded when the window stands, since nothing waits for it."""

from PySide6.QtCore import QObject

from desktop.app.session_services import Ground
from desktop.services.upkeep import UpkeepService
from desktop.workers.upkeep import Upkeep


def start_upkeep(ground: Ground, parent: QObject) -> Upkeep:
    """The upkeep of an open profile; ends with `parent`."""
    work = UpkeepService(ground.opened.store, ground.opened.files)
    upkeep = Upkeep(ground.runner, work, feed=ground.feed, parent=parent)
    upkeep.start()
    return upkeep
