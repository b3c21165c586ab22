"""The codes that a device says: at which link each counts, and when it counts no more."""

from __future__ import annotations

from typing import Any

import pytest

from azext_iotdiag.checks import catalogue, said, verdict
from azext_iotdiag.knowledge import lookup
from azext_iotdiag.model.check import Link
from azext_iotdiag.model.device_says import DeviceSays, SaidCode
from azext_iotdiag.model.facts import Fact, Vantage
from azext_iotdiag.model.finding import Certainty
from azext_iotdiag.model.verdict import State, Verdict
from tests.checks.judging import MEASURED, known
from tests.checks.test_doctor import HOUR, NOW, ago, device, hub, stream


def says(*codes: SaidCode) -> Fact[DeviceSays]:
    return Fact(DeviceSays("--device-log", codes, 500), MEASURED, "this command", Vantage.DEVICE)


def logged(code: str, **more: Any) -> SaidCode:
    return SaidCode(code, (code,), **{"times": 1, "line": 7, **more})


def judged(**values: Any) -> Verdict:
    return verdict.judge(catalogue.ALL, known(now=NOW, **values), lambda: 0.0).verdict


@pytest.mark.parametrize(
    ("code", "link"),
    [
        ("name-not-resolved", Link.DEVICE), ("certificate-untrusted", Link.DEVICE), ("dps-404201", Link.PROVISIONING),
        ("hub-401003", Link.ADMISSION), ("device-refused", Link.ADMISSION), ("hub-409002", Link.CONNECTION),
        ("hub-403002", Link.INGRESS), ("hub-413001", Link.INGRESS), ("hub-404103", Link.COMMANDS),
        ("hub-403006", Link.COMMANDS), ("mqtt-version-refused", Link.DEVICE),
    ],
)  # fmt: skip
def test_a_code_is_told_at_its_link(code: str, link: Link) -> None:
    found = judged(device_says=says(logged(code)))
    assert (found.state, found.link, found.exit_code) == (State.BROKEN, link, 4)
    assert found.certainty is not Certainty.SURE, "words of a log are never sure"
    assert "line 7" in found.reasons[0].finding.message


@pytest.mark.parametrize("code", ["mqtt-accepted", "dps-assigned", "invalid-json", "central-429", "not-signed-in"])
def test_what_says_nothing_of_the_way(code: str) -> None:
    assert said.link_of(code) is None
    assert judged(device_says=says(logged(code))).link is None


def test_every_code_of_the_tables_is_known() -> None:
    assert set(said._BY_CODE) | said._HARMLESS <= set(lookup.NAMES)
    assert set(said._BY_FILE) <= set(lookup.NAMES.values())


def test_what_the_registry_says_at_the_same_link_comes_first() -> None:
    found = judged(
        identity=device(3 * HOUR, status="disabled", status_updated=ago(2 * HOUR)), hub_settings=hub(),
        newest_messages=stream(3 * HOUR), device_says=says(logged("hub-401002", at=ago(HOUR))),
    )  # fmt: skip
    assert [each.finding.entry.code for each in found.reasons] == ["device-disabled", "hub-401002"]
    assert found.reasons[0].causes and not found.reasons[1].causes, "the first explains the second"
    assert found.certainty is Certainty.SURE


@pytest.mark.parametrize(
    ("at", "broken"),
    [(ago(60), True), (ago(HOUR), False), (None, False)],  # without its time, a line may be of any time before
)
def test_what_the_device_did_later_clears_what_it_said(at: int | None, broken: bool) -> None:
    found = judged(
        identity=device(20), hub_settings=hub(), newest_messages=stream(20),
        device_says=says(logged("hub-401003", at=at)),
    )  # fmt: skip
    assert (found.state is State.BROKEN) is broken
    assert [each.finding.entry.code for each in (*found.reasons, *found.also)] == ["hub-401003"]


def test_a_log_that_goes_on_for_long_after_an_error_warns_of_it() -> None:
    found = judged(device_says=says(logged("hub-401003", lasting=False)))
    assert found.link is None
    assert [each.finding.entry.code for each in found.also] == ["hub-401003"]
    assert "goes on" in found.also[0].finding.message


def test_what_the_user_named_has_no_line() -> None:
    found = judged(device_says=says(SaidCode("hub-401003", ("401003",))))
    assert found.reasons[0].finding.message == "The device got '401003' (--device-log)"
    assert judged(
        identity=device(20), newest_messages=stream(20), device_says=says(SaidCode("hub-401003", ("401003",)))
    ).link is None, "its messages come"  # fmt: skip


def test_the_log_of_the_device_is_no_blind_spot_any_more() -> None:
    assert "DEVICE" in {each.name for each in judged(identity=device(20)).blind_spots}
    assert "DEVICE" not in {each.name for each in judged(identity=device(20), device_says=says()).blind_spots}
