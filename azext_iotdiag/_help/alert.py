"""The help texts of `alert`."""

from knack.help_files import helps

helps["iot diag alert"] = """
type: group
short-summary: Get an alert when devices or messages of a hub are lost.
"""

helps["iot diag alert create"] = """
type: command
short-summary: Make a rule that alerts when devices are no longer connected, or messages are lost.
long-summary: >
    Shows the plan first, and asks you. Without --threshold, the command proposes a threshold from the last 14 days of
    the metric. It also says how often that threshold would have fired. A second run changes nothing. Other rules stay
    as they are.

    A metric counts the devices or messages of the whole hub. It does not name a device. With --device-id, the rule
    reads the log of connections. It fires if the device has not connected again in time. Renewals of tokens do not
    count. That log must be collected, and its rows arrive 3 to 10 min late.

    You need the role Monitoring Contributor at the resource group. Azure charges for alert rules. For production, Azure
    documents Event Grid first: the events DeviceConnected and DeviceDisconnected.

    Exit code: 0 the rules are there, or --dry-run showed the plan. 1 a value is wrong. 3 there is no such hub. 4 it is
    not possible, such as without a history to propose from. 5 the rules could not be read or changed. 130 interrupted.
examples:
  - name: Show which threshold is proposed, and how often it would have fired.
    text: az iot diag alert create --hub-name HUB --dry-run
  - name: Notify by e-mail when devices are no longer connected.
    text: az iot diag alert create --hub-name HUB --email ops@example.com
  - name: Alert about lost messages and the quota, with an existing action group.
    text: az iot diag alert create --hub-name HUB --on dropped orphaned quota --action-group GROUP
  - name: Alert with a threshold that Azure learns.
    text: az iot diag alert create --hub-name HUB --dynamic medium --email ops@example.com
  - name: Alert about one device.
    text: az iot diag alert create --hub-name HUB --device-id DEVICE --within 1h --email ops@example.com
"""

helps["iot diag alert list"] = """
type: command
short-summary: List the alert rules that look at a hub, and the event subscriptions to it.
long-summary: >
    Shows metric alerts, log alerts, and classic rules, which no longer fire. For a metric alert, you also see whether
    it fires now. The role Reader is enough.

    Exit code: 0 the rules were read. 1 a value is wrong. 3 there is no such hub. 5 the rules could not be read. 130
    interrupted.
examples:
  - name: List the rules of a hub.
    text: az iot diag alert list --hub-name HUB
"""

helps["iot diag alert delete"] = """
type: command
short-summary: Delete the alert rules that `alert create` made.
long-summary: >
    Shows the plan first, and asks you. Other rules stay. The action group az-iot-diag also stays, and the result says
    which rules still use it. With --with-action-group the command deletes it, too, if no other metric alert or log
    alert of the subscription uses it. Activity log alerts and budgets are not compared.

    Exit code: 0 the rules are gone, or --dry-run showed the plan. 1 a value is wrong. 3 there is no such hub. 5 the
    rules could not be read or changed. 130 interrupted.
examples:
  - name: Delete all rules that this tool made for a hub.
    text: az iot diag alert delete --hub-name HUB
  - name: Delete the action group of this tool, too.
    text: az iot diag alert delete --hub-name HUB --with-action-group
"""
