"""Help texts of the commands that look into a hub's settings and their history. Nothing else, as in _help."""

from knack.help_files import helps

helps["iot diag route"] = """
type: group
short-summary: Find out where the routes of a hub take a message.
"""

helps["iot diag route trace"] = """
type: command
short-summary: Try all routes of a hub with one message, and say to which endpoint it goes.
long-summary: >
    Tests one message against all routes of the hub. The message is the newest of the device at the built-in endpoint, a
    recorded message (--file), or your own message (--body, --app-properties, --system-properties). The command changes
    nothing.

    You see the result of each route, and the health of the endpoints that get the message. Azure tries the conditions.
    A route that is off, or that has no condition, is judged by its settings. The fallback route takes a message that no
    other route matches.

    A condition has no value if it names a part that the message does not have. An example is the body of a message
    whose content type is not application/json. The command shows the reason.

    To see the routes, you need the role Reader at the hub. To try the routes, you need a role with the action
    Microsoft.Devices/IotHubs/routing/routes/$testall/action, such as Contributor. If that action is missing, the
    command says what to ask an administrator for. The newest message is read with a key of the hub.

    Exit code: 0 the message comes to the endpoint where it is wanted. 1 a value is wrong. 3 the hub does not exist. 4
    the message goes to other endpoints only, is dropped, or its endpoint takes no messages. 5 it could not be
    determined. 130 interrupted.
examples:
  - name: Find out where the newest message of a device goes.
    text: az iot diag route trace --hub-name HUB --device-id pump-7
  - name: Try a message that no device has sent yet.
    text: >
        az iot diag route trace --hub-name HUB --body @body.json --app-properties @properties.json
        --system-properties '{"contentType": "application/json", "contentEncoding": "utf-8"}'
  - name: Find out whether a recorded message comes to the endpoint "cold".
    text: az iot diag route trace --hub-name HUB --file recorded.jsonl --endpoint cold
"""

helps["iot diag changes"] = """
type: group
short-summary: Find out what changed in the settings of a hub, its access and a device.
"""

helps["iot diag changes show"] = """
type: command
short-summary: List what changed, newest first, with the time, the person, and the device if it is named.
long-summary: >
    Reads the activity log, settings such as address rules and routes, role assignments, certificates, automatic
    configurations, the twin of --device-id, and Azure Advisor. If your access does not allow a source, the result names
    it with the reason. The result also lists the gaps of the sources. The activity log has no change of a device's key
    or twin, and goes back 90 days. The command changes nothing.

    You need the role Reader at the hub. For automatic configurations and the twin, you need the role IoT Hub Data
    Reader.

    Exit code: 0 every source was read. 1 a value is wrong. 3 the hub does not exist. 5 a source could not be read, or
    holds more than was read. 130 interrupted.
examples:
  - name: List what changed at a hub in the last week.
    text: az iot diag changes show --hub-name HUB
  - name: List what changed in the last day, with the twin of a device.
    text: az iot diag changes show --hub-name HUB --device-id pump-7 --since 1d
  - name: List only the changes in the activity log and the settings.
    text: az iot diag changes show --hub-name HUB --only activity-log settings -o table
"""
