"""A string or a key as it stands on a device: which kind it is, and what is wrong with it as it stands. Pure."""

from __future__ import annotations

from typing import NamedTuple

from azext_iotdiag.credential import connection_string as strings
from azext_iotdiag.credential import exactness, mistaken, sas
from azext_iotdiag.model.keys import GivenKey
from azext_iotdiag.model.target import Secret


class Given(NamedTuple):
    """What was found, and the string as far as it is a device's; `key` is there also where a policy's string has it."""

    facts: GivenKey
    string: strings.DeviceConnectionString | None = None
    key: str = ""


def read_string(text: str, source: str) -> Given:
    """What a text that should be a device's connection string is."""
    try:
        found = strings.read(text)
    except strings.MalformedConnectionString as wrong:
        of_key = wrong.part == "SharedAccessKey"
        return Given(
            GivenKey(source, fault=str(wrong), advice=wrong.advice, fault_of_key=of_key), key=_rest_of_key(text)
        )
    if isinstance(found, strings.DeviceConnectionString):
        facts = GivenKey(
            source,
            "module" if found.module else "device",
            repairs=exactness.of_string(text),
            host=found.host,
            device=found.device,
            module=found.module,
            authentication="x509" if found.x509 else "sas",
        )
        return Given(facts, found, found.key.reveal() if found.key else "")
    kinds = {strings.HubConnectionString: "hub", strings.DpsConnectionString: "dps"}
    return Given(GivenKey(source, kinds.get(type(found), "event hub"), host=found.host))


def read_key(text: str, source: str) -> Given:
    """What a text that should be a device's key is."""
    bare = text.strip()
    kind = mistaken.what_is(bare)
    if kind in mistaken.STRINGS:
        return read_string(text, source)
    if kind == mistaken.TOKEN:
        fault = "this is a SAS token, not a key"
        return Given(GivenKey(source, "token", fault, "Look at it with: az iot diag sas inspect --sas-token @FILE"))
    if kind not in ("", mistaken.KEY):
        return Given(GivenKey(source, "", f"this is {kind}, not a key", "Give the text behind SharedAccessKey= alone"))
    try:
        sas.iothub_key(bare)
    except sas.MalformedKey as wrong:
        advice = "Copy the key again, from its first character to the last"
        return Given(GivenKey(source, "", str(wrong), advice, fault_of_key=True), key=bare)
    return Given(GivenKey(source, "key", repairs=exactness.of_key(text)), key=bare)


def secret(given: Given) -> Secret | None:
    """The key, where there is one that can sign."""
    try:
        sas.iothub_key(given.key)
    except sas.MalformedKey:
        return None
    return Secret(given.key)


def _rest_of_key(text: str) -> str:
    """What stands where the key should, in a string that cannot be read otherwise."""
    _, found, rest = text.partition("SharedAccessKey=")
    return rest.partition(";")[0].strip() if found else ""
