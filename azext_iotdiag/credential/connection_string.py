"""Connection strings of hubs, devices, Event Hubs and DPS: read, and judged part by part, without asking any service.

Whether a string is of the kind that a command needs is for the command to say.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable
from dataclasses import dataclass

from azext_iotdiag.credential import host, mistaken, sas
from azext_iotdiag.model.target import Secret


def hub_string(policy: str = "service", hub: str = "HUB") -> str:
    """How to get a hub's own string, of one policy."""
    return (
        f"Get a hub's string with: `az iot hub connection-string show -n {hub} --policy-name {policy}` "
        "(prints a key; needs the azure-iot extension)"
    )


def device_string(hub: str = "HUB") -> str:
    """How to get a device's own string."""
    return (
        f"Get a device's string with: `az iot hub device-identity connection-string show -n {hub} -d DEVICE` "
        "(prints a key; needs the azure-iot extension)"
    )


HUB_STRING = hub_string()
OWNER_STRING = hub_string("iothubowner")
DEVICE_STRING = device_string()
DPS_STRING = (
    "Get a policy's string with: `az iot dps connection-string show --dps-name DPS` "
    "(prints a key; needs the azure-iot extension)"
)
EVENT_HUB_STRING = (
    "Get the built-in endpoint's string with: `az iot hub connection-string show -n HUB --policy-name service --eh` "
    "(prints a key; needs the azure-iot extension)"
)

# https://learn.microsoft.com/rest/api/iothub/service/devices/create-or-update-identity
ID_CHARACTERS = r"A-Za-z0-9\-:.+%_#*?!(),=@;$'"
_ID = re.compile(rf"[{ID_CHARACTERS}]{{1,128}}")
_ENTITY = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,254}[A-Za-z0-9])?")

_DEVICE_ONLY = ("DeviceId", "ModuleId", "SharedAccessSignature", "x509", "GatewayHostName")
_EVENT_HUB_ONLY = ("Endpoint", "EntityPath")
_SERVICE = ("HostName", "SharedAccessKeyName", "SharedAccessKey")
PARTS = (*_SERVICE, *_DEVICE_ONLY, *_EVENT_HUB_ONLY)
BLANK = " \t\n\r\v\f\ufeff\u200b\u2060\xa0"
_QUOTES = tuple("\"'`“”‘’")
_FIRST = re.compile(r"\s*(HostName|Endpoint)\s*=")
_JSON = re.compile(r"[\[{]\s*(?:[\"{\[\]}]|$)")
_MASKED = re.compile(r"[*•.…]+|[xX]{3,}|.*\*{3}.*|.*redacted.*", re.IGNORECASE)


LONGEST = 65_536  # characters; a string has a few hundred, and a file in its place any number


class MalformedConnectionString(ValueError):
    """What is wrong with a connection string, in words that hold neither its key nor any text that might be one.

    `part` is the name of the part at fault, empty where the whole is meant; `advice` says what to do.
    """

    def __init__(self, part: str, reason: str, advice: str):
        super().__init__(f"{part} {reason}" if part else reason)
        self.part = part
        self.reason = reason
        self.advice = advice


@dataclass(frozen=True)
class HubConnectionString:
    """The string of one of a hub's shared access policies: what a service uses."""

    host: str
    policy: str
    key: Secret


@dataclass(frozen=True)
class DeviceConnectionString:
    """A device's or a module's own string. Exactly one of `key`, `signature` and `x509` is set."""

    host: str
    device: str
    module: str = ""
    key: Secret | None = None
    signature: Secret | None = None
    x509: bool = False
    gateway: str = ""


@dataclass(frozen=True)
class EventHubConnectionString:
    """The string of an event hub, such as a hub's built-in endpoint. `host` is the namespace's, without a scheme."""

    host: str
    policy: str
    key: Secret
    entity: str


@dataclass(frozen=True)
class DpsConnectionString:
    """The string of one of the shared access policies of a Device Provisioning Service."""

    host: str
    policy: str
    key: Secret


