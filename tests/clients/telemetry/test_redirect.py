"""From a hub's name to its Event Hubs namespace, with a hub in memory, and with the lab's."""

from __future__ import annotations

import pytest

from azext_iotdiag.clients.deadlines import Clock, Deadlines
from azext_iotdiag.clients.telemetry import redirect
from azext_iotdiag.clients.telemetry.contract import Options
from azext_iotdiag.model.failure import Kind, StepFailed
from azext_iotdiag.model.target import Secret, Target
from azext_iotdiag.wire.amqp.performatives import AmqpError
from azext_iotdiag.wire.amqp.types import Symbol
from tests.plugins.amqp_service import clock, service
from tests.plugins.lab_fixture import lab
from tests.plugins.reading import ENVIRONMENT, records, target_of

__all__ = ["clock", "lab", "service"]

TARGET = Target(hub="h.azure-devices.net", policy="service", credential=Secret("a2V5"))
THERE = "ns.servicebus.windows.net"


def info(**entries):
    return AmqpError(
        Symbol("amqp:link:redirect"),
        "moved",
        {Symbol(name.replace("_", "-")): value for name, value in entries.items()},
    )


def at(now: float) -> Deadlines:
    return Deadlines(clock=Clock(now=lambda: now))


def failure_of(target, **options):
    with pytest.raises(StepFailed) as failed:
        redirect.follow(target, Options("$Default", **options))
    return failed.value.failure


@pytest.mark.parametrize(
    "error",
    [
        info(hostname=THERE, network_host="other", port=5671, address=f"amqps://{THERE}:5671/entity/$management"),
        info(network_host=THERE, address="amqps://x/entity/ConsumerGroups/$Default"),
        info(hostname=THERE, address="amqps://x/entity"),
    ],
)
def test_the_redirect_is_read(service, error):
    service.refusals["/messages/events/$management"] = error
    assert redirect.follow(TARGET, Options("$Default", **service.handed())) == (THERE, "entity")
    assert service.last.closed and service.asked == ["amqps://h.azure-devices.net/messages/events/$management"]


@pytest.mark.parametrize(
    "error", [info(hostname=THERE), info(address="amqps://x/entity"), info(hostname=THERE, address="entity"), info()]
)
def test_a_redirect_to_nowhere(service, error):
    service.refusals["$management"] = error
    failure = failure_of(TARGET, **service.handed())
    assert (
        failure.kind is Kind.REFUSED and failure.condition == "amqp:link:redirect" and "no host" in failure.description
    )
    assert service.last.closed


@pytest.mark.parametrize(
    ("condition", "kind"),
    [
        ("amqp:unauthorized-access", Kind.UNAUTHORIZED),
        ("amqp:not-found", Kind.MISSING),
        ("amqp:internal-error", Kind.REFUSED),
    ],
)
def test_a_refusal(service, condition, kind):
    service.refusals["$management"] = AmqpError(Symbol(condition), "no")
    failure = failure_of(TARGET, **service.handed())
    assert (failure.kind, failure.condition, failure.description) == (kind, condition, "no")


def test_a_wrong_key_and_a_hub_that_attaches_instead(service):
    failure = failure_of(TARGET, **service.handed())
    assert failure.kind is Kind.REFUSED and "instead of redirecting" in failure.description
    service.sasl = 1
    assert failure_of(TARGET, **service.handed()).kind is Kind.UNAUTHORIZED
    assert all(connection.closed for connection in service.connections)


def test_the_lab(lab, monkeypatch):
    for name in ENVIRONMENT:
        monkeypatch.setenv(name, lab.description["environment"][name])
    stream = lab.state.hub.stream
    for policy in ("service", "iothubowner"):
        options = Options("$Default", deadlines=at(lab.state.clock()))
        assert redirect.follow(target_of(lab, policy), options) == (stream.host, stream.entity)
    denied = failure_of(target_of(lab, "device"), deadlines=at(lab.state.clock()))
    assert (denied.kind, denied.condition) == (Kind.UNAUTHORIZED, "amqp:unauthorized-access")
    wrong = failure_of(target_of(lab, credential=Secret("d3Jvbmc=")), deadlines=at(lab.state.clock()))
    assert (wrong.kind, wrong.condition) == (Kind.UNAUTHORIZED, "sasl:1")
    late = failure_of(target_of(lab), deadlines=at(lab.state.clock() - 86_400))
    assert late.kind is Kind.UNAUTHORIZED and "ExpiredToken" in records(lab, "authenticate")[-1].reason
