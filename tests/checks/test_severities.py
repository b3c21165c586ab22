"""The same fact has the same severity in every command: over the source of all checks, and over all failures."""

from __future__ import annotations

import ast
import inspect
import itertools
import sys
from collections import defaultdict

from azext_iotdiag.checks import catalogue
from azext_iotdiag.checks.failures import Service, obstacle
from azext_iotdiag.model.failure import Failure, Kind
from azext_iotdiag.model.finding import Entry, Severity
from tests.plugins.rows import all_rows

# Where an entry has several severities, the fact that decides.
DECIDED_BY = {
    "dns-answers-everything": "whether the host has an address of names that do not exist",
    "name-not-resolved": "whether the proxy finds the host",
    "clock-skew": "by how much the clocks differ",
    "public-access-off": "whether a private endpoint is approved",
    "hub-in-perimeter": "whether the perimeter has a rule that lets traffic in",
    "addresses-restricted": "whether any rule, or a private endpoint, lets an address in",
    "dps-public-access-off": "whether the device was said to come through provisioning",
    "fallback-off": "whether any route leads to the built-in endpoint",
    "routed-elsewhere": "whether the route takes every message",
    "edge-module-down": "whether the messages of the device go through the module",
    "edge-no-route-upstream": "whether another route leads to the hub",
    "not-a-child": "whether the hub has heard of the device",
    "hub-403010": "whether what is missed is what the tier lacks",
    "desired-behind": "whether the hub heard of the device after the change",
    "desired-unanswered": "whether the device has reported the property before",
    "dps-404201": "whether the device was said to come through provisioning",
    "string-not-exact": "whether a device's SDK takes the string so",
    "sas-names-scheme": "the gap between resource and what is wanted, of which this one breaks nothing",
}
MODULES = [sys.modules[check.run.__module__] for check in catalogue.ALL]


def said(module) -> dict[str, set[str]]:
    """The entries that a check names in fail, warn or note, and the severities that it gives them."""
    found: dict[str, set[str]] = defaultdict(set)
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args:
            entry = entry_of(module, node.args[0])
            if entry is not None:
                found[entry.code].add(node.func.id)
    return found


def entry_of(module, node: ast.expr) -> Entry | None:
    if isinstance(node, ast.Name):
        value = getattr(module, node.id, None)
    elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        value = getattr(getattr(module, node.value.id, None), node.attr, None)
    else:
        value = None
    return value if isinstance(value, Entry) else None


def test_an_entry_has_one_severity_in_all_checks() -> None:
    together: dict[str, set[str]] = defaultdict(set)
    for module in MODULES:
        for code, severities in said(module).items():
            together[code] |= severities
    assert {"fail", "note"} <= set().union(*together.values()), "the calls are found"
    several = {code for code, severities in together.items() if len(severities) > 1 or "say" in severities}
    assert several - set(DECIDED_BY) == set()


def test_a_failure_is_an_obstacle_or_an_answer_and_nothing_else() -> None:
    """Each check tells a failed step in one of two ways, and does not choose a severity for it."""
    for module in MODULES:
        source = inspect.getsource(module)
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "CouldNotLook":
                told = {getattr(each.func, "id", "") for each in ast.walk(node) if isinstance(each, ast.Call)}
                assert not told & {"finding_of", "fail"}, module.__name__


@all_rows(("service", "kind"), itertools.product(Service, Kind))
def test_what_keeps_a_check_from_looking_is_a_warning_everywhere(service: Service, kind: Kind) -> None:
    failure = Failure(kind, "a step", "h", 443)
    assert obstacle(service, failure).severity is Severity.WARN