ConnectionString = HubConnectionString | DeviceConnectionString | EventHubConnectionString | DpsConnectionString


def read(text: str) -> ConnectionString:
    """The connection string in `text`; which kind it is follows from its parts.

    Blanks, quotation marks and a byte order mark around it are ignored; `exactness.of_string` tells them. Raises
    MalformedConnectionString.
    """
    if len(text) > LONGEST:
        raise MalformedConnectionString(
            "",
            f"it has {len(text):,} characters, and at most {LONGEST:,} are read",
            "Check that @FILE names the file that holds the string",
        )
    parts = _split(unwrapped(text))
    for name, value in parts.items():
        _refuse_placeholder(name, value)
    if parts.keys() & set(_EVENT_HUB_ONLY):
        return _event_hub(parts)
    if parts.keys() & set(_DEVICE_ONLY):
        return _device(parts)
    return _service(parts)


def _service(parts: dict[str, str]) -> HubConnectionString | DpsConnectionString:
    _require(parts, "HostName", HUB_STRING)
    where = _host("HostName", parts["HostName"], host.HUB, host.DPS)
    if "SharedAccessKeyName" not in parts:
        raise MalformedConnectionString(
            "SharedAccessKeyName",
            "is missing, and so is DeviceId; it could be a hub's or a device's string",
            f"{HUB_STRING}. {DEVICE_STRING}",
        )
    _require(parts, "SharedAccessKey", HUB_STRING)
    kind = DpsConnectionString if host.belongs(where, host.DPS) else HubConnectionString
    return kind(where, parts["SharedAccessKeyName"], _base64_key(parts["SharedAccessKey"]))


def _device(parts: dict[str, str]) -> DeviceConnectionString:
    if "SharedAccessKeyName" in parts and "DeviceId" not in parts and "SharedAccessSignature" in parts:
        raise MalformedConnectionString(
            "SharedAccessSignature",
            "stands where the policy's key is needed; a signature cannot be renewed",
            HUB_STRING,
        )
    for name in ("HostName", "DeviceId"):
        _require(parts, name, DEVICE_STRING)
    if "SharedAccessKeyName" in parts:
        raise MalformedConnectionString(
            "SharedAccessKeyName", "belongs to a hub's string, DeviceId to a device's; both are given", DEVICE_STRING
        )
    where = _host("HostName", parts["HostName"], host.HUB)
    for name in ("DeviceId", "ModuleId"):
        if name in parts and not _ID.fullmatch(parts[name]):
            raise MalformedConnectionString(
                name,
                "holds a character that no id may have, or is longer than 128",
                "Copy the id as the hub shows it; ids are case sensitive",
            )
    credentials = [name for name in ("SharedAccessKey", "SharedAccessSignature", "x509") if name in parts]
    if not credentials:
        raise MalformedConnectionString("SharedAccessKey", "is missing", DEVICE_STRING)
    if len(credentials) > 1:
        raise MalformedConnectionString(
            credentials[1], f"is given beside {credentials[0]}; a device proves itself in one way", DEVICE_STRING
        )
    if "x509" in parts and parts["x509"].lower() != "true":
        raise MalformedConnectionString("x509", "can only be true", DEVICE_STRING)
    return DeviceConnectionString(
        where,
        parts["DeviceId"],
        parts.get("ModuleId", ""),
        key=_base64_key(parts["SharedAccessKey"]) if "SharedAccessKey" in parts else None,
        signature=_signature(parts["SharedAccessSignature"]) if "SharedAccessSignature" in parts else None,
        x509="x509" in parts,
        gateway=_gateway(parts.get("GatewayHostName", "")),
    )


