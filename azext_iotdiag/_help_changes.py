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
    The message is the newest of the device at the built-in endpoint, a recorded message (--file), or a message that you
    give (--body, --app-properties, --system-properties). Azure tries the conditions. A route that is off, or that has
    no condition, is judged by its settings. The command changes nothing.

    Each route is shown with its result. A condition has no value where it names what the message does not have. An
    example is the body of a message whose content type is not application/json. The reason is shown. The fallback route
    takes what no other route matches. The health of the endpoints that get the message is shown, too.

    It takes the role Reader at the hub to see the routes, and a role with the action
    Microsoft.Devices/IotHubs/routing/routes/$testall/action to try them, such as Contributor. Where the second lacks,
    the command says what to ask an administrator for. The newest message is read with a key of the hub.

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
