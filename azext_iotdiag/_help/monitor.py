"""The help texts of `logs` and `metrics`."""

from knack.help_files import helps

helps["iot diag logs"] = """
type: group
short-summary: Collect and read the resource log of a hub's connections.
"""

helps["iot diag logs errors"] = """
type: command
short-summary: Group the errors of a resource log by device and code, and recognise patterns in its rows.
long-summary: >
    Groups the errors by device and code. Each code is shown with its cause, its resolution, and whether a retry helps.
    Patterns are shown with their evidence. Examples are a harmless renewal of tokens, two clients with one identity, a
    cut idle connection, and a refused site.

    The command reads rows from the workspace of a hub or a provisioning service, or exported rows of AzureDiagnostics.
    It finds the workspace through the diagnostic setting. For a file you need no login. For a workspace you need the
    roles Reader at the hub and Log Analytics Reader at the workspace.

    A log is written on a best-effort basis. Rows can be missing, and the newest rows arrive up to 10 min late. A
    pattern is likely, and never sure.

    To export rows in the portal, open Logs of the hub, run `AzureDiagnostics` with a time range, and choose Export to
    CSV, all columns.

    Exit code: 0 no error, or only errors that a harmless pattern explains. 1 a value is wrong. 3 there is no such hub.
    4 errors were found. 5 no row could be read, or no row names the device. 130 interrupted.
examples:
  - name: Look at the last day of a hub.
    text: az iot diag logs errors --hub-name HUB
  - name: Show each row of one device in the last 2 h.
    text: az iot diag logs errors --hub-name HUB --device-id pump-7 --timeline --since 2h
  - name: Look at the failed registrations of a provisioning service.
    text: az iot diag logs errors --dps-name DPS --since 7d
  - name: Look at exported rows of the portal.
    text: az iot diag logs errors --file query_data.csv
  - name: Show each row of one device, too.
    text: az iot diag logs errors --file query_data.csv --device-id pump-7 --timeline
  - name: Look at all rows that a diagnostic setting archived to a storage account.
    text: az iot diag logs errors --file insights-logs-connections/
"""

helps["iot diag logs query"] = """
type: command
short-summary: Run a saved query, or one of your own, in the workspace of a hub.
long-summary: >
    Runs the query in the workspace that the diagnostic setting of the hub names. A saved query is about this hub alone.
    The command checks and declares the values of its parameters, and never pastes them into its text. If Log Analytics
    does not give all rows, the result says so.

    Exit code: 0 the query was answered, also without any row. 1 a value is wrong. 3 there is no such hub. 5 the
    workspace could not be asked, or does not understand the query. 130 interrupted.
examples:
  - name: List the saved queries.
    text: az iot diag logs query --list
  - name: Show the errors of the last week by device and code.
    text: az iot diag logs query --hub-name HUB --saved connection-errors --since 7d
  - name: Show the failed registrations of a provisioning service.
    text: az iot diag logs query --dps-name DPS --saved registration-errors
  - name: Show all rows of one device as data.
    text: az iot diag logs query --hub-name HUB --saved log-rows --device-id pump-7 -o json
  - name: Run a query of your own.
    text: az iot diag logs query --hub-name HUB --kql @mine.kql
"""

helps["iot diag logs status"] = """
type: command
short-summary: Show which logs of a hub are collected, and which a diagnosis lacks.
long-summary: >
    Reads the diagnostic settings of the hub or the provisioning service. The role Reader is enough.

    Exit code: 0 connections are logged in a workspace. 1 a value is wrong. 3 there is no such service. 4 connections
    are not logged. 5 the settings could not be read. 130 interrupted.
examples:
  - name: See whether the connections of a hub are logged.
    text: az iot diag logs status --hub-name HUB
"""

