"""Every argument: its names, its form and its help. Defaults not named here stand in the function that takes them."""

from azure.cli.core.commands.parameters import get_enum_type
from knack.arguments import CLIArgumentType

message_count = CLIArgumentType(type=int, help="Stop after this many messages.")


def load_arguments(loader, _command):
    """Register the arguments of every command with `loader`."""
    _monitor(loader)
    _simulate(loader)
    _lab(loader)
    _payload(loader)


def _monitor(loader):
    with loader.argument_context("iot diag monitor events") as context:
        context.argument(
            "login",
            options_list=["--login", "-l"],
            required=False,
            help="Service connection string of the IoT hub, or the hub's Event Hub-compatible connection string. "
            "Write @FILE to read it from a file, so that the key shows neither on screen nor in the shell's history. "
            "Without it the variable AZURE_IOTDIAG_LOGIN holds the string.",
        )
        context.argument(
            "device_id",
            options_list=["--device-id", "-d"],
            help="Show only this device. * stands for any text, ? for one character.",
        )
        context.argument(
            "consumer_group",
            options_list=["--consumer-group", "-c"],
            help="Consumer group to read with. One that nothing else reads with disturbs nobody.",
        )
        context.argument(
            "max_messages", message_count, options_list=["--max-messages", "--mm", "--message-count", "--mc"]
        )
        context.argument(
            "duration", options_list=["--duration", "--dr"], type=int, help="Stop after this many seconds."
        )
        context.argument(
            "timeout",
            options_list=["--timeout", "-t"],
            type=int,
            help="Stop after this many seconds without a message. 0 waits for ever.",
        )
        context.argument(
            "since",
            options_list=["--since", "--enqueued-time", "--et"],
            help="Begin with the messages that the hub received at this time or later, instead of with new ones: "
            "an ISO 8601 time (UTC where it names no zone), a time ago such as 10m, 2h or 1d, "
            "or seconds (10 digits) or milliseconds (13 digits) since 1970.",
        )
        context.argument(
            "reader",
            arg_type=get_enum_type(["wire", "sdk"]),
            help="What reads the stream: this tool's own AMQP client, which tells what the service said, "
            "or the azure-eventhub library.",
        )
        context.argument(
            "transport",
            arg_type=get_enum_type(["amqp", "amqp_ws"]),
            help="The way to the hub. amqp is port 5671, past any proxy. amqp_ws is WebSocket on port 443, through the "
            "proxy that HTTPS_PROXY or ALL_PROXY names and NO_PROXY does not except. "
            "By default amqp_ws where such a proxy applies to the hub, and amqp elsewhere.",
        )


def _simulate(loader):
    with loader.argument_context("iot diag simulate") as context:
        context.argument(
            "connection_string",
            options_list=["--connection-string", "--cs"],
            required=False,
            help="Connection string of the device. Write @FILE to read it from a file. "
            "Without it the variable AZURE_IOTDIAG_CONNECTION_STRING holds the string.",
        )
        context.argument(
            "message_interval",
            options_list=["--message-interval", "--mi", "--msg-interval"],
            type=float,
            help="Seconds from one message to the next.",
        )
        context.argument(
            "message_count",
            message_count,
            options_list=["--message-count", "--mc", "--msg-count"],
            help="Stop after this many messages. 0 sends for ever.",
        )
        context.argument(
            "body_kind",
            options_list=["--body-kind", "--bk"],
            arg_type=get_enum_type(["json", "text", "gzip", "binary"]),
            help="What the messages hold: changing readings as JSON, the same as plain text, the JSON compressed, "
            "or bytes that are no text at all.",
        )
        context.argument(
            "data", options_list=["--data", "--da"], help="Send this text in every message instead of made-up readings."
        )


def _lab(loader):
    with loader.argument_context("iot diag lab") as context:
        context.argument("name", options_list=["--name", "-n"], help="Name of the lab.")
        context.argument("fault", options_list=["--fault", "-f"], help="Name of a fault, as `lab faults` lists them.")

    with loader.argument_context("iot diag lab start") as context:
        context.argument(
            "detach",
            options_list=["--detach"],
            action="store_true",
            help="Return as soon as the lab is ready and leave it running, until `lab stop`.",
        )
        context.argument(
            "partition_count",
            options_list=["--partition-count", "--pc"],
            type=int,
            help="Number of partitions of the hub's event stream.",
        )
        context.argument(
            "device_count",
            options_list=["--device-count", "--dc"],
            type=int,
            help="Number of devices that the hub knows from the start.",
        )

    with loader.argument_context("iot diag lab stop") as context:
        context.argument("all_labs", options_list=["--all"], action="store_true", help="Stop every lab of this user.")

    with loader.argument_context("iot diag lab status") as context:
        context.argument(
            "audit",
            options_list=["--audit"],
            type=int,
            help="Show the last records of the audit log, this many of them: who connected, and what became of it.",
        )

    with loader.argument_context("iot diag lab break") as context:
        context.argument(
            "parameters",
            options_list=["--parameters", "-p"],
            nargs="+",
            help="Settings of the fault as space-separated NAME=NUMBER pairs, such as: after=3 times=1.",
        )

    with loader.argument_context("iot diag lab mend") as context:
        context.argument("fault", options_list=["--fault", "-f"], help="Fault to end. Without it, all of them end.")


def _payload(loader):
    recorded = CLIArgumentType(
        options_list=["--file", "-f"],
        nargs="+",
        help="Space-separated files and folders with what was recorded, or - for standard input: JSON lines, "
        "a JSON array, one JSON document, Avro of Event Hubs capture or of IoT Hub routing; each also in gzip.",
    )
    for group in ("validate", "template"):
        with loader.argument_context(f"iot diag {group}") as context:
            context.argument("file", recorded)
            context.argument(
                "model",
                options_list=["--model", "-m"],
                help="File with the device model: DTDL, or a device template of IoT Central. "
                "Or a DTMI, which --model-repo then holds.",
            )
            context.argument(
                "model_repo",
                options_list=["--model-repo", "--repo"],
                help="Folder of a device models repository, in which interfaces are found by their DTMI.",
            )
            context.argument(
                "strict",
                options_list=["--strict"],
                action="store_true",
                help="Make every warning an error, such as a time without its offset, or 3.0 for a whole number.",
            )
            context.argument(
                "device_id",
                options_list=["--device-id", "-d"],
                help="Take the messages of this device only. * stands for any text, ? for one character.",
            )

    with loader.argument_context("iot diag validate") as context:
        context.argument(
            "minimum_severity",
            options_list=["--minimum-severity", "--ms"],
            arg_type=get_enum_type(["info", "warning", "error"]),
            help="Leave out what is less severe.",
        )
        context.argument(
            "junit", options_list=["--junit"], help="Write the results to this file, too, as build servers read them."
        )
        context.argument(
            "processes",
            options_list=["--processes"],
            type=int,
            help="Judge a large file in this many processes. By default as many as there are processors.",
        )
        context.argument(
            "schema",
            options_list=["--schema"],
            help="File with a JSON Schema to judge the bodies by, in place of --model.",
        )

    with loader.argument_context("iot diag template lint") as context:
        context.argument("strict", options_list=["--strict"], action="store_true", help="Make every warning an error.")

    with loader.argument_context("iot diag template infer") as context:
        context.argument(
            "model",
            options_list=["--model", "-m"],
            help="Make a new version of this model, with the fields added that it lacks: a file, or a DTMI, which "
            "--model-repo then holds.",
        )
        context.argument("model_id", options_list=["--model-id"], help="The DTMI that a model without --model gets.")
