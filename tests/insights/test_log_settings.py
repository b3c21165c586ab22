"""How a setting of our own gets the logs that a diagnosis needs, beside those of others."""

from __future__ import annotations

from azext_iotdiag.insights import log_settings
from azext_iotdiag.insights.log_settings import OWN, USEFUL
from azext_iotdiag.model import exit_codes
from azext_iotdiag.model.log_setting import Action, LogSetting, Plan, Planned, Trouble, Workspace

ID = "/subscriptions/s/resourceGroups/Plant/providers/Microsoft.Devices/IotHubs/hub"
OFFERED = ("Connections", "DeviceTelemetry", "C2DCommands", "DeviceIdentityOperations", "FileUploadOperations",
           "Routes", "D2CTwinOperations", "C2DTwinOperations", "TwinQueries", "DirectMethods")  # fmt: skip


def workspace(name: str, group: str = "plant") -> Workspace:
    id_ = f"/subscriptions/s/resourceGroups/{group}/providers/Microsoft.OperationalInsights/workspaces/{name}"
    return Workspace(id_, name, group)


ONE, OTHER, FAR = workspace("one"), workspace("other"), workspace("far", "elsewhere")


def setting(name: str, *categories: str, to: Workspace | None = ONE, group: str = "") -> LogSetting:
    logs = [{"category": each, "enabled": True} for each in categories]
    logs += [{"categoryGroup": group, "enabled": True}] if group else []
    return log_settings.setting(name, {"workspaceId": to.id.upper() if to else None, "logs": logs}, OFFERED)


def plan(*settings: LogSetting, known: tuple[Workspace, ...] = (ONE,), asked: str = "") -> Plan:
    return log_settings.to_enable(ID, settings, OFFERED, known, asked)


def sent(made: Plan) -> list[str]:
    return [row["category"] for row in made.body["properties"]["logs"]] if made.body else []


def test_without_any_setting_one_is_made() -> None:
    made = plan()
    assert (made.action, made.name, made.workspace, made.trouble) == (Action.CREATE, OWN, ONE, None)
    assert set(sent(made)) == set(made.adds) == set(USEFUL) and made.body["properties"]["workspaceId"] == ONE.id


def test_a_second_run_changes_nothing() -> None:
    again = plan(setting(OWN, *USEFUL))
    assert (again.action, again.body, again.adds) == (Action.NOTHING, None, ())
    assert Planned("h", again).exit_code == exit_codes.HEALTHY


def test_an_own_setting_that_lacks_some_is_amended_and_keeps_what_it_has() -> None:
    amended = plan(setting(OWN, "Connections", "TwinQueries"))
    assert amended.action is Action.AMEND and "Connections" not in amended.adds
    assert set(sent(amended)) == {*USEFUL, "TwinQueries"}


def test_what_was_added_to_the_own_setting_is_kept() -> None:
    mine = setting(OWN, "Connections")
    more = {**mine.properties, "storageAccountId": "archive", "eventHubName": None, "metrics": []}
    amended = plan(log_settings.setting(OWN, more, OFFERED))
    assert set(amended.body["properties"]) == {"workspaceId", "logs", "storageAccountId"}


def test_what_another_setting_sends_to_the_workspace_is_not_sent_twice() -> None:
    made = plan(setting("theirs", "Connections", "Routes"))
    assert made.kept == ("Connections", "Routes") and not {"Connections", "Routes"} & set(sent(made))
    assert plan(setting("theirs", group="allLogs")).action is Action.NOTHING


def test_what_another_setting_sends_elsewhere_does_not_count() -> None:
    assert "Connections" in sent(plan(setting("theirs", "Connections", to=None), known=(ONE,)))
    assert "Connections" in sent(plan(setting("theirs", "Connections", to=OTHER), known=(ONE, OTHER), asked="one"))


