"""The template and the devices that a lab's IoT Central application has from the start: as modelled, and as not."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

MODEL_ID = "dtmi:lab:Thermostat;1"
_CONTEXT = ["dtmi:iotcentral:context;2", "dtmi:dtdl:context;2"]

# In the form in which the API shows templates.
# https://learn.microsoft.com/azure/iot-central/core/howto-manage-device-templates-with-rest-api
TEMPLATE: dict[str, Any] = {
    "@id": "dtmi:lab:ThermostatTemplate;1",
    "@type": ["ModelDefinition", "DeviceModel"],
    "@context": _CONTEXT,
    "displayName": "Thermostat",
    "capabilityModel": {
        "@id": MODEL_ID,
        "@type": "Interface",
        "displayName": "Thermostat",
        "contents": [
            {"@type": ["Telemetry", "Temperature"], "name": "temperature", "schema": "double", "unit": "degreeCelsius"},
            {"@type": "Telemetry", "name": "humidity", "schema": "double"},
            {
                "@type": "Telemetry",
                "name": "state",
                "schema": {
                    "@type": "Enum",
                    "valueSchema": "string",
                    "enumValues": [{"name": "heating", "enumValue": "heating"}, {"name": "idle", "enumValue": "idle"}],
                },
            },
            {"@type": "Property", "name": "serialNumber", "schema": "string"},
            {"@type": "Property", "name": "target", "schema": "double", "writable": True},
            {"@type": ["Cloud", "Property"], "name": "customer", "schema": "string"},
            {"@type": "Command", "name": "reboot"},
            {
                "@type": "Component",
                "name": "battery",
                "schema": {
                    "@id": "dtmi:lab:Battery;1",
                    "@type": "Interface",
                    "contents": [
                        {"@type": "Telemetry", "name": "voltage", "schema": "double"},
                        {"@type": "Property", "name": "chemistry", "schema": "string"},
                    ],
                },
            },
        ],
    },
}


class CentralMessage(NamedTuple):
    """What a device sends, and the component that it is about."""

    body: bytes
    component: str = ""


class CentralSample(NamedTuple):
    """A device as it is met in the field. `message` makes its message of a number; without it the device is silent."""

    id: str
    display_name: str
    message: Callable[[int], CentralMessage] | None = None
    modelled: bool = True
    provisioned: bool = True
    enabled: bool = True
    reported: Mapping[str, Any] = MappingProxyType({})


def _json(**values: Any) -> bytes:
    return json.dumps(values).encode()


def _degrees(number: int) -> float:
    return round(21 + 3 * math.sin(number / 10), 2)


def _well(number: int) -> CentralMessage:
    if number % 2:
        return CentralMessage(_json(voltage=round(3.9 - number % 100 / 100, 2)), "battery")
    return CentralMessage(_json(temperature=_degrees(number), humidity=40.5, state="idle"))


_WRONG: tuple[Callable[[int], CentralMessage], ...] = (
    lambda number: CentralMessage(_json(temprature=_degrees(number), humidity=40.5)),
    lambda number: CentralMessage(_json(Temperature=_degrees(number))),
    lambda number: CentralMessage(_json(temperature=str(_degrees(number)), state="broken")),
    lambda number: CentralMessage(_json(voltage=3.7)),
    lambda number: CentralMessage(f'{{"temperature": {_degrees(number)}, "humidity": 40,5}}'.encode()),
    lambda number: CentralMessage(_json(serialNumber="L-0002")),
)

DEVICES = (
    CentralSample(
        "thermostat-good",
        "Sends what its template says",
        _well,
        reported=MappingProxyType({
            "serialNumber": "L-0001",
            "target": {"value": 21.5, "ac": 200, "av": 1},
            "battery": {"__t": "c", "chemistry": "LiFePO4"},
        }),
    ),
    CentralSample(
        "thermostat-odd",
        "Sends what its template does not say",
        lambda number: _WRONG[number % len(_WRONG)](number),
        reported=MappingProxyType({"serialNumber": 2, "battery": {"chemistry": "LiFePO4"}}),
    ),
    CentralSample(
        "stranger",
        "Sends, and has no template",
        lambda number: CentralMessage(_json(temperature=_degrees(number))),
        modelled=False,
    ),
    CentralSample("thermostat-new", "Was registered and has never connected", provisioned=False),
    CentralSample("thermostat-blocked", "Was blocked by an operator", enabled=False),
)  # fmt: skip
