"""The check `device-enrolled`."""

from dataclasses import replace

import pytest

from azext_iotdiag.checks.declare import CouldNotLook
from azext_iotdiag.checks.provisioning.device_enrolled import device_enrolled
from azext_iotdiag.model.finding import Severity
from tests.checks.facts import FAILURE, dps


def test_nobody_knows_the_device() -> None:
    [found] = device_enrolled.run(dps(enrolled=False))
    assert found.entry.code == "dps-404201"


def test_a_device_of_a_hub_may_come_without() -> None:
    [found] = device_enrolled.run(replace(dps(enrolled=False), expected=False))
    assert found.severity is Severity.NOTE


def test_switched_off() -> None:
    [found] = device_enrolled.run(dps("assigned", enabled=False))
    assert found.entry.code == "dps-disabled"


def test_enrolled_alone_or_by_a_group() -> None:
    assert not list(device_enrolled.run(dps())) + list(device_enrolled.run(dps("assigned", enrolled=False)))


def test_no_right_to_look() -> None:
    with pytest.raises(CouldNotLook):
        list(device_enrolled.run(replace(dps(), enrollment_failure=FAILURE)))
