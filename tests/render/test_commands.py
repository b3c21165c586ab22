"""The commands in a text are made ready to be run."""

from __future__ import annotations

import pytest

from azext_iotdiag.model.target import Secret, Target
from azext_iotdiag.render.commands import Known, known

NAMED = Target(hub="my-hub.azure-devices.net", policy="service", credential=Secret("k"), origin="Using a key.")
BY_STRING = Target(hub="my-hub.azure-devices.net", policy="service", credential=Secret("k"))
APP = Target(app="my-app.azureiotcentral.com")
DPS = Target(dps="my-dps.azure-devices-provisioning.net")


@pytest.mark.parametrize(("text", "given", "filled"), [
    ("`az iot hub show -n HUB`", known(NAMED), "`az iot hub show -n my-hub`"),
    ("`az iot hub show -n HUB`", known(BY_STRING), "`az iot hub show -n my-hub`"),
    ("`az iot hub show -n HUB`", known(None, "d"), "`az iot hub show -n HUB`"),
    ("Look: `az x -n HUB -d DEVICE`, or `az y -d DEVICE`.", known(NAMED, "d-1"),
     "Look: `az x -n my-hub -d d-1`, or `az y -d d-1`."),
    ("`az x -d DEVICE`", known(NAMED), "`az x -d DEVICE`"),
    ("`az x -d DEVICE`", known(NAMED, "it's; rm"), """`az x -d 'it'"'"'s; rm'`"""),
    ("`az x -d DEVICE`", known(NAMED, r"back\1slash"), r"`az x -d 'back\1slash'`"),
    ("`az x --h HUB_ID -n OTHER_HUB HUB-2`", known(NAMED), "`az x --h HUB_ID -n OTHER_HUB HUB-2`"),
    ("The HUB and its `DEVICE` are `HUB`.", known(NAMED, "d"), "The HUB and its `DEVICE` are `HUB`."),
    ("`az iot diag key test --login @hub.txt`", known(NAMED), "`az iot diag key test --hub-name my-hub`"),
    ("`az iot diag key test --login @hub.txt`", known(BY_STRING), "`az iot diag key test --login @hub.txt`"),
    ("`az iot diag monitor events --login @hub.txt`", known(APP), "`az iot diag monitor events --app-id my-app`"),
    ("`az iot dps show -n DPS`", known(None, dps=DPS), "`az iot dps show -n my-dps`"),
    ("`az iot central device show --app-id APP`", known(APP), "`az iot central device show --app-id my-app`"),
])  # fmt: skip
def test_filled(text: str, given: Known, filled: str) -> None:
    assert given.filled(text) == filled


def test_a_command_by_itself() -> None:
    assert known(NAMED, "d").command("az iot diag device show --login @hub.txt -d DEVICE") == (
        "az iot diag device show --hub-name my-hub -d d"
    )
