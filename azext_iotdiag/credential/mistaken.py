"""What a text is by its form: for a token, a string or a key that stands where another of them belongs. Pure."""

from __future__ import annotations

import re

from azext_iotdiag.credential import host

TOKEN = "a SAS token"
KEY = "a key"
DEVICE_STRING = "a device's connection string"
HUB_STRING = "a hub's connection string"
DPS_STRING = "a provisioning service's connection string"
EVENT_HUB_STRING = "an Event Hub's connection string"
STRINGS = (DEVICE_STRING, HUB_STRING, DPS_STRING, EVENT_HUB_STRING)

_HOST = re.compile(r"HostName\s*=\s*([\w.-]+)", re.IGNORECASE)
# The first that is found in a text says what it is.
_FORMS = (
    (
        "a storage account's connection string",
        re.compile(r"(?:AccountKey|DefaultEndpointsProtocol)\s*=", re.IGNORECASE),
    ),
    (EVENT_HUB_STRING, re.compile(r"\bEndpoint\s*=\s*sb:", re.IGNORECASE)),
    ("a SAS of Azure Storage", re.compile(r"\bsv=[^;\s]*&sig=|\bsig=[^;\s]*&sv=", re.IGNORECASE)),
    (TOKEN, re.compile(r"\bSharedAccessSignature(?:[\s+]|%20)|\bsr=[^;\s]*&(?:sig|se)=", re.IGNORECASE)),
    ("an access token (a JSON Web Token)", re.compile(r"\beyJ[\w-]+\.eyJ[\w-]+\.")),
    ("a certificate or a key in PEM", re.compile(r"-----BEGIN ")),
    (KEY, re.compile(r"[A-Za-z0-9+/]{43}=|[A-Za-z0-9+/]{86}==")),
    ("JSON", re.compile(r"\s*[{\[]\s*[\"{\[}\]]")),
)
_WHOLE = {KEY}  # the whole text must have the form
_BASE64_START = re.compile(r"(?:SG9zdE5hbWU9|RW5kcG9pbnQ9|RGV2aWNlSWQ9)")  # HostName=, Endpoint=, DeviceId=


def what_is(text: str) -> str:
    """What a text is, such as TOKEN or "JSON"; "" where its form does not tell."""
    text = text.strip(" \t\r\n\ufeff\u200b\"'")
    if found := _HOST.search(text):
        return _string_of(text, found[1])
    for kind, pattern in _FORMS:
        if pattern.fullmatch(text) if kind in _WHOLE else pattern.search(text):
            return kind
    return "a connection string in base64" if is_base64_string(text) else ""


def is_base64_string(text: str) -> bool:
    """Whether a text is a connection string in base64, as Kubernetes keeps secrets."""
    return _BASE64_START.match(text) is not None


def _string_of(text: str, name: str) -> str:
    if re.search(r"\bDeviceId\s*=", text, re.IGNORECASE):
        return DEVICE_STRING
    return DPS_STRING if host.belongs(name, host.DPS) else HUB_STRING
