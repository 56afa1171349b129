"""`admin alarms`: sessions that ended because an old token was shown."""

import argparse
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

from core.domain.ids import TenantId
from server.app import ServerHandle
from server.commands.continuity import Open, Say


class AlarmCommands:
    """The verb; `open_server` and `say` are those of the command line."""

    def __init__(self, open_server: Open, say: Say) -> None:
        self._open = open_server
        self._say = say

    def add_admin(self, admin: Any, shared: argparse.ArgumentParser) -> None:
        """Add the verb to `admin`."""
        verb = admin.add_parser("alarms", parents=[shared], help="sesi yang diakhiri karena kunci lama dipakai lagi")
        verb.set_defaults(run=self.alarms)

    def alarms(self, options: argparse.Namespace) -> int:
        """Tell every alarm of every region; 1 if there is any."""
        with closing(self._open(options)) as handle:
            found = [one for row in handle.admin.tenants() for one in alarms_of(handle, row.id)]
        lines = [
            f"{one['at']}  {one['pc']}  orang {one['user']}: kunci sesi lama dipakai lagi. Mungkin ada salinan isi"
            " komputer itu; periksa, lalu cabut komputernya bila perlu."
            for one in found
        ]
        self._say(options, {"alarms": found}, text="\n".join(lines) or "Tidak ada tanda bahaya.")
        return 1 if found else 0


def alarms_of(handle: ServerHandle, tenant: TenantId) -> list[dict[str, Any]]:
    """The alarms of one region, for people."""

    def work(unit: Any) -> list[dict[str, Any]]:
        store = unit.of(tenant)
        names = {device.id: device.name for device in store.devices.all()}
        return [
            {
                "at": datetime.fromtimestamp(one.at_ms // 1000, UTC).isoformat(timespec="minutes"),
                "device": one.device.hex(),
                "pc": names.get(one.device, one.device.hex()),
                "user": one.user,
            }
            for one in store.sessions.alarms()
        ]

    return handle.database.read(work)
