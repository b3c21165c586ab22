"""The command to run next, by what was found. HUB, DEVICE and the like stand for what the user named.

Each is a command of this extension that only reads and prints no key.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from azext_iotdiag.model.check import CheckResult, Status
from azext_iotdiag.model.facts import Facts
from azext_iotdiag.model.finding import Finding, Severity
from azext_iotdiag.model.goal import Goal
from azext_iotdiag.model.homes import Where
from azext_iotdiag.model.timestamps import written

KEPT_MS = 7 * 24 * 3_600_000  # no hub keeps messages for longer
_MARGIN_MS = 60_000  # before the last sign of a device, whose messages came at about the same time

_SHOW = "az iot diag device show --login @hub.txt --device-id DEVICE"
_LIST = "az iot diag device list --login @hub.txt"
_SUMMARY = "az iot diag device summary --login @hub.txt"
_MONITOR = "az iot diag monitor events --login @hub.txt --device-id DEVICE"
_TRIED_BY = {
    Goal.METHODS: "az iot diag method ping --login @hub.txt --device-id DEVICE",
    Goal.TWIN: "az iot diag twin test --login @hub.txt --device-id DEVICE",
}
_KEY_TEST = "az iot diag key test --login @hub.txt --device-id DEVICE"


def after(results: Iterable[CheckResult], facts: Facts) -> str:
    """The command that follows from what was found, empty where none does.

    What is wrong counts before what could not be seen, and both before what is as it should be. Of the last, the check
    that comes last on the data's way saw most.
    """
    results = tuple(results)
    failed = _of(results, Status.FAIL)
    blind = _of(results, Status.ERROR)
    fine = [finding for result in results if result not in failed for finding in result.findings]
    wrong = [each for result in failed for each in result.findings if each.severity is Severity.FAIL]
    unseen = [each for result in blind for each in result.findings if each.severity is not Severity.NOTE]
    if not wrong and not unseen and (command := _tried(facts)):
        return command
    for finding in (*wrong, *([] if wrong else unseen), *([] if wrong or unseen else reversed(fine))):
        if command := _command(finding, facts):
            return command
    first = next(iter((*wrong, *unseen)), None)
    return f"az iot diag explain {first.entry.code}" if first is not None else ""


def _tried(facts: Facts) -> str:
    """The command that tries what is missed, where nothing has tried it and the device is known."""
    goal, identity = _value(facts, "goal"), _value(facts, "identity")
    tried = any(_value(facts, name) is not None for name in ("method_answer", "twin_test"))
    return "" if tried or identity is None else _TRIED_BY.get(goal, "")


def _of(results: Iterable[CheckResult], status: Status) -> list[CheckResult]:
    return [result for result in results if result.status is status]


def _command(finding: Finding, facts: Facts) -> str:
    found = _NEXT.get(finding.entry.code, "")
    return found if isinstance(found, str) else found(facts)


def _value(facts: Facts, name: str) -> Any:
    fact = facts.get(name)
    return fact.value if fact is not None else None


def _what_it_sent_last(facts: Facts) -> str:
    """What a device that was here once sent last, where a hub may still hold it; or else whether its key is right."""
    identity, now = _value(facts, "identity"), _value(facts, "now")
    last = identity.last_activity if identity is not None else None
    if last is None or now is None or now * 1000 - last > KEPT_MS:
        return _whether_it_may_come(facts)
    return f"{_MONITOR} --since {written(last - _MARGIN_MS)}"


def _whether_it_may_come(facts: Facts) -> str:
    """Whether what the device signs in with is what its hub expects; which file that takes, by its authentication."""
    identity = _value(facts, "identity")
    if identity is None:
        return ""
    if identity.authentication == "sas":
        return f"{_KEY_TEST} --key @key.txt"
    return f"{_KEY_TEST} --certificate device.pem"


def _the_device_where_it_was_assigned(facts: Facts) -> str:
    """The device at the hub that the provisioning service assigned, unless that was asked already."""
    registration = _value(facts, "registration")
    if registration is None or not registration.hub or "identity" in facts:
        return ""
    hub, device = registration.hub.partition(".")[0], registration.device or registration.id
    return f"az iot diag device show --hub-name {shlex.quote(hub)} --device-id {shlex.quote(device)}"


def _at_the_other_hub(facts: Facts) -> str:
    """A whole diagnosis at the hub that the device was assigned to."""
    registration = _value(facts, "registration")
    if registration is None or not registration.hub:
        return ""
    hub, device = registration.hub.partition(".")[0], registration.device or registration.id
    return f"az iot diag check --hub-name {shlex.quote(hub)} --device-id {shlex.quote(device)}"


def _what_the_registry_says(facts: Facts) -> str:
    """A comparison with the registry, where only the hub's door was tried: it tells the reasons apart."""
    admission = _value(facts, "admission")
    if admission is None or "key_comparison" in facts:
        return ""
    hub = admission.host.partition(".")[0]
    return f"az iot diag key test --hub-name {shlex.quote(hub)} --connection-string @device.txt"


def _one_of_the_group(facts: Facts) -> str:
    """A whole diagnosis of the first device of the group."""
    group = _value(facts, "group")
    if group is None or not group.examples:
        return ""
    return f"az iot diag check --login @hub.txt --device-id {shlex.quote(group.examples[0])}"


def _one_of_the_places(facts: Facts) -> str:
    """A whole diagnosis at the first place that knows the device."""
    homes = _value(facts, "homes")
    if homes is None or not homes.holding:
        return ""
    home = homes.holding[0]
    host, device = shlex.quote(home.host.partition(".")[0]), shlex.quote(homes.device)
    if home.where is Where.APP:
        return f"az iot diag check --app-id {host} --device-id {device}"
    return f"az iot diag check --hub-name {host} --device-id {device}"


def _the_network_of_the_device(facts: Facts) -> str:
    """The script that tests the network on the device, where the string works from here."""
    admission = _value(facts, "admission")
    return f"az iot diag network test --host {shlex.quote(admission.host)} --script sh" if admission is not None else ""


_NEXT: Mapping[str, str | Callable[[Facts], str]] = {
    "hub-404103": _SHOW,
    "hub-409001": _SHOW,
    "device-connected": _MONITOR,
    "device-disconnected": _what_it_sent_last,
    "device-never-seen": _whether_it_may_come,
    "device-unknown": _LIST,
    "device-connected-and-silent": f"{_MONITOR} --since 1d",
    "device-silent": _SHOW,
    "works-here": _the_network_of_the_device,
    "works-here-not-there": _the_network_of_the_device,
    "device-not-let-in": _what_the_registry_says,
    "admission-undecided": _what_the_registry_says,
    "device-assigned-elsewhere": _at_the_other_hub,
    "dps-assigned": _the_device_where_it_was_assigned,
    "hidden-by-filter": "az iot diag monitor events --login @hub.txt --max-messages 10",
    "nothing-came": _SUMMARY,
    "stream-empty": _SUMMARY,
    "query-picks-nobody": _LIST,
    "group-quiet": _one_of_the_group,
    "device-in-several-places": _one_of_the_places,
}
