"""Help texts of the commands that reach a device through its hub: `method`, `twin`. Nothing else, as in _help."""

from knack.help_files import helps

helps["iot diag method"] = """
type: group
short-summary: Find out whether a device answers direct methods.
"""

helps["iot diag method ping"] = """
type: command
short-summary: Call a direct method of a device, and explain the answer.
long-summary: >
    Calls a method through the hub, and waits. By default the method is iotDiagPing, which no device has. Any answer of
    the device then shows that it can be called. A method that you name with --method-name is carried out. An error
    status of the device is then a finding.

    A hub gives one answer for several causes. In that case the command reads the registry and the newest messages, to
    rule out some of the causes. It lists the causes that are left. You always see the HTTP status and the times. The
    call is never repeated.

    You need the right ServiceConnect or the role IoT Hub Data Contributor. Each call counts as a message, also if the
    device is not connected.

    Exit code: 0 the device answered. 1 a value is wrong. 3 the hub does not exist. 4 the device cannot be called, or
    answered a method that you named with an error. 5 undetermined. 130 interrupted.
examples:
  - name: Find out whether a device can be called.
    text: az iot diag method ping --hub-name HUB --device-id pump-7
  - name: Call a method of the device with a payload from a file.
    text: az iot diag method ping --login @hub.txt --device-id pump-7 --method-name reboot --method-payload @in.json
  - name: Wait a minute for a device that sleeps.
    text: az iot diag method ping --hub-name HUB --device-id pump-7 --connect-timeout 60
"""

helps["iot diag twin"] = """
type: group
short-summary: Find out whether changes of a twin reach the device and come back.
"""

helps["iot diag twin test"] = """
type: command
short-summary: Set a desired property, wait for the device's answer, and restore the property.
long-summary: >
    Sets a desired property, and waits for the answer. The answer is an acknowledgement by the convention of plug and
    play (value, ac, av), or the reported property of the same name. You see the versions before the change, of the
    change and of the restoration.

    The command restores the property in every case: after the answer, after the time is over, and after Ctrl-C or
    SIGTERM. After a kill, the next command of this tool that opens the hub restores it, from a note on this machine.
    Restoring is a second change, and the device also gets that change. Properties that the device reported stay.

    The command asks before it changes a device, unless "az iot diag simulate --new-device" made that device. It refuses
    $edgeAgent and $edgeHub. It warns if an automatic configuration applies to the device.

    You need the right ServiceConnect or the role IoT Hub Data Contributor.

    Exit code: 0 the device answered. 1 a value is wrong, or you answered no. 3 the hub does not exist. 4 the device
    refused the value, reported another value, or no longer answers a property that it has reported before. Also 4: the
    property could not be restored. 5 undetermined, such as if the device was silent. 130 interrupted.
examples:
  - name: Set a property that the device answers.
    text: az iot diag twin test --hub-name HUB --device-id pump-7 --property interval=30
  - name: The same in a pipeline, with the hub's service connection string.
    text: az iot diag twin test --login @hub.txt --device-id pump-7 --property interval=30 --yes
  - name: Set a property that no device knows.
    text: az iot diag twin test --hub-name HUB --device-id pump-7
"""

helps["iot diag message"] = """
type: group
short-summary: Send a message from the cloud to a device, and find out whether the device completed it.
"""

helps["iot diag message send"] = """
type: command
short-summary: Send a cloud-to-device message and, with --wait, show whether the device completed it.
long-summary: >
    Puts the message into the device's queue at the hub, where 50 can wait. With --wait, the command reads the feedback
    of the hub: completed, expired, rejected, abandoned too often, or purged. Over MQTT, the acknowledgement of the
    protocol completes a message. It does not show that the program of the device used the message.

    A hub has one queue of feedback for all senders. Do not use --wait on a hub whose feedback another program reads.
    The command takes only batches in which every record is of its own message. It gives back a batch with a record of
    another sender once, and then says that it cannot get the feedback.

    Ctrl-C ends the wait. The message stays in its queue.

    You need the right ServiceConnect, or the role IoT Hub Data Contributor.

    Exit code: 0 the hub has the message, and with --wait the device completed it. 1 a value is wrong. 3 the hub does
    not exist. 4 the queue is full, the hub has no such device, or the device did not complete the message. 5 it could
    not be determined. 130 interrupted.
examples:
  - name: Send a message, and wait until the device completes it.
    text: az iot diag message send --hub-name HUB --device-id pump-7 --data on --wait
  - name: Send the body of a file with properties. The message expires after ten minutes.
    text: az iot diag message send --login @hub.txt -d pump-7 --data @body.json --properties kind=set --expire-after 600
"""
