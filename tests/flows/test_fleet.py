"""A fleet summarised and listed under a hub's true limits, in a time that is made up: no 429, and nobody lost."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from azext_iotdiag.clients.deadlines import Clock, applying, usual
from tests.flows.conftest import Flow
from tests.plugins import az as plugin
from tests.plugins.lab_fixture import open_lab

pytestmark = pytest.mark.slow
FLEET = 20_000
QUIET = 67  # of them


class Hours:
    """The clock of the lab and of the pace, which goes on while the pace waits."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead

    def sleep(self, seconds: float) -> None:
        self.ahead += seconds


class Fleet(Flow):
    """A lab with a fleet and the limits of one unit."""

    hours: Hours

    def device(self, *arguments: str, login: str = "iothubowner") -> plugin.Run:
        environment = self.lab.description["environment"]
        timing = replace(usual(), session_clock=self.hours, clock=Clock(sleep=self.hours.sleep))
        with applying(timing):
            run = plugin.az("iot", "diag", "device", *arguments, "-l", self.strings[login], environment=environment)
        return self.judged(run)


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    hours = Hours()
    with open_lab(tmp_path_factory.mktemp("lab"), fleet=FLEET, units=1) as lab:
        lab.runtime.clock = hours
        made = Fleet(lab)
        made.hours = hours
        yield made


@pytest.fixture(autouse=True)
def a_new_minute(fleet: Fleet) -> Iterator[None]:
    """The queries of one test do not count against the next."""
    fleet.hours.sleep(61)
    before = fleet.lab.runtime.throttles.refused
    yield
    assert fleet.lab.runtime.throttles.refused == before, "the hub had to refuse a request"


def test_summary(fleet: Fleet) -> None:
    run = fleet.device("summary", "-o", "json")
    told = json.loads(run.out)
    assert run.code == 0 and told["devices"] == FLEET + 3 and told["calls"] <= 10
    counts = {each["status"]: each["count"] for each in told["connection"]}
    assert sum(counts.values()) == FLEET + 3
    assert counts["device-disabled"] == 20 and counts["device-never-seen"] == 43
    shown = next(each for each in told["connection"] if each["status"] == "device-disabled")
    assert shown["examples"][0] == {"device": "fleet-000007", "reason": "retired"} and shown["mitigation"]


def test_list_holds_everybody_once(fleet: Fleet) -> None:
    before = fleet.hours.ahead
    run = fleet.device("list", "-o", "json")
    assert run.code == 0, run.err
    names = [each["device"] for each in run.messages]
    assert len(names) == len(set(names)) == FLEET + 3
    assert f"Reading {FLEET + 3:,} devices: about 21 queries, 1 to 2 min at 18 queries a minute." in run.err
    (calls,) = re.findall(r"devices, by (\d+) queries", run.err)
    assert 20 <= int(calls) <= 22 and 30 < fleet.hours.ahead - before < 120


def test_filters(fleet: Fleet) -> None:
    query = "SELECT * FROM devices WHERE tags.site = 'centre'"
    run = fleet.device("list", "--status", "never-connected", "-q", query, "-o", "tsv", "--query", "[device, status]")
    rows = [line.split("\t") for line in run.out.decode().splitlines()]
    assert rows and all(status == "device-never-seen" for _, status in rows)
    assert all(int(name.removeprefix("fleet-")) % 500 == 3 for name, _ in rows)
    (most, minutes) = re.findall(r"up to about (\d+) queries, up to about (\d+) min", run.err)[0]
    (calls,) = re.findall(r"devices?, by (\d+) quer", run.err)
    assert int(calls) <= int(most) and int(minutes) == 2
    run = fleet.device("list", "--template", "none", "--status", "disabled", "-o", "json")
    assert run.messages == []
    run = fleet.device("summary", "-q", query)
    assert json.loads(run.out)["devices"] == FLEET // 4 - QUIET  # the quiet ones are in the north


def test_the_quiet_ones(fleet: Fleet) -> None:
    run = fleet.device("list", "--quiet-since", "12h", "-o", "json")
    quiet = [each for each in run.messages if "quiet" not in each]
    unsure = [each for each in run.messages if each.get("quiet") == "unknown"]
    assert run.code == 0 and len(quiet) == QUIET and len(unsure) == 43
    assert f"{QUIET} quiet, 43 unknown" in run.err
    assert f"  tag site = north: {QUIET} of {QUIET} quiet, 0 of 19,936 others\n" in run.err
    assert "hour of the last sign" in run.err and "authentication" not in run.err  # which the others have, too


def test_others_who_use_the_hub_do_not_cost_a_device(fleet: Fleet) -> None:
    """When the hub refuses all the same, it is asked again a minute later, and goes on where it was."""
    lab, queries = fleet.lab, fleet.lab.runtime.throttles._recent["queries"]
    before = lab.runtime.throttles.refused
    lab.call(queries.extend, [fleet.hours()] * 15)
    run = fleet.device("list", "-o", "tsv", "--query", "device")
    assert run.code == 0 and len(run.out.splitlines()) == FLEET + 3
    assert "Throttled" in run.err
    lab.runtime.throttles.refused = before


def test_no_right(fleet: Fleet) -> None:
    for command in ("list", "summary"):
        run = fleet.device(command, login="service")
        assert run.code == 5 and "[registry-refused]" in run.err


def test_a_pipe_that_closes(fleet: Fleet, tmp_path: Path) -> None:
    environment = {**fleet.lab.description["environment"], "AZURE_IOTDIAG_LOGIN": fleet.strings["iothubowner"]}
    process = plugin.start("iot", "diag", "device", "list", "-o", "json", environment=environment)
    assert process.stdout is not None
    assert json.loads(process.stdout.readline())["device"] == "device-1"
    process.stdout.close()
    process.stdout = None
    run = plugin.finished(process)
    assert "Traceback" not in run.err
