"""A colleague at another PC who registers letters all the time, for benchmarks of what that does to this one.

    python -m benchmarks.busy_colleague URL CODE EACH PAUSE_S

Joins, fetches what there is, says `ready`, and sends EACH letters every PAUSE_S until its standard input ends.
"""

import select
import sys
import time

from core.domain.ids import small_row_id
from core.domain.offices import Person
from desktop.app.wire import shipped_wire
from tests.support.acts import register
from tests.support.device import ScriptedDevice
from tests.support.server import PASSWORD


def main(url: str, code: str, each: int, pause_s: float) -> None:
    """Work until nobody wants it."""
    device = ScriptedDevice(url, shipped_wire(), clock=lambda: time.time_ns() // 1_000_000)
    device.enrol(code, password=PASSWORD)
    while device.sync().data:
        pass
    person = device.replica.get(Person, small_row_id(device.user))
    if person is None:
        raise RuntimeError("the directory did not come")
    print("ready", flush=True)
    sent = 0
    while not select.select([sys.stdin], [], [], pause_s)[0]:
        for _ in range(each):
            sent += 1
            changes = {"letter_no": f"400.9/{sent}/2026", "subject": f"Undangan rapat koordinasi ke-{sent}"}
            device.act(register(device.new_id(), **changes), position=person.positions[0])
        device.sync()
    print(sent, flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4]))
