"""A hub lets a device in with one of two keys: is the one that was given one of them, or what is left of it?"""

from __future__ import annotations

from collections.abc import Iterator

from azext_iotdiag.checks.admission.identity_readable import identity_readable
from azext_iotdiag.checks.declare import check
from azext_iotdiag.knowledge import device_key as entries
from azext_iotdiag.knowledge.registry import DEVICE_DISABLED
from azext_iotdiag.model.finding import Finding, When, fail, weighed
from azext_iotdiag.model.keys import GivenKey, KeyComparison, KeyMatch

ENTRIES = {
    KeyMatch.CUT: (entries.KEY_CUT, "is the beginning of one of the device's keys"),
    KeyMatch.LONGER: (entries.KEY_HAS_MORE, "is one of the device's keys with more behind it"),
    KeyMatch.CASE: (entries.KEY_CASE_DIFFERS, "is one of the device's keys with other capital letters"),
    KeyMatch.GROUP: (entries.KEY_IS_GROUPS, "is the key of an enrollment group: the device's key is derived from it"),
    KeyMatch.DERIVED: (entries.KEY_OF_ANOTHER_TIME, "is derived from the group's key, and the device has another"),
    KeyMatch.RECODED: (entries.KEY_RECODED, "is one of the device's keys, written in another encoding"),
    KeyMatch.POLICY: (entries.KEY_IS_POLICYS, "is the key of the policy {owner!r} of the hub"),
    KeyMatch.OTHER_DEVICE: (entries.KEY_IS_ANOTHERS, "is the key of the device {owner!r}"),
    KeyMatch.NONE: (entries.KEY_OF_ANOTHER_TIME, "is neither the device's primary nor its secondary key"),
}


@check("The key is one of the device's", after=(identity_readable,))
def key_fits_device(key_comparison: KeyComparison, given: GivenKey) -> Iterator[Finding]:
    keys, key_match = key_comparison, key_comparison.key_match
    # A device that is connected has another key, or keeps its connection only until its token ends.
    when = When.COMING if keys.connected else When.NOW
    if given.authentication != "sas" or (key_match is not None and keys.authentication != "sas"):
        if given.authentication == "sas" or keys.authentication == "sas":
            mine = "a key" if given.authentication == "sas" else "a certificate (x509=true)"
            differs = fail(
                entries.PROOF_DIFFERS,
                f"{given.source} holds {mine}, and the hub has {keys.authentication} for {keys.device!r}",
                authentication=keys.authentication,
            )
            yield weighed(differs, when=when)
    elif key_match in ENTRIES:
        entry, words = ENTRIES[key_match]
        what = words.format(owner=keys.owner)
        differs = fail(entry, f"{given.source} {what} ({keys.device} in {keys.hub})", device=keys.device)
        yield weighed(differs, when=when)
    if keys.status == "disabled":
        yield fail(DEVICE_DISABLED, f"{keys.hub} shows {keys.device!r} as disabled", device=keys.device)
