"""A lab's data as lines."""

from __future__ import annotations

from azext_iotdiag.lab.faults.active import FAULTS
from azext_iotdiag.lab.process import cli_text
from azext_iotdiag.lab.scenarios.catalogue import SCENARIOS


def test_status_and_description_tell_the_essentials(lab):
    lab.break_("connection-dropped", after=2)
    lines = cli_text.status({"name": "lab", **lab.description, **lab.status(5)})
    text = "\n".join(lines)
    for part in ("'lab'", "lab-hub.azure-devices.net", "connection-dropped after=2 times=1", "device-3", "never"):
        assert part in text
    assert lines[-1].endswith("Fault: connection-dropped starts (after=2, times=1).")
    said = "\n".join(cli_text.description(lab.description))
    assert lab.description["connectionStrings"]["service"] in said
    assert lab.description["environmentFile"] in said
    assert "--app-id lab-app" in said and lab.description["central"][0]["token"] in said


def test_scenarios_are_a_table():
    heads, *rows = cli_text.scenarios(SCENARIOS.values())
    assert heads.split()[:2] == ["SCENARIO", "DEVICES"]
    assert [row.split()[0] for row in rows] == list(SCENARIOS)


def test_faults_are_a_table():
    heads, *rows = cli_text.faults(FAULTS.values())
    assert heads.split() == ["FAULT", "HEALS", "PARAMETERS", "WHAT", "HAPPENS"]
    assert [row.split()[0] for row in rows] == list(FAULTS)
    column = heads.index("WHAT HAPPENS")
    assert [row[column:] for row in rows] == [fault.title for fault in FAULTS.values()]
