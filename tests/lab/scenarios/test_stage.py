"""Scenarios that live in a lab: each resident does what is said of it."""

from __future__ import annotations

import json
import time

import pytest

from azext_iotdiag.lab.hub import methods
from azext_iotdiag.lab.process.settings import BadSetting, Settings
from azext_iotdiag.lab.scenarios import stage
from azext_iotdiag.lab.scenarios.bodies import BODIES
from azext_iotdiag.lab.scenarios.catalogue import SCENARIOS
from azext_iotdiag.wire.amqp.message import decode_message
from tests.plugins.lab_fixture import open_lab

SECONDS = 20.0
REFUSED = {  # of the troubled site: what the hub knows, and the device is not told
    "valve-2": "the device is disabled",
    "valve-3": "signed with another key",
    "VALVE-5": "ids are case-sensitive, and there is 'valve-5'",
    "meter-1": "the user name is for the hub other-hub.azure-devices.net",
    "meter-2": "the SAS token expired",
}


@pytest.fixture(params=SCENARIOS)
def lab(request, tmp_path):
    with open_lab(tmp_path, device_count=0, scenario=request.param) as running:
        running.scenario = SCENARIOS[request.param]
        yield running


def until(lab, found, what):
    ends = time.monotonic() + SECONDS
    while not (value := lab.call(found)):
        assert time.monotonic() < ends, f"waited {SECONDS:g} s for {what}"
        time.sleep(0.05)
    return value


def messages(lab):
    """The first message of each device."""
    found = {}
    for partition in lab.state.hub.stream.partitions.values():
        for event in partition.events:
            message = decode_message(event.message)
            found.setdefault(message.annotations["iothub-connection-device-id"], message)
    return found


def test_who_lives_there(lab):
    residents = lab.scenario.residents
    assert set(lab.description["connectionStrings"]["devices"]) == {each.device for each in residents}
    status = lab.status()
    assert status["scenario"] == lab.scenario.name
    assert [device["doing"] for device in status["devices"]] == [each.doing for each in residents]
    sends = {
        each.device for each in residents
        if each.body and each.connects and each.device not in REFUSED and each.device != "valve-5"
    }  # fmt: skip
    until(lab, lambda: set(messages(lab)) >= sends, "a message of each that can send")
    refusals = REFUSED if lab.scenario.name == "troubled-site" else {}
    seen = lambda: {record.who: record.reason for record in lab.state.audit.recent(10_000)  # noqa: E731
                    if (record.action, record.outcome) == ("connect", "refused")}  # fmt: skip
    until(lab, lambda: set(seen()) >= set(refusals), "the refusals")
    assert all(reason in lab.call(seen)[who] for who, reason in refusals.items())
    if not refusals:
        assert lab.call(seen) == {}
    assert set(lab.call(messages, lab)) == sends
    assert {each["id"] for each in lab.status()["devices"] if each["connected"]} >= sends - {"meter-4"}


def test_each_sends_what_is_said_of_it(lab):
    for resident in lab.scenario.residents:
        if not resident.body or resident.device in REFUSED or resident.device == "valve-5":
            continue
        message = until(lab, lambda resident=resident: messages(lab).get(resident.device), resident.device)
        sent = BODIES[resident.body](0)
        assert message.body == sent.payload
        assert message.properties.get("content-type", "") == sent.content_type
        assert message.annotations.get("dt-dataschema", "") == resident.model_id


def test_twins_and_methods(lab):
    name = "pump-1"
    device = lab.state.hub.devices[name]
    until(lab, lambda: device.twin.reported.values.get("interval"), "the acknowledgement")
    assert device.twin.reported.values["interval"] == {"value": 2, "ac": 200, "av": 1}
    assert device.twin.tags["site"] == "north"
    answer = lab.call(methods.invoke, lab.runtime, device, "reboot", {"in": 5})
    assert tuple(answer)[:2] == (200, {"in": 5})


def test_a_clone_drives_the_other_out(tmp_path, monkeypatch):
    monkeypatch.setattr(stage, "FIRST_PAUSE", 0.2)
    with open_lab(tmp_path, device_count=0, scenario="troubled-site") as lab:

        def taken_over():
            return [record for record in lab.state.audit.recent(10_000) if "connected again" in record.reason]

        assert {record.who for record in until(lab, taken_over, "a take-over")} == {"meter-4"}


def test_bodies_are_as_wrong_as_they_should_be():
    good = json.loads(BODIES["good"](3).payload)
    assert set(good) == {"temperature", "pressure", "valveOpen"}
    assert "temprature" in json.loads(BODIES["typo"](3).payload)
    assert all(isinstance(value, str) for value in json.loads(BODIES["numbers-as-text"](3).payload).values())
    for name in ("single-quotes", "cut-off", "gzip"):
        with pytest.raises(ValueError):
            json.loads(BODIES[name](3).payload)
    with pytest.raises(UnicodeDecodeError):
        BODIES["latin-1"](3).payload.decode()
    used = {each.body for scenario in SCENARIOS.values() for each in scenario.residents} - {""}
    assert used == set(BODIES)


def test_settings():
    Settings(scenario="healthy-site", device_count=0).check()
    with pytest.raises(BadSetting) as wrong:
        Settings(scenario="healthy").check()
    assert "healthy-site" in wrong.value.advice
    with pytest.raises(BadSetting):
        Settings(scenario="healthy-site", device_count=0, flood=10).check()
