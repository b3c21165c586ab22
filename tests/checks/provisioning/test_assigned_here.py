"""The check `assigned-here`."""

from azext_iotdiag.checks.provisioning.assigned_here import assigned_here
from tests.checks.facts import HUB, dps, identity


def test_another_hub() -> None:
    [found] = assigned_here.run(dps("assigned", hub="other.azure-devices.net"), identity())
    assert found.entry.code == "device-assigned-elsewhere" and "other.azure-devices.net" in found.message


def test_this_hub_or_none() -> None:
    for facts in (dps("assigned", hub=HUB.upper()), dps("assigning"), dps()):
        assert not list(assigned_here.run(facts, identity()))
