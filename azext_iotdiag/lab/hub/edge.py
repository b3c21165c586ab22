"""IoT Edge devices: the scope that each opens, the devices below it, and the two modules that each has.

https://learn.microsoft.com/azure/iot-edge/iot-edge-as-gateway#device-identities
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from azext_iotdiag.lab.hub.identities import Device, new_key
from azext_iotdiag.lab.hub.refusal import HubRefusal

if TYPE_CHECKING:
    from azext_iotdiag.lab.hub.fleet import Devices

SCHEME = "ms-azure-iot-edge://"
SYSTEM_MODULES = ("$edgeAgent", "$edgeHub")
MANAGED_BY = "iotEdge"


def parents(devices: Devices, device: Device, asked: Mapping[str, Any], *, edge: bool) -> tuple[str, ...]:
    """The scopes above a device as a write asks for them; as they are, where it says nothing. Raises HubRefusal.

    An Edge device names those above it in `parentScopes`, any other also in `deviceScope`.
    """
    given = asked.get("parentScopes")
    if given is None and not edge and "deviceScope" in asked:
        given = [asked["deviceScope"]] if asked["deviceScope"] else []
    if given is None:
        return device.parents
    if not isinstance(given, list) or not all(isinstance(each, str) for each in given) or len(given) > 1:
        raise HubRefusal(400004, "parentScopes is an array of one scope at most")
    for scope in given:
        above = next((each for each in devices.values() if each.edge and each.scope == scope), None)
        if above is None or above is device:
            raise HubRefusal(400004, f"{scope!r:.120} is not the scope of another Edge device")
        if edge and device.scope and _is_below(devices, above, device.scope):
            raise HubRefusal(400004, f"{scope!r:.120} is below this device")
    return tuple(given)


def _is_below(devices: Devices, device: Device, scope: str) -> bool:
    """Whether a device is in a scope, however many devices are in between."""
    by_scope = {each.scope: each for each in devices.values() if each.scope}
    seen: set[str] = set()
    todo = list(device.parents)
    while todo:
        above = todo.pop()
        if above == scope:
            return True
        if above not in seen and above in by_scope:
            seen.add(above)
            todo += by_scope[above].parents
    return False


def settle(device: Device, above: tuple[str, ...]) -> None:
    """Give a device what its kind has: an Edge device a scope and two modules, any other neither."""
    device.parents = above
    if not device.edge:
        device.scope = ""
        for name in SYSTEM_MODULES:
            device.modules.pop(name, None)
        return
    device.scope = device.scope or f"{SCHEME}{device.device_id}-{device.generation_id}"
    for name in SYSTEM_MODULES:
        if name not in device.modules:
            made = Device(device.device_id, new_key(), new_key(), generation_id=device.generation_id, module_id=name)
            device.modules[name] = made


def scopes(device: Device) -> dict[str, Any]:
    """The scopes of a device as the registry and twins show them; nothing where it has none."""
    own = device.scope or next(iter(device.parents), "")
    return {"deviceScope": own, "parentScopes": list(device.parents)} if own else {}
