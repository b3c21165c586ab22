"""Every help text. Loaded with each `az iot ...`, so it holds texts and nothing else."""

from knack.help_files import helps

from azext_iotdiag._help import (  # noqa: F401  # pylint: disable=unused-import
    alert,
    changes,
    commands,
    identity,
    lab,
    monitor,
    network,
    payload,
)

helps["iot diag"] = """
type: group
short-summary: Find out why the data of IoT devices does not arrive.
"""

helps["iot diag check"] = """
type: command
short-summary: Find out where the data of a device stops, and why.
long-summary: >
    Finds the first broken link between the device and you: provisioning, admission, connection, ingress, routing,
    stream. You see one verdict with its evidence and the next command. The command reads only. It never connects as the
    device, and it sends no message.

    The result lists what your access could not see. --hub-name shows most: your login reads the settings of the hub. If
    your login may list keys, it also reads the messages. With --login, the command reads the device and the messages.
    With --connection-string, it tries the device's own string.

    With --device-id alone, the command looks on every hub, provisioning service and application that your login sees.
    It uses your login and no keys. --auth-type key reads keys. The list of services comes from Resource Graph, and can
    be some minutes old. If one service knows the device, the device is diagnosed there. If several services know the
    device, they are all listed, and none is chosen.

    --quiet-since and --device-query check a group of a hub's devices. The verdict compares the group with the rest of
    the fleet, and names what the devices share. It also names what changed before their common last sign. A share is
    listed only if chance alone does not explain it.

    Exit code: 0 no fault was seen. 1 a value is wrong. 3 the hub, application or provisioning service does not exist. 4
    a fault was found. 5 undetermined. 130 interrupted.
examples:
  - name: Find out why nothing arrives from a device of a hub, with az's login.
    text: az iot diag check --hub-name HUB --device-id pump-7
  - name: The same with the hub's service connection string, which is in a file.
    text: az iot diag check --login @hub.txt --device-id pump-7
  - name: The same for a device of an IoT Central application.
    text: az iot diag check --app-id APP --device-id pump-7
  - name: Include the provisioning service through which the device gets its hub.
    text: az iot diag check --hub-name HUB --dps-name DPS --device-id pump-7
  - name: Find the device on every service that your login sees, and diagnose it there.
    text: az iot diag check --device-id pump-7
  - name: Find out what the quiet devices of a hub have in common.
    text: az iot diag check --hub-name HUB --quiet-since 12h
  - name: Check the devices of one site against the rest of the fleet.
    text: az iot diag check --hub-name HUB --device-query "SELECT * FROM devices WHERE tags.site = 'north'"
  - name: Try the string that is on the device, from this machine.
    text: az iot diag check --connection-string @device.txt
  - name: Include the log of the device, which shows events that no service sees.
    text: az iot diag check --hub-name HUB --device-id pump-7 --device-log device.log
  - name: Find out why methods do not work. This calls a method of the device.
    text: az iot diag check --hub-name HUB --device-id pump-7 --for methods --active
  - name: Test the network to a host, without any login.
    text: az iot diag check --host HUB.azure-devices.net
  - name: Save the facts for a colleague, who judges them without access to the hub.
    text: az iot diag check --hub-name HUB --device-id pump-7 --save-facts pump-7.json
  - name: Judge saved facts.
    text: az iot diag check --facts pump-7.json
"""

helps["iot diag report"] = """
type: group
short-summary: Write down a diagnosis for a support ticket.
"""

helps["iot diag report create"] = """
type: command
short-summary: Diagnose, and write a page and its data for a support ticket.
long-summary: >
    Diagnoses as "az iot diag check" does, and writes two files. NAME.html is a page to read and to print. It needs no
    network and no other file. NAME.json is the data to attach: "az iot diag check --facts" judges it again, without
    access to your services.

    The page begins with the questions of Azure support: start of the trouble, device ids, protocol, SDK, language,
    version, and tracking ids with their times. No service knows some of the answers: give them with the options of the
    group Ticket. An empty line says who knows the answer.

    The files hold ids, host names, addresses and states of devices and services. They hold no key, no token, no
    connection string and no body of a message. Text that looks like a secret is replaced by ***. Only you may read the
    files. Existing files stay, unless you give --overwrite.

    Exit code: that of the diagnosis, after the files are written. 0 no fault was seen. 1 a value is wrong, or a file
    cannot be written. 3 the hub, application or provisioning service does not exist. 4 a fault was found. 5 it could
    not be determined. 130 interrupted: the report then says so.
examples:
  - name: Write a report about a device of a hub, with az's login.
    text: az iot diag report create --hub-name HUB --device-id pump-7
  - name: Name the files, and give the answers that no service knows.
    text: az iot diag report create --hub-name HUB --device-id pump-7 --to-file pump-7 --started 2026-11-20T10:00:00Z
        --protocol mqtt --sdk azure-iot-device --sdk-version 2.14.0 --language Python
  - name: Name three devices of the same trouble. The first is diagnosed.
    text: az iot diag report create --login @hub.txt --device-id pump-7 pump-8 pump-9
  - name: Add the log of the device, and a tracking id that is in it.
    text: az iot diag report create --hub-name HUB --device-id pump-7 --device-log device.log
        --tracking-id 5e4d3c2b1a0f4e3d8c7b6a5f4e3d2c1b=2026-11-20T10:58:20Z
  - name: Make a report of facts that were saved before.
    text: az iot diag report create --facts pump-7.json --to-file pump-7-report
"""

