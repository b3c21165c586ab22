"""Help texts of the commands that reach a device through its hub: `method`. Texts and nothing else, as in _help."""

from knack.help_files import helps

helps["iot diag method"] = """
type: group
short-summary: Find out whether a device can be called.
"""

helps["iot diag method ping"] = """
type: command
short-summary: Call a direct method of a device, and explain what comes.
long-summary: >
    The hub calls the method and waits. By default the method is iotDiagPing, which no device has: any answer of the
    device shows that it can be called. A method that you name with --method-name is carried out, and an error status of
    the device is then a finding.

    A hub gives one answer for several causes. Then the registry and the newest messages are read, which rules some of
    them out, and the causes that are left are listed. The HTTP status and the times are always shown. The call is never
    repeated.

    It takes the right ServiceConnect or the role IoT Hub Data Contributor. Each call counts as a message, also where
    the device is not connected.

    Exit code: 0 the device answered. 1 a value is wrong. 3 the hub does not exist. 4 the device cannot be called, or
    answered a method that you named with an error. 5 it could not be determined. 130 interrupted.
examples:
  - name: Find out whether a device can be called.
    text: az iot diag method ping --hub-name HUB --device-id pump-7
  - name: Call a method of the device with a payload from a file.
    text: az iot diag method ping --login @hub.txt --device-id pump-7 --method-name reboot --method-payload @in.json
  - name: Wait a minute for a device that sleeps.
    text: az iot diag method ping --hub-name HUB --device-id pump-7 --connect-timeout 60
"""
