"""Every argument: its names, its form and its help. Defaults not named here stand in the function that takes them."""

from azure.cli.core.commands.parameters import get_enum_type
from knack.arguments import CLIArgumentType

from azext_iotdiag._params import (
    alert,
    changes,
    check,
    commands,
    identity,
    monitor,
    network,
    payload,
    report,
    simulate,
)
from azext_iotdiag._params.target import handed_over, option, service
from azext_iotdiag.known_options import known

message_count = CLIArgumentType(type=int, help="Stop after this many messages.")


WITHOUT_READABLE_FORM = tuple(f"iot diag template {name}" for name in ("infer", "to-kql", "to-spark"))  # for programs


def load_arguments(loader, command):
    """Register the arguments of `command` with `loader`, and those of every command where it is none of ours.

    Registering what another command takes costs time at each start.
    """
    _shared(loader, command)
    _, _, name = (command or "").partition("iot diag ")
    first = name.partition(" ")[0]
    for words, load in _LOADERS:
        if not first or first in words:
            load(loader)


def _shared(loader, command):
    if not command or command in WITHOUT_READABLE_FORM:
        return
    with loader.argument_context(command) as context:
        context.extra(
            "plain",
            options_list=["--plain"],
            action="store_true",
            help="Print the result for people, also into a pipe or a file. Without this option, a pipe or a file gets "
            "JSON.",
        )


_OF_HUB = ("login", "hub_name", "resource_group_name", "auth_type")
_OF_APP = ("app_id", "token", "central_dns_suffix")
_WHICH = ("device_id", "device_query", "module_id", "component", "interface", "consumer_group", "since")
_UNTIL = ("duration", "timeout")
_HOW = ("share", "position", "save_position", "reader", "transport")
_JUDGED = ("file", "model", "model_repo", "minimum_severity", "junit", "strict", "processes")
# What each command takes; its function gets what its validator makes of that.
_TAKEN = {
    "monitor events": (
        *(*_WHICH, "max_messages", *_UNTIL, *_HOW),
        *("expect_every", "properties", "content_type", "yes", "repair"),
    ),
    "monitor properties": ("device_id", "max_changes", *_UNTIL),
    "validate messages": (*_JUDGED, "schema", *_WHICH, "max_messages", *_UNTIL, *_HOW),
    "validate properties": (*_JUDGED, "device_id", "max_changes", *_UNTIL),
}


def _monitor(loader):
    for command, names in _TAKEN.items():
        handed_over(loader, f"iot diag {command}", *_OF_HUB, *_OF_APP, *names)
        _stream(loader, f"iot diag {command}")


