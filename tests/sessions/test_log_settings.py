"""`logs status`, `enable` and `disable` against a lab in memory. Each body that is sent is pinned by a golden file."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest

from azext_iotdiag.lab.lab import Lab, new_lab
from azext_iotdiag.lab.tenant.roles import Denial
from azext_iotdiag.lab.tenant.tenant import HUB_TYPE, WORKSPACE_TYPE, Resource
from azext_iotdiag.model import exit_codes
from azext_iotdiag.model.log_setting import LogStatus
from azext_iotdiag.model.target import Secret
from azext_iotdiag.probes import context as context_module
from azext_iotdiag.probes.context import Context, LogAccess
from azext_iotdiag.probes.context import Resource as Managed
from azext_iotdiag.render import log_settings as render
from azext_iotdiag.sessions import log_settings
from tests.plugins import clocks, http_in_memory
from tests.plugins.lab_requests import arm, token

VERSION = "2021-05-01-preview"


class Played:
    """A lab that is asked in place of Azure, by somebody with a role; `sent` are the bodies of what was changed."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch):
        self.now = 1_800_000_000.0
        self.state: Lab = new_lab(clock=lambda: self.now)
        self.sent: list[str] = []
        made = http_in_memory.to_lab(self.state)

        def recorded(host: str, **options):
            options.pop("connections")
            http = made(host, **options)
            ask = http.request

            def request(method: str, target: str, step: str, **more):
                if method != "GET":
                    self.sent.append(f"{method} {target}\n{(more.get('body') or b'').decode()}")
                return ask(method, target, step, **more)

            http.request = request
            return http

        monkeypatch.setattr(context_module, "Http", recorded)

    def turn(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds

    @property
    def hub(self) -> Resource:
        return self.state.tenant.subscriptions[0].find(HUB_TYPE)[0]

    def context(self, role: str = "Owner") -> Context:
        subscription = self.state.tenant.subscriptions[0]
        who = self.state.tenant.named("servicePrincipal", role)
        resource = Managed(subscription.id_of(self.hub), self.state.hub.host, "https://management.azure.com",
                           partial(token, self.state, who))  # fmt: skip
        return Context(resource=resource)

    def document(self) -> bytes:
        path = f"{self.context().resource.id}/providers/Microsoft.Insights/diagnosticSettings"
        return json.dumps(arm(self.state, path, version=VERSION).body).encode()

    def enable(self, workspace: str = "", role: str = "Owner"):
        planned = log_settings.to_enable(self.context(role), workspace)
        return log_settings.carry_out(self.context(role), planned)

    def disable(self):
        return log_settings.carry_out(self.context(), log_settings.to_disable(self.context()))


@pytest.fixture
def played(monkeypatch: pytest.MonkeyPatch) -> Played:
    return Played(monkeypatch)


def pinned(played: Played) -> str:
    """What was sent, without what is random in a lab."""
    subscription = played.state.tenant.subscriptions[0]
    return "".join(f"{each}\n" for each in played.sent).replace(subscription.id, "SUBSCRIPTION")


def test_what_is_sent(played: Played, golden: Callable[[str, str], None]) -> None:
    played.enable()
    played.hub.diagnostics["az-iot-diag"]["logs"][1:] = []
    played.enable()
    played.disable()
    golden("log_settings.txt", pinned(played))


def test_disable_after_enable_leaves_every_byte_as_it_was(played: Played) -> None:
    foreign = {"workspaceId": "/other", "logs": [{"category": "Routes", "enabled": True}]}
    played.hub.diagnostics["theirs"] = foreign
    before = played.document()
    assert played.enable().carried_out and played.document() != before
    assert played.disable().carried_out and played.document() == before


def test_enabling_twice_sends_once(played: Played) -> None:
    assert played.enable().carried_out and len(played.sent) == 1
    again = played.enable()
    assert (again.carried_out, again.exit_code, len(played.sent)) == (False, exit_codes.HEALTHY, 1)
    assert "All logs that a diagnosis needs are sent to lab-logs already" in render.answer(again)


def test_the_plan_changes_nothing(played: Played) -> None:
    planned = log_settings.to_enable(played.context("Reader"), "")
    assert (played.sent, planned.exit_code) == ([], exit_codes.HEALTHY)
    shown = list(render.planned(planned))
    assert shown[0] == "The diagnostic setting az-iot-diag of lab-hub.azure-devices.net will be made:"
    assert shown[1] == "  Workspace: lab-logs (resource group lab-group)"
    assert render.data(planned, dry_run=True)["body"]["properties"]["logs"][0] == {
        "category": "Connections", "enabled": True
    }  # fmt: skip


def test_status_before_and_after(played: Played) -> None:
    before = log_settings.status(played.context("Reader"))
    assert before.exit_code == exit_codes.PROBLEM
    assert render.status_answer(before) == (
        "× The connections of lab-hub.azure-devices.net are not logged in any workspace."
    )
    assert "logs enable --hub-name lab-hub" in list(render.status_lines(before))[-1]
    played.enable()
    after = log_settings.status(played.context("Reader"))
    assert (after.exit_code, after.missing) == (exit_codes.HEALTHY, ())
    assert any("az-iot-diag: C2DCommands, Connections" in line for line in render.status_lines(after))
    assert render.table(render.status_data(after))[1]["Setting"] == "az-iot-diag"


def test_of_a_provisioning_service_the_commands_name_it() -> None:
    status = LogStatus("plant-dps.azure-devices-provisioning.net", missing=("DeviceOperations",))
    said = list(render.status_lines(status))
    assert said[0].startswith("× The operations of plant-dps.")
    assert said[-1] == "  → Collect them: `az iot diag logs enable --dps-name plant-dps`"


def test_a_reader_may_not_write_and_is_told_the_role(played: Played) -> None:
    refused = played.enable(role="Reader")
    assert (refused.carried_out, refused.exit_code) == (False, exit_codes.UNDETERMINED)
    said = "\n".join(render.lines(refused))
    assert "Microsoft.Insights/DiagnosticSettings/write" in said and "Monitoring Contributor" in said
    assert played.hub.diagnostics == {}


def test_a_lock_is_said(played: Played) -> None:
    from azext_iotdiag.lab.tenant.roles import Lock

    played.state.tenant.locks.append(Lock("frozen", "ReadOnly", played.context().resource.id))
    refused = played.enable()
    assert refused.exit_code == exit_codes.UNDETERMINED and "ScopeLocked" in render.answer(refused)


def test_several_workspaces_are_listed_with_their_commands(played: Played) -> None:
    subscription = played.state.tenant.subscriptions[0]
    subscription.resources.append(Resource(WORKSPACE_TYPE, "second", "lab-group"))
    planned = log_settings.to_enable(played.context(), "")
    said = list(render.lines(planned))
    assert planned.exit_code == exit_codes.PROBLEM and said[0].startswith("× There are several")
    assert "  → Use it: `az iot diag logs enable --hub-name lab-hub --workspace second`" in said
    assert played.enable("second").carried_out


@pytest.mark.parametrize("count", [0, 5])
def test_without_a_workspace_or_room_the_way_out_is_said(played: Played, count: int) -> None:
    if count:
        for number in range(count):
            played.hub.diagnostics[f"s{number}"] = {"storageAccountId": "s", "logs": []}
    else:
        subscription = played.state.tenant.subscriptions[0]
        subscription.resources[:] = [each for each in subscription.resources if each.type != WORKSPACE_TYPE]
    said = list(render.lines(log_settings.to_enable(played.context(), "")))
    assert said[1].startswith("  → Delete or extend one of these: s0, s1" if count else "  → Make one: `az monitor")


def test_what_cannot_be_read_is_undetermined(played: Played) -> None:
    played.state.tenant.assignments.clear()
    planned = log_settings.to_enable(Context(resource=Managed("/subscriptions/s/h", "h", "https://x", _no_token)), "")
    assert planned.exit_code == exit_codes.UNDETERMINED and render.answer(planned).startswith("? The diagnostic")
    status = log_settings.status(Context(resource=Managed("/subscriptions/s/h", "h", "https://x", _no_token)))
    assert status.exit_code == exit_codes.UNDETERMINED


def _no_token() -> str:
    from azext_iotdiag.model.failure import Failure, Kind, StepFailed

    raise StepFailed(Failure(Kind.UNAUTHORIZED, "the login", "h", 443))


def test_disable_without_a_setting_of_ours_changes_nothing(played: Played) -> None:
    played.hub.diagnostics["theirs"] = {"workspaceId": "w", "logs": []}
    done = played.disable()
    assert (done.carried_out, done.exit_code, played.sent) == (False, exit_codes.HEALTHY, [])
    assert "has no diagnostic setting of this tool" in render.answer(done)


def with_logs(played: Played) -> Context:
    """The context of an owner who may ask Log Analytics, too."""
    who = played.state.tenant.named("servicePrincipal", "Owner")
    logs = LogAccess("https://api.loganalytics.io", lambda: Secret(f"Bearer {_token(played, who)}"))
    return replace(played.context(), logs=logs, deadlines=clocks.deadlines(played.state.clock, lambda: 0.0))


def _token(played: Played, who: object) -> str:
    return token(played.state, who, "https://api.loganalytics.io")


def connected(played: Played, devices: int) -> None:
    """So many devices are connected from now on."""
    played.state.runtime.metrics.note("connectedDeviceCount", played.state.clock() - 600, devices)


def test_status_says_how_old_the_newest_row_is(played: Played) -> None:
    played.enable()
    played.state.runtime.record("mqtt", "connect", "accepted", peer="192.0.2.1:1", who="device-1")
    played.turn(240)
    found = log_settings.status(with_logs(played))
    assert found.exit_code == exit_codes.HEALTHY
    shown = list(render.status_lines(found))
    assert any(
        line.startswith("  Connections: 1 row in the last day, 0.") and "Newest: 4 min ago." in line for line in shown
    )
    assert render.status_data(found)["arrivals"]["newest"] == "2027-01-15T08:00:00Z"


def test_status_of_a_hub_with_devices_and_without_rows(played: Played) -> None:
    played.enable()
    connected(played, 7)
    found = log_settings.status(with_logs(played))
    assert found.exit_code == exit_codes.PROBLEM
    shown = "\n".join(render.status_lines(found))
    assert shown.startswith("× lab-hub.azure-devices.net is logged, but no row arrived in the last day, though up to 7 "
                            "devices were connected.")  # fmt: skip
    assert "[log-rows-missing]" in shown and "az iot diag logs status --hub-name lab-hub" in shown
    assert render.status_data(found)["arrivals"]["finding"] == "log-rows-missing"


def test_status_of_a_hub_that_is_not_busy(played: Played) -> None:
    played.enable()
    connected(played, 0)
    found = log_settings.status(with_logs(played))
    assert found.exit_code == exit_codes.HEALTHY
    assert "  No row in the last day. No device was connected, so no row is expected." in list(
        render.status_lines(found)
    )


def test_status_where_the_workspace_does_not_let_in(played: Played) -> None:
    played.enable()
    reader = played.state.tenant.named("servicePrincipal", "Owner")
    action = ("Microsoft.OperationalInsights/workspaces/query/*",)
    subscription = played.state.tenant.subscriptions[0]
    played.state.tenant.denials.append(Denial("1", "no logs", reader.object_id, subscription.path, action))
    found = log_settings.status(with_logs(played))
    assert found.exit_code == exit_codes.HEALTHY  # the setting is there
    assert any(line.startswith("  Whether rows arrive is not known:") for line in render.status_lines(found))
    assert render.status_data(found)["arrivals"]["failure"] == "workspace-refuses"


def test_the_plan_says_how_many_rows_a_day(played: Played) -> None:
    connected(played, 10)
    for _ in range(5):
        played.state.runtime.count("d2c.twin.read.success")
    played.turn(60)
    planned = log_settings.to_enable(with_logs(played), "")
    shown = list(render.planned(planned))
    assert "  Rows a day: about 5 to 485. Twins and methods make 5." in shown
    assert "  Each of 10 connected devices makes up to 48, if it renews a token each hour." in shown
    told = render.data(planned, dry_run=True)["rowsADay"]
    assert (told["least"], told["most"], told["measuredRows"]) == (5, 485, None)


def test_the_plan_shows_what_was_measured(played: Played) -> None:
    played.enable()
    for _ in range(3):
        played.state.runtime.record("mqtt", "connect", "accepted", peer="192.0.2.1:1", who="device-1")
    planned = log_settings.to_enable(with_logs(played), "")
    assert any(line.startswith("  Rows in the last day: 3, 1.") for line in render.lines(planned))
    assert render.data(planned, dry_run=True)["rowsADay"]["measuredRows"] == 3


def test_nothing_of_it_is_known_without_the_metrics(played: Played) -> None:
    context = with_logs(played)
    owner = played.state.tenant.named("servicePrincipal", "Owner")
    action = ("Microsoft.Insights/metricDefinitions/*",)
    scope = played.state.tenant.subscriptions[0].path
    played.state.tenant.denials.append(Denial("1", "no metrics", owner.object_id, scope, action))
    planned = log_settings.to_enable(context, "")
    assert any(line.startswith("  Rows a day: not known, because") for line in render.planned(planned))
