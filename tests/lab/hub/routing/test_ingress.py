"""Where messages of a device go, as the hub's routing says it."""

from __future__ import annotations

import errno
import json
import stat
import sys

import pytest

from azext_iotdiag.lab.hub import twins
from azext_iotdiag.lab.hub.identities import Device, new_key
from azext_iotdiag.lab.hub.routing import endpoints, ingress
from azext_iotdiag.lab.lab import new_lab
from azext_iotdiag.streams import recorded
from azext_iotdiag.streams.recorded import Place
from azext_iotdiag.wire.amqp.message import decode_message

NOW = 1_700_000_000.0
JSON = {"content-type": "application/json", "content-encoding": "utf-8"}
FALLBACK = {"name": "$fallback", "source": "DeviceMessages", "condition": "true", "endpointNames": ["events"],
            "isEnabled": True}  # fmt: skip


def route(name, condition, endpoint="events", **more):
    return {"name": name, "source": "DeviceMessages", "condition": condition, "endpointNames": [endpoint],
            "isEnabled": True, **more}  # fmt: skip


def routing(*routes, fallback=True, custom=("cold",), enrichments=()):
    return {"routes": list(routes), "fallbackRoute": {**FALLBACK, "isEnabled": fallback},
            "endpoints": {"eventHubs": [{"name": name, "connectionString": "x"} for name in custom]},
            "enrichments": list(enrichments)}  # fmt: skip


@pytest.fixture
def hub():
    return new_lab("r", device_count=1, clock=lambda: NOW).runtime


def send(runtime, body=b'{"t": 5}', *, system=JSON, device=None, **properties):
    device = device or runtime.hub.devices["device-1"]
    ingress.take(runtime, device, body, system=system, properties=properties)


def arrived(runtime):
    """The bodies and the properties of what the built-in endpoint got."""
    events = runtime.hub.partition_of("device-1").events
    return [(message.body, dict(message.application)) for message in (decode_message(each.message) for each in events)]


def routed(runtime, name="cold"):
    (found,) = [each for each in runtime.routing.endpoints(runtime.hub.settings) if each.name == name]
    return list(found.records)


def told(runtime):
    return [record.reason for record in runtime.audit.recent(99) if record.action == "route"]


def test_a_new_hub_sends_everything_to_the_built_in_endpoint(hub):
    send(hub, b"x", a="1")
    assert arrived(hub) == [(b"x", {"a": "1"})] and told(hub) == []


def test_no_route_and_no_fallback(hub):
    """The only route does not match, and the fallback is off: the message is dropped, and the audit says so."""
    hub.hub.settings.update({"routing": routing(route("never", "1=2"), fallback=False)})
    send(hub)
    send(hub)
    assert arrived(hub) == [] and told(hub) == [ingress.DROPPED]
    assert hub.hub.devices["device-1"].last_activity == NOW


def test_the_fallback_takes_what_no_route_took(hub):
    hub.hub.settings.update({"routing": routing(route("cold", "$body.t < 3", "cold"))})
    send(hub, b'{"t": 1}')
    send(hub, b'{"t": 5}')
    assert [body for body, _ in arrived(hub)] == [b'{"t": 5}'] and [each["Body"] for each in routed(hub)] == [{"t": 1}]


def test_a_message_goes_to_an_endpoint_once(hub):
    rules = routing(route("a", "true", "cold"), route("b", "true", "COLD"), route("c", "true"), route("d", "true"))
    hub.hub.settings.update({"routing": rules})
    send(hub)
    assert len(arrived(hub)) == 1 and len(routed(hub)) == 1


def test_a_route_that_is_off_takes_nothing(hub):
    hub.hub.settings.update({"routing": routing(route("off", "true", "cold", isEnabled=False))})
    send(hub)
    assert len(arrived(hub)) == 1 and routed(hub) == []


def test_a_body_that_cannot_be_seen_is_said_once(hub):
    hub.hub.settings.update({"routing": routing(route("hot", "$body.t > 3", "cold"))})
    send(hub, system={})
    send(hub, system={})
    assert len(arrived(hub)) == 2 and routed(hub) == []
    (why,) = told(hub)
    assert "the route hot came to nothing" in why and "no contentType" in why


def test_enrichments_are_for_their_endpoints(hub):
    device = hub.hub.devices["device-1"]
    twins.update(device.twin, {"tags": {"floor": 3, "on": True}, "properties": {"desired": {"every": "5m"}}}, NOW)
    twins.report(device.twin, {"firmware": "1.2"}, NOW)
    enrichments = [{"key": key, "value": value, "endpointNames": names} for key, value, names in (
        ("hub", "$iothubname", ["events", "cold"]), ("floor", "$twin.tags.floor", ["events"]),
        ("on", "$twin.tags.on", ["events"]), ("every", "$twin.properties.desired.every", ["events"]),
        ("fw", "$twin.properties.reported.firmware", ["events"]), ("gone", "$twin.tags.gone", ["events"]),
        ("text", "fixed", ["cold"]),
    )]  # fmt: skip
    rules = routing(route("all", "true", "cold"), route("in", "true"), enrichments=enrichments)
    hub.hub.settings.update({"routing": rules})
    send(hub, a="1")
    assert arrived(hub)[0][1] == {"a": "1", "hub": "r-hub", "floor": "3", "on": "true", "every": "5m", "fw": "1.2",
                                  "gone": "$twin.tags.gone"}  # fmt: skip
    assert routed(hub)[0]["Properties"] == {"a": "1", "hub": "r-hub", "text": "fixed"}


