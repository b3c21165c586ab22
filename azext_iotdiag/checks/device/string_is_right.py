"""A device needs a string of its own kind, whole and for its own hub; found out without asking a service."""

from __future__ import annotations

from collections.abc import Iterator

from azext_iotdiag.checks.declare import check
from azext_iotdiag.knowledge import device_key as entries
from azext_iotdiag.model.finding import Finding, fail, warn
from azext_iotdiag.model.keys import Asked, GivenKey, KeyComparison, KeyMatch

OWNERS = {
    "hub": "that of a policy of a hub, which a back end uses",
    "dps": "that of a policy of a Device Provisioning Service",
    "event hub": "that of an event hub, with which messages are read",
}

_BECAME = frozenset(KeyMatch) - {KeyMatch.NONE, KeyMatch.PRIMARY, KeyMatch.SECONDARY}


@check("The string or key is a device's and complete")
def string_is_right(given: GivenKey, asked: Asked, key_comparison: KeyComparison | None = None) -> Iterator[Finding]:
    known = key_comparison.key_match if key_comparison else None
    # The registry tells what became of a key more exactly than its form does.
    if given.fault and not (given.fault_of_key and known in _BECAME):
        yield fail(entries.KEY_MALFORMED, f"{given.source}: {given.fault}", advice=given.advice)
    elif given.kind in OWNERS:
        yield fail(entries.WRONG_KIND_OF_STRING, f"{given.source} is {OWNERS[given.kind]}", kind=given.kind)
    else:
        for each in given.repairs:
            find, words = (fail, "") if each.fatal else (warn, "; most clients take that")
            said = f"{given.source}: {each.what} {each.how}, at character {each.place}{words}"
            yield find(entries.STRING_NOT_EXACT, said, part=each.what, place=each.place)
        if asked.hub and given.host and given.host.lower() != asked.hub.lower():
            yield fail(
                entries.STRING_FOR_ANOTHER_HUB,
                f"{given.source} names {given.host}; the device was looked for in {asked.hub}",
                given=given.host,
                hub=asked.hub,
            )
        if asked.device and given.device and given.device != asked.device:
            same = given.device.lower() == asked.device.lower()
            how = ", which differs in capital letters" if same else ""
            yield fail(
                entries.STRING_FOR_ANOTHER_DEVICE,
                f"{given.source} names the device {given.device!r}, and not {asked.device!r}{how}",
                given=given.device,
                device=asked.device,
            )