helps["iot diag logs enable"] = """
type: command
short-summary: Collect the logs that a diagnosis needs in a Log Analytics workspace.
long-summary: >
    Shows the plan first, and asks you. Then creates or changes one diagnostic setting, az-iot-diag. Other settings stay
    as they are. A category that another setting sends to the same workspace is not sent twice. A second run changes
    nothing.

    The log holds nothing of the time before. The first rows arrive after 3 to 10 min. Run `check` again after the
    problem has come back. IoT Central has no connection log.

    You need the role Monitoring Contributor. Log Analytics charges for the data that it stores.

    Exit code: 0 the logs are collected, or --dry-run showed the plan. 1 a value is wrong. 3 there is no such service. 4
    it is not possible, such as without a workspace. 5 the settings could not be read or changed. 130 interrupted.
examples:
  - name: Show the plan, and change nothing.
    text: az iot diag logs enable --hub-name HUB --dry-run
  - name: Collect the logs of a hub in a workspace, in a pipeline.
    text: az iot diag logs enable --hub-name HUB --workspace WORKSPACE --yes
  - name: Collect the logs of a provisioning service.
    text: az iot diag logs enable --dps-name DPS
"""

helps["iot diag logs disable"] = """
type: command
short-summary: Remove the diagnostic setting that `logs enable` made.
long-summary: >
    Shows the plan first, and asks you. Then deletes the setting az-iot-diag, and no other. Collected rows stay in the
    workspace.

    Exit code: 0 the setting is gone, or --dry-run showed the plan. 1 a value is wrong. 3 there is no such service. 5
    the settings could not be read or changed. 130 interrupted.
examples:
  - name: Stop the collection that `logs enable` began.
    text: az iot diag logs disable --hub-name HUB
"""

helps["iot diag metrics"] = """
type: group
short-summary: Show the metrics that Azure Monitor keeps for a service.
"""

helps["iot diag metrics show"] = """
type: command
short-summary: Show where the messages of a hub or an IoT Central application went.
long-summary: >
    Shows the metrics along the way of the messages: attempted, accepted, throttled, delivered to each kind of endpoint,
    orphaned, dropped, incompatible. Each metric has its names in the portal and in the API, and a line of bars over the
    time.

    Azure Monitor keeps these metrics without any preparation. The role Reader is enough.

    A metric counts all devices of the hub. The newest values can be some minutes old. For a provisioning service, the
    metrics separate refused devices from devices that never ask. An IoT Central application counts messages,
    properties, commands and data exports. No metric of an application says why something failed.

    Exit code: 0 nothing is wrong. 1 a value is wrong. 3 there is no such hub. 4 messages were throttled, orphaned,
    dropped or incompatible, or the quota is used up. 5 the metrics could not be read. 130 interrupted.
examples:
  - name: Show the last 30 min of a hub.
    text: az iot diag metrics show --hub-name HUB
  - name: Show whether devices ask a provisioning service, and whether it assigns them.
    text: az iot diag metrics show --dps-name DPS --since 1d
  - name: Show the counts of an IoT Central application in the last 2 h.
    text: az iot diag metrics show --app-id APP --since 2h
  - name: Show a week as data.
    text: az iot diag metrics show --hub-name HUB --since 7d -o json
"""

helps["iot diag health"] = """
type: group
short-summary: Find out whether Azure reports a problem of its platform.
"""

helps["iot diag health show"] = """
type: command
short-summary: Show whether Azure reports a problem of its platform with a hub, application or provisioning service.
long-summary: >
    Reads Resource Health, its history of 30 days, and the service issues of the subscription. Azure offers Resource
    Health for hubs and IoT Central applications, and not for provisioning services. For service issues, you need the
    role Reader at the subscription.

    Resource Health covers Azure's platform alone. The state Available does not rule out a quota, network rules or
    routes as the cause. For these use `az iot diag check`.

    Exit code: 0 Azure reports no problem. 1 a value is wrong. 3 there is no such service. 4 the service is unavailable
    or degraded, or a service issue is under way. 5 the health could not be read. 130 interrupted.
examples:
  - name: Show the health of a hub.
    text: az iot diag health show --hub-name HUB
  - name: Show the health of an IoT Central application.
    text: az iot diag health show --app-id APP
"""
