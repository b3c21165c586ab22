"""The commands in a text are made ready to be run."""

from __future__ import annotations

import pytest

from azext_iotdiag.model.target import Secret, Target
from azext_iotdiag.render.commands import Known, known, with_extension

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
    ("`az iot central device show --app-id APP`", known(APP),
     "`az iot central device show --app-id my-app` (needs the azure-iot extension)"),
])  # fmt: skip
def test_filled(text: str, given: Known, filled: str) -> None:
    assert given.filled(text) == filled


def test_a_command_by_itself() -> None:
    assert known(NAMED, "d").command("az iot diag device show --login @hub.txt -d DEVICE") == (
        "az iot diag device show --hub-name my-hub -d d"
    )


@pytest.mark.parametrize(("command", "foreign"), [
    ("az iot hub device-identity show -n HUB -d DEVICE", True), ("az iot hub query -n HUB -q x", True),
    ("az iot hub connection-string show -n HUB", True), ("az iot hub message-route list -n HUB", True),
    ("az iot dps enrollment-group list -n DPS", True), ("az iot central device show --app-id APP", True),
    ("az iot edge deployment list -n HUB", True), ("az iot device simulate -n HUB", True),
    ("az iot dps connection-string show", True), ("az iot hub show-stats -n HUB", False),
    ("az iot hub show -n HUB", False), ("az iot hub list", False), ("az iot hub route list -n HUB", False),
    ("az iot hub certificate list", False), ("az iot dps show -n DPS", False), ("az iot dps policy list", False),
    ("az iot dps linked-hub list", False), ("az iot central app show -n APP", False),
    ("az iot diag key test", False), ("az monitor metrics list", False), ("az iot hub identity show", False),
])  # fmt: skip
def test_a_command_of_another_extension_names_it(command: str, foreign: bool) -> None:
    told = with_extension(f"Run `{command}`, and again `{command}`.")
    assert told.count("(needs the azure-iot extension)") == foreign
    assert (f"`{command}` (needs the azure-iot extension), and" in told) is foreign
    said = f"Run `{command}` of the azure-iot extension."
    assert with_extension(said) == said


def test_the_next_command_is_whole_or_not_given() -> None:
    known = Known(hub="my-hub", login="--hub-name my-hub")
    assert known.next_command("az iot diag device list --login @hub.txt") == "az iot diag device list --hub-name my-hub"
    assert known.next_command("az iot diag device show --login @hub.txt --device-id DEVICE") == ""
    assert known._replace(device="d 1").next_command("az x -d DEVICE") == "az x -d 'd 1'"
    assert known.next_command("") == ""


def test_the_files_that_a_command_reads_are_named() -> None:
    told = list(Known().files_of("az iot diag key test --login @hub.txt --key @key.txt"))
    assert [line.split()[0] for line in told] == ["hub.txt", "key.txt"]
    assert list(Known().files_of("az iot diag explain hub-401003")) == []


@pytest.mark.parametrize(("again", "command"), [
    (None, "az iot diag device list --login @hub.txt"), ("", "az iot diag device list"),
    ("--login @/tmp/my.txt", "az iot diag device list --login @/tmp/my.txt"),
])  # fmt: skip
def test_a_hub_that_a_string_opened_is_opened_by_it_again(again: str | None, command: str) -> None:
    opened = Target(hub="my-hub.azure-devices.net", policy="service", credential=Secret("k"), again=again)
    assert known(opened).next_command("az iot diag device list --login @hub.txt") == command
