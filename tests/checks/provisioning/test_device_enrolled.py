"""The check `device-enrolled`."""

from azext_iotdiag.checks.provisioning.device_enrolled import device_enrolled
from tests.checks.facts import FAILURE, dps
from tests.checks.judging import finding, verdict


def test_the_device_is_unknown() -> None:
    assert finding(device_enrolled, **dps(enrolled=False)).entry.code == "dps-404201"


def test_a_device_of_a_hub_may_come_without() -> None:
    assert verdict(device_enrolled, **dps(enrolled=False, expected=False)) == ("pass", [("dps-404201", "note")])


def test_switched_off() -> None:
    assert finding(device_enrolled, **dps("assigned", enabled=False)).entry.code == "dps-disabled"


def test_enrolled_alone_or_by_a_group() -> None:
    assert verdict(device_enrolled, **dps()) == ("pass", [])
    assert verdict(device_enrolled, **dps("assigned", enrolled=False)) == ("pass", [])


def test_no_right_to_look() -> None:
    facts = dps() | {"enrollment": FAILURE}
    assert verdict(device_enrolled, **facts) == ("error", [("dps-caller-refused", "warn")])
