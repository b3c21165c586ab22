"""Ids of devices and modules that no hub can hold: told before anything else is asked, in every command alike."""

from __future__ import annotations

import re

from azure.cli.core.azclierror import InvalidArgumentValueError

from azext_iotdiag.credential import connection_string as strings

LONGEST = 128  # https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-identity-registry
_OPTIONS = {"device_id": ("--device-id", "device"), "module_id": ("--module-id", "module")}
_CHARACTER = re.compile(f"[{strings.ID_CHARACTERS}]")


def judge(namespace):
    """Raise InvalidArgumentValueError for an id in a command's arguments that no hub can hold.

    Wildcards are among the characters of an id. The id is not repeated: it may be a key that was mistaken for one.
    """
    for name, (option, what) in _OPTIONS.items():
        judge_text(option, what, getattr(namespace, name, None))


def judge_text(option, what, text):
    """The same for one id, of a device or a module as `what` says, that stands behind an option; None is no id."""
    if text is not None and (fault := _fault(text)):
        raise InvalidArgumentValueError(
            f"{option}: no hub can hold a {what} with this id. {fault}.",
            recommendation=f"Copy the id as the hub shows it. An id has 1 to {LONGEST} characters: letters, "
            "digits and -:.+%_#*?!(),=@;$'",
        )


def _fault(text: str) -> str:
    if not text:
        return "It is empty"
    at = next((place for place, character in enumerate(text) if not _CHARACTER.fullmatch(character)), None)
    if at is not None:
        kinds = ((text[at].isspace(), "a blank"), (not text[at].isascii(), "a character outside ASCII"))
        shown = next((words for is_it, words in kinds if is_it), repr(text[at]))
        return f"It holds {shown} at character {at + 1}"
    return f"It has {len(text)} characters" if len(text) > LONGEST else ""
