"""The articles on connection logs, followed against a lab: collect, provoke errors with a device, and find them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.flows.conftest import Flow
from tests.plugins import az as plugin

pytestmark = pytest.mark.slow
RunAs = Callable[..., plugin.Run]
D = ("-d", "device-1")


def told(done: plugin.Run) -> dict[str, Any]:
    assert done.out, done.err
    found: dict[str, Any] = json.loads(done.out)
    return found


def test_errors_of_a_device_are_collected_and_found(flow: Flow, run_as: RunAs) -> None:
    before = told(run_as(("logs", "errors")))
    assert before["failure"] == "logs-not-collected"
    enabled = told(run_as(("logs", "enable"), "--yes"))
    assert enabled["carriedOut"] is True and enabled["rowsADay"]["measuredRows"] is None
    for wrong in ("wrong-key", "same-identity-twice", "bad-patch-again"):
        run_as(("simulate",), *D, "--misbehave", wrong, "--message-count", "1")

    done = run_as(("logs", "errors"), *D, "--timeline")
    found = told(done)
    codes = {each["code"]: each for each in found["groups"]}
    # 401002: the owner has no data role, so that the hub refuses the look-up of the device before a key is used.
    assert done.code == 4 and set(codes) - {"401002"} == {"401003", "400027", "400004"}
    assert codes["401003"]["entry"] == "hub-401003" and codes["401003"]["mitigation"]
    assert found["hub"] == flow.lab.state.hub.host and found["timeline"]

    rows = told(run_as(("logs", "query"), "--saved", "connection-errors", *D))["rows"]
    assert {row["ResultType"] for row in rows} == set(codes)
    status = told(run_as(("logs", "status")))
    assert status["arrivals"]["rows"] >= len(rows) and status["arrivals"]["newest"]
    gone = run_as(("logs", "disable"), "--yes")
    assert told(gone)["carriedOut"] is True


def test_what_the_workspace_says_no_to(flow: Flow, run_as: RunAs) -> None:
    told(run_as(("logs", "enable"), "--yes"))
    wrong = run_as(("logs", "query"), "--kql", "AzureDiagnostics | | count", "--plain")
    assert wrong.code == 5 and b"on line [1,19]" in wrong.out
    flow.lab.break_("logs-late", seconds=600)
    run_as(("simulate",), *D, "--misbehave", "wrong-key")
    assert told(run_as(("logs", "errors")))["rows"] == 0
