"""Opening the store: engine, migration, units of work."""

from datetime import datetime
from pathlib import Path

from desktop.storage.engine import open_engine
from desktop.storage.unit_of_work import Store
from desktop.storage.upgrade import upgrade_store


def open_store(path: Path, key: bytes, now: datetime) -> Store:
    """The store at `path`, made or migrated if needed; EnvironmentFault says why it cannot be opened."""
    engine = open_engine(path, key)
    try:
        upgrade_store(engine, path, now)
    except BaseException:
        engine.dispose()
        raise
    return Store(engine)
