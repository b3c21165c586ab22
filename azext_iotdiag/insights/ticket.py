"""What Azure support asks first, answered by what the user typed and by the facts; and who knows what is missing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timezone
from typing import Any, NamedTuple

from azext_iotdiag.insights import tracking
from azext_iotdiag.model import facts_json
from azext_iotdiag.model.diagnosing import Diagnosed
from azext_iotdiag.model.facts import FACTS, Facts
from azext_iotdiag.model.resource_log import Shape
from azext_iotdiag.model.ticket import MOST_DEVICES, TicketField, TicketTyped, Tracking
from azext_iotdiag.model.timestamps import written

_YOU = "the user"
_LOG = "the resource log of the hub"
_MOST_TRACKING = 10
# Each fact with a host, and the fields of its value that name services.
_HOSTS = {
    "identity": ("hub",), "hub_settings": ("host",), "asked": ("hub",), "admission": ("host",), "group": ("hub",),
    "provisioning": ("host",), "dps_settings": ("host",), "registration": ("hub",), "central_device": ("app",),
    "network_asked": ("host",),
}  # fmt: skip
_DEVICES = ("identity", "central_device", "admission", "asked", "registration", "homes")


class _Sdk(NamedTuple):
    """A device SDK by what connection logs call it: a pattern of `sdkVersion`, its name and its language."""

    pattern: re.Pattern[str]
    name: str
    language: str


# Source of the prefixes: https://learn.microsoft.com/azure/iot-hub/monitor-iot-hub-reference, and logs in the field.
_SDKS = tuple(
    _Sdk(re.compile(pattern, re.IGNORECASE), name, language)
    for pattern, name, language in (
        (r"microsoft\.azure\.devices\.client|\.NET/", "Microsoft.Azure.Devices.Client", "C# (.NET)"),
        (r"azure-iot-device-iothub-py", "azure-iot-device", "Python"),
        (r"azure-iot-device/", "azure-iot-device", "JavaScript (Node.js)"),
        (r"com\.microsoft\.azure\.sdk\.iot", "iot-device-client", "Java"),
        (r"iothubclient/", "Azure IoT C SDK", "C"),
    )
)
_VERSION = re.compile(r"/v?([0-9][\w.+-]{0,40})")


def fields(ended: Diagnosed, typed: TicketTyped, device: str = "") -> tuple[TicketField, ...]:
    """The lines of a ticket in the order in which support asks. `device` is the id that was diagnosed."""
    facts = ended.facts
    newest, at = _newest(facts)
    sdk = next((each for each in _SDKS if each.pattern.match(newest.sdk)), None)
    version = _VERSION.search(newest.sdk)
    logged = f"{_LOG}, at {at}" if at else _LOG
    return (
        _started(ended, typed),
        TicketField("services", "Services", _services(facts), "this diagnosis", "The owner of the subscription."),
        TicketField(
            "resources", "Resource ids", typed.resources, "az's login",
            "The owner of the subscription. They are filled in where `--hub-name` or `--dps-name` names the service.",
        ),
        _devices(facts, typed, device),
        _one("protocol", "Protocol", typed.protocol, newest.protocol, logged, "--protocol", "the client's constructor"),
        _one(
            "sdk", "Device SDK", typed.sdk, (sdk.name if sdk else newest.sdk), logged, "--sdk",
            "the list of packages of the firmware",
        ),
        _one(
            "language", "Language", typed.language, sdk.language if sdk else "", logged, "--language", "the source"
        ),
        _one(
            "sdkVersion", "Version of the SDK", typed.sdk_version, version[1] if version else "", logged,
            "--sdk-version", "the list of packages of the firmware",
        ),
        _tracking_ids(facts, typed),
    )  # fmt: skip


def _started(ended: Diagnosed, typed: TicketTyped) -> TicketField:
    """Only a person knows when the trouble began. The latest success of the device bounds it for a device that stopped,
    and says nothing of a device that still comes through a part of the way.
    """
    last = max((each.at for each in ended.found.verdict.proofs), default=None)
    seen = f" The latest sign of the device in this diagnosis: {written(last)}." if last is not None else ""
    value = () if typed.started is None else (written(typed.started),)
    ask = f"The person who reported the trouble: when did the last data arrive? Give the time with `--started`.{seen}"
    return TicketField("started", "Start of the trouble (UTC)", value, _YOU if value else "", ask)


def _services(facts: Facts) -> tuple[str, ...]:
    """The host names of all services that facts are about."""
    found = [
        host
        for name, fields_ in _HOSTS.items()
        if (value := _value(facts, name)) is not None
        for field in fields_
        if (host := getattr(value, field, ""))
    ]
    homes = _value(facts, "homes")
    found += [each.host for each in homes.found] if homes is not None else []
    return tuple(dict.fromkeys(each.lower() for each in found))


def _devices(facts: Facts, typed: TicketTyped, device: str) -> TicketField:
    ask = "The operator of the devices. Give up to three ids with `--device-id`."
    if typed.devices:
        return TicketField("devices", "Device ids", typed.devices[:MOST_DEVICES], _YOU, ask)
    of_facts = (getattr(_value(facts, name), "device", "") for name in _DEVICES)
    one = device or next((each for each in of_facts if each), "")
    group = _value(facts, "group")
    ids = (one,) if one else group.examples[:MOST_DEVICES] if group is not None else ()
    return TicketField("devices", "Device ids", ids, "this diagnosis" if ids else "", ask)


def _one(name: str, title: str, typed: str, seen: str, source: str, option: str, where: str) -> TicketField:
    """A line that the user, or else the newest row of the resource log, fills in."""
    ask = f"The developer of the device: look at {where}. Give it with `{option}`."
    if typed:
        return TicketField(name, title, (typed,), _YOU, ask)
    return TicketField(name, title, (seen,) if seen else (), source if seen else "", ask)


def _newest(facts: Facts) -> tuple[Shape, str]:
    """The newest row of the device's connections that names a client, and its time; empty where there is none."""
    log = _value(facts, "device_log")
    rows = log.rows if log is not None else ()
    for row in reversed(rows):
        if row.shape.protocol or row.shape.sdk:
            return row.shape, written(row.moment)
    return Shape(), ""


