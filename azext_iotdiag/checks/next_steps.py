"""The command to run next, by what was found. HUB, DEVICE and the like stand for what the user named."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from azext_iotdiag.model.check import CheckResult

_NEXT: Mapping[str, str] = {
    "device-connected": "az iot diag monitor events --login @hub.txt --device-id DEVICE",
    "device-disconnected": "az iot diag key test --login @hub.txt --device-id DEVICE",
    "device-never-seen": "az iot diag key test --login @hub.txt --device-id DEVICE",
    "dps-assigned": "az iot diag device show --login @hub.txt --device-id DEVICE",
}


def after(results: Iterable[CheckResult]) -> str:
    """The command that follows from what was found, empty where none does: the first that is wrong counts most."""
    found = [finding for result in results for finding in result.findings]
    commands = [_NEXT[finding.entry.code] for finding in found if finding.entry.code in _NEXT]
    return commands[-1] if commands else ""
