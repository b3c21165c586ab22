"""The arguments of `validate`."""

from azure.cli.core.commands.parameters import get_enum_type


def payload(loader):
    """Register the arguments with `loader`, beside those that say which live messages are meant."""
    with loader.argument_context("iot diag validate") as context:
        context.argument(
            "file",
            options_list=["--file", "-f"],
            nargs="+",
            help="Space-separated files and folders with what was recorded, or - for standard input: JSON lines, "
            "a JSON array, one JSON document, Avro of Event Hubs capture or of IoT Hub routing; each also in gzip.",
        )
        context.argument(
            "model",
            options_list=["--model", "-m"],
            help="File with the device model: DTDL, or a device template of IoT Central. "
            "Or a DTMI, which --model-repo then holds.",
        )
        context.argument(
            "model_repo",
            options_list=["--model-repo", "--repo"],
            help="Folder of a device models repository, in which interfaces are found by their DTMI. Without --model "
            "each message is judged by the model that its device announced, which is looked up there.",
        )
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
            "strict",
            options_list=["--strict"],
            action="store_true",
            help="Make every warning an error, such as a time without its offset, or 3.0 for a whole number.",
        )
        context.argument(
            "processes",
            options_list=["--processes"],
            type=int,
            help="Judge a large file in this many processes. By default as many as there are processors.",
        )

    for command in ("iot diag monitor properties", "iot diag validate properties"):
        with loader.argument_context(command) as context:
            context.argument("device_id", options_list=["--device-id", "-d"], help="The device, by its exact id.")
            context.argument(
                "max_changes", options_list=["--max-changes"], type=int, help="Stop after this many changes."
            )
            context.argument(
                "timeout",
                options_list=["--timeout", "-t"],
                type=int,
                help="Stop after this many seconds without a change. 0 waits for ever.",
            )

    with loader.argument_context("iot diag validate messages") as context:
        context.argument(
            "schema",
            options_list=["--schema"],
            help="File with a JSON Schema to judge the bodies by, in place of --model.",
        )
        context.argument(
            "module_id",
            options_list=["--module-id"],
            help="Judge only what this module of a device sends; * and ? as for --device-id.",
        )
        context.argument(
            "device_id",
            options_list=["--device-id", "-d"],
            help="Judge the messages of this device only. * stands for any text, ? for one character.",
        )
