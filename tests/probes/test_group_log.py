"""The SDKs and addresses of a group in the log of a hub, read from a lab in memory."""

from __future__ import annotations

from dataclasses import replace

import pytest

from azext_iotdiag.clients.log_analytics import LogAnalytics
from azext_iotdiag.insights.queries.connections import DEVICE_TRAITS
from azext_iotdiag.model.failure import Kind, StepFailed
from azext_iotdiag.model.group_log import SDK, GroupLog, GroupLogAsked
from azext_iotdiag.model.log_table import LogTable
from azext_iotdiag.probes import group_log
from azext_iotdiag.probes.context import Typed
from tests.lab.monitor.test_log_store import NOW, Played
from tests.probes.test_workspace_log import context_of, played

__all__ = ["played"]  # a fixture
SINCE = int(NOW * 1000) - 3_600_000


def measured(played: Played, *members: str, role: str = "Owner") -> GroupLog | None:
    asked = GroupLogAsked(frozenset(members), SINCE)
    return group_log.measure(replace(context_of(played, role), typed=Typed(group_log=asked)), 30.0, {})


def connects(played: Played, who: str, sdk: str, outcome: str = "accepted", **more: int) -> None:
    played.now += 1
    played.happens("mqtt", "connect", outcome, who, auth="sas", sdk=sdk, **more)


def test_without_a_workspace_there_is_no_log(played: Played) -> None:
    assert measured(played, "a", "b") is None


def test_the_last_connect_of_each_device_counts(played: Played) -> None:
    played.collect("Connections")
    for who, sdk in (("a", "2.0"), ("a", "1.0"), ("b", "1.0"), ("c", "2.0"), ("c", "")):
        connects(played, who, sdk)
    connects(played, "d", "1.0", "refused", log=401003)
    found = measured(played, "a", "b", "never")
    assert found is not None and (found.devices, found.others, found.partial) == (2, 2, "")
    assert (found.since, found.until, found.hub) == (SINCE, int(played.now * 1000), played.state.hub.host)
    sdk = next(each for each in found.shares if each.name == SDK)
    assert (sdk.value, sdk.times, sdk.of, sdk.others, sdk.rest) == ("1.0", 2, 2, 1, 2)


def test_modules_stand_for_their_device_and_tests_for_none(played: Played) -> None:
    played.collect("Connections")
    for who in ("edge/$edgeAgent", "edge/$edgeHub", "edge-2", "edge-2/filter", "iot-diag-probe-7"):
        connects(played, who, "1.0")
    found = measured(played, "edge", "edge-2")
    assert found is not None and (found.devices, found.others) == (2, 0)


def test_a_partial_answer_is_told(played: Played, monkeypatch: pytest.MonkeyPatch) -> None:
    played.collect("Connections")
    table = LogTable(DEVICE_TRAITS.columns, (("a", "1.0", ""), ("b", "1.0", "")), "too large")
    monkeypatch.setattr(LogAnalytics, "query", lambda *_: table)
    found = measured(played, "a")
    assert found is not None and found.partial == "too large"
    monkeypatch.setattr(LogAnalytics, "query", lambda *_: table._replace(partial=""))
    monkeypatch.setattr(group_log, "MOST_DEVICES", 2)
    found = measured(played, "a")
    assert found is not None and found.partial == "only 2 devices are read"


def test_who_may_not_read_the_workspace_is_refused(played: Played) -> None:
    played.collect("Connections")
    tenant = played.state.tenant
    reader = tenant.named("servicePrincipal", "Reader")
    assert reader is not None
    tenant.assignments[:] = [
        each._replace(scope=played.resource) for each in tenant.assignments if each.principal == reader.object_id
    ]
    with pytest.raises(StepFailed) as raised:
        measured(played, "a", role="Reader")
    assert raised.value.failure.kind is Kind.UNAUTHORIZED
