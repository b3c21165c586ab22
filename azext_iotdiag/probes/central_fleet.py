"""All devices of an application: a hundred with each request, at half of the pace that it allows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Generator

from azext_iotdiag.clients.central import PAGE, Central
from azext_iotdiag.model.central import CentralDevice, CentralFleet
from azext_iotdiag.model.failure import StepFailed
from azext_iotdiag.model.fleet import MOST_EXAMPLES
from azext_iotdiag.model.target import Target
from azext_iotdiag.probes import readings


def devices(target: Target, said: Callable[[str, float], None]) -> Generator[CentralDevice, None, None]:
    """All devices of the application. May raise StepFailed; `said` hears of pauses."""
    central = Central(target, said)
    try:
        yield from (readings.central_device(target.app, row) for row in central.devices())
    finally:
        central.close()


def count(target: Target, said: Callable[[str, float], None]) -> CentralFleet:
    """Counts of all devices. What was counted before the application stopped answering is told, with the failure."""
    states: Counter[tuple[bool, bool]] = Counter()
    templates: Counter[str] = Counter()
    examples: dict[tuple[bool, bool], list[str]] = {}
    without: list[str] = []
    failure = None
    try:
        for each in devices(target, said):
            state = (each.provisioned, each.enabled)
            states[state] += 1
            templates[each.template] += 1
            if state != (True, True) and len(examples.setdefault(state, [])) < MOST_EXAMPLES:
                examples[state].append(each.device)
            if not each.template and len(without) < MOST_EXAMPLES:
                without.append(each.device)
    except StepFailed as failed:
        failure = failed.failure
    total = sum(states.values())
    few = {state: tuple(names) for state, names in examples.items()}
    return CentralFleet(target.app, total, states, templates, few, tuple(without), max(-(-total // PAGE), 1), failure)
