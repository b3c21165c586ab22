"""A hub may be set to accept no keys of devices, while the device signs in with one."""

from __future__ import annotations

from collections.abc import Iterator

from azext_iotdiag.checks.admission.device_known import device_known
from azext_iotdiag.checks.admission.hub_serves import hub_serves
from azext_iotdiag.checks.declare import check
from azext_iotdiag.checks.settings import of_setting
from azext_iotdiag.knowledge.hub.settings import DEVICE_KEYS_OFF
from azext_iotdiag.model.finding import Finding, fail
from azext_iotdiag.model.hub_settings import HubSettings
from azext_iotdiag.model.identity import Identity


@check("The hub accepts the device's kind of credential", after=(hub_serves, device_known))
def keys_accepted(hub_settings: HubSettings, identity: Identity, now: float) -> Iterator[Finding]:
    if identity.authentication == "sas" and not hub_settings.device_keys_allowed:
        message = f"{hub_settings.host} accepts no keys of devices, and {identity.device!r} signs in with one"
        yield of_setting(fail(DEVICE_KEYS_OFF, message, hub=hub_settings.host, device=identity.device), now)
