"""The check `same-works-here`: what decides for the device's machine or network, and never for its identity."""

from __future__ import annotations

from typing import Any

from azext_iotdiag.checks import catalogue
from azext_iotdiag.checks import verdict as verdicts
from azext_iotdiag.checks.device.same_works_here import same_works_here
from azext_iotdiag.model.check import Link
from azext_iotdiag.model.device_says import DeviceSays, SaidCode
from azext_iotdiag.model.facts import Fact, Vantage
from azext_iotdiag.model.failure import Failure, Kind
from azext_iotdiag.model.finding import Certainty
from azext_iotdiag.model.keys import Admission, Asked, GivenKey, Repair
from azext_iotdiag.model.network import NetworkAsked, Protocol, Speaker, Way
from azext_iotdiag.model.token import ClockFacts
from azext_iotdiag.model.verdict import State, Verdict
from tests.checks.judging import MEASURED, finding, known, verdict

NOW = MEASURED.timestamp()
HOST = "hub.azure-devices.net"
IN = Admission(HOST, "pump", "HTTPS", True)
OUT = Admission(HOST, "pump", "HTTPS", False, 401)
BLOCKED = Way(Protocol.MQTT, 8883, failure=Failure(Kind.UNREACHABLE, "a connection", HOST, 8883))
OPEN = Way(Protocol.MQTT, 8883, speaker=Speaker.PROTOCOL)


def says(code: str, **more: Any) -> Fact[DeviceSays]:
    said = SaidCode(code, (code,), **more)
    return Fact(DeviceSays("--error", (said,)), MEASURED, "this command", Vantage.DEVICE)


def on_device(value: Any) -> Fact[Any]:
    return Fact(value, MEASURED, "the script", Vantage.DEVICE)


def judged(**values: Any) -> Verdict:
    """The verdict. A service told what became of the credential."""
    if "admission" in values:
        values["admission"] = Fact(values["admission"], MEASURED, "the hub", Vantage.SERVICE)
    facts = known(now=NOW, asked=Asked(), given=GivenKey("--cs", "device", host=HOST, device="pump"), **values)
    return verdicts.judge(catalogue.ALL, facts, lambda: 0.0).verdict


def test_a_string_that_works_here_says_what_to_look_at_next() -> None:
    assert verdict(same_works_here, admission=IN, now=NOW) == ("pass", [("works-here", "note")])
    assert judged(admission=IN).state is State.HEALTHY


def test_what_does_not_work_here_either_says_nothing() -> None:
    for admission in (OUT, Admission(HOST, "pump", "HTTPS", None, 500)):
        assert verdict(same_works_here, admission=admission, now=NOW, device_says=says("hub-401003")) == ("pass", [])


def test_a_string_that_had_to_be_mended_is_not_the_same() -> None:
    repaired = GivenKey(
        "--cs", "device", host=HOST, device="pump", repairs=(Repair("HostName", "ends with a blank", 9),)
    )
    facts = known(now=NOW, asked=Asked(), given=repaired, admission=IN)
    found = verdicts.judge(catalogue.ALL, facts, lambda: 0.0)
    assert "works-here" not in {each.entry.code for result in found.results for each in result.findings}


def test_a_refusal_that_only_the_device_gets_is_the_devices() -> None:
    found = judged(admission=IN, device_says=says("hub-401003"))
    assert (found.link, found.reasons[0].finding.entry.code) == (Link.DEVICE, "works-here-not-there")
    assert found.certainty is not Certainty.SURE
    assert not [each for each in (*found.reasons, *found.also) if each.finding.entry.code == "hub-401003"]


def test_a_refusal_that_both_get_stays_at_the_hub() -> None:
    assert judged(admission=OUT, device_says=says("hub-401003")).link is Link.ADMISSION


def test_what_the_device_got_over_is_no_difference() -> None:
    old = says("hub-401003", line=3, times=1, lasting=False)
    assert finding(same_works_here, admission=IN, now=NOW, device_says=old).entry.code == "works-here"


def test_a_code_of_another_link_is_no_failed_sign_in() -> None:
    assert finding(same_works_here, admission=IN, now=NOW, device_says=says("hub-413001")).entry.code == "works-here"


def test_a_port_that_is_open_here_and_not_there() -> None:
    asked = NetworkAsked(HOST, protocols=(Protocol.MQTT,))
    both = {"network_asked": asked, "ways": on_device((BLOCKED,))}
    found = finding(same_works_here, admission=IN, now=NOW, **both, ways_here=(OPEN,))
    assert found.entry.code == "works-here-not-there" and "MQTT cannot be used" in found.message
    for here in ((BLOCKED,), ()):
        same = finding(same_works_here, admission=IN, now=NOW, **both, ways_here=here)
        assert same.entry.code == "works-here", "it works neither here"


def test_the_network_of_the_device_is_on_the_datas_way_and_this_machines_is_not() -> None:
    wrong = ClockFacts(HOST, 3600.0, 1.0)
    identity_only = {"now": NOW, "clock": wrong}
    assert judged(clock=on_device(wrong)).link is Link.MACHINE
    facts = known(**identity_only)
    assert verdicts.judge(catalogue.ALL, facts, lambda: 0.0).verdict.link is None


def causes(code: str) -> list[str]:
    found = judged(admission=IN, device_says=says(code)).reasons[0]
    return [cause.why.split(".")[0] for cause, _ in found.causes]


def test_a_device_that_got_an_answer_reached_the_hub() -> None:
    """Any answer proves name, network and trust (M4)."""
    told = causes("hub-401003")
    assert any("clock" in each for each in told) and not any("trust store" in each for each in told)
    assert not any(each.startswith("The network of the device") for each in told)


def test_what_the_device_says_of_its_network_comes_first() -> None:
    assert "trust store" in causes("certificate-untrusted")[0]
    assert "clock" in causes("certificate-not-yet-valid")[0]
    assert causes("name-not-resolved")[0].startswith("The network of the device")


def test_the_next_step_is_the_test_on_the_device() -> None:
    command = f"az iot diag network test --host {HOST} --script sh"
    assert judged(admission=IN).next_command == command
    assert judged(admission=IN, device_says=says("hub-401003")).next_command == command