def _event_hub(parts: dict[str, str]) -> EventHubConnectionString:
    for name in parts:
        if name == "HostName" or name in _DEVICE_ONLY:
            raise MalformedConnectionString(
                name,
                "does not belong into an Event Hub's string, which has Endpoint, SharedAccessKeyName, "
                "SharedAccessKey and EntityPath",
                EVENT_HUB_STRING,
            )
    _require(parts, "Endpoint", EVENT_HUB_STRING)
    scheme, found, address = parts["Endpoint"].partition("://")
    if not found or scheme.lower() != "sb":
        raise MalformedConnectionString("Endpoint", "does not begin with sb://", EVENT_HUB_STRING)
    where = _host("Endpoint", address.removesuffix("/"), host.EVENT_HUBS)
    for name in ("SharedAccessKeyName", "SharedAccessKey"):
        _require(parts, name, EVENT_HUB_STRING)
    if "EntityPath" not in parts:
        raise MalformedConnectionString(
            "EntityPath",
            "is missing: the string names the namespace, but not the event hub in it",
            "Append ;EntityPath=NAME with the name that this shows: "
            "az iot hub show -n HUB --query properties.eventHubEndpoints.events.path",
        )
    if not _ENTITY.fullmatch(parts["EntityPath"]):
        raise MalformedConnectionString("EntityPath", "is not the name of an event hub", EVENT_HUB_STRING)
    key = parts["SharedAccessKey"]
    _check_key(sas.eventhub_key, key)
    return EventHubConnectionString(where, parts["SharedAccessKeyName"], Secret(key), parts["EntityPath"])


def unwrapped(text: str) -> str:
    """The string without what may stand around it: blanks and quotation marks."""
    text = text.strip(BLANK)
    if text.startswith(_QUOTES):
        text = text[1:].removesuffix(text[-1]) if text[1:].endswith(_QUOTES) else text[1:]
    elif text.endswith('"'):  # not "'", in which a device id may end
        text = text[:-1]
    return text.strip(BLANK)


def _split(text: str) -> dict[str, str]:
    if not text:
        raise MalformedConnectionString("", "it is empty", HUB_STRING)
    if wrong := _what_else(text):
        raise MalformedConnectionString("", *wrong)
    if "=" not in text:
        raise MalformedConnectionString(
            "", "is not a connection string, which consists of Name=Value;Name=Value", HUB_STRING
        )
    parts: dict[str, str] = {}
    pieces = [piece.strip(BLANK) for piece in text.split(";")]
    pieces = [piece for piece in pieces if piece]
    for number, piece in enumerate(pieces, 1):
        name, equals, value = (word.strip(BLANK) for word in piece.partition("="))
        if name not in PARTS or not equals:
            place = f"part {number} of {len(pieces)}"
            if _goes_on(parts, name):
                raise _semicolon_in_id(next(reversed(parts)), place)
            raise _unreadable(place, name, bool(equals))
        if name in parts:
            raise MalformedConnectionString(name, "appears twice", "Leave out one of the two")
        if not value:
            raise MalformedConnectionString(name, "has no value", "Copy the whole string again")
        parts[name] = value
    if len(parts) == 1:
        raise MalformedConnectionString(
            "",
            f"ends after its first part, {next(iter(parts))}",
            "Put the string into quotation marks: to a shell an unquoted ';' ends the command",
        )
    return parts


def _what_else(text: str) -> tuple[str, str] | None:
    """What a text is in place of a connection string alone, and what to do; None where it may be one."""
    if text.startswith("{") and _FIRST.match(text, 1):
        return "the text stands in curly braces", "Leave out the braces of the sample"
    if _JSON.match(text):
        return "is JSON, not a connection string", "Add --query connectionString -o tsv to the command that wrote it"
    kind = mistaken.what_is(text)
    if mistaken.is_base64_string(text):
        return f"is {kind}", "Decode it with: base64 -d"
    if re.search(r"(?:HostName|Endpoint)%3D", text, re.IGNORECASE):
        return "is URL-encoded: %3D and %3B stand where = and ; belong", "Decode it once"
    begins = _FIRST.search(text)
    if begins and begins.start() and ";" not in text[: begins.start()]:
        # The text before it is not shown: it may hold a secret.
        return (
            f"does not begin with its first part: {begins[1]}= stands at character {begins.start() + 1}",
            f"Give the text from {begins[1]}= on alone, without what a shell, a header or a file writes before it",
        )
    if kind and kind not in (*mistaken.STRINGS, mistaken.KEY):
        return f"is {kind}, not a connection string", HUB_STRING
    return None


