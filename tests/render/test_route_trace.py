"""The forms of a route trace."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any

from azext_iotdiag.model.ending import End
from azext_iotdiag.model.facts import Fact, given, typed
from azext_iotdiag.model.failure import Failure, Kind
from azext_iotdiag.model.hub_settings import CustomEndpoint, EndpointHealth, HubSettings, Route
from azext_iotdiag.model.route_tracing import LookingForMessage, Traced
from azext_iotdiag.model.routing import ConditionAnswers, TracedMessage, Tracing, traced
from azext_iotdiag.probes.context import Context, Typed
from azext_iotdiag.render import route_trace as render
from azext_iotdiag.render.commands import Known
from azext_iotdiag.sessions.route_trace import RouteTracing

NOW = 1_796_040_000.0  # 2026-11-30T12:00:00Z
AT = datetime.fromtimestamp(NOW, timezone.utc)
HOST = "hub.azure-devices.net"
KNOWN = Known("hub", "pump-7", login="--hub-name hub")
SCOPE = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Devices/IotHubs/hub"
MESSAGE = TracedMessage("the newest message", "pump-7", int(NOW * 1000) - 60_000, "application/json", "utf-8", 17)
BARE = TracedMessage("your message", bytes=2)
FALLBACK = Route("$fallback", "DeviceMessages", "true", ("events",), True)
HOT = Route("hot", "DeviceMessages", "$body.t > 30", ("cold",), True)
OFF = Route("old", "DeviceMessages", "true", ("cold",), False)
TWINS = Route("twins", "TwinChangeEvents", "true", ("cold",), True)
COLD = CustomEndpoint("cold", "storageContainers", "archive")
REFUSED = Failure(
    Kind.UNAUTHORIZED, "the trial of the routes", "management.azure.com", 443, condition="AuthorizationFailed",
    description="no right",
)  # fmt: skip
HEALTH = (EndpointHealth("events", "healthy"), EndpointHealth("cold", "dead", "no access"))


def trace(
    *routes: Route, answers: ConditionAnswers, fallback: Route | None = FALLBACK, message=MESSAGE, **more: Any
) -> Any:
    settings = HubSettings(HOST, routes=routes, fallback=fallback)
    return traced(settings, message, answers, endpoints=(COLD,), **more)


SAMPLES: dict[str, Any] = {
    "arrives": trace(HOT, OFF, TWINS, answers=ConditionAnswers(frozenset())),
    "elsewhere, to a dead endpoint": trace(HOT, answers=ConditionAnswers(frozenset({"hot"}))),
    "wanted there": trace(HOT, answers=ConditionAnswers(frozenset({"hot"})), wanted="cold"),
    "dropped": trace(
        HOT, answers=ConditionAnswers(frozenset(), {"hot": ("undefined", "")}), fallback=None, message=BARE
    ),
    "not allowed": trace(
        HOT, answers=ConditionAnswers(), refused=REFUSED, scope=SCOPE,
        action="Microsoft.Devices/IotHubs/routing/routes/$testall/action",
    ),
    "no message": None,
}  # fmt: skip


def ended(value: Any, **more: Any) -> Traced:
    context = Context(Typed(device="pump-7", tracing=Tracing()))
    facts: dict[str, Fact[Any]] = {
        **given(NOW),
        "route_trace": typed(value, AT),
        "hub_settings": typed(HubSettings(HOST, fallback=FALLBACK), AT),
        "endpoint_health": typed(HEALTH, AT),
        **more,
    }
    (end,) = RouteTracing(context, facts).end(None)
    assert isinstance(end, Traced)
    return end


def test_golden(golden: Callable[[str, str], None]) -> None:
    shown = ["== as it goes on", *render.event_lines(LookingForMessage("pump-7", HOST))]
    for name, value in SAMPLES.items():
        end = ended(value)
        shown += [f"== {name}: {end.exit_code}", *render.event_lines(end), *render.lines(end, KNOWN)]
    golden("route.txt", "\n".join(shown) + "\n")


def test_golden_json(golden: Callable[[str, str], None]) -> None:
    shown = {}
    for name, value in SAMPLES.items():
        shown[name] = render.data(ended(value), KNOWN)
        for check in shown[name]["checks"]:
            for found in check["findings"]:
                found["causes"] = len(found["causes"])  # they are pinned with their entries
    golden("route.json", json.dumps(shown, indent=2) + "\n")


def test_an_interrupt_before_the_trial() -> None:
    (end,) = RouteTracing(Context(Typed(tracing=Tracing())), given(NOW)).end(End.INTERRUPTED)
    assert isinstance(end, Traced) and end.exit_code == 130
    assert list(render.event_lines(end)) == ["Interrupted before the routes were tried."]
    assert not list(render.lines(end, KNOWN))


def test_a_table_has_a_row_for_each_route() -> None:
    rows = render.table(render.data(ended(SAMPLES["arrives"]), KNOWN))
    assert [row["About"] for row in rows][:5] == ["verdict", "route hot", "route old", "route twins", "route $fallback"]
    assert [row["About"] for row in rows].count("verdict") == 1
    assert {len(row) for row in rows} == {len(rows[0])}