def _stream(loader, command):
    """What says which messages are read; not every command takes all of it."""
    with loader.argument_context(command) as context:
        service(
            context,
            *(*_OF_HUB, *_OF_APP),
            login="Service connection string of the IoT hub, or the hub's Event Hub-compatible connection string. "
            "Write @FILE to read it from a file, so that the key shows neither on screen nor in the shell's history. "
            "If neither this option nor --hub-name is given, the variable AZURE_IOTDIAG_LOGIN holds the string.",
            hub_name="Name or host name of the IoT hub. The command finds the hub through az's login. It reads "
            "messages with the key of a shared access policy: the sufficient policy with the fewest rights. Your "
            "login must be allowed to list the hub's keys.",
            resource_group_name="Resource group of the hub that --hub-name names. Without it, the command searches "
            "the whole subscription.",
            app_id="IoT Central application: the first part of its address, NAME.azureiotcentral.com, or all of it. "
            "The command reads all hubs of the application.",
            auth_type="Credential for the registry of the hub that --hub-name names. The registry is read for "
            "--device-query, and if a device that you name stays silent. login is az's login, key is a policy's key. "
            "By default the login, and a key if the hub refuses the login. Messages are always read with a key.",
        )
        option(context, "device_id", help="Show only this device. * stands for any text, ? for one character.")
        option(
            context,
            "device_query",
            help='Show only the devices that this query of the hub selects, such as "SELECT * FROM devices WHERE '
            "tags.site = 'north'\". A query of devices.modules selects modules. The query runs once, at the start. "
            "With --login, the policy needs the rights RegistryRead and ServiceConnect. With --hub-name, you need a "
            "role such as IoT Hub Data Reader, or a policy with RegistryRead.",
        )
        option(
            context,
            "module_id",
            help="Show only the messages of this module of a device. Use * and ? as for --device-id.",
        )
        context.argument(
            "component",
            options_list=["--component"],
            help="Show only the messages of this component of a plug and play device. Use * and ? as for --device-id.",
        )
        context.argument(
            "interface",
            options_list=["--interface", "-i"],
            help="Show only messages whose sender names this model or interface, such as dtmi:com:example:Pump;1. Use "
            "* and ? as for --device-id.",
        )
        context.argument(
            "consumer_group",
            options_list=["--consumer-group", "--cg", "-c"],
            default="$Default",
            help="Consumer group to read with. Use a consumer group of your own, so that you do not disturb other "
            "readers.",
        )
        context.argument(
            "max_messages", message_count, options_list=["--max-messages", "--mm", "--message-count", "--mc"]
        )
        context.argument(
            "duration", options_list=["--duration", "--dr"], type=int, help="Stop after this many seconds."
        )
        context.argument(
            "timeout",
            options_list=["--timeout", "--to", "-t"],
            type=int,
            default=300,
            help="Stop after this many seconds without a message. 0 waits for ever.",
        )
        context.argument(
            "since",
            options_list=["--since", "--enqueued-time", "--et", "-e"],
            help="Begin with the messages that the hub received at this time or later, instead of with new messages. "
            "Write an ISO 8601 time (UTC if it names no zone), or a time ago such as 10m, 2h or 1d. Seconds (10 "
            "digits) or milliseconds (13 digits) since 1970 also work.",
        )
        context.argument(
            "expect_every",
            options_list=["--expect-every", "--ee"],
            help="Name each device that sends nothing for longer than this: 90s, 5m, 2h or 1d. The times are those at "
            "which the hub received the messages. Counting begins with the first message of a device. For a device "
            "that --device-id names or --device-query selects, it begins at the start. Without --timeout, the stream "
            "then ends no sooner than a minute after such a time.",
        )
        context.argument(
            "properties",
            options_list=["--properties", "--props", "-p"],
            nargs="+",
            arg_type=get_enum_type(["sys", "app", "anno", "all"]),
            help="Properties of a message to show: those of AMQP (sys), the sender's own (app), the annotations of "
            "the hub (anno), or all. Space-separated. By default the sender's own, if the output format has them.",
        )
        context.argument(
            "content_type",
            options_list=["--content-type", "--ct"],
            help="Show every payload as this content type, and ignore the content type of the message. "
            "application/json shows JSON, text/plain shows text, application/octet-stream shows base64. You can give "
            "a charset: 'text/plain; charset=utf-16'. By default, the content of the payload decides.",
        )
        option(context, "yes", help="No effect: this command asks nothing.")
        context.argument(
            "repair",
            options_list=["--repair", "-r"],
            action="store_true",
            help="No effect: this command installs nothing that could need a repair.",
        )
        context.argument(
            "share",
            options_list=["--share"],
            help="Read only this share of the partitions, such as 2/4 for the second of four. Copies of the command, "
            "each with another share, read a large stream together. They need no store, and disturb no other reader.",
        )
        context.argument(
            "save_position",
            options_list=["--save-position"],
            help="Save in this file the position in each partition, about every second and at the end.",
        )
        context.argument(
            "position",
            options_list=["--position"],
            help="Continue from the position in this file, which an earlier run wrote with --save-position. The hub, "
            "the consumer group and the share must be the same.",
        )
        context.argument(
            "reader",
            arg_type=get_enum_type(["wire", "sdk"], default="wire"),
            help="Client that reads the stream. wire is this tool's own AMQP client, which shows the answers of the "
            "service. sdk is the azure-eventhub library.",
        )
        context.argument(
            "transport",
            arg_type=get_enum_type(["amqp", "amqp_ws"]),
            help="Protocol and port. Port 5671 (amqp) uses no proxy. WebSocket on port 443 (amqp_ws) uses the proxy "
            "from HTTPS_PROXY or ALL_PROXY, except for hosts in NO_PROXY. By default amqp_ws if such a proxy applies "
            "to the hub, and amqp if not.",
        )