def _goes_on(parts: dict[str, str], name: str) -> bool:
    """Whether an unknown part may be the rest of an id that holds a semicolon."""
    if not parts or next(reversed(parts)) not in ("DeviceId", "ModuleId"):
        return False
    by_case = [known.lower() for known in PARTS]
    begins = any(name.lower().startswith(known) for known in by_case)
    return not begins and not difflib.get_close_matches(name.lower(), by_case, n=1, cutoff=0.7)


def _semicolon_in_id(part: str, place: str) -> MalformedConnectionString:
    return MalformedConnectionString(
        part,
        f"seems to hold a ';', since {place} has no known name; an id with ';' cannot stand in a connection string",
        "Name the hub and the device in place of the string: --hub-name HUB --device-id 'ID'",
    )


def _unreadable(place: str, name: str, has_equals: bool) -> MalformedConnectionString:
    """A part without a known name. The name is never shown, as it may be a piece of a key."""
    meant = next(
        (
            known
            for known in sorted(PARTS, key=len, reverse=True)
            if name.lower().startswith(known.lower()) and name.lower() != known.lower()
        ),
        "",
    )
    if meant:
        return MalformedConnectionString("", f"{place} begins like {meant}, but no '=' follows", f"Write {meant}=VALUE")
    fault = f"{place} has an unknown name" if has_equals else f"{place} has no '='"
    by_case = {known.lower(): known for known in PARTS}
    close = difflib.get_close_matches(name.lower(), by_case, n=1, cutoff=0.7)
    if close:
        meant = by_case[close[0]]
        return MalformedConnectionString("", fault, f"Did you mean {meant}?" if has_equals else f"Write {meant}=VALUE")
    return MalformedConnectionString("", fault, f"Every part is Name=Value; the names are {', '.join(PARTS)}")


def _refuse_placeholder(name: str, value: str) -> None:
    if re.search(r"[<>{}]", value):
        raise MalformedConnectionString(name, "still holds a placeholder in brackets", "Put the real value there")
    if name.startswith("SharedAccess") and name != "SharedAccessKeyName" and _MASKED.fullmatch(value):
        raise MalformedConnectionString(name, "is masked: asterisks or dots stand for the key", "Copy the real key")


def _require(parts: dict[str, str], name: str, advice: str) -> None:
    if name not in parts:
        raise MalformedConnectionString(name, "is missing", advice)


def _host(part: str, text: str, *services: tuple[str, ...]) -> str:
    try:
        return host.read(text, *services)
    except host.MalformedHost as fault:
        raise MalformedConnectionString(part, fault.reason, fault.advice) from None


def _gateway(text: str) -> str:
    if not re.search(r"[/\s]", text):
        return text
    raise MalformedConnectionString("GatewayHostName", "is not a host name", "Write the gateway's host name alone")


def _base64_key(text: str) -> Secret:
    _check_key(sas.iothub_key, text)
    return Secret(text)


def _check_key(decode: Callable[[str], bytes], text: str) -> None:
    try:
        decode(text)
    except sas.MalformedKey as fault:
        advice = "Copy the key again, from its first character to the last"
        raise MalformedConnectionString("SharedAccessKey", f"cannot be right: {fault}", advice) from None


def _signature(text: str) -> Secret:
    try:
        sas.read(text)
    except sas.MalformedToken as fault:
        raise MalformedConnectionString(
            "SharedAccessSignature", f"is not a token: {fault}", "Copy it whole, from 'SharedAccessSignature sr=' on"
        ) from None
    return Secret(text)
