"""The arguments of `validate`, `tally`, `template` and `monitor properties`."""

from azure.cli.core.commands.parameters import get_enum_type
from knack.arguments import CLIArgumentType

from azext_iotdiag._params.target import option, service


def payload(loader):
    """Register the arguments with `loader`, beside those that say which live messages are meant."""
    recorded = CLIArgumentType(
        options_list=["--file", "-f"],
        nargs="+",
        help="Space-separated files and folders with recorded messages or properties, or - for standard input. "
        "Formats: JSON lines, a JSON array, one JSON document, Avro of Event Hubs capture or of IoT Hub routing. Each "
        "format also in gzip.",
    )
    for group in ("validate", "template"):
        with loader.argument_context(f"iot diag {group}") as context:
            context.argument("file", recorded)
            context.argument(
                "model",
                options_list=["--model", "-m"],
                help="File with the device model: DTDL, or a device template of IoT Central. Or a DTMI in the folder "
                "of --model-repo.",
            )
            context.argument(
                "model_repo",
                options_list=["--model-repo", "--repo"],
                help="Folder of a device models repository. The command finds interfaces in it by their DTMI. Without "
                "--model, `validate` judges by the model that a device announced, and finds that model there.",
            )
            context.argument(
                "strict",
                options_list=["--strict"],
                action="store_true",
                help="Make every warning an error, such as a time without its offset, or 3.0 for a whole number.",
            )
            option(
                context,
                "device_id",
                help="Take the messages of this device only. * stands for any text, ? for one character.",
            )

    for group in ("validate", "tally"):
        with loader.argument_context(f"iot diag {group}") as context:
            context.argument(
                "junit",
                options_list=["--junit"],
                help="Also write the results to this file, as JUnit XML for build servers.",
            )

    with loader.argument_context("iot diag validate") as context:
        context.argument(
            "minimum_severity",
            options_list=["--minimum-severity", "--min-severity", "--ms"],
            arg_type=get_enum_type(["info", "warning", "error"], default="info"),
            help="Leave out findings that are less severe.",
        )
        context.argument(
            "processes",
            options_list=["--processes"],
            type=int,
            help="Judge a large file in this many processes. By default the number of processors.",
        )
        context.argument(
            "schema",
            options_list=["--schema"],
            help="File with a JSON Schema to judge the bodies by, in place of --model.",
        )

    with loader.argument_context("iot diag validate messages") as context:
        context.argument(
            "module_id",
            options_list=["--module-id"],
            help="Judge only the messages of this module of a device. Use * and ? as for --device-id.",
        )

    for command, seconds in (("monitor", 300), ("validate", None)):
        with loader.argument_context(f"iot diag {command} properties") as context:
            option(context, "device_id", required=command == "monitor", help="The device, by its exact id.")
            hub = "Name or host name of the IoT hub. The command finds the hub through az's login."
            service(context, "hub_name", "auth_type", hub_name=hub)
            context.argument(
                "max_changes", options_list=["--max-changes"], type=int, help="Stop after this many changes."
            )
            context.argument(
                "timeout",
                options_list=["--timeout", "--to", "-t"],
                type=int,
                default=seconds,
                help="Stop after this many seconds without a change. 0 waits for ever.",
            )

    if "iot diag tally merge" in loader.command_table:  # az registers a positional for a command that it has, only
        with loader.argument_context("iot diag tally merge") as context:
            context.positional(
                "files",
                nargs="+",
                help="Files with the results of `validate`, as -o json writes them: one file for each copy.",
            )

    with loader.argument_context("iot diag template lint") as context:
        context.argument("strict", options_list=["--strict"], action="store_true", help="Make every warning an error.")

    with loader.argument_context("iot diag template infer") as context:
        context.argument(
            "model",
            options_list=["--model", "-m"],
            help="Make a new version of this model, and add the missing fields. Give a file, or a DTMI in the folder "
            "of --model-repo.",
        )
        context.argument(
            "model_id", options_list=["--model-id"], help="DTMI of the new model, if you do not give --model."
        )

    with loader.argument_context("iot diag template to-kql") as context:
        context.argument(
            "target",
            options_list=["--target"],
            arg_type=get_enum_type(["adx", "fabric", "log-analytics"], default="adx"),
            help="Place of the messages: Azure Data Explorer, an eventhouse of Fabric, or a Log Analytics workspace.",
        )
        context.argument(
            "table_name",
            options_list=["--table-name"],
            help="Table with the messages, Messages by default, and DeviceMessages_CL in Log Analytics.",
        )
        context.argument(
            "body_column",
            options_list=["--body-column"],
            help="Column with the body of a message, as text or dynamic. A.B is field B of the dynamic column A.",
        )
        context.argument(
            "device_column", options_list=["--device-column"], help="Column with the id of the device; A.B as above."
        )
        context.extra(
            "component_column",
            options_list=["--component-column"],
            required=False,
            help="Column with the component that sent the message, empty for the root. Without it, the names of all "
            "components are judged together.",
        )
        context.argument(
            "function_name",
            options_list=["--function-name"],
            help="Print the command that stores the query as a function of this name.",
        )