def test_a_row_that_is_switched_off_sends_nothing() -> None:
    off = {"workspaceId": ONE.id, "logs": [{"category": "Connections", "enabled": False}, 7]}
    assert log_settings.setting("theirs", off, OFFERED).categories == frozenset()


def test_the_obvious_workspace_is_taken() -> None:
    assert plan(setting("theirs", "Routes", to=FAR), known=(ONE, OTHER, FAR)).workspace == FAR
    assert plan(known=(ONE, FAR)).workspace == ONE
    assert plan(known=(FAR,)).workspace == FAR
    assert plan(known=(ONE, OTHER), asked="OTHER").workspace == OTHER
    assert plan(known=(ONE, OTHER), asked=OTHER.id.upper()).workspace == OTHER


def test_a_workspace_of_another_subscription_is_taken_by_its_id() -> None:
    foreign = "/subscriptions/t/resourceGroups/g/providers/Microsoft.OperationalInsights/workspaces/w"
    assert plan(asked=foreign).workspace == Workspace(foreign, "w", "")


def test_what_cannot_be_planned() -> None:
    five = [setting(f"s{number}", to=None) for number in range(5)]
    found = {
        Trouble.NO_WORKSPACE: plan(known=()),
        Trouble.SEVERAL_WORKSPACES: plan(known=(ONE, OTHER)),
        Trouble.WORKSPACE_UNKNOWN: plan(asked="nothing"),
        Trouble.OTHER_WORKSPACE: plan(setting(OWN, "Routes", to=OTHER), known=(ONE, OTHER), asked="one"),
        Trouble.TOO_MANY_SETTINGS: plan(*five),
    }
    for trouble, made in found.items():
        assert (made.trouble, made.action, made.body) == (trouble, Action.NOTHING, None)
        assert Planned("h", made).exit_code == exit_codes.PROBLEM
    assert found[Trouble.SEVERAL_WORKSPACES].choices == (ONE, OTHER)


def test_an_own_setting_is_amended_also_where_there_are_five() -> None:
    four = [setting(f"s{number}", to=None) for number in range(4)]
    assert plan(*four, setting(OWN, "Routes")).action is Action.AMEND


def test_only_the_own_setting_is_deleted() -> None:
    gone = log_settings.to_disable(ID, [setting("theirs", "Routes"), setting(OWN.upper(), "Connections")])
    assert (gone.action, gone.name, gone.adds) == (Action.DELETE, OWN.upper(), ("Connections",))
    nothing = log_settings.to_disable(ID, [setting("theirs", "Routes")])
    assert nothing.action is Action.NOTHING


def test_of_a_provisioning_service_all_categories_are_useful() -> None:
    offered = ("DeviceOperations", "ServiceOperations")
    assert log_settings.useful(offered) == offered
    assert set(sent(log_settings.to_enable(ID, [], offered, [ONE]))) == set(offered)


def test_status() -> None:
    status = log_settings.status("h", [setting("a", "Connections"), setting("b", "Routes", to=None)], OFFERED)
    assert status.connections and "Routes" in status.missing and "Connections" not in status.missing
    assert status.exit_code == exit_codes.HEALTHY
    assert log_settings.status("h", [], OFFERED).exit_code == exit_codes.PROBLEM
    assert log_settings.status("h", [setting("a", group="allLogs")], OFFERED).missing == ()


def test_a_category_whose_rows_can_be_counted() -> None:
    """Connections first, and else the first by name; of this workspace alone."""
    both = [setting("a", "Routes", "Connections"), setting("b", "C2DCommands", to=OTHER), setting("c", to=None)]
    assert [log_settings.collected(both, each) for each in (ONE, OTHER, FAR)] == ["Connections", "C2DCommands", ""]
    assert log_settings.collected([setting("a", "TwinQueries", "Routes")], ONE) == "Routes"
    assert log_settings.collected([setting("a", "Routes", to=None)], None) == "Routes"
    assert log_settings.collected([setting("a", "Routes")], None) == ""
