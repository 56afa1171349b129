"""What a person chose for this PC: declared once, with type, default and meaning; kept in `tampilan.json`."""

import json
from pathlib import Path

import msgspec

from desktop.system.profile import write_whole

FILE = "tampilan.json"
HUB_OFF = "off"


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """The choices. A file from another version keeps what is understood and drops the rest."""

    appearance: str = "light"  # light, dark, high_contrast, system
    scale: int = 100  # percent: 100, 115, 130, 150
    hub: str = ""  # the address of the hub of the office; "" or "off": none
    lock_minutes: int = 10  # without a touch until the window is locked; 0: never
    password_policy: str = "umum"  # noqa: S105  # a name: which of resources/passwords/policies.json: umum, bssn
    scan_folder: str = ""  # where the scanner of the office writes; "": none is watched
    read_scans: bool = True  # whether the texts of scans are read in the background, for the search


def read_settings(folder: Path) -> Settings:
    """The choices of a profile; the defaults where there are none or the file cannot be read."""
    try:
        loaded = json.loads((folder / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return Settings()
    if not isinstance(loaded, dict):
        return Settings()
    defaults = Settings()
    appearance, scale, hub = loaded.get("appearance"), loaded.get("scale"), loaded.get("hub")
    lock_minutes, policy = loaded.get("lock_minutes"), loaded.get("password_policy")
    scan_folder, read_scans = loaded.get("scan_folder"), loaded.get("read_scans")
    return Settings(
        appearance=appearance if isinstance(appearance, str) else defaults.appearance,
        scale=scale if isinstance(scale, int) else defaults.scale,
        hub=hub if isinstance(hub, str) else defaults.hub,
        lock_minutes=lock_minutes if isinstance(lock_minutes, int) else defaults.lock_minutes,
        password_policy=policy if isinstance(policy, str) else defaults.password_policy,
        scan_folder=scan_folder if isinstance(scan_folder, str) else defaults.scan_folder,
        read_scans=read_scans if isinstance(read_scans, bool) else defaults.read_scans,
    )


def write_settings(folder: Path, settings: Settings) -> None:
    """Keep the choices; where the disk refuses, they last until the program ends."""
    try:
        write_whole(folder / FILE, json.dumps(msgspec.structs.asdict(settings)).encode())
    except OSError:
        return
