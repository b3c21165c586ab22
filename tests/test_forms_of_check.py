"""`check` in each form, of saved facts: on a terminal of 80 columns, in a pipe, in the log of a pipeline, as data."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from azext_iotdiag.model import facts_json
from azext_iotdiag.model.device_says import DeviceSays, SaidCode
from azext_iotdiag.model.facts import Fact, Vantage, given, typed
from azext_iotdiag.model.finding import Severity
from azext_iotdiag.model.hub_settings import EndpointHealth, HubSettings, Quota, Route
from azext_iotdiag.model.identity import Identity
from azext_iotdiag.model.newest_messages import NewestMessages
from azext_iotdiag.model.sample import Sample, SampleViolation
from azext_iotdiag.model.twin_state import Pending, TwinState
from tests.plugins import az

NOW = 1_796_040_000  # 2026-11-30T12:00:00Z
AT = datetime.fromtimestamp(NOW, timezone.utc)
HOST = "hub.azure-devices.net"
WIDTH = 80


def ms(seconds_ago: int) -> int:
    return (NOW - seconds_ago) * 1000


def facts() -> dict[str, Fact[Any]]:
    """A device that was disabled an hour ago, with something to say at nearly every link."""
    behind = TwinState(4, 2, ms(7200), (Pending("interval", 4, ms(7200), ms(90_000)),))
    identity = Identity(
        HOST, "pump-7", status="disabled", status_reason="stolen", status_updated=ms(3600), last_activity=ms(3700),
        authentication="sas", queued=50, twin=behind, reported=ms(90_000),
    )  # fmt: skip
    sample = Sample(20, 0, 118, "pump.json", (SampleViolation("out-of-range", "$.level", Severity.FAIL, 3),))
    says = DeviceSays("--device-log", (SaidCode("hub-401002", ("401002",), 7, 512, ms(60)),), 512)
    hot = Route("hot", "DeviceMessages", "$body.level > 9", ("events",), True)
    fallback = Route("$fallback", "DeviceMessages", "true", ("events",), True)
    measured = {
        "identity": identity,
        "hub_settings": HubSettings(HOST, "Active", routes=(hot,), fallback=fallback),
        "quota": Quota(390_000, 400_000),
        "endpoint_health": (EndpointHealth("events", "healthy"),),
        "newest_messages": NewestMessages("pump-7", ms(3700), 4000, 9, ms(1), 40, 60.0, sample),
    }
    told = Fact(says, AT, "this command", Vantage.DEVICE)
    return {**given(NOW), **{name: typed(value, AT) for name, value in measured.items()}, "device_says": told}


@pytest.fixture
def saved(tmp_path: Path) -> str:
    """A file with these facts."""
    path = tmp_path / "pump-7.json"
    path.write_text(json.dumps(facts_json.dump(facts(), "1.0")))
    return str(path)


def check(saved: str, *options: str, **how: Any) -> az.Run:
    done = az.az("iot", "diag", "check", "--facts", saved, *options, **how)
    assert done.code == 4, done.err
    return done


def shown(text: str) -> str:
    return "".join(f"{line.rstrip()}\n" for line in text.splitlines())


def test_a_terminal_of_80_columns(golden: Callable[[str, str], None], saved: str) -> None:
    done = check(saved, terminal=True, environment={"COLUMNS": str(WIDTH), "TERM": "xterm"})
    text = done.out.decode()
    assert max(map(len, text.splitlines())) <= WIDTH
    golden("check/terminal.txt", shown(text))


def test_a_pipe(golden: Callable[[str, str], None], saved: str) -> None:
    golden("check/plain.txt", shown(check(saved, "--plain").out.decode()))


def test_the_log_of_a_pipeline(golden: Callable[[str, str], None], saved: str) -> None:
    done = check(saved, environment={"TF_BUILD": "True"})
    assert json.loads(done.out)["verdict"]["exitCode"] == 4
    golden("check/pipeline.txt", shown(done.err))


def test_rows(golden: Callable[[str, str], None], saved: str) -> None:
    golden("check/rows.tsv", check(saved, "-o", "tsv").out.decode())


def test_json(golden: Callable[[str, str], None], saved: str) -> None:
    data = json.loads(check(saved, "-o", "json").out)
    for each in data["checks"]:
        for found in each["findings"]:
            found["causes"] = len(found["causes"])  # they are pinned with their entries
    golden("check/data.json", json.dumps(data, indent=2) + "\n")


def test_every_form_has_the_same_verdict(saved: str) -> None:
    data = json.loads(check(saved).out)["verdict"]
    assert (data["link"], data["codes"][0], data["certainty"]) == ("admission", "device-disabled", "sure")
    plain = check(saved, "--plain").out.decode().splitlines()[0]
    assert plain == f"× {data['statement']}"
