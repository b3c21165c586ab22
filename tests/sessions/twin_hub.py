"""A hub with one twin in memory, by the lab's own rules, whose device and whose trouble a test plays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from azext_iotdiag.clients.hub import CHANGE
from azext_iotdiag.lab.hub import twins
from azext_iotdiag.lab.hub.identities import Device, new_key
from azext_iotdiag.lab.hub.refusal import HubRefusal
from azext_iotdiag.model.failure import Failure, Kind, StepFailed

Hook = Callable[["TwinHub"], None]


class TwinHub:
    """What reads and writes a twin. `before` and `after` are called around the writes, by their number from 1 on.

    They may raise, also in the place of an answer. `read` is called before each reading.
    """

    def __init__(self, **given: Any):
        self.device = Device("d", new_key(), new_key(), **given)
        self.writes = 0
        self.reads = 0
        self.before: dict[int, Hook] = {}
        self.after: dict[int, Hook] = {}
        self.read: Hook = lambda hub: None
        self.closed = False

    @property
    def desired(self) -> dict[str, Any]:
        return self.device.twin.desired.values

    @property
    def version(self) -> int:
        return self.device.twin.desired.version

    def set(self, **values: Any) -> None:
        """Change desired properties as another back end does."""
        twins.update(self.device.twin, {"properties": {"desired": values}}, 0)

    def report(self, **values: Any) -> None:
        """Report properties as the device does."""
        twins.report(self.device.twin, values, self.reads + 1)

    def twin(self, device: str, module: str = "") -> dict[str, Any]:
        self.reads += 1
        self.read(self)
        return twins.document(self.device, self.device.twin)

    def change_desired(self, device: str, module: str, patch: dict[str, Any], etag: str) -> dict[str, Any]:
        self.writes += 1
        number = self.writes
        self.before.get(number, lambda hub: None)(self)
        try:
            twins.check_etag(etag, self.device.twin.etag)
            twins.update(self.device.twin, {"properties": {"desired": patch}}, 0)
        except HubRefusal as wrong:
            raise StepFailed(Failure(Kind.REFUSED, CHANGE, "h", 443, condition=wrong.name)) from None
        self.after.get(number, lambda hub: None)(self)
        return twins.document(self.device, self.device.twin)

    def close(self) -> None:
        self.closed = True


def failing(kind: Kind = Kind.SILENT) -> Hook:
    def fail(hub: TwinHub) -> None:
        raise StepFailed(Failure(kind, CHANGE, "h", 443))

    return fail


def interrupted(hub: TwinHub) -> None:
    raise KeyboardInterrupt
