"""What a SAS token is held against, by what was said of it. Pure; keys that are kept elsewhere are handed in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from azext_iotdiag.credential import host, sas
from azext_iotdiag.credential.connection_string import (
    DeviceConnectionString,
    DpsConnectionString,
    HubConnectionString,
)
from azext_iotdiag.credential.inspection import Expected, is_registration, registration_resource, resource_of
from azext_iotdiag.model.target import Secret
from azext_iotdiag.model.token import REGISTRATION, SasFacts

ServiceString = HubConnectionString | DpsConnectionString
_NO_KEYS: Mapping[str, Secret] = MappingProxyType({})


@dataclass(frozen=True)
class NamedRegistration:
    """A registration at the provisioning service, as far as it was told: `group` is the id of an enrollment group,
    `key` the device's own and `group_key` the one that it is derived from.
    """

    scope: str = ""
    id: str = ""
    group: str = ""
    key: Secret | None = None
    group_key: Secret | None = None


@dataclass(frozen=True)
class Said:
    """What was said of a token: ids, a hub's host name, a registration, and the string of a device or a service."""

    device: str = ""
    module: str = ""
    hub: str = ""
    registration: NamedRegistration = NamedRegistration()
    string: DeviceConnectionString | None = None
    service: ServiceString | None = None

    def device_of(self, token: SasFacts) -> tuple[str, str]:
        """The device and the module that were named, or else those of the token."""
        own = token.resource.split("/")
        return (
            self.device or (own[2] if len(own) > 2 and own[1] == "devices" else ""),
            self.module or (own[4] if len(own) > 4 else ""),
        )

    def without_keys(self, token: SasFacts, host_name: str, scope: str = "") -> Said:
        """What is left of it where the service at `host_name` does not show its keys."""
        device, module = self.device_of(token)
        registration = replace(self.registration, scope=scope) if scope else self.registration
        return replace(
            self, device=device, module=module, hub=host_name, registration=registration, string=None, service=None
        )


def device_to_ask(token: SasFacts, said: Said) -> tuple[str, str]:
    """The device, and the module, whose keys the string of a hub opens; empty where they are not needed."""
    if not isinstance(said.service, HubConnectionString) or said.string is not None or token.policy:
        return "", ""
    return said.device_of(token) if said.device_of(token)[0] else ("", "")


def expected(token: SasFacts, said: Said, registry_keys: Mapping[str, Secret] = _NO_KEYS) -> Expected:
    """What the token is held against. `registry_keys` are those of the device that `device_to_ask` names."""
    keys = {"the key": said.registration.key} if said.registration.key else {}
    if said.string is not None:
        return _of_device(said, said.string, keys)
    if isinstance(said.service, HubConnectionString):
        return _of_hub(token, said, said.service, keys | dict(registry_keys))
    if said.service is not None:
        policy = said.service.policy
        return Expected(said.service.host, policy, {**keys, f"the key of {policy}": said.service.key})
    registration = said.registration
    if registration.id or is_registration(token.resource):
        whole = registration.scope and registration.id
        wanted = registration_resource(registration.scope, registration.id) if whole else ""
        return Expected(wanted, REGISTRATION, keys, registration.group_key, registration.id)
    host_name = said.hub or (token.resource.partition("/")[0] if said.device else "")
    policy_of = "" if said.device and keys else None
    return Expected(resource_of(host_name, said.device, said.module) if host_name else "", policy_of, keys)


def clock_host(token: SasFacts, wanted: Expected) -> str:
    """The host whose clock counts: the one that the token should open, or names; empty where there is none."""
    for resource in (wanted.resource, token.resource):
        named = resource.partition("/")[0].lower()
        if host.belongs(named, host.HUB + host.DPS):
            return named
    return f"global.{host.DPS[0]}" if "/registrations/" in (wanted.resource or token.resource) else ""


def derived(group_key: Secret, registration_id: str) -> Secret:
    """The key of a device that an enrollment group lets in."""
    return Secret(sas.derive(sas.iothub_key(group_key.reveal()), registration_id))


def _of_device(said: Said, string: DeviceConnectionString, keys: dict[str, Secret]) -> Expected:
    keys |= {"the string's key": string.key} if string.key else {}
    wanted = resource_of(said.hub or string.host, said.device or string.device, said.module or string.module)
    return Expected(wanted, "", keys)


def _of_hub(token: SasFacts, said: Said, string: HubConnectionString, keys: dict[str, Secret]) -> Expected:
    host_name = said.hub or string.host
    device, _ = device_to_ask(token, said)
    if device:
        return Expected(resource_of(host_name, device, said.module), "", keys)
    keys[f"the key of {string.policy}"] = string.key
    return Expected(resource_of(host_name, said.device, said.module), string.policy, keys)