def _tracking_ids(facts: Facts, typed: TicketTyped) -> TicketField:
    found = {each.id.lower(): each for each in (*typed.tracking, *_of_facts(facts))}
    found |= {each.id.lower(): each for each in typed.tracking}  # what the user says of an id counts
    shown = tuple(_line(each) for each in [*found.values()][:_MOST_TRACKING])
    ask = (
        "The log of the device, and answers of the services: an error answer holds a tracking id and a time. Give both "
        "with `--tracking-id ID=TIME`."
    )
    return TicketField("trackingIds", "Tracking ids", shown, "", ask)


def _line(each: Tracking) -> str:
    at = f" at {each.at}" if each.at else ", time not known"
    return f"{each.id}{at}{f' ({each.source})' if each.source else ''}"


def _of_facts(facts: Facts) -> Iterator[Tracking]:
    """The tracking ids in the device's log and in what services answered, each with the time beside it.

    An answer without a time has that of the measurement.
    """
    says = _value(facts, "device_says")
    yield from says.tracking if says is not None else ()
    for name, fact in facts.items():
        measured = fact.measured.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        kind = FACTS[name].type
        value = facts_json.encode(fact.value, kind) if fact.value is not None else None
        for text in _texts([value, fact.failure.description if fact.failure is not None else ""]):
            for id_, at in tracking.mentioned(text):
                yield Tracking(id_, at or measured, FACTS[name].title)


def _texts(value: Any) -> Iterator[str]:
    """All texts in a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)


def _value(facts: Facts, name: str) -> Any:
    fact = facts.get(name)
    return None if fact is None else fact.value
