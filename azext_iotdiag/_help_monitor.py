"""The help texts of `logs` and `metrics`."""

from knack.help_files import helps

helps["iot diag logs"] = """
type: group
short-summary: Find out what a hub's resource log says about connections.
"""

helps["iot diag logs errors"] = """
type: command
short-summary: Group the errors of a resource log by device and code, and recognise patterns in its rows.
long-summary: >
    Reads exported rows of AzureDiagnostics. No login is needed. Each code is shown with its cause, its resolution, and
    whether a retry helps. Patterns are shown with their evidence. Examples are a harmless renewal of tokens, two
    clients with one identity, an idle connection that is cut, and a site that is refused.

    A log is written on a best-effort basis. Rows can be missing, and the newest rows arrive up to 10 min late. A
    pattern is likely, and never sure.

    To export rows in the portal, open Logs of the hub, run `AzureDiagnostics` with a time range, and choose Export to
    CSV, all columns.

    Exit code: 0 no error, or only errors that a harmless pattern explains. 1 a value is wrong. 4 errors were found. 5
    no row could be read. 130 interrupted.
examples:
  - name: Look at rows that were exported in the portal.
    text: az iot diag logs errors --file query_data.csv
  - name: Show each row of one device, too.
    text: az iot diag logs errors --file query_data.csv --device-id pump-7 --timeline
  - name: Look at all that a diagnostic setting archived to a storage account.
    text: az iot diag logs errors --file insights-logs-connections/
"""

helps["iot diag metrics"] = """
type: group
short-summary: Find out what Azure Monitor counted.
"""

helps["iot diag metrics show"] = """
type: command
short-summary: Show where the messages of a hub went.
long-summary: >
    Azure Monitor keeps these metrics without any preparation. They follow the messages: attempted, accepted, throttled,
    delivered to each kind of endpoint, orphaned, dropped, incompatible. Each has the name of the portal beside that of
    the API, and a line of bars over the time. The role Reader is enough.

    A metric counts all devices of the hub. The newest values can be some minutes old.

    Exit code: 0 nothing is wrong. 1 a value is wrong. 3 there is no such hub. 4 messages were throttled, orphaned,
    dropped or incompatible, or the quota is used up. 5 the metrics could not be read. 130 interrupted.
examples:
  - name: Show the last 30 min of a hub.
    text: az iot diag metrics show --hub-name HUB
  - name: Show a week as data.
    text: az iot diag metrics show --hub-name HUB --since 7d -o json
"""