helps["iot diag monitor"] = """
type: group
short-summary: Watch the telemetry and the property changes of devices.
"""

helps["iot diag monitor events"] = """
type: command
short-summary: Show the telemetry that arrives at an IoT hub.
long-summary: >
    Reads every partition. Partitions that could not be read are listed with the reason. If nothing arrives, the command
    says why, where the cause can be known. If you name one device by its exact id, the command also asks the hub about
    it.

    You see each payload exactly as the device sent it: JSON as JSON, other text as text. Anything else is shown as
    base64, with the format that it seems to have. Messages go to stdout, and everything else goes to stderr.

    On a terminal, the output is for people. Otherwise, and with -o json, each message is one line with a JSON object.
    With -o yaml it is one document, with -o table one row.

    With -o tsv, a message is one row of enqueued, device, module, component, partition, sequence, contentType,
    payloadForm and payload. Then follow the properties, system and annotations that you ask for with --properties. A
    message in which something is odd also has bodyType and problems. In text, but not in JSON, a tab or a line end
    becomes an escape such as \\t.

    --query is applied to each message as -o json shows it. A null shows nothing, and a list becomes one row.

    If nothing comes from the device of --device-id for 10 s, the command asks the service whether it knows the device.
    If not, the command ends.

    Exit code: 0 ended as asked. 1 a value is wrong. 3 the consumer group or the hub does not exist. 4 no message came,
    access was refused, or a device missed its heartbeat. 5 a partition could not be read. 130 interrupted before any
    partition was read.
examples:
  - name: Watch all devices until Ctrl-C. The file holds the hub's service connection string.
    text: az iot diag monitor events --login @hub.txt
  - name: Watch a hub with az's login, which must be allowed to list the hub's keys.
    text: az iot diag monitor events --hub-name HUB
  - name: Show the next ten messages of the devices whose id begins with "pump-", for two minutes at most.
    text: az iot diag monitor events --login @hub.txt --device-id "pump-*" --max-messages 10 --duration 120
  - name: Save the messages of the last hour, and go on until a minute passes without a message.
    text: az iot diag monitor events --login @hub.txt --since 1h --timeout 60 -o json | tee events.jsonl
  - name: Show the messages of the component "thermostat" of every device with this model, with all properties.
    text: az iot diag monitor events --login @hub.txt --component thermostat --interface "dtmi:com:example:*" -p all
  - name: Watch for an hour, and name every pump that sends nothing for more than six minutes.
    text: az iot diag monitor events --login @hub.txt --device-id "pump-*" --expect-every 6m --duration 3600 -o none
  - name: Print device and temperature of each message that has a temperature, with a tab between them.
    text: az iot diag monitor events -l @hub.txt -o tsv --query "payload.temperature && [device, payload.temperature]"
  - name: Show where each message that should be JSON breaks the format.
    text: az iot diag monitor events --login @hub.txt --content-type application/json
  - name: Watch the devices that have a certain tag. The policy in the string also needs the right RegistryRead.
    text: az iot diag monitor events --login @hub.txt --device-query "SELECT * FROM devices WHERE tags.site = 'north'"
  - name: Watch the devices of an IoT Central application. The file holds an API token of the application.
    text: az iot diag monitor events --app-id my-app --token @token.txt
  - name: Read with a consumer group of your own and with the azure-eventhub library.
    text: az iot diag monitor events --login @hub.txt --consumer-group diag --reader sdk
  - name: Read over port 443, where a firewall blocks 5671. The command uses the proxy that HTTPS_PROXY names.
    text: az iot diag monitor events --login @hub.txt --transport amqp_ws
"""

helps["iot diag explain"] = """
type: command
short-summary: Explain an error code or status, or find the first failure in a device's log.
long-summary: >
    Explains the codes of IoT Hub and of the Device Provisioning Service, and the statuses of IoT Central. Also explains
    return codes of MQTT, conditions of AMQP, and errors of TLS and sockets. The command works offline.

    For a device's log, you see the first failure, its consequences, whether the device recovered, and the next command.
    The command reads logs of the Azure SDKs, of ESP-IDF, Arduino, FreeRTOS, NetX Duo, Zephyr, IoT Edge, mosquitto,
    Tasmota and ESPHome. It hides text that looks like a key.

    To read a log from standard input, write a dash. Without a dash, the command stops waiting if no log begins within a
    minute.

    Exit code: 0 explained, or the log holds no code. 1 the code is not known. 130 interrupted before the log was read.
examples:
  - name: Explain a code of IoT Hub, by number or by name.
    text: az iot diag explain 401003 LinkCreationConflict
  - name: Explain a number that the Device Provisioning Service returned.
    text: az iot diag explain 401 --context dps
  - name: Explain the last line of a device's log.
    text: 'az iot diag explain "Connection Refused: not authorised."'
  - name: Explain a whole log.
    text: az iot diag explain < device.log
  - name: Follow the log of a serial port, and explain each new failure at once.
    text: az iot diag explain --follow - < /dev/ttyUSB0
  - name: List the codes of MQTT.
    text: az iot diag explain --list --context mqtt -o table
"""
