"""A network security perimeter around the hub decides who is let in, whatever the hub's own network settings say."""

from __future__ import annotations

from collections.abc import Iterator

from azext_iotdiag.checks.admission.hub_serves import hub_serves
from azext_iotdiag.checks.declare import CouldNotLook, check
from azext_iotdiag.checks.failures import Service, obstacle
from azext_iotdiag.checks.settings import of_setting
from azext_iotdiag.knowledge.hub.settings import IN_PERIMETER
from azext_iotdiag.model.counts import counted
from azext_iotdiag.model.facts import Fact
from azext_iotdiag.model.finding import Certainty, Finding, fail, note, warn
from azext_iotdiag.model.hub_settings import HubSettings, Perimeter
from azext_iotdiag.model.newest_messages import NewestMessages

_OPEN = ("learning", "audit", "transition")  # modes in which the hub's own settings count


@check("The network security perimeter lets devices in", after=(hub_serves,), at_most=Certainty.LIKELY)
def perimeter_lets_in(
    perimeters: Fact[tuple[Perimeter, ...]],
    hub_settings: HubSettings,
    now: float,
    newest_messages: NewestMessages | None = None,
) -> Iterator[Finding]:
    """Rules that are there may let the device in. Where a perimeter is not shown, nothing is known of a silent device.

    A device whose messages came is let in.
    """
    came = newest_messages is not None and newest_messages.came is not None
    host, found, failure = hub_settings.host, perimeters.value or (), perimeters.failure
    closed = [each for each in found if each.mode.lower() not in _OPEN]
    if found and not closed:
        yield note(IN_PERIMETER, f"{host} lies in {_named(found)}, which lets all in for now", hub=host)
    elif any(each.rules == 0 and each.mode.lower() == "enforced" for each in closed):
        message = f"{host} lies in {_named(closed)}, which has no rule that allows access from outside"
        yield of_setting(fail(IN_PERIMETER, message, hub=host, rules=0), now, Certainty.LIKELY)
    elif closed and all(each.rules and each.mode.lower() == "enforced" for each in closed):
        rules = sum(each.rules or 0 for each in closed)
        message = f"{host} lies in {_named(closed)}, which lets in what {counted(rules, 'rule')} name"
        yield of_setting(warn(IN_PERIMETER, message, hub=host, rules=rules), now, Certainty.LIKELY)
    elif not came:
        if failure is not None:
            raise CouldNotLook(obstacle(Service.MANAGER, failure))
        said = _named(closed) if closed else "a network security perimeter that is not shown"
        raise CouldNotLook(warn(IN_PERIMETER, f"{host} lies in {said}, whose rules are not known", hub=host))


def _named(perimeters: tuple[Perimeter, ...] | list[Perimeter]) -> str:
    return " and ".join(f"the perimeter {each.name!r} ({each.mode or 'mode not known'})" for each in perimeters)
