"""The rules for names in a model, and for the identifiers of its interfaces."""

from __future__ import annotations

from azext_iotdiag.knowledge.template import INVALID_NAME
from azext_iotdiag.payload import terms
from azext_iotdiag.payload.reading import ModelReading


def judge_name(reading: ModelReading, name: str, where: str) -> None:
    """Note a name that breaks the rules of the model's version of DTDL."""
    pattern = terms.NAME_V1 if reading.version == 1 else terms.NAME
    most = terms.NAME_LENGTH[reading.version]
    if not pattern.fullmatch(name):
        rule = "has letters, digits and '_', begins with a letter and does not end with '_'"
        if reading.version == 1:
            rule = "has letters, digits and '_' and does not begin with a digit"
        reading.issue(INVALID_NAME, f"the name {name[:80]!r} is not allowed: a name {rule}", where)
    elif len(name) > most:
        reading.issue(INVALID_NAME, f"the name is {len(name)} characters long, and {most} are allowed", where)


def judge_identifier(reading: ModelReading, identifier: str) -> None:
    """Note an identifier of an interface that is no DTMI; the preview had identifiers of its own."""
    if reading.version == 1 or not identifier:
        return
    if identifier.startswith("urn:"):
        message = "the identifier is a urn, as old exports of IoT Central have it, and no DTMI"
        reading.issue(INVALID_NAME, message, identifier, mild=True)
    elif not terms.DTMI.fullmatch(identifier):
        reading.issue(INVALID_NAME, "the identifier is no DTMI, such as dtmi:com:example:Thermostat;1", identifier)
    elif ";" not in identifier and reading.version < 3:
        reading.issue(INVALID_NAME, f"the identifier has no version, which DTDL {reading.version} wants", identifier)
    elif len(identifier) > 128:
        reading.issue(INVALID_NAME, f"the identifier has {len(identifier)} characters, and 128 are allowed", identifier)