def _lab(loader):
    with loader.argument_context("iot diag lab") as context:
        context.argument("name", options_list=["--name", "-n"], help="Name of the lab.")
        context.argument("fault", options_list=["--fault", "-f"], help="Name of a fault, as `lab faults` lists them.")

    with loader.argument_context("iot diag lab start") as context:
        context.argument("name", options_list=["--name", "-n"], default="lab", help="Name of the lab.")
        context.argument(
            "detach",
            options_list=["--detach"],
            action="store_true",
            help="Return when the lab is ready, and leave the lab running until `lab stop`.",
        )
        context.argument(
            "partition_count",
            options_list=["--partition-count", "--pc"],
            type=int,
            default=4,
            help="Number of partitions of the hub's event stream.",
        )
        context.argument(
            "device_count",
            options_list=["--device-count", "--dc"],
            type=int,
            help="Number of devices that the hub knows from the start, in addition to those of a scenario. By default "
            "3, and 0 with --scenario.",
        )
        context.argument(
            "scenario",
            options_list=["--scenario"],
            help="Run the devices of this scenario in the lab. `lab scenarios` lists the scenarios. Each device "
            "connects and sends, or fails, as any other device does.",
        )
        context.argument(
            "flood",
            options_list=["--flood"],
            type=int,
            default=0,
            help="Number of events that the hub holds from the start, as if its devices had sent them. The lab makes "
            "each event when it is read, so a million events take no memory. The body holds the number of the event, "
            "from 0 on.",
        )
        context.argument(
            "keep",
            options_list=["--keep"],
            action="store_true",
            help="Keep devices, keys, certificates, ports, twins and enrollments in a file that only you can read. A "
            "later start with --keep uses them again. Messages are not kept.",
        )
        context.argument(
            "bind",
            options_list=["--bind"],
            help="Listen on this address of this machine, such as 127.0.0.2, on Azure's own ports 5671, 8883 and 443. "
            "Use it for clients whose ports are fixed. Prints the line for the hosts file.",
        )
        context.argument(
            "hubs",
            options_list=["--hubs"],
            type=int,
            default=1,
            help="Number of hubs in the lab's subscription. The first is the lab's own. Each further hub knows a "
            "single device, such as lab-2-device.",
        )
        context.argument(
            "listen",
            options_list=["--listen"],
            arg_type=get_enum_type(["lan"]),
            help="Let a real board of the local network reach the hub and the provisioning service, on Azure's own "
            "ports 5671, 8883 and 443. Asks first, and lists the exposed services.",
        )
        option(context, "yes", help="Do not ask before --listen.")
        extras = "name partition_count device_count scenario flood fleet units keep bind hubs listen yes"
        for extra in extras.split():
            context.extra(extra, required=False)
        context.ignore("settings")  # what the validator makes of them

    with loader.argument_context("iot diag lab stop") as context:
        context.argument("all_labs", options_list=["--all"], action="store_true", help="Stop every lab of this user.")
        context.argument(
            "forget",
            options_list=["--forget"],
            action="store_true",
            help="Also remove the data that the lab kept (--keep of `lab start`), for good.",
        )

    with loader.argument_context("iot diag lab status") as context:
        context.argument(
            "audit",
            options_list=["--audit"],
            type=int,
            help="Show this many of the last records of the audit log: which clients connected, and the results.",
        )

    for command in ("status", "watch"):
        with loader.argument_context(f"iot diag lab {command}") as context:
            context.argument(
                "all_records",
                options_list=["--all"],
                action="store_true",
                help="Also show the routine records: requests of az and of back ends that the lab answered well, and "
                "the traffic of its proxy.",
            )

    with loader.argument_context("iot diag lab watch") as context:
        option(context, "device_id", help="Show only this device. * stands for any text, ? for one character.")
        context.argument(
            "duration", options_list=["--duration", "--dr"], type=int, help="Stop after this many seconds."
        )

    with loader.argument_context("iot diag lab break") as context:
        context.argument(
            "parameters",
            options_list=["--parameters", "-p"],
            nargs="+",
            help="Settings of the fault as space-separated NAME=NUMBER pairs, such as: after=3 times=1.",
        )

    with loader.argument_context("iot diag lab login") as context:
        context.argument(
            "identity",
            options_list=["--identity"],
            arg_type=get_enum_type(["service-principal", "certificate", "federated-token", "managed-identity", "user"]),
            help="Identity that logs in. An application has a secret, a certificate, or a token of another issuer, as "
            "in a pipeline. A managed-identity is that of a virtual machine. A user is a person with a device code, "
            "which the lab confirms.",
        )
        context.argument(
            "role",
            options_list=["--role"],
            arg_type=get_enum_type(["owner", "owner-without-data", "reader", "data-reader"]),
            help="Role of the identity in the lab's subscription. An owner is Owner, and Data Contributor of the hub "
            "and of the provisioning service. An owner-without-data is Owner only, a reader Reader only. A "
            "data-reader is Reader, and Data Reader of both services, and lists no keys.",
        )

    with loader.argument_context("iot diag lab mend") as context:
        context.argument("fault", options_list=["--fault", "-f"], help="Fault to end. By default all faults end.")


