"""`changes show` against a lab: what is changed there is listed, with who did it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from azext_iotdiag.lab.hub import twins
from azext_iotdiag.lab.tenant import activity
from azext_iotdiag.lab.tenant.roles import HUB_READER
from tests.flows.conftest import Flow
from tests.plugins import az as plugin

pytestmark = pytest.mark.slow
SHOW = ("changes", "show")
RunAs = Callable[..., plugin.Run]


def told(done: plugin.Run) -> dict[str, Any]:
    assert done.out, done.err
    found: dict[str, Any] = json.loads(done.out)
    return found


def change_hub(flow: Flow) -> str:
    """Let the owner change the hub, as the resource manager writes it down. Returns who that is."""
    state = flow.lab.state
    owner = state.tenant.named("servicePrincipal", "Owner")
    assert owner is not None
    path = state.tenant.path_of(state.hub)
    done = activity.Operation(
        "Microsoft.Devices/IotHubs/write", path, owner.client_id, owner.object_id, "PUT", "127.0.0.1", state.clock(),
        200,
    )  # fmt: skip
    flow.lab.call(activity.with_operation, state.tenant.activity, done)
    return owner.client_id


def test_the_activity_log_is_listed_with_who_did_it(flow: Flow, run_as: RunAs) -> None:
    who = change_hub(flow)
    found = told(run_as(SHOW, "--only", "activity-log"))
    assert found["complete"] is True and not found["notRead"]
    newest = found["changes"][0]
    assert newest["who"] == who and "Microsoft.Devices/IotHubs/write" in newest["what"] and newest["device"] is None
    assert [each["source"] for each in found["sources"]] == ["activity-log"]


def test_a_device_brings_its_twin(flow: Flow, run_as: RunAs) -> None:
    def desire(state: Any) -> None:
        twins.update(state.hub.devices["device-1"].twin, {"properties": {"desired": {"interval": 5}}}, state.clock())

    flow.lab.call(desire, flow.lab.state)
    found = told(run_as(SHOW, "-d", "device-1", "--only", "twin"))
    assert found["complete"] is True, found
    assert any(each["what"].startswith("desired property interval set") for each in found["changes"])
    assert {each["device"] for each in found["changes"]} == {"device-1"}


def test_what_an_access_may_not_read_is_said(flow: Flow, run_as: RunAs) -> None:
    change_hub(flow)
    done = run_as(SHOW, "-d", "device-1", role="Reader")
    found = told(done)
    unread = {each["source"]: each["code"] for each in found["notRead"]}
    assert done.code == 5 and unread["twin"] == "registry-refused" and "activity-log" not in unread
    assert any(each["source"] == "activity-log" for each in found["changes"])
    plain = run_as(SHOW, "-d", "device-1", "--plain", role="Reader", data=(HUB_READER,)).out.decode()
    assert "Not read: the twin" not in plain and "What these sources cannot hold:" in plain


def test_since_leaves_out_what_is_older(flow: Flow, run_as: RunAs) -> None:
    change_hub(flow)
    found = told(run_as(SHOW, "--only", "activity-log", "--since", "1h"))
    assert found["changes"]
    rows = run_as(SHOW, "--only", "activity-log", "-o", "tsv").out.decode().splitlines()
    assert rows and all("\tactivity-log\t" in row for row in rows)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("-n", "hub", "--since", "91d"), "more than 90 days ago"),
        (("-n", "hub", "--since", "yesterday"), "--since: 'yesterday' is not a time"),
        (("-n", "hub", "--only", "twin"), "--device-id is missing"),
        ((), "az's login alone"),
    ],
)
def test_what_is_typed_wrong(arguments, says) -> None:
    done = plugin.az("iot", "diag", "changes", "show", *arguments)
    assert done.code == 1 and says in done.err, done.err
