"""What the codes that a device says mean for the data's way: at which link the device was stopped."""

from __future__ import annotations

from collections.abc import Iterator

from azext_iotdiag.checks.settings import PROOF_MS
from azext_iotdiag.knowledge import lookup
from azext_iotdiag.model.check import Link
from azext_iotdiag.model.counts import counted
from azext_iotdiag.model.device_says import DeviceSays, SaidCode
from azext_iotdiag.model.finding import Certainty, Entry, Finding, fail, warn, weighed
from azext_iotdiag.model.timestamps import written

# By the file of the knowledge base in which a code stands. The codes of all other files say nothing of a device.
_BY_FILE = {
    "network": Link.DEVICE,
    "interference": Link.DEVICE,
    "tls": Link.DEVICE,
    "token": Link.DEVICE,
    "device_key": Link.DEVICE,
    "device_certificate": Link.DEVICE,
    "mqtt": Link.CONNECTION,
    "amqp": Link.CONNECTION,
    "sdk": Link.CONNECTION,  # its words are the same for many reasons, of which other checks know more
    "dps.answers": Link.PROVISIONING,
    "dps.registration": Link.PROVISIONING,
    "hub.unauthorized": Link.ADMISSION,
    "hub.connections": Link.CONNECTION,
    "hub.forbidden": Link.INGRESS,
    "hub.throttled": Link.INGRESS,
    "hub.too_large": Link.INGRESS,
    "hub.server": Link.INGRESS,
    "hub.unavailable": Link.INGRESS,
    "hub.bad_request": Link.COMMANDS,
    "hub.not_found": Link.COMMANDS,
    "hub.conflict": Link.COMMANDS,
    "hub.file_upload": Link.COMMANDS,
}
# What stands in such a file, and was said at another link.
_BY_CODE = {
    "device-refused": Link.ADMISSION,
    "mqtt-server-unavailable": Link.ADMISSION,
    "mqtt-version-refused": Link.DEVICE,
    "mqtt-client-id-refused": Link.DEVICE,
    "port-8883-blocked": Link.DEVICE,
    "not-mqtt": Link.DEVICE,
    "connack-missing": Link.DEVICE,
    "puback-missing": Link.INGRESS,
    "mqtt-twin-400": Link.COMMANDS,
    "mqtt-twin-429": Link.COMMANDS,
    "mqtt-twin-500": Link.COMMANDS,
    "token-refused": Link.ADMISSION,
    "entity-missing": Link.ADMISSION,
    "service-busy": Link.INGRESS,
    "sdk-bad-credential": Link.DEVICE,
    "sdk-no-network": Link.DEVICE,
    "sdk-token-expired": Link.ADMISSION,
    "sdk-unauthorized": Link.ADMISSION,
    "hub-403001": Link.ADMISSION,
    "hub-403004": Link.COMMANDS,
    "hub-403010": Link.COMMANDS,
    "hub-404001": Link.ADMISSION,
    "hub-404010": Link.ADMISSION,
    "hub-504101": Link.COMMANDS,
    "device-unknown": Link.ADMISSION,
    "device-disabled": Link.ADMISSION,
}
# States that are as they should be.
_HARMLESS = frozenset({"mqtt-accepted", "dps-assigned", "dps-assigning", "dps-unassigned", "sas-lasts-long"})


def link_of(code: str) -> Link | None:
    """The link at which a device that says this was stopped; None where the code says nothing of that."""
    return None if code in _HARMLESS else _BY_CODE.get(code, _BY_FILE.get(lookup.NAMES[code]))


def was_answered(code: str) -> bool:
    """Whether a service answered a device that says this. What clients say of their own may stand for anything."""
    return link_of(code) is not None and (lookup.NAMES[code].startswith(("hub.", "dps.")) or code == "device-refused")


def at(link: Link, says: DeviceSays, now: float) -> Iterator[Finding]:
    """What the device says of a link.

    A line without its time is older than any sign of the device that a service tells. A code that the user named is as
    old as a setting may be. Where the log goes on for long after a line, the device may have got over it.
    """
    seen = int(now * 1000) - PROOF_MS
    for each in says.codes:
        if link_of(each.code) is link:
            entry = _entry(each.code)
            say = fail if each.lasting and each.root else warn
            found = say(entry, _message(each, says), line=each.line, times=each.times)
            yield weighed(found, certainty=Certainty.LIKELY, since=(each.at or 0) if each.line else seen)


def _entry(code: str) -> Entry:
    return next(each for each in lookup.find(code) if each.code == code)


def _message(each: SaidCode, says: DeviceSays) -> str:
    name = " and ".join(repr(name) for name in each.names[:2])
    if not each.line:
        return f"The device got {name} ({says.source})"
    when = f" at {written(each.at)}" if each.at is not None else ""
    on = "" if each.lasting else "; the log goes on after that"
    on += "" if each.root else "; it may follow from another line"
    lines = f", in {counted(each.times, 'line')}" if each.times > 1 else ""
    return f"The device's log has {name}, last in line {each.line}{when}{lines}{on}"
