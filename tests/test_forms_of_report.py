"""`report create` of saved facts: its files, what it says in each form, and what it refuses before it measures."""

from __future__ import annotations

import json
import os
import stat
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from azext_iotdiag.model import facts_json
from tests.plugins import az
from tests.test_forms_of_check import facts, shown

SECRET = "c2VjcmV0IG9mIGEgZGV2aWNlLCAzMiBieXRlcyBsb25nIQ=="
GUID = "5e4d3c2b1a0f4e3d8c7b6a5f4e3d2c1b"


@pytest.fixture
def saved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A file with the facts of a device that is disabled, in the current folder."""
    monkeypatch.chdir(tmp_path)
    Path("facts.json").write_text(json.dumps(facts_json.dump(facts(), "1.0")))
    return "facts.json"


def report(*options: str, **how: Any) -> az.Run:
    return az.az("iot", "diag", "report", "create", *options, **how)


def test_both_files_are_written_for_this_user_alone(saved: str) -> None:
    done = report("--facts", saved, "--to-file", "case")
    assert done.code == 4, done.err
    told = json.loads(done.out)
    assert (told["page"], told["data"], told["version"]) == ("case.html", "case.json", 1)
    assert told["verdict"]["codes"][0] == "device-disabled"
    for name in ("case.html", "case.json"):
        assert sys.platform == "win32" or stat.S_IMODE(os.stat(name).st_mode) == 0o600
    assert sorted(os.listdir()) == ["case.html", "case.json", "facts.json"]


def test_the_data_is_judged_again_to_the_same_verdict(saved: str) -> None:
    report("--facts", saved, "--to-file", "case")
    first, again = (az.az("iot", "diag", "check", "--facts", name, "-o", "json") for name in (saved, "case.json"))
    assert first.code == again.code == 4
    assert json.loads(first.out) == json.loads(again.out)
    assert json.loads(Path("case.json").read_text())["report"]["verdict"] == json.loads(again.out)["verdict"]


def test_a_report_is_made_of_the_data_of_a_report(saved: str) -> None:
    report("--facts", saved, "--to-file", "case")
    done = report("--facts", "case.json", "--to-file", "again")
    assert done.code == 4
    case, again = (json.loads(Path(name).read_text()) for name in ("case.json", "again.json"))
    assert case["facts"] == again["facts"]


def test_on_a_terminal_and_as_rows(golden: Callable[[str, str], None], saved: str) -> None:
    done = report("--facts", saved, "--to-file", "case", terminal=True, environment={"COLUMNS": "80", "TERM": "xterm"})
    assert done.code == 4
    golden("report/terminal.txt", shown(done.out.decode()))
    rows = report("--facts", saved, "--to-file", "case", "--overwrite", "-o", "tsv")
    golden("report/rows.tsv", rows.out.decode())


def test_in_a_pipeline_the_findings_stand_on_the_page_of_the_run(saved: str) -> None:
    done = report("--facts", saved, "--to-file", "case", environment={"TF_BUILD": "True"})
    assert done.code == 4 and json.loads(done.out)["page"] == "case.html"
    assert "##vso[task.logissue type=error;code=device-disabled]" in done.err
    assert "√ The report is written: case.html" in done.err


def test_files_that_are_there_stay(saved: str) -> None:
    report("--facts", saved, "--to-file", "case")
    for there, gone in (("case.html", "case.json"), ("case.json", "case.html")):
        Path(gone).unlink(missing_ok=True)
        Path(there).write_text("mine")
        done = report("--facts", saved, "--to-file", "case")
        assert done.code == 1 and f"{there} is there already" in done.err and "--overwrite" in done.err
        assert Path(there).read_text() == "mine" and not Path(gone).exists()
    Path("case.json").chmod(0o644)
    assert report("--facts", saved, "--to-file", "case", "--overwrite").code == 4
    assert sys.platform == "win32" or stat.S_IMODE(os.stat("case.json").st_mode) == 0o600
    assert json.loads(Path("case.json").read_text())["report"]


@pytest.mark.skipif(sys.platform == "win32", reason="symbolic links take a right there")
def test_a_link_that_leads_nowhere_is_a_file_that_is_there(saved: str) -> None:
    Path("case.json").symlink_to("elsewhere")
    done = report("--facts", saved, "--to-file", "case")
    assert done.code == 1 and not Path("elsewhere").exists()


def test_a_name_with_an_ending_and_the_name_by_default(saved: str) -> None:
    assert json.loads(report("--facts", saved, "--to-file", "a.html").out)["data"] == "a.json"
    assert json.loads(report("--facts", saved, "--to-file", "b.json").out)["page"] == "b.html"
    assert json.loads(report("--facts", saved, "--to-file", "c.v2").out)["page"] == "c.v2.html"
    usual = json.loads(report("--facts", saved, "-d", "pump/7").out or "{}")
    assert usual == {}  # a hub holds no such id
    page = json.loads(report("--facts", saved).out)["page"]
    assert page.startswith("iot-diag-report-pump-7-20") and page.endswith("Z.html") and Path(page).exists()


def test_what_the_user_knows_stands_in_the_ticket(saved: str) -> None:
    done = report(
        "--facts", saved, "--to-file", "case", "-d", "pump-7", "pump-8", "pump-9", "--started", "2026-11-30T10:00",
        "--protocol", "mqtt_ws", "--sdk", "azure-iot-device", "--sdk-version", "2.14.0", "--language", "Python",
        "--tracking-id", f"{GUID}=2026-11-30T10:58:20Z", f"{GUID[::-1]}-G:11",
    )  # fmt: skip
    assert done.code == 4, done.err
    ticket = {each["name"]: each["values"] for each in json.loads(Path("case.json").read_text())["report"]["ticket"]}
    assert ticket == {
        "started": ["2026-11-30T10:00:00Z"],
        "services": ["hub.azure-devices.net"],
        "resources": [],
        "devices": ["pump-7", "pump-8", "pump-9"],
        "protocol": ["MQTT over WebSocket"],
        "sdk": ["azure-iot-device"],
        "language": ["Python"],
        "sdkVersion": ["2.14.0"],
        "trackingIds": [
            f"{GUID} at 2026-11-30T10:58:20Z (the user)", f"{GUID[::-1]}-G:11, time not known (the user)",
        ],
    }  # fmt: skip
    page = Path("case.html").read_text()
    assert all(value in page for values in ticket.values() for value in values if " at " not in value)


BAD = {
    "four devices": (("-d", "a", "b", "c", "d"), "--device-id takes 3 ids at most"),
    "an id with a blank": (("-d", "a", "b c"), "--device-id: no hub can hold a device with this id"),
    "a time in the future": (("--started", "2999-01-01"), "--started: the time 2999-01-01T00:00:00Z lies"),
    "no time": (("--started", "yesterday"), "--started: 'yesterday' is not a time"),
    "an empty SDK": (("--sdk", " "), "--sdk takes 1 to 100 characters"),
    "a long language": (("--language", "x" * 101), "--language takes 1 to 100 characters"),
    "no tracking id": (("--tracking-id", "a b"), "--tracking-id: this is no tracking id"),
    "no time of a tracking id": (("--tracking-id", f"{GUID}=never"), "--tracking-id: 'never' is not a time"),
    "many tracking ids": (("--tracking-id", *(GUID,) * 11), "--tracking-id takes 10 ids at most"),
    "no folder": (("--to-file", "missing/case"), "there is no folder missing"),
    "a dash": (("--to-file", "-"), "--to-file names no file"),
    "an ending alone": (("--to-file", ".html"), "--to-file names no file"),
    "a folder": (("--to-file", "folder/"), "--to-file names no file"),
    "nothing named": ((), "What is to be checked?"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_refused_before_anything_is_measured(saved: str, name: str) -> None:
    options, said = BAD[name]
    given = () if name == "nothing named" else ("--facts", saved)
    os.mkdir("folder")
    done = report(*given, *options, environment={"AZURE_IOTDIAG_LOGIN": ""})
    assert done.code == 1 and said in done.err, done.err
    assert sorted(os.listdir()) == ["facts.json", "folder"]


def test_a_secret_that_was_typed_in_a_wrong_place_is_in_no_file(saved: str) -> None:
    done = report("--facts", saved, "--to-file", "case", "--sdk", f"x;SharedAccessKey={SECRET}", "--language", SECRET)
    written = Path("case.html").read_text() + Path("case.json").read_text()
    assert done.code == 4 and "***" in written
    for said in (written, done.out.decode(), done.err):
        assert SECRET[:12] not in said and SECRET[-14:-2] not in said


def test_an_interrupted_diagnosis_says_so(saved: str) -> None:
    """The facts of a diagnosis that Ctrl-C ended, in which no fault was seen so far."""
    content = json.loads(Path(saved).read_text())
    content["facts"] = {"now": content["facts"]["now"]}
    content["facts"]["ended"] = {
        "value": {"why": "interrupted", "enough": False}, "measured": "2026-11-30T12:00:00Z", "source": "this command",
        "place": "here",
    }  # fmt: skip
    Path(saved).write_text(json.dumps(content))
    done = report("--facts", saved, "--to-file", "case")
    assert done.code == 130
    assert "Interrupted: not everything was looked at." in Path("case.html").read_text()
