"""Somebody new in the office: an administrator, whom the template does not have."""

from __future__ import annotations

from dataclasses import dataclass

from core.domain.offices import Role
from tests.support.device import ScriptedDevice
from tests.support.server import PASSWORD, ManualClock, OfficeInTest, RunningServer


@dataclass(frozen=True)
class Admit:
    """Lets somebody with a role in on a new PC: `admit(Role.OFFICE_ADMIN)`."""

    server: RunningServer
    office: OfficeInTest
    clock: ManualClock

    def __call__(self, role: Role) -> ScriptedDevice:
        """He and his position are known by the name of the role from then on."""
        admin, office = self.server.admin, self.office
        place = admin.add_position(office.tenant, office.office, title=role.name, role=role)
        issued = admin.add_person(office.tenant, username=f"orang.{role.value}", name=role.name, positions=[place])
        office.positions[role.name], office.users[role.name] = place, issued.user
        device = ScriptedDevice(self.server.url, self.server.wire, clock=self.clock)
        device.enrol(issued.code, password=PASSWORD)
        device.sync()
        return device
