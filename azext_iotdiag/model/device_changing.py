"""What a change of a device in its registry ends in."""

from __future__ import annotations

from dataclasses import dataclass

from azext_iotdiag.model.device_change import DeviceChange
from azext_iotdiag.model.verdict import Diagnosis


@dataclass(frozen=True)
class DeviceChanged:
    """The end: the change, and the diagnosis of what became of it."""

    change: DeviceChange
    found: Diagnosis

    @property
    def exit_code(self) -> int:
        """The exit code of the verdict."""
        return self.found.verdict.exit_code
