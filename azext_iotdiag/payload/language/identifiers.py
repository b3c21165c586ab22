"""Identifiers of DTDL: their form in each version, and the beginnings that are reserved."""

from __future__ import annotations

import re

from azext_iotdiag.payload.language import rules
from azext_iotdiag.payload.language.judging import ModelJudging, Path

_SEGMENT = r"[A-Za-z](?:[A-Za-z0-9_]*[A-Za-z0-9])?"
# https://github.com/Azure/opendigitaltwins-dtdl/blob/master/DTMI/README.md; from DTDL 3 on the version is optional.
_FORMS = {
    2: re.compile(rf"dtmi:{_SEGMENT}(?::{_SEGMENT})*;[1-9][0-9]{{0,8}}", re.ASCII),
    3: re.compile(rf"dtmi:{_SEGMENT}(?::{_SEGMENT})*(?:;[1-9][0-9]{{0,8}}(?:\.[1-9][0-9]{{0,5}})?)?", re.ASCII),
}
_OF_SYSTEM = r"[A-Za-z_](?:[A-Za-z0-9_]*[A-Za-z0-9])?"  # segments of identifiers that no model may give
_ANY = re.compile(rf"dtmi:{_SEGMENT}(?::{_OF_SYSTEM})*(?:;[1-9][0-9]{{0,8}}(?:\.[1-9][0-9]{{0,5}})?)?", re.ASCII)
_EXAMPLE = "such as dtmi:com:example:Thermostat;1"
LONGEST = 2048  # characters of any identifier
RESERVED = ("dtmi:dtdl:", "dtmi:standard:")
OF_CENTRAL = "dtmi:iotcentral:"


def fits(text: str, version: int) -> bool:
    """Whether the text is a DTMI that a model of that version may give."""
    return bool(_FORMS[min(version, 3)].fullmatch(text))


def is_any(text: str) -> bool:
    """Whether the text is a DTMI of any version, of a model or of the language."""
    return len(text) <= LONGEST and bool(_ANY.fullmatch(text))


def judge(
    judging: ModelJudging, given: object, path: Path, *, version: int, longest: int, reserved: tuple[str, ...]
) -> str:
    """Judge what stands under @id; "" where that is no usable identifier."""
    if not isinstance(given, str):
        judging.say(rules.IDENTIFIER, path, f"@id has to be a text, a DTMI {_EXAMPLE}")
        return ""
    if not fits(given, version):
        _say_form(judging, given, path, version)
    elif given.startswith(reserved):
        judging.say(rules.IDENTIFIER, path, f"the identifier {given[:80]} begins as only those of the language do")
    elif len(given) > longest:
        message = f"the identifier has {len(given)} characters, and {longest} are allowed"
        judging.say(rules.IDENTIFIER, path, message, count=len(given), limit=longest)
    return given


def _say_form(judging: ModelJudging, given: str, path: Path, version: int) -> None:
    if given.startswith("urn:"):
        message = f"the identifier {given[:80]} is no DTMI, {_EXAMPLE}"
        judging.say(rules.IDENTIFIER_OF_EXPORT, path, message)
        return
    if fits(given, 3):
        right = f"DTDL {version} wants a version such as ;1 behind it, a whole number"
    elif given.lower().startswith("dtmi:"):
        right = "each part between colons has letters, digits and '_', begins with a letter and does not end with '_'"
    else:
        right = f"write a DTMI, {_EXAMPLE}"
    judging.say(rules.IDENTIFIER, path, f"{given[:80]!r} is no identifier: {right}")