def test_what_enrichments_make_too_large_is_dropped(hub):
    enrichment = {"key": "k", "value": "v" * 100, "endpointNames": ["events"]}
    hub.hub.settings.update({"routing": routing(enrichments=[enrichment])})
    send(hub, b"x" * (256 * 1024 - 50))
    assert arrived(hub) == [] and "larger than" in told(hub)[0]


def test_a_module_has_its_own_twin(hub):
    device = hub.hub.devices["device-1"]
    module = device.modules["m"] = Device("device-1", new_key(), new_key(), module_id="m")
    device.twin.tags["site"], module.twin.tags["site"] = "device's", "module's"
    hub.hub.settings.update({"routing": routing(route("m", '$twin.tags.site = "module\'s"', "cold"))})
    send(hub, device=module)
    send(hub)
    assert [each["SystemProperties"].get("connectionModuleId") for each in routed(hub)] == ["m"]


def test_an_endpoint_is_a_file_that_our_reader_reads(hub, tmp_path):
    hub.routing.folder = tmp_path / "routed"
    hub.hub.settings.update({"routing": routing(route("all", "true", "cold"))})
    send(hub, b'{"t": 1}', a="1")
    send(hub, b"\x00\xff", system={})
    path = hub.routing.file("cold")
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    found = [recorded.of_json(line, b"", Place("f", "line", number)) for number, line in enumerate(lines)]
    assert [each.event.device for each in found] == ["device-1"] * 2
    assert (found[0].value, dict(found[0].event.properties), found[1].event.body) == ({"t": 1}, {"a": "1"}, b"\x00\xff")
    if sys.platform != "win32":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_file_begins_anew_before_it_fills_the_disk(hub, tmp_path, monkeypatch):
    monkeypatch.setattr(endpoints, "LARGEST_FILE", 2000)
    hub.routing.folder = tmp_path / "routed"
    hub.hub.settings.update({"routing": routing(route("all", "true", "cold"))})
    for number in range(50):
        send(hub, json.dumps({"n": number}).encode())
    path = hub.routing.file("cold")
    assert path.stat().st_size <= 2000 and json.loads(path.read_text().splitlines()[-1])["Body"] == {"n": 49}


def test_an_endpoint_that_cannot_be_written_is_unhealthy_until_it_can(hub, tmp_path, monkeypatch):
    def full(*_arguments):
        raise OSError(errno.ENOSPC, "No space left on device")

    hub.routing.folder = tmp_path / "routed"
    hub.hub.settings.update({"routing": routing(route("all", "true", "cold"))})
    (cold,) = hub.routing.endpoints(hub.hub.settings)
    assert cold.document() == {"endpointId": "cold", "healthStatus": "unknown"}
    with monkeypatch.context() as patched:
        patched.setattr(endpoints, "_append", full)
        send(hub)
    assert (cold.health, cold.error) == ("unhealthy", "No space left on device") and "No space" in told(hub)[0]
    send(hub)
    assert cold.document() == {
        "endpointId": "cold", "healthStatus": "healthy", "lastSendAttemptTime": "2023-11-14T22:13:20Z",
        "lastSuccessfulSendAttemptTime": "2023-11-14T22:13:20Z",
    }  # fmt: skip


@pytest.mark.parametrize(("given", "why"), [
    ([], "'routing' is no object"),
    ({"routes": {}}, "'routing.routes' is no array"),
    ({"endpoints": []}, "'routing.endpoints' is no object"),
    (routing(route("", "true")), "has no name"),
    (routing(route("a", "true"), route("A", "true")), "two routes have one name"),
    (routing(route("a", "true", "nowhere")), "leads to 'nowhere', which is no endpoint"),
    (routing(route("a", "true", source="TwinChangeEvents")), "the lab routes DeviceMessages alone"),
    (routing({**route("a", "true"), "endpointNames": []}), "must name one endpoint"),
    (routing(route("a", "$body. = 1")), "the condition of the route 'a' is wrong at line 1, column 7"),
    (routing(route("a", 5)), "is no text"),
    (routing(*(route(str(number), "true") for number in range(101))), "at most 100 routes"),
    (routing(custom=[str(number) for number in range(11)]), "at most 10 custom endpoints"),
    (routing(custom=["a", "A"]), "is one already"),
    (routing(custom=["../a"]), "cannot be the name of an endpoint"),
    (routing(custom=[".."]), "cannot be the name of an endpoint"),
    (routing(custom=["events"]), "cannot be the name of an endpoint"),
    ({"endpoints": {"cosmosDBSqlContainers": [{"name": "c"}]}}, "does not play endpoints of the kind cosmosDB"),
    (routing(enrichments=[{"key": "a b", "value": "x", "endpointNames": ["events"]}]), "an enrichment has a key"),
    (routing(enrichments=[{"key": "a", "value": "x", "endpointNames": ["no"]}]), "must name endpoints of the hub"),
    (routing(enrichments=[{"key": "a", "value": "x", "endpointNames": ["events"]}] * 11), "at most 10 enrichments"),
    ({"fallbackRoute": {**FALLBACK, "endpointNames": ["cold"]}}, "the fallback route '$fallback' leads to 'cold'"),
])  # fmt: skip
def test_routing_that_is_wrong_or_not_played_is_refused_whole(hub, given, why):
    before = dict(hub.hub.settings.properties)
    with pytest.raises(ValueError) as caught:
        hub.hub.settings.update({"routing": given, "comments": "x"})
    assert why in str(caught.value) and hub.hub.settings.properties == before
