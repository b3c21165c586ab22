"""The check `assigned-here`."""

from azext_iotdiag.checks.provisioning.assigned_here import assigned_here
from azext_iotdiag.checks.runner import run
from azext_iotdiag.model.check import Skip, SkipReason
from tests.checks.facts import HUB, dps, identity
from tests.checks.judging import finding, known, verdict


def facts(*given, **more):
    return {name: value for name, value in dps(*given, **more).items() if name != "enrollment"} | {
        "identity": identity()
    }


def test_another_hub() -> None:
    found = finding(assigned_here, **facts("assigned", hub="other.azure-devices.net"))
    assert found.entry.code == "device-assigned-elsewhere" and "other.azure-devices.net" in found.message


def test_this_hub_or_none() -> None:
    assert verdict(assigned_here, **facts("assigned", hub=HUB.upper())) == ("pass", [])
    assert verdict(assigned_here, **facts("assigning")) == ("pass", [])


def test_no_registration() -> None:
    (result,) = run([assigned_here], known(**facts()), lambda: 0.0)
    assert result.skip == Skip(SkipReason.NOT_APPLICABLE, "registration")
