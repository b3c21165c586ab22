"""`alert create`, `list` and `delete` against a lab in memory. Each body that is sent is pinned by a golden file."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from azext_iotdiag.lab.monitor import definitions, firing
from azext_iotdiag.lab.tenant.tenant import ACTION_GROUP_TYPE, LOG_ALERT_TYPE, METRIC_ALERT_TYPE, Resource
from azext_iotdiag.model import exit_codes
from azext_iotdiag.model.alert import AlertTrouble, AlertWanted, PlannedAlerts, RuleKind, RuleList
from azext_iotdiag.model.log_setting import Action
from azext_iotdiag.probes.context import Context
from azext_iotdiag.render import alerts as render
from azext_iotdiag.sessions import alerts
from tests.plugins import clocks
from tests.sessions.test_log_settings import Played as PlayedSettings
from tests.sessions.test_log_settings import pinned

NOW = 1_800_000_000.0
DEVICES = AlertWanted(("connected-devices",))


class Played(PlayedSettings):
    """A lab with two weeks of values, on a clock of the test."""

    def context(self, role: str = "Owner") -> Context:
        return replace(super().context(role), deadlines=clocks.deadlines(lambda: NOW))

    def connected(self, count: float, *, hours: float = 24 * 14) -> None:
        """So many devices are connected from so many hours ago on."""
        self.state.runtime.metrics.note(definitions.CONNECTED, NOW - hours * 3600, count)

    def create(self, wanted: AlertWanted = DEVICES, role: str = "Owner") -> PlannedAlerts:
        return alerts.carry_out(self.context(role), alerts.to_create(self.context(role), wanted))

    def delete(self, *names: str, with_group: bool = False) -> PlannedAlerts:
        planned = alerts.to_delete(self.context(), names, with_group=with_group)
        return alerts.carry_out(self.context(), planned)

    def listed(self, role: str = "Reader") -> RuleList:
        return alerts.listed(self.context(role))

    def resources(self, type_: str) -> list[Resource]:
        return self.state.tenant.subscriptions[0].find(type_)


@pytest.fixture
def played(monkeypatch: pytest.MonkeyPatch) -> Played:
    played = Played(monkeypatch)
    played.connected(20)
    return played


def text(result: PlannedAlerts) -> str:
    return "\n".join(render.lines(result))


def test_what_is_sent(played: Played, golden: Callable[[str, str], None]) -> None:
    emails = ("ops@example.com",)
    every = ("connected-devices", "throttled", "dropped", "orphaned", "incompatible", "quota")
    assert played.create(AlertWanted(every, emails=emails)).exit_code == exit_codes.HEALTHY
    played.create(AlertWanted(("connected-devices",), threshold=3.0, emails=emails))
    played.create(AlertWanted(("dropped",), sensitivity="medium", emails=("more@example.com",)))
    played.enable()
    played.create(AlertWanted(device="pump:7", minutes=45, emails=emails))
    played.delete()
    golden("alerts_sent.txt", pinned(played))


def test_the_plan_shows_the_threshold_and_how_often_it_would_have_fired(
    played: Played, golden: Callable[[str, str], None]
) -> None:
    played.connected(17, hours=100)
    played.connected(20, hours=90)
    planned = alerts.to_create(played.context("Reader"), replace(DEVICES, emails=("ops@example.com",)))
    assert played.sent == []
    golden("alerts.txt", text(planned) + "\n")
    data = render.data(planned, dry_run=True)
    assert data["rules"][0]["threshold"] == 18 and data["rules"][0]["wouldHaveFired"] == 1
    assert [each["action"] for each in data["writes"]] == ["create", "create"] and data["carriedOut"] is False
    assert next(iter(render.planned(planned))) == "2 changes for the alerts of lab-hub.azure-devices.net:"


def test_a_second_run_changes_nothing(played: Played) -> None:
    first = played.create(replace(DEVICES, emails=("ops@example.com",)))
    assert render.answer(first) == "√ The rule az-iot-diag-lab-hub-connected-devices was made." and first.done == 2
    played.connected(5, hours=200)  # the history changes, and so would a proposal
    again = played.create(replace(DEVICES, emails=("OPS@example.com",)))
    assert (again.done, len(played.sent)) == (0, 2)
    assert render.answer(again) == "√ lab-hub.azure-devices.net has these rules already. Nothing was changed."
    assert played.create().done == 0  # without an address it keeps the action group that it has


def test_a_rule_that_was_made_fires(played: Played) -> None:
    played.create()
    played.connected(0, hours=0.5)
    firing.look(played.state)
    found = played.listed()
    assert [each.fires for each in found.rules] == [True]
    assert render.list_answer(found) == (
        "! 1 rule of lab-hub.azure-devices.net fires now: az-iot-diag-lab-hub-connected-devices."
    )


def test_a_threshold_that_is_typed_is_taken_and_counted(played: Played) -> None:
    played.connected(2, hours=50)
    made = played.create(replace(DEVICES, threshold=3.0))
    (rule,) = made.plan.rules if made.plan else ()
    assert rule.says == "fewer than 3 connected devices in 5 min"
    assert rule.proposal is not None and (rule.proposal.times, rule.proposal.tried) == (1, ())
    assert "No address is notified" in text(made)


def test_a_threshold_that_is_learned_has_none(played: Played) -> None:
    made = played.create(replace(DEVICES, sensitivity="low"))
    assert "unusually few connected devices (low)" in text(made) and "learns for 3 days" in text(made)
    assert played.listed().rules[0].kind is RuleKind.DYNAMIC


def test_errors_that_were_never_counted_are_alerted_about_at_once(played: Played) -> None:
    made = played.create(AlertWanted(("dropped",)))
    assert "more than 0 messages dropped by routing" in text(made)
    assert "The metric has no value of the last 14 days." in text(made)


@pytest.mark.parametrize(("connected", "trouble"), [(None, AlertTrouble.NO_HISTORY), (0, AlertTrouble.NO_RHYTHM)])
def test_without_a_history_no_threshold_is_made_up(
    monkeypatch: pytest.MonkeyPatch, connected: int | None, trouble: AlertTrouble
) -> None:
    played = Played(monkeypatch)
    if connected is not None:
        played.connected(connected)
    made = played.create()
    assert made.plan is not None and made.plan.trouble is trouble and made.exit_code == exit_codes.PROBLEM
    assert "--on connected-devices --threshold NUMBER" in text(made) and played.sent == []


def test_an_action_group_is_found_by_its_name_or_taken_by_its_id(played: Played) -> None:
    played.create(replace(DEVICES, emails=("ops@example.com",)))
    (group,) = played.resources(ACTION_GROUP_TYPE)
    id_ = played.state.tenant.subscriptions[0].id_of(group)
    by_name = alerts.to_create(played.context(), AlertWanted(("dropped",), group="AZ-iot-diag"))
    assert by_name.plan is not None and by_name.plan.group is None
    (write,) = by_name.plan.writes
    assert write.body is not None and write.body["properties"]["actions"] == [{"actionGroupId": id_}]
    by_id = alerts.to_create(played.context(), AlertWanted(("dropped",), group=id_))
    assert by_id.plan is not None and by_id.plan.writes == by_name.plan.writes
    unknown = alerts.to_create(played.context(), AlertWanted(("dropped",), group="nothing"))
    assert unknown.plan is not None and unknown.plan.trouble is AlertTrouble.GROUP_UNKNOWN
    assert "Action groups that are there: az-iot-diag" in text(unknown)
    played.state.tenant.subscriptions[0].groups["other"] = "westeurope"
    played.state.tenant.subscriptions[0].resources.append(Resource(ACTION_GROUP_TYPE, "az-iot-diag", "other"))
    several = alerts.to_create(played.context(), AlertWanted(("dropped",), group="az-iot-diag"))
    assert several.plan is not None and several.plan.trouble is AlertTrouble.SEVERAL_GROUPS
    assert f"--action-group {id_}" in text(several)


def test_a_device_needs_the_log_of_connections(played: Played) -> None:
    refused = played.create(AlertWanted(device="pump"))
    assert refused.plan is not None and refused.plan.trouble is AlertTrouble.NO_LOGS
    assert "logs enable --hub-name lab-hub" in text(refused)
    played.enable()
    made = played.create(AlertWanted(device="pump"))
    assert made.done == 1 and "Renewals of tokens do not count" in text(made)
    (rule,) = played.resources(LOG_ALERT_TYPE)
    assert rule.location == "westeurope" and rule.properties["scopes"][0].endswith("/workspaces/lab-logs")
    assert played.create(AlertWanted(device="pump")).done == 0


def test_only_own_rules_are_deleted(played: Played) -> None:
    played.create(AlertWanted(("dropped", "orphaned"), emails=("ops@example.com",)))
    theirs = replace(played.resources(METRIC_ALERT_TYPE)[0], name="theirs", tags={})
    played.state.tenant.subscriptions[0].resources.append(theirs)
    assert played.delete("theirs").done == 0
    assert played.delete("az-iot-diag-lab-hub-dropped").done == 1
    done = played.delete()
    assert (done.done, [each.name for each in played.resources(METRIC_ALERT_TYPE)]) == (1, ["theirs"])
    assert render.answer(done) == "√ The rule az-iot-diag-lab-hub-orphaned was deleted."
    assert [each.name for each in played.resources(ACTION_GROUP_TYPE)] == ["az-iot-diag"]
    assert "has no such rule of this tool" in render.answer(played.delete())


def test_an_action_group_that_stays_is_said_and_deleted_where_that_is_asked(played: Played) -> None:
    played.create(AlertWanted(("dropped", "orphaned"), emails=("ops@example.com",)))
    done = played.delete("az-iot-diag-lab-hub-dropped", with_group=True)
    stays = "  The action group az-iot-diag stays. 1 rule uses it: az-iot-diag-lab-hub-orphaned"
    assert (done.done, stays in text(done)) == (1, True)
    assert render.data(done, dry_run=False)["ownActionGroup"] == {
        "name": "az-iot-diag", "action": "nothing", "usedBy": ["az-iot-diag-lab-hub-orphaned"],
    }  # fmt: skip
    done = played.delete()
    assert text(done).splitlines()[1:3] == [
        "  The action group az-iot-diag stays. No other metric alert or log alert uses it.",
        "  → Delete it, too: `az iot diag alert delete --hub-name lab-hub --with-action-group`",
    ]
    done = played.delete(with_group=True)
    assert render.answer(done) == "√ The action group az-iot-diag was deleted."
    assert (done.done, played.resources(ACTION_GROUP_TYPE)) == (1, [])
    assert "action group" not in text(played.delete(with_group=True))


def test_the_rules_are_deleted_before_their_action_group(played: Played) -> None:
    played.create(replace(DEVICES, emails=("ops@example.com",)))
    planned = alerts.to_delete(played.context(), (), with_group=True)
    assert planned.plan is not None and [each.name for each in planned.plan.writes] == [
        "az-iot-diag-lab-hub-connected-devices", "az-iot-diag",
    ]  # fmt: skip
    assert "  The action group az-iot-diag will be deleted." in list(render.planned(planned))
    done = alerts.carry_out(played.context(), planned)
    assert done.done == 2 and render.answer(done) == "√ The rule az-iot-diag-lab-hub-connected-devices was deleted."
    assert "  The action group az-iot-diag was deleted." in text(done).splitlines()


def test_an_action_group_that_others_use_or_made_is_not_deleted(played: Played) -> None:
    played.create(replace(DEVICES, emails=("ops@example.com",)))
    subscription = played.state.tenant.subscriptions[0]
    theirs = replace(played.resources(METRIC_ALERT_TYPE)[0], name="theirs", tags={})  # of another hub, as it were
    theirs.properties = {**theirs.properties, "scopes": ["/another"]}
    subscription.resources.append(theirs)
    done = played.delete(with_group=True)
    assert done.done == 1 and "stays. 1 rule uses it: theirs" in text(done)
    (group,) = played.resources(ACTION_GROUP_TYPE)
    subscription.resources.remove(theirs)
    group.tags = {}
    done = played.delete(with_group=True)
    assert done.done == 0 and "action group" not in text(done) and played.resources(ACTION_GROUP_TYPE) == [group]


def test_an_action_group_stays_where_only_one_resource_group_can_be_read(played: Played) -> None:
    tenant = played.state.tenant
    played.create(replace(DEVICES, emails=("ops@example.com",)))
    group = f"{tenant.subscriptions[0].path}/resourceGroups/lab-group"
    reader = tenant.named("servicePrincipal", "Reader")
    assert reader is not None
    tenant.assignments[:] = [
        each._replace(scope=group) if each.principal == reader.object_id else each for each in tenant.assignments
    ]
    planned = alerts.to_delete(played.context("Reader"), (), with_group=True)
    assert planned.plan is not None and planned.plan.group is None
    assert "You may read the rules of the resource group lab-group alone" in text(planned)


def test_who_may_not_write_is_told_the_role(played: Played) -> None:
    refused = played.create(role="Reader")
    assert (refused.done, refused.exit_code) == (0, exit_codes.UNDETERMINED)
    assert "Microsoft.Insights/metricAlerts/write" in text(refused) and "Monitoring Contributor" in text(refused)


def test_what_was_done_before_a_refusal_is_said(played: Played) -> None:
    planned = alerts.to_create(played.context(), replace(DEVICES, emails=("ops@example.com",)))
    assert planned.plan is not None
    (rule,) = planned.plan.rules
    assert rule.write is not None
    wrong = replace(rule, write=replace(rule.write, body={"location": "global", "properties": {}}))
    done = alerts.carry_out(played.context(), replace(planned, plan=replace(planned.plan, rules=(wrong,))))
    assert (done.done, done.exit_code) == (1, exit_codes.UNDETERMINED)
    assert "1 change had been carried out" in render.answer(done)


def test_all_rules_and_subscriptions_are_listed(played: Played, golden: Callable[[str, str], None]) -> None:
    subscription = played.state.tenant.subscriptions[0]
    played.enable()
    played.create(replace(DEVICES, emails=("ops@example.com",)))
    played.create(AlertWanted(device="pump"))
    off = replace(played.resources(METRIC_ALERT_TYPE)[0], name="theirs", tags={})
    off.properties = {**off.properties, "enabled": False}
    classic = Resource("Microsoft.Insights/alertrules", "old", "lab-group")
    classic.tags = {f"hidden-link:{subscription.id_of(played.hub).upper()}": "Resource"}
    elsewhere = Resource("Microsoft.Insights/alertrules", "other", "lab-group", tags={"hidden-link:/x": "Resource"})
    subscription.resources += [off, classic, elsewhere]
    played.hub.event_subscriptions["to-function"] = {
        "destination": {"endpointType": "AzureFunction"},
        "filter": {"includedEventTypes": ["Microsoft.Devices.DeviceDisconnected"]},
    }
    found = played.listed()
    golden("alerts_listed.txt", "\n".join(render.list_lines(found)).replace(subscription.id, "SUBSCRIPTION") + "\n")
    data = json.dumps(render.list_data(found), indent=2).replace(subscription.id, "SUBSCRIPTION")
    golden("alerts_listed.json", data + "\n")
    assert found.exit_code == exit_codes.HEALTHY
    assert [row["Rule"] for row in render.table(render.list_data(found))][1:] == [
        "az-iot-diag-lab-hub-connected-devices", "theirs", "az-iot-diag-lab-hub-device-pump", "old"
    ]  # fmt: skip


def test_a_hub_without_rules(played: Played) -> None:
    said = list(render.list_lines(played.listed()))
    assert said == ["! No alert rule looks at lab-hub.azure-devices.net.",
                    "  → Make one: `az iot diag alert create --hub-name lab-hub`"]  # fmt: skip


def test_who_reads_one_group_is_told_that_rules_elsewhere_are_not_listed(played: Played) -> None:
    tenant = played.state.tenant
    played.create()
    group = f"{tenant.subscriptions[0].path}/resourceGroups/lab-group"
    reader = tenant.named("servicePrincipal", "Reader")
    assert reader is not None
    tenant.assignments[:] = [
        each._replace(scope=group) if each.principal == reader.object_id else each for each in tenant.assignments
    ]
    found = played.listed()
    assert (found.group, len(found.rules)) == ("lab-group", 1)
    assert "You may read the resource group lab-group alone" in "\n".join(render.list_lines(found))


def test_who_may_read_nothing_is_told_the_right(played: Played) -> None:
    reader = played.state.tenant.named("servicePrincipal", "Reader")
    played.state.tenant.assignments.clear()
    played.state.tenant.named = lambda *_: reader  # type: ignore[method-assign]
    found = played.listed()
    assert found.exit_code == exit_codes.UNDETERMINED and "metricAlerts/read" in render.list_answer(found)
    planned = alerts.to_create(played.context(), DEVICES)
    assert planned.exit_code == exit_codes.UNDETERMINED and render.answer(planned).startswith("? The alert rules")


def test_the_action_of_a_rule_is_said_in_every_case() -> None:
    assert set(render._WILL) == set(Action) and set(render._TROUBLE) == set(AlertTrouble)
