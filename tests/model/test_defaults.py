"""What a field means that was not given: nothing, or what is listed here.

Saved facts leave out what an older tool did not know, and most tests and callers name a few fields only. So a default
that says something, such as "the device is known", is a decision.
"""

from __future__ import annotations

import dataclasses
import inspect
import pkgutil
from collections.abc import Iterator
from importlib import import_module
from typing import Any

from azext_iotdiag import model
from azext_iotdiag.model import log_query
from azext_iotdiag.model.changes import Source
from azext_iotdiag.model.facts import Vantage
from azext_iotdiag.model.finding import SAYS_ALL, Certainty, Retry, When
from azext_iotdiag.model.hub_settings import BUILT_IN
from azext_iotdiag.model.method import PROBE
from azext_iotdiag.model.network import Protocol
from azext_iotdiag.model.resource_log import Unread
from azext_iotdiag.model.stream import PartitionState
from azext_iotdiag.model.twin_test import Answered, Restoring

SAYS_SOMETHING = {
    "HiddenMessages.complete": True,
    "CentralDevice.known": True,
    "ChangesAsked.sources": tuple(Source),
    "Check.at_most": Certainty.SURE,
    "DeviceLog.complete": True,
    "DpsSettings.keys_allowed": True,
    "DpsSettings.public_access": True,
    "Enrollment.enabled": True,
    "Entry.retry": Retry.NEVER,
    "Fact.place": Vantage.HERE,
    "Finding.weight": SAYS_ALL,
    "GivenKey.authentication": "sas",
    "HealthRead.offered": True,
    "HubSettings.device_keys_allowed": True,
    "HubSettings.keys_allowed": True,
    "HubSettings.public_access": True,
    "Identity.known": True,
    "Judged.reached": True,
    "LinkedHub.takes_part": True,
    "ListEnded.begun": True,
    "LogRead.unread": Unread(),
    "LogRead.whole": True,
    "MethodCall.name": PROBE,
    "MethodCall.response_seconds": 30,
    "NetworkAsked.protocols": tuple(Protocol),
    "HistoryPart.complete": True,
    "Partition.state": PartitionState.OPENING,
    "PartitionEnd.state": PartitionState.OPENING,
    "ProvisioningAsked.expected": True,
    "ReaderAccess.reader": "wire",
    "Reason.certainty": Certainty.OPEN,
    "QueryAnswer.table": log_query.NOTHING,
    "Repair.fatal": True,
    "RouteTrace.wanted": BUILT_IN,
    "Root.times": 1,
    "Row.sure": True,
    "AlertRule.enabled": True,
    "SasFacts.encoded": True,
    "SessionEnd.enough": True,
    "SaidCode.lasting": True,
    "SaidCode.root": True,
    "TracedMessage.has_text": True,
    "Tracing.origin": "the newest message",
    "Tracing.wanted": BUILT_IN,
    "TwinTest.answered": Answered.SILENT,
    "TwinTest.restoring": Restoring.UNNEEDED,
    "Verdict.certainty": Certainty.OPEN,
    "Verdict.when": When.NOW,
    "Weight.dated": True,
    "Weight.certainty": Certainty.SURE,
    "Weight.when": When.NOW,
    "ShownMetric.aggregation": "Total",
    "AlertWanted.minutes": 30,
    "Window.complete": True,
}
NO_PAIR = ("", "")  # of thumbprints
NOTHING = ("NONE", "NOBODY", "UNKNOWN", "NOTHING")  # members of enumerations that say nothing


def kinds() -> Iterator[type]:
    """The dataclasses and NamedTuples of the layer."""
    for found in pkgutil.iter_modules(model.__path__, f"{model.__name__}."):
        for _, each in inspect.getmembers(import_module(found.name), inspect.isclass):
            if each.__module__ == found.name and (dataclasses.is_dataclass(each) or hasattr(each, "_fields")):
                yield each


def defaults(kind: Any) -> Iterator[tuple[str, Any]]:
    """Its fields with a default, and the default."""
    if not dataclasses.is_dataclass(kind):
        yield from kind._field_defaults.items()
        return
    for each in dataclasses.fields(kind):
        if each.default is not dataclasses.MISSING:
            yield each.name, each.default
        elif each.default_factory is not dataclasses.MISSING:
            yield each.name, each.default_factory()


def test_what_is_not_given_says_nothing_except_in_a_few_fields() -> None:
    said = {
        f"{kind.__name__}.{name}": default
        for kind in kinds()
        for name, default in defaults(kind)
        if default and default != NO_PAIR and getattr(default, "name", "") not in NOTHING
    }
    assert said == SAYS_SOMETHING, "a default that says something is a decision: list it"
