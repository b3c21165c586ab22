"""A hub refuses a handshake below its minimum version of TLS, and logs nothing of that."""

from __future__ import annotations

import re
from collections.abc import Iterator

from azext_iotdiag.checks.admission.hub_serves import hub_serves
from azext_iotdiag.checks.declare import check
from azext_iotdiag.checks.settings import of_setting
from azext_iotdiag.knowledge.hub.settings import TLS_BELOW_MINIMUM
from azext_iotdiag.model.device_log import DeviceLog
from azext_iotdiag.model.finding import Certainty, Finding, fail
from azext_iotdiag.model.hub_settings import HubSettings
from azext_iotdiag.model.timestamps import written

LEAST = (1, 2)  # of all hubs: https://learn.microsoft.com/azure/iot-hub/iot-hub-tls-support
_VERSION = re.compile(r"TLS\D{0,2}([0-9])[._]?([0-9])?", re.IGNORECASE)


@check("The hub accepts the device's version of TLS", after=(hub_serves,), at_most=Certainty.LIKELY)
def tls_new_enough(device_log: DeviceLog, hub_settings: HubSettings, now: float) -> Iterator[Finding]:
    """The last connection in the log tells what the device speaks."""
    told = [row for row in device_log.rows if row.shape.connects and _version(row.shape.tls) is not None]
    if not told:
        return
    last = told[-1]
    version, least = _version(last.shape.tls), max(_version(f"TLS{hub_settings.tls_minimum}") or LEAST, LEAST)
    if version is not None and version < least:
        message = (
            f"{device_log.device!r} connected with TLS {_written(version)} at {written(last.moment)}, and "
            f"{hub_settings.host} takes TLS {_written(least)} or later"
        )
        found = fail(TLS_BELOW_MINIMUM, message, version=_written(version), minimum=_written(least))
        yield of_setting(found, now, Certainty.LIKELY)


def _version(text: str) -> tuple[int, int] | None:
    """The version in a text such as TLS1_2, TLSv1.2 or TLS 1.2."""
    found = _VERSION.search(text)
    return (int(found[1]), int(found[2] or 0)) if found else None


def _written(version: tuple[int, int]) -> str:
    return f"{version[0]}.{version[1]}"
