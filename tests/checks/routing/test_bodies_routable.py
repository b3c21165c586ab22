"""The check `bodies-routable`. R3: even official samples once set no content type, and the route matched nothing."""

from __future__ import annotations

from azext_iotdiag.checks.routing.bodies_routable import bodies_routable
from azext_iotdiag.model.hub_settings import HubSettings, Route
from azext_iotdiag.model.newest_messages import NewestMessages
from azext_iotdiag.model.sample import Sample
from tests.checks.judging import finding, verdict


def hub(condition: str, *, enabled: bool = True, source: str = "DeviceMessages") -> HubSettings:
    return HubSettings("h", routes=(Route("hot", source, condition, ("storage",), enabled),))


def newest(marked: int) -> NewestMessages:
    return NewestMessages("pump", 1, sample=Sample(5, marked))


def test_a_condition_on_the_body_of_unmarked_messages() -> None:
    found = finding(bodies_routable, hub_settings=hub("$body.temperature > 30"), newest_messages=newest(2))
    assert (found.entry.code, found.severity.value) == ("hub-400103", "warn")
    assert "3 of the last 5 messages" in found.message and "'hot'" in found.message


def test_what_is_no_reason() -> None:
    for settings, messages in (
        (hub("$body.temperature > 30"), newest(5)),
        (hub("level = 'hot'"), newest(0)),
        (hub("$body.t > 1", enabled=False), newest(0)),
        (hub("$body.properties.reported.t > 1", source="TwinChangeEvents"), newest(0)),
        (hub("$body.t > 1"), NewestMessages("pump")),
    ):
        assert verdict(bodies_routable, hub_settings=settings, newest_messages=messages) == ("pass", [])