def _explain(loader):
    if "iot diag explain" not in loader.command_table:  # az registers a positional for a command that it has, only
        return
    with loader.argument_context("iot diag explain") as context:
        context.positional(
            "codes",
            nargs="*",
            help="Codes, names or statuses, or a part of a log. Without any, or with -, the command reads a log from "
            "standard input.",
        )
        context.argument(
            "context",
            options_list=["--context"],
            arg_type=get_enum_type(["hub", "dps", "central", "mqtt", "amqp"]),
            help="Source of the code: an IoT hub, the Device Provisioning Service, IoT Central, MQTT or AMQP. Use it "
            "for a name or a number that has several meanings, such as 401.",
        )
        context.argument(
            "sdk",
            options_list=["--sdk"],
            arg_type=get_enum_type(
                [
                    "c-sdk",
                    "embedded",
                    "freertos",
                    "netxduo",
                    "esp-idf",
                    "arduino",
                    "zephyr",
                    "python-sdk",
                    "node",
                    "dotnet",
                    "java",
                    "community",
                    "edge",
                    "mosquitto",
                    "tasmota",
                    "esphome",
                ]
            ),
            help="Client that wrote the log, if the log does not show it.",
        )
        context.argument(
            "show_all", options_list=["--all"], action="store_true", help="Show every finding, and not only the story."
        )
        context.argument(
            "follow",
            options_list=["--follow"],
            action="store_true",
            help="Explain new failures at once in a log that grows, such as that of a serial port.",
        )
        context.argument("list_codes", options_list=["--list"], action="store_true", help="List all known codes.")


# Who registers the arguments of the commands that begin with these words.
_LOADERS = (
    (("monitor", "validate"), _monitor),
    (("simulate",), simulate.simulate),
    (("lab",), _lab),
    (("monitor", "tally", "template", "validate"), payload.payload),
    (("network",), network.network),
    (("device", "validate"), known),
    (("explain",), _explain),
    (("device", "key", "lab", "sas"), identity.load),
    (("check",), check.check),
    (("report",), report.report),
    (("message", "method", "twin"), commands.commands),
    (("route", "changes"), changes.changes),
    (("logs", "metrics", "health"), monitor.monitor),
    (("alert",), alert.alert),
)
